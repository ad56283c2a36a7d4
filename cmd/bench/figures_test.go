package main

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPercentile(t *testing.T) {
	hundred := make([]float64, 100)
	for i := range hundred {
		hundred[i] = float64(i + 1)
	}
	for _, tc := range []struct {
		values []float64
		p      float64
		want   float64
	}{
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 99.5, 100},
		{hundred, 100, 100},
		{hundred, 0, 1},
		{[]float64{7}, 99, 7},
		{[]float64{1, 2}, 50, 1},
		{[]float64{1, 2}, 51, 2},
		{[]float64{1, 2, 3, 4, 1000}, 99, 1000}, // of few values the worst
	} {
		if got := percentile(tc.values, tc.p); got != tc.want {
			t.Errorf("p%v of %d values is %v, want %v", tc.p, len(tc.values), got, tc.want)
		}
	}
	if got := percentile(nil, 50); !math.IsNaN(got) {
		t.Errorf("of nothing it is %v", got)
	}
}

func TestMedian(t *testing.T) {
	values := []float64{9, 1, 5}
	if got := median(values); got != 5 {
		t.Errorf("of three it is %v", got)
	}
	if diff := cmp.Diff([]float64{9, 1, 5}, values); diff != "" {
		t.Errorf("its argument was changed:\n%s", diff)
	}
	if got := median([]float64{4, 1, 2, 100}); got != 3 {
		t.Errorf("of four it is %v", got)
	}
	if got := median(nil); !math.IsNaN(got) {
		t.Errorf("of nothing it is %v", got)
	}
}

func TestRatioIsOfTheMediansAndItsEndsOfTheRounds(t *testing.T) {
	// One bad round on one side must not decide, but must be seen.
	got := compare([]float64{10, 12, 90}, []float64{8, 4, 6})
	if want := (ratio{value: 2, low: 1.25, top: 15}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := got.String(); got != "2.00x (1.25–15.00)" {
		t.Errorf("it is written %q", got)
	}
}

func TestMilliseconds(t *testing.T) {
	got := milliseconds([]time.Duration{3 * time.Millisecond, 1500 * time.Microsecond})
	if diff := cmp.Diff([]float64{1.5, 3}, got); diff != "" {
		t.Error(diff)
	}
}

func TestVerdicts(t *testing.T) {
	if judged(1.5, 1.5) != kept || judged(1.51, 1.5) != lost || judged(math.NaN(), 1.5) != lost {
		t.Error("a limit is kept when it is reached, and nothing measured keeps none")
	}
	rows := []row{
		{what: "first", target: "≤ 2", figure: "1", verdict: kept, notes: []string{"counted twice"}},
		{what: "second", figure: "7"},
		{what: "third", target: "≤ 1", figure: "3", verdict: lost},
	}
	if got := summary(rows); got != "1 targets kept, 1 missed (third)" {
		t.Errorf("the summary is %q", got)
	}
	var out strings.Builder
	printTable(&out, rows)
	want := `what    target  measured  verdict
first   ≤ 2     1         ok
second  -       7         -
third   ≤ 1     3         MISSED

first
    counted twice
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}
