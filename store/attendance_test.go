package store_test

import (
	"testing"

	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

var today = programme.Date{Year: 2026, Month: 11, Day: 22}

func tick(t testing.TB, s *store.Store, o store.Offer, day programme.Date, ticks ...store.Tick) int {
	t.Helper()
	n, err := s.Came(t.Context(), o, day, ticks, noon)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func attendance(t testing.TB, s *store.Store, o store.Offer) store.Attendance {
	t.Helper()
	a, err := s.Attendance(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRosterIsInOrder(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		o := baking(3)
		for i, size := range []int{1, 2, 1, 2} {
			reserve(t, s, o, s.ContactID(int64(i+1)), size)
		}
		if err := s.Watch(t.Context(), o, s.ContactID(9), noon); err != nil {
			t.Fatal(err)
		}
		roster, err := s.Roster(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		want := []store.Seat{
			{Contact: s.ContactID(1), Place: store.Place{State: store.PlaceTaken, Size: 1}, Since: noon},
			{Contact: s.ContactID(2), Place: store.Place{State: store.PlaceTaken, Size: 2}, Since: noon},
			{Contact: s.ContactID(3), Place: store.Place{State: store.PlaceWaiting, Size: 1, Position: 1}},
			{Contact: s.ContactID(4), Place: store.Place{State: store.PlaceWaiting, Size: 2, Position: 2}},
			{Contact: s.ContactID(9), Place: store.Place{State: store.PlaceWatching}},
		}
		// Who came in the same second is in the order of their ids.
		if len(roster) == len(want) && roster[0].Contact != want[0].Contact {
			roster[0], roster[1] = roster[1], roster[0]
		}
		if diff := cmp.Diff(want, roster); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestWhoCame(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		turn(t, s, ana, 1, nil)
		o, monday := baking(5), today.AddDays(1)
		family, alone, waits := s.ContactID(ana), s.ContactID(beto), s.ContactID(77)
		reserve(t, s, o, family, 4)
		reserve(t, s, o, alone, 1)
		reserve(t, s, o, waits, 1)
		if n := tick(t, s, o, today, store.Tick{Contact: family, People: 3}, store.Tick{Contact: alone, People: 9}, store.Tick{Contact: waits, People: 1}, store.Tick{Contact: store.Others, People: 12}); n != 3 {
			t.Errorf("%d changed, want 3: who waits has no place", n)
		}
		if n := tick(t, s, o, today, store.Tick{Contact: family, People: 3}); n != 0 {
			t.Errorf("the same again changed %d", n)
		}
		tick(t, s, o, monday, store.Tick{Contact: family, People: 4})
		want := store.Attendance{
			People: map[programme.Date]map[store.ContactID]int{today: {family: 3, alone: 1}, monday: {family: 4}},
			Others: map[programme.Date]int{today: 12},
		}
		got := attendance(t, s, o)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]programme.Date{today, monday}, got.Days()); diff != "" || got.On(today) != 16 || got.On(monday) != 4 {
			t.Errorf("%d and %d came (-want +got):\n%s", got.On(today), got.On(monday), diff)
		}
		own, err := s.AttendanceOf(t.Context(), family, noon)
		if err != nil || len(own) != 1 || own[0].Offer.ID != o.ID || !cmp.Equal(own[0].Days, []programme.Date{today, monday}) {
			t.Errorf("for her own eyes: %+v, %v", own, err)
		}
		if kinds(t, s, ana)["places-came"] != 1 {
			t.Error("not listed as kept")
		}
		tick(t, s, o, today, store.Tick{Contact: alone, People: 0}, store.Tick{Contact: store.Others, People: -3})
		if got := attendance(t, s, o).On(today); got != 3 {
			t.Errorf("%d came after two were taken back, want 3", got)
		}
		// Whoever leaves was there all the same; whoever is erased was never.
		if _, err := s.Withdraw(t.Context(), o, family); err != nil {
			t.Fatal(err)
		}
		if got := attendance(t, s, o).On(monday); got != 4 {
			t.Errorf("%d came on Monday after somebody left, want 4", got)
		}
		turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
		if found := storetest.Find(t, s, string(family)); len(found) > 0 {
			t.Errorf("left: %v", found)
		}
	})
}
