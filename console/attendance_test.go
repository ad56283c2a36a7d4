package console

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"arraigo/programme"
	"arraigo/store"

	"github.com/xuri/excelize/v2"
)

// fair fills an event of today with a family and somebody alone, and a line.
func fair(t testing.TB, g *team) (at string, family, alone, waits store.ContactID) {
	t.Helper()
	e := stagedEvent()
	e.Title, e.Places = "Feria", 5
	put(g, e)
	o := store.Offer{Kind: store.OfferEvent, ID: e.ID, Version: 1, Places: 5, Standing: programme.StandingOpen, Ends: g.now}
	family, alone, waits = g.store.ContactID(1), g.store.ContactID(2), g.store.ContactID(3)
	for id, size := range map[store.ContactID]int{family: 4, alone: 1} {
		if _, err := g.store.Reserve(t.Context(), o, id, size, g.now); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.store.Reserve(t.Context(), o, waits, 1, g.now); err != nil {
		t.Fatal(err)
	}
	return eventKind.at(e.ID), family, alone, waits
}

func TestWhoCameIsTicked(t *testing.T) {
	g := newTeam(t)
	at, family, alone, waits := fair(t, g)
	c := g.as(store.RoleOfficer)
	p := c.get(at + "/people")
	p.has(t, family.Reference(), alone.Reference(), waits.Reference(), `name="came.`+string(alone)+`" value="1">`, "Lista de espera, en orden")
	day := url.Values{"day": {"2026-12-02"}}.Encode()
	save := func(c *client, form url.Values) page { return c.post(at+"/people?"+day, form) }
	p = save(c, url.Values{"was." + string(family): {"0"}, "came." + string(family): {"3"}, "was." + string(alone): {"0"}, "came." + string(alone): {"1"}, "was_others": {""}, "others": {"12"}})
	p.has(t, "Se guardaron 3 cambios.", `value="12"`, `<option value="3" selected>3</option>`, "checked")
	came := func() store.Attendance {
		a, err := g.store.Attendance(t.Context(), store.Offer{Kind: store.OfferEvent, ID: strings.TrimPrefix(at, "/console/events/")})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	today := shipped(t).Today(g.now)
	if n := came().On(today); n != 16 {
		t.Errorf("%d came, want 16", n)
	}
	// A colleague whose page is older does not take back what they did not touch.
	colleague := g.as(store.RoleCoordinator)
	save(colleague, url.Values{"was." + string(family): {"0"}, "was." + string(alone): {"0"}, "was_others": {"12"}, "others": {"12"}}).has(t, "Se guardaron 0 cambios.")
	save(colleague, url.Values{"was." + string(alone): {"1"}, "was_others": {"12"}, "others": {"12"}}).has(t, "Se guardó 1 cambio.")
	if n := came().On(today); n != 15 {
		t.Errorf("%d came after one tick was taken back, want 15", n)
	}
	for name, form := range map[string]url.Values{
		"a word": {"others": {"muchos"}}, "less than nobody": {"others": {"-1"}}, "a slip": {"others": {"99999999"}},
	} {
		if p := save(c, form); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	// Who waits, and who is no contact at all, cannot be ticked.
	save(c, url.Values{"was." + string(waits): {"0"}, "came." + string(waits): {"1"}, "was.x": {"0"}, "came.x": {"1"}, "was_others": {"12"}, "others": {"12"}}).has(t, "Se guardaron 0 cambios.")
	for _, day := range []string{"", "2026-12-03", "x"} {
		if p := c.post(at+"/people?day="+day, url.Values{"others": {"1"}}); p.status != http.StatusNotFound {
			t.Errorf("on the day %q: %d", day, p.status)
		}
	}
	viewer := g.as(store.RoleViewer)
	viewer.get(at+"/people").lacks(t, "<input type=\"checkbox\"", "Guardar la asistencia")
	if p := save(viewer, url.Values{"others": {"1"}}); p.status != http.StatusForbidden {
		t.Errorf("a viewer ticks: %d", p.status)
	}
	if p := g.as(store.RoleAuditor).get(at + "/people"); p.status != http.StatusForbidden {
		t.Errorf("an auditor sees people: %d", p.status)
	}
}

func TestAListToPrintHasCodesAndBoxes(t *testing.T) {
	g := newTeam(t)
	at, family, alone, waits := fair(t, g)
	c := g.as(store.RoleOfficer)
	p := c.get(at + "/print")
	p.has(t, family.Reference(), alone.Reference(), `class="box"`, "mié 02/12/2026", "Feria")
	p.lacks(t, waits.Reference(), string(family))
	log, err := g.store.AuditLog(t.Context(), store.AuditFilter{Act: actSeePlaces}, "", 10)
	if err != nil || len(log.Entries) != 1 || log.Entries[0].People != 3 {
		t.Errorf("the audit log says %+v, %v", log.Entries, err)
	}
	// Of a course there is a box for each of five days.
	course := stagedCourse()
	put(g, course)
	p = c.get(courseKind.at(course.ID) + "/print?day=2026-12-03")
	p.has(t, "jue 03/12/2026", "lun 07/12/2026")
	p.lacks(t, "mié 02/12/2026</th>", "mar 08/12/2026</th>")
}

func TestACrowdIsPagedAndFoundByCode(t *testing.T) {
	g := newTeam(t)
	e := stagedEvent()
	e.Places = 0
	put(g, e)
	o := store.Offer{Kind: store.OfferEvent, ID: e.ID, Version: 1, Standing: programme.StandingOpen, Ends: g.now}
	for chat := range int64(tickPage + 20) {
		if _, err := g.store.Reserve(t.Context(), o, g.store.ContactID(5000+chat), 1, g.now); err != nil {
			t.Fatal(err)
		}
	}
	c := g.as(store.RoleOfficer)
	p := c.get(eventKind.at(e.ID) + "/people")
	p.has(t, "page=2")
	if n := strings.Count(p.body, `type="checkbox"`); n != tickPage {
		t.Errorf("%d boxes on one page", n)
	}
	code := g.store.ContactID(5042).Reference()
	p = c.get(eventKind.at(e.ID) + "/people?q=" + strings.ToLower(strings.ReplaceAll(code, "-", "")))
	p.has(t, code)
	if n := strings.Count(p.body, `type="checkbox"`); n != 1 {
		t.Errorf("%d boxes for one code", n)
	}
	c.get(eventKind.at(e.ID)+"/people?q=ZZZZZZZZZ").has(t, "Nadie con ese código")
}

// TestAttendanceGoesIntoAFile downloads who came, as a workbook and as CSV.
func TestAttendanceGoesIntoAFile(t *testing.T) {
	g := newTeam(t)
	crowd(g)
	c := g.as(store.RoleCoordinator)
	at := courseKind.at("C-01") + "/attendance"
	if p := c.post(at, url.Values{"format": {fileCSV}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", p.status)
	}
	p := c.post(at, url.Values{"format": {fileCSV}, "why": {"informe del mes"}})
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 2 || rows[0][0] != "Código" {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, p.body)
	}
	book, err := excelize.OpenReader(strings.NewReader(c.post(at, url.Values{"format": {fileXLSX}, "why": {"informe del mes"}}).body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if code, err := book.GetCellValue("Asistencia", "A4"); err != nil || code != rows[1][0] {
		t.Errorf("the workbook has %q where the CSV has %q, %v", code, rows[1][0], err)
	}
	log, err := g.store.AuditLog(t.Context(), store.AuditFilter{Act: actExportAttendance}, "", 10)
	if err != nil || len(log.Entries) != 2 || log.Entries[0].Why != "informe del mes" || log.Entries[0].People == 0 {
		t.Errorf("in the audit log: %+v, %v", log.Entries, err)
	}
	if p := g.as(store.RoleOfficer).get(at); p.status != http.StatusForbidden {
		t.Errorf("an officer: %d", p.status)
	}
}
