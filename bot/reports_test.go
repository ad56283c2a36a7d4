package bot

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

var codeForm = regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`)

// reports tells of money that was asked for, and returns the code.
func (p *person) reports(text, contact string) string {
	p.w.t.Helper()
	p.say("/denunciar")
	p.button(flows.AnswerData("report_choice", "nueva"))
	p.button(flows.AnswerData("report_category", "dinero"))
	p.button(flows.AnswerData("report_tell", "si"))
	asked := p.waits(0, "Escriba qué pasó")
	p.say(text)
	eventually(p.w.t, "the text is taken", func() bool { return p.last().MessageID > asked.MessageID })
	p.button(flows.AnswerData("report_contact", contact))
	if contact == "responder" {
		p.button(flows.AnswerData("report_safe", "si"))
	}
	return codeForm.FindString(p.waits(asked.MessageID, "Su código es").Text)
}

// guard is somebody who may read reports.
func (w *world) guard() *person {
	w.t.Helper()
	p := &person{w: w, id: w.tg.AddUser(emulator.User{FirstName: "Sol"})}
	if _, err := w.tg.Start(p.id, ""); err != nil {
		w.t.Fatal(err)
	}
	return p
}

func TestAnAnonymousReportHoldsNothingOfThePerson(t *testing.T) {
	w := newWorld(t)
	guard := w.guard()
	r := w.run("a", func(c *Config) {
		c.Safeguarding, c.Timing.Relay = []int64{guard.id}, 20*time.Millisecond
	})
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	s := r.cfg.Store
	id := string(s.ContactID(p.id))
	code := p.reports("el señor de MARCACAMISA pide plata", "anonimo")
	if code == "" {
		t.Fatal("no code")
	}
	news := guard.waits(0, "Hay denuncias sin leer")
	if strings.Contains(news.Text, "dinero") || strings.Contains(news.Text, "MARCACAMISA") {
		t.Errorf("the notification says too much: %q", news.Text)
	}
	rec, err := s.Load(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	for slot, v := range rec.Session.Slots {
		if strings.HasPrefix(slot, "report_") {
			t.Errorf("the record keeps %s %v", slot, v)
		}
	}
	list, _, err := s.Reports(t.Context(), 0, 5)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d reports, %v", len(list), err)
	}
	if who, err := s.Reporter(t.Context(), list[0].Name); err != nil || who != "" {
		t.Errorf("the reporter is known: %q, %v", who, err)
	}
	// Nothing under {reports} names the contact, and nothing of the contact names
	// the report, in the clear or by its key.
	plain := strings.ReplaceAll(code, "-", "")
	if found := storetest.Find(t, s, "MARCACAMISA", code, plain, strings.ToLower(plain)); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	err = s.Walk(t.Context(), func(key, content string) {
		if strings.HasPrefix(key, "{reports}") && (strings.Contains(key, id) || strings.Contains(content, id)) {
			t.Errorf("%s names the contact", key)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if logs := w.logs.String(); strings.Contains(logs, "MARCACAMISA") || strings.Contains(logs, plain) || strings.Contains(logs, code) {
		t.Error("the report is in the log")
	}

	// Who may, reads it and marks it; the code shows what came of it.
	guard.say("/denuncias")
	guard.button(reportOpen + list[0].Name)
	m := guard.waits(0, "MARCACAMISA")
	if strings.Contains(m.Text, "recibir avisos") {
		t.Errorf("it claims that the person can be reached: %q", m.Text)
	}
	guard.button(reportMark + "en_revision:" + list[0].Name)
	guard.waits(0, "Listo.")
	p.say("/denunciar")
	p.button(flows.AnswerData("report_choice", "seguir"))
	p.waits(0, "Escriba el código")
	p.say(strings.ToLower(plain))
	p.waits(0, "ya leyó su caso")
	guard.button(reportHide)
	eventually(t, "the report is off the screen", func() bool {
		for _, m := range guard.messages() {
			if strings.Contains(m.Text, "MARCACAMISA") && !m.Deleted {
				return false
			}
		}
		return true
	})
}

func TestWhoWantsAnAnswerToAReportGetsANeutralWord(t *testing.T) {
	w := newWorld(t)
	guard := w.guard()
	began := time.Now()
	r := w.run("a", func(c *Config) { // without a restricted role the administrators are it
		c.Admins, c.Timing.Relay = []int64{guard.id}, 20*time.Millisecond
		c.Now = func() time.Time { return plazaNoon.Add(time.Since(began)) } // nobody is told at night
	})
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	if p.reports("me pidieron plata", "responder") == "" {
		t.Fatal("no code")
	}
	guard.waits(0, "Hay denuncias sin leer")
	s := r.cfg.Store
	list, _, err := s.Reports(t.Context(), 0, 5)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d reports, %v", len(list), err)
	}
	guard.say("/denuncias")
	guard.button(reportOpen + list[0].Name)
	guard.waits(0, "aceptó recibir avisos")
	guard.button(reportMark + "cerrada:" + list[0].Name)
	m := p.waits(0, "Hay algo nuevo en su caso")
	if strings.Contains(m.Text, "dinero") || strings.Contains(strings.ToLower(m.Text), "denuncia ") {
		t.Errorf("the notification says what it is about: %q", m.Text)
	}
	told, err := s.MessagesTo(t.Context(), s.ContactID(p.id))
	if err != nil || len(told) != 1 || told[0].Kind != store.KindNudge || told[0].Title != "" {
		t.Errorf("the ledger says more than that something was said: %+v, %v", told, err)
	}
	eventually(t, "the link to the person is gone", func() bool {
		who, err := s.Reporter(t.Context(), list[0].Name)
		return err == nil && who == ""
	})
	guard.say("/denuncias")
	guard.waits(0, "No hay denuncias abiertas")
}

func TestNobodyElseReadsReports(t *testing.T) {
	w := newWorld(t)
	guard := w.guard()
	r := w.run("a", func(c *Config) { c.Safeguarding = []int64{guard.id} })
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	p.reports("MARCACAMISA", "anonimo")
	list, _, err := r.cfg.Store.Reports(t.Context(), 0, 5)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d reports, %v", len(list), err)
	}
	other := w.person()
	other.agreed()
	at := other.waits(0, "Cuántos años")
	other.say("/denuncias")
	other.waits(at.MessageID, "No conozco ese comando")
	for _, data := range []string{reportOpen + list[0].Name, reportMark + "cerrada:" + list[0].Name} {
		if _, err := w.tg.TapData(other.id, at.MessageID, data); err != nil {
			t.Fatal(err)
		}
	}
	other.say("menú")
	other.waits(at.MessageID, "¿Qué quiere hacer?")
	for _, m := range other.messages() {
		if strings.Contains(m.Text, "MARCACAMISA") {
			t.Error("a stranger reads a report")
		}
	}
	if now, err := r.cfg.Store.Report(t.Context(), list[0].Name); err != nil || now.State != "recibida" {
		t.Errorf("a stranger changed a report: %v", err)
	}
}
