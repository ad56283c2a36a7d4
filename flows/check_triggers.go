package flows

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"arraigo/programme"
)

// Telegram's limits for BotCommand: https://core.telegram.org/bots/api#botcommand
var commandForm = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

const maxCommandDescription = 256

// checkTriggers refuses triggers that open nothing, and commands and words
// that Telegram refuses or that mean two things.
func checkTriggers(set *Set, report *findings) {
	src := set.sources[TriggersFile]
	if src == nil || src.root == nil {
		return
	}
	bad := func(t Trigger, key, rule, message, mend string) {
		report.at(TriggersFile, src.at("triggers", t.index, key), rule, message, mend)
	}
	for _, t := range set.triggers {
		f := set.byName[t.Flow]
		switch {
		case (t.Flow == "") == (t.Do == ""):
			bad(t, "name", "trigger", fmt.Sprintf("the trigger %q must either open a flow or do a pattern", t.Name), "give it exactly one of flow and do")
		case t.Do != "" && (t.At != "" || t.Digress):
			bad(t, "name", "trigger", fmt.Sprintf("the trigger %q opens no flow, so it has no step and is no digression", t.Name), "take at and digress out")
		case t.Flow != "" && f == nil:
			bad(t, "flow", "unknown-flow", fmt.Sprintf("there is no flow %q", t.Flow), "name a flow that has a file"+suggestion(t.Flow, set.byName))
		case t.At != "" && f.Step(t.At) == nil:
			bad(t, "at", "unknown-step", fmt.Sprintf("the flow %q has no step %q", t.Flow, t.At), "name one of its steps"+suggestion(t.At, f.steps))
		case t.Tap && (t.Listed || t.Do != ""):
			bad(t, "name", "trigger", fmt.Sprintf("the trigger %q is only a button", t.Name), "take listed and do out, or tap")
		case t.Fills != "" && (!t.Tap || set.slot[t.Fills] == nil):
			bad(t, "fills", "trigger", fmt.Sprintf("the trigger %q fills %q", t.Name, t.Fills), "name a slot, and say tap: true"+suggestion(t.Fills, set.slot))
		case t.Guest && f != nil && !f.Guest:
			bad(t, "guest", "trigger", fmt.Sprintf("the flow %q does not run before consent", t.Flow), "take guest out here, or say guest: true in the flow if it stores nothing")
		}
	}
	if _, ok := set.trigger[DoStart]; !ok {
		report.at(TriggersFile, src.at("triggers"), "trigger", "there is no trigger start", "add {name: start, do: start, guest: true}: Telegram sends /start to everybody new")
	}
	if set.Catalog != nil {
		checkCommands(set, src, report)
	}
}

// checkCommands looks at all languages at once: a person's phone and words
// need not agree on one.
func checkCommands(set *Set, src *source, report *findings) {
	commands, words, sounds := make(map[string]string), make(map[string]string), make(map[string]string)
	for _, t := range set.triggers {
		if t.Tap {
			continue
		}
		bad := func(rule, message, mend string) {
			report.at(TriggersFile, src.at("triggers", t.index, "name"), rule, message, mend)
		}
		claim := func(owners map[string]string, word, lang, what string) {
			owner, taken := owners[word]
			if !taken {
				owners[word] = t.Name
			} else if owner != t.Name {
				bad("command-words", fmt.Sprintf("the %s %q (%s) of %q belongs to %q already", what, word, lang, t.Name, owner), "choose another word for one of them in locales")
			}
		}
		claim(commands, t.Name, "in every language", "command")
		for _, l := range set.Catalog.Languages() {
			if key := commandNameKey(t.Name); set.Catalog.Has(l.Tag, key) {
				name := set.Catalog.Text(l.Tag, key, nil)
				if !commandForm.MatchString(name) {
					bad("command-form", fmt.Sprintf("Telegram does not take /%s (%s) as a command", name, l.Tag), "write 1 to 32 of a to z, 0 to 9 and _ in "+key)
				}
				claim(commands, name, l.Tag, "command")
			}
			if key := commandDescriptionKey(t.Name); set.Catalog.Has(l.Tag, key) {
				if n := utf8.RuneCountInString(set.Catalog.Text(l.Tag, key, nil)); n < 1 || n > maxCommandDescription {
					bad("command-form", fmt.Sprintf("the description of %q (%s) has %d characters", t.Name, l.Tag, n), fmt.Sprintf("write 1 to %d in %s", maxCommandDescription, key))
				}
			}
			if key := commandWordsKey(t.Name); set.Catalog.Has(l.Tag, key) {
				for _, word := range set.Catalog.Words(l.Tag, key) {
					norm := programme.Normalize(word)
					if strings.TrimSpace(norm) == "" {
						bad("command-words", fmt.Sprintf("the word %q (%s) of %q has no letter", word, l.Tag, t.Name), "write words that people type")
						continue
					}
					claim(words, norm, l.Tag, "word")
					if len(norm) >= minSound {
						claim(sounds, programme.Sound(norm), l.Tag, "sound")
					}
				}
			}
		}
	}
}
