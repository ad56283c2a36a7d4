package outreach

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// verdict is how one reply, or a whole parcel, ended.
type verdict uint8

const (
	accepted  verdict = iota
	refused           // will never be accepted
	blocked           // this person cannot be written to
	left              // not now: the outbox keeps it
	unsure            // it may have arrived, and must not be sent again
	cancelled         // its outreach was cancelled
	unwanted          // the person stopped the topic meanwhile
	gone              // another process's by now, or nobody's
)

// controlWait is how soon it is looked again whether what was paused may go.
const controlWait = 250 * time.Millisecond

// deliver sends the replies of a parcel one after another, beside them what only
// changes older messages, and tells the store how it ended. It returns when that
// is known and noted.
func (s *Sender) deliver(d *Delivery) {
	ctx, p := context.Background(), &d.parcel
	asked, question := p.Asked, 0 // what the store is told of the newest question
	delivered, reason := 0, ReasonOther
	p.part = p.Sent > 0 && len(p.Outreaches) > 0
	var said []int // messages that came into the chat
	if p.Heard != 0 {
		said = append(said, p.Heard)
	}
	b := s.beside(ctx, d)
	defer b.wait()
	for i := p.Sent; i < len(p.Replies); i++ {
		r := &p.Replies[i]
		if b.has(r) {
			continue
		}
		if d.lost.Load() {
			return
		}
		start, receipt, v, why := s.reply(ctx, p, r)
		switch v {
		case blocked:
			s.giveUp(ctx, p, ReasonBlocked)
			return
		case left:
			b.wait()
			s.release(ctx, p)
			return
		case refused:
			reason = why
			continue
		case unsure, cancelled, unwanted, gone:
			b.wait()
			s.end(ctx, p, v)
			return
		}
		delivered++
		p.part = len(p.Outreaches) > 0
		if receipt.Message != 0 && receipt.Message != r.Edit {
			said = append(said, receipt.Message)
		}
		if d.message == 0 && receipt.Message != r.Edit {
			d.message = receipt.Message
		}
		// A changed message asks nothing that was not on the screen before.
		if r.Question != 0 && receipt.Message != r.Edit {
			asked, question = start, receipt.Message
		}
		if asked.IsZero() {
			asked = start
		}
		// Changing or deleting a message twice does no harm, so only a new one is
		// worth a word to the store before the parcel is done. The last of them is
		// told with all the rest: until then its id is known to nobody else.
		if i+1 < b.from && r.Edit == 0 {
			s.note(func() error { return s.cfg.Store.Progress(ctx, p.Ref, i+1) })
		}
	}
	b.wait()
	switch {
	case d.lost.Load():
		return
	case b.left:
		s.release(ctx, p)
		return
	case b.refused != "":
		reason = b.refused
	}
	if p.Sent+delivered+b.delivered == 0 {
		s.giveUp(ctx, p, reason)
		return
	}
	if asked.IsZero() {
		asked = s.cfg.Now()
	}
	s.note(func() error { return s.cfg.Store.Delivered(ctx, p.Ref, asked, question, said...) })
}

// reply brings one reply to its end, through as many attempts as it takes.
// start is when the attempt that was accepted began.
func (s *Sender) reply(ctx context.Context, p *Parcel, r *flows.Reply) (start time.Time, receipt Receipt, v verdict, why Reason) {
	m, v, why := s.render(ctx, p, r)
	if v != accepted {
		return start, receipt, v, why
	}
	m.Paid = p.Lane == Unasked && s.cfg.Outreach > FreeRate && m.Edit == 0
	since, pause := p.Since, s.cfg.Pause
	if len(p.Outreaches) > 0 {
		since = time.Time{} // a pause of its outreach is nobody's fault
	}
	for {
		if !since.IsZero() && s.cfg.Now().Sub(since) > s.cfg.Expiry {
			return start, receipt, refused, ReasonExpired
		}
		lane, v := s.patience(ctx, p, m.Edit == 0)
		if v != accepted {
			return start, receipt, v, ""
		}
		start = s.cfg.Now()
		if since.IsZero() {
			since = start
		}
		var err error
		if receipt, err = s.attempt(ctx, p.Chat, m); err == nil {
			s.places.leave(lane)
			s.metrics.attempts.WithLabelValues(Sent.String()).Inc()
			return start, receipt, accepted, ""
		}
		s.places.leave(lane)
		f := failure(err)
		s.metrics.attempts.WithLabelValues(f.Outcome.String()).Inc()
		switch f.Outcome {
		case Blocked:
			if m.Edit != 0 {
				return start, receipt, accepted, "" // nothing to change where nobody reads
			}
			return start, receipt, blocked, ""
		case Rejected:
			switch afterRejection(&m, r, f.Reason) {
			case isDone:
				return start, Receipt{Message: m.Edit}, accepted, ""
			case isRefused:
				return start, receipt, refused, f.Reason
			}
			continue
		case Throttled:
			s.throttled(ctx, p, f.RetryAfter)
			s.notSent(ctx, p)
			continue
		case Uncertain:
			if p.once() {
				return start, receipt, unsure, ""
			}
		default:
			s.notSent(ctx, p)
		}
		if !s.wait(s.cfg.Now().Add(pause/2 + rand.N(pause/2+1))) {
			return start, receipt, left, ""
		}
		pause = min(2*pause, time.Minute)
	}
}

// attempt makes one call with its own deadline, which neither a shutdown nor
// the turn that owed the reply cuts short.
func (s *Sender) attempt(ctx context.Context, chat int64, m Outgoing) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Deadline)
	defer cancel()
	began := time.Now()
	receipt, err := s.cfg.Transport.Send(ctx, chat, m)
	s.metrics.seconds.Observe(time.Since(began).Seconds())
	return receipt, err
}

// patience waits until one attempt may be made: for its outreach, for the silence
// Telegram asked for and, with paced, for the chat's pace and, unless somebody
// just wrote, for everybody's. With accepted a place in the lane returned is taken.
// Changing a message takes no part in the pace: Telegram's limit is on new ones.
func (s *Sender) patience(ctx context.Context, p *Parcel, paced bool) (Lane, verdict) {
	s.known.Do(func() { s.followHold(ctx) })
	var when time.Time
	if paced {
		when = s.chats.reserve(p.Chat, s.cfg.Now())
	}
	for late := false; ; {
		late = late || s.silent().After(s.cfg.Now())
		when = later(when, later(s.silent(), s.chats.silentUntil(p.Chat)))
		if !s.wait(when) {
			return p.Lane, left
		}
		if v := s.permission(p); v != accepted {
			return p.Lane, v
		}
		lane, entered := p.Lane, false
		switch {
		case paced && p.Lane == Unasked:
			entered = s.pacer.wait(s.stopping, p.rank())
		case paced && late:
			lane = Unasked
			entered = s.pacer.wait(s.stopping, afterSilence)
		default:
			entered = s.places.enter(s.stopping, lane)
		}
		if !entered {
			return lane, left
		}
		// Others may have been told to be silent while this one waited, and staff
		// may have thought better of it.
		now, v := s.cfg.Now(), left
		if !s.silent().After(now) && !s.chats.silentUntil(p.Chat).After(now) && s.control(p) == Go {
			if v = s.begin(ctx, p); v == accepted && s.control(p) != Go {
				s.notSent(ctx, p) // Redis took its time, and staff spoke meanwhile
				v = left
			}
			if v == accepted {
				if lane == Replies && paced {
					s.pacer.debit()
				}
				return lane, accepted
			}
		}
		s.places.leave(lane)
		if v != left {
			return lane, v
		}
	}
}

func (s *Sender) control(p *Parcel) Control {
	if len(p.Outreaches) == 0 || p.part {
		return Go
	}
	return s.cfg.Control(p.Outreaches)
}

// permission waits while the outreach of a parcel is paused.
func (s *Sender) permission(p *Parcel) verdict {
	for {
		switch s.control(p) {
		case Go:
			return accepted
		case Drop:
			return cancelled
		}
		if !s.wait(s.cfg.Now().Add(controlWait)) {
			return left
		}
	}
}

// throttled obeys a 429: the chat is silent for that long, or everybody in all
// replicas when it concerns the whole bot. It does when an unasked message was
// refused in a chat that was left alone lately: there is no other limit.
func (s *Sender) throttled(ctx context.Context, p *Parcel, retryAfter time.Duration) {
	now := s.cfg.Now()
	until := now.Add(max(retryAfter, time.Second))
	outreach := p.Lane == Unasked && !s.chats.busy(p.Chat, now)
	s.chats.silence(p.Chat, until)
	if !s.floods.global(p.Chat, now, retryAfter) && !outreach {
		return
	}
	s.metrics.holds.Inc()
	known := s.silent().After(now) // what was under way when it began is refused too
	s.raiseHold(until)
	if !known {
		s.cfg.Logger.Warn("telegram asks for silence", "seconds", int(retryAfter/time.Second))
	}
	if err := s.cfg.Store.HoldAll(ctx, now, until); err != nil {
		s.cfg.Logger.Warn("the silence is not shared with other replicas", "error", err)
	}
}

// silent is until when Telegram wants nothing from the whole bot.
func (s *Sender) silent() time.Time { return time.UnixMilli(s.hold.Load()) }

func (s *Sender) raiseHold(until time.Time) {
	for ms := until.UnixMilli(); ; {
		old := s.hold.Load()
		if old >= ms || s.hold.CompareAndSwap(old, ms) {
			return
		}
	}
}

// giveUp notes that a parcel will never arrive.
func (s *Sender) giveUp(ctx context.Context, p *Parcel, reason Reason) {
	s.metrics.given.WithLabelValues(string(reason)).Inc()
	s.note(func() error { return s.cfg.Store.Undeliverable(ctx, p.Ref, s.cfg.Now(), string(reason)) })
}

// release leaves the parcel to the outbox and lets anybody claim it now.
func (s *Sender) release(ctx context.Context, p *Parcel) {
	if err := s.cfg.Store.Postpone(ctx, p.Ref, s.cfg.Now()); err != nil && !errors.Is(err, store.ErrNotFound) {
		s.cfg.Logger.Warn("a reply stays leased until its time is over", "error", err)
	}
}

// note tells the store what became of a parcel, and logs when it does not take
// it.
func (s *Sender) note(tell func() error) {
	if err := s.insist(tell); err != nil && !errors.Is(err, store.ErrNotFound) {
		s.cfg.Logger.Error("the store does not take a delivery", "error", err)
	}
}

// insist repeats something until the store is there to do it: forgetting that
// a reply was accepted would send it twice. Stopping ends it; then the lease
// does the rest.
func (s *Sender) insist(do func() error) error {
	for pause := s.cfg.Pause; ; pause = min(2*pause, 5*time.Second) {
		err := do()
		if !errors.Is(err, store.ErrUnavailable) || !s.wait(s.cfg.Now().Add(pause)) {
			return err
		}
	}
}
