package outreach

import (
	"context"
	"errors"

	"arraigo/store"
)

// What belongs to an outreach is noted in the ledger before the first attempt, and
// a last look is taken there at what the person wants by now. Whoever finds that
// note and did not write it knows that another process died there: the message may
// have arrived. What must not come twice is then not sent again.

// begin notes that a parcel is being tried. It leaves the parcel waiting while
// Redis is away, because nobody could know of the attempt.
func (s *Sender) begin(ctx context.Context, p *Parcel) verdict {
	if len(p.Outreaches) == 0 || p.begun {
		return accepted
	}
	terms, err := s.cfg.Terms(ctx, p.Outreaches)
	result := store.BeginLost
	if err == nil {
		terms.Again = p.Again
		result, err = s.cfg.Store.Begin(ctx, p.Ref, terms, s.cfg.Now())
	}
	if err != nil {
		if !errors.Is(err, store.ErrUnavailable) {
			s.cfg.Logger.Error("a message of an outreach cannot be begun", "error", err)
		}
		s.wait(s.cfg.Now().Add(s.cfg.Pause))
		return left
	}
	switch result {
	case store.BeginTried:
		return unsure
	case store.BeginOptedOut:
		return unwanted
	case store.BeginBlocked:
		return blocked
	case store.BeginLost:
		return gone
	}
	p.begun = true
	return accepted
}

// notSent takes that note back while nothing of a parcel arrived: what waits for
// the next attempt, perhaps for long, is not uncertain if this process dies.
func (s *Sender) notSent(ctx context.Context, p *Parcel) {
	if p.begun && !p.part && s.cfg.Store.NotSent(ctx, p.Ref, s.cfg.Now()) == nil {
		p.begun = false
	}
}

// givenUnsure labels parcels that may have arrived and are not sent again.
const givenUnsure = "uncertain"

// end notes that a parcel of an outreach is not sent, or not again.
func (s *Sender) end(ctx context.Context, p *Parcel, v verdict) {
	switch v {
	case unsure:
		s.metrics.given.WithLabelValues(givenUnsure).Inc()
		s.note(func() error { return s.cfg.Store.Uncertain(ctx, p.Ref, s.cfg.Now()) })
	case cancelled:
		s.note(func() error { return s.cfg.Store.Withhold(ctx, p.Ref, s.cfg.Now(), store.GateCancelled) })
	case unwanted:
		s.note(func() error { return s.cfg.Store.Withhold(ctx, p.Ref, s.cfg.Now(), store.GateOptedOut) })
	}
}
