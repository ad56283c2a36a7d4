package emulator

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever a bot sends to whatever method, the answer is one of the Bot API:
// plain ASCII JSON, ok or a refusal with its code.
func FuzzCalls(f *testing.F) {
	kinds := []string{"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"}
	for _, seed := range []struct {
		method string
		kind   uint8
		body   string
	}{
		{"sendMessage", 0, `{"chat_id":77,"text":"<b>x</b>","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"a","url":"a.co"}]]}}`},
		{"sendMessage", 1, `chat_id=77&text=%F0%9F%98%80%&entities=[{"type":"bold","offset":1,"length":1}]`},
		{"sendDocument", 2, "--b\r\nContent-Disposition: form-data; name=\"chat_id\"\r\n\r\n77\r\n--b\r\nContent-Disposition: form-data; name=\"document\"; filename=\"x\"\r\n\r\nx\r\n--b--\r\n"},
		{"editMessageText", 0, `{"chat_id":77,"message_id":1,"text":"x"}`},
		{"setMyCommands", 0, `{"commands":[{"command":"a","description":"b"}],"scope":{"type":"chat","chat_id":77}}`},
		{"sendMediaGroup", 0, `{"chat_id":77,"media":[{"type":"photo","media":"attach://x"}]}`},
		{"setWebhook", 0, `{"url":"https://127.0.0.1"}`},
		{"deleteMessages", 0, `{"chat_id":77,"message_ids":[1,"2"]}`},
		{"answerCallbackQuery", 0, `{"callback_query_id":5}`},
		{"setMessageReaction", 0, `{"chat_id":77,"message_id":1,"reaction":[{"type":"emoji","emoji":"👍"}]}`},
	} {
		f.Add(seed.method, seed.kind, seed.body)
	}
	s := New(Config{Limits: Limits{Off: true}, Seed: 1, KeepMessages: 100, KeepFileBytes: 1 << 16})
	f.Cleanup(s.Close)
	s.AddUser(User{ID: 77, FirstName: "Ana"})
	if _, err := s.Start(77, ""); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method string, kind uint8, body string) {
		switch strings.ToLower(method) {
		case "getupdates", "setwebhook": // may wait for updates or for a name server
			t.Skip()
		}
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.Path = "/bot" + s.Token() + "/" + method
		r.Header.Set("Content-Type", kinds[int(kind)%len(kinds)])
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		var answer struct {
			OK   *bool `json:"ok"`
			Code int   `json:"error_code"`
		}
		out := w.Body.Bytes()
		if err := json.Unmarshal(out, &answer); err != nil || answer.OK == nil {
			t.Fatalf("%s %q: %s", method, body, out)
		}
		if *answer.OK != (w.Code == 200) || !*answer.OK && (answer.Code != w.Code || w.Code >= 500) {
			t.Fatalf("%s %q: HTTP %d, %s", method, body, w.Code, out)
		}
		for _, c := range out {
			if c > 126 {
				t.Fatalf("%s %q: not ASCII: %s", method, body, out)
			}
		}
		list, err := s.Messages(77, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			checkSafe(t, m.HTML)
		}
	})
}
