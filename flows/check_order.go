package flows

import (
	"fmt"
	"maps"
	"strings"
)

// anAction is the fact that an action ran, which may have set a derived slot.
const anAction = "\x00action"

// checkOrder refuses a condition on a slot that on some way has not been asked
// for: it would silently count as empty. Exempt are slots of other flows, and
// derived ones, that are kept longer than a flow: an earlier conversation may
// have filled them.
func checkOrder(set *Set, report *findings) {
	entries := set.entries()
	for _, f := range set.flows {
		known := f.facts(set, entries[f.Name])
		for _, s := range f.Steps {
			before, reached := known[s.ID]
			if !reached {
				continue
			}
			after := s.learn(set, before)
			for _, r := range s.Rejections {
				checkAsked(set, f, r.If, with(before, s.Collect), report)
			}
			for _, b := range s.Next {
				checkAsked(set, f, b.If, after, report)
			}
		}
	}
}

func checkAsked(set *Set, f *Flow, c *Condition, known map[string]bool, report *findings) {
	if c == nil {
		return
	}
	for _, slot := range c.slots {
		fromBefore := slot.Flow != f.Name || slot.Derived
		if known[slot.Name] || fromBefore && !slot.Keep.Flow || slot.Derived && known[anAction] {
			continue
		}
		mend := "collect it earlier on every way to this step, or set it with set_slots"
		if slot.Derived {
			mend = "run the action that sets it before this step"
		} else if slot.Sensitive {
			mend = "a sensitive question may be switched off: do not branch on it"
		}
		report.at(f.File, position{c.Line, c.Column}, "tested-before-asked", fmt.Sprintf("the slot %q may not have been asked for when it is tested", slot.Name), mend)
	}
}

// facts returns, for each step that can be reached, the slots that are filled
// on every way to it.
func (f *Flow) facts(set *Set, entries []string) map[string]map[string]bool {
	known := make(map[string]map[string]bool)
	var queue []string
	arrive := func(id string, facts map[string]bool) {
		have, reached := known[id]
		if f.Step(id) == nil || reached && len(have) == 0 {
			return
		}
		both := maps.Clone(facts)
		if reached {
			maps.DeleteFunc(both, func(slot string, _ bool) bool { return !have[slot] })
			if len(both) == len(have) {
				return
			}
		}
		known[id] = both
		queue = append(queue, id)
	}
	for _, id := range entries {
		arrive(id, map[string]bool{})
	}
	for len(queue) > 0 {
		s := f.Step(queue[0])
		queue = queue[1:]
		after := s.learn(set, known[s.ID])
		for _, to := range s.targets() {
			arrive(to, after)
		}
	}
	return known
}

// learn returns what is filled after a step, given what was before it.
func (s *Step) learn(set *Set, before map[string]bool) map[string]bool {
	switch {
	case s.Collect != "":
		if slot := set.slot[s.Collect]; slot != nil && slot.Sensitive {
			return before
		}
		return with(before, s.Collect)
	case s.Action != "" && !strings.HasPrefix(s.Action, utterPrefix):
		return with(before, anAction)
	case s.SetSlots != nil:
		after := maps.Clone(before)
		for _, assign := range s.SetSlots {
			if len(assign.Value) > 0 {
				after[assign.Slot] = true
			} else {
				delete(after, assign.Slot)
			}
		}
		return after
	}
	return before
}

func with(facts map[string]bool, fact string) map[string]bool {
	after := maps.Clone(facts)
	after[fact] = true
	return after
}
