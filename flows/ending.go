package flows

import "slices"

// An Ending is what a turn made of a notice, or of something else that nobody
// asked for: it is told by the replies of the turn, or never will be.
type Ending struct {
	Notice   string // id; "": the timer itself brought it
	Outreach string // whose ledger notes it; "": none
	State    string // EndTold, EndBlocked or Withheld
	Again    bool   // sent again when it is not known whether it arrived
}

// The states of endings, as ledgers have them; Withheld makes the others.
const (
	EndTold    = "o" // owed with the replies of this turn
	EndBlocked = "b" // the person blocked the bot
)

// Withheld is the state of what a gate kept back for good.
func Withheld(gate string) string { return "w:" + gate }

// The gates. Quiet hours are none of them: they only put off.
const (
	GateConsent   = "consent"   // the person never agreed to the topic, or took all consent back
	GateOptedOut  = "opt_out"   // they had agreed, and stopped it
	GateCap       = "cap"       // more than anybody wants to read
	GateTicket    = "ticket"    // the team talks with them: nothing may come between
	GateSent      = "sent"      // they were told the same before
	GateExpired   = "expired"   // too late to be of use
	GateMoot      = "moot"      // it does not concern them any more
	GateCancelled = "cancelled" // the staff cancelled it
	GateGone      = "gone"      // the person erased their data
)

// Gates lists all gates, for reports.
func Gates() []string {
	return []string{GateConsent, GateOptedOut, GateCap, GateTicket, GateSent, GateExpired, GateMoot, GateCancelled, GateGone}
}

// ends notes that a notice is dealt with.
func (t *turn) ends(n Notice, state string) {
	t.out.Ends = append(t.out.Ends, Ending{Notice: n.ID, Outreach: n.Outreach, State: state, Again: n.Again})
}

// topicOf is the purpose that somebody must agree to, to be told of that; "" for
// what is their own business.
func topicOf(kind NoticeKind) string {
	switch kind {
	case Announcement:
		return PurposeOffers
	case VacancyAlert:
		return PurposeAlerts
	}
	return ""
}

// gate returns the state of a notice that is never to be told; "" lets it pass.
func (t *turn) gate(n Notice) string {
	purpose := topicOf(n.Kind)
	switch {
	case !t.consented():
		return Withheld(GateConsent)
	case purpose != "" && !t.s.Consented(purpose):
		if t.agreedOnce(purpose) {
			return Withheld(GateOptedOut)
		}
		return Withheld(GateConsent)
	case purpose != "" && !t.wants(purpose):
		return Withheld(GateOptedOut)
	case t.in.Blocked && (purpose != "" || n.Kind == RemindOffer):
		return EndBlocked
	case n.Until != 0 && n.Until <= t.now.Unix():
		return Withheld(GateExpired)
	}
	return ""
}

// agreedOnce reports whether the person ever agreed to a purpose.
func (t *turn) agreedOnce(purpose string) bool {
	return slices.ContainsFunc(t.s.Consents, func(c Consent) bool { return c.Given && contains(c.Purposes, purpose) })
}

// wants reports whether somebody who agreed to a topic did not stop or pause it.
func (t *turn) wants(purpose string) bool {
	entry, _ := TopicEntry(purpose)
	return t.s.Value("outreach") == "" && t.s.Value(entry.Dimension) == entry.Value
}
