package flows

import (
	"testing"
	"testing/fstest"
)

func TestPlacesCountCharacters(t *testing.T) {
	src, found := parseSource("x.yaml", []byte("# ñandú\nflow: {niño: [á, \"ü\", {x: é}], y: z}\nother:\n  - a\n  - b: c\n    d: |\n      e\n"))
	if len(found) > 0 {
		t.Fatal(found)
	}
	for _, tt := range []struct {
		path []any
		want position
		key  position
	}{
		{[]any{"flow"}, position{2, 7}, position{2, 1}},
		{[]any{"flow", "niño"}, position{2, 14}, position{2, 8}},
		{[]any{"flow", "niño", 0}, position{2, 15}, position{2, 15}},
		{[]any{"flow", "niño", 1}, position{2, 18}, position{2, 18}},
		{[]any{"flow", "niño", 2, "x"}, position{2, 27}, position{2, 24}},
		{[]any{"flow", "y"}, position{2, 35}, position{2, 32}},
		{[]any{"other", 1, "b"}, position{5, 8}, position{5, 5}},
		{[]any{"other", 1}, position{5, 5}, position{5, 5}},
		{[]any{"other", 7, "b"}, position{4, 3}, position{4, 3}}, // the path ends early
	} {
		if got := src.at(tt.path...); got != tt.want {
			t.Errorf("at(%v) = %v, want %v", tt.path, got, tt.want)
		}
		if got := src.keyAt(tt.path...); got != tt.key {
			t.Errorf("keyAt(%v) = %v, want %v", tt.path, got, tt.key)
		}
	}
}

func TestAFaultInAConditionIsShownWhereItStands(t *testing.T) {
	head := "flow: main\nversion: 1\ndescription: x\nslots: {a: {type: text, max: 9, keep: flow}}\nsteps:\n  - {id: a, collect: a, rejections: [{utter: x, if: "
	for written, column := range map[string]int{
		`a == "ñ" or b}]}`:              65,
		`'a == "ñ" or b'}]}`:            66,
		`"a == 'ñ' or b"}]}`:            66,
		`"a == \"ñ\" or b"}]}`:          53, // escapes move the columns: the beginning is shown
		"'a ==\n        \"ñ\" or b'}]}": 53, // so does a fold
	} {
		found := Check(Config{Flows: fstest.MapFS{"main.yaml": {Data: []byte(head + written + "\n")}, TriggersFile: {Data: []byte(defaultTriggers)}}})
		if len(found) != 1 || found[0].Rule != "unknown-slot" || found[0].Line != 6 || found[0].Column != column {
			t.Errorf("%s: %v, want column %d", written, found, column)
		}
	}
}
