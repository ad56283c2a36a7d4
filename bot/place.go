package bot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// placeActions are the Calls about places in courses and events.
func placeActions() map[string]action {
	all := map[string]action{"event_watch": onPlace(flows.HeldEvent, watchEvent), "event_rate": rateEvent}
	for _, kind := range []string{flows.HeldCourse, flows.HeldEvent} {
		all[kind+"_status"] = onPlace(kind, lookAtPlace)
		all[kind+"_reserve"] = onPlace(kind, reservePlace)
		all[kind+"_accept"] = onPlace(kind, acceptPlace)
		all[kind+"_decline"] = onPlace(kind, declinePlace)
		all[kind+"_leave"] = onPlace(kind, leavePlace)
	}
	return all
}

// A placeCall is one Call about a place.
type placeCall struct {
	*Bot
	r     *store.Record
	offer store.Offer
	held  flows.Hold // what the session says; State is empty for nothing
	args  map[string][]string
	now   time.Time
}

func (c *placeCall) arg(name string) string {
	if v := c.args[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// onPlace makes an action of what is to be done with a place. Its outcome is how
// things stand afterwards, and the hold that says so.
func onPlace(kind string, do func(context.Context, *placeCall) (store.Place, error)) action {
	return func(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error) {
		c := &placeCall{Bot: b, r: r, args: args, now: b.cfg.Now()}
		published, err := b.offers.today(ctx)
		if err != nil {
			return flows.Input{}, err
		}
		c.offer = b.terms(published, b.offers.version.Load(), store.Offer{Kind: kind, ID: c.arg(kind)})
		if c.offer.Standing == "" { // forged, or gone from the catalogue
			return flows.Input{}, nil
		}
		if h, ok := r.Session.Hold(kind, c.offer.ID); ok {
			c.held = h
		}
		place, err := do(ctx, c)
		if err != nil {
			return flows.Input{}, fmt.Errorf("%s: %w", kind, err)
		}
		used, waiting, err := b.cfg.Store.Taken(ctx, c.offer)
		if err != nil {
			return flows.Input{}, err
		}
		seats := flows.Seats{Used: used, Waiting: waiting, State: string(place.State), Position: place.Position}
		return flows.Input{
			Slots: map[string][]string{flows.SeatsSlot(kind): seats.Values()},
			Hold:  c.hold(place, b.cfg.Set().Ends(published, kind, c.offer.ID)),
		}, nil
	}
}

// hold is what the session says from now on.
func (c *placeCall) hold(p store.Place, ends int64) *flows.Hold {
	h := flows.Hold{Kind: c.offer.Kind, Offer: c.offer.ID, Ends: ends}
	switch p.State {
	case store.PlaceTaken, store.PlaceWaiting, store.PlaceOffered, store.PlaceWatching:
		h.State, h.Size, h.At = string(p.State), p.Size, c.now.Unix()
		if h.State == c.held.State {
			h.At, h.Sure = c.held.At, c.held.Sure
			h.Asked, h.Reminded, h.Quiet = c.held.Asked, c.held.Reminded, c.held.Quiet
		}
		if p.State == store.PlaceOffered {
			h.Until = p.Until.Unix()
		}
		if c.offer.Kind == flows.HeldEvent {
			if h.Minors = c.held.Minors; p.Changed && c.held.State != flows.HoldOffered {
				h.Minors, _ = strconv.Atoi(c.arg("event_minors"))
			}
		}
	default:
		if c.held.State == "" {
			return nil
		}
	}
	return &h
}

func lookAtPlace(ctx context.Context, c *placeCall) (store.Place, error) {
	return c.cfg.Store.PlaceOf(ctx, c.offer, c.r.ID)
}

func reservePlace(ctx context.Context, c *placeCall) (store.Place, error) {
	size := 1
	if c.offer.Kind == flows.HeldEvent {
		for _, slot := range []string{"event_adults", "event_minors"} {
			n, _ := strconv.Atoi(c.arg(slot))
			size += max(n, 0)
		}
	}
	return c.cfg.Store.Reserve(ctx, c.offer, c.r.ID, size, c.now)
}

func acceptPlace(ctx context.Context, c *placeCall) (store.Place, error) {
	return c.cfg.Store.Accept(ctx, c.offer, c.r.ID, c.now)
}

func declinePlace(ctx context.Context, c *placeCall) (store.Place, error) {
	p, err := c.cfg.Store.Decline(ctx, c.offer, c.r.ID)
	if err != nil || p.State != store.PlaceOffered && p.State != store.PlaceNone {
		return p, err // an old button: it stays as it is
	}
	return store.Place{State: flows.SeatLeft}, nil
}

func leavePlace(ctx context.Context, c *placeCall) (store.Place, error) {
	_, err := c.cfg.Store.Withdraw(ctx, c.offer, c.r.ID)
	return store.Place{State: flows.SeatLeft}, err
}

func watchEvent(ctx context.Context, c *placeCall) (store.Place, error) {
	if err := c.cfg.Store.Watch(ctx, c.offer, c.r.ID, c.now); err != nil {
		return store.Place{}, err
	}
	return c.cfg.Store.PlaceOf(ctx, c.offer, c.r.ID)
}

// rateEvent keeps how somebody found an event they were signed up for.
func rateEvent(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error) {
	graded := args["graded_event"]
	if len(graded) != 2 {
		return flows.Input{}, nil
	}
	published, err := b.offers.today(ctx)
	if err != nil {
		return flows.Input{}, err
	}
	o := b.terms(published, b.offers.version.Load(), store.Offer{Kind: store.OfferEvent, ID: graded[0]})
	n, err := strconv.Atoi(graded[1])
	if err != nil || o.Standing == "" {
		return flows.Input{}, nil
	}
	g := store.Grade{Grade: n}
	if words := args["event_words"]; len(words) > 0 {
		g.Words = words[0]
	}
	_, err = b.cfg.Store.Rate(ctx, o, r.ID, g, b.cfg.Now())
	return flows.Input{}, err
}

// terms fills in what the catalogue says about an offer; without a row its
// standing stays empty.
func (b *Bot) terms(published *programme.Offer, version int64, o store.Offer) store.Offer {
	o.Version = version
	today := published.Today()
	switch o.Kind {
	case store.OfferCourse:
		if c, ok := published.Course(o.ID); ok {
			o.Places, o.Standing = c.Places, c.Standing(today)
		}
	case store.OfferEvent:
		if e, ok := published.Event(o.ID); ok {
			o.Places, o.Standing = e.Places, e.Standing(today)
		}
	}
	if ends := b.cfg.Set().Ends(published, o.Kind, o.ID); ends != 0 {
		o.Ends = time.Unix(ends, 0)
	}
	return o
}
