package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// tally counts what passed, failed and was skipped: each step is one, and of
// the tests each test and subtest that has no subtests of its own.
type tally struct {
	out    io.Writer
	began  time.Time
	passed int
	failed int
	skips  int
	names  []string // of what failed
}

// line is the last line of a run.
func (t *tally) line() string {
	line := fmt.Sprintf("%d passed, %d failed", t.passed, t.failed)
	if t.skips > 0 {
		line += fmt.Sprintf(", %d skipped", t.skips)
	}
	return line
}

// run runs a command in a process group of its own, so that nothing it started
// outlives an interrupt, and returns all that it wrote.
func run(ctx context.Context, name string, args ...string) ([]byte, error) {
	return command(ctx, name, args...).CombinedOutput()
}

func command(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// command runs one step, which passes when the command does.
func (t *tally) command(ctx context.Context, what, name string, args ...string) {
	start := time.Now()
	out, err := run(ctx, name, args...)
	if err != nil {
		t.fail(what, append(out, fmt.Sprintf("%s: %v\n", name, err)...))
		return
	}
	t.pass(what, start)
}

// silent runs one step, which passes when the command also prints nothing.
func (t *tally) silent(ctx context.Context, what, name string, args ...string) {
	start := time.Now()
	out, err := run(ctx, name, args...)
	if err != nil || len(out) > 0 {
		t.fail(what, out)
		return
	}
	t.pass(what, start)
}

func (t *tally) pass(what string, start time.Time) {
	t.passed++
	fmt.Fprintf(t.out, "ok    %-40s %6.1fs\n", what, time.Since(start).Seconds())
}

func (t *tally) fail(what string, out []byte) {
	t.failed++
	t.names = append(t.names, what)
	fmt.Fprintf(t.out, "FAIL  %s\n%s\n", what, indented(out))
}

func indented(out []byte) string {
	text := strings.TrimRight(string(out), "\n")
	if text == "" {
		return ""
	}
	return "      " + strings.ReplaceAll(text, "\n", "\n      ") + "\n"
}

// tests runs go test -json, shows each package as it ends, and the output of
// what failed.
func (t *tally) tests(ctx context.Context, name string, args ...string) {
	cmd := command(ctx, name, args...)
	var beside bytes.Buffer
	cmd.Stderr = &beside
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.fail("go test", []byte(err.Error()+"\n"))
		return
	}
	before := t.failed
	r := &report{t: t, tests: map[string]*test{}}
	r.read(out)
	err = cmd.Wait()
	// A run that breaks off, or a package that does not build, must not look
	// like one with fewer tests.
	if err != nil && t.failed == before {
		t.fail("go test", append(beside.Bytes(), err.Error()+"\n"...))
	} else if len(r.tests) == 0 {
		t.fail("go test", []byte("no test ran\n"))
	}
}

// event is one line of go test -json (go doc test2json).
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// report collects the events of a run.
type report struct {
	t     *tally
	tests map[string]*test // by package and name; name "" for the package itself
	build map[string][]string
}

type test struct {
	output  []string
	parent  bool // has subtests, which are counted in its place
	result  string
	subFail bool
}

func (r *report) read(in io.Reader) {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadBytes('\n')
		var e event
		if json.Unmarshal(line, &e) == nil {
			r.event(e)
		} else if len(bytes.TrimSpace(line)) > 0 {
			fmt.Fprintf(os.Stderr, "%s", line)
		}
		if err != nil {
			return
		}
	}
}

func (r *report) event(e event) {
	if e.Action == "build-output" {
		if r.build == nil {
			r.build = map[string][]string{}
		}
		r.build[e.Package+e.ImportPath] = append(r.build[e.Package+e.ImportPath], e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	x := r.test(e.Package, e.Test)
	switch e.Action {
	case "run":
		if i := strings.LastIndex(e.Test, "/"); i >= 0 {
			r.test(e.Package, e.Test[:i]).parent = true
		}
	case "output":
		x.output = append(x.output, e.Output)
	case "pass", "fail", "skip":
		x.result = e.Action
		if e.Test == "" {
			r.packageDone(e, x)
			return
		}
		if i := strings.LastIndex(e.Test, "/"); i >= 0 && e.Action == "fail" {
			r.test(e.Package, e.Test[:i]).subFail = true
		}
		r.count(e, x)
	}
}

func (r *report) test(pkg, name string) *test {
	key := pkg + " " + name
	if r.tests[key] == nil {
		r.tests[key] = &test{}
	}
	return r.tests[key]
}

// count counts a test that ended. One with subtests counts only if it failed
// by itself.
func (r *report) count(e event, x *test) {
	switch {
	case e.Action == "fail" && !x.subFail:
		r.t.fail(e.Package+" "+e.Test, []byte(strings.Join(x.output, "")))
	case x.parent:
	case e.Action == "pass":
		r.t.passed++
	case e.Action == "skip":
		r.t.skips++
		fmt.Fprintf(r.t.out, "skip  %s %s\n%s\n", e.Package, e.Test, indented([]byte(strings.Join(x.output, ""))))
	}
	x.output = nil
}

// packageDone shows a package. One that failed without a failed test did not
// build, or broke off: in a panic, a time-out or a data race.
func (r *report) packageDone(e event, x *test) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(r.t.out, "ok    %-40s %6.1fs\n", e.Package, e.Elapsed)
	case "skip":
		fmt.Fprintf(r.t.out, "      %-40s no tests\n", e.Package)
	case "fail":
		if !r.anyFailed(e.Package) {
			r.t.fail(e.Package, []byte(strings.Join(slices.Concat(r.allBuildOutput(e.Package), r.unfinished(e.Package), x.output), "")))
		}
	}
}

func (r *report) anyFailed(pkg string) bool {
	for key, x := range r.tests {
		if p, name, _ := strings.Cut(key, " "); p == pkg && name != "" && x.result == "fail" {
			return true
		}
	}
	return false
}

// unfinished is the output of the tests that never ended.
func (r *report) unfinished(pkg string) (out []string) {
	for key, x := range r.tests {
		if p, name, _ := strings.Cut(key, " "); p == pkg && name != "" && x.result == "" {
			out = append(out, x.output...)
		}
	}
	return out
}

func (r *report) allBuildOutput(pkg string) (out []string) {
	for key, lines := range r.build {
		if strings.Contains(key, pkg) {
			out = append(out, lines...)
		}
	}
	return out
}
