package flows

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// answers that anybody may try at any time, beside the buttons shown.
var anything = []string{
	"hola", "menu", "ayuda", "atras", "cancelar", "repetir", "corregir", "idioma", "persona", "baja", "mis datos", "/borrar", "borrar",
	"1", "2", "7", "34", "250", "si", "no", "no se", "cucuta", "armenia", "ureña", "cocina", "mesonera, aseo", "asdf qwer", "😀", "",
	"1.093.456.789", "<b>x</b>", "{{.}}", "\u202e\u0007", "/start", "/start ayuda", "/nada", "(voice)", "(photo)", "(edited)", "(other)",
	"(contact)", "(unblock)", "(wait 25h)", "(wait 13h)", "(wait 721h)", "(data: a:age:x)", "(data: a:menu_choice:help)", "(data: go:menu)",
	"(data: a:seeks:!done)", "(data: a:municipality:!g05)", "(data: a:municipality:!p7)", "(data: a:occupations:!p-1)", "(early: 1)",
	"/persona", "(end)", "/terminar_charla", "/denunciar", "/ocultar", "me van a matar", "(data: go:report_offer:V-01)", "(data: a:report_choice:nueva)",
	"/trabajos", "/avisos", "todo el pais", "(data: go:vacancy:V-01)", "(data: go:interest:V-02)", "(data: go:uninterest:V-02)", "(data: go:alert_like:V-05)",
	"(data: go:alert_pause)", "(data: a:vacancy:V-11)", "(data: a:vacancy:!p9)", "(notice vacancy_alert V-01)", "(notice vacancy_alert V-99)",
	"(notice announcement a-1 Feria)", "(notice announcement a-2 for 1h)", "(data: go:announcement:a-1)", "(data: go:resume)", "(blocked hola)",
}

// Whatever a person does, they get an answer, they are never stuck, and their
// session stays small and can be stored.
func TestNobodyIsEverStuck(t *testing.T) {
	set := testSet(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := &Conversation{Set: set, Now: noon, Offer: sampleOffer(t, set)}
		for i := range rapid.IntRange(5, 60).Draw(rt, "length") {
			line := rapid.SampledFrom(anything).Draw(rt, "typed")
			if labels := c.labels(); len(labels) > 0 && rapid.IntRange(0, 3).Draw(rt, "tap") > 0 {
				line = "[" + rapid.SampledFrom(labels).Draw(rt, "button") + "]"
			}
			shown, err := c.Play(line)
			if err != nil {
				rt.Fatalf("%d %q: %v", i, line, err)
			}
			if shown == "" && !strings.HasPrefix(line, "(wait") && !strings.HasPrefix(line, "(notice") && line != "(end)" && !strings.HasPrefix(line, "[") {
				rt.Fatalf("%d %q: no answer", i, line)
			}
			checkSession(rt, set, &c.Session)
		}
		if _, err := c.Play("menu"); err != nil {
			rt.Fatal(err)
		}
		if len(c.labels()) == 0 {
			rt.Fatalf("asked for the menu in %s.%s and got no button", c.Session.Flow, c.Session.Step)
		}
	})
}

// labels are the buttons that can be tapped now, on any message.
func (c *Conversation) labels() []string {
	var all []string
	for i := max(0, len(c.messages)-3); i < len(c.messages); i++ {
		for _, row := range c.messages[i].buttons {
			for _, b := range row {
				all = append(all, b.Text)
			}
		}
	}
	return all
}

type fataler interface{ Fatalf(string, ...any) }

func checkSession(t fataler, set *Set, s *Session) {
	stored, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("session cannot be stored: %v", err)
	}
	if len(stored) > 6000 {
		t.Fatalf("session of %d bytes", len(stored))
	}
	var back Session
	if err := json.Unmarshal(stored, &back); err != nil {
		t.Fatalf("session cannot be read: %v", err)
	}
	if len(s.Stack) > maxStack || len(s.History) > maxHistory {
		t.Fatalf("stack %d, history %d", len(s.Stack), len(s.History))
	}
	if s.Asking {
		f := set.Flow(s.Flow)
		if f == nil || f.Step(s.Step) == nil || f.Step(s.Step).Collect == "" {
			t.Fatalf("asking at %s.%s, which asks nothing", s.Flow, s.Step)
		}
	}
	consented := s.Consented(PurposeEvaluate)
	for name := range s.Slots {
		slot := set.Slot(name)
		if slot == nil {
			t.Fatalf("slot %s is not declared", name)
		}
		if !consented && slot.Flow == "screening" {
			t.Fatalf("slot %s kept without consent", name)
		}
	}
	if !consented && len(Index(set, s)) > 0 {
		t.Fatalf("findable without consent")
	}
}

func TestAdvanceIsPure(t *testing.T) {
	set := testSet(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := &Conversation{Set: set, Now: noon}
		for range rapid.IntRange(0, 25).Draw(rt, "length") {
			if labels := c.labels(); len(labels) > 0 {
				if _, err := c.Play("[" + rapid.SampledFrom(labels).Draw(rt, "button") + "]"); err != nil {
					rt.Fatal(err)
				}
			} else if _, err := c.Play("hola"); err != nil {
				rt.Fatal(err)
			}
		}
		before, _ := json.Marshal(c.Session)
		in := Input{Kind: InputText, Text: rapid.SampledFrom(anything).Draw(rt, "typed"), Message: 9}
		first := Advance(set, c.Session, in, c.Now)
		second := Advance(set, c.Session, in, c.Now)
		after, _ := json.Marshal(c.Session)
		if string(before) != string(after) {
			rt.Fatalf("Advance changed the session it was given")
		}
		if !reflect.DeepEqual(first, second) {
			rt.Fatalf("two runs of one turn differ")
		}
	})
}

// Every button of every message is within Telegram's limits, in every language.
func TestButtonsFitTelegram(t *testing.T) {
	set := testSet(t)
	for _, lang := range set.Catalog.Languages() {
		c := &Conversation{Set: set, Now: noon, Session: Session{Language: lang.Tag}}
		for _, slot := range set.Slots() {
			f := set.Flow(slot.Flow)
			for _, step := range f.Steps {
				if step.Collect != slot.Name {
					continue
				}
				tn := &turn{set: set, s: Session{Flow: f.Name, Step: step.ID, Asking: true, Language: lang.Tag, Slots: map[string][]string{}}}
				for _, row := range Render(set, &tn.s, Reply{Buttons: tn.buttons(slot)}).Buttons {
					for _, b := range row {
						if n := len(b.Data); n < 1 || n > 64 {
							t.Errorf("%s %s: callback data of %d bytes", lang.Tag, slot.Name, n)
						}
						if n := utf8.RuneCountInString(b.Text); n < 1 || n > MaxButton {
							t.Errorf("%s %s: label of %d characters", lang.Tag, slot.Name, n)
						}
					}
				}
			}
		}
		_ = c
	}
}

func TestNextDue(t *testing.T) {
	set := testSet(t)
	c := &Conversation{Set: set, Now: noon}
	for _, line := range []string{"hola", "[Español]"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	if due := NextDue(set, &c.Session, c.Now); due.Sub(noon) != 30*24*time.Hour {
		t.Errorf("without consent the next look is in %v, want 30 days: nobody is reminded who did not agree", due.Sub(noon))
	}
	if _, err := c.Play("[Acepto]"); err != nil {
		t.Fatal(err)
	}
	if due := NextDue(set, &c.Session, c.Now); due.Sub(noon) != 24*time.Hour {
		t.Errorf("the reminder is due in %v, want 24 h", due.Sub(noon))
	}
	// At eight in the evening of the next day it is too late: the morning after.
	c.Now = noon.Add(8 * time.Hour)
	if _, err := c.Play("[De 18 a 28]"); err != nil {
		t.Fatal(err)
	}
	if due := NextDue(set, &c.Session, c.Now); due.Sub(noon) != 44*time.Hour {
		t.Errorf("the reminder is due %v after noon, want 44 h (08:00)", due.Sub(noon))
	}
}

func TestAbsurdTextsAreNotStored(t *testing.T) {
	set := testSet(t)
	c := &Conversation{Set: set, Now: noon}
	for _, line := range []string{"hola", "[Español]", "[Acepto]", "[De 18 a 28]"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	for _, secret := range []string{"V-12.345.678", "CC 1093456789", "yo@correo.com", "+57 300 123 45 67", "mi cédula es 1 093 456 789"} {
		shown, err := c.Play(secret)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(shown, "No lo guardamos") {
			t.Errorf("not told that the number is not kept:\n%s", shown)
		}
		stored, _ := json.Marshal(c.Session)
		for _, part := range []string{secret, "12.345.678", "1093456789", "correo.com"} {
			if strings.Contains(string(stored), part) {
				t.Errorf("%q rests in the session", part)
			}
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{
		"tengo 2 hijos y 34 años":      "tengo 2 hijos y 34 años",
		"CC 1.093.456.789 de Cúcuta":   "CC ••• de Cúcuta",
		"llame al 300 123 4567 ya":     "llame al ••• ya",
		"escriba a ana.p@ejemplo.org":  "escriba a •••",
		"V-12345678":                   "V-•••",
		"12345":                        "12345",
		"me pidieron 200000":           "me pidieron 200000",
		"pagué $1.500.000 ese día":     "pagué $1.500.000 ese día",
		"el 23/11/2026 o 2026-11-23":   "el 23/11/2026 o 2026-11-23",
		"soy 12000000 o 1.093.456.000": "soy ••• o •••",
		"nací 31/02/93-1":              "nací •••",
		"":                             "",
	} {
		if got := mask(in); got != want {
			t.Errorf("mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkAdvance(b *testing.B) {
	set := testSet(b)
	c := &Conversation{Set: set, Now: noon}
	for _, line := range []string{"hola", "[Español]", "[Acepto]"} {
		if _, err := c.Play(line); err != nil {
			b.Fatal(err)
		}
	}
	in := Input{Kind: InputTap, Data: AnswerData("age", "29_59"), Message: 7}
	b.ReportAllocs()
	for b.Loop() {
		if r := Advance(set, c.Session, in, noon); len(r.Replies) == 0 {
			b.Fatal("no reply")
		}
	}
}

// FuzzAnswerReaders types anything at each kind of question.
func FuzzAnswerReaders(f *testing.F) {
	set := testSet(f)
	for i, s := range anything {
		f.Add(s, uint8(i))
	}
	slots := set.Slots()
	f.Fuzz(func(t *testing.T, typed string, which uint8) {
		slot := slots[int(which)%len(slots)]
		flow := set.Flow(slot.Flow)
		for _, step := range flow.Steps {
			if step.Collect != slot.Name {
				continue
			}
			s := Session{Flow: flow.Name, Version: flow.Version, Step: step.ID, Asking: true, Question: 3, Language: "es",
				Slots:    map[string][]string{"language": {"es"}, "consent": {"si"}},
				Consents: []Consent{{Version: 1, Purposes: []string{PurposeEvaluate}, Given: true}}}
			r := Advance(set, s, Input{Kind: InputText, Text: typed, Message: 5}, noon)
			if len(r.Replies) == 0 && r.Call == nil {
				t.Errorf("%s: no answer", slot.Name)
			}
			checkSession(t, set, &r.Session)
			for _, reply := range r.Replies {
				m := Render(set, &r.Session, reply)
				if utf8.RuneCountInString(m.Plain()) > MaxMessage || !utf8.ValidString(m.HTML) {
					t.Errorf("%s: a message that cannot be sent", slot.Name)
				}
			}
		}
	})
}

func TestTransitionsAreRefusedByTheMachine(t *testing.T) {
	set := testSet(t)
	f := set.Flow("screening")
	if err := f.move("age", "summary"); err == nil {
		t.Error("the machine went from age to summary, an edge that the flow does not have")
	}
	if err := f.move("age", "municipality"); err != nil {
		t.Error(err)
	}
	if got := fmt.Sprint(Input{Kind: InputText, Text: "secreto"}.LogValue()); strings.Contains(got, "secreto") {
		t.Error("an input shows its text in a log")
	}
}
