package locales

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseTemplate(t *testing.T) {
	for src, want := range map[string][]string{
		"":                   {""},
		"Hola":               {"Hola"},
		"{a}":                {"", "a", ""},
		"{a}{b_2} x {a}":     {"", "a", "", "b_2", " x ", "a", ""},
		"ñ {name}. ¿{place}": {"ñ ", "name", ". ¿", "place", ""},
	} {
		got, err := parseTemplate(src)
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		flat := []string{got.literals[0]}
		for i, name := range got.names {
			flat = append(flat, name, got.literals[i+1])
		}
		if d := cmp.Diff(want, flat); d != "" {
			t.Errorf("%q (-want +got):\n%s", src, d)
		}
	}
	for _, src := range []string{"{", "}", "{}", "{ a}", "{a", "a}", "{{a}}", "{A}", "{1a}", "{_a}", "{a-b}", "{año}", "{a}}", "{a{b}}"} {
		if _, err := parseTemplate(src); err == nil {
			t.Errorf("%q is accepted", src)
		}
	}
}

// What is accepted is cut without losing a byte, and renders as if each
// placeholder were replaced.
func TestTemplatesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := rapid.StringOf(rapid.SampledFrom([]rune("ab{}_ñ<& "))).Draw(t, "src")
		parsed, err := parseTemplate(src)
		if err != nil {
			return
		}
		params := make(map[string]any)
		pairs := []string{}
		for _, name := range parsed.names {
			params[name] = "«" + name + "»"
			pairs = append(pairs, "{"+name+"}", "«"+name+"»")
		}
		want := strings.NewReplacer(pairs...).Replace(src)
		if got := parsed.render(params, &Locale{}, false); got != want {
			t.Fatalf("%q: got %q, want %q", src, got, want)
		}
	})
}

func TestParametersOfEachType(t *testing.T) {
	parsed, err := parseTemplate("{x}")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		value any
		want  string
	}{
		{"<a>", "&lt;a&gt;"}, {nil, ""}, {12345, "12345"}, {int64(-7), "-7"}, {uint8(9), "9"}, {int32(1), "1"}, {int16(1), "1"}, {int8(1), "1"},
		{uint16(1), "1"}, {uint32(1), "1"}, {true, "true"}, {Warning, "warning"}, {stringer("<b>"), "&lt;b&gt;"}, {1.5, "1.5"}, {[]string{"<"}, "[&lt;]"},
	} {
		if got := parsed.render(map[string]any{"x": row.value}, &Locale{}, true); got != row.want {
			t.Errorf("%T %v: got %q, want %q", row.value, row.value, got, row.want)
		}
	}
}

type stringer string

func (s stringer) String() string { return string(s) }

func TestRenderingAllocatesTheAnswerOnly(t *testing.T) {
	c := menuCatalog(t)
	params := map[string]any{"count": 12, "place": "<Suba>"}
	for key, limit := range map[string]float64{"menu.back": 0, "menu.places": 1} {
		if got := testing.AllocsPerRun(100, func() { c.HTML("es", key, params) }); got > limit {
			t.Errorf("%s: %v allocations, want at most %v", key, got, limit)
		}
	}
}

func TestTheLibraryGetsOnlyMapsOfParameters(t *testing.T) {
	parsed, err := placeholderParser{}.Parse("Hola, {name}.", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parsed.Execute(struct{ Name string }{"Ana"}); err == nil {
		t.Error("a struct is accepted")
	}
	if got, err := parsed.Execute(nil); err != nil || got != "Hola, ." {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := (placeholderParser{}).Parse("{{.Name}}", "", ""); err == nil {
		t.Error("a template of Go is accepted")
	}
}
