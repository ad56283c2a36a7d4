package flows

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds of a file. The longest flow has some 8 KB; the rest is room. Nesting is
// bounded before parsing because the parser is recursive.
const (
	maxFileBytes = 64 << 10
	maxNesting   = 24
	maxExcerpt   = 240 // characters of a line that is still shown with a finding
)

// position is a place in a file, both numbers from 1; column counts characters.
type position struct{ line, column int }

// source is one YAML file, parsed to a tree whose nodes know their place.
type source struct {
	file  string
	lines []string
	root  ast.Node // never nil; a mapping
}

// parseSource reads one YAML document. What flows do not need of YAML, and
// what makes it grow or change meaning behind the reader's back, is refused:
// anchors, aliases, merge keys, tags, several documents.
func parseSource(file string, data []byte) (src *source, found []Finding) {
	src = &source{file: file, lines: strings.Split(string(data), "\n")}
	refuse := func(p position, message, mend string) {
		found = append(found, Finding{File: file, Line: p.line, Column: p.column, Rule: "yaml", Message: message, Mend: mend, Excerpt: src.line(p.line)})
	}
	if len(data) > maxFileBytes {
		refuse(position{}, fmt.Sprintf("the file has more than %d bytes", maxFileBytes), "split the flow in two and link them")
		return src, found
	}
	if !utf8.Valid(data) {
		refuse(position{}, "the file is not UTF-8", "save it as UTF-8")
		return src, found
	}
	if p, deep := nestedTooDeep(src.lines); deep {
		refuse(p, fmt.Sprintf("the file is nested deeper than %d levels", maxNesting), "a flow needs no more than eight levels")
		return src, found
	}
	// A file may come from an operator's folder: a fault of the parser is a
	// finding about that file, not the end of the program.
	defer func() {
		if r := recover(); r != nil {
			refuse(position{}, "the YAML parser gave up on this file", "compare it with a flow that loads and mend the indentation")
		}
	}()
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		p, message := yamlError(err)
		refuse(p, message, "mend the YAML: two spaces of indentation, a space after each colon, quotes around a text with : or #")
		return src, found
	}
	var roots []ast.Node
	for _, doc := range tree.Docs {
		if doc.Body != nil {
			roots = append(roots, doc.Body)
		}
	}
	switch {
	case len(roots) == 0:
		refuse(position{1, 1}, "the file is empty", "begin it with flow: or triggers:")
	case len(roots) > 1:
		refuse(place(roots[1]), "the file holds more than one document", "keep one flow in a file and take out the line ---")
	case !isMapping(roots[0]):
		refuse(place(roots[0]), "the file is not a list of keys with values", "begin it with flow: or triggers:")
	default:
		src.root = roots[0]
		ast.Walk(visitor(func(n ast.Node) {
			if what := unwanted(n); what != "" {
				refuse(place(n), what+" are not allowed", "write the value out")
			}
		}), src.root)
		src.root = plainNode(src.root)
	}
	return src, found
}

// nestedTooDeep measures the nesting of brackets and of block collections on
// the raw text. It may count a bracket inside a text: no text of a flow needs
// that many.
func nestedTooDeep(lines []string) (position, bool) {
	depth := 0
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " \t-?"))
		if indent > 4*maxNesting {
			return position{i + 1, indent + 1}, true
		}
		for j, c := range []byte(line) {
			switch c {
			case '[', '{':
				if depth++; depth > maxNesting {
					return position{i + 1, utf8.RuneCountInString(line[:j]) + 1}, true
				}
			case ']', '}':
				depth = max(depth-1, 0)
			}
		}
	}
	return position{}, false
}

func yamlError(err error) (position, string) {
	var known yaml.Error
	if errors.As(err, &known) && known.GetToken() != nil && known.GetToken().Position != nil {
		at := known.GetToken().Position
		return position{at.Line, max(at.Column, 1)}, known.GetMessage()
	}
	return position{}, err.Error()
}

func isMapping(n ast.Node) bool {
	_, ok := n.(ast.MapNode)
	return ok
}

func unwanted(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode:
		return "anchors (&)"
	case *ast.AliasNode:
		return "aliases (*)"
	case *ast.MergeKeyNode:
		return "merge keys (<<)"
	case *ast.TagNode:
		return "tags (!)"
	}
	return ""
}

type visitor func(ast.Node)

func (v visitor) Visit(n ast.Node) ast.Visitor {
	v(n)
	return v
}

var plainInteger = regexp.MustCompile(`^(0|-?[1-9][0-9]{0,8})$`)

// plainNode makes a text of every scalar that YAML would turn into a number by
// a rule that nobody has in mind while writing codes: 18_28 (1828), 0x10, 007.
func plainNode(n ast.Node) ast.Node {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			v.Value = plainNode(v.Value)
		}
	case *ast.MappingValueNode:
		n.Value = plainNode(n.Value)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			n.Values[i] = plainNode(v)
		}
	case *ast.IntegerNode:
		if !plainInteger.MatchString(n.Token.Value) {
			return ast.String(n.Token)
		}
	case *ast.FloatNode:
		return ast.String(n.Token)
	case *ast.InfinityNode:
		return ast.String(n.Token)
	case *ast.NanNode:
		return ast.String(n.Token)
	case nil:
		return nil
	}
	return n
}

// value returns the tree as JSON would hold it, for the schema.
func value(n ast.Node) any {
	switch n := n.(type) {
	case *ast.MappingNode:
		m := make(map[string]any, len(n.Values))
		for _, v := range n.Values {
			m[keyOf(v)] = value(v.Value)
		}
		return m
	case *ast.MappingValueNode:
		return map[string]any{keyOf(n): value(n.Value)}
	case *ast.SequenceNode:
		list := make([]any, len(n.Values))
		for i, v := range n.Values {
			list[i] = value(v)
		}
		return list
	case *ast.IntegerNode:
		i, err := strconv.Atoi(n.Token.Value)
		if err != nil {
			return n.Token.Value
		}
		return i
	case *ast.BoolNode:
		return n.Value
	case *ast.LiteralNode:
		return n.Value.Value
	case *ast.StringNode:
		return n.Value
	}
	return nil
}

func keyOf(v *ast.MappingValueNode) string {
	if s, ok := v.Key.(*ast.StringNode); ok {
		return s.Value
	}
	if v.Key == nil || v.Key.GetToken() == nil {
		return ""
	}
	return v.Key.GetToken().Value
}

func entries(n ast.Node) []*ast.MappingValueNode {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}
	}
	return nil
}

// place returns where a node begins.
func place(n ast.Node) position {
	switch m := n.(type) {
	case *ast.MappingNode:
		if m.Start != nil && m.Start.Value == "{" || len(m.Values) == 0 {
			break
		}
		return place(m.Values[0])
	case *ast.MappingValueNode:
		return place(m.Key)
	}
	if n == nil || n.GetToken() == nil || n.GetToken().Position == nil {
		return position{}
	}
	at := n.GetToken().Position
	return position{at.Line, max(at.Column, 1)}
}

// at returns the place of the value under a path of keys (string) and indexes
// (int); where the path ends early, of the last value found.
func (s *source) at(path ...any) position {
	n, p := s.root, place(s.root)
	for _, part := range path {
		next, key := child(n, part)
		if next == nil {
			return p
		}
		if n, p = next, place(next); p == (position{}) {
			p = key
		}
	}
	return p
}

// keyAt returns the place of the key at the end of a path.
func (s *source) keyAt(path ...any) position {
	n := s.root
	for i, part := range path {
		next, key := child(n, part)
		if next == nil {
			return place(n)
		}
		if i == len(path)-1 && key != (position{}) {
			return key
		}
		n = next
	}
	return place(n)
}

func child(n ast.Node, part any) (next ast.Node, key position) {
	switch part := part.(type) {
	case string:
		for _, v := range entries(n) {
			if keyOf(v) == part {
				return v.Value, place(v.Key)
			}
		}
	case int:
		if list, ok := n.(*ast.SequenceNode); ok && part < len(list.Values) {
			return list.Values[part], position{}
		}
	}
	return nil, position{}
}

// line returns one line of the file for an excerpt.
func (s *source) line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	line := strings.TrimRight(strings.ReplaceAll(s.lines[n-1], "\t", " "), "\r ")
	if utf8.RuneCountInString(line) > maxExcerpt {
		return ""
	}
	return line
}

// isList reports whether the value under a path is a sequence.
func (s *source) isList(path ...any) bool {
	n := s.root
	for _, part := range path {
		if n, _ = child(n, part); n == nil {
			return false
		}
	}
	_, ok := n.(*ast.SequenceNode)
	return ok
}

// inside returns the place within a scalar where its content is wrong; with
// no error, where it begins. In a folded or quoted text with escapes the place
// is that of the beginning.
func (s *source) inside(err *conditionError, path ...any) position {
	p := s.at(path...)
	if err == nil || p.line < 1 || p.line > len(s.lines) {
		return p
	}
	line := []rune(s.lines[p.line-1])
	from := p.column - 1
	if from < len(line) && (line[from] == '\'' || line[from] == '"') {
		from++
	}
	if from <= len(line) && strings.HasPrefix(string(line[from:]), err.source) {
		p.column = from + 1 + err.offset
	}
	return p
}
