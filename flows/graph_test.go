package flows

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const drawn = `flow: main
version: 2
description: A <test> | of "drawing".
guest: true
slots:
  age: {type: categorical, values: [young, old], keep: 30d, index: age}
  many: {type: multi, values: [a, b], keep: flow}
  sum: {type: number, keep: 12mo, derived: true}
  note: {type: text, max: 9, keep: 6mo, sensitive: true}
steps:
  - {id: class, collect: age, ask_before_filling: true, rejections: [{if: age == "old", utter: no}]}
  - {id: many, collect: many}
  - {id: note, collect: note}
  - {id: look, action: lookup}
  - id: decide
    set_slots: []
    next:
      - {if: 'sum > 3 and "a" in many', then: say}
      - else: set
  - {id: say, action: utter_done, next: END}
  - {id: set, set_slots: [{age: ~}, {many: [a, b]}]}
  - {id: sub, call: other}
  - {id: end, link: other}
`

const drawnTriggers = `triggers:
  - {name: start, do: start, guest: true, listed: true}
  - {name: main, flow: main, at: many, digress: true}
`

func TestMermaidDrawsEveryStepAndEdge(t *testing.T) {
	set := buildText(t, map[string]string{"main.yaml": drawn, "other.yaml": sampleOther, TriggersFile: drawnTriggers})
	want := `flowchart TD
    s0{{"class<br/>asks age again<br/>refuses age == #quot;old#quot;"}}
    s1{{"many<br/>asks many"}}
    s2{{"note<br/>asks note"}}
    s3[["look<br/>runs lookup"]]
    s4{"decide"}
    s5("say<br/>says done")
    s6["set<br/>forgets age<br/>many = a, b"]
    s7>"sub<br/>runs the flow other"]
    s8>"end<br/>goes to the flow other"]
    e(((END)))
    t1(["trigger main"]) -.-> s1
    s0 --> s1
    s1 --> s2
    s2 --> s3
    s3 --> s4
    s4 -->|"sum #gt; 3 and #quot;a#quot; in many"| s5
    s4 -->|"else"| s6
    s5 --> e
    s6 --> s7
    s7 --> s8
`
	if diff := cmp.Diff(want, set.Mermaid(set.Flow("main"))); diff != "" {
		t.Error(diff)
	}
}

// TestMermaidOfEveryFlow reads each line with the grammar that Mermaid has for
// what we draw, and counts steps and edges.
func TestMermaidOfEveryFlow(t *testing.T) {
	text := `"[^"<>#&` + "`" + `\\]*(?:(?:<br/>|#(?:quot|lt|gt|amp|35|92|96);)[^"<>#&` + "`" + `\\]*)*"`
	node := regexp.MustCompile(`^    s\d+(\{\{T\}\}|\(T\)|\[\[T\]\]|\{T\}|\[T\]|>T\])$`)
	node = regexp.MustCompile(strings.ReplaceAll(node.String(), "T", text))
	edge := regexp.MustCompile(`^    s\d+ -->(\|` + text + `\|)? (s\d+|e)$`)
	entry := regexp.MustCompile(`^    t\d+\(\[` + text + `\]\) -\.-> s\d+$`)
	set, _ := build(Config{})
	for _, f := range set.Flows() {
		nodes, edges := 0, 0
		lines := strings.Split(strings.TrimSuffix(set.Mermaid(f), "\n"), "\n")
		for _, line := range lines[1:] {
			switch {
			case node.MatchString(line):
				nodes++
			case edge.MatchString(line):
				edges++
			case line == "    e(((END)))", entry.MatchString(line):
			default:
				t.Errorf("%s: %s", f.Name, line)
			}
		}
		want := 0
		for _, s := range f.Steps {
			want += len(s.Next)
		}
		if lines[0] != "flowchart TD" || nodes != len(f.Steps) || edges != want {
			t.Errorf("%s: %d nodes for %d steps, %d edges for %d branches, first line %q", f.Name, nodes, len(f.Steps), edges, want, lines[0])
		}
	}
}

func TestLabelEscapesWhatMermaidReads(t *testing.T) {
	want := `"#35;quot; #quot;x#quot; #lt;b#gt; #amp; #96;y#96; #92;n<br/>z"`
	if got := label("#quot; \"x\" <b> & `y` \\n\nz"); got != want {
		t.Errorf("label = %s, want %s", got, want)
	}
}

func TestDocumentNamesEverything(t *testing.T) {
	set := buildText(t, map[string]string{"main.yaml": drawn, "other.yaml": sampleOther, TriggersFile: drawnTriggers})
	doc := set.Document()
	for _, line := range []string{
		"<!-- Written by the program; change flows/*.yaml and run: arraigo graph > docs/flows.md -->",
		"| start | pattern start |  | yes | yes |",
		"| main | [main](#main) at many | yes |  |  |",
		"## main",
		`A &lt;test&gt; | of "drawing".`,
		"Version 2, runs before consent.",
		"| age | categorical | young, old | 30 days | age |",
		"| many | multi | a, b | until the flow ends |  |",
		"| sum | number, derived |  | 365 days |  |",
		"| note | text, sensitive |  | 182 days |  |",
		"## other",
	} {
		if !slices.Contains(strings.Split(doc, "\n"), line) {
			t.Errorf("the document lacks the line %s", line)
		}
	}
	for _, f := range set.Flows() {
		if !strings.Contains(doc, fmt.Sprintf("```mermaid\n%s```\n", set.Mermaid(f))) {
			t.Errorf("the document lacks the drawing of %s", f.Name)
		}
	}
	if strings.Count(doc, "```")%2 != 0 || strings.Contains(doc, "\n\n\n") {
		t.Error("the document is badly formed")
	}
}
