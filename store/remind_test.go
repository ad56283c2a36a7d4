package store_test

import (
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestRemindFollowsTheOffer(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx, o := t.Context(), baking(9)
		ana, beto, caro := s.ContactID(1), s.ContactID(2), s.ContactID(3)
		names := map[store.ContactID]string{ana: "ana", beto: "beto", caro: "caro"}
		start := noon.Add(48 * time.Hour)
		remind := func(lead string, start, due, now time.Time, want int) {
			t.Helper()
			n, err := s.Remind(ctx, o, store.Due{Kind: "reminder", Mark: lead, Start: start, At: due}, now)
			if n != want || err != nil {
				t.Errorf("%s: %d to be reminded, %v, want %d", lead, n, err, want)
			}
		}
		told := func(want ...string) {
			t.Helper()
			if diff := cmp.Diff(want, untold(t, s, o, names)); diff != "" {
				t.Errorf("to be told (-want +got):\n%s", diff)
			}
			all, err := s.Untold(ctx, []store.Offer{o})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range all {
				if err := s.Told(ctx, x); err != nil {
					t.Fatal(err)
				}
			}
		}
		remind("absent", start, start.Add(-24*time.Hour), noon.Add(24*time.Hour), 0) // nobody has anything of it
		reserve(t, s, o, ana, 1)
		remind("none", start, time.Time{}, noon, 0)
		if _, err := s.Reserve(ctx, o, beto, 1, noon.Add(25*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.Watch(ctx, o, caro, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		remind("24h", start, start.Add(-24*time.Hour), noon.Add(26*time.Hour), 2) // late; beto came when it was due already
		remind("24h", start, start.Add(-24*time.Hour), noon.Add(26*time.Hour), 0)
		told("ana reminder", "caro reminder")
		remind("48h", start, start.Add(-48*time.Hour), noon.Add(26*time.Hour), 0) // before the one that was told
		remind("2h", start, start.Add(-2*time.Hour), noon.Add(46*time.Hour), 3)
		told("ana reminder", "beto reminder", "caro reminder")

		// Moved by a day, two hours before: the news of that said all that a day
		// before the new start would.
		moved := start.Add(20 * time.Hour)
		remind("24h", moved, moved.Add(-24*time.Hour), noon.Add(47*time.Hour), 0)
		remind("24h", moved, moved.Add(-24*time.Hour), noon.Add(48*time.Hour), 0)
		told()
		remind("2h", moved, moved.Add(-2*time.Hour), moved.Add(-2*time.Hour), 3)
		// Who gives the place back is not told what waits.
		if _, err := s.Withdraw(ctx, o, ana); err != nil {
			t.Fatal(err)
		}
		told("beto reminder", "caro reminder")
	})
}
