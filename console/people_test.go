package console

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// screenedSession is somebody from Venezuela with a food business in Cúcuta, as
// the conversation leaves them.
var screenedSession = sync.OnceValues(func() (flows.Session, error) {
	set, err := loadSet()
	if err != nil {
		return flows.Session{}, err
	}
	c := &flows.Conversation{Set: set, Now: now.Add(-72 * time.Hour)}
	for _, line := range []string{
		"hola", "[Español]", "[Acepto]", "[De 29 a 59]", "[Cúcuta]", "[Soy de Venezuela]", "[PPT (permiso)]", "[▫️ Apoyo a mi negocio]", "[Listo]",
		"[Sí]", "[Sí, 6 meses o más]", "[Comida]", "[No]", "[Sí]", "[Sí, ver resultado]", "[Sí]",
	} {
		if _, err := c.Play(line); err != nil {
			return flows.Session{}, err
		}
	}
	return c.Session, nil
})

// person makes somebody who was screened; change may alter the session.
func (g *team) person(change ...func(*flows.Session)) store.ContactID {
	g.t.Helper()
	s, err := screenedSession()
	if err != nil {
		g.t.Fatal(err)
	}
	s.Slots = map[string][]string{}
	base, _ := screenedSession()
	for name, values := range base.Slots {
		s.Slots[name] = values
	}
	for _, f := range change {
		f(&s)
	}
	return g.commit(80_000+g.people.Add(1), s, nil)
}

// commit stores what a turn of the bot would.
func (g *team) commit(chat int64, s flows.Session, relay *flows.Relay) store.ContactID {
	g.t.Helper()
	r, err := g.store.Load(context.Background(), chat)
	if err != nil {
		g.t.Fatal(err)
	}
	r.Session = s
	_, err = g.store.Commit(context.Background(), store.Turn{
		Record: r, Update: chat*1000 + g.people.Add(1), Index: flows.Index(shipped(g.t), &s), Relay: relay,
		Consented: s.Consented(flows.PurposeEvaluate), Now: g.now.Add(-time.Hour),
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return r.ID
}

// act does what the bot would with everything that the console asked for about
// people, and returns how much that was.
func (g *team) act() (n int) {
	g.t.Helper()
	list, err := g.store.Relays(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	set := shipped(g.t)
	for _, r := range list {
		if r.Kind != store.RelayAct {
			continue
		}
		n++
		record, err := g.store.LoadID(context.Background(), r.Contact)
		if err != nil {
			g.t.Fatal(err)
		}
		result := flows.Advance(set, record.Session, flows.Input{Kind: flows.InputStaff, Staff: r.Act}, g.now)
		next := *record
		next.Session = result.Session
		_, err = g.store.Commit(context.Background(), store.Turn{
			Record: &next, Index: flows.Index(set, &next.Session), Erase: result.Erase, Consented: true, Now: g.now,
		})
		if err != nil {
			g.t.Fatal(err)
		}
		if err := g.store.Carried(context.Background(), r); err != nil {
			g.t.Fatal(err)
		}
	}
	return n
}

func (g *team) request(id store.ContactID) string {
	g.t.Helper()
	r, err := g.store.OpenRequest(context.Background(), store.Request{
		Kind: store.RequestExport, Contact: id, Way: "phone", Asked: now.Unix(), Due: now.AddDate(0, 0, 12).Unix(), Note: marker, By: g.staff[store.RoleOfficer].ID,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	return r.ID
}

func peopleWalks() map[string]walk {
	of := func(end string, form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return personPath(g.person()) + end, form }
	}
	return map[string]walk{
		"GET /console/people":             {make: func(g *team) (string, url.Values) { g.person(); return "/console/people?line=emprendimiento", nil }, shows: "<table"},
		"GET /console/people/file":        {path: "/console/people/file"},
		"POST /console/people/file":       {path: "/console/people/file", form: url.Values{"why": {marker}}},
		"GET /console/people/{id}":        {make: of("", nil), shows: "R37"},
		"POST /console/people/{id}/stage": {make: of("/stage", url.Values{"line": {"emprendimiento"}, "to_emprendimiento": {"inscripcion"}, "sure": {"1"}})},
		"POST /console/people/{id}/note":  {make: of("/note", url.Values{"note": {marker}})},
		"POST /console/people/{id}/note/drop": {make: func(g *team) (string, url.Values) {
			id := g.person()
			n := store.PersonNote{By: g.staff[g.walking].ID, Text: marker}
			if err := g.store.AddNote(context.Background(), id, n, "n", now); err != nil {
				g.t.Fatal(err)
			}
			notes, err := g.store.NotesAbout(context.Background(), id)
			if err != nil {
				g.t.Fatal(err)
			}
			return personPath(id) + "/note/drop", url.Values{"note": {notes[0].ID}}
		}},
		"GET /console/people/{id}/correct":  {make: of("/correct", nil), shows: "answer=age"},
		"POST /console/people/{id}/correct": {make: of("/correct", url.Values{"answer": {"age"}, "value": {"60_mas"}, "_version": {"29_59"}})},
		"GET /console/people/{id}/request":  {make: of("/request", nil)},
		"POST /console/people/{id}/request": {make: of("/request", url.Values{"kind": {"erase"}, "way": {"phone"}, "asked": {"2026-12-01"}, "note": {marker}})},
		"GET /console/people/{id}/export":   {make: of("/export", nil)},
		"POST /console/people/{id}/export":  {make: of("/export", url.Values{"how": {"chat"}, "why": {marker}})},
		"GET /console/people/{id}/erase":    {make: of("/erase", nil)},
		"POST /console/people/{id}/erase": {make: func(g *team) (string, url.Values) {
			id := g.person()
			return personPath(id) + "/erase", url.Values{"why": {marker}, "code": {strings.ToLower(id.Reference())}}
		}},
		"GET /console/requests":      {make: func(g *team) (string, url.Values) { g.request(g.person()); return requestsPath, nil }, shows: "onerror"},
		"GET /console/requests/new":  {path: requestsPath + "/new"},
		"POST /console/requests/new": {path: requestsPath + "/new", form: url.Values{"kind": {"export"}, "way": {"letter"}, "asked": {"2026-12-02"}}},
		"GET /console/requests/{id}": {make: func(g *team) (string, url.Values) { return requestsPath + "/" + g.request(g.person()), nil }, shows: "onerror"},
		"POST /console/requests/{id}": {make: func(g *team) (string, url.Values) {
			return requestsPath + "/" + g.request(g.person()), url.Values{"outcome": {"done"}}
		}},
	}
}

func TestPeopleAreFound(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	g.person(func(s *flows.Session) {
		s.Slots["municipality"] = []string{"11001"}
		s.Slots["seeks"] = []string{"trabajo"}
	})
	c := g.as(store.RoleOfficer)
	if p := c.get("/console/people?code=" + url.QueryEscape(strings.ToLower(strings.ReplaceAll(id.Reference(), "-", " ")))); p.path != personPath(id) {
		t.Errorf("by the code: %s", p.path)
	} else {
		p.has(t, id.Reference(), "PPT", "R37", "Cumple los requisitos básicos", "Todavía no tiene etapa")
	}
	wrong := []byte(id.Reference())
	wrong[0] ^= 1
	c.get("/console/people?code="+string(wrong)).has(t, "Ese código tiene un error")
	c.get("/console/people?code=x").has(t, "Ese código tiene un error")
	for query, want := range map[string]string{
		"":                                    "2 personas",
		"?town=Cúcuta, Norte de Santander":    "1 persona",
		"?town=Macondo":                       "Nadie con esos filtros",
		"?line=inclusion_laboral":             "1 persona",
		"?outcome=CUMPLE_PRELIMINAR":          "2 personas",
		"?stage=emprendimiento.inscripcion":   "Nadie con esos filtros",
		"?offer=" + marker:                    "Nadie con esos filtros",
		"?language=es&line=emprendimiento":    "1 persona",
		"?outcome=" + url.QueryEscape(marker): "2 personas", // no such outcome: no filter
	} {
		c.get("/console/people"+strings.ReplaceAll(query, " ", "%20")).has(t, want)
	}
}

func TestAListOfPeoplePages(t *testing.T) {
	g := newTeam(t)
	for range peopleRows + 3 {
		g.person()
	}
	c := g.as(store.RoleViewer)
	first := c.get("/console/people?line=emprendimiento")
	first.has(t, "1 a 25 de 28", "from=25", "line=emprendimiento")
	if n := strings.Count(first.body, `href="/console/people/`); n != peopleRows {
		t.Errorf("%d people on the first page", n)
	}
	second := c.get("/console/people?from=25&line=emprendimiento")
	second.has(t, "26 a 28 de 28")
	if n := strings.Count(second.body, `<tr role="row"`); n != 4 {
		t.Errorf("%d rows on the second page, with the head", n)
	}
	page, err := g.store.AuditLog(t.Context(), store.AuditFilter{Act: actListPeople}, "", 10)
	if err != nil || len(page.Entries) != 2 || page.Entries[0].People != 3 || page.Entries[1].People != peopleRows {
		t.Errorf("the audit log: %+v, %v", page.Entries, err)
	}
}

// Who is bounded to a line or a municipality sees nobody else, by whatever way.
func TestPeopleOutsideTheScopeAreNotThere(t *testing.T) {
	g := newTeam(t)
	business := g.person()
	job := g.person(func(s *flows.Session) { s.Slots["seeks"] = []string{"trabajo"} })
	bogota := g.person(func(s *flows.Session) {
		s.Slots["municipality"] = []string{"11001"}
		s.Slots["seeks"] = []string{"trabajo"}
	})
	unknown := g.person(func(s *flows.Session) { delete(s.Slots, "municipality"); delete(s.Slots, "seeks") })
	m := g.join(store.Staff{Name: "Cúcuta", Role: store.RoleCoordinator, Lines: []string{"inclusion_laboral"}, Towns: []string{"54001"}}, 900)
	c := g.of(m.ID)
	list := c.get("/console/people")
	list.has(t, "1 persona", job.Reference())
	for _, id := range []store.ContactID{business, bogota, unknown} {
		list.lacks(t, id.Reference())
		for _, path := range []string{personPath(id), personPath(id) + "/erase", personPath(id) + "/export", personPath(id) + "/correct", personPath(id) + "/request"} {
			if p := c.get(path); p.status != 404 {
				t.Errorf("%s: %d, want 404", path, p.status)
			}
		}
		if p := c.post(personPath(id)+"/note", url.Values{"note": {"x"}}); p.status != 404 {
			t.Errorf("a note about %s: %d", id, p.status)
		}
		if p := c.post(personPath(id)+"/erase", url.Values{"why": {"x"}, "code": {id.Reference()}}); p.status != 404 {
			t.Errorf("the erasure of %s: %d", id, p.status)
		}
		c.get("/console/people?code="+id.Reference()).has(t, "Nadie tiene ese código")
		r := g.request(id)
		if p := c.get(requestsPath + "/" + r); p.status != 404 {
			t.Errorf("a request of %s: %d", id, p.status)
		}
	}
	c.get(requestsPath).has(t, "Nada por responder")
	// Of the person they may see, they see their own line only.
	p := c.get(personPath(job))
	p.has(t, "<h2>Trabajo</h2>")
	p.lacks(t, "<h2>Negocio propio</h2>")
	if p := c.post(personPath(job)+"/stage", url.Values{"line": {"emprendimiento"}, "to_emprendimiento": {"inscripcion"}, "sure": {"1"}}); p.status != 404 {
		t.Errorf("a move in another line: %d", p.status)
	}
	file := c.post("/console/people/file", url.Values{"why": {"reunión de línea"}})
	file.has(t, job.Reference())
	file.lacks(t, business.Reference(), bogota.Reference(), "Negocio propio")
}

// Who gave no consent, or takes it back, is nobody's to see.
func TestPeopleWithoutConsentAreNotThere(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	s, _ := screenedSession()
	s.Consents = append(s.Consents, flows.Consent{Purposes: []string{flows.PurposeEvaluate}, At: now.Unix()})
	g.commit(80_001, s, nil)
	c := g.as(store.RoleAdmin)
	if p := c.get(personPath(id)); p.status != 404 {
		t.Errorf("%d, want 404", p.status)
	}
	c.get("/console/people?code="+id.Reference()).has(t, "Nadie tiene ese código")
	if p := c.get("/console/people/" + marker); p.status != 404 {
		t.Errorf("an id that is none: %d", p.status)
	}
}

func TestAPersonIsMovedOn(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	c := g.as(store.RoleOfficer)
	page := c.get(personPath(id))
	form := url.Values{"line": {"emprendimiento"}, "to_emprendimiento": {"inscripcion"}, "_once": {page.field(t, "_once")}, "_by": {page.field(t, "_by")}}
	ask := c.post(personPath(id)+"/stage", form)
	ask.has(t, "Va a leer", "Apoyo a su negocio: usted pasó a inscripción", "Le avisamos qué sigue")
	if n := g.act(); n != 0 {
		t.Fatal("somebody was moved before it was confirmed")
	}
	form.Set("sure", "1")
	form.Set("_once", ask.field(t, "_once"))
	c.post(personPath(id)+"/stage", form).has(t, "Está en camino")
	c.post(personPath(id)+"/stage", form) // a double click
	c.get(personPath(id)).has(t, "1 cambio está en camino")
	if n := g.act(); n != 1 {
		t.Fatalf("%d moves, want 1", n)
	}
	moved := c.get(personPath(id))
	moved.has(t, "Está en: inscripción")
	// A colleague who looks at the page of before does not move from there.
	form.Set("_once", "otra")
	form.Set("to_emprendimiento", "inscripcion")
	if p := c.post(personPath(id)+"/stage", form); p.status != 422 {
		t.Errorf("from a stage that is over: %d", p.status)
	} else {
		p.has(t, "Alguien cambió la etapa")
	}
	for _, bad := range []url.Values{
		{"line": {"emprendimiento"}, "to_emprendimiento": {"cierre"}, "_version": {"inscripcion"}, "sure": {"1"}}, // not allowed from there
		{"line": {"emprendimiento"}, "_version": {"inscripcion"}},
	} {
		if p := c.post(personPath(id)+"/stage", bad); p.status != 422 {
			t.Errorf("%v: %d, want 422", bad, p.status)
		}
	}
	if p := c.post(personPath(id)+"/stage", url.Values{"line": {marker}}); p.status != 404 {
		t.Errorf("a line that is none: %d", p.status)
	}
	c.get(personPath(id)+"?part=history").has(t, "Negocio propio: pasó a inscripción", "Persona officer")
	c.get("/console/people?stage=emprendimiento.inscripcion").has(t, "1 persona")
}

func TestAnAnswerIsCorrected(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	c := g.as(store.RoleOfficer)
	page := c.get(personPath(id) + "/correct?answer=municipality")
	version := page.field(t, "_version")
	post := func(form url.Values) page_ { return page_{c.post(personPath(id)+"/correct", form)} }
	post(url.Values{"answer": {"municipality"}, "value": {"Macondo"}, "_version": {version}}).refused(t, "No hay un solo municipio")
	post(url.Values{"answer": {"age"}, "value": {"menor_18"}, "_version": {"29_59"}}).refused(t, "Falta este dato")
	post(url.Values{"answer": {"age"}, "value": {"60_mas"}, "_version": {"18_28"}}).refused(t, "Otra persona guardó cambios")
	if p := c.post(personPath(id)+"/correct", url.Values{"answer": {"outcome_laboral"}, "value": {"CUMPLE_PRELIMINAR"}}); p.status != 404 {
		t.Errorf("an outcome: %d", p.status)
	}
	q := g.request(id)
	c.post(personPath(id)+"/correct", url.Values{"answer": {"municipality"}, "value": {"Maicao, La Guajira"}, "_version": {version}})
	if n := g.act(); n != 1 {
		t.Fatalf("%d acts", n)
	}
	c.get(personPath(id)).has(t, "Maicao, La Guajira")
	c.get(personPath(id)+"?part=history").has(t, "Se corrigió: Municipio", "Persona officer")
	if r, err := g.store.Request(t.Context(), q); err != nil || !r.Open() {
		t.Errorf("a query is answered by a correction: %v", err)
	}
}

// page_ is a page that may have been refused.
type page_ struct{ page }

func (p page_) refused(t *testing.T, why string) {
	t.Helper()
	if p.status != 422 {
		t.Errorf("%d, want it refused: %s", p.status, why)
	}
	p.has(t, why)
}

func TestNotesAreTheTeams(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	c := g.as(store.RoleOfficer)
	c.post(personPath(id)+"/note", url.Values{"note": {marker + " cédula 1090123456"}}).has(t, "&lt;img src=x", "•••")
	c.post(personPath(id)+"/note", url.Values{"note": {" "}}).has(t, "Falta este dato")
	other := g.as(store.RoleCoordinator)
	page := other.get(personPath(id))
	page.lacks(t, "note/drop")
	notes, err := g.store.NotesAbout(t.Context(), id)
	if err != nil || len(notes) != 1 {
		t.Fatal(notes, err)
	}
	if p := other.post(personPath(id)+"/note/drop", url.Values{"note": {notes[0].ID}}); p.status != 403 {
		t.Errorf("somebody else's note: %d", p.status)
	}
	g.as(store.RoleViewer).get(personPath(id)).lacks(t, "•••", "Notas del equipo")
	c.post(personPath(id)+"/note/drop", url.Values{"note": {notes[0].ID}}).lacks(t, "•••")
}

func TestRequestsHaveTheirTerm(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	c := g.as(store.RoleCoordinator)
	ask := func(kind, day string) page {
		return c.post(personPath(id)+"/request", url.Values{"kind": {kind}, "way": {"phone"}, "asked": {day}, "note": {"llamó al 3001234567"}})
	}
	// 2 December 2026 is a Wednesday; the 8th is a holiday.
	ask("export", "2026-12-02").has(t, "Saber qué guardamos", "quedan 10 días hábiles", "hasta el jueves 17 de diciembre de 2026", "•••")
	ask("erase", "2026-11-20").has(t, "Borrar sus datos", "quedan 7 días hábiles")
	ask("export", "2026-11-10").has(t, "vencida")
	for _, day := range []string{"2026-12-03", "2026-09-01", "ayer", ""} {
		if p := ask("export", day); p.status != 422 {
			t.Errorf("asked on %q: %d", day, p.status)
		}
	}
	c.get("/console/").has(t, "Consultas y reclamos", "La primera: vencida")
	open, err := g.store.OpenRequests(t.Context())
	if err != nil || len(open) != 3 {
		t.Fatal(open, err)
	}
	c.post(requestsPath+"/"+open[0].ID, url.Values{}).has(t, "Falta este dato")
	c.post(requestsPath+"/"+open[0].ID, url.Values{"outcome": {"refused"}}).has(t, "La solicitud se cerró", "tarde")
	c.get(requestsPath+"/"+open[0].ID).has(t, "Esta solicitud ya se respondió")
	if p := c.get(requestsPath + "/r-000000"); p.status != 404 {
		t.Errorf("none: %d", p.status)
	}
}

func TestDataAreHandedOverAndErased(t *testing.T) {
	g := newTeam(t)
	id := g.person()
	export, erase := g.request(id), ""
	c := g.as(store.RoleAdmin)
	c.post(personPath(id)+"/export", url.Values{"how": {"text"}}).has(t, "Falta este dato")
	file := c.post(personPath(id)+"/export", url.Values{"how": {"text"}, "why": {"vino a la oficina"}})
	file.has(t, "datos de "+id.Reference())
	if got := file.header.Get("Content-Disposition"); !strings.Contains(got, "attachment") {
		t.Errorf("the file is %q", got)
	}
	c.post(personPath(id)+"/export", url.Values{"how": {"chat"}, "why": {"llamó"}}).has(t, "El bot le envía los archivos")
	list, err := g.store.Relays(t.Context())
	if err != nil || len(list) != 1 || list[0].Request != export || list[0].Act.Do != flows.StaffFile {
		t.Errorf("the act: %+v, %v", list, err)
	}
	g.act()
	r, err := g.store.OpenRequest(t.Context(), store.Request{Kind: store.RequestErase, Contact: id, Way: "letter", Asked: now.Unix(), Due: now.AddDate(0, 0, 20).Unix(), By: "s-abc234"})
	if err != nil {
		t.Fatal(err)
	}
	erase = r.ID
	c.post(personPath(id)+"/erase", url.Values{"why": {"carta"}, "code": {"7KQ-M2X-4RD"}}).has(t, "No es el código de esta persona")
	c.post(personPath(id)+"/erase", url.Values{"why": {"carta"}, "code": {id.Reference()}}).has(t, "está en camino")
	if n := g.act(); n != 1 {
		t.Fatalf("%d acts", n)
	}
	if p := c.get(personPath(id)); p.status != 404 {
		t.Errorf("after the erasure: %d", p.status)
	}
	if r, err := g.store.Request(t.Context(), erase); err != nil || r.Open() || r.Outcome != store.OutcomeDone {
		t.Errorf("the request: %+v, %v", r, err)
	}
	log, err := g.store.AuditLog(t.Context(), store.AuditFilter{Act: actErasePerson}, "", 10)
	if err != nil || len(log.Entries) != 1 || log.Entries[0].Why != "carta" || log.Entries[0].About != string(id) {
		t.Errorf("the audit log: %+v, %v", log.Entries, err)
	}
}

// A person's page takes its time with many people beside it.
func TestTheWayOfAPersonIsShownWithMessages(t *testing.T) {
	g := newTeam(t)
	id := g.person(func(s *flows.Session) {
		s.Stages = []flows.Stage{{Line: string(programme.Emprendimiento), Stage: "inscripcion", At: now.Unix(), By: "s-nadie9"}}
		s.Holds = []flows.Hold{{Kind: flows.HeldCourse, Offer: "C-01", State: flows.HoldEnrolled, At: now.Unix()}, {Kind: flows.HeldEvent, Offer: "ya-no-esta", State: flows.HoldWaiting, Size: 3, At: now.Unix()}}
	})
	c := g.as(store.RoleViewer)
	c.get(personPath(id)).has(t, "tiene cupo", "en espera", "3 personas")
	history := c.get(personPath(id) + "?part=history")
	history.has(t, "pasó a inscripción", "s-nadie9", "Dijo sí", "Vio su resultado", "Nada en los últimos 90 días")
	c.get(personPath(id)+"?part=data").has(t, "ver qué apoyo le sirve")
}

func peopleScreens() []screen {
	long := func(s *flows.Session) {
		s.Stages = []flows.Stage{{Line: "emprendimiento", Stage: "inscripcion", At: now.AddDate(0, 0, -9).Unix(), By: "s-abc234"}, {Line: "emprendimiento", Stage: "verificacion_documental", At: now.AddDate(0, 0, -2).Unix(), By: "s-abc234"}}
		s.Holds = []flows.Hold{{Kind: flows.HeldCourse, Offer: "C-01", State: flows.HoldEnrolled, At: now.Unix()}, {Kind: flows.HeldEvent, Offer: "E-01", State: flows.HoldWaiting, Size: 3, At: now.Unix()}}
	}
	full := func(g *team) store.ContactID {
		id := g.person(long)
		for i, text := range []string{"Llamó su hermana: pregunta por el horario de las clases.", "Trae el original del permiso el viernes."} {
			n := store.PersonNote{By: g.staff[store.RoleCoordinator].ID, Text: text}
			if err := g.store.AddNote(context.Background(), id, n, string(rune('a'+i)), now.Add(time.Duration(i-40)*time.Hour)); err != nil {
				g.t.Fatal(err)
			}
		}
		return id
	}
	of := func(end string) func(*team) string {
		return func(g *team) string { return personPath(full(g)) + end }
	}
	return []screen{
		{name: "people", role: store.RoleCoordinator, make: func(g *team) string {
			for i := range 30 {
				g.person(func(s *flows.Session) {
					if i%3 == 0 {
						s.Slots["seeks"] = []string{"trabajo", "comunidad"}
						s.Talk = 1
					}
					if i%4 == 0 {
						long(s)
					}
				})
			}
			return peoplePath
		}},
		{name: "people-none", role: store.RoleCoordinator, path: "/console/people?town=Macondo"},
		{name: "people-wrong-code", role: store.RoleCoordinator, path: "/console/people?code=7KQ"},
		{name: "people-file", role: store.RoleCoordinator, path: "/console/people/file"},
		{name: "person", role: store.RoleCoordinator, make: of("")},
		{name: "person-viewer", role: store.RoleViewer, make: of("")},
		{name: "person-history", role: store.RoleCoordinator, make: of("?part=history")},
		{name: "person-data", role: store.RoleCoordinator, make: func(g *team) string {
			id := full(g)
			g.request(id)
			return personPath(id) + "?part=data"
		}},
		{name: "person-move", role: store.RoleCoordinator, make: of(""), then: `(document.getElementById('f-to_inclusion_laboral').value = 'inscripcion', document.querySelector('#f-to_inclusion_laboral').form.requestSubmit())`, until: `document.querySelector('h1').textContent.includes('¿Mover')`},
		{name: "person-correct", role: store.RoleCoordinator, make: of("/correct")},
		{name: "person-correct-age", role: store.RoleCoordinator, make: of("/correct?answer=seeks")},
		{name: "person-export", role: store.RoleCoordinator, make: of("/export")},
		{name: "person-erase", role: store.RoleCoordinator, make: of("/erase")},
		{name: "requests", role: store.RoleCoordinator, path: requestsPath},
		{name: "requests-new", role: store.RoleCoordinator, path: requestsPath + "/new"},
		{name: "request", role: store.RoleCoordinator, make: func(g *team) string { return requestsPath + "/" + g.request(g.person()) }},
	}
}
