package main

import (
	"context"
	"fmt"
	"time"

	"arraigo/emulator"
	"arraigo/store"
)

// mostSteering is how long after staff paused or cancelled a message may still
// come.
const mostSteering = time.Second

// steerings is how often it is paused and resumed before it is cancelled.
const steerings = 5

// steerRate is the pace at which it is steered: the faster, the more is under way.
const steerRate = 300

// steering pauses an announcement that two replicas send, resumes it, and cancels
// it at last. It looks how long messages still come, and that none comes twice.
func (b *bench) steering(ctx context.Context) ([]row, error) {
	c, err := b.campaign(ctx, "steer", campaigning{rate: steerRate, telegram: emulator.Config{Limits: emulator.Limits{Off: true}}})
	if err != nil {
		return nil, err
	}
	defer c.close()
	const stretch = steerRate / 2 // people told between two pauses, at least
	people := 4 * (steerings + 2) * stretch
	if err := c.join(ctx, people); err != nil {
		return nil, err
	}
	if err := c.another(ctx); err != nil {
		return nil, err
	}
	c.watch()
	const id = "a-steer"
	if err := c.announce(ctx, id, 0); err != nil {
		return nil, err
	}
	var slowest time.Duration
	for n := range steerings + 1 {
		if _, err := c.await(ctx, len(c.sends.taken())+stretch, 30*time.Second); err != nil {
			return nil, err
		}
		to := store.OutreachPaused
		if n == steerings {
			to = store.OutreachCancelled
		}
		asked := time.Now()
		if err := c.turn(ctx, id, to, store.OutreachSending); err != nil {
			return nil, err
		}
		took, err := c.last(ctx, asked)
		if err != nil {
			return nil, err
		}
		slowest = max(slowest, took)
		if to == store.OutreachPaused {
			if err := c.turn(ctx, id, store.OutreachSending, store.OutreachPaused); err != nil {
				return nil, err
			}
		}
	}
	if err := c.over(ctx, id); err != nil {
		return nil, err
	}
	told, twice := len(c.sends.taken()), c.tg.Stats().Repeated
	if told == people {
		return nil, fmt.Errorf("steer: all %d were told before it was cancelled", people)
	}
	r := row{
		what: "last message after staff pause or cancel", target: "≤ 1 s, none twice",
		figure: fmt.Sprintf("%.2f s, %d", slowest.Seconds(), twice), verdict: kept,
		notes: []string{fmt.Sprintf("the slowest of %d pauses and a cancellation, two replicas at %d messages a second together; %d of %d people were told", steerings, steerRate, told, people)},
	}
	if slowest > mostSteering || twice > 0 {
		r.verdict = lost
	}
	return []row{r}, nil
}

// last waits until no message comes for a second and a half, and returns how long
// after a moment the last one came.
func (c *campaign) last(ctx context.Context, since time.Time) (time.Duration, error) {
	for ctx.Err() == nil {
		newest := since
		if at := c.sends.taken(); len(at) > 0 && at[len(at)-1].After(since) {
			newest = at[len(at)-1]
		}
		if time.Since(newest) > 3*mostSteering/2 {
			return newest.Sub(since), nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return 0, ctx.Err()
}
