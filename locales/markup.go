package locales

import "strings"

// tag is one piece of markup in a text.
type tag struct {
	name       string // "b", "i" or "a" where it is allowed
	closing    bool
	attributes string // what stands after the name
	start, end int    // byte offsets in the text, end exclusive
}

// href returns the address of a link.
func (t tag) href() (string, bool) {
	rest, ok := strings.CutPrefix(t.attributes, `href="`)
	if !ok {
		return "", false
	}
	address, ok := strings.CutSuffix(rest, `"`)
	return address, ok && !strings.Contains(address, `"`)
}

// tags returns the markup of a text; open is the offset of a "<" that no ">"
// follows, or -1.
func tags(text string) (found []tag, open int) {
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '<')
		if i < 0 {
			return found, -1
		}
		start := at + i
		n := strings.IndexByte(text[start:], '>')
		if n < 0 {
			return found, start
		}
		at = start + n + 1
		inner := text[start+1 : at-1]
		t := tag{start: start, end: at}
		inner, t.closing = strings.CutPrefix(inner, "/")
		t.name, t.attributes, _ = strings.Cut(inner, " ")
		t.attributes = strings.TrimSpace(t.attributes)
		found = append(found, t)
	}
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&")

// PlainText returns a text as it reads without markup: a button, a command or a
// file cannot be bold. The address of a link stays, after its words.
func PlainText(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return text
	}
	var b strings.Builder
	at, address := 0, ""
	all, _ := tags(text)
	for _, t := range all {
		b.WriteString(text[at:t.start])
		at = t.end
		switch {
		case t.name == "a" && t.closing && address != "":
			b.WriteString(" (" + address + ")")
			address = ""
		case t.name == "a" && !t.closing:
			address, _ = t.href()
		}
	}
	b.WriteString(text[at:])
	return entities.Replace(b.String())
}
