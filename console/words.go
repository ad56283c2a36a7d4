package console

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"arraigo/locales"
	"arraigo/programme"
)

// The languages of the console. What people read exists in more; what the team
// reads does not.
const (
	spanish = locales.Spanish
	english = "en"
)

// languages lists them as the switch shows them.
var languages = []string{spanish, english}

// speaks returns tag if the console has it, or else Spanish.
func speaks(tag string) string {
	if tag == english {
		return english
	}
	return spanish
}

// wanted is the language that a browser asks for first.
func wanted(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	tag, _, _ := strings.Cut(strings.TrimSpace(first), "-")
	return speaks(strings.ToLower(tag))
}

// words writes in one language. Templates have its methods as functions: t,
// number, money, day, clock, moment.
type words struct {
	catalog *locales.Catalog
	lang    string
	zone    *time.Location
}

// text is the text of a key; pairs are the names and values of its parameters.
func (w words) text(key string, pairs ...any) string {
	var params map[string]any
	if len(pairs) > 0 {
		params = make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			params[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
	}
	return w.catalog.Text(w.lang, key, params)
}

// has reports whether there is such a text.
func (w words) has(key string) bool { return w.catalog.Has(spanish, key) }

func (w words) number(n int) string  { return w.catalog.Number(w.lang, int64(n)) }
func (w words) money(n int64) string { return w.catalog.Money(w.lang, n) }

// clock writes a time of day. It never breaks in two.
func (w words) clock(t time.Time) string {
	return strings.ReplaceAll(w.catalog.Time(w.lang, t.In(w.zone)), " ", "\u00a0")
}

// date writes a day with its year.
func (w words) date(t time.Time) string { return w.catalog.DateYear(w.lang, t.In(w.zone)) }

// moment writes a day and the time of it, the year only when it is another one
// than that of now.
func (w words) moment(t, now time.Time) string {
	t = t.In(w.zone)
	day := w.catalog.Date(w.lang, t)
	if t.Year() != now.In(w.zone).Year() {
		day = w.catalog.DateYear(w.lang, t)
	}
	return w.text("console.moment", "dia", day, "hora", w.clock(t))
}

// short writes a moment as lists do: 2 dic, 10:30 a. m.
func (w words) short(t, now time.Time) string {
	day := w.shortDate(t)
	if year := t.In(w.zone).Year(); year != now.In(w.zone).Year() {
		day += "\u00a0" + strconv.Itoa(year)
	}
	return w.text("console.moment", "dia", day, "hora", w.clock(t))
}

// shortDate writes a day as lists do: 2 dic.
func (w words) shortDate(t time.Time) string {
	t = t.In(w.zone)
	month := []rune(w.catalog.Words(w.lang, "format.months")[t.Month()-1])
	return strconv.Itoa(t.Day()) + "\u00a0" + string(month[:3])
}

// day writes a day of the programme; empty when it is not known.
func (w words) day(d programme.Date) string {
	if d.IsZero() {
		return ""
	}
	return w.catalog.DateYear(w.lang, d.At(12*60, w.zone))
}

// figuresDay writes a day of the programme in figures, for a column of days.
func (w words) figuresDay(d programme.Date) string {
	if d.IsZero() {
		return ""
	}
	return w.text("console.figures_day", "dia", twoFigures(d.Day), "mes", twoFigures(int(d.Month)), "ano", strconv.Itoa(d.Year))
}

func twoFigures(n int) string { return strconv.Itoa(n/10%10) + strconv.Itoa(n%10) }

// ago writes how long ago something was, in the one unit that says most.
func (w words) ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return w.text("console.ago.now")
	case d < time.Hour:
		return w.text("console.ago.minutes", "count", int(d/time.Minute))
	case d < 48*time.Hour:
		return w.text("console.ago.hours", "count", int(d/time.Hour))
	}
	return w.text("console.ago.days", "count", int(d/(24*time.Hour)))
}
