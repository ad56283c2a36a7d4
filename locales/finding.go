package locales

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a finding stops a release.
type Severity int

const (
	// Error means that a person would read something wrong; it must be mended.
	Error Severity = iota
	// Warning means that the text works and could be better.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Finding is one defect of a catalogue, with the place and the way to mend
// it. Line and Column start at 1; Column counts characters, not bytes. Both
// are 0 when the defect has no place, such as a file that does not exist.
type Finding struct {
	File         string
	Line, Column int
	Key          string
	Form         string // plural form, "other" of a text without any; empty: the text as a whole
	Rule         string // short name of the broken rule, such as "parity"
	Message      string
	Mend         string // what to do, as an instruction
	Severity     Severity
}

// String returns the finding in the form that editors turn into a link:
// "file:line:column: severity: message [rule]; mend".
func (f Finding) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: ", f.Severity)
	if f.Key != "" {
		fmt.Fprintf(&b, "%s: ", f.Key)
	}
	fmt.Fprintf(&b, "%s [%s]", f.Message, f.Rule)
	if f.Mend != "" {
		fmt.Fprintf(&b, "; %s", f.Mend)
	}
	return b.String()
}

// LoadError is the error of Load: everything that is wrong with the
// catalogue files, in the order of the files. It is never empty.
type LoadError struct {
	Findings []Finding
}

// Error returns one finding a line.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

func sortFindings(all []Finding) {
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Key, b.Key),
		)
	})
}
