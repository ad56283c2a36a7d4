package locales

import (
	"cmp"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Locale writes numbers, money, dates, times and lists as one language does.
// It is made by Load from the table [format] of the catalogue.
type Locale struct {
	group      string // between thousands
	weekdays   []string
	months     []string
	dayFirst   string // the first day of a month
	money      *template
	date       *template
	dateYear   *template
	clock      *template
	am, pm     string
	and        string
	andBeforeI string // Spanish "e": "jabón e hilo"
}

// locale reads the formats of a language, each from Spanish where the
// language has none.
func (c *Catalog) locale(l *tongue, groups map[string]string) (*Locale, []Finding) {
	var found []Finding
	owner := l
	if l.texts["format.weekdays"] == nil {
		owner = c.spanish
	}
	get := func(name string) *text {
		if t := owner.texts["format."+name]; t != nil {
			return t
		}
		t := c.spanish.texts["format."+name]
		if t == nil && l == c.spanish {
			found = append(found, l.file.finding("language", "format", "format."+name+" is missing", "add "+name+" to the table [format]"))
		}
		return t
	}
	pattern := func(name string, allowed ...string) *template {
		t := get(name)
		if t == nil {
			return &template{literals: []string{""}}
		}
		for _, needed := range allowed {
			if !strings.Contains(t.forms[other].source, "{"+needed+"}") && needed != "half" {
				found = append(found, t.finding(whole, "format", "the pattern lacks {"+needed+"}", "write {"+strings.Join(allowed, "}, {")+"}"))
			}
		}
		return t.forms[other].plain
	}
	words := func(name string, n int) []string {
		t := get(name)
		if t == nil {
			return make([]string, n)
		}
		list := splitWords(t.forms[other].source)
		if len(list) != n {
			found = append(found, t.finding(whole, "format", "the list has "+strconv.Itoa(len(list))+" words, not "+strconv.Itoa(n), "write "+strconv.Itoa(n)+" words with | between them"))
			return make([]string, n)
		}
		return list
	}
	word := func(name string) string {
		if t := get(name); t != nil {
			return t.forms[other].source
		}
		return ""
	}
	return &Locale{
		group:      cmp.Or(groups[l.Tag], groups[Spanish]),
		weekdays:   words("weekdays", 7),
		months:     words("months", 12),
		dayFirst:   word("day_first"),
		money:      pattern("money", "amount"),
		date:       pattern("date", "weekday", "day", "month"),
		dateYear:   pattern("date_year", "weekday", "day", "month", "year"),
		clock:      pattern("time", "hour", "minute", "half"),
		am:         word("am"),
		pm:         word("pm"),
		and:        word("and"),
		andBeforeI: word("and_before_i"),
	}, found
}

// Number writes a whole number: 1.750.905 in Spanish.
func (l *Locale) Number(n int64) string { return string(l.appendNumber(nil, n)) }

func (l *Locale) appendNumber(b []byte, n int64) []byte {
	var buffer [20]byte
	digits := strconv.AppendInt(buffer[:0], n, 10)
	if n < 0 {
		b, digits = append(b, '-'), digits[1:]
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, l.group...)
		}
		b = append(b, d)
	}
	return b
}

// Money writes an amount in whole Colombian pesos: 1.750.905 pesos.
func (l *Locale) Money(cop int64) string {
	return l.money.render(map[string]any{"amount": l.Number(cop)}, l, false)
}

// Date writes the day of t in t's own location, without the year: viernes 4
// de diciembre.
func (l *Locale) Date(t time.Time) string { return l.date.render(l.day(t), l, false) }

// DateYear writes the day of t with its year: viernes 4 de diciembre de 2026.
func (l *Locale) DateYear(t time.Time) string { return l.dateYear.render(l.day(t), l, false) }

func (l *Locale) day(t time.Time) map[string]any {
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = l.dayFirst
	}
	return map[string]any{"weekday": l.weekdays[t.Weekday()], "day": day, "month": l.months[t.Month()-1], "year": t.Year()}
}

// Weekday names a day of the week: viernes.
func (l *Locale) Weekday(d time.Weekday) string { return l.weekdays[d] }

// Time writes the time of day of t in t's own location: 8:00 a. m. A language
// whose pattern has no {half} counts to 24 hours.
func (l *Locale) Time(t time.Time) string {
	hour, half := t.Hour(), l.am
	if hour >= 12 {
		half = l.pm
	}
	if l.clock.has("half") {
		if hour %= 12; hour == 0 {
			hour = 12
		}
	}
	minute := strconv.Itoa(t.Minute())
	if len(minute) == 1 {
		minute = "0" + minute
	}
	return l.clock.render(map[string]any{"hour": hour, "minute": minute, "half": half}, l, false)
}

// List writes items as a sentence does: a, b y c.
func (l *Locale) List(items []string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	last := items[len(items)-1]
	and := l.and
	if soundsLikeI(last) {
		and = l.andBeforeI
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + and + " " + last
}

// soundsLikeI reports whether Spanish writes "e" for "y" before the word: it
// begins with the sound i, but not with a diphthong ("nieve y hielo").
func soundsLikeI(word string) bool {
	r := []rune(strings.ToLower(strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })))
	if len(r) > 0 && r[0] == 'h' {
		r = r[1:]
	}
	if len(r) == 0 || r[0] != 'i' && r[0] != 'í' {
		return false
	}
	return r[0] == 'í' || len(r) < 2 || !strings.ContainsRune("aeouáéóú", r[1])
}

func (t *template) has(name string) bool {
	for _, n := range t.names {
		if n == name {
			return true
		}
	}
	return false
}

func (c *Catalog) localeOf(lang string) *Locale {
	if l := c.byTag[lang]; l != nil {
		return l.Locale
	}
	return c.spanish.Locale
}

// Number writes a whole number as lang does; see Locale.
func (c *Catalog) Number(lang string, n int64) string { return c.localeOf(lang).Number(n) }

// Money writes whole Colombian pesos as lang does; see Locale.
func (c *Catalog) Money(lang string, cop int64) string { return c.localeOf(lang).Money(cop) }

// Date writes weekday, day and month as lang does; see Locale.
func (c *Catalog) Date(lang string, t time.Time) string { return c.localeOf(lang).Date(t) }

// DateYear writes weekday, day, month and year as lang does; see Locale.
func (c *Catalog) DateYear(lang string, t time.Time) string { return c.localeOf(lang).DateYear(t) }

// Weekday names a day of the week in lang.
func (c *Catalog) Weekday(lang string, d time.Weekday) string { return c.localeOf(lang).Weekday(d) }

// Time writes the time of day as lang does; see Locale.
func (c *Catalog) Time(lang string, t time.Time) string { return c.localeOf(lang).Time(t) }

// List writes items as a sentence of lang does; see Locale.
func (c *Catalog) List(lang string, items []string) string { return c.localeOf(lang).List(items) }
