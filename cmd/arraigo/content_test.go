package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"arraigo/programme"

	"github.com/google/go-cmp/cmp"
)

func TestOverlay(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "flows", "menu.yaml"), "mine")
	write(t, filepath.Join(dir, "flows", "own.yaml"), "new")
	base := fstest.MapFS{"menu.yaml": {Data: []byte("theirs")}, "help.yaml": {Data: []byte("help")}}

	fsys := overlaid(dir, "flows", base)
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"help.yaml", "menu.yaml", "own.yaml"}, names); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name, want := range map[string]string{"menu.yaml": "mine", "own.yaml": "new", "help.yaml": "help"} {
		got, err := fs.ReadFile(fsys, name)
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
	if _, err := fs.ReadFile(fsys, "none.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is nowhere: %v", err)
	}
	if got := overlaid(dir, "locales", base); !sameFS(got, base) {
		t.Error("a folder that is not there changes something")
	}
	if got := where(dir, "flows", "menu.yaml"); got != filepath.Join(dir, "flows", "menu.yaml") {
		t.Errorf("an own file is said to be at %s", got)
	}
	if got := where(dir, "programme", "calls.yaml"); got != "programme/data/calls.yaml" {
		t.Errorf("a built-in file is said to be at %s", got)
	}
}

func sameFS(a, b fs.FS) bool {
	m, ok := a.(fstest.MapFS)
	n, _ := b.(fstest.MapFS)
	return ok && len(m) == len(n)
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// People are screened for the first open call; without one, for the next.
func TestOpenCall(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "programme", "calls.yaml"), `calls:
  - {id: past, title: call.ejemplo_2026, opens: 2026-01-01, closes: 2026-01-31, municipalities: ["54001"], review_days: 8}
  - {id: now, title: call.ejemplo_2026, opens: 2026-03-01, closes: 2026-03-31, municipalities: ["54001"], review_days: 8}
  - {id: later, title: call.ejemplo_2026, opens: 2026-05-01, closes: 2026-05-31, municipalities: ["54001"], review_days: 8}
`)
	data, err := programme.Load(overlaid(dir, "programme", programme.Files()))
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]struct {
		id   string
		open bool
	}{
		"2026-01-31": {"past", true},
		"2026-02-01": {"now", false},
		"2026-03-01": {"now", true},
		"2026-04-01": {"later", false},
		"2026-06-01": {"later", false},
	} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		got, open := data.Calls.Current(programme.DateOf(at))
		if got.ID != want.id || open != want.open {
			t.Errorf("%s: %s, open %v; want %s, %v", day, got.ID, open, want.id, want.open)
		}
	}
}
