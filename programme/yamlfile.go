package programme

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// scalar is one value of a YAML file that remembers where it stands.
type scalar struct {
	value        string
	line, column int
	inset        int // characters between column and the value: 1 inside quotes
	folded       bool
}

// UnmarshalYAML accepts any plain value and keeps its text as written.
func (s *scalar) UnmarshalYAML(n ast.Node) error {
	t := n.GetToken()
	s.line, s.column = t.Position.Line, t.Position.Column
	switch n := n.(type) {
	case *ast.StringNode:
		s.value = n.Value
		if t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType {
			s.inset = 1
		}
	case *ast.LiteralNode:
		s.value, s.folded = n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		s.value = t.Value
	default:
		return &yaml.SyntaxError{Message: "a single value is expected here", Token: t}
	}
	return nil
}

func (s scalar) given() bool { return s.line > 0 }

// values are the texts of several scalars.
func values(list []scalar) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.value)
	}
	return out
}

// yamlFile collects the problems of one YAML file.
type yamlFile struct {
	name     string
	problems *Problems
}

// decode reads the file into out and refuses unknown keys, keys given twice and
// more than one document. It reports whether the rest can be checked.
func (f yamlFile) decode(fsys fs.FS, out any) (ok bool) {
	// The file may be an operator's: what the library stumbles over (an array
	// that is an alias of itself, say) is a problem of that file, not the end of
	// the program.
	defer func() {
		if r := recover(); r != nil {
			f.problems.add(f.name, 0, 0, "the YAML reader gave up on this file", "compare it with the file that came with the program and mend the indentation")
			ok = false
		}
	}()
	raw, err := fs.ReadFile(fsys, f.name)
	if err != nil {
		f.problems.add(f.name, 0, 0, fmt.Sprintf("the file cannot be read: %v", errors.Unwrap(err)), "put it back or mend its name")
		return false
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict())
	if err := decoder.Decode(out); err != nil {
		if errors.Is(err, io.EOF) {
			f.problems.add(f.name, 1, 1, "the file is empty", "put it back")
			return false
		}
		f.yamlProblem(err)
		return false
	}
	if err := decoder.Decode(new(any)); !errors.Is(err, io.EOF) {
		f.problems.add(f.name, 0, 0, "the file holds more than one document", "remove the line --- and what follows it")
		return false
	}
	return true
}

func (f yamlFile) yamlProblem(err error) {
	line, column, what := 0, 0, err.Error()
	if e, ok := errors.AsType[yaml.Error](err); ok {
		what = e.GetMessage()
		if t := e.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	f.problems.add(f.name, line, column, what, "check the spelling and the indentation of this line")
}

func (f yamlFile) problem(at scalar, what, mend string) {
	f.problems.add(f.name, at.line, at.column, what, mend)
}

// condition compiles a `when`; the place of a mistake inside it is exact when
// the condition stands on one line.
func (f yamlFile) condition(at scalar, vocabulary map[string][]string) condition {
	c, problem := compileCondition(at.value, vocabulary)
	if problem != nil {
		column := at.column
		if !at.folded {
			column += at.inset + problem.at
		}
		f.problems.add(f.name, at.line, column, problem.what, problem.mend)
	}
	return c
}

func (f yamlFile) oneOf(at scalar, possible []string) string {
	for _, p := range possible {
		if p == at.value {
			return p
		}
	}
	f.problem(at, fmt.Sprintf("%q is not a possible value", at.value), "use one of "+quoteAll(possible))
	return ""
}

// whole reads a whole number not below least; absent is 0.
func (f yamlFile) whole(at scalar, least int) int {
	if !at.given() {
		return 0
	}
	n, err := strconv.Atoi(at.value)
	if err != nil || n < least {
		f.problem(at, fmt.Sprintf("%q is not a whole number of %d or more", at.value, least), "write digits only")
	}
	return n
}

// yes reads true or false; absent is false.
func (f yamlFile) yes(at scalar) bool {
	if at.given() && at.value != "true" && at.value != "false" {
		f.problem(at, fmt.Sprintf("%q is neither true nor false", at.value), "write true or false")
	}
	return at.value == "true"
}
