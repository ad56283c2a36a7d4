package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	tg "github.com/go-telegram/bot"
)

// wanted are the kinds of update that the bot asks for.
var wanted = []string{"message", "edited_message", "callback_query", "my_chat_member"}

// batchLimit is how many updates are asked for at once, and how far below the
// stored offset a redelivery can reach.
const batchLimit = 100

// regroup is how long a batch may hold up the next one. A chat that is slow
// must not keep the others waiting; asking again for the same updates in less
// than half a second makes Telegram answer with one only.
const regroup = 700 * time.Millisecond

// poll takes updates by getUpdates, for as long as this process holds the
// lease. The offset never passes an update whose turn is not committed.
func (b *Bot) poll(ctx context.Context) error {
	if err := b.forgetWebhook(ctx); err != nil {
		return err
	}
	confirmed, err := b.storedOffset(ctx)
	if err != nil {
		return err
	}
	w := newWindow(confirmed)
	saved := confirmed
	for pause := newPause(); ; {
		raws, err := b.getUpdates(ctx, w.offset())
		if err != nil {
			if err := b.pollFailed(ctx, err, pause); err != nil {
				return err
			}
			continue
		}
		pause.reset()
		received := b.cfg.Now()
		for _, raw := range raws {
			id := w.identify(raw)
			if !w.begin(id) {
				continue
			}
			done := b.take(ctx, raw, received, true)
			go func() {
				if <-done != nil {
					w.drop(id)
					return
				}
				w.finish(id)
			}()
		}
		w.heard(len(raws))
		if err := w.settle(ctx, regroup); err != nil {
			return err
		}
		if next := w.offset(); next != saved && next != 0 {
			// Only a hint that saves work after a crash: every turn knows its own
			// updates. So a failure is not worth stopping for.
			if b.cfg.Store.SetOffset(ctx, b.id.Load(), next) == nil {
				saved = next
			}
		}
	}
}

// getUpdates long-polls. Each update stays undecoded, so that one that cannot
// be read costs only itself.
func (b *Bot) getUpdates(ctx context.Context, offset int64) ([]json.RawMessage, error) {
	wait := b.cfg.Timing.Poll
	ctx, cancel := context.WithTimeout(ctx, wait+15*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]any{
		"offset": offset, "limit": batchLimit, "timeout": int(wait / time.Second), "allowed_updates": wanted,
	})
	if err != nil {
		return nil, fmt.Errorf("encode getUpdates: %w", err)
	}
	var raws []json.RawMessage
	err = b.api.do(ctx, "getUpdates", "application/json", body, maxUpdates, &raws)
	return raws, err
}

// pollFailed waits out a failure, or returns an error that ends polling.
func (b *Bot) pollFailed(ctx context.Context, err error, pause *pause) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if refusesToken(err) {
		return fmt.Errorf("the Bot API refuses the token: check ARRAIGO_TELEGRAM_TOKEN: %w", err)
	}
	wait := pause.next()
	e, ok := errors.AsType[*apiError](err)
	switch {
	case ok && e.retryAfter > 0:
		wait = e.retryAfter
	case ok && e.code == http.StatusConflict && e.says("webhook"):
		b.log.Warn("somebody set a webhook; taking it away to poll")
		if err := b.forgetWebhook(ctx); err != nil {
			return err
		}
	case ok && e.code == http.StatusConflict:
		b.log.Warn("another program polls with the same token")
		wait = max(wait, 5*time.Second)
	default:
		b.log.Warn("polling failed", "error", err)
	}
	return sleep(ctx, wait)
}

// forgetWebhook makes getUpdates possible without dropping what is waiting.
func (b *Bot) forgetWebhook(ctx context.Context) error {
	return b.persist(ctx, "deleteWebhook", &tg.DeleteWebhookParams{}, nil)
}

// setWebhook tells Telegram where to deliver.
func (b *Bot) setWebhook(ctx context.Context) error {
	return b.persist(ctx, "setWebhook", &tg.SetWebhookParams{
		URL:            b.cfg.WebhookURL,
		SecretToken:    b.cfg.Secret,
		MaxConnections: b.cfg.WebhookConnections,
		AllowedUpdates: wanted,
	}, nil)
}

// storedOffset waits for the store to tell where polling stood.
func (b *Bot) storedOffset(ctx context.Context) (int64, error) {
	for pause := newPause(); ; {
		offset, err := b.cfg.Store.Offset(ctx, b.id.Load())
		if err == nil {
			return offset, nil
		}
		if err := sleep(ctx, pause.next()); err != nil {
			return 0, err
		}
	}
}
