package emulator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFaults(t *testing.T) {
	s := quick(t)
	chat, other := newcomer(t, s), newcomer(t, s)
	send := func(chat int64) reply { return do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}) }

	r := raw(t, s, "POST", "/emulator/faults", "application/json", `{"p429":1,"retry_after":9,"methods":["sendMessage"],"chats":[`+fmt.Sprint(chat)+`]}`)
	if r.Status != 200 {
		t.Fatalf("faults: %s", r.Body)
	}
	wants(t, send(chat), 429, "Too Many Requests: retry after 9")
	send(other).got(t)
	do(t, s, "getMe", nil).got(t)
	if got := raw(t, s, "GET", "/emulator/faults", "", "").Body; !strings.Contains(got, `"retry_after":9`) {
		t.Errorf("GET faults: %s", got)
	}

	s.SetFaults(Faults{P5xx: 1, HTML5xx: true})
	if r := send(chat); r.Status < 500 || r.Header.Get("Content-Type") != "text/html" || !strings.Contains(r.Body, "<html>") {
		t.Errorf("html: %d %s", r.Status, r.Body)
	}
	s.SetFaults(Faults{P5xx: 1})
	if r := send(chat); r.Status < 500 || r.ErrorCode != r.Status {
		t.Errorf("json: %d %s", r.Status, r.Body)
	}
	s.SetFaults(Faults{P429: 0.5})
	refused := 0
	for range 200 {
		if !send(chat).OK {
			refused++
		}
	}
	if refused < 60 || refused > 140 {
		t.Errorf("half is %d of 200", refused)
	}
	if calls := s.Stats().Calls["sendmessage"]; calls["429"] != int64(refused)+1 {
		t.Errorf("calls %v, want %d of 429", calls, refused+1)
	}
	s.SetFaults(Faults{})
	send(chat).got(t)
}

func TestCutConnections(t *testing.T) {
	s := quick(t)
	web := httptest.NewServer(s)
	defer web.Close()
	chat := newcomer(t, s)
	count := func() int {
		list, err := s.Messages(chat, 1)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	send := func() error {
		r, err := http.Post(web.URL+"/bot"+s.Token()+"/sendMessage", "application/json", strings.NewReader(fmt.Sprintf(`{"chat_id":%d,"text":"x"}`, chat)))
		if err != nil {
			return err
		}
		defer r.Body.Close()
		_, err = io.ReadAll(r.Body)
		return err
	}
	s.SetFaults(Faults{CutBefore: 1})
	if send() == nil || count() != 0 {
		t.Errorf("cut before: %d messages", count())
	}
	s.SetFaults(Faults{CutAfterSend: 1})
	if send() == nil || count() != 1 {
		t.Errorf("cut after: %d messages", count())
	}
	s.SetFaults(Faults{})
	if err := send(); err != nil || count() != 2 {
		t.Errorf("whole: %v, %d messages", err, count())
	}
	if d := s.Stats(); d.Repeated != 1 || len(d.Duplicates) != 1 || d.Duplicates[0] != (Duplicate{ChatID: chat, Text: "x", Count: 2}) {
		t.Errorf("duplicates %+v", d)
	}
}

func TestLatencyAndSpeed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{Speed: 10, Limits: Limits{Off: true}})
		chat := newcomer(t, s)
		s.SetFaults(Faults{LatencyMS: 60_000})
		start := time.Now()
		for range 20 {
			sent(t, s, chat, nil)
		}
		if d := time.Since(start); d < 20*time.Second || d > 120*time.Second {
			t.Errorf("20 calls of up to a minute, ten times faster, took %v", d)
		}
		s.SetFaults(Faults{})
		first, second := sent(t, s, chat, nil), int64(0)
		time.Sleep(time.Minute)
		second = sent(t, s, chat, nil)
		list, _ := s.Messages(chat, first-1)
		if d := list[1].Date - list[0].Date; d != 600 || list[1].MessageID != second {
			t.Errorf("a minute was %d seconds", d)
		}
	})
}
