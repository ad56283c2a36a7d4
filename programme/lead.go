package programme

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Lead is how long before its start people are reminded of a course or an
// event.
type Lead struct {
	Name    string // as spreadsheets have it: "24h", "90min"
	minutes int
}

// noReminders is the list of a course or an event of which nobody is reminded.
const noReminders = "no"

// The bounds of a lead and how many one offer has at most: people are reminded,
// not pestered.
const (
	minLead   = 15           // minutes
	maxLead   = 14 * 24 * 60 // minutes
	mostLeads = 4
)

// Leads are how long before the start people are reminded, the longest first:
// a day and two hours before, unless the list of the offer says otherwise.
func Leads(list []string) []Lead {
	if len(list) == 0 {
		list = []string{"24h", "2h"}
	}
	var out []Lead
	for _, name := range list {
		if lead, ok := parseLead(name); ok && lead.minutes > 0 {
			out = append(out, lead)
		}
	}
	slices.SortStableFunc(out, func(a, b Lead) int { return b.minutes - a.minutes })
	return out
}

// Days is how many whole days the lead is; 0 when it is not whole days.
func (l Lead) Days() int {
	if l.minutes%(24*60) != 0 {
		return 0
	}
	return l.minutes / (24 * 60)
}

// Before is the moment that much before start. Whole days are days of the
// calendar where start is: a day before ten o'clock is ten o'clock, also when
// the clocks change in between.
func (l Lead) Before(start time.Time) time.Time {
	if days := l.Days(); days > 0 {
		return start.AddDate(0, 0, -days)
	}
	return start.Add(-time.Duration(l.minutes) * time.Minute)
}

var leadForm = regexp.MustCompile(`^(\d{1,4}) ?(h|hs|hora|horas|d|dia|dias|m|min|minuto|minutos)?$`)

// parseLead reads "24h", "2 horas", "1 día", "90 min"; a number alone is hours.
// "no" is the lead of zero minutes.
func parseLead(text string) (Lead, bool) {
	typed := Normalize(text)
	if typed == noReminders || typed == "ninguno" {
		return Lead{Name: noReminders}, true
	}
	m := leadForm.FindStringSubmatch(typed)
	if m == nil {
		return Lead{}, false
	}
	n, err := strconv.Atoi(m[1])
	switch {
	case err != nil:
		return Lead{}, false
	case strings.HasPrefix(m[2], "d"):
		n *= 24 * 60
	case !strings.HasPrefix(m[2], "m"):
		n *= 60
	}
	if n < minLead || n > maxLead {
		return Lead{}, false
	}
	name := strconv.Itoa(n) + "min"
	if n%60 == 0 {
		name = strconv.Itoa(n/60) + "h"
	}
	return Lead{Name: name, minutes: n}, true
}

// leads reads when people are reminded, as "24h|2h", or "no"; empty says
// nothing.
func (c *sheetCell) leads() []string {
	if c.text == "" {
		return nil
	}
	var out []Lead
	for _, item := range splitList(c.text) {
		if strings.TrimSpace(item) == "" {
			continue
		}
		lead, ok := parseLead(item)
		if !ok {
			c.fail(rowNotLead, "24h|2h", "48h", noReminders)
			return nil
		}
		if !slices.Contains(out, lead) {
			out = append(out, lead)
		}
	}
	none := slices.ContainsFunc(out, func(l Lead) bool { return l.minutes == 0 })
	if len(out) == 0 || len(out) > mostLeads || none && len(out) > 1 {
		c.fail(rowNotLead, "24h|2h", "48h", noReminders)
		return nil
	}
	slices.SortStableFunc(out, func(a, b Lead) int { return b.minutes - a.minutes })
	var names []string
	for _, lead := range out {
		names = append(names, lead.Name)
	}
	return names
}

// leadsColumn is the column of the reminders, which a spreadsheet may leave out.
func leadsColumn[T any](field func(*T) *[]string) sheetColumn[T] {
	return sheetColumn[T]{
		name: "recordatorios", aliases: []string{"recordatorio"}, optional: true, kind: CellText,
		read:  func(c *sheetCell, v *T) { *field(v) = c.leads() },
		write: func(v T) string { return writeList(*field(&v)) },
	}
}

// A Begin is when something begins.
type Begin struct {
	At   time.Time
	Hour bool // false: only the day is known, and At is its noon
}

// beginning is a day at an hour such as 08:00; noon without one.
func beginning(day Date, hour string, loc *time.Location) (Begin, bool) {
	if day.IsZero() {
		return Begin{}, false
	}
	if minutes, ok := clockMinutes(hour); ok {
		return Begin{day.At(minutes, loc), true}, true
	}
	return Begin{day.At(12*60, loc), false}, true
}

// Begins is when the event begins; false when its day is not known.
func (e Event) Begins(loc *time.Location) (Begin, bool) { return beginning(e.On, e.Starts, loc) }

// Begins is when the first class begins; false when its day is not known.
func (c Course) Begins(loc *time.Location) (Begin, bool) {
	return beginning(c.Starts, hourOf(c.Schedule), loc)
}

var (
	hourSpan = regexp.MustCompile(`(\d{1,2}:\d{2}) ?(?:-|–|a) ?\d{1,2}:\d{2}`)
	halfDay  = regexp.MustCompile(`(?i)\d ?[ap]\.? ?m`)
)

// hourOf is the hour at which classes begin, as 08:00, where a schedule in
// somebody's own words says it beyond doubt: one span of hours, written with 24
// of them, by day. Anything else is empty: no hour is better than a wrong one.
func hourOf(schedule string) string {
	found := hourSpan.FindAllStringSubmatch(schedule, -1)
	if len(found) != 1 || halfDay.MatchString(schedule) {
		return ""
	}
	if minutes, ok := clockMinutes(found[0][1]); !ok || minutes < 5*60 || minutes > 22*60 {
		return ""
	}
	return found[0][1]
}
