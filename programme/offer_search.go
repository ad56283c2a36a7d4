package programme

import "slices"

// CourseSearch is what somebody looks for; the zero value is everything.
type CourseSearch struct {
	Line         Line
	Municipality string // DIVIPOLA code: courses held there, wholly or in part
	Department   string // two digits
	Mode         Mode
	From, To     Date // it starts on one of these days; zero: open
}

// Courses are those in which people may enrol today, by start. Full ones are
// among them: they have a waiting list.
func (o *Offer) Courses(s CourseSearch) []Course {
	if o == nil {
		return nil
	}
	var out []Course
	for _, c := range o.openCourses {
		if (s.Line == "" || s.Line == c.Line) && within(c.Municipality, s.Municipality, s.Department) &&
			(s.Mode == "" || s.Mode == c.Mode) && (period{s.From, s.To}).contains(c.Starts) {
			out = append(out, c)
		}
	}
	return out
}

// EventSearch is what somebody looks for; the zero value is everything.
type EventSearch struct {
	Line         Line
	Municipality string // DIVIPOLA code
	Department   string // two digits
	From, To     Date   // zero: open
}

// Events are the confirmed ones from today on, by day and hour, with or without
// sign-up.
func (o *Offer) Events(s EventSearch) []Event {
	if o == nil {
		return nil
	}
	var out []Event
	for _, e := range o.openEvents {
		if (s.Line == "" || s.Line == e.Line) && within(e.Municipality, s.Municipality, s.Department) &&
			(period{s.From, s.To}).contains(e.On) {
			out = append(out, e)
		}
	}
	return out
}

// WorkTime is how much of a week a vacancy takes.
type WorkTime string

// The working times, as the screening's question L3 calls them.
const (
	FullTime WorkTime = "completa"
	PartTime WorkTime = "parcial"
)

// WorkTimes are all of them.
func WorkTimes() []WorkTime { return []WorkTime{FullTime, PartTime} }

// VacancySearch is what somebody looks for or wants to be told of; the zero
// value is everything. A list is fulfilled by any of its values.
type VacancySearch struct {
	Occupations    []string // codes of three digits
	Municipalities []string // DIVIPOLA codes
	Department     string   // two digits
	Remote         bool     // wholly from home only
	Time           WorkTime
}

// Vacancies are those that may be shown today, the newest first.
func (o *Offer) Vacancies(s VacancySearch) []VacancyShowing {
	if o == nil {
		return nil
	}
	var out []VacancyShowing
	for _, v := range o.shown {
		if s.Fits(v) {
			out = append(out, v)
		}
	}
	return out
}

// Fits tells whether a vacancy is what is looked for. Work from home fits every
// place.
func (s VacancySearch) Fits(v VacancyShowing) bool {
	remote := v.Mode == Remote
	switch {
	case len(s.Occupations) > 0 && !slices.Contains(s.Occupations, v.Occupation),
		len(s.Municipalities) > 0 && !remote && !slices.Contains(s.Municipalities, v.Municipality),
		!remote && !within(v.Municipality, "", s.Department),
		s.Remote && !remote,
		s.Time != "" && s.Time != v.Time:
		return false
	}
	return true
}

// within tells whether a place is the municipality and in the department asked
// for, as far as they are.
func within(place, municipality, department string) bool {
	return (municipality == "" || place == municipality) &&
		(department == "" || len(place) == 5 && place[:2] == department)
}

// workTime compares the hours of a vacancy with the legal week of its start, or
// of today when that is not known yet. Empty: the hours were not told.
func (w *DecentWork) workTime(v Vacancy, today Date) WorkTime {
	week, known := w.parameters.At("horas_semana_max", v.Starts)
	if v.Starts.IsZero() || !known {
		week, known = w.parameters.At("horas_semana_max", today)
	}
	share, told := w.parameters.At("jornada_completa_min", today)
	switch {
	case v.Hours == 0 || !known || !told:
		return ""
	case v.Hours*100 >= float64(week.Value*share.Value):
		return FullTime
	}
	return PartTime
}
