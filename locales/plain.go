package locales

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// plainData holds the text of the files of plain-language data, by name.
type plainData map[string]string

// readPlainData reads the data that lies beside the catalogues. Words and
// acronyms that are not there are those built into the program; exceptions
// belong to the texts they excuse and are never taken from elsewhere.
func readPlainData(fsys fs.FS) (plainData, error) {
	data := make(plainData)
	for _, name := range [...]string{"plain/allow.txt", "plain/forbidden.txt", "plain/acronyms.txt", "plain/exceptions.txt"} {
		src, err := fs.ReadFile(fsys, name)
		if errors.Is(err, fs.ErrNotExist) && name != "plain/exceptions.txt" {
			src, err = embedded.ReadFile(name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		data[name] = string(src)
	}
	return data, nil
}

// plainRules is the data of the plain-language rules: words, acronyms and
// exceptions that people who write the texts keep by hand.
type plainRules struct {
	allowed    map[string]bool
	forbidden  []forbidden
	acronyms   map[string]acronym
	exceptions []*exception
}

// forbidden is a word or an expression that the bot does not use.
type forbidden struct {
	word   string // in lower case, without the *
	stem   bool   // every word that begins with word
	reason string
	say    string
}

// acronym is a name in capitals with its meaning; after the word before, the
// meaning is clear.
type acronym struct{ before, meaning string }

// exception waives one rule for a key, or for a table when it ends in ".*".
type exception struct {
	rule, key, reason string
	line              int
	used              bool
}

// newPlainRules reads the data. A line that is not understood is a finding.
func newPlainRules(data plainData) (*plainRules, []Finding) {
	p := &plainRules{allowed: make(map[string]bool), acronyms: make(map[string]acronym)}
	var found []Finding
	found = append(found, data.lines("plain/allow.txt", 1, func(_ int, cell []string) { p.allowed[cell[0]] = true })...)
	found = append(found, data.lines("plain/forbidden.txt", 3, func(_ int, cell []string) {
		for word := range strings.SplitSeq(cell[0], ",") {
			word, stem := strings.CutSuffix(strings.TrimSpace(word), "*")
			p.forbidden = append(p.forbidden, forbidden{word: word, stem: stem, reason: cell[1], say: cell[2]})
		}
	})...)
	found = append(found, data.lines("plain/acronyms.txt", 3, func(_ int, cell []string) {
		p.acronyms[cell[0]] = acronym{before: cell[1], meaning: cell[2]}
	})...)
	found = append(found, data.lines("plain/exceptions.txt", 3, func(line int, cell []string) {
		p.exceptions = append(p.exceptions, &exception{rule: cell[0], key: cell[1], reason: cell[2], line: line})
	})...)
	return p, found
}

// lines calls add for each line of a data file, cut at "|".
func (d plainData) lines(name string, cells int, add func(line int, cell []string)) []Finding {
	var found []Finding
	for i, line := range strings.Split(d[name], "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		cell := strings.Split(line, "|")
		for n := range cell {
			cell[n] = strings.TrimSpace(cell[n])
		}
		if len(cell) != cells || cell[0] == "" || cell[cells-1] == "" {
			found = append(found, Finding{File: name, Line: i + 1, Column: 1, Rule: "data",
				Message: fmt.Sprintf("the line has %d parts, not %d", len(cell), cells), Mend: "write it as the top of the file says, with | between the parts"})
			continue
		}
		add(i+1, cell)
	}
	return found
}

// waived reports whether a rule is set aside for a key.
func (p *plainRules) waived(rule, key string) bool {
	for _, e := range p.exceptions {
		table, all := strings.CutSuffix(e.key, "*")
		if e.rule == rule && (e.key == key || all && strings.HasPrefix(key, table)) {
			e.used = true
			return true
		}
	}
	return false
}

// unused returns a warning for each exception that waived nothing.
func (p *plainRules) unused() []Finding {
	var found []Finding
	for _, e := range p.exceptions {
		if !e.used {
			found = append(found, Finding{File: "plain/exceptions.txt", Line: e.line, Column: 1, Key: e.key, Rule: "exception",
				Message: "the exception to " + e.rule + " is not needed", Mend: "take the line out", Severity: Warning})
		}
	}
	return found
}

// allows reports whether a long word is on the list, in singular or plural.
func (p *plainRules) allows(word string) bool {
	for _, ending := range [...]string{"", "s", "es"} {
		if singular, ok := strings.CutSuffix(word, ending); ok && p.allowed[singular] {
			return true
		}
	}
	// el emprendimiento, la discriminación: the plural moves the accent.
	singular, ok := strings.CutSuffix(word, "ones")
	return ok && p.allowed[singular+"ón"]
}

// matches returns the first place of the forbidden word in the words of a
// text, as it is written there.
func (f forbidden) matches(text string, words []string) (string, bool) {
	parts := strings.Fields(f.word)
	if !isWord(f.word) {
		return f.word, strings.Contains(text, f.word)
	}
	for i := range words {
		if f.stem && strings.HasPrefix(words[i], f.word) {
			return words[i], true
		}
		if !f.stem && i+len(parts) <= len(words) && slices.Equal(words[i:i+len(parts)], parts) {
			return f.word, true
		}
	}
	return "", false
}
