package outreach

import (
	"errors"
	"fmt"
	"time"

	"arraigo/store"
)

// Outcome is what became of one attempt to send. The table is closed: every
// error is exactly one of these, and an error nobody knows is Transient.
type Outcome uint8

// The outcomes.
const (
	Sent      Outcome = iota // accepted by Telegram
	Transient                // try again: the network, a 5xx, or an error nobody knows
	Throttled                // too many; try again after RetryAfter
	Uncertain                // written, never answered: it may have arrived
	Blocked                  // this person cannot be written to: blocked, deactivated, never started
	Rejected                 // this message will never be accepted as it is
)

var outcomeNames = [...]string{"sent", "transient", "throttled", "uncertain", "blocked", "rejected"}

// String returns the name used as metric label.
func (o Outcome) String() string {
	if int(o) < len(outcomeNames) {
		return outcomeNames[o]
	}
	return outcomeNames[Transient]
}

// Reason is why a message was rejected, as far as the sender acts on it.
type Reason string

// The reasons that change what the sender does next; any other rejection has
// ReasonOther. None holds words of a person or of the server's answer.
// ReasonBlocked and ReasonExpired are also the store's.
const (
	ReasonOther       Reason = store.ReasonRejected
	ReasonMarkup      Reason = "markup"            // the HTML was refused: plain text may pass
	ReasonNotModified Reason = "unchanged"         // the edit would change nothing: done
	ReasonGone        Reason = "gone"              // the message to change is not there or cannot be changed
	ReasonBlocked     Reason = store.ReasonBlocked // the person cannot be written to
	ReasonExpired     Reason = store.ReasonExpired // not accepted for too long
	ReasonFile        Reason = "file"              // the file, or what staff wrote, could not be made
)

// A SendError is the failure of one attempt. It never holds what was sent or
// to whom.
type SendError struct {
	Outcome    Outcome
	RetryAfter time.Duration // Throttled: how long Telegram asks us to wait
	Reason     Reason        // Rejected
	Code       int           // HTTP status or error_code; 0 when there was no answer
}

// Error names outcome, reason and code.
func (e *SendError) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("send: %s (%s, code %d)", e.Outcome, e.Reason, e.Code)
	}
	return fmt.Sprintf("send: %s (code %d)", e.Outcome, e.Code)
}

// failure reads any error of a Transport as a SendError.
func failure(err error) *SendError {
	if known, ok := errors.AsType[*SendError](err); ok {
		return known
	}
	return &SendError{Outcome: Transient}
}
