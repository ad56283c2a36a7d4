package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// layers are the packages in the order of the data path: each may import those
// to its left only.
var layers = []string{"locales", "programme", "flows", "crew", "store", "outreach", "bot", "console", "cmd"}

// guarded are libraries that one place alone may use, so that it can be replaced
// there.
var guarded = map[string][]string{
	"github.com/redis/go-redis/":     {"store/", "cmd/bench/"}, // the bench looks at Redis from outside, and its baseline is a bot of its own
	"github.com/go-telegram/bot":     {"bot/", "emulator/"},
	"github.com/looplab/fsm":         {"flows/machine.go"},
	"github.com/alicebob/miniredis/": {"cmd/", "store/"},
}

// pure are the packages whose results depend on their arguments alone.
var pure = []string{"programme", "flows"}

// impure are what they must not import.
var impure = []string{"context", "net", "os", "math/rand"}

func TestImports(t *testing.T) {
	for _, fault := range wrongArrows(t, os.DirFS("../..")) {
		t.Error(fault)
	}
}

// wrongArrows reads the imports of every Go file.
func wrongArrows(t *testing.T, tree fs.FS) (faults []string) {
	t.Helper()
	seen := map[string]bool{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base != "." && strings.HasPrefix(base, ".") || base == "testdata" || base == "data" {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(name, "/")
		seen[top] = true
		faults = append(faults, wrongInFile(name, top, file)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for top := range seen {
		if !slices.Contains(layers, top) && top != "emulator" {
			faults = append(faults, top+" has no place in the order of the packages")
		}
	}
	slices.Sort(faults)
	return faults
}

func wrongInFile(name, top string, file *ast.File) (faults []string) {
	test := strings.HasSuffix(name, "_test.go")
	tool := file.Name.Name == "main" // go run tools beside the data they make
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if why := wrongImport(name, top, imported, test, tool); why != "" {
			faults = append(faults, fmt.Sprintf("%s imports %s: %s", name, imported, why))
		}
	}
	if slices.Contains(pure, top) && !test && !tool {
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && sel.Sel.Name == "Now" {
					faults = append(faults, name+" reads the clock: take the time as an argument")
				}
			}
			return true
		})
	}
	return faults
}

func wrongImport(name, top, imported string, test, tool bool) string {
	for library, places := range guarded {
		if strings.HasPrefix(imported, library) && !slices.ContainsFunc(places, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return "only " + strings.Join(places, " and ") + " may"
		}
	}
	if slices.Contains(pure, top) && !test && !tool && !(imported == "context" && name == "flows/machine.go") {
		for _, p := range impure {
			if imported == p || strings.HasPrefix(imported, p+"/") {
				return top + " must be pure"
			}
		}
	}
	ours, ok := strings.CutPrefix(imported, "arraigo/")
	if !ok {
		return ""
	}
	to, _, _ := strings.Cut(ours, "/")
	switch {
	case to == top:
		return ""
	case top == "emulator":
		return "the emulator knows nothing of this program"
	case to == "emulator":
		if test || top == "cmd" {
			return ""
		}
		return "only cmd and tests may"
	case ours == "store/storetest" && !test:
		return "only tests may"
	case slices.Index(layers, to) > slices.Index(layers, top):
		return "imports go leftwards only: " + strings.Join(layers, " < ")
	case top == "console" && to == "bot":
		return "bot and console do not know each other"
	}
	return ""
}

func TestImportRuleSeesWrongArrows(t *testing.T) {
	got := wrongArrows(t, fstest.MapFS{
		"locales/a.go":          {Data: []byte("package locales\nimport _ \"arraigo/flows\"")},
		"flows/a.go":            {Data: []byte("package flows\nimport (\"context\"; \"time\"; _ \"net/url\")\nvar _ = time.Now\nvar _ context.Context")},
		"flows/machine.go":      {Data: []byte("package flows\nimport (_ \"context\"; _ \"github.com/looplab/fsm\")")},
		"flows/a_test.go":       {Data: []byte("package flows\nimport (_ \"os\"; _ \"arraigo/locales\")")},
		"programme/gen/main.go": {Data: []byte("package main\nimport _ \"os\"")},
		"bot/a.go":              {Data: []byte("package bot\nimport (_ \"github.com/redis/go-redis/v9\"; _ \"arraigo/emulator\"; _ \"arraigo/store/storetest\")")},
		"bot/a_test.go":         {Data: []byte("package bot\nimport (_ \"arraigo/emulator\"; _ \"arraigo/store/storetest\")")},
		"console/a.go":          {Data: []byte("package console\nimport _ \"arraigo/bot\"")},
		"emulator/a.go":         {Data: []byte("package emulator\nimport _ \"arraigo/locales\"")},
		"cmd/x/a.go":            {Data: []byte("package main\nimport (_ \"arraigo/bot\"; _ \"arraigo/emulator\"; _ \"github.com/go-telegram/bot/models\")")},
		"cmd/bench/a.go":        {Data: []byte("package main\nimport (_ \"arraigo/store\"; _ \"arraigo/emulator\"; _ \"github.com/redis/go-redis/v9\"; _ \"arraigo/store/storetest\")")},
		"cmd/y/a.go":            {Data: []byte("package main\nimport _ \"github.com/redis/go-redis/v9\"")},
		"util/a.go":             {Data: []byte("package util")},
	})
	want := []string{
		"bot/a.go imports arraigo/emulator: only cmd and tests may",
		"bot/a.go imports arraigo/store/storetest: only tests may",
		"bot/a.go imports github.com/redis/go-redis/v9: only store/ and cmd/bench/ may",
		"cmd/bench/a.go imports arraigo/store/storetest: only tests may",
		"cmd/x/a.go imports github.com/go-telegram/bot/models: only bot/ and emulator/ may",
		"cmd/y/a.go imports github.com/redis/go-redis/v9: only store/ and cmd/bench/ may",
		"console/a.go imports arraigo/bot: bot and console do not know each other",
		"emulator/a.go imports arraigo/locales: the emulator knows nothing of this program",
		"flows/a.go imports context: flows must be pure",
		"flows/a.go imports net/url: flows must be pure",
		"flows/a.go reads the clock: take the time as an argument",
		"locales/a.go imports arraigo/flows: imports go leftwards only: locales < programme < flows < crew < store < outreach < bot < console < cmd",
		"util has no place in the order of the packages",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
