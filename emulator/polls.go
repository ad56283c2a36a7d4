package emulator

import (
	"encoding/json"
	"time"
)

const longestPoll = 50

// pollState is the one getUpdates request that waits, and what is remembered
// of the last one.
type pollState struct {
	waiting      *poll
	offset       int64
	started      time.Time
	nextConflict time.Time
}

type poll struct {
	woken chan struct{}
	ended chan *apiError
}

// wake tells the waiting request that there is an update.
func (p *pollState) wake() {
	if p.waiting == nil {
		return
	}
	select {
	case p.waiting.woken <- struct{}{}:
	default:
	}
}

// end answers the waiting request with an error.
func (p *pollState) end(with *apiError) {
	if p.waiting != nil {
		p.waiting.ended <- with
		p.waiting = nil
	}
}

// getUpdates long-polls only when there is nothing to give; a request that
// must wait ends the one that waits already.
func (c *call) getUpdates() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	if s.hook != nil {
		hold := s.holdConflict()
		s.mu.Unlock()
		s.sleep(c.ctx, hold)
		return nil, conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
	}
	offset := leadingInt(c.p.str("offset"))
	limit := c.p.int("limit", 100, 1, 100)
	timeout := c.p.int("timeout", 0, 0, longestPoll)
	s.updates.setAllowed(c.p.str("allowed_updates"))
	now := s.now()
	// Clients that ask the same again and again are slowed down.
	if offset == s.polls.offset && !s.polls.started.IsZero() {
		since := now.Sub(s.polls.started)
		if timeout < 3 && since < 3*time.Second {
			timeout = 3
		}
		if since < 500*time.Millisecond {
			limit = 1
		}
	}
	s.polls.offset, s.polls.started = offset, now
	from := s.updates.seek(offset)
	if batch, n := s.updates.read(now, from, int(limit)); n > 0 || timeout == 0 {
		s.mu.Unlock()
		return batch, nil
	}
	s.polls.end(conflict("terminated by other getUpdates request; make sure that only one bot instance is running"))
	me := &poll{woken: make(chan struct{}, 1), ended: make(chan *apiError, 1)}
	s.polls.waiting = me
	s.mu.Unlock()
	return c.waitForUpdates(me, from, int(limit), time.Duration(timeout)*time.Second)
}

func (c *call) waitForUpdates(me *poll, from int64, limit int, timeout time.Duration) (any, *apiError) {
	s := c.s
	timer := time.NewTimer(s.wait(timeout))
	defer timer.Stop()
	leave := func() {
		if s.polls.waiting == me {
			s.polls.waiting = nil
		}
	}
	for {
		select {
		case refusal := <-me.ended:
			if refusal.code == 409 {
				s.mu.Lock()
				hold := s.holdConflict()
				s.mu.Unlock()
				s.sleep(c.ctx, hold)
			}
			return nil, refusal
		case <-c.ctx.Done():
			s.mu.Lock()
			leave()
			s.mu.Unlock()
			return json.RawMessage("[]"), nil
		case <-s.ctx.Done():
			return nil, errRestart
		case <-timer.C:
			s.mu.Lock()
			defer s.mu.Unlock()
			leave()
			batch, _ := s.updates.read(s.now(), from, limit)
			return batch, nil
		case <-me.woken:
			s.mu.Lock()
			batch, n := s.updates.read(s.now(), from, limit)
			if n > 0 && s.polls.waiting == me {
				leave()
				s.mu.Unlock()
				return batch, nil
			}
			s.mu.Unlock()
		}
	}
}

// holdConflict is how long a conflict must be held back: a second one within
// three seconds is answered only when they are over. The lock is held.
func (s *Server) holdConflict() time.Duration {
	now := s.now()
	if !now.Before(s.polls.nextConflict) {
		s.polls.nextConflict = now.Add(3 * time.Second)
		return 0
	}
	return s.polls.nextConflict.Sub(now)
}
