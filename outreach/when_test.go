package outreach

import (
	"errors"
	"testing"
	"time"
)

func TestMomentsAsTheyAreTyped(t *testing.T) {
	bogota := time.FixedZone("America/Bogota", -5*60*60)
	now := time.Date(2026, time.November, 27, 10, 30, 0, 0, bogota) // a Friday
	for typed, want := range map[string]string{
		"mañana 9:00":                    "2026-11-28 09:00",
		"Mañana a las 9":                 "2026-11-28 09:00",
		"MAN\u0303ANA 9.15":              "2026-11-28 09:15",
		"mañana 9 am":                    "2026-11-28 09:00",
		"mañana 9:00 a. m.":              "2026-11-28 09:00",
		"mañana a las 9 de la mañana":    "2026-11-28 09:00",
		"mañana 12 am":                   "2026-11-28 00:00",
		"hoy 15:30":                      "2026-11-27 15:30",
		"hoy a las 3 y media":            "!unclear",
		"hoy 3:30 pm":                    "2026-11-27 15:30",
		"hoy 3 de la tarde":              "2026-11-27 15:00",
		"hoy 10:30":                      "!past",
		"hoy 9:00":                       "!past",
		"pasado mañana 8:00":             "2026-11-29 08:00",
		"viernes 11:00":                  "2026-11-27 11:00",
		"viernes 9:00":                   "2026-12-04 09:00",
		"el lunes a las 8:00":            "2026-11-30 08:00",
		"miércoles 14h00":                "2026-12-02 14:00",
		"sábado 7 p.m.":                  "2026-11-28 19:00",
		"18:00":                          "2026-11-27 18:00",
		"9:00":                           "2026-11-28 09:00",
		"9 am":                           "2026-11-28 09:00",
		"9":                              "!unclear",
		"28/11 14:30":                    "2026-11-28 14:30",
		"28-11 14:30":                    "2026-11-28 14:30",
		"28/11/2026 14:30":               "2026-11-28 14:30",
		"28/11/26 14:30":                 "2026-11-28 14:30",
		"sábado 28/11 14:30":             "2026-11-28 14:30",
		"2026-11-28 14:30":               "2026-11-28 14:30",
		"2026-11-28T14:30":               "2026-11-28 14:30",
		"28 de noviembre 14:30":          "2026-11-28 14:30",
		"28 de noviembre de 2026, 14:30": "2026-11-28 14:30",
		"4 de diciembre a las 9 am":      "2026-12-04 09:00",
		"15/01 8:00":                     "2027-01-15 08:00",
		"26/11 8:00":                     "!past",
		"26/11/2026 8:00":                "!past",
		"2025-11-28 14:30":               "!past",
		"28/11/2027 14:30":               "!far",
		"31/11 14:30":                    "!unclear",
		"30/02 14:30":                    "!unclear",
		"29/13 14:30":                    "!unclear",
		"00/00 14:30":                    "!unclear",
		"mañana 25:00":                   "!unclear",
		"mañana 9:75":                    "!unclear",
		"mañana 13 am":                   "!unclear",
		"mañana":                         "!unclear",
		"28/11":                          "!unclear",
		"en 2 horas":                     "2026-11-27 12:30",
		"en 45 minutos":                  "2026-11-27 11:15",
		"en 0 minutos":                   "!past",
		"en 999 días":                    "!far",
		"tomorrow 9:00":                  "2026-11-28 09:00",
		"monday at 8 am":                 "2026-11-30 08:00",
		"in 3 hours":                     "2026-11-27 13:30",
		"cuando pueda":                   "!unclear",
		"":                               "!unclear",
		"mañana 9:00 o a las 10:00":      "!unclear",
	} {
		at, err := ReadMoment(typed, now)
		got := at.Format("2006-01-02 15:04")
		switch {
		case errors.Is(err, ErrUnclear):
			got = "!unclear"
		case errors.Is(err, ErrPast):
			got = "!past"
		case errors.Is(err, ErrFar):
			got = "!far"
		}
		if got != want {
			t.Errorf("%q: %s, want %s", typed, got, want)
		}
	}
}

func FuzzReadMoment(f *testing.F) {
	now := time.Date(2026, time.November, 27, 10, 30, 0, 0, time.UTC)
	f.Add("mañana 9:00")
	f.Add("31/12/2026 23:59 pm")
	f.Fuzz(func(t *testing.T, typed string) {
		at, err := ReadMoment(typed, now)
		if err == nil && (!at.After(now) || at.Sub(now) > FarthestStart) {
			t.Errorf("%q: %v is out of reach", typed, at)
		}
	})
}
