package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

// A demoClock is the one clock of the demo: the computer's, moved ahead. It
// never goes back.
type demoClock struct{ ahead atomic.Int64 }

// Now is what everything in the demo goes by.
func (c *demoClock) Now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

// moveTo moves the clock ahead to a moment; one that is over leaves it.
func (c *demoClock) moveTo(at time.Time) {
	if d := at.Sub(c.Now()); d > 0 {
		c.ahead.Add(int64(d))
	}
}

// demoZone is where the demo takes place.
const demoZone = "America/Bogota"

// beforeEvent is how long before the next event the clock can be put.
const beforeEvent = 5 * time.Minute

// onPage is the clock on the page of phones, with what moves it.
func (c *demoClock) onPage(a *app, set *flows.Set) *emulator.PageClock {
	text := func(key string, values map[string]any) string {
		return set.Catalog.Text(locales.Spanish, "page."+key, values)
	}
	by := func(d time.Duration) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { c.moveTo(c.Now().Add(d)); return "", nil }
	}
	return &emulator.PageClock{Zone: demoZone, Moves: []emulator.PageMove{
		{Name: "minutes", Text: text("move.minutes", nil), Run: by(5 * time.Minute)},
		{Name: "hour", Text: text("move.hour", nil), Run: by(time.Hour)},
		{Name: "day", Text: text("move.day", nil), Run: by(24 * time.Hour)},
		{Name: "event", Text: text("move.event", nil), Run: func(ctx context.Context) (string, error) {
			s := a.store.Load()
			if s == nil {
				return "", errors.New(text("move.not_ready", nil))
			}
			e, starts, err := nextEvent(ctx, s, set, c.Now().Add(beforeEvent))
			if err != nil {
				return "", err
			}
			if e.ID == "" {
				return "", errors.New(text("move.no_event", nil))
			}
			c.moveTo(starts.Add(-beforeEvent))
			return text("move.moved", map[string]any{"titulo": e.Title}), nil
		}},
	}}
}

// nextEvent is the next event after a moment for which somebody signed up, or
// else the next of all. One without an id: there is none.
func nextEvent(ctx context.Context, s *store.Store, set *flows.Set, after time.Time) (programme.Event, time.Time, error) {
	wanted, err := s.Offers(ctx, after)
	if err != nil {
		return programme.Event{}, time.Time{}, err
	}
	type candidate struct {
		event  programme.Event
		starts time.Time
		wanted bool
	}
	var all []candidate
	err = store.EachRow(ctx, s, func(e programme.Event) error {
		begin, known := e.Begins(set.Location())
		day := programme.DateOf(begin.At)
		if known && begin.Hour && begin.At.After(after) && e.Standing(day) == programme.StandingOpen {
			all = append(all, candidate{e, begin.At, slices.ContainsFunc(wanted, func(o store.Offer) bool { return o.Kind == store.OfferEvent && o.ID == e.ID })})
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		return programme.Event{}, time.Time{}, err
	}
	next := slices.MinFunc(all, func(a, b candidate) int {
		if a.wanted != b.wanted {
			return map[bool]int{true: -1, false: 1}[a.wanted]
		}
		return cmp.Or(a.starts.Compare(b.starts), programme.CompareIDs(a.event.ID, b.event.ID))
	})
	return next.event, next.starts, nil
}
