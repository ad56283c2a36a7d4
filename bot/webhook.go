package bot

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxBody bounds an update received by webhook; Telegram keeps its own under
// 512 KiB.
const maxBody = 1 << 20

// secretHeader carries the secret given to setWebhook.
const secretHeader = "X-Telegram-Bot-Api-Secret-Token"

// Webhook receives updates. It answers 200 only when the turn is committed:
// with anything else Telegram sends the update again. A wrong secret gets 401
// and is only counted; the store being away gets 503.
func (b *Bot) Webhook() http.Handler { return http.HandlerFunc(b.webhook) }

func (b *Bot) webhook(w http.ResponseWriter, r *http.Request) {
	received := b.cfg.Now()
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if !b.knowsSecret(r.Header.Get(secretHeader)) {
		b.metrics.wrongSecret.Inc()
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		status := http.StatusBadRequest
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			status = http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		return
	}
	// The turn is not the request's: a connection that breaks must not stop a
	// commit half-way through its retries.
	done := b.take(context.WithoutCancel(r.Context()), raw, received, false)
	timeout := time.NewTimer(b.cfg.Timing.Webhook)
	defer timeout.Stop()
	select {
	case err = <-done:
	case <-timeout.C:
		err = errBusy
	}
	if err != nil {
		// Telegram doubles its pause up to two minutes unless told otherwise;
		// people should be answered as soon as the store is back.
		w.Header().Set("Retry-After", "2")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// knowsSecret compares in constant time, whatever the lengths.
func (b *Bot) knowsSecret(got string) bool {
	a, c := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(b.cfg.Secret))
	return b.cfg.Secret != "" && subtle.ConstantTimeCompare(a[:], c[:]) == 1
}
