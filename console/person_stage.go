package console

import (
	"slices"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// moveForm offers the moves that the way of a line allows.
func (v *visit) moveForm(r *store.Record, line programme.Line) *Form {
	options := []Option{{Text: v.text("console.person.choose_stage")}}
	for _, stage := range v.set.Data.Stages.Moves(line, r.Session.Path(string(line))) {
		options = append(options, Option{Value: string(stage), Text: v.stageName(string(stage))})
	}
	at, _ := r.Session.Stage(string(line))
	f := v.newForm(v.text("console.person.move"), Group{Fields: []Field{
		{Kind: FieldHidden, Name: "line", Value: string(line)},
		{Kind: FieldSelect, Name: "to_" + string(line), Label: v.text("console.person.to_stage"), Options: options, Required: true, Wide: true},
	}})
	f.Action, f.Version, f.Quiet = personPath(r.ID)+"/stage", at.Stage, true
	return f
}

// moveStage moves somebody on, after a page that shows what they will read.
func (v *visit) moveStage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	line := programme.Line(v.form.Get("line"))
	if !slices.Contains(programme.Lines(), line) || !v.seesLine(line) {
		return store.ErrNotFound
	}
	f, to := v.moveForm(r, line), "to_"+string(line)
	now := f.Version
	v.fill(f)
	f.Field("line").Value = string(line)
	if v.form.Get("_version") != now {
		v.refuse(f, to, v.text("console.person.moved_meanwhile"))
	}
	if len(f.Errors) > 0 {
		return v.showPerson(r, f)
	}
	stage := f.Field(to).Value
	if v.form.Get("sure") != "1" {
		return v.askMove(r, line, stage, now)
	}
	if err := v.record(actMoveStage, string(r.ID)); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffStage, Line: string(line), Stage: stage}, "", func(s *flows.Session) bool {
		at, _ := s.Stage(string(line))
		return at.Stage == stage
	})
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID), "on_its_way")
	}
	return v.redirect(personPath(r.ID), "stage_moved")
}

// askMove is the page before a move: what the person will read.
func (v *visit) askMove(r *store.Record, line programme.Line, stage, now string) error {
	f := v.newForm(v.text("console.person.move"), Group{Fields: []Field{
		{Kind: FieldHidden, Name: "line", Value: string(line)}, {Kind: FieldHidden, Name: "to_" + string(line), Value: stage}, {Kind: FieldHidden, Name: "sure", Value: "1"},
	}})
	f.Action, f.Version = personPath(r.ID)+"/stage", now
	f.Cancel = Link{Href: personPath(r.ID), Text: v.text("console.form.cancel")}
	reads := flows.Words(v.set, &r.Session, flows.Key("stage.moved").With("linea", flows.Key("line."+string(line))).With("etapa", flows.StageName(stage)))
	next := flows.Words(v.set, &r.Session, flows.Key("stage.next."+stage))
	facts := []Fact{{Label: v.text("console.person.line"), Text: v.text("console.line." + string(line))}}
	if now != "" {
		facts = append(facts, Fact{Label: v.text("console.person.from_stage"), Text: v.stageName(now)})
	}
	facts = append(facts, Fact{Label: v.text("console.person.to_stage"), Text: v.stageName(stage)}, Fact{Label: v.text("console.person.will_read"), Text: reads + " " + next})
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	return v.show(view{
		name: "confirm", title: v.text("console.person.move_ask", "codigo", r.ID.Reference()), section: "people", crumbs: v.personCrumbs(r),
	}, Confirm{Text: v.text("console.person.move_text"), Facts: facts, Form: f})
}
