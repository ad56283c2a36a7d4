package store_test

import (
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestOneSayEachAndNoneAfterAnErasure(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	turn(t, s, ana, 1, nil)
	o := baking(3)
	o.Kind = store.OfferEvent
	reserve(t, s, o, s.ContactID(ana), 1)
	rate := func(chat int64, g store.Grade) bool {
		t.Helper()
		ok, err := s.Rate(t.Context(), o, s.ContactID(chat), g, noon)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !rate(ana, store.Grade{Grade: 2}) || !rate(ana, store.Grade{Grade: 5, Words: "MARKER"}) {
		t.Error("who was there has no say")
	}
	if rate(beto, store.Grade{Grade: 1}) {
		t.Error("who was not there has a say")
	}
	if got, err := s.Grades(t.Context(), o); err != nil || len(got) != 1 || got[0] != (store.Grade{Grade: 5, Words: "MARKER"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := s.GradesOf(t.Context(), s.ContactID(ana), noon); err != nil || len(got) != 1 || got[0].Event != o.ID || got[0].Grade.Grade != 5 {
		t.Errorf("for her own eyes: %v, %v", got, err)
	}
	if got := kinds(t, s, ana)["places-grades"]; got != 1 {
		t.Errorf("%d listed as kept", got)
	}
	if found := storetest.Find(t, s, "MARKER"); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
	if got, err := s.Grades(t.Context(), o); err != nil || len(got) != 0 {
		t.Errorf("after the erasure: %v, %v", got, err)
	}
}
