package store_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestMatchedVacanciesAreRememberedUntilTheyAreOver(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	now := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	if err := s.NoteMatched(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	err := s.NoteMatched(t.Context(), map[string]time.Time{"V-01": now.Add(time.Hour), "V-02": now.Add(3 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		after time.Duration
		want  []string
	}{{0, []string{"V-01", "V-02"}}, {2 * time.Hour, []string{"V-02"}}, {4 * time.Hour, nil}} {
		matched, err := s.Matched(t.Context(), now.Add(look.after))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(look.want, slices.Sorted(maps.Keys(matched))); diff != "" {
			t.Errorf("after %v (-want +got):\n%s", look.after, diff)
		}
	}
}
