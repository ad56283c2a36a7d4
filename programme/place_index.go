package programme

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// placeIndex finds municipalities by what people type.
type placeIndex struct {
	towns       []Municipality
	keys        map[string][]int  // names and aliases
	departments map[string]string // names of departments, to their codes
	foreign     map[string]bool
	spellings   []spelling
}

// spelling is one way of writing a place, prepared for guessing.
type spelling struct {
	key, sound string
	town       int
}

func newPlaceIndex(towns []Municipality, departments []Department, aliases map[string][]string, foreign []string) placeIndex {
	x := placeIndex{towns: towns, keys: map[string][]int{}, departments: map[string]string{}, foreign: map[string]bool{}}
	for i, town := range towns {
		for _, name := range append([]string{town.Name}, aliases[town.Code]...) {
			key := placeKey(name)
			if key == "" || slices.Contains(x.keys[key], i) {
				continue
			}
			x.keys[key] = append(x.keys[key], i)
			x.spellings = append(x.spellings, spelling{key, Sound(key), i})
		}
	}
	for _, department := range departments {
		key := Normalize(department.Name)
		x.departments[key] = department.Code
		x.departments[strings.TrimPrefix(key, "la ")] = department.Code
		x.departments[strings.TrimSuffix(key, " del cauca")] = department.Code
	}
	delete(x.departments, "bogota d c") // the capital is a municipality to people
	for _, name := range foreign {
		x.foreign[Normalize(name)] = true
	}
	return x
}

// placeKey is the form in which names of places are compared: normalised,
// common abbreviations written out, words that name the kind of place dropped.
func placeKey(typed string) string {
	words := strings.Fields(Normalize(typed))
	for i, word := range words {
		switch word {
		case "sta":
			words[i] = "santa"
		case "sto":
			words[i] = "santo"
		case "pto":
			words[i] = "puerto"
		case "dpto", "depto":
			words[i] = "departamento"
		}
	}
	key := " " + strings.Join(words, " ") + " "
	for _, drop := range []string{" distrito capital ", " d c ", " dc ", " municipio de ", " ciudad de ", " departamento de ", " departamento del "} {
		key = strings.ReplaceAll(key, drop, " ")
	}
	return strings.TrimSpace(key)
}

// guess looks for names that are written or sound almost the same, or begin so.
func (x placeIndex) guess(key string) MunicipalityMatch {
	letters := len([]rune(key))
	if letters < 4 || letters > maxGuessed {
		return MunicipalityMatch{Kind: MatchUnknown}
	}
	limit := 2
	if letters <= 5 {
		limit = 1
	}
	sound := Sound(key)
	distance := map[int]int{}
	for _, s := range x.spellings {
		d := limit + 1
		switch {
		case s.sound == sound || "el "+key == s.key || "la "+key == s.key || "los "+key == s.key:
			d = 0
		// A slip of the finger seldom hits the first letter; without this rule
		// short names match half the country.
		case s.sound != "" && sound != "" && s.sound[0] == sound[0] && abs(len(s.key)-len(key)) <= limit:
			d = levenshtein.ComputeDistance(key, s.key)
		}
		if before, seen := distance[s.town]; d <= limit && (!seen || d < before) {
			distance[s.town] = d
		}
	}
	if len(distance) == 0 {
		for _, s := range x.spellings {
			if strings.HasPrefix(s.key, key) {
				distance[s.town] = 0
			}
		}
		if len(distance) > maxGuesses {
			// "Santa" begins too many names to guess; the places where most
			// people live remain.
			maps.DeleteFunc(distance, func(town, _ int) bool { return x.towns[town].Reception == 0 })
		}
	}
	return x.closest(distance)
}

// closest keeps the towns at the least distance, and main reception ones a bit
// further away: they are where most people live.
func (x placeIndex) closest(distance map[int]int) MunicipalityMatch {
	if len(distance) == 0 {
		return MunicipalityMatch{Kind: MatchUnknown}
	}
	var towns []int
	least := 1 << 30
	for town, d := range distance {
		towns = append(towns, town)
		least = min(least, d)
	}
	towns = slices.DeleteFunc(towns, func(town int) bool { return distance[town] > least && !x.receives(town) })
	slices.SortFunc(towns, func(a, b int) int {
		return cmp.Or(distance[a]-distance[b], x.rank(a)-x.rank(b), strings.Compare(x.towns[a].Code, x.towns[b].Code))
	})
	match := MunicipalityMatch{Kind: MatchConfirm}
	for _, town := range towns[:min(len(towns), maxGuesses)] {
		match.Candidates = append(match.Candidates, x.towns[town])
	}
	return match
}

func (x placeIndex) rank(town int) int { return (x.towns[town].Reception + 2) % 3 }

func (x placeIndex) match(kind MatchKind, towns []int) MunicipalityMatch {
	match := MunicipalityMatch{Kind: kind}
	for _, town := range towns {
		match.Candidates = append(match.Candidates, x.towns[town])
	}
	receptionFirst(match.Candidates)
	if len(match.Candidates) > maxButtons {
		match.Candidates = match.Candidates[:maxButtons]
	}
	return match
}

func abs(n int) int { return max(n, -n) }
