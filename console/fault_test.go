package console

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

// TestRedisAway takes Redis away in the middle of a form and brings it back.
func TestRedisAway(t *testing.T) {
	redis := storetest.Start(t)
	keys := storetest.Keys(t)
	s := storetest.Open(t, store.Config{URL: redis.URL(0), Keys: keys, Timeout: 500 * time.Millisecond})
	g := newTeamOn(t, s)
	c := g.as(store.RoleAdmin)
	form := c.get("/console/team/new")
	typed := url.Values{
		"name": {"Rosalba <b>Peña</b>"}, "role": {"officer"}, "towns": {"Cúcuta\nMaicao"},
		"_once": {form.field(t, "_once")}, "_by": {form.field(t, "_by")},
	}
	redis.Stop()
	for _, path := range []string{Root, "/console/team"} {
		p := c.get(path)
		p.has(t, "El servidor de datos no responde")
		if p.status != http.StatusServiceUnavailable || p.header.Get("Retry-After") == "" {
			t.Errorf("%s while Redis is away: %d", path, p.status)
		}
	}
	if p := g.stranger().get("/console/sign-in"); p.status != http.StatusOK {
		t.Errorf("the sign-in page while Redis is away: %d", p.status)
	}
	away := c.post("/console/team/new", typed)
	away.has(t, "El servidor de datos no responde", "Rosalba &lt;b&gt;Peña&lt;/b&gt;", "Enviar otra vez")
	if away.status != http.StatusServiceUnavailable {
		t.Errorf("a form while Redis is away: %d", away.status)
	}
	again := url.Values{}
	for name := range typed {
		again.Set(name, strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#10;", "\n").Replace(away.field(t, name)))
	}
	redis.Restart(t)
	done := c.post("/console/team/new", again)
	done.has(t, "Rosalba &lt;b&gt;Peña&lt;/b&gt;", "t.me/ArraigoPruebaBot?start=equipo_")
}

// TestLostSession loses the session in the middle of a form.
func TestLostSession(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleAdmin)
	form := c.get("/console/team/new")
	typed := url.Values{"name": {"Rosalba Peña"}, "role": {"officer"}, "_once": {form.field(t, "_once")}, "_by": {form.field(t, "_by")}}
	endAll := func() {
		open, err := g.store.Sessions(t.Context(), g.staff[store.RoleAdmin].ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range open {
			if err := g.store.EndSession(t.Context(), s.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	endAll()
	lost := c.post("/console/team/new", typed)
	lost.has(t, "Su sesión terminó", "Rosalba Peña", "/console/sign-in")
	if lost.status != http.StatusUnauthorized {
		t.Errorf("without a session: %d", lost.status)
	}
	// Somebody else signs in in the same browser: the form is not theirs to send.
	c.post("/console/demo", url.Values{"role": {"coordinator"}})
	if p := c.post("/console/team/new", typed); p.status != http.StatusForbidden {
		t.Errorf("sent by who may not: %d", p.status)
	}
	other := g.join(store.Staff{Name: "Otra", Role: store.RoleAdmin}, 990)
	d := g.of(other.ID)
	p := d.post("/console/team/new", typed)
	if p.status != http.StatusConflict {
		t.Errorf("sent by another admin: %d", p.status)
	}
	p.has(t, "Esta página es de otra persona")
	// The same person comes back.
	c.post("/console/enter", url.Values{"code": {login(t, g, g.staff[store.RoleAdmin].ID)}})
	c.post("/console/team/new", typed).has(t, "Rosalba Peña", "Enlace de invitación")
}

// TestDoubleClick sends one form many times at once.
func TestDoubleClick(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleAdmin)
	form := c.get("/console/team/new")
	typed := url.Values{"name": {"Rosalba Peña"}, "role": {"officer"}, "_once": {form.field(t, "_once")}, "_by": {form.field(t, "_by")}}
	var clicks sync.WaitGroup
	places := make([]string, 6)
	for i := range places {
		clicks.Go(func() {
			p := c.post("/console/team/new", typed)
			if p.status != http.StatusOK {
				t.Errorf("click %d: %d", i, p.status)
			}
			places[i] = p.path
		})
	}
	clicks.Wait()
	all, err := g.store.AllStaff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range all {
		if m.Name == "Rosalba Peña" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d invitations, want 1", n)
	}
	for _, place := range places {
		if place != places[0] || place == "/console/team/new" {
			t.Errorf("the clicks ended at %v", places)
		}
	}
}

// TestTwoEditors lets two people change one member: the second sees the
// difference and chooses.
func TestTwoEditors(t *testing.T) {
	g := newTeam(t)
	path := teamPath + "/" + g.staff[store.RoleOfficer].ID
	one, two := g.as(store.RoleAdmin), g.of(g.join(store.Staff{Name: "Otra", Role: store.RoleAdmin}, 990).ID)
	send := func(c *client, p page, name, role string) page {
		return c.post(path, url.Values{"name": {name}, "role": {role}, "_once": {p.field(t, "_once")}, "_by": {p.field(t, "_by")}, "_version": {p.field(t, "_version")}})
	}
	first, second := one.get(path), two.get(path)
	send(one, first, "Deivis", "officer").has(t, "Se guardó")
	asked := send(two, second, "Persona officer", "viewer")
	asked.has(t, "Otra persona guardó cambios", "Deivis", "Consulta")
	if asked.status != http.StatusUnprocessableEntity {
		t.Errorf("the second: %d", asked.status)
	}
	if m, err := g.store.StaffMember(t.Context(), g.staff[store.RoleOfficer].ID); err != nil || m.Name != "Deivis" || m.Role != store.RoleOfficer {
		t.Errorf("overwritten without a word: %+v, %v", m, err)
	}
	send(two, asked, "Deivis", "viewer").has(t, "Se guardó")
	if m, err := g.store.StaffMember(t.Context(), g.staff[store.RoleOfficer].ID); err != nil || m.Name != "Deivis" || m.Role != store.RoleViewer {
		t.Errorf("not what the second chose: %+v, %v", m, err)
	}
}

// TestForgedRole sends what no page of the console offers.
func TestForgedRole(t *testing.T) {
	g := newTeam(t)
	admin := g.as(store.RoleAdmin)
	for name, form := range map[string]url.Values{
		"a role that is none": {"name": {"X"}, "role": {"root"}},
		"no role":             {"name": {"X"}},
		"a town that is none": {"name": {"X"}, "role": {"officer"}, "towns": {"Atlantis"}},
		"no name":             {"role": {"officer"}},
	} {
		if p := admin.post("/console/team/new", form); p.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, p.status)
		}
	}
	own := teamPath + "/" + g.staff[store.RoleAdmin].ID
	page := admin.get(own)
	p := admin.post(own, url.Values{"name": {"X"}, "role": {"viewer"}, "_version": {page.field(t, "_version")}})
	p.has(t, "Nadie cambia su propio rol")
	large := admin.post("/console/team/new", url.Values{"name": {strings.Repeat("x", maxForm)}})
	if large.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a form of more than the limit: %d", large.status)
	}
}

// TestNothingPersonalInTheLog looks for what was typed in what was logged.
func TestNothingPersonalInTheLog(t *testing.T) {
	g := newTeam(t)
	admin := g.as(store.RoleAdmin)
	admin.post("/console/team/new", url.Values{"name": {"MARCADOR"}, "role": {"officer"}, "towns": {"MARCADOR"}})
	admin.post("/console/team/new", url.Values{"name": {"MARCADOR"}, "role": {"officer"}})
	admin.get("/console/audit?about=MARCADOR")
	g.stranger().post("/console/team/new", url.Values{"name": {"MARCADOR"}})
	if n := g.log.count("MARCADOR"); n > 0 {
		t.Errorf("%d lines of the log hold what was typed", n)
	}
}

// TestLocalOnly answers nobody but this computer when there is no public address.
func TestLocalOnly(t *testing.T) {
	g := newTeam(t)
	for host, want := range map[string]int{"127.0.0.1:80": 200, "localhost:8080": 200, "[::1]:8080": 200, "evil.example": 421, "10.0.0.7:8080": 421} {
		r, err := http.NewRequest(http.MethodGet, g.web.URL+"/console/sign-in", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		if p := g.stranger().do(r); p.status != want {
			t.Errorf("host %s: %d, want %d", host, p.status, want)
		}
	}
	public := newTeam(t, func(c *Config) { c.PublicURL = "https://bot.example.org" })
	r, err := http.NewRequest(http.MethodGet, public.web.URL+"/console/sign-in", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "bot.example.org"
	p := public.stranger().do(r)
	if p.status != http.StatusOK || p.header.Get("Strict-Transport-Security") == "" {
		t.Errorf("by its public address: %d", p.status)
	}
}

// TestSecureCookie looks at the cookie that https gets.
func TestSecureCookie(t *testing.T) {
	g := newTeam(t, func(c *Config) { c.PublicURL = "https://bot.example.org" })
	c := g.stranger()
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r := c.request("/console/demo", url.Values{"role": {"viewer"}})
	r.Header.Set("Origin", "https://bot.example.org")
	p := c.do(r)
	cookie := p.header.Get("Set-Cookie")
	for _, want := range []string{"__Host-arraigo=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=28800"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, strings.Split(cookie, "=")[0])
		}
	}
}
