package programme

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// decentVacancy passes every check on samplesDay.
func decentVacancy() Vacancy {
	pay, fee, experience := int64(1_900_000), int64(0), 0
	return Vacancy{
		ID: "T-1", Title: "Auxiliar de cocina", Occupation: "941", Employer: "Restaurante Ejemplo (ficticio)", EmployerVerified: StatedYes,
		Municipality: "54001", Mode: OnSite, Tasks: "Alistar ingredientes.", Posts: 2,
		Contract: Indefinite, Written: StatedYes, Pay: &pay, PayKind: FixedPay, Transport: StatedYes,
		Hours: 42, Days: 6, Schedule: "L-S 08:00-15:00", Surcharges: NotApplicable,
		Health: StatedYes, Pension: StatedYes, AccidentCover: StatedYes, FamilyFund: StatedYes, Fee: &fee,
		MinAge: 18, Photo: StatedNo, Documents: []string{"CC", "PPT", "CE", "SC2"}, KeepsDocuments: StatedNo,
		Schooling: "ninguna", Experience: &experience, RiskClass: 1, Protection: NotApplicable, SPECode: "SPE-1",
		Starts: Date{2026, 12, 1}, Published: Date{2026, 11, 16}, Expires: Date{2026, 12, 15}, Contact: "oficina del proyecto",
	}
}

func pesos(n int64) *int64 { return &n }

// checkCase is a vacancy that passes every check, but for one change.
type checkCase struct {
	name   string
	change func(*Vacancy)
}

// failing are, for each code, changes that must bring exactly this code (and
// those of also); passing are near misses that must not.
type codeCases struct {
	failing, passing []checkCase
	also             []string // other codes that the failing ones bring too, or may
}

func decentWorkCases() map[string]codeCases {
	text := func(words string) checkCase {
		return checkCase{words, func(v *Vacancy) { v.Requirements = words }}
	}
	return map[string]codeCases{
		"DW_ALERTA_TRATA_O_FRAUDE": {
			also: []string{"DW_EMPLEADOR_NO_VERIFICADO", "DW_DISCRIMINACION_SEXO", "DW_DISCRIMINACION_APARIENCIA"},
			failing: []checkCase{
				{"unverified, abroad, private chat", func(v *Vacancy) {
					v.EmployerVerified, v.Tasks, v.Contact = StatedNo, "Trabajo en el extranjero.", "solo por WhatsApp"
				}},
				{"well paid without experience, debt, abroad", func(v *Vacancy) {
					v.Pay, v.Requirements = pesos(6_000_000), "SIN EXPERIENCIA. Viaje inmediato. Se descuenta el hospedaje."
				}},
				{"photo and one sex, unverified, debt", func(v *Vacancy) {
					v.EmployerVerified, v.Photo, v.Sex, v.Tasks = NotStated, StatedYes, "mujer", "Prestamos el pasaje."
				}},
				{"photo and one sex in words", func(v *Vacancy) {
					v.EmployerVerified, v.Requirements, v.Tasks = StatedNo, "Solo mujeres. Enviar foto.", "Prestamos el pasaje."
				}},
			},
			passing: []checkCase{
				{"two signs only", func(v *Vacancy) { v.Tasks, v.Contact = "Trabajo en el extranjero.", "solo por WhatsApp" }},
				{"well paid with experience", func(v *Vacancy) {
					years := 36
					v.Pay, v.Experience, v.Tasks, v.Contact = pesos(6_000_000), &years, "Trabajo en el extranjero.", "solo chat"
				}},
			},
		},
		"DW_SALARIO_NO_INFORMADO": {
			failing: []checkCase{
				{"to agree", func(v *Vacancy) { v.Pay, v.PayKind = nil, PayToAgree }},
				{"not told", func(v *Vacancy) { v.PayKind = PayNotTold }},
				{"no amount", func(v *Vacancy) { v.Pay = nil }},
				{"nothing", func(v *Vacancy) { v.Pay = pesos(0) }},
			},
			passing: []checkCase{{"told", func(*Vacancy) {}}},
		},
		"DW_SOLO_COMISION": {
			failing: []checkCase{
				{"commission only", func(v *Vacancy) { v.PayKind, v.Pay = CommissionOnly, nil }},
				{"whatever the amount", func(v *Vacancy) { v.PayKind = CommissionOnly }},
			},
			passing: []checkCase{{"wage and commission", func(v *Vacancy) { v.PayKind = FixedPlusCommission }}},
		},
		"DW_SALARIO_BAJO_MINIMO": {
			failing: []checkCase{
				{"one peso less", func(v *Vacancy) { v.Pay = pesos(1_750_904) }},
				{"half a week for less than half", func(v *Vacancy) { v.Hours, v.Pay = 21, pesos(875_452) }},
				{"by the piece, nothing guaranteed", func(v *Vacancy) { v.PayKind = PieceOnly }},
				{"hours not known count as a week", func(v *Vacancy) { v.Hours, v.Pay = 0, pesos(1_000_000) }},
			},
			also: []string{"DW_DATOS_INSUFICIENTES"},
			passing: []checkCase{
				{"the minimum", func(v *Vacancy) { v.Pay = pesos(1_750_905) }},
				{"half a week for half", func(v *Vacancy) { v.Hours, v.Pay = 21, pesos(875_453) }},
				{"more hours need no more than the minimum", func(v *Vacancy) { v.Hours, v.Surcharges, v.Pay = 48, StatedYes, pesos(1_750_905) }},
				{"by the piece with a minimum", func(v *Vacancy) { v.PayKind, v.Pay = PieceWithMinimum, pesos(1_750_905) }},
			},
		},
		"DW_SIN_AUXILIO_TRANSPORTE": {
			failing: []checkCase{
				{"on site", func(v *Vacancy) { v.Transport = StatedNo }},
				{"exactly two minimum wages", func(v *Vacancy) { v.Transport, v.Pay = StatedNo, pesos(3_501_810) }},
			},
			passing: []checkCase{
				{"above two minimum wages", func(v *Vacancy) { v.Transport, v.Pay = StatedNo, pesos(3_501_811) }},
				{"from home", func(v *Vacancy) { v.Transport, v.Mode = StatedNo, Remote }},
				{"employer's transport", func(v *Vacancy) { v.Transport = NotApplicable }},
			},
		},
		"DW_JORNADA_EXCESIVA": {
			failing: []checkCase{
				{"more than the extra hours allowed", func(v *Vacancy) { v.Hours, v.Surcharges = 54.5, StatedYes }},
				{"extra hours that are not paid", func(v *Vacancy) { v.Hours = 43 }},
				{"44 hours after July 2026", func(v *Vacancy) { v.Hours = 44 }},
			},
			passing: []checkCase{
				{"12 paid extra hours", func(v *Vacancy) { v.Hours, v.Surcharges = 54, StatedYes }},
				{"the legal week", func(v *Vacancy) { v.Hours = 42 }},
			},
		},
		"DW_SIN_DESCANSO_SEMANAL": {
			failing: []checkCase{
				{"seven days", func(v *Vacancy) { v.Days = 7 }},
				{"seven short days", func(v *Vacancy) { v.Days, v.Hours = 7, 35 }},
			},
			passing: []checkCase{{"six", func(v *Vacancy) { v.Days = 6 }}, {"five", func(v *Vacancy) { v.Days = 5 }}},
		},
		"DW_SIN_RECARGOS": {
			failing: []checkCase{
				{"no", func(v *Vacancy) { v.Surcharges = StatedNo }},
				{"no, at night", func(v *Vacancy) { v.Surcharges, v.Schedule = StatedNo, "D-V 19:00-02:00" }},
			},
			passing: []checkCase{{"yes", func(v *Vacancy) { v.Surcharges = StatedYes }}, {"none fall due", func(v *Vacancy) { v.Surcharges = NotApplicable }}},
		},
		"DW_SIN_CONTRATO_ESCRITO": {
			failing: []checkCase{
				{"no", func(v *Vacancy) { v.Written = StatedNo }},
				{"silence is no yes", func(v *Vacancy) { v.Written = StatedNothing }},
				{"not told", func(v *Vacancy) { v.Written = NotStated }},
			},
			passing: []checkCase{{"yes", func(*Vacancy) {}}},
		},
		"DW_SERVICIOS_CON_SUBORDINACION": {
			failing: []checkCase{
				{"hours", func(v *Vacancy) { v.Contract, v.Schedule = Services, "" }},
				{"schedule", func(v *Vacancy) { v.Contract, v.Hours = Services, 0 }},
			},
			also:    []string{"DW_DATOS_INSUFICIENTES"},
			passing: []checkCase{{"contract of work", func(v *Vacancy) { v.Contract = FixedTerm }}},
		},
		"DW_SIN_SEGURIDAD_SOCIAL": {
			failing: []checkCase{
				{"no health", func(v *Vacancy) { v.Health = StatedNo }},
				{"no pension", func(v *Vacancy) { v.Pension = NotStated }},
				{"no accident cover", func(v *Vacancy) { v.AccidentCover = NotApplicable }},
				{"no family fund", func(v *Vacancy) { v.FamilyFund = StatedNothing }},
			},
			passing: []checkCase{{"all four", func(*Vacancy) {}}},
		},
		"DW_COBRO_AL_TRABAJADOR": {
			failing: []checkCase{
				{"a sum", func(v *Vacancy) { v.Fee = pesos(1) }},
				{"any detail", func(v *Vacancy) { v.FeeDetail = "Carné" }},
				text("Debe PAGAR EL CURSO de alturas"),
				text("El exámen médico: exámenes por cuenta del trabajador"),
			},
			passing: []checkCase{
				{"ninguno", func(v *Vacancy) { v.FeeDetail = "Ninguno." }},
				{"a dash", func(v *Vacancy) { v.FeeDetail = "-" }},
				{"not told", func(v *Vacancy) { v.Fee = nil }},
			},
		},
		"DW_EDAD_MINIMA": {
			failing: []checkCase{
				{"17", func(v *Vacancy) { v.MinAge = 17 }},
				{"14", func(v *Vacancy) { v.MinAge = 14 }},
			},
			passing: []checkCase{{"18", func(*Vacancy) {}}, {"none", func(v *Vacancy) { v.MinAge = 0 }}},
		},
		"DW_DISCRIMINACION_EDAD": {
			failing: []checkCase{
				{"an upper age", func(v *Vacancy) { v.MaxAge = 65 }},
				{"from 25 without a reason", func(v *Vacancy) { v.MinAge = 25 }},
				text("Sólo jóvenes"),
			},
			passing: []checkCase{
				{"18 and no upper age", func(*Vacancy) {}},
				text("Ambiente de jóvenes y mayores"),
			},
		},
		"DW_DISCRIMINACION_SEXO": {
			failing: []checkCase{
				{"demanded", func(v *Vacancy) { v.Sex = "mujer" }},
				text("Solo hombres."),
				text("SEXO FEMENINO"),
			},
			passing: []checkCase{text("Hombres y mujeres."), {"none", func(*Vacancy) {}}},
		},
		"DW_DISCRIMINACION_APARIENCIA": {
			failing: []checkCase{
				{"photo", func(v *Vacancy) { v.Photo = StatedYes }},
				text("Buena presencia"),
				text("estatura mínima de 1,70"),
				{"in the title", func(v *Vacancy) { v.Title = "Recepcionista atractiva" }},
			},
			passing: []checkCase{text("Enviar fotocopia de la cédula"), text("Presencial, con presencia en la ciudad")},
		},
		"DW_DISCRIMINACION_NACIONALIDAD": {
			failing: []checkCase{
				{"no PPT", func(v *Vacancy) { v.Documents = []string{"CC", "CE"} }},
				{"no documents", func(v *Vacancy) { v.Documents = nil }},
				text("abstenerse extranjeros"),
				text("No   venezolanas"),
			},
			passing: []checkCase{text("Comida colombiana y venezolana"), {"PPT", func(v *Vacancy) { v.Documents = []string{"PPT"} }}},
		},
		"DW_DISCRIMINACION_OTRA": {
			failing: []checkCase{
				text("Prueba de embarazo"),
				text("Persona SIN HIJOS"),
				text("Examen de VIH"),
				text("De religión católica"),
			},
			passing: []checkCase{text("Cumplir la política de calidad."), text("Cuidar hijos de clientes"), text("Seguridad y vihuela")},
		},
		"DW_RETIENE_DOCUMENTOS": {
			failing: []checkCase{
				{"says so", func(v *Vacancy) { v.KeepsDocuments = StatedYes }},
				text("Cédula en garantía"),
				text("Debe dejar su pasaporte."),
			},
			passing: []checkCase{text("Traer la cédula."), {"no", func(*Vacancy) {}}},
		},
		"DW_EMPLEADOR_NO_VERIFICADO": {
			failing: []checkCase{
				{"no", func(v *Vacancy) { v.EmployerVerified = StatedNo }},
				{"silence", func(v *Vacancy) { v.EmployerVerified = StatedNothing }},
			},
			passing: []checkCase{{"yes", func(*Vacancy) {}}},
		},
		"DW_RIESGO_SIN_PROTECCION": {
			failing: []checkCase{
				{"class 4", func(v *Vacancy) { v.RiskClass, v.Protection = 4, StatedNo }},
				{"class 5, not told", func(v *Vacancy) { v.RiskClass, v.Protection = 5, StatedNothing }},
			},
			passing: []checkCase{
				{"class 3", func(v *Vacancy) { v.RiskClass, v.Protection = 3, StatedNo }},
				{"class 5, protected", func(v *Vacancy) { v.RiskClass, v.Protection = 5, StatedYes }},
			},
		},
		"DW_DATOS_INSUFICIENTES": {
			failing: []checkCase{
				{"no tasks", func(v *Vacancy) { v.Tasks = "" }},
				{"no place", func(v *Vacancy) { v.Municipality = "" }},
				{"no posts", func(v *Vacancy) { v.Posts = 0 }},
				{"no end", func(v *Vacancy) { v.Expires = Date{} }},
			},
			passing: []checkCase{{"all told", func(*Vacancy) {}}, {"no schedule", func(v *Vacancy) { v.Schedule = "" }}},
		},
		"DW_VENCIDA": {
			failing: []checkCase{
				{"yesterday", func(v *Vacancy) { v.Expires = samplesDay.AddDays(-1) }},
				{"last year", func(v *Vacancy) { v.Expires = Date{2025, 12, 1} }},
			},
			passing: []checkCase{{"today is the last day", func(v *Vacancy) { v.Expires = samplesDay }}},
		},
		"AV_SIN_CODIGO_SPE": {
			failing: []checkCase{
				{"no code", func(v *Vacancy) { v.SPECode = "" }},
				{"no code, from home", func(v *Vacancy) { v.SPECode, v.Mode = "", Remote }},
			},
			passing: []checkCase{
				{"code", func(*Vacancy) {}},
				{"a refused offer has nothing to register", func(v *Vacancy) { v.SPECode, v.Days = "", 7 }},
			},
		},
		"AV_PROFESION_REGULADA": {
			failing: []checkCase{
				{"doctor", func(v *Vacancy) { v.Occupation = "221" }},
				text("Con tarjeta profesional"),
				text("TÍTULO CONVALIDADO"),
			},
			passing: []checkCase{text("Título de bachiller")},
		},
		"AV_INICIO_OTRO_ANIO": {
			failing: []checkCase{
				{"January 2027", func(v *Vacancy) { v.Starts = Date{2027, 1, 1} }},
				{"2028", func(v *Vacancy) { v.Starts = Date{2028, 6, 1} }},
			},
			passing: []checkCase{
				{"the last day of 2026", func(v *Vacancy) { v.Starts = Date{2026, 12, 31} }},
				{"no start means now", func(v *Vacancy) { v.Starts = Date{} }},
			},
		},
	}
}

func TestEveryCheckOfTheList(t *testing.T) {
	w := load(t).DecentWork
	if a := w.Check(decentVacancy(), samplesDay); a.Verdict != Approved {
		t.Fatalf("the vacancy that everything starts from: %s %v %v", a.Verdict, a.Codes(), a.Reviews)
	}
	cases := decentWorkCases()
	codes, _ := CheckCodes()
	if len(codes) != 26 {
		t.Errorf("%d codes, want 26", len(codes))
	}
	severity := map[string]Severity{}
	for _, check := range checklist() {
		severity[check.code] = check.severity
	}
	for _, code := range codes {
		c := cases[code]
		if len(c.failing) < 2 || len(c.passing) < 1 {
			t.Errorf("%s has %d failing and %d passing cases, want two and one", code, len(c.failing), len(c.passing))
		}
		for _, failing := range c.failing {
			v := decentVacancy()
			failing.change(&v)
			a := w.Check(v, samplesDay)
			i := slices.IndexFunc(a.Findings, func(f VacancyFinding) bool { return f.Code == code })
			if i < 0 {
				t.Errorf("%s, %s: only %v", code, failing.name, a.Codes())
				continue
			}
			if a.Findings[i].Severity != severity[code] || a.Verdict.Publishable() != (severity[code] == Warn) {
				t.Errorf("%s, %s: severity %s, verdict %s", code, failing.name, a.Findings[i].Severity, a.Verdict)
			}
			for _, other := range a.Codes() {
				if other != code && !slices.Contains(c.also, other) {
					t.Errorf("%s, %s: also %s", code, failing.name, other)
				}
			}
		}
		for _, passing := range c.passing {
			v := decentVacancy()
			passing.change(&v)
			if got := w.Check(v, samplesDay).Codes(); slices.Contains(got, code) {
				t.Errorf("%s although %s", code, passing.name)
			}
		}
	}
}

// TestStartInAYearWithoutFigures follows a vacancy of next year until the
// decree comes.
func TestStartInAYearWithoutFigures(t *testing.T) {
	v := decentVacancy()
	v.Starts, v.Pay = Date{2027, 1, 11}, pesos(1_800_000)
	c := Catalogue{Vacancies: []Vacancy{v}}
	d := load(t)
	a := d.DecentWork.Check(v, samplesDay)
	if !a.NeedsRecheck || a.Verdict != ApprovedWarning || !slices.Equal(a.Codes(), []string{"AV_INICIO_OTRO_ANIO"}) {
		t.Errorf("before the decree: %s %v, again %v", a.Verdict, a.Codes(), a.NeedsRecheck)
	}
	if _, shown := NewOffer(d, c, samplesDay).Vacancy("T-1"); !shown {
		t.Error("it is not shown before the decree")
	}
	decreed, err := Load(edited(t, "parameters.csv", func(s string) string {
		return s + "smmlv_mes,1900000,cop,2027-01-01,2027-12-31,decreto de ejemplo,confirmed,\n" +
			"aux_transporte_mes,270000,cop,2027-01-01,2027-12-31,decreto de ejemplo,confirmed,\n" +
			"aux_transporte_tope,2,smmlv,2027-01-01,2027-12-31,decreto de ejemplo,confirmed,\n"
	}))
	if err != nil {
		t.Fatal(err)
	}
	a = decreed.DecentWork.Check(v, samplesDay)
	if a.NeedsRecheck || a.Verdict != Rejected || !slices.Equal(a.Codes(), []string{"DW_SALARIO_BAJO_MINIMO"}) {
		t.Errorf("after the decree: %s %v, again %v", a.Verdict, a.Codes(), a.NeedsRecheck)
	}
	if diff := cmp.Diff(map[string]any{"fecha": v.Starts, "valor": int64(1_900_000)}, a.Findings[0].Params); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if _, shown := NewOffer(decreed, c, samplesDay).Vacancy("T-1"); shown {
		t.Error("it is still shown after the decree")
	}
}

func TestMatchedWordsAreShownAsWritten(t *testing.T) {
	w := load(t).DecentWork
	for written, want := range map[string][]string{
		"Persona de BUENA   PRESENCIA, por favor":    {"BUENA   PRESENCIA"},
		"Buéna preséncia":                            {"Buéna preséncia"},
		"Buena\u00a0presencia y bue\u0301n aspecto":  {"Buena\u00a0presencia", "bue\u0301n aspecto"},
		"«buena» presencia; enviar FOTOS y estatura": {"buena» presencia", "enviar FOTOS", "estatura"},
		"Excelente presentación personal":            {"Excelente presentación personal"}, // the longer phrase says it
		"buena-presencia":                            {"buena-presencia"},
		"buen apresencia":                            nil,
		"tezontle":                                   nil, // tez is a whole word
		"buena. presencia":                           nil, // two sentences
	} {
		v := decentVacancy()
		v.Requirements = written
		var got []string
		for _, f := range w.Check(v, samplesDay).Findings {
			got = append(got, f.Matched...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", written, diff)
		}
	}
}

func TestReviewsLeaveTheDecisionToAPerson(t *testing.T) {
	w := load(t).DecentWork
	_, reviews := CheckCodes()
	seen := map[string]bool{}
	for name, c := range map[string]struct {
		code   string
		change func(*Vacancy)
	}{
		"live-in work":              {"SERVICIO_INTERNO", func(v *Vacancy) { v.Occupation, v.Tasks, v.Pay = "911", "Aseo. Vive en la casa.", pesos(1_300_000) }},
		"apprentice":                {"APRENDIZAJE", func(v *Vacancy) { v.Contract, v.Pay = Apprenticeship, pesos(1_313_179) }},
		"delivery":                  {"PLATAFORMA", func(v *Vacancy) { v.Tasks = "Domicilios por plataforma Rappi." }},
		"long shifts":               {"TURNO_12_HORAS", func(v *Vacancy) { v.Occupation, v.Hours, v.Days = "541", 36, 3 }},
		"part week":                 {"SEMANA_PARCIAL", func(v *Vacancy) { v.Days, v.Hours = 3, 21 }},
		"age by law":                {"EDAD_POR_LEY", func(v *Vacancy) { v.MinAge, v.Requirements = 21, "Por ley, mayor de 21 años." }},
		"words that deny":           {"PALABRAS", func(v *Vacancy) { v.Requirements = "Sin importar religión." }},
		"words at home in the work": {"PALABRAS", func(v *Vacancy) { v.Occupation, v.Requirements = "514", "Manejo de cabello." }},
	} {
		v := decentVacancy()
		c.change(&v)
		a := w.Check(v, samplesDay)
		var codes []string
		for _, r := range a.Reviews {
			codes = append(codes, r.Code)
			seen[r.Code] = true
		}
		if a.Verdict != ForReview || !slices.Contains(codes, c.code) {
			t.Errorf("%s: %s, findings %v, reviews %v, want %s", name, a.Verdict, a.Codes(), codes, c.code)
		}
		if _, shown := NewOffer(load(t), Catalogue{Vacancies: []Vacancy{v}}, samplesDay).Vacancy(v.ID); shown {
			t.Errorf("%s: shown before a person decided", name)
		}
	}
	for _, code := range reviews {
		if !seen[code] {
			t.Errorf("%s has no case", code)
		}
	}
}

// TestFraudScore counts signs one by one: two are not enough, whichever.
func TestFraudScore(t *testing.T) {
	w := load(t).DecentWork
	signs := []checkCase{
		{"unverified", func(v *Vacancy) { v.EmployerVerified = StatedNo }},
		{"abroad", func(v *Vacancy) { v.Tasks += " Viaje inmediato." }},
		{"pay without experience", func(v *Vacancy) { v.Pay = pesos(5_252_716) }},
		{"private chat", func(v *Vacancy) { v.Contact = "escriba al interno" }},
		{"debt", func(v *Vacancy) { v.FeeDetail = "Pagamos los tiquetes y usted los devuelve" }},
		{"photo and one sex", func(v *Vacancy) { v.Photo, v.Sex = StatedYes, "mujer" }},
	}
	for mask := range 1 << len(signs) {
		v, n := decentVacancy(), 0
		var names []string
		for i, sign := range signs {
			if mask>>i&1 == 1 {
				sign.change(&v)
				n++
				names = append(names, sign.name)
			}
		}
		blocked := w.Check(v, samplesDay).Verdict == Blocked
		if blocked != (n >= 3) {
			t.Errorf("%s: blocked %v", strings.Join(names, ", "), blocked)
		}
	}
	v := decentVacancy()
	v.Pay = pesos(5_252_715) // exactly three minimum wages are no sign
	v.EmployerVerified, v.Tasks = StatedNo, "Viaje ya."
	if a := w.Check(v, samplesDay); a.Verdict == Blocked {
		t.Errorf("blocked by pay of three minimum wages: %v", a.Codes())
	}
}

func FuzzDecentWork(f *testing.F) {
	w := load(f).DecentWork
	for _, s := range []string{"", "buena presencia", "Pagamos tiquetes y usted los devuelve", "\xff*¡!", "ﬁ ﬀ İ ß", strings.Repeat("a ", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v := decentVacancy()
		v.Title, v.Tasks, v.Requirements, v.FeeDetail, v.Contact = s, s, s, s, s
		a := w.Check(v, samplesDay)
		for _, finding := range a.Findings {
			for _, word := range finding.Matched {
				if !strings.Contains(s, word) {
					t.Errorf("%q is not in %q", word, s)
				}
			}
		}
		if got := fmt.Sprint(w.Check(v, samplesDay)); got != fmt.Sprint(a) {
			t.Error("the same vacancy is judged differently")
		}
	})
}
