package programme

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
)

// samplesToday is the day on which the samples are meant to be read.
const samplesToday = "2026-11-22"

// sampleRows are the rows of a sample file by column.
func sampleRows(t testing.TB, file string) []map[string]string {
	t.Helper()
	f, err := os.Open("samples/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, cell := range cells {
			row[all[0][i]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

// TestDecentWorkSamples holds the checklist to the 20 offers of the rule book:
// exactly their codes and exactly their result.
func TestDecentWorkSamples(t *testing.T) {
	d := load(t)
	today := day(t, samplesToday)
	vacancies := map[string]Vacancy{}
	for _, v := range sampleVacancies(t, d) {
		vacancies[v.ID] = v
	}
	rows := sampleRows(t, "vacantes.csv")
	if len(rows) != 20 || len(vacancies) != 20 {
		t.Fatalf("read %d rows and %d vacancies, want 20", len(rows), len(vacancies))
	}
	for _, row := range rows {
		a := d.DecentWork.Check(vacancies[row["id"]], today)
		got, want := a.Codes(), strings.FieldsFunc(row["razones_esperadas"], func(r rune) bool { return r == '|' })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: codes %v, want %v", row["id"], got, want)
		}
		if string(a.Verdict) != row["resultado_esperado"] {
			t.Errorf("%s: verdict %s, want %s", row["id"], a.Verdict, row["resultado_esperado"])
		}
		if a.NeedsRecheck {
			t.Errorf("%s needs a second check, but starts in 2026", row["id"])
		}
	}
}
