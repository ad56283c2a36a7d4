package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store"
)

// givesIn writes an announcement to everybody and hands it in, and returns it.
func (c *colleague) givesIn(s *store.Store, text string) store.Outreach {
	c.w.t.Helper()
	c.atWriting()
	c.writes(emulator.Draft{Text: text})
	c.sees("2 de 3")
	c.tap("Ver cómo queda")
	c.sees("3 de 3")
	c.tap("Enviar")
	c.tap("Sí")
	c.shows("Listo. Abajo ve cómo va.")
	all, err := s.Outreaches(c.w.t.Context(), []store.OutreachKind{store.KindAnnouncement}, 1)
	if err != nil || len(all) != 1 {
		c.w.t.Fatalf("%d outreaches, %v", len(all), err)
	}
	return all[0]
}

func quickCards(c *Config) {
	c.ApprovalAbove, c.Timing.Cards = 2, 20*time.Millisecond
}

// holdUntilTomorrow keeps what is handed in from beginning.
func (c *colleague) plans(s *store.Store, text string) store.Outreach {
	c.w.t.Helper()
	c.atWriting()
	c.writes(emulator.Draft{Text: text})
	c.sees("2 de 3")
	c.tap("Ver cómo queda")
	c.sees("3 de 3")
	c.tap("Día y hora")
	c.sees("¿Qué día")
	c.say("mañana 10:00")
	c.sees("3 de 3", "10:00 a. m.")
	c.tap("Dejar programado")
	c.tap("Sí")
	c.shows("Listo. Abajo ve cómo va.")
	all, err := s.Outreaches(c.w.t.Context(), []store.OutreachKind{store.KindAnnouncement}, 1)
	if err != nil || len(all) != 1 {
		c.w.t.Fatalf("%d outreaches, %v", len(all), err)
	}
	return all[0]
}

func TestASecondPersonApprovesALargeAnnouncement(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 3, nil)
	luz := w.colleague(s, "Luz", func(m *store.Staff) { m.Role = store.RoleOfficer })
	sol := w.colleague(s, "Sol", nil)
	mar := w.colleague(s, "Mar", func(m *store.Staff) { m.Role = store.RoleAdmin })
	far := w.colleague(s, "Fe", func(m *store.Staff) { m.Towns = []string{"44430"} })
	r := w.run("a", quickCards)
	o := luz.plans(s, "Feria MARCATEXTO")
	if o.State != store.OutreachApproval || o.Size != 3 {
		t.Errorf("%s for %d", o.State, o.Size)
	}
	luz.shows("espera aprobación", "3 personas")
	for _, p := range []*colleague{sol, mar} {
		p.shows("Luz pide aprobar este anuncio", "3 personas", "10:00 a. m.")
		if preview := p.shows("Feria MARCATEXTO"); preview.Text != "Feria MARCATEXTO" || len(preview.Buttons) == 0 {
			t.Errorf("the preview is %q", preview.Text)
		}
	}
	// The author does not approve, whatever they forge; nor does who may not.
	for _, p := range []*colleague{luz, far} {
		if _, err := w.tg.TapData(p.id, p.last().MessageID, deskData(o.ID, "ok")); err != nil {
			t.Fatal(err)
		}
	}
	// Two at once: one does it, the other is told.
	sol.tap("Aprobar")
	mar.tap("Aprobar")
	for _, p := range []*colleague{sol, mar} {
		eventually(t, "a decision is shown", func() bool {
			for _, m := range p.messages() {
				if strings.Contains(m.Text, "Usted aprobó") || strings.Contains(m.Text, "ya lo aprobó") {
					return true
				}
			}
			return false
		})
	}
	got, err := s.Outreach(t.Context(), o.ID)
	if err != nil || got.State != store.OutreachScheduled || got.Approver != sol.m.ID && got.Approver != mar.m.ID {
		t.Errorf("%s by %s, %v", got.State, got.Approver, err)
	}
	winner, loser := sol, mar
	if got.Approver == mar.m.ID {
		winner, loser = mar, sol
	}
	loser.shows("ya lo aprobó " + winner.m.Name)
	luz.shows("programado")
	for _, m := range far.messages() {
		if strings.Contains(m.Text, "MARCATEXTO") {
			t.Error("somebody of another scope was asked")
		}
	}
	// Another program, restarted, follows the same card and asks nobody again.
	asked := func() (n int) {
		for _, p := range []*colleague{sol, mar} {
			for _, m := range p.messages() {
				if strings.Contains(m.Text, "MARCATEXTO") {
					n++
				}
			}
		}
		return n
	}
	before := asked()
	r.stop()
	w.run("b", quickCards)
	luz.tap("Cancelar")
	luz.shows("¿Cancelar")
	luz.tap("No")
	luz.shows("No se canceló.")
	luz.tap("Cancelar")
	luz.tap("Sí, cancelar")
	luz.shows("cancelado")
	eventually(t, "no card is kept", func() bool {
		cards, err := s.Cards(t.Context(), o.ID)
		return err == nil && len(cards) == 0
	})
	if after := asked(); after != before {
		t.Errorf("asked %d times more", after-before)
	}
	if logs := w.logs.String(); strings.Contains(logs, "MARCA") {
		t.Error("the message or a name is in the log")
	}
}

func TestWhatIsSentBackIsMended(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 3, nil)
	luz := w.colleague(s, "Luz", nil)
	sol := w.colleague(s, "Sol", nil)
	w.run("a", quickCards)
	o := luz.plans(s, "Feria")
	sol.shows("Luz pide aprobar")
	sol.tap("Devolver")
	sol.shows("¿Por qué devuelve")
	sol.tap("Corregir el texto")
	sol.shows("Usted devolvió")
	luz.shows("Sol devolvió su anuncio", "hay que corregir el texto")
	// Another draft is open: it is not lost by accident.
	luz.say("/difundir")
	luz.sees("1 de 3")
	luz.tap("Corregir")
	luz.sees("Usted tiene un borrador")
	luz.tap("Cambiarlo por este")
	luz.sees("2 de 3", "✓ Español: 5 letras")
	luz.tap("Cambiar Español")
	luz.sees("Escriba o reenvíe")
	luz.writes(emulator.Draft{Text: "Feria del sábado"})
	luz.sees("✓ Español: 16 letras")
	luz.tap("Ver cómo queda")
	luz.sees("3 de 3", "10:00 a. m.")
	luz.tap("Dejar programado")
	luz.tap("Sí")
	sol.shows("Feria del sábado")
	eventually(t, "it waits again", func() bool {
		got, err := s.Outreach(t.Context(), o.ID)
		return err == nil && got.State == store.OutreachApproval && got.Content["es"].HTML == "Feria del sábado"
	})
	eventually(t, "she is asked again", func() bool {
		m := sol.last()
		return slices.Contains(labels(m), "Aprobar")
	})
	sol.tap("Aprobar")
	sol.shows("Usted aprobó")
	luz.say("/anuncios")
	luz.sees("1 anuncio")
	luz.tap(labels(luz.last())[0])
	luz.sees("programado", "3 personas")
}

func TestAnAuthorWhoLosesTheRole(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 2, nil)
	luz := w.colleague(s, "Luz", nil)
	sol := w.colleague(s, "Sol", nil)
	w.run("a", func(c *Config) { quickCards(c); c.Timing.Team = 20 * time.Millisecond })
	o := luz.plans(s, "Feria")
	luz.shows("programado")
	if err := s.RemoveStaff(t.Context(), luz.m.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	sol.shows("está detenido")
	eventually(t, "it waits for somebody", func() bool {
		got, err := s.Outreach(t.Context(), o.ID)
		return err == nil && got.State == store.OutreachApproval
	})
	sol.shows("pide aprobar")
	sol.tap("Aprobar")
	sol.shows("Usted aprobó")
	eventually(t, "it goes on", func() bool {
		got, err := s.Outreach(t.Context(), o.ID)
		return err == nil && got.State == store.OutreachScheduled && got.Approver == sol.m.ID
	})
}
