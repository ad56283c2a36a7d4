package flows

import (
	"slices"
	"time"

	"arraigo/programme"
)

// A Hold is what a person has of something that the programme offers: a place in
// a course, in an event or in its waiting line, or an interest in a vacancy.
// There is at most one for each Kind and Offer. Places themselves are the
// store's; a hold is what the person was told about theirs.
//
// A hold without a row in the catalogue still stands: the offer was taken out.
type Hold struct {
	Kind   string `json:"k"`           // HeldCourse, HeldEvent or HeldVacancy
	Offer  string `json:"o"`           // id in the catalogue
	State  string `json:"s"`           // one of the Hold states; empty, as Input.Hold: nothing is held any more
	Size   int    `json:"n,omitempty"` // event: how many come, with the person; 0 counts as 1
	Minors int    `json:"m,omitempty"` // event: how many of them are under 18
	Until  int64  `json:"u,omitempty"` // offered: Unix seconds until when it can be accepted
	Ends   int64  `json:"e,omitempty"` // Unix seconds when the offer is over, as far as known; 0: not known
	Sure   bool   `json:"y,omitempty"` // enrolled: they confirmed that they come
	At     int64  `json:"t"`           // Unix seconds since when it stands so

	Asked    int64 `json:"a,omitempty"` // enrolled: Unix seconds when they were last asked whether they come
	Reminded int64 `json:"r,omitempty"` // Unix seconds of the start of which they were last reminded
	Quiet    bool  `json:"q,omitempty"` // they do not want to be reminded

	Why string `json:"w,omitempty"` // referred: by which way; unsuitable: why
}

// The kinds of holds. They are also the dimensions of audiences, but for
// vacancies, which are a referral there.
const (
	HeldCourse  = "course"
	HeldEvent   = "event"
	HeldVacancy = "vacancy"
)

// The states of holds.
const (
	HoldEnrolled   = "enrolled"   // course, event: has a place
	HoldWaiting    = "waiting"    // course, event: waits for a place
	HoldOffered    = "offered"    // course, event: a place is kept for them until Until
	HoldInterested = "interested" // vacancy: wants to be referred by the team
	HoldNotify     = "notify"     // event: wants to be reminded and has no place
)

// holdKeep is how long a hold outlives its offer: long enough for a question
// about it.
const holdKeep = 90 * 24 * time.Hour

// MaxHolds bounds what one person has at once. Whoever has so many is told to
// give something back first.
const MaxHolds = 30

// dimensionReferral is the audience of those who are interested in a vacancy.
const dimensionReferral = "referral"

// Hold returns what the person has of an offer.
func (s *Session) Hold(kind, offer string) (Hold, bool) {
	for _, h := range s.Holds {
		if h.Kind == kind && h.Offer == offer {
			return h, true
		}
	}
	return Hold{}, false
}

// hold sets what the person has of an offer; without a state it is removed.
func (t *turn) hold(h Hold) {
	t.s.Holds = slices.DeleteFunc(slices.Clone(t.s.Holds), func(old Hold) bool {
		return old.Kind == h.Kind && old.Offer == h.Offer
	})
	if h.State == "" {
		return
	}
	if h.At == 0 {
		h.At = t.now.Unix()
	}
	t.s.Holds = append(t.s.Holds, h)
}

// forgotten is when the hold is dropped if nothing else happens.
func (h Hold) forgotten(timing Timing) time.Time {
	if h.Ends == 0 {
		return time.Unix(h.At, 0).Add(timing.ProfileEnd)
	}
	return time.Unix(h.Ends, 0).Add(holdKeep)
}

// forgetHolds drops the holds of offers that are long over.
func (t *turn) forgetHolds(timing Timing) {
	over := func(h Hold) bool { return !t.now.Before(h.forgotten(timing)) }
	if slices.ContainsFunc(t.s.Holds, over) {
		t.s.Holds = slices.DeleteFunc(slices.Clone(t.s.Holds), over)
	}
}

// entries are the audiences that a hold belongs to.
func (h Hold) entries() []Entry {
	if h.Kind == HeldVacancy {
		return h.referralEntries()
	}
	return []Entry{{h.Kind, h.Offer}}
}

// Holding says what a person has, for the list of everything stored about them.
func Holding(offer *programme.Offer, h Hold) Text {
	return Key("hold."+h.Kind+"."+h.State).With("offer", Literal(offerTitle(offer, h.Kind, h.Offer)))
}

// offerTitle is the name of an offer, or its id when it is in no list any more.
func offerTitle(offer *programme.Offer, kind, id string) string {
	title := ""
	switch kind {
	case HeldCourse:
		c, _ := offer.Course(id)
		title = c.Title
	case HeldEvent:
		e, _ := offer.Event(id)
		title = e.Title
	case HeldVacancy:
		title, _ = offer.VacancyTitle(id)
	}
	if title == "" {
		return id
	}
	return title
}
