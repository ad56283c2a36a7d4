package main

import (
	"context"
	"fmt"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// million looks what Redis holds of a million people, and of one outreach that
// came to all of them.
func (b *bench) million(ctx context.Context) ([]row, error) {
	l, err := b.country(ctx)
	if err != nil {
		return nil, err
	}
	if l.people < million {
		if err := l.grow(ctx, million); err != nil {
			return nil, err
		}
	}
	used, err := l.redis.used(ctx)
	if err != nil {
		return nil, err
	}
	people := float64(l.people)
	per := float64(used-l.empty) / people
	ledger, waiting, took, err := l.toAll(ctx)
	if err != nil {
		return nil, err
	}
	mb := func(bytes int64) float64 { return float64(bytes) / 1e6 }
	return []row{
		{
			what: "Redis memory of a person among 1,000,000", target: "≤ 1 KB", figure: fmt.Sprintf("%.0f B", per), verdict: judged(per, maxPerson),
			notes: []string{
				fmt.Sprintf("growth of used_memory (to %.0f MB) by %s people, divided by them; everything included, also what was kept of the alerts", mb(used), thousands(l.people)),
				fmt.Sprintf("they are like %s people who were screened turn by turn and agreed to be told of things; one in %d has an alert", thousands(models), seekers),
			},
		},
		{
			what: "Redis memory of an outreach to 1,000,000", figure: fmt.Sprintf("%.0f MB", mb(ledger)),
			notes: []string{
				fmt.Sprintf("the ledger of %s people, %.0f B each, as it stays for 90 days", thousands(l.people), float64(ledger)/people),
				fmt.Sprintf("while all of them wait to be told, because they had three messages today, %.0f MB more: %.0f B each", mb(waiting), float64(waiting)/people),
				fmt.Sprintf("leaving a notice with everybody took %.0f s, %.0f a second; the program leaves them as it sends", took.Seconds(), people/took.Seconds()),
			},
		},
	}, nil
}

// toAll leaves a notice of one outreach with everybody and returns the bytes of
// its ledger, and of all else that it takes as long as nobody is told.
func (l *country) toAll(ctx context.Context) (ledger, waiting int64, took time.Duration, err error) {
	l.bot.stop() // it would begin to tell them
	const id = "a-all"
	o := store.Outreach{
		ID: id, Kind: store.KindAnnouncement, State: store.OutreachPaused, Topic: flows.PurposeOffers, Title: "Feria",
		Content: map[string]store.Piece{"es": {HTML: announced}}, Created: l.now, Size: l.people,
	}
	if _, err = l.store.CreateOutreach(ctx, o); err != nil {
		return
	}
	if err = l.redis.client.ConfigSet(ctx, "appendonly", "no").Err(); err != nil {
		return
	}
	before, err := l.redis.used(ctx)
	if err != nil {
		return
	}
	notice := flows.Notice{ID: id, Kind: flows.Announcement, Offer: id, Outreach: id}
	everybody := store.Everyone()
	began := time.Now()
	err = together(ctx, store.Buckets, func(n int) error {
		people, err := l.store.Members(ctx, n, everybody)
		if err != nil {
			return err
		}
		for _, person := range people {
			if _, err := l.store.Notify(ctx, person, notice, l.now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return
	}
	took = time.Since(began)
	after, err := l.redis.used(ctx)
	if err != nil {
		return
	}
	for n := range store.Buckets {
		for _, name := range []string{"ledger", "tally"} {
			var bytes int64
			if bytes, err = l.redis.client.MemoryUsage(ctx, fmt.Sprintf("{b%d}:%s:%s", n, name, id), 0).Result(); err != nil {
				return
			}
			ledger += bytes
		}
	}
	return ledger, after - before - ledger, took, nil
}
