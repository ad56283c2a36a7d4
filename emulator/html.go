package emulator

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// htmlTags are the supported tags and the entity that each makes; those of ""
// depend on their attribute.
var htmlTags = map[string]string{
	"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
	"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
	"tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote", "code": "code", "pre": "pre",
	"a": "text_link", "tg-emoji": "custom_emoji", "tg-time": "date_time",
}

// htmlParser reads the HTML that a bot may send. Offsets in its errors are in
// bytes of the input, offsets in its entities in UTF-16 units of the output.
type htmlParser struct {
	in       string
	at       int
	out      strings.Builder
	units    int
	broken   bool // a lone half of a surrogate pair was written
	open     []openTag
	entities []Entity
}

type openTag struct {
	name, argument, format string
	expandable             bool
	units, bytes           int
}

func parseHTML(in string) (string, []Entity, error) {
	p := &htmlParser{in: in}
	p.out.Grow(len(in))
	for p.at < len(in) {
		var err error
		switch {
		case in[p.at] == '&':
			p.reference()
		case in[p.at] != '<':
			_, size := utf8.DecodeRuneInString(in[p.at:])
			p.write(in[p.at : p.at+size])
			p.at += size
		case p.peek(1) == '/':
			err = p.endTag()
		default:
			err = p.startTag()
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, worded("Can't find end tag corresponding to start tag \"%s\"", p.open[n-1].name)
	}
	if p.broken {
		return "", nil, worded("Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
	}
	for i := range p.entities {
		if p.entities[i].Type == "code" {
			p.entities[i].Language = ""
		}
	}
	sortEntities(p.entities)
	return p.out.String(), p.entities, nil
}

// peek is the byte n places ahead, or 0 after the end.
func (p *htmlParser) peek(n int) byte {
	if p.at+n < len(p.in) {
		return p.in[p.at+n]
	}
	return 0
}

func (p *htmlParser) write(s string) {
	p.out.WriteString(s)
	p.units += utf16Len(s)
}

// space includes the end of the text, as the server's parser has it.
func space(c byte) bool {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == 0
}

func (p *htmlParser) skipSpace() {
	for p.at < len(p.in) && p.in[p.at] != 0 && space(p.in[p.at]) {
		p.at++
	}
}

// until moves to the first blank or stop byte and returns what was passed.
func (p *htmlParser) until(stop byte) string {
	start := p.at
	for !space(p.peek(0)) && p.peek(0) != stop {
		p.at++
	}
	return p.in[start:p.at]
}

func (p *htmlParser) reference() {
	r, size := decodeReference(p.in[p.at:])
	if size == 0 {
		p.write("&")
		p.at++
		return
	}
	if r >= 0xd800 && r <= 0xdfff {
		p.broken = true
		p.units++
	} else {
		p.write(string(r))
	}
	p.at += size
}

// decodeReference reads &lt; &gt; &amp; &quot; or a numeric reference, with
// or without the semicolon; size 0 means that the text is none of them.
func decodeReference(s string) (r rune, size int) {
	end := 1
	if strings.HasPrefix(s, "&#") {
		base, digits := 10, s[2:]
		end = 2
		if strings.HasPrefix(digits, "x") {
			base, digits, end = 16, digits[1:], 3
		}
		n := 0
		for n < len(digits) && (digits[n] >= '0' && digits[n] <= '9' || base == 16 && isHex(digits[n])) {
			n++
		}
		code, err := strconv.ParseUint(digits[:n], base, 32)
		if err != nil || code == 0 || code >= 0x10ffff {
			return 0, 0
		}
		r, end = rune(code), end+n
	} else {
		for end < len(s) && (s[end] >= 'a' && s[end] <= 'z' || s[end] >= 'A' && s[end] <= 'Z') {
			end++
		}
		switch s[1:end] {
		case "lt":
			r = '<'
		case "gt":
			r = '>'
		case "amp":
			r = '&'
		case "quot":
			r = '"'
		default:
			return 0, 0
		}
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return r, end
}

func (p *htmlParser) startTag() error {
	begin := p.at
	p.at++
	name := strings.ToLower(p.until('>'))
	if p.at >= len(p.in) || p.in[p.at] == 0 {
		return worded("Unclosed start tag at byte offset %d", begin)
	}
	if _, known := htmlTags[name]; !known {
		return worded("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := openTag{name: name}
	for p.peek(0) != '>' {
		p.skipSpace()
		if p.peek(0) == '>' {
			break
		}
		if err := p.attribute(&tag, begin); err != nil {
			return err
		}
	}
	p.at++
	if name == "span" && tag.argument != "spoiler" {
		return worded("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	tag.units, tag.bytes = p.units, p.out.Len()
	p.open = append(p.open, tag)
	return nil
}

func (p *htmlParser) attribute(tag *openTag, begin int) error {
	name := p.attributeName()
	if name == "" {
		return worded("Empty attribute name in the tag \"%s\" at byte offset %d", tag.name, begin)
	}
	p.skipSpace()
	if p.peek(0) == 0 {
		return worded("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	if p.peek(0) != '=' {
		tag.set(name, "")
		return nil
	}
	p.at++
	p.skipSpace()
	if p.peek(0) == 0 {
		return worded("Unclosed start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	var value string
	if quote := p.peek(0); quote == '"' || quote == '\'' {
		p.at++
		value = p.quoted(quote)
	} else {
		start := p.at
		for c := p.peek(0); c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '.' || c == '-'; c = p.peek(0) {
			p.at++
		}
		value = strings.ToLower(p.in[start:p.at])
		if !space(p.peek(0)) && p.peek(0) != '>' {
			return worded("Unexpected end of name token at byte offset %d", start)
		}
	}
	if p.peek(0) == 0 {
		return worded("Unclosed start tag at byte offset %d", begin)
	}
	tag.set(name, value)
	return nil
}

func (p *htmlParser) attributeName() string {
	start := p.at
	for !space(p.peek(0)) && strings.IndexByte("=>/\"'", p.peek(0)) < 0 {
		p.at++
	}
	return p.in[start:p.at]
}

func (p *htmlParser) quoted(quote byte) string {
	var b strings.Builder
	for p.at < len(p.in) && p.in[p.at] != quote && p.in[p.at] != 0 {
		if p.in[p.at] == '&' {
			if r, size := decodeReference(p.in[p.at:]); size > 0 {
				b.WriteRune(r)
				p.at += size
				continue
			}
		}
		b.WriteByte(p.in[p.at])
		p.at++
	}
	if p.peek(0) == quote {
		p.at++
	}
	return b.String()
}

func (t *openTag) set(name, value string) {
	switch {
	case t.name == "a" && name == "href",
		t.name == "tg-emoji" && name == "emoji-id",
		t.name == "tg-time" && name == "unix":
		t.argument = value
	case t.name == "tg-time" && name == "format":
		t.format = value
	case t.name == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		t.argument = value[len("language-"):]
	case t.name == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		t.argument = value[len("tg-"):]
	case t.name == "blockquote" && name == "expandable":
		t.expandable = true
	}
}

func (p *htmlParser) endTag() error {
	begin := p.at
	if len(p.open) == 0 {
		return worded("Unexpected end tag at byte offset %d", begin)
	}
	p.at += 2
	name := strings.ToLower(p.until('>'))
	p.skipSpace()
	if p.peek(0) != '>' {
		return worded("Unclosed end tag at byte offset %d", begin)
	}
	p.at++
	tag := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if name != "" && name != tag.name {
		return worded("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	if p.units == tag.units {
		return nil
	}
	return p.closeTag(tag)
}

// closeTag makes the entity of a tag that holds some text.
func (p *htmlParser) closeTag(tag openTag) error {
	e := Entity{Type: htmlTags[tag.name], Offset: tag.units, Length: p.units - tag.units}
	var last *Entity
	if n := len(p.entities); n > 0 && p.entities[n-1].Offset == e.Offset && p.entities[n-1].Length == e.Length {
		last = &p.entities[n-1]
	}
	switch tag.name {
	case "blockquote":
		if tag.expandable {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		if n, err := strconv.ParseInt(tag.argument, 10, 64); err != nil || n == 0 {
			return worded("Invalid custom emoji identifier specified")
		}
		e.CustomEmojiID = tag.argument
	case "tg-time":
		n, err := strconv.ParseInt(tag.argument, 10, 64)
		if err != nil || n <= 0 {
			return nil
		}
		e.UnixTime, e.DateTimeFormat = n, tag.format
	case "a":
		link := tag.argument
		if link == "" {
			link = p.out.String()[tag.bytes:]
		}
		made, ok := linkEntity(e, link)
		if !ok {
			return nil
		}
		e = made
	case "pre":
		if last != nil && last.Type == "code" && last.Language != "" {
			last.Type = "pre"
			return nil
		}
	case "code":
		if last != nil && last.Type == "pre" && last.Language == "" && tag.argument != "" {
			last.Language = tag.argument
			return nil
		}
		e.Language = tag.argument
	}
	p.entities = append(p.entities, e)
	return nil
}

// linkEntity makes a link, or a mention of a person by tg://user?id=; a text
// whose link is none stays plain.
func linkEntity(e Entity, link string) (Entity, bool) {
	lower := strings.Replace(strings.ToLower(link), "tg://", "tg:", 1)
	if rest, ok := strings.CutPrefix(lower, "tg:user?id="); ok {
		if id := leadingInt(rest); id > 0 {
			e.Type, e.User = "text_mention", &User{ID: id}
			return e, true
		}
	}
	checked, reason := checkedLink(link)
	if reason != "" {
		return e, false
	}
	e.Type, e.URL = "text_link", checked
	return e, true
}
