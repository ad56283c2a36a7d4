package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"arraigo/bot"
	staffpages "arraigo/console"
	"arraigo/store"
)

// An app is the running program, of serve and of the demo: a web server from
// the first moment, and a store and a bot as soon as Redis answers.
type app struct {
	log      *slog.Logger
	registry *prometheus.Registry
	store    atomic.Pointer[store.Store] // nil until Redis answered
	bot      atomic.Pointer[bot.Bot]     // nil until the store is open
}

func newApp(log *slog.Logger) *app {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a := &app{log: log, registry: registry}
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "arraigo", Name: "ready", Help: "1 while updates are being taken in.",
	}, func() float64 {
		if b := a.bot.Load(); b != nil && b.Ready() {
			return 1
		}
		return 0
	}))
	return a
}

// staffPages are the console of this app. Until Redis answered they say so.
func (a *app) staffPages(c staffpages.Config) (http.Handler, error) {
	c.Store, c.Logger = a.store.Load, a.log
	c.Bot.Username = func() string {
		if b := a.bot.Load(); b != nil && b.Ready() {
			return b.Username()
		}
		return ""
	}
	c.Bot.DataFile = func(ctx context.Context, id store.ContactID, name string) ([]byte, error) {
		b := a.bot.Load()
		if b == nil {
			return nil, store.ErrUnavailable
		}
		return b.DataFile(ctx, id, name)
	}
	c.Bot.Media = func(ctx context.Context, id string) ([]byte, error) {
		b := a.bot.Load()
		if b == nil {
			return nil, store.ErrUnavailable
		}
		return b.Media(ctx, id)
	}
	c.Bot.TestOutreach = func(ctx context.Context, to store.Staff, o store.Outreach) error {
		b := a.bot.Load()
		if b == nil {
			return store.ErrUnavailable
		}
		return b.TestOutreach(ctx, to, o)
	}
	c.Bot.KeepFile = func(ctx context.Context, chat int64, kind, name string, body []byte) (store.Piece, error) {
		b := a.bot.Load()
		if b == nil {
			return store.Piece{}, store.ErrUnavailable
		}
		return b.KeepFile(ctx, chat, kind, name, body)
	}
	return staffpages.New(c)
}

// consoleEntry is the page of the console that takes the code of a login.
func consoleEntry(public string) string {
	return strings.TrimRight(public, "/") + staffpages.Root + "enter"
}

// stopWithin bounds the time for web requests to end once the bot has stopped.
const stopWithin = time.Second

// run serves handler on the listener and works until ctx ends or something
// cannot go on. The web server is there until work has come to its end: then
// /readyz says no, and the webhook sends away what comes, for another replica or
// for later. When run returns, nothing of the app runs any more and the store is
// closed.
func (a *app) run(ctx context.Context, l net.Listener, handler http.Handler, work func(context.Context) error) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       3 * time.Minute,
		ErrorLog:          slog.NewLogLogger(a.log.Handler(), slog.LevelWarn),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("listen on %s: %w", l.Addr(), err)
		}
		return nil
	})
	group.Go(func() error {
		err := work(ctx)
		limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
		defer cancel()
		if server.Shutdown(limit) != nil {
			_ = server.Close()
		}
		return err
	})
	err := group.Wait()
	if s := a.store.Load(); s != nil {
		err = errors.Join(err, s.Close())
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// openStore connects to Redis and looks whether it is safe. While Redis is away
// it tries again and says so; a server that can never serve is an error.
func (a *app) openStore(ctx context.Context, c store.Config) (*store.Store, error) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		s, err := store.Open(ctx, c)
		if err == nil {
			var warnings []store.Warning
			if warnings, err = s.Check(ctx); err == nil {
				if c.Demo {
					warnings = nil // the demo says on the screen where it keeps its data
				}
				for _, w := range warnings {
					a.log.Warn("redis is not set up safely", "setting", w.Setting, "found", w.Found, "want", w.Want, "why", w.Why)
				}
				a.store.Store(s)
				return s, nil
			}
			_ = s.Close()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !errors.Is(err, store.ErrUnavailable) {
			return nil, fmt.Errorf("redis cannot be used: %w", err)
		}
		a.log.Warn("redis does not answer; trying again", "in", wait, "error", err)
		if err := pauseFor(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// runBot runs the bot until ctx ends.
func (a *app) runBot(ctx context.Context, c bot.Config) error {
	c.Logger, c.Registry = a.log, a.registry
	b, err := bot.New(c)
	if err != nil {
		return err
	}
	a.bot.Store(b)
	go a.announce(ctx, b, c.WebhookURL != "")
	return b.Run(ctx)
}

// announce tells the operator once that people can write.
func (a *app) announce(ctx context.Context, b *bot.Bot, webhook bool) {
	if a.waitReady(ctx, b) != nil {
		return
	}
	by := "polling"
	if webhook {
		by = "webhook"
	}
	a.log.Info("ready: people can write", "bot", "@"+b.Username(), "updates by", by)
}

func (a *app) waitReady(ctx context.Context, b *bot.Bot) error {
	for !b.Ready() {
		if err := pauseFor(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
