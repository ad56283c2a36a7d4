package console

import (
	"slices"
	"time"

	"arraigo/store"
)

type noteLine struct {
	Text, By string
	At       time.Time
	Drop     *Act // nil: it is somebody else's
}

func (v *visit) noteLines(r *store.Record) ([]noteLine, error) {
	notes, err := v.store.NotesAbout(v.ctx(), r.ID)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	names, err := v.staffNames()
	if err != nil {
		return nil, err
	}
	var out []noteLine
	for _, n := range slices.Backward(notes) {
		line := noteLine{Text: n.Text, By: v.staffName(names, n.By), At: n.At}
		if n.By == v.staff.ID {
			line.Drop = v.actButton(personPath(r.ID)+"/note/drop", v.text("console.person.drop_note"), Hidden{"note", n.ID})
		}
		out = append(out, line)
	}
	return out, nil
}

func (v *visit) noteForm(r *store.Record) *Form {
	return v.keepNote(personPath(r.ID), v.text("console.person.note"), 3)
}

// keepNote is the form of a note about what that path shows.
func (v *visit) keepNote(path, label string, rows int) *Form {
	f := v.newForm(v.text("console.person.keep_note"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "note", Label: label, Hint: v.text("console.person.note_hint"), Required: true, Max: store.MaxNote, Rows: rows},
	}})
	f.Action, f.Quiet = path+"/note", true
	return f
}

// writeNote keeps what somebody wrote down about a person.
func (v *visit) writeNote() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.noteForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showPerson(r, f)
	}
	if err := v.record(actWriteNote, string(r.ID)); err != nil {
		return err
	}
	n := store.PersonNote{By: v.staff.ID, Text: f.Field("note").Value}
	if err := v.store.AddNote(v.ctx(), r.ID, n, newOnce(), v.now); err != nil {
		return err
	}
	return v.redirect(personPath(r.ID), "note_kept")
}

// dropNote takes out a note of one's own.
func (v *visit) dropNote() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	notes, err := v.store.NotesAbout(v.ctx(), r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(notes, func(n store.PersonNote) bool { return n.ID == v.form.Get("note") })
	if i < 0 {
		return store.ErrNotFound
	}
	if notes[i].By != v.staff.ID {
		return errForbidden
	}
	if err := v.record(actDropNote, string(r.ID)); err != nil {
		return err
	}
	if err := v.store.DropNote(v.ctx(), r.ID, notes[i].ID); err != nil {
		return err
	}
	return v.redirect(personPath(r.ID), "note_dropped")
}
