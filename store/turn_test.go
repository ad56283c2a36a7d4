package store_test

import (
	"errors"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // 12:00 in Bogotá

const ana = int64(7_000_111_222)

// turn loads the chat and commits what change makes of the turn.
func turn(t testing.TB, s *store.Store, chat, update int64, change func(*store.Turn)) store.OwedRef {
	t.Helper()
	ref, err := tryTurn(t, s, chat, update, change)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func tryTurn(t testing.TB, s *store.Store, chat, update int64, change func(*store.Turn)) (store.OwedRef, error) {
	t.Helper()
	tn := store.Turn{Record: load(t, s, chat), Update: update, Consented: true, Now: noon}
	if change != nil {
		change(&tn)
	}
	return s.Commit(t.Context(), tn)
}

func load(t testing.TB, s *store.Store, chat int64) *store.Record {
	t.Helper()
	r, err := s.Load(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func says(key string) []flows.Reply { return []flows.Reply{{Parts: []flows.Text{flows.Key(key)}}} }

func TestAStrangerHasAnEmptyRecord(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	r := load(t, s, ana)
	if r.Revision != 0 || r.ChatID != ana || !r.ID.Valid() || r.Member || r.Delivery != (store.Delivery{}) {
		t.Errorf("got %+v", r)
	}
	if _, err := s.LoadID(t.Context(), r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("LoadID: %v, want ErrNotFound", err)
	}
}

func TestACommittedTurnIsLoadedAgain(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	session := flows.Session{
		Flow: "screening", Step: "edad", Question: 7, Asking: true, Language: "es", Seen: noon.Unix(),
		Slots:    map[string][]string{"busca": {"negocio", "trabajo"}, "texto": {"ñandú 🎈 \x00 <b>"}},
		Consents: []flows.Consent{{Text: "consent.text", Version: 2, Hash: store.TextHash("hola"), Language: "es", Purposes: []string{"evaluate"}, Given: true, At: noon.Unix(), Update: 41}},
	}
	turn(t, s, ana, 41, func(tn *store.Turn) {
		tn.Record.Session = session
		tn.Index = []flows.Entry{{Dimension: "municipality", Value: "11001"}}
	})
	r := load(t, s, ana)
	if diff := cmp.Diff(session, r.Session); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	if r.ChatID != ana || r.Created != noon.Unix() || !r.Member || !r.Has(41) || r.Has(42) || r.Has(0) {
		t.Errorf("got %+v", r)
	}
	first := r.Revision
	turn(t, s, ana, 42, nil)
	if r := load(t, s, ana); r.Revision != first+1 || r.Created != noon.Unix() || !r.Has(41) || !r.Has(42) {
		t.Errorf("after a second turn: %+v", r)
	}
	byID, err := s.LoadID(t.Context(), r.ID)
	if err != nil || byID.ChatID != ana {
		t.Errorf("LoadID: %+v, %v", byID, err)
	}
}

func TestALateCommitIsAConflict(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for _, name := range []string{"no record", "a record"} {
		stale := load(t, s, ana)
		turn(t, s, ana, 0, nil)
		stale.Session.Step = "lost"
		if _, err := s.Commit(t.Context(), store.Turn{Record: stale, Replies: says("x"), Steps: []string{"a.b"}, Now: noon}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", name, err)
		}
		if r := load(t, s, ana); r.Session.Step != "" || r.Delivery.Pending {
			t.Errorf("%s: the late turn left %+v", name, r)
		}
	}
	if got, err := s.Funnel(t.Context(), noon); err != nil || len(got) != 0 {
		t.Errorf("funnel %v, %v: want none", got, err)
	}
}

func TestARedeliveredUpdateIsADuplicate(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for u := int64(100); u < 132; u++ {
		turn(t, s, ana, u, nil)
	}
	for _, u := range []int64{100, 131} {
		if _, err := tryTurn(t, s, ana, u, nil); !errors.Is(err, store.ErrDuplicate) {
			t.Errorf("update %d again: %v, want ErrDuplicate", u, err)
		}
	}
	turn(t, s, ana, 90, nil) // older than all, but unseen: Telegram may swap two
	if r := load(t, s, ana); r.Has(100) || !r.Has(101) || !r.Has(90) {
		t.Error("want the last 32 updates in order of arrival")
	}
}
