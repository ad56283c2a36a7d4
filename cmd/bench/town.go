package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"arraigo/cmd/bench/talk"
	"arraigo/emulator"
)

// A town is a Telegram with its people, and the bot that serves them. All towns
// tell the same conversation.
type town struct {
	name    string
	tg      *emulator.Server
	api     string // address of the Bot API
	web     *http.Server
	redis   *redisServer
	bot     *process
	address string // of the program's web server
	turns   []talk.Turn

	apart atomic.Int64 // messages to people who take no part in the conversation

	mu    sync.Mutex
	heard func(method string, body, answer []byte) // instead of counting, while a conversation is recorded
	chats map[int64]*chat
	idle  []*chat // in the middle of a conversation, waiting to go on
	wrong error   // the first thing that should not have happened
}

func newTown(name string, turns []talk.Turn) (*town, error) {
	return newTownWith(name, turns, emulator.Config{Limits: emulator.Limits{Off: true}})
}

// newTownWith is newTown with a Telegram of its own kind.
func newTownWith(name string, turns []talk.Turn, c emulator.Config) (*town, error) {
	c.AllowInsecureWebhook, c.Seed = true, 20261122
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &town{name: name, turns: turns, chats: map[int64]*chat{}, api: "http://" + l.Addr().String()}
	w.tg = emulator.New(c)
	w.web = &http.Server{Handler: http.HandlerFunc(w.serveAPI), ReadHeaderTimeout: time.Minute}
	go func() { _ = w.web.Serve(l) }()
	return w, nil
}

func (w *town) close() {
	w.bot.stop()
	w.tg.Close()
	_ = w.web.Close()
	if w.redis != nil {
		w.redis.close()
	}
}

// serve starts the program in this town. Its rate is the highest it
// accepts, so that no pace but its own work counts.
func (w *town) serve(ctx context.Context, path, dir, redisURL string, env ...string) (time.Duration, error) {
	listen, err := freeAddress()
	if err != nil {
		return 0, err
	}
	w.address = listen
	w.bot, err = startProcess(append([]string{
		"HOME=" + dir,
		"ARRAIGO_TELEGRAM_TOKEN=" + w.tg.Token(), "ARRAIGO_TELEGRAM_API=" + w.api,
		"ARRAIGO_WEBHOOK_URL=http://" + listen + "/telegram", "ARRAIGO_LISTEN=" + listen,
		"ARRAIGO_DATA_DIR=" + dir, "ARRAIGO_REDIS_URL=" + redisURL, "ARRAIGO_RATE=1000",
		"ARRAIGO_ENTITY=Organización Ejemplo (ficticia)", "ARRAIGO_CONTACT=datos@ejemplo.org",
	}, env...), path, "serve")
	if err != nil {
		return 0, err
	}
	return w.bot.ready(ctx, "http://"+listen+"/readyz")
}

// serveBaseline starts the baseline in this town.
func (w *town) serveBaseline(ctx context.Context, path, dir, redisURL string) error {
	listen, err := freeAddress()
	if err != nil {
		return err
	}
	script := filepath.Join(dir, "talk.json")
	if err := talk.Write(script, w.turns); err != nil {
		return err
	}
	w.bot, err = startProcess([]string{
		"BASELINE_TALK=" + script, "BASELINE_REDIS=" + redisURL, "BASELINE_LISTEN=" + listen,
		"BASELINE_API=" + w.api, "BASELINE_TOKEN=" + w.tg.Token(), "BASELINE_SECRET=bench-secret",
	}, path)
	if err != nil {
		return err
	}
	if _, err = w.bot.ready(ctx, "http://"+listen+"/readyz"); err != nil {
		return err
	}
	for !w.hooked() { // it sets the webhook before it listens; a moment at most
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(time.Millisecond)
	}
	return nil
}

func (w *town) hooked() bool { return w.tg.Stats().Calls["setwebhook"]["ok"] > 0 }

// answer keeps the beginning of what the emulator answers.
type answer struct {
	http.ResponseWriter
	head [64]byte
	n    int
}

func (a *answer) Write(p []byte) (int, error) {
	a.n += copy(a.head[a.n:], p)
	return a.ResponseWriter.Write(p)
}

// listen lets heard hear what the bot does; nil: it is counted again.
func (w *town) listen(heard func(method string, body, answer []byte)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.heard = heard
}

// serveAPI is the emulator, and tells the chat what the bot did there.
func (w *town) serveAPI(rw http.ResponseWriter, r *http.Request) {
	i := strings.LastIndexByte(r.URL.Path, '/')
	if !strings.HasPrefix(r.URL.Path, "/bot") {
		w.tg.ServeHTTP(rw, r)
		return
	}
	method := r.URL.Path[i+1:]
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	a := &answer{ResponseWriter: rw}
	w.tg.ServeHTTP(a, r)
	at := time.Now()
	w.mu.Lock()
	heard := w.heard
	w.mu.Unlock()
	if heard != nil {
		heard(method, body, a.head[:a.n])
		return
	}
	w.called(method, body, a.head[:a.n], at)
}

// called notes a call of the bot in a chat.
func (w *town) called(method string, body, answer []byte, at time.Time) {
	id, ok := number(body, `"chat_id":`)
	if !ok {
		return
	}
	w.mu.Lock()
	c := w.chats[id]
	w.mu.Unlock()
	if c == nil {
		if _, sent := number(answer, `"message_id":`); sent && method == "sendMessage" {
			w.apart.Add(1)
		}
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turn == nil {
		w.fail(fmt.Errorf("the bot called %s in a chat where nobody did anything", method))
		return
	}
	switch method {
	case "sendMessage":
		message, ok := number(answer, `"message_id":`)
		if !ok {
			w.fail(errors.New("a message was refused: " + string(answer)))
			return
		}
		c.sends++
		c.messages = append(c.messages, message)
		c.seen = at
	case "editMessageText", "editMessageReplyMarkup":
		c.edits++
		if len(c.turn.Sends) == 0 {
			c.seen = at
		}
	default:
		w.fail(fmt.Errorf("the bot called %s", method))
		return
	}
	switch {
	case c.sends > len(c.turn.Sends) || c.edits > len(c.turn.Edits):
		w.fail(fmt.Errorf("in turn %d the bot did more than in the recording", c.step))
	case c.sends == len(c.turn.Sends) && c.edits == len(c.turn.Edits):
		c.done <- c.seen.Sub(c.began)
	}
}

// number finds the number after a name in JSON.
func number(raw []byte, name string) (int64, bool) {
	i := bytes.Index(raw, []byte(name))
	if i < 0 {
		return 0, false
	}
	rest := raw[i+len(name):]
	end := 0
	for end < len(rest) && (rest[end] >= '0' && rest[end] <= '9' || rest[end] == '-') {
		end++
	}
	n, err := strconv.ParseInt(string(rest[:end]), 10, 64)
	return n, err == nil
}

func (w *town) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong == nil {
		w.wrong = fmt.Errorf("%s: %w", w.name, err)
	}
}

func (w *town) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wrong
}
