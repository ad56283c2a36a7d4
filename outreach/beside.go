package outreach

import (
	"context"
	"slices"

	"arraigo/flows"
)

// What only changes or deletes an older message goes out beside the new ones: on
// a slow network the person would wait for it for nothing, and when Telegram
// does not take it the next question must come all the same.

// marks reports whether a reply is of that kind. A change that asks something
// is not: it becomes a new message when the old one is gone.
func marks(r *flows.Reply) bool { return r.Edit != 0 && r.Question == 0 }

// InOrder returns the replies of one turn in the order in which they must be
// committed and sent: new messages as they are, and then what goes out beside
// them. How far a parcel came is noted as a number of replies; in this order
// the number can be told while a mark is still on its way.
func InOrder(replies []flows.Reply) []flows.Reply {
	first := slices.IndexFunc(replies, func(r flows.Reply) bool { return marks(&r) })
	if first < 0 || !slices.ContainsFunc(replies[first:], func(r flows.Reply) bool { return !marks(&r) }) {
		return replies
	}
	out := make([]flows.Reply, 0, len(replies))
	for _, beside := range []bool{false, true} {
		for i := range replies {
			if marks(&replies[i]) == beside {
				out = append(out, replies[i])
			}
		}
	}
	return out
}

// beside is what of a parcel is under way beside its new messages. Its results
// may be read after wait.
type beside struct {
	from      int           // index of the first in the parcel; what comes before may be noted as progress
	done      chan struct{} // nil: nothing goes out beside the others
	delivered int
	refused   Reason // the newest refusal; empty: none
	left      bool
}

// beside begins with the marks of a parcel, one after another. A parcel of
// nothing else is sent by deliver itself, and so is an outreach, for which nobody
// waits.
func (s *Sender) beside(ctx context.Context, d *Delivery) *beside {
	p := &d.parcel
	b := &beside{from: len(p.Replies)}
	others := false
	for i := len(p.Replies) - 1; i >= p.Sent; i-- {
		if marks(&p.Replies[i]) {
			b.from = i
		} else {
			others = true
		}
	}
	if b.from == len(p.Replies) || !others || len(p.Outreaches) > 0 {
		b.from = len(p.Replies)
		return b
	}
	b.done = make(chan struct{})
	s.crew.Go(func() {
		defer close(b.done)
		for i := b.from; i < len(p.Replies); i++ {
			if r := &p.Replies[i]; marks(r) && !d.lost.Load() && !b.left {
				switch _, _, v, why := s.reply(ctx, p, r); v {
				case left, unsure, cancelled, unwanted, gone:
					b.left = true
				case refused:
					b.refused = why
				default:
					b.delivered++
				}
			}
		}
	})
	return b
}

// has reports whether a reply of the parcel goes out beside the others.
func (b *beside) has(r *flows.Reply) bool { return b.done != nil && marks(r) }

func (b *beside) wait() {
	if b.done != nil {
		<-b.done
	}
}
