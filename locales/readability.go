package locales

import (
	"regexp"
	"strings"
	"unicode"
)

// Readability holds what the Spanish formulas of readability count.
type Readability struct {
	Syllables, Words, Sentences int
}

// Measure counts a Spanish text. Markup, addresses and placeholders are left
// out; a sentence ends at . ! ? : ; or a new line; a word is a run of letters.
// A command counts as the words in it, since people read them: /mis_datos is
// two.
func Measure(text string) Readability {
	var r Readability
	for _, sentence := range sentences(prose(text)) {
		r.Sentences++
		r.Words += len(sentence)
		for _, word := range sentence {
			r.Syllables += syllables(word)
		}
	}
	return r
}

func (r Readability) plus(other Readability) Readability {
	return Readability{r.Syllables + other.Syllables, r.Words + other.Words, r.Sentences + other.Sentences}
}

// Inflesz returns the perspicuity of Szigriszt-Pazos on the INFLESZ scale:
// below 55 somewhat hard, 55–65 normal, 65–80 quite easy, above 80 very easy.
// Source: https://legible.es/blog/index-1.html. 0 for a text without words.
func (r Readability) Inflesz() float64 {
	if r.Words == 0 {
		return 0
	}
	return 206.835 - 62.3*float64(r.Syllables)/float64(r.Words) - float64(r.Words)/float64(r.Sentences)
}

// FernandezHuerta returns the reading ease of Fernández Huerta with its
// corrected coefficients: 60–70 normal, 80–90 fifth year of school. Source:
// https://legible.es/blog/index-1.html. 0 for a text without words.
func (r Readability) FernandezHuerta() float64 {
	if r.Words == 0 {
		return 0
	}
	return 206.84 - 60*float64(r.Syllables)/float64(r.Words) - 1.02*float64(r.Words)/float64(r.Sentences)
}

var (
	// dropped is what no one reads as words: addresses, placeholders and the
	// two halves of the day, whose points end no sentence.
	dropped = regexp.MustCompile(`(?i)https?://\S*[^\s.,;:!?)]|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bwww\.\S*[^\s.,;:!?)]|\{[a-z][a-z0-9_]*\}|\b[ap]\. ?m\.`)
	// command is a word after a slash, but not the second half of "y/o".
	command = regexp.MustCompile(`(^|[^\p{L}\p{N}/])/[A-Za-z][A-Za-z0-9_]*`)
	// numberPoint stands inside a number or an hour and ends no sentence.
	numberPoint = regexp.MustCompile(`(\d)[.:](\d)`)
)

// readable returns the words of a text with their punctuation, without
// commands, whose names are not ours to choose while writing a text.
func readable(text string) string { return command.ReplaceAllString(prose(text), "$1 ") }

// prose returns the words of a text, commands included, with their
// punctuation.
func prose(text string) string {
	text = stripTags(text)
	text = dropped.ReplaceAllString(text, " ")
	// Twice, because neighbouring matches share a digit.
	text = numberPoint.ReplaceAllString(text, "$1$2")
	return numberPoint.ReplaceAllString(text, "$1$2")
}

func stripTags(text string) string {
	var b strings.Builder
	at := 0
	all, _ := tags(text)
	for _, t := range all {
		b.WriteString(text[at:t.start])
		at = t.end
	}
	b.WriteString(text[at:])
	return entities.Replace(b.String())
}

// sentences returns the words of each sentence of prose that has any.
func sentences(prose string) [][]string {
	var all [][]string
	for _, part := range strings.FieldsFunc(prose, func(r rune) bool { return strings.ContainsRune(".!?:;\n…", r) }) {
		if words := strings.FieldsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) }); len(words) > 0 {
			all = append(all, words)
		}
	}
	return all
}
