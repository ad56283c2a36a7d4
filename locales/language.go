package locales

import (
	"fmt"
	"strings"
)

// Status says how far the texts of a language may be trusted.
type Status string

const (
	// Complete languages have every text; a missing one fails the checks.
	Complete Status = "complete"
	// Draft languages have the texts of the tables they cover, not yet
	// approved by a native speaker; the rest is shown in Spanish.
	Draft Status = "draft"
	// Empty languages can be chosen and have no text: everything is shown in
	// Spanish, and staff may add recorded voice.
	Empty Status = "empty"
)

// Spanish is the language of last resort: every text exists in it.
const Spanish = "es"

// languageOrder is the order in which languages are offered. A language that
// is not listed comes after these, by tag.
var languageOrder = [...]string{"es", "en", "pt", "fr", "ht", "guc"}

// Language describes one language of the catalogue.
type Language struct {
	Tag    string   // BCP 47, such as "es"
	Name   string   // its own name in itself, such as "Español"
	Dir    string   // "ltr" or "rtl"
	Status Status   //
	Covers []string // tables that a draft has in full, such as "welcome"
	Locale *Locale  // how numbers, dates and lists are written
}

// parseLanguage reads the reserved table [language] of a catalogue file.
func parseLanguage(tag string, f *file) (Language, string, []Finding) {
	var found []Finding
	add := func(key, message, mend string) {
		p := f.positions["language"]
		if at, ok := f.positions[key]; ok {
			p = at
		}
		found = append(found, Finding{File: f.name, Line: p.line, Column: p.column, Key: key, Rule: "language", Message: message, Mend: mend})
	}
	table, ok := f.tree["language"].(map[string]any)
	if !ok {
		add("language", "the file has no table [language]", "begin the file with [language], name, direction, status and group")
		return Language{}, "", found
	}
	values := make(map[string]string)
	for name, value := range table {
		switch text, isText := value.(string); {
		case name != "name" && name != "direction" && name != "status" && name != "covers" && name != "group":
			add("language."+name, "this setting is not known", "use only name, direction, status, covers and group")
		case !isText:
			add("language."+name, "the value is not a text", "write the value between quotes")
		default:
			values[name] = text
		}
	}
	l := Language{Tag: tag, Name: values["name"], Dir: values["direction"], Status: Status(values["status"]), Covers: splitWords(values["covers"])}
	if strings.TrimSpace(l.Name) == "" {
		add("language.name", "the language has no name", "write the name as its own speakers write it")
	}
	if l.Dir != "ltr" && l.Dir != "rtl" {
		add("language.direction", fmt.Sprintf("the direction %q is not known", l.Dir), `write "ltr" or "rtl"`)
	}
	if l.Status != Complete && l.Status != Draft && l.Status != Empty {
		add("language.status", fmt.Sprintf("the status %q is not known", l.Status), `write "complete", "draft" or "empty"`)
	}
	if tag == Spanish && l.Status != Complete {
		add("language.status", "Spanish is the language of last resort", `write "complete"`)
	}
	if len(l.Covers) > 0 && l.Status != Draft {
		add("language.covers", "only a draft covers some tables", "take the line out, or set the status to draft")
	}
	return l, values["group"], found
}

// splitWords cuts "a | b | c".
func splitWords(s string) []string {
	var words []string
	for word := range strings.SplitSeq(s, "|") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
