package bot

import (
	"context"
	"errors"
	"time"

	"arraigo/store"
)

// The finisher begins outreaches when their time has come and ends them when
// everybody is in a final state. It runs in one replica at a time, and what it
// does twice after a crash changes nothing: a state is changed only from the one
// it was read in, so a clock that is put back begins nothing again.

const (
	finishEvery = time.Second
	finishMost  = time.Minute // between two looks at one that waits for people
	wakeAtOnce  = 200         // of those whose outreach was cancelled or is over
)

// finisher is when to look at each outreach again.
type finisher struct {
	after map[string]time.Time
	pause map[string]time.Duration
	waits map[string]int // people who were not in a final state at the last look
	ahead time.Duration  // of the bot's clock before the machine's
}

func (b *Bot) finish(ctx context.Context) error {
	f := &finisher{after: map[string]time.Time{}, pause: map[string]time.Duration{}, waits: map[string]int{}}
	for {
		if err := b.finishAll(ctx, f); err != nil && ctx.Err() == nil {
			b.log.Warn("looking after outreaches", "error", err)
		}
		if err := sleep(ctx, finishEvery); err != nil {
			return err
		}
	}
}

// finishAll looks once at every outreach that is due for a look. One that fails
// does not stop the others.
func (b *Bot) finishAll(ctx context.Context, f *finisher) error {
	states, left, err := b.cfg.Store.Motion(ctx)
	if err != nil {
		return err
	}
	f.forget(states)
	if ahead := time.Until(b.cfg.Now()); (ahead - f.ahead).Abs() > time.Minute {
		f.ahead = ahead
		clear(f.after) // the clock was moved: what waits for the morning may be due
	}
	var faults []error
	for id, state := range states {
		switch state {
		case store.OutreachScheduled:
			faults = append(faults, b.startScheduled(ctx, id))
		case store.OutreachSending, store.OutreachCancelled:
			if now := time.Now(); left[id] == 0 && !now.Before(f.after[id]) {
				waits, err := b.finishOne(ctx, id, state)
				faults = append(faults, err)
				f.put(id, now, waits)
			}
		}
	}
	return errors.Join(faults...)
}

// put decides when to look again: soon while something happens, ever later while
// the same people wait, for the morning perhaps.
func (f *finisher) put(id string, now time.Time, waits int) {
	f.pause[id] = min(2*f.pause[id], finishMost)
	if f.pause[id] == 0 || f.waits[id] != waits {
		f.pause[id] = finishEvery
	}
	f.waits[id], f.after[id] = waits, now.Add(f.pause[id])
}

func (f *finisher) forget(live map[string]store.OutreachState) {
	for id := range f.pause {
		if _, ok := live[id]; !ok {
			delete(f.pause, id)
			delete(f.after, id)
			delete(f.waits, id)
		}
	}
}

// startScheduled begins an outreach whose time has come.
func (b *Bot) startScheduled(ctx context.Context, id string) error {
	o, err := b.cfg.Store.Outreach(ctx, id)
	if err != nil || o.State != store.OutreachScheduled {
		return err
	}
	now := b.cfg.Now()
	switch {
	case now.Before(o.At):
		return nil
	case !o.Until.IsZero() && !now.Before(o.Until):
		_, err := b.cfg.Store.CloseOutreach(ctx, id, map[string]int{}, now) // nobody was to be told so late
		return err
	}
	err = b.begin(ctx, o)
	if errors.Is(err, store.ErrConflict) {
		return nil // changed meanwhile: again in a moment
	}
	return err
}

// begin counts the audience and hands out the work.
func (b *Bot) begin(ctx context.Context, o store.Outreach) error {
	size, err := b.cfg.Store.Count(ctx, audience(o))
	if err != nil {
		return err
	}
	o.Size = size
	if o, err = b.cfg.Store.ChangeOutreach(ctx, o.ID, o.Version, o); err != nil {
		return err
	}
	return b.cfg.Store.StartOutreach(ctx, o.ID, o.Version, b.cfg.Now())
}

// finishOne ends an outreach if everybody is in a final state, and returns how
// many are not. Those who wait for something that will not come are seen to.
func (b *Bot) finishOne(ctx context.Context, id string, state store.OutreachState) (waits int, err error) {
	totals, err := b.cfg.Store.Tally(ctx, id)
	if err != nil {
		return 0, err
	}
	pending := totals[store.StatePending]
	waits = pending + totals[store.StateOwed] + totals[store.StateTrying]
	if waits > 0 && pending == 0 {
		return waits, nil // the outbox sees to them
	}
	o, err := b.cfg.Store.Outreach(ctx, id)
	if err != nil {
		return waits, err
	}
	now := b.cfg.Now()
	switch {
	case waits == 0:
		return 0, b.closeOutreach(ctx, o, totals, now)
	case state == store.OutreachCancelled, !o.Until.IsZero() && !now.Before(o.Until):
		return waits, b.wakePending(ctx, id)
	}
	return waits, nil
}

// listTime is how long an outreach without an audience stays open: who is told
// is found one by one, and a crash may be in between.
const listTime = 15 * time.Minute

// closeOutreach ends an outreach, unless more people may still come to it.
func (b *Bot) closeOutreach(ctx context.Context, o store.Outreach, totals map[string]int, now time.Time) error {
	listed := o.Kind != store.KindAnnouncement && o.Kind != store.KindVacancyAlert
	if listed && (now.Sub(o.Started) < listTime || o.Kind == store.KindNudge && now.Before(o.Until)) {
		return nil
	}
	_, err := b.cfg.Store.CloseOutreach(ctx, o.ID, totals, now)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil // another replica did
	case err == nil:
		b.metrics.outreaches.WithLabelValues(string(o.Kind)).Inc()
	}
	return err
}

// wakePending runs the turns of people who wait for an outreach that is over, so
// that they do not any more.
func (b *Bot) wakePending(ctx context.Context, id string) error {
	var people []store.ContactID
	full := errors.New("enough")
	err := b.cfg.Store.Ledger(ctx, id, func(contact store.ContactID, state string, _ time.Time) error {
		if state == store.StatePending {
			people = append(people, contact)
		}
		if len(people) == wakeAtOnce {
			return full
		}
		return nil
	})
	if err != nil && !errors.Is(err, full) {
		return err
	}
	for _, person := range people {
		b.tellNow(ctx, person, false)
	}
	return nil
}
