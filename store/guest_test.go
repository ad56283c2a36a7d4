package store_test

import (
	"strconv"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func lifetime(t testing.TB, s *store.Store, chat int64) time.Duration {
	t.Helper()
	id := s.ContactID(chat)
	ms, err := s.Do(t.Context(), "PTTL", "{b"+strconv.Itoa(id.Bucket())+"}:contact:"+string(id))
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(ms.(int64)) * time.Millisecond
}

func kinds(t testing.TB, s *store.Store, chat int64) map[string]int {
	t.Helper()
	held, err := s.Stored(t.Context(), chat, noon)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, h := range held {
		out[h.Row.Name] = h.Entries
	}
	return out
}

func TestWithoutConsentARecordLivesThirtyDaysAndIsNowhereElse(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		everything := func(tn *store.Turn) {
			tn.Record.Session.Language = "es"
			tn.Index = []flows.Entry{{Dimension: "language", Value: "es"}}
			tn.Due = noon.Add(time.Hour)
		}
		guest := func(tn *store.Turn) { everything(tn); tn.Consented = false }

		turn(t, s, ana, 1, guest)
		const month = 30 * 24 * time.Hour
		if d := lifetime(t, s, ana); d > month || d < month-time.Minute {
			t.Errorf("lifetime %s, want 30 days", d)
		}
		if diff := cmp.Diff(map[string]int{"contact": 1}, kinds(t, s, ana)); diff != "" {
			t.Errorf("kept (-want +got):\n%s", diff)
		}
		if r := load(t, s, ana); r.Session.Language != "es" || r.Member {
			t.Errorf("got %+v", r)
		}

		turn(t, s, ana, 2, everything)
		if d := lifetime(t, s, ana); d > 0 {
			t.Errorf("with consent the record still ends in %s", d)
		}
		if diff := cmp.Diff(map[string]int{"contact": 1, "index": 2, "roster": 1, "due": 1}, kinds(t, s, ana)); diff != "" {
			t.Errorf("kept with consent (-want +got):\n%s", diff)
		}

		turn(t, s, ana, 3, guest) // consent withdrawn
		if d := lifetime(t, s, ana); d > month || d < month-time.Minute {
			t.Errorf("lifetime %s after consent was withdrawn, want 30 days", d)
		}
		if diff := cmp.Diff(map[string]int{"contact": 1}, kinds(t, s, ana)); diff != "" {
			t.Errorf("kept after consent was withdrawn (-want +got):\n%s", diff)
		}
		if found := storetest.Find(t, s, crockford(t, s.ContactID(ana))); len(found) > 0 {
			t.Errorf("id still in %v", found)
		}
	})
}

func TestDeliveryKeepsTheLifetime(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ref := turn(t, s, ana, 1, func(tn *store.Turn) { tn.Consented, tn.Replies = false, says("k") })
	if err := s.Delivered(t.Context(), ref, noon, 4); err != nil {
		t.Fatal(err)
	}
	if d := lifetime(t, s, ana); d <= 0 {
		t.Errorf("lifetime %s after delivery", d)
	}
}

func TestStoredListsWhatIsHeld(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if got := kinds(t, s, ana); len(got) != 0 {
		t.Errorf("of a stranger: %v", got)
	}
	live(t, s, ana)
	live(t, s, beto)
	want := map[string]int{"contact": 1, "index": 3, "roster": 1, "relay": 2, "talk": 2, "enclosed": 1, "notes": 1, "requests-of": 1, "reported": 1, "said": 1, "ticket": 1, "tickets": 1, "due": 1, "outbox": 1, "owed": 1}
	if diff := cmp.Diff(want, kinds(t, s, ana)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	held, err := s.Stored(t.Context(), ana, noon)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range held {
		if h.Row.Name == "due" && !h.Until.Equal(noon.Add(time.Hour)) {
			t.Errorf("timer at %s", h.Until)
		}
	}
	turn(t, s, ana, 2000, func(tn *store.Turn) { tn.Erase = true })
	if diff := cmp.Diff(map[string]int{"tombstone": 1, "spent": 1}, kinds(t, s, ana)); diff != "" {
		t.Errorf("after the erasure (-want +got):\n%s", diff)
	}
}
