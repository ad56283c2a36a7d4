package flows

import (
	"strings"
	"testing"
)

// hops is a flow with a straight way, a fork with two ways to one place, a step
// that leads to itself, and steps named like words of the library.
func hops() *Flow {
	f := &Flow{Name: "hops", steps: map[string]int{}, Steps: []*Step{
		{ID: "first", Next: []Branch{{Then: "leave_event"}}},
		{ID: "leave_event", Next: []Branch{{If: &Condition{}, Then: "first"}, {If: &Condition{}, Then: "self"}, {Then: "self"}}},
		{ID: "self", Next: []Branch{{If: &Condition{}, Then: "self"}, {Then: End}}},
		{ID: "away", Link: "elsewhere"},
	}}
	for i, s := range f.Steps {
		f.steps[s.ID] = i
	}
	f.plan = compilePlan(f)
	return f
}

func TestMoveTakesTheEdgesOfTheFlow(t *testing.T) {
	f := hops()
	for range 2 { // nothing stays behind from one move to the next
		for _, edge := range [][2]string{{"first", "leave_event"}, {"leave_event", "first"}, {"leave_event", "self"}, {"self", "self"}, {"self", End}} {
			if err := f.move(edge[0], edge[1]); err != nil {
				t.Errorf("%s → %s: %v", edge[0], edge[1], err)
			}
		}
	}
}

func TestMoveRefusesEdgesThatAreNotThere(t *testing.T) {
	f := hops()
	for _, edge := range [][2]string{{"first", "self"}, {"first", "first"}, {"first", End}, {"away", End}, {"self", "nowhere"}, {"nowhere", "self"}, {End, "first"}, {"first", ""}} {
		err := f.move(edge[0], edge[1])
		if err == nil {
			t.Errorf("%s → %s was taken", edge[0], edge[1])
		} else if !strings.Contains(err.Error(), "hops") {
			t.Errorf("%s → %s: the error does not name the flow: %v", edge[0], edge[1], err)
		}
	}
}

// TestMoveFollowsEveryEdge compares the compiled machine with the YAML, for
// every pair of steps of every flow.
func TestMoveFollowsEveryEdge(t *testing.T) {
	set, _ := build(Config{})
	edges := 0
	for _, f := range set.Flows() {
		for _, from := range f.Steps {
			targets := map[string]bool{}
			for _, b := range from.Next {
				targets[b.Then] = true
			}
			for _, to := range append([]*Step{{ID: End}}, f.Steps...) {
				if err := f.move(from.ID, to.ID); (err == nil) != targets[to.ID] {
					t.Errorf("%s: %s → %s: %v", f.Name, from.ID, to.ID, err)
				}
				edges++
			}
		}
	}
	if edges == 0 {
		t.Error("no flow was built")
	}
}

func BenchmarkMove(b *testing.B) {
	f := hops()
	b.ReportAllocs()
	for b.Loop() {
		if err := f.move("leave_event", "self"); err != nil {
			b.Fatal(err)
		}
	}
}
