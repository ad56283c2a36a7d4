package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"arraigo/locales"
)

// Severity says whether a finding stops the program from starting.
type Severity = locales.Severity

// The severities. Load refuses a set with an Error; a Warning only advises.
const (
	Error   = locales.Error
	Warning = locales.Warning
)

// A Finding is one defect of a flow, of triggers.yaml or of a text that they
// use, told so that whoever edits the file can mend it without reading code.
type Finding struct {
	File         string
	Line, Column int    // from 1, Column in characters; 0 when the file as a whole is meant
	Rule         string // short name of the broken rule, such as "unreachable-step"
	Message      string
	Mend         string // what to do, as an instruction
	Severity     Severity
	Excerpt      string // the line of the file; empty when there is none
	Key          string // of the text that it is about; empty when it is about a flow
}

// String returns the finding in the form that editors turn into a link,
// "file:line:column: severity: message [rule]; mend", and below it the line of
// the file with a mark under the place.
func (f Finding) String() string {
	var b strings.Builder
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
		}
		b.WriteString(": ")
	}
	fmt.Fprintf(&b, "%s: %s [%s]", f.Severity, f.Message, f.Rule)
	if f.Mend != "" {
		fmt.Fprintf(&b, "; %s", f.Mend)
	}
	if f.Excerpt != "" && f.Column > 0 {
		fmt.Fprintf(&b, "\n    %s\n    %s^", f.Excerpt, strings.Repeat(" ", f.Column-1))
	}
	return b.String()
}

// A LoadError is the error of Load: everything that is wrong, in the order of
// the files. It is never empty.
type LoadError struct{ Findings []Finding }

// Error returns the findings, one after the other.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// findings collects defects and gives each its excerpt.
type findings struct {
	all     []Finding
	sources map[string]*source
}

func (fs *findings) add(f Finding) {
	if src := fs.sources[f.File]; src != nil {
		f.Excerpt = src.line(f.Line)
	}
	fs.all = append(fs.all, f)
}

// at adds an error at a place of a file.
func (fs *findings) at(file string, p position, rule, message, mend string) {
	fs.add(Finding{File: file, Line: p.line, Column: p.column, Rule: rule, Message: message, Mend: mend})
}

func (fs *findings) sorted() []Finding {
	slices.SortStableFunc(fs.all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(fs.all)
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
