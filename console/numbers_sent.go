package console

import (
	"cmp"

	"arraigo/store"
)

// countSent adds up what was sent in the period.
func (v *visit) countSent(n *numbers, _ Filters, _ *listedOffers) error {
	n.outreach = Table{
		Caption: v.text("console.numbers.outreach"), Empty: Empty{Title: v.text("console.numbers.no_outreach")},
		Columns: []Column{
			{Text: v.text("console.outreach.kind_label")}, {Text: v.text("console.numbers.how_many"), Number: true}, {Text: v.text("console.outreach.ledger.s"), Number: true},
			{Text: v.text("console.outreach.ledger.b"), Number: true}, {Text: v.text("console.outreach.ledger.f"), Number: true}, {Text: v.text("console.outreach.ledger.w"), Number: true}, {Text: v.text("console.outreach.ledger.u"), Number: true},
		},
	}
	all, err := v.store.Outreaches(v.ctx(), nil, 2000)
	if err != nil {
		return err
	}
	sums := map[store.OutreachKind]map[string]int{}
	many := map[store.OutreachKind]int{}
	for _, o := range all {
		if !n.period.has(cmp.Or(o.Started, o.Created), v.zone) || o.Ended.IsZero() {
			continue
		}
		if sums[o.Kind] == nil {
			sums[o.Kind] = map[string]int{}
		}
		many[o.Kind]++
		for state, count := range o.Totals {
			sums[o.Kind][state[:1]] += count
		}
	}
	for _, kind := range []store.OutreachKind{store.KindAnnouncement, store.KindVacancyAlert, store.KindReminder, store.KindPlace, store.KindChange, store.KindNudge} {
		if many[kind] == 0 {
			continue
		}
		cells := []Cell{{Text: v.text("console.outreach.kind." + string(kind))}, {Text: v.number(many[kind])}}
		for _, state := range []string{"s", "b", "f", "w", "u"} {
			cells = append(cells, Cell{Text: v.number(sums[kind][state])})
		}
		n.outreach.Rows = append(n.outreach.Rows, Row{Cells: cells})
	}
	return nil
}
