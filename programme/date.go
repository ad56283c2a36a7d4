package programme

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil day, without hour or zone. The zero Date means "no date":
// an open start or an open end.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the civil day of t in t's own location; callers convert to the
// programme's time zone first.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD; the empty string is the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD", s)
	}
	return DateOf(t), nil
}

// IsZero reports whether the date is absent.
func (d Date) IsZero() bool { return d == Date{} }

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool {
	if d.Year != o.Year {
		return d.Year < o.Year
	}
	if d.Month != o.Month {
		return d.Month < o.Month
	}
	return d.Day < o.Day
}

func (d Date) compare(o Date) int {
	return cmp.Or(d.Year-o.Year, int(d.Month-o.Month), d.Day-o.Day)
}

// DaysSince is the number of days from o to d, negative when d comes first.
func (d Date) DaysSince(o Date) int {
	return int(d.utc().Sub(o.utc()) / (24 * time.Hour))
}

// AddDays is the day n days later, or earlier when n is negative. The zero Date
// stays absent.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	return DateOf(d.utc().AddDate(0, 0, n))
}

// Weekday is the day of the week; meaningless for the zero Date.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// At is the moment of that day at so many minutes after midnight in loc.
func (d Date) At(minutes int, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, minutes, 0, 0, loc)
}

// MarshalText writes the date as String does, so that stored records stay
// readable.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// String is YYYY-MM-DD, or empty for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// period is a span of days, both ends included; a zero end is open.
type period struct{ from, to Date }

func (p period) contains(d Date) bool {
	return (p.from.IsZero() || !d.Before(p.from)) && (p.to.IsZero() || !p.to.Before(d))
}

func (p period) overlaps(o period) bool {
	return (p.to.IsZero() || o.from.IsZero() || !p.to.Before(o.from)) &&
		(o.to.IsZero() || p.from.IsZero() || !o.to.Before(p.from))
}

func (p period) valid() bool { return p.from.IsZero() || p.to.IsZero() || !p.to.Before(p.from) }
