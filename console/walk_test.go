package console

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"arraigo/store"
)

// A walk says what makes a route succeed. make sets the stage, when the route
// needs something to be there, and returns the path and the form; each call makes
// a stage of its own.
type walk struct {
	path  string
	form  url.Values
	make  func(g *team) (path string, form url.Values)
	shows string // part of a page that GET shows; "" for any
	file  string // goes along as the field file
	looks bool   // a POST that changes nothing: there is nothing to record
}

// walks has one line for every route that needs a sign-in: by its pattern. A
// route without one fails the test.
func walks() map[string]walk {
	all := map[string]walk{}
	for _, part := range []map[string]walk{baseWalks(), catalogueWalks(), outreachWalks(), numbersWalks(), peopleWalks(), inboxWalks(), contentWalks(), reportWalks(), referralWalks()} {
		maps.Copy(all, part)
	}
	return all
}

// marker is HTML that somebody put into every field there is.
const marker = `<img src=x onerror=alert(1)>"'&`

// member makes a member whom tests may change, and returns the path of the page.
func member(g *team) string {
	m, _, err := g.store.InviteStaff(g.t.Context(), store.Staff{Name: marker, Role: store.RoleViewer}, g.now)
	if err != nil {
		g.t.Fatal(err)
	}
	return teamPath + "/" + m.ID
}

func baseWalks() map[string]walk {
	of := func(end string, form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return member(g) + end, form }
	}
	return map[string]walk{
		"GET /console/{$}":              {path: "/console/", shows: "hands"},
		"GET /console/me":               {path: "/console/me"},
		"POST /console/me/sessions/end": {path: "/console/me/sessions/end", form: url.Values{"session": {"others"}}},
		"POST /console/sign-out":        {path: "/console/sign-out"},
		"GET /console/audit":            {path: "/console/audit?staff=&act=sign-in", shows: "<table"},
		"POST /console/audit/verify":    {path: "/console/audit/verify"},
		"GET /console/team":             {make: func(g *team) (string, url.Values) { member(g); return teamPath, nil }, shows: "onerror"},
		"GET /console/team/new":         {path: "/console/team/new"},
		"POST /console/team/new":        {path: "/console/team/new", form: url.Values{"name": {marker}, "role": {"officer"}}},
		"GET /console/team/{id}":        {make: of("", nil), shows: "onerror"},
		"POST /console/team/{id}": {make: func(g *team) (string, url.Values) {
			path := member(g)
			m, err := g.store.StaffMember(g.t.Context(), strings.TrimPrefix(path, teamPath+"/"))
			if err != nil {
				g.t.Fatal(err)
			}
			return path, url.Values{"name": {marker}, "role": {"officer"}, "_version": {m.Version()}}
		}},
		"POST /console/team/{id}/link":   {make: of("/link", nil)},
		"GET /console/team/{id}/remove":  {make: of("/remove", nil), shows: "onerror"},
		"POST /console/team/{id}/remove": {make: of("/remove", nil)},
	}
}

func (w walk) stage(g *team) (string, url.Values) {
	if w.make != nil {
		return w.make(g)
	}
	return w.path, w.form
}

// TestRoutes walks every route as every role, and as nobody.
func TestRoutes(t *testing.T) {
	g := newTeam(t)
	all := walks()
	for _, rt := range routes {
		if rt.may == anybody {
			continue
		}
		t.Run(rt.pattern, func(t *testing.T) {
			w, ok := all[rt.pattern]
			if !ok {
				t.Fatal("no line in walks says what makes this route succeed")
			}
			for _, role := range store.Roles() {
				walkAs(t, g, rt, w, role)
			}
			walkAsNobody(t, g, rt, w)
		})
	}
	if _, err := g.store.VerifyAudit(t.Context(), g.now); err != nil {
		t.Errorf("after all that: %v", err)
	}
	for pattern := range all {
		if !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == pattern }) {
			t.Errorf("walks has %s, which is no route", pattern)
		}
	}
}

func walkAs(t *testing.T, g *team, rt route, w walk, role store.Role) {
	t.Helper()
	g.walking = role
	path, form := w.stage(g)
	c := g.as(role)
	before := audited(t, g)
	var p page
	switch {
	case strings.HasPrefix(rt.pattern, "GET "):
		p = c.get(path)
	case w.file != "":
		p = c.upload(path, form, []byte(w.file))
	default:
		p = c.post(path, form)
	}
	may := rt.may == everyone || g.staff[role].May(rt.may)
	if !may {
		if p.status != http.StatusForbidden {
			t.Errorf("%s: %d, want it refused", role, p.status)
		}
		if len(form) > 0 && audited(t, g) != before {
			t.Errorf("%s: something was done", role)
		}
		return
	}
	if p.status != http.StatusOK {
		t.Errorf("%s: %d at %s, want it to work:\n%s", role, p.status, p.path, p.body)
		return
	}
	if w.shows != "" && !strings.Contains(p.body, w.shows) {
		t.Errorf("%s: the page does not show %q", role, w.shows)
	}
	p.lacks(t, "<img src=x")
	if mustRecord(rt) && !w.looks && audited(t, g) == before {
		t.Errorf("%s: nothing of it is in the audit log: call v.record", role)
	}
}

func walkAsNobody(t *testing.T, g *team, rt route, w walk) {
	t.Helper()
	path, form := w.stage(g)
	c := g.stranger()
	if strings.HasPrefix(rt.pattern, "GET ") {
		if p := c.get(path); p.path != "/console/sign-in" || p.status != http.StatusOK {
			t.Errorf("nobody: %d at %s, want the sign-in page", p.status, p.path)
		}
		return
	}
	if p := c.post(path, form); p.status != http.StatusUnauthorized {
		t.Errorf("nobody: %d, want 401", p.status)
	}
}

// TestForgedPosts sends every POST there is as another site would, and as a
// program that is no browser would.
func TestForgedPosts(t *testing.T) {
	g := newTeam(t)
	all := walks()
	for _, rt := range routes {
		if !strings.HasPrefix(rt.pattern, "POST ") {
			continue
		}
		path, form := all[rt.pattern].stage(g)
		if path == "" {
			path = strings.TrimPrefix(rt.pattern, "POST ")
		}
		for name, header := range map[string]http.Header{
			"another site":          {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
			"a site beside":         {"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://other.example.org"}},
			"an old browser, other": {"Origin": {"https://evil.example"}},
			"a page without origin": {"Origin": {"null"}},
			"typed":                 {"Sec-Fetch-Site": {"none"}},
			"no browser":            {},
		} {
			c := g.as(store.RoleAdmin)
			before := audited(t, g)
			r := c.request(path, form)
			maps.Copy(r.Header, header)
			if p := c.do(r); p.status != http.StatusForbidden {
				t.Errorf("%s from %s: %d, want 403", rt.pattern, name, p.status)
			}
			if audited(t, g) != before {
				t.Errorf("%s from %s: something was done", rt.pattern, name)
			}
		}
	}
}

// mustRecord reports whether a route changes something, or shows people. What a
// form asks while somebody types changes nothing.
func mustRecord(rt route) bool {
	people := []store.Action{store.SeePeople, store.ExportPeople, store.AnswerTickets, store.ReadReports}
	return strings.HasPrefix(rt.pattern, "POST ") && !strings.HasSuffix(rt.pattern, "/check") || slices.Contains(people, rt.may)
}

// audited counts what went into the audit log so far.
func audited(t *testing.T, g *team) int64 {
	t.Helper()
	page, err := g.store.AuditLog(t.Context(), store.AuditFilter{}, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Entries) == 0 {
		return 0
	}
	return page.Entries[0].Number
}

// TestHeaders looks at what every answer says to the browser.
func TestHeaders(t *testing.T) {
	g := newTeam(t)
	c := g.as(store.RoleAdmin)
	for _, path := range []string{"/console/", "/console/team", "/console/nothing", "/console/sign-in", g.server.assets.path("console.css"), "/console/enter?code=x"} {
		h := c.get(path).header
		for name, want := range map[string]string{
			"Content-Security-Policy": pagePolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		if !strings.Contains(path, "static") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %q", path, h.Get("Cache-Control"))
		}
	}
}
