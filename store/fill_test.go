package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

func TestFills(t *testing.T) {
	s, ctx := storetest.Open(t, store.Config{}), t.Context()
	full := store.Offer{Kind: store.OfferCourse, ID: "C-1", Version: 1, Places: 1, Standing: programme.StandingOpen, Ends: noon.AddDate(0, 1, 0)}
	for _, id := range []store.ContactID{s.ContactID(1), s.ContactID(2), s.ContactID(3)} {
		if _, err := s.Reserve(ctx, full, id, 1, noon); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Fills(ctx, []store.Offer{{Kind: store.OfferEvent, ID: "E-1"}, full})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]store.Fill{{}, {Used: 1, Waiting: 2}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, err := s.Fills(ctx, nil); err != nil || len(got) != 0 {
		t.Errorf("of no offers: %v, %v", got, err)
	}
}
