package programme

import (
	"slices"
	"strings"
)

// maxSuggestions is how many values that would do a report offers.
const maxSuggestions = 3

// municipality reads a DIVIPOLA code or the name of a municipality; empty is
// none. A code that lost its first zero to a spreadsheet gets it back. A code
// with its name after it, as suggestions are written, is that code.
func (c *sheetCell) municipality() string {
	if c.text == "" {
		return ""
	}
	table := c.data.Municipalities
	if code, name, both := strings.Cut(c.text, " "); both {
		if m, ok := table.ByCode(code); ok && Normalize(name) == Normalize(m.Label()) {
			return code
		}
	}
	if n, err := wholeNumber(c.text); err == nil {
		code := strings.TrimLeft(strings.SplitN(strings.SplitN(c.text, ".", 2)[0], ",", 2)[0], "0")
		if n > 0 && len(code) < 5 {
			code = strings.Repeat("0", 5-len(code)) + code
		}
		if _, ok := table.ByCode(code); ok {
			return code
		}
		c.fail(rowNoPlace, table.near(code)...)
		return ""
	}
	match := table.Match(c.text)
	if match.Kind == MatchExact && len(match.Candidates) == 1 {
		return match.Candidates[0].Code
	}
	var suggestions []string
	for _, m := range match.Candidates[:min(len(match.Candidates), maxSuggestions)] {
		suggestions = append(suggestions, m.suggestion())
	}
	c.fail(rowNoPlace, suggestions...)
	return ""
}

func (m Municipality) suggestion() string { return m.Code + " " + m.Label() }

// near are the municipalities whose code differs by one digit or by two that
// changed places, reception municipalities first.
func (m *Municipalities) near(code string) []string {
	var out []Municipality
	for _, municipality := range m.list {
		if oneSlip(municipality.Code, code) {
			out = append(out, municipality)
		}
	}
	receptionFirst(out)
	var suggestions []string
	for _, municipality := range out[:min(len(out), maxSuggestions)] {
		suggestions = append(suggestions, municipality.suggestion())
	}
	return suggestions
}

func oneSlip(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	var differ []int
	for i := range len(a) {
		if a[i] != b[i] {
			differ = append(differ, i)
		}
	}
	return len(differ) == 1 ||
		len(differ) == 2 && differ[1] == differ[0]+1 && a[differ[0]] == b[differ[1]] && a[differ[1]] == b[differ[0]]
}

// occupation reads a code of three digits, the name of an occupation, or both.
func (c *sheetCell) occupation() string {
	if c.text == "" {
		c.fail(rowEmptyCell)
		return ""
	}
	table := c.data.Occupations
	if code, name, both := strings.Cut(c.text, " "); both {
		if o, ok := table.ByCode(code); ok && (Normalize(name) == Normalize(o.Label("es")) || Normalize(name) == Normalize(o.Label("en"))) {
			return code
		}
	}
	if _, err := wholeNumber(c.text); err == nil {
		code := strings.SplitN(strings.SplitN(c.text, ".", 2)[0], ",", 2)[0]
		if _, ok := table.ByCode(code); ok {
			return code
		}
		c.fail(rowNoOccupation, table.near(code)...)
		return ""
	}
	match := table.Match(c.text)
	if match.Kind == MatchExact && len(match.Candidates) == 1 {
		return match.Candidates[0].Code
	}
	var suggestions []string
	for _, o := range match.Candidates[:min(len(match.Candidates), maxSuggestions)] {
		suggestions = append(suggestions, o.suggestion())
	}
	c.fail(rowNoOccupation, suggestions...)
	return ""
}

func (o Occupation) suggestion() string { return o.Code + " " + o.Label("es") }

// near are occupations with the same first digits: a longer code of the same
// classification is cut to its group, a mistaken one leads to its neighbours.
func (o *Occupations) near(code string) []string {
	var suggestions []string
	for length := min(3, len(code)); length >= 2 && len(suggestions) == 0; length-- {
		for _, occupation := range o.list {
			if strings.HasPrefix(occupation.Code, code[:length]) && !slices.Contains(suggestions, occupation.suggestion()) && len(suggestions) < maxSuggestions {
				suggestions = append(suggestions, occupation.suggestion())
			}
		}
	}
	return suggestions
}
