package store_test

import (
	"errors"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestARequestIsOpenedAndAnswered(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		id := s.ContactID(ana)
		ask := store.Request{Kind: store.RequestExport, Contact: id, Way: "phone", Asked: noon.Unix(), Due: noon.AddDate(0, 0, 14).Unix(), Note: "MARKER 3001234567", By: "s-luz234"}
		if _, err := s.OpenRequest(ctx, ask); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of nobody: %v", err)
		}
		turn(t, s, ana, 1, nil)
		r, err := s.OpenRequest(ctx, ask)
		if err != nil {
			t.Fatal(err)
		}
		urgent := ask
		urgent.Contact, urgent.Kind, urgent.Due = "", store.RequestOther, noon.AddDate(0, 0, 2).Unix()
		first, err := s.OpenRequest(ctx, urgent)
		if err != nil {
			t.Fatal(err)
		}
		if open, err := s.OpenRequests(ctx); err != nil || len(open) != 2 || open[0].ID != first.ID || open[1].Note != "MARKER •••" {
			t.Fatalf("open: %+v, %v", open, err)
		}
		if mine, err := s.RequestsOf(ctx, id); err != nil || len(mine) != 1 || mine[0].ID != r.ID {
			t.Errorf("of the contact: %+v, %v", mine, err)
		}
		for range 2 {
			if err := s.AnswerRequest(ctx, r.ID, store.OutcomeDone, "s-iris23", noon.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		done, err := s.Request(ctx, r.ID)
		if err != nil || done.Open() || done.Contact != "" || done.Note != "" || done.Outcome != store.OutcomeDone || done.DoneBy != "s-iris23" || done.Due != ask.Due {
			t.Errorf("answered: %+v, %v", done, err)
		}
		if list, err := s.AnsweredRequests(ctx, 10); err != nil || len(list) != 1 || list[0].ID != r.ID {
			t.Errorf("answered: %v, %v", list, err)
		}
		if mine, err := s.RequestsOf(ctx, id); err != nil || len(mine) != 0 {
			t.Errorf("still theirs: %v, %v", mine, err)
		}
		if _, err := s.Request(ctx, "r-000000"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("none: %v", err)
		}
		for _, bad := range []store.Request{{}, {Kind: "x", Way: "phone", Asked: 1, Due: 2}, {Kind: store.RequestErase, Way: "pigeon", Asked: 1, Due: 2}, {Kind: store.RequestErase, Way: "phone", Asked: 2, Due: 1}} {
			if _, err := s.OpenRequest(ctx, bad); err == nil {
				t.Errorf("%+v is taken", bad)
			}
		}
	})
}

func TestAnErasureAnswersTheRequests(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	turn(t, s, ana, 1, nil)
	id := s.ContactID(ana)
	var ids []string
	for _, kind := range []store.RequestKind{store.RequestExport, store.RequestErase} {
		r, err := s.OpenRequest(ctx, store.Request{Kind: kind, Contact: id, Way: "mail", Asked: noon.Unix(), Due: noon.AddDate(0, 0, 14).Unix(), By: "s-luz234"})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
	for i, want := range []string{store.OutcomeGone, store.OutcomeDone} {
		if r, err := s.Request(ctx, ids[i]); err != nil || r.Outcome != want || r.Contact != "" {
			t.Errorf("%d: %+v, %v", i, r, err)
		}
	}
	if found := storetest.Find(t, s, string(id)); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
}
