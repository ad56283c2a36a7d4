package flows

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func testSlots() map[string]*Slot {
	slots := make(map[string]*Slot)
	for _, s := range []*Slot{
		{Name: "age", Type: Categorical, Values: []string{"young", "old"}},
		{Name: "seeks", Type: Multi, Values: []string{"work", "courses"}},
		{Name: "jobs", Type: Occupation},
		{Name: "children", Type: Number, Max: 20},
		{Name: "covered", Type: Boolean, Values: []string{Yes, No}},
		{Name: "note", Type: FreeText},
		{Name: "town", Type: Municipality},
	} {
		slots[s.Name] = s
	}
	return slots
}

func TestConditionHolds(t *testing.T) {
	answers := map[string][]string{
		"age": {"old"}, "seeks": {"work", "courses"}, "jobs": {"5120"}, "children": {"3"}, "covered": {Yes}, "note": {"hola"}, "town": {"11001"},
	}
	for _, tt := range []struct {
		source       string
		holds, unset bool // with the answers above, and with none
	}{
		{`age == "old"`, true, false},
		{`age != "old"`, false, true},
		{`age == ""`, false, true},
		{`"work" in seeks`, true, false},
		{`"work" not in seeks`, false, true},
		{`not ("courses" in seeks)`, false, true},
		{`age in seeks`, false, false},
		{`"5120" in jobs`, true, false},
		{`age in ["young", "old"]`, true, false},
		{`children in [1, 3]`, true, false},
		{`children > 2 and children <= 3`, true, false},
		{`children >= 4 or children < 1`, false, true},
		{`children != 3`, false, true},
		{`covered`, true, false},
		{`covered == true`, true, false},
		{`covered == false`, false, true},
		{`!covered || age == "young"`, false, true},
		{`note == "hola" && town == "11001"`, true, false},
		{`age == "young" or covered and "work" in seeks`, true, false},
		{`(age == "young" or covered) and "work" not in seeks`, false, false},
		{`true`, true, true},
		{`age == note`, false, true},
	} {
		c, err := compileCondition(tt.source, testSlots())
		if err != nil {
			t.Errorf("%s: %v", tt.source, err)
			continue
		}
		if got := c.Holds(answers); got != tt.holds {
			t.Errorf("%s with answers = %v", tt.source, got)
		}
		if got := c.Holds(nil); got != tt.unset {
			t.Errorf("%s without answers = %v", tt.source, got)
		}
		if c.Source() != tt.source {
			t.Errorf("Source() = %q, want %q", c.Source(), tt.source)
		}
	}
}

func TestConditionTakesWhatIsNotOfTheTypeForUnset(t *testing.T) {
	broken := map[string][]string{"age": {}, "seeks": nil, "children": {"three", "4"}, "covered": {"maybe"}}
	for source, want := range map[string]bool{
		`children == 0`: true, `covered`: false, `age == ""`: true, `"work" in seeks`: false,
		`children == 0 and not covered and age == ""`: true,
	} {
		c, err := compileCondition(source, testSlots())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Holds(broken); got != want {
			t.Errorf("%s = %v", source, got)
		}
	}
}

func TestConditionNamesItsSlotsOnce(t *testing.T) {
	c, err := compileCondition(`children > 2 and ("work" in seeks or children < 1)`, testSlots())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"children", "seeks"}, c.Slots()); diff != "" {
		t.Error(diff)
	}
}

func TestABrokenConditionNeverHolds(t *testing.T) {
	if (&Condition{source: "x"}).Holds(map[string][]string{"x": {"y"}}) {
		t.Error("a condition that did not compile holds")
	}
}

// FuzzCondition looks for a text that makes the compiler panic, and for
// compiled conditions that panic, change between two evaluations, or hold more
// than the language allows.
func FuzzCondition(f *testing.F) {
	for _, source := range []string{
		`age == "old"`, `"work" in seeks and not (children > 2)`, `children in [1, 2]`, `age in ["a"`, `((((`, `a ? b : c`, `len(seeks) > 1`,
		`let x = 1; x > 0`, `seeks[0] == "work"`, `env["age"]`, `age?.x`, `"\u0000" == age`, `1..3 == seeks`, `all(seeks, # == "work")`, `-1 < children`,
		`age matches ".*"`, `not not covered`, `$env`, `children == 1e3`, `0x10 == children`, "age == `old`", `covered ?? true`, `now() > children`,
	} {
		f.Add(source, "old", "3")
	}
	f.Fuzz(func(t *testing.T, source, a, b string) {
		if len(source) > maxCondition {
			t.Skip()
		}
		slots := testSlots()
		c, fault := compileCondition(source, slots)
		if (c == nil) == (fault == nil) {
			t.Fatalf("%q: condition %v and fault %v", source, c, fault)
		}
		if fault != nil {
			if fault.message == "" || fault.mend == "" || fault.rule == "" || fault.offset < 0 || fault.offset > len([]rune(source)) {
				t.Fatalf("%q: fault %+v", source, fault)
			}
			return
		}
		for _, name := range c.Slots() {
			if slots[name] == nil {
				t.Fatalf("%q looks at %q", source, name)
			}
		}
		values := map[string][]string{"age": {a}, "seeks": {a, b}, "children": {b}, "covered": {a}, "note": {b}, "town": {a}, "jobs": {b}}
		before := slices.Clone(values["seeks"])
		first, second := c.Holds(values), c.Holds(values)
		if first != second || !slices.Equal(before, values["seeks"]) {
			t.Fatalf("%q is not pure", source)
		}
	})
}

func BenchmarkConditionHolds(b *testing.B) {
	for _, source := range []string{`age == "old"`, `"courses" in seeks and children > 2`} {
		c, err := compileCondition(source, testSlots())
		if err != nil {
			b.Fatal(err)
		}
		values := map[string][]string{"age": {"old"}, "seeks": {"work", "courses"}, "children": {"3"}}
		b.Run(source, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !c.Holds(values) {
					b.Fatal("does not hold")
				}
			}
		})
	}
}
