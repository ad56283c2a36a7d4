package flows

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEngineKeysAreThoseOfTheCode reads this package's own code for the locale
// keys it names, so that the checker knows all of them.
func TestEngineKeysAreThoseOfTheCode(t *testing.T) {
	want := keysInCode(t)
	if len(want) < 20 {
		t.Fatalf("found only %d keys in the code", len(want))
	}
	if *update {
		var b bytes.Buffer
		b.WriteString("package flows\n\n// engineKeys are the locale keys that the code of this package names, a * at the\n// end where the rest is put together at run time. Written by\n// go test ./flows -run TestEngineKeys -update.\nvar engineKeys = []string{\n")
		for _, key := range want {
			fmt.Fprintf(&b, "%q,\n", key)
		}
		b.WriteString("}\n")
		code, err := format.Source(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("enginekeys.go", code, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, engineKeys); diff != "" {
		t.Errorf("enginekeys.go is not what the code says; run go test ./flows -run TestEngineKeys -update (-code +file):\n%s", diff)
	}
}

// table is a key whose last part is put together, such as offer.*
var table = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)*\.\*$`)

func keysInCode(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "keys.go" || name == "lookup.go" {
			continue // the keys of flows and triggers, which the checker follows one by one
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if sum, ok := n.(*ast.BinaryExpr); ok && table.MatchString(literalKey(sum)) {
				keys = append(keys, literalKey(sum))
			}
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name, ok := call.Fun.(*ast.Ident)
			if !ok {
				return true
			}
			for _, form := range []struct {
				function string
				argument int
				prefix   string
			}{{"Key", 0, ""}, {"controlButton", 1, ""}, {"triggerButton", 0, "button."}} {
				if name.Name == form.function && form.argument < len(call.Args) {
					if key := literalKey(call.Args[form.argument]); key != "" {
						keys = append(keys, form.prefix+key)
					}
				}
			}
			return true
		})
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// literalKey returns a text in quotes, with a * for what is added to it.
func literalKey(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if key, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return key
		}
	case *ast.BinaryExpr:
		if key := literalKey(e.X); key != "" && e.Op == token.ADD {
			return strings.TrimSuffix(key, "*") + "*"
		}
	}
	return ""
}
