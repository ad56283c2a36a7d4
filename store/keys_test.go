package store_test

import (
	"strings"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestKeysBelongToOneRow(t *testing.T) {
	const id, digest = "0123456789abc", "0123456789abcdefghjkmnpqrs"
	for key, want := range map[string]string{
		"{b0}:contact:" + id:                  "contact",
		"{b255}:contact:" + id:                "contact",
		"{b17}:in:municipality:11001":         "index",
		"{b17}:in:seeks:6m_o_mas":             "index",
		"{b17}:roster":                        "roster",
		"{b17}:vacant":                        "vacant",
		"{b17}:due":                           "due",
		"{b17}:said:" + id:                    "said",
		"{b17}:ticket:" + id:                  "ticket",
		"{b17}:tickets":                       "tickets",
		"{b17}:notes:" + id:                   "notes",
		"{b17}:requests:" + id:                "requests-of",
		"{requests}:request:r-abc234":         "request",
		"{requests}:open":                     "requests",
		"{requests}:done":                     "requests-done",
		"{b17}:closed":                        "closed",
		"{b17}:talk:" + id:                    "talk",
		"{b17}:enclosed:" + id:                "enclosed",
		"{b17}:relay":                         "relay",
		"{b17}:reported":                      "reported",
		"{reports}:report:" + digest:          "report",
		"{reports}:open":                      "reports",
		"{reports}:untold":                    "untold",
		"staff:thread:-1001234567890:77":      "thread",
		"staff:number":                        "number",
		"staff:group:-4001":                   "group",
		"{audit}:log":                         "audit",
		"{content}:live":                      "content",
		"{content}:history":                   "content-history",
		"{content}:proposed":                  "content-proposed",
		"{audit}:head":                        "audit-head",
		"{audit}:why":                         "audit-why",
		"{audit}:reads:2026-11-22T14":         "audit-reads",
		"{staff}:members":                     "staff",
		"{staff}:former":                      "staff-former",
		"{staff}:chats":                       "staff-chats",
		"{staff}:version":                     "staff-version",
		"{staff}:invitation:" + digest:        "invitation",
		"{staff}:login:" + digest:             "login",
		"{staff}:session:c-0123456789":        "session",
		"{staff}:sessions:s-k3f9qa":           "sessions",
		"once:group-missing":                  "once",
		"{b17}:outbox":                        "outbox",
		"{b17}:owed":                          "owed",
		"{b17}:farewell":                      "farewell",
		"{b17}:notices:" + id:                 "notices",
		"{b17}:tombstone:" + digest:           "tombstone",
		"{b17}:spent:" + digest:               "spent",
		"{b17}:funnel:2026-11-22":             "funnel",
		"{b17}:undelivered:2026-11-22":        "undelivered",
		"consent:text:" + store.TextHash("x"): "text",
		"unreadable:2026-11-22":               "unreadable",
		"telegram:offset:123456":              "offset",
		"pace:until":                          "hold",
		"pace:next":                           "pace",
		"{outreach}:record:a-x7k2mq":          "outreach",
		"{outreach}:record:vacancy.V_2f1":     "outreach",
		"{outreach}:of:vacancy_alert":         "outreaches",
		"{outreach}:states":                   "states",
		"{outreach}:work:a-x7k2mq":            "work",
		"{outreach}:live":                     "outreaches-live",
		"{b17}:ledger:a-x7k2mq":               "ledger",
		"{b17}:tally:reminder.event.E-03.24h": "tally",
		"{b17}:ledgers":                       "ledgers",
		"{outreach}:left":                     "work-left",
		"{staff}:draft:s-7k2mqx":              "draft",
		"{outreach}:cards:a-x7k2mq":           "cards",
		"{outreach}:carded":                   "carded",
		"lease:timers":                        "lease",
		"places:offers":                       "offers",
		"console:form:" + digest:              "form",
		"alerts:matched":                      "matched",
		"{o:course:C-01}:size":                "places-size",
		"{o:event:E%2F1}:taken":               "places-taken",
		"{o:course:C-01}:tell":                "places-tell",
		"{o:event:E-01}:came":                 "places-came",
		"{vacancy}:decisions":                 "decisions",
		"upload:" + digest:                    "upload",
		"{vacancy}:rows":                      "listed",
		"{helpline}:version":                  "version",
	} {
		if row, ok := store.Match(key); !ok || row.Name != want {
			t.Errorf("%s: row %q, want %q", key, row.Name, want)
		}
	}
	for _, key := range []string{
		"", "x", "{b256}:roster", "{b01}:roster", "{b}:roster", "b1:roster", "{b17}:roster:x", "{b17}:contact:" + id + "x",
		"{b17}:contact:0123456789abI", "{b17}:in:municipality", "{b17}:in:a:b:c", "{b17}:funnel:today", "x{b17}:roster",
	} {
		if row, ok := store.Match(key); ok {
			t.Errorf("%q: row %q, want none", key, row.Name)
		}
	}
}

func TestEveryRowSaysAll(t *testing.T) {
	names := map[string]bool{}
	for _, row := range store.Rows() {
		if row.Name == "" || row.Shape == "" || row.Type == "" || row.Holds == "" || row.Owner == "" || row.End == "" || row.Erase == "" {
			t.Errorf("incomplete: %+v", row)
		}
		if names[row.Name] {
			t.Errorf("two rows are called %q", row.Name)
		}
		names[row.Name] = true
		if row.Optional && row.Life == 0 {
			t.Errorf("%s: optional without a lifetime", row.Name)
		}
	}
}

func TestAuditFindsFaults(t *testing.T) {
	srv := storetest.Start(t) // a server of its own: these faults are meant
	s := storetest.Open(t, store.Config{URL: srv.URL(0)})
	turn(t, s, ana, 1, nil)
	if faults, err := s.Audit(t.Context()); err != nil || len(faults) != 0 {
		t.Fatalf("in good order: %v, %v", faults, err)
	}
	for _, cmd := range [][]any{
		{"SET", "stray", "1"},
		{"HSET", "{b1}:funnel:2026-11-22", "a.b", "1"},
		{"SET", "{b1}:roster", "12345678", "EX", "100"},
		{"SET", "pace:until", "1", "EX", "7300"},
		{"SADD", "{b2}:due", "x"},
	} {
		if _, err := s.Do(t.Context(), cmd...); err != nil {
			t.Fatal(err)
		}
	}
	faults, err := s.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range faults {
		key, what, _ := strings.Cut(f, ": ")
		got = append(got, key+": "+strings.Join(strings.Fields(what)[:2], " "))
	}
	want := []string{"pace:until: ends in", "stray: no row", "{b1}:funnel:2026-11-22: no lifetime,", "{b1}:roster: ends in", "{b2}:due: a set,"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
