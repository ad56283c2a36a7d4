package main

import (
	"fmt"
	"io"
	"time"

	"arraigo/flows"
)

// checkCommand looks at the content as an editor of it would want it.
type checkCommand struct {
	fileOption
	contentOptions
}

// Run prints every finding and fails if one of them is an error.
func (c *checkCommand) Run(term *console) error {
	var f faults
	c.contentOptions.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	read, err := readContent(c.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return err
	}
	found := read.check()
	for _, f := range found {
		term.printf("%s\n", f.text)
	}
	summarise(term.out, read, found)
	if count(found, true) > 0 {
		return errTold
	}
	return nil
}

// examplePolicy is what the consent text names where there is no operator: in
// check, in chat, in the demo and in the transcripts.
func examplePolicy() flows.Policy {
	day := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	return flows.Policy{Version: 1, Entity: "Organización Ejemplo (ficticia)", Contact: "datos@ejemplo.org", Dated: day.Unix()}
}

func count(found []finding, grave bool) (n int) {
	for _, f := range found {
		if f.grave == grave {
			n++
		}
	}
	return n
}

// summarise ends a list of findings with one line.
func summarise(w io.Writer, read *content, found []finding) {
	what := "content"
	if set, _, err := read.load(); err == nil && set != nil {
		what = fmt.Sprintf("%d flows, %d questions, %d languages, %d municipalities",
			len(set.Flows()), len(set.Slots()), len(read.catalog.Languages()), len(read.data.Municipalities.All()))
	}
	fmt.Fprintf(w, "%s: %s, %s\n", what, plural(count(found, true), "error"), plural(count(found, false), "warning"))
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
