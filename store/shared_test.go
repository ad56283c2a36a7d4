package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestConsentTextsAreKeptByTheirHash(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		const text = "Autorizo el uso de mis datos.\n"
		hash, err := s.KeepText(t.Context(), text)
		// sha256sum | xxd -r -p | base64, in the URL alphabet
		if want := "1Zbq-B2PWvS1Dv-b5nVSKtrVJMAY2e3I8oQZQn0oM1Y"; err != nil || len(hash) != len(want) {
			t.Fatalf("hash %q, %v", hash, err)
		}
		if hash != store.TextHash(text) || strings.ContainsAny(hash, "+/=") {
			t.Errorf("hash %q", hash)
		}
		if got, err := s.ConsentText(t.Context(), hash); got != text || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := s.ConsentText(t.Context(), store.TextHash("never shown")); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
	})
}

func TestALeaseHasOneHolder(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		a := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a"})
		b := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b"})
		take := func(s *store.Store, want bool) {
			t.Helper()
			if got, err := s.Lease(t.Context(), "timers", time.Minute); got != want || err != nil {
				t.Errorf("lease %v, %v, want %v", got, err, want)
			}
		}
		take(a, true)
		take(a, true) // renewed
		take(b, false)
		if err := b.Release(t.Context(), "timers"); err != nil {
			t.Fatal(err)
		}
		take(b, false) // it was not b's to give back
		if err := a.Release(t.Context(), "timers"); err != nil {
			t.Fatal(err)
		}
		take(b, true)
	})
}

func TestALeaseEndsByItself(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a := storetest.Open(t, store.Config{URL: url, Keys: keys, Epoch: 1})
	b := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b", Epoch: 1})
	if ok, err := a.Lease(t.Context(), "poller", time.Millisecond); !ok || err != nil {
		t.Fatal(ok, err)
	}
	for deadline := time.Now().Add(5 * time.Second); ; {
		ok, err := b.Lease(t.Context(), "poller", time.Minute)
		if err != nil || time.Now().After(deadline) {
			t.Fatalf("the lease of a dead process does not end: %v", err)
		}
		if ok {
			return
		}
	}
}

// After a kill people must not wait until the lease of the dead process ends.
func TestANewLifeTakesItsLeaseOverAtOnce(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		life := func(instance string, epoch int64) *store.Store {
			return storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: instance, Epoch: epoch})
		}
		old, next, other := life("a", 9), life("a", 10), life("b", 11)
		for _, step := range []struct {
			who  string
			s    *store.Store
			want bool
		}{{"first life", old, true}, {"another instance", other, false}, {"next life", next, true}, {"first life again", old, false}, {"next life", next, true}} {
			if got, err := step.s.Lease(t.Context(), "poller", time.Minute); got != step.want || err != nil {
				t.Errorf("%s: %v, %v, want %v", step.who, got, err, step.want)
			}
		}
	})
}

func TestTheOffsetIsKeptPerBot(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if n, err := s.Offset(t.Context(), 1); n != 0 || err != nil {
		t.Errorf("at first: %d, %v", n, err)
	}
	if err := s.SetOffset(t.Context(), 1, 900_000_001); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Offset(t.Context(), 1); n != 900_000_001 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := s.Offset(t.Context(), 2); n != 0 || err != nil {
		t.Errorf("of another bot: %d, %v", n, err)
	}
}

func TestAHoldIsForAllAndOnlyGrows(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		a := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a"})
		b := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b"})
		expect := func(want time.Time) {
			t.Helper()
			if got, err := b.Held(t.Context()); !got.Equal(want) || err != nil {
				t.Errorf("held until %s, %v, want %s", got, err, want)
			}
		}
		hold := func(until time.Time) {
			t.Helper()
			if err := a.HoldAll(t.Context(), noon, until); err != nil {
				t.Fatal(err)
			}
		}
		expect(time.Time{})
		hold(noon.Add(-time.Second))
		expect(time.Time{})
		hold(noon.Add(30 * time.Second))
		expect(noon.Add(30 * time.Second))
		hold(noon.Add(10 * time.Second))
		expect(noon.Add(30 * time.Second))
		hold(noon.Add(9 * time.Hour))
		expect(noon.Add(2 * time.Hour))
	})
}

func TestUnreadableUpdatesAreCountedAndBounded(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		for i := range int64(1005) {
			n, err := s.Unreadable(t.Context(), 5000+i, noon)
			if n != i+1 || err != nil {
				t.Fatalf("%d, %v, want %d", n, err, i+1)
			}
		}
		size, err := s.Do(t.Context(), "HLEN", "unreadable:2026-11-22")
		if err != nil || size.(int64) != 1001 { // the count and 1,000 ids
			t.Errorf("%v fields, %v", size, err)
		}
	})
}

func TestTimersComeDue(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		for i, chat := range []int64{1, 2, 3} {
			turn(t, s, chat, 0, func(tn *store.Turn) { tn.Due = noon.Add(time.Duration(i) * time.Hour) })
		}
		due := func(now time.Time, limit int) []store.ContactID {
			t.Helper()
			ids, err := s.Due(t.Context(), now, limit)
			if err != nil {
				t.Fatal(err)
			}
			return ids
		}
		equal := func(got []store.ContactID, chats ...int64) {
			t.Helper()
			ok := len(got) == len(chats)
			for i := 0; ok && i < len(got); i++ {
				ok = got[i] == s.ContactID(chats[i])
			}
			if !ok {
				t.Errorf("due %v, want those of chats %v", got, chats)
			}
		}
		equal(due(noon.Add(-time.Second), 9))
		equal(due(noon, 9), 1)
		equal(due(noon.Add(3*time.Hour), 9), 1, 2, 3)
		equal(due(noon.Add(3*time.Hour), 2), 1, 2)
		turn(t, s, 1, 0, nil) // sets no timer
		turn(t, s, 2, 0, func(tn *store.Turn) { tn.Due = noon.Add(9 * time.Hour) })
		equal(due(noon.Add(3*time.Hour), 9), 3)
		turn(t, s, 3, 0, func(tn *store.Turn) { tn.Erase = true })
		equal(due(noon.Add(3*time.Hour), 9))

		if err := s.DropTimer(t.Context(), s.ContactID(2)); err != nil {
			t.Fatal(err)
		}
		equal(due(noon.Add(9*time.Hour), 9), 2) // there is a record: the timer stays
		key := load(t, s, 2).ErasedKeys(store.Rows()[0])[0]
		if _, err := s.Do(t.Context(), "DEL", key); err != nil {
			t.Fatal(err)
		}
		if err := s.DropTimer(t.Context(), s.ContactID(2)); err != nil {
			t.Fatal(err)
		}
		equal(due(noon.Add(9*time.Hour), 9))
	})
}

func TestCountersFollowTheDaysOfBogota(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	midnight := time.Date(2026, 11, 23, 5, 0, 0, 0, time.UTC)
	for chat, now := range map[int64]time.Time{1: midnight.Add(-time.Second), 2: midnight, 3: midnight.Add(time.Hour)} {
		turn(t, s, chat, 0, func(tn *store.Turn) { tn.Now, tn.Steps = now, []string{"a.b"} })
	}
	for at, want := range map[time.Time]int64{midnight.Add(-time.Hour): 1, midnight.Add(20 * time.Hour): 2, midnight.Add(24 * time.Hour): 0} {
		if got, err := s.Funnel(t.Context(), at); got["a.b"] != want || err != nil {
			t.Errorf("%s: %v, %v, want %d", at, got, err, want)
		}
	}
}
