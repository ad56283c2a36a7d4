package flows

import (
	"strings"

	"arraigo/programme"
)

// triggerIndex finds triggers by command and by word, in all languages at once:
// a person's phone and a person's words need not agree on a language.
type triggerIndex struct {
	commands map[string]int
	words    map[string]int // normalised
	sounds   map[string]int // as heard, for words of four letters or more
}

// minSound is the length in bytes from which a word is also known by its sound.
const minSound = 4

// indexTriggers is built once, when the set is loaded.
func (s *Set) indexTriggers() {
	s.index = triggerIndex{map[string]int{}, map[string]int{}, map[string]int{}}
	for i, trigger := range s.triggers {
		if trigger.Tap {
			continue
		}
		s.index.commands[trigger.Name] = i
		for _, lang := range s.Catalog.Languages() {
			prefix := "command." + trigger.Name
			if s.Catalog.Has(lang.Tag, prefix+".name") {
				s.index.commands[strings.ToLower(s.Catalog.Text(lang.Tag, prefix+".name", nil))] = i
			}
			if !s.Catalog.Has(lang.Tag, prefix+".words") {
				continue
			}
			for _, word := range s.Catalog.Words(lang.Tag, prefix+".words") {
				norm := programme.Normalize(word)
				s.index.words[norm] = i
				if len(norm) >= minSound {
					s.index.sounds[programme.Sound(norm)] = i
				}
			}
		}
	}
}

func (s *Set) triggerByWord(norm string) (Trigger, bool) {
	if norm == "" || len(norm) > 60 {
		return Trigger{}, false
	}
	i, ok := s.index.words[norm]
	if !ok {
		i, ok = s.index.sounds[programme.Sound(norm)]
	}
	if !ok {
		return Trigger{}, false
	}
	return s.triggers[i], true
}

// Opens reports whether a text is a word that opens something from everywhere, as
// "ayuda" does.
func (s *Set) Opens(text string) bool {
	_, ok := s.triggerByWord(normalizeTyped(text))
	return ok
}

// triggerByCommand finds a command; the payload of /start may name another
// trigger (a link on a poster: t.me/bot?start=ayuda).
func (s *Set) triggerByCommand(name, payload string) (Trigger, bool) {
	i, ok := s.index.commands[name]
	if !ok {
		return Trigger{}, false
	}
	if s.triggers[i].Do == DoStart && payload != "" {
		if j, ok := s.index.commands[strings.ToLower(strings.TrimSpace(payload))]; ok {
			return s.triggers[j], true
		}
	}
	return s.triggers[i], true
}

func normalizeTyped(s string) string { return programme.Normalize(clean(s)) }
