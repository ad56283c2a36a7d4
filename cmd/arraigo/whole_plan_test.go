package main

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
)

// a screen is a question as a person sees it.
type screen struct {
	slot    string
	text    string
	options []choice // in the order shown
	moves   map[string]bool
}

// a choice is one button that answers.
type choice struct {
	value, label string
}

// readScreen reads a message with buttons; false when it asks nothing.
func readScreen(text string, buttons func(yield func(label, data string) bool)) (screen, bool) {
	s := screen{text: text, moves: map[string]bool{}}
	for label, data := range buttons {
		rest, ok := strings.CutPrefix(data, flows.AnswerData("", "")[:2])
		if !ok {
			continue
		}
		slot, value, ok := strings.Cut(rest, ":")
		if !ok {
			continue
		}
		s.slot = slot
		if strings.HasPrefix(value, "!") {
			s.moves[value] = true
		} else {
			s.options = append(s.options, choice{value, label})
		}
	}
	// The answer stays under an answered question, as its only button.
	if len(s.options) == 1 && len(s.moves) == 0 && strings.HasPrefix(s.options[0].label, "✓") {
		return s, false
	}
	return s, s.slot != ""
}

// keyboard tells two states of one question apart.
func (s screen) keyboard() string { return fmt.Sprint(s.options, s.moves) }

// an act is one thing that a person does: a tap or some typed words.
type act struct {
	slot  string
	data  string // a tap
	typed string
	value string // what is answered; "" for a step on the way to an answer
}

// a plan is what one person wants to answer. It is the same in every telling:
// on the phone, through however many crashes, and in the pure engine.
type plan struct {
	seed     uint64
	language string
	corrects bool // changes one answer at the summary
	taps     bool // never types
	lists    bool // types the boxes instead of ticking them
	minors   bool // may be under age

	// What the person has done so far.
	corrected string
	answers   map[string][]string
	last      string // slot answered last
	lastValue string
}

func newPlan(seed uint64) *plan {
	p := &plan{seed: seed, language: "es", minors: true, answers: map[string][]string{}}
	p.corrects = p.rng("corrects").IntN(5) == 0
	return p
}

// again is the same plan, unlived.
func (p *plan) again() *plan {
	c := *p
	c.corrected, c.last, c.lastValue, c.answers = "", "", "", map[string][]string{}
	return &c
}

// types reports whether the person may type: who corrected something taps from
// then on.
func (p *plan) types() bool { return !p.taps && p.corrected == "" }

// rng is a source of chance for one decision alone.
func (p *plan) rng(decision string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(decision))
	return rand.New(rand.NewPCG(p.seed, h.Sum64()))
}

// after are the questions whose answers only make sense with another one: they
// are asked again when that one is corrected.
var after = map[string][]string{
	"municipality": {"coverage_alert"},
	"population":   {"identity_right"},
	"document":     {"identity_right"},
	"seeks":        {"occupations", "experience", "working_time", "interests"},
	"business":     {"sector", "seed_capital", "classes"},
}

// decide says what the person does about a question.
func (p *plan) decide(s screen) act {
	switch s.slot {
	case "seeks", "circumstances":
		return p.tick(s)
	case "occupations":
		return p.occupation(s)
	}
	rng := p.rng(s.slot + " " + p.corrected)
	typing := rng.IntN(3) == 0 && p.types()
	pick := func(value string) act {
		a := act{slot: s.slot, value: value, data: flows.AnswerData(s.slot, value)}
		i := slices.IndexFunc(s.options, func(c choice) bool { return c.value == value })
		if typing && i >= 0 && s.slot != "correct_which" {
			a.data, a.typed = "", s.options[i].label
			// "Corregir" is a word that works everywhere: early, it would count too.
			if rng.IntN(2) == 0 && s.slot != "municipality" || s.slot == "summary_right" {
				a.typed = strconv.Itoa(i + 1)
			}
		}
		return a
	}
	switch s.slot {
	case "language":
		return pick(p.language)
	case "consent_answer":
		return pick("acepto")
	case "identity_right":
		return pick("si")
	case "summary_right":
		if p.corrects && p.corrected == "" {
			return pick("corregir")
		}
		return pick("si")
	case "age":
		if p.minors && rng.IntN(30) == 0 {
			return pick("menor_18")
		}
		return pick([]string{"18_28", "29_59", "60_mas", "pnd"}[rng.IntN(4)])
	case "municipality":
		if rng.IntN(10) == 0 {
			return act{slot: s.slot, value: "15001", typed: "Tunja"} // out of reach of the call
		}
	}
	if len(s.options) == 0 {
		return act{slot: s.slot}
	}
	return pick(s.options[rng.IntN(len(s.options))].value)
}

// tick brings the boxes into the state that is wanted and then says so; or
// types the numbers of all of them.
func (p *plan) tick(s screen) act {
	rng := p.rng(s.slot + " " + p.corrected)
	want := map[string]bool{}
	for range 1 + rng.IntN(3) {
		want[s.options[rng.IntN(len(s.options)-1)].value] = true // the last one stands alone
	}
	var values, numbers []string
	for i, o := range s.options {
		if want[o.value] {
			values, numbers = append(values, o.value), append(numbers, strconv.Itoa(i+1))
		}
	}
	all := strings.Join(values, ",")
	if rng.IntN(3) == 0 && p.types() || p.lists {
		return act{slot: s.slot, value: all, typed: strings.Join(numbers, ", ")}
	}
	for _, o := range s.options {
		if ticked := strings.HasPrefix(o.label, "✓"); ticked != want[o.value] {
			return act{slot: s.slot, data: flows.AnswerData(s.slot, o.value)}
		}
	}
	return act{slot: s.slot, value: all, data: flows.AnswerData(s.slot, "!done")}
}

// occupation takes one from the list.
func (p *plan) occupation(s screen) act {
	switch {
	case s.moves["!done"]:
		return act{slot: s.slot, value: strings.Join(p.answers["taking"], ","), data: flows.AnswerData(s.slot, "!done")}
	case len(s.options) > 0:
		code := s.options[p.rng(s.slot+" "+p.corrected).IntN(len(s.options))].value
		return act{slot: s.slot, data: flows.AnswerData(s.slot, code)}
	}
	return act{slot: s.slot, data: flows.AnswerData(s.slot, "!list")}
}

// did notes what the person has done.
func (p *plan) did(a act) {
	if code, ok := strings.CutPrefix(a.data, flows.AnswerData("occupations", "")); ok && !strings.HasPrefix(code, "!") {
		p.answers["taking"] = []string{code}
	}
	if a.value == "" {
		return
	}
	p.last, p.lastValue = a.slot, a.value
	p.answers[a.slot] = strings.Split(a.value, ",")
	if a.slot == "correct_which" {
		p.corrected = a.value
		delete(p.answers, a.value)
		for _, slot := range after[a.value] {
			delete(p.answers, slot)
		}
	}
}

// ended reports whether the last answer ends the conversation.
func (p *plan) ended() bool {
	return p.last == "offers" || p.last == "coverage_alert" || p.minor()
}

func (p *plan) minor() bool { return p.last == "age" && p.lastValue == "menor_18" }

// outcomes are what the answers deserve, by the rules alone.
func (p *plan) outcomes(set *flows.Set) map[string]string {
	one := func(slot string) string {
		if v := p.answers[slot]; len(v) > 0 {
			return v[0]
		}
		return ""
	}
	s := set.Data.Ruleset.Screen(set.Round, programme.Answers{
		Consent: one("consent_answer") == "acepto", Age: one("age"), Municipality: one("municipality"),
		Population: one("population"), Document: one("document"), Seeks: p.answers["seeks"], Stay: one("stay"),
		Business: one("business"), Sector: one("sector"), SeedCapital: one("seed_capital"), Classes: one("classes"),
		Occupations: p.answers["occupations"], Experience: one("experience"), WorkingTime: one("working_time"),
		Interests: p.answers["interests"], Circumstances: p.answers["circumstances"],
	})
	return map[string]string{
		"outcome_emprendimiento": string(s.Line(programme.Emprendimiento).Outcome),
		"outcome_laboral":        string(s.Line(programme.InclusionLaboral).Outcome),
		"outcome_comunitaria":    string(s.Line(programme.IntegracionComunitaria).Outcome),
	}
}

// a life is what one person's conversation leaves behind.
type life struct {
	session flows.Session
	steps   map[string]int64 // of the funnel
	texts   map[string]int   // messages sent, by their words
	said    []string         // the same in order, without markup
	plan    *plan
}

// repeats counts the messages that say what an earlier one said.
func (l life) repeats() (n int64) {
	for _, times := range l.texts {
		n += int64(times - 1)
	}
	return n
}

// deserved lives the plan in the pure engine, without Telegram, store or
// crashes. choose may replace the decisions of the plan.
func deserved(set *flows.Set, p *plan, choose func(screen) act) (life, error) {
	l := life{steps: map[string]int64{}, texts: map[string]int{}, plan: p.again()}
	if choose == nil {
		choose = l.plan.decide
	}
	in := flows.Input{Kind: flows.InputCommand, Name: "start"}
	var open screen
	asks := false
	for number := 1; number < 200; number++ {
		in.Language, in.Message, in.Asked = p.language, number, 1
		result := flows.Advance(set, l.session, in, wholeNow)
		l.session = result.Session
		for _, step := range result.Steps {
			l.steps[step]++
		}
		for _, r := range result.Replies {
			m := flows.Render(set, &l.session, r)
			if r.Edit == 0 {
				l.texts[m.HTML]++
				l.said = append(l.said, m.Plain())
			}
			s, ok := readScreen(m.Plain(), renderedButtons(m))
			switch {
			case r.Edit == 0:
				open, asks = s, ok
			case r.Markup && ok:
				s.text = open.text
				open = s
			}
		}
		if result.Erase {
			l.session = flows.Session{}
		}
		if !asks {
			if !l.plan.ended() {
				return l, fmt.Errorf("nothing is asked after %s", l.plan.last)
			}
			return l, nil
		}
		a := choose(open)
		l.plan.did(a)
		in = flows.Input{Kind: flows.InputTap, Data: a.data}
		if a.typed != "" {
			in = flows.Input{Kind: flows.InputText, Text: a.typed}
		}
	}
	return l, fmt.Errorf("no end after %s", open.slot)
}

var wholeNow = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func renderedButtons(m flows.Message) func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for _, row := range m.Buttons {
			for _, b := range row {
				if !yield(b.Text, b.Data) {
					return
				}
			}
		}
	}
}

// clockless takes out of the slots what differs by the clock.
func clockless(slots map[string][]string) map[string][]string {
	slots = maps.Clone(slots)
	if by := slots["screened_by"]; len(by) == 1 {
		words := strings.Fields(by[0])
		if len(words) > 2 {
			words[2] = "(time)"
		}
		slots["screened_by"] = []string{strings.Join(words, " ")}
	}
	return slots
}
