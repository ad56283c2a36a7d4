package emulator

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

func TestFloodInOneChat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{Limits: Limits{ChatBurst: 5}})
		chat, other := newcomer(t, s), newcomer(t, s)
		for range 5 {
			sent(t, s, chat, nil)
		}
		r := do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"})
		wants(t, r, 429, "Too Many Requests: retry after 3")
		if r.Parameters.RetryAfter != 3 || r.Header.Get("Retry-After") != "3" {
			t.Errorf("%s %v", r.Body, r.Header)
		}
		sent(t, s, other, nil)
		time.Sleep(1500 * time.Millisecond)
		wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}), 429, "Too Many Requests: retry after 2")
		time.Sleep(1600 * time.Millisecond)
		sent(t, s, chat, nil)
		if n := s.Stats().Throttled; n != 2 {
			t.Errorf("%d throttled", n)
		}
		// One a second goes on for ever.
		for range 100 {
			time.Sleep(time.Second)
			sent(t, s, chat, nil)
		}
	})
}

func TestFloodOverAllChats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{})
		var chats []int64
		for range 90 {
			chats = append(chats, newcomer(t, s))
		}
		ok := 0
		for _, chat := range chats {
			if do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}).OK {
				ok++
			}
		}
		if ok != 30 {
			t.Errorf("%d of 90 at once", ok)
		}
		time.Sleep(time.Minute)
		before := time.Now()
		for i := range 300 {
			time.Sleep(time.Second / 29)
			sent(t, s, chats[i%90], p{"text": fmt.Sprint(i)})
		}
		if d := time.Since(before); d > 11*time.Second {
			t.Errorf("took %v", d)
		}
	})
}

func TestFloodInGroupsAndByAlbumsAndEdits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{})
		chat := newcomer(t, s)
		group, err := s.AddGroup(Group{Title: "G", Members: []int64{chat}})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			time.Sleep(50 * time.Millisecond)
			sent(t, s, group, p{"text": fmt.Sprint(i)})
		}
		if r := do(t, s, "sendMessage", p{"chat_id": group, "text": "x"}); r.ErrorCode != 429 {
			t.Errorf("21 in a minute: %s", r.Body)
		}
		time.Sleep(time.Minute)
		id := sent(t, s, chat, nil)
		refused := 0
		for i := range 40 {
			time.Sleep(10 * time.Millisecond)
			r := do(t, s, "editMessageText", p{"chat_id": chat, "message_id": id, "text": fmt.Sprint(i)})
			if r.ErrorCode == 429 {
				refused++
			}
		}
		if refused == 0 {
			t.Error("edits are free")
		}
		// Taps and typing are not messages.
		for range 100 {
			if r := do(t, s, "sendChatAction", p{"chat_id": chat, "action": "typing"}); !r.OK {
				t.Fatalf("typing: %s", r.Body)
			}
		}
	})
}

func TestShortFloodsCanBeAbsorbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{Limits: Limits{ChatBurst: 1, RetryAfter: 2 * time.Second, Absorb: 8 * time.Second}})
		chat := newcomer(t, s)
		sent(t, s, chat, nil)
		before := time.Now()
		sent(t, s, chat, nil)
		if d := time.Since(before); d != 2*time.Second {
			t.Errorf("waited %v", d)
		}
	})
}

func TestNoLimits(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	for i := range 500 {
		sent(t, s, chat, p{"text": fmt.Sprint(i)})
	}
	if s.Stats().Throttled != 0 {
		t.Error("throttled without limits")
	}
}

// Who wrote to the bot before can be written to, and no update tells of them.
func TestManyAtOnceToPeopleWhoWroteBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, Config{Limits: Limits{Burst: 100}})
		for range 100 {
			chat := s.AddUser(User{FirstName: "Ana"})
			if err := s.Opened(chat); err != nil {
				t.Fatal(err)
			}
			sent(t, s, chat, nil)
		}
		chat := s.AddUser(User{FirstName: "Eva"})
		wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}), 400, "Bad Request: chat not found")
		if err := s.Opened(chat); err != nil {
			t.Fatal(err)
		}
		wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}), 429, "Too Many Requests: retry after 3")
		if n := s.Stats().Pending; n != 0 {
			t.Errorf("%d updates", n)
		}
		if err := s.Opened(1); err != ErrNoChat {
			t.Error(err)
		}
	})
}
