package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"time"
)

// Attention is when the team attends, by date.
type Attention struct {
	hours  []Hours
	closed map[Date]bool
}

// Hours are the hours of one stretch of time, of the local clock.
type Hours struct {
	Days          []time.Weekday // in the order of the week, Monday first; at least one
	Opens, Closes int            // minutes after midnight
	Placeholder   bool           // nobody confirmed them yet

	period period
}

// On returns the hours that hold on a day; ok is false when none are set.
func (a *Attention) On(day Date) (h Hours, ok bool) {
	for _, h := range a.hours {
		if h.period.contains(day) {
			return h, true
		}
	}
	return Hours{}, false
}

// Open reports whether the team attends at that moment of the local clock.
func (a *Attention) Open(at time.Time) bool {
	h, ok := a.openOn(DateOf(at))
	minute := at.Hour()*60 + at.Minute()
	return ok && minute >= h.Opens && minute < h.Closes
}

func (a *Attention) openOn(day Date) (Hours, bool) {
	h, ok := a.On(day)
	return h, ok && !a.closed[day] && slices.Contains(h.Days, day.Weekday())
}

// attentionAhead is how far ahead Next looks.
const attentionAhead = 60

// Next returns when the team attends next, from that moment on: the moment
// itself while it attends; zero when it does not within 60 days.
func (a *Attention) Next(at time.Time) time.Time {
	if a.Open(at) {
		return at
	}
	day := DateOf(at)
	for range attentionAhead {
		if h, ok := a.openOn(day); ok {
			if opens := day.At(h.Opens, at.Location()); opens.After(at) {
				return opens
			}
		}
		day = day.AddDays(1)
	}
	return time.Time{}
}

// AddWorkingDays counts n working days on from a day, which is not counted
// itself: Monday to Friday without the days on which nobody attends. It is what
// the law counts terms in; a holiday that is not in the list only makes the term
// end sooner.
func (a *Attention) AddWorkingDays(from Date, n int) Date {
	for day := from; ; {
		if n <= 0 {
			return day
		}
		day = day.AddDays(1)
		if w := day.Weekday(); w != time.Saturday && w != time.Sunday && !a.closed[day] {
			n--
		}
	}
}

// Span reports whether the days follow each other, as Monday to Friday do.
func (h Hours) Span() bool {
	for i := 1; i < len(h.Days); i++ {
		if h.Days[i] != (h.Days[i-1]+1)%7 {
			return false
		}
	}
	return len(h.Days) > 1
}

type attentionFile struct {
	Hours  []hoursEntry `yaml:"hours"`
	Closed []scalar     `yaml:"closed"`
}

type hoursEntry struct {
	From        scalar   `yaml:"from"`
	To          scalar   `yaml:"to"`
	Days        []scalar `yaml:"days"`
	Opens       scalar   `yaml:"opens"`
	Closes      scalar   `yaml:"closes"`
	Placeholder scalar   `yaml:"placeholder"`
}

// weekdays are the codes of the file, in the order of the week.
var weekdays = []string{"lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"}

func loadAttention(fsys fs.FS, name string, problems *Problems) *Attention {
	f := yamlFile{name, problems}
	out := &Attention{closed: map[Date]bool{}}
	var raw attentionFile
	if !f.decode(fsys, &raw) {
		return out
	}
	for _, entry := range raw.Hours {
		h := Hours{
			Opens: f.minutes(entry.Opens), Closes: f.minutes(entry.Closes), Placeholder: f.yes(entry.Placeholder),
			period: period{f.date(entry.From), f.date(entry.To)},
		}
		if h.Closes <= h.Opens {
			f.problem(entry.Closes, "the team closes before it opens", "write the later time under closes")
		}
		if !h.period.valid() {
			f.problem(entry.To, "these hours end before they begin", "write the later day under to")
		}
		given := map[string]bool{}
		for _, day := range entry.Days {
			given[f.oneOf(day, weekdays)] = true
		}
		for i, code := range weekdays {
			if given[code] {
				h.Days = append(h.Days, time.Weekday((i+1)%7))
			}
		}
		if len(h.Days) == 0 {
			f.problem(entry.From, "these hours have no day", "write for example days: [lunes, martes]")
		}
		for _, other := range out.hours {
			if other.period.overlaps(h.period) {
				f.problem(entry.From, "two stretches of hours hold on one day", "end the one before the other begins")
			}
		}
		out.hours = append(out.hours, h)
	}
	for _, day := range raw.Closed {
		out.closed[f.date(day)] = true
	}
	return out
}

// minutes reads a time of day such as 08:00.
func (f yamlFile) minutes(at scalar) int {
	t, err := time.Parse("15:04", at.value)
	if err != nil {
		f.problem(at, fmt.Sprintf("%q is no time of day", at.value), "write it as 08:00, between quotes")
		return 0
	}
	return t.Hour()*60 + t.Minute()
}
