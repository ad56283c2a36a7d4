package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"arraigo/store"
)

// TestAuditPage looks for what was done, page by page.
func TestAuditPage(t *testing.T) {
	g := newTeam(t)
	auditor := g.as(store.RoleAuditor)
	officer := g.staff[store.RoleOfficer].ID
	for i := range auditRows + 5 {
		e := store.AuditEntry{Staff: officer, Act: "sign-in", About: fmt.Sprintf("V-%02d", i), Why: "porque <b>sí</b>"}
		if err := g.store.AppendAudit(t.Context(), e, g.now); err != nil {
			t.Fatal(err)
		}
	}
	first := auditor.get("/console/audit?staff=" + officer)
	first.has(t, "Persona officer", "V-54", "V-05", "porque &lt;b&gt;sí&lt;/b&gt;", "Entró a la consola", `rel="next"`)
	first.lacks(t, "V-04", `rel="prev"`)
	m := nextLink.FindStringSubmatch(first.body)
	if m == nil {
		t.Fatal("the first page leads to no other")
	}
	second := auditor.get(unescape(m[1]))
	second.has(t, "V-04", "V-00", `rel="prev"`)
	second.lacks(t, "V-05", `rel="next"`)
	auditor.get("/console/audit?about=V-07").lacks(t, "V-08")
	auditor.get("/console/audit?from=2027-01-01").has(t, "Nada con esos filtros.")
	auditor.get("/console/audit?to=2026-12-02&about=V-07").has(t, "V-07") // its last day counts
	for _, odd := range []string{"?before=x", "?from=x&to=y", "?staff=forged", "?act=forged"} {
		if p := auditor.get("/console/audit" + odd); p.status != http.StatusOK {
			t.Errorf("%s: %d", odd, p.status)
		}
	}
}

// TestAuditAlerts shows who saw data of many people, and what a look at the
// chain found.
func TestAuditAlerts(t *testing.T) {
	g := newTeam(t)
	auditor := g.as(store.RoleAuditor)
	auditor.get("/console/audit").lacks(t, "Vieron datos de muchas personas")
	err := g.store.AppendAudit(t.Context(), store.AuditEntry{Staff: g.staff[store.RoleViewer].ID, Act: "sign-in", People: store.BulkReads}, g.now)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // also once the auditors were told by the bot
		auditor.get("/console/audit").has(t, "Vieron datos de muchas personas", "Persona viewer", ">60<")
		bulk, err := g.store.BulkReads(t.Context(), g.now)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range bulk {
			if _, err := g.store.BulkTold(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
	auditor.get("/console/audit").has(t, "sin revisar")
	auditor.post("/console/audit/verify", url.Values{}).has(t, "La cadena está completa", "todas en su lugar")
	g.server.audited.Store(&verified{at: g.now, fault: "entry 7"})
	broken := auditor.get("/console/audit")
	broken.has(t, "alterada", "Avise hoy a quien responde por los datos")
	broken.lacks(t, "entry 7")
}
