package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store/storetest"
)

// TestScripts runs testdata/script/*.txtar: each is a session in a terminal.
// Beside the usual commands they have
//
//	builtin FOLDER    write the built-in flows, locales, programme data or samples there
//	edit FILE OLD NEW replace a text, which must be there once
//	redis             start a Redis and put its address into $REDIS
func TestScripts(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			bin := filepath.Join(env.WorkDir, ".bin")
			if err := os.Mkdir(bin, 0o755); err != nil {
				return err
			}
			if err := os.Symlink(self, filepath.Join(bin, "arraigo")); err != nil {
				return err
			}
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Setenv("BIN", bin)
			env.Values["t"] = t
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"builtin": builtin,
			"edit":    edit,
			"redis": func(ts *testscript.TestScript, _ bool, _ []string) {
				ts.Setenv("REDIS", storetest.Start(ts.Value("t").(*testing.T)).URL(0))
			},
		},
	})
}

func builtin(ts *testscript.TestScript, _ bool, args []string) {
	sources := map[string]fs.FS{"flows": flows.Files(), "locales": locales.Files(), "programme": programme.Files(), "samples": os.DirFS("../../programme/samples")}
	if len(args) != 1 || sources[filepath.Base(args[0])] == nil {
		ts.Fatalf("usage: builtin .../flows, .../locales, .../programme or .../samples")
	}
	ts.Check(os.CopyFS(ts.MkAbs(args[0]), sources[filepath.Base(args[0])]))
}

func edit(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if strings.Count(text, args[1]) != 1 {
		ts.Fatalf("%q is %d times in %s", args[1], strings.Count(text, args[1]), args[0])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o644))
}
