package programme

import (
	"fmt"
	"io/fs"
	"slices"
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
	call.Municipalities = values(entry.Municipalities)
	for _, q := range entry.Quotas {
		call.Quotas = append(call.Quotas, Quota{Populations: values(q.Populations), Percent: f.whole(q.Percent, 1)})
	}
	for _, fault := range call.faults(municipalities, ruleset) {
		// Without days to answer, or with a figure that is none, f.whole spoke already.
		if fault.Reason != CallReview || !entry.ReviewDays.given() {
			f.problem(entry.at(fault), fault.what(), fault.mend())
		}
	}
	return call
}

// at is where in the file a fault stands.
func (e callEntry) at(fault CallFault) scalar {
	switch fault.Reason {
	case CallEndsFirst:
		return e.Closes
	case CallNoPlace, CallTwice:
		return e.Municipalities[fault.index]
	case CallPopulation:
		for _, q := range e.Quotas {
			for _, p := range q.Populations {
				if p.value == fault.Value {
					return p
				}
			}
		}
	case CallShares:
		return e.Quotas[0].Percent
	}
	return e.ID
}

func (f yamlFile) date(at scalar) Date {
	d, err := ParseDate(at.value)
	if err != nil {
		f.problem(at, err.Error(), "write the day as 2026-07-15, or leave the line out")
	}
	return d
}

// Current is the call that new people are screened for: the first that is open
// on that day. Without one it is the next to open, or else the last; then open
// is false.
func (c *Calls) Current(on Date) (call Call, open bool) {
	if all := c.Open(on); len(all) > 0 {
		return all[0], true
	}
	for _, next := range c.list {
		if on.Before(next.Opens) {
			return next, false
		}
	}
	if len(c.list) == 0 {
		return Call{}, false
	}
	return c.list[len(c.list)-1], false
}

// WithCall is the data with a call in the place of that of the same id, or with
// one more before all others. It is checked as a call of the file is; with a
// fault there are no data.
func (d *Data) WithCall(call Call) (*Data, []CallFault) {
	if faults := call.faults(d.Municipalities, d.Ruleset); len(faults) > 0 {
		return nil, faults
	}
	list := d.Calls.All()
	if i := slices.IndexFunc(list, func(c Call) bool { return c.ID == call.ID }); i >= 0 {
		list[i] = call
	} else {
		list = append([]Call{call}, list...)
	}
	next := *d
	next.Calls = &Calls{list}
	return &next, nil
}
