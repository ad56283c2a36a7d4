package programme

import "slices"

// Reason is why a line has its outcome.
type Reason struct {
	Rule string // id in the rule book, for staff and statistics
	Text string // code of the words at reason.<code>; empty: nothing to tell
}

// LineResult is what the screening says about one line.
type LineResult struct {
	Line      Line
	Outcome   Outcome
	Reasons   []Reason
	Route     string     // the way inside the line, where it has several: ideacion, fortalecimiento
	NextSteps []NextStep // never empty
	Chosen    bool       // the person asked for it
	Shown     bool       // the person sees it; the rest is for the team
}

// Screening is the pre-screening of one person for one call: an orientation
// with its reasons, never a decision. It can be computed again from the same
// answers, call and ruleset version.
type Screening struct {
	Ruleset string
	Call    string
	// Lines holds all three lines, in the order in which the person reads
	// them: first the chosen ones, then the rest.
	Lines  []LineResult
	Offers []AlsoOffered // what the person may use whatever the outcomes, in the order to tell
	Rules  []string      // every rule that held, in order, each once
	Texts  []string      // the reason texts of all lines in the order of the rules, each once
	// Params are the figures in the reason texts: dias (days until somebody
	// writes) and meses (the call's minimum age of a business).
	Params map[string]int
	// Erase tells that nothing of these answers may be kept: no consent, or a
	// minor.
	Erase bool
}

// Line returns the result of one line.
func (s Screening) Line(line Line) LineResult {
	i := slices.IndexFunc(s.Lines, func(l LineResult) bool { return l.Line == line })
	if i < 0 {
		return LineResult{}
	}
	return s.Lines[i]
}

// Uniform reports whether one and the same reason settled all lines, as for a
// municipality out of reach; then the person needs to read it only once.
func (s Screening) Uniform() bool {
	for _, line := range s.Lines {
		if line.Outcome != s.Lines[0].Outcome || line.Reasons[0] != s.Lines[0].Reasons[0] {
			return false
		}
	}
	return true
}

// Screen computes the outcome of every line, the reasons, the next steps and
// the offers. It is total: answers that are missing or unknown lead to a
// person (REVISION_HUMANA), never to a no. It does not look at the dates of
// the call; see Call.Open.
func (r *Ruleset) Screen(call Call, a Answers) Screening {
	s := Screening{
		Ruleset: r.version,
		Call:    call.ID,
		Params:  map[string]int{"dias": call.ReviewDays, "meses": call.MinBusinessMonths},
	}
	results := map[Line]*LineResult{}
	for _, line := range Lines() {
		results[line] = &LineResult{Line: line, Chosen: r.chosen(a.Seeks, line)}
	}
	offered := map[AlsoOffered]bool{}
	best := 0
	f := r.facts(call, a)
	for _, rule := range r.rules {
		if !rule.when.holds(f) {
			continue
		}
		held := rule.outcome == ""
		for _, line := range rule.lines {
			held = results[line].apply(rule) || held
		}
		if !held {
			continue // every line it names was settled before
		}
		if !slices.Contains(s.Rules, rule.id) {
			s.Rules = append(s.Rules, rule.id)
		}
		for _, offer := range rule.offers {
			offered[offer] = true
		}
		if rule.text != "" && !slices.Contains(s.Texts, rule.text) {
			s.Texts = append(s.Texts, rule.text)
		}
		best = max(best, rule.showBest)
		s.Erase = s.Erase || rule.erase
		if rule.stop {
			break
		}
	}
	for _, offer := range r.offers {
		if offered[offer] {
			s.Offers = append(s.Offers, offer)
		}
	}
	s.Lines = arrange(results, best)
	return s
}

// apply lets a rule settle or extend one line and reports whether it did.
func (l *LineResult) apply(rule rule) bool {
	switch {
	case rule.outcome == "":
		l.Reasons = append(l.Reasons, Reason{Rule: rule.id, Text: rule.text})
		return true
	case l.Outcome == "":
		// The reason of the outcome is told first, whatever came before.
		l.Outcome, l.Route, l.NextSteps = rule.outcome, rule.route, slices.Clone(rule.next)
		l.Reasons = slices.Insert(l.Reasons, 0, Reason{Rule: rule.id, Text: rule.text})
		return true
	}
	return false
}

// arrange puts the lines in reading order, the chosen ones first, and marks
// those shown: all, but for somebody who does not know what to look for (best >
// 0) no more than the best ones.
func arrange(results map[Line]*LineResult, best int) []LineResult {
	var out []LineResult
	for _, line := range Lines() {
		out = append(out, *results[line])
	}
	rank := func(l LineResult) int {
		if l.Chosen {
			return -1
		}
		return slices.Index(Outcomes(), l.Outcome)
	}
	slices.SortStableFunc(out, func(a, b LineResult) int { return rank(a) - rank(b) })
	for i := range out {
		out[i].Shown = best == 0 || i < best
	}
	return out
}

// Contradicts reports whether population and document are a pair about which
// the person is asked once "is this right?". Both may be true (double
// nationality), so it changes no outcome.
func (r *Ruleset) Contradicts(population, document string) bool {
	f := facts{Consent: true, Population: population, Document: r.document(document)}
	for _, rule := range r.rules {
		if rule.confirm && rule.when.holds(f) {
			return true
		}
	}
	return false
}

func (r *Ruleset) chosen(seeks []string, line Line) bool {
	return slices.ContainsFunc(seeks, func(seek string) bool { return slices.Contains(r.seeksLines[seek], line) })
}

// document replaces a code that is treated as another one, such as an expired
// kind of permit.
func (r *Ruleset) document(code string) string {
	if substitute, ok := r.documents[code]; ok {
		return substitute
	}
	return code
}

func (r *Ruleset) facts(call Call, a Answers) facts {
	return facts{
		Consent: a.Consent, Age: a.Age, Municipality: a.Municipality,
		Population: a.Population, Document: r.document(a.Document),
		Seeks: a.Seeks, Stay: a.Stay,
		Business: a.Business, Sector: a.Sector, SeedCapital: a.SeedCapital, Classes: a.Classes,
		Occupations: a.Occupations, Experience: a.Experience, WorkingTime: a.WorkingTime,
		Interests: a.Interests, Circumstances: a.Circumstances,
		Covered:             call.Covers(a.Municipality),
		RegulatedOccupation: slices.ContainsFunc(a.Occupations, func(code string) bool { return r.regulated[code] }),
		MinBusinessMonths:   call.MinBusinessMonths,
	}
}
