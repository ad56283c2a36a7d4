package bot

import (
	"errors"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// team is a staff group with two members of the team.
type team struct {
	w         *world
	group     int64
	luz, iris int64
}

func (w *world) team(kind string) *team {
	w.t.Helper()
	tm := &team{w: w, luz: w.tg.AddUser(emulator.User{FirstName: "Luz"}), iris: w.tg.AddUser(emulator.User{FirstName: "Iris"})}
	var err error
	if tm.group, err = w.tg.AddGroup(emulator.Group{Title: "Equipo", Type: kind, Members: []int64{tm.luz, tm.iris}}); err != nil {
		w.t.Fatal(err)
	}
	return tm
}

// attending is a configuration with that team.
func (tm *team) attending(c *Config) {
	c.StaffGroup = tm.group
	c.Timing.Relay, c.Timing.Group, c.Timing.GroupPace = 20*time.Millisecond, 100*time.Millisecond, time.Millisecond
}

// sees waits for the newest message in the group that holds the text.
func (tm *team) sees(text string) emulator.Message {
	tm.w.t.Helper()
	return tm.seesWhere("the group sees "+text, func(m emulator.Message) bool { return m.From == "bot" && strings.Contains(m.Text, text) })
}

func (tm *team) seesWhere(what string, ok func(emulator.Message) bool) emulator.Message {
	tm.w.t.Helper()
	var found emulator.Message
	eventually(tm.w.t, what, func() bool {
		all, err := tm.w.tg.Messages(tm.group, 0)
		if err != nil {
			tm.w.t.Fatal(err)
		}
		for i := len(all) - 1; i >= 0; i-- {
			if !all[i].Deleted && ok(all[i]) {
				found = all[i]
				return true
			}
		}
		return false
	})
	return found
}

func (tm *team) count(text string) (n int) {
	all, err := tm.w.tg.Messages(tm.group, 0)
	if err != nil {
		tm.w.t.Fatal(err)
	}
	for _, m := range all {
		if m.From == "bot" && !m.Deleted && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

func (tm *team) replies(to int64, d emulator.Draft) int64 {
	tm.w.t.Helper()
	d.From, d.ReplyTo = tm.luz, to
	id, err := tm.w.tg.Write(tm.group, d)
	if err != nil {
		tm.w.t.Fatal(err)
	}
	return id
}

// inTalk is somebody who agreed and asked for the team.
func (w *world) inTalk() *person {
	w.t.Helper()
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	p.say("/persona")
	p.waits(0, "Avisamos al equipo")
	return p
}

func TestPeopleAndTheTeamWriteToEachOther(t *testing.T) {
	for _, kind := range []string{"group", "supergroup"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			tm := w.team(kind)
			r := w.run("a", tm.attending)
			p := w.inTalk()
			header := tm.sees("Caso 1")
			if strings.Contains(header.Text, "Ana") {
				t.Errorf("the header names the person: %q", header.Text)
			}
			p.say("¿Cuándo es lo del MARCAFERIA?")
			question := tm.sees("¿Cuándo es lo del MARCAFERIA?")
			if question.ReplyTo != header.MessageID {
				t.Errorf("the message is not in its thread: answers %d, want %d", question.ReplyTo, header.MessageID)
			}
			for _, d := range []emulator.Draft{
				{Photo: &emulator.DraftFile{Caption: "mi aviso"}}, {Voice: &emulator.DraftFile{Duration: 7}},
				{Document: &emulator.DraftFile{FileName: "hoja.pdf"}}, {Location: &emulator.Location{Latitude: 7.9, Longitude: -72.5}},
			} {
				if _, err := w.tg.Write(p.id, d); err != nil {
					t.Fatal(err)
				}
			}
			tm.seesWhere("a photo", func(m emulator.Message) bool { return m.Photo != nil && m.Text == "mi aviso" })
			voice := tm.seesWhere("a voice message", func(m emulator.Message) bool { return m.Voice != nil })
			tm.seesWhere("a document", func(m emulator.Message) bool { return m.Document != nil })
			tm.seesWhere("a place", func(m emulator.Message) bool { return m.Location != nil })

			answer := tm.replies(question.MessageID, emulator.Draft{Text: "El viernes a las 9"})
			p.waits(0, "Le escribe una persona del equipo")
			p.waits(0, "El viernes a las 9")
			tm.replies(voice.MessageID, emulator.Draft{Voice: &emulator.DraftFile{Duration: 3}})
			tm.replies(header.MessageID, emulator.Draft{Photo: &emulator.DraftFile{Caption: "el mapa"}})
			eventually(t, "voice and photo arrive", func() bool {
				voices, photos := 0, 0
				for _, m := range p.messages() {
					if m.From == "bot" && m.Voice != nil {
						voices++
					}
					if m.From == "bot" && m.Photo != nil && m.Text == "el mapa" {
						photos++
					}
				}
				return voices == 1 && photos == 1
			})
			tm.seesWhere("the answer is marked as carried", func(m emulator.Message) bool { return m.MessageID == answer && m.Reaction != "" })

			// Help and menu still work, and what is typed at the menu goes to the team.
			p.say("ayuda")
			p.waits(0, "123")
			p.say("menú")
			p.waits(0, "¿Qué quiere hacer?")
			p.say("sigo aquí")
			tm.sees("sigo aquí")

			// The team's own words reach nobody.
			if _, err := w.tg.Write(tm.group, emulator.Draft{From: tm.iris, Text: "SECRETO entre nosotras"}); err != nil {
				t.Fatal(err)
			}
			tm.replies(question.MessageID, emulator.Draft{Text: "/notas Vive sola. MARCANOTA"})
			tm.sees("Nota guardada")
			tm.replies(question.MessageID, emulator.Draft{Text: "/notas"})
			tm.sees("Luz: Vive sola. MARCANOTA")
			tm.replies(question.MessageID, emulator.Draft{Text: "/asignar"})
			tm.sees("atiende Luz")
			tm.replies(question.MessageID, emulator.Draft{Text: "/asignar Iris"})
			tm.sees("atiende Iris")
			if _, err := w.tg.Write(tm.group, emulator.Draft{From: tm.iris, Text: "/cerrar"}); err != nil {
				t.Fatal(err)
			}
			tm.sees("Responda a un mensaje del caso")

			tm.replies(question.MessageID, emulator.Draft{Text: "/cerrar"})
			p.waits(0, "El equipo cerró esta charla")
			tm.sees("Caso 1 cerrado")
			tm.replies(question.MessageID, emulator.Draft{Text: "una cosa más"})
			tm.sees("ya está cerrado")
			for _, m := range p.messages() {
				if strings.Contains(m.Text, "SECRETO") || strings.Contains(m.Text, "MARCANOTA") || strings.Contains(m.Text, "una cosa más") {
					t.Errorf("the person was shown %q", m.Text)
				}
			}
			s := r.cfg.Store
			var ticket *store.Ticket
			var err error
			eventually(t, "the ticket is closed", func() bool {
				ticket, err = s.Ticket(t.Context(), s.ContactID(p.id))
				return err == nil && !ticket.Open()
			})
			if err != nil || ticket.Open() || ticket.Messages != 6 || ticket.Answers != 3 || ticket.Attends != "Iris" || len(ticket.Notes) != 1 {
				t.Errorf("ticket %+v, %v", ticket, err)
			}
			if rec, err := s.Load(t.Context(), p.id); err != nil || rec.Session.Talk != 0 {
				t.Errorf("the talk goes on: %v", err)
			}
			if found := storetest.Find(t, s, "MARCAFERIA", "MARCANOTA", "SECRETO", "viernes a las 9"); len(found) > 0 {
				t.Errorf("in the clear: %v", found)
			}
			if logs := w.logs.String(); strings.Contains(logs, "MARCAFERIA") || strings.Contains(logs, "MARCANOTA") {
				t.Error("words of people are in the log")
			}
		})
	}
}

func TestAPersonEndsTheTalkAndBeginsAnother(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	w.run("a", tm.attending)
	p := w.inTalk()
	tm.sees("Caso 1")
	p.button(flows.TriggerData("end_talk"))
	tm.sees("la persona terminó la charla")
	p.say("/persona")
	second := tm.sees("Caso 2")
	p.say("otra vez yo")
	if m := tm.sees("otra vez yo"); m.ReplyTo != second.MessageID {
		t.Errorf("the message went to the old thread")
	}
	tm.replies(second.MessageID, emulator.Draft{Text: "hola de nuevo"})
	p.waits(0, "hola de nuevo")
}

func TestNothingIsLostWhileTheGroupIsMissing(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	if err := w.tg.SetBotStatus(tm.group, "kicked"); err != nil {
		t.Fatal(err)
	}
	admin := &person{w: w, id: w.tg.AddUser(emulator.User{FirstName: "Admin"})}
	if _, err := w.tg.Start(admin.id, ""); err != nil {
		t.Fatal(err)
	}
	w.run("a", func(c *Config) {
		tm.attending(c)
		c.Admins = []int64{admin.id, 999} // one of them never wrote to the bot
	})
	p := w.inTalk()
	p.say("uno")
	p.say("dos")
	admin.waits(0, "no puede escribir en el grupo")
	time.Sleep(300 * time.Millisecond) // some more looks
	told := 0
	for _, m := range admin.messages() {
		if strings.Contains(m.Text, "no puede escribir en el grupo") {
			told++
		}
	}
	if told != 1 {
		t.Errorf("the administrator was told %d times within a day", told)
	}
	w.stop()
	if err := w.tg.SetBotStatus(tm.group, "member"); err != nil {
		t.Fatal(err)
	}
	w.run("a", tm.attending)
	one, two := tm.sees("uno"), tm.sees("dos")
	if header := tm.sees("Caso 1"); !(header.MessageID < one.MessageID && one.MessageID < two.MessageID) {
		t.Errorf("out of order: %d %d %d", header.MessageID, one.MessageID, two.MessageID)
	}
	if n := tm.count("Caso 1"); n != 1 {
		t.Errorf("%d headers", n)
	}
}

func TestWithoutAGroupTicketsWait(t *testing.T) {
	w := newWorld(t)
	admin := &person{w: w, id: w.tg.AddUser(emulator.User{FirstName: "Admin"})}
	if _, err := w.tg.Start(admin.id, ""); err != nil {
		t.Fatal(err)
	}
	r := w.run("a", func(c *Config) {
		c.Admins, c.Timing.Relay = []int64{admin.id}, 20*time.Millisecond
	})
	w.inTalk()
	admin.waits(0, "No hay grupo del equipo")
	open, err := r.cfg.Store.OpenTickets(t.Context())
	if err != nil || len(open) != 1 {
		t.Errorf("open tickets: %v, %v", open, err)
	}
	if list, err := r.cfg.Store.Relays(t.Context()); err != nil || len(list) != 1 {
		t.Errorf("waiting: %d, %v", len(list), err)
	}
}

func TestTheGroupIsUpgraded(t *testing.T) {
	w := newWorld(t)
	tm := w.team("group")
	w.run("a", tm.attending)
	p := w.inTalk()
	tm.sees("Caso 1")
	moved, err := w.tg.Migrate(tm.group)
	if err != nil {
		t.Fatal(err)
	}
	tm.group = moved
	p.say("¿siguen ahí?")
	m := tm.sees("¿siguen ahí?")
	tm.replies(m.MessageID, emulator.Draft{Text: "aquí seguimos"})
	p.waits(0, "aquí seguimos")
	w.stop()
	w.run("a", tm.attending) // its settings know the old id only
	p.say("y después de reiniciar")
	tm.sees("y después de reiniciar")
}

func TestTheTeamLearnsThatAPersonBlockedTheBot(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r := w.run("a", tm.attending)
	p := w.inTalk()
	p.say("adiós")
	m := tm.sees("adiós")
	if err := w.tg.Block(p.id, true); err != nil {
		t.Fatal(err)
	}
	tm.replies(m.MessageID, emulator.Draft{Text: "¿está ahí?"})
	tm.sees("la persona bloqueó el bot")
	s := r.cfg.Store
	if rec, err := s.Load(t.Context(), p.id); err != nil || !rec.Blocked {
		t.Errorf("the block is not noted: %v", err)
	}
	eventually(t, "the loss is noted", func() bool {
		ticket, err := s.Ticket(t.Context(), s.ContactID(p.id))
		return err == nil && ticket.Open() && ticket.Lost == 1
	})
}

func TestErasingSomebodyInATalkLeavesNothing(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r := w.run("a", tm.attending)
	p := w.inTalk()
	p.say("me llamo SECRETO")
	m := tm.sees("me llamo SECRETO")
	tm.replies(m.MessageID, emulator.Draft{Text: "/notas algo sobre ella"})
	tm.sees("Nota guardada")
	s := r.cfg.Store
	id := s.ContactID(p.id)
	if err := s.NameReporter(t.Context(), store.NewReportCode(), id); err != nil {
		t.Fatal(err)
	}
	p.say("/borrar")
	p.waits(0, "escriba la palabra")
	p.say("borrar")
	tm.sees("la persona borró sus datos")
	eventually(t, "the group is cleaned", func() bool { return tm.count("SECRETO") == 0 && tm.count("Idioma") == 0 })
	if _, err := s.Ticket(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("ticket: %v", err)
	}
	eventually(t, "everything is carried", func() bool {
		list, err := s.Relays(t.Context())
		return err == nil && len(list) == 0
	})
	if found := storetest.Find(t, s, string(id)); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
}

func TestAnAnswerOfTheTeamComesOnceThoughItsUpdateComesTwice(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r, server := w.hook("a", tm.attending)
	p := w.inTalk()
	p.say("hola equipo, una pregunta")
	m := tm.sees("una pregunta")
	id := tm.replies(m.MessageID, emulator.Draft{Text: "una sola vez"})
	p.waits(0, "una sola vez")
	raw := `{"update_id":7777,"message":{"message_id":` + literalInt(id) + `,"date":1,"text":"una sola vez",` +
		`"from":{"id":` + literalInt(tm.luz) + `,"first_name":"Luz"},"chat":{"id":` + literalInt(tm.group) + `,"type":"supergroup"},` +
		`"reply_to_message":{"message_id":` + literalInt(m.MessageID) + `}}}`
	for range 2 {
		if got := post(t, server.URL+"/telegram", testSecret, raw).StatusCode; got != 200 {
			t.Fatalf("status %d", got)
		}
	}
	p.say("gracias")
	tm.sees("gracias")
	n := 0
	for _, m := range p.messages() {
		if m.Text == "una sola vez" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("the person got it %d times", n)
	}
	eventually(t, "nothing is left to be carried", func() bool {
		left, err := r.cfg.Store.Relays(t.Context())
		return err == nil && len(left) == 0
	})
}

func TestAnAdministratorIsToldTheGroupsNumber(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	w.run("a", func(c *Config) { c.Admins = []int64{tm.luz} })
	for _, who := range []int64{tm.iris, tm.luz} {
		if _, err := w.tg.Write(tm.group, emulator.Draft{From: who, Text: "/grupo@" + w.tg.Bot().Username}); err != nil {
			t.Fatal(err)
		}
	}
	if m := tm.sees("ARRAIGO_STAFF_GROUP"); !strings.Contains(m.Text, literalInt(tm.group)) {
		t.Errorf("%q", m.Text)
	}
	if n := tm.count("ARRAIGO_STAFF_GROUP"); n != 1 {
		t.Errorf("said %d times, one of them to no administrator", n)
	}
}

func TestATalkThatNobodyGoesOnWithEnds(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	w.run("a", tm.attending)
	p := w.inTalk()
	tm.sees("Caso 1")
	w.stop()
	in := time.Now().UTC().AddDate(0, 0, 32)
	later := time.Date(in.Year(), in.Month(), in.Day(), 17, 0, 0, 0, time.UTC) // noon in Bogotá
	r := w.run("a", func(c *Config) {
		tm.attending(c)
		c.Now = func() time.Time { return later }
	})
	tm.sees("Caso 1 cerrado")
	eventually(t, "the person's words are the bot's again", func() bool {
		rec, err := r.cfg.Store.Load(t.Context(), p.id)
		return err == nil && rec.Session.Talk == 0
	})
}

func TestTheChatIsHidden(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "Cuántos años")
	p.say("mi marido me pega")
	p.waits(0, "Nadie tiene derecho")
	p.say("/ocultar")
	last := p.waits(0, "use el menú de Telegram")
	eventually(t, "the rest is gone", func() bool {
		left := 0
		for _, m := range p.messages() {
			if !m.Deleted && m.MessageID != last.MessageID {
				left++
			}
		}
		return left == 0
	})
}

func TestWhoHidesTheirNameInTheGroupIsHeardToo(t *testing.T) {
	const raw = `{"update_id":5,"message":{"message_id":9,"date":1,"text":"hola","from":{"id":1087968824,"is_bot":true,"first_name":"Group"},` +
		`"chat":{"id":-100,"type":"supergroup"},"reply_to_message":{"message_id":7,"from":{"id":1,"is_bot":true}}}}`
	u, err := decodeUpdate([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	a := readUpdate(u, "x", time.Time{})
	if a.group == nil || a.group.reply != 7 || !a.group.toBot || a.group.by != "" || a.group.from != 0 || !a.group.content {
		t.Errorf("%+v", a.group)
	}
}
