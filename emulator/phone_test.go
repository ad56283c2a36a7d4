package emulator

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// act posts to the people's side and decodes the answer.
func act(t *testing.T, s *Server, path, body string, into any) int {
	t.Helper()
	r := raw(t, s, "POST", path, "application/json", body)
	if into != nil {
		if err := json.Unmarshal([]byte(r.Body), into); err != nil {
			t.Fatalf("%s: %s", path, r.Body)
		}
	}
	return r.Status
}

func TestPeopleOverHTTP(t *testing.T) {
	s := quick(t)
	var u User
	act(t, s, "/emulator/users", `{"first_name":"Ana","last_name":"Paz","username":"ana_p","language_code":"es"}`, &u)
	if u.ID <= 1<<32 || u.FirstName != "Ana" || u.IsBot {
		t.Errorf("user %+v", u)
	}
	var fixed User
	act(t, s, "/emulator/users", `{"first_name":"Luis","id":77}`, &fixed)
	if fixed.ID != 77 || len(s.Users()) != 2 {
		t.Errorf("fixed %+v, all %v", fixed, s.Users())
	}
	chat := fmt.Sprintf("/emulator/chats/%d", u.ID)
	var m messageID
	act(t, s, chat+"/start", `{"payload":"sena_1"}`, &m)
	act(t, s, chat+"/messages", fmt.Sprintf(`{"text":"hola","reply_to_message_id":%d}`, m.MessageID), &m)
	raw(t, s, "PUT", chat+"/edits", "application/json", fmt.Sprintf(`{"message_id":%d,"text":"hola, señor"}`, m.MessageID))
	for _, body := range []string{`{"contact":{}}`, `{"contact":{"phone_number":"+58412","first_name":"Otra"}}`, `{"location":{"latitude":4.6,"longitude":-74}}`,
		`{"voice":{"duration":3}}`, `{"photo":{"caption":"mi foto"}}`, `{"sticker":{"emoji":"👍"}}`, `{"document":{"file_name":"hv.pdf","data":"` + base64.StdEncoding.EncodeToString([]byte("%PDF-1.4")) + `"}}`, `{"video_note":{}}`} {
		if code := act(t, s, chat+"/messages", body, nil); code != 200 {
			t.Errorf("%s: %d", body, code)
		}
	}
	list := fetch(t, s, p{})
	if list[0].Message.Text != "/start sena_1" || list[1].Message.ReplyTo.MessageID != list[0].Message.MessageID || list[2].Edited.Text != "hola, señor" {
		t.Errorf("texts %+v", list[:3])
	}
	own, foreign := list[3].Message.Contact, list[4].Message.Contact
	if own.UserID != u.ID || own.PhoneNumber == "" || foreign.UserID != 0 || foreign.PhoneNumber != "+58412" {
		t.Errorf("contacts %+v %+v", own, foreign)
	}
	if list[5].Message.Location.Latitude != 4.6 || list[6].Message.Voice.Duration == nil || *list[6].Message.Voice.Duration != 3 ||
		list[7].Message.Caption != "mi foto" || list[7].Message.Photo[0].Width == 0 || list[8].Message.Sticker.Emoji != "👍" ||
		list[9].Message.Document.FileName != "hv.pdf" || list[9].Message.Document.MimeType != "application/pdf" || list[10].Message.VideoNote == nil {
		t.Errorf("kinds %+v", list[5:])
	}
	for _, c := range []struct {
		path, body string
		code       int
	}{
		{"/emulator/chats/1/messages", `{"text":"x"}`, 404},
		{chat + "/messages", `{"text":""}`, 400},
		{chat + "/messages", `{"text":`, 400},
		{chat + "/messages", `{"text":"x","reply_to_message_id":99}`, 404},
		{chat + "/edits", `{"message_id":99,"text":"x"}`, 404},
		{chat + "/taps", `{"message_id":99,"row":0,"column":0}`, 404},
		{chat + "/block", "", 200},
		{chat + "/messages", `{"text":"x"}`, 409},
		{chat + "/unblock", "", 200},
		{chat + "/deactivate", "", 200},
		{chat + "/messages", `{"text":"x"}`, 404},
		{chat + "/reactivate", "", 200},
		{chat + "/delete", "", 200},
	} {
		if code := act(t, s, c.path, c.body, nil); code != c.code {
			t.Errorf("%s %s: %d, want %d", c.path, c.body, code, c.code)
		}
	}
	if r := raw(t, s, "GET", chat+"/messages?after=0", "", ""); r.Body != "[]" {
		t.Errorf("after delete: %s", r.Body)
	}
}

func TestWhatThePersonSees(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	id := sent(t, s, chat, p{"text": "¿Acepta?", "reply_markup": p{"inline_keyboard": []any{[]any{
		p{"text": "Sí", "callback_data": "y"}, p{"text": "Leer", "url": "https://a.co/x"}}}}})
	r := raw(t, s, "GET", fmt.Sprintf("/emulator/chats/%d/messages?after=%d", chat, id-1), "", "")
	var got []Message
	if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
		t.Fatal(err)
	}
	want := []Message{{MessageID: id, Date: got[0].Date, From: "bot", FromID: s.Bot().ID, FromName: "Arraigo", Text: "¿Acepta?", HTML: "¿Acepta?",
		Buttons: [][]Button{{{Text: "Sí", Data: "y"}, {Text: "Leer", URL: "https://a.co/x"}}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var tapped struct {
		ID  string `json:"callback_query_id"`
		URL string `json:"url"`
	}
	path := fmt.Sprintf("/emulator/chats/%d/taps", chat)
	act(t, s, path, fmt.Sprintf(`{"message_id":%d,"row":0,"column":0}`, id), &tapped)
	if tapped.ID == "" {
		t.Error("no callback query")
	}
	act(t, s, path, fmt.Sprintf(`{"message_id":%d,"data":"forged"}`, id), &tapped)
	act(t, s, path, fmt.Sprintf(`{"message_id":%d,"row":0,"column":1}`, id), &tapped)
	if tapped.URL != "https://a.co/x" {
		t.Errorf("url %q", tapped.URL)
	}
	list := fetch(t, s, p{})
	if n := len(list); list[n-2].Callback.Data != "y" || list[n-1].Callback.Data != "forged" {
		t.Errorf("callbacks %+v", list[n-2:])
	}
}

func TestReplyKeyboards(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	path := fmt.Sprintf("/emulator/chats/%d/taps", chat)
	if code := act(t, s, path, `{"keyboard":true,"row":0,"column":0}`, nil); code != 404 {
		t.Errorf("no keyboard: %d", code)
	}
	sent(t, s, chat, p{"reply_markup": p{"keyboard": []any{[]any{"Menú", p{"text": "Mi número", "request_contact": true}, p{"text": "Aquí", "request_location": true}}}}})
	for column := range 3 {
		if code := act(t, s, path, fmt.Sprintf(`{"keyboard":true,"row":0,"column":%d}`, column), nil); code != 200 {
			t.Errorf("column %d: %d", column, code)
		}
	}
	list := fetch(t, s, p{})
	n := len(list)
	if list[n-3].Message.Text != "Menú" || list[n-2].Message.Contact.UserID != chat || list[n-1].Message.Location == nil {
		t.Errorf("keys %+v", list[n-3:])
	}
	sent(t, s, chat, p{"reply_markup": p{"remove_keyboard": true}})
	if code := act(t, s, path, `{"keyboard":true,"row":0,"column":0}`, nil); code != 404 {
		t.Errorf("removed keyboard: %d", code)
	}
	sent(t, s, chat, p{"reply_markup": p{"keyboard": []any{[]any{"Una vez"}}, "one_time_keyboard": true}})
	act(t, s, path, `{"keyboard":true,"row":0,"column":0}`, nil)
	if code := act(t, s, path, `{"keyboard":true,"row":0,"column":0}`, nil); code != 404 {
		t.Errorf("one-time keyboard: %d", code)
	}
}

func TestGroups(t *testing.T) {
	s := quick(t)
	one, two := newcomer(t, s), newcomer(t, s)
	fetch(t, s, p{"offset": fetch(t, s, p{"offset": -1})[0].ID + 1})
	var g struct {
		ID int64 `json:"id"`
	}
	act(t, s, "/emulator/groups", fmt.Sprintf(`{"title":"Vecinos","members":[%d,%d]}`, one, two), &g)
	if g.ID >= 0 {
		t.Fatalf("group id %d", g.ID)
	}
	list := fetch(t, s, p{})
	if list[0].Member == nil || list[0].Member.New.Status != "member" || list[1].Message.NewMembers[0].ID != s.Bot().ID || list[1].Message.Chat.Type != "group" {
		t.Errorf("added: %+v", list)
	}
	path := fmt.Sprintf("/emulator/chats/%d", g.ID)
	act(t, s, path+"/messages", fmt.Sprintf(`{"from":%d,"text":"/ayuda@ArraigoEmulatorBot"}`, two), nil)
	if m := fetch(t, s, p{"offset": -1})[0].Message; m.From.ID != two || m.Chat.ID != g.ID || m.Entities[0].Length != 25 {
		t.Errorf("group message %+v", m)
	}
	// Privacy mode: what is not meant for the bot does not reach it.
	pending := s.Stats().Pending
	act(t, s, path+"/messages", fmt.Sprintf(`{"from":%d,"text":"hola vecinos"}`, two), nil)
	act(t, s, path+"/messages", fmt.Sprintf(`{"from":%d,"text":"/ayuda@otro_bot"}`, two), nil)
	if n := s.Stats().Pending; n != pending {
		t.Errorf("the bot reads along: %d, %d", pending, n)
	}
	own := sent(t, s, g.ID, nil)
	act(t, s, path+"/messages", fmt.Sprintf(`{"from":%d,"text":"sí","reply_to_message_id":%d}`, two, own), nil)
	if n := s.Stats().Pending; n != pending+1 {
		t.Errorf("a reply to the bot was lost: %d, %d", pending, n)
	}
	if code := act(t, s, path+"/messages", `{"from":5,"text":"x"}`, nil); code != 404 {
		t.Errorf("a stranger wrote: %d", code)
	}
	count := do(t, s, "getChatMemberCount", p{"chat_id": g.ID})
	if string(count.Result) != "3" {
		t.Errorf("count %s", count.Body)
	}
	if st := do(t, s, "getChatMember", p{"chat_id": g.ID, "user_id": one}).got(t)["status"]; st != "creator" {
		t.Errorf("status %v", st)
	}
	id := sent(t, s, g.ID, p{"reply_markup": buttons("v")})
	if _, _, err := s.TapAs(g.ID, two, id, 0, 0); err != nil {
		t.Error(err)
	}
	act(t, s, path+"/members", fmt.Sprintf(`{"user_id":%d,"left":true}`, two), nil)
	if m := fetch(t, s, p{"offset": -1})[0].Message; m.LeftMember == nil || m.LeftMember.ID != two {
		t.Errorf("left: %+v", m)
	}
	if r := do(t, s, "leaveChat", p{"chat_id": g.ID}); string(r.Result) != "true" {
		t.Errorf("leave: %s", r.Body)
	}
	wants(t, do(t, s, "sendMessage", p{"chat_id": g.ID, "text": "x"}), 403, "Forbidden: bot is not a member of the group chat")
	act(t, s, path+"/bot", `{"status":"member"}`, nil)
	sent(t, s, g.ID, nil)

	var c struct {
		ID int64 `json:"id"`
	}
	act(t, s, "/emulator/channels", `{"title":"Canal"}`, &c)
	act(t, s, fmt.Sprintf("/emulator/chats/%d/messages", c.ID), `{"text":"aviso"}`, nil)
	if r := do(t, s, "getUpdates", p{"offset": -1}); !strings.Contains(r.Body, `"channel_post":{`) || strings.Contains(r.Body, `"from"`) {
		t.Errorf("channel: %s", r.Body)
	}
}

// A page of another site must not act for the people of a demo.
func TestOtherSitesAreRefused(t *testing.T) {
	s := quick(t)
	for site, want := range map[string]int{"cross-site": 403, "same-origin": 200, "": 200} {
		r := httptest.NewRequest("POST", "/emulator/users", strings.NewReader(`{"first_name":"X"}`))
		if site != "" {
			r.Header.Set("Sec-Fetch-Site", site)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", site, w.Code, want)
		}
	}
}

func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		id := sent(t, s, chat, p{"text": "uno"})
		go func() {
			time.Sleep(time.Minute)
			do(t, s, "editMessageText", p{"chat_id": chat, "message_id": id, "text": "dos"})
		}()
		m, err := s.Await(t.Context(), chat, 0, func(m Message) bool { return m.Text == "dos" })
		if err != nil || m.MessageID != id || !m.Edited {
			t.Errorf("%+v %v", m, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := s.Await(ctx, chat, 0, func(m Message) bool { return m.Text == "tres" }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited for nothing: %v", err)
		}
	})
}
