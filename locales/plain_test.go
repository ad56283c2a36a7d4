package locales

import (
	"slices"
	"strings"
	"testing"
)

func builtInRules(t *testing.T) plainData {
	t.Helper()
	data, err := readPlainData(Files())
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPlainDataIsReadable(t *testing.T) {
	rules, found := newPlainRules(builtInRules(t))
	for _, f := range found {
		t.Error(f)
	}
	if len(rules.forbidden) < 50 || len(rules.acronyms) < 5 || len(rules.allowed) < 10 {
		t.Errorf("%d forbidden words, %d acronyms and %d allowed words were read", len(rules.forbidden), len(rules.acronyms), len(rules.allowed))
	}
	for word := range rules.allowed {
		plural := word
		if !strings.ContainsAny(word[len(word)-1:], "aeiou") {
			plural += "es"
		}
		if word != strings.ToLower(word) || syllables(plural) <= longWord {
			t.Errorf("plain/allow.txt: %q needs no permission: %d syllables", word, syllables(plural))
		}
	}
	for _, f := range rules.forbidden {
		if f.word != strings.ToLower(f.word) || f.word == "" {
			t.Errorf("plain/forbidden.txt: %q never matches", f.word)
		}
	}
	for name := range rules.acronyms {
		if name != strings.ToUpper(name) {
			t.Errorf("plain/acronyms.txt: %q is not in capitals", name)
		}
	}
}

// The words that the style of the project forbids by name.
func TestEveryForbiddenWordIsFound(t *testing.T) {
	rules, _ := newPlainRules(builtInRules(t))
	for _, word := range []string{
		"diligenciar", "diligencie", "radicar", "allegar", "beneficiario", "beneficiarias", "vacante", "idóneo", "idónea",
		"vulnerabilidad", "vulnerable", "focalizar", "ilegal", "veneco", "víctima", "ahorita", "coger", "buseta", "retornado", "$",
		"comunidad de acogida",
	} {
		text := "Hola " + word + " hoy"
		words := lowerWords(sentences(readable(text)))
		if !slices.ContainsFunc(rules.forbidden, func(f forbidden) bool { _, ok := f.matches(text, words); return ok }) {
			t.Errorf("%q is not found", word)
		}
	}
	for _, text := range []string{"trabajo", "persona migrante", "documento", "vacaciones", "plata", "dinero", "comunidad", "cogió el té"} {
		words := lowerWords(sentences(readable(text)))
		for _, f := range rules.forbidden {
			if word, ok := f.matches(text, words); ok && text != "cogió el té" {
				t.Errorf("%q: %q is forbidden", text, word)
			}
		}
	}
}

func TestAllowedWordsInThePlural(t *testing.T) {
	rules := &plainRules{allowed: map[string]bool{"oportunidad": true, "discriminación": true, "venezolana": true}}
	for word, want := range map[string]bool{
		"oportunidad": true, "oportunidades": true, "discriminaciones": true, "venezolanas": true,
		"venezolano": false, "ones": false, "s": false, "": false,
	} {
		if got := rules.allows(word); got != want {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
}

func TestExceptionsWaiveOneRuleForAKeyOrATable(t *testing.T) {
	rules := &plainRules{exceptions: []*exception{
		{rule: "length", key: "consent.more", line: 3},
		{rule: "sentence", key: "law.*", line: 4},
		{rule: "sentence", key: "other.*", line: 5},
	}}
	for _, row := range []struct {
		rule, key string
		want      bool
	}{
		{"length", "consent.more", true}, {"length", "consent.more.x", false}, {"sentence", "consent.more", false},
		{"sentence", "law.a.b", true}, {"sentence", "lawyer.a", false}, {"length", "law.a", false},
	} {
		if got := rules.waived(row.rule, row.key); got != row.want {
			t.Errorf("%s for %s: %v, want %v", row.rule, row.key, got, row.want)
		}
	}
	unused := rules.unused()
	if len(unused) != 1 || unused[0].Line != 5 || unused[0].Severity != Warning {
		t.Errorf("unused: %v", unused)
	}
}
