package programme

import (
	"fmt"
	"strings"
)

// Problem is one mistake in a data file, told so that the person who edits the
// file can mend it without reading code.
type Problem struct {
	File   string // path inside the file system given to Load
	Line   int    // from 1; 0 when the file as a whole is meant
	Column int    // from 1, in characters; 0 when the line as a whole is meant
	What   string // what is wrong
	Mend   string // what to write instead
}

// Error renders the problem as file:line:column: what (mend).
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	}
	b.WriteString(": ")
	b.WriteString(p.What)
	if p.Mend != "" {
		b.WriteString(" (")
		b.WriteString(p.Mend)
		b.WriteString(")")
	}
	return b.String()
}

// Problems is every mistake found in one reading of the data, in the order of
// the files. It is the error that Load returns.
type Problems []Problem

// Error joins the problems, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

func (ps *Problems) add(file string, line, column int, what, mend string) {
	*ps = append(*ps, Problem{File: file, Line: line, Column: column, What: what, Mend: mend})
}
