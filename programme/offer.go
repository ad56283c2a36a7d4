package programme

import (
	"cmp"
	"slices"
	"strings"
)

// Offer is what people may see of a catalogue on one day. It is immutable and
// safe for concurrent use; make a new one for another day or another catalogue.
// A nil Offer offers nothing.
//
// Only vacancies that pass the checklist of DecentWork are in it, so that no
// caller can show another one.
type Offer struct {
	today       Date
	courses     map[string]Course
	openCourses []Course // by start
	events      map[string]Event
	openEvents  []Event // by day
	vacancies   map[string]VacancyShowing
	shown       []VacancyShowing // newest first
	gone        map[string]string
	helpLines   []HelpLine
}

// NewOffer puts together what c offers on that day. Every vacancy is checked
// anew, with the figures that the parameters have now.
func NewOffer(d *Data, c Catalogue, today Date) *Offer {
	o := &Offer{
		today:   today,
		courses: map[string]Course{}, events: map[string]Event{},
		vacancies: map[string]VacancyShowing{}, gone: map[string]string{},
		helpLines: d.offeredHelpLines(c.HelpLines),
	}
	for _, course := range c.Courses {
		o.courses[course.ID] = course
		if course.Standing(today) == StandingOpen {
			o.openCourses = append(o.openCourses, course)
		}
	}
	for _, event := range c.Events {
		o.events[event.ID] = event
		if event.Standing(today) == StandingOpen {
			o.openEvents = append(o.openEvents, event)
		}
	}
	published := map[string]Date{}
	for _, vacancy := range c.Vacancies {
		o.addVacancy(d, vacancy)
		published[vacancy.ID] = vacancy.Published
	}
	slices.SortFunc(o.openCourses, func(a, b Course) int {
		return cmp.Or(a.Starts.compare(b.Starts), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(o.openEvents, func(a, b Event) int {
		return cmp.Or(a.On.compare(b.On), strings.Compare(a.Starts, b.Starts), strings.Compare(a.ID, b.ID))
	})
	slices.SortFunc(o.shown, func(a, b VacancyShowing) int {
		return cmp.Or(published[b.ID].compare(published[a.ID]), strings.Compare(a.ID, b.ID))
	})
	return o
}

func (o *Offer) addVacancy(d *Data, v Vacancy) {
	// An offer that is over is judged as of its last day: whoever was interested
	// may still read its title, unless it was never fit to be shown.
	on, standing := o.today, v.Standing(o.today)
	if standing == StandingEnded {
		on = v.Expires
	}
	if !d.DecentWork.Check(v, on).Verdict.Publishable() {
		return
	}
	switch standing {
	case StandingEnded, StandingClosed:
		o.gone[v.ID] = withoutContacts(v.Title)
	case StandingOpen:
		showing := v.Showing(o.today)
		showing.Time = d.DecentWork.workTime(v, o.today)
		o.vacancies[v.ID] = showing
		o.shown = append(o.shown, showing)
	}
}

// offeredHelpLines are the imported lines. The emergency numbers that come with
// the program stay whatever a spreadsheet leaves out.
func (d *Data) offeredHelpLines(imported []HelpLine) []HelpLine {
	if len(imported) == 0 {
		return d.HelpLines
	}
	var out []HelpLine
	for _, line := range imported {
		if line.Withdrawn.IsZero() {
			out = append(out, line)
		}
	}
	for _, line := range d.HelpLines {
		there := slices.ContainsFunc(out, func(l HelpLine) bool { return l.Number == line.Number && l.Always })
		if line.Always && !there {
			out = append(out, line)
		}
	}
	return out
}

// Today is the day that the offer is for.
func (o *Offer) Today() Date {
	if o == nil {
		return Date{}
	}
	return o.today
}

// Course is any course of the catalogue, whatever its standing today.
func (o *Offer) Course(id string) (Course, bool) {
	if o == nil {
		return Course{}, false
	}
	c, ok := o.courses[id]
	return c, ok
}

// Event is any event of the catalogue, whatever its standing today.
func (o *Offer) Event(id string) (Event, bool) {
	if o == nil {
		return Event{}, false
	}
	e, ok := o.events[id]
	return e, ok
}

// Vacancy is a vacancy that may be shown today.
func (o *Offer) Vacancy(id string) (VacancyShowing, bool) {
	if o == nil {
		return VacancyShowing{}, false
	}
	v, ok := o.vacancies[id]
	return v, ok
}

// VacancyTitle is the title of a vacancy that may be shown today, or that could
// be before it expired or was closed: for whoever was interested in it.
func (o *Offer) VacancyTitle(id string) (string, bool) {
	if v, ok := o.Vacancy(id); ok {
		return v.Title, true
	}
	if o == nil {
		return "", false
	}
	title, ok := o.gone[id]
	return title, ok
}

// HelpLines are the lines that a person in that municipality (empty: not known)
// may be shown; see Visible.
func (o *Offer) HelpLines(municipality string) []HelpLine {
	if o == nil {
		return nil
	}
	return Visible(o.helpLines, municipality, o.today)
}
