package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func ids(list []update) (out []int64) {
	for _, u := range list {
		out = append(out, u.ID)
	}
	return out
}

// say makes n updates and returns the id of the first.
func say(t *testing.T, s *Server, chat int64, n int) int64 {
	t.Helper()
	s.mu.Lock()
	before := s.updates.next
	s.mu.Unlock()
	for i := range n {
		if _, err := s.Say(chat, fmt.Sprint("m", i)); err != nil {
			t.Fatal(err)
		}
	}
	return before
}

func TestOffsets(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	first := ids(fetch(t, s, p{}))[0]
	if first < 2_000_001 {
		t.Errorf("first update_id %d", first)
	}
	say(t, s, chat, 9) // first .. first+9
	last := first + 9
	for _, c := range []struct {
		name       string
		offset     any
		start, end int64 // of the ids given
		kept       int   // pending afterwards
	}{
		{"none", nil, first, last, 10},
		{"zero", 0, first, last, 10},
		{"below the head", first - 5, first, last, 10},
		{"far below the head", first - 100_001, first, last, 10},
		{"far past the tail", last + 1 + 11, first, last, 10},
		{"words", "abc", first, last, 10},
		{"confirms three", first + 3, first + 3, last, 7},
		{"again", first + 3, first + 3, last, 7},
		{"the last two", -2, last - 1, last, 2},
		{"more than there are", -50, last - 1, last, 2},
		{"all", last + 1, 0, -1, 0},
	} {
		fields := p{}
		if c.offset != nil {
			fields["offset"] = c.offset
		}
		got := ids(fetch(t, s, fields))
		var want []int64
		for id := c.start; id <= c.end; id++ {
			want = append(want, id)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
		if n := s.Stats().Pending; n != c.kept {
			t.Errorf("%s: %d pending, want %d", c.name, n, c.kept)
		}
	}
}

func TestRepeatedOffsetsAreSlowedDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		say(t, s, chat, 4)
		count := func(fields p) int { return strings.Count(string(do(t, s, "getUpdates", fields).Result), "update_id") }
		if n := count(p{}); n != 5 {
			t.Errorf("first: %d", n)
		}
		if n := count(p{}); n != 1 {
			t.Errorf("at once again: %d", n)
		}
		time.Sleep(time.Second)
		if n := count(p{}); n != 5 {
			t.Errorf("a second later: %d", n)
		}
		next := fetch(t, s, p{"offset": -1})[0].ID + 1
		do(t, s, "getUpdates", p{"offset": next})
		before := time.Now()
		do(t, s, "getUpdates", p{"offset": next, "timeout": 0})
		if waited := time.Since(before); waited != 3*time.Second {
			t.Errorf("the same empty offset waited %v, want 3s", waited)
		}
	})
}

func TestLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		next := fetch(t, s, p{})[0].ID + 1
		start := time.Now()
		if r := do(t, s, "getUpdates", p{"offset": next, "timeout": 1000}); string(r.Result) != "[]" || time.Since(start) != 50*time.Second {
			t.Errorf("%s after %v", r.Body, time.Since(start))
		}
		done := make(chan reply)
		start = time.Now()
		go func() { done <- do(t, s, "getUpdates", p{"offset": next, "timeout": 30}) }()
		synctest.Wait()
		time.Sleep(7 * time.Second)
		say(t, s, chat, 1)
		if r := <-done; !strings.Contains(r.Body, `"text":"m0"`) || time.Since(start) != 7*time.Second {
			t.Errorf("%s after %v", r.Body, time.Since(start))
		}
	})
}

const otherPoll = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"

func TestTheOlderPollLoses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		newcomer(t, s)
		next := fetch(t, s, p{})[0].ID + 1
		start := func(timeout int) chan reply {
			done := make(chan reply, 1)
			go func() { done <- do(t, s, "getUpdates", p{"offset": next, "timeout": timeout}) }()
			synctest.Wait()
			return done
		}
		time.Sleep(time.Minute)
		first := start(40)
		time.Sleep(4 * time.Second)
		begun := time.Now()
		second := start(40)
		wants(t, <-first, 409, otherPoll)
		if time.Since(begun) != 0 {
			t.Errorf("the first conflict waited %v", time.Since(begun))
		}
		third := start(40)
		wants(t, <-second, 409, otherPoll)
		if d := time.Since(begun); d != 3*time.Second {
			t.Errorf("the second conflict came after %v, want 3s", d)
		}
		time.Sleep(4 * time.Second)
		// A short poll ends nobody.
		if r := do(t, s, "getUpdates", p{"offset": next, "timeout": 0}); !r.OK {
			t.Errorf("short poll: %s", r.Body)
		}
		select {
		case r := <-third:
			t.Errorf("ended by a short poll: %s", r.Body)
		default:
		}
		if r := <-third; string(r.Result) != "[]" {
			t.Errorf("third: %s", r.Body)
		}
	})
}

func TestClosingEndsLongPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Config{})
		done := make(chan reply)
		go func() { done <- do(t, s, "getUpdates", p{"timeout": 50}) }()
		synctest.Wait()
		s.Close()
		wants(t, <-done, 500, "Internal Server Error: restart")
	})
}

func TestRevokedTokenEndsLongPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		done := make(chan reply)
		go func() { done <- do(t, s, "getUpdates", p{"timeout": 50}) }()
		synctest.Wait()
		s.SetFaults(Faults{Revoked: true})
		wants(t, <-done, 401, "Unauthorized")
		wants(t, do(t, s, "getMe", nil), 401, "Unauthorized")
		s.SetFaults(Faults{})
		do(t, s, "getMe", nil).got(t)
	})
}

func TestUpdatesExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		id := sent(t, s, chat, p{"reply_markup": buttons("a")})
		if _, _, err := s.Tap(chat, id, 0, 0); err != nil {
			t.Fatal(err)
		}
		if n := len(fetch(t, s, p{})); n != 2 {
			t.Fatalf("%d updates", n)
		}
		time.Sleep(151 * time.Second)
		if list := fetch(t, s, p{}); len(list) != 1 || list[0].Message == nil {
			t.Errorf("after 151 s: %+v", list)
		}
		time.Sleep(24 * time.Hour)
		if list := fetch(t, s, p{}); len(list) != 0 {
			t.Errorf("after a day: %+v", list)
		}
		before := say(t, s, chat, 1)
		if got := fetch(t, s, p{})[0].ID; got != before {
			t.Errorf("id %d after a day, want %d", got, before)
		}
		time.Sleep(8 * 24 * time.Hour)
		say(t, s, chat, 1)
		if got := fetch(t, s, p{})[0].ID; got == before+1 {
			t.Error("ids go on after a week of silence")
		}
	})
}

func TestAllowedUpdates(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	id, _ := s.Say(chat, "x")
	kinds := func() string {
		if err := s.Edit(chat, id, fmt.Sprint("edit ", s.Stats().Pending, time.Now())); err != nil {
			t.Fatal(err)
		}
		say(t, s, chat, 1)
		if err := s.Block(chat, true); err != nil {
			t.Fatal(err)
		}
		if err := s.Block(chat, false); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, u := range fetch(t, s, p{"offset": 0}) {
			switch {
			case u.Message != nil:
				out = append(out, "m")
			case u.Edited != nil:
				out = append(out, "e")
			case u.Member != nil:
				out = append(out, "b")
			}
		}
		fetch(t, s, p{"offset": fetch(t, s, p{"offset": -1})[0].ID + 1})
		return strings.Join(out, "")
	}
	fetch(t, s, p{"offset": fetch(t, s, p{"offset": -1})[0].ID + 1})
	for _, c := range []struct{ allowed, want string }{
		{`["message"]`, "m"},
		{`"nonsense"`, "m"},
		{`nonsense`, "m"},
		{`["edited_message","unknown",5]`, "e"},
		{`["unknown"]`, "embb"},
		{`["my_chat_member","my_chat_member"]`, "bb"},
		{`[]`, "embb"},
	} {
		fetch(t, s, p{"allowed_updates": c.allowed, "offset": -1})
		s.mu.Lock()
		for _, u := range s.updates.rest() {
			s.updates.remove(u)
		}
		s.mu.Unlock()
		if got := kinds(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.allowed, got, c.want)
		}
	}
}

func TestBlockingIsTold(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	if err := s.Block(chat, true); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Say(chat, "x"); err == nil {
		t.Error("a person who blocked the bot wrote to it")
	}
	list := fetch(t, s, p{"offset": -1})
	m := list[0].Member
	if m == nil || m.Old.Status != "member" || m.New.Status != "kicked" || m.From.ID != chat || m.New.User.ID != s.Bot().ID || m.Chat.Type != "private" {
		t.Errorf("block: %+v", m)
	}
	if !strings.Contains(do(t, s, "getUpdates", p{"offset": -1}).Body, `"until_date":0`) {
		t.Error("a banned member has no until_date")
	}
	if err := s.Block(chat, false); err != nil {
		t.Fatal(err)
	}
	if m := fetch(t, s, p{"offset": -1})[0].Member; m.New.Status != "member" {
		t.Errorf("unblock: %+v", m)
	}
}

func TestInjectedUpdates(t *testing.T) {
	s := quick(t)
	for _, c := range []struct{ in, want string }{
		{`{"message":{"text":5}}`, "{\"update_id\":%d,\n\"message\":{\"text\":5}}"},
		{`{"brand_new":{}}`, "{\"update_id\":%d,\n\"brand_new\":{}}"},
		{`{}`, "{\"update_id\":%d}"},
		{`"text"`, `"text"`},
	} {
		id := s.Inject([]byte(c.in))
		if id == 0 {
			t.Fatal("dropped")
		}
		want := c.want
		if strings.Contains(want, "%d") {
			want = fmt.Sprintf(want, id)
		}
		s.mu.Lock()
		s.polls.started = time.Time{}
		s.mu.Unlock()
		if r := do(t, s, "getUpdates", p{"offset": id}); string(r.Result) != "["+want+"]" {
			t.Errorf("%s came as %s", c.in, r.Result)
		}
	}
}

func TestQueueIsBounded(t *testing.T) {
	s := quick(t)
	big := []byte(`{"message":{"text":"` + strings.Repeat("a", maxUpdateBytes) + `"}}`)
	if s.Inject(big) != 0 {
		t.Error("an update over 512 KiB was taken")
	}
	half := []byte(`{"update_id":1,"message":"` + strings.Repeat("a", maxUpdateBytes/2) + `"}`)
	n := 0
	s.mu.Lock()
	for s.enqueueRaw(laneKey{}, s.now().Add(time.Hour), func(int64) json.RawMessage { return half }) != 0 {
		n++
	}
	s.mu.Unlock()
	if n < 500 || n > 520 {
		t.Errorf("%d updates of 256 KiB were taken, want 128 MiB of them", n)
	}
	if r := do(t, s, "getUpdates", p{}); len(r.Body) > maxReplyBytes+maxUpdateBytes {
		t.Errorf("an answer of %d bytes", len(r.Body))
	}
}
