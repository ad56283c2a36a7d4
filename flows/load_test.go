package flows

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func buildText(t *testing.T, files map[string]string) *Set {
	t.Helper()
	fsys := fstest.MapFS{TriggersFile: {Data: []byte(defaultTriggers)}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	set, err := Load(Config{Flows: fsys, Calls: []string{"lookup"}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const sample = `flow: main
version: 4
description: >
  Two
  lines.
standing: true
guest: true
slots:
  zeta: {type: categorical, values: [18_28, "no", "1"], typed: ["1"], keep: 12mo, index: age, columns: 2}
  alfa: {type: multi, values: [a, b, c], alone: [c], min: 1, max: 2, keep: 30d}
  yes_no: {type: boolean, keep: flow}
steps:
  - id: ask
    collect: zeta
    ask_before_filling: true
    rejections:
      - {if: zeta == "no", utter: not_no}
  - id: many
    collect: alfa
    next:
      - if: '"a" in alfa'
        then: set
      - else: END
  - {id: set, set_slots: [{zeta: 18_28}, {alfa: [a, b]}, {yes_no: no}, {yes_no: ~}]}
  - {id: sub, call: other}
  - {id: leave, link: other}
`

const sampleOther = "flow: other\nversion: 1\ndescription: Other.\nsteps:\n  - {id: said, action: utter_said}\n  - {id: done, action: lookup, next: END}\n"

func TestLoadReadsEveryKey(t *testing.T) {
	set := buildText(t, map[string]string{"main.yaml": sample, "other.yaml": sampleOther, TriggersFile: `triggers:
  - {name: start, do: start, guest: true}
  - {name: go_on, flow: main, at: many, digress: true, guest: true, listed: true}
`})
	f := set.Flow("main")
	if f.Version != 4 || f.Description != "Two lines." || !f.Standing || !f.Guest || f.File != "main.yaml" {
		t.Errorf("flow %+v", f)
	}
	zeta := Slot{
		Name: "zeta", Type: Categorical, Values: []string{"18_28", "no", "1"}, Typed: []string{"1"},
		Keep: Keep{After: 365 * 24 * time.Hour}, Index: "age", Columns: 2, Flow: "main", Line: 9, Column: 3,
	}
	if diff := cmp.Diff(zeta, *set.Slot("zeta")); diff != "" {
		t.Error(diff)
	}
	alfa := Slot{
		Name: "alfa", Type: Multi, Values: []string{"a", "b", "c"}, Alone: []string{"c"}, Min: 1, Max: 2,
		Keep: Keep{After: 30 * 24 * time.Hour}, Flow: "main", Line: 10, Column: 3,
	}
	if diff := cmp.Diff(alfa, *set.Slot("alfa")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{Yes, No}, set.Slot("yes_no").Values); diff != "" {
		t.Errorf("a boolean has the values si and no: %s", diff)
	}
	var names []string
	for _, s := range set.Slots() {
		names = append(names, s.Name)
	}
	if diff := cmp.Diff([]string{"zeta", "alfa", "yes_no"}, names); diff != "" {
		t.Errorf("the slots are not in the order of the file: %s", diff)
	}

	ask := f.Step("ask")
	if ask.Collect != "zeta" || !ask.AskAgain || len(ask.Rejections) != 1 || ask.Rejections[0].Utter != "not_no" || ask.Rejections[0].If.Source() != `zeta == "no"` {
		t.Errorf("step %+v", ask)
	}
	sets := []SetSlot{
		{Slot: "zeta", Value: []string{"18_28"}, Line: 24, Column: 28}, {Slot: "alfa", Value: []string{"a", "b"}, Line: 24, Column: 43},
		{Slot: "yes_no", Value: []string{"no"}, Line: 24, Column: 59}, {Slot: "yes_no", Line: 24, Column: 73},
	}
	if diff := cmp.Diff(sets, f.Step("set").SetSlots); diff != "" {
		t.Error(diff)
	}
	if f.Step("sub").Call != "other" || f.Step("leave").Link != "other" || f.Step("nowhere") != nil {
		t.Error("call, link or an unknown step are not read rightly")
	}

	want := []Trigger{
		{Name: "start", Do: DoStart, Guest: true, Line: 2, Column: 12},
		{Name: "go_on", Flow: "main", At: "many", Digress: true, Guest: true, Listed: true, Line: 3, Column: 12, index: 1},
	}
	if diff := cmp.Diff(want, set.Triggers(), cmp.AllowUnexported(Trigger{})); diff != "" {
		t.Error(diff)
	}
	if trigger, ok := set.Trigger("go_on"); !ok || trigger.At != "many" {
		t.Errorf("Trigger(go_on) = %+v, %v", trigger, ok)
	}
	if _, ok := set.Trigger("nothing"); ok {
		t.Error("a trigger that is not there was found")
	}
}

func TestAStepLeadsToTheOneBelow(t *testing.T) {
	set := buildText(t, map[string]string{"main.yaml": sample, "other.yaml": sampleOther})
	ways := func(flow, step string) string {
		var all []string
		for _, b := range set.Flow(flow).Step(step).Next {
			way := b.Then
			if b.If != nil {
				way = b.If.Source() + " → " + way
			}
			all = append(all, way)
		}
		return strings.Join(all, "; ")
	}
	for _, tt := range []struct{ flow, step, want string }{
		{"main", "ask", "many"},
		{"main", "many", `"a" in alfa → set; END`},
		{"main", "set", "sub"},
		{"main", "sub", "leave"},
		{"main", "leave", ""},
		{"other", "said", "done"},
		{"other", "done", "END"},
	} {
		if got := ways(tt.flow, tt.step); got != tt.want {
			t.Errorf("%s.%s leads to %s, want %s", tt.flow, tt.step, got, tt.want)
		}
	}
}

func TestBuiltInFlowsLoad(t *testing.T) {
	if _, err := Load(Config{Calls: append(PlaceCalls(), "data_summary", "new_report", "file_report", "find_report", "hide_chat", "find_announcement")}); err != nil {
		t.Error(err)
	}
}

func TestWindowsLineEndsMakeNoDifference(t *testing.T) {
	set := buildText(t, map[string]string{"main.yaml": strings.ReplaceAll(sample, "\n", "\r\n"), "other.yaml": sampleOther})
	if s := set.Slot("alfa"); s == nil || s.Line != 10 || s.Column != 3 {
		t.Errorf("slot %+v", s)
	}
}

func TestLoadRefusesWhatIsNoFlow(t *testing.T) {
	deep := "flow: " + strings.Repeat("[", 100) + "\n"
	for name, tt := range map[string]struct{ text, want string }{
		"empty":       {"", "main.yaml:1:1: error: the file is empty [yaml]"},
		"only a note": {"# nothing\n", "main.yaml:1:1: error: the file is empty [yaml]"},
		"a list":      {"- a\n", "main.yaml:1:1: error: the file is not a list of keys with values [yaml]"},
		"two":         {sampleOther + "---\n" + sampleOther, "main.yaml:8:1: error: the file holds more than one document [yaml]"},
		"not UTF-8":   {"flow: \xff\n", "main.yaml: error: the file is not UTF-8 [yaml]"},
		"too deep":    {deep, "main.yaml:1:31: error: the file is nested deeper than 24 levels [yaml]"},
		"too big":     {"flow: " + strings.Repeat("a", maxFileBytes), fmt.Sprintf("main.yaml: error: the file has more than %d bytes [yaml]", maxFileBytes)},
		"a tag":       {"flow: !!binary aGk=\n", "main.yaml:1:7: error: tags (!) are not allowed [yaml]"},
		"a key twice": {"flow: a\nflow: b\n", `main.yaml:2:1: error: mapping key "flow" already defined at [1:1] [yaml]`},
	} {
		fsys := fstest.MapFS{"main.yaml": {Data: []byte(tt.text)}, TriggersFile: {Data: []byte(defaultTriggers)}}
		_, err := Load(Config{Flows: fsys})
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
	if _, err := Load(Config{Flows: fstest.MapFS{}}); err == nil {
		t.Error("a folder without flows was loaded")
	}
}

// FuzzLoad looks for a file that makes the loader panic or work without end, and
// for findings that do not say where and how.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(sampleOther))
	for _, text := range []string{
		"", "flow: [", "flow: &a *a", "? x\n: y\n", "flow: {a: b, c\n", "- - - -\n", "steps:\n  - {id: a, next: [{if: x}]}\n", "\t", "a: |\n b\n  c\n d", "a: 'x\n\n y'\n",
		"flow: main\nversion: 1\ndescription: x\nsteps: [{id: a, set_slots: [{}]}]\n", "flow: main\nslots: {a: ~}\n", "flow: \"\\x\"\n", "%YAML 1.2\n---\nflow: x\n", "a: b: c\n",
		"flow: main\nversion: 1\ndescription: x\nslots: {a: {type: number, keep: flow}}\nsteps: [{id: a, collect: a, next: [{if: a >, then: a}, {else: a}]}]\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		found := Check(Config{Flows: fstest.MapFS{"main.yaml": {Data: data}, TriggersFile: {Data: []byte(defaultTriggers)}}})
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(data), took)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, finding := range found {
			if finding.Rule == "" || finding.Message == "" || finding.Mend == "" {
				t.Errorf("finding %+v", finding)
			}
			if finding.File == "main.yaml" && (finding.Line < 0 || finding.Line > lines+1) {
				t.Errorf("the finding is beyond the %d lines of the file: %v", lines, finding)
			}
			_ = finding.String()
		}
	})
}
