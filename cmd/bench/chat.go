package main

import (
	"fmt"
	"sync"
	"time"

	"arraigo/cmd/bench/talk"
	"arraigo/emulator"
)

// A chat is one person on the way through the conversation.
type chat struct {
	id   int64
	done chan time.Duration // how long the reply took, once the turn's calls are all made

	mu       sync.Mutex
	step     int        // turns done
	turn     *talk.Turn // under way
	messages []int64    // of the bot, in the order sent
	sends    int        // of this turn, so far
	edits    int
	began    time.Time
	seen     time.Time // when what the person waits for was there
}

// patience is how long a turn may take before the run is given up.
const patience = 20 * time.Second

// chat takes a person who waits in the middle of a conversation, or a new one.
func (w *town) chat() *chat {
	w.mu.Lock()
	if n := len(w.idle); n > 0 {
		c := w.idle[0]
		w.idle = w.idle[1:]
		w.mu.Unlock()
		return c
	}
	w.mu.Unlock()
	return w.newChat()
}

func (w *town) newChat() *chat {
	c := &chat{done: make(chan time.Duration, 1)}
	c.id = w.tg.AddUser(emulator.User{FirstName: "Persona", LanguageCode: "es"})
	w.mu.Lock()
	defer w.mu.Unlock()
	w.chats[c.id] = c
	return c
}

// leave puts a chat back for its next turn, or away at the end.
func (w *town) leave(c *chat) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.step == len(w.turns) {
		delete(w.chats, c.id)
		return
	}
	w.idle = append(w.idle, c)
}

// take lets the person do the next thing and waits until the bot has made all
// the calls that follow. It returns how long the person waited for the reply:
// until the emulator had answered the call that brought it.
func (w *town) take(c *chat) (time.Duration, error) {
	c.mu.Lock()
	c.turn = &w.turns[c.step]
	c.sends, c.edits = 0, 0
	t := c.turn
	on := int64(0)
	if t.Data != "" {
		on = c.messages[t.On]
	}
	c.began = time.Now()
	c.mu.Unlock()
	var err error
	if t.Data != "" {
		_, err = w.tg.TapData(c.id, on, t.Data)
	} else {
		_, err = w.tg.Say(c.id, t.Text)
	}
	if err != nil {
		return 0, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case took := <-c.done:
		c.mu.Lock()
		c.step++
		c.mu.Unlock()
		return took, w.failed()
	case <-timer.C:
		if err := w.failed(); err != nil {
			return 0, err
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return 0, fmt.Errorf("%s: nobody answers turn %d: %d of %d messages and %d of %d changes after %v; last words:\n%s",
			w.name, c.step, c.sends, len(t.Sends), c.edits, len(t.Edits), patience, w.bot.words.String())
	}
}
