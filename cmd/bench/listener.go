package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// A listener is somebody who was screened before and only listens now.
type listener struct {
	chat    int64
	session flows.Session
	index   []flows.Entry
}

// listeners makes people out of some who were screened turn by turn: each is like
// one of them, in another chat.
type listeners struct {
	set   *flows.Set
	like  []listener // agreed to be told of what the programme offers
	chats []int64    // of those who were screened
}

// screened screens n people through the store.
func screened(ctx context.Context, s *store.Store, set *flows.Set, now time.Time, n int) (*listeners, error) {
	l := &listeners{set: set}
	for i := range n {
		a := newApplicant(s, set, now, uint64(i))
		if err := a.screened(ctx); err != nil {
			return nil, err
		}
		r, err := s.Load(ctx, a.chat)
		if err != nil {
			return nil, err
		}
		agree(&r.Session, flows.PurposeOffers, now)
		r.Session.Slots["offers"] = []string{flows.Yes}
		l.like = append(l.like, listener{session: r.Session, index: flows.Index(set, &r.Session)})
		l.chats = append(l.chats, a.chat)
	}
	return l, nil
}

// agree gives a permission, without the question that it is the answer to.
func agree(s *flows.Session, purpose string, now time.Time) {
	s.Consents = append(slices.Clone(s.Consents), flows.Consent{
		Text: "ask.notices.offers", Version: 1, Language: "es", Purposes: []string{purpose}, Given: true, At: now.Unix(),
	})
}

// one is the nth of them.
func (l *listeners) one(n int, chat int64) listener {
	p := l.like[n%len(l.like)]
	p.chat = chat
	return p
}

// seeker is the nth of them with an alert for one kind of work in one place.
func (l *listeners) seeker(n int, chat int64, occupation, place string, now time.Time) listener {
	p := l.one(n, chat)
	p.session.Slots = cloneSlots(p.session.Slots)
	for slot, value := range map[string]string{"alert": "activo", "alert_jobs": occupation, "alert_places": place, "alert_time": "cualquiera"} {
		p.session.Slots[slot] = []string{value}
	}
	agree(&p.session, flows.PurposeAlerts, now)
	p.index = flows.Index(l.set, &p.session)
	return p
}

func cloneSlots(slots map[string][]string) map[string][]string {
	out := make(map[string][]string, len(slots)+4)
	for name, values := range slots {
		out[name] = values
	}
	return out
}

// settlers is how many people are written at once: enough that Redis always has
// the next one.
const settlers = 48

// settle writes n people, each as after one turn.
func settle(ctx context.Context, s *store.Store, now time.Time, n int, who func(n int) listener) error {
	return together(ctx, settlers, n, func(i int) error {
		p := who(i)
		r := &store.Record{ID: s.ContactID(p.chat), ChatID: p.chat, Session: p.session}
		_, err := s.Commit(ctx, store.Turn{Record: r, Index: p.index, Consented: true, Now: now})
		return err
	})
}

// together does n things, so many at once, until one fails.
func together(ctx context.Context, atOnce, n int, do func(i int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	var once sync.Once
	var wrong error
	for range atOnce {
		group.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					once.Do(func() { wrong = err })
					next.Store(int64(n))
					return
				}
			}
		})
	}
	group.Wait()
	if wrong == nil {
		wrong = ctx.Err()
	}
	return wrong
}

// trades are kinds of work, none of which is near another: who looks for one is
// not told of the next.
func trades(set *flows.Set) (codes []string) {
	taken := map[string]bool{}
	for _, o := range set.Data.Occupations.All() {
		near := slices.Concat(set.Data.Occupations.Near(o.Code), set.Data.Occupations.NearTo(o.Code))
		if slices.ContainsFunc(near, func(code string) bool { return taken[code] }) {
			continue
		}
		for _, code := range near {
			taken[code] = true
		}
		codes = append(codes, o.Code)
	}
	return codes
}

// vacancy is a sample that may be published, of another trade and place.
func vacancy(set *flows.Set, today programme.Date, id, occupation, place string) (programme.Vacancy, error) {
	samples, err := set.Data.Samples(today)
	if err != nil {
		return programme.Vacancy{}, err
	}
	v := samples.Vacancies[0]
	v.ID, v.Occupation, v.Municipality = id, occupation, place
	return v, nil
}
