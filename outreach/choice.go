package outreach

import (
	"slices"

	"arraigo/flows"
	"arraigo/programme"
)

// A Choice is a value of a dimension with its words.
type Choice struct {
	Value string
	Label flows.Text
}

// Choices lists what can be chosen of a dimension within a scope, in the order
// in which it is shown. Of municipalities and occupations these are only the
// usual ones: Search finds the others.
func Choices(set *flows.Set, offer *programme.Offer, d Dimension, scope Scope) []Choice {
	var values []string
	switch d {
	case ByLine:
		for _, l := range programme.Lines() {
			values = append(values, string(l))
		}
	case ByOutcome:
		values = outcomes
	case ByMunicipality:
		if values = scope.Towns; len(values) == 0 {
			values = set.Round.Municipalities
		}
	case ByDepartment:
		for _, dep := range set.Data.Municipalities.Departments() {
			values = append(values, dep.Code)
		}
	case ByOccupation:
		for _, o := range set.Data.Occupations.Common() {
			values = append(values, o.Code)
		}
	case ByCourse:
		for _, c := range offer.Courses(programme.CourseSearch{}) {
			values = append(values, c.ID)
		}
	case ByEvent:
		for _, e := range offer.Events(programme.EventSearch{}) {
			values = append(values, e.ID)
		}
	case ByLanguage:
		for _, l := range set.Catalog.Languages() {
			values = append(values, l.Tag)
		}
	case ByPopulation:
		values = populations
	}
	var list []Choice
	for _, v := range values {
		if scope.covers(d, v) {
			list = append(list, Choice{v, Label(set, offer, d, v)})
		}
	}
	return list
}

// Search finds the municipalities or occupations that a typed name may mean,
// within a scope. Other dimensions have nothing to be searched.
func Search(set *flows.Set, d Dimension, typed string, scope Scope) []Choice {
	var values []string
	switch d {
	case ByMunicipality:
		for _, m := range set.Data.Municipalities.Match(typed).Candidates {
			values = append(values, m.Code)
		}
	case ByOccupation:
		for _, o := range set.Data.Occupations.Match(typed).Candidates {
			values = append(values, o.Code)
		}
	}
	var list []Choice
	for _, v := range values {
		if scope.covers(d, v) {
			list = append(list, Choice{v, Label(set, nil, d, v)})
		}
	}
	return list
}

// known reports whether there is such a value.
func known(set *flows.Set, offer *programme.Offer, d Dimension, value string) bool {
	switch d {
	case ByLine:
		return slices.Contains(programme.Lines(), programme.Line(value))
	case ByOutcome:
		return slices.Contains(outcomes, value)
	case ByMunicipality:
		_, ok := set.Data.Municipalities.ByCode(value)
		return ok
	case ByDepartment:
		return slices.ContainsFunc(set.Data.Municipalities.Departments(), func(d programme.Department) bool { return d.Code == value })
	case ByOccupation:
		_, ok := set.Data.Occupations.ByCode(value)
		return ok
	case ByCourse:
		_, ok := offer.Course(value)
		return ok
	case ByEvent:
		_, ok := offer.Event(value)
		return ok
	case ByLanguage:
		_, ok := set.Catalog.Language(value)
		return ok
	case ByPopulation:
		return slices.Contains(populations, value)
	}
	return false
}

// Label is a value in words; one that is in no list any more is shown as it is.
func Label(set *flows.Set, offer *programme.Offer, d Dimension, value string) flows.Text {
	switch d {
	case ByLine:
		if slices.Contains(programme.Lines(), programme.Line(value)) {
			return flows.Key("line." + value)
		}
	case ByOutcome:
		if slices.Contains(outcomes, value) {
			return flows.Key("outcome." + value)
		}
	case ByMunicipality:
		if m, ok := set.Data.Municipalities.ByCode(value); ok {
			return flows.Literal(m.Label())
		}
	case ByDepartment:
		for _, dep := range set.Data.Municipalities.Departments() {
			if dep.Code == value {
				return flows.Literal(dep.Name)
			}
		}
	case ByOccupation:
		if _, ok := set.Data.Occupations.ByCode(value); ok {
			return flows.Text{Occupation: value}
		}
	case ByCourse:
		if c, ok := offer.Course(value); ok {
			return flows.Literal(c.Title)
		}
	case ByEvent:
		if e, ok := offer.Event(value); ok {
			return flows.Literal(e.Title)
		}
	case ByLanguage:
		if l, ok := set.Catalog.Language(value); ok {
			return flows.Literal(l.Name)
		}
	case ByPopulation:
		if slot := set.Slot(string(ByPopulation)); slot != nil {
			return set.Show(slot, []string{value})
		}
	}
	return flows.Literal(value)
}

// Describe says in words who is in an audience, one text for each of its groups;
// nothing for everybody.
func Describe(set *flows.Set, offer *programme.Offer, groups [][]flows.Entry) []flows.Text {
	var out []flows.Text
	for _, g := range groups {
		out = append(out, describeGroup(set, offer, g)...)
	}
	return out
}

func describeGroup(set *flows.Set, offer *programme.Offer, group []flows.Entry) []flows.Text {
	values := valuesOf(group)
	var out []flows.Text
	for _, d := range Dimensions() {
		var list []flows.Text
		for _, v := range values[d] {
			list = append(list, Label(set, offer, d, v))
		}
		if d == ByMunicipality && len(list) > 0 { // one or the other, as the group has it
			for _, v := range values[ByDepartment] {
				list = append(list, Label(set, offer, ByDepartment, v))
			}
		}
		if len(list) == 0 || d == ByDepartment && len(values[ByMunicipality]) > 0 {
			continue
		}
		out = append(out, flows.Key("announce.audience."+string(d)).With("valores", flows.Text{List: list}))
	}
	return out
}

// valuesOf are the values of one group by dimension, as they were chosen.
func valuesOf(group []flows.Entry) map[Dimension][]string {
	values := map[Dimension][]string{}
	add := func(d Dimension, v string) {
		if !slices.Contains(values[d], v) {
			values[d] = append(values[d], v)
		}
	}
	for _, e := range group {
		if slices.Contains(programme.Lines(), programme.Line(e.Dimension)) {
			add(ByLine, e.Dimension)
			add(ByOutcome, e.Value)
			continue
		}
		add(Dimension(e.Dimension), e.Value)
	}
	if slices.Equal(values[ByOutcome], openOutcomes) {
		delete(values, ByOutcome) // what a line means by itself
	}
	if len(values[ByLine]) == len(programme.Lines()) && len(values[ByOutcome]) > 0 {
		delete(values, ByLine)
	}
	return values
}
