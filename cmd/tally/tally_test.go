package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// events is what go test -json writes for three packages: one with a passing
// test, a parent with one failing subtest and a skipped one; one that does not
// build; one that breaks off in the middle of a test.
const events = `{"Action":"start","Package":"a"}
{"Action":"run","Package":"a","Test":"TestOne"}
{"Action":"output","Package":"a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"pass","Package":"a","Test":"TestOne","Elapsed":0}
{"Action":"run","Package":"a","Test":"TestParent"}
{"Action":"run","Package":"a","Test":"TestParent/good"}
{"Action":"run","Package":"a","Test":"TestParent/bad"}
{"Action":"output","Package":"a","Test":"TestParent/bad","Output":"it is seven\n"}
{"Action":"fail","Package":"a","Test":"TestParent/bad","Elapsed":0}
{"Action":"pass","Package":"a","Test":"TestParent/good","Elapsed":0}
{"Action":"fail","Package":"a","Test":"TestParent","Elapsed":0}
{"Action":"run","Package":"a","Test":"TestSkip"}
{"Action":"output","Package":"a","Test":"TestSkip","Output":"not today\n"}
{"Action":"skip","Package":"a","Test":"TestSkip","Elapsed":0}
{"Action":"fail","Package":"a","Elapsed":0.1}
{"ImportPath":"b [b.test]","Action":"build-output","Output":"b/b.go:1:1: undefined: x\n"}
{"ImportPath":"b [b.test]","Action":"build-fail"}
{"Action":"start","Package":"b"}
{"Action":"fail","Package":"b","Elapsed":0,"FailedBuild":"b [b.test]"}
{"Action":"run","Package":"c","Test":"TestBreaks"}
{"Action":"output","Package":"c","Test":"TestBreaks","Output":"panic: oh\n"}
{"Action":"fail","Package":"c","Elapsed":0}
{"Action":"pass","Package":"d","Elapsed":0.2}
`

func TestReport(t *testing.T) {
	var out bytes.Buffer
	tally := &tally{out: &out}
	r := &report{t: tally, tests: map[string]*test{}}
	r.read(strings.NewReader(events))
	if got, want := tally.line(), "2 passed, 3 failed, 1 skipped"; got != want {
		t.Errorf("the last line is %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"a TestParent/bad", "b", "c"}, tally.names); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	for _, words := range []string{"it is seven", "not today", "undefined: x", "panic: oh", "ok    d "} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("%q is not shown in:\n%s", words, out.String())
		}
	}
	if strings.Contains(out.String(), "=== RUN") {
		t.Errorf("the output of a passing test is shown:\n%s", out.String())
	}
}

func TestSteps(t *testing.T) {
	var out bytes.Buffer
	tally := &tally{out: &out}
	tally.command(t.Context(), "good", "true")
	tally.command(t.Context(), "bad", "sh", "-c", "echo why; exit 3")
	tally.command(t.Context(), "missing", "no-such-command-here")
	tally.silent(t.Context(), "quiet", "true")
	tally.silent(t.Context(), "loud", "echo", "main.go")
	tally.tests(t.Context(), "sh", "-c", "echo broken >&2; exit 1")
	tally.tests(t.Context(), "true")
	if got, want := tally.line(), "2 passed, 5 failed"; got != want {
		t.Errorf("the last line is %q, want %q\n%s", got, want, out.String())
	}
	for _, words := range []string{"why", "main.go", "broken", "no test ran"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("%q is not shown in:\n%s", words, out.String())
		}
	}
}

func TestFuzzList(t *testing.T) {
	got := parseFuzzList("FuzzOne\nFuzzTwo\nok  \tarraigo/bot\t0.01s\nok  \tarraigo/store\t0.01s\n?   \tarraigo/x\t[no test files]\nFuzzThree\nok  \tarraigo/flows\t0.02s\n")
	want := []fuzzTest{{"arraigo/bot", "FuzzOne"}, {"arraigo/bot", "FuzzTwo"}, {"arraigo/flows", "FuzzThree"}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(fuzzTest{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
