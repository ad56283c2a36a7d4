package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func keptVacancy(t testing.TB, s *store.Store, id string) store.Kept[programme.Vacancy] {
	t.Helper()
	k, err := store.KeptRow[programme.Vacancy](t.Context(), s, id)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func changeRows(t testing.TB, s *store.Store, rows ...store.Kept[programme.Vacancy]) []int {
	t.Helper()
	refused, err := store.ChangeRows(t.Context(), s, rows)
	if err != nil {
		t.Fatal(err)
	}
	return refused
}

func TestOfTwoWhoChangeARowTheSecondIsRefused(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		_, c := sampleCatalogue(t)
		if err := s.PutCatalogue(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		first, second := keptVacancy(t, s, "V-01"), keptVacancy(t, s, "V-01")
		before, _ := s.CatalogueVersion(t.Context())
		first.Row.Posts, second.Row.Posts = 7, 8
		if refused := changeRows(t, s, first); len(refused) != 0 {
			t.Errorf("the first is refused: %v", refused)
		}
		if refused := changeRows(t, s, second); !slices.Equal(refused, []int{0}) {
			t.Errorf("the second is not refused: %v", refused)
		}
		if refused := changeRows(t, s, first); len(refused) != 0 {
			t.Errorf("the first again, as by a double click, is refused: %v", refused)
		}
		if got := keptVacancy(t, s, "V-01").Row.Posts; got != 7 {
			t.Errorf("%d posts, want 7", got)
		}
		after, _ := s.CatalogueVersion(t.Context())
		if after != before+1 {
			t.Errorf("the version went from %d to %d for one change", before, after)
		}
	})
}

func TestNewRowsTakeNoIdThatIsTaken(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	_, c := sampleCatalogue(t)
	taken := c.Vacancies[0]
	if err := s.PutCatalogue(t.Context(), programme.Catalogue{Vacancies: c.Vacancies[:1]}); err != nil {
		t.Fatal(err)
	}
	taken.Title = "Otra"
	var rows []store.Kept[programme.Vacancy]
	for i := range 450 { // more than two scripts
		v := c.Vacancies[1]
		v.ID = fmt.Sprintf("N-%d", i)
		rows = append(rows, store.Kept[programme.Vacancy]{Row: v})
	}
	rows[300] = store.Kept[programme.Vacancy]{Row: taken}
	if refused := changeRows(t, s, rows...); !slices.Equal(refused, []int{300}) {
		t.Errorf("refused %v, want the one whose id is taken", refused)
	}
	kept, err := store.KeptRows[programme.Vacancy](t.Context(), s)
	if err != nil || len(kept) != 450 {
		t.Fatalf("%d rows, %v", len(kept), err)
	}
	for _, k := range kept {
		one, err := store.KeptRow[programme.Vacancy](t.Context(), s, k.Row.ID)
		if err != nil || one.Mark != k.Mark {
			t.Fatalf("%s: two marks for one row, %v", k.Row.ID, err)
		}
	}
	if _, err := store.KeptRow[programme.Vacancy](t.Context(), s, "none"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no row: %v", err)
	}
}

func TestADecisionIsAboutTheRowThatWasRead(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		_, c := sampleCatalogue(t)
		if err := s.PutCatalogue(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		k := keptVacancy(t, s, "V-01")
		before, _ := s.CatalogueVersion(t.Context())
		d := programme.NewDecision(k.Row, []programme.VacancyReview{{Code: "PLATAFORMA"}}, true, "Hablé con la empresa.", "s-abc123", today)
		if err := s.Decide(t.Context(), "V-01", k.Mark, d); err != nil {
			t.Fatal(err)
		}
		if after, _ := s.CatalogueVersion(t.Context()); after == before {
			t.Error("the version does not tell of the decision")
		}
		if diff := cmp.Diff(d, keptVacancy(t, s, "V-01").Row.Decision); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		whole, _, err := s.Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range whole.Vacancies {
			if (v.ID == "V-01") != v.Decision.Publish {
				t.Errorf("%s: %+v", v.ID, v.Decision)
			}
		}
		// An import of the same row knows of no decision, and takes none away.
		if _, err := store.PutRows(t.Context(), s, slices.Values(c.Vacancies)); err != nil {
			t.Fatal(err)
		}
		if !keptVacancy(t, s, "V-01").Row.Decision.Publish {
			t.Error("an import took the decision away")
		}
		changed := keptVacancy(t, s, "V-01")
		changed.Row.Tasks = "Otra cosa."
		changeRows(t, s, changed)
		if err := s.Decide(t.Context(), "V-01", k.Mark, d); !errors.Is(err, store.ErrConflict) {
			t.Errorf("about a row that changed: %v, want a conflict", err)
		}
		// With the row goes what was decided about it.
		if _, err := store.Withdraw[programme.Vacancy](t.Context(), s, today, func(id string) bool { return id != "V-01" }); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Withdraw[programme.Vacancy](t.Context(), s, today.AddDays(400), func(id string) bool { return id != "V-01" }); err != nil {
			t.Fatal(err)
		}
		if left := storetest.Find(t, s, "Hablé con la empresa"); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}
