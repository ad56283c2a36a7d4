package main

import (
	"context"
	"fmt"
	"sync/atomic"

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
	ledger, waiting, err := l.toAll(ctx)
	if err != nil {
		return nil, err
	}
	return []row{
		{
			what: "Redis memory of a person among 1,000,000", target: "≤ 1 KB", figure: fmt.Sprintf("%.0f B", per), verdict: judged(per, maxPerson),
			notes: []string{
				fmt.Sprintf("growth of used_memory (to %.0f MB) by %s people, divided by them; everything included, also what was kept of the alerts", float64(used)/1e6, thousands(l.people)),
				fmt.Sprintf("they are like %s people who were screened turn by turn and agreed to be told of things; one in %d has an alert", thousands(models), seekers),
			},
		},
		{
			what: "Redis memory of an outreach to 1,000,000", figure: fmt.Sprintf("%.0f MB", ledger*million/1e6),
			notes: []string{
				fmt.Sprintf("its ledger, %.0f B for each person, as it stays for 90 days", ledger),
				fmt.Sprintf("if all of them have to wait, because they had three messages today, %.0f MB more until they are told: %.0f B each", waiting*million/1e6, waiting),
				fmt.Sprintf("measured with the people of %d of %d buckets", noticedBuckets, store.Buckets),
			},
		},
	}, nil
}

// noticedBuckets is in how many buckets people are left a notice: each has as many
// people as the others, and a ledger of its own.
const noticedBuckets = store.Buckets / 4

// toAll leaves a notice of one outreach with a quarter of the people and returns
// the bytes for each of its ledger, and of all else that it takes as long as
// nobody is told.
func (l *country) toAll(ctx context.Context) (perLedger, perNotice float64, err error) {
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
	var told atomic.Int64
	err = together(ctx, settlers, noticedBuckets, func(n int) error {
		people, err := l.store.Members(ctx, n, everybody)
		if err != nil {
			return err
		}
		told.Add(int64(len(people)))
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
	after, err := l.redis.used(ctx)
	if err != nil {
		return
	}
	var ledger int64
	for n := range noticedBuckets {
		for _, name := range []string{"ledger", "tally"} {
			var bytes int64
			if bytes, err = l.redis.client.MemoryUsage(ctx, fmt.Sprintf("{b%d}:%s:%s", n, name, id), 0).Result(); err != nil {
				return
			}
			ledger += bytes
		}
	}
	return float64(ledger) / float64(told.Load()), float64(after-before-ledger) / float64(told.Load()), nil
}
