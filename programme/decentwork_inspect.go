package programme

import (
	"slices"
	"strings"
)

// The signs and kinds of work that words can point at, besides the codes of the
// checklist.
const (
	signAbroad       = "SENAL_EXTERIOR"
	signInexperience = "SENAL_SIN_EXPERIENCIA"
	signPrivateChat  = "SENAL_CHAT_PERSONAL"
	signDebt         = "SENAL_DEUDA"
	signPhoto        = "SENAL_FOTO"
	wordNoFee        = "SIN_COBRO"
	wordLegalAge     = "RAZON_LEGAL_EDAD"
	wordsLiveIn      = "SERVICIO_INTERNO"
	wordsApprentice  = "APRENDIZAJE"
	wordsPlatform    = "PLATAFORMA"
	wordsLongShift   = "TURNO_12_HORAS"
)

// wordCodes are the codes that the word list may use.
func wordCodes() []string {
	codes := []string{
		wordNeutral, wordEquality, signAbroad, signInexperience, signPrivateChat, signDebt, signPhoto,
		wordNoFee, wordLegalAge, wordsLiveIn, wordsApprentice, wordsPlatform, wordsLongShift,
	}
	for _, check := range checklist() {
		codes = append(codes, check.code)
	}
	return codes
}

// inspection is one vacancy laid out for the checks: its words found and the
// figures of its start looked up.
type inspection struct {
	Vacancy
	work  *DecentWork
	today Date
	start Date // the day that decides the figures
	hits  []wordHit

	wage     int64 // monthly minimum; 0: not known
	maxHours int64 // a week; 0: not known
}

func (w *DecentWork) inspect(v Vacancy, today Date) *inspection {
	x := &inspection{Vacancy: v, work: w, today: today, start: v.Starts}
	if x.start.IsZero() {
		x.start = today
	}
	x.wage, _ = x.figure("smmlv_mes")
	x.maxHours, _ = x.figure("horas_semana_max")
	for _, text := range []struct{ column, words string }{
		{"titulo", v.Title}, {"descripcion", v.Tasks}, {"requisitos_texto", v.Requirements},
		{"horario", v.Schedule}, {"detalle_cobro", v.FeeDetail}, {"contacto", v.Contact},
	} {
		for _, hit := range w.words.find(text.words, v.Occupation) {
			hit.column = text.column
			x.hits = append(x.hits, hit)
		}
	}
	return x
}

// where are the columns in which words that point at the codes stand, each
// once; doubted ones too when asked for.
func (x *inspection) where(doubted bool, codes ...string) []string {
	var out []string
	for _, hit := range x.hits {
		if slices.Contains(codes, hit.code) && (doubted || !hit.doubted) && !slices.Contains(out, hit.column) {
			out = append(out, hit.column)
		}
	}
	return out
}

// figure is a legal figure on the day of the start.
func (x *inspection) figure(name string) (int64, bool) {
	p, ok := x.work.parameters.At(name, x.start)
	return p.Value, ok
}

// rule is a figure of the programme's own, which holds on every day.
func (x *inspection) rule(name string) int64 {
	p, ok := x.work.parameters.At(name, x.today)
	if !ok {
		panic("programme: the parameters do not have " + name) // Load has checked it
	}
	return p.Value
}

// programmeFigures are the figures that must hold on any day.
func programmeFigures() []string {
	return []string{"edad_minima_programa", "alerta_senales_min", "alerta_salario", "riesgo_arl_alto", "salario_especie_max", "aprendiz_salario_min", "turno_largo", "jornada_completa_min"}
}

// said are the words that point at a code, each once; doubted ones are left to
// the reviews.
func (x *inspection) said(code string) []string { return x.words(code, false) }

func (x *inspection) words(code string, doubted bool) []string {
	var out []string
	for _, hit := range x.hits {
		if hit.code == code && hit.doubted == doubted && !slices.Contains(out, hit.text) {
			out = append(out, hit.text)
		}
	}
	return out
}

// pay is the monthly pay stated, 0 when there is none.
func (x *inspection) pay() int64 {
	if x.Pay == nil {
		return 0
	}
	return *x.Pay
}

// floor is the least pay for the hours of this vacancy: the minimum wage, in
// proportion when the week is shorter than the legal one. Hours that are not
// told count as a full week. False: the figures are not known.
func (x *inspection) floor() (int64, bool) {
	if x.wage == 0 || x.maxHours == 0 {
		return 0, false
	}
	floor := x.wage
	if x.Hours > 0 && x.Hours < float64(x.maxHours) {
		// In hundredths of an hour, rounded up to whole pesos.
		hundredths := int64(x.Hours*100 + 0.5)
		whole := x.maxHours * 100
		floor = (x.wage*hundredths + whole - 1) / whole
	}
	switch {
	case x.liveIn() != nil:
		floor -= floor * x.rule("salario_especie_max") / 100
	case x.apprentice():
		floor = floor * x.rule("aprendiz_salario_min") / 100
	}
	return floor, true
}

func (x *inspection) unknownYear() bool {
	_, transport := x.figure("aux_transporte_mes")
	return x.wage == 0 || x.maxHours == 0 || !transport
}

// chargesWorker tells whether the worker has to pay, and with which words.
// "Ninguno" is no charge.
func (x *inspection) chargesWorker() ([]string, bool) {
	matched := x.said("DW_COBRO_AL_TRABAJADOR")
	detail := strings.TrimSpace(x.FeeDetail)
	denied := x.work.words.whole(detail, wordNoFee)
	if detail != "" && !denied && !slices.Contains(matched, detail) {
		matched = append(matched, detail)
	}
	return matched, x.Fee != nil && *x.Fee > 0 || len(matched) > 0
}

// whole reports whether the text is nothing but one phrase of that code.
func (l *wordList) whole(text, code string) bool {
	tokens := tokenize(text)
	if len(tokens) == 0 {
		return strings.Trim(text, "-–— .") == ""
	}
	return slices.ContainsFunc(l.phrases[tokens[0].norm[0]], func(p listedPhrase) bool {
		return p.code == code && len(p.words) == len(tokens) && p.matches(tokens)
	})
}

// trafficSigns are the signs of trafficking or fraud, with the words found.
// Three together block the offer.
func (x *inspection) trafficSigns() (signs int, matched []string) {
	sign := func(present bool, words []string) {
		if present {
			signs++
			matched = append(matched, words...)
		}
	}
	words := func(code string) (bool, []string) {
		found := slices.Concat(x.words(code, false), x.words(code, true))
		return len(found) > 0, found
	}
	sign(x.EmployerVerified != StatedYes, nil)
	sign(words(signAbroad))
	inexperienced, found := words(signInexperience)
	sign(x.wellPaid() && (inexperienced || x.Experience != nil && *x.Experience == 0), found)
	sign(words(signPrivateChat))
	sign(words(signDebt))
	photo, found := words(signPhoto)
	oneSex := x.Sex != "" || len(x.said("DW_DISCRIMINACION_SEXO")) > 0
	sign((photo || x.Photo == StatedYes) && oneSex, found)
	return signs, matched
}

// wellPaid reports pay far above what work without experience brings. It is a
// sign, not a legal figure, so a start in a year not yet known is measured
// with today's minimum wage rather than not at all.
func (x *inspection) wellPaid() bool {
	wage := x.wage
	if wage == 0 {
		p, _ := x.work.parameters.At("smmlv_mes", x.today)
		wage = p.Value
	}
	return wage > 0 && x.pay() > wage*x.rule("alerta_salario")
}
