package programme

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalize brings typed text to the form in which texts are compared: lower
// case, no accents (ñ becomes n), no invisible characters, every other sign a
// single space, none at the ends. Stylised letters (full width, mathematical
// bold) become plain ones. The result is for matching only, never for display.
// Its cost grows with the length of s; it is never longer than s decomposed.
func Normalize(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	// What is no text parts words, and must not keep the letters after it from
	// being taken apart.
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, "\uFFFD")) {
		switch {
		case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r):
			// Accents and invisible signs do not part a word.
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(unicode.ToLower(r))
		default:
			space = true
		}
	}
	return b.String()
}

// Squeeze collapses every run of one letter to a single letter ("holaaa" and
// "hola" are equal once squeezed). Digits keep their runs. Give it normalised
// text, and squeeze both sides of a comparison: Spanish has true ll, rr and nn.
func Squeeze(normalized string) string {
	var b strings.Builder
	b.Grow(len(normalized))
	var last rune
	for _, r := range normalized {
		if r == last && !unicode.IsDigit(r) {
			continue
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// Sound folds normalised text to how it is heard in Colombia and Venezuela, so
// that the usual spelling mistakes disappear: b = v; s = z = soft c; k = qu =
// hard c; h is silent; ll = y; soft g = j; runs collapsed. Two texts with the
// same sound are likely the same word, which is reason to ask, not to accept.
func Sound(normalized string) string {
	in := []rune(soundsAlike.Replace(normalized))
	var b strings.Builder
	b.Grow(len(normalized))
	for i, r := range in {
		switch r {
		case 'v':
			r = 'b'
		case 'z':
			r = 's'
		case 'c':
			r = 'k'
			if i+1 < len(in) && (in[i+1] == 'e' || in[i+1] == 'i') {
				r = 's'
			}
		case 'q':
			r = 'k'
		case 'h':
			continue
		}
		b.WriteRune(r)
	}
	return Squeeze(b.String())
}

var soundsAlike = strings.NewReplacer("ll", "y", "qu", "k", "ch", "ç", "gue", "ge", "gui", "gi", "ge", "je", "gi", "ji")
