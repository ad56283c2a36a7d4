package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// atNoon lets a replica live at noon of a working day, when people may be told.
func atNoon(change func(*Config)) func(*Config) {
	noon, began := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), time.Now()
	return func(c *Config) {
		c.Now = func() time.Time { return noon.Add(time.Since(began)) }
		c.Sends.Chat.PerSecond, c.Sends.Chat.Burst = 1000, 1000
		c.Timing.Cards, c.Timing.Team = 20*time.Millisecond, 20*time.Millisecond
		if change != nil {
			change(c)
		}
	}
}

// composes writes an announcement to one line in one municipality, up to where it
// can be sent.
func (c *colleague) composes(d emulator.Draft) {
	c.w.t.Helper()
	c.say("/difundir")
	c.sees("1 de 3")
	c.tap("Línea")
	c.sees("¿De qué línea?")
	c.tap("Apoyo a su negocio")
	c.sees("Línea: Apoyo a su negocio")
	c.tap("Listo")
	c.sees("1 de 3")
	c.tap("Municipio")
	c.sees("escriba el nombre")
	c.say("cúcuta")
	c.sees("Viven en: Cúcuta")
	c.tap("Listo")
	c.sees("1 de 3", "Viven en: Cúcuta")
	c.tap("Continuar")
	c.sees("Escriba o reenvíe el mensaje en Español")
	c.writes(d)
	c.sees("2 de 3", "✓ Español")
}

// The whole way: written, in two languages, previewed, approved, sent, followed,
// reported. One of the people stops such messages from the message itself.
func TestAnAnnouncementGoesToItsPeople(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	const first = 5_000_000_001
	w.people(t, s, first, 3, inBusiness())
	kreyol := inBusiness()
	kreyol["language"] = []string{"ht"}
	w.people(t, s, 5_000_000_101, 1, kreyol)
	w.people(t, s, 5_000_000_201, 2, map[string][]string{"municipality": {"44430"}, "outcome_emprendimiento": {"CUMPLE_PRELIMINAR"}})
	w.people(t, s, 5_000_000_301, 1, inBusiness()) // whose account is gone, which the bot does not know
	if err := w.tg.Deactivate(5_000_000_301, true); err != nil {
		t.Fatal(err)
	}
	luz := w.colleague(s, "Luz", func(m *store.Staff) { m.Role = store.RoleOfficer })
	sol := w.colleague(s, "Sol", nil)
	w.run("a", atNoon(func(c *Config) { c.ApprovalAbove = 2 }))

	luz.composes(emulator.Draft{Photo: &emulator.DraftFile{Caption: "Feria <hoy>", Entities: []emulator.Entity{{Type: "bold", Offset: 0, Length: 5}}}, Forwarded: true})
	luz.sees("✓ Español: foto y 11 letras", "Kreyòl ayisyen: sin escribir. Lo leen 1")
	luz.tap("Agregar Kreyòl ayisyen")
	luz.sees("Escriba o reenvíe el mensaje en Kreyòl ayisyen")
	luz.writes(emulator.Draft{Text: "Fwa a"})
	luz.sees("✓ Kreyòl ayisyen: 5 letras")
	luz.tap("Ver cómo queda")
	luz.sees("3 de 3", "Español y Kreyòl ayisyen", "más de 2 personas")
	luz.tap("Enviar")
	luz.sees("¿Pedir aprobación?")
	luz.tap("Sí")
	luz.shows("espera aprobación")
	sol.shows("Luz pide aprobar")
	sol.tap("Aprobar")
	sol.shows("Usted aprobó")
	report := luz.shows("Informe: Feria <hoy>", "terminado", "Enviados: 4", "Bloqueó el bot: 1", "arraigo export outreach a-")
	if report.Photo == nil {
		t.Error("the report has no picture")
	}
	card := luz.shows("Feria <hoy> · terminado", "▓▓▓▓▓▓▓▓▓▓▓▓ 100 %", "Enviados: 4")
	if got := labels(card); !slices.Equal(got, []string{"Informe"}) {
		t.Errorf("the card that is over offers %v", got)
	}
	for i := range int64(3) {
		p := &person{w: w, id: first + i}
		m := p.sees("Feria <hoy>")
		if m.Photo == nil || !strings.Contains(m.HTML, "<b>Feria</b> &lt;hoy&gt;") || !slices.Equal(labels(m), []string{"Parar los avisos"}) {
			t.Errorf("got %q with %v", m.HTML, labels(m))
		}
	}
	(&person{w: w, id: 5_000_000_101}).sees("Fwa a")
	for i := range int64(2) {
		if all := (&person{w: w, id: 5_000_000_201 + i}).messages(); len(all) > 0 {
			t.Errorf("somebody elsewhere got %q", all[0].Text)
		}
	}

	// Who stops it is no audience any more.
	ana := &person{w: w, id: first}
	ana.tap("Parar los avisos")
	eventually(t, "she is out of the audience", func() bool {
		n, err := s.Count(t.Context(), store.And(store.In("offers", flows.Yes), store.In("municipality", "54001")))
		return err == nil && n == 4
	})
	luz.say("/estado")
	day := luz.shows("Hoy ·", "Camino de hoy", "En cola: 0", "Sin entregar hoy: 1")
	if day.Photo == nil {
		t.Error("the day has no picture")
	}
	luz.say("/anuncios")
	luz.sees("1 anuncio")
	page, err := s.AuditLog(t.Context(), store.AuditFilter{}, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range page.Entries {
		acts = append(acts, e.Act)
	}
	if !slices.Contains(acts, "submit-outreach") || !slices.Contains(acts, "approve-outreach") {
		t.Errorf("the audit log has %v", acts)
	}
	if logs := w.logs.String(); strings.Contains(logs, "Feria") || strings.Contains(logs, "MARCA") || strings.Contains(logs, "5000000001") {
		t.Error("the message, a name or a chat is in the log")
	}
}

const crowd = 40

// have counts the people of a crowd who have the message, and fails when somebody
// has it twice.
func (w *world) have(text string) (n int) {
	w.t.Helper()
	for i := range int64(crowd) {
		got := 0
		for _, m := range (&person{w: w, id: 5_000_000_001 + i}).messages() {
			if m.Text == text {
				got++
			}
		}
		if got > 1 {
			w.t.Errorf("somebody got it %d times", got)
		}
		n += min(got, 1)
	}
	return n
}

// sendingOne is an announcement to a crowd that takes some seconds, and its author.
func sendingOne(t *testing.T) (*world, *store.Store, *replica, *colleague, store.Outreach) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, crowd, nil)
	luz := w.colleague(s, "Luz", nil)
	r := w.run("a", slowly())
	o := luz.givesIn(s, "Feria")
	luz.shows("enviando", "Enviado")
	eventually(t, "some have it", func() bool { return w.have("Feria") >= 3 })
	return w, s, r, luz, o
}

func slowly() func(*Config) { return atNoon(func(c *Config) { c.Sends.Outreach = 10 }) }

// Paused, nothing goes; going on, nobody gets it twice; cancelled, the rest never
// get it, and the report says so. One message shows all of it.
func TestAnAnnouncementIsPausedAndCancelled(t *testing.T) {
	w, s, _, luz, o := sendingOne(t)
	luz.tap("Pausar")
	luz.shows("en pausa")
	had := w.have("Feria")
	if had == crowd {
		t.Fatal("it was over before the pause")
	}
	luz.tap("Seguir")
	luz.shows("enviando")
	eventually(t, "more have it", func() bool { return w.have("Feria") > had+2 })
	luz.tap("Cancelar")
	luz.tap("No")
	luz.shows("No se canceló.")
	luz.tap("Cancelar")
	luz.tap("Sí, cancelar")
	report := luz.shows("Informe: Feria", "cancelado", "El anuncio se canceló")
	if report.Photo == nil {
		t.Error("the report has no picture")
	}
	o, err := s.Outreach(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	if sent := w.have("Feria"); sent == crowd || o.Totals["s"] != sent || o.Totals["w:cancelled"] == 0 || o.Ended.IsZero() {
		t.Errorf("%d have it, totals %v", sent, o.Totals)
	}
	cards := 0
	for _, m := range luz.messages() {
		if m.From == "bot" && strings.HasPrefix(m.Text, "Feria · ") {
			cards++
		}
	}
	if cards != 1 {
		t.Errorf("%d cards: one message must show how it goes", cards)
	}
	// A button of long ago is answered, and changes nothing.
	if _, err := w.tg.TapData(luz.id, luz.last().MessageID, deskData(o.ID, "resume")); err != nil {
		t.Fatal(err)
	}
	luz.tap("Informe")
	eventually(t, "the report is shown again", func() bool {
		n := 0
		for _, m := range luz.messages() {
			if strings.HasPrefix(m.Text, "Informe: Feria") {
				n++
			}
		}
		return n == 2
	})
}

// The card goes on after a restart of the program: which message it is rests in
// the store.
func TestTheCardGoesOnAfterARestart(t *testing.T) {
	w, _, r, luz, _ := sendingOne(t)
	luz.tap("Pausar")
	card := luz.shows("en pausa").MessageID
	r.stop()
	had := w.have("Feria")
	w.run("b", slowly())
	luz.tap("Seguir")
	if m := luz.shows("Feria · enviando"); m.MessageID != card {
		t.Errorf("another message, %d, shows it", m.MessageID)
	}
	eventually(t, "more have it", func() bool { return w.have("Feria") > had })
}

// An author who loses the role while it is being sent: it pauses, and who may
// decide is told; if they let it go on, it goes on.
func TestAnAuthorWhoLosesTheRoleWhileItIsSent(t *testing.T) {
	w, s, _, luz, o := sendingOne(t)
	sol := w.colleague(s, "Sol", nil)
	if err := s.RemoveStaff(t.Context(), luz.m.ID, time.Now()); err != nil {
		t.Fatal(err)
	}
	sol.shows("Feria está detenido")
	had := w.have("Feria")
	if got, err := s.Outreach(t.Context(), o.ID); err != nil || got.State != store.OutreachPaused || had == crowd {
		t.Fatalf("%s, %d have it, %v", got.State, had, err)
	}
	// Who was removed cannot let it go on.
	if _, err := w.tg.TapData(luz.id, luz.last().MessageID, deskData(o.ID, "resume")); err != nil {
		t.Fatal(err)
	}
	sol.tap("Ver")
	sol.shows("Feria · en pausa")
	sol.tap("Seguir")
	eventually(t, "it goes on", func() bool { return w.have("Feria") > had+2 })
	if got, err := s.Outreach(t.Context(), o.ID); err != nil || got.State != store.OutreachSending {
		t.Errorf("%s, %v", got.State, err)
	}
}
