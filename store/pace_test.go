package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

func budget(t testing.TB, s *store.Store, n, spent int, rate float64) time.Duration {
	t.Helper()
	wait, err := s.ReserveSends(t.Context(), n, spent, rate)
	if err != nil {
		t.Fatal(err)
	}
	return wait
}

// near allows for the time that the test itself takes.
func near(t testing.TB, what string, got, want time.Duration) {
	t.Helper()
	if got > want || got < want-500*time.Millisecond {
		t.Errorf("%s: waits %s, want %s", what, got, want)
	}
}

func TestReplicasShareOneBudget(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		a, b := storetest.Open(t, store.Config{URL: url, Keys: keys}), storetest.Open(t, store.Config{URL: url, Keys: keys})
		near(t, "the first", budget(t, a, 10, 0, 2), 0)
		near(t, "another replica", budget(t, b, 4, 0, 2), 5*time.Second)
		near(t, "the first again", budget(t, a, 1, 0, 2), 7*time.Second)
		near(t, "at a faster pace", budget(t, a, 1, 0, 1000), 7500*time.Millisecond)
	})
}

func TestRepliesAreDebitedAndDoNotPileUp(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	near(t, "after 15 replies", budget(t, s, 0, 15, 30), 500*time.Millisecond)
	near(t, "after 1,000 replies", budget(t, s, 30, 1000, 30), time.Second)
	near(t, "behind those of another", budget(t, s, 0, 1000, 30), 2*time.Second)
}

func TestABudgetSurvivesAClockThatWasPutBack(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ahead := time.Now().Add(3 * time.Hour).UnixMicro()
	if _, err := s.Do(t.Context(), "SET", "pace:next", ahead, "EX", 60); err != nil {
		t.Fatal(err)
	}
	near(t, "after the clock went back three hours", budget(t, s, 1, 0, 30), 0)
}

func TestAnIdleBudgetIsForgotten(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	budget(t, s, 30, 0, 30)
	left, err := s.Do(t.Context(), "PTTL", "pace:next")
	if ms, _ := left.(int64); err != nil || ms < 50_000 || ms > 62_000 {
		t.Errorf("ends in %v ms, %v", left, err)
	}
	for _, bad := range []func() error{
		func() error { _, err := s.ReserveSends(t.Context(), -1, 0, 30); return err },
		func() error { _, err := s.ReserveSends(t.Context(), 0, -1, 30); return err },
		func() error { _, err := s.ReserveSends(t.Context(), 1, 0, 0); return err },
	} {
		if bad() == nil {
			t.Error("nonsense was taken")
		}
	}
}

// Whatever many ask at once, no two get the same slot.
func TestNoSlotIsGivenTwice(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	const rate, each, replicas = 100.0, 25, 4
	begin := time.Now()
	var last atomic.Int64
	var wg sync.WaitGroup
	for range replicas {
		s := storetest.Open(t, store.Config{URL: url, Keys: keys})
		wg.Go(func() {
			for range each {
				wait, err := s.ReserveSends(t.Context(), 1, 0, rate)
				if err != nil {
					t.Error(err)
					return
				}
				slot := time.Since(begin) + wait
				for {
					old := last.Load()
					if old >= int64(slot) || last.CompareAndSwap(old, int64(slot)) {
						break
					}
				}
			}
		})
	}
	wg.Wait()
	want := time.Duration((replicas*each - 1) / rate * float64(time.Second))
	if got := time.Duration(last.Load()); got < want {
		t.Errorf("the last of %d goes after %s, want at least %s", replicas*each, got, want)
	}
}
