package programme

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestScreenSampleCases runs the 20 people of the rule book: the outcome of
// each line, the texts and the offers of each.
func TestScreenSampleCases(t *testing.T) {
	d := load(t)
	call, ok := d.Calls.ByID("ejemplo_2026")
	if !ok {
		t.Fatal("the sample call is missing")
	}
	f, err := os.Open("testdata/screening_casos.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 21 {
		t.Fatalf("read %d rows, want a header and 20 people", len(rows))
	}
	for _, row := range rows[1:] {
		cell := func(name string) string {
			i := slices.Index(rows[0], name)
			if i < 0 {
				t.Fatalf("no column %s", name)
			}
			return row[i]
		}
		list := func(name string) []string {
			return slices.DeleteFunc(strings.Split(cell(name), "|"), func(s string) bool { return s == "" })
		}
		t.Run(cell("id"), func(t *testing.T) {
			s := d.Ruleset.Screen(call, Answers{
				Consent: cell("consentimiento") == "si",
				Age:     cell("Q1"), Municipality: cell("Q2"), Population: cell("Q3"), Document: cell("Q4"),
				Seeks: list("Q5"), Stay: cell("Q6"),
				Business: cell("E1"), Sector: cell("E2"), SeedCapital: cell("E3"), Classes: cell("E4"),
				Occupations: list("L1"), Experience: cell("L2"), WorkingTime: cell("L3"),
			})
			got := map[Line]Outcome{}
			for _, line := range s.Lines {
				got[line.Line] = line.Outcome
				if len(line.NextSteps) == 0 {
					t.Errorf("%s has no next step", line.Line)
				}
			}
			want := map[Line]Outcome{
				Emprendimiento:         Outcome(cell("esperado_emprendimiento")),
				InclusionLaboral:       Outcome(cell("esperado_laboral")),
				IntegracionComunitaria: Outcome(cell("esperado_comunitaria")),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.Join(list("textos"), "|"), strings.Join(s.Texts, "|")); diff != "" {
				t.Errorf("texts (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(strings.Join(list("ofertas"), "|"), strings.Join(texts(s.Offers), "|")); diff != "" {
				t.Errorf("offers (-want +got):\n%s", diff)
			}
		})
	}
}

func load(t testing.TB) *Data {
	t.Helper()
	d, err := Default()
	if err != nil {
		t.Fatalf("load the embedded data:\n%v", err)
	}
	return d
}
