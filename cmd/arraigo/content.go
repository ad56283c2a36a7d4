package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"arraigo/bot"
	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
)

// content is everything that can be changed without changing Go: texts,
// programme data and flows.
type content struct {
	dir      string // of overrides; may be empty
	catalog  *locales.Catalog
	data     *programme.Data
	config   flows.Config
	findings []finding // of reading; a catalogue or data with one is nil
}

// readContent reads texts and programme data side by side. What is broken is in
// the findings and missing in the content.
func readContent(dir string, policy flows.Policy, timing flows.Timing, now time.Time) (*content, error) {
	c := &content{dir: dir}
	var group errgroup.Group
	var ofTexts, ofData []finding
	group.Go(func() (err error) {
		c.catalog, err = locales.Load(overlaid(dir, "locales", locales.Files()))
		ofTexts, err = c.explain(err)
		return err
	})
	group.Go(func() (err error) {
		c.data, err = programme.Load(overlaid(dir, "programme", programme.Files()))
		ofData, err = c.explain(err)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	c.findings = slices.Concat(ofData, ofTexts)
	c.config = flows.Config{
		Flows:   overlaid(dir, "flows", flows.Files()),
		Catalog: c.catalog,
		Data:    c.data,
		Policy:  policy,
		Timing:  timing,
		Calls:   bot.CallNames(),
		Keys:    []locales.Use{{Key: "bot.*"}, {Key: "page.*"}, {Key: "staff.*"}, {Key: "announce.*"}, {Key: "announce.button.*", Label: true}, {Key: "announce.back.*", Label: true}, {Key: "announce.by.*", Label: true}, {Key: "console.*"}, {Key: "canned.*"}, {Key: "my_data.held"}, {Key: "my_data.document.*"}, {Key: "import.*"}, {Key: "sheet.*"}, {Key: "vacancy.check.*"}, {Key: "vacancy.review.*"}, {Key: "vacancy.field.*"}, {Key: "vacancy.verdict.*"}},
	}
	if c.data != nil {
		c.config.Round, _ = c.data.Calls.Current(programme.DateOf(now))
	}
	return c, nil
}

// load links the flows to texts and data. Its findings say all that keeps the
// content from being shown to a person; then there is no set.
func (c *content) load() (*flows.Set, []finding, error) {
	if len(c.findings) > 0 {
		return nil, c.findings, nil
	}
	set, err := flows.Load(c.config)
	found, err := c.explain(err)
	return set, found, err
}

// check reports everything that is wrong or could be better. Without texts the
// flows are checked for themselves.
func (c *content) check() []finding {
	all := slices.Clone(c.findings)
	for _, f := range flows.Check(c.config) {
		all = append(all, c.ofFlows(f))
	}
	return all
}

// A finding is one thing to mend, from whichever package found it.
type finding struct {
	text  string // file:line:column: severity: message; mend
	grave bool   // nobody must see the content before this is mended
}

// explain turns the errors of loading into findings; any other error stays one.
func (c *content) explain(err error) ([]finding, error) {
	var found []finding
	var data programme.Problems
	var texts *locales.LoadError
	var linked *flows.LoadError
	switch {
	case err == nil:
	case errors.As(err, &data):
		for _, p := range data {
			found = append(found, finding{place(where(c.dir, "programme", p.File), p.Line, p.Column) + "error: " + mended(p.What, p.Mend), true})
		}
	case errors.As(err, &texts):
		for _, f := range texts.Findings {
			f.File = where(c.dir, "locales", f.File)
			found = append(found, finding{f.String(), f.Severity == locales.Error})
		}
	case errors.As(err, &linked):
		for _, f := range linked.Findings {
			found = append(found, c.ofFlows(f))
		}
	default:
		return nil, err
	}
	return found, nil
}

// ofFlows places a finding, which may be about a text.
func (c *content) ofFlows(f flows.Finding) finding {
	folder := "flows"
	if strings.HasPrefix(f.File, "active.") || strings.HasPrefix(f.File, "plain/") {
		folder = "locales"
	}
	if f.File != "" {
		f.File = where(c.dir, folder, f.File)
	}
	return finding{f.String(), f.Severity == flows.Error}
}

func place(file string, line, column int) string {
	switch {
	case line > 0 && column > 0:
		return fmt.Sprintf("%s:%d:%d: ", file, line, column)
	case line > 0:
		return fmt.Sprintf("%s:%d: ", file, line)
	}
	return file + ": "
}

func mended(what, mend string) string {
	if mend == "" {
		return what
	}
	return what + "; " + mend
}
