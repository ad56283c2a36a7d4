package console

import (
	"strings"
	"time"

	"arraigo/programme"
	"arraigo/store"
)

// requestForm takes down a request.
func (v *visit) requestForm() *Form {
	var kinds, ways []Option
	for _, k := range store.RequestKinds() {
		kinds = append(kinds, Option{Value: string(k), Text: v.text("console.request.kind." + string(k)), Hint: v.text("console.request.within", "count", k.Days())})
	}
	for _, w := range store.RequestWays() {
		ways = append(ways, Option{Value: w, Text: v.text("console.request.way." + w)})
	}
	return v.newForm(v.text("console.request.open_do"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "kind", Label: v.text("console.request.what"), Options: kinds, Required: true},
		{Kind: FieldSelect, Name: "way", Label: v.text("console.request.how"), Options: ways, Value: "phone", Required: true},
		{Kind: FieldDate, Name: "asked", Label: v.text("console.request.day"), Hint: v.text("console.request.day_hint"), Value: v.now.In(v.zone).Format(time.DateOnly), Required: true},
		{Kind: FieldArea, Name: "note", Label: v.text("console.request.note"), Hint: v.text("console.person.note_hint"), Max: store.MaxNote, Rows: 3},
	}})
}

// newRequestPage takes down a request of somebody, or of nobody known.
func (v *visit) newRequestPage() error { return v.showRequest(nil, v.requestForm()) }

func (v *visit) personRequestPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showRequest(r, v.requestForm())
}

func (v *visit) showRequest(r *store.Record, f *Form) error {
	page := view{name: "form", title: v.text("console.request.open"), section: "people", crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: requestsPath, Text: v.text("console.request.title")}}}
	f.Cancel = Link{Href: requestsPath, Text: v.text("console.form.cancel")}
	if r != nil {
		page.crumbs = v.personCrumbs(r)
		f.Cancel.Href = personPath(r.ID) + "?part=" + partData
		if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
			return err
		}
	}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, f)
}

func (v *visit) newRequest() error { return v.takeRequest(nil) }

func (v *visit) personRequest() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.takeRequest(r)
}

func (v *visit) takeRequest(r *store.Record) error {
	f := v.requestForm()
	v.fill(f)
	asked, err := programme.ParseDate(f.Field("asked").Value)
	today := programme.DateOf(v.now.In(v.zone))
	if f.Field("asked").Error == "" && (err != nil || today.Before(asked) || asked.Before(today.AddDays(-60))) {
		v.refuse(f, "asked", v.text("console.request.bad_day"))
	}
	if len(f.Errors) > 0 {
		return v.showRequest(r, f)
	}
	kind := store.RequestKind(f.Field("kind").Value)
	request := store.Request{
		Kind: kind, Way: f.Field("way").Value, Note: f.Field("note").Value, By: v.staff.ID,
		Asked: asked.At(0, v.zone).Unix(), Due: v.due(kind, asked).Unix(),
	}
	about, path := "", requestsPath
	if r != nil {
		request.Contact, about, path = r.ID, string(r.ID), personPath(r.ID)+"?part="+partData
	}
	if err := v.record(actOpenRequest, about); err != nil {
		return err
	}
	if _, err := v.store.OpenRequest(v.ctx(), request); err != nil {
		return err
	}
	return v.redirect(path, "request_opened")
}

// readRequest is the request of the address, if it is within the scope.
func (v *visit) readRequest() (store.Request, error) {
	id := v.r.PathValue("id")
	if !strings.HasPrefix(id, "r-") || len(id) > 12 {
		return store.Request{}, store.ErrNotFound
	}
	r, err := v.store.Request(v.ctx(), id)
	if err != nil {
		return r, err
	}
	list, err := v.inScope([]store.Request{r})
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, store.ErrNotFound
	}
	return r, nil
}
