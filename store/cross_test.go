package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// Cross must agree with Count, which asks for each pair alone.
func TestCrossAgreesWithCount(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	towns, results := []string{"54001", "08001", "05001"}, []string{"A", "B"}
	for i := range 90 {
		r, err := s.Load(t.Context(), int64(1000+i))
		if err != nil {
			t.Fatal(err)
		}
		index := []flows.Entry{{Dimension: "municipality", Value: towns[i%3]}, {Dimension: "laboral", Value: results[i/3%2]}}
		if i%5 == 0 {
			index = append(index, flows.Entry{Dimension: "language", Value: "en"})
		}
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Index: index, Consented: true, Now: time.Now()}); err != nil {
			t.Fatal(err)
		}
	}
	var rows, columns []flows.Entry
	for _, v := range towns {
		rows = append(rows, flows.Entry{Dimension: "municipality", Value: v})
	}
	for _, v := range append(results, "C") {
		columns = append(columns, flows.Entry{Dimension: "laboral", Value: v})
	}
	english := flows.Entry{Dimension: "language", Value: "en"}
	for name, within := range map[string][][]flows.Entry{"everybody": nil, "bounded": {{english}}} {
		var want [][]int
		for _, row := range rows {
			var line []int
			for _, filter := range append(filters(columns), store.Everyone()) {
				all := []store.Filter{store.In(row.Dimension, row.Value), filter}
				if within != nil {
					all = append(all, store.In(english.Dimension, english.Value))
				}
				n, err := s.Count(t.Context(), store.And(all...))
				if err != nil {
					t.Fatal(err)
				}
				line = append(line, n)
			}
			want = append(want, line)
		}
		got, err := s.Cross(t.Context(), within, rows, columns)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-one by one +crossed): %s", name, diff)
		}
	}
	if _, err := s.Cross(t.Context(), nil, []flows.Entry{{Dimension: "a b", Value: "c"}}, nil); err == nil {
		t.Error("a name that no key may have was taken")
	}
}

func filters(entries []flows.Entry) (out []store.Filter) {
	for _, e := range entries {
		out = append(out, store.In(e.Dimension, e.Value))
	}
	return out
}
