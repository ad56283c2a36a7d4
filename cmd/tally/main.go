// Command tally runs the checks of this repository, one after the other, and
// ends with one line that counts them: "N passed, N failed, N skipped". make
// check calls it.
//
// It stands outside the program: it imports nothing of it and only starts
// commands of the Go toolchain. It must never hide what failed, and never count
// what did not run.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := &tally{out: os.Stdout, began: time.Now()}
	t.all(ctx)
	fmt.Fprintln(t.out, t.line())
	if t.failed > 0 || t.passed == 0 {
		os.Exit(1)
	}
}

// fuzzFor is how many inputs each fuzz test tries, some seconds of them. A time
// would do, but go test now and then calls the end of it a failure: "context deadline
// exceeded".
const fuzzFor = "10000x"

// all runs everything, also after a failure: one run shows all that is wrong.
func (t *tally) all(ctx context.Context) {
	t.silent(ctx, "gofmt", "gofmt", "-l", ".")
	t.command(ctx, "go vet", "go", "vet", "./...")
	t.command(ctx, "staticcheck", "go", "tool", "honnef.co/go/tools/cmd/staticcheck", "./...")
	t.command(ctx, "arraigo check", "go", "run", "./cmd/arraigo", "check")
	t.tests(ctx, "go", "test", "-json", "-race", "-count=1", "-p=1", "-parallel=3", "-timeout=40m", "./...")
	for _, f := range t.fuzzTests(ctx) {
		t.command(ctx, "fuzz "+f.name+" in "+f.pkg, "go", "test", "-run=^$", "-fuzz=^"+f.name+"$", "-fuzztime="+fuzzFor, "-fuzzminimizetime=3s", f.pkg)
	}
}

// fuzzTest is one fuzz test of a package.
type fuzzTest struct{ pkg, name string }

// fuzzTests lists those of all packages.
func (t *tally) fuzzTests(ctx context.Context) (found []fuzzTest) {
	out, err := run(ctx, "go", "test", "-list=^Fuzz", "./...")
	if err != nil {
		t.fail("list of fuzz tests", out)
		return nil
	}
	found = parseFuzzList(string(out))
	if len(found) == 0 {
		t.fail("list of fuzz tests", []byte("there are none\n"))
	}
	return found
}

// parseFuzzList reads what go test -list prints: the names of a package's tests,
// then "ok", the package and the time.
func parseFuzzList(out string) (found []fuzzTest) {
	var names []string
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "Fuzz") {
			names = append(names, line)
			continue
		}
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "ok" {
			for _, name := range names {
				found = append(found, fuzzTest{pkg: fields[1], name: name})
			}
			names = nil
		}
	}
	return found
}
