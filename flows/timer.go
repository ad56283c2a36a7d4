package flows

import (
	"strings"
	"time"

	"arraigo/programme"
)

// defaults fills the delays that are not configured.
func (d Timing) defaults() Timing {
	day := 24 * time.Hour
	fill := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	fill(&d.Nudge, day)
	fill(&d.SessionEnd, 30*day)
	fill(&d.ProfileWarn, 335*day)
	fill(&d.ProfileEnd, 365*day)
	if d.QuietFrom == 0 && d.QuietUntil == 0 {
		d.QuietFrom, d.QuietUntil = 20, 8
	}
	if d.Location == nil {
		d.Location = time.FixedZone("America/Bogota", -5*3600)
	}
	return d
}

// Today is the civil day in the place where the hours count.
func (s *Set) Today(now time.Time) programme.Date {
	location := s.Timing.Location
	if location == nil {
		location = s.Timing.defaults().Location
	}
	return programme.DateOf(now.In(location))
}

// EndOf is when a day is over in the place where the hours count.
func (s *Set) EndOf(day programme.Date) time.Time {
	return day.AddDays(1).At(0, s.Timing.defaults().Location)
}

// awake is the first moment from at on when something unasked may be sent.
func (d Timing) awake(at time.Time) time.Time {
	local := at.In(d.Location)
	day := time.Date(local.Year(), local.Month(), local.Day(), d.QuietUntil, 0, 0, 0, d.Location)
	switch {
	case local.Hour() >= d.QuietFrom:
		return day.AddDate(0, 0, 1)
	case local.Hour() < d.QuietUntil:
		return day
	}
	return at
}

// timer does what has become due since the person last wrote.
func (t *turn) timer() {
	timing := t.set.Timing.defaults()
	idle := t.s.Idle(t.now)
	waking := timing.awake(t.now).Equal(t.now)
	if t.consented() && idle >= timing.ProfileEnd {
		t.out.Erase = true
		t.s = Session{Language: t.s.Language}
		return
	}
	t.forgetExpired(idle)
	t.forgetHolds(timing)
	t.notices(timing)
	if idle >= timing.SessionEnd || t.s.Flow == flowReport && idle >= timing.Nudge {
		t.leaveFlow()
		t.s.Flow, t.s.Step, t.s.Version, t.s.Stack = "", "", 0, nil
	}
	switch {
	case !waking || !t.consented(), len(t.out.Replies) > 0: // the timer is due again at once
	case t.in.Blocked && (idle >= timing.ProfileWarn || t.nudges(timing) && idle >= timing.Nudge):
		t.s.Nudged, t.s.Warned = true, t.s.Warned || idle >= timing.ProfileWarn
	case idle >= timing.ProfileWarn && !t.s.Warned:
		t.s.Warned = true
		end := time.Unix(t.s.Seen, 0).Add(timing.ProfileEnd)
		t.nudged()
		t.out.Replies = append(t.out.Replies, Reply{
			Parts:   []Text{Key("retention.warning").With("fecha", Text{Date: end.Unix()})},
			Buttons: [][]Button{{triggerButton("menu")}, {triggerButton("erase")}},
		})
	case t.nudges(timing) && idle >= timing.Nudge:
		t.s.Nudged = true
		t.nudged()
		t.note(Key("resume.nudge"))
		t.extra = append(t.extra, triggerButton("cancel"))
		t.question()
	}
}

// NudgeOutreach is the outreach of all nudges of a day.
func NudgeOutreach(day programme.Date) string { return nudgeOutreach + day.String() }

const nudgeOutreach = "nudge."

// IsNudge reports whether an outreach is one of nudges.
func IsNudge(outreach string) bool { return strings.HasPrefix(outreach, nudgeOutreach) }

// nudged notes that the timer itself has something to say.
func (t *turn) nudged() {
	t.out.Ends = append(t.out.Ends, Ending{Outreach: NudgeOutreach(t.set.Today(t.now)), State: EndTold, Again: true})
}

// nudges reports whether the open conversation deserves its one reminder.
func (t *turn) nudges(Timing) bool {
	f := t.flow()
	return f != nil && f.lasting && !f.Standing && t.open() != nil && !t.s.Nudged && t.consented() && !t.stopped()
}

// forgetExpired drops the slots whose time is over.
func (t *turn) forgetExpired(idle time.Duration) {
	for name := range t.s.Slots {
		if slot := t.set.Slot(name); slot == nil || !slot.Keep.Flow && idle >= slot.Keep.After {
			delete(t.s.Slots, name)
		}
	}
}

// NextDue is when a timer should next look at the session; zero means never.
func NextDue(set *Set, s *Session, now time.Time) time.Time {
	timing := set.Timing.defaults()
	t := &turn{set: set, s: *s, now: now}
	seen := time.Unix(s.Seen, 0)
	var next time.Time
	at := func(due time.Time) {
		if next.IsZero() || due.Before(next) {
			next = due
		}
	}
	if t.nudges(timing) {
		at(timing.awake(later(seen.Add(timing.Nudge), now)))
	}
	switch s.Flow {
	case "":
	case flowReport:
		at(seen.Add(timing.Nudge))
	default:
		at(seen.Add(timing.SessionEnd))
	}
	if t.consented() {
		if !s.Warned {
			at(timing.awake(later(seen.Add(timing.ProfileWarn), now)))
		}
		at(seen.Add(timing.ProfileEnd))
	}
	for name := range s.Slots {
		if slot := set.Slot(name); slot != nil && !slot.Keep.Flow {
			at(seen.Add(slot.Keep.After))
		}
	}
	for _, h := range s.Holds {
		at(h.forgotten(timing))
	}
	if s.Wake != 0 {
		at(time.Unix(s.Wake, 0))
	}
	return next
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
