package emulator

import (
	"hash/maphash"
	"strconv"
)

// Bounds of what is remembered for the duplicates.
const (
	maxSendKeys   = 1 << 20
	maxDuplicates = 1000
)

// Stats is what the bot did since the server started.
type Stats struct {
	// Calls by method (lower case) and outcome: "ok", the error code, or "cut"
	// for a connection that Faults cut before the call was done.
	Calls map[string]map[string]int64 `json:"calls"`
	// Throttled counts the 429s given, Injected the answers made up by Faults.
	Throttled int64 `json:"throttled"`
	Injected  int64 `json:"injected"`
	// Sent counts the messages accepted from the bot.
	Sent int64 `json:"sent"`
	// Repeated counts the texts sent to a chat that had had them already;
	// Duplicates shows the first thousand. Truncated means that too many
	// different texts were sent to remember all.
	Repeated   int64       `json:"repeated"`
	Duplicates []Duplicate `json:"duplicates"`
	Truncated  bool        `json:"truncated"`
	// Pending are the updates that the bot has not confirmed.
	Pending int `json:"pending"`
}

// Duplicate is a text that one chat received Count times.
type Duplicate struct {
	ChatID int64  `json:"chat_id"`
	Text   string `json:"text"`
	Count  int64  `json:"count"`
}

type statistics struct {
	calls     map[string]map[string]int64
	throttled int64
	injected  int64
	sent      int64
	repeated  int64
	seed      maphash.Seed
	seen      map[uint64]struct{}
	twice     map[Duplicate]int64
	truncated bool
}

func (t *statistics) init() {
	t.calls = map[string]map[string]int64{}
	t.seed = maphash.MakeSeed()
	t.seen = map[uint64]struct{}{}
	t.twice = map[Duplicate]int64{}
}

func (s *Server) count(c *call, refusal *apiError) {
	outcome := "ok"
	if refusal != nil {
		outcome = strconv.Itoa(refusal.code)
	}
	s.tally(c, outcome)
}

func (s *Server) tally(c *call, outcome string) {
	name := c.method
	if _, known := s.methods[name]; !known {
		name = "unknown"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	byOutcome := s.stats.calls[name]
	if byOutcome == nil {
		byOutcome = map[string]int64{}
		s.stats.calls[name] = byOutcome
	}
	byOutcome[outcome]++
}

// sentText notes one message of the bot.
func (t *statistics) sentText(chat int64, text string) {
	t.sent++
	if text == "" {
		return
	}
	var h maphash.Hash
	h.SetSeed(t.seed)
	maphash.WriteComparable(&h, chat)
	_, _ = h.WriteString(text)
	key := h.Sum64()
	if _, again := t.seen[key]; !again {
		if len(t.seen) >= maxSendKeys {
			t.truncated = true
			return
		}
		t.seen[key] = struct{}{}
		return
	}
	t.repeated++
	d := Duplicate{ChatID: chat, Text: text}
	if _, known := t.twice[d]; known || len(t.twice) < maxDuplicates {
		t.twice[d]++
	}
}

// Stats returns what was counted so far.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.stats
	out := Stats{
		Calls: map[string]map[string]int64{}, Throttled: t.throttled, Injected: t.injected, Sent: t.sent,
		Repeated: t.repeated, Truncated: t.truncated, Duplicates: []Duplicate{}, Pending: s.updates.count,
	}
	for name, byOutcome := range t.calls {
		out.Calls[name] = map[string]int64{}
		for outcome, n := range byOutcome {
			out.Calls[name][outcome] = n
		}
	}
	for d, n := range t.twice {
		d.Count = n + 1
		out.Duplicates = append(out.Duplicates, d)
	}
	return out
}
