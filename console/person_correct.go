package console

import (
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/store"
)

// correctPage asks which answer is wrong, and then what is right.
func (v *visit) correctPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showCorrect(r, v.correctForm(r, v.query("answer")), v.query("answer"))
}

// correctForm asks for one answer; without one, which.
func (v *visit) correctForm(r *store.Record, name string) *Form {
	for _, slot := range v.set.Correctable() {
		values := r.Session.Slots[slot.Name]
		if slot.Name != name || len(values) == 0 {
			continue
		}
		label := v.say(flows.Key(slot.Flow + "." + slot.Name + ".name"))
		field := Field{Kind: FieldRadio, Name: "value", Label: label, Required: true, Value: values[0]}
		switch slot.Type {
		case flows.Municipality:
			field.Kind, field.Value, field.Options = FieldSuggest, v.placeName(values[0]), v.townOptions()
		case flows.Multi:
			field.Kind, field.Values = FieldChecks, values
		}
		for _, value := range v.set.Answerable(slot) {
			field.Options = append(field.Options, Option{Value: value, Text: v.say(v.set.Show(slot, []string{value}))})
		}
		f := v.newForm(v.text("console.person.correct_do"), Group{Fields: []Field{{Kind: FieldHidden, Name: "answer", Value: slot.Name}, field}})
		f.Version = strings.Join(values, ",")
		f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
		return f
	}
	return nil
}

// A correctPage asks which answer is wrong, or what is right.
type correctPage struct {
	Choose []Link
	Form   *Form
}

func (v *visit) showCorrect(r *store.Record, f *Form, name string) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	p := correctPage{Form: f}
	if f == nil {
		for _, slot := range v.set.Correctable() {
			if values := r.Session.Slots[slot.Name]; len(values) > 0 {
				text := v.say(flows.Key(slot.Flow+"."+slot.Name+".name")) + ": " + v.say(v.set.Show(slot, values))
				p.Choose = append(p.Choose, Link{Href: personPath(r.ID) + "/correct?answer=" + slot.Name, Text: text})
			}
		}
	}
	page := view{name: "correct", title: v.text("console.person.correct"), lead: v.text("console.person.correct_lead"), section: "people", crumbs: v.personCrumbs(r)}
	if f != nil && (len(f.Errors) > 0 || len(f.Conflict) > 0) {
		page.status = 422
	}
	return v.show(page, p)
}

// correctPerson changes an answer because the person asked for it.
func (v *visit) correctPerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	name := v.form.Get("answer")
	f := v.correctForm(r, name)
	if f == nil {
		return store.ErrNotFound
	}
	now := f.Version
	v.fill(f)
	field := f.Field("value")
	values := field.Values
	switch field.Kind {
	case FieldRadio:
		values = []string{field.Value}
	case FieldSuggest:
		code, ok := v.findTown(field.Value)
		if !ok && field.Value != "" {
			v.refuse(f, "value", v.text("console.team.no_town", "nombre", field.Value))
		}
		values = []string{code}
	}
	if len(f.Errors) == 0 && !v.set.MayCorrect(name, values) {
		v.refuse(f, "value", v.text("console.person.cannot_be"))
	}
	if len(f.Errors) == 0 && v.form.Get("_version") != now {
		slot := v.set.Slot(name)
		f.Conflict = []Difference{{"value", field.Label, v.say(v.set.Show(slot, strings.Split(now, ","))), v.say(v.set.Show(slot, values))}}
	}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		return v.showCorrect(r, f, name)
	}
	if err := v.record(actCorrectPerson, string(r.ID)); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffCorrect, Slot: name, Values: values}, v.openRequestOf(r, store.RequestCorrect), func(s *flows.Session) bool {
		return slices.Equal(s.Slots[name], values)
	})
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID), "on_its_way")
	}
	return v.redirect(personPath(r.ID), "corrected")
}
