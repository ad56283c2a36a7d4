package locales

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// The limits of plain Spanish. The lengths of sentences are those of the
// Colombian guide of clear language (DNP, 2015); the readings are on the
// INFLESZ scale, where 65 begins "quite easy".
const (
	sentenceSoft     = 15
	sentenceHard     = 20
	shortText        = 20 // words below which the formula says nothing
	longWord         = 4  // syllables that need no reason
	readingText      = 60
	readingCareful   = 65
	readingCatalogue = 70
)

// carefulTables hold the texts on which rights and safety depend.
var carefulTables = []string{"consent.", "safety.", "help."}

// checkPlain applies the rules of plain language to the Spanish texts. Lists
// of words and the formats are not read by people as text.
func (c *Catalog) checkPlain() []Finding {
	rules, found := newPlainRules(c.plain)
	var total Readability
	for _, t := range c.spanish.sorted() {
		if t.isList() || strings.HasPrefix(t.key, "format.") {
			continue
		}
		for kind, r := range t.all() {
			measure := Measure(r.source)
			total = total.plus(measure)
			found = append(found, rules.checkText(t, kind, r.source, measure)...)
		}
	}
	if i := total.Inflesz(); total.Words >= shortText && i < readingCatalogue {
		found = append(found, Finding{File: c.spanish.file.name, Line: 1, Column: 1, Rule: "readability",
			Message: fmt.Sprintf("all texts together read at %.1f, below %d", i, readingCatalogue), Mend: "shorten the sentences and words of the longest texts"})
	}
	for _, l := range c.tongues {
		for _, t := range l.sorted() {
			for kind, r := range t.all() {
				found = append(found, rules.checkLength(l, t, kind, r)...)
			}
		}
	}
	return append(found, rules.unused()...)
}

func (p *plainRules) checkText(t *text, kind form, source string, measure Readability) []Finding {
	var found []Finding
	add := func(rule, message, mend string, severity Severity) {
		if p.waived(rule, t.key) {
			return
		}
		f := t.finding(kind, rule, message, mend)
		f.Severity = severity
		found = append(found, f)
	}
	words := readable(source)
	all := sentences(words)
	for _, sentence := range all {
		if n := len(sentence); n > sentenceSoft {
			severity := Warning
			if n > sentenceHard {
				severity = Error
			}
			add("sentence", fmt.Sprintf("a sentence of %d words: %q", n, excerptWords(sentence)), fmt.Sprintf("split it: one idea a sentence, %d words or fewer", sentenceSoft), severity)
		}
	}
	if limit := readingLimit(t.key); measure.Words >= shortText && measure.Inflesz() < limit {
		add("readability", fmt.Sprintf("the text reads at %.1f, below %.0f", measure.Inflesz(), limit), "use shorter words and sentences", Error)
	}
	for _, word := range lowerWords(all) {
		if measure.Words < shortText && syllables(word) > longWord && !p.allows(word) {
			add("syllables", fmt.Sprintf("the word %q has %d syllables", word, syllables(word)), "use a shorter word; if there is none, add it to plain/allow.txt", Error)
		}
	}
	lower := lowerWords(all)
	for _, f := range p.forbidden {
		if word, ok := f.matches(words, lower); ok {
			add("forbidden", fmt.Sprintf("the bot does not say %q: %s", word, f.reason), "say: "+f.say, Error)
		}
	}
	p.checkCapitals(words, add)
	checkFigures(source, add)
	if word := genderEnding(words); word != "" {
		add("gender", fmt.Sprintf("%q cannot be read aloud", word), "use a word without gender: persona, quien, equipo", Error)
	}
	if strings.HasSuffix(t.key, ".ask") && strings.Count(source, "?") > 1 {
		add("question", "the message asks more than one thing", "ask one question a message", Warning)
	}
	return found
}

func readingLimit(key string) float64 {
	if Careful(key) {
		return readingCareful
	}
	return readingText
}

// Careful reports whether rights or safety depend on a text: a second person
// reads it before people do.
func Careful(key string) bool {
	for _, table := range carefulTables {
		if strings.HasPrefix(key, table) {
			return true
		}
	}
	return false
}

func lowerWords(all [][]string) []string {
	var words []string
	for _, sentence := range all {
		for _, word := range sentence {
			words = append(words, strings.ToLower(word))
		}
	}
	return words
}

func isWord(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

func excerptWords(words []string) string {
	if len(words) > 6 {
		return strings.Join(words[:6], " ") + "…"
	}
	return strings.Join(words, " ")
}

type addFinding = func(rule, message, mend string, severity Severity)

var wordPlace = regexp.MustCompile(`\p{L}+`)

// checkCapitals asks for the meaning of each acronym at its first use, and
// refuses any other word in capitals.
func (p *plainRules) checkCapitals(text string, add addFinding) {
	seen := make(map[string]bool)
	for _, place := range wordPlace.FindAllStringIndex(text, -1) {
		word := text[place[0]:place[1]]
		if len([]rune(word)) < 2 || word != strings.ToUpper(word) || seen[word] {
			continue
		}
		seen[word] = true
		known, ok := p.acronyms[word]
		switch {
		case !ok:
			add("capitals", fmt.Sprintf("the word %q is in capitals", word), "write it in small letters, bold if need be; an acronym goes into plain/acronyms.txt", Error)
		case !known.explained(text[:place[0]], text[place[1]:]):
			add("acronym", fmt.Sprintf("the acronym %q stands without its meaning", word), fmt.Sprintf("write %s (%s)", word, known.meaning), Error)
		}
	}
}

// explained reports whether the text around an acronym gives its meaning:
// "PPT (…)", "… (PPT)", "(PPT, …)" or "permiso PPT".
func (a acronym) explained(before, after string) bool {
	opens := strings.HasPrefix(strings.TrimLeft(after, " "), "(")
	enclosed := strings.HasSuffix(before, "(") && (strings.HasPrefix(after, ")") || strings.HasPrefix(after, ","))
	words := strings.Fields(strings.ToLower(before))
	return opens || enclosed || a.before != "" && len(words) > 0 && words[len(words)-1] == a.before
}

var (
	numericDate  = regexp.MustCompile(`\b\d{1,2}[/-]\d{1,2}([/-]\d{2,4})?\b|\b\d{4}-\d{2}-\d{2}\b`)
	numericHour  = regexp.MustCompile(`(?i)\b\d{1,2}(:\d{2})?\s?(am|pm|hrs?)\b`)
	spacedPhone  = regexp.MustCompile(`\b\d{2,}(?: \d{2,})+`)
	bareMoney    = regexp.MustCompile(`\d{4,} ?pesos`)
	emoticon     = regexp.MustCompile(`(?:^|\s)[:;]-?[()DPp](?:\s|$)`)
	idCard       = regexp.MustCompile(`(?i)\bcédulas?\b(\s+(de\s+venezuela|(?:de\s+)?extranjería|colombianas?|venezolanas?|de\s+ciudadanía|\{))?`)
	atEnding     = regexp.MustCompile(`\p{L}@`)
	xEnding      = regexp.MustCompile(`(?i)\b\p{L}*[bcdfghjklmnñpqrstvz]xs?\b`)
	doubleEnding = regexp.MustCompile(`(?i)\p{L}+(\((a|as)\)|/(a|as|os)\b)`)
	eEnding      = regexp.MustCompile(`(?i)\b(todes|elles|nosotres|vosotres|amigues|bienvenides?|chiques?|niñes?|hijes?|vecines?|compañeres?|usuaries?|ciudadanes|venezolanes?|colombianes?|trabajadores/as)\b`)
)

// checkFigures checks how dates, hours, phones, money and identity cards are
// written.
func checkFigures(source string, add addFinding) {
	text := dropped.ReplaceAllStringFunc(stripTags(source), func(s string) string {
		if strings.HasPrefix(s, "{") {
			return s
		}
		return " "
	})
	for _, rule := range []struct {
		pattern       *regexp.Regexp
		message, mend string
	}{
		{numericDate, "the date %q is in digits", "write viernes 4 de diciembre"},
		{numericHour, "the hour %q is not written as people read it", "write 8:00 a. m."},
		{spacedPhone, "the number %q has spaces, so phones do not link it", "write it without spaces"},
		{bareMoney, "the amount %q has no points between the thousands", "write 1.750.905 pesos"},
		{emoticon, "the emoticon %q is read aloud as signs", "take it out"},
	} {
		if s := rule.pattern.FindString(text); s != "" {
			add("figure", fmt.Sprintf(rule.message, strings.TrimSpace(s)), rule.mend, Error)
		}
	}
	for _, s := range idCard.FindAllString(text, -1) {
		if len(strings.Fields(s)) == 1 {
			add("figure", "cédula alone does not say of which country", "write cédula colombiana, cédula de Venezuela or cédula de extranjería", Error)
			break
		}
	}
}

// genderEnding returns the first word with an ending in @, x, e or two
// endings at once, which a screen reader cannot say.
func genderEnding(text string) string {
	for _, pattern := range []*regexp.Regexp{atEnding, xEnding, doubleEnding, eEnding} {
		if s := pattern.FindString(text); s != "" {
			return s
		}
	}
	return ""
}
