package locales

import (
	"fmt"
	"slices"
	"strings"
)

// Check returns every defect of the catalogue that can be seen without
// knowing the flows: parity between languages, placeholders, plural forms,
// markup, white space, emoji, lengths, and the plain-language rules for
// Spanish. The findings are sorted by file and line.
func (c *Catalog) Check() []Finding {
	found := c.checkPlain()
	for _, l := range c.tongues {
		found = append(found, c.checkParity(l)...)
		for _, t := range l.sorted() {
			found = append(found, c.checkShape(l, t)...)
			for kind, r := range t.all() {
				if !strings.HasPrefix(t.key, "format.") {
					found = append(found, checkSpaces(t, kind, r.source)...)
				}
				found = append(found, checkMarkup(t, kind, r.source)...)
				found = append(found, checkEmoji(t, kind, PlainText(r.source))...)
			}
		}
	}
	sortFindings(found)
	return found
}

// sorted returns the texts in the order of their keys.
func (l *tongue) sorted() []*text {
	all := make([]*text, 0, len(l.texts))
	for _, t := range l.texts {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *text) int { return strings.Compare(a.key, b.key) })
	return all
}

// all yields the forms that the text has.
func (t *text) all() func(yield func(form, *rendering) bool) {
	return func(yield func(form, *rendering) bool) {
		for kind, r := range t.forms {
			if r != nil && !yield(form(kind), r) {
				return
			}
		}
	}
}

// isList reports whether a text is a list of words, which is matched against
// what people type and never shown: by its form, or, as a list may have one
// word only, by the part "words" in its key.
func (t *text) isList() bool {
	return strings.Contains(t.forms[other].source, " | ") || slices.Contains(strings.Split(t.key, "."), "words")
}

// checkParity compares the keys of a language with the Spanish ones.
func (c *Catalog) checkParity(l *tongue) []Finding {
	if l == c.spanish {
		return nil
	}
	var found []Finding
	for _, t := range l.sorted() {
		if c.spanish.texts[t.key] == nil {
			found = append(found, t.finding(whole, "parity", "Spanish does not have this key",
				"add it to the Spanish catalogue, or take it out here"))
		} else if l.Status == Empty {
			found = append(found, t.finding(whole, "parity", "the catalogue is declared empty and has a text",
				`set its status to "draft" once a speaker of the language has written it`))
		}
	}
	for _, t := range c.spanish.sorted() {
		if l.texts[t.key] == nil && (l.Status == Complete || l.covers(t.key)) {
			found = append(found, t.finding(whole, "parity", l.Tag+" does not have this key", "add it to "+t.file.in(l.Tag)))
		}
	}
	return found
}

// covers reports whether a draft promises the key.
func (l *tongue) covers(key string) bool {
	return l.Status == Draft && slices.ContainsFunc(l.Covers, func(table string) bool { return strings.HasPrefix(key, table+".") })
}

// checkShape compares a text with the Spanish one and with the plural rules
// of its language.
func (c *Catalog) checkShape(l *tongue, t *text) []Finding {
	var found []Finding
	spanish := c.spanish.texts[t.key]
	if spanish != nil && !strings.HasPrefix(t.key, "format.") { // Load checks the patterns
		if want, got := spanish.placeholders(), t.placeholders(); !slices.Equal(want, got) {
			found = append(found, t.finding(whole, "placeholder",
				fmt.Sprintf("the text has the placeholders %s, the Spanish one has %s", braces(got), braces(want)),
				"use the same placeholders in both"))
		} else if spanish.plural != t.plural {
			found = append(found, t.finding(whole, "plural", "the text takes its form from {count} in one language and not in the other",
				"use plural forms in both or in none"))
		}
	}
	if !t.plural {
		return found
	}
	for kind := range formCount {
		needed := slices.Contains(l.plurals.required, kind)
		switch {
		case needed && t.forms[kind] == nil:
			found = append(found, t.finding(whole, "plural", "the plural form "+kind.String()+" is missing", "add "+kind.String()+" = \"…\""))
		case !needed && t.forms[kind] != nil:
			found = append(found, t.finding(kind, "plural", "the language never uses the plural form "+kind.String(), "take it out"))
		}
	}
	return found
}

func braces(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return "{" + strings.Join(names, "}, {") + "}"
}

// checkSpaces finds white space and invisible characters that nobody meant.
func checkSpaces(t *text, kind form, source string) []Finding {
	var found []Finding
	add := func(message, mend string) {
		found = append(found, t.finding(kind, "space", message, mend))
	}
	if source != strings.TrimSpace(source) {
		add("the text begins or ends with white space", `take it out; a text between """ ends right before the closing quotes`)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(source), "\n") {
		if line != strings.TrimSpace(line) || strings.Contains(line, "  ") {
			add("a line begins or ends with a space, or has two in a row", "keep one space between words")
			break
		}
	}
	for _, r := range source {
		if r < ' ' && r != '\n' || r == '\u200b' || r == '\ufeff' || '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
			add(fmt.Sprintf("the text has the invisible character %U", r), "take it out")
			break
		}
	}
	return found
}
