package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"arraigo/flows"
	"arraigo/store"
)

// told files a report in somebody's words, about an offer of the sample
// catalogue, and returns its one-way name. With a reporter, they may be written to.
func (g *team) told(words string, reporter store.ContactID) string {
	g.t.Helper()
	code := store.NewReportCode()
	if reporter != "" {
		if err := g.store.NameReporter(g.t.Context(), code, reporter); err != nil {
			g.t.Fatal(err)
		}
	}
	name, err := g.store.FileReport(g.t.Context(), code, store.Report{Category: "dinero", Text: words, Offer: "V-01"}, g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	return name
}

func reportWalks() map[string]walk {
	of := func(end string, form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return reportsPath + "/" + g.told(marker, "") + end, form }
	}
	return map[string]walk{
		"GET /console/reports":              {make: func(g *team) (string, url.Values) { g.told(marker, ""); return reportsPath, nil }, shows: "<table"},
		"GET /console/reports/{name}":       {make: of("", nil), shows: "onerror"},
		"GET /console/reports/{name}/close": {make: of("/close", nil), shows: "_version"},
		"POST /console/reports/{name}/mark": {make: of("/mark", url.Values{"state": {store.ReportRead}, "_version": {store.ReportNew}})},
	}
}

func reportScreens() []screen {
	const words = "El señor que dice ser de la empresa pide 80.000 pesos por el puesto.\n\nDice que si no pago, le dan el puesto a otra persona."
	return []screen{
		{name: "reports", role: store.RoleAdmin, make: func(g *team) string {
			g.told(words, "")
			g.told(words, "")
			return reportsPath
		}},
		{name: "report", role: store.RoleAdmin, make: func(g *team) string { return reportsPath + "/" + g.told(words, g.person()) }},
		{name: "report-close", role: store.RoleAdmin, make: func(g *team) string { return reportsPath + "/" + g.told(words, "") + "/close" }},
	}
}

// TestReportsAreForTheFew reads, marks and closes a report, and looks at who sees
// what of it.
func TestReportsAreForTheFew(t *testing.T) {
	g := newTeam(t)
	who := g.person()
	name := g.told("MARCACAMISA pide plata", who)
	guard, officer := g.as(store.RoleAdmin), g.as(store.RoleOfficer)
	for _, path := range []string{Root, reportsPath} {
		guard.get(path).lacks(t, "MARCACAMISA", string(who), who.Reference())
	}
	guard.get(Root).has(t, `href="/console/reports"`)
	officer.get(Root).lacks(t, "/console/reports")
	if p := officer.get(reportsPath + "/" + name); p.status != http.StatusForbidden {
		t.Errorf("an officer reads a report: %d", p.status)
	}
	guard.get(reportsPath).has(t, "1 denuncia abierta", name[:reportLetters], "Me pidieron dinero", "sin leer", ">hoy<")

	read := guard.get(reportsPath + "/" + name)
	read.has(t, "MARCACAMISA pide plata", "V-01", "No pregunte ni investigue", "La persona aceptó recibir avisos")
	read.lacks(t, string(who), who.Reference())
	log, err := g.store.AuditLog(t.Context(), store.AuditFilter{Act: actReadReport}, "", 5)
	if err != nil || len(log.Entries) != 1 || log.Entries[0].About != name || log.Entries[0].Staff != g.staff[store.RoleAdmin].ID {
		t.Errorf("the reading in the audit log: %+v, %v", log.Entries, err)
	}

	mark := func(state, version string) page {
		return guard.post(reportsPath+"/"+name+"/mark", url.Values{"state": {state}, "_version": {version}})
	}
	if p := mark(store.ReportNew, store.ReportNew); p.status != http.StatusConflict {
		t.Errorf("made unread again: %d", p.status)
	}
	mark(store.ReportPassed, store.ReportNew).has(t, "Quedó anotado", "remitida")
	if p := mark(store.ReportRead, store.ReportNew); p.status != http.StatusConflict {
		t.Errorf("by an old page: %d", p.status)
	}
	waits := func() (n int) {
		t.Helper()
		_, notices, err := g.store.LoadNoticedID(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		for _, notice := range notices {
			if notice.Kind != flows.NewsWaits || notice.Offer != "" || strings.Contains(notice.Outreach, "report") {
				t.Errorf("the notice says what it is about: %+v", notice.Notice)
			}
			n++
		}
		return n
	}
	if n := waits(); n != 1 {
		t.Errorf("%d pieces of news wait for who filed it, want 1", n)
	}
	guard.get(reportsPath+"/"+name+"/close").has(t, "No se puede abrir otra vez")
	if p := mark(store.ReportClosed, store.ReportPassed); p.path != reportsPath {
		t.Errorf("after closing: %d at %s", p.status, p.path)
	} else {
		p.has(t, "No hay denuncias abiertas")
	}
	if n := waits(); n != 2 {
		t.Errorf("%d pieces of news after closing, want 2", n)
	}
	if reporter, err := g.store.Reporter(t.Context(), name); err != nil || reporter != "" {
		t.Errorf("who filed it is still known: %q, %v", reporter, err)
	}
	guard.get(reportsPath+"/"+name).has(t, "Está cerrada")
	if n := g.log.count("MARCACAMISA"); n != 0 {
		t.Error("the report is in the log")
	}
}

// TestReportsPage pages a long list, oldest first.
func TestReportsPage(t *testing.T) {
	g := newTeam(t)
	first := g.told("x", "")
	g.now = g.now.AddDate(0, 0, 2)
	for range pageSize {
		g.told("y", "")
	}
	guard := g.as(store.RoleAdmin)
	p := guard.get(reportsPath)
	p.has(t, first[:reportLetters], "hace 2 días", `rel="next"`)
	if n := strings.Count(p.body, `href="`+reportsPath+`/`); n != pageSize {
		t.Errorf("%d reports on the first page, want %d", n, pageSize)
	}
	next := guard.get(unescape(nextLink.FindStringSubmatch(p.body)[1]))
	if n := strings.Count(next.body, `href="`+reportsPath+`/`); n != 1 {
		t.Errorf("%d reports on the second page, want 1", n)
	}
}
