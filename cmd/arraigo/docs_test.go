package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/flows"

	"github.com/google/go-cmp/cmp"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// TestFlowsDocument keeps docs/flows.md true.
func TestFlowsDocument(t *testing.T) {
	read, err := readContent("", examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	set, found, err := read.load()
	if err != nil || len(found) > 0 {
		t.Fatal(found, err)
	}
	have, err := os.ReadFile(filepath.Join(root, "docs", "flows.md"))
	if err != nil {
		t.Fatalf("%v: run make flows-doc", err)
	}
	if diff := cmp.Diff(set.Document(), string(have)); diff != "" {
		t.Errorf("docs/flows.md is not what the flows are: run make flows-doc (-flows +file):\n%s", diff)
	}
}

// aPath is a path of this repository in backticks: a folder or a file, with an
// optional *. What else stands in backticks has no slash, or begins otherwise.
var aPath = regexp.MustCompile("`([A-Za-z0-9_.*-]+(?:/[A-Za-z0-9_.*-]*)+|[A-Za-z0-9_-]+\\.(?:go|md|yaml|toml|csv|mod))`")

// documented returns the paths that a text names and that should exist. A name
// in capitals (flows/NAME.yaml) stands for any; what belongs to a module or to
// a running program is none of ours.
func documented(text string) (paths []string) {
	for _, m := range aPath.FindAllStringSubmatch(text, -1) {
		name := m[1]
		first, _, _ := strings.Cut(name, "/")
		switch {
		case strings.Contains(name, "NAME"), strings.Contains(name, "NOUN"), strings.Contains(name, "xx"):
		case strings.Contains(first, ".") && strings.Contains(name, "/") && !strings.HasPrefix(first, "."): // github.com/…
		default:
			paths = append(paths, name)
		}
	}
	return paths
}

func TestDocumentedPathsExist(t *testing.T) {
	docs, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range append(docs, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md")) {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, name := range documented(string(text)) {
			if !somewhere(t, name) {
				t.Errorf("%s names %s, which does not exist", strings.TrimPrefix(doc, root+"/"), name)
			}
		}
	}
}

// somewhere reports whether a path exists, from the top of the repository or, a
// bare file name, in any package.
func somewhere(t *testing.T, name string) bool {
	t.Helper()
	patterns := []string{name}
	if !strings.Contains(name, "/") {
		patterns = append(patterns, "*/"+name, "*/*/"+name)
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		found, err := filepath.Glob(filepath.Join(root, p))
		return err == nil && len(found) > 0
	})
}

func TestDocumentedFindsPaths(t *testing.T) {
	text := "See `flows/machine.go`, `store/`, `flows/*.yaml`, `flows/NAME.yaml`, `keys.go`, `go test ./...`, `github.com/looplab/fsm`, `/telegram`, `.ci/run` and flows/none.go."
	want := []string{"flows/machine.go", "store/", "flows/*.yaml", "keys.go", ".ci/run"}
	if diff := cmp.Diff(want, documented(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if somewhere(t, "flows/none.go") || !somewhere(t, "flows/machine.go") || !somewhere(t, "machine.go") {
		t.Error("a path is looked for in the wrong place")
	}
}
