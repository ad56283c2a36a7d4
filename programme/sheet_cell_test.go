package programme

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMoneyAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]int64{
		"1750905": 1750905, "1.750.905": 1750905, "$1,750,905": 1750905, "1750905,00": 1750905, "1750905.00": 1750905, "1750905.0": 1750905,
		"$ 1.750.905": 1750905, "1'750.905": 1750905, "1’750.905": 1750905, "1'750'905": 1750905, "1 750 905": 1750905, "1.750.905,00": 1750905,
		"1,750,905.00": 1750905, "1750905 COP": 1750905, "1.750.905 pesos": 1750905, "$1.750.905 m/cte": 1750905, "1.750905E+06": 1750905, "900.000": 900000,
		"900,000": 900000, "0": 0, "0,00": 0, "80.000": 80000, "1.000": 1000,
	} {
		if got, ok := parseMoney(text); !ok || got != want {
			t.Errorf("%q = %d, %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{
		"mínimo", "-1", "1.75", "1,75", "1750905,50", "1.750.90", "1.75.0905", "1..750", "1,750.905", "1.5e+00", "1e+20", "NaN", "$", "1750905 USD", "1-2", "٣", "1.750.905.", "12 34",
		"99999999999999999999",
	} {
		if got, ok := parseMoney(text); ok {
			t.Errorf("%q = %d, want nothing", text, got)
		}
	}
}

func TestDaysAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-01": "2026-12-01", "1/12/2026": "2026-12-01", "01/12/26": "2026-12-01", "1-12-2026": "2026-12-01", "1.12.2026": "2026-12-01",
		"2026/12/1": "2026-12-01", "1 de diciembre de 2026": "2026-12-01", "1 de Dic. de 2026": "2026-12-01", "1-dic-2026": "2026-12-01",
		"15 de septiembre del 2026": "2026-09-15", "15 setiembre 2026": "2026-09-15", "46357": "2026-12-01", "46357.5": "2026-12-01",
		"2026-12-01T00:00:00Z": "2026-12-01", "2026-12-01 00:00:00": "2026-12-01", "1/12/2026 8:00": "2026-12-01", "29/2/2028": "2028-02-29",
	} {
		if got, ok := parseDay(text, false); !ok || got.String() != want {
			t.Errorf("%q = %s, %v, want %s", text, got, ok, want)
		}
	}
	for _, text := range []string{"12/31/2026", "31/4/2026", "29/2/2027", "0/1/2026", "2026-13-01", "mañana", "1/12", "20261201", "1", "99999", "1 de ma de 2026x", "1/1/0026"} {
		if got, ok := parseDay(text, false); ok {
			t.Errorf("%q = %s, want nothing", text, got)
		}
	}
}

func TestHoursOfTheDay(t *testing.T) {
	for text, want := range map[string]string{
		"08:00": "08:00", "8:00": "08:00", "8:00 a. m.": "08:00", "8 am": "08:00", "2:30 p.m.": "14:30", "12 pm": "12:00", "12:15 AM": "00:15", "23:59:00": "23:59",
		"0.3333333333": "08:00", "0.5": "12:00", "": "",
	} {
		c := sheetCell{text: text}
		if got := c.clock(); got != want || c.reason != "" {
			t.Errorf("%q = %q (%s), want %q", text, got, c.reason, want)
		}
	}
	for _, text := range []string{"8", "25:00", "13 pm", "0 am", "8:60", "mañana", "1.5", "-0.5"} {
		c := sheetCell{text: text}
		if got := c.clock(); c.reason == "" {
			t.Errorf("%q = %q, want nothing", text, got)
		}
	}
}

// FuzzCells feeds one text to every reader of a cell: none may panic, and what
// is taken can be written and taken again.
func FuzzCells(f *testing.F) {
	d := load(f)
	for _, s := range []string{"", "1.750.905", "$1,750,905", "1'750", "1e+05", "46357.5", "1 de dic de 26", "8:00 p. m.", "CC|PPT", "si", "Cúcuta", "54001", "941", "=1", "'=", "\xff\x00", "1..", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text := cleanText(s)
		if !utf8.ValidString(text) || unguard(guard(text)) != text {
			t.Fatalf("%q is not clean: %q", s, text)
		}
		cell := func(text string) *sheetCell { return &sheetCell{data: d, text: text} }
		if n := cell(text).money(); n != nil {
			if again := cell(writeAmount(n)).money(); again == nil || *again != *n {
				t.Errorf("money %q = %d", text, *n)
			}
		}
		if c := cell(text); c.date() != (Date{}) && c.reason == "" {
			day := c.date()
			if again := cell(day.String()); again.date() != day {
				t.Errorf("day %q = %s", text, day)
			}
		}
		if c := cell(text); c.reason == "" {
			if hour := c.clock(); hour != "" && cell(hour).clock() != hour {
				t.Errorf("hour %q = %s", text, hour)
			}
		}
		if hours := cell(text).hours(); hours < 0 || hours > 168 || hours != hours {
			t.Errorf("hours %q = %f", text, hours)
		}
		if n, _ := cell(text).whole(100); n < 0 || n > 100 {
			t.Errorf("number %q = %d", text, n)
		}
		if place := cell(text).municipality(); place != "" && cell(place).municipality() != place {
			t.Errorf("place %q = %s", text, place)
		}
		if job := cell(text); job.text != "" {
			if code := job.occupation(); code != "" && cell(code).occupation() != code {
				t.Errorf("occupation %q = %s", text, code)
			}
		}
		cell(text).stated()
		cell(text).yesNo()
		cell(text).list()
		cell(text).documents()
		cell(text).line()
	})
}

// FuzzSheet feeds any file to the reader: it never panics, and a row that it
// hands on can be written and read again.
func FuzzSheet(f *testing.F) {
	d := load(f)
	head := strings.Join(courseGridHeader(), ",")
	row := "C-1,Curso,laboral,,,virtual,,,1/12/2026,2/12/2026,,5,,CC,,,,,abierto"
	for _, s := range []string{"", head, head + "\n" + row, "sep=;\n" + strings.ReplaceAll(head+"\r\n"+row, ",", ";"), head + "\n\"" + row, "\ufeff" + head + "\n" + row + "\n\n" + row, "PK\x03\x04", "\xff\xfei\x00d\x00", head + "\n" + strings.Replace(row, "Curso", "\"a\nb\"\"c\"", 1)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		var rows []Course
		report, err := d.ReadCourses(bytes.NewReader(file), int64(len(file)), func(_ int, c Course) error { rows = append(rows, c); return nil })
		if err == nil && (report.Good != len(rows) || report.Good+report.Bad != report.Rows) {
			t.Fatalf("%d rows handed on, %+v", len(rows), report)
		}
		if err != nil || len(rows) == 0 {
			return
		}
		roundTrip(t, CSV, rows, WriteCourses, d.ReadCourses)
	})
}

func courseGridHeader() []string {
	var names []string
	for _, column := range courseTable().columns {
		names = append(names, column.name)
	}
	return names
}
