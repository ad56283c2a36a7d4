package locales

import (
	"strings"
	"unicode/utf8"
)

// position is a place in a catalogue file, both numbers starting at 1; column
// counts characters.
type position struct{ line, column int }

// keyPositions returns where each key and each table of a TOML document
// stands. The TOML library reports positions of errors only, so the document
// is walked a second time; src must already have been accepted by the library.
func keyPositions(src string) map[string]position {
	s := &keyScanner{src: strings.TrimPrefix(src, "\uFEFF"), found: make(map[string]position), line: 1}
	s.document()
	return s.found
}

// positionAt returns the place of the byte offset in src.
func positionAt(src string, offset int) position {
	offset = min(max(offset, 0), len(src))
	before := src[:offset]
	return position{
		line:   strings.Count(before, "\n") + 1,
		column: utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
	}
}

type keyScanner struct {
	src   string
	at    int
	found map[string]position

	line, lineStart, counted int // the line of the byte offset counted
}

// place returns the position of an offset that is not before the last one.
func (s *keyScanner) place(offset int) position {
	for ; s.counted < offset; s.counted++ {
		if s.src[s.counted] == '\n' {
			s.line, s.lineStart = s.line+1, s.counted+1
		}
	}
	return position{line: s.line, column: utf8.RuneCountInString(s.src[s.lineStart:offset]) + 1}
}

func (s *keyScanner) document() {
	var table []string
	for s.blank(); s.at < len(s.src); s.blank() {
		before := s.at
		if s.src[s.at] == '[' {
			s.skipAny("[ \t")
			table = s.key(nil)
			s.skipAny("] \t")
		} else {
			s.pair(table)
		}
		if s.at == before {
			s.at++ // not TOML: step over rather than stand still
		}
	}
}

// pair reads "key = value".
func (s *keyScanner) pair(table []string) {
	path := s.key(table)
	s.skipAny("= \t")
	s.value(path)
}

// key reads a dotted key, records each table on its way that was not known,
// and returns the whole path.
func (s *keyScanner) key(table []string) []string {
	start := s.at
	path := append([]string(nil), table...)
	for s.at < len(s.src) {
		var part string
		switch c := s.src[s.at]; {
		case c == '"' || c == '\'':
			from := s.at + 1
			s.quoted(string(c))
			part = s.src[from:max(from, s.at-1)]
		default:
			from := s.at
			for s.at < len(s.src) && !strings.ContainsRune(".=] \t\r\n,}", rune(s.src[s.at])) {
				s.at++
			}
			part = s.src[from:s.at]
		}
		path = append(path, part)
		s.skipAny(" \t")
		name := strings.Join(path, ".")
		if _, known := s.found[name]; !known {
			s.found[name] = s.place(start)
		}
		if s.at >= len(s.src) || s.src[s.at] != '.' {
			break
		}
		s.skipAny(". \t")
	}
	return path
}

func (s *keyScanner) value(path []string) {
	rest := s.src[s.at:]
	switch {
	case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, `'''`):
		s.quoted(rest[:3])
	case strings.HasPrefix(rest, `"`), strings.HasPrefix(rest, `'`):
		s.quoted(rest[:1])
	case strings.HasPrefix(rest, "{"):
		s.at++
		for s.separators(); s.at < len(s.src) && s.src[s.at] != '}'; s.separators() {
			before := s.at
			s.pair(path)
			if s.at == before {
				s.at++
			}
		}
		s.at++
	case strings.HasPrefix(rest, "["):
		s.at++
		for s.separators(); s.at < len(s.src) && s.src[s.at] != ']'; s.separators() {
			before := s.at
			s.value(path)
			if s.at == before {
				s.at++
			}
		}
		s.at++
	default:
		for s.at < len(s.src) && !strings.ContainsRune(",]}#\n", rune(s.src[s.at])) {
			s.at++
		}
	}
}

// quoted steps over a string that opens and closes with quote. Only strings
// in double quotes know escapes.
func (s *keyScanner) quoted(quote string) {
	s.at += len(quote)
	for s.at < len(s.src) {
		switch {
		case s.src[s.at] == '\\' && quote[0] == '"':
			s.at += 2
		case strings.HasPrefix(s.src[s.at:], quote):
			s.at += len(quote)
			// A multi-line string may end in up to two quotes of its own.
			for len(quote) == 3 && s.at < len(s.src) && s.src[s.at] == quote[0] {
				s.at++
			}
			return
		default:
			s.at++
		}
	}
	s.at = min(s.at, len(s.src))
}

// blank steps over white space and comments.
func (s *keyScanner) blank() {
	for s.at < len(s.src) {
		s.skipAny(" \t\r\n")
		if s.at >= len(s.src) || s.src[s.at] != '#' {
			return
		}
		for s.at < len(s.src) && s.src[s.at] != '\n' {
			s.at++
		}
	}
}

// separators steps over what stands between members of a list or table.
func (s *keyScanner) separators() {
	for s.blank(); s.at < len(s.src) && s.src[s.at] == ','; s.blank() {
		s.at++
	}
}

func (s *keyScanner) skipAny(set string) {
	for s.at < len(s.src) && strings.IndexByte(set, s.src[s.at]) >= 0 {
		s.at++
	}
}
