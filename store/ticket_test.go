package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// asks lets somebody ask for the team and returns what waits for them.
func asks(t testing.TB, s *store.Store, chat, update int64) store.Relay {
	t.Helper()
	turn(t, s, chat, update, func(tn *store.Turn) { tn.Relay = &flows.Relay{Kind: flows.RelayOpen} })
	for _, r := range relays(t, s) {
		if r.Contact == s.ContactID(chat) && r.Kind == flows.RelayOpen {
			return r
		}
	}
	t.Fatal("the wish is not in the queue")
	return store.Relay{}
}

func relays(t testing.TB, s *store.Store) []store.Relay {
	t.Helper()
	list, err := s.Relays(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// attended opens the ticket that somebody asked for.
func attended(t testing.TB, s *store.Store, chat, update int64) *store.Ticket {
	t.Helper()
	r := asks(t, s, chat, update)
	ticket, err := s.NewTicket(t.Context(), r.Since)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveTicket(t.Context(), r, ticket, store.Step{Done: true, Say: &store.Saying{ID: r.SayingID(), From: store.SaidByEvent, Ticket: ticket.Number, Text: store.EventOpened}, Now: noon}); err != nil {
		t.Fatal(err)
	}
	return ticket
}

func openTickets(t testing.TB, s *store.Store) []store.OpenTicket {
	t.Helper()
	open, err := s.OpenTickets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(open, func(a, b store.OpenTicket) int { return int(a.Number - b.Number) })
	return open
}

func TestATicketIsOpenedKeptAndClosed(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		id := s.ContactID(ana)
		if _, err := s.Ticket(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("before: %v", err)
		}
		ticket := attended(t, s, ana, 1)
		if got := openTickets(t, s); !slices.Equal(got, []store.OpenTicket{{Contact: id, Number: ticket.Number}}) {
			t.Errorf("open: %v", got)
		}
		if left := relays(t, s); len(left) != 0 {
			t.Errorf("still to be carried: %v", left)
		}
		if err := s.Thread(ctx, -100123, 77, id, ticket.Number); err != nil {
			t.Fatal(err)
		}
		if got, err := s.ThreadOf(ctx, -100123, 77); err != nil || got.Contact != id || got.Number != ticket.Number {
			t.Errorf("thread: %v, %v", got, err)
		}
		if _, err := s.ThreadOf(ctx, -100123, 78); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a message of no ticket: %v", err)
		}
		// The team writes a note; the same update comes twice.
		note := store.Relay{Contact: id, Kind: store.RelayNote, Ticket: ticket.Number, Message: 80, Text: "MARKER", Since: noon}
		for range 2 {
			if ok, err := s.Carry(ctx, note, 900); err != nil || !ok {
				t.Fatalf("carry: %v, %v", ok, err)
			}
		}
		waiting := relays(t, s)
		if len(waiting) != 1 || waiting[0].Text != "MARKER" || waiting[0].Message != 80 {
			t.Fatalf("waiting: %+v", waiting)
		}
		ticket.AddNote(store.Note{At: noon.Unix(), By: "Luz", Text: waiting[0].Text})
		if err := s.SaveTicket(ctx, waiting[0], ticket, store.Step{Done: true, Now: noon}); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveTicket(ctx, waiting[0], ticket, store.Step{Done: true, Now: noon}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the same entry once more: %v, want ErrNotFound", err)
		}
		if got, err := s.Ticket(ctx, id); err != nil || cmp.Diff(ticket, got) != "" {
			t.Errorf("ticket: %v\n%s", err, cmp.Diff(ticket, got))
		}
		if found := storetest.Find(t, s, "MARKER"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		// Closed, it lives 12 months and takes nothing more.
		end := store.Relay{Contact: id, Kind: store.RelayEnd, Ticket: ticket.Number, Since: noon}
		if ok, err := s.Carry(ctx, end, 901); err != nil || !ok {
			t.Fatalf("carry: %v, %v", ok, err)
		}
		ticket.Closed = noon.Unix()
		if err := s.SaveTicket(ctx, relays(t, s)[0], ticket, store.Step{Done: true, Now: noon}); err != nil {
			t.Fatal(err)
		}
		if got := openTickets(t, s); len(got) != 0 {
			t.Errorf("open after closing: %v", got)
		}
		if got, err := s.ThreadOf(ctx, -100123, 77); err != nil || got.Contact != "" {
			t.Errorf("thread of a closed ticket: %v, %v", got, err)
		}
		if ok, err := s.Carry(ctx, note, 902); err != nil || ok {
			t.Errorf("a closed ticket takes a note: %v, %v", ok, err)
		}
	})
}

func TestRelayKeepsTheOrderOfEachContact(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ticket := attended(t, s, ana, 1)
	for i, update := range []int64{9, 10, 100} {
		turn(t, s, ana, update, func(tn *store.Turn) {
			tn.Relay = &flows.Relay{Kind: flows.RelayMessage, Message: 10 + i}
			tn.Now = noon.Add(time.Duration(i) * time.Second)
		})
	}
	answer := store.Relay{Contact: s.ContactID(ana), Kind: store.RelayAnswer, Ticket: ticket.Number, Message: 500, Since: noon.Add(time.Minute)}
	if _, err := s.Carry(t.Context(), answer, 50); err != nil {
		t.Fatal(err)
	}
	asks(t, s, ana+1, 2) // at noon too
	var got []int
	for _, r := range relays(t, s) {
		if r.Contact == s.ContactID(ana) {
			got = append(got, r.Message)
		}
	}
	if !slices.Equal(got, []int{10, 11, 500, 12}) {
		t.Errorf("order %v", got)
	}
}

func TestErasureTakesTheTicketAndWhatIsToBeCarried(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	id := s.ContactID(ana)
	ticket := attended(t, s, ana, 1)
	other := attended(t, s, ana+1, 2)
	turn(t, s, ana, 3, func(tn *store.Turn) { tn.Relay = &flows.Relay{Kind: flows.RelayMessage, Message: 5} })
	under := relays(t, s)[0]
	if err := s.ForgetTalk(ctx, id, noon); err != nil {
		t.Fatal(err)
	}
	turn(t, s, ana, 4, func(tn *store.Turn) { tn.Erase = true })
	if _, err := s.Ticket(ctx, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("ticket after the erasure: %v", err)
	}
	// Whoever carried the message meanwhile cannot bring the ticket back.
	ticket.Messages++
	if err := s.SaveTicket(ctx, under, ticket, store.Step{Done: true, Now: noon}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a ticket of nobody was written: %v", err)
	}
	if found := storetest.Find(t, s, string(id)); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
	left := relays(t, s)
	if len(left) != 1 || left[0].Kind != store.RelayForget || left[0].Ticket != ticket.Number {
		t.Fatalf("the team is not told: %+v", left)
	}
	if open, err := s.Carrier(ctx, left[0]); err != nil || open {
		t.Errorf("the ticket still counts as open: %v, %v", open, err)
	}
	if got := openTickets(t, s); len(got) != 1 || got[0].Number != other.Number {
		t.Errorf("the other's ticket: %v", got)
	}
}

func TestSaidKnowsTheNewestMessages(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	id := s.ContactID(ana)
	for i := range 60 {
		ref := turn(t, s, ana, int64(i+1), func(tn *store.Turn) { tn.Replies = says("k") })
		if err := s.Delivered(ctx, ref, noon, 0, 10*i, 10*i+1); err != nil {
			t.Fatal(err)
		}
	}
	said, err := s.Said(ctx, id)
	if err != nil || len(said) != 100 || said[99] != 591 || said[0] != 100 {
		t.Errorf("%d messages, %v", len(said), err)
	}
	if err := s.Unsay(ctx, id); err != nil {
		t.Fatal(err)
	}
	if said, err := s.Said(ctx, id); err != nil || len(said) != 0 {
		t.Errorf("after: %v, %v", said, err)
	}
}

func TestOnceIsOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for i, want := range []bool{true, false} {
		if got, err := s.Once(t.Context(), "group-missing", time.Hour); err != nil || got != want {
			t.Errorf("%d: %v, %v", i, got, err)
		}
	}
}

func TestAStaffGroupMoves(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if got, err := s.StaffGroup(t.Context(), -5); got != -5 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
	if err := s.MoveStaffGroup(t.Context(), -5, -1005); err != nil {
		t.Fatal(err)
	}
	if got, err := s.StaffGroup(t.Context(), -5); got != -1005 || err != nil {
		t.Errorf("%d, %v", got, err)
	}
}
