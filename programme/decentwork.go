package programme

import (
	"io/fs"
	"slices"
)

// Severity is how much a finding weighs.
type Severity string

// The severities.
const (
	Reject  Severity = "R" // not published
	SendFix Severity = "C" // back to the employer, to be completed
	Block   Severity = "B" // not published, and a person looks at once
	Warn    Severity = "A" // published all the same
)

// VacancyFinding is one check that a vacancy fails. Its words, for employers
// and staff, are at the locale key vacancy.check.<Code>.
type VacancyFinding struct {
	Code     string
	Severity Severity
	Matched  []string // the words of the offer that gave it away, as written there
	Columns  []string // of the form, in which to mend it; empty: the offer as a whole
	// Params are the figures of the words: fecha (Date), valor (int64, pesos),
	// max (int64, hours), lista ([]string, columns with words at the locale key
	// vacancy.field.<column>).
	Params map[string]any
}

// Key is the locale key of its words.
func (f VacancyFinding) Key() string { return "vacancy.check." + f.Code }

// VacancyReview is a kind of work with rules that no table here settles; a
// person decides. Its words are at the locale key vacancy.review.<Code>.
type VacancyReview struct {
	Code    string
	Matched []string
	Columns []string // of the form, on which it rests
}

// Key is the locale key of its words.
func (r VacancyReview) Key() string { return "vacancy.review." + r.Code }

// Verdict is what the checks together say about a vacancy.
type Verdict string

// The verdicts.
const (
	Approved        Verdict = "aprobada"
	ApprovedWarning Verdict = "aprobada_con_aviso"
	ForReview       Verdict = "revision_humana"
	SentBack        Verdict = "devuelta"
	Rejected        Verdict = "rechazada"
	Blocked         Verdict = "bloqueada_y_escalada"
)

// Publishable reports whether the vacancy may be shown and sent. Everything
// else stays with the team.
func (v Verdict) Publishable() bool { return v == Approved || v == ApprovedWarning }

// Assessment is the result of all checks of one vacancy on one day.
type Assessment struct {
	Verdict  Verdict
	Findings []VacancyFinding // in the order of the checklist
	// Reviews matter when nothing worse was found. A person who has looked may
	// publish the vacancy then.
	Reviews []VacancyReview
	// Decided tells that a person has looked at the reviews, and the verdict is
	// theirs.
	Decided bool
	// NeedsRecheck tells that legal figures for the start are not known yet:
	// assess the vacancy again when the parameters have them.
	NeedsRecheck bool
}

// Codes are the codes of the findings, in order.
func (a Assessment) Codes() []string {
	var codes []string
	for _, f := range a.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

// VerdictOf is the verdict of findings and reviews: the worst finding decides.
func VerdictOf(findings []VacancyFinding, reviews []VacancyReview) Verdict {
	has := func(s Severity) bool {
		return slices.ContainsFunc(findings, func(f VacancyFinding) bool { return f.Severity == s })
	}
	switch {
	case has(Block):
		return Blocked
	case has(Reject):
		return Rejected
	case has(SendFix):
		return SentBack
	case len(reviews) > 0:
		return ForReview
	case has(Warn):
		return ApprovedWarning
	}
	return Approved
}

// DecentWork is the checklist of minimum criteria for a vacancy, with its words
// and legal figures. It is immutable and safe for concurrent use.
//
// The criteria come from Colombian law (CST; Leyes 931 de 2004, 1636 de 2013,
// 2101 de 2021 and 2466 de 2025; Circular 0062 de 2021), from the ILO's
// definition of recruitment fees (2019) and the IOM's IRIS standard, and from
// the programme's own rules: adults only, a written contract.
type DecentWork struct {
	parameters  *Parameters
	occupations *Occupations
	words       *wordList
}

// Check runs the whole checklist. The legal figures are those of the day on
// which the work starts; without one, of today.
//
// Warnings are told only about a vacancy that is not rejected or blocked: an
// employer whose offer is refused has nothing to register or to complete.
func (w *DecentWork) Check(v Vacancy, today Date) Assessment {
	x := w.inspect(v, today)
	var a Assessment
	refused := false
	for _, check := range checklist() {
		hit, fails := check.fails(x)
		if !fails || check.severity == Warn && refused {
			continue
		}
		refused = refused || check.severity == Reject || check.severity == Block
		a.Findings = append(a.Findings, VacancyFinding{Code: check.code, Severity: check.severity, Matched: hit.matched, Columns: x.columns(check, hit), Params: hit.params})
	}
	a.Reviews = x.reviews()
	a.NeedsRecheck = x.unknownYear()
	a.Verdict = VerdictOf(a.Findings, a.Reviews)
	if a.Verdict == ForReview && v.Decision.covers(v, a.Reviews) {
		a.Decided = true
		if a.Verdict = SentBack; v.Decision.Publish {
			a.Verdict = VerdictOf(a.Findings, nil)
		}
	}
	return a
}

// CheckCodes are the codes of the checklist in its order, and then those of the
// reviews: everything that needs words.
func CheckCodes() (checks, reviews []string) {
	for _, check := range checklist() {
		checks = append(checks, check.code)
	}
	for _, code := range reviewCodes() {
		reviews = append(reviews, string(code))
	}
	return checks, reviews
}

func loadDecentWork(fsys fs.FS, name string, parameters *Parameters, occupations *Occupations, problems *Problems) *DecentWork {
	for _, figure := range programmeFigures() {
		p, ok := parameters.At(figure, Date{})
		if len(parameters.list) > 0 && (!ok || !p.From.IsZero() || !p.To.IsZero()) {
			problems.add(name, 0, 0, "the checklist needs the figure "+figure+" on every day", "put it into the parameters, with from and to empty")
		}
	}
	return &DecentWork{
		parameters:  parameters,
		occupations: occupations,
		words:       loadWordList(fsys, name, wordCodes(), occupations, problems),
	}
}
