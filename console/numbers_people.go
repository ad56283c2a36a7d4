package console

import (
	"slices"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// within are the audiences that bound what a member of the team counts.
func (v *visit) within() [][]flows.Entry {
	if len(v.staff.Towns) == 0 {
		return nil
	}
	return [][]flows.Entry{entries("municipality", v.staff.Towns)}
}

func entries(dimension string, values []string) (out []flows.Entry) {
	for _, value := range values {
		out = append(out, flows.Entry{Dimension: dimension, Value: value})
	}
	return out
}

// outcomesShown are the outcomes in the order of the tables.
var outcomesShown = []string{
	string(programme.CumplePreliminar), string(programme.FaltanDocumentos), string(programme.RevisionHumana),
	string(programme.NoCumplePorAhora), string(programme.FueraDeCobertura),
}

// countPeople counts who there is now: outcomes by line, population and
// municipality, languages, permissions.
func (v *visit) countPeople(n *numbers, f Filters, _ *listedOffers) error {
	var rows []flows.Entry
	lines := v.ownLines()
	for _, l := range lines {
		rows = append(rows, entries(string(l), outcomesShown)...)
	}
	populations := v.set.Slot("population").Values
	towns := v.set.Round.Municipalities
	if len(v.staff.Towns) > 0 {
		towns = v.staff.Towns
	}
	columns := append(entries("population", populations), entries("municipality", towns)...)
	crossed, err := v.store.Cross(v.ctx(), v.within(), rows, columns)
	if err != nil {
		return err
	}
	total := len(columns)
	at := func(line, outcome, column int) int { return crossed[line*len(outcomesShown)+outcome][column] }

	n.outcomes = v.peopleTable("console.numbers.outcomes", "console.numbers.outcome")
	for _, l := range lines {
		n.outcomes.Columns = append(n.outcomes.Columns, Column{Text: v.text("console.line." + string(l)), Number: true})
	}
	for o, outcome := range outcomesShown {
		cells := []Cell{{Text: v.say(flows.Key("outcome." + outcome))}}
		for l := range lines {
			cells = append(cells, Cell{Text: v.figure(at(l, o, total))})
		}
		n.outcomes.Rows = append(n.outcomes.Rows, Row{Cells: cells})
	}
	chosen := max(0, slices.Index(lines, programme.Line(f.value("line"))))
	cross := func(caption, heading string, first, count int, name func(int) string) Table {
		t := v.peopleTable(caption, heading)
		if len(lines) == 0 {
			return t
		}
		t.Caption = v.text(caption, "linea", v.text("console.line."+string(lines[chosen])))
		for _, outcome := range outcomesShown {
			t.Columns = append(t.Columns, Column{Text: v.say(flows.Key("outcome." + outcome)), Number: true})
		}
		for i := range count {
			cells := []Cell{{Text: name(i)}}
			for o := range outcomesShown {
				cells = append(cells, Cell{Text: v.figure(at(chosen, o, first+i))})
			}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		return t
	}
	population := v.set.Slot("population")
	n.people = cross("console.numbers.by_population", "console.numbers.population", 0, len(populations), func(i int) string {
		return v.say(v.set.Show(population, populations[i:i+1]))
	})
	n.towns = cross("console.numbers.by_town", "console.numbers.town", len(populations), len(towns), func(i int) string { return v.townName(towns[i]) })
	return v.countLanguages(n)
}

func (v *visit) peopleTable(caption, heading string) Table {
	return Table{Caption: v.text(caption, "linea", ""), Columns: []Column{{Text: v.text(heading)}}, Empty: Empty{Title: v.text("console.numbers.nothing")}}
}

// countLanguages counts languages and permissions.
func (v *visit) countLanguages(n *numbers) error {
	languages := v.set.Catalog.Languages()
	var rows []flows.Entry
	for _, l := range languages {
		rows = append(rows, flows.Entry{Dimension: "language", Value: l.Tag})
	}
	agreed, _ := flows.TopicEntry(flows.PurposeOffers)
	alerts, _ := flows.TopicEntry(flows.PurposeAlerts)
	crossed, err := v.store.Cross(v.ctx(), v.within(), append(rows, agreed, alerts, store.Known()), nil)
	if err != nil {
		return err
	}
	n.languages = Chart{Title: v.text("console.numbers.languages"), Label: v.text("console.numbers.language"), Series: []string{v.text("console.numbers.people")}}
	for i, l := range languages {
		n.languages.Points = append(n.languages.Points, v.peoplePoint(l.Name, crossed[i][0]))
	}
	n.notices, n.alerts, n.known = crossed[len(languages)][0], crossed[len(languages)+1][0], crossed[len(languages)+2][0]
	return nil
}

func (v *visit) peoplePoint(label string, n int) Point {
	return Point{Label: label, Values: []int{n}, Hidden: 0 < n && n < smallCell}
}
