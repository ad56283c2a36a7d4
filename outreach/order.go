package outreach

import (
	"context"
	"errors"
	"slices"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// The replies to one person arrive in the order in which they were owed. Within
// a process the queue of the chat sees to that. When a turn finds that replies
// from before are still owed by somebody else, because that process died or is
// slow, they go first: a question that was answered already must not come after
// the next one. News beside the conversation waits for nothing, and nothing for it.

// A line is what of a chat keeps one order.
type line struct {
	chat   int64
	beside string // outreach; "": the conversation
}

// line of a parcel: what an outreach says goes beside the conversation, unless it
// asks something, and beside other outreaches, which may be paused.
func (p *Parcel) line() line {
	asks := slices.ContainsFunc(p.Replies, func(r flows.Reply) bool { return r.Question != 0 })
	if asks || len(p.Outreaches) == 0 {
		return line{chat: p.Chat}
	}
	return line{p.Chat, p.Outreaches[0]}
}

// inOrder puts a delivery behind everything that was owed earlier. What is
// under way stays first.
func inOrder(queue []*Delivery, d *Delivery) []*Delivery {
	at := len(queue)
	for at > 0 && !queue[at-1].underWay && queue[at-1].parcel.Ref.Contact == d.parcel.Ref.Contact &&
		d.parcel.Ref.Revision < queue[at-1].parcel.Ref.Revision {
		at--
	}
	return slices.Insert(queue, at, d)
}

// awaitEarlier takes up what is owed to the person from before d, or waits a
// moment for whoever holds it. It lets d go when nothing is left, or after two
// leases: an answer out of order is better than none.
func (s *Sender) awaitEarlier(at line, d *Delivery) {
	ctx := context.Background()
	deadline := s.cfg.Now().Add(2 * s.cfg.Lease)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		earlier, held, err := s.cfg.Store.ClaimEarlier(ctx, d.parcel.Ref, s.cfg.Now())
		for _, o := range earlier {
			s.resume(ctx, o)
		}
		s.mu.Lock()
		overtaken := s.queues[at][0] != d
		s.mu.Unlock()
		if err != nil && !errors.Is(err, store.ErrUnavailable) {
			s.cfg.Logger.Warn("looking for earlier replies", "error", err)
		}
		if overtaken {
			return
		}
		waits := held > 0 || errors.Is(err, store.ErrUnavailable)
		if !waits || !s.cfg.Now().Before(deadline) || !s.wait(s.cfg.Now().Add(pause)) {
			break
		}
	}
	s.mu.Lock()
	d.ordered = true
	s.mu.Unlock()
}

// recent remembers the newest refs that it was given.
type recent struct {
	known map[store.OwedRef]bool
	ring  []store.OwedRef
	next  int
}

// remembered is how many: a ref matters only until the next turn of its chat.
const remembered = 8192

func (r *recent) has(ref store.OwedRef) bool { return r.known[ref] }

func (r *recent) add(ref store.OwedRef) {
	if r.known == nil {
		r.known = map[store.OwedRef]bool{}
	}
	if r.known[ref] {
		return
	}
	if len(r.ring) < remembered {
		r.ring = append(r.ring, ref)
	} else {
		delete(r.known, r.ring[r.next])
		r.ring[r.next] = ref
		r.next = (r.next + 1) % remembered
	}
	r.known[ref] = true
}
