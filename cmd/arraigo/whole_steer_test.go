package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"arraigo/store"
)

// wholeSteered pauses, resumes and cancels an announcement while it is sent by two
// replicas, lets somebody stop everything in the middle of it, and takes Redis away.
func wholeSteered(t *testing.T, program string) {
	people := scaled(4000)
	c := newCampaign(t, program, people)
	two := []*replica{c.replicas[0], c.one()}
	two[1].start()
	two[1].ready()
	const words = "Taller de hojas de vida"
	c.announce("a-taller", words)
	c.sent("a-taller", people/10)

	c.turn("a-taller", store.OutreachPaused, store.OutreachSending)
	told := c.still()
	if tally, err := c.s.Tally(t.Context(), "a-taller"); err != nil || tally[store.StateSent] > people/2 {
		t.Errorf("paused after a tenth: %v, %v", tally, err)
	}
	time.Sleep(time.Second)
	if later := c.tg.Stats().Sent; later != told {
		t.Errorf("%d messages went while it was paused", later-told)
	}

	// Who is not told yet stops everything; the announcement goes on without them.
	got := c.got(words)
	var stopped int64
	for _, chat := range c.chats {
		if got[chat] == 0 && stopped == 0 {
			stopped = chat
		}
	}
	if _, err := c.tg.Say(stopped, "/baja"); err != nil {
		t.Fatal(err)
	}
	c.says(stopped, "Ya no le enviamos avisos")
	c.turn("a-taller", store.OutreachSending, store.OutreachPaused)
	c.sent("a-taller", people/4)

	// Redis is killed and comes back with what its append-only file kept.
	c.redis.Stop()
	time.Sleep(500 * time.Millisecond)
	c.redis.Restart(t)
	c.sent("a-taller", people/2)
	c.signalRedis(syscall.SIGSTOP)
	time.Sleep(500 * time.Millisecond)
	c.signalRedis(syscall.SIGCONT)
	o := c.over("a-taller", 3*time.Minute)
	counts := c.agrees(o, words)
	if state := c.ledger("a-taller")[c.s.ContactID(stopped)]; state == store.StateSent || state == store.StateUncertain {
		t.Errorf("somebody who had stopped everything was told: %q", state)
	}
	t.Logf("paused, resumed, and Redis away twice: %d people: %v; %d answers 429", people, counts, c.tg.Stats().Throttled)

	const second = "Cambio de sede"
	c.announce("a-sede", second)
	c.sent("a-sede", people/10)
	c.turn("a-sede", store.OutreachCancelled, store.OutreachSending)
	told = c.still()
	o = c.over("a-sede", 3*time.Minute)
	if later := c.tg.Stats().Sent; later != told {
		t.Errorf("%d messages went after it was cancelled", later-told)
	}
	counts = c.cancelled(o, second)
	if counts[store.StateSent] > people/2 {
		t.Errorf("cancelled after a tenth: %v", counts)
	}
	t.Logf("cancelled: %v", counts)
	for _, r := range two {
		r.stop()
	}
}

// sent waits until so many are told.
func (c *campaign) sent(id string, n int) {
	c.t.Helper()
	eventually(c.t, "some are told", func() bool {
		tally, err := c.s.Tally(c.t.Context(), id)
		return err == nil && tally[store.StateSent] >= n
	})
}

// still waits until Telegram takes no message for a second, and returns how many it
// took by then. How long that takes is for the bench to say: here the machine may
// stand still with calls under way.
func (c *campaign) still() int64 {
	c.t.Helper()
	told, since := c.tg.Stats().Sent, time.Now()
	eventually(c.t, "nothing goes any more", func() bool {
		if now := c.tg.Stats().Sent; now != told {
			told, since = now, time.Now()
		}
		return time.Since(since) >= time.Second
	})
	return told
}

// says waits until the bot says something in a chat.
func (c *campaign) says(chat int64, words string) {
	c.t.Helper()
	eventually(c.t, "the bot says "+words, func() bool {
		for _, m := range c.said(chat) {
			if strings.Contains(m.Text, words) {
				return true
			}
		}
		return false
	})
}

// cancelled is agrees for an outreach that did not come to everybody: who is not
// in the ledger got nothing.
func (c *campaign) cancelled(o store.Outreach, words string) map[string]int {
	t := c.t
	t.Helper()
	ledger, got, counts := c.ledger(o.ID), c.got(words), map[string]int{}
	for _, chat := range c.chats {
		state := ledger[c.s.ContactID(chat)]
		if state != "" {
			counts[state]++
		}
		if n := got[chat]; state == store.StateSent && n != 1 || state != store.StateSent && state != store.StateUncertain && n != 0 {
			t.Errorf("the ledger says %q, Telegram saw %d messages", state, n)
		}
	}
	if o.State != store.OutreachCancelled || counts[store.StateWithheld(store.GateCancelled)] == 0 {
		t.Errorf("%s: %v", o.State, counts)
	}
	return counts
}
