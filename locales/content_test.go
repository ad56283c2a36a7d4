package locales

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	named   = regexp.MustCompile(`<i>(.*?)</i>`)
	ordered = regexp.MustCompile(`(?:^|[^\p{L}\p{N}/<.])/([a-z][a-z0-9_]*)`)
)

// examples are the texts whose italics are an example of an answer.
var examples = []string{"nonsense.occupation", "screening.age.invalid", "screening.occupations.ask", "vacancies.job.ask", "alerts.want_jobs.ask"}

// A text that says "tap Done" or "write /erase" in one language is of no use
// where the button says something else or the command has another name.
func TestTextsNameButtonsWordsAndCommandsAsTheyAre(t *testing.T) {
	c := builtIn(t)
	checked := 0
	for _, l := range c.tongues {
		labels, words, commands := l.controls(c.spanish)
		for _, text := range l.sorted() {
			if strings.HasPrefix(text.key, "page.") || slices.Contains(examples, text.key) {
				continue // the page speaks of Telegram's own buttons
			}
			for _, r := range text.all() {
				for _, m := range named.FindAllStringSubmatch(r.source, -1) {
					checked++
					if !labels[m[1]] && !words[strings.ToLower(m[1])] {
						t.Errorf("%s: %s names %q, which is neither a button nor a word of the language", l.Tag, text.key, m[1])
					}
				}
				for _, m := range ordered.FindAllStringSubmatch(PlainText(r.source), -1) {
					checked++
					if !commands[m[1]] {
						t.Errorf("%s: %s names the command /%s, which the language does not have", l.Tag, text.key, m[1])
					}
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("found only %d names of buttons, words and commands", checked)
	}
}

// controls returns the labels, typed words and commands that a person who
// chose the language can meet; labels that it lacks are shown in Spanish.
func (l *tongue) controls(spanish *tongue) (labels, words, commands map[string]bool) {
	labels, words, commands = make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, owner := range []*tongue{spanish, l} {
		for key, text := range owner.texts {
			source, own := text.forms[other].source, owner == l
			switch {
			case !own && l.texts[key] != nil:
			case strings.HasPrefix(key, "button.") || strings.Contains("."+key, ".option."):
				labels[strings.TrimFunc(source, func(r rune) bool { return !unicode.IsLetter(r) })] = true
			case own && strings.HasPrefix(key, "command.") && strings.HasSuffix(key, ".name"):
				commands[source] = true
			case own && strings.HasPrefix(key, "staff.command."):
				commands[source] = true
			case own && strings.HasPrefix(key, "command.") && strings.HasSuffix(key, ".words"):
				for _, word := range splitWords(source) {
					words[strings.ToLower(word)] = true
				}
			}
		}
	}
	return labels, words, commands
}
