// Package crew runs short jobs in goroutines that it keeps for the next ones.
//
// A new goroutine begins with a small stack, and a turn or a call of Telegram
// needs a larger one: growing it, in steps and each time anew, was a twentieth
// of the program's CPU. It imports none of ours.
package crew

import "time"

// A Crew is safe for concurrent use. It has as many goroutines as there are jobs
// under way; one that had nothing to do for a while ends.
type Crew struct{ jobs chan func() }

// idle is how long a goroutine waits for the next job.
const idle = 200 * time.Millisecond

// New makes a Crew without goroutines.
func New() *Crew { return &Crew{jobs: make(chan func())} }

// Go runs a job in a goroutine of its own and returns at once. A job that
// panics ends the program, as with go.
func (c *Crew) Go(job func()) {
	select {
	case c.jobs <- job:
	default:
		go c.work(job)
	}
}

func (c *Crew) work(job func()) {
	job()
	rest := time.NewTimer(idle)
	defer rest.Stop()
	for {
		select {
		case job = <-c.jobs:
			job()
			rest.Reset(idle)
		case <-rest.C:
			return
		}
	}
}
