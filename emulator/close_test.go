package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// Close ends what waits: a long poll, a webhook that hangs, one that is
// between two tries, and a page that follows the events.
func TestNothingIsLeftBehind(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	hang, reached := make(chan struct{}), make(chan struct{})
	var once sync.Once
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		once.Do(func() { close(reached) })
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	s := New(Config{AllowInsecureWebhook: true})
	web := httptest.NewServer(s)
	client := &http.Client{Transport: &http.Transport{}}
	var waiting sync.WaitGroup
	get := func(path string) {
		ready := make(chan struct{})
		waiting.Go(func() {
			close(ready)
			resp, err := client.Get(web.URL + path)
			if err == nil {
				buf := make([]byte, 1024)
				for {
					if _, err := resp.Body.Read(buf); err != nil {
						break
					}
				}
				resp.Body.Close()
			}
		})
		<-ready
	}
	get("/bot" + s.Token() + "/getUpdates?timeout=50")
	get("/emulator/events")
	do(t, s, "setWebhook", p{"url": slow.URL})
	newcomer(t, s)
	<-reached
	s.Close()
	waiting.Wait()
	close(hang)
	client.CloseIdleConnections()
	web.Close()
	slow.Close()
	goleak.VerifyNone(t, ignore)
}

// People, bot and observers at once: for the race detector, and for the sums.
func TestManyAtOnce(t *testing.T) {
	s := serve(t, Config{Limits: Limits{Off: true}})
	var people []int64
	for range 8 {
		people = append(people, newcomer(t, s))
	}
	var all sync.WaitGroup
	for _, chat := range people {
		all.Go(func() {
			for i := range 25 {
				r := do(t, s, "sendMessage", p{"chat_id": chat, "text": fmt.Sprint(chat, i), "reply_markup": buttons("a")})
				id := int64(r.got(t)["message_id"].(float64))
				query, _, err := s.Tap(chat, id, 0, 0)
				if err != nil {
					t.Error(err)
				}
				do(t, s, "answerCallbackQuery", p{"callback_query_id": query})
				do(t, s, "editMessageText", p{"chat_id": chat, "message_id": id, "text": fmt.Sprint("e", i)})
				if _, err := s.Say(chat, "x"); err != nil {
					t.Error(err)
				}
				if _, err := s.Messages(chat, 0); err != nil {
					t.Error(err)
				}
				s.Stats()
			}
		})
	}
	all.Go(func() {
		for range 50 {
			do(t, s, "getUpdates", p{"limit": 10})
		}
	})
	all.Wait()
	calls := s.Stats().Calls
	for _, method := range []string{"sendmessage", "answercallbackquery", "editmessagetext"} {
		if n := calls[method]["ok"]; n != 200 {
			t.Errorf("%s: %d ok of 200: %v", method, n, calls[method])
		}
	}
}

func BenchmarkSendMessage(b *testing.B) {
	s := New(Config{Limits: Limits{Off: true}})
	defer s.Close()
	chat := s.AddUser(User{FirstName: "Ana"})
	if _, err := s.Start(chat, ""); err != nil {
		b.Fatal(err)
	}
	web := httptest.NewServer(s)
	defer web.Close()
	body := fmt.Sprintf(`{"chat_id":%d,"text":"<b>Hola</b>, ¿cómo está?","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"Sí","callback_data":"y"}]]}}`, chat)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("POST", "/bot"+s.Token()+"/sendMessage", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
	}
}
