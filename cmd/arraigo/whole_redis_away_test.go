package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

// wholeRedisAway takes Redis away while people talk, twice: it is stopped so
// that it does not answer, and it is killed and started again with what its
// append-only file kept. Meanwhile Telegram is told to come again, or polling
// waits; afterwards everybody is answered, once.
func wholeRedisAway(t *testing.T, program string) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, program)
			w.redis = storetest.Start(t)
			r := w.alone(mode)
			w.outages(r, r.store())
			r.stop()
		})
	}
}

// outages keeps people talking through two outages, in each of which some come
// for the first time.
func (w *town) outages(r *replica, s *store.Store) {
	t := w.t
	began := time.Now()
	all := w.everyKind(12)
	var talking sync.WaitGroup
	talk := func(p *person) {
		talking.Go(func() {
			if err := p.converse(); err != nil {
				t.Errorf("person %d: %v", p.plan.seed, err)
			}
		})
	}
	for _, p := range all {
		talk(p)
	}
	var told []string
	for i, outage := range []struct {
		name       string
		away, back func()
	}{
		{"does not answer", func() { w.signalRedis(syscall.SIGSTOP) }, func() { w.signalRedis(syscall.SIGCONT) }},
		{"is killed", w.redis.Stop, func() { w.redis.Restart(t) }},
	} {
		until := w.calls.Load() + 60
		eventually(t, "people talk", func() bool { return w.calls.Load() >= until })
		unheard := w.unheard(r)
		outage.away()
		from := time.Now()
		var newcomers []*person
		for n := range 3 {
			newcomers = append(newcomers, w.person(5000+10*i+n))
			talk(newcomers[n])
		}
		w.isAway(r)
		eventually(t, "the newcomers' turns fail", func() bool { return w.unheard(r) >= unheard+float64(len(newcomers)) })
		silent := !slices.ContainsFunc(newcomers, func(p *person) bool { return len(w.said(p.id)) > 0 })
		if !silent {
			t.Errorf("somebody was answered while Redis was away")
		}
		told = append(told, fmt.Sprintf("it %s for %.1f s with %d updates waiting", outage.name, time.Since(from).Seconds(), w.tg.Stats().Pending))
		outage.back()
		r.ready()
		all = append(all, newcomers...)
	}
	talking.Wait()
	if t.Failed() {
		return
	}
	w.settled(s)
	doubled, again := w.accounts(all, s)
	stats := w.tg.Stats()
	refused := int64(0)
	if w.front != nil {
		refused = w.front.unavailable.Load()
	}
	t.Logf("redis was away twice: %s; %d people in %.0f s; %d messages sent, %d of them twice; %d answers 503 to the webhook; people asked again: %d times; updates open at the end: %d",
		strings.Join(told, ", "), len(all), time.Since(began).Seconds(), stats.Sent, doubled, refused, again, stats.Pending)
	// Somebody who typed while it was not yet stored that the question had come is
	// asked again, and so may read a question in the same words twice.
	for _, p := range all {
		again += p.repeats
	}
	if doubled > int64(again) {
		t.Errorf("%d messages were sent twice: %v", doubled, stats.Duplicates)
	}
	if n := r.metric("arraigo_turn_panics_total", ""); n != 0 {
		t.Errorf("%.0f panics", n)
	}
	w.sweep(s)
}

// isAway waits until everybody who asks is told that Redis is away: the load
// balancer, and Telegram, which keeps what people sent. The process is alive.
func (w *town) isAway(r *replica) {
	t := w.t
	t.Helper()
	eventually(t, "/readyz says no", func() bool {
		status, _ := r.get("/readyz")
		return status == http.StatusServiceUnavailable
	})
	if status, _ := r.get("/healthz"); status != http.StatusOK {
		t.Errorf("/healthz answers %d while Redis is away", status)
	}
	if w.front != nil {
		before := w.front.unavailable.Load()
		eventually(t, "the webhook answers 503", func() bool { return w.front.unavailable.Load() > before })
	}
	eventually(t, "updates wait", func() bool { return w.tg.Stats().Pending >= 3 })
}

// unheard counts the turns that Redis did not take.
func (w *town) unheard(r *replica) float64 {
	return r.metric("arraigo_turns_total", `outcome="unavailable"`)
}

// signalRedis sends a signal to the redis-server.
func (w *town) signalRedis(s syscall.Signal) {
	w.t.Helper()
	if w.redisPID == 0 {
		w.redisPID = processOf(w.t, w.redis.Addr)
	}
	if err := syscall.Kill(w.redisPID, s); err != nil {
		w.t.Fatal(err)
	}
}

// processOf asks a redis-server for its process id.
func processOf(t *testing.T, addr string) int {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte("INFO server\r\n")); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(c); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "process_id:"); ok {
			pid, err := strconv.Atoi(id)
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("redis-server does not tell its process id")
	return 0
}
