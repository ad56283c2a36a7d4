package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// a hasty person sends two or three things at once: taps twice, taps and types,
// types twice, taps two different options, taps the last question again while
// answering this one.
type hasty struct {
	*person
	rng   *rand.Rand
	tries map[string]int      // acts at one question
	given map[string][]string // by slot, what was given to that very question
	typed []said
	prior struct { // the question before, with its buttons as they were
		at   emulator.Message
		data string
	}
	kinds map[string]int // how often each kind of haste happened
}

// said is a text and its place in the order of the chat.
type said struct {
	message int64
	text    string
}

func (w *town) hasty(n int) *hasty {
	p := w.person(n)
	p.plan.corrects, p.plan.minors, p.plan.taps = false, false, true
	return &hasty{person: p, rng: rand.New(rand.NewPCG(uint64(n), 11)), tries: map[string]int{}, given: map[string][]string{}, kinds: map[string]int{}}
}

// converse goes from hello to the end.
func (h *hasty) converse() error {
	if _, err := h.w.tg.Start(h.id, ""); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var acted string
	var latest int64
	var quiet time.Time
	for since := time.Now(); ; {
		q, at, newest, asks, err := h.sees()
		if err != nil {
			return err
		}
		if newest.MessageID > h.lastAct && h.over(newest) {
			return nil
		}
		state := fmt.Sprint(at.MessageID, q.keyboard())
		// A person waits for what comes, and tries again when nothing does.
		asks = asks && at.MessageID == newest.MessageID // else more is coming
		fresh := asks && state != acted
		if newest.MessageID != latest {
			latest, quiet = newest.MessageID, time.Now()
		}
		if h.tries[q.slot] >= calm && time.Since(quiet) < 2*time.Second {
			fresh = false // who is calm again waits until nothing more comes
		}
		wait := 10 * time.Second
		if h.tries[q.slot] >= calm {
			wait = 30 * time.Second // a box tapped again while the first tap is under way is off again
		}
		if fresh || asks && time.Since(since) > wait {
			acted, since = state, time.Now()
			h.lastAct = newest.MessageID
			if h.tries[q.slot]++; h.tries[q.slot] > 50 {
				return fmt.Errorf("no way on from %s", q.slot)
			}
			if err := h.hurry(q, at, !fresh); err != nil {
				return err
			}
		}
		if time.Since(since) > 3*patience {
			return fmt.Errorf("nobody answers; the newest message says %.80q", newest.Text)
		}
		select {
		case <-h.wakes:
		case <-tick.C:
		}
	}
}

// over reports whether a message of the bot ends the conversation: the last
// question was answered, and nothing but the menu is offered.
func (h *hasty) over(newest emulator.Message) bool {
	if h.tries["offers"] == 0 && h.tries["coverage_alert"] == 0 || len(newest.Buttons) == 0 {
		return false
	}
	q, asks := readScreen(newest.Text, phoneButtons(newest))
	return !asks || q.slot == "menu_choice"
}

// hurry answers a question, mostly with too much at once; alone it is a single
// act.
func (h *hasty) hurry(q screen, at emulator.Message, alone bool) error {
	if q.slot == "menu_choice" {
		return fmt.Errorf("thrown back to the menu")
	}
	a := h.plan.decide(q)
	name, acts := "", []func() error{func() error { return h.plays(a, at) }}
	if !alone && h.tries[q.slot] < calm {
		name, acts = h.haste(q, a, at)
	}
	h.kinds[name]++
	for _, do := range acts {
		if err := do(); err != nil {
			return err
		}
	}
	h.prior.at, h.prior.data = at, a.data
	return nil
}

// calm is how often somebody is hasty at one question before they do one thing
// and wait.
const calm = 2

// haste turns one act into several at once.
func (h *hasty) haste(q screen, a act, at emulator.Message) (string, []func() error) {
	one := func() error { return h.plays(a, at) }
	tap := func(v string) func() error { return func() error { return h.tap(at.MessageID, q.slot, v) } }
	index := slices.IndexFunc(q.options, func(c choice) bool { return c.value == a.value })
	switch {
	case q.slot == "seeks":
		box := q.options[h.rng.IntN(len(q.options)-1)].value
		switch h.rng.IntN(4) {
		case 0:
			return "two boxes", []func() error{one, tap(box)}
		case 1:
			return "a box and done", []func() error{one, tap("!done")}
		case 2:
			return "a box, done twice", []func() error{one, tap("!done"), tap("!done")}
		}
		return "", []func() error{one}
	case a.typed != "":
		return "type twice", []func() error{one, one}
	case index < 0:
		return "double tap", []func() error{one, one}
	}
	other := a.value
	if freeChoice(q.slot) {
		other = q.options[h.rng.IntN(len(q.options))].value
	}
	words := q.options[index].label
	if q.slot != "municipality" && q.slot != "occupations" {
		words = strconv.Itoa(index + 1)
		if h.rng.IntN(2) == 0 && (a.value == "si" || a.value == "no") {
			words = a.value // an answer to many questions
		}
	}
	say := func() error { return h.say(words) }
	switch h.rng.IntN(10) {
	case 0:
		return "double tap", []func() error{one, one}
	case 1:
		return "tap and type", []func() error{one, say}
	case 2:
		return "type and tap", []func() error{say, one}
	case 3:
		return "type twice", []func() error{say, say}
	case 4:
		return "two options", []func() error{one, tap(other)}
	case 5:
		return "tap and a common word", []func() error{one, func() error { return h.say("si") }}
	case 6:
		return "tap, type, tap", []func() error{one, say, tap(other)}
	case 7:
		return "type another, tap", []func() error{say, tap(other)}
	case 8:
		return "the question before again", []func() error{h.lastAgain, one}
	}
	return "", []func() error{one}
}

// freeChoice reports whether any answer to the question leads on.
func freeChoice(slot string) bool {
	switch slot {
	case "language", "consent_answer", "age", "identity_right", "summary_right":
		return false
	}
	return true
}

func (h *hasty) lastAgain() error {
	if h.prior.data == "" {
		return nil
	}
	_, err := h.w.tg.TapData(h.id, h.prior.at.MessageID, h.prior.data)
	return err
}

func (h *hasty) tap(message int64, slot, v string) error {
	h.given[slot] = append(h.given[slot], v)
	_, err := h.w.tg.TapData(h.id, message, flows.AnswerData(slot, v))
	return err
}

func (h *hasty) say(words string) error {
	id, err := h.w.tg.Say(h.id, words)
	h.typed = append(h.typed, said{id, words})
	return err
}

// plays does one act of the plan.
func (h *hasty) plays(a act, at emulator.Message) error {
	defer h.plan.did(a)
	if a.typed != "" {
		return h.say(a.typed)
	}
	_, v, _ := strings.Cut(strings.TrimPrefix(a.data, "a:"), ":")
	return h.tap(at.MessageID, a.slot, v)
}

// broken says what is wrong with what was stored; nothing when every answer is
// one that the person gave to that very question, every question on the way was
// asked, and the outcomes are those of the answers.
func (h *hasty) broken(t *testing.T, s *store.Store) (faults []string) {
	t.Helper()
	r, err := s.Load(t.Context(), h.id)
	if err != nil {
		return []string{err.Error()}
	}
	h.readTyped()
	slots := r.Session.Slots
	for _, f := range h.w.set.Flows() {
		for _, slot := range f.Slots {
			if slot.Derived || slot.Keep.Flow {
				continue
			}
			for _, v := range slots[slot.Name] {
				if !slices.Contains(h.given[slot.Name], v) {
					faults = append(faults, fmt.Sprintf("%s is %s, which was never given to it (given: %v)", slot.Name, v, h.given[slot.Name]))
				}
			}
		}
	}
	// Who answers a fresh engine so must end with the same: no question was left
	// out, and none answered that was not on the way.
	want, err := deserved(h.w.set, newPlan(h.plan.seed), func(q screen) act { return fromStored(q, slots) })
	_ = err // the plan does not know the end; the answers do
	if diff := cmp.Diff(clockless(want.session.Slots), clockless(slots)); diff != "" {
		faults = append(faults, "answers (-on the way +stored):\n"+diff)
	}
	for _, line := range programme.Lines() {
		slot := map[programme.Line]string{programme.Emprendimiento: "outcome_emprendimiento", programme.InclusionLaboral: "outcome_laboral", programme.IntegracionComunitaria: "outcome_comunitaria"}[line]
		if r.Session.Value(slot) == "" {
			faults = append(faults, "no "+slot)
		}
	}
	evaluate := 0
	for _, c := range r.Session.Consents {
		if c.Given && slices.Contains(c.Purposes, flows.PurposeEvaluate) {
			evaluate++
		}
	}
	if evaluate != 1 {
		faults = append(faults, fmt.Sprintf("%d consents", evaluate))
	}
	return faults
}

// fromStored answers a question with what is stored for it.
func fromStored(q screen, slots map[string][]string) act {
	first := func(v string) act { return act{slot: q.slot, value: v, data: flows.AnswerData(q.slot, v)} }
	switch q.slot {
	case "consent_answer":
		return first("acepto")
	case "identity_right", "summary_right":
		return first("si")
	case "occupations":
		if q.moves["!done"] {
			return first("!done")
		}
		if v := slots[q.slot]; len(v) > 0 {
			return first(v[0])
		}
	case "seeks":
		for _, o := range q.options {
			if strings.HasPrefix(o.label, "✓") != slices.Contains(slots[q.slot], o.value) {
				return first(o.value)
			}
		}
		return first("!done")
	}
	if v := slots[q.slot]; len(v) > 0 {
		return first(v[0])
	}
	return first("")
}

// readTyped adds what was typed to what was given: each text to the newest
// question that was on the phone when it was sent. Numbers of both sides'
// messages come from one counter, so they tell the order.
func (h *hasty) readTyped() {
	all, err := h.w.tg.Messages(h.id, 0)
	if err != nil {
		return
	}
	for _, text := range h.typed {
		var open []question
		for _, m := range all {
			if m.MessageID > text.message {
				break
			}
			if m.From != "bot" {
				continue
			}
			if asked := h.w.asks(m.Text); len(asked) > 0 {
				open = asked
			}
		}
		for _, q := range open {
			h.given[q.step.Collect] = append(h.given[q.step.Collect], h.w.meanings(q.flow, q.step, text.text)...)
		}
	}
}

// meanings are the values that typed words stand for at a question: what a
// fresh engine makes of them there.
func (w *town) meanings(flow string, step *flows.Step, text string) []string {
	session := flows.Session{
		Flow: flow, Step: step.ID, Asking: true, Question: 1, Language: "es",
		Slots:    map[string][]string{"language": {"es"}, "consent": {"si"}},
		Consents: []flows.Consent{{Version: 1, Purposes: []string{flows.PurposeEvaluate}, Given: true}},
	}
	in := flows.Input{Kind: flows.InputText, Text: text, Message: 1}
	after := flows.Advance(w.set, session, in, wholeNow).Session
	return after.Slots[step.Collect]
}

// A question is a step that asks, and its flow.
type question struct {
	flow string
	step *flows.Step
}

// asks finds the steps whose question a message puts: several flows may put one
// in the same words.
func (w *town) asks(text string) (found []question) {
	length := 0
	for _, f := range w.set.Flows() {
		for _, s := range f.Steps {
			if s.Collect == "" {
				continue
			}
			ask := flows.Words(w.set, &flows.Session{Language: "es"}, flows.Key(f.Name+"."+s.Collect+".ask"))
			if !strings.Contains(text, ask) || len(ask) < length {
				continue
			}
			if len(ask) > length {
				found, length = nil, len(ask)
			}
			found = append(found, question{f.Name, s})
		}
	}
	return found
}
