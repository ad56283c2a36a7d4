package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store"
	"arraigo/store/storetest"
)

// a staffRoom is the group of the team, with Luz in it.
type staffRoom struct {
	w     *town
	group int64
	luz   int64
}

func (w *town) staffRoom() *staffRoom {
	w.t.Helper()
	room := &staffRoom{w: w, luz: w.tg.AddUser(emulator.User{FirstName: "Luz", LanguageCode: "es"})}
	var err error
	if room.group, err = w.tg.AddGroup(emulator.Group{Title: "Equipo", Type: "supergroup", Members: []int64{room.luz}}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.tg.Start(room.luz, ""); err != nil {
		w.t.Fatal(err)
	}
	return room
}

// environment makes that group the one of a replica.
func (room *staffRoom) environment() []string {
	return []string{fmt.Sprintf("ARRAIGO_STAFF_GROUP=%d", room.group), fmt.Sprintf("ARRAIGO_ADMINS=%d", room.luz)}
}

func (room *staffRoom) messages() []emulator.Message {
	room.w.t.Helper()
	all, err := room.w.tg.Messages(room.group, 0)
	if err != nil {
		room.w.t.Fatal(err)
	}
	return all
}

// sees waits for a message of the bot in the group.
func (room *staffRoom) sees(what string, ok func(emulator.Message) bool) (found emulator.Message) {
	room.w.t.Helper()
	eventually(room.w.t, "the group sees "+what, func() bool {
		for _, m := range room.messages() {
			if m.From == "bot" && !m.Deleted && ok(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

func (room *staffRoom) reads(text string) emulator.Message {
	room.w.t.Helper()
	return room.sees(text, func(m emulator.Message) bool { return strings.Contains(m.Text, text) })
}

func (room *staffRoom) answers(to emulator.Message, d emulator.Draft) {
	room.w.t.Helper()
	d.From, d.ReplyTo = room.luz, to.MessageID
	if _, err := room.w.tg.Write(room.group, d); err != nil {
		room.w.t.Fatal(err)
	}
}

// talkTown is a running program with a staff group.
func talkTown(t *testing.T) (*town, *staffRoom, *replica) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "arraigo")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, program); err != nil { // see init in harness_test.go
		t.Fatal(err)
	}
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	room := w.staffRoom()
	zone, _ := whereItIsNoon(t)
	r := w.replica(append(room.environment(), "ARRAIGO_TIMEZONE="+zone)...)
	r.start()
	r.ready()
	return w, room, r
}

// agrees brings a person to the first question.
func (p *person) agrees() {
	p.w.t.Helper()
	p.w.does(p.id, writes("/start"), "Elija su idioma")
	p.w.does(p.id, answers("language", "es"), "Vamos a guardar algunos datos")
	p.w.does(p.id, answers("consent_answer", "acepto"), "¿Cuántos años tiene?")
}

// got counts the messages of the bot on the person's phone.
func (p *person) got(ok func(emulator.Message) bool) (n int) {
	p.w.t.Helper()
	all, err := p.w.tg.Messages(p.id, 0)
	if err != nil {
		p.w.t.Fatal(err)
	}
	for _, m := range all {
		if m.From == "bot" && ok(m) {
			n++
		}
	}
	return n
}

// TestWholeTalk: somebody asks for the team and is answered from its group, in
// words, pictures and voice, and everything of theirs goes when they want.
func TestWholeTalk(t *testing.T) {
	w, room, r := talkTown(t)
	ana := w.person(1)
	w.marks.add("PREGUNTAMARCA", "RESPUESTAMARCA", "NOTAMARCA")
	ana.agrees()
	w.does(ana.id, writes("/persona"), "Avisamos al equipo")
	room.reads("Caso 1")
	for _, d := range []emulator.Draft{
		{Text: "PREGUNTAMARCA por la feria"}, {Photo: &emulator.DraftFile{Caption: "foto de mi puesto"}}, {Voice: &emulator.DraftFile{Duration: 4}},
	} {
		if _, err := w.tg.Write(ana.id, d); err != nil {
			t.Fatal(err)
		}
	}
	question := room.reads("PREGUNTAMARCA por la feria")
	room.sees("a photo", func(m emulator.Message) bool { return m.Photo != nil && m.Text == "foto de mi puesto" })
	voice := room.sees("a voice message", func(m emulator.Message) bool { return m.Voice != nil })
	room.answers(question, emulator.Draft{Text: "RESPUESTAMARCA el viernes"})
	room.answers(voice, emulator.Draft{Voice: &emulator.DraftFile{Duration: 2}})
	room.answers(question, emulator.Draft{Photo: &emulator.DraftFile{Caption: "así se llega"}})
	eventually(t, "words, voice and picture reach the person", func() bool {
		return ana.got(func(m emulator.Message) bool { return m.Text == "RESPUESTAMARCA el viernes" }) == 1 &&
			ana.got(func(m emulator.Message) bool { return m.Voice != nil }) == 1 &&
			ana.got(func(m emulator.Message) bool { return m.Photo != nil && m.Text == "así se llega" }) == 1
	})
	w.does(ana.id, writes("ayuda"), "155")
	w.does(ana.id, writes("menú"), "¿Qué quiere hacer?")
	room.answers(question, emulator.Draft{Text: "/notas NOTAMARCA"})
	room.reads("Nota guardada")

	s := r.store()
	id := string(s.ContactID(ana.id))
	w.does(ana.id, writes("/borrar"), "escriba la palabra")
	w.does(ana.id, writes("borrar"), "Borramos sus datos")
	room.reads("la persona borró sus datos")
	w.settled(s)
	eventually(t, "the group is cleaned", func() bool {
		for _, m := range room.messages() {
			if m.From == "bot" && !m.Deleted && strings.Contains(m.Text, "PREGUNTAMARCA") {
				return false
			}
		}
		list, err := s.Relays(t.Context())
		return err == nil && len(list) == 0
	})
	err := s.Walk(t.Context(), func(key, content string) {
		if strings.Contains(key, id) || strings.Contains(content, id) {
			row, _ := store.Match(key)
			t.Errorf("left after the erasure: %s", row.Name)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	w.sweep(s)
	r.stop()
}

// TestWholeTalkLosesNothing: the group is missing and the program is killed again
// and again while people write; then all of it arrives, in order.
func TestWholeTalkLosesNothing(t *testing.T) {
	w, room, r := talkTown(t)
	if err := w.tg.SetBotStatus(room.group, "kicked"); err != nil {
		t.Fatal(err)
	}
	people := make([]*person, 3)
	for i := range people {
		people[i] = w.person(i)
		people[i].agrees()
		w.does(people[i].id, writes("/persona"), "Avisamos al equipo")
	}
	eventually(t, "an administrator is told", func() bool {
		return strings.Contains(seen(w.tg, room.luz), "no puede escribir en el grupo")
	})
	rng := rand.New(rand.NewPCG(3, 3))
	const each = 4
	kills := 0
	crash := func() {
		time.Sleep(time.Duration(rng.IntN(120)) * time.Millisecond)
		r.kill()
		r.start()
		kills++
	}
	for n := range each {
		for i, p := range people {
			if _, err := w.tg.Say(p.id, fmt.Sprintf("mensaje %d de %d", n, i)); err != nil {
				t.Fatal(err)
			}
		}
		crash()
	}
	r.ready()
	eventually(t, "everything is taken in", func() bool { return w.tg.Stats().Pending == 0 })
	if err := w.tg.SetBotStatus(room.group, "member"); err != nil {
		t.Fatal(err)
	}
	crash() // a new life looks at once
	for range 3 {
		crash()
	}
	r.ready()
	for i := range people {
		room.reads(fmt.Sprintf("mensaje %d de %d", each-1, i))
	}
	doubled := 0
	for i := range people {
		var order []string
		for _, m := range room.messages() {
			if m.From == "bot" && strings.HasSuffix(m.Text, fmt.Sprintf(" de %d", i)) {
				if len(order) > 0 && order[len(order)-1] == m.Text {
					doubled++
					continue
				}
				order = append(order, m.Text)
			}
		}
		want := ""
		for n := range each {
			want += fmt.Sprintf("mensaje %d de %d;", n, i)
		}
		if got := strings.Join(order, ";") + ";"; got != want {
			t.Errorf("person %d: the group saw %s", i, got)
		}
	}
	// One message may be under way at each kill: Telegram has no idempotency.
	if doubled > kills {
		t.Errorf("%d messages came twice, %d kills", doubled, kills)
	}
	t.Logf("%d messages of %d people, %d kills, %d messages came twice", each*len(people), len(people), kills, doubled)
	s := r.store()
	if open, err := s.OpenTickets(t.Context()); err != nil || len(open) != len(people) {
		t.Errorf("open tickets: %v, %v", open, err)
	}
	r.stop()
}

// TestWholeReport: money was asked for. Told without a name, nothing anywhere
// leads to the person; told with one, they get a neutral word.
func TestWholeReport(t *testing.T) {
	w, room, r := talkTown(t)
	s := r.store()
	code := regexp.MustCompile(`[0-9A-Z]{4}-[0-9A-Z]{4}`)
	report := func(p *person, contact ...step) string {
		w.does(p.id, writes("/denunciar"), "¿Qué quiere hacer?")
		w.does(p.id, answers("report_choice", "nueva"), "¿Qué pasó?")
		w.does(p.id, answers("report_category", "dinero"), "¿Quiere escribir qué pasó?")
		w.does(p.id, answers("report_tell", "si"), "Escriba qué pasó")
		w.does(p.id, writes("RELATOMARCA me pidieron plata"), "¿Podemos escribirle")
		for _, c := range contact[:len(contact)-1] {
			w.does(p.id, c, "¿Es seguro")
		}
		w.does(p.id, contact[len(contact)-1], "Su código es")
		return code.FindString(seen(w.tg, p.id)[strings.LastIndex(seen(w.tg, p.id), "Su código es"):])
	}
	w.marks.add("RELATOMARCA")

	nobody := w.person(1)
	nobody.agrees()
	before, err := s.Load(t.Context(), nobody.id)
	if err != nil {
		t.Fatal(err)
	}
	secret := report(nobody, answers("report_contact", "anonimo"))
	if secret == "" {
		t.Fatal("no code")
	}
	w.marks.add(secret, strings.ReplaceAll(secret, "-", ""), strings.ToLower(strings.ReplaceAll(secret, "-", "")))
	eventually(t, "who may read reports is told", func() bool {
		return strings.Contains(seen(w.tg, room.luz), "Hay denuncias sin leer")
	})
	w.settled(s)
	after, err := s.Load(t.Context(), nobody.id)
	if err != nil {
		t.Fatal(err)
	}
	for slot := range after.Session.Slots {
		if _, was := before.Session.Slots[slot]; !was {
			t.Errorf("the report left %s with the person", slot)
		}
	}
	if len(after.Session.Holds) > 0 || len(after.Session.History) > 0 || after.Session.Flow == "report" {
		t.Error("the report left its way with the person")
	}
	id := string(s.ContactID(nobody.id))
	err = s.Walk(t.Context(), func(key, content string) {
		if row, _ := store.Match(key); strings.HasPrefix(row.Name, "report") || row.Name == "untold" {
			if strings.Contains(key, id) || strings.Contains(content, id) {
				t.Errorf("%s names the person", row.Name)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := s.Reports(t.Context(), 0, 9)
	if err != nil || len(list) != 1 || list[0].Day == "" || len(list[0].Day) != len("2026-11-22") {
		t.Fatalf("reports: %d, %v", len(list), err)
	}
	if who, err := s.Reporter(t.Context(), list[0].Name); err != nil || who != "" {
		t.Errorf("the reporter is known: %v", err)
	}

	named := w.person(2)
	named.agrees()
	report(named, answers("report_contact", "responder"), answers("report_safe", "si"))
	if list, _, err = s.Reports(t.Context(), 0, 9); err != nil || len(list) != 2 {
		t.Fatalf("reports: %d, %v", len(list), err)
	}
	name := ""
	for _, one := range list {
		if who, err := s.Reporter(t.Context(), one.Name); err == nil && who == s.ContactID(named.id) {
			name = one.Name
		}
	}
	if name == "" {
		t.Fatal("who wants an answer is not known")
	}
	w.does(room.luz, writes("/denuncias"), "Denuncias abiertas: 2")
	w.does(room.luz, step{press: "den:r:" + name}, "RELATOMARCA")
	w.does(room.luz, step{press: "den:m:en_revision:" + name}, "Listo.")
	eventually(t, "the person gets a neutral word", func() bool {
		return strings.Contains(seen(w.tg, named.id), "Hay algo nuevo en su caso")
	})
	w.does(named.id, goes("menu"), "¿Qué quiere hacer?")
	w.does(named.id, writes("/borrar"), "escriba la palabra")
	w.does(named.id, writes("borrar"), "Borramos sus datos")
	w.settled(s)
	if who, err := s.Reporter(t.Context(), name); err != nil || who != "" {
		t.Errorf("the erased person can still be found from their report: %v", err)
	}
	w.sweep(s)
	r.stop()
}
