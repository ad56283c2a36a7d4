package bot

import (
	"context"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// noteReminder notes who is to be reminded of a course or an event now. It is
// asked for every offer each time, so that the store knows since when it begins
// at that hour.
func (b *Bot) noteReminder(ctx context.Context, published *programme.Offer, o store.Offer, now time.Time) error {
	r, ok := b.cfg.Set().Reminder(published, o.Kind, o.ID, now)
	if !ok {
		return nil
	}
	due := store.Due{Kind: string(flows.RemindOffer), Start: r.Start}
	if r.Lead != "" {
		due.Mark, due.At = r.Name(), r.Due
	}
	_, err := b.cfg.Store.Remind(ctx, o, due, now)
	return err
}

// reminding completes the notice of a reminder; false when the offer was moved,
// or cancelled, since it was noted.
func (b *Bot) reminding(published *programme.Offer, t store.Telling, n *flows.Notice) bool {
	start, ok := b.cfg.Set().ReminderStart(published, t.Offer.Kind, t.Offer.ID, t.Mark)
	n.Until = start.Unix()
	return ok
}
