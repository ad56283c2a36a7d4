package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

// idle is how long work may go without a word. A busy machine stops a test for
// longer than one would think.
const idle = 500 * time.Millisecond

func started(t testing.TB, s *store.Store, id string) {
	t.Helper()
	o := create(t, s, announcement(id))
	if err := s.StartOutreach(t.Context(), id, o.Version, noon); err != nil {
		t.Fatal(err)
	}
}

func next(t testing.TB, s *store.Store, idle time.Duration) *store.Work {
	t.Helper()
	w, err := s.NextWork(t.Context(), "a-111111", idle)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestWorkIsSharedOutOnce(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		first := storetest.Open(t, store.Config{URL: url, Keys: keys})
		if w := next(t, first, time.Minute); w != nil {
			t.Fatalf("work before there is any: %+v", w)
		}
		started(t, first, "a-111111")
		var mu sync.Mutex
		seen := map[int]int{}
		var wg sync.WaitGroup
		for range 4 {
			s := storetest.Open(t, store.Config{URL: url, Keys: keys})
			wg.Go(func() {
				for {
					w, err := s.NextWork(t.Context(), "a-111111", time.Minute)
					if err != nil || w == nil {
						if err != nil {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					seen[w.Bucket]++
					mu.Unlock()
					if err := s.DoneWork(t.Context(), *w); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for b := range store.Buckets {
			if seen[b] != 1 {
				t.Errorf("bucket %d was gone through %d times", b, seen[b])
			}
		}
		if n, err := first.WorkLeft(t.Context(), "a-111111"); n != 0 || err != nil {
			t.Errorf("left: %d, %v", n, err)
		}
	})
}

func TestWorkOfADeadProcessIsTakenOver(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		dead := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "dead"})
		other := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "other"})
		started(t, dead, "a-111111")
		w := next(t, dead, time.Minute)
		done := 0
		take := func() *store.Work {
			got := next(t, other, idle)
			if got == nil || got.Bucket == w.Bucket {
				return got
			}
			if err := other.DoneWork(t.Context(), *got); err != nil {
				t.Fatal(err)
			}
			done++
			return nil
		}
		for deadline := time.Now().Add(2 * idle); time.Now().Before(deadline); { // alive, and says so
			if err := dead.KeepWork(t.Context(), *w); err != nil {
				t.Fatal(err)
			}
			if take() != nil {
				t.Fatal("taken from somebody who is at it")
			}
		}
		var taken *store.Work
		for deadline := time.Now().Add(10 * time.Second); taken == nil; taken = take() {
			if time.Now().After(deadline) {
				t.Fatal("nobody takes it over")
			}
		}
		if err := dead.KeepWork(t.Context(), *w); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the dead one still holds it: %v", err)
		}
		if err := other.KeepWork(t.Context(), *taken); err != nil {
			t.Error(err)
		}
		for range 2 {
			if err := other.DoneWork(t.Context(), *taken); err != nil {
				t.Error(err)
			}
			if err := dead.DoneWork(t.Context(), *w); err != nil {
				t.Error(err)
			}
		}
		if n, err := other.WorkLeft(t.Context(), "a-111111"); n != store.Buckets-1-done || err != nil {
			t.Errorf("left: %d, %v", n, err)
		}
		if err := other.KeepWork(t.Context(), *taken); !errors.Is(err, store.ErrConflict) {
			t.Errorf("finished and still held: %v", err)
		}
	})
}

// A process that begins a new life goes on where it was, at once.
func TestAProcessFindsItsOwnWorkAgain(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	first := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "one", Epoch: 1})
	started(t, first, "a-111111")
	w := next(t, first, time.Minute)
	second := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "one", Epoch: 2})
	for range 2 {
		if got := next(t, second, time.Minute); got == nil || got.Bucket != w.Bucket {
			t.Fatalf("%+v, want bucket %d", got, w.Bucket)
		}
	}
	if err := second.DoneWork(t.Context(), *w); err != nil {
		t.Fatal(err)
	}
	if got := next(t, second, time.Minute); got == nil || got.Bucket == w.Bucket {
		t.Errorf("%+v after it was finished", got)
	}
}

// An outreach of a few people is one piece; one that is over leaves no key.
func TestASmallOutreachIsOnePiece(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		s, other := storetest.Open(t, store.Config{URL: url, Keys: keys}), storetest.Open(t, store.Config{URL: url, Keys: keys})
		small := announcement("a-111111")
		small.Size = 2000
		o := create(t, s, small)
		if err := s.StartOutreach(t.Context(), o.ID, o.Version, noon); err != nil {
			t.Fatal(err)
		}
		w := next(t, s, time.Minute)
		if w == nil || !w.Whole() {
			t.Fatalf("%+v", w)
		}
		if again := next(t, other, time.Minute); again != nil {
			t.Errorf("another piece: %+v", again)
		}
		states, left, err := s.Motion(t.Context())
		if err != nil || states[o.ID] != store.OutreachSending || left[o.ID] != 1 {
			t.Errorf("%v, %v, %v", states, left, err)
		}
		if err := s.DoneWork(t.Context(), *w); err != nil {
			t.Fatal(err)
		}
		if _, left, err := s.Motion(t.Context()); err != nil || len(left) != 0 {
			t.Errorf("left: %v, %v", left, err)
		}
		if found := storetest.Find(t, s, ":work:"); len(found) != 0 {
			t.Errorf("left in Redis: %v", found)
		}
		if w := next(t, s, 0); w != nil {
			t.Errorf("work after the end: %+v", w)
		}
		if err := s.KeepWork(t.Context(), *w); !errors.Is(err, store.ErrConflict) {
			t.Errorf("it is still held: %v", err)
		}
	})
}

// A paused outreach, or one of a hundred thousand, holds no other up.
func TestEachOutreachHasItsOwnWork(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	started(t, s, "a-111111")
	started(t, s, "a-222222")
	for _, id := range []string{"a-222222", "a-111111"} {
		w, err := s.NextWork(t.Context(), id, time.Minute)
		if err != nil || w == nil || w.Outreach != id {
			t.Errorf("%s: %+v, %v", id, w, err)
		}
	}
}
