package bot

import (
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"arraigo/flows"
	"arraigo/programme"
)

func TestTheCalendarFileIsAsPhonesReadIt(t *testing.T) {
	set := shipped(t)
	e := programme.Event{
		ID: "E-01", Title: "Feria; trabajo, comida y \"más\" – " + strings.Repeat("ñandú ", 20), Description: "Lleve su hoja de vida.\nHabrá ayuda.",
		Place: "Coliseo Ejemplo", Municipality: "54001", On: programme.Date{Year: 2026, Month: 12, Day: 4}, Starts: "22:00", Ends: "02:00", State: "confirmado",
	}
	file := calendarOf(set, &flows.Session{Language: "es"}, e, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC))
	lines := strings.Split(file, "\r\n")
	for _, line := range lines {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("%d bytes in a line, or a bare line end: %q", len(line), line)
		}
	}
	cal, err := ical.ParseCalendar(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	event := cal.Events()[0]
	start, err1 := event.GetStartAt()
	end, err2 := event.GetEndAt()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	if want := time.Date(2026, 12, 5, 3, 0, 0, 0, time.UTC); !start.Equal(want) || end.Sub(start) != 4*time.Hour {
		t.Errorf("from %s to %s, want from %s", start, end, want)
	}
	if !strings.Contains(file, "DTSTART:20261205T030000Z") || !strings.Contains(file, "METHOD:PUBLISH") {
		t.Errorf("not as expected:\n%s", file)
	}
	if got := event.GetProperty(ical.ComponentPropertySummary).Value; got != e.Title {
		t.Errorf("title %q", got)
	}
	e.Starts, e.Ends, e.State = "", "", "cancelado"
	file = calendarOf(set, &flows.Session{}, e, time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC))
	if !strings.Contains(file, "DTSTART;VALUE=DATE:20261204") || !strings.Contains(file, "STATUS:CANCELLED") {
		t.Errorf("a whole day:\n%s", file)
	}
}
