package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"arraigo/store"
)

func login(t *testing.T, g *team, id string) string {
	t.Helper()
	code, err := g.store.NewLogin(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// TestEnter follows the link of a login: looked at by a preview, by its owner,
// twice, and by somebody else.
func TestEnter(t *testing.T) {
	g := newTeam(t)
	officer := g.staff[store.RoleOfficer]
	code := login(t, g, officer.ID)
	for range 3 { // programs that look at links before people do
		p := g.stranger().get("/console/enter?code=" + code)
		p.has(t, "Persona officer", "Gestión")
		if p.status != http.StatusOK {
			t.Fatalf("%d", p.status)
		}
	}
	c := g.stranger()
	p := c.post("/console/enter", url.Values{"code": {code}})
	p.has(t, "Persona officer", `aria-current="page"`)
	if p := g.stranger().get("/console/enter?code=" + code); p.status != http.StatusGone {
		t.Errorf("a used link: %d", p.status)
	}
	again := g.stranger().post("/console/enter", url.Values{"code": {code}})
	if again.status != http.StatusGone {
		t.Errorf("a used link, sent again: %d", again.status)
	}
	again.has(t, "/consola")
	// Somebody else of the team opens a link in this browser.
	other := login(t, g, g.staff[store.RoleViewer].ID)
	c.get("/console/enter?code="+other).has(t, "Persona viewer", "Persona officer")
	c.post("/console/enter", url.Values{"code": {other}}).has(t, "Persona viewer")
	if open, err := g.store.Sessions(t.Context(), officer.ID); err != nil || len(open) != 0 {
		t.Errorf("the session that was there before stays: %v, %v", open, err)
	}
	for _, forged := range []string{"", "x", strings.Repeat("A", 26)} {
		if p := g.stranger().post("/console/enter", url.Values{"code": {forged}}); p.status != http.StatusGone {
			t.Errorf("code %q: %d", forged, p.status)
		}
	}
}

// TestEnterLeadsOn comes back to the page that was wanted, and to no other host.
func TestEnterLeadsOn(t *testing.T) {
	g := newTeam(t)
	c := g.stranger()
	if p := c.get("/console/team"); p.path != "/console/sign-in" {
		t.Fatalf("nobody sees %s", p.path)
	}
	p := c.post("/console/enter", url.Values{"code": {login(t, g, g.staff[store.RoleAdmin].ID)}})
	if p.path != "/console/team" {
		t.Errorf("came to %s", p.path)
	}
	for _, path := range []string{"https://evil.example/console/", "//evil.example/console/", "/console/../x", "/console//evil.example", "/other", "/console/\\evil"} {
		if ours(path) {
			t.Errorf("%s counts as ours", path)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	g := newTeam(t)
	one, two := g.as(store.RoleViewer), g.as(store.RoleViewer)
	stranger := g.as(store.RoleOfficer)
	page := one.get("/console/me")
	page.has(t, "Cerrar todas las demás")
	open, err := g.store.Sessions(t.Context(), g.staff[store.RoleViewer].ID)
	if err != nil || len(open) != 2 {
		t.Fatal(open, err)
	}
	for _, s := range open { // somebody else's sessions are not theirs to end
		stranger.post("/console/me/sessions/end", url.Values{"session": {s.ID}})
	}
	if p := two.get("/console/me"); p.path != "/console/me" {
		t.Fatal("somebody else ended the session")
	}
	one.post("/console/me/sessions/end", url.Values{"session": {"others"}})
	if p := two.get("/console/me"); p.path != "/console/sign-in" {
		t.Errorf("the other session goes on: %s", p.path)
	}
	one.post("/console/sign-out", nil).has(t, "Usted salió")
	if p := one.get("/console/me"); p.path != "/console/sign-in" {
		t.Errorf("signed out, and still in: %s", p.path)
	}
}

func TestRemovedMemberIsOut(t *testing.T) {
	g := newTeam(t)
	c, admin := g.as(store.RoleOfficer), g.as(store.RoleAdmin)
	path := teamPath + "/" + g.staff[store.RoleOfficer].ID
	ask := admin.get(path + "/remove")
	ask.has(t, "¿Quitar a Persona officer")
	admin.post(path+"/remove", url.Values{"_once": {ask.field(t, "_once")}, "_by": {ask.field(t, "_by")}}).has(t, "ya no es parte del equipo", "Persona officer")
	if p := c.get(Root); p.path != "/console/sign-in" {
		t.Errorf("removed, and still in: %s", p.path)
	}
	own := teamPath + "/" + g.staff[store.RoleAdmin].ID
	if p := admin.post(own+"/remove", nil); p.status != http.StatusForbidden {
		t.Errorf("an admin removed themselves: %d", p.status)
	}
}

func TestLanguage(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleViewer)
	c.get(Root).has(t, `<html lang="es">`, "Hoy")
	p := c.post("/console/language", url.Values{"language": {"en"}, "here": {"/console/me"}})
	p.has(t, `<html lang="en">`, "Your account")
	if p.path != "/console/me" {
		t.Errorf("came to %s", p.path)
	}
	g.as(store.RoleViewer).get(Root).has(t, `<html lang="en">`) // in every browser of theirs
	if p := c.post("/console/language", url.Values{"language": {"xx"}, "here": {"//evil.example"}}); p.path != Root {
		t.Errorf("came to %s", p.path)
	}
	r, err := http.NewRequest(http.MethodGet, g.web.URL+"/console/sign-in", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en-GB,en;q=0.9")
	g.stranger().do(r).has(t, `<html lang="en">`)
}

func TestDemoDoorIsForTheDemo(t *testing.T) {
	g := newTeam(t)
	p := g.stranger().post("/console/demo", url.Values{"role": {"coordinator"}})
	p.has(t, "Persona coordinator", "demostración")
	real := newTeam(t, func(c *Config) { c.Demo = false })
	if p := real.stranger().post("/console/demo", url.Values{"role": {"admin"}}); p.status != http.StatusNotFound {
		t.Errorf("the demo's door is open in earnest: %d", p.status)
	}
	real.stranger().get("/console/sign-in").lacks(t, "/console/demo")
}

// TestASessionSaysWhenItEnds looks at a page in the last minutes of a session,
// and long before.
func TestASessionSaysWhenItEnds(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleViewer)
	until := "6:30\u00a0p.\u00a0m." // 8 hours after now
	c.get(Root).has(t, "hasta las "+until, `id="ends" role="status" data-in="27900000" hidden`)
	g.now = now.Add(8*time.Hour - sessionWarns + time.Second)
	c.get(Root).has(t, `id="ends" role="status" data-in="0">`, "Su sesión termina pronto ("+until)
}
