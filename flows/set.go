package flows

import (
	"embed"
	"io/fs"
	"slices"

	"arraigo/locales"
	"arraigo/programme"
)

//go:embed *.yaml
var embedded embed.FS

// Files returns the flows and triggers that are built into the program.
func Files() fs.FS { return embedded }

// A Config is what Load and Check need. Zero values work as said.
type Config struct {
	Flows   fs.FS            // *.yaml and triggers.yaml at its root; nil: Files()
	Catalog *locales.Catalog // every text; nil: texts are neither checked nor shown
	Data    *programme.Data  // municipalities, occupations, rules; nil: only flows without them can advance
	Round   programme.Call   // the open call for applications
	Policy  Policy           // what the consent text must name
	Calls   []string         // names of the actions with I/O that the bot can run
	Keys    []locales.Use    // texts that the rest of the program shows; nil: Check does not look for texts that nothing shows
	Timing  Timing
}

// A Set is all flows and triggers, loaded and linked to each other. It does
// not change after Load and is safe for concurrent use.
type Set struct {
	Catalog *locales.Catalog
	Data    *programme.Data
	Round   programme.Call
	Policy  Policy
	Timing  Timing

	flows    []*Flow
	byName   map[string]*Flow
	slots    []*Slot
	slot     map[string]*Slot
	triggers []Trigger
	trigger  map[string]int
	calls    map[string]bool
	sources  map[string]*source
	index    triggerIndex
	labels   map[*Slot]map[string]string // locale keys of the options
	files    *Set                        // what this one was published over; nil: it is the files' own
}

// Load reads, links and checks all flows. It refuses a set with any finding of
// severity Error, with a *LoadError that holds all of them at once.
func Load(cfg Config) (*Set, error) {
	set, found := build(cfg)
	found = append(found, check(set, cfg)...)
	found = slices.DeleteFunc(found, func(f Finding) bool { return f.Severity != Error })
	if len(found) > 0 {
		return nil, &LoadError{Findings: found}
	}
	if set.Catalog != nil {
		set.indexTriggers()
		set.indexLabels()
	}
	return set, nil
}

// Flow returns the flow of that name, or nil.
func (s *Set) Flow(name string) *Flow { return s.byName[name] }

// Flows returns all flows, sorted by file name.
func (s *Set) Flows() []*Flow { return slices.Clone(s.flows) }

// Slot returns the slot of that name, or nil.
func (s *Set) Slot(name string) *Slot { return s.slot[name] }

// Slots returns all slots, in the order of the flows and of their files.
func (s *Set) Slots() []*Slot { return slices.Clone(s.slots) }

// Trigger returns the trigger of that name.
func (s *Set) Trigger(name string) (Trigger, bool) {
	if i, ok := s.trigger[name]; ok {
		return s.triggers[i], true
	}
	return Trigger{}, false
}

// Triggers returns all triggers in the order of triggers.yaml.
func (s *Set) Triggers() []Trigger { return slices.Clone(s.triggers) }
