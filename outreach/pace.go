package outreach

import (
	"sync"
	"time"
)

// A Rate is a pace that tolerates a burst.
type Rate struct {
	PerSecond float64
	Burst     int
}

// bucket is one token bucket, kept as the moment at which it would be full:
// one number, no ticking.
type bucket struct{ full time.Time }

// take takes one token and returns how long to wait before using it.
func (b *bucket) take(r Rate, now time.Time) time.Duration {
	token := time.Duration(float64(time.Second) / r.PerSecond)
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(token)
	return max(0, b.full.Sub(now)-time.Duration(r.Burst)*token)
}

// pace holds back one chat after another: each chat has its own bucket, and a
// moment before which Telegram told us to be silent.
type pace struct {
	rate Rate

	mu    sync.Mutex
	chats map[int64]*chatPace
	swept time.Time
}

type chatPace struct {
	bucket bucket
	silent time.Time
}

// reserve takes the chat's next place and returns when it may be used.
func (p *pace) reserve(chat int64, now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	c := p.chat(chat)
	return later(now.Add(c.bucket.take(p.rate, now)), c.silent)
}

// silence keeps the chat quiet until then.
func (p *pace) silence(chat int64, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chat(chat)
	c.silent = later(c.silent, until)
}

// silentUntil returns when the chat may be written to again.
func (p *pace) silentUntil(chat int64) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c := p.chats[chat]; c != nil {
		return c.silent
	}
	return time.Time{}
}

// busy reports whether the chat was sent more than one message lately.
func (p *pace) busy(chat int64, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.chats[chat]
	return c != nil && c.bucket.full.Sub(now) > time.Duration(float64(time.Second)/p.rate.PerSecond)
}

func (p *pace) chat(chat int64) *chatPace {
	c := p.chats[chat]
	if c == nil {
		if p.chats == nil {
			p.chats = map[int64]*chatPace{}
		}
		c = &chatPace{}
		p.chats[chat] = c
	}
	return c
}

// sweep forgets the chats whose bucket is full again, so that memory follows
// the chats of the last seconds and not of all time.
func (p *pace) sweep(now time.Time) {
	if now.Sub(p.swept) < 10*time.Second {
		return
	}
	p.swept = now
	for chat, c := range p.chats {
		if !c.bucket.full.After(now) && !c.silent.After(now) {
			delete(p.chats, chat)
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
