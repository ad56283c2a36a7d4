package programme

import "testing"

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestParametersByDay checks the figures on both sides of each change of law.
func TestParametersByDay(t *testing.T) {
	p := load(t).Parameters
	tests := []struct {
		name, on string
		want     int64 // -1: unknown
	}{
		{"smmlv_mes", "2024-12-31", -1}, {"smmlv_mes", "2025-01-01", 1423500}, {"smmlv_mes", "2025-12-31", 1423500},
		{"smmlv_mes", "2026-01-01", 1750905}, {"smmlv_mes", "2026-02-18", 1750905}, {"smmlv_mes", "2026-02-19", 1750905}, {"smmlv_mes", "2026-12-31", 1750905},
		{"smmlv_mes", "2027-01-01", -1},
		{"aux_transporte_mes", "2025-06-01", 200000}, {"aux_transporte_mes", "2026-06-01", 249095}, {"aux_transporte_mes", "2027-01-01", -1},
		{"aux_transporte_tope", "2026-06-01", 2},
		{"horas_semana_max", "2023-07-14", 48}, {"horas_semana_max", "2023-07-15", 47}, {"horas_semana_max", "2024-07-15", 46}, {"horas_semana_max", "2025-07-15", 44},
		{"horas_semana_max", "2026-07-14", 44}, {"horas_semana_max", "2026-07-15", 42}, {"horas_semana_max", "2030-01-01", 42},
		{"divisor_hora", "2026-07-14", 220}, {"divisor_hora", "2026-07-15", 210},
		{"hora_minima", "2026-07-14", 7959}, {"hora_minima", "2026-07-15", 8338}, {"hora_minima", "2027-01-01", -1},
		{"horas_extra_max_dia", "2026-11-22", 2}, {"horas_extra_max_semana", "2026-11-22", 12},
		{"dias_semana_max", "2026-11-22", 6}, {"dias_descanso_semana_min", "2026-11-22", 1}, {"jornada_flexible_dia_min", "2026-11-22", 4}, {"jornada_flexible_dia_max", "2026-11-22", 9},
		{"noche_desde", "2025-12-24", -1}, {"noche_desde", "2025-12-25", 19 * 60}, {"noche_hasta", "2026-01-01", 6 * 60}, {"recargo_nocturno", "2026-01-01", 35},
		{"recargo_dominical", "2025-06-30", -1}, {"recargo_dominical", "2026-06-30", 80}, {"recargo_dominical", "2026-07-01", 90}, {"recargo_dominical", "2027-07-01", 100},
		{"recargo_extra_diurna", "2026-11-22", 25}, {"recargo_extra_nocturna", "2026-11-22", 75},
		{"termino_fijo_max", "2026-11-22", 4}, {"obra_labor_por_escrito", "2026-11-22", 1},
		{"edad_minima_con_permiso", "2026-11-22", 15}, {"horas_dia_max_15_16", "2026-11-22", 6}, {"horas_semana_max_15_16", "2026-11-22", 30}, {"hora_limite_15_16", "2026-11-22", 18 * 60},
		{"horas_dia_max_17", "2026-11-22", 8}, {"horas_semana_max_17", "2026-11-22", 40}, {"hora_limite_17", "2026-11-22", 20 * 60},
		{"edad_minima_programa", "2026-11-22", 18}, {"alerta_senales_min", "2026-11-22", 3}, {"alerta_salario", "2027-06-01", 3}, {"riesgo_arl_alto", "2026-11-22", 4},
		{"salario_especie_max", "2026-11-22", 30}, {"aprendiz_salario_min", "2026-11-22", 75}, {"turno_largo", "2026-11-22", 12}, {"jornada_completa_min", "2026-11-22", 80},
		{"no_such_parameter", "2026-11-22", -1},
	}
	tested := map[string]bool{}
	for _, tt := range tests {
		tested[tt.name] = true
		got, ok := p.At(tt.name, day(t, tt.on))
		if !ok {
			got.Value = -1
		}
		if got.Value != tt.want {
			t.Errorf("%s on %s = %d, want %d", tt.name, tt.on, got.Value, tt.want)
		}
		if ok && (got.Source == "" || got.Unit == "") {
			t.Errorf("%s on %s has no source or unit", tt.name, tt.on)
		}
	}
	for _, name := range p.Names() {
		if !tested[name] && name != "dias_semana_min" {
			t.Errorf("%s is in the table but not tested", name)
		}
	}
}

// TestComputedParameters repeats the sums of the rows that say they are
// computed, so that a new wage cannot leave an old hour behind.
func TestComputedParameters(t *testing.T) {
	p := load(t).Parameters
	for _, on := range []string{"2026-01-01", "2026-07-14", "2026-07-15", "2026-12-31"} {
		wage, _ := p.At("smmlv_mes", day(t, on))
		divisor, _ := p.At("divisor_hora", day(t, on))
		hour, ok := p.At("hora_minima", day(t, on))
		if rounded := (wage.Value + divisor.Value/2) / divisor.Value; !ok || hour.Value != rounded {
			t.Errorf("hour at minimum pay on %s = %d, want %d", on, hour.Value, rounded)
		}
	}
	if wage, _ := p.At("smmlv_mes", day(t, "2026-11-22")); wage.Status != "provisional" {
		t.Errorf("the 2026 wage is %s, but its decree is provisional", wage.Status)
	}
}

func TestDocumentsByDay(t *testing.T) {
	d := load(t).Documents
	tests := []struct {
		code, on string
		known    bool
		work     WorkRight
	}{
		{"CC", "2026-11-22", true, WorkYes},
		{"PPT", "2031-05-30", true, WorkYes}, {"PPT", "2031-05-31", false, ""},
		{"SC2", "2025-07-08", true, WorkUnknown}, {"SC2", "2025-07-09", true, WorkYes},
		{"PEP", "2023-02-28", true, WorkYes}, {"PEP", "2023-03-01", false, ""},
		{"PEP_TUTOR", "2025-08-31", false, ""}, {"PEP_TUTOR", "2026-11-22", true, WorkUnknown},
		{"PPT_TRAMITE", "2026-11-22", true, WorkNo}, {"PASAPORTE", "2026-11-22", true, WorkNo}, {"CE", "2026-11-22", true, WorkYes},
		{"OTRO", "2026-11-22", true, WorkUnknown}, {"NINGUNO", "2026-11-22", true, WorkNo},
		{"pnd", "2026-11-22", false, ""}, {"", "2026-11-22", false, ""},
	}
	for _, tt := range tests {
		got, ok := d.At(tt.code, day(t, tt.on))
		if ok != tt.known || got.Work != tt.work {
			t.Errorf("%s on %s: known %v, work %q; want %v, %q", tt.code, tt.on, ok, got.Work, tt.known, tt.work)
		}
	}
}
