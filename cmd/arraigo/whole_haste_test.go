package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

// wholeInputsAtOnce lets people send two or three things at once, by webhook,
// where some answers to Telegram get lost and updates come again, and by
// polling.
func wholeInputsAtOnce(t *testing.T, program string) {
	for _, mode := range []string{"webhook", "polling"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, program)
			w.redis = storetest.Start(t)
			if mode == "polling" {
				r := w.replica()
				r.start()
				r.ready()
				w.hurrying(scaled(500), r.store())
				r.stop()
				return
			}
			b := w.balance()
			b.losing.Store(5)
			r := w.replica(b.webhook())
			b.backends = []string{r.listen}
			r.start()
			r.ready()
			w.hurrying(scaled(500), r.store())
			t.Logf("%d answers to Telegram were lost on the way, and the updates came again", b.lost.Load())
			r.stop()
		})
	}
}

// wholeTwoReplicas lets two processes serve the same people: what one person
// sends at once arrives at both.
func wholeTwoReplicas(t *testing.T, program string) {
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	b := w.balance()
	b.losing.Store(2)
	one := w.replica(b.webhook())
	one.start()
	one.ready()
	two := w.replica(b.webhook(), "ARRAIGO_KEYSET="+one.dir+"/keyset.json")
	two.start()
	two.ready()
	b.backends = []string{one.listen, two.listen}
	w.hurrying(scaled(200), one.store())
	for i, r := range []*replica{one, two} {
		t.Logf("replica %d: %.0f turns, %.0f run again because the other was quicker, %.0f updates known already",
			i+1, r.metric("arraigo_turns_total", ""), r.metric("arraigo_turn_conflicts_total", ""), r.metric("arraigo_updates_duplicate_total", ""))
		if n := r.metric("arraigo_turns_total", ""); n == 0 {
			t.Errorf("replica %d had nothing to do", i+1)
		}
		r.stop()
	}
}

// hurrying brings so many hasty people to their end, a hundred at a time, and
// looks at what was stored.
func (w *town) hurrying(people int, s *store.Store) {
	t := w.t
	began := time.Now()
	all := make([]*hasty, people)
	for i := range all {
		all[i] = w.hasty(i)
	}
	var group sync.WaitGroup
	faults := make([][]string, people)
	places := make(chan struct{}, 250)
	for i, h := range all {
		places <- struct{}{}
		group.Go(func() {
			if err := h.converse(); err != nil {
				faults[i] = append(faults[i], err.Error())
			}
			<-places
		})
	}
	group.Wait()
	took := time.Since(began)
	w.settled(s)
	broken, inputs, kinds := 0, 0, map[string]int{}
	for i, h := range all {
		faults[i] = append(faults[i], h.broken(t, s)...)
		if len(faults[i]) > 0 {
			if broken++; broken <= 5 {
				t.Errorf("conversation %d: %s\ntyped: %v\n%s", i, strings.Join(faults[i], "\n"), h.typed, h.transcript(80))
			}
		}
		for kind, n := range h.kinds {
			kinds[kind] += n
		}
		for _, n := range h.tries {
			inputs += n
		}
	}
	var list []string
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		if kind != "" {
			list = append(list, fmt.Sprintf("%s %d", kind, kinds[kind]))
		}
	}
	t.Logf("%d conversations with several inputs at once, %d broken; %.0f s; %d questions acted on (%s)",
		people, broken, took.Seconds(), inputs, strings.Join(list, ", "))
	if broken > 0 {
		t.Errorf("%d of %d conversations are broken", broken, people)
	}
	w.sweep(s)
}
