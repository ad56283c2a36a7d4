package outreach

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"
)

// The pace of unasked messages is one for all replicas: Redis gives out the
// moments at which one may go, by its own clock, and each replica asks for a few
// at a time, shortly before it needs them. Replies take none and wait for none;
// they are told afterwards, so that outreach slows down for them.
const (
	// paceAhead is for how long moments are taken in advance: the longer, the
	// fewer calls; the shorter, the fewer are lost with a replica.
	paceAhead = 200 * time.Millisecond
	// paceRefill is how much of that is left when more are asked for, so that the
	// answer is there before they are used up.
	paceRefill = 100 * time.Millisecond
	// paceStale is how late a moment may still be used. What was missed for longer
	// is lost: making up for it would be the burst that Telegram refuses.
	paceStale = 250 * time.Millisecond
	// paceAway is how long a replica goes by itself before it asks again, when
	// Redis did not answer, and awayShare the part of the pace it then takes: as
	// many replicas as that leaves room for stay within the pace together.
	paceAway  = time.Second
	awayShare = 0.25
)

// rank orders those who wait for a moment.
type rank uint8

const (
	afterSilence rank = iota // replies that a silence of the whole bot held back: all at once would be the next flood
	ownBusiness              // a person's place, their reminder
	otherNews
	ranks
)

// pacer gives the moments to those who wait, by rank, and within it first come,
// first served. Whoever got one also has a place in the lane Unasked.
type pacer struct {
	rate    float64
	reserve func(ctx context.Context, n, spent int) (time.Duration, error)
	places  *places
	silence func() time.Time // Telegram asked for silence until then
	lost    func(error)      // told when Redis did not answer

	mu      sync.Mutex
	waiting [ranks][]chan struct{}
	running bool
	spent   int // replies sent that Redis was not told of

	// Of run, which one goroutine runs.
	runs []slots
}

// slots are moments in advance, evenly apart.
type slots struct {
	next time.Time
	gap  time.Duration
	left int
}

// wait waits for a moment and a place; false when stop closes first.
func (p *pacer) wait(stop <-chan struct{}, r rank) bool {
	turn := make(chan struct{})
	p.mu.Lock()
	p.waiting[r] = append(p.waiting[r], turn)
	if !p.running {
		p.running = true
		go p.run(stop)
	}
	p.mu.Unlock()
	select {
	case <-turn:
		return true
	case <-stop:
		if !p.abandon(r, turn) {
			p.places.leave(Unasked) // it was given in the same moment
		}
		return false
	}
}

// abandon leaves the queue; false when the moment was given already.
func (p *pacer) abandon(r rank, turn chan struct{}) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := slices.Index(p.waiting[r], turn)
	if at >= 0 {
		p.waiting[r] = slices.Delete(p.waiting[r], at, at+1)
	}
	return at >= 0
}

// run gives out moments as long as somebody waits. A place comes first: while
// all are taken no moment is used up, and none is saved for a burst.
func (p *pacer) run(stop <-chan struct{}) {
	for p.places.enter(stop, Unasked) {
		if !p.moment(stop) || !p.give() {
			p.places.leave(Unasked)
			break
		}
	}
	p.mu.Lock()
	p.running = false
	p.mu.Unlock()
}

// moment waits until one may go, or nobody waits any more; false when stopping.
func (p *pacer) moment(stop <-chan struct{}) bool {
	for p.wanted() > 0 {
		if !pause(stop, p.slot()) {
			return false
		}
		quiet := p.silence()
		if !quiet.After(time.Now()) {
			return true
		}
		p.runs = nil // they are in the silence, or would be a burst after it
		if !pause(stop, quiet) {
			return false
		}
	}
	return true
}

func (p *pacer) wanted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, q := range p.waiting {
		n += len(q)
	}
	return n
}

// give lets the first go; with nobody there run is over.
func (p *pacer) give() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for r, q := range p.waiting {
		if len(q) > 0 {
			p.waiting[r] = q[1:]
			close(q[0])
			return true
		}
	}
	p.running = false
	return false
}

// slot takes the next moment, and asks for more when few are left.
func (p *pacer) slot() time.Time {
	now := time.Now()
	p.skip(now)
	if p.ahead(now) < paceRefill {
		p.refill()
	}
	r := &p.runs[0]
	slot := r.next
	r.next, r.left = r.next.Add(r.gap), r.left-1
	if r.left == 0 {
		p.runs = p.runs[1:]
	}
	return slot
}

// skip forgets the moments that are too long ago.
func (p *pacer) skip(now time.Time) {
	oldest := now.Add(-paceStale)
	for len(p.runs) > 0 {
		r := &p.runs[0]
		if missed := oldest.Sub(r.next); missed > 0 {
			n := min(r.left, int(missed/r.gap)+1)
			r.next, r.left = r.next.Add(time.Duration(n)*r.gap), r.left-n
		}
		if r.left > 0 {
			return
		}
		p.runs = p.runs[1:]
	}
}

// ahead is how far the moments in hand reach.
func (p *pacer) ahead(now time.Time) time.Duration {
	if len(p.runs) == 0 {
		return 0
	}
	last := p.runs[len(p.runs)-1]
	return last.next.Add(time.Duration(last.left) * last.gap).Sub(now)
}

// refill asks for as many moments as are wanted and still missing, for all that
// wait now in one call. Afterwards there is at least one.
func (p *pacer) refill() {
	held := 0
	for _, r := range p.runs {
		held += r.left
	}
	n := min(p.wanted()-held, int(math.Ceil(p.rate*paceAhead.Seconds())))
	if n <= 0 {
		if held > 0 {
			return
		}
		n = 1
	}
	wait, err := p.reserve(context.Background(), n, p.take())
	if err == nil {
		p.runs = append(p.runs, slots{next: time.Now().Add(wait), gap: gap(p.rate), left: n})
		return
	}
	p.lost(err)
	alone := gap(p.rate * awayShare)
	p.runs = append(p.runs, slots{next: time.Now().Add(alone), gap: alone, left: max(1, min(n, int(paceAway/alone)))})
}

func gap(perSecond float64) time.Duration {
	return time.Duration(float64(time.Second) / perSecond)
}

// debit notes a reply that went out.
func (p *pacer) debit() {
	p.mu.Lock()
	p.spent++
	p.mu.Unlock()
}

func (p *pacer) take() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.spent
	p.spent = 0
	return n
}

// settle tells Redis of the replies that went out lately. What it does not hear
// of now is forgotten: a second later it does not matter any more.
func (p *pacer) settle(ctx context.Context) {
	if n := p.take(); n > 0 {
		_, _ = p.reserve(ctx, 0, n)
	}
}

// pause sleeps until a moment; false when stop closes first.
func pause(stop <-chan struct{}, until time.Time) bool {
	d := time.Until(until)
	if d <= 0 {
		select {
		case <-stop:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stop:
		return false
	}
}
