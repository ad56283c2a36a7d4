package console

import (
	"slices"

	"arraigo/store"
)

// personData is what a person allowed, asked for, and can be given.
func (v *visit) personData(r *store.Record) (*personData, error) {
	p := &personData{}
	p.Consents = Table{
		Caption: v.text("console.person.consents"),
		Columns: []Column{{Text: v.text("console.person.purpose")}, {Text: v.text("console.person.state")}, {Text: v.text("console.person.when")}},
		Empty:   Empty{Title: v.text("console.person.no_consents")},
	}
	seen := map[string]bool{}
	for _, c := range slices.Backward(r.Session.Consents) {
		for _, purpose := range c.Purposes {
			if seen[purpose] {
				continue // the newest act counts
			}
			seen[purpose] = true
			chip := Chip{v.text("console.person.refused"), ToneOff}
			if c.Given {
				chip = Chip{v.text("console.person.given"), ToneGood}
			}
			p.Consents.Rows = append(p.Consents.Rows, Row{Cells: []Cell{
				{Text: v.purposes([]string{purpose})}, {Chips: []Chip{chip}, Sub: v.text("console.person.event.version", "version", c.Version)}, {Text: v.moment(unix(c.At), v.now)},
			}})
		}
	}
	open, err := v.store.RequestsOf(v.ctx(), r.ID)
	if err != nil {
		return nil, err
	}
	p.Requests = v.requestTable(open, false)
	path := personPath(r.ID)
	link := func(may store.Action, end, text, icon string) {
		if v.may(may) {
			p.Acts = append(p.Acts, Link{Href: path + end, Text: v.text(text), Icon: icon})
		}
	}
	link(store.WriteNote, "/request", "console.request.open", "plus")
	link(store.ChangeStage, "/correct", "console.person.correct", "edit")
	link(store.ExportPeople, "/export", "console.request.give", "download")
	link(store.ErasePerson, "/erase", "console.request.erase", "warn")
	return p, nil
}
