package outreach

import (
	"errors"
	"maps"
	"slices"

	"arraigo/flows"
	"arraigo/programme"
)

// A Dimension is something by which the team may choose people.
type Dimension string

// The dimensions. Municipality and department are one question: where somebody
// lives. What makes a person vulnerable is no dimension at all.
const (
	ByLine         Dimension = "line"
	ByOutcome      Dimension = "outcome"
	ByMunicipality Dimension = "municipality"
	ByDepartment   Dimension = "department"
	ByOccupation   Dimension = "occupation"
	ByCourse       Dimension = "course"
	ByEvent        Dimension = "event"
	ByLanguage     Dimension = "language"
	ByPopulation   Dimension = "population"
)

// Dimensions are all dimensions in the order in which they are shown.
func Dimensions() []Dimension {
	return []Dimension{ByLine, ByOutcome, ByMunicipality, ByDepartment, ByOccupation, ByCourse, ByEvent, ByLanguage, ByPopulation}
}

// A Selection is an audience as the team puts it together: a person must have
// one of the values of every dimension that has some. The empty one is everybody.
type Selection map[Dimension][]string

// A Scope bounds what somebody of the team may choose; empty lists bound nothing.
type Scope struct {
	Lines []string // values of programme.Line
	Towns []string // codes of municipalities
}

// mostValues bounds the values of one dimension.
const mostValues = 40

// LeastGroup is how many people an audience must have that is chosen by
// population. With fewer, a message on somebody's phone, or the count alone,
// could tell who they are.
const LeastGroup = 10

// Why a selection is refused.
var (
	ErrScope   = errors.New("the selection goes beyond the scope")
	ErrExposes = errors.New("so few people could be recognised")
	ErrNoValue = errors.New("there is no such value to choose")
)

// openOutcomes are the outcomes of a line for which it may be of use.
var openOutcomes = []string{string(programme.CumplePreliminar), string(programme.FaltanDocumentos), string(programme.RevisionHumana)}

// outcomes are those that can be chosen, in the order in which they are shown.
var outcomes = append(slices.Clone(openOutcomes), string(programme.NoCumplePorAhora), string(programme.FueraDeCobertura))

// populations are those that can be chosen. Who did not want to tell is none.
var populations = []string{"migrante_ve", "retornado", "acogida", "otra_nac"}

// With returns the selection with one value more, or less.
func (s Selection) With(d Dimension, value string, chosen bool) Selection {
	out := maps.Clone(s)
	if out == nil {
		out = Selection{}
	}
	values := slices.DeleteFunc(slices.Clone(s[d]), func(v string) bool { return v == value })
	if chosen {
		values = append(values, value)
	}
	if out[d] = values; len(values) == 0 {
		delete(out, d)
	}
	return out
}

// Empty reports whether nothing is chosen.
func (s Selection) Empty() bool {
	for _, values := range s {
		if len(values) > 0 {
			return false
		}
	}
	return true
}

// Check refuses what nobody may choose: values that there are not, and what lies
// beyond the scope, whatever buttons somebody forged. ErrNoValue, ErrScope.
func (s Selection) Check(set *flows.Set, offer *programme.Offer, scope Scope) error {
	for d, values := range s {
		if !slices.Contains(Dimensions(), d) || len(values) > mostValues {
			return ErrNoValue
		}
		for _, v := range values {
			if !known(set, offer, d, v) {
				return ErrNoValue
			}
			if !scope.covers(d, v) {
				return ErrScope
			}
		}
	}
	return nil
}

// covers reports whether a value lies within the scope. A department is more
// than the municipalities of a bounded scope.
func (c Scope) covers(d Dimension, value string) bool {
	switch d {
	case ByLine:
		return len(c.Lines) == 0 || slices.Contains(c.Lines, value)
	case ByMunicipality:
		return len(c.Towns) == 0 || slices.Contains(c.Towns, value)
	case ByDepartment:
		return len(c.Towns) == 0
	}
	return true
}

// Groups are the audiences of the selection: a person must be in one entry of
// every group. A scope bounds them also where nothing was chosen.
func (s Selection) Groups(scope Scope) [][]flows.Entry {
	var groups [][]flows.Entry
	add := func(g []flows.Entry) {
		if len(g) > 0 {
			groups = append(groups, g)
		}
	}
	add(s.lineGroup(scope))
	towns := s[ByMunicipality]
	if len(towns)+len(s[ByDepartment]) == 0 {
		towns = scope.Towns
	}
	add(append(entriesOf("municipality", towns), entriesOf("department", s[ByDepartment])...))
	for _, d := range []Dimension{ByOccupation, ByCourse, ByEvent, ByLanguage, ByPopulation} {
		add(entriesOf(string(d), s[d]))
	}
	return groups
}

// lineGroup joins line and outcome: the outcomes are of the lines. Without an
// outcome a line is whom it may be of use to.
func (s Selection) lineGroup(scope Scope) []flows.Entry {
	lines, results := s[ByLine], s[ByOutcome]
	if len(lines) == 0 {
		lines = scope.Lines
	}
	if len(lines) == 0 && len(results) > 0 {
		for _, l := range programme.Lines() {
			lines = append(lines, string(l))
		}
	}
	if len(results) == 0 {
		results = openOutcomes
	}
	var group []flows.Entry
	for _, l := range lines {
		group = append(group, entriesOf(l, results)...)
	}
	return group
}

func entriesOf(dimension string, values []string) []flows.Entry {
	var list []flows.Entry
	for _, v := range values {
		list = append(list, flows.Entry{Dimension: dimension, Value: v})
	}
	return list
}

// Exposes reports whether an audience of that size could tell who somebody is.
func Exposes(groups [][]flows.Entry, size int) bool {
	return size < LeastGroup && slices.ContainsFunc(groups, func(g []flows.Entry) bool {
		return slices.ContainsFunc(g, func(e flows.Entry) bool { return e.Dimension == string(ByPopulation) })
	})
}

// Within reports whether an audience lies within a scope: where the scope is
// bounded, some group of the audience must be within the bound.
func Within(groups [][]flows.Entry, scope Scope) bool {
	inside := func(fits func(flows.Entry) bool) bool {
		return slices.ContainsFunc(groups, func(g []flows.Entry) bool {
			return len(g) > 0 && !slices.ContainsFunc(g, func(e flows.Entry) bool { return !fits(e) })
		})
	}
	return (len(scope.Lines) == 0 || inside(func(e flows.Entry) bool { return slices.Contains(scope.Lines, e.Dimension) })) &&
		(len(scope.Towns) == 0 || inside(func(e flows.Entry) bool {
			return e.Dimension == string(ByMunicipality) && slices.Contains(scope.Towns, e.Value)
		}))
}

// SelectionOf is the selection that an audience was made of.
func SelectionOf(groups [][]flows.Entry) Selection {
	s := Selection{}
	for _, g := range groups {
		for d, values := range valuesOf(g) {
			s[d] = values
		}
	}
	return s
}
