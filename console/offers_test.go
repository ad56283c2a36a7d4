package console

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"arraigo/programme"
	"arraigo/store"

	"github.com/google/go-cmp/cmp"
)

// Every column of a kind is in its form once, or a form would lose it.
func TestFormsHaveEveryColumn(t *testing.T) {
	everyColumn(t, vacancyKind)
	everyColumn(t, courseKind)
	everyColumn(t, eventKind)
}

func everyColumn[T store.Listed](t *testing.T, k *offerKind[T]) {
	t.Helper()
	times := map[string]int{}
	for _, g := range k.groups {
		for _, c := range g.columns {
			times[c]++
		}
	}
	want := map[string]int{}
	for _, c := range k.sheet.Columns() {
		want[c.Name] = 1
		if key := "console.column." + columnWord(c.Name); !shipped(t).Catalog.Has("es", key) {
			t.Errorf("%s: the column %s has no words", k.noun, c.Name)
		}
		for _, code := range c.Codes {
			if key := "console.code." + code; !shipped(t).Catalog.Has("es", key) {
				t.Errorf("%s: the code %s has no words", k.noun, code)
			}
		}
	}
	if diff := cmp.Diff(want, times); diff != "" {
		t.Errorf("%s (-columns +form):\n%s", k.noun, diff)
	}
}

// rest is a row as it rests now.
func rest[T store.Listed](t testing.TB, g *team, id string) T {
	t.Helper()
	k, err := store.KeptRow[T](t.Context(), g.store, id)
	if err != nil {
		t.Fatal(err)
	}
	return k.Row
}

func TestAVacancyIsWrittenInItsForm(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	blank := c.get("/console/vacancies/new")
	blank.has(t, `value="V-21"`, `name="salario_mensual_cop"`, `data-check="/console/vacancies/check"`)
	form := formOf(g, vacancyKind.sheet, decentRow("V-21"))
	form.Set("municipio_codigo", "Cúcuta, Norte de Santander")
	form.Set("salario_mensual_cop", "1.950.000")
	form.Set("_once", blank.field(t, "_once"))
	p := c.post("/console/vacancies/new", form)
	if p.status != http.StatusOK || p.path != "/console/vacancies/V-21" {
		t.Fatalf("%d at %s:\n%s", p.status, p.path, p.body)
	}
	p.has(t, "Se guardó la oferta V-21.", "la gente la ve")
	want := decentRow("V-21")
	if diff := cmp.Diff(want, rest[programme.Vacancy](t, g, "V-21")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A double click is one offer of work, and says the same.
	if again := c.post("/console/vacancies/new", form); again.path != p.path {
		t.Errorf("a double click ends at %s (%d)", again.path, again.status)
	}
	// The same code again is somebody else's row by now.
	form.Del("_once")
	form.Set("titulo", "Otra cosa")
	p = c.post("/console/vacancies/new", form)
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("a code that is taken: %d", p.status)
	}
	p.has(t, "Ese código ya lo tiene otra fila", `value="Otra cosa"`)
}

// decentRow is an offer of work that passes every check.
func decentRow(id string) programme.Vacancy {
	v := stagedVacancy()
	v.ID, v.Title, v.Employer = id, "Auxiliar de cocina", "Restaurante La Esquina (ficticio)"
	v.Tasks, v.Requirements, v.Schedule = "Alistar ingredientes, lavar y guardar.", "Ganas de aprender.", "L-S 08:00-15:00"
	v.Hours, v.Days, v.SPECode, v.Contact = 42, 6, "SPE-FICTICIO-90", "oficina del proyecto"
	return v
}

func TestWhatIsWrongStandsBesideItsField(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleOfficer)
	form := formOf(g, vacancyKind.sheet, decentRow("V-21"))
	form.Set("municipio_codigo", "Cucutilla del Norte")
	form.Set("salario_mensual_cop", "un millón")
	form.Set("titulo", "")
	p := c.post("/console/vacancies/new", form)
	if p.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d", p.status)
	}
	p.has(t, `href="#f-municipio_codigo"`, `href="#f-salario_mensual_cop"`, "No es una suma en pesos enteros", `value="un millón"`, "Falta el dato.", `value="Cucutilla del Norte"`)
	if _, err := store.KeptRow[programme.Vacancy](t.Context(), g.store, "V-21"); err == nil {
		t.Error("it was saved all the same")
	}
	// What the checks find may be saved, and nobody sees it.
	form = formOf(g, vacancyKind.sheet, decentRow("V-21"))
	form.Set("descripcion", "Se exige buena presencia.")
	form.Set("afiliacion_caja", "no")
	p = c.post("/console/vacancies/check", form)
	p.has(t, `id="f-descripcion-warning">No pida foto ni aspecto.`, "<mark>buena presencia</mark>", `id="f-afiliacion_caja-warning">Debe afiliar`, `id="verdict"`, "no se publica", `id="f-titulo-error" hidden`)
	p.lacks(t, "<html")
	if p = c.post("/console/vacancies/new", form); p.path != "/console/vacancies/V-21" {
		t.Fatalf("%d at %s", p.status, p.path)
	}
	p.has(t, "no se publica", "<mark>buena presencia</mark>", `href="/console/vacancies/V-21/edit#f-descripcion"`)
	// Somebody who has only begun is not told of all that is still empty.
	p = c.post("/console/vacancies/check", url.Values{"titulo": {"Mesera con buena presencia"}})
	p.has(t, `id="f-titulo-warning">No pida foto`, `id="f-contrato_escrito-warning" hidden`, `id="f-empleador-error" hidden`)
}

func TestOfTwoOfficersTheSecondSeesTheDifference(t *testing.T) {
	g := newTeam(t)
	decentNow := decentRow("V-90")
	put(g, decentNow)
	first, second := g.as(store.RoleOfficer), g.as(store.RoleCoordinator)
	page1, page2 := first.get("/console/vacancies/V-90/edit"), second.get("/console/vacancies/V-90/edit")
	send := func(c *client, p page, change url.Values) page {
		form := formOf(g, vacancyKind.sheet, decentNow)
		for _, name := range []string{"_version", "_once"} {
			form.Set(name, p.field(t, name))
		}
		form.Set("_was", unescape(p.field(t, "_was")))
		for name, values := range change {
			form[name] = values
		}
		return c.post("/console/vacancies/V-90/edit", form)
	}
	if p := send(first, page1, url.Values{"puestos": {"5"}, "horario": {"L-V 09:00-16:00"}}); p.path != "/console/vacancies/V-90" {
		t.Fatalf("the first: %d at %s", p.status, p.path)
	}
	p := send(second, page2, url.Values{"puestos": {"9"}, "titulo": {"Cocina de noche"}})
	if p.status != http.StatusUnprocessableEntity {
		t.Fatalf("the second: %d at %s", p.status, p.path)
	}
	// Both posts are shown; the hours that only the first touched are taken over.
	p.has(t, "Otra persona guardó cambios", `href="#f-puestos"`, "<td>5</td><td>9</td>", "<td>L-V 09:00-16:00</td><td>usted no lo cambió</td>",
		`value="L-V 09:00-16:00"`, `value="Cocina de noche"`, `value="9"`, "Dejar lo de la otra persona")
	if got := rest[programme.Vacancy](t, g, "V-90"); got.Posts != 5 || got.Title != decentNow.Title {
		t.Errorf("the second wrote over the first: %+v", got)
	}
	// They choose, and save what they chose.
	p = send(second, p, url.Values{"puestos": {"9"}, "titulo": {"Cocina de noche"}, "horario": {"L-V 09:00-16:00"}})
	if p.path != "/console/vacancies/V-90" {
		t.Fatalf("after choosing: %d at %s\n%s", p.status, p.path, p.body)
	}
	if got := rest[programme.Vacancy](t, g, "V-90"); got.Posts != 9 || got.Title != "Cocina de noche" || got.Schedule != "L-V 09:00-16:00" {
		t.Errorf("%+v", got)
	}
	// The same from both is no difference.
	if p := send(first, page1, url.Values{"puestos": {"9"}, "titulo": {"Cocina de noche"}, "horario": {"L-V 09:00-16:00"}, "_once": {"x"}}); p.path != "/console/vacancies/V-90" {
		t.Errorf("the same again: %d at %s", p.status, p.path)
	}
}

func TestScopeIsHeldOnTheServer(t *testing.T) {
	g := newTeam(t)
	m := g.join(store.Staff{Name: "Solo Cúcuta", Role: store.RoleOfficer, Towns: []string{"54001"}, Lines: []string{string(programme.InclusionLaboral)}}, 999)
	c := g.of(m.ID)
	c.get("/console/vacancies").lacks(t, "V-02") // in Medellín
	c.get("/console/vacancies").has(t, "V-01")
	csv := c.get("/console/vacancies/export?format=csv&state=all")
	csv.has(t, "V-01")
	csv.lacks(t, "V-02")
	for _, path := range []string{"/console/vacancies/V-02", "/console/vacancies/V-02/edit", "/console/courses/C-02", "/console/courses/C-02/people", "/console/courses/C-02/print"} {
		if p := c.get(path); p.status != http.StatusNotFound {
			t.Errorf("%s: %d, want it not found", path, p.status)
		}
	}
	other := rest[programme.Vacancy](t, g, "V-02")
	form := formOf(g, vacancyKind.sheet, other)
	form.Set("_version", keptMark[programme.Vacancy](g, "V-02"))
	form.Set("municipio_codigo", "54001") // forged: to be theirs
	for path, form := range map[string]url.Values{
		"/console/vacancies/V-02/edit": form, "/console/vacancies/V-02/list": {"listed": {"no"}}, "/console/courses/C-02/people?day=2026-12-21": {"others": {"3"}},
	} {
		if p := c.post(path, form); p.status != http.StatusNotFound {
			t.Errorf("POST %s: %d, want it not found", path, p.status)
		}
	}
	// What they write cannot leave their scope either.
	mine := formOf(g, vacancyKind.sheet, decentRow("V-70"))
	mine.Set("municipio_codigo", "05001")
	if p := c.post("/console/vacancies/new", mine); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a row of Medellín: %d", p.status)
	}
	// A whole list of theirs closes nothing of others.
	raw := sampleSheet(vacancyKind.sheet, decentRow("V-70"), other)
	p := c.upload("/console/import/vacancies", nil, raw)
	p.has(t, "atiende otra persona")
	done := c.post(p.path, url.Values{"_version": {p.field(t, "_version")}, "whole": {"whole"}})
	if done.status != http.StatusOK {
		t.Fatalf("%d", done.status)
	}
	if got := rest[programme.Vacancy](t, g, "V-02"); !got.Withdrawn.IsZero() {
		t.Error("somebody else's row was closed")
	}
	if got := rest[programme.Vacancy](t, g, "V-01"); got.Withdrawn.IsZero() {
		t.Error("their own row that is not in the sheet stayed open")
	}
}

func TestOnlyACoordinatorDecides(t *testing.T) {
	g := newTeam(t)
	officer, coordinator := g.as(store.RoleOfficer), g.as(store.RoleCoordinator)
	v := reviewed(g)
	at := "/console/vacancies/" + v.ID
	officer.get(at).has(t, "para revisión", "Una persona de supervisión debe decidir.")
	officer.get(at).lacks(t, "/decision")
	asked := coordinator.get(at)
	asked.has(t, at+"/decision")
	decide := func(c *client, form url.Values) page {
		form.Set("_version", keptMark[programme.Vacancy](g, v.ID))
		return c.post(at+"/decision", form)
	}
	if p := decide(officer, url.Values{"decision": {"publish"}, "reason": {"x"}}); p.status != http.StatusForbidden {
		t.Errorf("an officer: %d", p.status)
	}
	if p := decide(coordinator, url.Values{"decision": {"publish"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.status)
	}
	if p := decide(coordinator, url.Values{"decision": {"other"}, "reason": {"x"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("neither yes nor no: %d", p.status)
	}
	p := decide(coordinator, url.Values{"decision": {"return"}, "reason": {"No dice quién paga la gasolina."}})
	p.has(t, "se devolvió", "por completar", "No dice quién paga la gasolina.", "Persona coordinator")
	officer.get("/console/vacancies?state=back").has(t, v.ID, "la devolvió")
	p = decide(coordinator, url.Values{"decision": {"publish"}, "reason": {"Llamé a la empresa."}})
	p.has(t, "la gente la ve", "Llamé a la empresa.")
	offer := func() bool {
		c, _, err := g.store.Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, shown := programme.NewOffer(shipped(t).Data, c, shipped(t).Today(g.now)).Vacancy(v.ID)
		return shown
	}
	if !offer() {
		t.Error("let through, and people do not see it")
	}
	// Whoever changes the work asks for another look.
	form := formOf(g, vacancyKind.sheet, rest[programme.Vacancy](t, g, v.ID))
	form.Set("_version", keptMark[programme.Vacancy](g, v.ID))
	form.Set("horario", "V-D 18:00-02:00")
	officer.post(at+"/edit", form).has(t, "para revisión")
	if offer() {
		t.Error("it is another work now, and people still see it")
	}
	// What the list rejects, sends back or blocks is nobody's to let through.
	for _, id := range []string{"V-11", "V-18"} {
		at := "/console/vacancies/" + id
		coordinator.get(at).lacks(t, at+"/decision")
		form := url.Values{"decision": {"publish"}, "reason": {"x"}, "_version": {keptMark[programme.Vacancy](g, id)}}
		if p := coordinator.post(at+"/decision", form); p.status != http.StatusConflict {
			t.Errorf("%s: %d, want a conflict", id, p.status)
		}
	}
	// A decision about what was read before somebody changed it is none.
	old := url.Values{"decision": {"publish"}, "reason": {"x"}, "_version": {asked.field(t, "_version")}}
	if p := coordinator.post(at+"/decision", old); p.status != http.StatusConflict {
		t.Errorf("about an older one: %d", p.status)
	}
}

func TestListsAreFiltered(t *testing.T) {
	g := newTeam(t)
	rejected(g)
	reviewed(g)
	c := g.as(store.RoleViewer)
	for _, f := range []struct {
		query     string
		has, lack []string
	}{
		{"", []string{"V-01", "V-18", "V-80"}, nil},
		{"state=shown", []string{"V-01"}, []string{"V-80", "V-18"}},
		{"state=back", []string{"V-80", "V-81", "V-18"}, []string{"V-01"}},
		{"state=review", []string{"V-81"}, []string{"V-80", "V-01"}},
		{"state=blocked", []string{"V-18"}, []string{"V-80"}},
		{"state=over", nil, []string{"V-01"}},
		{"q=LA+esquína", []string{"V-81"}, []string{"V-80"}},
		{"town=05001", []string{"V-02"}, []string{"V-01"}},
		{"from=2026-11-20", []string{"V-01"}, []string{"V-80"}},
		{"to=2026-11-20", []string{"V-80"}, []string{"V-01"}},
		{"state=nonsense&from=yesterday&page=99", []string{"V-01"}, nil},
	} {
		p := c.get("/console/vacancies?" + f.query)
		for _, id := range f.has {
			p.has(t, "/console/vacancies/"+id+`"`)
		}
		for _, id := range f.lack {
			p.lacks(t, "/console/vacancies/"+id+`"`)
		}
		csv := c.get("/console/vacancies/export?format=csv&" + f.query)
		for _, id := range f.has {
			csv.has(t, "\n"+id+",")
		}
		for _, id := range f.lack {
			csv.lacks(t, "\n"+id+",")
		}
	}
	c.get("/console/vacancies?q=astronauta").has(t, "Nada coincide con los filtros.")
	c.get("/console/courses?line=emprendimiento").lacks(t, "C-01")
	c.get("/console/vacancies").lacks(t, "/console/vacancies/new", importRoot)
	if p := c.get("/console/vacancies/export?format=exe"); p.status != http.StatusNotFound {
		t.Errorf("a file of no known kind: %d", p.status)
	}
}

func TestALongListIsPagedAndFast(t *testing.T) {
	g := newTeam(t)
	var rows []programme.Vacancy
	for i := range 3000 {
		rows = append(rows, decentRow(fmt.Sprintf("N-%d", i)))
	}
	put(g, rows...)
	c := g.as(store.RoleViewer)
	p := c.get("/console/vacancies")
	p.has(t, "page=2", "de 3.019")
	if n := strings.Count(p.body, "<tr role=\"row\">"); n > pageSize+1 {
		t.Errorf("%d rows on one page", n)
	}
}

func TestTwinsAreShownAndOneIsTakenOff(t *testing.T) {
	g := newTeam(t)
	a, b := decentRow("V-91"), decentRow("V-92")
	b.Posts = 9
	put(g, a, b)
	c := g.as(store.RoleOfficer)
	c.get("/console/vacancies").has(t, "1 oferta puede estar dos veces.", "/console/vacancies/twins")
	c.get("/console/vacancies/V-91").has(t, "Hay algo muy parecido", `href="/console/vacancies/V-92"`)
	p := c.get("/console/vacancies/twins")
	p.has(t, "V-91", "V-92", "Puestos")
	p.lacks(t, "Días por semana")
	p = c.post("/console/vacancies/V-92/list", url.Values{"listed": {"no"}, "twins": {"1"}})
	p.has(t, "V-92 salió de la lista.", "Nada está dos veces.")
	c.get("/console/vacancies/V-92").has(t, "Salió de la lista el", "Poner en la lista")
	c.post("/console/vacancies/V-92/list", url.Values{"listed": {"yes"}}).has(t, "V-92 está otra vez en la lista.")
	if got := rest[programme.Vacancy](t, g, "V-92"); !got.Withdrawn.IsZero() || got.Posts != 9 {
		t.Errorf("%+v", got)
	}
}
