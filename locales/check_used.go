package locales

import (
	"fmt"
	"slices"
	"strings"
)

// Use is one place that shows a text.
type Use struct {
	// Key is the key of the text. "screening.reason.*" stands for every key
	// below a table, for keys that are put together at run time.
	Key string
	// Params are the parameters that will be given; nil when they are not
	// known, in which case the placeholders are not checked.
	Params []string
	// Label says that the text is the label of a button.
	Label bool

	File         string // where the text is used, for findings
	Line, Column int
}

// reservedTables hold what this package itself needs.
var reservedTables = []string{"format.", "fallback."}

// CheckUsed compares the catalogue with what is used: a key that does not
// exist, a placeholder that would stay empty, a label that does not fit a
// button, a text that nothing shows.
func (c *Catalog) CheckUsed(used []Use) []Finding {
	var found []Finding
	var labels []string
	shown := make(map[string]bool)
	for _, u := range used {
		at := Finding{File: u.File, Line: u.Line, Column: u.Column, Key: u.Key, Rule: "missing"}
		keys := c.matching(u.Key)
		if len(keys) == 0 {
			at.Message, at.Mend = "no catalogue has this text", "add it to the Spanish and the English catalogue, or mend the key"
			found = append(found, at)
		}
		for _, key := range keys {
			shown[key] = true
			if u.Label {
				labels = append(labels, key)
			}
			if u.Params != nil {
				found = append(found, c.checkParams(key, u)...)
			}
		}
	}
	for _, t := range c.spanish.sorted() {
		reserved := slices.ContainsFunc(reservedTables, func(table string) bool { return strings.HasPrefix(t.key, table) })
		if !shown[t.key] && !reserved {
			found = append(found, t.finding(whole, "unused", "nothing shows this text", "take it out of every language, or use it"))
		}
	}
	found = append(found, c.CheckLabels(labels)...)
	sortFindings(found)
	return slices.Compact(found)
}

// matching returns the Spanish keys that a Use means.
func (c *Catalog) matching(key string) []string {
	table, all := strings.CutSuffix(key, "*")
	if !all {
		if c.spanish.texts[key] == nil {
			return nil
		}
		return []string{key}
	}
	var keys []string
	for _, k := range c.keys {
		if strings.HasPrefix(k, table) {
			keys = append(keys, k)
		}
	}
	return keys
}

func (c *Catalog) checkParams(key string, u Use) []Finding {
	var found []Finding
	for _, l := range c.tongues {
		t := l.texts[key]
		if t == nil {
			continue
		}
		for _, name := range t.placeholders() {
			if !slices.Contains(u.Params, name) {
				found = append(found, t.finding(whole, "placeholder",
					fmt.Sprintf("the placeholder {%s} is never filled where the text is used", name),
					"use one of "+braces(u.Params)+", or give the parameter in "+u.File))
			}
		}
	}
	return found
}

const (
	// labelSoft is what a small phone shows of a button without cutting it.
	labelSoft = 20
	// labelHard is more than any phone shows.
	labelHard = 64
)

// CheckLabels checks texts that are labels of buttons, in every language that
// has them. More than 20 characters are a warning, more than 64 an error;
// placeholders are not counted, so a label with one must leave room for it.
func (c *Catalog) CheckLabels(keys []string) []Finding {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	var found []Finding
	for _, key := range slices.Compact(keys) {
		for _, l := range c.tongues {
			t := l.texts[key]
			if t == nil {
				continue
			}
			for kind, r := range t.all() {
				found = append(found, checkLabel(t, kind, r)...)
			}
		}
	}
	sortFindings(found)
	return found
}

func checkLabel(t *text, kind form, r *rendering) []Finding {
	var found []Finding
	n := characters(strings.Join(r.plain.literals, ""))
	message := fmt.Sprintf("a button label of %d characters", n)
	switch {
	case n > labelHard:
		found = append(found, t.finding(kind, "label", message, fmt.Sprintf("shorten it to %d, at most %d", labelSoft, labelHard)))
	case n > labelSoft:
		f := t.finding(kind, "label", message, fmt.Sprintf("shorten it to %d", labelSoft))
		f.Severity = Warning
		found = append(found, f)
	}
	if strings.Contains(r.source, "\n") {
		found = append(found, t.finding(kind, "label", "a button label has two lines", "write it on one"))
	}
	if strings.ContainsRune(r.source, '<') {
		found = append(found, t.finding(kind, "label", "a button label has markup", "take it out: buttons show plain text"))
	}
	return found
}
