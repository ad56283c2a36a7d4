package outreach

import (
	"sync/atomic"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// A Parcel is the replies that one commit owes to one chat, in order.
type Parcel struct {
	Ref     store.OwedRef
	Chat    int64
	Session flows.Session // as committed: language and wording
	Replies []flows.Reply
	Sent    int       // how many of Replies Telegram accepted before
	Since   time.Time // when it was first to be sent; zero: now
	Asked   time.Time // when the question open before was asked; zero: unknown or none
	Heard   int       // message id of what is answered, in the same chat; 0: none
	Lane    Lane
	After   store.OwedRef // replies that were still owed when this parcel was committed; zero: none

	// Of an outreach; without ids the rest means nothing.
	Outreaches []string
	Again      bool // an attempt whose outcome is not known is made again

	begun bool // the ledger says that it is being tried
	part  bool // of an outreach, some of it arrived: the rest follows, whatever staff want by now
}

// rank is the parcel's among all that wait for the pace.
func (p *Parcel) rank() rank {
	if p.Again {
		return ownBusiness
	}
	return otherNews
}

// once reports whether an attempt with an unknown outcome must not be repeated.
func (p *Parcel) once() bool { return len(p.Outreaches) > 0 && !p.Again }

// A Delivery is a parcel on its way.
type Delivery struct {
	parcel  Parcel
	done    chan struct{}
	renew   time.Time   // when the outbox must be told again that we hold it; guarded by Sender.mu
	lost    atomic.Bool // another process claimed it
	message int
	// Guarded by Sender.mu:
	ordered  bool // nothing that was owed earlier is held elsewhere
	underWay bool
}

// Message is the id of the first new message that was accepted; 0 if there was
// none. It is known when Done is closed.
func (d *Delivery) Message() int { return d.message }

// Outreaches are those that the parcel belongs to.
func (d *Delivery) Outreaches() []string { return d.parcel.Outreaches }

// Done is closed when the parcel is off our hands: accepted, refused for good,
// or left to the outbox.
func (d *Delivery) Done() <-chan struct{} { return d.done }
