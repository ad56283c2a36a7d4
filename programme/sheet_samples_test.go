package programme

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampleFile(t testing.TB, name string) (*os.File, int64) {
	t.Helper()
	f, err := os.Open("samples/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	return f, info.Size()
}

func sampleVacancies(t testing.TB, d *Data) []Vacancy {
	t.Helper()
	f, size := sampleFile(t, "vacantes.csv")
	var out []Vacancy
	report, err := d.ReadVacancies(f, size, func(_ int, v Vacancy) error { out = append(out, v); return nil })
	if err != nil || report.Bad > 0 {
		t.Fatalf("read vacantes.csv: %v, %+v", err, report)
	}
	if diff := cmp.Diff([]string{"resultado_esperado", "razones_esperadas"}, report.Ignored); diff != "" {
		t.Errorf("ignored columns (-want +got):\n%s", diff)
	}
	return out
}
