package programme

import (
	"fmt"
	"slices"
	"strings"
)

// CallFault is one thing that is wrong with a call, in a file or in a form. Its
// words for the team are at the locale key console.content.call.<Reason>.
type CallFault struct {
	Reason string
	Value  string // what is wrong: a code, an id, a sum
	index  int    // of the municipality
}

// The reasons of a CallFault.
const (
	CallID         = "bad_id"     // not of small letters, digits and _
	CallUntitled   = "no_title"   //
	CallReview     = "no_review"  // no days in which somebody answers
	CallEndsFirst  = "ends_first" // it closes before it opens
	CallNowhere    = "nowhere"    // it covers no municipality
	CallNoPlace    = "no_place"   // there is no such municipality
	CallTwice      = "twice"      // a municipality is listed twice
	CallPopulation = "population" // there is no such population
	CallShares     = "shares"     // the quotas add up to more than 100
	CallNoPlaces   = "no_places"  // quotas without a number of places
)

// faults are all that is wrong with a call, whoever wrote it down.
func (c Call) faults(municipalities *Municipalities, ruleset *Ruleset) (found []CallFault) {
	add := func(reason, value string, index int) { found = append(found, CallFault{reason, value, index}) }
	if c.ID == "" || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		add(CallID, c.ID, 0)
	}
	if c.Title == "" {
		add(CallUntitled, "", 0)
	}
	if c.ReviewDays == 0 {
		add(CallReview, "", 0)
	}
	if !(period{c.Opens, c.Closes}).valid() {
		add(CallEndsFirst, "", 0)
	}
	if len(c.Municipalities) == 0 {
		add(CallNowhere, "", 0)
	}
	for i, m := range c.Municipalities {
		if _, ok := municipalities.ByCode(m); !ok && len(municipalities.list) > 0 {
			add(CallNoPlace, m, i)
		}
		if slices.Contains(c.Municipalities[:i], m) {
			add(CallTwice, m, i)
		}
	}
	total := 0
	for _, quota := range c.Quotas {
		total += quota.Percent
		for _, p := range quota.Populations {
			if ruleset != nil && !slices.Contains(ruleset.Codes("population"), p) {
				add(CallPopulation, p, 0)
			}
		}
	}
	if total > 100 {
		add(CallShares, fmt.Sprint(total), 0)
	}
	if len(c.Quotas) > 0 && c.Places == 0 {
		add(CallNoPlaces, "", 0)
	}
	return found
}

// what and mend are the words for who edits the file.
func (f CallFault) what() string {
	switch f.Reason {
	case CallID:
		return fmt.Sprintf("the id %q of a call is not usable", f.Value)
	case CallUntitled:
		return "the call has no title"
	case CallReview:
		return "the call does not say in how many days somebody answers"
	case CallEndsFirst:
		return "the call closes before it opens"
	case CallNowhere:
		return "the call covers no municipality"
	case CallNoPlace:
		return fmt.Sprintf("there is no municipality %q", f.Value)
	case CallTwice:
		return f.Value + " is listed twice"
	case CallPopulation:
		return fmt.Sprintf("%q is not a possible value", f.Value)
	case CallShares:
		return fmt.Sprintf("the quotas add up to %s percent", f.Value)
	}
	return "quotas need a number of places"
}

func (f CallFault) mend() string {
	switch f.Reason {
	case CallID:
		return "use small letters without accents, digits and _"
	case CallUntitled:
		return "write title: and what the team calls it"
	case CallReview:
		return "write review_days: and a number of days that the team can keep"
	case CallEndsFirst:
		return "exchange the two days"
	case CallNowhere:
		return "list the DIVIPOLA codes under municipalities:"
	case CallNoPlace:
		return `use a DIVIPOLA code of five digits between double quotes, as in "05001"`
	case CallTwice:
		return "remove one"
	case CallPopulation:
		return "use a code of the question about the population in screening.yaml"
	case CallShares:
		return "keep them at 100 or less"
	}
	return "write places: and how many people the call can take"
}
