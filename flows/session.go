package flows

import (
	"log/slog"
	"time"
)

// A Session is everything the engine knows about a person between two inputs:
// where the conversation stands and the slots filled so far. It is stored
// encrypted in the contact's record, as CBOR under the names given for JSON. They
// are short because one record has a budget of 1 KB.
type Session struct {
	Flow     string              `json:"f,omitempty"` // empty: no conversation open
	Version  int                 `json:"v,omitempty"`
	Step     string              `json:"p,omitempty"`
	Question int                 `json:"q,omitempty"` // number of the newest question asked; its buttons carry it
	Asking   bool                `json:"a,omitempty"` // Question is open at Step
	Page     int                 `json:"g,omitempty"` // page of a long list of options
	Draft    []string            `json:"d,omitempty"` // boxes ticked so far, or candidates waiting for a confirmation
	Slots    map[string][]string `json:"s,omitempty"`
	Stack    []Frame             `json:"k,omitempty"` // conversations to come back to, innermost last
	History  []Frame             `json:"h,omitempty"` // questions answered in this flow, for back; newest last
	Nonsense int                 `json:"n,omitempty"` // answers in a row that could not be read
	Language string              `json:"l,omitempty"` // empty: not chosen yet, Spanish is used
	Seen     int64               `json:"t,omitempty"` // Unix seconds of the person's last input
	Nudged   bool                `json:"u,omitempty"` // reminded once of this open conversation
	Warned   bool                `json:"w,omitempty"` // told that the data will be erased for lack of contact
	Consents []Consent           `json:"c,omitempty"` // append-only proof; see Consent
	Changes  []Change            `json:"x,omitempty"` // answers corrected after they were first used
	Holds    []Hold              `json:"b,omitempty"` // what the person has of what the programme offers; without one, no place is theirs
	Stages   []Stage             `json:"r,omitempty"` // where the team put the person in each line, oldest first
	Talk     int64               `json:"e,omitempty"` // Unix seconds since when somebody of the team attends, or is to; 0: nobody
	Wake     int64               `json:"z,omitempty"` // Unix seconds when notices that wait may be told; 0: none waits
	Shown    *Shown              `json:"o,omitempty"` // nil unless something was said since the open question was put
	Unasked  *Unasked            `json:"m,omitempty"` // what nobody asked for and was said lately; nil: nothing
}

// Shown is when a person could first see the open question. However often it is
// put again, what they write after that is an answer to it. Set by bot.Turn.
type Shown struct {
	At      int64 `json:"t"` // Unix milliseconds
	Message int   `json:"m"` // Telegram message id
}

// Unasked counts messages that the person did not ask for, as yyyymmdd days in
// Bogotá. It is never changed, only replaced.
type Unasked struct {
	Day  int `json:"d"`
	Sent int `json:"n,omitempty"` // on that day
	Late int `json:"l,omitempty"` // day on which announcements were put off because it had enough of them; 0: none waits
}

// A Frame is a place in a conversation. On the stack, one with neither Return
// nor Asked is a flow that was wanted and waits for consent.
type Frame struct {
	Flow    string `json:"f"`
	Version int    `json:"v,omitempty"`
	Step    string `json:"p"`
	Return  bool   `json:"r,omitempty"` // reached by call: goes on after Step
	Asked   bool   `json:"a,omitempty"` // interrupted at its question: asks Step again
}

// Consent is the proof of one act of authorisation or refusal (Ley 1581/2012;
// Decreto 1377/2013 art. 8). The exact text is kept once per hash by the store.
type Consent struct {
	Text     string   `json:"k"`           // locale key of the text shown
	Version  int      `json:"v"`           // version of that text
	Hash     string   `json:"h"`           // SHA-256 of the exact text shown, base64url without padding
	Language string   `json:"l"`           // language it was shown in
	Purposes []string `json:"p,omitempty"` // the purposes this act is about
	Given    bool     `json:"g,omitempty"` // false: refused or revoked
	At       int64    `json:"t"`           // Unix seconds, UTC
	Update   int64    `json:"u,omitempty"` // Telegram update that carried the act; set by bot.Turn
}

// A Change says that an answer was corrected: which, when and by whom.
type Change struct {
	Slot string `json:"s"`
	At   int64  `json:"t"` // Unix seconds
	By   string `json:"b"` // "persona" or the id of who of the team
}

// Purposes of consent, each revocable on its own. Only PurposeEvaluate is
// needed for a profile (data-protection requirement DP-04).
const (
	PurposeEvaluate   = "evaluate"
	PurposeOffers     = "offers"
	PurposeAlerts     = "alerts" // of vacancies that the person described
	PurposeShare      = "share"
	PurposeStatistics = "statistics"
)

// Consented reports whether the newest act about the purpose gave consent.
func (s *Session) Consented(purpose string) bool {
	for i := len(s.Consents) - 1; i >= 0; i-- {
		for _, p := range s.Consents[i].Purposes {
			if p == purpose {
				return s.Consents[i].Given
			}
		}
	}
	return false
}

// Value returns the first value of a slot, or "".
func (s *Session) Value(slot string) string {
	if v := s.Slots[slot]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Idle returns how long ago the person last wrote.
func (s *Session) Idle(now time.Time) time.Duration {
	return now.Sub(time.Unix(s.Seen, 0))
}

// LogValue keeps answers out of every log.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("flow", s.Flow), slog.String("step", s.Step))
}
