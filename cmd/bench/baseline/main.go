// Command baseline is the bot that the real program is compared with: a
// net/http webhook and go-redis, one GET and one SET a turn, written by hand as
// somebody good at it would who needs no guarantees. It has none: what crashes
// or comes twice is lost or doubled, nothing is encrypted, counted, paced or
// checked, and it knows one conversation, which it is given in a file.
//
// It must not be slowed down: whoever finds a way to make it faster without a
// guarantee of the program's should put it in.
package main

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"arraigo/cmd/bench/talk"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "baseline:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	turns, err := talk.Read(os.Getenv("BASELINE_TALK"))
	if err != nil {
		return err
	}
	options, err := redis.ParseURL(os.Getenv("BASELINE_REDIS"))
	if err != nil {
		return err
	}
	options.PoolSize = 64 // as many as the program has: with the default of 10 a core, turns wait for a connection
	b := &bot{
		secret: os.Getenv("BASELINE_SECRET"),
		redis:  redis.NewClient(options),
		api:    newAPI(os.Getenv("BASELINE_API"), os.Getenv("BASELINE_TOKEN")),
		states: states(turns),
	}
	if err := b.redis.Ping(ctx).Err(); err != nil {
		return err
	}
	listen := os.Getenv("BASELINE_LISTEN")
	server := &http.Server{Addr: listen, Handler: b.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := b.api.call(ctx, "setWebhook", map[string]any{
		"url": "http://" + listen + "/telegram", "secret_token": b.secret, "max_connections": 100,
	}, nil); err != nil {
		return err
	}
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (b *bot) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /readyz", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /telegram", func(w http.ResponseWriter, r *http.Request) {
		secret := r.Header.Get("X-Telegram-Bot-Api-Secret-Token")
		if subtle.ConstantTimeCompare([]byte(secret), []byte(b.secret)) != 1 {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := b.update(r.Context(), body); err != nil {
			fmt.Fprintln(os.Stderr, "baseline:", err)
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	return mux
}
