package locales

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Change puts a text in the place of the one that the files have, or gives a
// draft language one that it lacks.
type Change struct {
	Lang  string            `json:"lang"`
	Key   string            `json:"key"`
	Forms map[string]string `json:"forms"` // by plural form; a text without plural forms has only other
}

// With is the catalogue with changes, each in the place of the text that it had.
// It is as strict as Load: a change that could show a person something broken,
// or whose text is not there any more, is left out and told in the findings,
// with Key and with File as the text's own. The catalogue itself stays as it is.
func (c *Catalog) With(changes []Change) (*Catalog, []Finding) {
	next := &Catalog{tongues: slices.Clone(c.tongues), byTag: maps.Clone(c.byTag), spanish: c.spanish, keys: c.keys, plain: c.plain}
	own := make(map[string]bool)
	var found []Finding
	for _, change := range changes {
		t, bad := c.changed(change)
		if len(bad) > 0 {
			found = append(found, bad...)
			continue
		}
		if !own[change.Lang] {
			l := *next.byTag[change.Lang]
			l.texts = maps.Clone(l.texts)
			i := slices.Index(next.tongues, next.byTag[change.Lang])
			next.tongues[i], next.byTag[change.Lang], own[change.Lang] = &l, &l, true
		}
		next.byTag[change.Lang].texts[change.Key] = t
	}
	next.spanish = next.byTag[Spanish]
	return next, found
}

// changed compiles a change. Its findings are all errors.
func (c *Catalog) changed(change Change) (*text, []Finding) {
	refuse := func(rule, message, mend string) (*text, []Finding) {
		return nil, []Finding{{File: c.fileOf(change.Lang, change.Key).name, Key: change.Key, Rule: rule, Message: message, Mend: mend}}
	}
	l := c.byTag[change.Lang]
	spanish := c.spanish.texts[change.Key]
	switch {
	case l == nil || l.Status == Empty:
		return refuse("language", fmt.Sprintf("the language %q takes no texts", change.Lang), "begin its catalogue in the files first")
	case spanish == nil:
		return refuse("missing", "no catalogue has this text", "take the change out")
	case slices.ContainsFunc(reservedTables, func(table string) bool { return strings.HasPrefix(change.Key, table) }):
		return refuse("reserved", "the text is a part of how a language is written", "change it in the files")
	case change.Forms[other.String()] == "":
		return refuse("empty", "the text is empty", "write the text")
	}
	t := &text{key: change.Key, file: c.fileOf(change.Lang, change.Key), plural: spanish.plural}
	var found []Finding
	for name, source := range change.Forms {
		kind := form(slices.Index(formNames[:], name))
		if kind >= formCount || !spanish.plural && kind != other {
			return refuse("plural", fmt.Sprintf("the text has no plural form %q", name), "use the forms of the Spanish text")
		}
		r, bad := newRendering(t, kind, source)
		if len(bad) > 0 {
			found = append(found, bad...)
			continue
		}
		t.forms[kind] = r
	}
	if len(found) == 0 {
		found = append(found, c.checkShape(l, t)...)
		for kind, r := range t.all() {
			found = append(found, checkMarkup(t, kind, r.source)...)
		}
	}
	return t, found
}

// fileOf is the file of a text; that in which it would be written, when the
// language does not have it.
func (c *Catalog) fileOf(lang, key string) *file {
	if t := c.own(lang, key); t != nil {
		return t.file
	}
	if t := c.spanish.texts[key]; t != nil {
		return &file{name: t.file.in(lang), tag: lang, part: t.file.part}
	}
	return &file{name: "active." + lang + ".toml", tag: lang}
}

// newRendering cuts one form of a text.
func newRendering(t *text, kind form, source string) (*rendering, []Finding) {
	html, err := parseTemplate(source)
	if err != nil {
		return nil, []Finding{t.finding(kind, "placeholder", err.Error(), bracesMend)}
	}
	plain, err := parseTemplate(PlainText(source))
	if err != nil {
		return nil, []Finding{t.finding(kind, "markup", "the text cannot be read without its markup: "+err.Error(), tagsMend)}
	}
	return &rendering{source: source, html: html, plain: plain}, nil
}

// Forms returns a text as it is written, by plural form ("other" when it has
// none); nil when the language does not have it.
func (c *Catalog) Forms(lang, key string) map[string]string {
	t := c.own(lang, key)
	if t == nil {
		return nil
	}
	forms := make(map[string]string)
	for kind, r := range t.all() {
		forms[kind.String()] = r.source
	}
	return forms
}

// PluralForms are the forms that a text needs in a language, in the order of
// CLDR: only other when the Spanish text has no plural forms.
func (c *Catalog) PluralForms(lang, key string) []string {
	l, t := c.byTag[lang], c.spanish.texts[key]
	if l == nil || t == nil || !t.plural {
		return []string{other.String()}
	}
	var names []string
	for _, kind := range l.plurals.required {
		names = append(names, kind.String())
	}
	slices.SortFunc(names, func(a, b string) int { return slices.Index(formNames[:], a) - slices.Index(formNames[:], b) })
	return names
}

// CheckText is what Check and CheckLabels say about one text of one language;
// label says that it is the label of a button.
func (c *Catalog) CheckText(lang, key string, label bool) []Finding {
	t := c.own(lang, key)
	if t == nil {
		return nil
	}
	rules, _ := newPlainRules(c.plain)
	l := c.byTag[lang]
	found := c.checkShape(l, t)
	for kind, r := range t.all() {
		found = append(found, checkSpaces(t, kind, r.source)...)
		found = append(found, checkMarkup(t, kind, r.source)...)
		found = append(found, checkEmoji(t, kind, PlainText(r.source))...)
		found = append(found, rules.checkLength(l, t, kind, r)...)
		if l == c.spanish && !t.isList() {
			found = append(found, rules.checkText(t, kind, r.source, Measure(r.source))...)
		}
		if label {
			found = append(found, checkLabel(t, kind, r)...)
		}
	}
	sortFindings(found)
	return slices.Compact(found)
}

// Reading is how a text reads on the INFLESZ scale; false for one that is too
// short to say, for a list of words and for another language than Spanish.
func (c *Catalog) Reading(lang, key string) (float64, bool) {
	t := c.own(lang, key)
	if t == nil || lang != Spanish || t.isList() {
		return 0, false
	}
	var total Readability
	for _, r := range t.all() {
		total = total.plus(Measure(r.source))
	}
	return total.Inflesz(), total.Words >= shortText
}
