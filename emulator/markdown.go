package emulator

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// markdown reads both styles; at is a byte offset of the input, units counts
// UTF-16 units of the output.
type markdown struct {
	in       string
	at       int
	out      strings.Builder
	units    int
	entities []Entity
	open     []openMark
	quote    bool // a quote is open
	lineHead bool // a quote may start here
}

type openMark struct {
	kind, name      string // entity type, and the name in error texts
	language        string
	begin           int
	units, outBytes int
}

func (m *markdown) peek(n int) byte {
	if m.at+n < len(m.in) {
		return m.in[m.at+n]
	}
	return 0
}

func (m *markdown) copyRune() {
	_, size := utf8.DecodeRuneInString(m.in[m.at:])
	m.write(m.in[m.at : m.at+size])
	m.at += size
}

func (m *markdown) write(s string) {
	m.out.WriteString(s)
	m.units += utf16Len(s)
}

// skipBreak passes one line break, of either or both characters.
func (m *markdown) skipBreak() {
	a, b := m.peek(0), m.peek(1)
	if a != '\n' && a != '\r' {
		return
	}
	if (b == '\n' || b == '\r') && a != b {
		m.at++
	}
	m.at++
}

// language passes the word after three backquotes when the code goes on
// behind it.
func (m *markdown) language() string {
	end := m.at
	for end < len(m.in) && !space(m.in[end]) && m.in[end] != '`' {
		end++
	}
	if end == m.at || end >= len(m.in) || m.in[end] == '`' {
		return ""
	}
	word := m.in[m.at:end]
	m.at = end
	return word
}

// parseMarkdown reads the legacy style, which does not nest.
func parseMarkdown(in string) (string, []Entity, error) {
	m := &markdown{in: in}
	for m.at < len(in) {
		c := in[m.at]
		if c == '\\' && strings.IndexByte("_*`[", m.peek(1)) >= 0 && m.peek(1) != 0 {
			m.at++
			m.copyRune()
			continue
		}
		if strings.IndexByte("_*`[", c) < 0 {
			m.copyRune()
			continue
		}
		if err := m.legacyEntity(c); err != nil {
			return "", nil, err
		}
	}
	return m.out.String(), m.entities, nil
}

func (m *markdown) legacyEntity(c byte) error {
	begin := m.at
	m.at++
	stop := string(c)
	e := Entity{Type: map[byte]string{'_': "italic", '*': "bold", '`': "code", '[': "text_link"}[c]}
	switch {
	case c == '[':
		stop = "]"
	case c == '`' && m.peek(0) == '`' && m.peek(1) == '`':
		m.at += 2
		e.Type, stop = "pre", "```"
		e.Language = m.language()
		m.skipBreak()
	}
	e.Offset = m.units
	start := m.at
	for m.at < len(m.in) && !strings.HasPrefix(m.in[m.at:], stop) {
		m.copyRune()
	}
	if m.at >= len(m.in) {
		return worded("Can't find end of the entity starting at byte offset %d", begin)
	}
	inner := m.in[start:m.at]
	m.at += len(stop)
	e.Length = m.units - e.Offset
	if c == '[' {
		link := inner
		if m.peek(0) == '(' && e.Length > 0 {
			m.at++
			link = m.in[m.at:]
			if end := strings.IndexByte(link, ')'); end >= 0 {
				link = link[:end]
				m.at++
			}
			m.at += len(link)
		}
		made, ok := linkEntity(e, link)
		if !ok {
			return nil
		}
		e = made
	}
	if e.Length > 0 {
		m.entities = append(m.entities, e)
	}
	return nil
}

// parseMarkdownV2 reads the style in which entities nest and every special
// character must be escaped.
func parseMarkdownV2(in string) (string, []Entity, error) {
	m := &markdown{in: in, lineHead: true}
	for m.at < len(in) {
		c := in[m.at]
		if c == '\\' && m.peek(1) > 0 && m.peek(1) <= 126 {
			m.at++
			m.copyRune()
			m.lineHead = false
			continue
		}
		reserved := "_*[]()~`>#+-=|{}.!\n"
		if m.inCode() {
			reserved = "`"
		}
		if strings.IndexByte(reserved, c) < 0 {
			m.copyRune()
			m.lineHead = m.lineHead && c == '\r'
			continue
		}
		var err error
		if m.ends(c) {
			err = m.closeMark(c)
		} else {
			err = m.openMark(c)
		}
		if err != nil {
			return "", nil, err
		}
	}
	if m.quote {
		m.dropMarkOfExpandable()
		if m.top().kind != "spoiler" && strings.HasSuffix(m.top().kind, "blockquote") {
			m.endQuote()
		}
	}
	if len(m.open) > 0 {
		return "", nil, m.unclosed()
	}
	sortEntities(m.entities)
	return m.out.String(), m.entities, nil
}

// dropMarkOfExpandable handles || at the end of a quote: what looks like the
// start of a spoiler says that the quote is expandable.
func (m *markdown) dropMarkOfExpandable() {
	t, n := m.top(), len(m.open)
	end := m.at
	if end > 0 && end < len(m.in) && m.in[end-1] == '\r' {
		end--
	}
	if t == nil || t.kind != "spoiler" || t.begin != end-2 || n < 2 {
		return
	}
	if m.open[n-2].kind == "blockquote" {
		m.open = m.open[:n-1]
		m.top().kind = "expandable_blockquote"
	}
}

func (m *markdown) top() *openMark {
	if n := len(m.open); n > 0 {
		return &m.open[n-1]
	}
	return nil
}

func (m *markdown) inCode() bool {
	t := m.top()
	return t != nil && (t.kind == "code" || t.kind == "pre")
}

func (m *markdown) unclosed() error {
	return worded("Can't find end of %s entity at byte offset %d", m.top().name, m.top().begin)
}

func (m *markdown) reserved() error {
	return worded("Character '%c' is reserved and must be escaped with the preceding '\\'", m.in[m.at])
}

// ends tells whether c closes the innermost open entity.
func (m *markdown) ends(c byte) bool {
	t := m.top()
	if t == nil {
		return false
	}
	if m.quote && c == '\n' && m.peek(1) != '>' {
		return true
	}
	switch t.name {
	case "Bold":
		return c == '*'
	case "Italic":
		return c == '_' && m.peek(1) != '_'
	case "Underline":
		return c == '_' && m.peek(1) == '_'
	case "Strikethrough":
		return c == '~'
	case "Spoiler":
		return c == '|' && m.peek(1) == '|'
	case "Code":
		return c == '`'
	case "Pre", "PreCode":
		return c == '`' && m.peek(1) == '`' && m.peek(2) == '`'
	case "TextUrl", "CustomEmoji":
		return c == ']'
	}
	return false
}

func (m *markdown) openMark(c byte) error {
	mark := openMark{begin: m.at}
	set := func(kind, name string, size int) { mark.kind, mark.name, m.at = kind, name, m.at+size }
	switch {
	case c == '_' && m.peek(1) == '_':
		set("underline", "Underline", 2)
	case c == '_':
		set("italic", "Italic", 1)
	case c == '*':
		set("bold", "Bold", 1)
	case c == '~':
		set("strikethrough", "Strikethrough", 1)
	case c == '|' && m.peek(1) == '|':
		set("spoiler", "Spoiler", 2)
	case c == '[':
		set("text_link", "TextUrl", 1)
	case c == '!' && m.peek(1) == '[':
		set("custom_emoji", "CustomEmoji", 2)
	case c == '`' && m.peek(1) == '`' && m.peek(2) == '`':
		set("pre", "Pre", 3)
		if mark.language = m.language(); mark.language != "" {
			mark.name = "PreCode"
		}
		m.skipBreak()
	case c == '`':
		set("code", "Code", 1)
	case c == '\n':
		m.write("\n")
		m.at++
		m.lineHead = true
		return nil
	case c == '>' && m.lineHead && m.quote:
		m.at++
		return nil
	case c == '>' && m.lineHead:
		set("blockquote", "BlockQuote", 1)
		m.quote = true
	default:
		return m.reserved()
	}
	mark.units, mark.outBytes = m.units, m.out.Len()
	m.open = append(m.open, mark)
	return nil
}

func (m *markdown) endQuote() {
	t := m.top()
	m.quote = false
	if m.units > t.units {
		m.entities = append(m.entities, Entity{Type: t.kind, Offset: t.units, Length: m.units - t.units})
	}
	m.open = m.open[:len(m.open)-1]
}

func (m *markdown) closeMark(c byte) error {
	if c == '\n' {
		m.dropMarkOfExpandable()
		if !strings.HasSuffix(m.top().kind, "blockquote") {
			return m.unclosed()
		}
		m.write("\n")
		m.at++
		m.lineHead = true
		m.endQuote()
		return nil
	}
	t := *m.top()
	e := Entity{Type: t.kind, Offset: t.units, Length: m.units - t.units, Language: t.language}
	keep := e.Length > 0
	switch t.name {
	case "Underline", "Spoiler":
		m.at += 2
	case "Pre", "PreCode":
		m.at += 3
	case "TextUrl":
		m.at++
		link := m.out.String()[t.outBytes:]
		if m.peek(0) == '(' {
			var ok bool
			begin := m.at + 1
			if link, ok = m.address(); !ok {
				return worded("Can't find end of a URL at byte offset %d", begin)
			}
		}
		made, ok := linkEntity(e, link)
		e, keep = made, keep && ok
	case "CustomEmoji":
		m.at++
		if m.peek(0) != '(' {
			return worded("The entity must contain a tg://emoji or tg://time URL")
		}
		begin := m.at + 1
		link, ok := m.address()
		if !ok {
			return worded("Can't find end of a URL at byte offset %d", begin)
		}
		if !emojiOrTime(&e, link) {
			return worded("Invalid tg://emoji or tg://time URL specified")
		}
	default:
		m.at++
	}
	if keep {
		m.entities = append(m.entities, e)
	}
	m.open = m.open[:len(m.open)-1]
	return nil
}

// address reads (...) with its escapes.
func (m *markdown) address() (string, bool) {
	m.at++
	var b strings.Builder
	for m.at < len(m.in) && m.in[m.at] != ')' {
		if m.in[m.at] == '\\' && m.peek(1) > 0 && m.peek(1) <= 126 {
			m.at++
		}
		b.WriteByte(m.in[m.at])
		m.at++
	}
	if m.at >= len(m.in) {
		return "", false
	}
	m.at++
	return b.String(), true
}

// emojiOrTime reads tg://emoji?id= and tg://time?unix=.
func emojiOrTime(e *Entity, link string) bool {
	u, err := url.Parse(link)
	if err != nil || strings.ToLower(u.Scheme) != "tg" {
		return false
	}
	switch q := u.Query(); strings.ToLower(u.Host) {
	case "emoji":
		e.CustomEmojiID = q.Get("id")
		return leadingInt(e.CustomEmojiID) != 0
	case "time":
		e.Type, e.UnixTime, e.DateTimeFormat = "date_time", leadingInt(q.Get("unix")), q.Get("format")
		return e.UnixTime > 0
	}
	return false
}
