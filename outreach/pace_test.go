package outreach

import (
	"testing"
	"time"
)

var t0 = time.Unix(1_800_000_000, 0)

func at(d time.Duration) time.Time { return t0.Add(d) }

// Telegram: about one message a second in a chat, bursts tolerated.
func TestAChatMayBurstAndThenGoesAtItsRate(t *testing.T) {
	p := pace{rate: Rate{PerSecond: 1, Burst: 3}}
	for i, want := range []time.Duration{0, 0, 0, time.Second, 2 * time.Second} {
		if got := p.reserve(7, t0).Sub(t0); got != want {
			t.Errorf("message %d may go after %s, want %s", i+1, got, want)
		}
	}
	if got := p.reserve(8, t0); !got.Equal(t0) {
		t.Errorf("another chat waits until %s", got)
	}
}

func TestAQuietChatMayBurstAgain(t *testing.T) {
	p := pace{rate: Rate{PerSecond: 1, Burst: 2}}
	for range 4 {
		p.reserve(7, t0)
	}
	later := at(10 * time.Second)
	if got := p.reserve(7, later); !got.Equal(later) {
		t.Errorf("after a rest the chat still waits %s", got.Sub(later))
	}
}

func TestSilenceHoldsOneChatOnly(t *testing.T) {
	p := pace{rate: Rate{PerSecond: 1, Burst: 5}}
	p.silence(7, at(3*time.Second))
	p.silence(7, at(time.Second)) // a shorter one does not shorten it
	if got := p.reserve(7, t0); !got.Equal(at(3 * time.Second)) {
		t.Errorf("silent until %s, want 3s", got.Sub(t0))
	}
	if got := p.silentUntil(8); !got.IsZero() {
		t.Errorf("another chat is silent until %s", got)
	}
}

func TestPaceForgetsChatsAtRestAndNoOthers(t *testing.T) {
	p := pace{rate: Rate{PerSecond: 1, Burst: 5}}
	for chat := range int64(1000) {
		p.reserve(chat+1, t0)
	}
	p.silence(5000, at(time.Hour))
	p.reserve(6000, at(time.Minute))
	if got := len(p.chats); got != 2 {
		t.Errorf("%d chats remembered, want the silent one and the newest", got)
	}
}

func TestTwoThrottledChatsMeanTheWholeBot(t *testing.T) {
	for _, tc := range []struct {
		name       string
		second     int64
		after      time.Duration
		retryAfter time.Duration
		want       bool
	}{
		{"another chat at once", 2, time.Second, time.Second, true},
		{"the same chat again", 1, time.Second, time.Second, false},
		{"another chat much later", 2, time.Minute, time.Second, false},
		{"one chat for long", 1, time.Second, 6 * time.Second, true},
		{"one chat for just so long", 1, time.Second, 5 * time.Second, false},
	} {
		var f floods
		if f.global(1, t0, time.Second) {
			t.Errorf("%s: the first 429 counts as global", tc.name)
		}
		if got := f.global(tc.second, at(tc.after), tc.retryAfter); got != tc.want {
			t.Errorf("%s: global %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestAChatKnowsWhetherItWasWrittenToLately(t *testing.T) {
	p := pace{rate: Rate{PerSecond: 1, Burst: 20}}
	if p.reserve(7, t0); p.busy(7, t0) {
		t.Error("one message makes a chat busy")
	}
	if p.reserve(7, at(100*time.Millisecond)); !p.busy(7, at(100*time.Millisecond)) {
		t.Error("two messages at once do not make it busy")
	}
	if p.busy(7, at(3*time.Second)) || p.busy(8, t0) {
		t.Error("a chat at rest is busy")
	}
}
