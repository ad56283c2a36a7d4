package bot

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/programme"
	"arraigo/store"
)

// maxConflicts bounds how often a turn is run again because somebody else
// changed the record meanwhile; after that it counts as unavailable.
const maxConflicts = 12

// maxCalls bounds the actions with I/O in one turn; the checker of flows finds
// loops, this stops one that slipped through.
const maxCalls = 4

// turn runs one turn: load, advance, commit; then it answers the tap and hands
// the replies to the sender. nil means that the update may be acknowledged.
func (b *Bot) turn(ctx context.Context, a *arrival) (owed waiting, err error) {
	kind, outcome := string(a.input.Kind), turnDone
	defer func() {
		if p := recover(); p != nil {
			outcome = turnPanic
			owed, err = b.panicked(a, p), nil
		}
		b.metrics.turn(kind, outcome, b.cfg.Now().Sub(a.received))
	}()
	for attempt := 0; ; attempt++ {
		owed, err = b.try(ctx, a)
		switch {
		case err == nil:
			return owed, nil
		case errors.Is(err, store.ErrDuplicate):
			outcome = turnDuplicate
			b.metrics.duplicates.Inc()
			// The answer to this tap may have been lost with the first delivery.
			b.tasks.run(func() { b.answerTap(a.query, nil, nil) })
			return waiting{}, nil
		case errors.Is(err, store.ErrConflict) && attempt < maxConflicts:
			b.metrics.conflicts.Inc()
			if err := sleep(ctx, rand.N(time.Duration(attempt+1)*4*time.Millisecond)); err == nil {
				continue
			}
		}
		if again(err) {
			outcome = turnUnavailable
			return waiting{}, err
		}
		// Neither time nor another try will help. Coming again for ever, the
		// update would keep all others of this person from being heard.
		outcome = turnFailed
		b.log.Error("a turn failed for good", "kind", kind, "error", err)
		return b.apologise(a), nil
	}
}

// try is one attempt at a turn. It changes nothing unless it commits.
func (b *Bot) try(ctx context.Context, a *arrival) (waiting, error) {
	r, noticed, err := b.load(ctx, a)
	if err != nil {
		return waiting{}, err
	}
	if r.Has(a.update) {
		return waiting{}, store.ErrDuplicate
	}
	if a.input.Kind == flows.InputEnd && r.Session.Talk != a.input.Talk {
		return waiting{}, nil // that talk is over
	}
	if r, err = b.awaitPending(ctx, a, r); err != nil {
		return waiting{}, err
	}
	in := a.input
	in.Asked = r.Delivery.Message
	if r.Member { // nobody else can be found by it
		in.Reference = r.ID.Reference()
	}
	if in.Kind == flows.InputText && r.Session.Asking {
		in.Early = b.early(a, r)
	}
	var halted halted
	in.Notices, halted = b.outreaches.tellable(noticed)
	in.Blocked = r.Blocked
	if in.Titles, err = b.titles(ctx, in.Notices, r.Session.Language); err != nil {
		return waiting{}, err
	}
	if in.Offer, err = b.offered(ctx, noticed); err != nil {
		return waiting{}, err
	}
	now, set := b.cfg.Now(), b.cfg.Set()
	result := flows.Advance(set, r.Session, in, now)
	for calls := 0; result.Call != nil; calls++ {
		if calls == maxCalls {
			return waiting{}, errors.New("too many actions in one turn")
		}
		outcome, err := b.act(ctx, r, *result.Call)
		if err != nil {
			return waiting{}, err
		}
		outcome.Offer, outcome.Reference = in.Offer, in.Reference
		result = flows.Resume(set, result, outcome, now)
	}
	if err := b.keepProofs(ctx, result.Proofs); err != nil {
		return waiting{}, err
	}
	next := *r
	next.Session = result.Session
	if !a.unasked() {
		next.Blocked = false // who writes has not blocked us
	}
	next.Session.Shown = shown(r, &result.Session)
	stamp(&next.Session, len(r.Session.Consents), a.update)
	turn := store.Turn{
		Record:    &next,
		Update:    a.update,
		Index:     flows.Index(set, &next.Session),
		Replies:   outreach.InOrder(result.Replies),
		Relay:     result.Relay,
		Steps:     result.Steps,
		Due:       halted.due(flows.NextDue(set, &next.Session, now), now),
		Notices:   noticed,
		Erase:     result.Erase,
		Consented: next.Session.Consented(flows.PurposeEvaluate),
		Now:       now,
	}
	ends := append(result.Ends, halted.endings()...)
	if done := in.Kind == flows.InputEnd || in.Kind == flows.InputStaff; done && len(turn.Replies) > 0 && !turn.Erase {
		ends = append(ends, flows.Ending{Outreach: flows.NudgeOutreach(set.Today(now)), State: flows.EndTold, Again: true})
	}
	if err := b.end(ctx, &turn, ends); err != nil {
		return waiting{}, err
	}
	if turn.Erase {
		if err := b.cfg.Store.ForgetTalk(ctx, r.ID, now); err != nil {
			return waiting{}, err
		}
	}
	ref, err := b.cfg.Store.Commit(ctx, turn)
	if err != nil {
		return waiting{}, err
	}
	if turn.Relay != nil {
		b.kickRelay()
	}
	if in.Early {
		b.metrics.early.Inc()
	}
	if in.Kind == flows.InputText && in.Message > r.Delivery.Message && r.Delivery.Message != 0 {
		b.order.agrees()
	}
	if a.query != "" {
		b.tasks.run(func() { b.answerTap(a.query, &next.Session, result.Toast) })
	}
	return b.hand(a, ref, &next, turn), nil
}

// offered is what is offered today. What is to be told may be about something
// that another replica read from the catalogue first: then this one reads too.
// Announcements are about nothing of it, and a vacancy that is known may be told.
func (b *Bot) offered(ctx context.Context, noticed []store.Noticed) (*programme.Offer, error) {
	offer, err := b.offers.today(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range noticed {
		switch n.Kind {
		case flows.Announcement:
			continue
		case flows.VacancyAlert:
			if _, known := offer.Vacancy(n.Offer); known {
				continue
			}
		}
		return b.offers.refresh(ctx)
	}
	return offer, nil
}

// load reads the record in one round trip; for a timer with what there is to
// tell.
func (b *Bot) load(ctx context.Context, a *arrival) (*store.Record, []store.Noticed, error) {
	if l := a.loaded; l != nil {
		a.loaded = nil // another attempt reads again
		return l.record, l.noticed, nil
	}
	if a.input.Kind == flows.InputTimer {
		return b.cfg.Store.LoadNoticed(ctx, a.chat)
	}
	r, err := b.cfg.Store.Load(ctx, a.chat)
	return r, nil, err
}

// hand gives the committed replies to the sender.
func (b *Bot) hand(a *arrival, ref store.OwedRef, r *store.Record, t store.Turn) waiting {
	if ref.IsZero() {
		return waiting{}
	}
	lane := outreach.Replies
	if a.unasked() {
		lane = outreach.Unasked
	}
	p := outreach.Parcel{
		Ref:     ref,
		Chat:    a.chat,
		Session: r.Session,
		Replies: t.Replies,
		Asked:   r.Delivery.At,
		Lane:    lane,
		Again:   t.Again,
	}
	for _, told := range t.Told {
		if told.State == store.StateOwed {
			p.Outreaches = append(p.Outreaches, told.Outreach)
		}
	}
	if a.input.Kind != flows.InputTap {
		p.Heard = a.input.Message
	}
	if r.Delivery.Pending && !ref.Farewell() {
		p.After = r.Delivery.Newest
	}
	return waiting{b.sender.Hand(p)}
}

// keepProofs keeps the exact texts that new consents refer to. It comes before
// the commit: a text that nobody refers to does no harm, the opposite does.
func (b *Bot) keepProofs(ctx context.Context, proofs map[string]string) error {
	for hash, text := range proofs {
		kept, err := b.cfg.Store.KeepText(ctx, text)
		if err != nil {
			return err
		}
		if kept != hash {
			return errors.New("a consent names its text by another hash than the store")
		}
	}
	return nil
}

// stamp notes in the consents of this turn which update carried them.
func stamp(s *flows.Session, old int, update int64) {
	if len(s.Consents) <= old {
		return
	}
	s.Consents = append([]flows.Consent(nil), s.Consents...)
	for i := old; i < len(s.Consents); i++ {
		s.Consents[i].Update = update
	}
}

// panicked records a panic without any data and lets the person know.
func (b *Bot) panicked(a *arrival, p any) waiting {
	b.notePanic(p)
	return b.apologise(a)
}

func (b *Bot) notePanic(p any) {
	b.metrics.panics.Inc()
	b.log.Error("a panic was stopped", "type", fmt.Sprintf("%T", p), "at", functions())
}

// functions names the functions on the stack, without arguments.
func functions() string {
	var pcs [24]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(4, pcs[:])])
	var names []string
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "arraigo/") {
			names = append(names, fmt.Sprintf("%s:%d", strings.TrimPrefix(f.Function, "arraigo/"), f.Line))
		}
		if !more {
			return strings.Join(names, " < ")
		}
	}
}

// apologise says that something went wrong on our side. It is not owed by any
// commit and is tried once.
func (b *Bot) apologise(a *arrival) waiting {
	b.tasks.run(func() {
		b.answerTap(a.query, nil, nil)
		if a.input.Kind == flows.InputTimer {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s := flows.Session{Language: b.cfg.Set().Catalog.Match(a.input.Language)}
		m := flows.Render(b.cfg.Set(), &s, flows.Reply{Parts: []flows.Text{flows.Key("bot.trouble")}})
		if _, err := (telegram{b.api}).Send(ctx, a.chat, outreach.Outgoing{Message: m}); err != nil {
			b.log.Warn("an apology was not sent", "error", err)
		}
	})
	return waiting{}
}
