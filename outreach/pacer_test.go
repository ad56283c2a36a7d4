package outreach

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// budget is the pace as Redis keeps it, for several pacers.
type budget struct {
	mu    sync.Mutex
	rate  float64
	next  time.Time
	calls int
	took  time.Duration // of every call
	away  bool
}

func (b *budget) reserve(_ context.Context, n, spent int) (time.Duration, error) {
	time.Sleep(b.took / 2)
	defer time.Sleep(b.took / 2)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if b.away {
		return 0, errors.New("away")
	}
	now := time.Now()
	b.next = later(b.next, now).Add(time.Duration(spent) * gap(b.rate))
	wait := b.next.Sub(now)
	b.next = b.next.Add(time.Duration(n) * gap(b.rate))
	return wait, nil
}

func (b *budget) pacer(total int) *pacer {
	return &pacer{
		rate: b.rate, reserve: b.reserve, places: &places{total: total},
		silence: func() time.Time { return time.Time{} }, lost: func(error) {},
	}
}

// sends has n wait at a pacer and returns when each went, since the beginning.
// Each keeps its place for a while.
func sends(p *pacer, n int, keeps time.Duration) []time.Duration {
	var mu sync.Mutex
	var out []time.Duration
	var group sync.WaitGroup
	began := time.Now()
	for range n {
		group.Go(func() {
			if p.wait(make(chan struct{}), otherNews) {
				mu.Lock()
				out = append(out, time.Since(began))
				mu.Unlock()
				time.Sleep(keeps)
				p.places.leave(Unasked)
			}
		})
	}
	group.Wait()
	return out
}

// most is the highest number of moments within a while.
func most(at []time.Duration, while time.Duration) int {
	n := 0
	for i := range at {
		for j := i; j < len(at) && at[j]-at[i] < while; j++ {
			n = max(n, j-i+1)
		}
	}
	return n
}

func TestThePaceIsKeptAndNotExceeded(t *testing.T) {
	for _, tc := range []struct {
		rate  float64
		took  time.Duration // of a call of Redis
		keeps time.Duration // of a send
	}{
		{30, 0, 0}, {30, 80 * time.Millisecond, 200 * time.Millisecond}, {600, 5 * time.Millisecond, 40 * time.Millisecond},
		{1000, time.Millisecond, 100 * time.Millisecond}, {1000, 40 * time.Millisecond, 300 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &budget{rate: tc.rate, took: tc.took}
			n := int(10 * tc.rate)
			at := sends(b.pacer(2*int(tc.rate)), n, tc.keeps)
			last := at[len(at)-1]
			if want := time.Duration(float64(n) / tc.rate * float64(time.Second)); last > want*101/100+tc.took {
				t.Errorf("at %v/s %d took %s, want %s", tc.rate, n, last, want)
			}
			if got := most(at, time.Second); got > int(tc.rate)+int(tc.rate*paceStale.Seconds()) {
				t.Errorf("at %v/s %d went in one second", tc.rate, got)
			}
			if calls := b.calls; calls > 2*int(10*time.Second/paceRefill) {
				t.Errorf("Redis was asked %d times", calls)
			}
		})
	}
}

func TestTwoReplicasShareOnePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &budget{rate: 30, took: 2 * time.Millisecond}
		var group sync.WaitGroup
		var mu sync.Mutex
		var all []time.Duration
		for range 2 {
			p := b.pacer(64)
			group.Go(func() {
				at := sends(p, 150, 10*time.Millisecond)
				mu.Lock()
				all = append(all, at...)
				mu.Unlock()
			})
		}
		group.Wait()
		last := time.Duration(0)
		for _, d := range all {
			last = max(last, d)
		}
		if last < 9900*time.Millisecond || last > 10100*time.Millisecond {
			t.Errorf("300 messages of two replicas took %s at 30/s", last)
		}
	})
}

func TestRepliesSlowOutreachAndNeverWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &budget{rate: 30}
		p := b.pacer(64)
		for range 30 {
			p.debit()
		}
		p.settle(t.Context())
		if at := sends(p, 1, 0); at[0] < 900*time.Millisecond || at[0] > 1100*time.Millisecond {
			t.Errorf("after 30 replies the next message went after %s, want 1s", at[0])
		}
		calls := b.calls
		p.settle(t.Context())
		if b.calls != calls {
			t.Error("Redis is told of no replies")
		}
	})
}

func TestAPersonsOwnBusinessGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := (&budget{rate: 10}).pacer(64)
		var mu sync.Mutex
		var order []string
		stop := make(chan struct{})
		join := func(name string, r rank) {
			go func() {
				p.wait(stop, r)
				mu.Lock()
				order = append(order, name)
				mu.Unlock()
				p.places.leave(Unasked)
			}()
			synctest.Wait()
		}
		join("first", otherNews)
		for range 3 {
			join("news", otherNews)
		}
		join("place", ownBusiness)
		join("reply", afterSilence)
		time.Sleep(time.Second)
		synctest.Wait()
		if order[0] != "first" || order[1] != "reply" || order[2] != "place" || len(order) != 6 {
			t.Errorf("went in the order %v", order)
		}
	})
}

// Telegram answers nothing for three seconds: what waited must not go at once
// afterwards.
func TestNoBurstAfterAStall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &budget{rate: 100}
		p := b.pacer(20) // ten at once
		stall := true
		var mu sync.Mutex
		var at []time.Duration
		began := time.Now()
		var group sync.WaitGroup
		for range 300 {
			group.Go(func() {
				p.wait(make(chan struct{}), otherNews)
				mu.Lock()
				at = append(at, time.Since(began))
				wait := stall
				mu.Unlock()
				if wait {
					time.Sleep(3*time.Second - time.Since(began))
				}
				p.places.leave(Unasked)
			})
		}
		time.Sleep(3 * time.Second)
		mu.Lock()
		stall = false
		mu.Unlock()
		group.Wait()
		if got := most(at[10:], 100*time.Millisecond); got > 10+int(100*paceStale.Seconds()) {
			t.Errorf("%d went within 100ms after a stall, at 100/s", got)
		}
	})
}

func TestSilenceIsKeptAndTheMomentsInItAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &budget{rate: 30}
		p := b.pacer(64)
		until := time.Now().Add(2282 * time.Second)
		p.silence = func() time.Time { return until }
		at := sends(p, 60, 0)
		if at[0] < 2282*time.Second {
			t.Errorf("the first went after %s", at[0])
		}
		if got := most(at, time.Second); got > 38 {
			t.Errorf("%d went in one second after the silence", got)
		}
	})
}

// Four replicas without Redis stay within the pace together.
func TestWithoutRedisEachTakesASafeShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &budget{rate: 30, away: true, took: 4 * time.Millisecond}
		p := b.pacer(64)
		lost := 0
		p.lost = func(error) { lost++ }
		at := sends(p, 75, 0)
		if last := at[len(at)-1]; last < 9500*time.Millisecond {
			t.Errorf("75 messages went in %s although Redis was away", last)
		}
		if lost == 0 {
			t.Error("nobody was told")
		}
		b.mu.Lock()
		b.away = false
		b.mu.Unlock()
		at = sends(p, 60, 0)
		if last := at[len(at)-1]; last > 4*time.Second {
			t.Errorf("60 messages took %s once Redis was back", last)
		}
	})
}

func TestWhoStopsWaitingTakesNoMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := (&budget{rate: 1}).pacer(4)
		stop := make(chan struct{})
		got := make(chan bool, 3)
		for range 3 {
			go func() { got <- p.wait(stop, otherNews) }()
		}
		synctest.Wait() // the first goes at once
		close(stop)
		synctest.Wait()
		went := 0
		for range 3 {
			if <-got {
				went++
				p.places.leave(Unasked)
			}
		}
		if went != 1 || p.places.busy != 0 || p.running {
			t.Errorf("%d went, %d places are taken, running %v", went, p.places.busy, p.running)
		}
	})
}
