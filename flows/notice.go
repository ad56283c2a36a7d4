package flows

import "time"

// A Notice is what another person's act, or the calendar, brought to this
// person, and what they have not been told yet. The store keeps it until a
// timer's turn has dealt with it.
type Notice struct {
	ID    string     `json:"i"` // the same event has the same id, so that nobody is told twice
	Kind  NoticeKind `json:"k"`
	Held  string     `json:"h,omitempty"` // what Offer is: one of the kinds of holds
	Offer string     `json:"o,omitempty"` // id in the catalogue
	Until int64      `json:"u,omitempty"` // Unix seconds from which it is not worth saying; 0: always worth it

	Outreach string `json:"a,omitempty"` // whose ledger says what became of it; "": none
	Again    bool   `json:"g,omitempty"` // sent again when it is not known whether it arrived
}

// NoticeKind says what happened.
type NoticeKind string

// The kinds of notices.
const (
	PlaceOffered    NoticeKind = "place_offered"    // a place came free and is kept for them
	PlaceLost       NoticeKind = "place_lost"       // they did not answer in time
	ConfirmCourse   NoticeKind = "confirm_course"   // the course begins in two days: do they come?
	CourseCancelled NoticeKind = "course_cancelled" // it does not take place
	CourseChanged   NoticeKind = "course_changed"   // other days, another place
	EventChanged    NoticeKind = "event_changed"    // another day, another place, or cancelled
	EventFeedback   NoticeKind = "event_feedback"   // it is over: how was it?
	StageMoved      NoticeKind = "stage_moved"      // the team moved them on in a line: Held is the line, Offer the stage
	ReferralMoved   NoticeKind = "referral_moved"   // the team dealt with an interest: Offer is the vacancy
	DataCorrected   NoticeKind = "data_corrected"   // the team changed an answer: Offer is the slot
	VacancyAlert    NoticeKind = "vacancy_alert"    // a vacancy was published that they look for
	NewsWaits       NoticeKind = "news"             // something is new in what they told in confidence: not even the notice says what
	Announcement    NoticeKind = "announcement"     // the staff have something to say: Offer is the outreach
	RemindOffer     NoticeKind = "reminder"         // what they have a place in, or want to hear of, begins soon: at Until
)

// telling says what all waiting notices of one kind lead to: replies, changes of
// holds. It is called in decent hours only, for somebody whose data may be kept
// and who wants to hear of it. It ends each notice, or waits if it is to come
// again later.
type telling func(*turn, []Notice)

// tellings are the kinds of notices, from the file of each service.
var tellings = together(placeNotices, courseNotices, eventNotices, vacancyNotices, stageNotices, referralNotices, reminderNotices, reportNotices, announcementNotices)

// each makes a telling of a function that deals with one notice at a time and
// for good.
func each(tell func(*turn, Notice)) telling {
	return func(t *turn, list []Notice) {
		for _, n := range list {
			before := t.said()
			t.why = GateMoot
			tell(t, n)
			if t.said() > before {
				t.ends(n, EndTold)
			} else {
				t.ends(n, Withheld(t.why))
			}
		}
	}
}

// said is how much the turn says so far.
func (t *turn) said() int { return len(t.out.Replies) + len(t.says) + len(t.notes) }

// wait has the timer look again then, for what could not be said now.
func (t *turn) wait(until time.Time) {
	if at := until.Unix(); t.s.Wake == 0 || at < t.s.Wake {
		t.s.Wake = at
	}
}

// strangerWait is how long a notice waits that only a newer replica of the
// program understands.
const strangerWait = time.Hour

// notices tells what has come to the person, as far as the gates let it. What is
// the person's own business comes first. Of what has a topic, one message goes
// in one turn: what becomes of it is then known of it alone.
func (t *turn) notices(timing Timing) {
	t.s.Wake = 0
	var own, topics []NoticeKind
	waiting := map[NoticeKind][]Notice{}
	for _, n := range t.in.Notices {
		if state := t.gate(n); state != "" {
			t.ends(n, state)
			continue
		}
		if tellings[n.Kind] == nil {
			t.wait(t.now.Add(strangerWait))
			continue
		}
		if at := t.decentTime(n, timing); at.After(t.now) {
			t.wait(at)
			continue
		}
		if waiting[n.Kind] == nil && topicOf(n.Kind) == "" {
			own = append(own, n.Kind)
		} else if waiting[n.Kind] == nil {
			topics = append(topics, n.Kind)
		}
		waiting[n.Kind] = append(waiting[n.Kind], n)
	}
	for _, kind := range own {
		tellings[kind](t, waiting[kind])
	}
	for _, kind := range topics {
		if t.said() > 0 {
			t.wait(t.now)
			return
		}
		tellings[kind](t, waiting[kind])
	}
}
