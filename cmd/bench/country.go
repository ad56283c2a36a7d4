package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// A country is a campaign whose people become ever more, up to a million. Making
// them takes most of its time, so that what is measured with so many shares it.
type country struct {
	*campaign
	like    *listeners
	today   programme.Date
	people  int // so far
	trades  []string
	empty   int64 // bytes that Redis used without anybody
	filling time.Duration
}

const (
	million = 1_000_000
	models  = 1000    // people who were screened turn by turn, whom the others are like
	hidden  = 1 << 40 // chats of those who are told of nothing begin here
	town1   = "54001" // where those live who are told of something
)

// seekers is among how many people one has an alert, for any trade but the first
// ones.
const seekers = 5

// country begins one.
func (b *bench) country(ctx context.Context) (*country, error) {
	if b.land != nil {
		return b.land, nil
	}
	c, err := b.campaign(ctx, "country", campaigning{telegram: emulator.Config{Limits: emulator.Limits{Off: true}}, rate: paidRate})
	if err != nil {
		return nil, err
	}
	l := &country{campaign: c, trades: trades(c.set)}
	if err := l.found(ctx); err != nil {
		l.close()
		return nil, err
	}
	b.land = l
	return l, nil
}

func (l *country) found(ctx context.Context) (err error) {
	zone, err := time.LoadLocation(noon(l.now))
	if err != nil {
		return err
	}
	l.today = programme.DateOf(l.now.In(zone))
	if l.empty, err = l.redis.used(ctx); err != nil {
		return err
	}
	if l.like, err = screened(ctx, l.store, l.set, l.now, models); err != nil {
		return err
	}
	l.people = models
	others, places := l.trades[len(l.trades)/2:], l.set.Round.Municipalities
	return together(ctx, settlers, models, func(i int) error {
		like := l.like.one(i, l.like.chats[i])
		if i%seekers == 0 {
			like = l.like.seeker(i, like.chat, others[i/seekers%len(others)], places[i/seekers%len(places)], l.now)
		}
		r, err := l.store.Load(ctx, like.chat)
		if err != nil {
			return err
		}
		r.Session = like.session
		_, err = l.store.Commit(ctx, store.Turn{Record: r, Index: like.index, Due: flows.NextDue(l.set, &like.session, l.now), Consented: true, Now: l.now})
		return err
	})
}

// A wanted trade is one for which people on Telegram have an alert.
type wanted struct {
	trade  string
	people int
}

// grow lets there be n people, among the new ones those who are told of
// something. Redis writes no log meanwhile, and all of it afterwards.
func (l *country) grow(ctx context.Context, n int, told ...wanted) error {
	began := time.Now()
	defer func() { l.filling += time.Since(began) }()
	if err := l.redis.client.ConfigSet(ctx, "appendonly", "no").Err(); err != nil {
		return err
	}
	var fresh []listener
	for _, w := range told {
		for range w.people {
			chat, err := l.guest()
			if err != nil {
				return err
			}
			fresh = append(fresh, l.like.seeker(len(fresh), chat, w.trade, town1, l.now))
		}
	}
	if err := settle(ctx, l.store, l.now, len(fresh), func(i int) listener { return fresh[i] }); err != nil {
		return err
	}
	from := l.people + len(fresh)
	err := multiply(ctx, l.redis.client, l.store, n-from, func(i int) (model, id store.ContactID) {
		return l.store.ContactID(l.like.chats[i%models]), l.store.ContactID(hidden + int64(from+i))
	})
	if err != nil {
		return err
	}
	l.people = n
	return l.redis.logged(ctx)
}

// logged lets Redis write its log again, and waits until all is in it.
func (r *redisServer) logged(ctx context.Context) error {
	if err := r.client.ConfigSet(ctx, "appendonly", "yes").Err(); err != nil {
		return err
	}
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		info, err := r.info(ctx, "persistence", "aof_rewrite_in_progress", "aof_rewrite_scheduled")
		if err != nil {
			return err
		}
		if info[0] == 0 && info[1] == 0 {
			return nil
		}
	}
	return fmt.Errorf("redis does not end writing its log")
}

// thousands writes a number of people.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
