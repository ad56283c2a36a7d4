package bot

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// conversation waits until the talk of a person is as ok wants it.
func (r *replica) conversation(t *testing.T, p *person, what string, ok func([]store.Saying) bool) []store.Saying {
	t.Helper()
	var list []store.Saying
	eventually(t, what, func() bool {
		var err error
		list, err = r.cfg.Store.Conversation(t.Context(), r.cfg.Store.ContactID(p.id), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return ok(list)
	})
	return list
}

func said(text, state string) func([]store.Saying) bool {
	return func(list []store.Saying) bool {
		return slices.ContainsFunc(list, func(s store.Saying) bool { return s.Text == text && s.State == state })
	}
}

// console does what the console does with an open ticket.
func (r *replica) console(t *testing.T, p *person, kind flows.RelayKind, once string, change func(*store.Relay), content []byte) {
	t.Helper()
	id := r.cfg.Store.ContactID(p.id)
	ticket, err := r.cfg.Store.Ticket(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	e := store.Relay{Contact: id, Kind: kind, Ticket: ticket.Number, By: "Marta", Staff: "s-abc234", Since: time.Now()}
	if change != nil {
		change(&e)
	}
	if err := r.cfg.Store.Tell(t.Context(), e, once, content); err != nil {
		t.Fatal(err)
	}
}

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestConsoleAndGroupStayInStep(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r := w.run("a", tm.attending)
	p := w.inTalk()
	header := tm.sees("Caso 1")
	p.say("mi número es 3001234567")
	question := tm.sees("3001234567") // Telegram copies it as it is
	if _, err := w.tg.Write(p.id, emulator.Draft{Photo: &emulator.DraftFile{Caption: "el local"}}); err != nil {
		t.Fatal(err)
	}
	list := r.conversation(t, p, "the console sees the photo", func(list []store.Saying) bool { return len(list) == 3 })
	if e := list[0]; e.From != store.SaidByEvent || e.Text != store.EventOpened || e.Ticket != 1 {
		t.Errorf("first: %+v", e)
	}
	if e := list[1]; e.From != store.SaidByPerson || e.Text != "mi número es •••" || e.File != "" || e.Media != "" {
		t.Errorf("words: %+v", e)
	}
	if e := list[2]; e.Media != string(flows.InputPhoto) || e.Text != "el local" || e.File == "" {
		t.Errorf("photo: %+v", e)
	} else if content, err := r.Media(t.Context(), e.File); err != nil || len(content) == 0 {
		t.Errorf("its file: %d bytes, %v", len(content), err)
	}
	if _, err := r.Media(t.Context(), "AgAnone"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a file that is none: %v", err)
	}

	// The group answers: the console reads it.
	tm.replies(question.MessageID, emulator.Draft{Text: "le llamamos hoy"})
	p.waits(0, "le llamamos hoy")
	r.conversation(t, p, "the console sees the answer", said("le llamamos hoy", store.SayingSent))

	// The console answers, twice by mistake: the person and the group read it once.
	for range 2 {
		r.console(t, p, store.RelayReply, "formuno", func(e *store.Relay) { e.Text = "¿a las <3>?" }, nil)
	}
	p.waits(0, "¿a las <3>?")
	r.conversation(t, p, "it is noted as sent", said("¿a las <3>?", store.SayingSent))
	shown := tm.sees("Marta, desde la consola: ¿a las <3>?")
	if shown.ReplyTo != header.MessageID {
		t.Errorf("shown under message %d, want the header %d", shown.ReplyTo, header.MessageID)
	}
	// The group goes on from what the console said.
	tm.replies(shown.MessageID, emulator.Draft{Text: "o a las cuatro"})
	p.waits(0, "o a las cuatro")

	// A picture and a document with their words.
	r.console(t, p, store.RelayReply, "formdos", func(e *store.Relay) {
		e.Media, e.Text, e.Name = string(flows.InputPhoto), "así queda", "mapa.png"
	}, picture(t))
	r.console(t, p, store.RelayReply, "formtres", func(e *store.Relay) {
		e.Media, e.Name = string(flows.InputDocument), "requisitos.pdf"
	}, []byte("%PDF-1.4 requisitos"))
	eventually(t, "both arrive", func() bool {
		photo, file := false, false
		for _, m := range p.messages() {
			photo = photo || m.From == "bot" && m.Photo != nil && m.Text == "así queda"
			file = file || m.From == "bot" && m.Document != nil && m.Document.FileName == "requisitos.pdf"
		}
		return photo && file
	})
	tm.seesWhere("the group sees the picture", func(m emulator.Message) bool {
		return m.Photo != nil && strings.Contains(m.Text, "Marta, desde la consola: así queda")
	})
	tm.seesWhere("the group sees the document", func(m emulator.Message) bool {
		return m.From == "bot" && m.Document != nil && m.Document.FileName == "requisitos.pdf"
	})
	list = r.conversation(t, p, "both are noted", func(list []store.Saying) bool {
		return list[len(list)-1].State == store.SayingSent && list[len(list)-2].State == store.SayingSent
	})
	for _, e := range list[len(list)-2:] {
		if e.File == "" {
			t.Errorf("without its file: %+v", e)
		}
	}
	if n := len(p.waitsAll("¿a las <3>?")); n != 1 {
		t.Errorf("the person got it %d times", n)
	}
	if _, err := r.cfg.Store.Enclosure(t.Context(), r.cfg.Store.ContactID(p.id), "formdos"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the file rests here after it was sent: %v", err)
	}
}

// waitsAll is every message of the bot that says just that.
func (p *person) waitsAll(text string) (list []emulator.Message) {
	for _, m := range p.messages() {
		if m.From == "bot" && m.Text == text {
			list = append(list, m)
		}
	}
	return list
}

func TestTheConsoleAttendsClosesAndReopens(t *testing.T) {
	w := newWorld(t)
	tm := w.team("supergroup")
	r := w.run("a", tm.attending)
	s := r.cfg.Store
	p := w.inTalk()
	id := s.ContactID(p.id)
	tm.sees("Caso 1")
	r.console(t, p, store.RelayAssign, "a", func(e *store.Relay) { e.Text = e.By }, nil)
	tm.sees("Caso 1: atiende Marta")
	r.console(t, p, store.RelayNote, "b", func(e *store.Relay) { e.Text = "llamó su hermana, 3109876543" }, nil)
	eventually(t, "the note is kept", func() bool {
		ticket, err := s.Ticket(t.Context(), id)
		return err == nil && len(ticket.Notes) == 1 && ticket.Notes[0].Text == "llamó su hermana, •••" && ticket.Who == "s-abc234" && ticket.Waits != 0
	})
	r.console(t, p, store.RelayEnd, "c", nil, nil)
	p.waits(0, "cerró esta charla")
	tm.sees("Caso 1 cerrado")
	ticket, err := s.Ticket(t.Context(), id)
	if err != nil || ticket.Open() || ticket.Waits != 0 {
		t.Fatalf("ticket %+v, %v", ticket, err)
	}
	closed, err := s.ClosedTickets(t.Context(), time.Now())
	if err != nil || !slices.Equal(closed, []store.ContactID{id}) {
		t.Errorf("closed: %v, %v", closed, err)
	}
	again := store.Relay{Contact: id, Ticket: ticket.Number, By: "Marta", Staff: "s-abc234", Since: time.Now()}
	if err := s.Reopen(t.Context(), again, "d"); err != nil {
		t.Fatal(err)
	}
	p.waits(0, "sigue con su caso")
	tm.sees("Caso 1: Marta lo abrió de nuevo")
	p.say("gracias por volver")
	tm.sees("gracias por volver")
	list := r.conversation(t, p, "the talk goes on", func(list []store.Saying) bool { return list[len(list)-1].Text == "gracias por volver" })
	var events []string
	for _, e := range list {
		if e.From == store.SaidByEvent {
			events = append(events, e.Text)
		}
	}
	if want := []string{store.EventOpened, store.EventAssigned, store.EventClosed, store.EventReopened}; !slices.Equal(events, want) {
		t.Errorf("events %v, want %v", events, want)
	}
	// Ended from either side, the same ticket ends.
	r.console(t, p, store.RelayEnd, "e", nil, nil)
	eventually(t, "it is closed again", func() bool {
		rec, err := s.Load(t.Context(), p.id)
		return err == nil && rec.Session.Talk == 0
	})
}

func TestWithoutAGroupTheConsoleAttends(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", func(c *Config) { c.Timing.Relay = 20 * time.Millisecond })
	p := w.inTalk()
	p.say("¿hay alguien?")
	r.conversation(t, p, "the console sees it", said("¿hay alguien?", ""))
	r.console(t, p, store.RelayReply, "uno", func(e *store.Relay) { e.Text = "aquí estamos" }, nil)
	p.waits(0, "aquí estamos")
	if err := w.tg.Block(p.id, true); err != nil {
		t.Fatal(err)
	}
	r.console(t, p, store.RelayReply, "dos", func(e *store.Relay) { e.Text = "¿sigue ahí?" }, nil)
	r.conversation(t, p, "the console learns of the block", said("¿sigue ahí?", store.SayingBlocked))
}

func TestTheTeamMovesCorrectsAndErases(t *testing.T) {
	w := newWorld(t)
	noonToday, started := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), time.Now()
	r := w.run("a", func(c *Config) {
		c.Timing.Relay = 20 * time.Millisecond
		c.Now = func() time.Time { return noonToday.Add(time.Since(started)) }
	})
	s := r.cfg.Store
	p := w.person()
	p.agreed()
	p.button(flows.AnswerData("age", "29_59"))
	p.waits(0, "municipio")
	id := s.ContactID(p.id)
	act := func(once string, a flows.StaffAct) {
		t.Helper()
		a.By, a.At = "s-abc234", noonToday.Unix()
		if err := s.Act(t.Context(), id, a, "", once, noonToday); err != nil {
			t.Fatal(err)
		}
	}
	act("a", flows.StaffAct{Do: flows.StaffStage, Line: "inclusion_laboral", Stage: "inscripcion"})
	p.waits(0, "Apoyo para trabajar: usted pasó a inscripción")
	if n, err := s.Count(t.Context(), store.In("stage.inclusion_laboral", "inscripcion")); err != nil || n != 1 {
		t.Errorf("%d at the stage, %v", n, err)
	}
	act("b", flows.StaffAct{Do: flows.StaffStage, Line: "inclusion_laboral", Stage: "cierre"}) // not allowed from there
	act("c", flows.StaffAct{Do: flows.StaffCorrect, Slot: "age", Values: []string{"60_mas"}})
	p.waits(0, "El equipo cambió lo que usted pidió: Edad")
	if n := len(p.waitsAll("Apoyo para trabajar: usted pasó a cierre")); n != 0 {
		t.Error("a move that is not allowed was told")
	}
	eventually(t, "both were sent as outreaches", func() bool {
		told, err := s.MessagesTo(t.Context(), id)
		return err == nil && len(told) == 2 && told[0].State == store.StateSent && told[1].State == store.StateSent && told[0].Kind == store.KindChange
	})
	file, err := r.DataFile(t.Context(), id, flows.FileDataText)
	if err != nil || !strings.Contains(string(file), "inscripción") || !strings.Contains(string(file), id.Reference()) {
		t.Errorf("the file says: %s, %v", file, err)
	}
	act("d", flows.StaffAct{Do: flows.StaffFile})
	eventually(t, "both files arrive", func() bool {
		n := 0
		for _, m := range p.messages() {
			if m.Document != nil {
				n++
			}
		}
		return n == 2
	})
	act("e", flows.StaffAct{Do: flows.StaffErase})
	p.waits(0, "Usted nos pidió borrar sus datos")
	if _, err := s.LoadID(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the erasure: %v", err)
	}
	if told, err := s.MessagesTo(t.Context(), id); err != nil || len(told) != 0 {
		t.Errorf("after the erasure: %v, %v", told, err)
	}
	eventually(t, "nothing waits", func() bool {
		left, err := s.Relays(t.Context())
		return err == nil && len(left) == 0
	})
	if err := s.Act(t.Context(), id, flows.StaffAct{Do: flows.StaffFile}, "", "f", noonToday); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an act about nobody: %v", err)
	}
}
