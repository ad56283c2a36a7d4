package flows

import (
	"strings"

	"arraigo/locales"
)

// checkTexts refuses a text that a flow says and no catalogue has, a
// placeholder that nothing fills, and a label that does not fit its button.
func checkTexts(set *Set, cfg Config, report *findings) {
	for _, f := range set.Catalog.CheckUsed(set.uses()) {
		if f.Rule != ruleUnused {
			report.add(fromCatalog(f))
		}
	}
	checkMessages(set, report)
}

// ruleUnused is the catalogue's rule about texts that nothing shows.
const ruleUnused = "unused"

// checkUnusedTexts needs the keys of the whole program to know what is unused.
func checkUnusedTexts(set *Set, cfg Config, report *findings) {
	for _, f := range set.Catalog.CheckUsed(append(set.uses(), cfg.Keys...)) {
		report.add(fromCatalog(f)) // those that checkTexts found are dropped as equal
	}
}

func fromCatalog(f locales.Finding) Finding {
	message := f.Message
	if f.Key != "" {
		message = f.Key + ": " + message
	}
	return Finding{File: f.File, Line: f.Line, Column: f.Column, Rule: f.Rule, Message: message, Mend: f.Mend, Severity: f.Severity, Key: f.Key}
}

// uses lists every text that the flows, the triggers and the engine show.
func (s *Set) uses() []locales.Use {
	u := &usage{set: s, none: []string{}}
	for _, f := range s.flows {
		for _, step := range f.Steps {
			u.step(f, step)
		}
		for _, slot := range f.Slots {
			u.optional(nameKey(slot))
			for _, v := range slot.Values {
				u.optional(optionKey(slot.Flow, slot, v))
			}
		}
	}
	for _, t := range s.triggers {
		if t.Tap {
			continue
		}
		for _, key := range []string{commandNameKey(t.Name), commandDescriptionKey(t.Name), commandWordsKey(t.Name)} {
			u.all = append(u.all, locales.Use{Key: key, Params: u.none, File: TriggersFile, Line: t.Line, Column: t.Column})
		}
	}
	for _, t := range slotTypes {
		u.optional(sharedInvalidKey(t)) // the next flow may have such a slot
	}
	for _, key := range engineKeys {
		u.all = append(u.all, locales.Use{Key: key, Label: strings.HasPrefix(key, "button.")})
	}
	return u.all
}

type usage struct {
	set  *Set
	none []string // no parameters, as opposed to unknown ones
	all  []locales.Use
}

// optional marks a text as used if there is one.
func (u *usage) optional(key string) {
	if u.set.Catalog.Has(locales.Spanish, key) {
		u.all = append(u.all, locales.Use{Key: key})
	}
}

func (u *usage) need(f *Flow, key string, label bool, path ...any) {
	p := f.src.at(path...)
	u.all = append(u.all, locales.Use{Key: key, Params: u.none, Label: label, File: f.File, Line: p.line, Column: p.column})
}

func (u *usage) step(f *Flow, s *Step) {
	if name, ok := strings.CutPrefix(s.Action, utterPrefix); ok {
		u.need(f, utterKey(f.Name, name), false, "steps", s.index, "action")
	}
	for i, r := range s.Rejections {
		u.need(f, utterKey(f.Name, r.Utter), false, "steps", s.index, "rejections", i, "utter")
	}
	slot := u.set.slot[s.Collect]
	if slot == nil {
		return
	}
	u.need(f, askKey(f.Name, slot), false, "steps", s.index, "collect")
	if key := invalidKey(slot.Flow, slot); u.set.Catalog.Has(locales.Spanish, key) {
		u.optional(key)
	} else {
		u.need(f, sharedInvalidKey(slot.Type), false, "steps", s.index, "collect")
	}
	if owner := u.set.byName[slot.Flow]; owner != nil {
		for i, v := range slot.Values {
			u.option(owner, slot, v, i)
		}
	}
}

func (u *usage) option(f *Flow, slot *Slot, value string, i int) {
	label := !contains(slot.Typed, value)
	path := []any{"slots", slot.Name, "values", i}
	if key := optionKey(slot.Flow, slot, value); u.set.Catalog.Has(locales.Spanish, key) {
		u.need(f, key, label, path...)
	} else if shared := sharedOptionKey(value); u.set.Catalog.Has(locales.Spanish, shared) || slot.Type == Boolean {
		u.need(f, shared, label, path...)
	} else {
		u.need(f, key, label, path...) // the finding names the slot's own key, the one to write
	}
	u.optional(wordsKey(slot.Flow, slot, value))
	u.optional(sharedWordsKey(value))
}
