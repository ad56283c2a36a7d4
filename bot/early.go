package bot

import (
	"context"
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// A text answers the open question only if the person could have seen that
// question. Who types while a tap of theirs is still being answered means the
// question before. Taps name their question and need none of this.

// Bounds of the comparisons: beyond them clocks or ids are not what they seem.
const (
	clockBound    = 10 * time.Minute // replicas compare their own clocks
	telegramBound = 24 * time.Hour   // Telegram keeps an update no longer
)

// early reports whether the text was sent before the open question could have
// been seen.
func (b *Bot) early(a *arrival, r *store.Record) bool {
	d := r.Delivery
	if s := r.Session.Shown; s != nil {
		d = store.Delivery{At: time.UnixMilli(s.At), Message: s.Message}
	}
	if d.Pending {
		return true
	}
	// Delivery.At is when sending the question began: what reached us before
	// cannot be an answer to it.
	if ahead := d.At.Sub(a.received); ahead > 0 && ahead < clockBound {
		return true
	}
	// Telegram numbers the messages of both sides from one counter. Other
	// servers may not, so its dates must agree, or what was seen of its numbers.
	if d.Message == 0 || a.input.Message == 0 || a.input.Message >= d.Message {
		return false
	}
	behind := time.Duration(d.At.Unix()-a.date) * time.Second
	if behind > telegramBound || behind < -telegramBound {
		return false
	}
	return behind > 0 || b.order.shared()
}

// shown remembers when the open question could first be seen, while it stays
// open. Counting from each time that it is put again, who types quickly would
// be too early for ever.
func shown(r *store.Record, next *flows.Session) *flows.Shown {
	switch {
	case !r.Session.Asking || !next.Asking || r.Session.Question != next.Question:
		return nil
	case r.Session.Shown != nil:
		return r.Session.Shown
	case r.Delivery.Pending || r.Delivery.Message == 0:
		return nil
	}
	return &flows.Shown{At: r.Delivery.At.UnixMilli(), Message: r.Delivery.Message}
}

// awaitPending gives replies that are on their way from another replica, or
// were left by one, a moment to arrive, before a text is judged against them.
func (b *Bot) awaitPending(ctx context.Context, a *arrival, r *store.Record) (*store.Record, error) {
	if a.input.Kind != flows.InputText || !r.Delivery.Pending || !r.Session.Asking || r.Session.Shown != nil || !a.patient {
		return r, nil
	}
	b.sender.Kick() // replies whose sender is gone are taken up at once
	deadline := time.Now().Add(b.cfg.Timing.Pending)
	for step := 5 * time.Millisecond; r.Delivery.Pending && time.Now().Before(deadline); step = min(2*step, 100*time.Millisecond) {
		if err := sleep(ctx, step); err != nil {
			return nil, err
		}
		var err error
		if r, err = b.cfg.Store.Load(ctx, a.chat); err != nil {
			return nil, err
		}
		if r.Has(a.update) {
			return nil, store.ErrDuplicate
		}
	}
	return r, nil
}

// idOrder learns whether the server numbers what people and bot write from one
// counter per chat, as Telegram does. Then a smaller number proves an earlier
// message even within one second.
type idOrder struct {
	agreed   atomic.Bool
	violated atomic.Bool
}

// agrees notes a message of a person with a higher number than an earlier one
// of the bot.
func (o *idOrder) agrees() { o.agreed.Store(true) }

// nearby is how far apart two neighbours of one busy counter may be.
const nearby = 50

// sent notes which number the bot's message got when it answered a person's.
func (o *idOrder) sent(prompt, message int) {
	switch {
	case prompt == 0 || message == 0:
	case message <= prompt:
		o.violated.Store(true)
	case message-prompt <= nearby:
		o.agreed.Store(true)
	}
}

func (o *idOrder) shared() bool { return o.agreed.Load() && !o.violated.Load() }
