package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func conversation(t testing.TB, s *store.Store, id store.ContactID, now time.Time) []store.Saying {
	t.Helper()
	list, err := s.Conversation(t.Context(), id, now)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// writes lets somebody write in their talk and takes it down at that moment.
func writes(t testing.TB, s *store.Store, chat, update int64, ticket *store.Ticket, text string, at time.Time) {
	t.Helper()
	turn(t, s, chat, update, func(tn *store.Turn) {
		tn.Relay, tn.Now = &flows.Relay{Kind: flows.RelayMessage, Message: int(update), Text: text}, at
	})
	for _, r := range relays(t, s) {
		if r.Contact != s.ContactID(chat) || r.Kind != flows.RelayMessage || r.Mirror {
			continue
		}
		ticket.Heard(at.Unix())
		say := &store.Saying{ID: r.SayingID(), From: store.SaidByPerson, Ticket: ticket.Number, Text: r.Text}
		if err := s.SaveTicket(t.Context(), r, ticket, store.Step{Done: true, Say: say, Mirror: &store.Relay{Kind: flows.RelayMessage, Message: r.Message}, Now: at}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAConversationIsKeptInItsOrder(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		id := s.ContactID(ana)
		ticket := attended(t, s, ana, 1)
		before, err := s.TalkMark(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		writes(t, s, ana, 900, ticket, "MARKER uno", noon.Add(time.Second))
		writes(t, s, ana, 20, ticket, "dos", noon.Add(2*time.Second)) // a smaller update id, later
		reply := store.Relay{Contact: id, Kind: store.RelayReply, Ticket: ticket.Number, By: "Marta", Text: "llame al 3001234567", Since: noon.Add(3 * time.Second)}
		for range 2 { // a double click, a moment apart
			if err := s.Tell(t.Context(), reply, "form", nil); err != nil {
				t.Fatal(err)
			}
			reply.Since = reply.Since.Add(time.Second)
		}
		var got []string
		for _, say := range conversation(t, s, id, noon.Add(time.Minute)) {
			got = append(got, fmt.Sprintf("%s %s %s %s", say.At.Format("05"), say.From, say.Text, say.State))
		}
		want := []string{"00 event opened ", "01 person MARKER uno ", "02 person dos ", "03 team llame al ••• going"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if after, err := s.TalkMark(t.Context(), id); err != nil || after == before {
			t.Errorf("nobody who follows it notices: %q, %v", after, err)
		}
		// Both ways wait: the reply once, whole, and what the group is to be shown.
		var replies, mirrors int
		for _, r := range relays(t, s) {
			switch {
			case r.Mirror:
				mirrors++
				if r.Ticket != ticket.Number || r.Contact != id {
					t.Errorf("mirror %v", r)
				}
			case r.Kind == store.RelayReply:
				replies++
				if r.Text != "llame al 3001234567" {
					t.Errorf("the person would read %q", r.Text)
				}
			}
		}
		if replies != 1 || mirrors != 2 {
			t.Errorf("%d replies and %d mirrors wait, want 1 and 2", replies, mirrors)
		}
		if found := storetest.Find(t, s, "MARKER", "llame"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		if err := s.Tell(t.Context(), store.Relay{Contact: id, Kind: store.RelayReply, Ticket: ticket.Number + 1, Since: noon}, "otro", nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("told in a ticket that is not open: %v", err)
		}
	})
}

func TestWordsAreForgottenAfterThirtyDays(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	id := s.ContactID(ana)
	ticket := attended(t, s, ana, 1)
	for d := range 40 {
		writes(t, s, ana, int64(100+d), ticket, fmt.Sprint(d), noon.AddDate(0, 0, d))
	}
	now := noon.AddDate(0, 0, 39)
	list := conversation(t, s, id, now)
	if len(list) != 31 || list[0].Text != "9" {
		t.Fatalf("%d sayings, the first %q", len(list), list[0].Text)
	}
	if n, err := s.Do(t.Context(), "HLEN", fmt.Sprintf("{b%d}:talk:%s", id.Bucket(), id)); err != nil || n.(int64) != 31 {
		t.Errorf("%v rest, %v", n, err)
	}
	// In a talk in which nobody says anything they are not shown, and then gone.
	later := now.AddDate(0, 0, 20)
	if list := conversation(t, s, id, later); len(list) != 11 {
		t.Errorf("%d are shown, want 11", len(list))
	}
	if err := s.TrimTalk(t.Context(), id, later); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Do(t.Context(), "HLEN", fmt.Sprintf("{b%d}:talk:%s", id.Bucket(), id)); err != nil || n.(int64) != 11 {
		t.Errorf("%v rest, %v", n, err)
	}
	// A week after the end nothing is left.
	if ok, err := s.Carry(t.Context(), store.Relay{Contact: id, Kind: store.RelayEnd, Ticket: ticket.Number, Since: noon}, 9000); err != nil || !ok {
		t.Fatal(ok, err)
	}
	end := relays(t, s)
	i := slices.IndexFunc(end, func(r store.Relay) bool { return r.Kind == store.RelayEnd })
	ticket.Closed = later.Unix()
	say := &store.Saying{ID: end[i].SayingID(), From: store.SaidByEvent, Text: store.EventClosed}
	if err := s.SaveTicket(t.Context(), end[i], ticket, store.Step{Done: true, Say: say, Now: later}); err != nil {
		t.Fatal(err)
	}
	ttl, err := s.Do(t.Context(), "TTL", fmt.Sprintf("{b%d}:talk:%s", id.Bucket(), id))
	if err != nil || ttl.(int64) > 7*24*3600 || ttl.(int64) < 6*24*3600 {
		t.Errorf("it lives %v s, %v", ttl, err)
	}
	if closed, err := s.ClosedTickets(t.Context(), later); err != nil || !slices.Equal(closed, []store.ContactID{id}) {
		t.Errorf("closed: %v, %v", closed, err)
	}
	if closed, err := s.ClosedTickets(t.Context(), later.AddDate(0, 0, 8)); err != nil || len(closed) != 0 {
		t.Errorf("closed long ago: %v, %v", closed, err)
	}
}

func TestWhoTakesBackThePermissionIsNotTalkedAboutAnyMore(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	r, _ := live(t, s, ana)
	turn(t, s, ana, 2000, func(tn *store.Turn) { tn.Consented = false })
	if notes, err := s.NotesAbout(t.Context(), r.ID); err != nil || len(notes) != 0 {
		t.Errorf("notes: %v, %v", notes, err)
	}
	if list := conversation(t, s, r.ID, noon); len(list) != 0 {
		t.Errorf("words: %v", list)
	}
	if open, err := s.RequestsOf(t.Context(), r.ID); err != nil || len(open) != 1 {
		t.Errorf("their request is not answered: %v, %v", open, err)
	}
}

func TestWordsAndNotesAreRotated(t *testing.T) {
	url, path := storetest.URL(t), filepath.Join(t.TempDir(), "keys")
	old, err := store.OpenKeyring(store.KeyringConfig{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, store.Config{URL: url, Keys: old})
	r, _ := live(t, s, ana)
	if err := store.RotateKeyring(path); err != nil {
		t.Fatal(err)
	}
	keys, err := store.OpenKeyring(store.KeyringConfig{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	anew := storetest.Open(t, store.Config{URL: url, Keys: keys})
	// The record, the ticket, the report's contact's request, two sayings, a note.
	if done, err := anew.Rotate(t.Context()); err != nil || done.Resealed < 6 || done.Raced != 0 {
		t.Errorf("%+v, %v", done, err)
	}
	if done, err := anew.Rotate(t.Context()); err != nil || done.Resealed != 0 {
		t.Errorf("again: %+v, %v", done, err)
	}
	if list := conversation(t, anew, r.ID, noon); len(list) != 2 {
		t.Errorf("words: %v", list)
	}
	if notes, err := anew.NotesAbout(t.Context(), r.ID); err != nil || len(notes) != 1 || notes[0].Text != "MARKER" {
		t.Errorf("notes: %v, %v", notes, err)
	}
}

func TestNotesAboutAPerson(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		id := s.ContactID(ana)
		if err := s.AddNote(t.Context(), id, store.PersonNote{Text: "x"}, "a", noon); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("about nobody: %v", err)
		}
		turn(t, s, ana, 1, nil)
		for i := range 105 {
			for range 2 { // a double click
				n := store.PersonNote{By: "s-luz234", Text: fmt.Sprintf("%d, cédula 1090123456", i)}
				if err := s.AddNote(t.Context(), id, n, fmt.Sprintf("f%d", i), noon.Add(time.Duration(i)*time.Second)); err != nil {
					t.Fatal(err)
				}
			}
		}
		notes, err := s.NotesAbout(t.Context(), id)
		if err != nil || len(notes) != 100 || notes[0].Text != "5, cédula •••" || notes[99].By != "s-luz234" || !notes[99].At.Equal(noon.Add(104*time.Second)) {
			t.Fatalf("%d notes, %v", len(notes), err)
		}
		if err := s.DropNote(t.Context(), id, notes[0].ID); err != nil {
			t.Fatal(err)
		}
		if notes, err := s.NotesAbout(t.Context(), id); err != nil || len(notes) != 99 {
			t.Errorf("%d notes, %v", len(notes), err)
		}
		if err := s.AddNote(t.Context(), id, store.PersonNote{}, "a:b", noon); err == nil {
			t.Error("a name that is none is taken")
		}
	})
}
