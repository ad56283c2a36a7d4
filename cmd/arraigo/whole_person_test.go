package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// a person has a phone and a plan. A patient one does one thing at a time,
// waits for what comes, and repeats nothing unless the bot asks again.
type person struct {
	w     *town
	id    int64
	plan  *plan
	wakes <-chan struct{}

	done       map[string]answered // by slot, what was answered and to which message
	acted      string              // state of the question at the last act
	actedAt    time.Time
	start      int64 // message id of the first word
	lastAct    int64 // newest message of the bot when the person last did something
	askedAgain int
	repeats    int   // times the same was done again because nothing came, or the same words
	newest     int64 // newest message of the bot, and since when
	newestAt   time.Time
}

type answered struct {
	message int64
	text    string
	act     act
}

// person joins the town. Everything about them is unlike anything else, so that
// it can be found.
func (w *town) person(n int) *person { return w.speaker(n, "es") }

// speaker joins with a phone in that language, and chooses it.
func (w *town) speaker(n int, language string) *person {
	name := fmt.Sprintf("Zoraimar%dQuiñonero", n)
	id := w.tg.AddUser(emulator.User{FirstName: name, LastName: "Apellidomarca", Username: fmt.Sprintf("usuariomarca%d", n), LanguageCode: language})
	w.marks.add(name, "Apellidomarca", fmt.Sprintf("usuariomarca%d", n))
	w.marks.addChat(id)
	p := &person{w: w, id: id, plan: newPlan(uint64(n)), wakes: w.watched(id), done: map[string]answered{}}
	p.plan.language = language
	return p
}

// sees returns the newest question on the phone and the newest message of the
// bot.
func (p *person) sees() (question screen, at emulator.Message, newest emulator.Message, asks bool, err error) {
	all, err := p.w.tg.Messages(p.id, p.start)
	if err != nil {
		return question, at, newest, false, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		m := all[i]
		if m.From != "bot" || m.Deleted {
			continue
		}
		if newest.MessageID == 0 {
			newest = m
		}
		if s, ok := readScreen(m.Text, phoneButtons(m)); ok {
			return s, m, newest, true, nil
		}
	}
	return question, at, newest, false, nil
}

func phoneButtons(m emulator.Message) func(func(string, string) bool) {
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

// does taps or types.
func (p *person) does(a act, on emulator.Message) error {
	if a.typed != "" {
		_, err := p.w.tg.Say(p.id, a.typed)
		return err
	}
	_, err := p.w.tg.TapData(p.id, on.MessageID, a.data)
	return err
}

// converse goes from hello to the end.
func (p *person) converse() error {
	if _, err := p.w.tg.Start(p.id, ""); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for lastNews := time.Now(); ; {
		moved, over, err := p.turn()
		if over || err != nil {
			return err
		}
		if moved {
			lastNews = time.Now()
		}
		if time.Since(lastNews) > 3*patience { // Telegram itself comes again later and later
			q, _, newest, asks, _ := p.sees()
			return fmt.Errorf("nobody answers after %s=%s; asked %v %s; last seen %d, answered %v\n%s", p.plan.last, p.plan.lastValue, asks, q.slot, newest.MessageID, p.done[q.slot], p.transcript(14))
		}
		select {
		case <-p.wakes:
		case <-tick.C:
		}
	}
}

// turn looks at the phone and does at most one thing.
func (p *person) turn() (moved, over bool, err error) {
	q, at, newest, asks, err := p.sees()
	if err != nil {
		return false, false, err
	}
	if p.plan.ended() && newest.MessageID > p.lastAct && newest.MessageID != at.MessageID {
		return false, true, nil
	}
	if !asks || at.MessageID != newest.MessageID {
		return false, false, nil // more is coming
	}
	if q.slot == "menu_choice" {
		return false, false, fmt.Errorf("thrown back to the menu after %s", p.plan.last)
	}
	if newest.MessageID != p.newest {
		p.newest, p.newestAt = newest.MessageID, time.Now()
	}
	var a act
	before, was := p.done[q.slot]
	switch state := fmt.Sprint(at.MessageID, q.keyboard()); {
	case !was:
		// The question may be on the phone twice, and what was ticked on one copy
		// is not seen on the other: who sees nothing happen for long says it in words.
		if state == p.acted {
			if time.Since(p.actedAt) < 5*time.Second {
				return false, false, nil
			}
			p.plan.lists = true
			p.repeats++
		}
		p.acted, p.actedAt = state, time.Now()
		a = p.plan.decide(q)
	case at.MessageID > before.message && (at.Text != before.text || before.act.typed != "" && strings.Contains(at.Text, p.w.early)):
		// Asked again, with a word why; a tap is never early, so after one it is a
		// copy of what was sent before. Whoever is surprised looks for a moment, and
		// longer when the very same words come again: the answer may be on its way.
		again := at.Text == before.text
		if look := time.Since(p.newestAt); look < 500*time.Millisecond || again && look < 5*time.Second {
			return false, false, nil
		}
		// Tapping leaves no doubt about the question; boxes are typed again, all at
		// once.
		a = before.act
		p.askedAgain++
		if again {
			p.repeats++
		}
		if data := flows.AnswerData(q.slot, a.value); a.typed != "" && q.offers(a.value) && !q.moves["!done"] {
			a.typed, a.data = "", data
		}
	default:
		return false, false, nil // a copy of a question that is answered already
	}
	p.lastAct = newest.MessageID
	if err := p.does(a, at); err != nil {
		return false, false, err
	}
	if a.value != "" {
		if a.slot == "correct_which" {
			p.done = map[string]answered{}
		}
		p.done[q.slot] = answered{at.MessageID, at.Text, a}
	}
	p.plan.did(a)
	return true, false, nil
}

func (s screen) offers(value string) bool {
	for _, o := range s.options {
		if o.value == value {
			return true
		}
	}
	return false
}

// check compares what is stored about the person with what they deserve.
func (p *person) check(t *testing.T, s *store.Store) life {
	t.Helper()
	want, err := deserved(p.w.set, p.plan, nil)
	if err != nil {
		t.Errorf("person %d: the pure engine: %v", p.plan.seed, err)
		return want
	}
	r, err := s.Load(t.Context(), p.id)
	if err != nil {
		t.Errorf("person %d: %v", p.plan.seed, err)
		return want
	}
	if p.plan.minor() {
		if r.Revision != 0 {
			t.Errorf("person %d is a minor and was not forgotten", p.plan.seed)
		}
		return want
	}
	if diff := cmp.Diff(clockless(want.session.Slots), clockless(r.Session.Slots)); diff != "" {
		t.Errorf("person %d: answers (-given +stored):\n%s", p.plan.seed, diff)
	}
	for slot, outcome := range p.plan.outcomes(p.w.set) {
		if got := r.Session.Value(slot); got != outcome {
			t.Errorf("person %d: %s is %s, the answers deserve %s", p.plan.seed, slot, got, outcome)
		}
	}
	consents := func(list []flows.Consent) (out []flows.Consent) {
		for _, c := range list {
			c.At, c.Update = 0, 0
			out = append(out, c)
		}
		return out
	}
	if diff := cmp.Diff(consents(want.session.Consents), consents(r.Session.Consents)); diff != "" {
		t.Errorf("person %d: consents (-given +stored):\n%s", p.plan.seed, diff)
	}
	if diff := cmp.Diff(flows.Index(p.w.set, &r.Session), withoutStatus(r.Entries())); diff != "" {
		t.Errorf("person %d: indexes (-of the answers +stored):\n%s", p.plan.seed, diff)
	}
	return want
}

// withoutStatus leaves out what the store itself keeps an index of.
func withoutStatus(all []flows.Entry) (out []flows.Entry) {
	for _, e := range all {
		if e.Dimension != "status" {
			out = append(out, e)
		}
	}
	return out
}

// transcript is the end of the chat as both sides saw it, for a failed test.
func (p *person) transcript(n int) string {
	all, err := p.w.tg.Messages(p.id, 0)
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for _, m := range all[max(0, len(all)-n):] {
		q, _ := readScreen(m.Text, phoneButtons(m))
		fmt.Fprintf(&out, "%6d %s: %.100q", m.MessageID, m.From, m.Text)
		if q.slot != "" {
			fmt.Fprintf(&out, " [asks %s]", q.slot)
		}
		out.WriteByte('\n')
	}
	return out.String()
}
