package main

import (
	"context"
	"fmt"
	"time"

	"arraigo/outreach"
)

// leastPace is of the rate that Telegram allows.
const leastPace = 0.99

// pacing sends to more people than Telegram takes in a moment, with one replica
// and with two, and looks how near to the allowed rate they come.
func (b *bench) pacing(ctx context.Context) ([]row, error) {
	c, err := b.campaign(ctx, "pace", campaigning{rate: outreach.FreeRate}) // the emulator's own limits are Telegram's
	if err != nil {
		return nil, err
	}
	defer c.close()
	people := int(outreach.FreeRate * b.lasting(40*time.Second).Seconds())
	if err := c.join(ctx, people); err != nil {
		return nil, err
	}
	var rows []row
	for replicas := 1; replicas <= 2; replicas++ {
		size := people // one piece of work
		if replicas == 2 {
			size = 0 // a piece for every bucket, so that both have some
			if err := c.another(ctx); err != nil {
				return nil, err
			}
		}
		c.watch()
		id := fmt.Sprintf("a-pace%d", replicas)
		if err := c.announce(ctx, id, size); err != nil {
			return nil, err
		}
		at, err := c.await(ctx, people, 4*b.lasting(40*time.Second))
		if err != nil {
			return nil, err
		}
		if err := c.over(ctx, id); err != nil {
			return nil, err
		}
		rows = append(rows, pacingRow(replicas, at, c.sends.throttled))
	}
	return rows, nil
}

func pacingRow(replicas int, at []time.Time, throttled int) row {
	reached := perSecond(at) / outreach.FreeRate
	most, window, longest := 0, 0, time.Duration(0)
	for last, t := range at {
		longest = max(longest, t.Sub(at[max(0, last-1)]))
		for t.Sub(at[window]) >= time.Second {
			window++
		}
		most = max(most, last-window+1)
	}
	r := row{
		what: fmt.Sprintf("broadcast pace / allowed rate, replicas: %d", replicas), target: "≥ 99 %, no 429",
		figure: fmt.Sprintf("%.1f %%, %d", 100*reached, throttled), verdict: kept,
		notes: []string{
			fmt.Sprintf("%d messages in %.1f s where Telegram allows %d a second, from the first to the last; in no second more than %d, and never %.0f ms without one: a machine that stands still for longer than 100 ms loses that time", len(at), at[len(at)-1].Sub(at[0]).Seconds(), outreach.FreeRate, most, longest.Seconds()*1000),
		},
	}
	if reached < leastPace || throttled > 0 {
		r.verdict = lost
	}
	return r
}
