package console

import (
	"cmp"
	"time"

	"arraigo/programme"
	"arraigo/store"
)

// vacancyKind is the offers of work. All belong to the line of work.
var vacancyKind = &offerKind[programme.Vacancy]{
	noun: "vacancy", menu: "vacancies", path: "/console/vacancies", letter: "V",
	words: offerWords{
		list: "console.vacancy.list", lead: "console.vacancy.lead", none: "console.vacancy.none", noneText: "console.vacancy.none_text",
		add: "console.vacancy.add", added: "console.done.vacancy_added", edit: "console.vacancy.edit", saved: "console.done.vacancy_saved",
		from: "console.vacancy.from", to: "console.vacancy.to",
		upload: "console.vacancy.upload", uploadLead: "console.vacancy.upload_lead", twinned: "console.vacancy.twins",
	},
	sheet: programme.VacancySheet(),
	rows:  func(l *listed) []programme.Vacancy { return l.Vacancies },
	about: func(v programme.Vacancy) offerAbout {
		return offerAbout{Title: v.Title, Whose: v.Employer, Line: string(programme.InclusionLaboral), Town: v.Municipality, Day: v.Published}
	},
	states: []offerState[programme.Vacancy]{
		{"current", "console.vacancy.state_current", current},
		{"shown", "console.vacancy.state_shown", func(l *listed, v programme.Vacancy) bool {
			return v.Standing(l.Today) == programme.StandingOpen && l.Verdicts[v.ID].Verdict.Publishable()
		}},
		{"back", "console.vacancy.state_back", func(l *listed, v programme.Vacancy) bool {
			return current(l, v) && !l.Verdicts[v.ID].Verdict.Publishable()
		}},
		{"review", "console.vacancy.state_review", func(l *listed, v programme.Vacancy) bool {
			return current(l, v) && l.Verdicts[v.ID].Verdict == programme.ForReview
		}},
		{"blocked", "console.vacancy.state_blocked", func(l *listed, v programme.Vacancy) bool {
			return current(l, v) && l.Verdicts[v.ID].Verdict == programme.Blocked
		}},
		{"later", "console.vacancy.state_later", func(l *listed, v programme.Vacancy) bool {
			return v.Standing(l.Today) == programme.StandingUpcoming
		}},
		{"over", "console.vacancy.state_over", func(l *listed, v programme.Vacancy) bool { return !current(l, v) }},
		{"all", "console.vacancy.state_all", func(*listed, programme.Vacancy) bool { return true }},
	},
	groups: []columnGroup{
		{"console.vacancy.about", []string{"id", "titulo", "ocupacion_codigo", "empleador", "empleador_verificado", "contacto"}},
		{"console.vacancy.work", []string{"descripcion", "requisitos_texto", "municipio_codigo", "modalidad", "puestos", "escolaridad", "experiencia_meses"}},
		{"console.vacancy.pay", []string{"salario_tipo", "salario_mensual_cop", "auxilio_transporte", "tipo_contrato", "contrato_escrito", "duracion_meses"}},
		{"console.vacancy.hours", []string{"horas_semana", "dias_semana", "horario", "paga_recargos"}},
		{"console.vacancy.cover", []string{"afiliacion_salud", "afiliacion_pension", "afiliacion_arl", "afiliacion_caja", "riesgo_arl", "entrega_epp"}},
		{"console.vacancy.fair", []string{"cobro_trabajador_cop", "detalle_cobro", "edad_min", "edad_max", "sexo_exigido", "pide_foto", "retiene_documentos", "documentos_aceptados"}},
		{"console.vacancy.days", []string{"fecha_inicio", "fecha_publicacion", "fecha_vencimiento", "codigo_spe"}},
	},
	heads: []string{"console.vacancy.offer", "console.vacancy.state", "console.offers.town", "console.vacancy.published", "console.vacancy.closes"},
	row: func(k *offerKind[programme.Vacancy], v *visit, l *listed, t programme.Vacancy, _ store.Fill) Row {
		first := Cell{Text: t.Title, Href: k.at(t.ID), Sub: t.ID + " · " + t.Employer}
		a := l.Verdicts[t.ID]
		state := Cell{Chips: []Chip{v.verdictChip(t, a, l.Today)}}
		if current(l, t) && !a.Verdict.Publishable() {
			state.Sub = v.firstReason(a)
		}
		return Row{Quiet: !current(l, t), Cells: []Cell{first, state, {Text: v.town(t.Municipality)}, {Text: v.figuresDay(t.Published)}, {Text: v.figuresDay(t.Expires)}}}
	},
	// What waits for somebody comes first, then the newest.
	before: func(l *listed, a, b programme.Vacancy) int {
		return cmp.Or(vacancyRank(l, a)-vacancyRank(l, b), b.Published.DaysSince(a.Published))
	},
	finds: (*visit).vacancyFinds,
	visible: func(v *visit, t programme.Vacancy) bool {
		return v.set.Data.DecentWork.Check(t, v.set.Today(v.now)).Verdict.Publishable()
	},
	details: vacancyDetails,
}

// current reports whether a vacancy is listed and its time is not over.
func current(l *listed, v programme.Vacancy) bool {
	s := v.Standing(l.Today)
	return s == programme.StandingOpen || s == programme.StandingUpcoming
}

func vacancyRank(l *listed, v programme.Vacancy) int {
	if !current(l, v) {
		return 9
	}
	switch l.Verdicts[v.ID].Verdict {
	case programme.Blocked:
		return 0
	case programme.ForReview:
		return 1
	case programme.SentBack:
		return 2
	case programme.Rejected:
		return 3
	}
	return 4
}

// verdictChip says in one word what people see of a vacancy today.
func (v *visit) verdictChip(t programme.Vacancy, a programme.Assessment, today programme.Date) Chip {
	switch s := t.Standing(today); {
	case s == programme.StandingEnded || s == programme.StandingClosed:
		return v.standingChip(s)
	case a.Verdict.Publishable() && s == programme.StandingUpcoming:
		return v.standingChip(s)
	}
	tone := ToneBad
	switch a.Verdict {
	case programme.Approved, programme.ApprovedWarning:
		tone = ToneGood
	case programme.ForReview, programme.SentBack:
		tone = ToneWait
	}
	return Chip{v.text("console.verdict." + string(a.Verdict)), tone}
}

// firstReason is the finding that weighs most, in words.
func (v *visit) firstReason(a programme.Assessment) string {
	if a.Decided && a.Verdict == programme.SentBack {
		return v.text("console.vacancy.sent_back")
	}
	for _, s := range []programme.Severity{programme.Block, programme.Reject, programme.SendFix} {
		for _, f := range a.Findings {
			if f.Severity == s {
				return v.finding(f)
			}
		}
	}
	if len(a.Reviews) > 0 {
		return v.text(a.Reviews[0].Key())
	}
	return ""
}

// finding is what a check says, with its figures.
func (v *visit) finding(f programme.VacancyFinding) string {
	var pairs []any
	for name, value := range f.Params {
		switch p := value.(type) {
		case programme.Date:
			value = v.catalog.DateYear(v.lang, p.At(0, time.UTC))
		case []string:
			var columns []string
			for _, column := range p {
				columns = append(columns, v.text("vacancy.field."+column))
			}
			value = v.catalog.List(v.lang, columns)
		case int64:
			if name == "valor" {
				value = v.money(p)
			}
		}
		pairs = append(pairs, name, value)
	}
	return v.text(f.Key(), pairs...)
}

// vacancyFinds checks a vacancy while it is written.
func (v *visit) vacancyFinds(t programme.Vacancy) verdict {
	today := v.set.Today(v.now)
	a := v.set.Data.DecentWork.Check(t, today)
	out := verdict{Chip: v.verdictChip(t, a, today), Text: v.text("console.verdict_text." + string(a.Verdict)), fields: map[string]fieldFinds{}}
	add := func(words string, columns, matched []string) {
		if len(matched) == 0 && len(columns) > 1 {
			columns = columns[:1] // said once
		}
		for _, c := range columns {
			f := out.fields[c]
			f.words, f.marks = append(f.words, words), append(f.marks, matched...)
			out.fields[c] = f
		}
		if len(columns) == 0 {
			out.General = append(out.General, words)
		} else {
			out.said = append(out.said, words)
		}
	}
	for _, f := range a.Findings {
		if f.Code == "DW_SIN_SEGURIDAD_SOCIAL" {
			for _, c := range f.Columns {
				add(v.finding(f), []string{c}, nil)
			}
			continue
		}
		add(v.finding(f), f.Columns, f.Matched)
	}
	for _, r := range a.Reviews {
		add(v.text(r.Key()), r.Columns, r.Matched)
	}
	return out
}

// A Finding is one thing that a check says of a vacancy, on its page.
type Finding struct {
	Chip   Chip
	Text   string
	Fields []FoundIn
}

// FoundIn is a field that a finding is about.
type FoundIn struct {
	Label  string
	Href   string // of the field in the form; "": who visits may not change it
	Pieces []Piece
}

// vacancyDetails adds what the checks say, and the decision of a person.
func vacancyDetails(k *offerKind[programme.Vacancy], v *visit, l *listed, row store.Kept[programme.Vacancy], p *offerPage) error {
	t := row.Row
	a := v.set.Data.DecentWork.Check(t, l.Today)
	p.State = v.verdictChip(t, a, l.Today)
	p.StateText = v.text("console.verdict_text." + string(a.Verdict))
	if !current(l, t) {
		p.StateText = ""
	}
	for _, f := range a.Findings {
		chip := Chip{v.text("console.severity." + string(f.Severity)), ToneBad}
		switch f.Severity {
		case programme.SendFix:
			chip.Tone = ToneWait
		case programme.Warn:
			chip.Tone = ToneInfo
		}
		p.Findings = append(p.Findings, Finding{chip, v.finding(f), v.foundIn(k, t, f.Columns, f.Matched)})
	}
	for _, r := range a.Reviews {
		chip := Chip{v.text("console.severity.review"), ToneWait}
		if a.Decided && t.Decision.Publish {
			chip = Chip{v.text("console.severity.reviewed"), ToneOff}
		}
		p.Findings = append(p.Findings, Finding{chip, v.text(r.Key()), v.foundIn(k, t, r.Columns, r.Matched)})
	}
	if a.Decided {
		p.Decided = v.decidedFacts(t.Decision)
	}
	if (a.Verdict == programme.ForReview || a.Decided) && current(l, t) && v.may(store.DecideVacancy) {
		p.Decide = v.decisionForm(k.at(t.ID), row.Mark)
	} else if a.Verdict == programme.ForReview && current(l, t) {
		p.Waits = v.text("console.vacancy.waits")
	}
	return v.referralFacts(t.ID, p)
}

func (v *visit) foundIn(k *offerKind[programme.Vacancy], t programme.Vacancy, columns, matched []string) []FoundIn {
	var out []FoundIn
	for _, c := range columns {
		found := FoundIn{Label: v.columnName(c), Pieces: markWords(k.sheet.Value(t, c), matched)}
		if v.may(store.ChangeCatalogue) {
			found.Href = k.at(t.ID) + "/edit#f-" + c
		}
		out = append(out, found)
	}
	return out
}

func (v *visit) decidedFacts(d programme.Decision) []Fact {
	chip := Chip{v.text("console.vacancy.returned"), ToneWait}
	if d.Publish {
		chip = Chip{v.text("console.vacancy.let_through"), ToneGood}
	}
	return []Fact{
		{Label: v.text("console.vacancy.decided"), Chip: chip, Text: v.day(d.On)},
		{Label: v.text("console.vacancy.reason"), Text: d.Reason},
		{Label: v.text("console.vacancy.decided_by"), Text: v.memberName(d.By)},
	}
}

// The two things that a decision can say.
const (
	decidePublish = "publish"
	decideReturn  = "return"
)

func (v *visit) decisionForm(at, mark string) *Form {
	f := v.newForm(v.text("console.vacancy.decide"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "decision", Label: v.text("console.vacancy.decision"), Required: true, Wide: true, Options: []Option{
			{decidePublish, v.text("console.vacancy.let_through"), v.text("console.vacancy.let_through_hint")},
			{decideReturn, v.text("console.vacancy.returned"), v.text("console.vacancy.returned_hint")},
		}},
		{Kind: FieldArea, Name: "reason", Label: v.text("console.vacancy.reason"), Hint: v.text("console.vacancy.reason_hint"), Required: true, Max: 1000, Rows: 3},
	}})
	f.Action, f.Version = at+"/decision", mark
	return f
}

// decideVacancy lets a vacancy through, or sends it back, that the checks leave
// to a person. Any other vacancy is not theirs to decide.
func (v *visit) decideVacancy() error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	k, err := vacancyKind.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	undecided := k.Row
	undecided.Decision = programme.Decision{}
	a := v.set.Data.DecentWork.Check(undecided, l.Today)
	if a.Verdict != programme.ForReview || !current(l, k.Row) {
		return store.ErrConflict
	}
	f := v.decisionForm(vacancyKind.at(k.Row.ID), k.Mark)
	v.fill(f)
	if len(f.Errors) > 0 {
		return vacancyKind.showPage(v, l, k, f)
	}
	if v.form.Get("_version") != k.Mark {
		return store.ErrConflict // it is another vacancy than the one that was read
	}
	publish := f.Field("decision").Value == decidePublish
	d := programme.NewDecision(k.Row, a.Reviews, publish, f.Field("reason").Value, v.staff.ID, l.Today)
	if err := v.record(actDecideVacancy, vacancyKind.ref(k.Row.ID)); err != nil {
		return err
	}
	if err := v.store.Decide(v.ctx(), k.Row.ID, k.Mark, d); err != nil {
		return err
	}
	done := "vacancy_returned"
	if publish {
		done = "vacancy_let_through"
	}
	return v.redirect(vacancyKind.at(k.Row.ID), done, "codigo", k.Row.ID)
}
