package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

// wordList finds listed phrases in free text. Accents, case and signs do not
// count; words are compared whole, and a * at the end of a listed word stands
// for any ending.
type wordList struct {
	phrases map[byte][]listedPhrase // by first letter, longest first
}

type listedPhrase struct {
	code   string
	words  []string
	except []string // occupations in whose work the words are at home
}

// The codes of phrases that are no accusation.
const (
	// wordNeutral covers longer phrases in which a listed word is harmless, as
	// "política de calidad".
	wordNeutral = "NEUTRAL"
	// wordEquality marks a sentence that denies a criterion, as "sin importar
	// religión". What is found in it is for a person to judge.
	wordEquality = "IGUALDAD"
)

// wordHit is one phrase found.
type wordHit struct {
	code    string
	column  string // of the text it stands in
	text    string // as written
	doubted bool   // in a sentence of equality, or at home in the occupation
}

// find looks through one text. Work is bounded by the length of the text times
// the number of phrases with the same first letter.
func (l *wordList) find(text, occupation string) []wordHit {
	var hits []wordHit
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".;!?¡¿\n", r) }) {
		hits = append(hits, l.findInSentence(sentence, occupation)...)
	}
	return hits
}

func (l *wordList) findInSentence(sentence, occupation string) []wordHit {
	tokens := tokenize(sentence)
	type found struct {
		phrase   listedPhrase
		from, to int
	}
	var all []found
	equality := false
	neutral := make([]bool, len(tokens))
	for i, token := range tokens {
		for _, phrase := range l.phrases[token.norm[0]] {
			if !phrase.matches(tokens[i:]) {
				continue
			}
			to := i + len(phrase.words)
			switch phrase.code {
			case wordEquality:
				equality = true
			case wordNeutral:
				for j := i; j < to; j++ {
					neutral[j] = true
				}
			default:
				all = append(all, found{phrase, i, to})
			}
		}
	}
	var hits []wordHit
	for _, f := range all {
		if !slices.Contains(neutral[f.from:f.to], false) {
			continue
		}
		within := func(o found) bool {
			return o.phrase.code == f.phrase.code && o.from <= f.from && o.to >= f.to && o.to-o.from > f.to-f.from
		}
		if slices.ContainsFunc(all, within) {
			continue // the longer phrase says it
		}
		hits = append(hits, wordHit{
			code:    f.phrase.code,
			text:    sentence[tokens[f.from].start:tokens[f.to-1].end],
			doubted: equality || slices.Contains(f.phrase.except, occupation),
		})
	}
	return hits
}

func (p listedPhrase) matches(tokens []wordToken) bool {
	if len(tokens) < len(p.words) {
		return false
	}
	for i, word := range p.words {
		if stem, open := strings.CutSuffix(word, "*"); open {
			if !strings.HasPrefix(tokens[i].norm, stem) {
				return false
			}
		} else if tokens[i].norm != word {
			return false
		}
	}
	return true
}

// wordToken is one word of a text: how it is compared and where it stands.
type wordToken struct {
	norm       string
	start, end int
}

func tokenize(text string) []wordToken {
	var tokens []wordToken
	add := func(start, end int) {
		for _, norm := range strings.Fields(Normalize(text[start:end])) {
			tokens = append(tokens, wordToken{norm, start, end})
		}
	}
	start := -1
	for i, r := range text {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)
		switch {
		case inWord && start < 0:
			start = i
		case !inWord && start >= 0:
			add(start, i)
			start = -1
		}
	}
	if start >= 0 {
		add(start, len(text))
	}
	return tokens
}

func loadWordList(fsys fs.FS, name string, codes []string, occupations *Occupations, problems *Problems) *wordList {
	t := readCSV(fsys, name, []string{"code", "phrase", "except", "note"}, problems)
	l := &wordList{phrases: map[byte][]listedPhrase{}}
	seen := map[string]bool{}
	for _, row := range t.rows {
		phrase := listedPhrase{code: row.oneOf("code", codes...), except: row.list("except")}
		text := row.required("phrase")
		phrase.words = strings.Fields(text)
		if text == "" {
			continue
		}
		if plain := strings.ReplaceAll(text, "*", ""); Normalize(plain) != plain || strings.HasPrefix(text, "*") {
			row.problem("phrase", fmt.Sprintf("%q is not in plain small letters", text), "write it without capitals, accents and signs; a * may end a word")
			continue
		}
		if seen[phrase.code+text] {
			row.problem("phrase", fmt.Sprintf("%q is there twice", text), "remove one of the rows")
		}
		seen[phrase.code+text] = true
		for _, code := range phrase.except {
			if _, ok := occupations.ByCode(code); !ok && len(occupations.list) > 0 {
				row.problem("except", "there is no occupation "+code, "use codes of three digits, parted by |")
			}
		}
		l.phrases[text[0]] = append(l.phrases[text[0]], phrase)
	}
	return l
}
