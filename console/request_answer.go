package console

import (
	"arraigo/store"
)

// answerPage asks what came of a request that is answered by hand.
func (v *visit) answerPage() error {
	r, err := v.readRequest()
	if err != nil {
		return err
	}
	return v.showAnswer(r, v.answerForm())
}

func (v *visit) answerForm() *Form {
	f := v.newForm(v.text("console.request.close"), Group{Fields: []Field{{
		Kind: FieldRadio, Name: "outcome", Label: v.text("console.request.outcome"), Required: true, Options: []Option{
			{Value: store.OutcomeDone, Text: v.text("console.request.outcomes.done"), Hint: v.text("console.request.done_hint")},
			{Value: store.OutcomeRefused, Text: v.text("console.request.outcomes.refused"), Hint: v.text("console.request.refused_hint")},
		},
	}}})
	f.Cancel = Link{Href: requestsPath, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showAnswer(r store.Request, f *Form) error {
	if err := v.record(actListRequests, r.ID); err != nil {
		return err
	}
	facts := []Fact{
		{Label: v.text("console.request.what"), Text: v.text("console.request.kind." + string(r.Kind))},
		{Label: v.text("console.request.asked"), Text: v.date(unix(r.Asked))},
		{Label: v.text("console.request.how"), Text: v.text("console.request.way." + r.Way)},
	}
	if r.Contact != "" {
		facts = append(facts, Fact{Label: v.text("console.people.who"), Text: r.Contact.Reference(), Href: personPath(r.Contact) + "?part=" + partData})
	}
	if r.Note != "" {
		facts = append(facts, Fact{Label: v.text("console.request.note"), Text: r.Note})
	}
	text := ""
	if !r.Open() {
		f, text = nil, v.text("console.request.already")
		facts = append(facts, Fact{Label: v.text("console.request.outcome"), Text: v.text("console.request.outcomes." + r.Outcome)})
	} else {
		facts = append(facts, Fact{Label: v.text("console.request.left"), Chip: v.dueChip(r)})
	}
	page := view{name: "request", title: v.text("console.request.answer_title"), section: "people", crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: requestsPath, Text: v.text("console.request.title")}}}
	if f != nil && len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: text, Facts: facts, Form: f})
}

func (v *visit) answerRequest() error {
	r, err := v.readRequest()
	if err != nil {
		return err
	}
	f := v.answerForm()
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showAnswer(r, f)
	}
	if err := v.record(actAnswerRequest, r.ID); err != nil {
		return err
	}
	if err := v.store.AnswerRequest(v.ctx(), r.ID, f.Field("outcome").Value, v.staff.ID, v.now); err != nil {
		return err
	}
	return v.redirect(requestsPath, "request_answered")
}

// openRequestOf is the id of a person's open request of a kind, the most urgent;
// "" for none.
func (v *visit) openRequestOf(r *store.Record, kind store.RequestKind) string {
	open, err := v.store.RequestsOf(v.ctx(), r.ID)
	if err != nil {
		return "" // it can be answered by hand
	}
	for _, q := range open {
		if q.Kind == kind {
			return q.ID
		}
	}
	return ""
}
