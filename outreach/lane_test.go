package outreach

import (
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// queue makes n enter from goroutines of their own, in order, and returns the
// order in which they are let in.
type entries struct {
	mu    sync.Mutex
	order []string
}

func (e *entries) join(p *places, lane Lane, name string, stop <-chan struct{}) {
	go func() {
		if p.enter(stop, lane) {
			e.mu.Lock()
			e.order = append(e.order, name)
			e.mu.Unlock()
		}
	}()
	synctest.Wait()
}

func (e *entries) seen() []string {
	synctest.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.order)
}

func TestRepliesGoBeforeUnaskedMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &places{total: 1}
		var e entries
		never := make(chan struct{})
		e.join(p, Unasked, "first", never)
		e.join(p, Unasked, "unasked", never)
		e.join(p, Replies, "reply 1", never)
		e.join(p, Replies, "reply 2", never)
		p.leave(Unasked)
		e.seen()
		p.leave(Replies)
		e.seen()
		p.leave(Replies)
		want := []string{"first", "reply 1", "reply 2", "unasked"}
		if got := e.seen(); !slices.Equal(got, want) {
			t.Errorf("let in: %v, want %v", got, want)
		}
	})
}

func TestUnaskedMessagesLeaveHalfOfThePlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &places{total: 4}
		var e entries
		never := make(chan struct{})
		for range 10 {
			e.join(p, Unasked, "u", never)
		}
		if got := len(e.seen()); got != 2 {
			t.Errorf("%d unasked messages under way of 4 places, want 2", got)
		}
		e.join(p, Replies, "r", never)
		if got := e.seen(); got[len(got)-1] != "r" {
			t.Error("a reply waits although places are free")
		}
		for range 2 {
			p.leave(Unasked)
			e.seen()
		}
		for range 8 {
			p.leave(Unasked)
			e.seen()
		}
		if got := len(e.seen()); got != 11 {
			t.Errorf("%d let in at the end, want all 11", got)
		}
	})
}

func TestWhoStopsWaitingTakesNoPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &places{total: 1}
		var e entries
		stop, never := make(chan struct{}), make(chan struct{})
		e.join(p, Replies, "first", never)
		e.join(p, Replies, "gives up", stop)
		e.join(p, Replies, "second", never)
		close(stop)
		synctest.Wait()
		p.leave(Replies)
		if got, want := e.seen(), []string{"first", "second"}; !slices.Equal(got, want) {
			t.Errorf("let in: %v, want %v", got, want)
		}
		p.leave(Replies)
		if p.busy != 0 {
			t.Errorf("%d places lost", p.busy)
		}
	})
}
