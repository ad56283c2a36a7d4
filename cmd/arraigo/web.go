package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	staffpages "arraigo/console"
)

// webhookPath is where the bot takes updates.
const webhookPath = "/telegram"

// handler serves what operators, load balancers and Telegram ask for. The
// webhook also answers under the path of its public address, so that a reverse
// proxy need not rewrite anything. staff are the pages of the team. Everything
// else goes to rest; nil: the pages of the team, or 404.
func (a *app) handler(webhookURL string, staff, rest http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "alive") })
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{Registry: a.registry}))
	mux.HandleFunc(webhookPath, a.webhook)
	if u, err := url.Parse(webhookURL); err == nil && freePath(u.Path) {
		mux.HandleFunc(u.Path, a.webhook)
	}
	mux.Handle(staffpages.Root, staff)
	if rest != nil {
		mux.Handle("/", rest)
	} else {
		mux.Handle("GET /{$}", http.RedirectHandler(staffpages.Root, http.StatusFound))
	}
	return mux
}

// freePath reports whether a path of the operator's is a plain one of its own:
// a pattern for the mux must not be made of braces or spaces.
func freePath(path string) bool {
	switch path {
	case "", "/", webhookPath, "/healthz", "/readyz", "/metrics":
		return false
	}
	return strings.HasPrefix(path, "/") && !strings.ContainsAny(path, "{} ")
}

// readyz answers 200 only when an update that came now would be handled.
func (a *app) readyz(w http.ResponseWriter, r *http.Request) {
	s, b := a.store.Load(), a.bot.Load()
	if s == nil || b == nil {
		say(w, http.StatusServiceUnavailable, "not ready: waiting for Redis")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if s.Ping(ctx) != nil {
		say(w, http.StatusServiceUnavailable, "not ready: Redis does not answer")
		return
	}
	if !b.Ready() {
		say(w, http.StatusServiceUnavailable, "not ready: waiting for the Bot API")
		return
	}
	say(w, http.StatusOK, "ready")
}

// webhook tells Telegram to come back while there is no bot to take updates.
func (a *app) webhook(w http.ResponseWriter, r *http.Request) {
	b := a.bot.Load()
	if b == nil {
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	b.Webhook().ServeHTTP(w, r)
}

func say(w http.ResponseWriter, status int, words string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	fmt.Fprintln(w, words)
}

// withWebhookPath completes the address that Telegram delivers to.
func withWebhookPath(raw string) string {
	u, err := url.Parse(raw)
	if raw == "" || err != nil || u.Path != "" && u.Path != "/" {
		return raw
	}
	u.Path = webhookPath
	return u.String()
}
