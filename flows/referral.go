package flows

import "slices"

// A referral is what the team made of an interest in a vacancy: it passed the
// person on to the employer, with the person's yes, or says why it did not. It
// stays a hold of the person, who is told of it in plain words.

// The states of an interest once the team dealt with it.
const (
	HoldReferred   = "referred"   // passed on to the employer; Why is by which way
	HoldUnsuitable = "unsuitable" // not passed on; Why is the reason
)

// ReferralWays lists how somebody can be passed on to an employer.
func ReferralWays() []string { return []string{"phone", "mail", "visit", "service"} }

// ReferralReasons lists why somebody is not passed on.
func ReferralReasons() []string {
	return []string{"papers", "experience", "place", "filled", "declined", "unmet"}
}

// ReferralState is the state that a way or a reason stands for; "" for neither.
func ReferralState(why string) string {
	switch {
	case slices.Contains(ReferralWays(), why):
		return HoldReferred
	case slices.Contains(ReferralReasons(), why):
		return HoldUnsuitable
	}
	return ""
}

// The audiences of those with an interest in a vacancy, beside Referral, which
// holds all of them: who still waits for the team, of any vacancy or of one.
const (
	dimensionRefer   = "refer"
	dimensionReferTo = "refer.to"
	referWaiting     = "waiting"
	referDone        = "done"
)

// ReferralsWaiting is the audience of those with an interest that the team did
// not deal with yet.
func ReferralsWaiting() Entry { return Entry{dimensionRefer, referWaiting} }

// ReferralsDone is the audience of those with an interest that it dealt with.
func ReferralsDone() Entry { return Entry{dimensionRefer, referDone} }

// ReferralWaiting is the audience of those who wait to be referred to a vacancy.
func ReferralWaiting(vacancy string) Entry { return Entry{dimensionReferTo, vacancy} }

// referralEntries are the audiences that an interest belongs to.
func (h Hold) referralEntries() []Entry {
	if h.State == HoldInterested {
		return []Entry{Referral(h.Offer), ReferralsWaiting(), ReferralWaiting(h.Offer)}
	}
	return []Entry{Referral(h.Offer), ReferralsDone()}
}

// refer notes what the team made of an interest that the person still has.
func (t *turn) refer(act StaffAct) {
	h, held := t.s.Hold(HeldVacancy, act.Offer)
	state := ReferralState(act.Why)
	if !held || state == "" || h.State == state && h.Why == act.Why {
		return
	}
	h.State, h.Why, h.At = state, act.Why, act.At
	t.hold(h)
}

// ReferralTexts are what a person reads of a referral to a vacancy of that title.
func ReferralTexts(why, title string) []Text {
	said := Key("referral."+ReferralState(why)).With("title", Literal(title)).With("why", Key("referral.why."+why))
	return []Text{said, Key("referral.next." + ReferralState(why))}
}

// referralNotices are the notices about what the team made of an interest.
var referralNotices = map[NoticeKind]telling{ReferralMoved: each((*turn).tellReferral)}

// tellReferral says what became of the interest, as it stands now.
func (t *turn) tellReferral(n Notice) {
	h, held := t.s.Hold(HeldVacancy, n.Offer)
	if !held || ReferralState(h.Why) == "" {
		return
	}
	t.sayReferral(h)
}

func (t *turn) sayReferral(h Hold) {
	t.reply(Reply{
		Parts:   append(ReferralTexts(h.Why, offerTitle(t.in.Offer, HeldVacancy, h.Offer)), Key("help.fraud")),
		Buttons: [][]Button{{triggerButton("human")}, {triggerButton("vacancies")}, {triggerButton("menu")}},
	})
}
