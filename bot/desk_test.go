package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// inBusiness are answers of people of one line in Cúcuta.
func inBusiness() map[string][]string {
	return map[string][]string{"municipality": {"54001"}, "population": {"migrante_ve"}, "outcome_emprendimiento": {"CUMPLE_PRELIMINAR"}}
}

func TestAnAnnouncementIsWritten(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 3, inBusiness())
	w.people(t, s, 5_000_000_101, 2, map[string][]string{"municipality": {"44430"}, "language": {"ht"}, "outcome_emprendimiento": {"CUMPLE_PRELIMINAR"}})
	luz := w.colleague(s, "Luz", nil)
	w.run("a", nil)

	luz.say("/difundir")
	m := luz.sees("1 de 3", "Todas las personas que aceptaron avisos.", "5 personas")
	if got := labels(m); !slices.Contains(got, "Línea") || !slices.Contains(got, "Municipio") || slices.Contains(got, "Población") {
		t.Errorf("one can choose by %v", got)
	}
	card := m.MessageID
	luz.tap("Línea")
	luz.sees("¿De qué línea?")
	luz.tap("Apoyo a su negocio")
	m = luz.sees("Línea: Apoyo a su negocio", "5 personas")
	if m.MessageID != card {
		t.Error("a choice brought a new message")
	}
	luz.tap("Listo")
	luz.sees("1 de 3")
	luz.tap("Municipio")
	luz.sees("escriba el nombre")
	luz.say("cucuta")
	luz.sees("Viven en: Cúcuta, Norte de Santander", "3 personas")
	luz.say("narnia")
	luz.shows("No encontré ese nombre")
	luz.tap("Listo")
	luz.sees("1 de 3", "3 personas")
	luz.tap("Continuar")
	luz.sees("Escriba o reenvíe el mensaje en Español")

	write := func(d emulator.Draft) {
		t.Helper()
		if _, err := w.tg.Write(luz.id, d); err != nil {
			t.Fatal(err)
		}
	}
	write(emulator.Draft{Text: "Feria mañana", Entities: []emulator.Entity{{Type: "bold", Offset: 0, Length: 5}}})
	luz.sees("2 de 3", "✓ Español: 12 letras. Lo leen 3.")
	luz.tap("Ver cómo queda")
	luz.sees("3 de 3: revisar", "3 personas", "apenas se envíe", "Nombre en las listas: Feria mañana")
	preview := luz.shows("Feria mañana")
	for _, m := range luz.messages() {
		if m.From == "bot" && m.Text == "Feria mañana" {
			preview = m
		}
	}
	if !strings.Contains(preview.HTML, "<b>Feria</b> mañana") || len(preview.Buttons) == 0 {
		t.Errorf("the preview is %s with %v", preview.HTML, preview.Buttons)
	}

	// A name, a moment that is over, and one that is to come.
	luz.tap("Nombre")
	luz.sees("nombre corto")
	luz.say("Feria de diciembre")
	luz.sees("Nombre en las listas: Feria de diciembre")
	luz.tap("Día y hora")
	luz.sees("¿Qué día y a qué hora sale?", "mañana 9:00")
	luz.say("2020-01-01 9:00")
	luz.shows("Ese momento ya pasó")
	luz.say("cuando se pueda")
	luz.shows("No entendí")
	luz.say("mañana 22:30")
	luz.sees("3 de 3", "10:30 p. m.", "A esa hora se descansa")
	luz.tap("Mejor ahora")
	luz.sees("apenas se envíe")
	luz.tap("Probar conmigo")
	eventually(t, "the test is there", func() bool {
		n := 0
		for _, m := range luz.messages() {
			if m.From == "bot" && m.Text == "Feria mañana" {
				n++
			}
		}
		return n == 2
	})

	// A second /difundir asks; the draft is still there.
	luz.say("/difundir")
	luz.sees("Usted tiene un borrador: Feria de diciembre")
	luz.tap("Seguir con él")
	luz.sees("3 de 3", "Feria de diciembre")
	// Words say nothing where a button is awaited.
	luz.say("que salga ya")
	luz.shows("No entendí. Toque un botón, o escriba")
	luz.sees("3 de 3", "Feria de diciembre")
	// Everything else is a conversation like any other's.
	luz.say("/menu")
	eventually(t, "the menu is there", func() bool { return !strings.Contains(luz.last().Text, "3 de 3") })
	luz.say("que salga ya")
	luz.shows("Elija su idioma")
	luz.say("/difundir")
	luz.tap("Empezar otro")
	luz.sees("1 de 3", "5 personas")
	luz.tap("Descartar")
	luz.shows("Borrador descartado")
	if _, err := s.Draft(t.Context(), luz.m.ID); err == nil {
		t.Error("the draft is still there")
	}
	if found := storetest.Find(t, s, "Feria mañana"); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	if logs := w.logs.String(); strings.Contains(logs, "Feria") || strings.Contains(logs, "MARCANOMBRE") {
		t.Error("the message or a name is in the log")
	}
}

// atWriting brings somebody to where the message in Spanish is awaited.
func (c *colleague) atWriting() {
	c.w.t.Helper()
	c.say("/difundir")
	c.tap("Continuar")
	c.sees("Escriba o reenvíe el mensaje en Español")
}

func (c *colleague) writes(d emulator.Draft) {
	c.w.t.Helper()
	if _, err := c.w.tg.Write(c.id, d); err != nil {
		c.w.t.Fatal(err)
	}
}

func TestWhatCannotBeAnnouncedHasItsAnswer(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 3, nil)
	luz := w.colleague(s, "Luz", nil)
	w.run("a", nil)
	luz.atWriting()
	file := &emulator.DraftFile{FileName: "plan.pdf", Size: 21 << 20}
	for _, tc := range []struct {
		d    emulator.Draft
		want string
	}{
		{emulator.Draft{Photo: &emulator.DraftFile{}, Album: "77"}, "Un álbum no se puede difundir"},
		{emulator.Draft{Sticker: &emulator.DraftFile{}}, "Un sticker no se puede difundir"},
		{emulator.Draft{Location: &emulator.Location{Latitude: 7.9, Longitude: -72.5}}, "Una ubicación no se puede difundir"},
		{emulator.Draft{Contact: &emulator.Contact{PhoneNumber: "573001234567"}}, "Un contacto no se puede difundir"},
		{emulator.Draft{VideoNote: &emulator.DraftFile{}}, "Un video redondo no se puede difundir"},
		{emulator.Draft{Document: file}, "pesa más de 20 megas"},
		{emulator.Draft{Photo: &emulator.DraftFile{Caption: strings.Repeat("ñ", 1030)}}, "Junto a un archivo caben 1024 letras. El texto en Español tiene 1030: sobran 6."},
	} {
		before := luz.last().MessageID
		luz.writes(tc.d)
		luz.waits(before, tc.want)
		luz.sees("Escriba o reenvíe el mensaje en Español")
	}
	// The other pictures of an album are not answered again.
	before := luz.last().MessageID
	luz.writes(emulator.Draft{Photo: &emulator.DraftFile{}, Album: "77"})
	// A poll is no message that our emulator's people send.
	raw := fmt.Sprintf(`{"message":{"message_id":900001,"date":1,"from":{"id":%d,"first_name":"Luz"},"chat":{"id":%d,"type":"private"},"poll":{"question":"?"}}}`, luz.id, luz.id)
	w.tg.Inject([]byte(raw))
	luz.waits(before, "Una encuesta no se puede difundir")
	albums := 0
	for _, m := range luz.messages() {
		if strings.Contains(m.Text, "Un álbum") {
			albums++
		}
	}
	if albums != 1 {
		t.Errorf("the album was answered %d times", albums)
	}

	// Too long in one language only: the other one stays.
	luz.writes(emulator.Draft{Text: "Hola a todas"})
	luz.sees("✓ Español: 12 letras")
	luz.tap("Cambiar Español")
	luz.sees("Escriba o reenvíe el mensaje en Español")
	luz.tap("Volver")
	d, err := s.Draft(t.Context(), luz.m.ID)
	if err != nil {
		t.Fatal(err)
	}
	id := luz.last().MessageID
	if _, err := w.tg.TapData(luz.id, id, deskData(d.Outreach, "lang", "en")); err != nil {
		t.Fatal(err)
	}
	luz.sees("Escriba o reenvíe el mensaje en English")
	luz.writes(emulator.Draft{Video: &emulator.DraftFile{Caption: strings.Repeat("a", 1025)}})
	luz.shows("El texto en English tiene 1025: sobra 1.")
	luz.writes(emulator.Draft{Voice: &emulator.DraftFile{}})
	luz.sees("✓ English: audio.", "✓ Español: 12 letras")

	// Signs that people would see as they are; and what was sent is changed.
	luz.tap("Cambiar Español")
	luz.sees("Escriba o reenvíe el mensaje en Español")
	said, err := w.tg.Say(luz.id, "**Hola** a todas")
	if err != nil {
		t.Fatal(err)
	}
	luz.sees("✓ Español: 16 letras")
	luz.tap("Ver cómo queda")
	luz.sees("3 de 3", "El texto en Español tiene signos")
	if m := luz.shows("**Hola** a todas"); m.From != "bot" {
		t.Error("no preview")
	}
	if err := w.tg.Edit(luz.id, said, "Hola de nuevo a todas"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the change is taken in", func() bool {
		d, err := s.Draft(t.Context(), luz.m.ID)
		return err == nil && d.Content["es"] == store.Piece{HTML: "Hola de nuevo a todas"}
	})
}

func TestAnEmptyAudienceIsRefused(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 1, inBusiness())
	luz := w.colleague(s, "Luz", nil)
	w.run("a", nil)
	luz.say("/difundir")
	luz.tap("Departamento")
	luz.sees("¿De qué departamento?")
	luz.tap("Amazonas")
	luz.sees("Viven en: Amazonas", "0 personas")
	luz.tap("Listo")
	luz.tap("Continuar")
	luz.shows("Con esos filtros no hay nadie")
	luz.sees("1 de 3")
	// A button of a later step, forged: nothing goes.
	d, err := s.Draft(t.Context(), luz.m.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, data := range []string{deskData(d.Outreach, "step", stepConfirm), deskData(d.Outreach, "yes"), deskData(d.Outreach, "nonsense"), "di:", "di:x", deskData(d.Outreach, "pick", "l", "x", "1")} {
		if _, err := w.tg.TapData(luz.id, luz.last().MessageID, data); err != nil {
			t.Fatal(err)
		}
	}
	luz.say("/anuncios")
	luz.sees("No hay anuncios")
	if all, err := s.Outreaches(t.Context(), nil, 9); err != nil || len(all) != 0 {
		t.Errorf("%d outreaches, %v", len(all), err)
	}
}

func TestNobodyAnnouncesBeyondTheirScope(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 2, inBusiness())
	w.people(t, s, 5_000_000_101, 3, map[string][]string{"municipality": {"44430"}, "outcome_emprendimiento": {"CUMPLE_PRELIMINAR"}})
	ana := w.colleague(s, "Ana", func(m *store.Staff) {
		m.Role, m.Lines, m.Towns = store.RoleOfficer, []string{"emprendimiento"}, []string{"54001"}
	})
	looker := w.colleague(s, "Leo", func(m *store.Staff) { m.Role = store.RoleViewer })
	w.run("a", nil)
	ana.say("/difundir")
	m := ana.sees("Línea: Apoyo a su negocio", "Viven en: Cúcuta", "2 personas")
	if slices.Contains(labels(m), "Departamento") {
		t.Error("she may choose departments")
	}
	d, err := s.Draft(t.Context(), ana.m.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, pick := range [][]string{{"m", "44430", "1"}, {"d", "44", "1"}, {"l", "inclusion_laboral", "1"}} {
		query, err := w.tg.TapData(ana.id, m.MessageID, deskData(d.Outreach, "pick", pick[0], pick[1], pick[2]))
		if err != nil || query == "" {
			t.Fatal(err)
		}
	}
	ana.say("maicao") // nothing of that name in her towns
	if _, err := w.tg.TapData(ana.id, m.MessageID, deskData(d.Outreach, "step", stepAudience)); err != nil {
		t.Fatal(err)
	}
	ana.sees("1 de 3", "2 personas")
	if d, err = s.Draft(t.Context(), ana.m.ID); err != nil || len(d.Chosen) != 0 {
		t.Errorf("chosen %v, %v", d.Chosen, err)
	}
	// Who only looks has no such command: the bot answers as to anybody.
	looker.say("/difundir")
	eventually(t, "the bot answers", func() bool { return looker.last().MessageID > 2 })
	if strings.Contains(looker.last().Text, "1 de 3") {
		t.Error("a viewer writes announcements")
	}
	if _, err := s.Draft(t.Context(), looker.m.ID); err == nil {
		t.Error("a viewer has a draft")
	}
}

func TestAPopulationIsOfferedOnlyWhereNobodyCouldBeRecognised(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 10, inBusiness())
	w.people(t, s, 5_000_000_101, 9, map[string][]string{"municipality": {"44430"}, "population": {"acogida"}})
	w.people(t, s, 5_000_000_201, 1, map[string][]string{"municipality": {"44430"}, "population": {"migrante_ve"}})
	luz := w.colleague(s, "Luz", nil)
	w.run("a", nil)
	luz.say("/difundir")
	luz.tap("Población")
	m := luz.sees("¿De qué población?", "20 personas")
	if got := labels(m); len(got) != 2 { // one population, and the way back
		t.Errorf("one can choose %v", got)
	}
	d, err := s.Draft(t.Context(), luz.m.ID)
	if err != nil {
		t.Fatal(err)
	}
	forge := func(verb string, args ...string) {
		t.Helper()
		if _, err := w.tg.TapData(luz.id, m.MessageID, deskData(d.Outreach, verb, args...)); err != nil {
			t.Fatal(err)
		}
	}
	forge("pick", "p", "acogida", "1")
	forge("pick", "p", "pnd", "1")
	forge("pick", "p", "migrante_ve", "1")
	luz.sees("11 personas")
	// Narrower, one of them could be recognised.
	forge("pick", "m", "44430", "1")
	forge("step", stepAudience)
	luz.sees("1 de 3", "11 personas")
	forge("pick", "m", "54001", "1")
	luz.sees("10 personas")
	if d, err = s.Draft(t.Context(), luz.m.ID); err != nil || len(d.Chosen["population"]) != 1 || len(d.Chosen["municipality"]) != 1 {
		t.Errorf("chosen %v, %v", d.Chosen, err)
	}
}

// An update that comes again changes nothing and is answered again.
func TestTheDeskTakesAnUpdateOnce(t *testing.T) {
	w := newWorld(t)
	s := w.store("people")
	w.people(t, s, 5_000_000_001, 3, nil)
	luz := w.colleague(s, "Luz", nil)
	r := w.run("a", nil)
	luz.atWriting()
	a := &arrival{
		update: 77, route: toTurn, chat: luz.id, input: flows.Input{Kind: flows.InputText, Text: "Hola", Message: 500},
		raw: []byte(`{"update_id":77,"message":{"message_id":500,"text":"Hola"}}`),
	}
	for range 3 {
		if taken, err := r.desk(t.Context(), a); !taken || err != nil {
			t.Fatalf("taken %v, %v", taken, err)
		}
	}
	d, err := s.Draft(t.Context(), luz.m.ID)
	if err != nil || d.Step != stepText || d.Written["es"] != 500 {
		t.Errorf("%s, %v", d.Step, err)
	}
	shown := 0
	for _, m := range luz.messages() {
		if m.From == "bot" && strings.Contains(m.Text, "✓ Español: 4 letras") {
			shown++
		}
	}
	if shown != 3 {
		t.Errorf("answered %d times", shown)
	}
	// While Redis is away the update must come again.
	if err := r.cfg.Store.DropDraft(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	if taken, err := r.desk(t.Context(), a); taken || err != nil {
		t.Errorf("without a draft it is a text like any other: %v, %v", taken, err)
	}
}

func TestEveryStepAndVerbIsReached(t *testing.T) {
	for name, step := range deskSteps {
		if step.show == nil {
			t.Errorf("step %s shows nothing", name)
		}
	}
	for verb := range outreachVerbs {
		if _, both := draftVerbs[verb]; both {
			t.Errorf("%s is about a draft and about an outreach", verb)
		}
	}
}
