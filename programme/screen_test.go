package programme

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// entrepreneur is an adult with all answers that the three lines like best:
// each case below changes what its rule is about.
func entrepreneur(change func(*Answers)) Answers {
	a := Answers{
		Consent: true, Age: "29_59", Municipality: "54001", Population: "migrante_ve", Document: "PPT",
		Seeks: []string{"negocio"}, Stay: "si", Business: "6m_o_mas", Sector: "comida", SeedCapital: "no", Classes: "si",
		Occupations: []string{"512"}, Experience: "menos_6m", WorkingTime: "completa",
	}
	if change != nil {
		change(&a)
	}
	return a
}

// TestScreenRules holds two or more people for each rule of the rule book.
func TestScreenRules(t *testing.T) {
	const (
		yes, papers, no, review = "CUMPLE_PRELIMINAR", "FALTAN_DOCUMENTOS", "NO_CUMPLE_POR_AHORA", "REVISION_HUMANA"
		far, minor, none        = "FUERA_DE_COBERTURA", "MENOR_DE_EDAD", "SIN_PERFIL"
	)
	tests := []struct {
		name     string
		change   func(*Answers)
		business string // outcome of each line
		work     string
		together string
		texts    string
		offers   string
	}{
		{"R00 no consent hides even a minor", func(a *Answers) { a.Consent = false; a.Age = "menor_18" }, none, none, none, "", ""},
		{"R00 no consent, returnee: nothing is offered", func(a *Answers) { a.Consent = false; a.Population = "retornado" }, none, none, none, "", ""},
		{"R01 a minor in a covered place", func(a *Answers) { a.Age = "menor_18" }, minor, minor, minor, "T01", ""},
		{"R01 a minor elsewhere is a minor first", func(a *Answers) { a.Age = "menor_18"; a.Municipality = "52835" }, minor, minor, minor, "T01", ""},
		{"R01 a minor who returned gets no offer", func(a *Answers) { a.Age = "menor_18"; a.Population = "retornado"; a.Experience = "mas_24m" }, minor, minor, minor, "T01", ""},
		{"R02 age not said", func(a *Answers) { a.Age = "pnd" }, review, review, review, "T02", ""},
		{"R02 age not said goes before the municipality", func(a *Answers) { a.Age = "pnd"; a.Municipality = "52835" }, review, review, review, "T02", ""},
		{"R10 Cali is not in the call", func(a *Answers) { a.Municipality = "76001" }, far, far, far, "T03", ""},
		{"R10 out of reach goes before the papers", func(a *Answers) { a.Municipality = "52835"; a.Document = "NINGUNO" }, far, far, far, "T03", ""},
		{"R10 a returnee far away still learns of the returnees' register", func(a *Answers) { a.Municipality = "76001"; a.Population = "retornado"; a.Document = "CC" }, far, far, far, "T03", "CRORE"},
		{"R11 municipality not said", func(a *Answers) { a.Municipality = "pnd" }, review, review, yes, "T10_VIRTUAL|T02", ""},
		{"R11 municipality not said, no papers, no business", func(a *Answers) { a.Municipality = "pnd"; a.Document = "NINGUNO"; a.Business = "no" }, review, review, yes, "T10_VIRTUAL|T02", ""},
		{"R20 other nationality without papers joins the community", func(a *Answers) { a.Population = "otra_nac"; a.Document = "NINGUNO" }, review, papers, yes, "T10|T02|T31", ""},
		{"R20 nothing said but age and place", func(a *Answers) { a.Population = "pnd"; a.Document = "pnd" }, review, review, yes, "T10|T02", ""},
		{"R20 sixty or more", func(a *Answers) { a.Age = "60_mas" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R30 other nationality", func(a *Answers) { a.Population = "otra_nac"; a.Document = "CE" }, review, yes, yes, "T10|T02|T12", ""},
		{"R30 origin not said", func(a *Answers) { a.Population = "pnd" }, review, yes, yes, "T10|T02|T12", ""},
		{"R30 goes before R31", func(a *Answers) { a.Population = "otra_nac"; a.Business = "no" }, review, yes, yes, "T10|T02|T12", ""},
		{"R31 no business", func(a *Answers) { a.Business = "no" }, no, yes, yes, "T10|T20|T12", ""},
		{"R31 no business goes before papers", func(a *Answers) { a.Business = "no"; a.Document = "PASAPORTE" }, no, papers, yes, "T10|T20|T31", ""},
		{"R32 seed capital this year", func(a *Answers) { a.SeedCapital = "si" }, no, yes, yes, "T10|T21|T12", ""},
		{"R32 seed capital not said does no harm", func(a *Answers) { a.SeedCapital = "pnd" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R33 moves on", func(a *Answers) { a.Stay = "no" }, no, yes, yes, "T10|T22|T12", ""},
		{"R33 not knowing yet does no harm", func(a *Answers) { a.Stay = "no_se" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R34 no time for classes", func(a *Answers) { a.Classes = "no" }, review, yes, yes, "T10|T23|T12", ""},
		{"R34 goes before R35", func(a *Answers) { a.Classes = "no"; a.Document = "NINGUNO" }, review, papers, yes, "T10|T23|T31", ""},
		{"R33 goes before R34", func(a *Answers) { a.Classes = "no"; a.Stay = "no" }, no, yes, yes, "T10|T22|T12", ""},
		{"R35 R41 PPT on its way", func(a *Answers) { a.Document = "PPT_TRAMITE" }, papers, papers, yes, "T10|T30|T31", ""},
		{"R35 R41 other paper", func(a *Answers) { a.Document = "OTRO" }, papers, papers, yes, "T10|T30|T31", ""},
		{"R35 R41 old PEP counts as another paper", func(a *Answers) { a.Document = "PEP" }, papers, papers, yes, "T10|T30|T31", ""},
		{"R36 R42 PEP Tutor", func(a *Answers) { a.Document = "PEP_TUTOR" }, review, review, yes, "T10|T02", ""},
		{"R36 R42 paper not said", func(a *Answers) { a.Document = "pnd"; a.Business = "idea" }, review, review, yes, "T10|T02", ""},
		{"R37 idea", func(a *Answers) { a.Business = "idea" }, yes, yes, yes, "T10|T11|T12", "RUTA_IDEACION"},
		{"R37 young business, SC-2", func(a *Answers) { a.Business = "menos_6m"; a.Document = "SC2" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R37 host community, CC", func(a *Answers) { a.Population = "acogida"; a.Document = "CC" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R40 CE", func(a *Answers) { a.Document = "CE"; a.Business = "no" }, no, yes, yes, "T10|T20|T12", ""},
		{"R40 SC-2", func(a *Answers) { a.Document = "SC2"; a.Business = "no" }, no, yes, yes, "T10|T20|T12", ""},
		{"R43 six months of experience", func(a *Answers) { a.Experience = "6_24m" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO|CERTIFICACION"},
		{"R43 less than six months", func(a *Answers) { a.Experience = "menos_6m" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R43 also with papers missing", func(a *Answers) { a.Experience = "mas_24m"; a.Document = "NINGUNO" }, papers, papers, yes, "T10|T30|T31", "CERTIFICACION"},
		{"R44 teacher of a primary school, second choice", func(a *Answers) { a.Occupations = []string{"512", "234"} }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO|CONVALIDACION"},
		{"R44 nursing assistant is not regulated", func(a *Answers) { a.Occupations = []string{"322"} }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R50 returnee", func(a *Answers) { a.Population = "retornado"; a.Document = "CC" }, yes, yes, yes, "T10|T11|T12", "CRORE|RUTA_FORTALECIMIENTO"},
		{"R50 returnee without business or papers", func(a *Answers) { a.Population = "retornado"; a.Document = "NINGUNO"; a.Business = "no" }, no, papers, yes, "T10|T20|T31", "CRORE"},
		{"R60 double nationality changes nothing", func(a *Answers) { a.Document = "CC" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R60 host community with PPT changes nothing", func(a *Answers) { a.Population = "acogida" }, yes, yes, yes, "T10|T11|T12", "RUTA_FORTALECIMIENTO"},
		{"R99 nothing asked but consent", func(a *Answers) { *a = Answers{Consent: true} }, review, review, review, "T02", ""},
		{"R99 business not asked", func(a *Answers) { a.Business = "" }, review, yes, yes, "T10|T12|T02", ""},
		{"R99 an unknown age is not an adult", func(a *Answers) { a.Age = "250" }, yes, yes, review, "T11|T12|T02", "RUTA_FORTALECIMIENTO"},
	}
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	exercised := map[string]int{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := d.Ruleset.Screen(call, entrepreneur(tt.change))
			got := []string{string(s.Line(Emprendimiento).Outcome), string(s.Line(InclusionLaboral).Outcome), string(s.Line(IntegracionComunitaria).Outcome), strings.Join(s.Texts, "|"), strings.Join(texts(s.Offers), "|")}
			if diff := cmp.Diff([]string{tt.business, tt.work, tt.together, tt.texts, tt.offers}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
		for _, id := range d.Ruleset.Rules() {
			if strings.Contains(tt.name, id) {
				exercised[id]++
			}
		}
	}
	for _, id := range d.Ruleset.Rules() {
		if exercised[id] < 2 && id != "R51" { // R51 has its own test
			t.Errorf("%s has %d cases, want 2 or more", id, exercised[id])
		}
	}
}

func TestRuleBookIsComplete(t *testing.T) {
	want := strings.Fields("R00 R01 R02 R10 R11 R20 R30 R31 R32 R33 R34 R35 R36 R37 R40 R41 R42 R43 R44 R50 R51 R60 R99")
	if diff := cmp.Diff(want, load(t).Ruleset.Rules()); diff != "" {
		t.Errorf("rules in order (-want +got):\n%s", diff)
	}
}

// shown lists the lines that the person sees, in order.
func shown(s Screening) []Line {
	var out []Line
	for _, line := range s.Lines {
		if line.Shown {
			out = append(out, line.Line)
		}
	}
	return out
}

func TestScreenShowsChosenLinesFirst(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Answers)
		want   []Line
	}{
		{"chosen first, positive ones after", func(a *Answers) { a.Seeks = []string{"comunidad"} }, []Line{IntegracionComunitaria, Emprendimiento, InclusionLaboral}},
		{"a no that was not asked for is said, last", func(a *Answers) { a.Seeks = []string{"trabajo"}; a.Business = "no" }, []Line{InclusionLaboral, IntegracionComunitaria, Emprendimiento}},
		{"a no that was asked for is said, first", func(a *Answers) { a.Business = "no" }, []Line{Emprendimiento, InclusionLaboral, IntegracionComunitaria}},
		{"missing papers on other lines are said, after", func(a *Answers) { a.Seeks = []string{"comunidad"}; a.Document = "NINGUNO" }, []Line{IntegracionComunitaria, Emprendimiento, InclusionLaboral}},
		{"courses belong to the labour line", func(a *Answers) { a.Seeks = []string{"cursos"}; a.Business = "no" }, []Line{InclusionLaboral, IntegracionComunitaria, Emprendimiento}},
		{"R51 best two of three good ones", func(a *Answers) { a.Seeks = []string{"no_se"} }, []Line{Emprendimiento, InclusionLaboral}},
		{"R51 best two leave the no out", func(a *Answers) { a.Seeks = []string{"no_se"}; a.Business = "no" }, []Line{InclusionLaboral, IntegracionComunitaria}},
		{"R51 missing papers before review", func(a *Answers) { a.Seeks = []string{"no_se"}; a.Population = "otra_nac"; a.Document = "NINGUNO" }, []Line{IntegracionComunitaria, InclusionLaboral}},
		{"nothing chosen and no good news", func(a *Answers) { a.Seeks = nil; a.Municipality = "76001" }, []Line{Emprendimiento, InclusionLaboral, IntegracionComunitaria}},
		{"a minor who does not know", func(a *Answers) { a.Seeks = []string{"no_se"}; a.Age = "menor_18" }, []Line{Emprendimiento, InclusionLaboral, IntegracionComunitaria}},
	}
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, shown(d.Ruleset.Screen(call, entrepreneur(tt.change)))); diff != "" {
				t.Errorf("lines shown (-want +got):\n%s", diff)
			}
		})
	}
}

func TestScreenExplainsItself(t *testing.T) {
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	call.ReviewDays = 5
	s := d.Ruleset.Screen(call, entrepreneur(func(a *Answers) {
		a.Business, a.Experience, a.Occupations = "idea", "mas_24m", []string{"222"}
	}))
	want := LineResult{Line: InclusionLaboral, Outcome: CumplePreliminar,
		Reasons:   []Reason{{"R40", "T12"}, {"R43", ""}, {"R44", ""}},
		NextSteps: []NextStep{"vacancies", "job_agency"}, Shown: true}
	if diff := cmp.Diff(want, s.Line(InclusionLaboral)); diff != "" {
		t.Errorf("labour line (-want +got):\n%s", diff)
	}
	if got := s.Line(Emprendimiento).Route; got != "ideacion" {
		t.Errorf("route of an idea = %q, want ideacion", got)
	}
	if got := d.Ruleset.Screen(call, entrepreneur(nil)).Line(Emprendimiento).Route; got != "fortalecimiento" {
		t.Errorf("route of a business = %q, want fortalecimiento", got)
	}
	if s.Params["dias"] != 5 {
		t.Errorf("dias = %d, want the call's 5", s.Params["dias"])
	}
	if s.Ruleset != d.Ruleset.Version() || s.Ruleset == "" || s.Call != call.ID {
		t.Errorf("result names ruleset %q and call %q", s.Ruleset, s.Call)
	}
	if diff := cmp.Diff([]string{"R20", "R37", "R40", "R43", "R44"}, s.Rules); diff != "" {
		t.Errorf("rules that held (-want +got):\n%s", diff)
	}
}

func TestScreenErasesWhatItMayNotKeep(t *testing.T) {
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	tests := []struct {
		name    string
		change  func(*Answers)
		erase   bool
		uniform bool
	}{
		{"minor", func(a *Answers) { a.Age = "menor_18" }, true, true},
		{"no consent", func(a *Answers) { a.Consent = false }, true, true},
		{"adult", nil, false, false},
		{"age not said", func(a *Answers) { a.Age = "pnd" }, false, true},
		{"out of reach", func(a *Answers) { a.Municipality = "76001" }, false, true},
	}
	for _, tt := range tests {
		s := d.Ruleset.Screen(call, entrepreneur(tt.change))
		if s.Erase != tt.erase || s.Uniform() != tt.uniform {
			t.Errorf("%s: erase %v, uniform %v; want %v, %v", tt.name, s.Erase, s.Uniform(), tt.erase, tt.uniform)
		}
	}
}

func TestScreenMinimumBusinessAge(t *testing.T) {
	d := load(t)
	tests := []struct {
		months   int
		business string
		want     Outcome
		text     string
	}{
		{0, "idea", CumplePreliminar, "T11"},
		{3, "idea", NoCumplePorAhora, "T24"},
		{3, "menos_6m", RevisionHumana, "T02"},
		{3, "6m_o_mas", CumplePreliminar, "T11"},
		{6, "menos_6m", NoCumplePorAhora, "T24"},
		{6, "6m_o_mas", CumplePreliminar, "T11"},
		{12, "6m_o_mas", RevisionHumana, "T02"},
	}
	for _, tt := range tests {
		call := Call{ID: "x", Municipalities: []string{"54001"}, MinBusinessMonths: tt.months}
		s := d.Ruleset.Screen(call, entrepreneur(func(a *Answers) { a.Business = tt.business }))
		line := s.Line(Emprendimiento)
		if line.Outcome != tt.want || line.Reasons[0] != (Reason{"R37", tt.text}) {
			t.Errorf("%d months asked, %s: %s %v, want %s %s", tt.months, tt.business, line.Outcome, line.Reasons, tt.want, tt.text)
		}
		if s.Params["meses"] != tt.months {
			t.Errorf("meses = %d, want %d", s.Params["meses"], tt.months)
		}
	}
}

func TestContradicts(t *testing.T) {
	r := load(t).Ruleset
	tests := []struct {
		population, document string
		want                 bool
	}{
		{"migrante_ve", "CC", true}, {"acogida", "PPT", true},
		{"migrante_ve", "PPT", false}, {"acogida", "CC", false}, {"retornado", "CC", false}, {"pnd", "pnd", false}, {"", "", false},
	}
	for _, tt := range tests {
		if got := r.Contradicts(tt.population, tt.document); got != tt.want {
			t.Errorf("Contradicts(%q, %q) = %v, want %v", tt.population, tt.document, got, tt.want)
		}
	}
}

// everyone calls f with every combination of the answers that decide.
func everyone(r *Ruleset, f func(Answers)) {
	for _, age := range []string{"menor_18", "29_59", "pnd", ""} {
		for _, place := range []string{"54001", "76001", "pnd", ""} {
			for _, population := range append(r.Codes("population"), "") {
				for _, document := range []string{"CC", "NINGUNO", "PEP_TUTOR", "pnd", ""} {
					for _, business := range append(r.Codes("business"), "") {
						for _, seed := range []string{"si", "pnd", ""} {
							for _, stay := range []string{"si", "no"} {
								f(Answers{Consent: true, Age: age, Municipality: place, Population: population, Document: document, Business: business, SeedCapital: seed, Stay: stay, Classes: "si"})
							}
						}
					}
				}
			}
		}
	}
}

// TestNotSayingNeverHarms checks the principle that "I prefer not to say" never
// turns a result negative by itself: where it ends in a no, every other answer
// to that question does too.
func TestNotSayingNeverHarms(t *testing.T) {
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	negative := func(a Answers) []bool {
		var out []bool
		for _, line := range Lines() {
			out = append(out, slices.Contains([]Outcome{NoCumplePorAhora, FueraDeCobertura, MenorDeEdad}, d.Ruleset.Screen(call, a).Line(line).Outcome))
		}
		return out
	}
	questions := []struct {
		name   string
		field  func(*Answers) *string
		values []string
	}{
		{"age", func(a *Answers) *string { return &a.Age }, []string{"18_28"}},
		{"municipality", func(a *Answers) *string { return &a.Municipality }, []string{"54001"}},
		{"population", func(a *Answers) *string { return &a.Population }, d.Ruleset.Codes("population")},
		{"document", func(a *Answers) *string { return &a.Document }, d.Ruleset.Codes("document")},
		{"seed_capital", func(a *Answers) *string { return &a.SeedCapital }, []string{"no"}},
	}
	checked := 0
	everyone(d.Ruleset, func(a Answers) {
		checked++
		if checked%29 != 0 { // a part of everybody keeps the test short
			return
		}
		for _, q := range questions {
			said := a
			*q.field(&said) = PreferNotToSay
			for line, harmed := range negative(said) {
				if !harmed {
					continue
				}
				for _, value := range q.values {
					other := a
					*q.field(&other) = value
					if !negative(other)[line] {
						t.Fatalf("%s not said is a no for %s, %s is not: %+v", q.name, Lines()[line], value, a)
					}
				}
			}
		}
	})
}

func TestEveryLineAlwaysHasOutcomeReasonAndStep(t *testing.T) {
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	keys := d.Ruleset.TextKeys()
	everyone(d.Ruleset, func(a Answers) {
		s := d.Ruleset.Screen(call, a)
		if len(s.Lines) != 3 || len(shown(s)) == 0 {
			t.Fatalf("%d lines, %d shown: %+v", len(s.Lines), len(shown(s)), a)
		}
		for _, line := range s.Lines {
			if line.Outcome == "" || len(line.Reasons) == 0 || len(line.NextSteps) == 0 {
				t.Fatalf("%s has outcome %q, %d reasons, %d next steps: %+v", line.Line, line.Outcome, len(line.Reasons), len(line.NextSteps), a)
			}
			if !slices.Contains(keys, "reason."+line.Reasons[0].Text) {
				t.Fatalf("reason %q has no key: %+v", line.Reasons[0].Text, a)
			}
		}
	})
}

func TestCircumstancesNeverChangeAnOutcome(t *testing.T) {
	d := load(t)
	call, _ := d.Calls.ByID("ejemplo_2026")
	call.AskCircumstances = true
	everyone(d.Ruleset, func(a Answers) {
		if a.Stay != "si" {
			return
		}
		with := a
		with.Circumstances = d.Ruleset.Codes("circumstances")
		if diff := cmp.Diff(d.Ruleset.Screen(call, a), d.Ruleset.Screen(call, with)); diff != "" {
			t.Fatalf("circumstances changed the result (-without +with):\n%s", diff)
		}
	})
}

func FuzzScreen(f *testing.F) {
	d := load(f)
	call, _ := d.Calls.ByID("ejemplo_2026")
	f.Add("29_59", "54001", "migrante_ve", "PPT", "negocio", "idea", "222")
	f.Add("\x00", "🙂", "<b>", "{{.}}", "no_se", "no", "")
	f.Fuzz(func(t *testing.T, age, place, population, document, seeks, business, job string) {
		s := d.Ruleset.Screen(call, Answers{Consent: true, Age: age, Municipality: place, Population: population, Document: document, Seeks: []string{seeks}, Business: business, Occupations: []string{job}})
		for _, line := range s.Lines {
			if line.Outcome == "" || len(line.NextSteps) == 0 {
				t.Fatalf("%s is left without an outcome or a step", line.Line)
			}
		}
	})
}

func BenchmarkScreen(b *testing.B) {
	d := load(b)
	call, _ := d.Calls.ByID("ejemplo_2026")
	a := entrepreneur(nil)
	b.ReportAllocs()
	for b.Loop() {
		d.Ruleset.Screen(call, a)
	}
}
