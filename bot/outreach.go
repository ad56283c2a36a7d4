package bot

import (
	"context"
	"errors"
	"maps"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// outreaches is what this replica knows of the outreaches that are not over, at
// most a moment old. A turn and an attempt to send look here and not into Redis.
type outreaches struct {
	store *store.Store
	now   func() time.Time
	awake func(time.Time) time.Time // as flows.Set.Awake

	known atomic.Pointer[motion] // nil: not read yet
}

// motion is what was read at one moment. It is not changed.
type motion struct {
	asked   time.Time // when it began to be read
	states  map[string]store.OutreachState
	left    map[string]int            // pieces of work not finished
	records map[string]store.Outreach // of those in states; Content and what it is about do not change any more
}

// statesEvery is how often it is looked what staff want: pausing and cancelling
// take effect within a second.
const statesEvery = 250 * time.Millisecond

// statesStale is how old what is known may be: what could have been paused or
// cancelled longer ago without our knowing waits until Redis answers again.
const statesStale = 3 * statesEvery

// recordsAtOnce bounds the outreaches read in one look.
const recordsAtOnce = 64

// watchOutreaches keeps the knowledge fresh and the feeders at work until ctx
// ends.
func (b *Bot) watchOutreaches(ctx context.Context) error {
	defer b.feeders.all.Wait()
	for {
		if err := b.outreaches.refresh(ctx); err != nil && ctx.Err() == nil {
			b.log.Warn("reading the outreaches in motion", "error", err)
		}
		b.runFeeders(ctx)
		if err := sleep(ctx, statesEvery); err != nil {
			return err
		}
	}
}

// refresh reads the states, and those outreaches that were not known.
func (o *outreaches) refresh(ctx context.Context) error {
	asked := time.Now()
	states, left, err := o.store.Motion(ctx)
	if err != nil {
		return err
	}
	next := &motion{asked: asked, states: states, left: left, records: map[string]store.Outreach{}}
	if old := o.known.Load(); old != nil {
		maps.Copy(next.records, old.records)
	}
	maps.DeleteFunc(next.records, func(id string, _ store.Outreach) bool { _, live := states[id]; return !live })
	read := 0
	for id, state := range states {
		if state == store.OutreachDraft || state == store.OutreachApproval || state == store.OutreachScheduled {
			delete(next.records, id) // staff may still change it
			continue
		}
		if _, known := next.records[id]; known || read == recordsAtOnce {
			continue
		}
		record, err := o.store.Outreach(ctx, id)
		read++
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return err
		default:
			next.records[id] = record
		}
	}
	o.known.Store(next)
	return nil
}

// state is how an outreach stands; "" when it is over, or not known yet.
func (o *outreaches) state(id string) store.OutreachState {
	if m := o.known.Load(); m != nil {
		return m.states[id]
	}
	return ""
}

// record returns an outreach that is being sent.
func (o *outreaches) record(id string) (store.Outreach, bool) {
	if m := o.known.Load(); m != nil {
		r, ok := m.records[id]
		return r, ok
	}
	return store.Outreach{}, false
}

// control is outreach.Config.Control. A message that belongs to several goes
// when one of them may: it tells all of them at once.
func (o *outreaches) control(ids []string) outreach.Control {
	m := o.known.Load()
	if m == nil || time.Since(m.asked) > statesStale {
		return outreach.Wait
	}
	out := outreach.Drop
	for _, id := range ids {
		switch c := o.one(m, id); c {
		case outreach.Go:
			return c
		case outreach.Wait:
			out = c
		}
	}
	return out
}

func (o *outreaches) one(m *motion, id string) outreach.Control {
	switch m.states[id] {
	case store.OutreachCancelled:
		return outreach.Drop
	case store.OutreachPaused:
		return outreach.Wait
	}
	r, known := m.records[id]
	if now := o.now(); known && !ownBusiness(r.Kind) && o.awake(now).After(now) {
		return outreach.Wait
	}
	return outreach.Go
}

// ownBusiness reports whether an outreach is about something that the person has
// or does: its turn sees to a decent hour, and nothing later may hold it back.
func ownBusiness(k store.OutreachKind) bool {
	return k != store.KindAnnouncement && k != store.KindVacancyAlert
}

// terms is outreach.Config.Terms. A message that belongs to several goes when one
// of them is the person's own business, as a place that came free: it says all at
// once. Reminders are owed to everybody who did not stop every message since.
func (o *outreaches) terms(ctx context.Context, ids []string) (store.Terms, error) {
	t := store.Terms{Own: true}
	for _, id := range ids {
		r, ok := o.record(id)
		if !ok {
			var err error
			if r, err = o.store.Outreach(ctx, id); errors.Is(err, store.ErrNotFound) {
				continue
			} else if err != nil {
				return t, err
			}
		}
		topic, has := flows.TopicEntry(r.Topic)
		switch {
		case has:
			t = store.Terms{In: topic}
		case r.Kind == store.KindReminder:
			t = store.Terms{NotIn: flows.StoppedAll()}
		default:
			return store.Terms{Own: true}, nil
		}
	}
	return t, nil
}

// piece is outreach.Config.Piece: in the language of the person, else Spanish.
func (o *outreaches) piece(ctx context.Context, id, language string) (store.Piece, error) {
	r, ok := o.record(id)
	if !ok {
		var err error
		if r, err = o.store.Outreach(ctx, id); err != nil {
			return store.Piece{}, err
		}
	}
	if p, ok := r.Content[language]; ok {
		return p, nil
	}
	p, ok := r.Content["es"]
	if !ok {
		return store.Piece{}, store.ErrNotFound
	}
	return p, nil
}

// halted are the notices of a turn that are not to be told now, whatever the
// person wants.
type halted struct {
	cancelled []flows.Notice // never
	paused    bool           // some wait for staff
}

// pausedWait is when it is looked again whether a paused outreach goes on. Those
// who were fed when it was paused are few: the window of the feeders.
const pausedWait = 30 * time.Second

// tellable are the notices that may be told now, as far as staff say.
func (o *outreaches) tellable(noticed []store.Noticed) (list []flows.Notice, h halted) {
	for _, n := range noticed {
		switch o.state(n.Outreach) {
		case store.OutreachCancelled:
			h.cancelled = append(h.cancelled, n.Notice)
		case store.OutreachPaused:
			h.paused = true
		default:
			list = append(list, n.Notice)
		}
	}
	return list, h
}

// endings are those of the notices that staff cancelled.
func (h halted) endings() (ends []flows.Ending) {
	for _, n := range h.cancelled {
		ends = append(ends, flows.Ending{Notice: n.ID, Outreach: n.Outreach, State: store.StateWithheld(store.GateCancelled)})
	}
	return ends
}

// due is when the timer is to look again, because something waits for staff.
func (h halted) due(next, now time.Time) time.Time {
	if later := now.Add(pausedWait); h.paused && (next.IsZero() || later.Before(next)) {
		return later
	}
	return next
}
