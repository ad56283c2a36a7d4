package store_test

import (
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func notify(t testing.TB, s *store.Store, chat int64, id string, at time.Time) bool {
	t.Helper()
	n := flows.Notice{ID: id, Kind: flows.PlaceOffered, Held: flows.HeldCourse, Offer: "MARKER", Until: noon.Unix() + 60}
	result, err := s.Notify(t.Context(), s.ContactID(chat), n, at)
	if err != nil {
		t.Fatal(err)
	}
	return result == store.NotifyLeft
}

func noticed(t testing.TB, s *store.Store, chat int64) (*store.Record, []store.Noticed, []string) {
	t.Helper()
	r, list, err := s.LoadNoticed(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, n := range list {
		ids = append(ids, n.ID)
	}
	return r, list, ids
}

func due(t testing.TB, s *store.Store, now time.Time) int {
	t.Helper()
	ids, err := s.Due(t.Context(), now, 10)
	if err != nil {
		t.Fatal(err)
	}
	return len(ids)
}

func TestANoticeWakesItsContactAndStaysUntilTaken(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		turn(t, s, ana, 1, func(tn *store.Turn) { tn.Due = noon.Add(time.Hour) })
		for _, n := range []string{"b", "a", "b"} {
			if !notify(t, s, ana, n, noon) {
				t.Fatal("nobody there")
			}
		}
		notify(t, s, ana, "later", noon.Add(time.Second))
		if due(t, s, noon) != 1 {
			t.Error("the contact is not due")
		}
		r, list, ids := noticed(t, s, ana)
		if diff := cmp.Diff([]string{"a", "b", "later"}, ids); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if list[0].Held != flows.HeldCourse || list[0].Offer != "MARKER" || list[0].Until != noon.Unix()+60 {
			t.Errorf("%+v", list[0])
		}
		if found := storetest.Find(t, s, "MARKER"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		if got := kinds(t, s, ana)["notices"]; got != 3 {
			t.Errorf("%d listed as kept", got)
		}
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Consented: true, Now: noon, Notices: list, Taken: []string{"a", "later"}, Due: noon.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if due(t, s, noon) != 0 {
			t.Error("what the turn left for later is due at once")
		}
		if _, _, ids := noticed(t, s, ana); len(ids) != 1 || ids[0] != "b" {
			t.Errorf("left: %v", ids)
		}
	})
}

// A turn that did not see a notice must not put off the timer that tells it.
func TestANoticeThatCameMeanwhileIsDueAtOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	turn(t, s, ana, 1, func(*store.Turn) {})
	r, list, _ := noticed(t, s, ana)
	notify(t, s, ana, "a", noon)
	if _, err := s.Commit(t.Context(), store.Turn{Record: r, Consented: true, Now: noon, Notices: list, Due: noon.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	if due(t, s, noon) != 1 {
		t.Error("the timer's own turn put it off")
	}
	turn(t, s, ana, 2, func(tn *store.Turn) { tn.Due = noon.Add(time.Hour) })
	if due(t, s, noon) != 1 {
		t.Error("a person's turn put it off")
	}
}

func TestNobodyIsNotifiedWithoutConsent(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if notify(t, s, ana, "a", noon) {
		t.Error("a stranger was notified")
	}
	turn(t, s, ana, 1, func(tn *store.Turn) { tn.Consented = false })
	if notify(t, s, ana, "a", noon) {
		t.Error("a guest was notified")
	}
	turn(t, s, ana, 2, nil)
	if !notify(t, s, ana, "a", noon) {
		t.Fatal("nobody there")
	}
	turn(t, s, ana, 3, func(tn *store.Turn) { tn.Consented = false })
	if _, _, ids := noticed(t, s, ana); len(ids) != 0 || due(t, s, noon) != 0 {
		t.Errorf("consent was taken back and %v is still to be told", ids)
	}
	turn(t, s, ana, 4, nil)
	notify(t, s, ana, "a", noon)
	turn(t, s, ana, 5, func(tn *store.Turn) { tn.Erase = true })
	if found := storetest.Find(t, s, string(s.ContactID(ana))); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
}

// Who runs the contact's turn at once needs the timer for a crash only.
func TestANoticeWakesItsContactNoSoonerThanAsked(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	turn(t, s, ana, 1, func(*store.Turn) {})
	turn(t, s, ana+1, 1, func(tn *store.Turn) { tn.Due = noon })
	for _, chat := range []int64{ana, ana + 1} {
		n := flows.Notice{ID: "a", Kind: flows.PlaceOffered}
		if result, err := s.NotifyBy(t.Context(), s.ContactID(chat), n, noon, noon.Add(time.Minute)); err != nil || result != store.NotifyLeft {
			t.Fatal(result, err)
		}
	}
	if n := due(t, s, noon.Add(59*time.Second)); n != 1 { // the other was due before
		t.Errorf("%d are due at once", n)
	}
	if n := due(t, s, noon.Add(time.Minute)); n != 2 {
		t.Errorf("%d are due in the end", n)
	}
}
