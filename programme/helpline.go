package programme

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
)

// VerifiedDays is for how many days a staff member's check of a help line
// counts. A wrong number costs a frightened person their only call, so an old
// check hides the line.
const VerifiedDays = 90

// HelpLine is a place to call, write or visit when somebody is in trouble.
type HelpLine struct {
	ID string
	// Number is what to dial or open, without spaces so that phones link it.
	// Empty when nobody has found it out yet.
	Number   string
	Channels []string // llamada, whatsapp, web
	// Municipality is the DIVIPOLA code that a local line serves; empty: the
	// whole country.
	Municipality string
	Local        bool
	World        bool   // reached from any country
	Hours        string // 24h, a span as 07:00-19:00, or empty: not known
	Free         bool   // known to cost nothing
	Always       bool   // shown without a recent check: the national emergency numbers
	Source       string
	SourceDate   string // as precise as the source: a day, a month, a year or empty
	State        string // kind of evidence, for staff
	VerifiedOn   Date   // when a staff member last dialled it; zero: never
	VerifiedBy   string // the role that did, never a name
	Order        int
	Withdrawn    Date // when it went out of the list it came from; zero: it is in it

	name, purpose map[string]string
}

// Name is the line's name in that language (es, en), else in Spanish.
func (l HelpLine) Name(language string) string { return inLanguage(l.name, language) }

// Purpose is what the line is for in that language (es, en), else in Spanish.
func (l HelpLine) Purpose(language string) string { return inLanguage(l.purpose, language) }

// Verified reports whether a check counts on that day.
func (l HelpLine) Verified(today Date) bool {
	if l.VerifiedOn.IsZero() {
		return false
	}
	age := today.DaysSince(l.VerifiedOn)
	return age >= 0 && age <= VerifiedDays
}

// Visible are the lines that a person in that municipality (empty: not known)
// may be shown on that day, in their order: the emergency numbers always, the
// others only with a check of the last 90 days, local ones only at their place,
// and never one without a number.
func Visible(lines []HelpLine, municipality string, today Date) []HelpLine {
	var out []HelpLine
	for _, line := range lines {
		if line.Number == "" || !line.Always && !line.Verified(today) {
			continue
		}
		if line.Local && (line.Municipality == "" || line.Municipality != municipality) {
			continue
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, func(a, b HelpLine) int { return a.Order - b.Order })
	return out
}

// helpLineText is a HelpLine with the words that it keeps to itself.
type helpLineText struct {
	plainHelpLine
	Names, Purposes map[string]string // by language
}

type plainHelpLine HelpLine

// MarshalJSON writes the line with its words, for the store.
func (l HelpLine) MarshalJSON() ([]byte, error) {
	return json.Marshal(helpLineText{plainHelpLine(l), l.name, l.purpose})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (l *HelpLine) UnmarshalJSON(text []byte) error {
	var t helpLineText
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	*l = HelpLine(t.plainHelpLine)
	l.name, l.purpose = t.Names, t.Purposes
	return nil
}

func inLanguage(words map[string]string, language string) string {
	if text := words[language]; text != "" {
		return text
	}
	return words["es"]
}

func loadHelpLines(fsys fs.FS, name string, municipalities *Municipalities, problems *Problems) []HelpLine {
	t := readCSV(fsys, name, []string{
		"id", "number", "always", "channels", "scope", "municipality",
		"name_es", "purpose_es", "name_en", "purpose_en", "hours", "free",
		"source", "source_date", "state", "verified_on", "verified_by", "order",
	}, problems)
	var out []HelpLine
	seen := map[string]bool{}
	for _, row := range t.rows {
		scope := row.oneOf("scope", "national", "local", "world")
		line := HelpLine{
			ID:       row.required("id"),
			Number:   strings.ReplaceAll(row.text("number"), " ", ""),
			Always:   row.flag("always"),
			Channels: row.list("channels"),
			Local:    scope == "local",
			World:    scope == "world",
			Hours:    row.text("hours"), Free: row.oneOf("free", "yes", "unknown") == "yes",
			Source: row.text("source"), SourceDate: row.text("source_date"), State: row.required("state"),
			VerifiedOn: row.date("verified_on"), VerifiedBy: row.text("verified_by"),
			Municipality: row.text("municipality"),
			Order:        int(row.number("order")),
			name:         map[string]string{"es": row.required("name_es"), "en": row.required("name_en")},
			purpose:      map[string]string{"es": row.required("purpose_es"), "en": row.required("purpose_en")},
		}
		for _, channel := range line.Channels {
			if !slices.Contains([]string{"llamada", "whatsapp", "web"}, channel) {
				row.problem("channels", "a channel is not known", "use llamada, whatsapp, web, parted by |")
			}
		}
		if _, ok := municipalities.ByCode(line.Municipality); line.Municipality != "" && !ok && len(municipalities.list) > 0 {
			row.problem("municipality", "there is no municipality "+line.Municipality, "use a DIVIPOLA code of five digits")
		}
		if line.Always && line.Number == "" {
			row.problem("number", "a line that is always shown has no number", "write it, or put 0 under always")
		}
		if !line.VerifiedOn.IsZero() && line.VerifiedBy == "" {
			row.problem("verified_by", "the check of the line is not signed", "write the role of who dialled it, such as coordinacion")
		}
		if seen[line.ID] {
			row.problem("id", "the id is there twice", "give each line its own id")
		}
		seen[line.ID] = true
		out = append(out, line)
	}
	return out
}
