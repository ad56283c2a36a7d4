package emulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const tooOld = "Bad Request: query is too old and response timeout expired or query ID is invalid"

func TestCallbackQueries(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	id := sent(t, s, chat, p{"reply_markup": p{"inline_keyboard": []any{
		[]any{p{"text": "Sí", "callback_data": "y:1"}, p{"text": "Ver", "url": "https://a.co"}},
		[]any{p{"text": "Copiar", "copy_text": p{"text": "155"}}},
	}}})
	list := fetch(t, s, p{})
	fetch(t, s, p{"offset": list[len(list)-1].ID + 1})

	query, _, err := s.Tap(chat, id, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	u := fetch(t, s, p{})[0].Callback
	m, _ := u.Message.(map[string]any)
	if u.ID != query || u.Data != "y:1" || u.From.ID != chat || u.ChatInstance == "" || m["message_id"] != float64(id) || m["reply_markup"] == nil {
		t.Errorf("callback %+v", u)
	}
	if r := do(t, s, "answerCallbackQuery", p{"callback_query_id": query, "text": strings.Repeat("a", 201)}); r.Description != "Bad Request: MESSAGE_TOO_LONG" {
		t.Errorf("long text: %s", r.Body)
	}
	if r := do(t, s, "answerCallbackQuery", p{"callback_query_id": query, "text": "Listo", "show_alert": true}); string(r.Result) != "true" {
		t.Errorf("answer: %s", r.Body)
	}
	wants(t, do(t, s, "answerCallbackQuery", p{"callback_query_id": query}), 400, tooOld)
	wants(t, do(t, s, "answerCallbackQuery", p{"callback_query_id": "123"}), 400, tooOld)
	wants(t, do(t, s, "answerCallbackQuery", p{}), 400, tooOld)

	if _, url, err := s.Tap(chat, id, 0, 1); err != nil || url != "https://a.co/" {
		t.Errorf("address: %q %v", url, err)
	}
	for _, at := range [][2]int{{0, 2}, {2, 0}, {-1, 0}, {1, 0}} {
		if _, _, err := s.Tap(chat, id, at[0], at[1]); err == nil {
			t.Errorf("tapped %v", at)
		}
	}
	if _, _, err := s.Tap(chat, 999, 0, 0); err == nil {
		t.Error("tapped an unknown message")
	}
	// A changed client can send any data, even for a message that is gone.
	if _, err := s.TapData(chat, 999, "<script>"); err != nil {
		t.Fatal(err)
	}
	all := fetch(t, s, p{})
	forged := all[len(all)-1].Callback
	if m, _ := forged.Message.(map[string]any); forged.Data != "<script>" || m["date"] != float64(0) {
		t.Errorf("forged %+v", forged)
	}
}

func TestCallbackQueriesGetOld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		id := sent(t, s, chat, p{"reply_markup": buttons("a")})
		first, _, _ := s.Tap(chat, id, 0, 0)
		time.Sleep(149 * time.Second)
		second, _, _ := s.Tap(chat, id, 0, 0)
		if !do(t, s, "answerCallbackQuery", p{"callback_query_id": first}).OK {
			t.Error("too early")
		}
		time.Sleep(151 * time.Second)
		wants(t, do(t, s, "answerCallbackQuery", p{"callback_query_id": second}), 400, tooOld)
	})
}
