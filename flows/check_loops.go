package flows

import (
	"slices"
	"strings"
)

// maxForgotten bounds the slots that a loop may both ask for and forget, whose
// combinations are all tried.
const maxForgotten = 10

// checkLoops refuses loops, also through several flows, that a person could be
// caught in without being asked anything. A question whose slot is filled is
// skipped, so a question in the loop is not enough: it must ask before
// filling, or the loop must forget its slot.
func checkLoops(set *Set, report *findings) {
	g := newSilent(set)
	for _, loop := range g.components() {
		caught := g.caught(loop)
		if len(caught) == 0 {
			continue
		}
		names := make([]string, len(caught))
		for i, n := range caught {
			names[i] = n.flow.Name + "." + n.step.ID
		}
		first := caught[0]
		report.flowAt(first.flow, "loop", "a loop without a question: "+strings.Join(names, ", "),
			"put ask_before_filling: true on a question of the loop, or forget its slot with set_slots on the way back", "steps", first.step.index, "id")
	}
}

// silent is the graph of all steps that can pass without waiting for a person.
type silent struct {
	set   *Set
	nodes []*silentNode
	of    map[*Step]*silentNode
}

type silentNode struct {
	flow *Flow
	step *Step
	to   []*silentNode
	rank int // order of the files

	// Tarjan's algorithm
	index, low int
	onStack    bool
}

func newSilent(set *Set) *silent {
	g := &silent{set: set, of: make(map[*Step]*silentNode)}
	for _, f := range set.flows {
		for _, s := range f.Steps {
			if slot := set.slot[s.Collect]; slot != nil && s.AskAgain && !slot.Sensitive {
				continue // always waits
			}
			n := &silentNode{flow: f, step: s, rank: len(g.nodes)}
			g.nodes = append(g.nodes, n)
			g.of[s] = n
		}
	}
	for _, n := range g.nodes {
		var to []*Step
		for _, id := range n.step.targets() {
			to = append(to, n.flow.Step(id))
		}
		if n.step.Call != "" && !g.passes(set.byName[n.step.Call]) {
			to = nil // the called flow waits for a person before it comes back
		}
		for _, name := range []string{n.step.Call, n.step.Link} {
			if other := set.byName[name]; other != nil && len(other.Steps) > 0 {
				to = append(to, other.Steps[0])
			}
		}
		for _, s := range to {
			if next := g.of[s]; next != nil {
				n.to = append(n.to, next)
			}
		}
	}
	return g
}

// passes reports whether a flow can run from its first step to END without
// waiting. A flow that it calls itself is taken to pass.
func (g *silent) passes(f *Flow) bool {
	if f == nil || len(f.Steps) == 0 {
		return true
	}
	ended := false
	f.walk([]string{f.Steps[0].ID}, func(s *Step) []string {
		if g.of[s] == nil {
			return nil
		}
		ended = ended || slices.Contains(s.targets(), End)
		return s.targets()
	})
	return ended
}

// components returns the sets of nodes that lie on loops together.
func (g *silent) components() [][]*silentNode {
	var loops [][]*silentNode
	for _, part := range tarjan(g.nodes, nil) {
		if len(part) > 1 || slices.Contains(part[0].to, part[0]) {
			slices.SortFunc(part, func(a, b *silentNode) int { return a.rank - b.rank })
			loops = append(loops, part)
		}
	}
	return loops
}

// caught returns the nodes of a loop in which nobody is asked, or nil. Such a
// loop has, for each slot, no question for it or no step that forgets it: all
// choices of which of the two to leave out are tried.
func (g *silent) caught(part []*silentNode) []*silentNode {
	asked, forgets := make(map[string]bool), make(map[string]bool)
	for _, n := range part {
		asked[n.step.Collect] = true
		for _, slot := range n.forgets() {
			forgets[slot] = true
		}
	}
	var both []string
	for _, n := range part {
		if slot := n.step.Collect; forgets[slot] && !slices.Contains(both, slot) {
			both = append(both, slot)
		}
	}
	if len(both) > maxForgotten {
		return part // too intricate to prove, and to read
	}
	for choice := range 1 << len(both) {
		out := make(map[*silentNode]bool)
		for _, n := range part {
			for bit, slot := range both {
				leavesQuestion := choice&(1<<bit) != 0
				out[n] = out[n] || leavesQuestion && n.step.Collect == slot || !leavesQuestion && slices.Contains(n.forgets(), slot)
			}
		}
		for _, rest := range tarjan(part, out) {
			if len(rest) > 1 || slices.Contains(rest[0].to, rest[0]) {
				slices.SortFunc(rest, func(a, b *silentNode) int { return a.rank - b.rank })
				return rest
			}
		}
	}
	return nil
}

func (n *silentNode) forgets() []string {
	var slots []string
	for _, assign := range n.step.SetSlots {
		if len(assign.Value) == 0 {
			slots = append(slots, assign.Slot)
		}
	}
	return slots
}

// tarjan returns the strongly connected parts of the nodes that are not out.
func tarjan(nodes []*silentNode, out map[*silentNode]bool) [][]*silentNode {
	for _, n := range nodes {
		n.index, n.onStack = 0, false
	}
	inside := make(map[*silentNode]bool, len(nodes))
	for _, n := range nodes {
		inside[n] = !out[n]
	}
	var parts [][]*silentNode
	var stack []*silentNode
	counter := 0
	var visit func(n *silentNode)
	visit = func(n *silentNode) {
		counter++
		n.index, n.low, n.onStack = counter, counter, true
		stack = append(stack, n)
		for _, to := range n.to {
			switch {
			case !inside[to]:
			case to.index == 0:
				visit(to)
				n.low = min(n.low, to.low)
			case to.onStack:
				n.low = min(n.low, to.index)
			}
		}
		if n.low != n.index {
			return
		}
		at := slices.Index(stack, n)
		part := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, m := range part {
			m.onStack = false
		}
		parts = append(parts, part)
	}
	for _, n := range nodes {
		if inside[n] && n.index == 0 {
			visit(n)
		}
	}
	return parts
}
