package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"arraigo/emulator"
)

const (
	paidRate   = 1000 // the most that Telegram sells, in messages a second
	beyondRate = 4000 // more than the program reaches on any machine of today
)

// uncapped measures what sending to many costs where Telegram sets no limit: at
// the highest rate that can be bought, and as fast as it goes.
func (b *bench) uncapped(ctx context.Context) ([]row, error) {
	// The delivered program refuses a rate that Telegram does not sell.
	program, err := b.buildAs("arraigo-beyond", map[string]string{"rate.go": fmt.Sprintf("package main\n\nconst maxRate = %d\n", beyondRate)})
	if err != nil {
		return nil, err
	}
	c, err := b.campaign(ctx, "uncapped", campaigning{telegram: emulator.Config{Limits: emulator.Limits{Off: true}}, rate: paidRate, program: program})
	if err != nil {
		return nil, err
	}
	defer c.close()
	people := b.rounds(12_000)
	if err := c.join(ctx, people); err != nil {
		return nil, err
	}
	paid, paidCPU, err := c.broadcast(ctx, "a-paid", people)
	if err != nil {
		return nil, err
	}
	if err := c.again(ctx, c.url, fmt.Sprintf("ARRAIGO_RATE=%d", beyondRate)); err != nil {
		return nil, err
	}
	var free []time.Time
	var freeCPU time.Duration
	err = b.profiling(c.bot, func() (err error) {
		free, freeCPU, err = c.broadcast(ctx, "a-beyond", people)
		return err
	})
	if err != nil {
		return nil, err
	}
	trips, err := c.tripsPerSend(ctx, people)
	if err != nil {
		return nil, err
	}
	per := func(cpu time.Duration) float64 { return cpu.Seconds() * 1000 / float64(people) }
	return []row{
		{
			what: "CPU of 1,000 sends of a broadcast", figure: fmt.Sprintf("%.2f s", per(paidCPU)),
			notes: []string{
				fmt.Sprintf("user and system time of the program for %d people at %.0f a second, where %d are allowed: from the start of the outreach until everybody's end is noted", people, perSecond(paid), paidRate),
				fmt.Sprintf("as fast as it goes %.2f s", per(freeCPU)),
			},
		},
		{
			what: "sends per second without a limit", figure: fmt.Sprintf("%.0f", perSecond(free)),
			notes: []string{
				fmt.Sprintf("%d messages; Redis, the emulator and the program on the same cores. One core of the program alone is worth %.0f sends/s", people, 1000/per(freeCPU)),
			},
		},
		trips,
	}, nil
}

// broadcast announces something to everybody and returns when each message was
// taken and the CPU time until the end.
func (c *campaign) broadcast(ctx context.Context, id string, people int) ([]time.Time, time.Duration, error) {
	before, err := c.bot.cpu()
	if err != nil {
		return nil, 0, err
	}
	c.watch()
	if err := c.announce(ctx, id, 0); err != nil {
		return nil, 0, err
	}
	at, err := c.await(ctx, people, 2*time.Minute)
	if err != nil {
		return nil, 0, err
	}
	if err := c.over(ctx, id); err != nil {
		return nil, 0, err
	}
	after, err := c.bot.cpu()
	return at, after - before, err
}

// tripsPerSend lets a proxy count the round trips to Redis while everybody is told
// of something.
func (c *campaign) tripsPerSend(ctx context.Context, people int) (row, error) {
	p, err := newProxy(c.redis.addr)
	if err != nil {
		return row{}, err
	}
	defer p.close()
	if err := c.again(ctx, p.url()); err != nil {
		return row{}, err
	}
	p.taken()
	if _, _, err := c.broadcast(ctx, "a-counted", people); err != nil {
		return row{}, err
	}
	trips, counted := p.taken(), float64(people)
	what := map[string]int{}
	for _, t := range trips {
		what[t.what]++
	}
	var shares []string
	for _, name := range slices.SortedFunc(maps.Keys(what), func(a, b string) int { return what[b] - what[a] }) {
		if share := float64(what[name]) / counted; share >= 0.01 {
			shares = append(shares, fmt.Sprintf("%s %.2f", name, share))
		}
	}
	return row{
		what: "Redis round trips per send of a broadcast", figure: fmt.Sprintf("%.2f", float64(len(trips))/counted),
		notes: []string{
			fmt.Sprintf("counted by a proxy before Redis, from the start of the outreach to %.0f people at up to %d a second until everybody's end is noted, with everything that the program asks meanwhile", counted, paidRate),
			"per send: " + strings.Join(shares, ", "),
		},
	}, nil
}
