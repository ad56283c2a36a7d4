package outreach

import "sync"

// Lane is a priority. A free place goes to the replies first.
type Lane uint8

// The lanes.
const (
	Replies Lane = iota // what a turn owes to the person who just wrote
	Unasked             // announcements, alerts, reminders, nudges
)

// places are the sends that may be under way at once. Unasked sends never take
// more than half, so a reply does not wait for a broadcast to end.
type places struct {
	mu      sync.Mutex
	total   int
	busy    int
	unasked int
	waiting [2][]chan struct{}
}

// enter waits for a place; false when stop closes first.
func (p *places) enter(stop <-chan struct{}, lane Lane) bool {
	p.mu.Lock()
	if p.mayEnter(lane) && len(p.waiting[lane]) == 0 {
		p.admit(lane)
		p.mu.Unlock()
		return true
	}
	turn := make(chan struct{})
	p.waiting[lane] = append(p.waiting[lane], turn)
	p.mu.Unlock()
	select {
	case <-turn:
		return true
	case <-stop:
		p.abandon(lane, turn)
		return false
	}
}

// leave gives the place to whoever has waited longest in the first lane that
// may have it.
func (p *places) leave(lane Lane) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy--
	if lane == Unasked {
		p.unasked--
	}
	p.wake()
}

func (p *places) wake() {
	for lane := Replies; lane <= Unasked; lane++ {
		for len(p.waiting[lane]) > 0 && p.mayEnter(lane) {
			turn := p.waiting[lane][0]
			p.waiting[lane] = p.waiting[lane][1:]
			p.admit(lane)
			close(turn)
		}
	}
}

func (p *places) mayEnter(lane Lane) bool {
	if p.busy >= p.total {
		return false
	}
	return lane == Replies || p.unasked < max(1, p.total/2) && len(p.waiting[Replies]) == 0
}

func (p *places) admit(lane Lane) {
	p.busy++
	if lane == Unasked {
		p.unasked++
	}
}

// abandon leaves the queue; a place given in the same moment is handed on.
func (p *places) abandon(lane Lane, turn chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, w := range p.waiting[lane] {
		if w == turn {
			p.waiting[lane] = append(p.waiting[lane][:i], p.waiting[lane][i+1:]...)
			return
		}
	}
	p.busy--
	if lane == Unasked {
		p.unasked--
	}
	p.wake()
}
