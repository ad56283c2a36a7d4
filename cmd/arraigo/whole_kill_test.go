package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// At every moment this many people are in the middle of their conversation.
const crowd = 50

// wholeKills kills the program at random moments while people talk to it, and
// starts it again at once in the same data folder.
func wholeKills(t *testing.T, program string) {
	for mode, kills := range map[string]int{"webhook": 120, "polling": 80} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, program)
			w.redis = storetest.Start(t)
			var r *replica
			if mode == "webhook" {
				b := w.balance()
				r = w.replica(b.webhook())
				b.backends = []string{r.listen}
			} else {
				r = w.replica()
			}
			r.start()
			r.ready()
			w.killing(r, scaled(kills), r.store())
		})
	}
}

// wholeKillsOwnRedis does the same to a program that runs redis-server itself:
// both die together.
func wholeKillsOwnRedis(t *testing.T, program string) {
	w := newTown(t, program)
	r := w.replica()
	r.start()
	r.ready()
	w.killing(r, scaled(20), nil)
}

// killing keeps a crowd talking until the program was killed so many times,
// lets everybody come to their end, and looks at what is left. Without a store
// beside the program, replies owed at a kill are not counted.
func (w *town) killing(r *replica, kills int, beside *store.Store) {
	t := w.t
	began := time.Now()
	var enough atomic.Bool
	var mu sync.Mutex
	var all []*person
	var talking sync.WaitGroup
	for range crowd {
		talking.Go(func() {
			for first := true; first || !enough.Load(); first = false {
				mu.Lock()
				p := w.person(len(all))
				all = append(all, p)
				mu.Unlock()
				if err := p.converse(); err != nil {
					t.Errorf("person %d: %v", p.plan.seed, err)
					return
				}
			}
		})
	}
	inFlight, most := w.killAtRandom(r, kills, beside)
	enough.Store(true)
	r.ready()
	talking.Wait()
	s := beside
	if s == nil {
		s = r.store()
	}
	w.settled(s)

	doubled, again := w.accounts(all, s)
	stats := w.tg.Stats()
	flight := "not counted"
	if beside != nil {
		flight = fmt.Sprintf("%d in all, %d at most", inFlight, most)
	}
	t.Logf("%d kills in %.0f s; %d people, %d calls of the Bot API; %d messages sent, %d of them twice; sends in flight at the kills: %s; "+
		"people asked again: %d times; updates open at the end: %d",
		kills, time.Since(began).Seconds(), len(all), w.calls.Load(), stats.Sent, doubled, flight, again, stats.Pending)
	if beside != nil && doubled > inFlight {
		t.Errorf("%d messages were sent twice, more than the %d that were in flight at the kills", doubled, inFlight)
	}
	w.sweep(s)
	r.stop()
}

// accounts looks at what everybody's conversation left, and at the counters of
// all of them together. It returns how many messages were sent twice, and how
// often people were asked again.
func (w *town) accounts(all []*person, s *store.Store) (doubled int64, again int) {
	t := w.t
	t.Helper()
	funnel, repeats, typedAgain := map[string]int64{}, int64(0), int64(0)
	for _, p := range all {
		l := p.check(t, s)
		for step, n := range l.steps {
			funnel[step] += n
		}
		repeats += l.repeats()
		again += p.askedAgain
		typedAgain += int64(p.repeats)
	}
	got, err := s.Funnel(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	// Who typed once too often said so after the end, and is shown the menu.
	const menu = "menu.ask"
	if extra := got[menu] - funnel[menu]; extra > 0 && extra <= typedAgain {
		funnel[menu] = got[menu]
	}
	// So may what they typed then be unread.
	for _, counts := range []map[string]int64{funnel, got} {
		maps.DeleteFunc(counts, func(step string, _ int64) bool { return strings.HasPrefix(step, flows.Unread) })
	}
	if diff := cmp.Diff(funnel, got); diff != "" {
		t.Errorf("steps reached (-by the answers +counted):\n%s", diff)
		for _, p := range all {
			if q, _, _, asks, err := p.sees(); err == nil && asks && q.slot == "menu_choice" {
				t.Logf("person %d was led to the menu:\n%s", p.plan.seed, p.transcript(12))
			}
		}
	}
	return w.tg.Stats().Repeated - repeats, again
}

// killAtRandom ends and begins lives. A moment is so many calls of the Bot API
// after the start and a few milliseconds, or some time while it still starts.
// It returns the people to whom something was owed at a kill: each has at most
// one message under way.
func (w *town) killAtRandom(r *replica, kills int, beside *store.Store) (inFlight int64, most int) {
	rng := rand.New(rand.NewPCG(uint64(kills), 7))
	for range kills {
		if rng.IntN(8) == 0 {
			time.Sleep(time.Duration(rng.Int64N(int64(300 * time.Millisecond))))
		} else {
			until := w.calls.Load() + rng.Int64N(120)
			for limit := time.Now().Add(3 * time.Second); w.calls.Load() < until && time.Now().Before(limit); {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(time.Duration(rng.Int64N(int64(5 * time.Millisecond))))
		}
		r.kill()
		if beside != nil {
			n := w.owing(beside)
			inFlight, most = inFlight+int64(n), max(most, n)
		}
		r.start()
	}
	return inFlight, most
}
