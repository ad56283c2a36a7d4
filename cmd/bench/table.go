package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// A row is one figure and what was wanted of it.
type row struct {
	what    string
	target  string // "": no target, the figure is for information
	figure  string
	verdict verdict
	notes   []string // how it was measured, and what else is to be known
}

type verdict string

const (
	none verdict = ""
	kept verdict = "ok"
	lost verdict = "MISSED"
)

func (r row) missed() bool { return r.verdict == lost }

// judged is the verdict about a figure that must not be above a limit.
func judged(figure, limit float64) verdict {
	if figure <= limit {
		return kept
	}
	return lost
}

func printTable(out io.Writer, rows []row) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\ttarget\tmeasured\tverdict")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", r.what, orDash(r.target), r.figure, orDash(string(r.verdict)))
	}
	w.Flush()
	fmt.Fprintln(out)
	for _, r := range rows {
		for i, n := range r.notes {
			if i == 0 {
				fmt.Fprintf(out, "%s\n", r.what)
			}
			fmt.Fprintf(out, "    %s\n", n)
		}
	}
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// summary counts the verdicts.
func summary(rows []row) string {
	count := map[verdict]int{}
	var missed []string
	for _, r := range rows {
		count[r.verdict]++
		if r.missed() {
			missed = append(missed, r.what)
		}
	}
	if len(missed) > 0 {
		return fmt.Sprintf("%d targets kept, %d missed (%s)", count[kept], count[lost], strings.Join(missed, "; "))
	}
	return fmt.Sprintf("%d targets kept, none missed", count[kept])
}
