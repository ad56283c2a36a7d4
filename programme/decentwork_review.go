package programme

import "slices"

// reviewCode is a kind of work that a person has to look at.
type reviewCode string

// The kinds. All rest on rules that nobody has confirmed yet for this programme,
// or on words that may mean the opposite.
const (
	reviewLiveIn     reviewCode = "SERVICIO_INTERNO" // live-in domestic work, part of the pay in kind
	reviewApprentice reviewCode = "APRENDIZAJE"      // 75 % or 100 % of the minimum wage
	reviewPlatform   reviewCode = "PLATAFORMA"       // delivery for a platform
	reviewLongShift  reviewCode = "TURNO_12_HORAS"   // 12-hour shifts in security
	reviewPartWeek   reviewCode = "SEMANA_PARCIAL"   // fewer days than a legal week
	reviewLegalAge   reviewCode = "EDAD_POR_LEY"     // an age above 18 with a legal reason given
	reviewWords      reviewCode = "PALABRAS"         // listed words that may be harmless here
)

func reviewCodes() []reviewCode {
	return []reviewCode{reviewLiveIn, reviewApprentice, reviewPlatform, reviewLongShift, reviewPartWeek, reviewLegalAge, reviewWords}
}

func (x *inspection) reviews() []VacancyReview {
	var out []VacancyReview
	add := func(code reviewCode, present bool, matched, columns []string) {
		if present {
			out = append(out, VacancyReview{string(code), matched, columns})
		}
	}
	liveIn := x.liveIn()
	add(reviewLiveIn, liveIn != nil, liveIn, x.where(false, wordsLiveIn))
	columns := x.where(false, wordsApprentice)
	if x.Contract == Apprenticeship {
		columns = append([]string{"tipo_contrato"}, columns...)
	}
	add(reviewApprentice, x.apprentice(), x.said(wordsApprentice), columns)
	platform := x.said(wordsPlatform)
	add(reviewPlatform, len(platform) > 0, platform, x.where(false, wordsPlatform))
	add(reviewLongShift, x.longShift(), x.said(wordsLongShift), append([]string{"horas_semana"}, x.where(false, wordsLongShift)...))
	days, known := x.figure("dias_semana_min")
	add(reviewPartWeek, known && x.Days > 0 && int64(x.Days) < days, nil, []string{"dias_semana"})
	reason := x.said(wordLegalAge)
	add(reviewLegalAge, int64(x.MinAge) > x.rule("edad_minima_programa") && len(reason) > 0, reason, append([]string{"edad_min"}, x.where(false, wordLegalAge)...))
	doubtful, columns := x.doubtful()
	add(reviewWords, len(doubtful) > 0, doubtful, columns)
	return out
}

// liveIn are the words that make domestic or care work live-in; nil: it is not.
func (x *inspection) liveIn() []string {
	if !slices.Contains([]string{"911", "531", "532"}, x.Occupation) {
		return nil
	}
	return x.said(wordsLiveIn)
}

func (x *inspection) apprentice() bool {
	return x.Contract == Apprenticeship || len(x.said(wordsApprentice)) > 0
}

// longShift looks at security work only: elsewhere long days fail the checks of
// the week's hours.
func (x *inspection) longShift() bool {
	if x.Occupation != "541" {
		return false
	}
	long := x.Days > 0 && x.Hours/float64(x.Days) >= float64(x.rule("turno_largo"))
	return long || len(x.said(wordsLongShift)) > 0
}

// doubtful are listed words of the checklist that were not held against the
// vacancy: they stand in a sentence of equality, or belong to the work itself.
func (x *inspection) doubtful() (words, columns []string) {
	for _, check := range checklist() {
		if check.severity != Reject {
			continue
		}
		words = append(words, x.words(check.code, true)...)
		for _, hit := range x.hits {
			if hit.code == check.code && hit.doubted && !slices.Contains(columns, hit.column) {
				columns = append(columns, hit.column)
			}
		}
	}
	return words, columns
}
