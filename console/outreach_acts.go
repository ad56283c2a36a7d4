package console

import (
	"context"
	"errors"
	"time"

	"arraigo/outreach"
	"arraigo/store"
)

// The acts about announcements.
const (
	actWriteOutreach   act = "write-outreach"
	actTestOutreach    act = "test-outreach"
	actSubmitOutreach  act = "submit-outreach"
	actApproveOutreach act = "approve-outreach"
	actReturnOutreach  act = "return-outreach"
	actPauseOutreach   act = "pause-outreach"
	actResumeOutreach  act = "resume-outreach"
	actCancelOutreach  act = "cancel-outreach"
	actExportOutreach  act = "export-outreach"
)

// actOn does one act of the desk with the outreach of the address.
func (v *visit) actOn(what act, done string, do func(ctx context.Context, id string, by store.Staff, now time.Time) (store.Outreach, error)) error {
	o, err := v.readOutreach()
	if err != nil {
		return err
	}
	if err := v.record(what, o.ID); err != nil {
		return err
	}
	path := outreachPath + "/" + pathOf(o.ID)
	after, err := do(v.ctx(), o.ID, v.staff, v.now)
	var piece *outreach.PieceError
	switch {
	case errors.Is(err, outreach.ErrNotYours):
		return errForbidden
	case errors.Is(err, outreach.ErrOwnWork):
		done = "outreach_own"
	case errors.Is(err, outreach.ErrNobody):
		done = "outreach_nobody"
	case errors.Is(err, outreach.ErrExposes):
		done = "outreach_exposes"
	case errors.Is(err, outreach.ErrPast):
		done = "outreach_past"
	case errors.As(err, &piece):
		done = "outreach_piece"
	case err != nil:
		return err
	case !v.seesOutreach(after): // it is a draft of its author again
		path = outreachPath
	}
	return v.redirect(path, done)
}

func (v *visit) submitOutreach() error {
	return v.actOn(actSubmitOutreach, "outreach_submitted", v.desk().HandIn)
}

func (v *visit) approveOutreach() error {
	return v.actOn(actApproveOutreach, "outreach_approved", v.desk().Approve)
}

func (v *visit) returnOutreach() error {
	return v.actOn(actReturnOutreach, "outreach_returned", v.desk().SendBack)
}

func (v *visit) pauseOutreach() error {
	return v.actOn(actPauseOutreach, "outreach_paused", v.desk().Pause)
}

func (v *visit) resumeOutreach() error {
	return v.actOn(actResumeOutreach, "outreach_resumed", v.desk().Resume)
}

func (v *visit) cancelOutreach() error {
	return v.actOn(actCancelOutreach, "outreach_cancelled", v.desk().Cancel)
}

// cancelOutreachPage asks before what cannot be undone.
func (v *visit) cancelOutreachPage() error {
	o, err := v.readOutreach()
	if err != nil {
		return err
	}
	if !outreach.MaySteer(v.staff, o) {
		return errForbidden
	}
	path := outreachPath + "/" + pathOf(o.ID)
	f := v.newForm(v.text("console.outreach.act.cancel"))
	f.Danger = true
	f.Cancel = Link{Href: path, Text: v.text("console.form.cancel")}
	return v.show(view{
		name: "confirm", title: v.text("console.outreach.cancel_ask"), section: "outreach",
		crumbs: []Link{{Href: outreachPath, Text: v.text("console.menu.outreach")}, {Href: path, Text: v.outreachTitle(o)}},
	}, Confirm{Text: v.text("console.outreach.cancel_text"), Form: f})
}

// testOutreach sends the message to its author alone, as people would get it.
func (v *visit) testOutreach() error {
	o, err := v.ownDraft()
	if err != nil {
		return err
	}
	if v.cfg.Bot.TestOutreach == nil {
		return store.ErrNotFound
	}
	if err := v.record(actTestOutreach, o.ID); err != nil {
		return err
	}
	done := "outreach_tested"
	if v.cfg.Bot.TestOutreach(v.ctx(), v.staff, o) != nil {
		done = "outreach_untested"
	}
	return v.redirect(outreachPath+"/"+pathOf(o.ID), done)
}
