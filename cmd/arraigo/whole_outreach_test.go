package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// A campaign is a town in which people only listen: Telegram's limits are on, its
// clock is fast, and everybody agreed to be told of things.
type campaign struct {
	*town
	s     *store.Store
	chats []int64
	zone  string
	rate  int // messages a second of real time
}

// hurry is how many times faster than ours Telegram's clock is.
const hurry = 20

func newCampaign(t *testing.T, program string, people int) *campaign {
	t.Helper()
	w := newTownWith(t, program, emulator.Config{
		// The burst is a quarter of a second of ours: our delays are no faster.
		Limits: emulator.Limits{PerSecond: 30, Burst: 30 * hurry / 4, RetryAfter: time.Second},
		Speed:  hurry, AllowInsecureWebhook: true, Seed: 20261204, KeepMessages: 8 * people,
	})
	w.redis = storetest.Start(t)
	zone, _ := noonZone()
	c := &campaign{town: w, zone: zone, rate: 30 * hurry}
	first := c.one()
	first.start()
	first.ready() // it has made the keys
	c.s = first.store()
	c.join(people)
	return c
}

// one prepares a replica; all have the keys of the first.
func (c *campaign) one() *replica {
	env := []string{"ARRAIGO_TIMEZONE=" + c.zone, fmt.Sprintf("ARRAIGO_RATE=%d", c.rate)}
	if len(c.replicas) > 0 {
		env = append(env, "ARRAIGO_KEYSET="+c.replicas[0].dir+"/keyset.json")
	}
	return c.replica(env...)
}

// join lets people be there who agreed to notices before.
func (c *campaign) join(n int) {
	c.t.Helper()
	session := c.listener()
	index := flows.Index(c.set, &session)
	var group sync.WaitGroup
	next := make(chan int64)
	for range 16 {
		group.Go(func() {
			for chat := range next {
				r, err := c.s.Load(context.Background(), chat)
				if err == nil {
					r.Session = session
					_, err = c.s.Commit(context.Background(), store.Turn{Record: r, Index: index, Consented: true, Now: time.Now()})
				}
				if err != nil {
					c.t.Error(err)
				}
			}
		})
	}
	for range n {
		chat := c.tg.AddUser(emulator.User{FirstName: "Persona", LanguageCode: "es"})
		if err := c.tg.Opened(chat); err != nil {
			c.t.Fatal(err)
		}
		c.chats = append(c.chats, chat)
		next <- chat
	}
	close(next)
	group.Wait()
}

// listener is the session of somebody who was screened and agreed to notices.
func (c *campaign) listener() flows.Session {
	session := c.screened()
	session.Flow, session.Step, session.Asking, session.Stack = "", "", false, nil
	session.Slots["offers"] = []string{flows.Yes}
	session.Consents = append(session.Consents, flows.Consent{
		Text: "ask.notices.offers", Version: 1, Language: "es", Purposes: []string{flows.PurposeOffers}, Given: true, At: time.Now().Unix(),
	})
	return session
}

// announce begins an announcement to everybody.
// It has no author: one who is not of the team any more would pause it.
func (c *campaign) announce(id, words string) store.Outreach {
	c.t.Helper()
	o, err := c.s.CreateOutreach(c.t.Context(), store.Outreach{
		ID: id, Kind: store.KindAnnouncement, State: store.OutreachDraft, Topic: flows.PurposeOffers, Title: "Prueba",
		Content: map[string]store.Piece{"es": {HTML: words}}, Created: time.Now(), Size: len(c.chats),
	})
	if err == nil {
		err = c.s.StartOutreach(c.t.Context(), id, o.Version, time.Now())
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return o
}

func (c *campaign) turn(id string, to store.OutreachState, from ...store.OutreachState) {
	c.t.Helper()
	if _, err := c.s.SetOutreachState(c.t.Context(), id, from, to, "", time.Now()); err != nil {
		c.t.Fatal(err)
	}
}

// over waits until the outreach has ended, and returns it.
func (c *campaign) over(id string, within time.Duration) store.Outreach {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), within)
	defer cancel()
	var o store.Outreach
	err := await(ctx, func() bool {
		var err error
		o, err = c.s.Outreach(c.t.Context(), id)
		return err == nil && !o.Live()
	})
	if err != nil {
		tally, _ := c.s.Tally(c.t.Context(), id)
		left, _ := c.s.WorkLeft(c.t.Context(), id)
		c.t.Fatalf("the outreach does not end: %v, %d pieces left", tally, left)
	}
	return o
}

// got counts the messages with these words in each chat.
func (c *campaign) got(words string) map[int64]int {
	c.t.Helper()
	got := map[int64]int{}
	for _, chat := range c.chats {
		all, err := c.tg.Messages(chat, 0)
		if err != nil {
			c.t.Fatal(err)
		}
		for _, m := range all {
			if m.From == "bot" && strings.Contains(m.Text, words) {
				got[chat]++
			}
		}
	}
	return got
}

// ledger is what became of the outreach for each person.
func (c *campaign) ledger(id string) map[store.ContactID]string {
	c.t.Helper()
	all := map[store.ContactID]string{}
	err := c.s.Ledger(c.t.Context(), id, func(contact store.ContactID, state string, _ time.Time) error {
		all[contact] = state
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

// agrees compares the ledger with what Telegram saw, message by message. It
// returns how many are in each state.
func (c *campaign) agrees(o store.Outreach, words string) map[string]int {
	t := c.t
	t.Helper()
	ledger, got, counts := c.ledger(o.ID), c.got(words), map[string]int{}
	for _, chat := range c.chats {
		id := c.s.ContactID(chat)
		state, there := ledger[id]
		if !there {
			// Who blocked the bot, or stopped everything, before their turn came is no
			// recipient any more.
			if r, err := c.s.Load(t.Context(), chat); err != nil || !r.Blocked && r.Session.Consented(flows.PurposeOffers) {
				t.Errorf("somebody is lost: not in the ledger, blocked %v, %v", err == nil && r.Blocked, err)
			}
			if got[chat] != 0 {
				t.Errorf("somebody got %d messages and is not in the ledger", got[chat])
			}
			continue
		}
		counts[state]++
		n := got[chat]
		switch {
		case !store.Final(state):
			t.Errorf("somebody is still %q", state)
		case state == store.StateSent && n != 1, state == store.StateUncertain && n > 1, // not even those come twice: nobody sends them again
			state != store.StateSent && state != store.StateUncertain && n != 0:
			t.Errorf("the ledger says %q, Telegram saw %d messages", state, n)
		}
	}
	totals := maps.Clone(o.Totals)
	if !maps.Equal(totals, counts) {
		t.Errorf("the outreach says %v, its ledger %v", totals, counts)
	}
	if t.Failed() {
		t.FailNow()
	}
	return counts
}

// wholeBroadcast sends an announcement to 20,000 people through two replicas that
// are killed and started at random, while Telegram refuses, fails and cuts
// connections.
func wholeBroadcast(t *testing.T, program string) {
	people := scaled(20_000)
	c := newCampaign(t, program, people)
	two := []*replica{c.replicas[0], c.one()}
	rng := rand.New(rand.NewPCG(uint64(people), 4))
	order := slices.Clone(c.chats)
	rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	gone, blocking := order[:people/25], order[people/25:people/20] // 4 % have no account any more, 1 % block the bot meanwhile
	for _, chat := range gone {
		if err := c.tg.Deactivate(chat, true); err != nil {
			t.Fatal(err)
		}
	}
	c.tg.SetFaults(emulator.Faults{P5xx: 0.02, HTML5xx: true, CutAfterSend: 0.01, Methods: []string{"sendMessage"}})
	const words = "Feria de empleo el viernes"
	began := time.Now()
	c.announce("a-feria1", words)
	two[1].start()
	// A kill every two seconds or so; sometimes both at once.
	kills := 0
	for done := false; !done; {
		for range 1 + rng.IntN(20) {
			time.Sleep(100 * time.Millisecond)
			for range len(blocking) * 100 / (people / 3) {
				if len(blocking) > 0 {
					_ = c.tg.Block(blocking[0], true)
					blocking = blocking[1:]
				}
			}
		}
		tally, err := c.s.Tally(t.Context(), "a-feria1")
		if err != nil {
			t.Fatal(err)
		}
		fed := 0
		for state, n := range tally {
			if store.Final(state) {
				fed += n
			}
		}
		done = fed > people*9/10 || time.Since(began) > 2*time.Minute
		hit := []*replica{two[rng.IntN(2)]}
		if rng.IntN(4) == 0 {
			hit = two
		}
		for _, r := range hit {
			r.kill()
			kills++
		}
		for _, r := range hit {
			r.start()
		}
	}
	o := c.over("a-feria1", 2*time.Minute)
	took := time.Since(began)
	counts := c.agrees(o, words)
	stats := c.tg.Stats()
	t.Logf("%d people, %d kills, %.0f s (at the pace alone it would be %.0f s): %v; %d messages of %d calls, %d answers 429, %d of them made up",
		people, kills, took.Seconds(), float64(people)/float64(c.rate), counts, stats.Sent, c.calls.Load(), stats.Throttled, stats.Injected)
	// Of those who are gone some were being tried at a kill, and are uncertain.
	if counts[store.StateUncertain] == 0 || counts[store.StateBlocked] < len(gone)/2 {
		t.Error("nothing was cut or blocked: the test proves nothing")
	}
	for _, r := range two {
		r.stop()
	}
}
