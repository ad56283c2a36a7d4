package console

import (
	"arraigo/flows"
	"arraigo/store"
)

// exportPage offers the two ways to give somebody what is stored about them.
func (v *visit) exportPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showExport(r, v.exportForm(r))
}

// The ways to give somebody their data.
const (
	giveChat = "chat"
	giveText = "text"
	giveJSON = "json"
)

func (v *visit) exportForm(r *store.Record) *Form {
	options := []Option{}
	if !r.Blocked {
		options = append(options, Option{Value: giveChat, Text: v.text("console.request.give_chat"), Hint: v.text("console.request.give_chat_hint")})
	}
	if v.cfg.Bot.DataFile != nil {
		options = append(options, Option{Value: giveText, Text: v.text("console.request.give_text"), Hint: v.text("console.request.give_text_hint")},
			Option{Value: giveJSON, Text: v.text("console.request.give_json"), Hint: v.text("console.request.give_json_hint")})
	}
	f := v.newForm(v.text("console.request.give_do"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "how", Label: v.text("console.request.give_how"), Options: options, Required: true},
		{Kind: FieldArea, Name: "why", Label: v.text("console.people.why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 2},
	}})
	f.Once = "" // the same file again is the same file
	f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showExport(r *store.Record, f *Form) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	page := view{name: "confirm", title: v.text("console.request.give"), section: "people", crumbs: v.personCrumbs(r)}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: v.text("console.request.give_lead"), Form: f})
}

// exportPerson gives somebody what is stored about them: in their chat, or as a
// file for who asked on paper.
func (v *visit) exportPerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.exportForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showExport(r, f)
	}
	why := f.Field("why").Value
	if f.Field("how").Value == giveChat {
		if err := v.recordPeople(actSendData, string(r.ID), 1, why); err != nil {
			return err
		}
		act := flows.StaffAct{Do: flows.StaffFile, By: v.staff.ID, At: v.now.Unix()}
		if err := v.store.Act(v.ctx(), r.ID, act, v.openRequestOf(r, store.RequestExport), newOnce(), v.now); err != nil {
			return err
		}
		return v.redirect(personPath(r.ID)+"?part="+partData, "data_sent")
	}
	if err := v.recordPeople(actExportPerson, string(r.ID), 1, why); err != nil {
		return err
	}
	name, kind, file := flows.FileDataText, "text/plain; charset=utf-8", "datos.txt"
	if f.Field("how").Value == giveJSON {
		name, kind, file = flows.FileDataJSON, "application/json", "datos.json"
	}
	content, err := v.cfg.Bot.DataFile(v.ctx(), r.ID, name)
	if err != nil {
		return err
	}
	_, err = v.stream(kind, file).Write(content)
	return err
}
