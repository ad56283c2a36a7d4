package programme

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// sheetCell is one cell while it is read: what it holds, and what is wrong with
// it.
type sheetCell struct {
	data        *Data
	text        string
	codes       []string // of the column, when its list is closed
	epoch1904   bool
	reason      string
	suggestions []string
}

func (c *sheetCell) fail(reason string, suggestions ...string) {
	c.reason, c.suggestions = reason, suggestions
}

func (c *sheetCell) checkLength() {
	if utf8.RuneCountInString(c.text) > maxCellRunes {
		c.fail(rowTooLong)
	}
}

// cleanText takes off what spreadsheets add: spaces around, hard spaces, signs
// that control printers, and the apostrophe that keeps a text from being taken
// for a formula.
func cleanText(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f
	}
	if !plain {
		s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
		s = strings.Map(func(r rune) rune {
			switch {
			case r == '\u00a0' || r == '\u202f' || r == '\t':
				return ' '
			case r == '\n':
				return r
			case unicode.IsControl(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff':
				return -1
			}
			return r
		}, s)
	}
	return unguard(strings.TrimSpace(s))
}

func (c *sheetCell) required() string {
	if c.text == "" {
		c.fail(rowEmptyCell)
	}
	return c.text
}

// idForm is what every key, button and file name can carry.
var idForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// reservedIDs name pages beside those of the rows, so that a row of that id would
// have none.
var reservedIDs = []string{"new", "check", "export", "twins"}

func idColumn[T any](field func(*T) *string) sheetColumn[T] {
	return sheetColumn[T]{
		name: "id", kind: CellID,
		read: func(c *sheetCell, v *T) {
			switch {
			case c.required() == "":
			case slices.Contains(reservedIDs, c.text):
				c.fail(rowReserved, strings.ToUpper(c.text)+"-1")
			case idForm.MatchString(c.text):
				*field(v) = strings.Clone(c.text) // ids are kept: not the whole row with them
			default:
				c.fail(rowNotID)
				if near := strings.ToUpper(strings.ReplaceAll(Normalize(c.text), " ", "-")); idForm.MatchString(near) {
					c.suggestions = []string{near}
				}
			}
		},
		write: func(v T) string { return *field(&v) },
	}
}

// listed reads a code out of the column's closed list; empty stays empty.
// Codes may be typed with spaces and capitals.
func (c *sheetCell) listed() string {
	if c.text == "" {
		return ""
	}
	code := columnCode(c.text)
	if !slices.Contains(c.codes, code) {
		c.fail(rowNotListed, c.codes...)
		return ""
	}
	return code
}

// synonym replaces other words for a code; a synonym of nothing empties the
// cell.
func (c *sheetCell) synonym(words map[string]string) {
	if code, ok := words[columnCode(c.text)]; ok {
		c.text = code
	}
}

// code reads a code out of an open list.
func (c *sheetCell) code() string { return columnCode(c.text) }

func (c *sheetCell) stated() Stated {
	switch columnCode(c.text) {
	case "":
		if c.text != "" { // signs only
			c.fail(rowNotYesNo)
		}
		return StatedNothing
	case "si", "s", "x", "verdadero", "true", "yes", "y", "1":
		return StatedYes
	case "no", "n", "falso", "false", "0":
		return StatedNo
	case "no_aplica", "n_a", "na":
		return NotApplicable
	case "no_informa", "no_se_informa", "sin_dato", "sin_informacion", "no_sabe":
		return NotStated
	}
	c.fail(rowNotYesNo, string(StatedYes), string(StatedNo), string(NotApplicable), string(NotStated))
	return StatedNothing
}

// yesNo is stated without shades; empty is empty.
func (c *sheetCell) yesNo() Stated {
	s := c.stated()
	if s == NotApplicable || s == NotStated {
		c.fail(rowNotYesNo, string(StatedYes), string(StatedNo))
	}
	return s
}

// thousands is a number with its thousands parted, by the same sign throughout,
// or as Colombians write millions (1'750.905), and perhaps decimals.
var thousands = regexp.MustCompile(`^\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+|'\d{3}(?:[.,']\d{3})*| \d{3}(?: \d{3})*)$`)

// money reads whole pesos; nil when the cell is empty. "1.750.905",
// "$1,750,905", "1750905,00" and "1750905.0" are the same sum.
func (c *sheetCell) money() *int64 {
	if c.text == "" {
		return nil
	}
	n, ok := parseMoney(c.text)
	if !ok {
		c.fail(rowNotMoney)
		return nil
	}
	return &n
}

func parseMoney(text string) (int64, bool) {
	s := strings.ToLower(text)
	for _, word := range []string{"cop", "pesos", "m/cte", "mcte", "$"} {
		s = strings.ReplaceAll(s, word, " ")
	}
	s = strings.ReplaceAll(strings.TrimSpace(s), "’", "'")
	const most = 1_000_000_000_000
	if strings.Contains(s, "e+") { // as a workbook may store a large number
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != math.Trunc(f) || f < 0 || f > most {
			return 0, false
		}
		return int64(f), true
	}
	if !thousands.MatchString(s) {
		// Decimals have to be zeros: pay is in whole pesos.
		if i := strings.LastIndexAny(s, ".,"); i >= 0 && i < len(s)-1 && strings.Trim(s[i+1:], "0") == "" {
			s = s[:i]
		}
		if strings.ContainsAny(s, ".,' ") && !thousands.MatchString(s) {
			return 0, false
		}
	}
	s = strings.NewReplacer(".", "", ",", "", "'", "", " ", "").Replace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil && n <= most
}

// whole reads a whole number from 0 to most; empty is 0 and false.
func (c *sheetCell) whole(most int) (int, bool) {
	if c.text == "" {
		return 0, false
	}
	n, err := wholeNumber(c.text)
	if err != nil || n < 0 || n > most {
		c.fail(rowNotNumber)
		return 0, false
	}
	return n, true
}

// count is whole for figures of which 0 means that there is none.
func (c *sheetCell) count(most int) int {
	n, _ := c.whole(most)
	return n
}

// wholeNumber reads digits, with the .0 that workbooks may add.
func wholeNumber(s string) (int, error) {
	if i := strings.IndexAny(s, ".,"); i > 0 && i < len(s)-1 && strings.Trim(s[i+1:], "0") == "" {
		s = s[:i]
	}
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, errors.New("not a whole number")
	}
	return strconv.Atoi(s)
}

// hours reads hours a week, to the hundredth.
func (c *sheetCell) hours() float64 {
	if c.text == "" {
		return 0
	}
	const week = 7 * 24
	n, err := strconv.ParseFloat(strings.ReplaceAll(c.text, ",", "."), 64)
	if err != nil || !(n >= 0 && n <= week) {
		c.fail(rowNotNumber)
		return 0
	}
	return math.Round(n*100) / 100
}

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$`)
	dayNamed  = regexp.MustCompile(`^(\d{1,2})(?: de |[ /-])([a-z]{3,10})\.?(?: del? |[ /-])(\d{4}|\d{2})$`)
	yearFirst = regexp.MustCompile(`^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})$`)
	dayNumber = regexp.MustCompile(`^\d{5}(?:[.,]\d+)?$`)
	clockTail = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$`)
)

// date reads a day; empty is none. With slashes the day comes first, as
// everywhere in Colombia: 12/31/2026 is refused rather than turned round,
// because 12/1/2026 beside it would be read as the twelfth of January.
func (c *sheetCell) date() Date {
	if c.text == "" {
		return Date{}
	}
	d, ok := parseDay(c.text, c.epoch1904)
	if !ok {
		c.fail(rowNotDate)
	}
	return d
}

func parseDay(text string, epoch1904 bool) (Date, bool) {
	text = clockTail.ReplaceAllString(text, "")
	if dayNumber.MatchString(text) {
		return dayOfSerial(text, epoch1904)
	}
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		return civil(m[1], m[2], m[3])
	}
	if m := dayFirst.FindStringSubmatch(text); m != nil {
		return civil(m[3], m[2], m[1])
	}
	if m := dayNamed.FindStringSubmatch(strings.ToLower(text)); m != nil {
		for i, month := range []string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"} {
			if strings.HasPrefix(month, m[2]) || month == "septiembre" && (m[2] == "setiembre" || m[2] == "sept") {
				return civil(m[3], strconv.Itoa(i+1), m[1])
			}
		}
	}
	return Date{}, false
}

func civil(year, month, day string) (Date, bool) {
	if len(year) == 2 {
		year = "20" + year
	}
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	date := Date{y, time.Month(m), d}
	return date, y >= 1900 && DateOf(date.utc()) == date
}

// dayOfSerial reads the number of days that a workbook stores for a date. Day 0
// is 1899-12-30, or 1904-01-01 in old Macintosh workbooks.
func dayOfSerial(text string, epoch1904 bool) (Date, bool) {
	n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil {
		return Date{}, false
	}
	epoch := Date{1899, time.December, 30}
	if epoch1904 {
		epoch = Date{1904, time.January, 1}
	}
	d := epoch.AddDays(int(n))
	return d, d.Year >= 2000 && d.Year < 2100
}

var clockText = regexp.MustCompile(`^(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*(am|pm|a m|p m)?$`)

// clock reads an hour of the day as 08:00.
func (c *sheetCell) clock() string {
	if c.text == "" {
		return ""
	}
	text := strings.TrimSpace(strings.ReplaceAll(strings.ToLower(c.text), ".", " "))
	if m := clockText.FindStringSubmatch(strings.Join(strings.Fields(text), " ")); m != nil && (m[2] != "" || m[3] != "") {
		hour, _ := strconv.Atoi(m[1])
		minute, _ := strconv.Atoi(m[2])
		half := strings.HasPrefix(m[3], "a") || strings.HasPrefix(m[3], "p")
		if half && (hour < 1 || hour > 12) || hour > 23 || minute > 59 {
			c.fail(rowNotTime)
			return ""
		}
		if half {
			hour %= 12
			if strings.HasPrefix(m[3], "p") {
				hour += 12
			}
		}
		return fmt.Sprintf("%02d:%02d", hour, minute)
	}
	// A workbook stores hours as a part of the day.
	if n, err := strconv.ParseFloat(c.text, 64); err == nil && n >= 0 && n < 1 {
		minutes := int(math.Round(n*24*60)) % (24 * 60)
		return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60)
	}
	c.fail(rowNotTime)
	return ""
}

// list reads codes parted by |, or else by ; or by commas.
func (c *sheetCell) list() []string {
	var out []string
	for _, item := range splitList(c.text) {
		if code := columnCode(item); code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

func splitList(text string) []string {
	for _, sign := range []string{"|", ";", ",", "\n"} {
		if strings.Contains(text, sign) {
			return strings.Split(text, sign)
		}
	}
	return []string{text}
}

// documents reads codes of the documents table.
func (c *sheetCell) documents() []string {
	if c.text == "" {
		return nil
	}
	known := c.data.Documents.Codes()
	var out []string
	for _, item := range c.list() {
		code := strings.ToUpper(item)
		if !slices.Contains(known, code) {
			c.fail(rowNotListed, known...)
			return nil
		}
		out = append(out, code)
	}
	return out
}
