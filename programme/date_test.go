package programme

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for _, good := range []string{"", "2026-07-15", "2024-02-29"} {
		if d, err := ParseDate(good); err != nil || d.String() != good {
			t.Errorf("ParseDate(%q) = %v, %v", good, d, err)
		}
	}
	for _, bad := range []string{"2026-02-30", "15/07/2026", "2026-7-5", "hoy", "2026-07-15T00:00"} {
		if d, err := ParseDate(bad); err == nil {
			t.Errorf("ParseDate(%q) = %v", bad, d)
		}
	}
}

func TestDateIsThatOfTheTimesOwnZone(t *testing.T) {
	bogota := time.FixedZone("COT", -5*60*60)
	late := time.Date(2026, time.July, 15, 2, 0, 0, 0, time.UTC) // still the 14th in Bogotá
	if got := DateOf(late.In(bogota)).String(); got != "2026-07-14" {
		t.Errorf("DateOf = %s, want 2026-07-14", got)
	}
}

func TestDateOrder(t *testing.T) {
	order := []string{"2025-12-31", "2026-01-01", "2026-01-02", "2026-02-01"}
	for i := range order {
		for j := range order {
			if got := day(t, order[i]).Before(day(t, order[j])); got != (i < j) {
				t.Errorf("%s before %s = %v", order[i], order[j], got)
			}
		}
	}
	if got := day(t, "2024-03-01").DaysSince(day(t, "2024-02-28")); got != 2 {
		t.Errorf("2024 has %d days from 28 February to 1 March, want 2", got)
	}
	if got := day(t, "2026-01-01").DaysSince(day(t, "2026-01-03")); got != -2 {
		t.Errorf("DaysSince backwards = %d, want -2", got)
	}
}

func TestPeriodsOverlap(t *testing.T) {
	p := func(from, to string) period { return period{day(t, from), day(t, to)} }
	tests := []struct {
		a, b period
		want bool
	}{
		{p("2026-01-01", "2026-06-30"), p("2026-07-01", ""), false},
		{p("2026-01-01", "2026-06-30"), p("2026-06-30", ""), true},
		{p("", "2026-06-30"), p("2026-07-01", "2026-12-31"), false},
		{p("", ""), p("2026-07-01", "2026-12-31"), true},
		{p("2026-01-01", ""), p("", "2025-12-31"), false},
	}
	for _, tt := range tests {
		if tt.a.overlaps(tt.b) != tt.want || tt.b.overlaps(tt.a) != tt.want {
			t.Errorf("%v and %v overlap = %v, want %v", tt.a, tt.b, !tt.want, tt.want)
		}
	}
}
