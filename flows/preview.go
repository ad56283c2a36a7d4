package flows

import (
	"strings"
	"time"

	"arraigo/locales"
	"arraigo/programme"
)

// How a text is used at a place.
const (
	UseAsks    = "asks"    // it is the question
	UseOption  = "option"  // it is on a button of the question
	UseSays    = "says"    // it is said on the way
	UseRefuses = "refuses" // it answers what the step does not take
	UseTyped   = "typed"   // it is words that people type in the place of an option
	UseCommand = "command" // it is the name, the words or the description of a command
)

// A Place is where a text is used.
type Place struct {
	Flow, Step string // of a command: the trigger, and no step
	Use        string
}

// Places tells where each text is used, by key, in the order of the flows. A text
// that the program itself shows, outside every step, has none.
func (s *Set) Places() map[string][]Place {
	all := map[string][]Place{}
	add := func(key string, p Place) {
		if s.Catalog.Has(locales.Spanish, key) {
			all[key] = append(all[key], p)
		}
	}
	for _, f := range s.flows {
		for _, step := range f.Steps {
			at := func(use string) Place { return Place{f.Name, step.ID, use} }
			if name, ok := strings.CutPrefix(step.Action, utterPrefix); ok {
				add(utterKey(f.Name, name), at(UseSays))
			}
			for _, r := range step.Rejections {
				add(utterKey(f.Name, r.Utter), at(UseRefuses))
			}
			slot := s.slot[step.Collect]
			if slot == nil {
				continue
			}
			add(askKey(f.Name, slot), at(UseAsks))
			if own := invalidKey(slot.Flow, slot); s.Catalog.Has(locales.Spanish, own) {
				add(own, at(UseRefuses))
			} else {
				add(sharedInvalidKey(slot.Type), at(UseRefuses))
			}
			for _, v := range slot.Values {
				add(s.label(slot, v).Key, at(UseOption))
				add(wordsKey(slot.Flow, slot, v), at(UseTyped))
				add(sharedWordsKey(v), at(UseTyped))
			}
		}
	}
	for _, t := range s.triggers {
		if !t.Tap {
			for _, key := range []string{commandNameKey(t.Name), commandDescriptionKey(t.Name), commandWordsKey(t.Name)} {
				add(key, Place{Flow: t.Name, Use: UseCommand})
			}
		}
	}
	return all
}

// Shown reports whether the text is shown there, to be looked at with Preview.
func (p Place) Shown() bool { return p.Use != UseTyped && p.Use != UseCommand }

// Preview is what a person is sent where a text is used: the messages of that
// step as the engine makes them, for somebody who has given no answer yet. Nil
// when the step does not come to say the text without answers.
func (s *Set) Preview(lang, key string, at Place, offer *programme.Offer, now time.Time) (out []Message) {
	defer func() {
		if recover() != nil { // a step that cannot do without what came before it
			out = nil
		}
	}()
	f := s.Flow(at.Flow)
	if f == nil || f.Step(at.Step) == nil {
		return nil
	}
	agreed := []string{PurposeEvaluate, PurposeOffers, PurposeAlerts}
	t := &turn{set: s, now: now, in: Input{Kind: InputText, Language: lang, Offer: offer}, s: Session{
		Language: lang, Flow: f.Name, Version: f.Version, Step: at.Step,
		Slots:    map[string][]string{slotLanguage: {lang}},
		Consents: []Consent{{Version: s.Policy.Version, Purposes: agreed, Given: true, At: now.Unix()}},
	}}
	switch at.Use {
	case UseSays:
		t.run()
	case UseRefuses:
		t.note(Key(key))
		t.ask()
	default:
		t.ask()
	}
	t.says = append(t.notes, t.says...)
	t.notes = nil
	t.flush()
	seen := false
	for _, r := range t.out.Replies {
		if r.Edit == 0 {
			out = append(out, Render(s, &t.s, r))
			seen = seen || r.holds(key)
		}
	}
	if !seen {
		return nil
	}
	return out
}

// Sample is one text alone, each of its placeholders filled with its own name
// between « and »: as a button when button says so.
func (s *Set) Sample(lang, key string, button bool) Message {
	text := Key(key)
	for _, name := range s.Catalog.Placeholders(lang, key) {
		value := Literal("«" + name + "»")
		if name == "count" {
			n := 3
			value = Text{Count: &n}
		}
		text = text.With(name, value)
	}
	r := Reply{Parts: []Text{text}}
	if button {
		r = Reply{Buttons: [][]Button{{{Label: text}}}}
	}
	return Render(s, &Session{Language: lang}, r)
}

// IsLabel reports whether a text is on a button: as the option of a question or
// as a button of the engine's own.
func (s *Set) IsLabel(key string, places []Place) bool {
	for _, p := range places {
		if p.Use == UseOption {
			return true
		}
	}
	return strings.HasPrefix(key, "button.")
}

// holds reports whether a text is part of a reply or on a button of it.
func (r Reply) holds(key string) bool {
	for _, part := range r.Parts {
		if part.holds(key) {
			return true
		}
	}
	for _, row := range r.Buttons {
		for _, b := range row {
			if b.Label.holds(key) {
				return true
			}
		}
	}
	return false
}

func (t Text) holds(key string) bool {
	if t.Key == key {
		return true
	}
	for _, p := range t.Params {
		if p.holds(key) {
			return true
		}
	}
	for _, list := range [][]Text{t.List, t.Lines} {
		for _, p := range list {
			if p.holds(key) {
				return true
			}
		}
	}
	return false
}
