package outreach

import (
	"context"
	"errors"
	"sync"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// claimAtOnce bounds one look into the outbox.
const claimAtOnce = 200

// followEvery is how often replicas tell each other of silence and of replies.
const followEvery = 250 * time.Millisecond

// Run looks after what is not on its straight way, until ctx ends: it takes up
// replies whose process left them (at the start those of this instance's
// earlier life, at once), keeps our own leases alive, follows the silence that
// other replicas were told to keep, and tells them of our replies, which slow
// outreach down. It must run in every replica.
func (s *Sender) Run(ctx context.Context) error {
	own := true
	recovery := time.NewTicker(s.cfg.Recover)
	defer recovery.Stop()
	renewal := time.NewTicker(s.cfg.Lease / 4)
	defer renewal.Stop()
	shared := time.NewTicker(followEvery)
	defer shared.Stop()
	s.known.Do(func() { s.followHold(ctx) })
	for {
		if own {
			own = s.takeUp(ctx, s.cfg.Store.ClaimOwn)
		}
		s.takeUp(ctx, s.cfg.Store.Claim)
	waiting:
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-renewal.C:
				s.renewLeases(ctx)
			case <-shared.C:
				s.followHold(ctx)
				s.pacer.settle(ctx)
			case <-recovery.C:
				break waiting
			case <-s.kick:
				break waiting
			}
		}
	}
}

// Kick makes Run look into the outbox now: somebody waits for a reply that
// another process may have left.
func (s *Sender) Kick() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// takeUp claims replies and hands them over, in their order. It reports whether
// there may be more to claim in the same way.
func (s *Sender) takeUp(ctx context.Context, claim func(context.Context, time.Time, int) ([]store.Owed, error)) (again bool) {
	limit := min(claimAtOnce, s.cfg.Backlog-s.Waiting())
	if limit <= 0 {
		return true
	}
	owed, err := claim(ctx, s.cfg.Now(), limit)
	if err != nil && ctx.Err() == nil {
		s.cfg.Logger.Warn("looking for abandoned replies", "error", err)
	}
	for _, o := range owed {
		s.resume(ctx, o)
	}
	return errors.Is(err, store.ErrUnavailable) || len(owed) == limit
}

// resume hands over what another process, or an earlier life of this one, left.
func (s *Sender) resume(ctx context.Context, o store.Owed) {
	s.metrics.recovered.Inc()
	p := Parcel{
		Ref:        o.Ref,
		Chat:       o.ChatID,
		Session:    s.wording(ctx, o),
		Replies:    o.Replies,
		Sent:       min(o.Sent, len(o.Replies)),
		Since:      o.Since,
		Outreaches: o.Outreaches,
		Again:      o.Again,
	}
	if len(p.Outreaches) > 0 {
		p.Lane = Unasked
	}
	s.Hand(p)
}

// wording is what of a session shapes its texts. A farewell has no record any
// more: its language travelled with it.
func (s *Sender) wording(ctx context.Context, o store.Owed) flows.Session {
	if !o.Ref.Farewell() {
		if r, err := s.cfg.Store.LoadID(ctx, o.Ref.Contact); err == nil {
			return r.Session
		}
	}
	return flows.Session{Language: o.Language}
}

// renewLeases keeps other processes from claiming what waits here. What was
// claimed all the same is no longer ours to send.
func (s *Sender) renewLeases(ctx context.Context) {
	now := s.cfg.Now()
	var due []*Delivery
	s.mu.Lock()
	for _, queue := range s.queues {
		for _, d := range queue {
			if !now.Before(d.renew) {
				d.renew = now.Add(s.cfg.Lease / 2)
				due = append(due, d)
			}
		}
	}
	s.mu.Unlock()
	var group sync.WaitGroup
	next := make(chan *Delivery)
	for range min(8, len(due)) {
		group.Go(func() {
			for d := range next {
				held, err := s.cfg.Store.Extend(ctx, d.parcel.Ref, now)
				if err == nil && !held {
					d.lost.Store(true)
				}
			}
		})
	}
	for _, d := range due {
		next <- d
	}
	close(next)
	group.Wait()
}

// followHold obeys a silence that another replica, or an earlier life of this
// one, was told to keep.
func (s *Sender) followHold(ctx context.Context) {
	until, err := s.cfg.Store.Held(ctx)
	if err == nil && !until.IsZero() {
		s.raiseHold(until)
	}
}
