package bot

import (
	"context"
	"encoding/json"
	"sync"
	"time"
)

// window knows the updates that were handed out and not yet confirmed to
// Telegram. The offset is the first of them that is not committed, so a crash
// at any moment loses none.
type window struct {
	confirmed int64 // stored by an earlier life of the program; 0: unknown
	fresh     bool  // nothing below confirmed can come any more

	mu      sync.Mutex
	state   map[int64]bool // false: under way, true: committed
	highest int64
	asked   int64         // the newest offset given to Telegram
	changed chan struct{} // closed and replaced when an update is finished
}

func newWindow(confirmed int64) *window {
	return &window{confirmed: confirmed, state: map[int64]bool{}, changed: make(chan struct{})}
}

// identify returns the id of an update, also of one that cannot be decoded.
// When even its id is lost it must have the next one: Telegram counts without
// gaps within a batch.
func (w *window) identify(raw json.RawMessage) int64 {
	if id := findID(raw); id > 0 {
		return id
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.highest + 1
}

// begin reports whether the update is to be handled: not under way, not done.
func (w *window) begin(id int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, known := w.state[id]; known {
		return false
	}
	// Telegram never answers below the offset, but ids begin anew at random
	// after a week of silence: then the offset must follow, or the same updates
	// would come for ever.
	if id < w.asked {
		w.highest, w.asked = 0, 0
	}
	// After a crash Telegram sends at most one batch again. It is only believed
	// to be that batch until something else was seen: ids begin anew at times.
	old := !w.fresh && id < w.confirmed && id >= w.confirmed-batchLimit
	w.state[id] = old
	w.highest = max(w.highest, id)
	if id >= w.confirmed {
		w.fresh = true
	}
	return !old
}

// heard notes the size of an answer: an empty one means that nothing is left
// of what an earlier life had confirmed.
func (w *window) heard(n int) {
	if n == 0 {
		w.mu.Lock()
		w.fresh = true
		w.mu.Unlock()
	}
}

// finish notes that the update's turn is committed.
func (w *window) finish(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state[id] = true
	w.wake()
}

// drop gives an update back: it is handled when it comes again.
func (w *window) drop(id int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.state, id)
	w.highest = min(w.highest, id-1)
	w.wake()
}

func (w *window) wake() {
	close(w.changed)
	w.changed = make(chan struct{})
}

// offset returns what to ask Telegram for: the lowest update under way, or what
// follows the highest done. 0 before anything was seen, which asks from the
// beginning and confirms nothing. It forgets what the offset confirms.
func (w *window) offset() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.highest == 0 {
		return 0
	}
	next := w.highest + 1
	for id, done := range w.state {
		if !done {
			next = min(next, id)
		}
	}
	for id := range w.state {
		if id < next {
			delete(w.state, id)
		}
	}
	w.asked = next
	return next
}

// settle waits until nothing is under way, but not longer than a while.
func (w *window) settle(ctx context.Context, while time.Duration) error {
	timer := time.NewTimer(while)
	defer timer.Stop()
	for {
		w.mu.Lock()
		busy := false
		for _, done := range w.state {
			busy = busy || !done
		}
		changed := w.changed
		w.mu.Unlock()
		if !busy {
			return ctx.Err()
		}
		select {
		case <-changed:
		case <-timer.C:
			return ctx.Err()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
