package emulator

import (
	"net/url"
	"regexp"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	urlPattern = regexp.MustCompile(`(?i)\b(?:(?:https?|ftp|tg)://[^\s<>"]+|(?:[a-z0-9_-]+\.)+(?:com|org|net|co|io|me|dev|gov|edu|es|info|app|int|ve|br|fr|eu)(?::[0-9]{1,5})?(?:[/?#][^\s<>"]*)?)`)
	mailAt     = regexp.MustCompile(`[A-Za-z0-9_.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}`)
	phoneAt    = regexp.MustCompile(`\+[1-9][0-9]{6,14}\b`)
)

// findEntities finds what Telegram marks by itself in any text: commands,
// mentions, tags, addresses. The result is sorted and does not overlap.
func findEntities(text string) []Entity {
	if !strings.ContainsAny(text, "/@#$.+") {
		return nil
	}
	var found []span
	found = append(found, findCommands(text)...)
	found = append(found, findNames(text, '@', "mention", 3, 32, isNameByte)...)
	found = append(found, findTags(text)...)
	for _, m := range mailAt.FindAllStringIndex(text, -1) {
		found = append(found, span{m[0], m[1], "email"})
	}
	for _, m := range urlPattern.FindAllStringIndex(text, -1) {
		end := m[0] + len(strings.TrimRight(text[m[0]:m[1]], ".,:;!?'\"»)]}"))
		if m[0] > 0 && text[m[0]-1] == '@' || end < len(text) && text[end] == '@' {
			continue
		}
		found = append(found, span{m[0], end, "url"})
	}
	for _, m := range phoneAt.FindAllStringIndex(text, -1) {
		found = append(found, span{m[0], m[1], "phone_number"})
	}
	return spansToEntities(text, found)
}

// span is a piece of a text in bytes.
type span struct {
	start, end int
	kind       string
}

// spansToEntities keeps the longest of overlapping spans and counts in UTF-16.
func spansToEntities(text string, found []span) []Entity {
	sort.SliceStable(found, func(i, j int) bool {
		if found[i].start != found[j].start {
			return found[i].start < found[j].start
		}
		return found[i].end > found[j].end
	})
	var out []Entity
	end, at, units := 0, 0, 0
	for _, f := range found {
		if f.start < end {
			continue
		}
		units += utf16Len(text[at:f.start])
		length := utf16Len(text[f.start:f.end])
		out = append(out, Entity{Type: f.kind, Offset: units, Length: length})
		at, end = f.end, f.end
		units += length
		if len(out) == maxEntities {
			break
		}
	}
	return out
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func runeBefore(s string, i int) rune {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return r
}

func isWordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// findCommands follows (?<!\b|[\/<>])\/([a-zA-Z0-9_]{1,64})(?:@([a-zA-Z0-9_]{3,32}))?(?!\B|[\/<>])
// of TDLib's MessageEntity.cpp: no word character, slash or angle bracket
// before, and the same after.
func findCommands(text string) []span {
	var out []span
	for i := 0; i < len(text); i++ {
		if text[i] != '/' {
			continue
		}
		if i > 0 {
			if before := runeBefore(text, i); isWordRune(before) || strings.ContainsRune("/<>", before) {
				continue
			}
		}
		end := runOf(text, i+1, 64)
		if end == i+1 {
			continue
		}
		if end < len(text) && text[end] == '@' {
			if name := runOf(text, end+1, 32); name-end-1 >= 3 {
				end = name
			}
		}
		if end < len(text) {
			if after, _ := utf8.DecodeRuneInString(text[end:]); isWordRune(after) || strings.ContainsRune("/<>", after) {
				continue
			}
		}
		out = append(out, span{i, end, "bot_command"})
		i = end - 1
	}
	return out
}

// runOf is the end of the name characters from start, at most limit of them.
func runOf(text string, start, limit int) int {
	end := start
	for end < len(text) && end-start < limit && isNameByte(text[end]) {
		end++
	}
	return end
}

func findNames(text string, mark byte, kind string, low, high int, ok func(byte) bool) []span {
	var out []span
	for i := 0; i < len(text); i++ {
		if text[i] != mark || i > 0 && isWordRune(runeBefore(text, i)) {
			continue
		}
		end := i + 1
		for end < len(text) && ok(text[end]) {
			end++
		}
		n := end - i - 1
		if n < low || n > high {
			continue
		}
		if after, _ := utf8.DecodeRuneInString(text[end:]); end < len(text) && isWordRune(after) {
			continue
		}
		out = append(out, span{i, end, kind})
		i = end - 1
	}
	return out
}

// findTags finds #hashtags (letters of any script, not only digits) and
// $CASHTAGS of one to eight capitals.
func findTags(text string) []span {
	var out []span
	for i, r := range text {
		if r != '#' && r != '$' || i > 0 && (isWordRune(runeBefore(text, i)) || strings.ContainsRune("#$", runeBefore(text, i))) {
			continue
		}
		end, count, letters, capitals := i+1, 0, false, true
		for _, c := range text[i+1:] {
			if !isWordRune(c) {
				break
			}
			end += utf8.RuneLen(c)
			count++
			letters = letters || !unicode.IsDigit(c)
			capitals = capitals && c >= 'A' && c <= 'Z'
		}
		switch {
		case r == '#' && letters && count <= 256:
			out = append(out, span{i, end, "hashtag"})
		case r == '$' && capitals && count >= 1 && count <= 8:
			out = append(out, span{i, end, "cashtag"})
		}
	}
	return out
}

// checkedLink is the address as Telegram keeps it in a link or a button, or
// the reason why it is none.
func checkedLink(raw string) (link, reason string) {
	raw = strings.TrimSpace(raw)
	if raw == "" {
		return "", "URL must be non-empty"
	}
	lower := strings.ToLower(raw)
	if strings.HasPrefix(lower, "tg:") || strings.HasPrefix(lower, "ton:") {
		return raw, ""
	}
	scheme, rest, has := strings.Cut(raw, "://")
	if !has {
		if strings.HasPrefix(lower, "mailto:") || strings.HasPrefix(lower, "javascript:") {
			return "", "Unsupported URL protocol"
		}
		scheme, rest = "http", raw
	}
	scheme = strings.ToLower(scheme)
	if scheme != "http" && scheme != "https" {
		return "", "Unsupported URL protocol"
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	u, err := url.Parse(scheme + "://" + authority)
	if err != nil || strings.ContainsAny(authority, " \t\n") {
		return "", "Wrong HTTP URL"
	}
	if u.Hostname() == "" {
		return "", "URL host is empty"
	}
	if !strings.Contains(u.Hostname(), ".") && !strings.Contains(u.Hostname(), ":") {
		return "", "Wrong HTTP URL"
	}
	if !strings.HasPrefix(tail, "/") {
		tail = "/" + tail
	}
	// The rest of the address is kept as it was written.
	return scheme + "://" + strings.ToLower(authority) + tail, ""
}
