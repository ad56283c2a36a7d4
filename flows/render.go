package flows

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"arraigo/locales"
)

// A Message is a reply in words, ready to be sent.
type Message struct {
	HTML       string // Telegram HTML, at most MaxMessage code points once parsed
	Buttons    [][]RenderedButton
	Share      string // "contact" or "location": ask with a reply keyboard
	ShareLabel string
	File       string // as in Reply: to be made and sent with HTML as caption
	Edit       int    // change or, with Hide, delete this message
	Markup     bool
	Hide       bool
}

// Plain returns the text without markup, for a terminal or as a fallback.
func (m Message) Plain() string { return cut(locales.PlainText(m.HTML), MaxMessage) }

// A RenderedButton has its words.
type RenderedButton struct{ Text, Data, URL string }

// Telegram's own limits, in code points.
const (
	MaxMessage = 4096
	MaxButton  = 64
)

// Render puts a reply into the words of the session's language.
func Render(set *Set, s *Session, r Reply) Message {
	w := &writer{set: set, lang: s.Language, bare: s.Value(slotEmojis) == No}
	m := Message{Share: r.Share, File: r.File, Edit: r.Edit, Markup: r.Markup, Hide: r.Hide}
	var parts []string
	for _, part := range r.Parts {
		parts = append(parts, w.html(part))
	}
	if m.HTML = strings.Join(parts, "\n\n"); utf8.RuneCountInString(m.HTML) > MaxMessage {
		m.HTML = escape(m.Plain()) // a text cut inside its markup would be refused
	}
	for _, row := range r.Buttons {
		var buttons []RenderedButton
		for _, b := range row {
			buttons = append(buttons, RenderedButton{Text: cut(w.plain(b.Label), MaxButton), Data: b.Data, URL: b.URL})
		}
		m.Buttons = append(m.Buttons, buttons)
	}
	if r.Share != "" {
		m.ShareLabel = w.plain(Key("button.share_" + r.Share))
	}
	return m
}

// Words renders one text without markup.
func Words(set *Set, s *Session, text Text) string {
	return (&writer{set: set, lang: s.Language, bare: s.Value(slotEmojis) == No}).plain(text)
}

// words renders one text in a language, for comparing with typed words.
func (s *Set) words(lang string, text Text) string {
	return (&writer{set: s, lang: lang, bare: true}).plain(text)
}

type writer struct {
	set  *Set
	lang string
	bare bool // leave out the signpost emoji at the start of a text
}

func (w *writer) html(t Text) string {
	if t.Key == "" {
		return w.value(t, w.html, escape)
	}
	if len(t.Params) == 0 {
		return w.signpost(w.set.Catalog.HTML(w.lang, t.Key, nil))
	}
	// A parameter may itself be a text with markup. The catalogue escapes what
	// it is given, so such a parameter goes in as a mark and is put in its
	// place afterwards.
	var marked []string
	params := make(map[string]any, len(t.Params))
	for name, p := range t.Params {
		switch {
		case p.Count != nil:
			params[name] = *p.Count
		case p.Literal != "":
			params[name] = strings.ReplaceAll(p.Literal, mark, "")
		default:
			params[name] = mark + strconv.Itoa(len(marked)) + mark
			marked = append(marked, w.html(p))
		}
	}
	text := w.set.Catalog.HTML(w.lang, t.Key, params)
	for i, m := range marked {
		text = strings.ReplaceAll(text, mark+strconv.Itoa(i)+mark, m)
	}
	return w.signpost(text)
}

// mark is a private-use character: no text of ours holds it, and it is taken
// out of what people type.
const mark = "\uE000"

func (w *writer) plain(t Text) string {
	if t.Key == "" {
		return w.value(t, w.plain, func(s string) string { return s })
	}
	if len(t.Params) == 0 {
		return w.signpost(w.set.Catalog.Text(w.lang, t.Key, nil))
	}
	params := make(map[string]any, len(t.Params))
	for name, p := range t.Params {
		if p.Count != nil {
			params[name] = *p.Count
		} else {
			params[name] = w.plain(p)
		}
	}
	return w.signpost(w.set.Catalog.Text(w.lang, t.Key, params))
}

// value writes what is no key. word renders a nested text, literal escapes a
// plain one.
func (w *writer) value(t Text, word func(Text) string, literal func(string) string) string {
	all := func(texts []Text) []string {
		words := make([]string, len(texts))
		for i, nested := range texts {
			words[i] = word(nested)
		}
		return words
	}
	c := w.set.Catalog
	switch {
	case t.List != nil:
		return c.List(w.lang, all(t.List))
	case t.Lines != nil:
		return strings.Join(all(t.Lines), "\n")
	case t.Date != 0:
		return literal(c.DateYear(w.lang, w.at(t.Date)))
	case t.Day != 0:
		return literal(c.Date(w.lang, w.at(t.Day)))
	case t.Time != 0:
		return literal(c.Time(w.lang, w.at(t.Time)))
	case t.Weekday != nil:
		return literal(c.Weekday(w.lang, time.Weekday(*t.Weekday)))
	case t.Money != 0:
		return literal(c.Money(w.lang, t.Money))
	case t.Count != nil:
		return literal(c.Number(w.lang, int64(*t.Count)))
	case t.Occupation != "":
		if o, ok := w.set.Data.Occupations.ByCode(t.Occupation); ok {
			return literal(o.Label(w.lang))
		}
	case t.HelpLine != "":
		for _, line := range w.set.Data.HelpLines {
			if line.ID == t.HelpLine {
				return literal(line.Purpose(w.lang))
			}
		}
	}
	return literal(t.Literal)
}

func (w *writer) signpost(s string) string {
	if !w.bare {
		return s
	}
	return strings.TrimLeftFunc(s, func(r rune) bool {
		return r >= 0x2190 && r != '•' && r != '→' && !isLetterMark(r) || r == ' ' || r == 0xFE0F
	})
}

func isLetterMark(r rune) bool { return r >= 0x3000 && r < 0xD800 }

func escape(s string) string { return escapes.Replace(s) }

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// cut shortens to n code points.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}

func (w *writer) at(unix int64) time.Time {
	return time.Unix(unix, 0).In(w.set.Timing.defaults().Location)
}
