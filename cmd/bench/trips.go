package main

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"arraigo/emulator"
)

// maxTrips is what an acknowledgement may wait for.
const maxTrips = 2

// trips counts the round trips of turns that come one after the other.
func (b *bench) trips(ctx context.Context) ([]row, error) {
	hook := &hookTimes{}
	w, err := newTownWith("trips", nil, emulator.Config{Limits: emulator.Limits{Off: true}, WebhookTransport: hook})
	if err != nil {
		return nil, err
	}
	defer w.close()
	if w.redis, err = b.startRedis(ctx, "trips"); err != nil {
		return nil, err
	}
	p, err := newProxy(w.redis.addr)
	if err != nil {
		return nil, err
	}
	defer p.close()
	path, err := b.buildProgram()
	if err != nil {
		return nil, err
	}
	dir, err := b.folder("trips-data")
	if err != nil {
		return nil, err
	}
	if _, err := w.serve(ctx, path, dir, p.url()); err != nil {
		return nil, err
	}
	// The first conversation is recorded; in it every text of a consent is met
	// for the first time and kept, which happens once in a process's life.
	if w.turns, _, err = w.record(); err != nil {
		return nil, err
	}
	// What the program asks when nobody writes: the sender's look for abandoned
	// replies, leases, timers.
	p.taken()
	time.Sleep(5500 * time.Millisecond)
	background := map[string]bool{}
	for _, t := range p.taken() {
		background[t.what] = true
	}
	people := b.rounds(20)
	count, err := w.countTrips(ctx, p, hook, background, people)
	if err != nil {
		return nil, err
	}
	return []row{count.row(people)}, nil
}

// tripCount is what was counted, one value for each turn.
type tripCount struct {
	blocking []float64 // up to the commit, which the acknowledgement waits for
	answered []float64 // until the reply that the person waits for
	all      []float64 // until the next turn
	what     map[string]int
	ignored  map[string]int
}

func (c tripCount) row(people int) row {
	turns := float64(len(c.all))
	shares := func(m map[string]int) string {
		var out []string
		for _, what := range slices.Sorted(maps.Keys(m)) {
			out = append(out, fmt.Sprintf("%s %.2f", what, float64(m[what])/turns))
		}
		return strings.Join(out, ", ")
	}
	most := slices.Max(c.blocking)
	return row{
		what: "blocking Redis round trips per turn", target: "2", figure: fmt.Sprintf("%.0f (most in any turn)", most), verdict: judged(most, maxTrips),
		notes: []string{
			fmt.Sprintf("counted by a proxy before Redis, from handing an update to the webhook up to and with its commit, over %.0f turns of %d people one after the other: least %.0f, mean %.3f", turns, people, slices.Min(c.blocking), mean(c.blocking)),
			fmt.Sprintf("until the last message of the reply %.3f: between two messages of one turn the sender notes the first; with what is noted after the reply %.3f", mean(c.answered), mean(c.all)),
			"per turn: " + shares(c.what),
			fmt.Sprintf("not counted, because the program asks it by the clock, however many write: %s", shares(c.ignored)),
		},
	}
}

// countTrips lets people converse one after the other.
func (w *town) countTrips(ctx context.Context, p *proxy, hook *hookTimes, background map[string]bool, people int) (tripCount, error) {
	c := tripCount{what: map[string]int{}, ignored: map[string]int{}}
	for range people {
		person := w.newChat()
		for range w.turns {
			if err := ctx.Err(); err != nil {
				return c, err
			}
			p.taken()
			began := time.Now()
			took, err := w.take(person)
			if err != nil {
				return c, err
			}
			reply := began.Add(took)
			time.Sleep(5 * time.Millisecond) // what comes after the reply
			handed := hook.last()
			var blocking, until, all float64
			for _, t := range p.taken() {
				if background[t.what] || ticks(t.what) {
					c.ignored[t.what]++
					continue
				}
				if t.at.Before(handed) {
					continue // the end of the turn before
				}
				c.what[t.what]++
				all++
				if commits(t.what) {
					blocking = all
				}
				if t.at.Before(reply) {
					until++
				}
			}
			if blocking == 0 {
				return c, fmt.Errorf("turn %d of a person was not committed before it was answered", person.step)
			}
			c.blocking, c.answered, c.all = append(c.blocking, blocking), append(c.answered, until), append(c.all, all)
		}
	}
	return c, nil
}

// ticks reports whether a trip tells the other replicas of our replies, four times a
// second however many people write: no turn waits for it.
func ticks(what string) bool { return strings.HasSuffix(what, " pace") }

// commits reports whether a trip is the script that commits a turn: the only
// one whose first key is a contact's record.
func commits(what string) bool {
	return strings.HasPrefix(what, "EVAL") && strings.HasSuffix(what, " contact")
}

// hookTimes carries the webhook's requests and notes when the last one began.
type hookTimes struct {
	mu    sync.Mutex
	began time.Time
}

func (h *hookTimes) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	h.began = time.Now()
	h.mu.Unlock()
	return http.DefaultTransport.RoundTrip(r)
}

func (h *hookTimes) last() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began
}
