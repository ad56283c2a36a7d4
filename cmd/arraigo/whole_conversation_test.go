package main

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// wholeConversation lets people of every kind talk with the program, by polling
// and by webhook. Each reads, word for word, what the pure engine says to their
// answers, and ends with the outcomes that the rules give them.
func wholeConversation(t *testing.T, program string) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel() // a chat is sent one message a second, so much of it is waiting
			w := newTown(t, program)
			w.redis = storetest.Start(t)
			r := w.alone(mode)
			w.conversing(w.everyKind(20), r.store())
			w.choosing()
			r.stop()
		})
	}
}

// alone starts a single replica that takes updates in that way.
func (w *town) alone(mode string) *replica {
	w.t.Helper()
	var r *replica
	if mode == "webhook" {
		b := w.balance()
		r = w.replica(b.webhook())
		b.backends = []string{r.listen}
		w.front = b
	} else {
		r = w.replica()
	}
	r.start()
	r.ready()
	return r
}

// everyKind adds so many people, at least two of every kind of conversation,
// and one whose phone is English.
func (w *town) everyKind(n int) (all []*person) {
	w.t.Helper()
	missing := map[string]int{"under age": 2, "out of coverage": 2, "corrects": 2, "types": 2, "taps only": 2, "screened": 2}
	for seed := 0; len(all) < n-1; seed++ {
		left := 0
		for _, times := range missing {
			left += max(0, times)
		}
		kinds := w.kinds(uint64(seed))
		if left >= n-1-len(all) && !slices.ContainsFunc(kinds, func(k string) bool { return missing[k] > 0 }) {
			continue
		}
		for _, k := range kinds {
			missing[k]--
		}
		all = append(all, w.person(seed))
	}
	for seed := 0; ; seed++ {
		if slices.Contains(w.kinds(uint64(seed)), "screened") {
			return append(all, w.speaker(seed, "en"))
		}
	}
}

// kinds says what sort of conversation a plan makes.
func (w *town) kinds(seed uint64) (kinds []string) {
	w.t.Helper()
	p, types := newPlan(seed), false
	_, err := deserved(w.set, p, func(q screen) act {
		a := p.decide(q)
		p.did(a)
		types = types || a.typed != ""
		return a
	})
	if err != nil {
		w.t.Fatal(err)
	}
	switch {
	case p.minor():
		kinds = append(kinds, "under age")
	case p.last == "coverage_alert":
		kinds = append(kinds, "out of coverage")
	default:
		kinds = append(kinds, "screened")
	}
	if p.corrected != "" {
		kinds = append(kinds, "corrects")
	}
	if types {
		return append(kinds, "types")
	}
	return append(kinds, "taps only")
}

// conversing brings everybody to their end, all at once, and looks at what they
// read and at what is stored about them.
func (w *town) conversing(all []*person, s *store.Store) {
	t := w.t
	began := time.Now()
	var talking sync.WaitGroup
	for _, p := range all {
		talking.Go(func() {
			if err := p.converse(); err != nil {
				t.Errorf("person %d: %v", p.plan.seed, err)
			}
		})
	}
	talking.Wait()
	if t.Failed() {
		return
	}
	w.settled(s)
	outcomes, kinds, languages, read, consents := map[string]int{}, map[string]int{}, map[string]int{}, 0, 0
	for _, p := range all {
		l := p.check(t, s)
		read += p.reads(t)
		consents += p.agreed(t, s)
		languages[p.plan.language]++
		for _, k := range w.kinds(p.plan.seed) {
			kinds[k]++
		}
		for _, slot := range []string{"outcome_emprendimiento", "outcome_laboral", "outcome_comunitaria"} {
			if o := l.session.Value(slot); o != "" {
				outcomes[strings.TrimPrefix(slot, "outcome_")+" "+o]++
			}
		}
	}
	t.Logf("%d conversations in %.1f s, in languages %s: %s", len(all), time.Since(began).Seconds(), counted(languages), counted(kinds))
	t.Logf("%d messages were read as the engine says them; %d consents with the text that was shown; outcomes: %s", read, consents, counted(outcomes))
	w.sweep(s)
}

// counted lists counts in one order.
func counted(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, fmt.Sprintf("%s %d", k, m[k]))
	}
	return strings.Join(out, ", ")
}

// reads compares what the person read with what the engine says to the same
// acts. Who was asked again on a slow machine read more than that.
func (p *person) reads(t *testing.T) (messages int) {
	t.Helper()
	if p.askedAgain > 0 || p.plan.lists {
		return 0
	}
	want, err := deserved(p.w.set, p.plan, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	var got []string
	for _, m := range p.w.said(p.id) {
		got = append(got, m.Text)
	}
	if diff := cmp.Diff(want.said, got); diff != "" {
		t.Errorf("person %d (%s): messages (-of the answers +read):\n%s", p.plan.seed, p.plan.language, diff)
	}
	return len(got)
}

// said is what the bot wrote in a chat, oldest first.
func (w *town) said(chat int64) (all []emulator.Message) {
	w.t.Helper()
	messages, err := w.tg.Messages(chat, 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return slices.DeleteFunc(messages, func(m emulator.Message) bool { return m.From != "bot" || m.Deleted })
}

var markup = regexp.MustCompile(`<[^>]*>`)

// agreed looks whether the proof of each consent is what stood on the phone
// when it was given.
func (p *person) agreed(t *testing.T, s *store.Store) (proofs int) {
	t.Helper()
	r, err := s.Load(t.Context(), p.id)
	if err != nil {
		t.Error(err)
		return 0
	}
	for _, c := range r.Session.Consents {
		text, err := s.ConsentText(t.Context(), c.Hash)
		if err != nil {
			t.Errorf("person %d: %v", p.plan.seed, err)
			continue
		}
		sum := sha256.Sum256([]byte(text))
		if base64.RawURLEncoding.EncodeToString(sum[:]) != c.Hash {
			t.Errorf("person %d: the text of a consent has another hash", p.plan.seed)
		}
		if c.Version != p.w.set.Policy.Version || c.Language != p.plan.language || c.Update == 0 {
			t.Errorf("person %d: the consent says %+v", p.plan.seed, c)
		}
		plain := html.UnescapeString(markup.ReplaceAllString(text, ""))
		if !slices.ContainsFunc(p.w.said(p.id), func(m emulator.Message) bool { return m.Text == plain && m.Date <= c.At }) {
			t.Errorf("person %d agreed to what was not on the phone before: %.60q", p.plan.seed, plain)
		}
		proofs++
	}
	if proofs == 0 && !p.plan.minor() {
		t.Errorf("person %d has no consent", p.plan.seed)
	}
	return proofs
}

// ownNames are the languages as their speakers write them.
var ownNames = []string{"Español", "English", "Português", "Français", "Kreyòl ayisyen", "Wayuunaiki"}

// choosing lets a newcomer choose each language by its own name, and read the
// question for consent in it.
func (w *town) choosing() {
	w.t.Helper()
	for i, language := range []string{"es", "en", "pt", "fr", "ht", "guc"} {
		p := w.speaker(9000+i, "es")
		if _, err := w.tg.Start(p.id, ""); err != nil {
			w.t.Fatal(err)
		}
		question := func(slot string) (q screen, at emulator.Message) {
			w.t.Helper()
			eventually(w.t, "the question "+slot, func() bool {
				all := w.said(p.id)
				if len(all) == 0 {
					return false
				}
				at = all[len(all)-1]
				q, _ = readScreen(at.Text, phoneButtons(at))
				return q.slot == slot
			})
			return q, at
		}
		q, at := question("language")
		var labels []string
		for _, o := range q.options {
			labels = append(labels, o.label)
		}
		if diff := cmp.Diff(ownNames, labels); diff != "" {
			w.t.Errorf("languages (-want +offered):\n%s", diff)
		}
		if err := p.does(act{data: q.data(i)}, at); err != nil {
			w.t.Fatal(err)
		}
		_, at = question("consent_answer")
		if want := w.words(language, flows.Key("welcome.consent_answer.ask")); at.Text != want {
			w.t.Errorf("%s is asked for consent with %q, want %q", ownNames[i], at.Text, want)
		}
	}
}

func (s screen) data(option int) string { return flows.AnswerData(s.slot, s.options[option].value) }

// words are the words of a text in a language.
func (w *town) words(language string, text flows.Text) string {
	return flows.Words(w.set, &flows.Session{Language: language}, text)
}
