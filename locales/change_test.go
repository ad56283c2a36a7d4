package locales

import (
	"strings"
	"testing"
)

func changeable(t *testing.T) *Catalog {
	return mustLoad(t, map[string]string{
		"active.es.toml": spanishHead + `
[menu]
hello = "Hola, <b>{name}</b>."
bye = "Hasta luego."
[menu.places]
one = "{count} cupo"
many = "{count} de cupos"
other = "{count} cupos"
`,
		"active.en.toml":  head("English", "draft", "") + "[menu]\nhello = \"Hello, {name}.\"\n",
		"active.guc.toml": head("Wayuunaiki", "empty", ""),
	})
}

func words(text string) map[string]string { return map[string]string{"other": text} }

func TestAChangeStandsInThePlaceOfTheFilesText(t *testing.T) {
	c := changeable(t)
	next, refused := c.With([]Change{
		{"es", "menu.hello", words("Buenas, {name}.")},
		{"en", "menu.bye", words("Goodbye.")}, // the draft lacked it
		{"es", "menu.places", map[string]string{"one": "queda {count}", "many": "quedan {count} de", "other": "quedan {count}"}},
	})
	if len(refused) > 0 {
		t.Fatalf("refused: %v", refused)
	}
	for _, row := range []struct {
		c               *Catalog
		lang, key, want string
	}{
		{next, "es", "menu.hello", "Buenas, Ana."},
		{next, "en", "menu.hello", "Hello, Ana."},
		{next, "en", "menu.bye", "Goodbye."},
		{next, "es", "menu.places", "quedan 2"},
		{c, "es", "menu.hello", "Hola, Ana."},
		{c, "en", "menu.bye", "Hasta luego."},
		{c, "es", "menu.places", "2 cupos"},
	} {
		if got := row.c.Text(row.lang, row.key, map[string]any{"name": "Ana", "count": 2}); got != row.want {
			t.Errorf("%s in %s reads %q, want %q", row.key, row.lang, got, row.want)
		}
	}
}

func TestAChangeThatWouldBreakATextIsLeftOut(t *testing.T) {
	for _, row := range []struct {
		name   string
		change Change
		rule   string
	}{
		{"no such text", Change{"es", "menu.gone", words("Hola.")}, "missing"},
		{"no such language", Change{"xx", "menu.bye", words("Hola.")}, "language"},
		{"a language without texts", Change{"guc", "menu.bye", words("Hola.")}, "language"},
		{"how a language is written", Change{"es", "format.money", words("{amount}")}, "reserved"},
		{"empty", Change{"es", "menu.bye", words("")}, "empty"},
		{"a placeholder is lost", Change{"es", "menu.hello", words("Hola.")}, "placeholder"},
		{"a placeholder that nobody fills", Change{"en", "menu.hello", words("Hello, {name} {age}.")}, "placeholder"},
		{"a brace", Change{"es", "menu.bye", words("Hasta { luego.")}, "placeholder"},
		{"a tag that is not closed", Change{"es", "menu.bye", words("<b>Hasta luego.")}, "markup"},
		{"a tag that Telegram refuses", Change{"es", "menu.bye", words("<img src=x>")}, "markup"},
		{"a plural form is lost", Change{"es", "menu.places", map[string]string{"one": "{count}", "other": "{count}"}}, "plural"},
		{"a plural form too many", Change{"es", "menu.bye", map[string]string{"one": "Adiós.", "other": "Adiós."}}, "plural"},
	} {
		next, refused := changeable(t).With([]Change{row.change, {"es", "menu.bye", words("Adiós.")}})
		if len(refused) == 0 || refused[0].Rule != row.rule || refused[0].Key != row.change.Key || refused[0].Severity != Error {
			t.Errorf("%s: %v, want the rule %s", row.name, refused, row.rule)
		}
		if got := next.Text("es", "menu.bye", nil); got != "Adiós." {
			t.Errorf("%s: the other change is lost: %q", row.name, got)
		}
	}
}

func TestOneTextIsCheckedAsAllAre(t *testing.T) {
	next, refused := changeable(t).With([]Change{{"es", "menu.bye", words(strings.Repeat("palabra ", 22) + "final.")}})
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	rules := map[string]bool{}
	for _, f := range next.CheckText("es", "menu.bye", true) {
		rules[f.Rule] = true
		if f.Form != "other" {
			t.Errorf("%v is about the form %q", f, f.Form)
		}
	}
	if !rules["sentence"] || !rules["label"] {
		t.Errorf("found %v, want a long sentence and a long label", rules)
	}
	for _, f := range builtIn(t).CheckText("es", "menu.menu_choice.ask", false) {
		if f.Severity == Error {
			t.Error(f)
		}
	}
}
