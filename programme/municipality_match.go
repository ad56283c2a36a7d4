package programme

import (
	"slices"
	"strings"
)

// MatchKind tells what to do with a typed name.
type MatchKind string

// The kinds of a match.
const (
	MatchExact   MatchKind = "exact"   // one candidate, safe to take
	MatchChoose  MatchKind = "choose"  // the name fits several: buttons
	MatchConfirm MatchKind = "confirm" // a guess: never take it without a yes
	MatchForeign MatchKind = "foreign" // a place outside Colombia: ask for the one in Colombia
	MatchUnknown MatchKind = "unknown" // nothing fits: show the departments
)

// MunicipalityMatch is what a typed name may mean.
type MunicipalityMatch struct {
	Kind MatchKind
	// Candidates are in the order of the buttons, at most 6. A foreign match
	// has some only when Colombia has a place of the same name.
	Candidates []Municipality
	// Department is the code of the department that was typed instead of a
	// municipality; InDepartment lists the rest of it.
	Department string
}

// Bounds that keep a hostile or pasted text cheap.
const (
	maxTyped      = 400 // bytes; nobody writes a longer address
	maxWords      = 24
	maxGuessed    = 40 // letters of a name worth guessing at
	maxPlaceWords = 7  // words of the longest name
	maxButtons    = 6
	maxGuesses    = 5
)

// Match tells which municipality a typed text means. Names, aliases and name
// with department are taken; everything else is asked back: a name that several
// departments have, a name inside a sentence, a spelling close to one. Work is
// bounded whatever the text.
func (m *Municipalities) Match(typed string) MunicipalityMatch {
	unknown := MunicipalityMatch{Kind: MatchUnknown}
	if len(typed) > maxTyped {
		return unknown
	}
	key := placeKey(typed)
	words := strings.Fields(key)
	if len(words) == 0 || len(words) > maxWords {
		return unknown
	}
	if key == country {
		return m.index.match(MatchConfirm, m.index.keys[key])
	}
	if match, ok := m.index.lookup(key); ok {
		return match
	}
	name := dropSmallTalk(words)
	if match, ok := m.index.lookup(strings.Join(name, " ")); ok {
		return match
	}
	if match, ok := m.index.inPhrase(words); ok {
		return match
	}
	return m.index.guess(strings.Join(name, " "))
}

// country is not an answer, though Huila has a municipality of that name.
const country = "colombia"

// dropSmallTalk strips what people write around the name of the place where
// they live.
func dropSmallTalk(words []string) []string {
	around := []string{
		"yo", "ahora", "actualmente", "hoy", "aqui", "aca", "pues", "hola", "buenas", "buenos", "dias", "tardes", "noches",
		"vivo", "vivimos", "viviendo", "resido", "estoy", "estamos", "me", "encuentro", "queda", "es", "soy", "mi", "municipio",
		"ciudad", "pueblo", "en", "de", "por", "gracias", country, "i", "live", "in", "city", "of", "the",
	}
	for len(words) > 0 && slices.Contains(around, words[0]) {
		words = words[1:]
	}
	for len(words) > 0 && slices.Contains(around, words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	return words
}

// lookup takes a whole text as a name, a name with its department, a
// department, or a place abroad.
func (x placeIndex) lookup(key string) (MunicipalityMatch, bool) {
	if key == "" {
		return MunicipalityMatch{}, false
	}
	towns := x.keys[key]
	if x.foreign[key] && !slices.ContainsFunc(towns, x.receives) {
		return x.match(MatchForeign, append(slices.Clone(towns), x.keys["el "+key]...)), true
	}
	department, isDepartment := x.departments[key]
	if len(towns) > 0 {
		kind := MatchExact
		// "Risaralda" is a village of Caldas, but far more often the department.
		if len(towns) > 1 || isDepartment && x.towns[towns[0]].DepartmentCode() != department {
			kind = MatchChoose
			towns = x.withReception(towns, department)
		}
		match := x.match(kind, towns)
		match.Department = department
		return match, true
	}
	if isDepartment {
		return x.inDepartment(department), true
	}
	if towns := x.withDepartment(key); len(towns) > 0 {
		kind := MatchExact
		if len(towns) > 1 {
			kind = MatchChoose
		}
		return x.match(kind, towns), true
	}
	return MunicipalityMatch{}, false
}

// receives reports whether a town is a main reception municipality, which wins
// over a namesake abroad.
func (x placeIndex) receives(town int) bool { return x.towns[town].Reception == 1 }

// withReception adds the reception municipalities of a department to places
// that only share its name: who writes "Córdoba" may well live in Montería.
func (x placeIndex) withReception(towns []int, department string) []int {
	towns = slices.Clone(towns)
	for i, town := range x.towns {
		if town.DepartmentCode() == department && town.Reception > 0 && !slices.Contains(towns, i) {
			towns = append(towns, i)
		}
	}
	return towns
}

func (x placeIndex) inDepartment(code string) MunicipalityMatch {
	var towns []int
	for i, town := range x.towns {
		if town.DepartmentCode() == code {
			towns = append(towns, i)
		}
	}
	match := x.match(MatchChoose, towns)
	match.Department = code
	return match
}

// withDepartment reads "armenia quindio" and "quindio armenia".
func (x placeIndex) withDepartment(key string) []int {
	words := strings.Fields(key)
	for i := 1; i < len(words); i++ {
		head, tail := strings.Join(words[:i], " "), strings.Join(words[i:], " ")
		for _, pair := range [][2]string{{head, tail}, {tail, head}} {
			department, ok := x.departments[strings.TrimPrefix(pair[1], "en ")]
			if !ok {
				continue
			}
			towns := slices.DeleteFunc(slices.Clone(x.keys[strings.TrimSuffix(pair[0], " en")]), func(town int) bool {
				return x.towns[town].DepartmentCode() != department
			})
			if len(towns) > 0 {
				return towns
			}
		}
	}
	return nil
}

// inPhrase looks for names inside a sentence. What it finds is always asked
// back, because the sentence may say the opposite.
func (x placeIndex) inPhrase(words []string) (MunicipalityMatch, bool) {
	var towns []int
	department, abroad := "", false
	for i := 0; i < len(words); {
		length := 1
		for n := min(maxPlaceWords, len(words)-i); n > 0; n-- {
			key := strings.Join(words[i:i+n], " ")
			found := x.keys[key]
			if n == 1 && (i == 0 || words[i-1] != "en") {
				// Many small towns are common words: une, toca, plato, socorro.
				found = slices.DeleteFunc(slices.Clone(found), func(town int) bool { return x.towns[town].Reception == 0 })
			}
			code, isDepartment := x.departments[key]
			if key == country || len(found) == 0 && !isDepartment && !x.foreign[key] {
				continue
			}
			length = n
			switch {
			case x.foreign[key] && !slices.ContainsFunc(found, x.receives):
				abroad = true
			case isDepartment && i > 0:
				department = code
			default:
				towns = append(towns, found...)
			}
			break
		}
		i += length
	}
	slices.Sort(towns)
	towns = slices.Compact(towns)
	if department != "" {
		within := slices.DeleteFunc(slices.Clone(towns), func(town int) bool { return x.towns[town].DepartmentCode() != department })
		if len(within) > 0 {
			towns = within
		}
	}
	switch {
	case len(towns) == 1:
		return x.match(MatchConfirm, towns), true
	case len(towns) > 1:
		return x.match(MatchChoose, towns), true
	case abroad:
		return MunicipalityMatch{Kind: MatchForeign}, true
	case department != "":
		return x.inDepartment(department), true
	}
	return MunicipalityMatch{}, false
}
