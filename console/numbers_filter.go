package console

import (
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
)

// mostDays is how far back the counters of steps reach.
const mostDays = 100

// A period is the days that the numbers are of, both counted.
type period struct{ from, to programme.Date }

func (p period) days() int { return p.to.DaysSince(p.from) + 1 }

func (p period) has(at time.Time, zone *time.Location) bool {
	day := programme.DateOf(at.In(zone))
	return !at.IsZero() && day.DaysSince(p.from) >= 0 && p.to.DaysSince(day) >= 0
}

// readPeriod reads it from the address: so many days up to today, or two days.
func (v *visit) readPeriod(f Filters) period {
	today := v.set.Today(v.now)
	p := period{today.AddDays(-29), today}
	switch f.value("days") {
	case "7":
		p.from = today.AddDays(-6)
	case "90":
		p.from = today.AddDays(-89)
	case "own":
		from, err1 := programme.ParseDate(f.value("from"))
		to, err2 := programme.ParseDate(f.value("to"))
		if err1 == nil && err2 == nil && to.DaysSince(from) >= 0 {
			p = period{from, to}
		}
	}
	if today.DaysSince(p.to) < 0 {
		p.to = today
	}
	if oldest := today.AddDays(1 - mostDays); p.from.DaysSince(oldest) < 0 {
		p.from = oldest
	}
	if p.to.DaysSince(p.from) < 0 {
		p.to = p.from
	}
	return p
}

func (v *visit) numbersFilters() Filters {
	flowsOf := []Option{}
	for _, f := range v.set.Flows() {
		if steps := v.asked(f); len(steps) > 1 && !f.Standing {
			flowsOf = append(flowsOf, Option{Value: f.Name, Text: v.flowName(f.Name)})
		}
	}
	slices.SortFunc(flowsOf, func(a, b Option) int { return strings.Compare(a.Text, b.Text) })
	var lines []Option
	for _, l := range v.ownLines() {
		lines = append(lines, Option{Value: string(l), Text: v.text("console.line." + string(l))})
	}
	f := v.filters(
		Field{Kind: FieldSelect, Name: "days", Label: v.text("console.numbers.period"), Options: []Option{
			{Value: "30", Text: v.text("console.numbers.days30")}, {Value: "7", Text: v.text("console.numbers.days7")},
			{Value: "90", Text: v.text("console.numbers.days90")}, {Value: "own", Text: v.text("console.numbers.own")},
		}},
		Field{Kind: FieldDate, Name: "from", Label: v.text("console.numbers.from")},
		Field{Kind: FieldDate, Name: "to", Label: v.text("console.numbers.to")},
		Field{Kind: FieldSelect, Name: "flow", Label: v.text("console.numbers.flow"), Options: flowsOf},
		Field{Kind: FieldSelect, Name: "line", Label: v.text("console.numbers.line"), Options: lines},
	)
	for i, field := range f.Fields {
		if field.Kind == FieldSelect && field.Value == "" && len(field.Options) > 0 {
			f.Fields[i].Value = field.Options[0].Value
			if field.Name == "flow" {
				f.Fields[i].Value = "screening"
			}
		}
	}
	return f
}

// ownLines are the lines of the scope of who looks.
func (v *visit) ownLines() []programme.Line {
	return slices.DeleteFunc(slices.Clone(programme.Lines()), func(l programme.Line) bool { return !v.staff.Covers(string(l), "") })
}

// flowName is what a flow is called in the console; its own name if it has none.
func (v *visit) flowName(name string) string {
	if key := "console.flow." + name; v.has(key) {
		return v.text(key)
	}
	return name
}

// asked are the steps of a flow that ask about the person. A question such as
// "is this right?" has no name and is none of them.
func (v *visit) asked(f *flows.Flow) (steps []*flows.Step) {
	for _, s := range f.Steps {
		if slot := v.set.Slot(s.Collect); slot != nil && v.has(flows.NameKey(slot)) {
			steps = append(steps, s)
		}
	}
	return steps
}

// hasDay reports whether something begins in the period or after it: what is to
// come counts too.
func (p period) hasDay(d programme.Date) bool { return !d.IsZero() && d.DaysSince(p.from) >= 0 }
