package main

import (
	"bytes"
	"encoding/binary"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

// wholeErasure lets somebody who has everything erase themselves: answers,
// corrections, consents, places, a talk with the team, a report under their own
// name. The farewell arrives, nothing of them is left under any key, what
// Telegram delivers again does not bring them back, and who returns is new.
func wholeErasure(t *testing.T, program string) {
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	room := w.staffRoom()
	zone, loc := noonZone()
	w.list(programme.DateOf(time.Now().In(loc)), func(c *programme.Catalogue) { course(c, "C-01").Places = 1 })
	b := w.balance()
	r := w.replica(append(room.environment(), b.webhook(), "ARRAIGO_TIMEZONE="+zone)...)
	b.backends = []string{r.listen}
	r.start()
	r.ready()
	s := r.store()
	began := time.Now()

	ana, beto := w.walker("ana"), w.walker("beto")
	w.marks.add("PREGUNTAMARCA", "RELATOMARCA", "NOTAMARCA")
	for _, p := range []*walker{ana, beto} {
		if err := w.knows(s, p, w.screened()); err != nil {
			t.Fatal(err)
		}
	}
	w.hasEverything(ana, beto, room)
	w.settled(s)

	id := s.ContactID(ana.id)
	before := w.traces(s, id, ana.id)
	for _, name := range []string{"contact", "roster", "due", "said", "ticket", "tickets", "reported", "places-size", "places-taken"} {
		if !slices.Contains(before, name) {
			t.Errorf("the search does not find somebody who has everything under %s", name)
		}
	}
	session := record(t, s, ana.id).Session
	if len(session.Holds) < 2 || len(session.Changes) == 0 || len(session.Consents) < 2 || session.Talk == 0 {
		t.Errorf("not everything: %d holds, %d changes, %d consents, talk %v", len(session.Holds), len(session.Changes), len(session.Consents), session.Talk != 0)
	}
	reports, _, err := s.Reports(t.Context(), 0, 9)
	if err != nil || len(reports) != 1 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}

	ana.does("/borrar", "< escriba la palabra", "borrar", "< Borramos sus datos")
	beto.does("< Hay un cupo para usted")
	room.reads("la persona borró sus datos")
	w.settled(s)
	eventually(t, "the team's group is cleaned", func() bool {
		list, err := s.Relays(t.Context())
		return err == nil && len(list) == 0 && !slices.ContainsFunc(w.said(room.group), func(m emulator.Message) bool { return strings.Contains(m.Text, "PREGUNTAMARCA") })
	})
	w.isGone(s, id, ana.id)
	if who, err := s.Reporter(t.Context(), reports[0].Name); err != nil || who != "" {
		t.Errorf("the report still leads to the person: %v", err)
	}
	if r := record(t, s, beto.id); r.Session.Value("age") == "" || !slices.Contains(w.traces(s, s.ContactID(beto.id), beto.id), "roster") {
		t.Error("somebody else lost what is theirs")
	}

	seen := len(w.said(ana.id))
	again := b.again(t, ana.id, 25)
	w.settled(s)
	w.isGone(s, id, ana.id)
	if n := len(w.said(ana.id)); n != seen {
		t.Errorf("updates delivered again were answered %d times", n-seen)
	}

	ana.does("/start", "< Elija su idioma")
	w.settled(s)
	fresh := record(t, s, ana.id)
	if len(fresh.Session.Slots)+len(fresh.Session.Consents)+len(fresh.Session.Holds)+len(fresh.Session.Changes) > 0 || slices.Contains(w.traces(s, id, ana.id), "roster") {
		t.Errorf("who came back is not new: %d slots, %d consents", len(fresh.Session.Slots), len(fresh.Session.Consents))
	}
	ana.does("[Español]", "< Vamos a guardar algunos datos", "[Acepto]", "< ¿Cuántos años tiene?")
	w.settled(s)
	if r := record(t, s, ana.id); len(r.Session.Consents) != 1 || r.Session.Value("age") != "" {
		t.Errorf("after coming back: %d consents, age %q", len(r.Session.Consents), r.Session.Value("age"))
	}
	t.Logf("before the erasure somebody was found under %s; afterwards nowhere, nor after %d updates came again; %.1f s",
		strings.Join(before, ", "), again, time.Since(began).Seconds())
	w.sweep(s)
	r.stop()
}

// hasEverything gives ana all that somebody can have; beto waits for her place.
func (w *town) hasEverything(ana, beto *walker, room *staffRoom) {
	w.t.Helper()
	ana.does("/corregir", "[Documento]", "[Pasaporte]", "[Sí, ver resultado]", "< Esto es lo que encontramos")
	ana.does("/cursos", "[Cerca de mí]", "[Hoja de vida y entrevista de trabajo]", "< Queda 1 cupo", "[Inscribirme]", "< Tiene un cupo")
	beto.does("/cursos", "[Cerca de mí]", "[Hoja de vida y entrevista de trabajo]", "< quedan cupos", "[Entrar a la lista]", "< en el puesto 1")
	ana.does("/eventos", "[De comunidad]", "[Taller: convivencia sin xenofobia]", "[Inscribirme]", "< personas adultas", "[1]", "< menores", "[2]", "< 4 cupos")
	w.does(ana.id, writes("/denunciar"), "¿Qué quiere hacer?")
	w.does(ana.id, answers("report_choice", "nueva"), "¿Qué pasó?")
	w.does(ana.id, answers("report_category", "dinero"), "¿Quiere escribir qué pasó?")
	w.does(ana.id, answers("report_tell", "si"), "Escriba qué pasó")
	w.does(ana.id, writes("RELATOMARCA me pidieron plata"), "¿Podemos escribirle")
	w.does(ana.id, answers("report_contact", "responder"), "¿Es seguro")
	w.does(ana.id, answers("report_safe", "si"), "Su código es")
	ana.does("/persona", "< Avisamos al equipo", "PREGUNTAMARCA por mi cupo")
	question := room.reads("PREGUNTAMARCA por mi cupo")
	room.answers(question, emulator.Draft{Text: "el viernes"})
	ana.does("< el viernes")
	room.answers(question, emulator.Draft{Text: "/notas NOTAMARCA"})
	room.reads("Nota guardada")
}

// traces are the kinds of keys that hold something of somebody, by the name
// that is made of their chat, in words or in bytes, or by the chat itself.
func (w *town) traces(s *store.Store, id store.ContactID, chat int64) []string {
	w.t.Helper()
	var marks wholeMarks
	marks.addChat(chat)
	marks.add(string(id), idBytes(w.t, id))
	found := map[string]bool{}
	err := s.Walk(w.t.Context(), func(key, content string) {
		for _, mark := range marks.words {
			if strings.Contains(key, mark) || strings.Contains(content, mark) {
				row, _ := store.Match(key)
				found[row.Name] = true
			}
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(found))
}

// idBytes are the eight bytes that a contact id writes down, as somebody who
// only knows Crockford's base 32 reads them.
func idBytes(t *testing.T, id store.ContactID) string {
	t.Helper()
	const digits = "0123456789abcdefghjkmnpqrstvwxyz"
	var n uint64
	for i, c := range string(id) {
		d := strings.IndexRune(digits, c)
		if d < 0 || len(id) != 13 {
			t.Fatal("a contact id has another shape")
		}
		if i == 12 { // 13 times 5 bits are one more than 64
			n = n<<4 | uint64(d>>1)
		} else {
			n = n<<5 | uint64(d)
		}
	}
	return string(binary.BigEndian.AppendUint64(nil, n))
}

// isGone looks whether nothing of somebody is left but the proof of the day.
func (w *town) isGone(s *store.Store, id store.ContactID, chat int64) {
	w.t.Helper()
	if left := w.traces(s, id, chat); len(left) > 0 {
		w.t.Errorf("left after the erasure: %v", left)
	}
	r := record(w.t, s, chat)
	if r.Revision != 0 || len(r.Session.Slots) > 0 || len(r.Session.Consents) > 0 {
		w.t.Error("the record is still there")
	}
	if day, err := s.Erased(w.t.Context(), chat); err != nil || day == "" {
		w.t.Errorf("the erasure has no proof: %v", err)
	}
	farewell := w.words("es", flows.Key("erase.erased"))
	if n := len(slices.DeleteFunc(w.said(chat), func(m emulator.Message) bool { return m.Text != farewell })); n != 1 {
		w.t.Errorf("the farewell arrived %d times", n)
	}
}

// again delivers the last updates of a person once more, as Telegram does when
// the answer to them got lost.
func (b *balancer) again(t *testing.T, chat int64, n int) int {
	t.Helper()
	b.mu.Lock()
	mine := slices.DeleteFunc(slices.Clone(b.came), func(d delivery) bool { return !bytes.Contains(d.body, strconv.AppendInt(nil, chat, 10)) })
	b.mu.Unlock()
	mine = mine[max(0, len(mine)-n):]
	for _, d := range mine {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+b.backends[0]+webhookPath, bytes.NewReader(d.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = d.header.Clone()
		resp, err := wholeClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("an update that came again is answered %d", resp.StatusCode)
		}
	}
	return len(mine)
}
