package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A Signal is a kind of trouble that words can point to. It says nothing about
// the person: it only picks which help lines are shown.
type Signal struct {
	Code  string   // such as danger; also the last part of its locale key
	Lines []string // ids of help lines, the first to call first

	rules []signalRule
}

// A signalRule holds when one phrase of each group is in the same sentence.
type signalRule [][]signalPhrase

// A signalPhrase is words that follow each other; the last may be sentenceEnd.
type signalPhrase []string

// sentenceEnd marks, in a phrase, that the sentence ends there.
const sentenceEnd = "$"

// Signals finds risky conversations in typed words. It is pure, looks at words
// only and keeps nothing.
type Signals struct {
	list    []Signal
	neutral []signalPhrase // in which listed words are harmless
}

// Codes lists the codes of all signals, the most urgent first.
func (s *Signals) Codes() []string {
	var codes []string
	for _, signal := range s.list {
		codes = append(codes, signal.Code)
	}
	return codes
}

// Detect returns the signals in a text, the most urgent first. Accents, case
// and signs do not count. Its cost grows with the length of the text.
func (s *Signals) Detect(text string) []Signal {
	var sentences [][]string
	for _, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".,;:!?¡¿()\n", r) }) {
		var words []string
		for _, token := range tokenize(sentence) {
			words = append(words, token.norm)
		}
		if words = append(s.blank(words), sentenceEnd); len(words) > 1 {
			sentences = append(sentences, words)
		}
	}
	var found []Signal
	for _, signal := range s.list {
		if slices.ContainsFunc(sentences, signal.in) {
			found = append(found, signal)
		}
	}
	return found
}

// blank takes out the phrases in which a listed word is harmless.
func (s *Signals) blank(words []string) []string {
	for i := range words {
		for _, phrase := range s.neutral {
			if phrase.begins(words[i:]) {
				for j := range phrase {
					words[i+j] = "-"
				}
			}
		}
	}
	return words
}

func (s Signal) in(sentence []string) bool {
	return slices.ContainsFunc(s.rules, func(r signalRule) bool { return r.holds(sentence) })
}

func (r signalRule) holds(sentence []string) bool {
	for _, group := range r {
		if !slices.ContainsFunc(group, func(p signalPhrase) bool { return p.in(sentence) }) {
			return false
		}
	}
	return true
}

func (p signalPhrase) in(sentence []string) bool {
	for i := range sentence {
		if p.begins(sentence[i:]) {
			return true
		}
	}
	return false
}

func (p signalPhrase) begins(words []string) bool {
	if len(words) < len(p) {
		return false
	}
	for i, word := range p {
		stem, open := strings.CutSuffix(word, "*")
		if open && !strings.HasPrefix(words[i], stem) || !open && words[i] != word {
			return false
		}
	}
	return true
}

type signalsFile struct {
	Neutral []scalar      `yaml:"neutral"`
	Signals []signalEntry `yaml:"signals"`
}

type signalEntry struct {
	Code  scalar   `yaml:"code"`
	Lines []scalar `yaml:"lines"`
	Words []scalar `yaml:"words"`
}

func loadSignals(fsys fs.FS, name string, lines []HelpLine, problems *Problems) *Signals {
	f := yamlFile{name, problems}
	out := &Signals{}
	var raw signalsFile
	if !f.decode(fsys, &raw) {
		return out
	}
	for _, at := range raw.Neutral {
		out.neutral = append(out.neutral, f.phrase(at, at.value))
	}
	seen := map[string]bool{}
	for _, entry := range raw.Signals {
		s := Signal{Code: entry.Code.value, Lines: values(entry.Lines)}
		if s.Code == "" || seen[s.Code] {
			f.problem(entry.Code, fmt.Sprintf("the signal %q is missing its code, or is there twice", s.Code), "give each signal its own code")
		}
		seen[s.Code] = true
		for i, id := range s.Lines {
			if len(lines) > 0 && !slices.ContainsFunc(lines, func(l HelpLine) bool { return l.ID == id }) {
				f.problem(entry.Lines[i], fmt.Sprintf("there is no help line %s", id), "use an id of helplines.csv")
			}
		}
		for _, at := range entry.Words {
			var rule signalRule
			for _, group := range strings.Split(at.value, "+") {
				var phrases []signalPhrase
				for _, p := range strings.Split(group, "|") {
					phrases = append(phrases, f.phrase(at, p))
				}
				rule = append(rule, phrases)
			}
			s.rules = append(s.rules, rule)
		}
		if len(s.rules) == 0 || len(s.Lines) == 0 {
			f.problem(entry.Code, "a signal needs words and help lines", "write words: and lines:")
		}
		out.list = append(out.list, s)
	}
	return out
}

// phrase reads the words of a phrase, as they are compared.
func (f yamlFile) phrase(at scalar, text string) signalPhrase {
	words := strings.Fields(text)
	plain := strings.Join(strings.Fields(strings.NewReplacer("*", "", sentenceEnd, "").Replace(text)), " ")
	if plain == "" || Normalize(plain) != plain {
		f.problem(at, fmt.Sprintf("%q is not in plain small letters", text), "write it without capitals, accents and signs; * may end a word, $ stands for the end of a sentence")
	}
	return words
}
