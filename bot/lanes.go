package bot

import (
	"context"
	"errors"
	"sync"

	"arraigo/crew"
)

// errBusy says that a chat has more updates waiting than anybody sends by hand.
var errBusy = errors.New("too many updates of one chat are waiting")

// errStopping says that no new turn is begun because the program ends.
var errStopping = errors.New("stopping")

// maxWaiting bounds the updates of one chat that wait in memory. Telegram keeps
// what is refused and sends it again.
const maxWaiting = 128

// A job is one update's work. settle, run after it without taking a place, lets
// the person see the replies before the chat's next job begins, and reports
// whether they did. Once they did not, the jobs that follow are told not to be
// patient: a chat that hears nothing must not take ever longer.
type job struct {
	run    func(patient bool)
	settle func(patient bool) bool
}

// lanes run the jobs of different chats in parallel and the jobs of one chat
// one after another, in the order in which they came. A chat without jobs costs
// nothing.
type lanes struct {
	places chan struct{} // jobs under way, over all chats
	crew   *crew.Crew

	mu      sync.Mutex
	waiting map[int64][]job
	running sync.WaitGroup
	closed  bool
}

func newLanes(parallel int) *lanes {
	return &lanes{places: make(chan struct{}, parallel), crew: crew.New(), waiting: map[int64][]job{}}
}

// submit puts a job at the end of the chat's lane. Each job runs exactly once.
func (l *lanes) submit(chat int64, j job) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errStopping
	}
	queue, active := l.waiting[chat]
	if len(queue) >= maxWaiting {
		return errBusy
	}
	l.waiting[chat] = append(queue, j)
	if !active {
		l.running.Add(1)
		l.crew.Go(func() { l.drain(chat) })
	}
	return nil
}

// drain runs the chat's jobs until none is left. The lane exists, as a key of
// waiting, as long as this goroutine does.
func (l *lanes) drain(chat int64) {
	defer l.running.Done()
	for patient := true; ; {
		l.mu.Lock()
		queue := l.waiting[chat]
		if len(queue) == 0 {
			delete(l.waiting, chat)
			l.mu.Unlock()
			return
		}
		j := queue[0]
		l.waiting[chat] = queue[1:]
		l.mu.Unlock()
		l.places <- struct{}{}
		j.run(patient)
		<-l.places
		patient = j.settle(patient)
	}
}

// active returns how many chats have a job under way or waiting.
func (l *lanes) active() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.waiting)
}

// close refuses new jobs and waits for those that were taken, as long as ctx
// lasts.
func (l *lanes) close(ctx context.Context) error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	done := make(chan struct{})
	go func() {
		l.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
