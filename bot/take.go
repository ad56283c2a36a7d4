package bot

import (
	"context"
	"errors"
	"time"

	tg "github.com/go-telegram/bot"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// take handles one update as it came over the wire. The channel gets nil when
// the update may be acknowledged, and an error when it must come again. With
// persist it is tried until it can be acknowledged or ctx ends: polling has
// nobody who would send it again in its order.
func (b *Bot) take(ctx context.Context, raw []byte, received time.Time, persist bool) <-chan error {
	done := make(chan error, 1)
	u, err := decodeUpdate(raw)
	if err != nil {
		go func() { done <- b.strange(ctx, u.ID, err, persist) }()
		return done
	}
	a := readUpdate(u, b.Username(), received)
	if _, ok := b.team.of(a.chat); ok && a.route == toTurn {
		a.raw = raw
	}
	switch {
	case a.group != nil && b.staff.attends(a.chat):
		a.route = toStaff
	case a.route == toTurn && b.forGuard(&a):
		a.route = toGuard
	}
	b.metrics.updates.WithLabelValues(string(a.route)).Inc()
	switch a.route {
	case toGuard:
		b.tasks.run(func() { b.guard(&a) })
		done <- nil
		return done
	case toTurn, toBlocked, toStaff:
		err = b.enqueue(ctx, &a, persist, done)
	case toGroup:
		if b.nameGroup(&a) {
			done <- nil
			return done
		}
		b.tasks.run(func() { b.pointToPrivate(ctx, &a) })
		done <- nil
		return done
	case toTap:
		b.tasks.run(func() { b.answerTap(a.query, nil, nil) })
		done <- nil
		return done
	default:
		done <- nil
		return done
	}
	if err != nil {
		done <- err
	}
	return done
}

// enqueue puts the arrival into its chat's lane.
func (b *Bot) enqueue(ctx context.Context, a *arrival, persist bool, done chan<- error) error {
	var owed waiting
	return b.lanes.submit(a.chat, job{
		run: func(patient bool) {
			var err error
			a.patient = patient
			owed, err = b.handle(ctx, a, persist)
			done <- err
		},
		settle: func(patient bool) bool { return b.settle(a, owed, patient) },
	})
}

// waiting is what the chat's next update waits for.
type waiting struct{ delivery *outreach.Delivery }

// settle waits until the replies are delivered, but not longer than a while, or
// not at all: the next input is judged against what the person could have seen.
// Nobody waits for what was not asked for.
func (b *Bot) settle(a *arrival, owed waiting, patient bool) bool {
	if owed.delivery == nil || a.unasked() {
		return patient
	}
	if !b.arrives(owed.delivery, patient) {
		return false
	}
	if a.input.Kind == flows.InputText || a.input.Kind == flows.InputCommand {
		b.order.sent(a.input.Message, owed.delivery.Message())
	}
	return true
}

func (b *Bot) arrives(d *outreach.Delivery, patient bool) bool {
	if !patient {
		select {
		case <-d.Done():
			return true
		default:
			return false
		}
	}
	timer := time.NewTimer(b.cfg.Timing.Settle)
	defer timer.Stop()
	select {
	case <-d.Done():
		return true
	case <-timer.C:
		return false
	}
}

// unheard is how many replies of one chat may wait before what comes from there
// is not heard any more. Nobody writes that much without an answer; a flood
// must neither fill the memory nor be answered for hours.
const unheard = 40

// handle brings an arrival to its end. Only the store being away is a reason to
// see it again; with persist that is waited out here, in the chat's lane, so
// that nothing overtakes it.
func (b *Bot) handle(ctx context.Context, a *arrival, persist bool) (waiting, error) {
	for pause := newPause(); ; {
		owed, err := b.attempt(ctx, a)
		if err == nil || !persist || ctx.Err() != nil {
			return owed, err
		}
		if err := sleep(ctx, pause.next()); err != nil {
			return owed, err
		}
	}
}

// attempt is one attempt under its own deadline. A shutdown lets it come to its
// end: a commit cut off in the middle would only be done again.
func (b *Bot) attempt(ctx context.Context, a *arrival) (waiting, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), b.cfg.Timing.Turn)
	defer cancel()
	if a.route == toStaff {
		return waiting{}, b.staffMessage(ctx, a)
	}
	if a.route == toBlocked {
		return waiting{}, b.noteBlocked(ctx, a.chat)
	}
	if a.raw != nil {
		if taken, err := b.desk(ctx, a); taken {
			return waiting{}, err
		}
	}
	if b.sender.Queued(a.chat) >= unheard {
		b.metrics.floods.Inc()
		b.tasks.run(func() { b.answerTap(a.query, nil, nil) })
		return waiting{}, nil
	}
	if taken, err := b.member(ctx, a); taken {
		return waiting{}, err
	}
	return b.turn(ctx, a)
}

// noteBlocked notes that a person blocked the bot. Nobody is told anything.
func (b *Bot) noteBlocked(ctx context.Context, chat int64) error {
	r, err := b.cfg.Store.Load(ctx, chat)
	if err == nil && r.Revision != 0 {
		err = b.cfg.Store.SetBlocked(ctx, r.ID, true)
	}
	if err != nil && !again(err) {
		b.log.Error("a block could not be noted", "error", err)
		return nil
	}
	return err
}

// strange records an update that cannot be decoded, without its content.
func (b *Bot) strange(ctx context.Context, id int64, cause error, persist bool) error {
	b.metrics.unreadable.Inc()
	b.log.Warn("an update cannot be read", "update", id, "error", cause)
	for pause := newPause(); ; {
		_, err := b.cfg.Store.Unreadable(ctx, id, b.cfg.Now())
		if err == nil || !again(err) {
			return nil
		}
		if !persist {
			return err
		}
		if err := sleep(ctx, pause.next()); err != nil {
			return err
		}
	}
}

// again reports whether an error may pass by itself.
func again(err error) bool {
	return errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrConflict) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// maxToast is Telegram's limit for the answer to a tap, in code points.
const maxToast = 200

// answerTap stops the waiting on a button, with a word if there is one. Its
// failure is only counted: after a while Telegram forgets the tap.
func (b *Bot) answerTap(query string, s *flows.Session, toast *flows.Toast) {
	if query == "" {
		return
	}
	p := tg.AnswerCallbackQueryParams{CallbackQueryID: query}
	if toast != nil && toast.Text != nil {
		p.Text, p.ShowAlert = cut(flows.Words(b.cfg.Set(), s, *toast.Text), maxToast), toast.Alert
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	outcome := "done"
	if err := b.api.call(ctx, "answerCallbackQuery", &p, nil); err != nil && !accepted(err) {
		outcome = "failed"
		if e, ok := errors.AsType[*apiError](err); ok && e.says("query is too old", "query_id_invalid") {
			outcome = "late"
		}
	}
	b.metrics.answers.WithLabelValues(outcome).Inc()
}
