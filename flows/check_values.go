package flows

import (
	"fmt"
	"slices"
)

// checkValues refuses values that a slot never has where a flow sets one.
// Conditions are checked when they are compiled.
func checkValues(set *Set, report *findings) {
	for _, f := range set.flows {
		for _, s := range f.Steps {
			for _, assign := range s.SetSlots {
				if slot := set.slot[assign.Slot]; slot != nil {
					checkAssignment(f, slot, assign, report)
				}
			}
		}
	}
}

func checkAssignment(f *Flow, slot *Slot, assign SetSlot, report *findings) {
	bad := func(message, mend string) {
		report.at(f.File, position{assign.Line, assign.Column}, "impossible-value", message, mend)
	}
	if len(assign.Value) > 1 && slot.kind() != kindList {
		bad(fmt.Sprintf("the slot %q has one value and is set to %d", slot.Name, len(assign.Value)), "set one value")
		return
	}
	for _, v := range assign.Value {
		if mend := slot.impossible(v); mend != "" {
			bad(fmt.Sprintf("the slot %q never has the value %q", slot.Name, v), mend)
		} else if len(assign.Value) > 1 && slices.Contains(slot.Alone, v) {
			bad(fmt.Sprintf("the value %q of the slot %q stands beside others", v, slot.Name), "set it alone")
		}
	}
}
