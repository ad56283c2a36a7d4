package programme

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func TestAttention(t *testing.T) {
	data, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	bogota := time.FixedZone("America/Bogota", -5*3600)
	for _, c := range []struct{ at, next string }{
		{"2026-11-23 08:00", "2026-11-23 08:00"}, // Monday, just opened
		{"2026-11-23 16:59", "2026-11-23 16:59"},
		{"2026-11-23 17:00", "2026-11-24 08:00"},
		{"2026-11-23 07:59", "2026-11-23 08:00"},
		{"2026-11-27 20:00", "2026-11-30 08:00"}, // Friday night
		{"2026-12-07 18:00", "2026-12-09 08:00"}, // before a holiday
		{"2026-12-25 10:00", "2026-12-28 08:00"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, bogota)
		if err != nil {
			t.Fatal(err)
		}
		if got := data.Attention.Next(at).Format("2006-01-02 15:04"); got != c.next {
			t.Errorf("at %s somebody reads at %s, want %s", c.at, got, c.next)
		}
		if open := data.Attention.Open(at); open != (c.at == c.next) {
			t.Errorf("at %s open is %v", c.at, open)
		}
	}
	if h, ok := data.Attention.On(Date{2026, 11, 23}); !ok || !h.Span() || len(h.Days) != 5 || !h.Placeholder {
		t.Errorf("hours %+v", h)
	}
}

func TestAttentionOfNobody(t *testing.T) {
	if next := (&Attention{}).Next(time.Now()); !next.IsZero() {
		t.Errorf("somebody attends at %s", next)
	}
}

func TestAttentionRefusesMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"hours:\n - {days: [lunes], opens: '17:00', closes: '08:00'}":                                                                        "closes before it opens",
		"hours:\n - {days: [lunes], opens: '8', closes: '17:00'}":                                                                            "no time of day",
		"hours:\n - {days: [monday], opens: '08:00', closes: '17:00'}":                                                                       "not a possible value",
		"hours:\n - {days: [], opens: '08:00', closes: '17:00'}":                                                                             "have no day",
		"hours:\n - {days: [lunes], opens: '08:00', closes: '17:00'}\n - {from: 2026-01-01, days: [lunes], opens: '08:00', closes: '17:00'}": "two stretches",
		"hours:\n - {from: 2026-02-01, to: 2026-01-01, days: [lunes], opens: '08:00', closes: '17:00'}":                                      "end before they begin",
	} {
		var problems Problems
		loadAttention(fstest.MapFS{"a.yaml": {Data: []byte(text)}}, "a.yaml", &problems)
		if !strings.Contains(problems.Error(), want) {
			t.Errorf("%s\n%v, want %q", text, problems, want)
		}
	}
}
