package main

import (
	"context"
	"sync"
	"time"
)

// A load is what a while of conversations led to.
type load struct {
	turns   int
	lasted  time.Duration   // from the first thing done to the last reply
	cpu     time.Duration   // of the bot
	replies []time.Duration // one for each turn
	late    []time.Duration // how long after its time each turn began; at a given pace only
}

// cpuPerTurn is in milliseconds.
func (l load) cpuPerTurn() float64 {
	return l.cpu.Seconds() * 1000 / float64(l.turns)
}

func (l load) perSecond() float64 { return float64(l.turns) / l.lasted.Seconds() }

// measured runs people and takes the time and the bot's CPU around them.
func (w *town) measured(people func(add func(took time.Duration, err error))) (load, error) {
	var l load
	var mu sync.Mutex
	var wrong error
	before, err := w.bot.cpu()
	if err != nil {
		return l, err
	}
	began := time.Now()
	people(func(took time.Duration, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil {
			if wrong == nil {
				wrong = err
			}
			return
		}
		l.turns++
		l.replies = append(l.replies, took)
	})
	l.lasted = time.Since(began)
	// What the bot does after the reply is its work too.
	time.Sleep(100 * time.Millisecond)
	after, err := w.bot.cpu()
	l.cpu = after - before
	if wrong != nil {
		err = wrong
	}
	return l, err
}

// saturate lets n people converse at once, each going on as soon as everything
// owed has come.
func (w *town) saturate(ctx context.Context, n int, d time.Duration) (load, error) {
	return w.measured(func(add func(time.Duration, error)) {
		end := time.Now().Add(d)
		var group sync.WaitGroup
		for range n {
			group.Go(func() {
				for time.Now().Before(end) && ctx.Err() == nil {
					c := w.chat()
					took, err := w.take(c)
					add(took, err)
					if err != nil {
						return
					}
					w.leave(c)
				}
			})
		}
		group.Wait()
	})
}

// pace begins turns at a fixed rate, whatever becomes of those before.
func (w *town) pace(ctx context.Context, rate int, d time.Duration) (load, error) {
	var late []time.Duration
	l, err := w.measured(func(add func(time.Duration, error)) {
		var group sync.WaitGroup
		began := time.Now()
		for i := range int(float64(rate) * d.Seconds()) {
			due := began.Add(time.Duration(i) * time.Second / time.Duration(rate))
			time.Sleep(time.Until(due))
			if ctx.Err() != nil {
				break
			}
			late = append(late, time.Since(due))
			group.Go(func() {
				c := w.chat()
				took, err := w.take(c)
				add(took, err)
				if err == nil {
					w.leave(c)
				}
			})
		}
		group.Wait()
	})
	l.late = late
	return l, err
}
