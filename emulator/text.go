package emulator

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of texts in code points after the entities were parsed, and of the
// raw text in bytes before (https://core.telegram.org/bots/api).
const (
	maxText    = 4096
	maxCaption = 1024
	maxRawText = 32768
	// maxEntities is how many of the bot's entities a message keeps, and how
	// many are found in it.
	maxEntities = 100
)

// formatted is a text with its entities, as it is kept in a message.
type formatted struct {
	text     string
	entities []Entity
}

// parseText reads a text parameter with its parse mode or its entities. It
// checks nothing that depends on the chat.
func (c *call) parseText(name, modeName, entitiesName string) (formatted, *apiError) {
	return parseFormatted(c.p.str(name), c.p.str(modeName), c.p.str(entitiesName))
}

func parseFormatted(text, mode, entities string) (formatted, *apiError) {
	if len(text) > maxRawText {
		return formatted{}, bad("text is too long")
	}
	parse := parsers[strings.ToLower(mode)]
	switch {
	case mode != "" && parse == nil:
		return formatted{}, bad("unsupported parse_mode")
	case parse != nil:
		if !utf8.ValidString(text) {
			return formatted{}, bad("text must be encoded in UTF-8")
		}
		out, found, err := parse(text)
		if err != nil {
			return formatted{}, bad("can't parse entities: %s", err)
		}
		return formatted{out, found}, nil
	case entities != "":
		list, err := readEntities(entities)
		return formatted{text, list}, err
	}
	return formatted{text: text}, nil
}

// parsers by lower-case parse mode; "none" is accepted and parses nothing.
var parsers = map[string]func(string) (string, []Entity, error){
	"html":       parseHTML,
	"markdown":   parseMarkdown,
	"markdownv2": parseMarkdownV2,
	"none":       func(s string) (string, []Entity, error) { return s, nil, nil },
}

// givenTypes are the entities that a bot may put on its texts; the others are
// found by the server and ignored when given.
var givenTypes = map[string]bool{
	"bold": true, "italic": true, "underline": true, "strikethrough": true, "spoiler": true,
	"blockquote": true, "expandable_blockquote": true, "code": true, "pre": true, "text_link": true,
	"text_mention": true, "custom_emoji": true, "date_time": true,
}

func readEntities(value string) ([]Entity, *apiError) {
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(value), &raw); err != nil {
		if json.Valid([]byte(value)) {
			return nil, bad("expected an Array of MessageEntity")
		}
		return nil, bad("can't parse entities JSON object")
	}
	var out []Entity
	for _, r := range raw {
		var e Entity
		if err := json.Unmarshal(r, &e); err != nil {
			return nil, bad("can't parse MessageEntity: Object expected")
		}
		if e.Type == "" {
			return nil, bad("can't parse MessageEntity: Can't find field \"type\"")
		}
		if givenTypes[e.Type] {
			out = append(out, e)
		}
	}
	return out, nil
}

// settle cleans a text as the server keeps it: control characters become
// spaces, it is trimmed on both sides, and the entities follow; then the
// entities that the server finds by itself are added. empty tells whether
// nothing is left.
func (f formatted) settle() (out formatted, empty bool, refusal *apiError) {
	if !utf8.ValidString(f.text) {
		return f, false, bad("strings must be encoded in UTF-8")
	}
	clean, shift := cleanText(f.text)
	units := len(shift) - 1 // UTF-16 length of the original
	var entities []Entity
	for _, e := range f.entities {
		if e.Offset < 0 || e.Offset > 1_000_000 {
			return f, false, bad("receive an entity with incorrect offset %d", e.Offset)
		}
		if e.Length < 0 || e.Length > 1_000_000 {
			return f, false, bad("receive an entity with incorrect length %d", e.Length)
		}
		if e.Length == 0 {
			continue
		}
		if e.Offset >= units {
			return f, false, bad("entity begins after the end of the text at UTF-16 offset %d", e.Offset)
		}
		if e.Offset+e.Length > units {
			return f, false, bad("entity beginning at UTF-16 offset %d ends after the end of the text at UTF-16 offset %d", e.Offset, e.Offset+e.Length)
		}
		if e.Type == "text_link" {
			link, err := checkedLink(e.URL)
			if err != "" {
				return f, false, bad("entity URL '%s' is invalid: %s", e.URL, err)
			}
			e.URL = link
		}
		start, end := shift[e.Offset], shift[e.Offset+e.Length]
		e.Offset, e.Length = start, end-start
		entities = append(entities, e)
	}
	text, left, right := trimText(clean)
	var kept []Entity
	for _, e := range entities {
		if len(kept) == maxEntities {
			break
		}
		start, end := max(e.Offset-left, 0), min(e.Offset+e.Length-left, right-left)
		// Formatting does not begin with white space, and white space alone has none.
		for start < end && isBlankUnit(text, start) {
			start++
		}
		if start < end && strings.Trim(sliceUnits(text, start, end), " \n") != "" {
			e.Offset, e.Length = start, end-start
			kept = append(kept, e)
		}
	}
	out = formatted{text, mergeFound(fixOverlaps(kept), findEntities(text))}
	return out, text == "", nil
}

// cleanText replaces what a message cannot hold. shift maps each UTF-16
// offset of the original to the cleaned text.
func cleanText(s string) (string, []int) {
	var b strings.Builder
	b.Grow(len(s))
	shift := make([]int, 0, len(s)+1)
	at := 0
	for _, r := range s {
		shift = append(shift, at)
		switch {
		case r == '\r':
			continue
		case r == '\n':
			b.WriteByte('\n')
		case r < ' ':
			b.WriteByte(' ')
		case r >= 0x2028 && r <= 0x202e, r == 0x333, r == 0x33f, r == 0x30a:
			continue
		default:
			b.WriteRune(r)
			if r > 0xffff {
				shift = append(shift, at+1)
				at++
			}
		}
		at++
	}
	return b.String(), append(shift, at)
}

// trimText removes blanks on both sides and returns the UTF-16 offsets of
// what is left.
func trimText(s string) (text string, left, right int) {
	const blanks = " \n"
	trimmed := strings.TrimLeft(s, blanks)
	left = len(s) - len(trimmed)
	trimmed = strings.TrimRight(trimmed, blanks)
	return trimmed, left, left + utf16Len(trimmed)
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xffff {
			n++
		}
	}
	return n
}

// byteAt is the byte offset of a UTF-16 offset.
func byteAt(s string, unit int) int {
	n := 0
	for i, r := range s {
		if n >= unit {
			return i
		}
		n++
		if r > 0xffff {
			n++
		}
	}
	return len(s)
}

func sliceUnits(s string, start, end int) string { return s[byteAt(s, start):byteAt(s, end)] }

func isBlankUnit(s string, unit int) bool {
	i := byteAt(s, unit)
	return i < len(s) && (s[i] == ' ' || s[i] == '\n')
}

func sortEntities(list []Entity) {
	slices.SortStableFunc(list, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		if a.Length != b.Length {
			return b.Length - a.Length
		}
		return entityRank(a.Type) - entityRank(b.Type)
	})
}

// entityRank orders entities of the same place: what may hold others first.
func entityRank(kind string) int {
	switch kind {
	case "blockquote", "expandable_blockquote":
		return 0
	case "pre":
		return 10
	case "code":
		return 20
	case "text_link", "text_mention":
		return 49
	case "bold":
		return 90
	case "italic":
		return 91
	case "underline":
		return 92
	case "strikethrough":
		return 93
	case "spoiler":
		return 94
	case "custom_emoji":
		return 99
	}
	return 50
}

func splittable(kind string) bool {
	switch kind {
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return true
	}
	return false
}

// fixOverlaps keeps entities that nest and cuts those that cross: of two
// links or codes that cross the first stays, and bold and the like are split.
func fixOverlaps(list []Entity) []Entity {
	if len(list) < 2 {
		return list
	}
	sortEntities(list)
	var solid, soft []Entity
	for _, e := range list {
		if splittable(e.Type) {
			soft = append(soft, e)
			continue
		}
		crossing := slices.ContainsFunc(solid, func(o Entity) bool {
			if e.Offset >= o.Offset+o.Length || o.Offset >= e.Offset+e.Length {
				return false
			}
			inQuote := strings.HasSuffix(o.Type, "blockquote") && e.Offset+e.Length <= o.Offset+o.Length && !strings.HasSuffix(e.Type, "blockquote")
			return !inQuote
		})
		if !crossing {
			solid = append(solid, e)
		}
	}
	out := append([]Entity(nil), solid...)
	for _, e := range mergeSoft(soft) {
		out = append(out, splitAt(e, solid)...)
	}
	sortEntities(out)
	return out
}

// mergeSoft joins entities of one type that touch or overlap.
func mergeSoft(list []Entity) []Entity {
	last := map[string]int{}
	var out []Entity
	for _, e := range list {
		if i, ok := last[e.Type]; ok && e.Offset <= out[i].Offset+out[i].Length {
			out[i].Length = max(out[i].Length, e.Offset+e.Length-out[i].Offset)
			continue
		}
		last[e.Type] = len(out)
		out = append(out, e)
	}
	return out
}

// splitAt cuts e at the borders of the solid entities that it crosses, and
// drops the parts inside code, which has no other formatting.
func splitAt(e Entity, solid []Entity) []Entity {
	cuts := []int{e.Offset, e.Offset + e.Length}
	for _, o := range solid {
		start, end := o.Offset, o.Offset+o.Length
		crosses := start < e.Offset && end > e.Offset && end < cuts[1] || start > e.Offset && start < cuts[1] && end > cuts[1]
		code := (o.Type == "code" || o.Type == "pre") && start < cuts[1] && end > e.Offset
		if crosses || code {
			for _, at := range []int{start, end} {
				if at > e.Offset && at < e.Offset+e.Length {
					cuts = append(cuts, at)
				}
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []Entity
	for i := 0; i+1 < len(cuts); i++ {
		part := e
		part.Offset, part.Length = cuts[i], cuts[i+1]-cuts[i]
		inCode := slices.ContainsFunc(solid, func(o Entity) bool {
			return (o.Type == "code" || o.Type == "pre") && o.Offset <= part.Offset && part.Offset+part.Length <= o.Offset+o.Length
		})
		if !inCode {
			out = append(out, part)
		}
	}
	return out
}

// mergeFound adds the entities found in the text where they cross none that
// the bot gave.
func mergeFound(given, found []Entity) []Entity {
	if len(found) == 0 {
		return given
	}
	out := given
	for _, f := range found {
		clash := slices.ContainsFunc(given, func(g Entity) bool {
			overlap := f.Offset < g.Offset+g.Length && g.Offset < f.Offset+f.Length
			if !overlap || splittable(g.Type) {
				return false
			}
			inside := strings.HasSuffix(g.Type, "blockquote") && g.Offset <= f.Offset && f.Offset+f.Length <= g.Offset+g.Length
			return !inside
		})
		if !clash {
			out = append(out, f)
		}
	}
	return fixOverlaps(out)
}
