package flows

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// longParameter stands for a parameter whose value is not known yet: longer
// than any name, place or list that we put into a text.
var longParameter = strings.Repeat("x", 256)

// checkMessages refuses what does not fit one Telegram message in some
// language, after every placeholder is filled: a single text, or texts that
// follow each other without a question, which are sent as one.
func checkMessages(set *Set, report *findings) {
	for _, l := range set.Catalog.Languages() {
		m := &measure{set: set, lang: l.Tag, longest: make(map[*Step]int)}
		for _, f := range set.flows {
			for _, s := range f.Steps {
				if n := m.from(s, f); n > MaxMessage && !m.told {
					m.told = true
					report.flowAt(f, "message-length", fmt.Sprintf("what is said from the step %q on may have %d characters (%s), more than %d", s.ID, n, l.Tag, MaxMessage),
						"say less, or ask something in between", "steps", s.index, "id")
				}
			}
		}
	}
}

// measure adds up what is said between two questions in one language.
type measure struct {
	set     *Set
	lang    string
	longest map[*Step]int
	told    bool // the first step of the longest chain is enough
}

func (m *measure) from(s *Step, f *Flow) int {
	if n, known := m.longest[s]; known {
		return n
	}
	m.longest[s] = 0 // in a loop without a question, which checkLoops refuses
	if slot := m.set.slot[s.Collect]; slot != nil {
		m.longest[s] = m.text(askKey(f.Name, slot))
		return m.longest[s]
	}
	after := 0
	for _, to := range s.targets() {
		if next := f.Step(to); next != nil {
			after = max(after, m.from(next, f))
		}
	}
	for _, name := range []string{s.Call, s.Link} {
		if other := m.set.byName[name]; other != nil && len(other.Steps) > 0 {
			after = max(after, m.from(other.Steps[0], other))
		}
	}
	own := 0
	if name, ok := strings.CutPrefix(s.Action, utterPrefix); ok {
		own = m.text(utterKey(f.Name, name)) + len("\n\n")
	}
	m.longest[s] = own + after
	return own + after
}

// text is the length of a text with its markup and long parameters.
func (m *measure) text(key string) int {
	if !m.set.Catalog.Has(m.lang, key) {
		return 0
	}
	params := make(map[string]any)
	for _, name := range m.set.Catalog.Placeholders(m.lang, key) {
		params[name] = longParameter
		if name == "count" {
			params[name] = 1_000_000
		}
	}
	return utf8.RuneCountInString(m.set.Catalog.HTML(m.lang, key, params))
}
