package programme

import (
	"fmt"
	"io/fs"
	"slices"
)

// Parameter is one legal figure during one period. Figures change by decree
// and sometimes by judgment, so they live in a dated table, never in code.
type Parameter struct {
	Name  string
	Value int64
	// Unit is cop (Colombian pesos), smmlv (minimum wages), hour, day, month,
	// year, percent, minute_of_day (minutes after midnight), class (of risk),
	// count or flag (1 yes).
	Unit     string
	From, To Date // the days during which the value holds; zero: open
	Source   string
	// Status is confirmed, provisional (in force, but may be struck down),
	// computed (from other rows) or unverified (to be checked by a lawyer).
	Status string
	Note   string // for staff, in Spanish
}

// Parameters is the dated table of legal figures.
type Parameters struct{ list []Parameter }

// At is the value of a parameter on that day. False means unknown: the day lies
// outside every known period, or there is no such parameter. Never fall back on
// another day's value; say that it has to be checked again.
func (p *Parameters) At(name string, on Date) (Parameter, bool) {
	for _, parameter := range p.list {
		if parameter.Name == name && (period{parameter.From, parameter.To}).contains(on) {
			return parameter, true
		}
	}
	return Parameter{}, false
}

// Names are the parameters of the table, sorted, each once.
func (p *Parameters) Names() []string {
	var names []string
	for _, parameter := range p.list {
		names = append(names, parameter.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func loadParameters(fsys fs.FS, name string, problems *Problems) *Parameters {
	t := readCSV(fsys, name, []string{"name", "value", "unit", "from", "to", "source", "status", "note"}, problems)
	out := &Parameters{}
	for _, row := range t.rows {
		p := row.period("from", "to")
		parameter := Parameter{
			Name: row.required("name"), Value: row.number("value"),
			Unit: row.oneOf("unit", "cop", "smmlv", "hour", "day", "month", "year", "percent", "minute_of_day", "class", "count", "flag"),
			From: p.from, To: p.to,
			Source: row.required("source"),
			Status: row.oneOf("status", "confirmed", "provisional", "computed", "unverified"),
			Note:   row.text("note"),
		}
		for _, other := range out.list {
			if other.Name == parameter.Name && p.overlaps(period{other.From, other.To}) {
				row.problem("from", fmt.Sprintf("two rows of %s hold on the same day", parameter.Name), "let one end the day before the other starts")
			}
		}
		out.list = append(out.list, parameter)
	}
	return out
}
