package flows

import (
	"slices"

	"arraigo/programme"
)

// SeeksUnsure is the answer of who does not know yet what to look for: every line
// concerns them.
const SeeksUnsure = "no_se"

// Screened is the screening of a session once more, with the reasons of each
// line. Exact is false when the rules or the call are others than those that it
// came from: then the outcomes that the session holds are those that count. It
// reports false when nobody was screened.
func Screened(set *Set, s *Session) (screening programme.Screening, exact, ok bool) {
	basis, ok := ScreeningBasis(s)
	if !ok {
		return programme.Screening{}, false, false
	}
	t := &turn{set: set, s: *s}
	screening = set.Data.Ruleset.Screen(set.Round, t.answers())
	return screening, basis.Ruleset == screening.Ruleset && basis.Call == screening.Call, true
}

// OutcomeSlot is the slot that holds the outcome of a line; its audience has the
// line's name.
func OutcomeSlot(line programme.Line) string {
	switch line {
	case programme.Emprendimiento:
		return "outcome_emprendimiento"
	case programme.InclusionLaboral:
		return "outcome_laboral"
	}
	return "outcome_comunitaria"
}

// PersonLines are the lines that concern a person: those they asked for, those in
// which the team put them somewhere, and that of work for who is interested in a
// vacancy.
func PersonLines(set *Set, s *Session) []programme.Line {
	sought, unsure := set.Data.Ruleset.Sought(s.Slots["seeks"]), contains(s.Slots["seeks"], SeeksUnsure)
	var out []programme.Line
	for _, line := range programme.Lines() {
		_, at := s.Stage(string(line))
		if at || unsure || slices.Contains(sought, line) || line == programme.InclusionLaboral && s.wantsWork() {
			out = append(out, line)
		}
	}
	return out
}

// wantsWork reports whether the person is interested in a vacancy.
func (s *Session) wantsWork() bool {
	return slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Kind == HeldVacancy })
}

// Answer is one answer as it can be shown: the slot, what it is called and what
// was answered.
type Answer struct {
	Slot           *Slot
	Question, Says Text
}

// Answers lists what a person answered, without what is sensitive, what only a
// conversation needs and what the program noted for itself.
func Answers(set *Set, s *Session) []Answer {
	var out []Answer
	for _, slot := range set.Slots() {
		values := s.Slots[slot.Name]
		if len(values) == 0 || slot.Sensitive || slot.Derived || slot.Keep.Flow || !set.Catalog.Has("es", nameKey(slot)) {
			continue
		}
		out = append(out, Answer{slot, Key(nameKey(slot)), set.Show(slot, values)})
	}
	return out
}
