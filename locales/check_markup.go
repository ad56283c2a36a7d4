package locales

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	entity  = regexp.MustCompile(`^&(?:lt|gt|amp|quot);`)
	address = regexp.MustCompile(`^(?:https?://|tg://|mailto:)[^\s"<>]+$|^\{[a-z][a-z0-9_]*\}$`)
)

// checkMarkup accepts <b>, <i> and <a href="…"> that are opened and closed in
// order. Telegram refuses a whole message for one broken tag, so this stands
// between a slip of the pen and a person who gets no answer.
func checkMarkup(t *text, kind form, source string) []Finding {
	var found []Finding
	add := func(message, mend string) {
		found = append(found, t.finding(kind, "markup", message, mend))
	}
	all, open := tags(source)
	if open >= 0 {
		add(fmt.Sprintf("the sign < at %q opens no tag", excerpt(source[open:])), "write &lt;")
	}
	var stack []string
	at := 0
	for _, piece := range append(all, tag{start: len(source), end: len(source)}) {
		words := source[at:piece.start]
		if open < 0 && strings.ContainsRune(words, '>') {
			add("the sign > closes no tag", "write &gt;")
		}
		for i, r := range words {
			if r == '&' && !entity.MatchString(words[i:]) {
				add(fmt.Sprintf("the sign & at %q stands alone", excerpt(words[i:])), "write &amp;")
			}
		}
		if at = piece.end; piece.start == len(source) {
			break
		}
		switch {
		case piece.name != "b" && piece.name != "i" && piece.name != "a":
			add(fmt.Sprintf("the tag <%s> is not allowed", piece.name), "use <b>, <i> and <a href=\"…\"> only")
		case piece.closing && (len(stack) == 0 || stack[len(stack)-1] != piece.name):
			add(fmt.Sprintf("</%s> closes a tag that is not the last one opened", piece.name), "close the tags in the reverse order of opening")
		case piece.closing:
			stack = stack[:len(stack)-1]
			if piece.attributes != "" {
				add("a closing tag has attributes", "write </"+piece.name+">")
			}
		default:
			stack = append(stack, piece.name)
			if target, ok := piece.href(); piece.name == "a" && (!ok || !address.MatchString(target)) {
				add("the link has no address that Telegram opens", `write <a href="https://…">, or <a href="{name}">`)
			} else if piece.name != "a" && piece.attributes != "" {
				add(fmt.Sprintf("the tag <%s> has attributes", piece.name), "write <"+piece.name+">")
			}
		}
	}
	for _, name := range stack {
		add("the tag <"+name+"> is not closed", "write </"+name+"> where it ends")
	}
	return found
}
