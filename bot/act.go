package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/store"
)

// actOn does what the team decided about a person, as a turn of theirs, and has
// them told of it. What is not possible any more changes nothing.
func (b *Bot) actOn(ctx context.Context, r store.Relay) (carried, error) {
	if r.Act == nil {
		return b.drop(ctx, r)
	}
	if r.Act.Do == flows.StaffErase { // before: afterwards nobody knows whose request it was
		if err := b.answerRequest(ctx, r); err != nil {
			return carryLater, err
		}
	}
	if err := b.about(ctx, r.Contact, flows.Input{Kind: flows.InputStaff, Staff: r.Act}); err != nil {
		return carryLater, err // gone: carry drops the entry
	}
	if err := b.tellOfAct(ctx, r); err != nil && !errors.Is(err, store.ErrNotFound) {
		return carryLater, err
	}
	if err := b.answerRequest(ctx, r); err != nil {
		return carryLater, err
	}
	return b.drop(ctx, r)
}

// answerRequest notes that the act answered a request.
func (b *Bot) answerRequest(ctx context.Context, r store.Relay) error {
	if r.Request == "" {
		return nil
	}
	err := b.cfg.Store.AnswerRequest(ctx, r.Request, store.OutcomeDone, r.Act.By, b.cfg.Now())
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// tellOfAct leaves the notice of what was done, if it was.
func (b *Bot) tellOfAct(ctx context.Context, r store.Relay) error {
	act := r.Act
	if act.Do != flows.StaffStage && act.Do != flows.StaffCorrect && act.Do != flows.StaffRefer {
		return nil
	}
	record, err := b.cfg.Store.LoadID(ctx, r.Contact)
	if err != nil {
		return err
	}
	var n flows.Notice
	switch act.Do {
	case flows.StaffStage:
		if !slices.ContainsFunc(record.Session.Stages, func(at flows.Stage) bool {
			return at.Line == act.Line && at.Stage == act.Stage && at.At == act.At
		}) {
			return nil
		}
		n = flows.Notice{Kind: flows.StageMoved, Held: act.Line, Offer: act.Stage}
	case flows.StaffRefer:
		if h, _ := record.Session.Hold(flows.HeldVacancy, act.Offer); h.Why != act.Why || h.At != act.At {
			return nil
		}
		n = flows.Notice{Kind: flows.ReferralMoved, Held: flows.HeldVacancy, Offer: act.Offer}
	case flows.StaffCorrect:
		if !slices.ContainsFunc(record.Session.Changes, func(c flows.Change) bool {
			return c.Slot == act.Slot && c.At == act.At && c.By == act.By
		}) {
			return nil
		}
		n = flows.Notice{Kind: flows.DataCorrected, Offer: act.Slot}
	}
	n.ID = fmt.Sprintf("%s.%s.%s.%d", n.Kind, n.Held, n.Offer, act.At)
	return b.reach(ctx, r.Contact, n, b.actOutreach(n, act))
}

// actOutreach is the outreach of what the team did about people: what was done,
// and when, and nothing of whom. Several done at once are one.
func (b *Bot) actOutreach(n flows.Notice, act *flows.StaffAct) store.Outreach {
	now := b.cfg.Now()
	return store.Outreach{
		ID:   store.OutreachID(string(store.KindChange), strings.ReplaceAll(string(n.Kind), "_", "-"), strings.TrimPrefix(n.Held+"-"+n.Offer, "-"), strconv.FormatInt(act.At, 10)),
		Kind: store.KindChange, State: store.OutreachSending, Again: true, Created: now, Started: now,
	}
}

// reach leaves a notice of an outreach with one person, and runs their turn.
func (b *Bot) reach(ctx context.Context, id store.ContactID, n flows.Notice, o store.Outreach) error {
	n.Outreach, n.Again = o.ID, o.Again
	result, err := b.cfg.Store.Notify(ctx, id, n, b.cfg.Now())
	if err != nil || result == store.NotifyAbsent {
		return err
	}
	b.metrics.fed.WithLabelValues(string(o.Kind), notified[result]).Inc()
	if err := b.cfg.Store.EnsureOutreach(ctx, o); err != nil {
		return err
	}
	if result == store.NotifyLeft {
		b.tasks.run(func() { b.tellNow(context.WithoutCancel(ctx), id, false) })
	}
	return nil
}
