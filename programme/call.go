package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Call is one opening of the programme: where, when, and with which settings.
type Call struct {
	ID    string
	Title string // locale key of its name
	// Opens and Closes are the first and the last day for registering; a zero
	// day is an open end.
	Opens, Closes Date
	// Municipalities are the DIVIPOLA codes that the call covers.
	Municipalities []string
	// ReviewDays is the promise in "somebody writes to you in {dias} days".
	ReviewDays int
	// MinBusinessMonths is the least age of a business; 0 asks for none.
	MinBusinessMonths int
	// AskCircumstances lets the screening ask the optional question S1. Its
	// answers only ever raise the priority.
	AskCircumstances bool
	// Places is how many people the call can take; 0 means not limited.
	Places int
	// Quotas share the places out among populations; empty: no shares.
	Quotas []Quota
}

// Quota keeps a share of a call's places for some populations together.
type Quota struct {
	Populations []string
	Percent     int // of Places, 1 to 100
}

// Covers reports whether the call reaches the municipality.
func (c Call) Covers(municipality string) bool {
	return slices.Contains(c.Municipalities, municipality)
}

// Open reports whether people can register on that day.
func (c Call) Open(on Date) bool { return period{c.Opens, c.Closes}.contains(on) }

// priorityCap bounds how much circumstances weigh, so that nobody gains by
// telling more of their life than needed.
const priorityCap = 4

// Priority orders the waiting people of a call: one point for each
// circumstance told (at most 4) and one while the quota of the person's
// population has places left. registered counts the people already registered
// by population. Ties go to who registered first. A person is told at most
// that their case has priority, never the number or the reason.
func (c Call) Priority(a Answers, registered map[string]int) int {
	points := 0
	if c.AskCircumstances {
		told := map[string]bool{}
		for _, code := range a.Circumstances {
			if code != "ninguna" && code != PreferNotToSay {
				told[code] = true
			}
		}
		points = min(len(told), priorityCap)
	}
	for _, quota := range c.Quotas {
		if slices.Contains(quota.Populations, a.Population) && c.placesLeft(quota, registered) {
			points++
			break
		}
	}
	return points
}

func (c Call) placesLeft(quota Quota, registered map[string]int) bool {
	taken := 0
	for _, population := range quota.Populations {
		taken += registered[population]
	}
	return taken*100 < c.Places*quota.Percent
}

type callsFile struct {
	Calls []callEntry `yaml:"calls"`
}

type callEntry struct {
	ID                scalar       `yaml:"id"`
	Title             scalar       `yaml:"title"`
	Opens             scalar       `yaml:"opens"`
	Closes            scalar       `yaml:"closes"`
	Municipalities    []scalar     `yaml:"municipalities"`
	ReviewDays        scalar       `yaml:"review_days"`
	MinBusinessMonths scalar       `yaml:"min_business_months"`
	AskCircumstances  scalar       `yaml:"ask_circumstances"`
	Places            scalar       `yaml:"places"`
	Quotas            []quotaEntry `yaml:"quotas"`
}

type quotaEntry struct {
	Populations []scalar `yaml:"populations"`
	Percent     scalar   `yaml:"percent"`
}

// Calls are the calls of the programme, in the order of the file.
type Calls struct{ list []Call }

// All are all calls, open or not.
func (c *Calls) All() []Call { return slices.Clone(c.list) }

// ByID finds a call.
func (c *Calls) ByID(id string) (Call, bool) {
	i := slices.IndexFunc(c.list, func(call Call) bool { return call.ID == id })
	if i < 0 {
		return Call{}, false
	}
	return c.list[i], true
}

// Open are the calls in which people can register on that day, in the order of
// the file; the first is the one a new person is screened for.
func (c *Calls) Open(on Date) []Call {
	var out []Call
	for _, call := range c.list {
		if call.Open(on) {
			out = append(out, call)
		}
	}
	return out
}

func loadCalls(fsys fs.FS, name string, municipalities *Municipalities, ruleset *Ruleset, problems *Problems) *Calls {
	f := yamlFile{name, problems}
	var raw callsFile
	out := &Calls{}
	if !f.decode(fsys, &raw) {
		return out
	}
	if len(raw.Calls) == 0 {
		problems.add(name, 0, 0, "there is no call", "write at least one under calls:")
	}
	for _, entry := range raw.Calls {
		call := f.call(entry, municipalities, ruleset)
		if _, again := out.ByID(call.ID); again {
			f.problem(entry.ID, fmt.Sprintf("the call %s is there twice", call.ID), "give each call its own id")
		}
		out.list = append(out.list, call)
	}
	return out
}

func (f yamlFile) call(entry callEntry, municipalities *Municipalities, ruleset *Ruleset) Call {
	call := Call{
		ID: entry.ID.value, Title: entry.Title.value,
		Opens: f.date(entry.Opens), Closes: f.date(entry.Closes),
		ReviewDays:        f.whole(entry.ReviewDays, 1),
		MinBusinessMonths: f.whole(entry.MinBusinessMonths, 0),
		AskCircumstances:  f.yes(entry.AskCircumstances),
		Places:            f.whole(entry.Places, 0),
	}
	if call.ID == "" || strings.Trim(call.ID, "abcdefghijklmnopqrstuvwxyz0123456789_") != "" {
		f.problem(entry.ID, fmt.Sprintf("the id %q of a call is not usable", call.ID), "use small letters without accents, digits and _")
	}
	if call.Title == "" {
		f.problem(entry.ID, "the call has no title", "write title: and the locale key of its name")
	}
	if !entry.ReviewDays.given() {
		f.problem(entry.ID, "the call does not say in how many days somebody answers", "write review_days: and a number of days that the team can keep")
	}
	if !(period{call.Opens, call.Closes}).valid() {
		f.problem(entry.Closes, "the call closes before it opens", "exchange the two days")
	}
	if len(entry.Municipalities) == 0 {
		f.problem(entry.ID, "the call covers no municipality", "list the DIVIPOLA codes under municipalities:")
	}
	for _, m := range entry.Municipalities {
		if _, ok := municipalities.ByCode(m.value); !ok && len(municipalities.list) > 0 {
			f.problem(m, fmt.Sprintf("there is no municipality %q", m.value), `use a DIVIPOLA code of five digits between double quotes, as in "05001"`)
		}
		if call.Covers(m.value) {
			f.problem(m, fmt.Sprintf("%s is listed twice", m.value), "remove one")
		}
		call.Municipalities = append(call.Municipalities, m.value)
	}
	f.quotas(entry, &call, ruleset)
	return call
}

func (f yamlFile) quotas(entry callEntry, call *Call, ruleset *Ruleset) {
	total := 0
	for _, q := range entry.Quotas {
		quota := Quota{Percent: f.whole(q.Percent, 1)}
		total += quota.Percent
		for _, p := range q.Populations {
			if ruleset != nil {
				f.oneOf(p, ruleset.Codes("population"))
			}
			quota.Populations = append(quota.Populations, p.value)
		}
		call.Quotas = append(call.Quotas, quota)
	}
	if total > 100 {
		f.problem(entry.Quotas[0].Percent, fmt.Sprintf("the quotas add up to %d percent", total), "keep them at 100 or less")
	}
	if len(entry.Quotas) > 0 && call.Places == 0 {
		f.problem(entry.ID, "quotas need a number of places", "write places: and how many people the call can take")
	}
}

func (f yamlFile) date(at scalar) Date {
	d, err := ParseDate(at.value)
	if err != nil {
		f.problem(at, err.Error(), "write the day as 2026-07-15, or leave the line out")
	}
	return d
}
