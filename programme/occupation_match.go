package programme

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// OccupationMatch is what a typed kind of work may mean. Its kinds are those of
// a municipality's, without MatchForeign. Candidates are at most 5.
type OccupationMatch struct {
	Kind       MatchKind
	Candidates []Occupation
}

// jobIndex finds occupations by what people call them in Colombia and
// Venezuela.
type jobIndex struct {
	jobs  []Occupation
	terms []jobTerm
	exact map[string][]int // by stem
}

// jobTerm is one name of an occupation. Stems make cocinera and cocinero,
// mesera and meseros equal.
type jobTerm struct {
	stem, sound string
	job         int
}

func newJobIndex(jobs []Occupation, synonyms map[string][]string) jobIndex {
	x := jobIndex{jobs: jobs, exact: map[string][]int{}}
	for i, job := range jobs {
		terms := append([]string{job.label["es"], job.label["en"]}, synonyms[job.Code]...)
		for _, label := range terms[:2] {
			terms = append(terms, labelParts(label)...)
		}
		for _, term := range terms {
			stem := stemAll(strings.Fields(Normalize(term)))
			if stem == "" || slices.Contains(x.exact[stem], i) {
				continue
			}
			x.exact[stem] = append(x.exact[stem], i)
			x.terms = append(x.terms, jobTerm{stem, Sound(stem), i})
		}
	}
	return x
}

// labelParts are the single kinds of work that a label lists, as in
// "Peluquería, barbería y belleza".
func labelParts(label string) []string {
	parts := strings.FieldsFunc(strings.NewReplacer(" y ", ",", " e ", ",", " o ", ",", " and ", ",", " or ", ",").Replace(label), func(r rune) bool {
		return strings.ContainsRune(",()/:", r)
	})
	return slices.DeleteFunc(parts, func(part string) bool {
		key := Normalize(part)
		return len(key) < 5 || strings.HasPrefix(key, "otr") || strings.HasPrefix(key, "other")
	})
}

// stem takes off number and gender, which the labels avoid and people use.
func stem(word string) string {
	if len(word) < 5 {
		return word
	}
	word = strings.TrimSuffix(word, "s")
	for _, ending := range []string{"ora", "ore"} {
		if strings.HasSuffix(word, ending) {
			return word[:len(word)-1]
		}
	}
	return strings.TrimRight(word, "aoe")
}

func stemAll(words []string) string {
	var out []string
	for _, word := range words {
		if !slices.Contains([]string{"de", "del", "la", "las", "el", "los", "en", "y", "a", "of", "the"}, word) {
			out = append(out, stem(word))
		}
	}
	return strings.Join(out, " ")
}

// Match tells which occupations a typed text means. A name of one occupation
// is taken; a name of several, or part of one, is offered to choose; a likely
// spelling mistake must be confirmed. Work is bounded whatever the text.
func (o *Occupations) Match(typed string) OccupationMatch {
	unknown := OccupationMatch{Kind: MatchUnknown}
	if len(typed) > maxTyped {
		return unknown
	}
	words := strings.Fields(Normalize(typed))
	if len(words) == 0 || len(words) > maxWords {
		return unknown
	}
	words = dropWorkTalk(words)
	key := stemAll(words)
	if key == "" {
		return unknown
	}
	if jobs := o.index.exact[key]; len(jobs) > 0 {
		return o.index.match(jobs, true)
	}
	if jobs := o.index.inPhrase(words); len(jobs) > 0 {
		return o.index.match(jobs, false)
	}
	if jobs := o.index.containing(key); len(jobs) > 0 {
		return o.index.match(jobs, false)
	}
	return o.index.guess(key)
}

// dropWorkTalk strips what people write around the name of the work.
func dropWorkTalk(words []string) []string {
	around := []string{
		"yo", "soy", "era", "fui", "hola", "quiero", "quisiera", "busco", "necesito", "me", "gusta", "gustaria", "trabajar", "trabajo", "trabaje", "trabajaba",
		"se", "hacer", "hago", "como", "de", "en", "la", "el", "lo", "que", "sea", "un", "una", "chamba", "camello", "empleo", "puesto", "experiencia", "tengo",
		"i", "am", "a", "an", "work", "as", "job", "want", "to", "be", "por", "favor", "gracias",
	}
	for len(words) > 0 && slices.Contains(around, words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && slices.Contains(around, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// inPhrase finds the longest names inside a sentence.
func (x jobIndex) inPhrase(words []string) []int {
	for n := min(5, len(words)); n > 0; n-- {
		var jobs []int
		for i := 0; i+n <= len(words); i++ {
			if key := stemAll(words[i : i+n]); len(key) >= 4 {
				jobs = append(jobs, x.exact[key]...)
			}
		}
		if len(jobs) > 0 {
			return jobs
		}
	}
	return nil
}

// containing finds names of which the text is a beginning or a whole word.
func (x jobIndex) containing(key string) []int {
	if len(key) < 4 {
		return nil
	}
	var jobs []int
	for _, term := range x.terms {
		if strings.HasPrefix(term.stem, key) || strings.Contains(" "+term.stem+" ", " "+key+" ") {
			jobs = append(jobs, term.job)
		}
	}
	return jobs
}

// guess finds names that are written or sound almost the same.
func (x jobIndex) guess(key string) OccupationMatch {
	if len(key) < 4 || len(key) > maxGuessed {
		return OccupationMatch{Kind: MatchUnknown}
	}
	limit := 2
	if len(key) <= 5 {
		limit = 1
	}
	sound := Sound(key)
	distance := map[int]int{}
	for _, term := range x.terms {
		d := limit + 1
		switch {
		case term.sound == sound:
			d = 0
		case term.stem[0] == key[0] && abs(len(term.stem)-len(key)) <= limit:
			d = levenshtein.ComputeDistance(key, term.stem)
		}
		if before, seen := distance[term.job]; d <= limit && (!seen || d < before) {
			distance[term.job] = d
		}
	}
	if len(distance) == 0 {
		return OccupationMatch{Kind: MatchUnknown}
	}
	jobs := make([]int, 0, len(distance))
	for job := range distance {
		jobs = append(jobs, job)
	}
	slices.SortFunc(jobs, func(a, b int) int { return cmp.Or(distance[a]-distance[b], x.order(a, b)) })
	match := OccupationMatch{Kind: MatchConfirm}
	for _, job := range jobs[:min(len(jobs), maxGuesses)] {
		match.Candidates = append(match.Candidates, x.jobs[job])
	}
	return match
}

// match offers jobs, common ones first. A whole name of one job is taken; part
// of a sentence or a name has to be confirmed.
func (x jobIndex) match(jobs []int, whole bool) OccupationMatch {
	jobs = slices.Clone(jobs)
	slices.SortFunc(jobs, x.order)
	jobs = slices.Compact(jobs)
	match := OccupationMatch{Kind: MatchChoose}
	if len(jobs) == 1 {
		match.Kind = MatchConfirm
		if whole {
			match.Kind = MatchExact
		}
	}
	for _, job := range jobs[:min(len(jobs), maxGuesses)] {
		match.Candidates = append(match.Candidates, x.jobs[job])
	}
	return match
}

func (x jobIndex) order(a, b int) int {
	if x.jobs[a].Common != x.jobs[b].Common {
		if x.jobs[a].Common {
			return -1
		}
		return 1
	}
	return a - b
}
