package flows

import "fmt"

// checkReach refuses steps that nobody can come to, and steps that nobody can
// get away from.
func checkReach(set *Set, report *findings) {
	entries := set.entries()
	for _, f := range set.flows {
		if len(f.Steps) == 0 {
			continue
		}
		reached := f.walk(entries[f.Name], func(s *Step) []string { return s.targets() })
		leads := f.leadsOut()
		for _, s := range f.Steps {
			switch {
			case !reached[s.ID]:
				report.flowAt(f, "unreachable-step", fmt.Sprintf("no way leads to the step %q", s.ID), "lead a branch or a trigger to it, or take it out", "steps", s.index, "id")
			case !leads[s.ID]:
				report.flowAt(f, "no-end", fmt.Sprintf("no way leads from the step %q to END or to another flow", s.ID), "give one of the steps after it next: END", "steps", s.index, "id")
			}
		}
	}
}

// entries lists the steps at which each flow can be entered: the first, and
// those that triggers name.
func (s *Set) entries() map[string][]string {
	entries := make(map[string][]string)
	for _, f := range s.flows {
		if len(f.Steps) > 0 {
			entries[f.Name] = append(entries[f.Name], f.Steps[0].ID)
		}
	}
	for _, t := range s.triggers {
		if t.At != "" {
			entries[t.Flow] = append(entries[t.Flow], t.At)
		}
	}
	return entries
}

func (s *Step) targets() []string {
	var to []string
	for _, b := range s.Next {
		to = append(to, b.Then)
	}
	return to
}

// walk returns the steps that can be reached from the given ones.
func (f *Flow) walk(from []string, next func(*Step) []string) map[string]bool {
	seen := make(map[string]bool)
	for queue := from; len(queue) > 0; {
		id := queue[0]
		queue = queue[1:]
		if s := f.Step(id); s != nil && !seen[id] {
			seen[id] = true
			queue = append(queue[:len(queue):len(queue)], next(s)...)
		}
	}
	return seen
}

// leadsOut returns the steps from which END or another flow can be reached.
func (f *Flow) leadsOut() map[string]bool {
	before := make(map[string][]string)
	var out []string
	for _, s := range f.Steps {
		if s.Link != "" {
			out = append(out, s.ID)
		}
		for _, to := range s.targets() {
			if to == End || f.Step(to) == nil { // a misspelt step has its own finding
				out = append(out, s.ID)
			}
			before[to] = append(before[to], s.ID)
		}
	}
	return f.walk(out, func(s *Step) []string { return before[s.ID] })
}
