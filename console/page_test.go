package console

import (
	"io/fs"
	"regexp"
	"testing"
)

// A template that two files define would be one in all of them: the last.
func TestNoTwoPagesDefineTheSame(t *testing.T) {
	names, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil || len(names) == 0 {
		t.Fatalf("%d pages, %v", len(names), err)
	}
	define, in := regexp.MustCompile(`{{-? *define "([^"]*)"`), map[string]string{}
	for _, name := range names {
		content, err := fs.ReadFile(pageFiles, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range define.FindAllSubmatch(content, -1) {
			what := string(m[1])
			if in[what] != "" {
				t.Errorf("%s and %s both define %q", in[what], name, what)
			}
			in[what] = name
		}
	}
	if len(in) == 0 {
		t.Error("no template was found: the test looks for nothing")
	}
}
