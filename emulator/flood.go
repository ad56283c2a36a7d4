package emulator

import (
	"math"
	"time"
)

// Limits are the flood limits of the bot. Telegram publishes about one message
// a second in a chat with bursts tolerated, 20 a minute in a group and about
// 30 a second over all (https://core.telegram.org/bots/faq); the sizes of the
// bursts and of retry_after are not published and are choices of this server.
type Limits struct {
	// Off gives no 429 at all, for benchmarks.
	Off bool
	// PerSecond is the rate over all chats, 30 when zero.
	PerSecond float64
	// Burst is how many messages may come at once over all chats, one second's
	// when zero. On a faster clock the bot's own small delays count for more.
	Burst int
	// PerChat is the rate in one private chat, 1 a second when zero.
	PerChat float64
	// ChatBurst is how many messages one chat takes at once, 20 when zero.
	ChatBurst int
	// PerGroupMinute is the number of messages a group takes in a minute, 20 when zero.
	PerGroupMinute int
	// RetryAfter is the shortest retry_after given, 3 seconds when zero.
	// Until it is over every send to the place that overflowed is refused.
	RetryAfter time.Duration
	// Absorb is the longest wait that is served by delaying the send instead
	// of refusing it, as Telegram's own server does with short floods (8
	// seconds there); zero refuses at once, so that a test sees each overrun.
	Absorb time.Duration
}

func (l Limits) withDefaults() Limits {
	if l.PerSecond <= 0 {
		l.PerSecond = 30
	}
	if l.Burst <= 0 {
		l.Burst = max(1, int(l.PerSecond))
	}
	if l.PerChat <= 0 {
		l.PerChat = 1
	}
	if l.ChatBurst <= 0 {
		l.ChatBurst = 20
	}
	if l.PerGroupMinute <= 0 {
		l.PerGroupMinute = 20
	}
	if l.RetryAfter <= 0 {
		l.RetryAfter = 3 * time.Second
	}
	return l
}

// bucket is a token bucket with a penalty: who overflows it waits.
type bucket struct {
	tokens  float64
	at      time.Time
	blocked time.Time
}

// take removes one token, or says how long to stay away.
func (b *bucket) take(now time.Time, rate, burst float64, penalty time.Duration) time.Duration {
	if now.Before(b.blocked) {
		return b.blocked.Sub(now)
	}
	if b.at.IsZero() {
		b.tokens = burst
	} else if d := now.Sub(b.at); d > 0 {
		b.tokens = math.Min(burst, b.tokens+d.Seconds()*rate)
	}
	b.at = now
	if b.tokens >= 1 {
		b.tokens--
		return 0
	}
	missing := time.Duration((1 - b.tokens) / rate * float64(time.Second))
	b.blocked = now.Add(max(missing, penalty))
	return b.blocked.Sub(now)
}

// floodState holds the buckets; those of chats are swept when full again.
type floodState struct {
	all   bucket
	chats map[int64]*bucket
	swept time.Time
}

func (f *floodState) init() { f.chats = map[int64]*bucket{} }

// allowSends charges n messages to a chat. The lock is held; it is released
// while a short flood is absorbed.
func (c *call) allowSends(ch *chat, n int) *apiError {
	s, l := c.s, c.s.cfg.Limits
	if l.Off {
		return nil
	}
	var waited time.Duration
	for i := 0; i < n; i++ {
		for {
			wait := s.flood.charge(s.now(), l, ch)
			if wait == 0 {
				break
			}
			waited += wait
			if waited > l.Absorb {
				s.stats.throttled++
				return tooMany(int(math.Ceil(wait.Seconds())))
			}
			s.mu.Unlock()
			slept := s.sleep(c.ctx, wait)
			s.mu.Lock()
			if !slept {
				return tooMany(int(math.Ceil(wait.Seconds())))
			}
		}
	}
	return nil
}

func (f *floodState) charge(now time.Time, l Limits, ch *chat) time.Duration {
	f.sweep(now, l)
	b := f.chats[ch.id]
	if b == nil {
		b = &bucket{}
		f.chats[ch.id] = b
	}
	rate, burst := l.PerChat, float64(l.ChatBurst)
	if ch.person == nil {
		burst = float64(l.PerGroupMinute)
		rate = burst / 60
	}
	if wait := b.take(now, rate, burst, l.RetryAfter); wait > 0 {
		return wait
	}
	wait := f.all.take(now, l.PerSecond, float64(l.Burst), l.RetryAfter)
	if wait > 0 {
		b.tokens++ // nothing was sent to the chat
	}
	return wait
}

// sweep drops the buckets of chats that are quiet, so that their number is
// that of the chats written to lately.
func (f *floodState) sweep(now time.Time, l Limits) {
	if now.Sub(f.swept) < time.Minute {
		return
	}
	f.swept = now
	for id, b := range f.chats {
		if now.Sub(b.at) > time.Duration(float64(l.ChatBurst)/l.PerChat*float64(time.Second))+time.Minute {
			delete(f.chats, id)
		}
	}
}
