package console

import (
	"cmp"
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/programme"
)

// countSteps adds the counters of steps up: times, not people.
func (v *visit) countSteps(n *numbers, f Filters, _ *listedOffers) error {
	total := map[string]int64{}
	n.arrivals = Chart{
		Title: v.text("console.numbers.arrivals"), Label: v.text("console.numbers.day"),
		Series: []string{v.text("console.milestone.arrived"), v.text("console.milestone.agreed"), v.text("console.milestone.result")},
	}
	today := v.set.Today(v.now)
	for i := range n.period.days() {
		day := n.period.from.AddDays(i)
		steps, err := v.funnels.read(v.ctx(), v.store, v.now, today.DaysSince(day))
		if err != nil {
			return err
		}
		point := Point{Label: v.shortDay(day), Values: make([]int, 3)}
		for s, step := range []string{"welcome.ask_language", "welcome.accepted", "screening.result"} {
			point.Values[s] = int(steps[step])
		}
		n.arrivals.Points = append(n.arrivals.Points, point)
		for step, times := range steps {
			total[step] += times
		}
	}
	n.unread = v.unreadTable(total)
	flow := v.set.Flow(f.value("flow"))
	if flow == nil {
		return nil
	}
	n.funnel = Chart{Title: v.text("console.numbers.funnel", "conversacion", v.flowName(flow.Name)), Label: v.text("console.numbers.question"), Series: []string{v.text("console.numbers.times")}}
	for _, step := range v.asked(flow) {
		n.funnel.Points = append(n.funnel.Points, Point{Label: v.text(flows.NameKey(v.set.Slot(step.Collect))), Values: []int{int(total[flow.Name+"."+step.ID])}})
	}
	return nil
}

func (v *visit) shortDay(d programme.Date) string {
	return v.shortDate(d.At(12*60, v.zone))
}

// unreadTable counts what people typed and the bot could not read, by the question
// that was open, the most first. The words themselves are nowhere.
func (v *visit) unreadTable(total map[string]int64) Table {
	t := Table{
		ID: "unread", Caption: v.text("console.numbers.unread"), Empty: Empty{Title: v.text("console.numbers.no_unread")},
		Columns: []Column{{Text: v.text("console.numbers.question")}, {Text: v.text("console.numbers.times"), Number: true}},
	}
	var names []string
	for step, n := range total {
		if name, unread := strings.CutPrefix(step, flows.Unread); unread && n > 0 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(total[flows.Unread+b], total[flows.Unread+a]), cmp.Compare(a, b))
	})
	for _, name := range names {
		question := v.question(name)
		if question == "" {
			question = v.text("console.numbers.no_question")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: question}, {Text: v.number(int(total[flows.Unread+name]))}}})
	}
	return t
}
