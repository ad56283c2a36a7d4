package console

import (
	"arraigo/store"
)

func (v *visit) assignCase() error {
	return v.change(actAssignCase, "case_taken", func(r *store.Record, t *store.Ticket) error {
		return v.tell(r, t, store.Relay{Kind: store.RelayAssign, Text: v.nameOf(v.staff)}, nil)
	}, func(t *store.Ticket) bool { return t.Who == v.staff.ID })
}

func (v *visit) closeCase() error {
	return v.change(actCloseCase, "case_closed", func(r *store.Record, t *store.Ticket) error {
		return v.tell(r, t, store.Relay{Kind: store.RelayEnd}, nil)
	}, func(t *store.Ticket) bool { return !t.Open() })
}

// reopenCase goes on with a case that was closed.
func (v *visit) reopenCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if t.Open() {
		return v.redirect(casePath(r.ID), "")
	}
	if err := v.record(actReopenCase, string(r.ID)); err != nil {
		return err
	}
	e := store.Relay{Contact: r.ID, Ticket: t.Number, By: v.nameOf(v.staff), Staff: v.staff.ID, Since: v.now}
	if err := v.store.Reopen(v.ctx(), e, newOnce()); err != nil {
		return err
	}
	return v.settled(r, "case_reopened", func(t *store.Ticket) bool { return t.Open() })
}

// change does something with an open case and waits a little until it is done.
func (v *visit) change(what act, done string, do func(*store.Record, *store.Ticket) error, is func(*store.Ticket) bool) error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	if err := v.record(what, string(r.ID)); err != nil {
		return err
	}
	if err := do(r, t); err != nil {
		return err
	}
	return v.settled(r, done, is)
}

// settled goes back to the case once the ticket is as it is to be.
func (v *visit) settled(r *store.Record, done string, is func(*store.Ticket) bool) error {
	ok, err := v.until(func() (bool, error) {
		t, err := v.store.Ticket(v.ctx(), r.ID)
		return err == nil && is(t), err
	})
	if err != nil {
		return err
	}
	if !ok {
		done = "on_its_way"
	}
	return v.redirect(casePath(r.ID), done)
}

func (v *visit) caseNoteForm(r *store.Record) *Form {
	return v.keepNote(casePath(r.ID), v.text("console.inbox.note"), 2)
}

func (v *visit) noteCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	f := v.caseNoteForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showCase(r, t, f)
	}
	if err := v.record(actNoteCase, string(r.ID)); err != nil {
		return err
	}
	notes := len(t.Notes)
	if err := v.tell(r, t, store.Relay{Kind: store.RelayNote, Text: f.Field("note").Value}, nil); err != nil {
		return err
	}
	return v.settled(r, "note_kept", func(t *store.Ticket) bool { return len(t.Notes) > notes })
}
