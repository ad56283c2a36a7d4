package locales

import (
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// text is one text of one language, in one or several plural forms.
type text struct {
	key    string
	file   *file
	forms  [formCount]*rendering
	plural bool
}

// rendering is one form of a text, cut twice: with its markup and without.
type rendering struct {
	source string
	html   *template
	plain  *template
}

// What to do about braces and tags that cannot be read.
const (
	bracesMend = "write a placeholder as {name}, in lower-case letters without accents, and use no other braces"
	tagsMend   = "close every tag that is opened"
)

// newText compiles a message; the place of a bad form is the place of its
// own key when it has one.
func newText(m *i18n.Message, f *file) (*text, []Finding) {
	t := &text{key: m.ID, file: f}
	var found []Finding
	for kind := range formCount {
		source := kind.source(m)
		if source == "" {
			continue
		}
		if _, ok := f.positions[m.ID+"."+kind.String()]; ok {
			t.plural = true
		}
		r, bad := newRendering(t, kind, source)
		for _, b := range bad {
			if t.plural {
				b.Key += "." + kind.String()
			}
			found = append(found, b)
		}
		t.forms[kind] = r
	}
	return t, found
}

// pick returns the form for the parameters.
func (t *text) pick(params map[string]any, p *plurals) *rendering {
	if t.plural {
		if n, ok := integer(params[countParam]); ok {
			if r := t.forms[p.form(n)]; r != nil {
				return r
			}
		}
	}
	return t.forms[other]
}

// placeholders returns the parameters that the text needs, sorted.
func (t *text) placeholders() []string {
	var names []string
	for _, r := range t.forms {
		if r != nil {
			names = append(names, r.html.names...)
		}
	}
	if t.plural {
		names = append(names, countParam)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// position returns the place of a form, or of the text as a whole.
func (t *text) position(kind form) position {
	if t.plural && kind < formCount {
		if p, ok := t.file.positions[t.key+"."+kind.String()]; ok {
			return p
		}
	}
	return t.file.positions[t.key]
}

func (t *text) finding(kind form, rule, message, mend string) Finding {
	p, name := t.position(kind), ""
	if kind < formCount {
		name = kind.String()
	}
	return Finding{File: t.file.name, Line: p.line, Column: p.column, Key: t.key, Form: name, Rule: rule, Message: message, Mend: mend}
}
