package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// OfferTime is how long somebody has to take a place that came free. It counts
// from the moment they may be told, so it never ends at night.
const OfferTime = 24 * time.Hour

// Days of the notices that the calendar brings.
const (
	confirmDays  = 2 // before a course begins
	feedbackDays = 3 // after an event: later nobody remembers
)

// settleTime is how long a turn has to commit the place it reserved. After that
// a place without a hold belongs to nobody: its person was erased meanwhile, or
// never came back.
const settleTime = 2 * time.Minute

// lines moves the waiting lines on and hands out what is to be told about
// places. It runs in one replica at a time.
func (b *Bot) lines(ctx context.Context) error {
	for {
		people, err := b.moveLines(ctx)
		if err != nil && ctx.Err() == nil {
			b.log.Warn("moving waiting lines", "error", err)
		}
		if len(people) > 0 {
			b.tasks.run(func() { b.tellAllNow(ctx, people) })
		}
		if err := sleep(ctx, b.cfg.Timing.Offer); err != nil {
			return err
		}
	}
}

// moveLines looks once at every offer that somebody has something of. One that
// fails does not stop the others. It returns who has a notice now.
func (b *Bot) moveLines(ctx context.Context) (people []store.ContactID, err error) {
	now := b.cfg.Now()
	published, err := b.offers.refresh(ctx)
	if err != nil {
		return nil, err
	}
	version := b.offers.version.Load()
	if err := b.cfg.Store.DropOffers(ctx, now); err != nil {
		return nil, err
	}
	offers, err := b.cfg.Store.Offers(ctx, now)
	if err != nil {
		return nil, err
	}
	var faults []error
	for i, o := range offers {
		o = b.terms(published, version, o)
		offers[i] = o
		if o.Standing == "" {
			continue
		}
		faults = append(faults, b.moveLine(ctx, published, o, now), b.noteReminder(ctx, published, o, now))
	}
	untold, err := b.cfg.Store.Untold(ctx, offers)
	faults = append(faults, err)
	for _, t := range untold {
		left, err := b.tell(ctx, published, t, now)
		if left {
			people = append(people, t.Contact)
		}
		faults = append(faults, err)
	}
	return people, errors.Join(faults...)
}

func (b *Bot) moveLine(ctx context.Context, published *programme.Offer, o store.Offer, now time.Time) error {
	line, err := b.cfg.Store.MoveLine(ctx, o, now, b.offerUntil(published, o, now))
	if err != nil {
		return err
	}
	b.metrics.places.WithLabelValues("offered").Add(float64(line.Made))
	b.metrics.places.WithLabelValues("lost").Add(float64(line.Lost))
	if o.Kind == store.OfferCourse {
		c, _ := published.Course(o.ID)
		return b.noteCourse(ctx, c, o, published.Today())
	}
	e, _ := published.Event(o.ID)
	return b.noteEvent(ctx, e, o, published.Today())
}

// tellPlaces is how often the team is told of places that were given back.
const tellPlaces = time.Minute

// tellOfPlaces tells the team of places that were given back: several at once,
// and without a word about who had them. It belongs to the loop of the relay,
// which alone writes to the group. Without a group they are only counted.
func (b *Bot) tellOfPlaces(ctx context.Context) {
	now := b.cfg.Now()
	if now.Before(b.placesToldAt.Add(tellPlaces)) {
		return
	}
	b.placesToldAt = now
	given, err := b.cfg.Store.GivenBack(ctx, now)
	if err != nil && ctx.Err() == nil {
		b.log.Warn("looking for places given back", "error", err)
	}
	for _, g := range given {
		if b.staff.configured != 0 && b.inGroup(ctx, 0, b.givenBack(ctx, g)) != carryDone {
			return // the group is away: again in a minute
		}
		if err := b.cfg.Store.ToldGivenBack(ctx, g); err != nil {
			return
		}
		b.metrics.places.WithLabelValues("given_back").Add(float64(g.Places))
	}
}

// givenBack says which places are free again and whether somebody waits.
func (b *Bot) givenBack(ctx context.Context, g store.GivenBack) flows.Text {
	title := g.Offer.ID
	if published, err := b.offers.today(ctx); err == nil {
		title = titleOf(published, g.Offer)
	}
	text := flows.Key("staff.places_back").With("titulo", flows.Literal(title)).With("codigo", flows.Literal(g.Offer.ID)).With("count", flows.Text{Count: &g.Places})
	return flows.Text{Lines: []flows.Text{text, flows.Key("staff.places_line").With("count", flows.Text{Count: &g.Waiting})}}
}

// offerUntil is when an offer made now ends: a day after the person may be told,
// and not after it is too late to come. Zero: too late already.
func (b *Bot) offerUntil(published *programme.Offer, o store.Offer, now time.Time) time.Time {
	told := b.cfg.Set().Awake(now)
	until, closes := told.Add(OfferTime), time.Time{}
	switch o.Kind {
	case store.OfferCourse:
		if c, ok := published.Course(o.ID); ok && !c.Starts.IsZero() {
			closes = c.Starts.At(20*60, b.cfg.Set().Location())
		}
	case store.OfferEvent:
		if e, ok := published.Event(o.ID); ok {
			closes, _, _ = e.Span(b.cfg.Set().Location())
		}
	}
	if closes.IsZero() || until.Before(closes) {
		return until
	}
	if !told.Before(closes) {
		return time.Time{}
	}
	return closes
}

var everybody = []store.PlaceState{store.PlaceTaken, store.PlaceWaiting, store.PlaceOffered, store.PlaceWatching}

// noteCourse notes who is to be told what about a course today.
func (b *Bot) noteCourse(ctx context.Context, c programme.Course, o store.Offer, today programme.Date) error {
	if o.Standing == programme.StandingCancelled {
		_, err := b.cfg.Store.TellAll(ctx, o, string(flows.CourseCancelled), "1", false, everybody...)
		return err
	}
	print := fmt.Sprint(c.Starts, c.Ends, c.Schedule, c.Mode, c.Municipality)
	if _, err := b.cfg.Store.TellAll(ctx, o, string(flows.CourseChanged), print, true, everybody...); err != nil {
		return err
	}
	if days := c.Starts.DaysSince(today); !c.Starts.IsZero() && days > 0 && days <= confirmDays {
		_, err := b.cfg.Store.TellAll(ctx, o, string(flows.ConfirmCourse), c.Starts.String(), false, store.PlaceTaken)
		return err
	}
	return nil
}

// noteEvent notes who is to be told what about an event today.
func (b *Bot) noteEvent(ctx context.Context, e programme.Event, o store.Offer, today programme.Date) error {
	print := fmt.Sprint(e.On, e.Starts, e.Ends, e.Place, e.Municipality)
	switch o.Standing {
	case programme.StandingCancelled, programme.StandingPostponed:
		print += " " + string(o.Standing)
	}
	if _, err := b.cfg.Store.TellAll(ctx, o, string(flows.EventChanged), print, true, everybody...); err != nil {
		return err
	}
	if days := today.DaysSince(e.On); o.Standing == programme.StandingEnded && days > 0 && days <= feedbackDays {
		_, err := b.cfg.Store.TellAll(ctx, o, string(flows.EventFeedback), e.On.String(), false, store.PlaceTaken)
		return err
	}
	return nil
}

// tell hands one thing to the contact as a notice, and reports whether there is
// something to tell. It may be handed twice after a crash; the outreach has its
// name, and its ledger knows the contact. The outreach is there only once its
// people are in the ledger: before that it would seem to be over.
func (b *Bot) tell(ctx context.Context, published *programme.Offer, t store.Telling, now time.Time) (bool, error) {
	if t.Kind == store.TellCheck {
		return false, b.checkPlace(ctx, t, now)
	}
	n := flows.Notice{
		ID: strings.Join([]string{t.Kind, t.Offer.Ref(), t.Mark}, ":"), Kind: flows.NoticeKind(t.Kind),
		Held: t.Offer.Kind, Offer: t.Offer.ID,
	}
	switch n.Kind {
	case flows.PlaceOffered:
		n.Until = t.Deadline().Unix()
	case flows.RemindOffer:
		if !b.reminding(published, t, &n) {
			return false, b.cfg.Store.Told(ctx, t)
		}
	}
	o := telling(published, t, n, now)
	n.Outreach, n.Again = o.ID, o.Again
	result, err := b.cfg.Store.Notify(ctx, t.Contact, n, now)
	if err != nil {
		return false, err
	}
	b.metrics.fed.WithLabelValues(string(o.Kind), notified[result]).Inc()
	if result == store.NotifyAbsent { // gone, or without consent: a place is nobody's then
		if _, err := b.cfg.Store.Withdraw(ctx, t.Offer, t.Contact); err != nil {
			return false, err
		}
	} else if err := b.cfg.Store.EnsureOutreach(ctx, o); err != nil {
		return false, err
	}
	return result == store.NotifyLeft, b.cfg.Store.Told(ctx, t)
}

// checkPlace sees whether the turn that reserved a place was committed. The
// reservation comes first, so that nobody is promised a place that is gone; if
// the commit never came, the place must not stay with nobody.
func (b *Bot) checkPlace(ctx context.Context, t store.Telling, now time.Time) error {
	if now.Sub(t.Deadline()) < settleTime {
		return nil
	}
	r, err := b.cfg.Store.LoadID(ctx, t.Contact)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	held := false
	if err == nil {
		_, held = r.Session.Hold(t.Offer.Kind, t.Offer.ID)
	}
	if !held {
		if _, err := b.cfg.Store.Withdraw(ctx, t.Offer, t.Contact); err != nil {
			return err
		}
	}
	return b.cfg.Store.Told(ctx, t)
}
