package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
	"arraigo/store/storetest"
)

func textEdit(key, words string) *flows.Edit {
	return &flows.Edit{Text: &locales.Change{Lang: "es", Key: key, Forms: map[string]string{"other": words}}}
}

// proposed makes a proposal of an edit, or of going back to the files.
func proposed(t testing.TB, s *store.Store, about string, e *flows.Edit) store.Proposal {
	t.Helper()
	p := store.Proposal{ID: store.NewProposalID(), About: about, Edit: e, Staff: "s-abc234", At: 1_800_000_000}
	if err := s.Propose(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatIsPublishedIsReadAndUndone(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		e := textEdit("menu.ask", "¿Qué necesita?")
		about := e.About()
		if c, err := s.Content(t.Context()); err != nil || c.Revision != 0 || c.Of(about) != nil {
			t.Fatalf("before anything: %+v, %v", c, err)
		}
		p := proposed(t, s, about, e)
		waiting, err := s.Proposals(t.Context())
		if err != nil || len(waiting) != 1 || waiting[0].ID != p.ID || waiting[0].Edit.Text.Forms["other"] != "¿Qué necesita?" {
			t.Fatalf("waiting: %+v, %v", waiting, err)
		}
		n, err := s.Publish(t.Context(), p, "-", "s-xyz789", 1_800_000_100)
		if err != nil || n != 1 {
			t.Fatalf("publish: %d, %v", n, err)
		}
		if _, err := s.Publish(t.Context(), p, "-", "s-xyz789", 1_800_000_100); !errors.Is(err, store.ErrConflict) {
			t.Errorf("published twice: %v", err)
		}
		c, err := s.Content(t.Context())
		if err != nil || c.Revision != 1 || c.Of(about).Text.Forms["other"] != "¿Qué necesita?" {
			t.Fatalf("after: %+v, %v", c, err)
		}
		if n, err := s.ContentRevision(t.Context()); err != nil || n != 1 {
			t.Errorf("revision %d, %v", n, err)
		}
		back := proposed(t, s, about, nil)
		if _, err := s.Publish(t.Context(), back, c.Mark(about), "s-xyz789", 1_800_000_200); err != nil {
			t.Fatal(err)
		}
		if c, _ := s.Content(t.Context()); c.Revision != 2 || len(c.Edits) != 0 {
			t.Errorf("after going back: %+v", c)
		}
		history, err := s.ContentHistory(t.Context())
		if err != nil || len(history) != 2 || history[0].Edit != nil || history[0].Was.Text.Forms["other"] != "¿Qué necesita?" ||
			history[1].Revision != 1 || history[1].Was != nil || history[1].Author != "s-abc234" || history[1].Staff != "s-xyz789" {
			t.Errorf("history %+v, %v", history, err)
		}
		if _, err := s.Proposal(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the proposal is still there: %v", err)
		}
	})
}

// Two who publish different things at once do not disturb each other; of two about
// the same thing the second is told.
func TestTwoPublishAtOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	var group sync.WaitGroup
	keys := []string{"menu.ask", "help.header", "cancel.done", "back.nothing", "early.note", "alerts.none"}
	for _, key := range keys {
		e := textEdit(key, "Hola.")
		p := proposed(t, s, e.About(), e)
		group.Go(func() {
			if _, err := s.Publish(t.Context(), p, "-", "s-xyz789", 1_800_000_100); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	c, err := s.Content(t.Context())
	if err != nil || len(c.Edits) != len(keys) || c.Revision != int64(len(keys)) {
		t.Fatalf("%d edits at revision %d, %v", len(c.Edits), c.Revision, err)
	}
	if !slices.IsSortedFunc(c.Edits, func(a, b flows.Edit) int {
		if a.About() < b.About() {
			return -1
		}
		return 1
	}) {
		t.Error("the edits are not sorted")
	}
	e := textEdit("menu.ask", "Buenas.")
	p := proposed(t, s, e.About(), e)
	if _, err := s.Publish(t.Context(), p, "-", "s-xyz789", 1_800_000_200); !errors.Is(err, store.ErrConflict) {
		t.Errorf("what somebody else published was overwritten unseen: %v", err)
	}
	if err := s.DropProposal(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Publish(t.Context(), p, c.Mark(e.About()), "s-xyz789", 1_800_000_200); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a dropped proposal was published: %v", err)
	}
	if err := s.DropProposal(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dropped twice: %v", err)
	}
}
