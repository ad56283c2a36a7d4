package locales

import (
	"embed"
	"io/fs"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

//go:embed active.*.toml plain/*.txt
var embedded embed.FS

// Files returns the catalogues that are built into the program, with the data
// of the plain-language rules in the folder plain.
func Files() fs.FS { return embedded }

// fallbackText is the key of the neutral text that stands for a text that
// does not exist in any language.
const fallbackText = "fallback.text"

// Catalog holds the texts of all languages, each parsed once. It is safe for
// concurrent use and does not change after Load.
type Catalog struct {
	tongues []*tongue // in the order of Languages
	byTag   map[string]*tongue
	spanish *tongue
	keys    []string
	plain   plainData
	missing tally
}

// tongue is one language with its texts.
type tongue struct {
	Language
	file    *file // the file with [language]
	texts   map[string]*text
	plurals *plurals
}

// Load reads the files active.<tag>.toml and active.<tag>.<part>.toml of
// fsys. It is strict: any defect that could show a person something broken is
// an error, and all defects are reported at once, as a *LoadError. A text
// that stands in two files is such a defect. Spanish must be there, with the
// tables [format] and [fallback]. What only makes a text worse is left to
// Check.
func Load(fsys fs.FS) (*Catalog, error) {
	files, found, err := readFiles(fsys)
	if err != nil {
		return nil, err
	}
	plain, err := readPlainData(fsys)
	if err != nil {
		return nil, err
	}
	c := &Catalog{byTag: make(map[string]*tongue), plain: plain}
	groups := make(map[string]string)
	for _, f := range files {
		l := c.byTag[f.tag]
		switch {
		case f.part == "":
			language, group, bad := parseLanguage(f.tag, f)
			found = append(found, bad...)
			groups[f.tag] = group
			l = &tongue{Language: language, file: f, texts: make(map[string]*text)}
			l.Tag = f.tag
			c.byTag[f.tag] = l
			c.tongues = append(c.tongues, l)
		case l == nil:
			found = append(found, Finding{File: f.name, Rule: "file", Message: "the part has no main file",
				Mend: "create active." + f.tag + ".toml with the table [language]"})
			continue
		case f.tree["language"] != nil:
			found = append(found, f.finding("language", "language", "only the main file describes the language", "move the table to active."+f.tag+".toml"))
		}
		found = append(found, l.add(f)...)
		f.tree = nil // the texts hold what is needed of it
	}
	c.spanish = c.byTag[Spanish]
	if c.spanish == nil {
		found = append(found, Finding{File: "active.es.toml", Rule: "file", Message: "the Spanish catalogue cannot be read",
			Mend: "every other language falls back to it: create or mend it"})
	}
	if len(found) == 0 {
		found = c.finish(groups)
	}
	if len(found) > 0 {
		sortFindings(found)
		return nil, &LoadError{Findings: found}
	}
	return c, nil
}

// add compiles the texts of a file.
func (l *tongue) add(f *file) []Finding {
	messages, err := i18n.ParseMessageBytes([]byte(f.name), func(_ []byte, v any) error {
		tree := make(map[string]any, len(f.tree))
		for name, value := range f.tree {
			if name != "language" {
				tree[name] = value
			}
		}
		*v.(*any) = tree
		return nil
	})
	if err != nil {
		return []Finding{{File: f.name, Rule: "toml", Message: err.Error(), Mend: "keep tables and texts only"}}
	}
	var found []Finding
	for _, m := range messages {
		t, bad := newText(m, f)
		found = append(found, bad...)
		if before, ok := l.texts[m.ID]; ok {
			found = append(found, t.finding(whole, "duplicate", "the text also stands in "+before.file.name, "keep one of the two"))
			continue
		}
		l.texts[m.ID] = t
	}
	return found
}

// finish prepares what needs all files: plural rules, formats and order.
func (c *Catalog) finish(groups map[string]string) []Finding {
	var found []Finding
	for _, l := range c.tongues {
		var err error
		if l.plurals, err = newPlurals(l.Tag); err != nil {
			found = append(found, l.file.finding("language", "plural", err.Error(), "name the file after a language tag of BCP 47"))
		}
	}
	if _, ok := c.spanish.texts[fallbackText]; !ok {
		found = append(found, c.spanish.file.finding("language", "fallback", "there is no neutral text", "add text to the table [fallback]"))
	}
	if len(found) > 0 {
		return found
	}
	for _, l := range c.tongues {
		locale, bad := c.locale(l, groups)
		l.Locale = locale
		found = append(found, bad...)
	}
	slices.SortFunc(c.tongues, func(a, b *tongue) int {
		if d := rank(a.Tag) - rank(b.Tag); d != 0 {
			return d
		}
		return strings.Compare(a.Tag, b.Tag)
	})
	for key := range c.spanish.texts {
		c.keys = append(c.keys, key)
	}
	slices.Sort(c.keys)
	return found
}

func rank(tag string) int {
	if i := slices.Index(languageOrder[:], tag); i >= 0 {
		return i
	}
	return len(languageOrder)
}

// Languages returns the languages in the order in which they are offered:
// es, en, pt, fr, ht, guc, then any other by tag.
func (c *Catalog) Languages() []Language {
	all := make([]Language, len(c.tongues))
	for i, l := range c.tongues {
		all[i] = l.Language
	}
	return all
}

// Language returns the language of a tag.
func (c *Catalog) Language(tag string) (Language, bool) {
	l, ok := c.byTag[tag]
	if !ok {
		return Language{}, false
	}
	return l.Language, true
}

// Match returns the language to offer first to a person whose Telegram is
// set to code, such as "es-419" or "pt-br"; Spanish when there is none. It
// only pre-selects: the person chooses.
func (c *Catalog) Match(code string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(code, "_", "-"), "-")
	base = strings.ToLower(base)
	if _, ok := c.byTag[base]; ok {
		return base
	}
	return Spanish
}

// Has reports whether the language has the text itself, without falling back
// to Spanish.
func (c *Catalog) Has(lang, key string) bool {
	l, ok := c.byTag[lang]
	if !ok {
		return false
	}
	_, ok = l.texts[key]
	return ok
}

// Keys returns every key of the Spanish catalogue, sorted.
func (c *Catalog) Keys() []string { return slices.Clone(c.keys) }
