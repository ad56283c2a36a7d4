package bot

import (
	"context"
	"errors"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// alerts begins an outreach for every vacancy that fits somebody's alert, when it
// may be shown for the first time. It runs in one replica at a time; the feeders
// of all of them do the rest. After a crash the vacancy is matched again; nobody
// hears of it twice, because the outreach has its name and a ledger.
func (b *Bot) alerts(ctx context.Context) error {
	var done *programme.Offer
	for {
		offer, err := b.offers.refresh(ctx)
		if err == nil && offer != done {
			if err = b.matchAll(ctx, offer); err == nil {
				done = offer
			}
		}
		if err != nil && ctx.Err() == nil {
			b.log.Warn("matching vacancies with alerts", "error", err)
		}
		if err := sleep(ctx, b.cfg.Timing.Alert); err != nil {
			return err
		}
	}
}

// matchAll matches the vacancies that were not matched before.
func (b *Bot) matchAll(ctx context.Context, offer *programme.Offer) error {
	matched, err := b.cfg.Store.Matched(ctx, b.cfg.Now())
	if err != nil {
		return err
	}
	var fresh []programme.VacancyShowing
	for _, v := range offer.Vacancies(programme.VacancySearch{}) {
		if !matched[v.ID] {
			fresh = append(fresh, v)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	people, err := b.cfg.Store.Count(ctx, outreach.Audience(flows.PurposeAlerts, nil))
	if err != nil {
		return err
	}
	if people == 0 { // a catalogue may hold ten thousand
		until := make(map[string]time.Time, len(fresh))
		for _, v := range fresh {
			until[v.ID] = b.cfg.Set().EndOf(v.Expires)
		}
		return b.cfg.Store.NoteMatched(ctx, until)
	}
	for _, v := range fresh {
		if err := b.match(ctx, v); err != nil {
			return err
		}
	}
	return nil
}

// match begins the outreach of one vacancy, if there is anybody whose alert it
// fits.
func (b *Bot) match(ctx context.Context, v programme.VacancyShowing) error {
	end := b.cfg.Set().EndOf(v.Expires)
	o := store.Outreach{
		ID:       store.OutreachID("vacancy", v.ID),
		Kind:     store.KindVacancyAlert,
		State:    store.OutreachDraft,
		Topic:    flows.PurposeAlerts,
		Title:    v.Title,
		Notice:   flows.Notice{Kind: flows.VacancyAlert, Held: flows.HeldVacancy, Offer: v.ID},
		Audience: b.cfg.Set().Reach(v),
		Until:    end,
		Created:  b.cfg.Now(),
	}
	var err error
	if o.Size, err = b.cfg.Store.Count(ctx, audience(o)); err != nil {
		return err
	}
	if o.Size > 0 {
		if err := b.launch(ctx, o); err != nil {
			return err
		}
	}
	return b.cfg.Store.NoteMatched(ctx, map[string]time.Time{v.ID: end})
}

// launch keeps an outreach that the program makes and begins with it; one that
// was begun before is left as it is.
func (b *Bot) launch(ctx context.Context, o store.Outreach) error {
	made, err := b.cfg.Store.CreateOutreach(ctx, o)
	if errors.Is(err, store.ErrConflict) {
		made, err = b.cfg.Store.Outreach(ctx, o.ID)
	}
	if err != nil || !made.Started.IsZero() || !made.Live() {
		return err
	}
	err = b.cfg.Store.StartOutreach(ctx, o.ID, made.Version, b.cfg.Now())
	if errors.Is(err, store.ErrConflict) {
		return nil // another replica did
	}
	return err
}

// audience are those whom an outreach is for.
func audience(o store.Outreach) store.Filter { return outreach.Audience(o.Topic, o.Audience) }
