package emulator

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// stream reads server-sent events.
type stream struct {
	t    *testing.T
	resp *http.Response
	read *bufio.Reader
}

func follow(t *testing.T, url, last string) *stream {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url+"/emulator/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	if got := resp.Header.Get("Content-Type"); got != "text/event-stream" {
		t.Fatalf("content type %q", got)
	}
	s := &stream{t, resp, bufio.NewReader(resp.Body)}
	return s
}

// next is the next event that has data.
func (s *stream) next() (id string, data map[string]any) {
	s.t.Helper()
	for {
		line, err := s.read.ReadString('\n')
		if err != nil {
			s.t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "id: "):
			id = line[4:]
		case strings.HasPrefix(line, "data: "):
			if err := json.Unmarshal([]byte(line[6:]), &data); err != nil {
				s.t.Fatalf("%s: %v", line, err)
			}
			return id, data
		}
	}
}

func TestEvents(t *testing.T) {
	s := quick(t)
	web := httptest.NewServer(s)
	defer web.Close()
	defer s.Close() // ends the streams before the listener waits for them
	live := follow(t, web.URL, "")
	chat := newcomer(t, s)
	var kinds []string
	var lastID string
	take := func(n int) map[string]any {
		t.Helper()
		var data map[string]any
		for range n {
			lastID, data = live.next()
			kinds = append(kinds, data["type"].(string))
		}
		return data
	}
	take(2)
	id := sent(t, s, chat, p{"reply_markup": buttons("a")})
	m := take(1)
	if m["chat_id"] != float64(chat) || m["message"].(map[string]any)["text"] != "hola" {
		t.Errorf("message %v", m)
	}
	do(t, s, "sendChatAction", p{"chat_id": chat, "action": "typing"})
	if a := take(1); a["action"] != "typing" {
		t.Errorf("action %v", a)
	}
	do(t, s, "editMessageText", p{"chat_id": chat, "message_id": id, "text": "otra"}).got(t)
	if e := take(1); e["message"].(map[string]any)["text"] != "otra" {
		t.Errorf("edited %v", e)
	}
	beforeDelete := lastID
	do(t, s, "deleteMessage", p{"chat_id": chat, "message_id": id})
	if d := take(1); d["message_id"] != float64(id) {
		t.Errorf("deleted %v", d)
	}
	query, _ := s.TapData(chat, id, "x")
	do(t, s, "answerCallbackQuery", p{"callback_query_id": query, "text": "Listo", "show_alert": true})
	if c := take(1); c["callback_query_id"] != query || c["text"] != "Listo" || c["show_alert"] != true {
		t.Errorf("callback %v", c)
	}
	if err := s.Block(chat, true); err != nil {
		t.Fatal(err)
	}
	if b := take(1); b["blocked"] != true {
		t.Errorf("blocked %v", b)
	}
	do(t, s, "setMyCommands", p{"commands": []p{{"command": "menu", "description": "Menú"}}})
	take(1)
	if got := strings.Join(kinds, " "); got != "user message message action edited deleted callback blocked bot" {
		t.Errorf("events %s", got)
	}
	again := follow(t, web.URL, beforeDelete)
	if id, data := again.next(); data["type"] != "deleted" || id == "" {
		t.Errorf("after reconnecting: %v", data)
	}
}

func TestEventLogIsBounded(t *testing.T) {
	s := quick(t)
	for i := range keptEvents + 50 {
		s.mu.Lock()
		s.events.add(event{kind: "action", chat: int64(i)})
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.events.after(0)
	if len(list) != keptEvents || list[0].id != 51 || list[len(list)-1].id != keptEvents+50 {
		t.Errorf("%d events, from %d to %d", len(list), list[0].id, list[len(list)-1].id)
	}
	for i := 1; i < len(list); i++ {
		if list[i].id != list[i-1].id+1 {
			t.Fatal("out of order")
		}
	}
}
