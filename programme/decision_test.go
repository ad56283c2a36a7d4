package programme

import (
	"slices"
	"testing"
)

// forReview is a vacancy that only a person may let through.
func forReview() Vacancy {
	v := decentVacancy()
	v.Tasks = "Domiciliario: reparto con aplicación de domicilios."
	v.Days = 3
	return v
}

func TestAPersonDecidesWhatTheChecksLeave(t *testing.T) {
	d := load(t)
	v := forReview()
	a := d.DecentWork.Check(v, samplesDay)
	if a.Verdict != ForReview || a.Decided || len(a.Reviews) == 0 {
		t.Fatalf("%+v", a)
	}
	if !slices.Contains(a.Reviews[len(a.Reviews)-1].Columns, "dias_semana") {
		t.Errorf("a short week is not shown beside its field: %+v", a.Reviews)
	}
	v.Decision = NewDecision(v, a.Reviews, true, "Visité la empresa.", "s-abc123", samplesDay)
	if a := d.DecentWork.Check(v, samplesDay); !a.Verdict.Publishable() || !a.Decided {
		t.Errorf("let through: %+v", a)
	}
	if shown := NewOffer(d, Catalogue{Vacancies: []Vacancy{v}}, samplesDay).Vacancies(VacancySearch{}); len(shown) != 1 {
		t.Error("let through and not shown")
	}
	returned := v
	returned.Decision.Publish = false
	if a := d.DecentWork.Check(returned, samplesDay); a.Verdict != SentBack || !a.Decided {
		t.Errorf("sent back: %+v", a)
	}
	// What does not touch the work leaves the decision standing, everything else
	// asks for another look.
	for _, c := range []struct {
		name   string
		change func(*Vacancy)
		want   Verdict
	}{
		{"posts", func(v *Vacancy) { v.Posts = 40 }, Approved},
		{"until when", func(v *Vacancy) { v.Expires = v.Expires.AddDays(9) }, Approved},
		{"withdrawn", func(v *Vacancy) { v.Withdrawn = samplesDay }, Approved},
		{"tasks", func(v *Vacancy) { v.Tasks += " Y más." }, ForReview},
		{"pay", func(v *Vacancy) { v.Pay = pesos(1_950_000) }, ForReview},
		{"less pay than the law asks", func(v *Vacancy) { v.Pay = pesos(100) }, Rejected},
		{"another vacancy", func(v *Vacancy) { v.ID = "T-2" }, ForReview},
	} {
		changed := v
		c.change(&changed)
		if a := d.DecentWork.Check(changed, samplesDay); a.Verdict != c.want {
			t.Errorf("%s changed: %s, want %s", c.name, a.Verdict, c.want)
		}
	}
	fewer := v
	fewer.Decision.Codes = fewer.Decision.Codes[:1]
	if a := d.DecentWork.Check(fewer, samplesDay); a.Verdict != ForReview {
		t.Errorf("something to look at that nobody looked at: %s", a.Verdict)
	}
}

// Nobody can let a vacancy through that the list rejects, sends back or blocks.
func TestNoDecisionLetsAWorseVerdictThrough(t *testing.T) {
	d := load(t)
	c, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	untold := forReview()
	untold.Pay = nil
	looked := map[Verdict]int{}
	for _, v := range append(c.Vacancies, untold) {
		a := d.DecentWork.Check(v, samplesDay)
		looked[a.Verdict]++
		v.Decision = NewDecision(v, a.Reviews, true, "", "s-abc123", samplesDay)
		after := d.DecentWork.Check(v, samplesDay)
		if !a.Verdict.Publishable() && a.Verdict != ForReview && after.Verdict != a.Verdict {
			t.Errorf("%s: %s became %s", v.ID, a.Verdict, after.Verdict)
		}
	}
	if looked[Rejected] == 0 || looked[SentBack] == 0 || looked[Blocked] == 0 {
		t.Errorf("the samples do not have each verdict: %v", looked)
	}
}

func TestFindingsNameTheirFields(t *testing.T) {
	d := load(t)
	columns := map[string]bool{}
	for _, c := range VacancySheet().Columns() {
		columns[c.Name] = true
	}
	v := decentVacancy()
	v.Requirements = "Buena presencia."
	v.Health, v.FamilyFund = StatedNo, StatedNothing
	v.FeeDetail, v.MaxAge = "uniforme 80 mil", 35
	want := map[string][]string{
		"DW_DISCRIMINACION_APARIENCIA": {"requisitos_texto"},
		"DW_SIN_SEGURIDAD_SOCIAL":      {"afiliacion_salud", "afiliacion_caja"},
		"DW_COBRO_AL_TRABAJADOR":       {"detalle_cobro"},
		"DW_DISCRIMINACION_EDAD":       {"edad_max"},
	}
	a := d.DecentWork.Check(v, samplesDay)
	for _, f := range a.Findings {
		if got := f.Columns; want[f.Code] != nil && !slices.Equal(got, want[f.Code]) {
			t.Errorf("%s: %v, want %v", f.Code, got, want[f.Code])
		}
		delete(want, f.Code)
		for _, c := range f.Columns {
			if !columns[c] {
				t.Errorf("%s names %s, which is no column", f.Code, c)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
	for _, check := range checklist() {
		for _, c := range check.columns {
			if !columns[c] {
				t.Errorf("%s names %s, which is no column", check.code, c)
			}
		}
	}
}
