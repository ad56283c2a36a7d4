package programme

import (
	"fmt"
	"time"
)

// Event is something that takes place once: a fair, a workshop, a festival.
type Event struct {
	ID, Title    string
	Kind         string // feria_empleo, taller, torneo, …
	Line         Line
	Organiser    string
	Municipality string // DIVIPOLA code
	Place        string
	On           Date
	Starts, Ends string // hours as 08:00, in the place's own time; empty: not told
	Places       int    // 0: not limited
	SignUp       Stated // whether people have to sign up
	For          string // todas, migrantes, emprendedores, busca_empleo
	Minors       Stated // whether minors may come with an adult
	Description  string
	Cost         int64    // pesos; the programme's events cost nothing
	Access       []string // rampa, interprete_senas, …
	Reminders    []string `json:",omitempty"` // how long before, as 24h; "no"; empty: see Leads
	State        string   // confirmado, aplazado, cerrado, cancelado

	Withdrawn Date // when it went out of the list it came from; zero: it is in it
}

// Standing tells whether people may sign up on that day: while it is confirmed,
// up to and including its day.
func (e Event) Standing(today Date) Standing {
	switch {
	case e.State == stateCancelled:
		return StandingCancelled
	case e.State == statePostponed && e.Withdrawn.IsZero():
		return StandingPostponed
	case !e.On.IsZero() && e.On.Before(today):
		return StandingEnded
	case e.State == stateClosed, !e.Withdrawn.IsZero():
		return StandingClosed
	}
	return StandingOpen
}

// Span is when the event starts and ends in loc. Without an hour it is the
// whole day; without an end it lasts until midnight. An end at or before the
// start is on the next day. False means that the day is not known.
func (e Event) Span(loc *time.Location) (start, end time.Time, ok bool) {
	if e.On.IsZero() {
		return time.Time{}, time.Time{}, false
	}
	from, _ := clockMinutes(e.Starts)
	to, given := clockMinutes(e.Ends)
	if !given {
		to = 24 * 60
	} else if to <= from {
		to += 24 * 60
	}
	return e.On.At(from, loc), e.On.At(to, loc), true
}

// clockMinutes reads 08:00 as minutes after midnight.
func clockMinutes(s string) (int, bool) {
	var hour, minute int
	if n, err := fmt.Sscanf(s, "%d:%d", &hour, &minute); err != nil || n != 2 || hour < 0 || hour > 24 || minute < 0 || minute > 59 {
		return 0, false
	}
	return hour*60 + minute, true
}

// Party is who comes along on one sign-up.
type Party struct {
	Adults int // 18 or older, with the person who signs up
	Minors int // under 18
}

// Size is how many places the party takes.
func (p Party) Size() int { return p.Adults + p.Minors }

// maxParty bounds one sign-up: a family, not a bus.
const maxParty = 10

// PlacesLeft is how many people can still get a place; false means there is no
// limit.
func (e Event) PlacesLeft(taken int) (int, bool) { return placesLeft(e.Places, taken) }

// Admits tells whether a party may sign up on that day when taken places are
// gone. No document, screening or population is asked for: everybody may come.
// Minors come with an adult, where the event admits them. A party of more than
// 10 is full too: the team handles groups.
func (e Event) Admits(p Party, taken int, today Date) (bool, Refusal) {
	switch {
	case e.Standing(today) != StandingOpen:
		return false, RefusedStanding
	case e.SignUp == StatedNo:
		return false, RefusedNoSignUp
	case p.Minors > 0 && e.Minors != StatedYes:
		return false, RefusedNoMinors
	case p.Adults < 1:
		return false, RefusedUnpaired
	case p.Minors < 0 || p.Size() > maxParty:
		return false, RefusedFull
	}
	if left, limited := e.PlacesLeft(taken); limited && p.Size() > left {
		return false, RefusedFull
	}
	return true, ""
}
