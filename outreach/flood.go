package outreach

import (
	"sync"
	"time"
)

// Telegram limits one chat and the whole bot with the same error. It means the
// whole bot when it hits two chats at nearly the same time, or asks for a long
// silence.
const (
	floodWindow = 2 * time.Second
	floodLong   = 5 * time.Second
)

// floods remembers the last chat that was throttled.
type floods struct {
	mu   sync.Mutex
	chat int64
	at   time.Time
}

// global notes that a chat was throttled and reports whether everybody is.
func (f *floods) global(chat int64, now time.Time, retryAfter time.Duration) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	other := f.chat != 0 && f.chat != chat && now.Sub(f.at) < floodWindow
	f.chat, f.at = chat, now
	return other || retryAfter > floodLong
}
