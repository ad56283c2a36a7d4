package locales

import (
	"fmt"
	"html"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

const menuTexts = `
[menu]
hello = "Hola, <b>{name}</b>. Vea <a href=\"https://ejemplo.org/?a=1&amp;b=2\">esto</a> &amp; siga."
link = "Vea <a href=\"{url}\">el mapa</a>."
only = "Solo en español"
back = "Atrás"
words = "menú | inicio |  volver a empezar | "
[menu.places]
one = "Queda un cupo en {place}."
many = "Quedan {count} de cupos en {place}."
other = "Quedan {count} cupos en {place}."
`

func menuCatalog(t testing.TB) *Catalog {
	return mustLoad(t, map[string]string{
		"active.es.toml": spanishHead + menuTexts,
		"active.en.toml": head("English", "complete", "") + `
[fallback]
text = "Write menu."
[menu]
back = "Back"
[menu.places]
one = "One place left in {place}."
other = "{count} places left in {place}."
`,
		"active.ht.toml": head("Kreyòl", "draft", "") + `
[menu.places]
one = "{count} plas nan {place}."
other = "{count} plas yo nan {place}."
`,
		"active.guc.toml": head("Wayuunaiki", "empty", ""),
	})
}

func TestTextAndHTML(t *testing.T) {
	c := menuCatalog(t)
	type params = map[string]any
	for _, row := range []struct {
		name, lang, key string
		params          params
		text, html      string
	}{
		{"markup stays in HTML and leaves plain text", "es", "menu.hello", params{"name": "Ana"},
			"Hola, Ana. Vea esto (https://ejemplo.org/?a=1&b=2) & siga.",
			`Hola, <b>Ana</b>. Vea <a href="https://ejemplo.org/?a=1&amp;b=2">esto</a> &amp; siga.`},
		{"a parameter is never markup", "es", "menu.hello", params{"name": `<b>"A" & 'B'</b>`},
			`Hola, <b>"A" & 'B'</b>. Vea esto (https://ejemplo.org/?a=1&b=2) & siga.`,
			`Hola, <b>&lt;b&gt;&quot;A&quot; &amp; 'B'&lt;/b&gt;</b>. Vea <a href="https://ejemplo.org/?a=1&amp;b=2">esto</a> &amp; siga.`},
		{"a parameter is never a template", "es", "menu.hello", params{"name": "{{.}} {name} {count} %s &amp;"},
			"Hola, {{.}} {name} {count} %s &amp;. Vea esto (https://ejemplo.org/?a=1&b=2) & siga.",
			`Hola, <b>{{.}} {name} {count} %s &amp;amp;</b>. Vea <a href="https://ejemplo.org/?a=1&amp;b=2">esto</a> &amp; siga.`},
		{"a parameter cannot leave its attribute", "es", "menu.link", params{"url": `https://x.co/"><b>`},
			`Vea el mapa (https://x.co/"><b>).`, `Vea <a href="https://x.co/&quot;&gt;&lt;b&gt;">el mapa</a>.`},
		{"a missing parameter is empty", "es", "menu.link", nil, "Vea el mapa ().", `Vea <a href="">el mapa</a>.`},
		{"a nil parameter is empty", "es", "menu.places", params{"count": 2, "place": nil}, "Quedan 2 cupos en .", "Quedan 2 cupos en ."},
		{"singular", "es", "menu.places", params{"count": 1, "place": "Suba"}, "Queda un cupo en Suba.", "Queda un cupo en Suba."},
		{"zero is other in Spanish", "es", "menu.places", params{"count": 0, "place": "Suba"}, "Quedan 0 cupos en Suba.", "Quedan 0 cupos en Suba."},
		{"millions, grouped", "es", "menu.places", params{"count": int64(2_000_000), "place": "Suba"}, "Quedan 2.000.000 de cupos en Suba.", "Quedan 2.000.000 de cupos en Suba."},
		{"no count takes other", "es", "menu.places", params{"place": "Suba"}, "Quedan  cupos en Suba.", "Quedan  cupos en Suba."},
		{"count as text takes other", "es", "menu.places", params{"count": "uno", "place": "Suba"}, "Quedan uno cupos en Suba.", "Quedan uno cupos en Suba."},
		{"English plural", "en", "menu.places", params{"count": 1500, "place": "Suba"}, "1,500 places left in Suba.", "1,500 places left in Suba."},
		{"a language without plural rules", "ht", "menu.places", params{"count": 1, "place": "Suba"}, "1 plas nan Suba.", "1 plas nan Suba."},
		{"a language without plural rules, other", "ht", "menu.places", params{"count": 0, "place": "Suba"}, "0 plas yo nan Suba.", "0 plas yo nan Suba."},
		{"an integer that is not count has plain digits", "es", "menu.link", params{"url": 2026}, "Vea el mapa (2026).", `Vea <a href="2026">el mapa</a>.`},
		{"a key that English lacks is Spanish", "en", "menu.only", nil, "Solo en español", "Solo en español"},
		{"an empty language is Spanish", "guc", "menu.places", params{"count": 1500, "place": "Suba"}, "Quedan 1.500 cupos en Suba.", "Quedan 1.500 cupos en Suba."},
		{"an unknown language is Spanish", "xx", "menu.back", nil, "Atrás", "Atrás"},
		{"a key nobody has is neutral, in the language", "en", "menu.nothing", nil, "Write menu.", "Write menu."},
		{"a key nobody has is neutral, in Spanish", "ht", "menu.nothing", nil, "Escriba menú.", "Escriba menú."},
		{"a table is not a text", "es", "menu", nil, "Escriba menú.", "Escriba menú."},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := c.Text(row.lang, row.key, row.params); got != row.text {
				t.Errorf("text: got %q, want %q", got, row.text)
			}
			if got := c.HTML(row.lang, row.key, row.params); got != row.html {
				t.Errorf("HTML: got %q, want %q", got, row.html)
			}
		})
	}
}

func TestMissingTextsAreCounted(t *testing.T) {
	c := menuCatalog(t)
	if got := c.Missing(); got != nil {
		t.Fatalf("before any lookup: %v", got)
	}
	c.Text("es", "menu.back", nil)
	c.Text("guc", "menu.back", nil) // empty languages fall back by design
	c.Text("ht", "menu.back", nil)  // and so do drafts
	c.Text("en", "menu.only", nil)
	c.HTML("en", "menu.only", nil)
	c.Text("ht", "menu.nothing", nil)
	want := []MissingText{{"en", "menu.only", 2}, {"es", "menu.nothing", 1}}
	if d := cmp.Diff(want, c.Missing()); d != "" {
		t.Errorf("missing (-want +got):\n%s", d)
	}
}

func TestMissingTextsAreCountedWithinABoundAndFromManySides(t *testing.T) {
	c := menuCatalog(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 500 {
				c.Text("es", fmt.Sprintf("made.up.%d", i), nil)
			}
		})
	}
	wg.Wait()
	all := c.Missing()
	var total uint64
	for _, m := range all {
		total += m.Count
	}
	if len(all) != tallyLimit+1 || total != 2000 {
		t.Errorf("%d texts told apart and %d counted, want %d and 2000", len(all), total, tallyLimit+1)
	}
}

func TestHasPlaceholdersWordsKeys(t *testing.T) {
	c := menuCatalog(t)
	for _, row := range []struct {
		lang, key string
		want      bool
	}{
		{"es", "menu.back", true}, {"en", "menu.back", true}, {"en", "menu.only", false}, {"guc", "menu.back", false},
		{"xx", "menu.back", false}, {"es", "menu", false}, {"es", "menu.places", true}, {"es", "menu.places.one", false}, {"es", "language.name", false},
	} {
		if got := c.Has(row.lang, row.key); got != row.want {
			t.Errorf("Has(%s, %s) = %v, want %v", row.lang, row.key, got, row.want)
		}
	}
	for _, row := range []struct {
		lang, key string
		want      []string
	}{
		{"es", "menu.hello", []string{"name"}}, {"es", "menu.places", []string{"count", "place"}},
		{"en", "menu.hello", []string{"name"}}, {"es", "menu.back", nil}, {"es", "menu.nothing", nil},
	} {
		if d := cmp.Diff(row.want, c.Placeholders(row.lang, row.key)); d != "" {
			t.Errorf("Placeholders(%s, %s) (-want +got):\n%s", row.lang, row.key, d)
		}
	}
	words := []string{"menú", "inicio", "volver a empezar"}
	for _, lang := range []string{"es", "en", "xx"} {
		if d := cmp.Diff(words, c.Words(lang, "menu.words")); d != "" {
			t.Errorf("Words in %s (-want +got):\n%s", lang, d)
		}
	}
	if got := c.Words("es", "menu.nothing"); got != nil {
		t.Errorf("words of a key nobody has: %v", got)
	}
	keys := c.Keys()
	if len(keys) != 18 || keys[0] != "fallback.text" || keys[len(keys)-1] != "menu.words" {
		t.Errorf("keys: %v", keys)
	}
}

func TestMatchPreselectsFromTelegramsCode(t *testing.T) {
	c := builtIn(t)
	for code, want := range map[string]string{
		"es": "es", "es-419": "es", "ES_co": "es", "en": "en", "en-GB": "en", "pt-br": "pt", "fr": "fr", "ht": "ht", "guc": "guc",
		"": "es", "de": "es", "zh-hans": "es", "-": "es", "english": "es", "e": "es",
	} {
		if got := c.Match(code); got != want {
			t.Errorf("%q: got %q, want %q", code, got, want)
		}
	}
}

// The fast path of Text and the library must agree, or plural forms and
// placeholders would differ from what its tools show to translators.
func TestTextAgreesWithTheLibrary(t *testing.T) {
	c := menuCatalog(t)
	theirs := map[string]*i18n.Localizer{"es": nil, "en": nil, "ht": nil}
	for lang := range theirs {
		places := c.byTag[lang].texts["menu.places"]
		tag := language.Make(lang)
		if lang == "ht" { // the library has no rule of its own for it
			tag = language.Make("art-x-ht")
		}
		bundle := i18n.NewBundle(tag)
		message := &i18n.Message{ID: "menu.places", Other: places.forms[other].source}
		if r := places.forms[one]; r != nil {
			message.One = r.source
		}
		if r := places.forms[many]; r != nil {
			message.Many = r.source
		}
		if err := bundle.AddMessages(tag, message); err != nil {
			t.Fatal(err)
		}
		theirs[lang] = i18n.NewLocalizer(bundle, tag.String())
	}
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"es", "en", "ht"}).Draw(t, "lang")
		count := rapid.OneOf(rapid.Int64Range(-3, 999), rapid.SampledFrom([]int64{999, 1000, 1_000_000, 5_000_000})).Draw(t, "count")
		place := rapid.String().Draw(t, "place")
		l := c.byTag[lang]
		want, err := theirs[lang].Localize(&i18n.LocalizeConfig{
			MessageID: "menu.places", PluralCount: count, TemplateParser: placeholderParser{},
			TemplateData: map[string]any{"count": l.Locale.Number(count), "place": place},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Text(lang, "menu.places", map[string]any{"count": count, "place": place}); got != want {
			t.Errorf("got %q, the library %q", got, want)
		}
	})
}

func TestAnyParameterIsShownAsItWasTyped(t *testing.T) {
	c := menuCatalog(t)
	empty := c.HTML("es", "menu.hello", nil)
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune(`<>&"{}./ab;`)))).Draw(t, "typed")
		got := c.HTML("es", "menu.hello", map[string]any{"name": typed})
		inside, ok := strings.CutPrefix(got, "Hola, <b>")
		if !ok {
			t.Fatalf("got %q", got)
		}
		inside, ok = strings.CutSuffix(inside, strings.TrimPrefix(empty, "Hola, <b>"))
		if !ok || strings.ContainsAny(inside, `<>"`) || html.UnescapeString(inside) != typed {
			t.Fatalf("typed %q, got %q", typed, got)
		}
	})
}

func TestEscapeHTML(t *testing.T) {
	for in, want := range map[string]string{"": "", "Ana": "Ana", `<b>&"`: "&lt;b&gt;&amp;&quot;", "a<": "a&lt;", "ñ<é": "ñ&lt;é"} {
		if got := EscapeHTML(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	c := menuCatalog(b)
	for _, row := range []struct {
		name, key string
		params    map[string]any
	}{
		{"fixed", "menu.back", nil},
		{"parameter", "menu.hello", map[string]any{"name": "Ana María <3"}},
		{"plural", "menu.places", map[string]any{"count": 12, "place": "Villa del Rosario"}},
		{"millions", "menu.places", map[string]any{"count": 2_000_000, "place": "Villa del Rosario"}},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.HTML("es", row.key, row.params)
			}
		})
	}
}
