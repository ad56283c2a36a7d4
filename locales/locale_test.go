package locales

import (
	"testing"
	"time"
)

func TestFormatsOfEachLanguage(t *testing.T) {
	c := builtIn(t)
	bogota := time.FixedZone("America/Bogota", -5*3600)
	morning := time.Date(2026, 12, 4, 8, 0, 0, 0, bogota)
	evening := time.Date(2026, 5, 1, 17, 5, 0, 0, bogota)
	list := []string{"cédula", "hoja de vida", "foto"}
	for _, row := range []struct{ lang, money, date, first, year, time, evening, list string }{
		{"es", "1.750.905 pesos", "viernes 4 de diciembre", "viernes 1 de mayo", "viernes 4 de diciembre de 2026", "8:00 a. m.", "5:05 p. m.", "cédula, hoja de vida y foto"},
		{"en", "1,750,905 pesos", "Friday 4 December", "Friday 1 May", "Friday 4 December 2026", "8:00 a.m.", "5:05 p.m.", "cédula, hoja de vida and foto"},
		{"pt", "1.750.905 pesos", "sexta-feira, 4 de dezembro", "sexta-feira, 1º de maio", "sexta-feira, 4 de dezembro de 2026", "8h00", "17h05", "cédula, hoja de vida e foto"},
		{"fr", "1\u00a0750\u00a0905 pesos", "vendredi 4 décembre", "vendredi 1er mai", "vendredi 4 décembre 2026", "8 h 00", "17 h 05", "cédula, hoja de vida et foto"},
		{"ht", "1\u00a0750\u00a0905 peso", "vandredi 4 desanm", "vandredi 1ye me", "vandredi 4 desanm 2026", "8 h 00", "17 h 05", "cédula, hoja de vida ak foto"},
		{"guc", "1.750.905 pesos", "viernes 4 de diciembre", "viernes 1 de mayo", "viernes 4 de diciembre de 2026", "8:00 a. m.", "5:05 p. m.", "cédula, hoja de vida y foto"},
		{"xx", "1.750.905 pesos", "viernes 4 de diciembre", "viernes 1 de mayo", "viernes 4 de diciembre de 2026", "8:00 a. m.", "5:05 p. m.", "cédula, hoja de vida y foto"},
	} {
		t.Run(row.lang, func(t *testing.T) {
			for _, pair := range [][2]string{
				{c.Money(row.lang, 1_750_905), row.money},
				{c.Date(row.lang, morning), row.date},
				{c.Date(row.lang, evening), row.first},
				{c.DateYear(row.lang, morning), row.year},
				{c.Time(row.lang, morning), row.time},
				{c.Time(row.lang, evening), row.evening},
				{c.List(row.lang, list), row.list},
			} {
				if pair[0] != pair[1] {
					t.Errorf("got %q, want %q", pair[0], pair[1])
				}
			}
		})
	}
}

func TestNumberGroupsByThousands(t *testing.T) {
	c := builtIn(t)
	for n, want := range map[int64]string{
		0: "0", 7: "7", 999: "999", 1000: "1.000", 12345: "12.345", 123456: "123.456", -1000: "-1.000", -999: "-999",
		-9223372036854775808: "-9.223.372.036.854.775.808",
	} {
		if got := c.Number("es", n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestTimeAtTheTurnsOfTheDay(t *testing.T) {
	c := builtIn(t)
	for _, row := range []struct {
		hour, minute int
		es, fr       string
	}{
		{0, 0, "12:00 a. m.", "0 h 00"}, {0, 9, "12:09 a. m.", "0 h 09"}, {11, 59, "11:59 a. m.", "11 h 59"},
		{12, 0, "12:00 p. m.", "12 h 00"}, {23, 59, "11:59 p. m.", "23 h 59"},
	} {
		at := time.Date(2026, 1, 2, row.hour, row.minute, 0, 0, time.UTC)
		if got := c.Time("es", at); got != row.es {
			t.Errorf("es: got %q, want %q", got, row.es)
		}
		if got := c.Time("fr", at); got != row.fr {
			t.Errorf("fr: got %q, want %q", got, row.fr)
		}
	}
}

func TestListInSpanishWritesEBeforeTheSoundI(t *testing.T) {
	c := builtIn(t)
	for _, row := range []struct {
		items []string
		want  string
	}{
		{nil, ""},
		{[]string{"agua"}, "agua"},
		{[]string{"agua", "pan"}, "agua y pan"},
		{[]string{"jabón", "hilo"}, "jabón e hilo"},
		{[]string{"Bogotá", "Ibagué"}, "Bogotá e Ibagué"},
		{[]string{"nieve", "hielo"}, "nieve y hielo"},
		{[]string{"Cali", "Yopal"}, "Cali y Yopal"},
		{[]string{"pan", "íconos"}, "pan e íconos"},
	} {
		if got := c.List("es", row.items); got != row.want {
			t.Errorf("got %q, want %q", got, row.want)
		}
	}
}
