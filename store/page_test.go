package store_test

import (
	"slices"
	"testing"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

func TestPagesOfPeopleAreWholeAndDisjoint(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		const people, chosen = 90, 60
		for n := range people {
			town := "54001"
			if n >= chosen {
				town = "11001"
			}
			turn(t, s, ana+int64(n), 1, func(tn *store.Turn) {
				tn.Index = []flows.Entry{{Dimension: "municipality", Value: town}}
				tn.Record.Session.Language = town
			})
		}
		f := store.In("municipality", "54001")
		var seen []store.ContactID
		for from := 0; ; from += 7 {
			page, err := s.People(t.Context(), f, from, 7)
			if err != nil || page.Total != chosen {
				t.Fatalf("from %d: total %d, %v", from, page.Total, err)
			}
			if want := max(0, min(7, chosen-from)); len(page.Records) != want {
				t.Fatalf("from %d: %d people, want %d", from, len(page.Records), want)
			}
			if len(page.Records) == 0 {
				break
			}
			for _, r := range page.Records {
				if r.Session.Language != "54001" || slices.Contains(seen, r.ID) {
					t.Errorf("from %d: %s does not belong here", from, r.ID)
				}
				seen = append(seen, r.ID)
			}
		}
		if len(seen) != chosen {
			t.Errorf("%d people on all pages, want %d", len(seen), chosen)
		}
		if page, err := s.People(t.Context(), store.Everyone(), 0, 1000); err != nil || len(page.Records) != people || page.Total != people {
			t.Errorf("everybody: %d of %d, %v", len(page.Records), page.Total, err)
		}
		if page, err := s.People(t.Context(), store.In("municipality", "99999"), 0, 10); err != nil || page.Total != 0 || len(page.Records) != 0 {
			t.Errorf("nobody: %+v, %v", page, err)
		}
		if _, err := s.People(t.Context(), store.In("municipality", "a:b"), 0, 10); err == nil {
			t.Error("a filter that is none is taken")
		}
		turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
		if list, err := s.Records(t.Context(), []store.ContactID{s.ContactID(ana + 1), s.ContactID(ana), s.ContactID(ana + 2)}); err != nil || len(list) != 2 || list[1].ID != s.ContactID(ana+2) {
			t.Errorf("records: %v, %v", list, err)
		}
	})
}

// A page in the middle of many people, as an officer sees it.
func BenchmarkPeoplePage(b *testing.B) {
	people := benchPeople(b)
	s := storetest.Open(b, store.Config{URL: storetest.Start(b, "--appendonly", "no").URL(0)})
	fill(b, s, people)
	f := store.And(store.In("municipality", "54001"), store.Or(store.In("seeks", "trabajo"), store.In("seeks", "no_se")))
	b.ReportAllocs()
	for b.Loop() {
		page, err := s.People(b.Context(), f, 100, 50)
		if err != nil || len(page.Records) != 50 {
			b.Fatal(len(page.Records), page.Total, err)
		}
	}
}
