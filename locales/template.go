package locales

import (
	"fmt"
	"strconv"
	"strings"

	i18ntemplate "github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// template is one text cut at its placeholders: literals[0], names[0],
// literals[1], … , always one literal more than names. It is cut once, at
// load; a parameter is only ever copied in, so nothing inside it is read as a
// placeholder or as markup.
type template struct {
	literals []string
	names    []string
	size     int // bytes of all literals
}

// templateError says what is wrong with a brace in a text.
type templateError struct{ near string }

func (e *templateError) Error() string {
	return fmt.Sprintf("the brace at %q does not enclose a placeholder", e.near)
}

// parseTemplate cuts src. A placeholder is {name}, its name of lower-case
// ASCII letters, digits and underscores beginning with a letter. Any other
// brace is an error: no text of ours needs one, and it is nearly always a
// misspelt placeholder.
func parseTemplate(src string) (*template, error) {
	t := &template{}
	rest := src
	for {
		i := strings.IndexAny(rest, "{}")
		if i < 0 {
			t.literals = append(t.literals, rest)
			t.size += len(rest)
			return t, nil
		}
		end := strings.IndexByte(rest[i:], '}')
		if rest[i] == '}' || end < 0 || !isPlaceholder(rest[i+1:i+end]) {
			return nil, &templateError{near: excerpt(rest[i:])}
		}
		t.literals = append(t.literals, rest[:i])
		t.size += i
		t.names = append(t.names, rest[i+1:i+end])
		rest = rest[i+end+1:]
	}
}

func excerpt(s string) string {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	if r := []rune(s); len(r) > 16 {
		return string(r[:16]) + "…"
	}
	return s
}

func isPlaceholder(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return name != ""
}

// render fills the template. A parameter that is not given is empty. With
// escape, the three characters that Telegram's HTML knows, and the quote, are
// written as entities.
func (t *template) render(params map[string]any, loc *Locale, escape bool) string {
	if len(t.names) == 0 {
		return t.literals[0]
	}
	var b strings.Builder
	b.Grow(t.size + 24*len(t.names))
	for i, name := range t.names {
		b.WriteString(t.literals[i])
		writeParam(&b, name, params[name], loc, escape)
	}
	b.WriteString(t.literals[len(t.names)])
	return b.String()
}

func writeParam(b *strings.Builder, name string, value any, loc *Locale, escape bool) {
	if n, ok := integer(value); ok {
		var digits [32]byte
		if name == countParam {
			b.Write(loc.appendNumber(digits[:0], n))
		} else {
			b.Write(strconv.AppendInt(digits[:0], n, 10))
		}
		return
	}
	var s string
	switch v := value.(type) {
	case nil:
		return
	case string:
		s = v
	case fmt.Stringer:
		s = v.String()
	default:
		s = fmt.Sprint(v)
	}
	if escape {
		writeEscaped(b, s)
	} else {
		b.WriteString(s)
	}
}

// integer returns the value of every integer type that counts something.
func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	case int16:
		return int64(n), true
	case int8:
		return int64(n), true
	case uint32:
		return int64(n), true
	case uint16:
		return int64(n), true
	case uint8:
		return int64(n), true
	}
	return 0, false
}

func writeEscaped(b *strings.Builder, s string) {
	start := 0
	for i := range len(s) {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&quot;"
		default:
			continue
		}
		b.WriteString(s[start:i])
		b.WriteString(entity)
		start = i + 1
	}
	b.WriteString(s[start:])
}

// EscapeHTML returns s as Telegram HTML shows it literally. Parameters of
// HTML are escaped already; this is for text that is not a parameter.
func EscapeHTML(s string) string {
	if !strings.ContainsAny(s, `&<>"`) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	writeEscaped(&b, s)
	return b.String()
}

// placeholderParser gives our placeholders to go-i18n in the place of Go's
// own templates, in which a parameter is evaluated by reflection and a
// missing one prints "<no value>".
type placeholderParser struct{}

func (placeholderParser) Cacheable() bool { return true }

func (placeholderParser) Parse(src, _, _ string) (i18ntemplate.ParsedTemplate, error) {
	t, err := parseTemplate(src)
	if err != nil {
		return nil, err
	}
	return parsedTemplate{t}, nil
}

type parsedTemplate struct{ *template }

// Execute fills the template with data, a map[string]any, unescaped.
func (p parsedTemplate) Execute(data any) (string, error) {
	params, ok := data.(map[string]any)
	if !ok && data != nil {
		return "", fmt.Errorf("parameters of type %T", data)
	}
	return p.render(params, &Locale{}, false), nil
}
