package locales

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// spanishHead is what every Spanish catalogue must have.
const spanishHead = `[language]
name = "Español"
direction = "ltr"
status = "complete"
group = "."
[format]
weekdays = "domingo | lunes | martes | miércoles | jueves | viernes | sábado"
months = "enero | febrero | marzo | abril | mayo | junio | julio | agosto | septiembre | octubre | noviembre | diciembre"
day_first = "1"
date = "{weekday} {day} de {month}"
date_year = "{weekday} {day} de {month} de {year}"
time = "{hour}:{minute} {half}"
am = "a. m."
pm = "p. m."
money = "{amount} pesos"
and = "y"
and_before_i = "e"
[fallback]
text = "Escriba menú."
`

// head is [language] of another language.
func head(name, status, more string) string {
	return "[language]\nname = \"" + name + "\"\ndirection = \"ltr\"\nstatus = \"" + status + "\"\ngroup = \",\"\n" + more + "\n"
}

// catalogues returns files with the given texts, Spanish with its head.
func catalogues(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, src := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(src)}
	}
	return fsys
}

func mustLoad(t testing.TB, texts map[string]string) *Catalog {
	t.Helper()
	c, err := Load(catalogues(texts))
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return c
}

func builtIn(t testing.TB) *Catalog {
	t.Helper()
	c, err := Load(Files())
	if err != nil {
		t.Fatalf("load the built-in catalogues: %v", err)
	}
	return c
}

func TestBuiltInLanguagesAreOfferedInTheFixedOrder(t *testing.T) {
	var got [][3]string
	for _, l := range builtIn(t).Languages() {
		got = append(got, [3]string{l.Tag, l.Name, string(l.Status)})
	}
	want := [][3]string{
		{"es", "Español", "complete"},
		{"en", "English", "complete"},
		{"pt", "Português", "draft"},
		{"fr", "Français", "draft"},
		{"ht", "Kreyòl ayisyen", "draft"},
		{"guc", "Wayuunaiki", "empty"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("languages (-want +got):\n%s", d)
	}
}
