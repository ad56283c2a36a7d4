package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"arraigo/flows"
	"arraigo/store"
)

// interested makes somebody who tapped Me interesa on offers of work.
func (g *team) interested(offers ...string) store.ContactID {
	return g.person(func(s *flows.Session) {
		for _, offer := range offers {
			s.Holds = append(s.Holds, flows.Hold{Kind: flows.HeldVacancy, Offer: offer, State: flows.HoldInterested, At: now.AddDate(0, 0, -3).Unix(), Ends: now.AddDate(0, 1, 0).Unix()})
		}
	})
}

func referralWalks() map[string]walk {
	of := func(form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return referralPath(g.interested("V-01"), "V-01"), form }
	}
	return map[string]walk{
		"GET /console/referrals":                     {make: func(g *team) (string, url.Values) { g.interested("V-01"); return referralsPath, nil }, shows: "<table"},
		"GET /console/people/{id}/referral/{offer}":  {make: of(nil), shows: "V-01"},
		"POST /console/people/{id}/referral/{offer}": {make: of(url.Values{"why": {"filled"}, "sure": {"1"}, "_version": {flows.HoldInterested + "."}})},
	}
}

func referralScreens() []screen {
	return []screen{
		{name: "referrals", role: store.RoleCoordinator, make: func(g *team) string {
			g.interested("V-01", "V-02")
			g.interested("V-01")
			return referralsPath + "?offer=V-01"
		}},
		{name: "referral", role: store.RoleOfficer, make: func(g *team) string { return referralPath(g.interested("V-01"), "V-01") }},
		{name: "referral-refused", role: store.RoleOfficer, make: func(g *team) string { return referralPath(g.interested("V-01"), "V-01") },
			then: `document.querySelector('input[value=phone]').click(), document.querySelector('.card button.primary').click()`, until: `document.getElementById('errors')`},
		{name: "referral-ask", role: store.RoleOfficer, make: func(g *team) string { return referralPath(g.interested("V-01"), "V-01") },
			then: `document.querySelector('input[value=filled]').click(), document.querySelector('.card button.primary').click()`, until: `document.querySelector('input[name=sure]')`},
	}
}

// TestReferralsAreWorkedThrough refers one person, with their yes, and says no to
// another.
func TestReferralsAreWorkedThrough(t *testing.T) {
	g := newTeam(t)
	ana, luz := g.interested("V-01", "V-02"), g.interested("V-01")
	g.person() // wants no job
	c := g.as(store.RoleOfficer)
	c.get(Root).has(t, "Personas por remitir", "Les interesa una oferta de trabajo.")
	c.get(referralsPath).has(t, "2 personas", ana.Reference(), luz.Reference(), "V-01", "V-02", "Responder")
	c.get(referralsPath+"?offer=V-02").has(t, "1 persona", ana.Reference())
	c.get(referralsPath+"?offer="+url.QueryEscape(marker)).has(t, "Nadie espera")
	c.get("/console/vacancies/V-01").has(t, `href="/console/referrals?offer=V-01"`)
	c.get("/console/people?line=inclusion_laboral").has(t, "2 personas")
	g.as(store.RoleViewer).get(referralsPath).lacks(t, "Responder")

	post := func(id store.ContactID, offer string, form url.Values) page {
		form.Set("_version", flows.HoldInterested+".")
		return c.post(referralPath(id, offer), form)
	}
	if p := post(ana, "V-01", url.Values{"why": {"phone"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("without the person's yes: %d", p.status)
	} else {
		p.has(t, "Sin el sí de la persona")
	}
	if p := post(ana, "V-01", url.Values{"why": {"phone"}, "sure": {"1"}}); p.status != http.StatusUnprocessableEntity || g.act() != 0 {
		t.Errorf("past the page that asks, without the person's yes: %d", p.status)
	}
	post(ana, "V-01", url.Values{"why": {"phone"}, "yes": {"1"}}).has(t, "Con su permiso, hablamos de usted con la empresa", "por teléfono", "Si usted no dio ese permiso")
	post(ana, "V-01", url.Values{"why": {"phone"}, "yes": {"1"}, "sure": {"1"}})
	post(luz, "V-01", url.Values{"why": {"papers"}, "sure": {"1"}})
	if n := g.act(); n != 2 {
		t.Fatalf("%d acts, want 2", n)
	}
	after, err := g.store.LoadID(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	if h, _ := after.Session.Hold(flows.HeldVacancy, "V-01"); h.State != flows.HoldReferred || h.Why != "phone" || h.At != g.now.Unix() {
		t.Errorf("noted: %+v", h)
	}
	if p := post(ana, "V-01", url.Values{"why": {"filled"}, "sure": {"1"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("by an old page: %d", p.status)
	}
	left := c.get(referralsPath)
	left.has(t, "1 persona", ana.Reference(), "V-02")
	left.lacks(t, luz.Reference(), `href="/console/vacancies/V-01"`)
	done := c.get(referralsPath + "?state=done&offer=V-01")
	done.has(t, "2 personas", "La remití por teléfono", "No: le falta un documento", "Cambiar")
	done.lacks(t, `href="/console/vacancies/V-02"`)
	c.get(personPath(ana)).has(t, "remitida", "La remití por teléfono")
	if p := c.get(referralPath(luz, "V-02")); p.status != http.StatusNotFound {
		t.Errorf("an interest that nobody has: %d", p.status)
	}
	// The line of work is what these are: another line sees none, also by the address.
	narrow := g.join(store.Staff{Name: "Negocios", Role: store.RoleOfficer, Lines: []string{"emprendimiento"}}, 991)
	other := g.of(narrow.ID)
	other.get(Root).lacks(t, "Personas por remitir")
	other.get(referralsPath).has(t, "Nadie espera")
	if p := other.get(referralPath(ana, "V-02")); p.status != http.StatusNotFound {
		t.Errorf("of another line: %d", p.status)
	}
	// Who is of that line and that place sees them though they asked for a business.
	near := g.join(store.Staff{Name: "Trabajo en Cúcuta", Role: store.RoleOfficer, Lines: []string{"inclusion_laboral"}, Towns: []string{"54001"}}, 992)
	g.of(near.ID).get(referralsPath).has(t, "1 persona", ana.Reference())
	far := g.join(store.Staff{Name: "Trabajo en Leticia", Role: store.RoleOfficer, Lines: []string{"inclusion_laboral"}, Towns: []string{"91001"}}, 993)
	g.of(far.ID).get(referralsPath).has(t, "Nadie espera")
	if strings.Contains(g.as(store.RoleOfficer).get(referralsPath+"?offer=V-02").body, "/people/file") {
		t.Error("an officer is offered a file with people")
	}
	g.as(store.RoleCoordinator).get(referralsPath+"?offer=V-02").has(t, "/people/file?offer=V-02")
}
