package flows

import (
	"fmt"
	"regexp"
	"slices"
)

// Yes and No are the values of every boolean slot.
const (
	Yes = "si"
	No  = "no"
)

var (
	slotName  = regexp.MustCompile(`^[a-z][a-z0-9_]{0,23}$`)
	valueCode = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,47}$`)
)

// reservedWords mean something in conditions.
var reservedWords = map[string]bool{
	"and": true, "or": true, "not": true, "in": true, "true": true, "false": true, "nil": true, "let": true, "if": true, "else": true,
	"matches": true, "contains": true, "startswith": true, "endswith": true,
}

// slotRules refuses what does not fit the slot's type, and anything about a
// person that is kept without saying for how long.
func (l *loader) slotRules(f *Flow, s *Slot, r rawSlot) {
	bad := func(key, rule, message, mend string) {
		p := f.src.keyAt("slots", s.Name)
		if key != "" {
			p = f.src.keyAt("slots", s.Name, key)
		}
		l.report.at(f.File, p, rule, fmt.Sprintf("the slot %q %s", s.Name, message), mend)
	}
	if r.Keep == "" {
		bad("", "slot-keep", "does not say how long it is kept", "add keep: flow, or the shortest honest time such as keep: 30d or keep: 12mo")
	} else if keep, err := ParseKeep(r.Keep); err != nil {
		bad("keep", "slot-keep", fmt.Sprintf("has keep %q", r.Keep), "write flow, a number of days (30d) or of months (12mo)")
	} else {
		s.Keep = keep
	}
	listed := s.Type == Categorical || s.Type == Multi
	for _, rule := range []struct {
		key   string
		given bool
		ok    bool
		fits  string
	}{
		{"values", r.Values != nil, listed || s.Type == Municipality || s.Type == Occupation, "categorical and multi, and as further options municipality and occupation"},
		{"alone", r.Alone != nil, s.Type == Multi, "multi"},
		{"typed", r.Typed != nil, s.Type == Categorical, "categorical"},
		{"options", r.Options != "", s.Type == Catalogue, "catalogue"},
		{"departments", r.Depts, s.Type == Municipality, "municipality"},
		{"unmasked", r.Unmasked, s.Type == FreeText, "text"},
		{"min", r.Min != 0, s.bounded(), "multi, occupation, number and text"},
		{"max", r.Max != 0, s.bounded(), "multi, occupation, number and text"},
	} {
		if rule.given && !rule.ok {
			bad(rule.key, "slot", fmt.Sprintf("is of type %s and has %s", s.Type, rule.key), rule.key+" is for "+rule.fits+": take it out or change the type")
		}
	}
	switch {
	case listed && len(s.Values) == 0:
		bad("type", "slot", "has no values", "add values: [code, …] in the order shown")
	case s.Type == Catalogue && s.Options == "" && !s.Derived:
		bad("type", "slot", "does not say where its options come from", "add options: and the name of the action that lists them")
	case s.Type == FreeText && s.Max == 0:
		bad("type", "slot", "is a text without a bound", "add max: with the most characters it may have")
	case s.Max > 0 && s.Min > s.Max:
		bad("min", "slot", fmt.Sprintf("has min %d above max %d", s.Min, s.Max), "swap them")
	case s.Type == Multi && (s.Max > len(s.Values) || s.Min > len(s.Values)):
		bad("values", "slot", fmt.Sprintf("asks for more choices than its %d values", len(s.Values)), "lower min or max")
	}
	for i, v := range s.Values {
		if !valueCode.MatchString(v) {
			l.report.at(f.File, f.src.at("slots", s.Name, "values", i), "slot", fmt.Sprintf("%q cannot be a value", v), "use letters a to z, digits, _ and -, at most 48; the words for people are in locales")
		}
	}
	for key, list := range map[string][]string{"alone": s.Alone, "typed": s.Typed} {
		for i, v := range list {
			if !slices.Contains(s.Values, v) {
				l.report.at(f.File, f.src.at("slots", s.Name, key, i), "impossible-value", fmt.Sprintf("%q is not a value of the slot %q", v, s.Name), "use one of "+quoted(s.Values))
			}
		}
	}
	if s.Index != "" {
		switch {
		case s.Sensitive:
			bad("index", "slot-index", "is sensitive and indexed", "take the index out: nobody is ever selected by sensitive data")
		case s.Keep.Flow && r.Keep != "":
			bad("index", "slot-index", "is indexed and forgotten with the flow", "take the index out, or keep it longer")
		case s.Type == FreeText || s.Type == Contact || s.Type == Location || s.Type == Number || s.Type == Date:
			bad("index", "slot-index", fmt.Sprintf("is of type %s and indexed", s.Type), "index only slots with few possible values")
		}
	}
}

func (s *Slot) bounded() bool {
	return s.Type == Multi || s.Type == Occupation || s.Type == Number || s.Type == FreeText
}
