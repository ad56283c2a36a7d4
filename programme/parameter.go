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

var parameterUnits = []string{"cop", "smmlv", "hour", "day", "month", "year", "percent", "minute_of_day", "class", "count", "flag"}

// ParameterStatuses are the values of Parameter.Status.
func ParameterStatuses() []string {
	return []string{"confirmed", "provisional", "computed", "unverified"}
}

// Of are the rows of a parameter, by the day from which they hold.
func (p *Parameters) Of(name string) []Parameter {
	var rows []Parameter
	for _, row := range p.list {
		if row.Name == name {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b Parameter) int { return a.From.compare(b.From) })
	return rows
}

// meets is the first row of the same parameter that holds on a day on which row
// holds.
func (p *Parameters) meets(row Parameter) (at int, ok bool) {
	at = slices.IndexFunc(p.list, func(other Parameter) bool {
		return other.Name == row.Name && (period{row.From, row.To}).overlaps(period{other.From, other.To})
	})
	return at, at >= 0
}

// The reasons for which WithParameter refuses a row. Their words for the team
// are at the locale key console.content.parameter.<reason>.
const (
	ParameterUnknown  = "unknown"   // there is no parameter of that name, or it has another unit
	ParameterUndated  = "no_day"    // a row that is added holds from some day on
	ParameterEnds     = "ends"      // it ends before it begins
	ParameterUnsigned = "no_source" // no source
	ParameterStatus   = "no_status" // not one of ParameterStatuses
	ParameterTwice    = "twice"     // another row begins to hold on the same day or later
	ParameterAlways   = "always"    // the checks need the figure on every day
)

// WithParameter is the data with one more row of a parameter that there is. A row
// that holds on when the new one begins ends the day before. It is checked as a
// row of the file is; with a reason there are no data.
func (d *Data) WithParameter(row Parameter) (_ *Data, reason string) {
	known := d.Parameters.Of(row.Name)
	switch {
	case len(known) == 0 || known[0].Unit != row.Unit:
		return nil, ParameterUnknown
	case row.From.IsZero():
		return nil, ParameterUndated
	case !(period{row.From, row.To}).valid():
		return nil, ParameterEnds
	case row.Source == "":
		return nil, ParameterUnsigned
	case !slices.Contains(ParameterStatuses(), row.Status):
		return nil, ParameterStatus
	case slices.Contains(programmeFigures(), row.Name):
		return nil, ParameterAlways
	}
	parameters := &Parameters{slices.Clone(d.Parameters.list)}
	for i, other := range parameters.list {
		ends := other.To.IsZero() || !other.To.Before(row.From)
		if other.Name == row.Name && ends && (other.From.IsZero() || other.From.Before(row.From)) {
			parameters.list[i].To = row.From.AddDays(-1)
		}
	}
	if _, twice := parameters.meets(row); twice {
		return nil, ParameterTwice
	}
	parameters.list = append(parameters.list, row)
	next, checks := *d, *d.DecentWork
	checks.parameters = parameters
	next.Parameters, next.DecentWork = parameters, &checks
	return &next, ""
}

func loadParameters(fsys fs.FS, name string, problems *Problems) *Parameters {
	t := readCSV(fsys, name, []string{"name", "value", "unit", "from", "to", "source", "status", "note"}, problems)
	out := &Parameters{}
	for _, row := range t.rows {
		p := row.period("from", "to")
		parameter := Parameter{
			Name: row.required("name"), Value: row.number("value"),
			Unit: row.oneOf("unit", parameterUnits...),
			From: p.from, To: p.to,
			Source: row.required("source"),
			Status: row.oneOf("status", ParameterStatuses()...),
			Note:   row.text("note"),
		}
		if _, twice := out.meets(parameter); twice {
			row.problem("from", fmt.Sprintf("two rows of %s hold on the same day", parameter.Name), "let one end the day before the other starts")
		}
		out.list = append(out.list, parameter)
	}
	return out
}
