package programme

import (
	"cmp"
	"strings"
)

// Catalogue is everything listed, as it was imported: raw material for an
// Offer, which decides what people see.
type Catalogue struct {
	Courses   []Course
	Events    []Event
	Vacancies []Vacancy
	HelpLines []HelpLine // empty: the lines that come with the program
}

// Shifted is the catalogue with every day moved by n days. What was checked
// stays checked: the days of help lines do not move.
func (c Catalogue) Shifted(n int) Catalogue {
	out := Catalogue{HelpLines: c.HelpLines}
	for _, course := range c.Courses {
		course.Starts, course.Ends = course.Starts.AddDays(n), course.Ends.AddDays(n)
		out.Courses = append(out.Courses, course)
	}
	for _, event := range c.Events {
		event.On = event.On.AddDays(n)
		out.Events = append(out.Events, event)
	}
	for _, vacancy := range c.Vacancies {
		vacancy.Starts, vacancy.Published, vacancy.Expires = vacancy.Starts.AddDays(n), vacancy.Published.AddDays(n), vacancy.Expires.AddDays(n)
		out.Vacancies = append(out.Vacancies, vacancy)
	}
	return out
}

// CompareIDs orders ids as people do: V-2 comes before V-10.
func CompareIDs(a, b string) int {
	x, y := a, b
	for x != "" && y != "" {
		i, j := digits(x), digits(y)
		if i > 0 && j > 0 {
			m, n := strings.TrimLeft(x[:i], "0"), strings.TrimLeft(y[:j], "0")
			if c := cmp.Or(len(m)-len(n), strings.Compare(m, n)); c != 0 {
				return c
			}
			x, y = x[i:], y[j:]
			continue
		}
		if x[0] != y[0] {
			return int(x[0]) - int(y[0])
		}
		x, y = x[1:], y[1:]
	}
	return cmp.Or(len(x)-len(y), strings.Compare(a, b))
}

// digits is how many digits a text begins with.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }
