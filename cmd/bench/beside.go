package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"arraigo/emulator"
	"arraigo/store"
)

const (
	besideTurns  = 40     // a second, of people who write
	besideRate   = 80     // messages a second for both: what the replies leave is the broadcast's
	besidePeople = 20_000 // who are told of something
	maxBeside    = 1.2
)

// beside measures how long replies take while a broadcast runs and, in turns with
// it, while the same broadcast is paused.
func (b *bench) beside(ctx context.Context) ([]row, error) {
	p, err := b.pair(ctx)
	if err != nil {
		return nil, err
	}
	c, err := b.campaign(ctx, "beside", campaigning{telegram: emulator.Config{Limits: emulator.Limits{Off: true}}, rate: besideRate})
	if err != nil {
		return nil, err
	}
	defer c.close()
	c.turns = p.turns
	if err := c.join(ctx, besidePeople); err != nil {
		return nil, err
	}
	const id = "a-beside"
	if err := c.announce(ctx, id, besidePeople); err != nil {
		return nil, err
	}
	with, without, sent, err := c.besides(ctx, id, b.rounds(12), b.lasting(5*time.Second))
	if err != nil {
		return nil, err
	}
	at := func(p float64) func(load) float64 {
		return func(l load) float64 { return percentile(milliseconds(l.replies), p) }
	}
	pooled := func(loads []load) (all []time.Duration) {
		for _, l := range loads {
			all = append(all, l.replies...)
		}
		return all
	}
	during, quiet := milliseconds(pooled(with)), milliseconds(pooled(without))
	value := percentile(during, 99) / percentile(quiet, 99)
	rounds := compare(each(with, at(99)), each(without, at(99)))
	return []row{{
		what: "reply p99 during a broadcast / without", target: "≤ 1.2x", figure: fmt.Sprintf("%.2fx", value), verdict: judged(value, maxBeside),
		notes: []string{
			fmt.Sprintf("%d turns a second, during and without in turns: %d and %d replies; the broadcast to %d people sent %.0f a second meanwhile", besideTurns, len(during), len(quiet), besidePeople, sent),
			fmt.Sprintf("during p50 %.2f ms, p99 %.2f ms; without p50 %.2f ms, p99 %.2f ms", percentile(during, 50), percentile(during, 99), percentile(quiet, 50), percentile(quiet, 99)),
			fmt.Sprintf("ratio of the medians of %d rounds %s", len(with), rounds),
		},
	}}, nil
}

// besides measures rounds with and without the broadcast that runs. It returns
// how many of its messages went out a second. One round of warming up comes first.
func (c *campaign) besides(ctx context.Context, id string, rounds int, d time.Duration) (with, without []load, sent float64, err error) {
	running := true
	turn := func(run bool) error {
		if run == running {
			return nil
		}
		from, to := store.OutreachPaused, store.OutreachSending
		if !run {
			from, to = to, from
		}
		running = run
		if err := c.turn(ctx, id, to, from); err != nil {
			return err
		}
		time.Sleep(time.Second) // it takes effect within that
		return nil
	}
	var lasted time.Duration
	for i := range rounds + 1 {
		order := []bool{true, false}
		if i%2 == 1 {
			slices.Reverse(order)
		}
		for _, run := range order {
			if err := turn(run); err != nil {
				return nil, nil, 0, err
			}
			before := c.apart.Load()
			l, err := c.pace(ctx, besideTurns, d)
			if err != nil {
				return nil, nil, 0, err
			}
			switch n := c.apart.Load() - before; {
			case i == 0:
			case run:
				with, sent, lasted = append(with, l), sent+float64(n), lasted+l.lasted
			case n > 0:
				return nil, nil, 0, fmt.Errorf("%d messages of a broadcast that is paused", n)
			default:
				without = append(without, l)
			}
		}
	}
	return with, without, sent / lasted.Seconds(), nil
}
