package programme

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestStagesLeadFromTheirStartToTheirEnd(t *testing.T) {
	data, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range Lines() {
		var path []Stage
		for range 20 {
			moves := data.Stages.Moves(line, path)
			// The first move that goes on: not back, not out.
			i := slices.IndexFunc(moves, func(m Stage) bool { return !slices.Contains(path, m) && !data.Stages.Exit(m) })
			if i < 0 {
				break
			}
			path = append(path, moves[i])
		}
		last := path[len(path)-1]
		if last != "cierre" && last != "encuesta" {
			t.Errorf("%s ends at %s, on the way %v", line, last, path)
		}
	}
}

func TestStageMoves(t *testing.T) {
	data, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	exits := []Stage{"lista_de_espera", "retirado", "no_seleccionado", "remitido"}
	for _, c := range []struct {
		name string
		path []Stage
		want []Stage
	}{
		{"nowhere yet", nil, []Stage{"inscripcion"}},
		{"on the way", []Stage{"inscripcion"}, []Stage{"orientacion"}},
		{"one step back", []Stage{"inscripcion", "orientacion"}, []Stage{"hoja_de_vida", "formacion_o_certificacion", "remision", "inscripcion"}},
		{"out, from the way", []Stage{"inscripcion", "orientacion", "lista_de_espera"}, []Stage{"orientacion", "hoja_de_vida", "formacion_o_certificacion", "remision"}},
		{"out twice", []Stage{"inscripcion", "lista_de_espera", "retirado"}, []Stage{"inscripcion", "orientacion"}},
		{"out before the way", []Stage{"lista_de_espera"}, []Stage{"inscripcion"}},
		{"a stage that was taken out of the file", []Stage{"inscripcion", "antes"}, []Stage{"orientacion"}},
	} {
		var want []Stage
		now := Stage("")
		if n := len(c.path); n > 0 {
			now = c.path[n-1]
		}
		for _, stage := range slices.Concat(c.want, exits) {
			if stage != now {
				want = append(want, stage)
			}
		}
		if diff := cmp.Diff(want, data.Stages.Moves(InclusionLaboral, c.path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if data.Stages.May(IntegracionComunitaria, nil, "encuesta") {
		t.Error("a way may begin at its end")
	}
	if data.Stages.Moves("otra", nil) != nil || data.Stages.Of("otra") != nil {
		t.Error("a line that is none has stages")
	}
}

func TestStagesFileIsChecked(t *testing.T) {
	for _, c := range []struct{ old, new, what string }{
		{"to: [comite]}", "to: [comites]}", `"comites" is no stage of this line`},
		{"{stage: comite,", "{stage: formacion,", "the stage formacion is given twice"},
		{"{stage: cierre}", "{stage: Cierre}", `"Cierre" cannot be a stage`},
		{"to: [asistencia]}", "to: []}", "nobody can come to the stage asistencia"},
		{"  integracion_comunitaria:", "  integracion:", "the line integracion_comunitaria has no stages"},
	} {
		_, err := Load(edited(t, "stages.yaml", replace(c.old, c.new)))
		var problems Problems
		if !errors.As(err, &problems) || !slices.ContainsFunc(problems, func(p Problem) bool { return strings.Contains(p.What, c.what) && p.Line > 0 && p.Mend != "" }) {
			t.Errorf("%s → %s: %v, want %s", c.old, c.new, err, c.what)
		}
	}
}

func TestWorkingDays(t *testing.T) {
	data, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from string
		days int
		want string
	}{
		{"2026-11-23", 0, "2026-11-23"},
		{"2026-11-23", 10, "2026-12-07"}, // Monday
		{"2026-11-28", 1, "2026-11-30"},  // from a Saturday
		{"2026-12-07", 1, "2026-12-09"},  // over a holiday
		{"2026-12-18", 15, "2027-01-12"}, // over Christmas and New Year
	} {
		from, err := ParseDate(c.from)
		if err != nil {
			t.Fatal(err)
		}
		if got := data.Attention.AddWorkingDays(from, c.days); got.String() != c.want {
			t.Errorf("%d working days after %s: %s, want %s", c.days, c.from, got, c.want)
		}
	}
}
