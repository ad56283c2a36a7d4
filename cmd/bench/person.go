package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

const (
	screenedPeople = 10_000
	maxPerson      = 1024
)

// person screens 10,000 people, each with answers of their own, turn by turn
// through the store, and looks what Redis holds then.
func (b *bench) person(ctx context.Context) ([]row, error) {
	now := time.Now()
	set, err := content(now)
	if err != nil {
		return nil, err
	}
	r, err := b.startRedis(ctx, "person")
	if err != nil {
		return nil, err
	}
	defer r.close()
	keys, err := store.NewKeyring()
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, store.Config{URL: r.url(), Keys: keys, Instance: "bench"})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	before, err := r.used(ctx)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	turns, err := screenAll(ctx, s, set, now, screenedPeople)
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	after, err := r.used(ctx)
	if err != nil {
		return nil, err
	}
	bytes, count, err := r.usage(ctx)
	if err != nil {
		return nil, err
	}
	per := func(n int64) float64 { return float64(n) / screenedPeople }
	total := int64(0)
	var parts []string
	for _, name := range slices.SortedFunc(maps.Keys(bytes), func(a, b string) int { return int(bytes[b] - bytes[a]) }) {
		total += bytes[name]
		parts = append(parts, fmt.Sprintf("%s %.0f (%d keys)", name, per(bytes[name]), count[name]))
	}
	return []row{{
		what: "Redis memory of a screened person", target: "≤ 1 KB", figure: fmt.Sprintf("%.0f B", per(after-before)), verdict: judged(per(after-before), maxPerson),
		notes: []string{
			fmt.Sprintf("growth of used_memory over %d people who were screened in %d turns through the store (%.0f s), divided by them; everything included", screenedPeople, turns, took.Seconds()),
			fmt.Sprintf("sum of MEMORY USAGE of all keys: %.0f B, of which %s; the rest is the table of keys", per(total), strings.Join(parts, ", ")),
		},
	}}, nil
}

// screenAll screens people side by side and returns the number of turns.
func screenAll(ctx context.Context, s *store.Store, set *flows.Set, now time.Time, people int) (turns int, err error) {
	const workers = 8
	var mu sync.Mutex
	var group sync.WaitGroup
	for n := range workers {
		group.Go(func() {
			for i := n; i < people && ctx.Err() == nil; i += workers {
				p := newApplicant(s, set, now, uint64(i))
				e := p.screened(ctx)
				mu.Lock()
				turns += p.turns
				if e != nil && err == nil {
					err = e
				}
				failed := err != nil
				mu.Unlock()
				if failed {
					return
				}
			}
		})
	}
	group.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return turns, err
}

// An applicant answers everything, by chance, until nothing is asked any more.
type applicant struct {
	*rand.Rand
	store *store.Store
	set   *flows.Set
	now   time.Time
	chat  int64

	update   int64
	message  int
	turns    int
	question flows.Message // as it is on the phone
	asks     bool
}

func newApplicant(s *store.Store, set *flows.Set, now time.Time, seed uint64) *applicant {
	rng := rand.New(rand.NewPCG(seed, 11))
	return &applicant{
		Rand: rng, store: s, set: set, now: now,
		chat: 5_000_000_000 + rng.Int64N(3_000_000_000), update: 600_000_000 + rng.Int64N(1e8),
	}
}

// maxAnswers bounds the turns of one screening.
const maxAnswers = 60

func (a *applicant) screened(ctx context.Context) error {
	in := flows.Input{Kind: flows.InputCommand, Name: "start", Language: "es"}
	for range maxAnswers {
		if err := a.turn(ctx, in); err != nil {
			return err
		}
		if !a.asks {
			return nil
		}
		in = a.reaction()
	}
	return fmt.Errorf("the screening does not end: the last question was %q", a.question.Plain())
}

// turn is one turn, as the bot takes it.
func (a *applicant) turn(ctx context.Context, in flows.Input) error {
	a.turns++
	a.update += 1 + a.Int64N(400) // those of other people come in between
	a.now = a.now.Add(time.Duration(2+a.IntN(20)) * time.Second)
	r, err := a.store.Load(ctx, a.chat)
	if err != nil {
		return err
	}
	a.message++
	in.Message, in.Asked = a.message, r.Delivery.Message
	result := flows.Advance(a.set, r.Session, in, a.now)
	for hash, text := range result.Proofs {
		if kept, err := a.store.KeepText(ctx, text); err != nil || kept != hash {
			return fmt.Errorf("keep the text of a consent: %w", err)
		}
	}
	next := *r
	next.Session = result.Session
	if n := len(next.Session.Consents); n > len(r.Session.Consents) {
		next.Session.Consents = slices.Clone(next.Session.Consents)
		next.Session.Consents[n-1].Update = a.update
	}
	ref, err := a.store.Commit(ctx, store.Turn{
		Record: &next, Update: a.update, Index: flows.Index(a.set, &next.Session), Replies: result.Replies, Steps: result.Steps,
		Due: flows.NextDue(a.set, &next.Session, a.now), Erase: result.Erase,
		Consented: next.Session.Consented(flows.PurposeEvaluate), Now: a.now,
	})
	if err != nil {
		return err
	}
	question := a.show(&next.Session, result.Replies)
	return a.store.Delivered(ctx, ref, a.now, question)
}

// show puts the replies on the phone and returns the ids of the question and of
// the first message.
func (a *applicant) show(s *flows.Session, replies []flows.Reply) (question int) {
	fresh := false
	for _, r := range replies {
		m := flows.Render(a.set, s, r)
		if r.Edit != 0 {
			if r.Markup && len(m.Buttons) > 1 {
				a.question.Buttons = m.Buttons
			}
			continue
		}
		a.message++
		if !fresh {
			a.asks = false
		}
		fresh = true
		if r.Question != 0 {
			a.question, a.asks, question = m, true, a.message
		}
	}
	return question
}

// popular are typed instead of tapped now and then.
var popular = []string{"soacha", "tunja", "santa marta", "valledupar", "pamplona", "uribia", "cali", "bello"}

// reaction answers the open question: any of its answers, and what brings the
// conversation on where only some do.
func (a *applicant) reaction() flows.Input {
	slot, answers, done, list := a.answers()
	tap := func(value string) flows.Input {
		return flows.Input{Kind: flows.InputTap, Data: flows.AnswerData(slot, value), Language: "es"}
	}
	for _, always := range [][2]string{{"language", "es"}, {"consent_answer", "acepto"}, {"summary_right", "si"}, {"identity_right", "si"}} {
		if slot == always[0] {
			return tap(always[1])
		}
	}
	answers = slices.DeleteFunc(answers, func(v string) bool { return v == "menor_18" }) // would be erased
	ticked := slices.ContainsFunc(answers, a.ticked)
	switch {
	case slot == "municipality" && a.IntN(10) == 0:
		return flows.Input{Kind: flows.InputText, Text: popular[a.IntN(len(popular))], Language: "es"}
	case done && (ticked && a.IntN(2) == 0 || len(answers) == 0):
		return tap("!done")
	case len(answers) > 0:
		return tap(answers[a.IntN(len(answers))])
	case list:
		return tap("!list")
	}
	return flows.Input{Kind: flows.InputText, Text: "1", Language: "es"}
}

// answers reads the buttons of the open question.
func (a *applicant) answers() (slot string, values []string, done, list bool) {
	for _, row := range a.question.Buttons {
		for _, b := range row {
			rest, ok := strings.CutPrefix(b.Data, flows.AnswerData("", "")[:2])
			if !ok {
				continue
			}
			name, value, ok := strings.Cut(rest, ":")
			if !ok {
				continue
			}
			slot = name
			switch {
			case value == "!done":
				done = true
			case value == "!list":
				list = true
			case !strings.HasPrefix(value, "!"):
				values = append(values, value)
			}
		}
	}
	return slot, values, done, list
}

// ticked reports whether the box of an answer is ticked.
func (a *applicant) ticked(value string) bool {
	for _, row := range a.question.Buttons {
		for _, b := range row {
			if strings.HasSuffix(b.Data, ":"+value) && strings.HasPrefix(b.Text, "✓") {
				return true
			}
		}
	}
	return false
}
