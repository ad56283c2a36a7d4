package outreach

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Why a typed moment is not taken.
var (
	ErrUnclear = errors.New("it is no date and time")
	ErrPast    = errors.New("it is over")
	ErrFar     = errors.New("it is too far away")
)

// FarthestStart is how far ahead an outreach can be planned: what is farther is
// more likely a slip of the finger.
const FarthestStart = 180 * 24 * time.Hour

// ReadMoment reads a date and time as people of the team type it: "mañana 9:00",
// "hoy 3:30 pm", "viernes 8:00", "28/11 14:30", "28/11/2026 14:30", "28 de
// noviembre a las 9 am", "2026-11-28 14:30", "en 2 horas", "18:00", and the same
// in English. It is meant where now is, in now's location. A day without a year
// and a clock without a day are the next ones. It fails with ErrUnclear, ErrPast
// or ErrFar, and then tells what it understood as far as it did.
func ReadMoment(typed string, now time.Time) (time.Time, error) {
	text := foldMoment(typed)
	if m := delayForm.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1]) // three digits at most
		return inReach(now.Add(time.Duration(n)*delayUnits[m[2][:1]]), now)
	}
	m := momentForm.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, ErrUnclear
	}
	part := func(name string) string { return m[momentForm.SubexpIndex(name)] }
	hour, minute, ok := readClock(part("hour"), part("minute"), part("half"))
	if !ok {
		return time.Time{}, ErrUnclear
	}
	on := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, now.Location())
	}
	in := func(days int) time.Time { return on(now.Year(), now.Month(), now.Day()+days) }
	switch word := part("word"); {
	case word == "hoy" || word == "today":
		return inReach(in(0), now)
	case word == "manana" || word == "tomorrow":
		return inReach(in(1), now)
	case word != "":
		return inReach(in(2), now)
	case part("weekday") != "":
		ahead := (slices.Index(weekdayWords, part("weekday"))%7 - int(now.Weekday()) + 7) % 7
		if ahead == 0 && !in(0).After(now) {
			ahead = 7
		}
		return inReach(in(ahead), now)
	}
	year, month, day, ok := readDay(part)
	switch {
	case !ok && part("minute") == "" && part("half") == "":
		return time.Time{}, ErrUnclear // a number is not yet a clock
	case !ok && in(0).After(now):
		return inReach(in(0), now)
	case !ok:
		return inReach(in(1), now)
	}
	given := year != 0
	if !given {
		year = now.Year()
	}
	at := on(year, month, day)
	if at.Day() != day || month < 1 || month > 12 { // 31 of a month that has 30
		return time.Time{}, ErrUnclear
	}
	if next := on(year+1, month, day); !given && !at.After(now) && next.Sub(now) <= FarthestStart {
		at = next
	}
	return inReach(at, now)
}

func inReach(at, now time.Time) (time.Time, error) {
	switch {
	case !at.After(now):
		return at, ErrPast
	case at.Sub(now) > FarthestStart:
		return at, ErrFar
	}
	return at, nil
}

// foldMoment drops accents, capitals and needless blanks.
func foldMoment(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	return strings.Join(strings.Fields(momentFolds.Replace(strings.ToLower(typed))), " ")
}

var momentFolds = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ñ", "n", "\u0303", "", "\u0301", "", "\u00a0", " ", "\u202f", " ", ",", " ")

var (
	weekdayWords = []string{"domingo", "lunes", "martes", "miercoles", "jueves", "viernes", "sabado",
		"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	monthWords = []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	weekdays   = strings.Join(weekdayWords, "|")
	delayUnits = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}

	delayForm  = regexp.MustCompile(`^(?:en|in|dentro de) (\d{1,3}) ?(m|min|mins|minutos?|minutes?|h|horas?|hours?|d|dias?|days?)$`)
	momentForm = regexp.MustCompile(`^(?:(?:el |este |on )?(?:` +
		`(?P<word>hoy|pasado manana|manana|today|tomorrow|day after tomorrow)` +
		`|(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})` +
		`|(?:(?:` + weekdays + `) )?(?:(?P<day2>\d{1,2})[-/.](?P<month2>\d{1,2})(?:[-/.](?P<year2>\d{4}|\d{2}))?` +
		`|(?P<day3>\d{1,2}) (?:de |of )?(?P<month3>` + strings.Join(monthWords, "|") + `)(?: (?:de |del )?(?P<year3>\d{4}))?)` +
		`|(?P<weekday>` + weekdays + `)` +
		`)[ t]-? ?)?(?:a las? |at )?` +
		`(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?: ?(?P<half>a\. ?m\.?|p\. ?m\.?|am|pm|de la (?:manana|tarde|noche)|h|hs|horas))?$`)
)

// readDay reads the day that was written in figures or with its month; year 0
// when none was.
func readDay(part func(string) string) (year int, month time.Month, day int, ok bool) {
	number := func(name string) int { n, _ := strconv.Atoi(part(name)); return n }
	switch {
	case part("day") != "":
		return number("year"), time.Month(number("month")), number("day"), true
	case part("day2") != "":
		year = number("year2")
		if len(part("year2")) == 2 {
			year += 2000
		}
		return year, time.Month(number("month2")), number("day2"), true
	case part("day3") != "":
		return number("year3"), time.Month(slices.Index(monthWords, part("month3"))%12 + 1), number("day3"), true
	}
	return 0, 0, 0, false
}

// readClock reads a time of day, of 24 hours or of twice twelve.
func readClock(hours, minutes, half string) (hour, minute int, ok bool) {
	hour, _ = strconv.Atoi(hours)
	minute, _ = strconv.Atoi(minutes)
	switch {
	case minute > 59, hour > 23:
		return 0, 0, false
	case strings.HasPrefix(half, "a"), strings.HasSuffix(half, "manana"):
		return hour % 12, minute, hour <= 12
	case strings.HasPrefix(half, "p"), strings.HasSuffix(half, "tarde"), strings.HasSuffix(half, "noche"):
		if hour < 12 {
			hour += 12
		}
	}
	return hour, minute, true
}
