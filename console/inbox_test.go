package console

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// inCase makes somebody who asked for the team, with a few words on both sides.
func (g *team) inCase(change ...func(*flows.Session)) store.ContactID {
	g.t.Helper()
	id := g.person(append(change, func(s *flows.Session) { s.Talk = now.Add(-time.Hour).Unix() })...)
	r, err := g.store.LoadID(context.Background(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	g.commit(r.ChatID, r.Session, &flows.Relay{Kind: flows.RelayOpen})
	open := g.waiting(id, flows.RelayOpen)
	t, err := g.store.NewTicket(context.Background(), open.Since)
	if err != nil {
		g.t.Fatal(err)
	}
	t.Waits = open.Since.Unix()
	g.step(open, t, store.Saying{From: store.SaidByEvent, Text: store.EventOpened})
	for _, said := range []store.Saying{
		{From: store.SaidByPerson, Text: "Buenas tardes. ¿La feria del viernes es en el parque?\nVoy con mi mamá.\n" + marker},
		{From: store.SaidByPerson, Media: string(flows.InputPhoto), Text: "así está el local", File: "AgAC-foto"},
	} {
		g.commit(r.ChatID, r.Session, &flows.Relay{Kind: flows.RelayMessage, Message: 7, Text: said.Text})
		t.Heard(now.Add(-time.Hour).Unix())
		g.step(g.waiting(id, flows.RelayMessage), t, said)
	}
	return id
}

// waiting is what is to be carried for somebody.
func (g *team) waiting(id store.ContactID, kind flows.RelayKind) store.Relay {
	g.t.Helper()
	list, err := g.store.Relays(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range list {
		if r.Contact == id && r.Kind == kind {
			return r
		}
	}
	g.t.Fatalf("no %s of %s waits", kind, id)
	return store.Relay{}
}

func (g *team) step(r store.Relay, t *store.Ticket, say store.Saying) {
	g.t.Helper()
	say.ID, say.Ticket = r.SayingID(), t.Number
	if err := g.store.SaveTicket(context.Background(), r, t, store.Step{Done: true, Say: &say, Now: now}); err != nil {
		g.t.Fatal(err)
	}
}

// carry does with what the console said in a case what the bot would: it arrived.
func (g *team) carry(id store.ContactID) {
	g.t.Helper()
	list, err := g.store.Relays(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range list {
		if r.Contact != id {
			continue
		}
		t, err := g.store.Ticket(context.Background(), id)
		if err != nil {
			g.t.Fatal(err)
		}
		switch r.Kind {
		case store.RelayReply:
			t.Answered(now.Unix())
			g.step(r, t, store.Saying{From: store.SaidByTeam, By: r.By, Text: flows.Masked(r.Text), Media: r.Media, State: store.SayingSent})
		case store.RelayNote:
			t.AddNote(store.Note{At: now.Unix(), By: r.By, Text: r.Text})
			g.step(r, t, store.Saying{From: store.SaidByEvent, Text: store.EventAssigned, By: r.By})
		case store.RelayAssign:
			t.Attends, t.Who = r.Text, r.Staff
			g.step(r, t, store.Saying{From: store.SaidByEvent, Text: store.EventAssigned, By: r.By})
		case store.RelayEnd:
			t.Closed, t.Waits = now.Unix(), 0
			g.step(r, t, store.Saying{From: store.SaidByEvent, Text: store.EventClosed, By: r.By})
		}
	}
}

func inboxWalks() map[string]walk {
	of := func(end string, form url.Values) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) { return casePath(g.inCase()) + end, form }
	}
	closed := func(end string) func(*team) (string, url.Values) {
		return func(g *team) (string, url.Values) {
			id := g.inCase()
			if err := g.store.Tell(context.Background(), store.Relay{Contact: id, Kind: store.RelayEnd, Ticket: mustTicket(g, id).Number, Since: now}, "fin", nil); err != nil {
				g.t.Fatal(err)
			}
			g.carry(id)
			return casePath(id) + end, nil
		}
	}
	return map[string]walk{
		"GET /console/inbox":           {make: func(g *team) (string, url.Values) { g.inCase(); return inboxPath, nil }, shows: "<table"},
		"GET /console/inbox/{id}":      {make: of("", nil), shows: "onerror"},
		"GET /console/inbox/{id}/live": {make: closed("/live"), shows: "event: part"},
		"GET /console/inbox/{id}/file/{saying}": {make: func(g *team) (string, url.Values) {
			id := g.inCase()
			said, err := g.store.Conversation(context.Background(), id, now)
			if err != nil {
				g.t.Fatal(err)
			}
			return casePath(id) + "/file/" + said[len(said)-1].ID, nil
		}, shows: "archivo AgAC-foto"},
		"POST /console/inbox/{id}/reply":  {make: of("/reply", url.Values{"reply": {marker}})},
		"POST /console/inbox/{id}/assign": {make: of("/assign", nil)},
		"POST /console/inbox/{id}/note":   {make: of("/note", url.Values{"note": {marker}})},
		"POST /console/inbox/{id}/close":  {make: of("/close", nil)},
		"POST /console/inbox/{id}/reopen": {make: closed("/reopen")},
	}
}

func mustTicket(g *team, id store.ContactID) *store.Ticket {
	g.t.Helper()
	t, err := g.store.Ticket(context.Background(), id)
	if err != nil {
		g.t.Fatal(err)
	}
	return t
}

func TestACaseIsAnswered(t *testing.T) {
	g := newTeam(t)
	id := g.inCase()
	c := g.as(store.RoleOfficer)
	inbox := c.get(inboxPath)
	inbox.has(t, "Caso 1", id.Reference(), "Cúcuta, Norte de Santander", "espera hace 1 hora", "nadie todavía")
	inbox.lacks(t, "feria")
	page := c.get(casePath(id))
	page.has(t, "La feria del viernes", "Foto o video", "así está el local", "/file/", "Pidió hablar con el equipo: caso 1", "data-live")
	once := page.field(t, "_once")
	for range 2 { // a double click
		c.post(casePath(id)+"/reply", url.Values{"reply": {"Sí, en el parque. Llame al 3001234567"}, "_once": {once}}).has(t, "Sí, en el parque. Llame al •••", "enviando")
	}
	g.carry(id)
	after := c.get(casePath(id))
	after.has(t, "respondido", "Persona officer")
	after.lacks(t, "enviando")
	if n := strings.Count(after.body, "Sí, en el parque"); n != 1 {
		t.Errorf("said %d times", n)
	}
	c.post(casePath(id)+"/reply", url.Values{"reply": {"  "}}).has(t, "Escriba algo o escoja un archivo")
	c.post(casePath(id)+"/reply", url.Values{"canned": {"free"}}).has(t, "Todo es gratis. Nadie puede pedirle dinero")
	g.carry(id)
	c.get(inboxPath+"?box=mine").has(t, "No hay casos aquí")
	c.post(casePath(id)+"/assign", nil)
	g.carry(id)
	c.get(inboxPath+"?box=mine").has(t, "Caso 1", "Persona officer")
	c.get(inboxPath+"?box=free").has(t, "No hay casos aquí")
	c.post(casePath(id)+"/note", url.Values{"note": {"llama el lunes"}})
	g.carry(id)
	c.get(casePath(id)).has(t, "llama el lunes")
	c.post(casePath(id)+"/close", nil)
	g.carry(id)
	c.get(inboxPath).has(t, "No hay casos aquí")
	c.get(inboxPath+"?box=closed").has(t, "Caso 1", "cerrado hace")
	closed := c.get(casePath(id))
	closed.has(t, "Este caso está cerrado", "Abrir de nuevo", "La feria del viernes")
	for _, end := range []string{"/reply", "/assign", "/close", "/note"} {
		if p := c.post(casePath(id)+end, url.Values{"reply": {"x"}, "note": {"x"}}); p.status != 409 {
			t.Errorf("%s of a closed case: %d", end, p.status)
		}
	}
	c.post(casePath(id)+"/reopen", nil)
	if r := g.waiting(id, store.RelayReopen); r.By != "Persona officer" || r.Ticket != 1 {
		t.Errorf("%+v", r)
	}
}

func TestFilesGoWithAnAnswer(t *testing.T) {
	g := newTeam(t)
	id := g.inCase()
	c := g.as(store.RoleOfficer)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name, media, keep string
		content           []byte
	}{
		{`C:\fotos\mapa.png`, "photo", "mapa.png", picture.Bytes()},
		{"../../requisitos.pdf", "document", "requisitos.pdf", []byte("%PDF-1.4 hola")},
		{"falsa.png", "document", "falsa.png", []byte("no es una imagen")},
	} {
		c.enclose(casePath(id)+"/reply", url.Values{"reply": {"mire"}}, f.name, f.content)
		r := g.waiting(id, store.RelayReply)
		if r.Media != f.media || r.Name != f.keep || r.Text != "mire" {
			t.Errorf("%s: %s named %q", f.name, r.Media, r.Name)
		}
		content, err := g.store.Enclosure(t.Context(), id, r.Enclosed)
		if err != nil || !bytes.Equal(content, f.content) {
			t.Errorf("%s: %d bytes, %v", f.name, len(content), err)
		}
		g.carry(id)
	}
	c.enclose(casePath(id)+"/reply", url.Values{"reply": {""}}, "nada.txt", nil).has(t, "El archivo está vacío")
	c.enclose(casePath(id)+"/reply", url.Values{"reply": {strings.Repeat("a", maxCaption+1)}}, "x.pdf", []byte("x")).has(t, "Con un archivo caben")
	if p := c.enclose(casePath(id)+"/reply", url.Values{"reply": {""}}, "grande.bin", make([]byte, maxUpload+1)); p.status != 413 {
		t.Errorf("too large: %d", p.status)
	}
}

func TestAFileOfACaseIsDownloaded(t *testing.T) {
	g := newTeam(t)
	id := g.inCase()
	said, err := g.store.Conversation(t.Context(), id, now)
	if err != nil {
		t.Fatal(err)
	}
	c := g.as(store.RoleOfficer)
	p := c.get(casePath(id) + "/file/" + said[len(said)-1].ID)
	if p.status != 200 || p.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(p.header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d, %v", p.status, p.header)
	}
	for _, saying := range []string{said[0].ID, "1.2", "x"} {
		if p := c.get(casePath(id) + "/file/" + saying); p.status != 404 {
			t.Errorf("%s: %d", saying, p.status)
		}
	}
	// Another person's file is not reached by this case.
	other := g.inCase()
	if p := c.get(casePath(other) + "/file/" + said[len(said)-1].ID); p.status != 404 {
		t.Errorf("a file of somebody else: %d", p.status)
	}
}

// Whoever was not screened yet is in nobody's scope; their call for help is in
// everybody's.
func TestCasesOutsideTheScopeAreNotThere(t *testing.T) {
	g := newTeam(t)
	cucuta := g.inCase()
	bogota := g.inCase(func(s *flows.Session) { s.Slots["municipality"] = []string{"11001"} })
	fresh := g.inCase(func(s *flows.Session) { s.Slots = map[string][]string{"language": {"es"}} })
	c := g.of(g.join(store.Staff{Name: "Cúcuta", Role: store.RoleOfficer, Lines: []string{"emprendimiento"}, Towns: []string{"54001"}}, 901).ID)
	list := c.get(inboxPath)
	list.has(t, cucuta.Reference(), fresh.Reference())
	list.lacks(t, bogota.Reference())
	for id, want := range map[store.ContactID]int{cucuta: 200, fresh: 200, bogota: 404} {
		if p := c.get(casePath(id)); p.status != want {
			t.Errorf("%s: %d, want %d", id, p.status, want)
		}
	}
	if p := c.post(casePath(bogota)+"/reply", url.Values{"reply": {"x"}}); p.status != 404 {
		t.Errorf("an answer outside: %d", p.status)
	}
	if p := c.get(casePath(g.person())); p.status != 404 {
		t.Errorf("somebody without a case: %d", p.status)
	}
}

// What happens in a case comes to the open page by itself.
func TestACaseIsFollowed(t *testing.T) {
	g := newTeam(t)
	id := g.inCase()
	b := g.open(t, startBrowser(t), store.RoleOfficer)
	b.load(casePath(id))
	b.wait(`document.querySelector('#talk').innerText.includes('La feria del viernes')`)
	r, err := g.store.LoadID(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	b.run(`document.getElementById('f-reply').focus(); document.getElementById('f-reply').value = 'estoy escribiendo'`)
	g.commit(r.ChatID, r.Session, &flows.Relay{Kind: flows.RelayMessage, Message: 8, Text: "¿sigue ahí?"})
	ticket := mustTicket(g, id)
	ticket.Heard(now.Unix())
	g.step(g.waiting(id, flows.RelayMessage), ticket, store.Saying{From: store.SaidByPerson, Text: "¿sigue ahí?"})
	b.wait(`document.querySelector('#talk').innerText.includes('¿sigue ahí?')`)
	if got := ask[string](b, `document.getElementById('f-reply').value`); got != "estoy escribiendo" {
		t.Errorf("what is being typed became %q", got)
	}
	// The group answers, and closes.
	if err := g.store.Tell(t.Context(), store.Relay{Contact: id, Kind: store.RelayEnd, Ticket: ticket.Number, By: "Luz", Since: now}, "fin", nil); err != nil {
		t.Fatal(err)
	}
	g.carry(id)
	b.wait(`document.querySelector('#talk').innerText.includes('Luz cerró el caso')`)
	b.quiet("a case that is followed")
}

func inboxScreens() []screen {
	talk := func(g *team) store.ContactID {
		id := g.inCase(func(s *flows.Session) {
			s.Stages = []flows.Stage{{Line: "emprendimiento", Stage: "formacion", At: now.AddDate(0, 0, -9).Unix(), By: "s-abc234"}}
		})
		n := mustTicket(g, id).Number
		for i, text := range []string{"Sí, en el parque Santander, desde las 9. Puede venir con su mamá.", "Le esperamos."} {
			if err := g.store.Tell(context.Background(), store.Relay{Contact: id, Kind: store.RelayReply, Ticket: n, By: "Persona officer", Staff: g.staff[store.RoleOfficer].ID, Text: text, Since: now.Add(time.Duration(i-20) * time.Minute)}, string(rune('a'+i)), nil); err != nil {
				g.t.Fatal(err)
			}
			if i == 0 {
				g.carry(id)
			}
		}
		return id
	}
	return []screen{
		{name: "inbox", role: store.RoleOfficer, make: func(g *team) string {
			for range 4 {
				talk(g)
			}
			g.inCase()
			return inboxPath
		}},
		{name: "inbox-none", role: store.RoleOfficer, path: inboxPath + "?box=mine"},
		{name: "case", role: store.RoleOfficer, make: func(g *team) string { return casePath(talk(g)) }, then: `document.querySelector('.card details summary').click()`, until: `document.querySelector('.card details').open`},
		{name: "case-closed", role: store.RoleOfficer, make: func(g *team) string {
			id := talk(g)
			if err := g.store.Tell(context.Background(), store.Relay{Contact: id, Kind: store.RelayEnd, Ticket: mustTicket(g, id).Number, By: "Luz", Since: now}, "fin", nil); err != nil {
				g.t.Fatal(err)
			}
			g.carry(id)
			return casePath(id)
		}},
	}
}
