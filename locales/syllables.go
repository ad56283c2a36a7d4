package locales

import "strings"

// syllables counts the syllables of one Spanish word: one for each group of
// vowels, one more for each pair of strong vowels (a, e, o) and for each pair
// with an accented í or ú. The u of que, qui, gue and gui is silent; a final
// y sounds as i. A word without vowels, such as an acronym, counts one.
func syllables(word string) int {
	r := []rune(strings.ToLower(word))
	n, before := 0, rune(0)
	for i, c := range r {
		switch {
		case c == 'u' && i > 0 && i+1 < len(r) && silentU(r[i-1], r[i+1]):
			continue
		case c == 'y' && i == len(r)-1:
			c = 'i'
		case !strings.ContainsRune("aeiouáéíóúü", c):
			before = 0
			continue
		}
		if before == 0 || apart(before, c) {
			n++
		}
		before = c
	}
	return max(n, 1)
}

func silentU(before, after rune) bool {
	return (before == 'q' || before == 'g') && strings.ContainsRune("eiéí", after)
}

// apart reports whether two neighbouring vowels belong to two syllables.
func apart(a, b rune) bool {
	strong := func(r rune) bool { return strings.ContainsRune("aeoáéó", r) }
	stressed := func(r rune) bool { return r == 'í' || r == 'ú' }
	return strong(a) && strong(b) || stressed(a) || stressed(b)
}
