package bot

import (
	"context"
	"sync"

	"arraigo/crew"
)

// background runs the small tasks that nobody waits for, until the end. A task
// that panics costs only itself.
type background struct {
	panicked func(any)

	mu     sync.Mutex
	crew   *crew.Crew
	tasks  int
	closed bool
	idle   chan struct{} // closed when the last task has ended after close
}

// run begins a task; after close it is dropped.
func (b *background) run(task func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	b.tasks++
	if b.crew == nil {
		b.crew = crew.New()
	}
	b.crew.Go(func() {
		defer b.ended()
		defer func() {
			if p := recover(); p != nil {
				b.panicked(p)
			}
		}()
		task()
	})
}

func (b *background) ended() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tasks--
	if b.closed && b.tasks == 0 {
		close(b.idle)
	}
}

// close takes no more tasks and waits for those under way, as long as ctx
// lasts. It is called once.
func (b *background) close(ctx context.Context) error {
	b.mu.Lock()
	b.closed, b.idle = true, make(chan struct{})
	if b.tasks == 0 {
		close(b.idle)
	}
	b.mu.Unlock()
	select {
	case <-b.idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
