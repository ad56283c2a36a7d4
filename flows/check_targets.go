package flows

import (
	"fmt"
	"strings"
)

// checkTargets refuses names of steps, slots, flows and actions that do not
// exist: the machine would accept any.
func checkTargets(set *Set, report *findings) {
	for _, f := range set.flows {
		for _, s := range f.Steps {
			checkStepTargets(set, f, s, report)
		}
	}
}

func checkStepTargets(set *Set, f *Flow, s *Step, report *findings) {
	unknownSlot := func(name string, p position) {
		report.at(f.File, p, "unknown-slot", fmt.Sprintf("there is no slot %q", name), "declare it under slots, or mend its spelling"+suggestion(name, set.slot))
	}
	for _, b := range s.Next {
		if b.Then != End && f.Step(b.Then) == nil {
			mend := "name a step of this flow, or END" + suggestion(b.Then, f.steps)
			if strings.EqualFold(b.Then, End) {
				mend = "write END in capitals"
			}
			report.at(f.File, position{b.Line, b.Column}, "unknown-step", fmt.Sprintf("there is no step %q", b.Then), mend)
		}
	}
	switch slot := set.slot[s.Collect]; {
	case s.Collect == "":
	case slot == nil:
		unknownSlot(s.Collect, f.src.at("steps", s.index, "collect"))
	case slot.Derived:
		report.flowAt(f, "derived-slot", fmt.Sprintf("the slot %q is derived and is asked for", s.Collect), "take derived out of its declaration, or let an action set it", "steps", s.index, "collect")
	}
	for _, assign := range s.SetSlots {
		if set.slot[assign.Slot] == nil {
			unknownSlot(assign.Slot, position{assign.Line, assign.Column})
		}
	}
	for key, flow := range map[string]string{"call": s.Call, "link": s.Link} {
		if flow != "" && set.byName[flow] == nil {
			report.flowAt(f, "unknown-flow", fmt.Sprintf("there is no flow %q", flow), "name a flow that has a file"+suggestion(flow, set.byName), "steps", s.index, key)
		}
	}
	if s.Action != "" && !set.knownAction(s.Action) {
		report.flowAt(f, "unknown-action", fmt.Sprintf("there is no action %q", s.Action), "mend its spelling, or write the action; utter_NAME says a text", "steps", s.index, "action")
	}
}
