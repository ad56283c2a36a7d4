package console

import (
	"errors"
	"slices"

	"arraigo/flows"
	"arraigo/store"
)

// erasePage asks before somebody is forgotten.
func (v *visit) erasePage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showErase(r, v.eraseForm(r))
}

func (v *visit) eraseForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.request.erase"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "why", Label: v.text("console.request.erase_why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 2},
		{Kind: FieldText, Name: "code", Label: v.text("console.request.erase_code"), Hint: v.text("console.request.erase_code_hint", "codigo", r.ID.Reference()), Required: true, Max: 20},
	}})
	f.Danger = true
	f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showErase(r *store.Record, f *Form) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	page := view{name: "confirm", title: v.text("console.request.erase_ask", "codigo", r.ID.Reference()), section: "people", crumbs: v.personCrumbs(r)}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	var items []string
	for _, what := range []string{"answers", "places", "case", "backup"} {
		items = append(items, v.text("console.request.erases."+what))
	}
	return v.show(page, Confirm{Text: v.text("console.request.erase_text"), Items: items, Form: f})
}

// erasePerson forgets somebody who asked for it. The code is typed by hand, so
// that nobody is forgotten by a wrong click.
func (v *visit) erasePerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.eraseForm(r)
	v.fill(f)
	if typed := f.Field("code"); typed.Error == "" {
		ids, err := v.store.Referred(v.ctx(), typed.Value)
		if err != nil && !errors.Is(err, store.ErrReference) && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if !slices.Contains(ids, r.ID) {
			v.refuse(f, "code", v.text("console.request.erase_code_wrong"))
		}
	}
	if len(f.Errors) > 0 {
		return v.showErase(r, f)
	}
	if err := v.recordPeople(actErasePerson, string(r.ID), 1, f.Field("why").Value); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffErase}, v.openRequestOf(r, store.RequestErase), func(*flows.Session) bool { return false })
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID)+"?part="+partData, "erase_on_its_way")
	}
	return v.redirect(peoplePath, "erased")
}
