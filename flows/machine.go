package flows

import (
	// The one import of context in this package: looplab/fsm asks for one with
	// every event, for callbacks that we do not use. Nothing here can block.
	"context"
	"errors"
	"fmt"

	"github.com/looplab/fsm"
)

// A plan is a flow compiled for looplab/fsm: each step and END is a state, each
// edge an event. It is grouped by the step that the edges leave.
//
// The library accepts any name for a state and lets the last of two equal
// events win. So the checker refuses edges to unknown steps before, and an
// edge's event is named after where it leads: two edges between the same steps
// are one.
type plan map[string]fsm.Events

func compilePlan(f *Flow) plan {
	p := make(plan, len(f.Steps))
	for _, s := range f.Steps {
		events, seen := fsm.Events{}, make(map[string]bool)
		for _, b := range s.Next {
			if !seen[b.Then] {
				seen[b.Then] = true
				events = append(events, fsm.EventDesc{Name: b.Then, Src: []string{s.ID}, Dst: b.Then})
			}
		}
		p[s.ID] = events
	}
	return p
}

// move takes the edge between two steps; to may be End. It refuses an edge that
// the flow does not have.
//
// The machine is made for this one move, from the edges that leave the step: it
// costs a fraction of a machine of the whole flow, and a machine of the library
// that is used again can stay stuck. The state that lasts is the Session's. What
// was possible once always is: the plan does not change.
func (f *Flow) move(from, to string) error {
	if _, ok := f.moved.Load([2]string{from, to}); ok {
		return nil
	}
	if err := f.try(from, to); err != nil {
		return err
	}
	f.moved.Store([2]string{from, to}, true)
	return nil
}

func (f *Flow) try(from, to string) error {
	events, ok := f.plan[from]
	if !ok {
		return fmt.Errorf("flow %s has no step %q", f.Name, from)
	}
	m := fsm.NewFSM(from, events, nil)
	err := m.Event(context.Background(), to)
	var same fsm.NoTransitionError // an edge from a step to itself
	if errors.As(err, &same) {
		err = same.Err
	}
	if err != nil {
		return fmt.Errorf("flow %s: from step %s to %s: %w", f.Name, from, to, err)
	}
	if m.Current() != to {
		return fmt.Errorf("flow %s: from step %s to %s: arrived at %s", f.Name, from, to, m.Current())
	}
	return nil
}
