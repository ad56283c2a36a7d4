package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"arraigo/cmd/bench/talk"
)

type bot struct {
	secret string
	redis  *redis.Client
	api    *api
	states []state
}

// A state is where a conversation stands: what may be said there, and what
// follows.
type state map[string]*talk.Turn

func states(turns []talk.Turn) []state {
	out := make([]state, len(turns))
	for i := range turns {
		out[i] = state{turns[i].Input(): &turns[i]}
	}
	return out
}

// A session is what is kept of a person.
type session struct {
	State    int               `json:"state"`
	Question int64             `json:"question,omitempty"` // newest message of ours
	Answers  map[string]string `json:"answers,omitempty"`
	Seen     int64             `json:"seen"`
}

// update handles one update. Telegram sends the next one of a chat after it is
// answered, so nothing else needs to keep them in order.
func (b *bot) update(ctx context.Context, body []byte) error {
	var u update
	if err := json.Unmarshal(body, &u); err != nil {
		return err
	}
	chat, message, input := u.read()
	if chat == 0 {
		return nil
	}
	key := "session:" + strconv.FormatInt(chat, 10)
	s := session{Answers: map[string]string{}}
	raw, err := b.redis.Get(ctx, key).Bytes()
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	if input == "/start" {
		s.State = 0
	}
	if s.State >= len(b.states) {
		return nil
	}
	turn, ok := b.states[s.State][input]
	if !ok {
		return fmt.Errorf("state %d does not know what was said", s.State)
	}
	if message == 0 {
		message = s.Question
	}
	sent, err := b.answer(ctx, chat, message, u.Callback, turn)
	if err != nil {
		return err
	}
	s.State++
	s.Seen = time.Now().Unix()
	if sent != 0 {
		s.Question = sent
	}
	if rest, ok := strings.CutPrefix(input, "a:"); ok {
		slot, value, _ := strings.Cut(rest, ":")
		s.Answers[slot] = value
	} else {
		s.Answers["text"] = input
	}
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	return b.redis.Set(ctx, key, raw, 0).Err()
}

// answer makes the calls of a turn: those that do not need each other at once,
// new messages in their order. It returns the id of the last message sent.
func (b *bot) answer(ctx context.Context, chat, message int64, tap *callback, turn *talk.Turn) (sent int64, err error) {
	group, ctx := errgroup.WithContext(ctx)
	if tap != nil {
		group.Go(func() error {
			return b.api.call(ctx, "answerCallbackQuery", &answerParams{tap.ID}, nil)
		})
	}
	for i := range turn.Edits {
		group.Go(func() error { return b.api.edit(ctx, chat, message, &turn.Edits[i]) })
	}
	for i := range turn.Sends {
		if sent, err = b.api.send(ctx, chat, &turn.Sends[i]); err != nil {
			break
		}
	}
	return sent, errors.Join(err, group.Wait())
}

type update struct {
	Message  *message  `json:"message"`
	Callback *callback `json:"callback_query"`
}

type message struct {
	ID   int64  `json:"message_id"`
	Text string `json:"text"`
	Chat struct {
		ID   int64  `json:"id"`
		Type string `json:"type"`
	} `json:"chat"`
}

type callback struct {
	ID      string   `json:"id"`
	Data    string   `json:"data"`
	Message *message `json:"message"`
}

// read returns who said what: message is the one that was tapped, or 0.
func (u *update) read() (chat, message int64, input string) {
	switch {
	case u.Message != nil && u.Message.Chat.Type == "private":
		return u.Message.Chat.ID, 0, u.Message.Text
	case u.Callback != nil && u.Callback.Message != nil:
		return u.Callback.Message.Chat.ID, u.Callback.Message.ID, u.Callback.Data
	}
	return 0, 0, ""
}
