package flows

import (
	"strings"
	"time"

	"arraigo/programme"
)

// A Reminder says that a course or an event begins soon, to everybody who has a
// place in it or wants to hear of it by then. It follows the offer, not the
// person: with another start it is another reminder.
type Reminder struct {
	Lead  string    // how long before, as the catalogue has it: "24h"
	Start time.Time // what begins then; where only the day is known, its noon
	Due   time.Time // when it is told, never in the quiet hours
}

// Name tells the reminder from every other of the same offer: "24h.202612041000".
func (r Reminder) Name() string { return r.Lead + "." + r.Start.Format(startStamp) }

// Reminder is what is to be told now of an offer: of all its reminders that are
// due, the last; without a Lead none is due yet. False: it has begun, it does not
// take place, or nobody knows when.
func (s *Set) Reminder(o *programme.Offer, kind, id string, now time.Time) (Reminder, bool) {
	begin, leads, ok := s.begins(o, kind, id)
	if !ok || !now.Before(begin.At) {
		return Reminder{}, false
	}
	timing := s.Timing.defaults()
	last := Reminder{Start: begin.At}
	for _, lead := range leads {
		if !begin.Hour && lead.Days() == 0 {
			continue // hours before a day: when would that be?
		}
		if due := timing.decent(lead.Before(begin.At), begin.At); !due.After(now) {
			last.Lead, last.Due = lead.Name, due
		}
	}
	return last, true
}

// ReminderStart is the start that the named reminder is for, if that is still
// when it begins.
func (s *Set) ReminderStart(o *programme.Offer, kind, id, name string) (time.Time, bool) {
	begin, _, ok := s.begins(o, kind, id)
	_, stamp, _ := strings.Cut(name, ".")
	return begin.At, ok && begin.At.Format(startStamp) == stamp
}

const startStamp = "200601021504"

// begins is when a course or an event begins and how long before that people
// are reminded; false when it does not take place, or nobody knows when.
func (s *Set) begins(o *programme.Offer, kind, id string) (programme.Begin, []programme.Lead, bool) {
	loc, today := s.Location(), o.Today()
	switch kind {
	case HeldCourse:
		if c, ok := o.Course(id); ok && c.Withdrawn.IsZero() && c.Standing(today) != programme.StandingCancelled {
			begin, known := c.Begins(loc)
			return begin, programme.Leads(c.Reminders), known
		}
	case HeldEvent:
		e, ok := o.Event(id)
		standing := e.Standing(today)
		if ok && e.Withdrawn.IsZero() && standing != programme.StandingCancelled && standing != programme.StandingPostponed {
			begin, known := e.Begins(loc)
			return begin, programme.Leads(e.Reminders), known
		}
	}
	return programme.Begin{}, nil, false
}

// decent moves what would come in the quiet hours: to the morning after them, or
// to an hour before them for what begins on that day already.
func (d Timing) decent(at, start time.Time) time.Time {
	morning := d.awake(at).In(d.Location)
	if morning.Equal(at) || programme.DateOf(morning).Before(programme.DateOf(start.In(d.Location))) {
		return morning
	}
	return time.Date(morning.Year(), morning.Month(), morning.Day()-1, d.QuietFrom-1, 0, 0, 0, d.Location)
}

// upBefore is how long before the start whoever goes there is up: a reminder
// that missed its evening, because the program was down, comes then at any hour.
const upBefore = time.Hour

// decentTime is the first moment from now on when a notice may be told.
func (t *turn) decentTime(n Notice, timing Timing) time.Time {
	waking := timing.awake(t.now)
	if up := time.Unix(n.Until, 0).Add(-upBefore); n.Kind == RemindOffer && up.Before(waking) {
		return later(up, t.now)
	}
	return waking
}
