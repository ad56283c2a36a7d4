package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// A Desk is where the team hands announcements in, whether by chat or by the
// pages: the same rules hold for both. Store is required.
type Desk struct {
	Store *store.Store
	// ApproveAbove is the size of an audience above which a second person must
	// approve; 0: 200.
	ApproveAbove int
}

const approveAbove = 200

// Why the desk does not take something.
var (
	ErrNobody   = errors.New("the audience is empty")
	ErrNotYours = errors.New("the role or the scope does not allow it")
	ErrOwnWork  = errors.New("the author does not approve their own announcement")
)

// A PieceError says in which language a text cannot be sent, and why.
type PieceError struct {
	Language string
	Err      error // as CheckPiece has it
}

func (e *PieceError) Error() string { return fmt.Sprintf("text in %s: %v", e.Language, e.Err) }
func (e *PieceError) Unwrap() error { return e.Err }

// Audience is whom an outreach on a topic may reach: in at least one entry of
// every group, agreed to the topic, did not block the bot.
func Audience(topic string, groups [][]flows.Entry) store.Filter {
	all := []store.Filter{store.Not(store.Blocked())}
	if entry, ok := flows.TopicEntry(topic); ok {
		all = append(all, store.In(entry.Dimension, entry.Value))
	}
	for _, group := range groups {
		var any []store.Filter
		for _, e := range group {
			any = append(any, store.In(e.Dimension, e.Value))
		}
		all = append(all, store.Or(any...))
	}
	return store.And(all...)
}

// Count is how many people an announcement to those groups would reach now.
func (d Desk) Count(ctx context.Context, groups [][]flows.Entry) (int, error) {
	return d.Store.Count(ctx, Audience(flows.PurposeOffers, groups))
}

// NeedsApproval reports whether a second person must look at an announcement to
// so many.
func (d Desk) NeedsApproval(size int) bool {
	most := d.ApproveAbove
	if most <= 0 {
		most = approveAbove
	}
	return size > most
}

// Check counts the audience and refuses what can reach nobody: a *PieceError, a
// moment that is over (ErrPast), ErrNobody, ErrExposes. At within the last minute
// counts as now.
func (d Desk) Check(ctx context.Context, o store.Outreach, now time.Time) (size int, err error) {
	if _, ok := o.Content["es"]; !ok {
		return 0, &PieceError{"es", ErrNoWords}
	}
	for lang, piece := range o.Content {
		if err := CheckPiece(piece); err != nil {
			return 0, &PieceError{lang, err}
		}
	}
	if !o.At.IsZero() && o.At.Before(now.Add(-time.Minute)) {
		return 0, ErrPast
	}
	switch size, err = d.Count(ctx, o.Audience); {
	case err != nil:
		return 0, err
	case size == 0:
		return 0, ErrNobody
	case Exposes(o.Audience, size):
		return size, ErrExposes
	}
	return size, nil
}

// HandIn takes a draft of the staff member: it waits for a second person or, when
// the audience is small, for its time. Beside what Check refuses it fails with
// ErrNotYours, and with store.ErrConflict when the draft changed or was handed in
// before.
func (d Desk) HandIn(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	o, err := d.Store.Outreach(ctx, id)
	switch {
	case err != nil:
		return o, err
	case !Answers(by, o) || o.Author != by.ID:
		return o, ErrNotYours
	case o.State != store.OutreachDraft:
		return o, store.ErrConflict
	}
	if o.Size, err = d.Check(ctx, o, now); err != nil {
		return o, err
	}
	if o.State = store.OutreachScheduled; d.NeedsApproval(o.Size) {
		o.State = store.OutreachApproval
	}
	o.At, o.Until = span(o.At, now)
	return d.Store.ChangeOutreach(ctx, id, o.Version, o)
}

// worth is how long after its beginning an announcement is still worth reading,
// for those who cannot be told at once.
const worth = 7 * 24 * time.Hour

// span is when an announcement begins and until when it is worth sending.
func span(at, now time.Time) (begin, until time.Time) {
	if at.IsZero() || at.Before(now) {
		at = now
	}
	return at, at.Add(worth)
}

// Approve lets a second person send it; what should have begun before begins
// now. Of two at once one gets store.ErrConflict.
func (d Desk) Approve(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	o, err := d.toApprove(ctx, id, by)
	if err != nil {
		return o, err
	}
	o.State, o.Approver = store.OutreachScheduled, by.ID
	o.At, o.Until = span(o.At, now)
	return d.Store.ChangeOutreach(ctx, id, o.Version, o)
}

// toApprove reads an announcement that somebody else may decide about.
func (d Desk) toApprove(ctx context.Context, id string, by store.Staff) (store.Outreach, error) {
	o, err := d.Store.Outreach(ctx, id)
	switch {
	case err != nil:
		return o, err
	case !Answers(by, o) || !by.May(store.ApproveAnnouncement):
		return o, ErrNotYours
	case o.Author == by.ID:
		return o, ErrOwnWork
	case o.State != store.OutreachApproval:
		return o, store.ErrConflict
	}
	return o, nil
}

// SendBack makes it a draft of its author again. Its errors are those of Approve.
func (d Desk) SendBack(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	if o, err := d.toApprove(ctx, id, by); err != nil {
		return o, err
	}
	return d.Store.SetOutreachState(ctx, id, []store.OutreachState{store.OutreachApproval}, store.OutreachDraft, by.ID, now)
}

// Pause, Resume and Cancel act within a second in all replicas. Who may announce
// may do it to their own, who approves to any.
func (d Desk) Pause(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	return d.steer(ctx, id, by, now, store.OutreachPaused, store.OutreachSending)
}

// Resume goes on where it stopped; nobody is written to twice.
func (d Desk) Resume(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	return d.steer(ctx, id, by, now, store.OutreachSending, store.OutreachPaused)
}

// Cancel ends it: who was not written to yet never is.
func (d Desk) Cancel(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error) {
	return d.steer(ctx, id, by, now, store.OutreachCancelled,
		store.OutreachDraft, store.OutreachApproval, store.OutreachScheduled, store.OutreachSending, store.OutreachPaused)
}

func (d Desk) steer(ctx context.Context, id string, by store.Staff, now time.Time, to store.OutreachState, from ...store.OutreachState) (store.Outreach, error) {
	o, err := d.Store.Outreach(ctx, id)
	if err != nil {
		return o, err
	}
	if !MaySteer(by, o) {
		return o, ErrNotYours
	}
	return d.Store.SetOutreachState(ctx, id, from, to, by.ID, now)
}

// Answers reports whether somebody of the team may send announcements to the
// audience of this one.
func Answers(by store.Staff, o store.Outreach) bool {
	return o.Kind == store.KindAnnouncement && by.May(store.Announce) && Within(o.Audience, ScopeOf(by))
}

// MaySteer reports whether somebody of the team may pause, resume and cancel an
// announcement.
func MaySteer(by store.Staff, o store.Outreach) bool {
	return Answers(by, o) && (o.Author == by.ID || by.May(store.ApproveAnnouncement))
}

// ScopeOf is what somebody of the team may choose from.
func ScopeOf(m store.Staff) Scope { return Scope{Lines: m.Lines, Towns: m.Towns} }
