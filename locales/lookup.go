package locales

import (
	"maps"
	"slices"
	"sync"
)

// Text returns the text of a key as plain text, for buttons, commands and
// files: markup is taken out, the address of a link stays in brackets.
//
// A text that lang does not have is shown in Spanish; a text that Spanish
// does not have either is replaced by a neutral sentence and counted (see
// Missing). A parameter that is not given is empty. Integers are written with
// plain digits, but for {count}, which selects the plural form and is grouped
// as the language does; for money, dates and lists use the methods of the
// same name.
func (c *Catalog) Text(lang, key string, params map[string]any) string {
	l, t := c.find(lang, key)
	return t.pick(params, l.plurals).plain.render(params, l.Locale, false)
}

// HTML returns the text of a key as HTML for Telegram. The text may hold
// markup; the parameters are escaped, so what a person typed is shown as it
// was typed. It falls back as Text does.
func (c *Catalog) HTML(lang, key string, params map[string]any) string {
	l, t := c.find(lang, key)
	return t.pick(params, l.plurals).html.render(params, l.Locale, true)
}

// Placeholders returns the parameters that the text needs, sorted; those of
// the Spanish text when lang does not have it; nil when there is no such
// text. A text with plural forms always needs count.
func (c *Catalog) Placeholders(lang, key string) []string {
	if t := c.own(lang, key); t != nil {
		return t.placeholders()
	}
	if t := c.own(Spanish, key); t != nil {
		return t.placeholders()
	}
	return nil
}

// Words returns the members of a text written as a list, "a | b | c": the
// words that people type in the place of a command or an option. The list of
// a language that does not have the text is the Spanish one; nil when there
// is no such text.
func (c *Catalog) Words(lang, key string) []string {
	t := c.own(lang, key)
	if t == nil {
		t = c.own(Spanish, key)
	}
	if t == nil {
		return nil
	}
	return splitWords(t.forms[other].plain.literals[0])
}

func (c *Catalog) own(lang, key string) *text {
	if l := c.byTag[lang]; l != nil {
		return l.texts[key]
	}
	return nil
}

// find returns the text to show and the language it is in.
func (c *Catalog) find(lang, key string) (*tongue, *text) {
	l := c.byTag[lang]
	if l == nil {
		l = c.spanish
	}
	if t := l.texts[key]; t != nil {
		return l, t
	}
	if t := c.spanish.texts[key]; t != nil {
		if l.Status == Complete {
			c.missing.count(l.Tag, key)
		}
		return c.spanish, t
	}
	c.missing.count(Spanish, key)
	if t := l.texts[fallbackText]; t != nil {
		return l, t
	}
	return c.spanish, c.spanish.texts[fallbackText]
}

// MissingText is a text that was asked for and does not exist.
type MissingText struct {
	Lang  string // the complete language that lacks it; "es" when no language has it
	Key   string
	Count uint64
}

// Missing returns the texts that were asked for since Load and do not exist
// in a complete language, by language and key. A draft or empty language
// falls back by design and is not counted. At most 256 texts are told apart;
// the rest is counted under the key "…".
func (c *Catalog) Missing() []MissingText { return c.missing.list() }

// tally counts missing texts. The keys come from our flows and code, never
// from a person; the bound holds if a fault makes them up.
type tally struct {
	mu     sync.Mutex
	counts map[[2]string]uint64
}

const tallyLimit = 256

func (t *tally) count(lang, key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = make(map[[2]string]uint64)
	}
	at := [2]string{lang, key}
	if _, known := t.counts[at]; !known && len(t.counts) >= tallyLimit {
		at = [2]string{lang, "…"}
	}
	t.counts[at]++
}

func (t *tally) list() []MissingText {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []MissingText
	for _, at := range slices.SortedFunc(maps.Keys(t.counts), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		all = append(all, MissingText{Lang: at[0], Key: at[1], Count: t.counts[at]})
	}
	return all
}
