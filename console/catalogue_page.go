package console

import (
	"arraigo/programme"
	"arraigo/store"
)

// An offerPage is one row of the catalogue.
type offerPage struct {
	State     Chip
	StateText string
	Findings  []Finding
	Waits     string // who must do something
	Decided   []Fact
	Decide    *Form
	Twins     []Link
	Places    []Fact // of a course or an event
	Acts      []Link // about its places
	Parts     []offerPart
	Relist    *Act
	Withdrawn string // since when it is out of its list
}

// An offerPart is some columns of a row under a heading.
type offerPart struct {
	Title string
	Facts []Fact
}

func (k *offerKind[T]) page(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return k.showPage(v, l, row, nil)
}

// showPage shows a row, perhaps with the form in which something is wrong.
func (k *offerKind[T]) showPage(v *visit, l *listed, row store.Kept[T], wrong *Form) error {
	id, about := k.sheet.ID(row.Row), k.about(row.Row)
	p := offerPage{Twins: k.like(v, l, row.Row), Parts: k.parts(v, row.Row)}
	if k.sheet.Over(row.Row, l.Today) {
		p.Twins = nil
	}
	if err := k.details(k, v, l, row, &p); err != nil {
		return err
	}
	out := k.sheet.Withdrawn(row.Row)
	page := view{name: "offer", style: "offers.css", title: about.Title, lead: joined(id, about.Whose, v.town(about.Town)), section: k.menu, crumbs: k.crumb(v), wide: true}
	if !out.IsZero() {
		p.Withdrawn = v.text("console.offers.withdrawn_on", "dia", v.day(out))
	}
	if v.may(store.ChangeCatalogue) {
		page.actions = append(page.actions, Link{Href: k.at(id) + "/edit", Text: v.text("console.offers.change"), Icon: "edit", Primary: true})
		p.Relist = v.actButton(k.at(id)+"/list", v.text("console.offers.withdraw"), Hidden{"listed", "no"})
		if !out.IsZero() {
			p.Relist = v.actButton(k.at(id)+"/list", v.text("console.offers.put_back"), Hidden{"listed", "yes"})
		}
	}
	if wrong != nil {
		p.Decide, page.status = wrong, 422
	}
	return v.show(page, p)
}

// parts are the columns that a row has something in, as its form groups them.
func (k *offerKind[T]) parts(v *visit, t T) []offerPart {
	columns := map[string]programme.Column{}
	for _, c := range k.sheet.Columns() {
		columns[c.Name] = c
	}
	values := k.sheet.Values(t)
	var out []offerPart
	for _, g := range k.groups {
		part := offerPart{Title: v.text(g.words)}
		for _, name := range g.columns {
			if shown := v.shown(columns[name], values[name]); shown != "" && name != "id" && name != "titulo" {
				part.Facts = append(part.Facts, Fact{Label: v.columnName(name), Text: shown})
			}
		}
		if len(part.Facts) > 0 {
			out = append(out, part)
		}
	}
	return out
}
