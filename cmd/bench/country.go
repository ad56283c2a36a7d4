package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"arraigo/emulator"
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

// seeks reports whether the nth has one. Each of the models comes with and without.
func seeks(n int) bool { return (n+n/models)%seekers == 0 }

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
	return together(ctx, models, func(i int) error {
		r, err := l.store.Load(ctx, l.like.chats[i])
		if err != nil {
			return err
		}
		r.Session = l.like.like[i].session
		_, err = l.store.Commit(ctx, store.Turn{Record: r, Index: l.like.like[i].index, Consented: true, Now: l.now})
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
	crowd := make([]listener, seekers*models)
	others, places := l.trades[len(l.trades)/2:], l.set.Round.Municipalities
	for i := range crowd {
		if crowd[i] = l.like.one(i, 0); seeks(i) {
			crowd[i] = l.like.seeker(i, 0, others[i/seekers%len(others)], places[i/seekers%len(places)], l.now)
		}
	}
	from := l.people
	err := settle(ctx, l.store, l.now, n-from, func(i int) listener {
		if i < len(fresh) {
			return fresh[i]
		}
		p := crowd[i%len(crowd)]
		p.chat = hidden + int64(from+i)
		return p
	})
	if err != nil {
		return err
	}
	l.people = n
	return l.redis.logged(ctx)
}

// copyOf is the chat of somebody who is like a model and has no alert either.
func (l *country) copyOf(model int) (chat int64) {
	n := 2*models + model // those before may be on Telegram
	for seeks(n) {
		n += models
	}
	return hidden + models + int64(n)
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
