package flows

import "time"

// A Result is what one input leads to. Session replaces the stored one; the
// rest is committed with it in one script.
type Result struct {
	Session Session
	Replies []Reply
	Toast   *Toast            // answer to a tap; not owed: Telegram forgets a tap within a minute
	Erase   bool              // the person asked to be forgotten, or the retention is over: erase all but what Replies says
	Steps   []string          // "flow.step" reached, for the funnel; no personal data
	Proofs  map[string]string // consent texts shown, exact, by the hash in the Consent; kept once by the store
	Ends    []Ending          // what became of notices, and of what the timer itself brought; notices not named stay
	Relay   *Relay            // owed to the team in the staff group; nil: nothing
	Call    *Call             // run this first and advance again with its outcome; nothing else is to be committed yet
}

// A Call is an action that needs I/O. bot.Turn runs it and advances again from
// the Session of this result with an InputOutcome. It must be idempotent: a
// crash before the commit runs it again.
type Call struct {
	Name string
	Args map[string][]string
}

// An Entry is one audience index a contact belongs to: {bucket}:in:Dimension:Value.
type Entry struct{ Dimension, Value string }

// Timing are the engine's own delays; zero values mean the defaults, which
// follow the retention table of the data-protection requirements.
type Timing struct {
	Nudge       time.Duration  // idle in an open conversation before one reminder; 24 h
	SessionEnd  time.Duration  // idle before the open conversation is forgotten; 30 days
	ProfileWarn time.Duration  // without contact before a warning; 11 months (335 days)
	ProfileEnd  time.Duration  // without contact before erasure; 12 months (365 days)
	QuietFrom   int            // hour of the day nothing unasked is sent from; 20
	QuietUntil  int            // hour of the day nothing unasked is sent before; 8
	Location    *time.Location // where the hours count; America/Bogota (fixed UTC−5, no daylight saving)
}
