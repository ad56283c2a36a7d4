package bot

import (
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// colleague is somebody of the team with a phone.
type colleague struct {
	*person
	m store.Staff
}

// colleague joins the team.
func (w *world) colleague(s *store.Store, name string, change func(*store.Staff)) *colleague {
	w.t.Helper()
	id := w.tg.AddUser(emulator.User{FirstName: name + "MARCANOMBRE", LanguageCode: "es"})
	m := store.Staff{Name: name, Role: store.RoleCoordinator}
	if change != nil {
		change(&m)
	}
	_, code, err := s.InviteStaff(w.t.Context(), m, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	m, err = s.AcceptInvitation(w.t.Context(), code, id, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.tg.Start(id, ""); err != nil {
		w.t.Fatal(err)
	}
	return &colleague{&person{w: w, id: id}, m}
}

// tap presses the newest button with those words.
func (p *person) tap(label string) {
	p.w.t.Helper()
	var message int64
	row, column := 0, 0
	eventually(p.w.t, "there is a button "+label, func() bool {
		all := p.messages()
		for i := len(all) - 1; i >= 0; i-- {
			if all[i].From != "bot" || all[i].Deleted {
				continue
			}
			for r, buttons := range all[i].Buttons {
				for c, b := range buttons {
					if b.Text == label {
						message, row, column = all[i].MessageID, r, c
						return true
					}
				}
			}
		}
		return false
	})
	if _, _, err := p.w.tg.Tap(p.id, message, row, column); err != nil {
		p.w.t.Fatal(err)
	}
}

// sees waits until the newest message of the bot holds all of these.
func (p *person) sees(parts ...string) emulator.Message {
	p.w.t.Helper()
	var last emulator.Message
	deadline := time.Now().Add(20 * time.Second)
	for {
		last = p.last()
		missing := ""
		for _, part := range parts {
			if !strings.Contains(last.Text, part) {
				missing = part
			}
		}
		if missing == "" {
			return last
		}
		if time.Now().After(deadline) {
			p.w.t.Fatalf("in vain waited for %q; the last message is %q", missing, last.Text)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// shows waits until some message of the bot, as it is now, holds all of these.
func (p *person) shows(parts ...string) emulator.Message {
	p.w.t.Helper()
	var found emulator.Message
	eventually(p.w.t, "some message shows "+strings.Join(parts, " and "), func() bool {
	next:
		for _, m := range p.messages() {
			if m.From != "bot" || m.Deleted {
				continue
			}
			for _, part := range parts {
				if !strings.Contains(m.Text, part) {
					continue next
				}
			}
			found = m
			return true
		}
		return false
	})
	return found
}

// labels are the words on the buttons of a message.
func labels(m emulator.Message) (all []string) {
	for _, row := range m.Buttons {
		for _, b := range row {
			all = append(all, b.Text)
		}
	}
	return all
}

// people keeps records of people who agreed to everything, with these answers.
// Their chats are from first on.
func (w *world) people(t testing.TB, s *store.Store, first int64, n int, slots map[string][]string) {
	t.Helper()
	set := shipped(t)
	for i := range n {
		chat := first + int64(i)
		w.tg.AddUser(emulator.User{ID: chat, FirstName: "Persona", LanguageCode: "es"})
		if err := w.tg.Opened(chat); err != nil {
			t.Fatal(err)
		}
		r, err := s.Load(t.Context(), chat)
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		r.Session = flows.Session{Language: "es", Seen: now.Unix(), Slots: map[string][]string{"language": {"es"}, "consent": {flows.Yes}, "offers": {flows.Yes}}}
		for slot, values := range slots {
			r.Session.Slots[slot] = values
		}
		if v := r.Session.Value("language"); v != "" {
			r.Session.Language = v
		}
		r.Session.Consents = []flows.Consent{{Text: "consent.ask", Version: 1, Language: "es", Purposes: []string{flows.PurposeEvaluate, flows.PurposeOffers}, Given: true, At: now.Unix()}}
		index := flows.Index(set, &r.Session)
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Update: 1, Index: index, Consented: true, Now: now}); err != nil {
			t.Fatal(err)
		}
	}
}
