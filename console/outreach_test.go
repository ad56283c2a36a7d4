package console

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// reachable puts n people of Cúcuta who agreed to notices into the store.
func reachable(g *team, n int) {
	g.t.Helper()
	for i := range n {
		r, err := g.store.Load(g.t.Context(), int64(50_000+i))
		if err != nil {
			g.t.Fatal(err)
		}
		if r.Revision != 0 {
			continue
		}
		index := []flows.Entry{{Dimension: "offers", Value: flows.Yes}, {Dimension: "municipality", Value: "54001"}, {Dimension: "population", Value: "retornado"}}
		if _, err := g.store.Commit(g.t.Context(), store.Turn{Record: r, Index: index, Consented: true, Now: g.now}); err != nil {
			g.t.Fatal(err)
		}
	}
}

// announced makes an announcement in a state and returns its path. Its author has
// the role whose turn it is in a walk, or another one.
func announced(g *team, state store.OutreachState, author string) string {
	g.t.Helper()
	reachable(g, 3)
	o := store.Outreach{
		ID: store.NewOutreachID(), Kind: store.KindAnnouncement, State: state, Topic: flows.PurposeOffers, Title: marker, Author: author,
		Content: map[string]store.Piece{"es": {HTML: "Hola " + typedHTML(marker)}}, Created: g.now, Size: 3,
	}
	if state == store.OutreachSending || state == store.OutreachPaused {
		o.Started = g.now
	}
	if _, err := g.store.CreateOutreach(g.t.Context(), o); err != nil {
		g.t.Fatal(err)
	}
	return outreachPath + "/" + o.ID
}

func outreachWalks() map[string]walk {
	// Acts on one's own need the member who walks as the author.
	mine := func(state store.OutreachState, end string, form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return announced(g, state, g.staff[g.walking].ID) + end, form }
	}
	others := func(state store.OutreachState, end string) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return announced(g, state, "s-nobody") + end, nil }
	}
	written := url.Values{"title": {marker}, "text_es": {marker + " *Feria*"}, "start": {"now"}}
	changed := url.Values{"title": {marker}, "text_es": {marker}, "start": {"now"}, "_version": {"1"}}
	return map[string]walk{
		"GET /console/outreach": {make: func(g *team) (string, url.Values) {
			announced(g, store.OutreachDone, "s-nobody")
			return outreachPath, nil
		}, shows: "onerror"},
		"GET /console/outreach/new":              {path: outreachPath + "/new", shows: "estimate"},
		"POST /console/outreach/new":             {path: outreachPath + "/new", form: written},
		"POST /console/outreach/check":           {path: outreachPath + "/check", form: written},
		"GET /console/outreach/{id}":             {make: others(store.OutreachScheduled, ""), shows: "onerror"},
		"GET /console/outreach/{id}/live":        {make: func(g *team) (string, url.Values) { return overOutreach(g) + "/live", nil }, shows: "event: end"},
		"GET /console/outreach/{id}/report.xlsx": {make: func(g *team) (string, url.Values) { return overOutreach(g) + "/report.xlsx", nil }, shows: "xl/worksheets"},
		"GET /console/outreach/{id}/edit":        {make: mine(store.OutreachDraft, "/edit", nil), shows: "onerror"},
		"POST /console/outreach/{id}/edit":       {make: mine(store.OutreachDraft, "/edit", changed)},
		"POST /console/outreach/{id}/test":       {make: mine(store.OutreachDraft, "/test", nil)},
		"POST /console/outreach/{id}/submit":     {make: mine(store.OutreachDraft, "/submit", nil)},
		"POST /console/outreach/{id}/approve":    {make: others(store.OutreachApproval, "/approve")},
		"POST /console/outreach/{id}/return":     {make: others(store.OutreachApproval, "/return")},
		"POST /console/outreach/{id}/pause":      {make: mine(store.OutreachSending, "/pause", nil)},
		"POST /console/outreach/{id}/resume":     {make: mine(store.OutreachPaused, "/resume", nil)},
		"GET /console/outreach/{id}/cancel":      {make: mine(store.OutreachSending, "/cancel", nil)},
		"POST /console/outreach/{id}/cancel":     {make: mine(store.OutreachSending, "/cancel", nil)},
	}
}

func outreachScreens() []screen {
	return []screen{
		{name: "outreaches", role: store.RoleCoordinator, make: func(g *team) string {
			announced(g, store.OutreachApproval, "s-nobody")
			overOutreach(g)
			return outreachPath
		}},
		{name: "outreach-new", role: store.RoleOfficer, path: outreachPath + "/new"},
		{name: "outreach-done", role: store.RoleCoordinator, make: overOutreach},
		{name: "outreach-waits", role: store.RoleCoordinator, make: func(g *team) string { return announced(g, store.OutreachApproval, "s-nobody") }},
		{name: "outreach-draft", role: store.RoleOfficer, make: func(g *team) string { return announced(g, store.OutreachDraft, g.staff[store.RoleOfficer].ID) }},
	}
}

// overOutreach is an announcement that is done, with its totals.
func overOutreach(g *team) string {
	path := announced(g, store.OutreachSending, "s-nobody")
	id := strings.TrimPrefix(path, outreachPath+"/")
	totals := map[string]int{"s": 2, "w:opt_out": 1, "f:rejected": 4}
	if _, err := g.store.CloseOutreach(g.t.Context(), id, totals, g.now.Add(time.Minute)); err != nil {
		g.t.Fatal(err)
	}
	return path
}

func TestAnAnnouncementFromTheFormToTheReport(t *testing.T) {
	var tested store.Outreach
	g := newTeam(t, func(c *Config) {
		c.ApproveAbove = 2
		c.Bot.TestOutreach = func(_ context.Context, _ store.Staff, o store.Outreach) error { tested = o; return nil }
	})
	reachable(g, 3)
	officer, second := g.as(store.RoleOfficer), g.as(store.RoleCoordinator)

	p := officer.post(outreachPath+"/new", url.Values{
		"title": {"Feria de diciembre"}, "text_es": {"*Feria* el viernes"}, "text_en": {"_Fair_ on Friday"}, "places": {"Cúcuta"}, "start": {"now"},
	})
	p.has(t, "<b>Feria</b> el viernes", "<i>Fair</i> on Friday", "Borrador", "Cúcuta")
	path := p.path
	second.get(outreachPath).lacks(t, "Feria de diciembre") // a draft is its author's
	if q := second.get(path); q.status != 404 {
		t.Errorf("a colleague reads a draft: %d", q.status)
	}
	officer.post(path+"/test", nil).has(t, "Le enviamos la prueba")
	if tested.Content["es"].HTML != "<b>Feria</b> el viernes" {
		t.Errorf("the test was of %+v", tested.Content)
	}
	officer.post(path+"/submit", nil).has(t, "Espera aprobación")
	if q := officer.post(path+"/approve", nil); q.status != 403 {
		t.Errorf("an officer approves: %d", q.status)
	}
	second.post(path+"/approve", nil).has(t, "Aprobado.", "Programado")
	o, err := g.store.Outreach(t.Context(), strings.TrimPrefix(path, outreachPath+"/"))
	if err != nil || o.State != store.OutreachScheduled || o.Approver != g.staff[store.RoleCoordinator].ID || o.Size != 3 {
		t.Errorf("%+v, %v", o, err)
	}
	officer.get(overOutreach(g)).has(t, "Llegaron", "Pidió no recibir avisos", "Telegram no aceptó el mensaje")
}

func TestWhatAnAnnouncementRefuses(t *testing.T) {
	g := newTeam(t)
	reachable(g, 3)
	officer := g.as(store.RoleOfficer)
	base := url.Values{"title": {"x"}, "text_es": {"Hola"}, "start": {"now"}}
	with := func(pairs ...string) url.Values {
		f := url.Values{}
		for k, v := range base {
			f[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			f.Set(pairs[i], pairs[i+1])
		}
		return f
	}
	for name, tc := range map[string]struct {
		form url.Values
		says string
	}{
		"no text":                    {with("text_es", ""), "Falta este dato."},
		"too long in one language":   {with("text_en", strings.Repeat("a", 5000)), "Caben"},
		"a town that does not exist": {with("places", "Macondo"), "Macondo"},
		"yesterday":                  {with("start", "later", "day", "2026-12-01", "hour", "09:00"), "ya pasó"},
		"no hour":                    {with("start", "later", "day", "2026-12-20"), "Escriba el día y la hora"},
		"work that nobody does":      {with("jobs", "domador de dragones"), "domador"},
	} {
		if p := officer.post(outreachPath+"/new", tc.form); p.status != 422 || !strings.Contains(p.body, tc.says) {
			t.Errorf("%s: %d, want 422 and %q", name, p.status, tc.says)
		}
	}
	p := officer.post(outreachPath+"/new", with("population", "retornado"))
	p = officer.post(p.path+"/submit", nil)
	p.has(t, "se sabría quiénes son", "Borrador")
	p = officer.post(outreachPath+"/new", with("places", "Medellín"))
	officer.post(p.path+"/submit", nil).has(t, "no llega a nadie")
}

// A scope holds whatever a form says.
func TestAnAnnouncementStaysWithinTheScope(t *testing.T) {
	g := newTeam(t)
	reachable(g, 3)
	m := g.join(store.Staff{Name: "Con límites", Role: store.RoleOfficer, Lines: []string{"emprendimiento"}, Towns: []string{"08001"}}, 990)
	c := g.of(m.ID)
	form := url.Values{"title": {"x"}, "text_es": {"Hola"}, "start": {"now"}, "places": {"Cúcuta"}}
	if p := c.post(outreachPath+"/new", form); p.status != 422 {
		t.Errorf("a town beyond the scope: %d", p.status)
	}
	form.Del("places")
	p := c.post(outreachPath+"/new", form)
	o, err := g.store.Outreach(t.Context(), strings.TrimPrefix(p.path, outreachPath+"/"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"emprendimiento", "municipality"} {
		found := false
		for _, group := range o.Audience {
			found = found || group[0].Dimension == want
		}
		if !found {
			t.Errorf("the audience is not bounded by %s: %v", want, o.Audience)
		}
	}
}
