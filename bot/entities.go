package bot

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
)

// An entity marks a part of a text that somebody formatted. Offset and Length
// count UTF-16 code units, as everywhere in the Bot API.
type entity struct {
	Type     string `json:"type"`
	Offset   int    `json:"offset"`
	Length   int    `json:"length"`
	URL      string `json:"url"`
	Language string `json:"language"`
}

// entityRanks are the kinds of entities that have markup of their own, and which
// of two that cover the same letters is the outer one. What is not here (links
// that Telegram finds by itself, mentions, custom emoji) stays text.
var entityRanks = map[string]int{
	"blockquote": 1, "expandable_blockquote": 1, "pre": 2, "code": 3, "text_link": 4,
	"bold": 5, "italic": 6, "underline": 7, "strikethrough": 8, "spoiler": 9,
}

// markup returns the tags of an entity.
func (e entity) markup() (start, end string) {
	switch e.Type {
	case "blockquote":
		return "<blockquote>", "</blockquote>"
	case "expandable_blockquote":
		return "<blockquote expandable>", "</blockquote>"
	case "pre":
		if e.Language != "" {
			return `<pre><code class="language-` + escapeHTML(e.Language) + `">`, "</code></pre>"
		}
		return "<pre>", "</pre>"
	case "code":
		return "<code>", "</code>"
	case "text_link":
		return `<a href="` + escapeHTML(e.URL) + `">`, "</a>"
	case "bold":
		return "<b>", "</b>"
	case "italic":
		return "<i>", "</i>"
	case "underline":
		return "<u>", "</u>"
	case "strikethrough":
		return "<s>", "</s>"
	}
	return "<tg-spoiler>", "</tg-spoiler>"
}

// entityHTML writes a text with its entities as the HTML that Telegram reads
// back as the same text with the same entities. Any list gives HTML that can be
// read: entities that cross are parted where they do, and what lies outside the
// text is left out.
func entityHTML(text string, list []entity) string {
	marks := slices.DeleteFunc(slices.Clone(list), func(e entity) bool {
		return entityRanks[e.Type] == 0 || e.Offset < 0 || e.Length <= 0 || e.Type == "text_link" && e.URL == ""
	})
	slices.SortStableFunc(marks, func(a, b entity) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(b.Length, a.Length), cmp.Compare(entityRanks[a.Type], entityRanks[b.Type]))
	})
	var b strings.Builder
	var open []entity
	unit := 0
	for _, r := range text {
		open = closeEntities(&b, open, unit)
		size := max(1, utf16.RuneLen(r))
		// One that begins in the middle of a pair begins with the pair.
		for len(marks) > 0 && marks[0].Offset < unit+size {
			if e := marks[0]; e.Offset+e.Length > unit {
				start, _ := e.markup()
				b.WriteString(start)
				open = append(open, e)
			}
			marks = marks[1:]
		}
		b.WriteString(escapeHTML(string(r)))
		unit += size
	}
	closeEntities(&b, open, unit+maxUnits)
	return b.String()
}

// maxUnits is more than any text has.
const maxUnits = 1 << 30

// closeEntities closes what ends at this unit or before. Tags nest, so what was
// opened inside is closed with it and opened again.
func closeEntities(b *strings.Builder, open []entity, unit int) []entity {
	ended := func(e entity) bool { return e.Offset+e.Length <= unit }
	first := slices.IndexFunc(open, ended)
	if first < 0 {
		return open
	}
	for i := len(open) - 1; i >= first; i-- {
		_, end := open[i].markup()
		b.WriteString(end)
	}
	left := open[:first]
	for _, e := range open[first:] {
		if !ended(e) {
			start, _ := e.markup()
			b.WriteString(start)
			left = append(left, e)
		}
	}
	return left
}

// A zero byte would end an attribute; in a text Telegram shows it as a space.
var htmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\x00", " ")

func escapeHTML(s string) string { return htmlEscapes.Replace(s) }
