package main

import (
	"fmt"
	"time"

	"arraigo/flows"
)

// graphCommand draws the flows.
type graphCommand struct {
	Flow string `arg:"" optional:"" help:"Draw only this flow. Without it: docs/flows.md, all flows with their questions."`
	fileOption
	contentOptions
}

// Run prints Markdown, or one Mermaid diagram.
func (g *graphCommand) Run(term *console) error {
	set, err := soundContent(term, g.contentOptions)
	if err != nil {
		return err
	}
	if g.Flow == "" {
		term.printf("%s", set.Document())
		return nil
	}
	flow, err := flowNamed(set, g.Flow)
	if err != nil {
		return err
	}
	term.printf("%s", set.Mermaid(flow))
	return nil
}

// soundContent loads the content for a command that is not about mistakes; if
// there are some it shows them and fails.
func soundContent(term *console, o contentOptions) (*flows.Set, error) {
	var f faults
	o.validate(&f)
	if err := f.err(); err != nil {
		return nil, err
	}
	read, err := readContent(o.ProgrammeDir, examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return nil, err
	}
	set, found, err := read.load()
	if err != nil {
		return nil, err
	}
	return set, term.refuse(found)
}

// refuse shows findings that keep the content from being used.
func (c *console) refuse(found []finding) error {
	if len(found) == 0 {
		return nil
	}
	for _, f := range found {
		fmt.Fprintln(c.err, f.text)
	}
	c.warnf("%s in the content; mend them, arraigo check says when all is well", plural(len(found), "error"))
	return errTold
}
