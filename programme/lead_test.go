package programme

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func leadNames(leads []Lead) (names []string) {
	for _, l := range leads {
		names = append(names, l.Name)
	}
	return names
}

func TestLeads(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "24h 2h",
		"24h|2h":              "24h 2h",
		" 2 horas ; 1 día ":   "24h 2h",
		"48H":                 "48h",
		"48":                  "48h",
		"3 días, 90 minutos":  "72h 90min",
		"60min|1h":            "1h",
		"no":                  "",
		"No":                  "",
		"Ninguno":             "",
		"2h|24h|48h|30 min":   "48h 24h 2h 30min",
		"15min":               "15min",
		"14 d":                "336h",
		"10min":               "?",
		"0":                   "?",
		"15 d":                "?",
		"no|2h":               "?",
		"96h|48h|24h|2h|1h":   "?",
		"mañana":              "?",
		"24:00":               "?",
		"-2h":                 "2h", // a sign that a spreadsheet made of a list
		"|":                   "?",
		"99999h":              "?",
		"2h y un día después": "?",
	} {
		c := &sheetCell{text: text}
		list := c.leads()
		got := strings.Join(leadNames(Leads(list)), " ")
		if c.reason != "" {
			got = "?"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		again := &sheetCell{text: writeList(list)}
		if diff := cmp.Diff(list, again.leads()); diff != "" || again.reason != "" {
			t.Errorf("%q is not read as it is written: %s %s", text, diff, again.reason)
		}
	}
}

// What a spreadsheet of before has, or has not, stays as it is.
func TestRemindersSurviveTheSpreadsheet(t *testing.T) {
	d := load(t)
	c, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	c.Events[0].Reminders, c.Events[1].Reminders = []string{"48h", "30min"}, []string{noReminders}
	c.Courses[0].Reminders, c.Courses[2].Reminders = []string{"24h", "2h"}, []string{"72h"}
	for _, format := range []SheetFormat{CSV, XLSX} {
		roundTrip(t, format, c.Courses, WriteCourses, d.ReadCourses)
		roundTrip(t, format, c.Events, WriteEvents, d.ReadEvents)
	}
	var without bytes.Buffer
	if err := WriteEvents(&without, CSV, func(yield func(Event) bool) { yield(c.Events[2]) }); err != nil {
		t.Fatal(err)
	}
	old := bytes.Replace(without.Bytes(), []byte(",recordatorios"), nil, 1)
	old = bytes.Replace(old, []byte(",,confirmado"), []byte(",confirmado"), 1)
	bad := bytes.Replace(without.Bytes(), []byte(",,confirmado"), []byte(",cuando sea,confirmado"), 1)
	for name, file := range map[string][]byte{"without the column": old, "with a bad cell": bad} {
		report, err := d.ReadEvents(bytes.NewReader(file), int64(len(file)), func(_ int, e Event) error {
			if e.Reminders != nil {
				t.Errorf("%s: %v", name, e.Reminders)
			}
			return nil
		})
		switch {
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case name == "with a bad cell" && (report.Bad != 1 || report.Errors[0].Column != "recordatorios" || report.Errors[0].Reason != rowNotLead):
			t.Errorf("%s: %+v", name, report)
		case name == "without the column" && report.Good != 1:
			t.Errorf("%s: %+v", name, report)
		}
	}
}

func TestBefore(t *testing.T) {
	bogota := time.FixedZone("America/Bogota", -5*3600)
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		start time.Time
		lead  string
		want  string
	}{
		{time.Date(2026, 12, 4, 10, 0, 0, 0, bogota), "24h", "2026-12-03 10:00"},
		{time.Date(2026, 12, 4, 10, 0, 0, 0, bogota), "90min", "2026-12-04 08:30"},
		// On 28 March 2027 the clocks of Madrid go from 2 to 3: the day has 23 hours.
		{time.Date(2027, 3, 28, 10, 0, 0, 0, madrid), "24h", "2027-03-27 10:00"},
		{time.Date(2027, 3, 28, 4, 0, 0, 0, madrid), "2h", "2027-03-28 01:00"},
		{time.Date(2027, 3, 28, 10, 0, 0, 0, madrid), "36h", "2027-03-26 21:00"},
	} {
		lead, ok := parseLead(c.lead)
		if got := lead.Before(c.start).Format("2006-01-02 15:04"); !ok || got != c.want {
			t.Errorf("%s before %s is %s, want %s", c.lead, c.start, got, c.want)
		}
	}
}

func TestBegins(t *testing.T) {
	loc := time.FixedZone("America/Bogota", -5*3600)
	day := Date{2026, 12, 1}
	for schedule, want := range map[string]string{
		"Ma-V 08:00-11:00":               "08:00 true",
		"Mi 17:00 - 20:00":               "17:00 true",
		"de 8:00 a 12:00":                "08:00 true",
		"L-V 8:00–12:00":                 "08:00 true",
		"":                               "12:00 false",
		"por las tardes":                 "12:00 false",
		"L-V 08:00-10:00, S 14:00-16:00": "12:00 false",
		"2:00-6:00 pm":                   "12:00 false",
		"2:00 p. m. a 6:00 p. m.":        "12:00 false",
		"2:00-6:00":                      "12:00 false", // in the night? nobody says so
	} {
		b, ok := Course{Starts: day, Schedule: schedule}.Begins(loc)
		if got := b.At.Format("15:04") + map[bool]string{true: " true", false: " false"}[b.Hour]; !ok || got != want || DateOf(b.At) != day {
			t.Errorf("%q begins at %s, want %s", schedule, got, want)
		}
	}
	if b, ok := (Event{On: day, Starts: "19:30"}).Begins(loc); !ok || !b.Hour || b.At.Format("15:04") != "19:30" {
		t.Errorf("an event with an hour begins at %v", b)
	}
	if _, ok := (Event{}).Begins(loc); ok {
		t.Error("an event without a day begins")
	}
}
