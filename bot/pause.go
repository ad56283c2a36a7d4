package bot

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause grows from a quarter of a second to half a minute while something keeps
// failing, with jitter so that replicas do not fail in step.
type pause struct{ last time.Duration }

const (
	firstPause = 250 * time.Millisecond
	lastPause  = 30 * time.Second
)

func newPause() *pause { return &pause{} }

func (p *pause) next() time.Duration {
	p.last = min(lastPause, max(firstPause, 2*p.last))
	return p.last/2 + rand.N(p.last/2)
}

func (p *pause) reset() { p.last = 0 }

// sleep waits d, or less if ctx ends, whose error it returns.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
