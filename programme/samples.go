package programme

import (
	"bytes"
	"embed"
	"fmt"
	"time"
)

//go:embed samples
var sampleFiles embed.FS

// samplesDay is the day on which the samples are meant to be read.
var samplesDay = Date{2026, time.November, 22}

// Samples is the sample programme, all of it fictional, with its days moved to
// today. They move by whole weeks, because schedules name days of the week, and
// rather a few days too far than not far enough: nothing that was to come is
// over. Help lines are no samples: those that come with the program hold.
func (d *Data) Samples(today Date) (Catalogue, error) {
	var c Catalogue
	for name, read := range map[string]func(*bytes.Reader) (SheetReport, error){
		"cursos.csv": func(r *bytes.Reader) (SheetReport, error) {
			return d.ReadCourses(r, r.Size(), func(_ int, v Course) error { c.Courses = append(c.Courses, v); return nil })
		},
		"eventos.csv": func(r *bytes.Reader) (SheetReport, error) {
			return d.ReadEvents(r, r.Size(), func(_ int, v Event) error { c.Events = append(c.Events, v); return nil })
		},
		"vacantes.csv": func(r *bytes.Reader) (SheetReport, error) {
			return d.ReadVacancies(r, r.Size(), func(_ int, v Vacancy) error { c.Vacancies = append(c.Vacancies, v); return nil })
		},
	} {
		text, err := sampleFiles.ReadFile("samples/" + name)
		if err != nil {
			return Catalogue{}, err
		}
		report, err := read(bytes.NewReader(text))
		if err != nil {
			return Catalogue{}, fmt.Errorf("sample %s: %w", name, err)
		}
		if report.Bad > 0 {
			return Catalogue{}, fmt.Errorf("sample %s: %d rows are refused", name, report.Bad)
		}
	}
	return c.Shifted(wholeWeeks(today.DaysSince(samplesDay))), nil
}

// wholeWeeks rounds up to whole weeks.
func wholeWeeks(days int) int {
	weeks := days / 7
	if days > weeks*7 {
		weeks++
	}
	return weeks * 7
}
