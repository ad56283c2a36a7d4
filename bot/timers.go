package bot

import (
	"context"
	"errors"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// timersAtOnce bounds the turns that one look at the timers begins.
const timersAtOnce = 200

// timers runs a turn for every contact whose timer is over. It runs in one
// replica at a time. What is said then goes at the pace of all that nobody asked
// for, so it waits while enough is on its way: at eight in the morning twenty
// thousand people may be due.
func (b *Bot) timers(ctx context.Context) error {
	for {
		if b.sender.Unasked() > 2*cap(b.feeders.bulk) {
			if err := sleep(ctx, statesEvery); err != nil {
				return err
			}
			continue
		}
		ids, err := b.cfg.Store.Due(ctx, b.cfg.Now(), timersAtOnce)
		if err != nil && ctx.Err() == nil {
			b.log.Warn("looking for due timers", "error", err)
		}
		var running []<-chan error
		for _, id := range ids {
			if done := b.wake(ctx, id); done != nil {
				running = append(running, done)
			}
		}
		for _, done := range running {
			<-done
		}
		if len(ids) == timersAtOnce {
			continue // there may be more, and these turns have set new timers
		}
		if err := sleep(ctx, b.cfg.Timing.Timers); err != nil {
			return err
		}
	}
}

// wake begins a timer's turn in the lane of the contact's chat; nil when there
// is nothing to begin. A turn that fails leaves the timer due.
func (b *Bot) wake(ctx context.Context, id store.ContactID) <-chan error {
	r, err := b.cfg.Store.LoadID(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		err = b.cfg.Store.DropTimer(ctx, id)
		fallthrough
	case err != nil:
		if err != nil && ctx.Err() == nil {
			b.log.Warn("a timer cannot be run", "contact", string(id), "error", err)
		}
		return nil
	}
	done := make(chan error, 1)
	if b.enqueue(ctx, b.timerTurn(r, nil), false, done) != nil {
		return nil
	}
	return done
}

// timerTurn is a turn that nobody wrote, with what was read for it already.
func (b *Bot) timerTurn(r *store.Record, loaded *loaded) *arrival {
	return &arrival{route: toTurn, chat: r.ChatID, received: b.cfg.Now(), input: flows.Input{Kind: flows.InputTimer}, loaded: loaded}
}

// zone is where days and hours count.
func (b *Bot) zone() *time.Location {
	if l := b.cfg.Set().Timing.Location; l != nil {
		return l
	}
	return time.FixedZone("America/Bogota", -5*60*60)
}

// profileEnd is how long a profile outlives the person's last contact, as
// flows.Timing has it.
func (b *Bot) profileEnd() time.Duration {
	if d := b.cfg.Set().Timing.ProfileEnd; d > 0 {
		return d
	}
	return 365 * 24 * time.Hour
}
