package bot

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxCommand bounds the name of a command, in code points. Telegram's own are
// at most 32 letters; people type longer ones.
const maxCommand = 64

// parseCommand reads "/name@bot arguments" at the start of a text. Telegram
// marks only ASCII names as commands, but people type /menú: any letters are
// taken, and flows reads them without accents. to is the bot it is addressed
// to, without @, or "".
func parseCommand(text string) (name, to, args string, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeftFunc(text, unicode.IsSpace), "/")
	if !ok {
		return "", "", "", false
	}
	end := strings.IndexFunc(rest, unicode.IsSpace)
	if end < 0 {
		end = len(rest)
	}
	name, to, _ = strings.Cut(rest[:end], "@")
	if name == "" || utf8.RuneCountInString(name) > maxCommand || strings.ContainsFunc(name, notInCommand) {
		return "", "", "", false
	}
	return strings.ToLower(name), to, strings.TrimSpace(rest[end:]), true
}

func notInCommand(r rune) bool {
	return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
}

// validPayload reports whether a /start payload has the form that Telegram
// lets through a link: 1 to 64 of A-Z a-z 0-9 _ -.
func validPayload(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-')
	})
}

// mentions reports whether the text holds @username as a word of its own, in
// upper or lower case.
func mentions(text, username string) bool {
	if username == "" {
		return false
	}
	text, name := strings.ToLower(text), "@"+strings.ToLower(username)
	for {
		at := strings.Index(text, name)
		if at < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(name):])
		if !nameRune(before) && !nameRune(after) {
			return true
		}
		text = text[at+len(name):]
	}
}

func nameRune(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}
