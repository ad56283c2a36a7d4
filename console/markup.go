package console

import (
	"html"
	"html/template"
	"regexp"
	"strings"
)

// What the team types on a page is plain text with two signs that everybody knows
// from their telephone: *bold* and _italic_. It becomes HTML as Telegram takes it
// and can never be broken.

var (
	boldSigns   = regexp.MustCompile(`\*([^*\n]+)\*`)
	italicSigns = regexp.MustCompile(`(^|[\s(¿¡"])_([^_\n]+)_`)
)

// typedHTML makes a message of what was typed.
func typedHTML(typed string) string {
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(typed)
	escaped = boldSigns.ReplaceAllString(escaped, "<b>$1</b>")
	return italicSigns.ReplaceAllString(escaped, "$1<i>$2</i>")
}

// htmlTyped is a message as somebody would have typed it. whole is false when it
// has formatting that the signs cannot say, which is lost when it is saved.
func htmlTyped(message string) (typed string, whole bool) {
	whole = true
	var b strings.Builder
	for _, part := range splitMarkup(message) {
		switch {
		case part.tag == "":
			b.WriteString(html.UnescapeString(part.text))
		case part.name() == "b" || part.name() == "strong":
			b.WriteByte('*')
		case part.name() == "i" || part.name() == "em":
			b.WriteByte('_')
		default:
			whole = false
		}
	}
	return b.String(), whole
}

// A markupPart is a run of text or one tag.
type markupPart struct{ text, tag string }

func (p markupPart) name() string {
	name, _, _ := strings.Cut(strings.Trim(p.tag, "</>"), " ")
	return strings.ToLower(name)
}

func splitMarkup(message string) (parts []markupPart) {
	for message != "" {
		open := strings.IndexByte(message, '<')
		if open < 0 {
			return append(parts, markupPart{text: message})
		}
		if open > 0 {
			parts = append(parts, markupPart{text: message[:open]})
		}
		end := strings.IndexByte(message[open:], '>')
		if end < 0 {
			return append(parts, markupPart{text: message[open:]})
		}
		parts = append(parts, markupPart{tag: message[open : open+end+1]})
		message = message[open+end+1:]
	}
	return parts
}

// phoneTags are the tags of a message and what a page shows for them.
var phoneTags = map[string]string{
	"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u", "s": "s", "strike": "s", "del": "s",
	"code": "code", "pre": "pre", "blockquote": "blockquote", "tg-spoiler": "i", "a": "u",
}

// phoneHTML shows a message as a telephone does. Only the names of known tags are
// taken from it; a link is shown and leads nowhere, so that nothing that somebody
// wrote can be opened from a page of the console by mistake.
func phoneHTML(message string) template.HTML {
	var b strings.Builder
	var open []string
	for _, part := range splitMarkup(message) {
		if part.tag == "" {
			b.WriteString(template.HTMLEscapeString(html.UnescapeString(part.text)))
			continue
		}
		shown, known := phoneTags[part.name()]
		switch {
		case !known:
		case !strings.HasPrefix(part.tag, "</"):
			b.WriteString("<" + shown + ">")
			open = append(open, shown)
		case len(open) > 0 && open[len(open)-1] == shown:
			b.WriteString("</" + shown + ">")
			open = open[:len(open)-1]
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		b.WriteString("</" + open[i] + ">")
	}
	return template.HTML(b.String())
}
