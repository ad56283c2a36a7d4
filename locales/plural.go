package locales

import (
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// form is one of the plural forms of CLDR.
type form uint8

const (
	zero form = iota
	one
	two
	few
	many
	other
	formCount
	// whole stands for a text with all its forms.
	whole = formCount
)

var formNames = [formCount]string{"zero", "one", "two", "few", "many", "other"}

func (f form) String() string { return formNames[f] }

// source returns the text of the form in a message of go-i18n.
func (f form) source(m *i18n.Message) string {
	return [formCount]string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other}[f]
}

// countParam is the parameter that selects the plural form.
const countParam = "count"

// pluralProbe is the id of a message whose texts are the names of their
// forms. It holds a byte that no key may have.
const pluralProbe = "\x00plural"

// plurals selects the form for a number by the CLDR rules inside go-i18n,
// which exports them only through a localizer. That costs microseconds, so
// the answers for the numbers that people meet are computed once.
type plurals struct {
	localizer *i18n.Localizer
	small     [256]form
	required  []form
}

// newPlurals asks for the rules of a language. One without rules of its own
// (Haitian Creole, Wayuunaiki) is loaded as a private-use tag, whose rule is one and
// other.
func newPlurals(name string) (*plurals, error) {
	tag, err := language.Parse(name)
	if err != nil {
		return nil, err
	}
	probe := &i18n.Message{ID: pluralProbe, Zero: "zero", One: "one", Two: "two", Few: "few", Many: "many", Other: "other"}
	bundle := i18n.NewBundle(tag)
	if bundle.AddMessages(tag, probe) != nil {
		if tag, err = language.Parse("art-x-" + name); err != nil {
			return nil, err
		}
		bundle = i18n.NewBundle(tag)
		if err := bundle.AddMessages(tag, probe); err != nil {
			return nil, err
		}
	}
	p := &plurals{localizer: i18n.NewLocalizer(bundle, tag.String())}
	for n := range p.small {
		p.small[n] = p.ask(int64(n))
	}
	seen := map[form]bool{other: true}
	// Every rule of CLDR for whole numbers repeats within a hundred, but for
	// the round thousands and millions.
	for _, n := range append(p.small[:], p.ask(1_000), p.ask(1_000_000), p.ask(2_000_000)) {
		seen[n] = true
	}
	for f := range formCount {
		if seen[f] {
			p.required = append(p.required, f)
		}
	}
	return p, nil
}

func (p *plurals) form(n int64) form {
	if n < 0 {
		n = -n
	}
	if n >= 0 && n < int64(len(p.small)) {
		return p.small[n]
	}
	return p.ask(n)
}

func (p *plurals) ask(n int64) form {
	name, err := p.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: pluralProbe, PluralCount: n, TemplateParser: placeholderParser{}, TemplateData: map[string]any(nil),
	})
	if i := slices.Index(formNames[:], name); err == nil && i >= 0 {
		return form(i)
	}
	return other
}
