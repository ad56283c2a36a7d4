package console

import (
	"slices"

	"arraigo/programme"
	"arraigo/store"
)

// twins are the groups of rows that seem to be the same thing, as far as who
// visits looks after them.
func (k *offerKind[T]) twins(v *visit, l *listed) [][]T {
	var out [][]T
	for _, group := range k.index(l).twins {
		mine := slices.DeleteFunc(slices.Clone(group), func(t T) bool { return !k.covers(v, t) })
		if len(mine) > 1 {
			out = append(out, mine)
		}
	}
	return out
}

// A twinsPage shows what seems to be listed twice.
type twinsPage struct {
	Groups []twinGroup
	None   Empty
}

type twinGroup struct {
	Title, Text string
	Table       Table
}

func (k *offerKind[T]) twinsPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	p := twinsPage{None: Empty{Title: v.text("console.offers.twins_none")}}
	for _, group := range k.twins(v, l) {
		p.Groups = append(p.Groups, k.twinGroup(v, group))
	}
	return v.show(view{
		name: "twins", title: v.text("console.offers.twins_title"), lead: v.text("console.offers.twins_lead"),
		section: k.menu, crumbs: k.crumb(v), wide: true,
	}, p)
}

// twinGroup lays rows beside each other: what differs, and a button for each.
func (k *offerKind[T]) twinGroup(v *visit, rows []T) twinGroup {
	first := k.about(rows[0])
	g := twinGroup{Title: first.Title, Text: joined(first.Whose, v.town(first.Town))}
	g.Table = Table{Caption: v.text("console.offers.twins_differ"), Columns: []Column{{Text: v.text("console.offers.field")}}}
	differ := map[string]bool{}
	for _, t := range rows {
		g.Table.Columns = append(g.Table.Columns, Column{Text: k.sheet.ID(t)})
		for _, c := range k.sheet.Changes(rows[0], t) {
			differ[c.Column] = true
		}
	}
	head := []Cell{{Text: v.text("console.offers.see")}}
	for _, t := range rows {
		cell := Cell{Text: v.text("console.offers.open"), Href: k.at(k.sheet.ID(t))}
		if v.may(store.ChangeCatalogue) {
			cell.Action = v.actButton(k.at(k.sheet.ID(t))+"/list", v.text("console.offers.withdraw"), Hidden{"listed", "no"}, Hidden{"twins", "1"})
		}
		head = append(head, cell)
	}
	g.Table.Rows = append(g.Table.Rows, Row{Cells: head})
	for _, c := range k.sheet.Columns() {
		if !differ[c.Name] || c.Kind == programme.CellID {
			continue
		}
		cells := []Cell{{Text: v.columnName(c.Name)}}
		for _, t := range rows {
			cells = append(cells, Cell{Text: v.shown(c, k.sheet.Values(t)[c.Name])})
		}
		g.Table.Rows = append(g.Table.Rows, Row{Cells: cells})
	}
	return g
}
