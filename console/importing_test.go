package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"arraigo/programme"
	"arraigo/store"
)

// brought is a spreadsheet with a new row, one that changes V-90, one that people
// would not see, and one with two mistakes.
func brought(t testing.TB, g *team) []byte {
	t.Helper()
	before := decentRow("V-90")
	put(g, before)
	changed, added, stopped, wrong := before, decentRow("V-93"), decentRow("V-94"), decentRow("V-95")
	changed.Posts = 7
	stopped.Title, wrong.Title = "Mesera", "Ayudante de obra"
	stopped.MaxAge = 30
	text := string(sampleSheet(vacancyKind.sheet, changed, wrong, added, stopped))
	lines := strings.Split(text, "\n")
	lines[2] = strings.Replace(strings.Replace(lines[2], "54001", "Cucutilla del Norte", 1), ",1950000,", ",un millón,", 1)
	return []byte(strings.Join(lines, "\n"))
}

func TestAnImportIsSeenBeforeItIsDone(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	version, err := g.store.CatalogueVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sheet := brought(t, g)
	after, _ := g.store.CatalogueVersion(t.Context())
	p := c.upload("/console/import/vacancies", nil, sheet)
	if p.status != http.StatusOK || !strings.HasPrefix(p.path, "/console/import/vacancies/") {
		t.Fatalf("%d at %s:\n%s", p.status, p.path, p.body)
	}
	at := p.path
	p.has(t, "Se leyeron 4 filas.", "De 3 buenas, la gente vería 2.", "Municipio, «Cucutilla del Norte»: No hay un municipio", "Pago al mes, en pesos, «un millón»: No es una suma", "Importar 3 filas", "20 de la lista no están en la hoja")
	c.get(at+"?show=changed").has(t, "Puestos: 2 → 7")
	c.get(at+"?show=stopped").has(t, "Mesera", "No ponga edad máxima")
	c.get(at+"?show=new").has(t, "V-93", "parecida a V-90")
	c.get(at+"?show=closed").has(t, "V-01", "No está en la hoja.")
	if now, _ := g.store.CatalogueVersion(t.Context()); now != after || after == version {
		t.Error("looking changed the list")
	}
	// One row is mended in the form.
	form := formOf(g, vacancyKind.sheet, decentRow("V-95"))
	mend := c.get(at + "/3")
	mend.has(t, `value="Cucutilla del Norte"`, `value="un millón"`, "No hay un municipio con ese nombre", "Dejar así la fila")
	form.Set("titulo", "Ayudante de obra")
	form.Set("municipio_codigo", "Cucutilla del Norte")
	if p := c.post(at+"/3", form); p.status != http.StatusUnprocessableEntity {
		t.Errorf("mended with a mistake left: %d", p.status)
	}
	form.Set("municipio_codigo", "Cúcuta")
	p = c.post(at+"/3", form)
	p.has(t, "La fila 3 está bien. Todavía falta importar.", "Importar 4 filas")
	p.lacks(t, "Con errores")
	if _, err := store.KeptRow[programme.Vacancy](t.Context(), g.store, "V-95"); err == nil {
		t.Error("mending brought the row in")
	}
	yes := url.Values{"_version": {p.field(t, "_version")}, "_once": {p.field(t, "_once")}}
	p = c.post(at, yes)
	if p.path != "/console/vacancies" {
		t.Fatalf("%d at %s:\n%s", p.status, p.path, p.body)
	}
	p.has(t, "Se importó la hoja: 4 filas. Salieron de la lista: 0.", "V-95")
	if rest[programme.Vacancy](t, g, "V-90").Posts != 7 || rest[programme.Vacancy](t, g, "V-95").Municipality != "54001" || !rest[programme.Vacancy](t, g, "V-01").Withdrawn.IsZero() {
		t.Error("it did something else than it showed")
	}
	// A double click, and the same a minute later.
	if p := c.post(at, yes); p.path != "/console/vacancies" {
		t.Errorf("a double click: %d at %s", p.status, p.path)
	}
	yes.Del("_once")
	if p := c.post(at, yes); p.status != http.StatusGone {
		t.Errorf("a sheet that is in: %d", p.status)
	}
	if p := c.get(at); p.status != http.StatusNotFound {
		t.Errorf("its preview: %d", p.status)
	}
}

func TestAWholeListClosesTheRest(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	p := c.upload("/console/import/vacancies", nil, brought(t, g))
	at := p.path
	p = c.post(at, url.Values{"_version": {p.field(t, "_version")}, "whole": {"whole"}})
	// Rows with mistakes are left, to be mended.
	if p.path != at {
		t.Fatalf("%d at %s", p.status, p.path)
	}
	p.has(t, "Queda 1 fila por corregir.", "Ayudante de obra", "No hay nada nuevo por importar.")
	if rest[programme.Vacancy](t, g, "V-01").Withdrawn.IsZero() {
		t.Error("what is not in the whole list stayed open")
	}
	if _, err := store.KeptRow[programme.Vacancy](t.Context(), g.store, "V-95"); err == nil {
		t.Error("a row with mistakes is in")
	}
	// A row whose code nobody can read may be any of them: nothing is closed.
	text := strings.Replace(string(sampleSheet(vacancyKind.sheet, decentRow("V-96"), decentRow("V-97"))), "V-97", "V 97?", 1)
	p = c.upload("/console/import/vacancies", nil, []byte(text))
	p.has(t, "No se cerró nada")
	p.lacks(t, `name="whole"`)
}

func TestAListThatMovedIsLookedAtAgain(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	p := c.upload("/console/import/vacancies", nil, brought(t, g))
	yes := url.Values{"_version": {p.field(t, "_version")}}
	theirs := rest[programme.Vacancy](t, g, "V-90")
	theirs.Posts = 3 // somebody edits it meanwhile
	put(g, theirs)
	p = c.post(p.path, yes)
	if p.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d at %s", p.status, p.path)
	}
	p.has(t, "La lista cambió mientras usted miraba.")
	if rest[programme.Vacancy](t, g, "V-90").Posts != 3 {
		t.Error("it wrote over what was not shown")
	}
	c.get(p.path+"?show=changed").has(t, "Puestos: 3 → 7")
}

func TestAnUploadIsOnesOwn(t *testing.T) {
	g := newTeam(t)
	officer, other := g.as(store.RoleOfficer), g.as(store.RoleAdmin)
	p := officer.upload("/console/import/vacancies", nil, brought(t, g))
	if got := other.get(p.path); got.status != http.StatusNotFound {
		t.Errorf("somebody else sees it: %d", got.status)
	}
	if got := other.post(p.path, url.Values{"_version": {p.field(t, "_version")}}); got.status != http.StatusGone {
		t.Errorf("somebody else brings it in: %d", got.status)
	}
	if got := officer.get(strings.Replace(p.path, "vacancies", "courses", 1)); got.status != http.StatusNotFound {
		t.Errorf("as courses: %d", got.status)
	}
	for _, path := range []string{p.path + "/1", p.path + "/99", p.path + "/x", "/console/import/vacancies/0000000000000000000000000x"} {
		if got := officer.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, got.status)
		}
	}
}

func TestWhatIsNoSpreadsheetIsToldSo(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	for _, f := range []struct{ name, file, says string }{
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "No es una hoja de cálculo."},
		{"a PDF", "%PDF-1.7\n\x00\x01", "No es una hoja de cálculo."},
		{"nothing", "", "El archivo no tiene filas."},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Es un archivo .xls"},
		{"a broken workbook", "PK\x03\x04 cut off", "El archivo está dañado"},
		{"another list", "nombre,edad\nAna,30\n", "Faltan columnas: id"},
		{"headings only", strings.SplitN(string(sampleSheet(vacancyKind.sheet, decentRow("V-1"))), "\n", 2)[0], "El archivo no tiene filas."},
		{"HTML", "<table><tr><td>" + marker + "</td></tr></table>", "Faltan columnas"},
	} {
		p := c.upload("/console/import/vacancies", nil, []byte(f.file))
		if p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", f.name, p.status)
		}
		p.has(t, f.says)
	}
	if p := c.post("/console/import/vacancies", url.Values{}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", p.status)
	}
	var long strings.Builder
	head, row, _ := strings.Cut(string(sampleSheet(vacancyKind.sheet, decentRow("V-1"))), "\n")
	long.WriteString(head + "\n")
	for range maxSheetRows + 1 {
		long.WriteString(row)
	}
	p := c.upload("/console/import/vacancies", nil, []byte(long.String()))
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("too many rows: %d", p.status)
	}
	p.has(t, "demasiado grande")
}

// HTML in every cell stays text wherever it is shown.
func TestHTMLInASpreadsheet(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	v := stagedVacancy()
	v.Title, v.Employer, v.Tasks, v.Requirements, v.Schedule, v.FeeDetail, v.SPECode, v.Contact = marker, marker, marker, marker, marker, marker, marker, marker
	text := strings.Replace(string(sampleSheet(vacancyKind.sheet, v)), "54001", `"<img src=x onerror=alert(2)>"`, 1)
	p := c.upload("/console/import/vacancies", nil, []byte(text))
	p.has(t, "onerror")
	p.lacks(t, "<img")
	c.get(p.path+"/2").lacks(t, "<img")
	put(g, v)
	for _, path := range []string{"", "/edit"} {
		page := c.get(vacancyKind.at(v.ID) + path)
		page.has(t, "onerror")
		page.lacks(t, "<img")
	}
}
