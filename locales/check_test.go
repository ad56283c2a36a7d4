package locales

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckFindsEachDefectWithPlaceAndMend(t *testing.T) {
	fixtures(t, "check", func(t *testing.T, fsys fs.FS) []Finding {
		c, err := Load(fsys)
		if err != nil {
			t.Fatalf("load: %v", err)
		}
		found := c.Check()
		for _, f := range found {
			if f.Mend == "" || f.Rule == "" || f.Line == 0 || f.Column == 0 {
				t.Errorf("no mend, rule or place in %+v", f)
			}
		}
		return found
	})
}

func TestLengthsAreCountedWithoutMarkupAndPlaceholders(t *testing.T) {
	long := func(n int) string { return strings.Repeat("Hola. ", n/6-1) + strings.Repeat("a", n%6) + "Adiós." }
	for _, row := range []struct {
		name, key, text, lang string
		want                  []string
	}{
		{"a question of 320", "q.ask", long(320), "es", nil},
		{"a question of 321", "q.ask", long(321), "es", []string{"error: q.ask: a question of 321 characters, more than 320"}},
		{"a message of 600", "q.text", long(600), "es", nil},
		{"a message of 601", "q.text", long(601), "es", []string{"error: q.text: a message of 601 characters, more than 600"}},
		{"markup is not counted", "q.ask", "<b>" + long(319) + "</b>{name}&lt;", "es", nil},
		{"a translation may run longer", "q.ask", long(321), "en", []string{"warning: q.ask: a question of 321 characters, more than 320"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			files := map[string]string{
				"active.es.toml": spanishHead,
				"active.en.toml": head("English", "draft", ""),
			}
			files["active.es.q.toml"] = "[q]\n" + strings.TrimPrefix(row.key, "q.") + " = \"Hola. {name}\"\n"
			if !strings.Contains(row.text, "{name}") {
				files["active.es.q.toml"] = strings.Replace(files["active.es.q.toml"], " {name}", "", 1)
			}
			files["active."+row.lang+".q.toml"] = "[q]\n" + strings.TrimPrefix(row.key, "q.") + " = \"" + row.text + "\"\n"
			var got []string
			for _, f := range mustLoad(t, files).Check() {
				if f.Rule == "length" {
					got = append(got, fmt.Sprintf("%s: %s: %s", f.Severity, f.Key, f.Message))
				}
			}
			if d := cmp.Diff(row.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"active.es.toml": spanishHead + `
[b]
short = "💼 Buscar un trabajo"
twenty_one = "Buscar ya otro trabajo"
long = "Buscar un trabajo cerca de donde usted vive ahora, con horario y sueldo"
lines = "Atrás\nMenú"
bold = "<b>Atrás</b>"
filled = "Ver {name}"
`,
		"active.en.toml": head("English", "draft", "") + "[b]\nshort = \"Look for some work now\"\n",
	})
	keys := []string{"b.short", "b.twenty_one", "b.long", "b.lines", "b.bold", "b.filled", "b.short", "b.nothing"}
	var got []string
	for _, f := range c.CheckLabels(keys) {
		got = append(got, f.String())
	}
	want := []string{
		"active.en.toml:8:1: warning: b.short: a button label of 22 characters [label]; shorten it to 20",
		"active.es.toml:23:1: warning: b.twenty_one: a button label of 22 characters [label]; shorten it to 20",
		"active.es.toml:24:1: error: b.long: a button label of 71 characters [label]; shorten it to 20, at most 64",
		"active.es.toml:25:1: error: b.lines: a button label has two lines [label]; write it on one",
		"active.es.toml:26:1: error: b.bold: a button label has markup [label]; take it out: buttons show plain text",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
}

func TestUsed(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"active.es.toml": spanishHead + `
[menu]
title = "Hola, {name}."
back = "Atrás"
old = "Ya no se usa"
[reason]
r1 = "Por su edad"
r2 = "Por {place}"
[cups]
one = "{count} cupo"
many = "{count} de cupos"
other = "{count} cupos"
`,
		"active.en.toml": head("English", "draft", "") + "[reason]\nr2 = \"Because of {town}\"\n",
	})
	used := []Use{
		{Key: "menu.title", Params: []string{"name", "spare"}, File: "menu.yaml", Line: 3, Column: 7},
		{Key: "menu.back", Label: true},
		{Key: "menu.back", Label: true},
		{Key: "menu.nothing", File: "menu.yaml", Line: 4, Column: 9},
		{Key: "nothing.*", File: "menu.yaml", Line: 5, Column: 9},
		{Key: "reason.*", Params: []string{"place"}, File: "menu.yaml", Line: 6, Column: 2},
		{Key: "cups", Params: []string{}, File: "menu.yaml", Line: 7, Column: 2},
		{Key: "cups", Params: nil},
	}
	var got []string
	for _, f := range c.CheckUsed(used) {
		got = append(got, f.String())
	}
	want := []string{
		"active.en.toml:8:1: error: reason.r2: the placeholder {town} is never filled where the text is used [placeholder]; use one of {place}, or give the parameter in menu.yaml",
		"active.es.toml:24:1: error: menu.old: nothing shows this text [unused]; take it out of every language, or use it",
		"active.es.toml:28:2: error: cups: the placeholder {count} is never filled where the text is used [placeholder]; use one of none, or give the parameter in menu.yaml",
		"menu.yaml:4:9: error: menu.nothing: no catalogue has this text [missing]; add it to the Spanish and the English catalogue, or mend the key",
		"menu.yaml:5:9: error: nothing.*: no catalogue has this text [missing]; add it to the Spanish and the English catalogue, or mend the key",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("findings (-want +got):\n%s", d)
	}
}

// The catalogues that are shipped have no defect, and promise what the
// programme asks of each language.
func TestBuiltInCataloguesAreSound(t *testing.T) {
	c := builtIn(t)
	for _, f := range c.Check() {
		if f.Severity == Error {
			t.Error(f)
		}
	}
	for tag, want := range map[string][]string{
		"es": nil, "en": nil, "guc": nil,
		"pt": {"welcome", "menu", "consent", "help"},
		"fr": {"welcome", "menu", "consent", "help"},
		"ht": {"welcome", "help"},
	} {
		l, _ := c.Language(tag)
		for _, table := range want {
			if !c.byTag[tag].covers(table + ".x") {
				t.Errorf("%s does not promise the table %s", tag, table)
			}
		}
		if want == nil && len(l.Covers) > 0 {
			t.Errorf("%s covers %v", tag, l.Covers)
		}
	}
	if texts := len(c.byTag["guc"].texts); texts != 0 {
		t.Errorf("Wayuunaiki has %d texts: none may be invented", texts)
	}
}
