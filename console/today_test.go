package console

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// TestToday looks at the first page of a week of work.
func TestToday(t *testing.T) {
	g := newTeam(t)
	empty := g.as(store.RoleCoordinator).get(Root)
	empty.has(t, "Nadie espera respuesta.", "Ningún curso o evento se está llenando.", "Nadie escribió al bot en estos días.", "Ninguno espera.")
	g.now = g.now.Add(time.Minute) // what was read of today is not fresh any more
	g.stage()
	p := g.as(store.RoleAdmin).get(Root)
	p.has(t, "2 esperan hace más de un día. El primero, 3 días.", ">Denuncias abiertas<", "0 de ", "3 de ", "Llegaron al resumen", ">lleno<", "Mensajes sin entender")
	if p.status != http.StatusOK {
		t.Errorf("%d", p.status)
	}
	g.as(store.RoleOfficer).get(Root).lacks(t, "Denuncias abiertas", "Anuncios por aprobar")
	// Somebody of another place sees what is theirs.
	narrow := g.join(store.Staff{Name: "Leticia", Role: store.RoleOfficer, Lines: []string{"inclusion_laboral"}, Towns: []string{"91001"}}, 991)
	g.of(narrow.ID).get(Root).has(t, "Ningún curso o evento se está llenando.", "Todas pasan la revisión.")
}

// TestHandsAgreeWithTheirLists follows every hand of somebody whose scope is
// bounded to the list behind it.
func TestHandsAgreeWithTheirLists(t *testing.T) {
	g := newTeam(t)
	here := func(s *flows.Session) {}
	there := func(s *flows.Session) { s.Slots["municipality"] = []string{"91001"} }
	id := g.inCase(here)
	g.inCase(there)
	g.request(id)
	g.request(g.person(there))
	g.turn(1, func(tn *store.Turn) { tn.Steps = []string{flows.Unread + "age", flows.Unread + "age"} })
	m := g.join(store.Staff{Name: "Cúcuta", Role: store.RoleOfficer, Towns: []string{"54001"}}, 990)
	c := g.of(m.ID)
	first := c.get(Root)
	for path, want := range map[string]struct{ figure, list string }{
		inboxPath:                      {"1", id.Reference()},
		requestsPath:                   {"1", id.Reference()},
		numbersPath + "?days=7#unread": {"2", "<td role=\"cell\" class=\"number\" data-label=\"Veces\"><div>2</div>"},
	} {
		at := regexp.MustCompile(`<h2><a href="` + regexp.QuoteMeta(path) + `">[^<]*</a></h2>\s*<p class="figure">([^<]*)</p>`).FindStringSubmatch(first.body)
		if at == nil || at[1] != want.figure {
			t.Errorf("%s: the hand says %q, want %s", path, at, want.figure)
		}
		c.get(strings.TrimSuffix(path, "#unread")).has(t, want.list)
	}
	c.get(inboxPath).lacks(t, "<td>2</td>")
	if n := strings.Count(c.get(requestsPath).body, "?part="+partData); n != 1 {
		t.Errorf("%d requests in the list, want 1", n)
	}
}

// TestFunnelDaysAreKept reads a day that is over once, and today again.
func TestFunnelDaysAreKept(t *testing.T) {
	g := newTeam(t)
	var c funnelCache
	read := func(back int) int64 {
		t.Helper()
		day, err := c.read(t.Context(), g.store, g.now, back)
		if err != nil {
			t.Fatal(err)
		}
		return day["welcome.ask_language"]
	}
	step := func(chat int64) {
		g.turn(chat, func(tn *store.Turn) { tn.Steps = []string{"welcome.ask_language"} })
	}
	step(1)
	if n := read(0); n != 1 {
		t.Errorf("today: %d, want 1", n)
	}
	step(2)
	if n := read(0); n != 1 {
		t.Errorf("a moment later: %d, want what was read", n)
	}
	g.now = g.now.Add(funnelFresh)
	if n := read(0); n != 2 {
		t.Errorf("some seconds later: %d, want 2", n)
	}
	// What came after the last look of the day is not lost.
	step(3)
	g.now = g.now.Add(24 * time.Hour)
	if n := read(1); n != 3 {
		t.Errorf("yesterday: %d, want 3", n)
	}
}
