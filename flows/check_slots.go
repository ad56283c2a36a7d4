package flows

import "fmt"

// maxCallbackData is Telegram's limit for the data of a button, in bytes.
const maxCallbackData = 64

// checkSlots refuses slots that nothing fills and answers that do not fit a
// button.
func checkSlots(set *Set, report *findings) {
	filled, asked := make(map[string]bool), make(map[string]bool)
	for _, f := range set.flows {
		for _, s := range f.Steps {
			filled[s.Collect], asked[s.Collect] = true, true
			for _, assign := range s.SetSlots {
				filled[assign.Slot] = filled[assign.Slot] || len(assign.Value) > 0
			}
		}
	}
	for _, f := range set.flows {
		for _, s := range f.Slots {
			if !filled[s.Name] && !s.Derived {
				report.at(f.File, position{s.Line, s.Column}, "unused-slot", fmt.Sprintf("nothing asks for the slot %q or sets it", s.Name), "take it out, collect it, or say derived: true if an action sets it")
			}
			if !asked[s.Name] {
				continue
			}
			for i, v := range s.Values {
				if n := len(AnswerData(s.Name, v)); n > maxCallbackData {
					report.flowAt(f, "callback-data", fmt.Sprintf("the button for %q carries %d bytes, more than %d", v, n, maxCallbackData), "shorten the code of the value or the name of the slot", "slots", s.Name, "values", i)
				}
			}
		}
	}
}
