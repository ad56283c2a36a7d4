package programme

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func numbers(lines []HelpLine) string {
	var out []string
	for _, line := range lines {
		out = append(out, line.Number)
	}
	return strings.Join(out, " ")
}

func TestVisibleHelpLinesToday(t *testing.T) {
	lines := load(t).HelpLines
	today := Date{2026, time.November, 22}
	// Nobody has dialled the other numbers yet.
	for _, municipality := range []string{"", "11001", "54001", "nowhere"} {
		if got := numbers(Visible(lines, municipality, today)); got != "123 155 141 122" {
			t.Errorf("visible in %q: %s, want 123 155 141 122", municipality, got)
		}
	}
	if len(lines) != 16 {
		t.Errorf("%d help lines, want 16", len(lines))
	}
	for _, line := range lines {
		if strings.Contains(line.Number, " ") {
			t.Errorf("%s has spaces in its number: phones would not link it", line.ID)
		}
		if line.Name("es") == "" || line.Name("en") == line.Name("es") || line.Purpose("en") == line.Purpose("es") || line.Name("ht") != line.Name("es") {
			t.Errorf("%s is called %q, %q, %q", line.ID, line.Name("es"), line.Name("en"), line.Name("ht"))
		}
	}
}

func TestVisibleHelpLinesAfterACheck(t *testing.T) {
	today := Date{2026, time.November, 22}
	lines := []HelpLine{
		{ID: "old", Number: "1", VerifiedOn: Date{2026, time.August, 23}, Order: 6},  // 91 days
		{ID: "edge", Number: "2", VerifiedOn: Date{2026, time.August, 24}, Order: 5}, // 90 days
		{ID: "today", Number: "3", VerifiedOn: today, Order: 4},                      // 0 days
		{ID: "future", Number: "4", VerifiedOn: Date{2026, time.November, 23}},       // a slip
		{ID: "none", VerifiedOn: today},                                              // no number
		{ID: "local", Number: "5", Local: true, Municipality: "11001", VerifiedOn: today, Order: 3},
		{ID: "placeless", Number: "6", Local: true, VerifiedOn: today},
		{ID: "always", Number: "123", Always: true, Order: 1},
		{ID: "always without number", Always: true},
	}
	tests := []struct{ municipality, want string }{
		{"11001", "123 5 3 2"}, {"54001", "123 3 2"}, {"", "123 3 2"},
	}
	for _, tt := range tests {
		if got := numbers(Visible(lines, tt.municipality, today)); got != tt.want {
			t.Errorf("visible in %q: %s, want %s", tt.municipality, got, tt.want)
		}
	}
	if lines[0].ID != "old" {
		t.Error("Visible reordered what it was given")
	}
}

func TestHelpLineCellsAreRead(t *testing.T) {
	lines := load(t).HelpLines
	purple := lines[8]
	want := HelpLine{ID: "L-09", Number: "3007551846", Channels: []string{"whatsapp"}, Municipality: "11001", Local: true, Hours: "24h", Free: true,
		Source:     "https://www.radiosantafe.com/2026/02/14/una-llamada-a-la-linea-purpura-en-bogota-puede-cambiarlo-todo-tome-nota/",
		SourceDate: "2026-02-14", State: "fuente_prensa_reciente", Order: 9}
	purple.name, purple.purpose = nil, nil
	if diff := cmp.Diff(want, purple, cmp.AllowUnexported(HelpLine{})); diff != "" {
		t.Errorf("L-09 (-want +got):\n%s", diff)
	}
}
