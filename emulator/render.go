package emulator

import (
	"html"
	"net/url"
	"sort"
	"strings"
)

// renderHTML shows a text with its entities as HTML that is safe to put into
// a page: every character of the text is escaped, and the only attributes are
// checked addresses and fixed classes.
func renderHTML(text string, entities []Entity) string {
	if len(entities) == 0 {
		return html.EscapeString(text)
	}
	var b strings.Builder
	at := 0 // UTF-16 units written
	rest := text
	write := func(until int) {
		if until <= at {
			return
		}
		cut := byteAt(rest, until-at)
		b.WriteString(html.EscapeString(rest[:cut]))
		rest, at = rest[cut:], until
	}
	var open []Entity
	closeUntil := func(offset int) {
		for len(open) > 0 {
			e := open[len(open)-1]
			if e.Offset+e.Length > offset {
				return
			}
			write(e.Offset + e.Length)
			b.WriteString(tagsOf(e, text).end)
			open = open[:len(open)-1]
		}
	}
	list := append([]Entity(nil), entities...)
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].Offset != list[j].Offset {
			return list[i].Offset < list[j].Offset
		}
		return list[i].Length > list[j].Length
	})
	for _, e := range list {
		closeUntil(e.Offset)
		write(e.Offset)
		b.WriteString(tagsOf(e, text).start)
		open = append(open, e)
	}
	closeUntil(1 << 30)
	b.WriteString(html.EscapeString(rest))
	return b.String()
}

type tags struct{ start, end string }

func tagsOf(e Entity, text string) tags {
	simple := func(name string) tags { return tags{"<" + name + ">", "</" + name + ">"} }
	switch e.Type {
	case "bold":
		return simple("b")
	case "italic":
		return simple("i")
	case "underline":
		return simple("u")
	case "strikethrough":
		return simple("s")
	case "code":
		return simple("code")
	case "pre":
		return simple("pre")
	case "blockquote", "expandable_blockquote":
		return simple("blockquote")
	case "spoiler":
		return tags{`<span class="spoiler">`, "</span>"}
	case "text_link":
		return link(e.URL)
	case "url":
		address := sliceUnits(text, e.Offset, e.Offset+e.Length)
		if !strings.Contains(address, "://") {
			address = "https://" + address
		}
		return link(address)
	case "email":
		return link("mailto:" + sliceUnits(text, e.Offset, e.Offset+e.Length))
	case "phone_number":
		return link("tel:" + sliceUnits(text, e.Offset, e.Offset+e.Length))
	case "bot_command":
		return tags{`<span class="command">`, "</span>"}
	case "mention", "text_mention", "hashtag", "cashtag":
		return tags{`<span class="mention">`, "</span>"}
	}
	return tags{}
}

// link makes an anchor for addresses that a page may follow, and nothing for
// others (javascript:, data:).
func link(address string) tags {
	u, err := url.Parse(address)
	if err != nil {
		return tags{}
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "mailto", "tel", "tg":
		return tags{`<a href="` + html.EscapeString(address) + `" rel="noopener noreferrer nofollow" target="_blank">`, "</a>"}
	}
	return tags{}
}
