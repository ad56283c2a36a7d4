package flows

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"arraigo/locales"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// rules are all rules of the checker; each has a file that breaks it and one
// that keeps it.
var rules = []string{
	"branch", "callback-data", "command-form", "command-words", "condition", "condition-type", "derived-slot", "duplicate",
	"file", "flow-name", "impossible-value", "label", "loop", "message-length", "missing", "missing-else", "no-end", "placeholder",
	"schema", "sentence", "slot", "slot-index", "slot-keep", "step", "tested-before-asked", "trigger", "unknown-action",
	"unknown-flow", "unknown-slot", "unknown-step", "unreachable-step", "unused", "unused-slot", "yaml",
}

// TestEachRule runs the archives of testdata/check. Those named RULE.bad hold
// lines "want: file:line:column rule" and must give exactly these findings;
// those named RULE.good must give none.
func TestEachRule(t *testing.T) {
	names, err := fs.Glob(os.DirFS("testdata/check"), "*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	broken, kept := make(map[string]bool), make(map[string]bool)
	for _, name := range names {
		t.Run(strings.TrimSuffix(name, ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path.Join("testdata/check", name))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(archive.Comment)) {
				if place, ok := strings.CutPrefix(line, "want: "); ok {
					want = append(want, strings.TrimSpace(place))
					broken[strings.Fields(place)[1]] = true
				}
			}
			if good := strings.HasSuffix(name, ".good.txtar"); good != (len(want) == 0) {
				t.Fatalf("the archive has %d wants", len(want))
			} else if good {
				kept[strings.TrimSuffix(name, ".good.txtar")] = true
			}
			cfg := configOf(t, archive)
			var got []string
			for _, f := range Check(cfg) {
				if f.File == "" || strings.HasSuffix(f.File, ".toml") && !slices.Contains(rules, f.Rule) {
					continue // texts of the engine, which no archive has; rules with tests in locales
				}
				place := fmt.Sprintf("%s:%d:%d %s", f.File, f.Line, f.Column, f.Rule)
				if f.Severity == Warning {
					place += " warning"
				}
				got = append(got, place)
				if f.Message == "" || f.Mend == "" {
					t.Errorf("%s: the finding has no message or no mend: %+v", place, f)
				}
				if f.Line > 0 && strings.HasSuffix(f.File, ".yaml") && f.Excerpt == "" {
					t.Errorf("%s: the finding has no excerpt", place)
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s\n%s", diff, joined(Check(cfg)))
			}
		})
	}
	for _, rule := range rules {
		if !broken[rule] {
			t.Errorf("no archive breaks the rule %q", rule)
		}
		if !kept[rule] {
			t.Errorf("no archive %s.good.txtar keeps the rule", rule)
		}
		delete(broken, rule)
	}
	for rule := range broken {
		t.Errorf("the rule %q is not in the list of rules", rule)
	}
}

func joined(all []Finding) string { return (&LoadError{all}).Error() }

const defaultTriggers = "triggers:\n  - {name: start, do: start}\n"

// configOf turns an archive into files. triggers.yaml is added; an empty
// section takes it away. With catalogues the texts are checked too.
func configOf(t *testing.T, archive *txtar.Archive) Config {
	t.Helper()
	flows, texts := fstest.MapFS{TriggersFile: {Data: []byte(defaultTriggers)}}, fstest.MapFS{}
	for _, f := range archive.Files {
		switch {
		case f.Name == TriggersFile && len(f.Data) == 0:
			delete(flows, f.Name)
		case strings.HasSuffix(f.Name, ".toml"):
			head, err := os.ReadFile("testdata/check/" + strings.Replace(f.Name, "active.", "head.", 1))
			if err != nil {
				t.Fatal(err)
			}
			data := string(head) + string(f.Data)
			if f.Name == "active.es.toml" && !strings.Contains(data, "[command.start]") && flows[TriggersFile] != nil && string(flows[TriggersFile].Data) == defaultTriggers {
				data += "[command.start]\nname = \"inicio\"\nabout = \"Empezar.\"\nwords = \"empezar | inicio\"\n"
			}
			texts[f.Name] = &fstest.MapFile{Data: []byte(data)}
		default:
			flows[f.Name] = &fstest.MapFile{Data: f.Data}
		}
	}
	cfg := Config{Flows: flows, Calls: []string{"lookup"}}
	if len(texts) > 0 {
		catalog, err := locales.Load(texts)
		if err != nil {
			t.Fatal(err)
		}
		cfg.Catalog = catalog
		cfg.Keys = []locales.Use{{Key: "elsewhere.*"}}
	}
	return cfg
}

func TestLoadRefusesErrorsAndKeepsWarnings(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/check/label.bad.txtar")
	if err != nil {
		t.Fatal(err)
	}
	set, err := Load(configOf(t, archive))
	if set != nil {
		t.Error("a set with errors was loaded")
	}
	refused, ok := err.(*LoadError)
	if !ok {
		t.Fatalf("error %v of type %T", err, err)
	}
	for _, f := range refused.Findings {
		if f.Severity != Error {
			t.Errorf("a warning stands in the error: %v", f)
		}
	}
	if !strings.Contains(err.Error(), "main.a.option.x") {
		t.Errorf("the error does not name the text: %v", err)
	}
}

func TestFindingReadsLikeACompiler(t *testing.T) {
	f := Finding{File: "a.yaml", Line: 3, Column: 5, Rule: "loop", Message: "a loop", Mend: "ask", Excerpt: "    x: y"}
	want := "a.yaml:3:5: error: a loop [loop]; ask\n        x: y\n        ^"
	if diff := cmp.Diff(want, f.String()); diff != "" {
		t.Error(diff)
	}
}
