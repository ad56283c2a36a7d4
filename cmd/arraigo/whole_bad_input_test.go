package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// wholeBadInput sends the program what it cannot use, at an open question and
// when nothing is asked, in two languages: each has one answer that says what to
// do and shows the way on, nothing of it stays, and it disturbs nobody else.
func wholeBadInput(t *testing.T, program string) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			w := newTown(t, program)
			w.redis = storetest.Start(t)
			w.marks.add(nuisanceMarks...)
			r := w.alone(mode)
			s := r.store()
			began := time.Now()
			for _, raw := range unreadable() { // before everybody, so that they would be in everybody's way
				w.tg.Inject([]byte(raw))
			}
			all := w.bothering()
			w.inGroups()
			w.settled(s)
			for _, v := range all {
				v.leftNothing(s)
			}
			w.countsUnreadable(r, s)
			if mode == "webhook" {
				w.refusesStrangers(r, all[0])
			}
			answers, taps := 0, 0
			for _, v := range all {
				answers, taps = answers+v.answers, taps+len(v.queries)
			}
			eventually(t, "no button waits", func() bool {
				return !slices.ContainsFunc(all, func(v *visitor) bool {
					return slices.ContainsFunc(v.queries, func(q string) bool { _, ok := w.toast(q); return !ok })
				})
			})
			if n := r.metric("arraigo_turn_panics_total", ""); n != 0 {
				t.Errorf("%.0f panics", n)
			}
			t.Logf("%d people, %d bad inputs answered once each in their language, %d taps answered, %d unreadable updates counted; %.1f s",
				len(all), answers, taps, len(unreadable()), time.Since(began).Seconds())
			w.sweep(s)
			r.stop()
		})
	}
}

// a visitor bothers the bot.
type visitor struct {
	*person
	language string
	first    int64    // their first message
	asks     int64    // message that asks for the language
	seen     int64    // newest message when they last did something
	answers  int      // bad inputs that were answered
	queries  []string // of their taps
}

// bothering brings people to a question or away from any, has each send a few
// nuisances, and lets them go on as if nothing had been.
func (w *town) bothering() (all []*visitor) {
	var running sync.WaitGroup
	var n atomic.Int64
	let := func(language string, do func(*visitor) error) {
		v := &visitor{person: w.speaker(int(n.Add(1)), language), language: language}
		all = append(all, v)
		running.Go(func() {
			if err := do(v); err != nil {
				w.t.Errorf("%s: %v\n%s", language, err, v.transcript(6))
			}
		})
	}
	for _, language := range []string{"es", "en"} {
		for _, list := range nuisances() {
			let(language, func(v *visitor) error { return v.asked(list) })
			let(language, func(v *visitor) error { return v.idle(list) })
		}
		let(language, func(v *visitor) error { return v.elsewhere(places()) })
	}
	running.Wait()
	return all
}

// asked are nuisances at the question for the age.
func (v *visitor) asked(list []nuisance) error {
	if err := v.comes(); err != nil {
		return err
	}
	for _, n := range list {
		if err := v.bothers(n, n.says, "age"); err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
	}
	if err := v.taps(flows.AnswerData("age", "18_28"), "municipality"); err != nil {
		return err
	}
	if err := v.presses(); err != nil {
		return err
	}
	return v.taps(flows.AnswerData("municipality", "54001"), "population")
}

// presses taps the question just answered once more, which a word above the chat
// answers, and a button longer than any, which nothing does.
func (v *visitor) presses() error {
	for _, tap := range []struct{ data, says string }{
		{flows.AnswerData("age", "29_59"), v.words("stale.toast")},
		{strings.Repeat("marcaforjada", 6), ""},
	} {
		if err := v.does(forges(tap.data)); err != nil {
			return err
		}
		query := v.queries[len(v.queries)-1]
		if err := v.until(func() bool { _, ok := v.w.toast(query); return ok }); err != nil {
			return fmt.Errorf("a tap that nobody answers")
		}
		if got, _ := v.w.toast(query); got != tap.says {
			return fmt.Errorf("a tap is answered %q, want %q", got, tap.says)
		}
		v.answers++
	}
	return nil
}

// elsewhere are nuisances at the question for the municipality.
func (v *visitor) elsewhere(list []nuisance) error {
	if err := v.comes(); err != nil {
		return err
	}
	if err := v.taps(flows.AnswerData("age", "18_28"), "municipality"); err != nil {
		return err
	}
	for _, n := range list {
		if err := v.bothers(n, n.says, "municipality"); err != nil {
			return fmt.Errorf("%s: %w", n.name, err)
		}
	}
	return v.taps(flows.AnswerData("municipality", "54001"), "population")
}

// idle are nuisances when nothing is asked: the menu comes.
func (v *visitor) idle(list []nuisance) error {
	if err := v.comes(); err != nil {
		return err
	}
	if err := v.taps(flows.TriggerData("cancel"), "menu_choice"); err != nil {
		return err
	}
	for _, n := range list {
		// What the programme offers is told and asks nothing.
		if err := v.does(func(v *visitor) error { return v.tap(flows.TriggerData("about")) }); err != nil {
			return err
		}
		if _, err := v.reads(func(m emulator.Message) bool { return strings.Contains(m.Text, v.words("about.free")) }); err != nil {
			return err
		}
		key := n.idle
		if key == "" {
			key = n.says
		}
		n.offer = false
		if err := v.bothers(n, key, "menu_choice"); err != nil {
			return fmt.Errorf("%s, when nothing is asked: %w", n.name, err)
		}
	}
	if err := v.taps(flows.TriggerData("screening"), "age"); err != nil {
		return err
	}
	if err := v.taps(flows.AnswerData("age", "18_28"), "municipality"); err != nil {
		return err
	}
	return v.taps(flows.AnswerData("municipality", "54001"), "population")
}

// comes to the first question.
func (v *visitor) comes() (err error) {
	if v.first, err = v.w.tg.Start(v.id, ""); err != nil {
		return err
	}
	question, err := v.reads(v.shows("language"))
	if err != nil {
		return err
	}
	v.asks = question.MessageID
	if err := v.taps(flows.AnswerData("language", v.language), "consent_answer"); err != nil {
		return err
	}
	return v.taps(flows.AnswerData("consent_answer", "acepto"), "age")
}

// bothers sends a nuisance and reads its one answer, in the person's language
// and with the question, or the menu, again.
func (v *visitor) bothers(n nuisance, key, slot string) error {
	if err := v.does(n.send); err != nil {
		return err
	}
	m, err := v.reads(v.shows(slot))
	if err != nil {
		return err
	}
	if want := v.words(key); !strings.HasPrefix(m.Text, want) {
		return fmt.Errorf("the answer is %q, want %q first", m.Text, want)
	}
	offered := slices.ContainsFunc(slices.Concat(m.Buttons...), func(b emulator.Button) bool { return b.Data == flows.TriggerData("human") })
	if said := strings.Contains(m.Text, v.words("nonsense.person")); said != n.offer || slot != "menu_choice" && offered != n.offer {
		return fmt.Errorf("a person is offered: %v, with a button: %v; want %v", said, offered, n.offer)
	}
	news, err := v.news()
	if err != nil {
		return err
	}
	answers := slices.DeleteFunc(slices.Clone(news), func(m emulator.Message) bool { return m.From != "bot" })
	if len(answers) != 1 {
		return fmt.Errorf("%d answers, want 1", len(answers))
	}
	if n.gone {
		err := v.until(func() bool {
			news, err := v.news()
			return err == nil && !slices.ContainsFunc(news, func(m emulator.Message) bool { return m.From == "user" })
		})
		if err != nil {
			return fmt.Errorf("what was sent is still in the chat")
		}
	}
	v.answers++
	return nil
}

// does does something; what comes after it is news.
func (v *visitor) does(what func(*visitor) error) error {
	all, err := v.w.tg.Messages(v.id, 0)
	if err != nil {
		return err
	}
	v.seen = all[len(all)-1].MessageID
	return what(v)
}

// tap presses a button with that data on the newest message.
func (v *visitor) tap(data string) error { return v.tapOn(v.seen, data) }

func (v *visitor) tapOn(message int64, data string) error {
	query, err := v.w.tg.TapData(v.id, message, data)
	v.queries = append(v.queries, query)
	return err
}

// taps presses a button and waits for a question.
func (v *visitor) taps(data, slot string) error {
	if err := v.does(func(v *visitor) error { return v.tap(data) }); err != nil {
		return err
	}
	_, err := v.reads(v.shows(slot))
	return err
}

func (v *visitor) shows(slot string) func(emulator.Message) bool {
	return func(m emulator.Message) bool {
		q, asks := readScreen(m.Text, phoneButtons(m))
		return asks && q.slot == slot
	}
}

func (v *visitor) words(key string) string { return v.w.words(v.language, flows.Key(key)) }

// news are the messages since the last act.
func (v *visitor) news() ([]emulator.Message, error) { return v.w.tg.Messages(v.id, v.seen) }

// reads waits for a new message of the bot.
func (v *visitor) reads(ok func(emulator.Message) bool) (found emulator.Message, err error) {
	err = v.until(func() bool {
		news, err := v.news()
		for _, m := range news {
			if m.From == "bot" && ok(m) {
				found = m
				return err == nil
			}
		}
		return false
	})
	return found, err
}

func (v *visitor) until(ok func() bool) error {
	ctx, cancel := context.WithTimeout(v.w.t.Context(), patience)
	defer cancel()
	return await(ctx, ok)
}

// leftNothing looks whether the person is where their answers lead, and whether
// something of what they sent rests in their record.
func (v *visitor) leftNothing(s *store.Store) {
	t := v.w.t
	t.Helper()
	r := record(t, s, v.id)
	if got := r.Session.Value("age") + " " + r.Session.Value("municipality"); got != "18_28 54001" || r.Session.Language != v.language {
		t.Errorf("after the nuisances somebody with %s is stored as %s in %s", v.language, got, r.Session.Language)
	}
	raw, err := json.Marshal(r.Session)
	if err != nil {
		t.Fatal(err)
	}
	for _, mark := range nuisanceMarks {
		if strings.Contains(string(raw), mark) {
			t.Errorf("%q is in somebody's record", mark)
		}
	}
}

// inGroups calls the bot in groups: who names it is told where to write, in
// their language, and all else is nobody's business.
func (w *town) inGroups() {
	w.t.Helper()
	for _, language := range []string{"es", "en"} {
		p := w.tg.AddUser(emulator.User{FirstName: "G", LanguageCode: language})
		group, err := w.tg.AddGroup(emulator.Group{Title: "MARCAGRUPO", Type: "supergroup", Members: []int64{p}})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, text := range []string{"hola MARCAGRUPO", "1093456789", "/start@" + w.tg.Bot().Username, "@" + w.tg.Bot().Username + " MARCAGRUPO"} {
			if _, err := w.tg.Write(group, emulator.Draft{From: p, Text: text}); err != nil {
				w.t.Fatal(err)
			}
		}
		said := func() []emulator.Message { return w.said(group) }
		eventually(w.t, "a word in the group", func() bool { return len(said()) > 0 })
		eventually(w.t, "all updates are taken", func() bool { return w.tg.Stats().Pending == 0 })
		if all := said(); len(all) != 1 || all[0].Text != w.words(language, flows.Key("bot.group")) {
			w.t.Errorf("a group with somebody who speaks %s reads %d messages, first %q", language, len(all), all[0].Text)
		}
	}
}

// countsUnreadable looks for the trace of updates that could not be decoded:
// their number and ids, nothing else.
func (w *town) countsUnreadable(r *replica, s *store.Store) {
	t := w.t
	t.Helper()
	want := len(unreadable())
	if n := r.metric("arraigo_updates_unreadable_total", ""); n != float64(want) {
		t.Errorf("%.0f unreadable updates were counted, want %d", n, want)
	}
	if n := strings.Count(w.log.String(), "an update cannot be read"); n != want {
		t.Errorf("%d unreadable updates are in the log, want %d", n, want)
	}
	recorded := false
	err := s.Walk(t.Context(), func(key, content string) {
		if row, ok := store.Match(key); ok && row.Name == "unreadable" {
			recorded = true
		}
	})
	if err != nil || !recorded {
		t.Errorf("the unreadable updates are not recorded: %v", err)
	}
}

// refusesStrangers posts updates without the secret: they are counted, and
// nothing else happens.
func (w *town) refusesStrangers(r *replica, v *visitor) {
	t := w.t
	t.Helper()
	before, said := w.log.String(), len(w.said(v.id))
	body := fmt.Sprintf(`{"update_id":1,"message":{"message_id":1,"date":%d,"chat":{"id":%d,"type":"private"},"from":{"id":%d},"text":"MARCASECRETO /menu"}}`, time.Now().Unix(), v.id, v.id)
	secrets := []string{"", "MARCASECRETO", strings.Repeat("x", 256)}
	for _, secret := range secrets {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+r.listen+webhookPath, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if secret != "" {
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
		}
		resp, err := wholeClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("a wrong secret is answered %d, want 401", resp.StatusCode)
		}
	}
	if n := r.metric("arraigo_webhook_refused_total", ""); n != float64(len(secrets)) {
		t.Errorf("%.0f wrong secrets were counted, want %d", n, len(secrets))
	}
	if after := w.log.String(); after != before {
		t.Errorf("a wrong secret was logged: %s", after[len(before):])
	}
	if len(w.said(v.id)) != said {
		t.Error("an update with a wrong secret was answered")
	}
}
