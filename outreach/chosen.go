package outreach

import (
	"slices"

	"arraigo/flows"
	"arraigo/programme"
)

// Chosen is the selection that makes those groups: the other way round of
// Selection.Groups, so that an audience can be changed later.
func Chosen(groups [][]flows.Entry) Selection {
	s := Selection{}
	add := func(d Dimension, v string) {
		if !slices.Contains(s[d], v) {
			s[d] = append(s[d], v)
		}
	}
	for _, g := range groups {
		for _, e := range g {
			if slices.Contains(programme.Lines(), programme.Line(e.Dimension)) {
				add(ByLine, e.Dimension)
				add(ByOutcome, e.Value)
				continue
			}
			add(Dimension(e.Dimension), e.Value)
		}
	}
	if slices.Equal(s[ByOutcome], openOutcomes) {
		delete(s, ByOutcome)
	}
	return s
}
