package flows

import "fmt"

// checkBranches refuses a step that could find no way on, or has a way that
// nobody takes.
func checkBranches(set *Set, report *findings) {
	for _, f := range set.flows {
		for _, s := range f.Steps {
			checkStepBranches(f, s, report)
		}
	}
}

func checkStepBranches(f *Flow, s *Step, report *findings) {
	if !f.src.isList("steps", s.index, "next") {
		return
	}
	written := make(map[string]bool)
	for i, b := range s.Next {
		last := i == len(s.Next)-1
		switch {
		case b.If == nil && !last:
			report.at(f.File, position{b.Line, b.Column}, "branch", "the branches below this else are never taken", "put else last")
			return
		case b.If == nil && i == 0:
			report.at(f.File, position{b.Line, b.Column}, "branch", "an else stands alone", "write next: "+b.Then)
		case b.If != nil && written[b.If.Source()]:
			report.at(f.File, position{b.If.Line, b.If.Column}, "branch", fmt.Sprintf("the condition %s stands twice, the second is never reached", b.If.Source()), "take one of the two branches out")
		}
		if b.If != nil {
			written[b.If.Source()] = true
		}
		if last && b.If != nil {
			report.flowAt(f, "missing-else", fmt.Sprintf("the step %q has no else", s.ID), "end the list with else: and a step, so that nobody is left without a way on", "steps", s.index, "next")
		}
	}
}
