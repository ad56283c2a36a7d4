package main

import (
	"io"
	"iter"

	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

// sheetOptions are common to import and export.
type sheetOptions struct {
	What string `arg:"" enum:"courses,vacancies,events,helplines" help:"What the spreadsheet lists: courses, vacancies, events or helplines."`
	File string `arg:"" help:"The spreadsheet, CSV or XLSX."`
	Lang string `help:"Language of the report: es or en." enum:"es,en" default:"es"`
	fileOption
	storeOptions
	contentOptions
}

// sheet is one kind of spreadsheet: how it is read and written.
type sheet[T store.Listed] struct {
	read  func(d *programme.Data, r io.ReaderAt, size int64, each func(row int, v T) error) (programme.SheetReport, error)
	write func(w io.Writer, format programme.SheetFormat, rows iter.Seq[T]) error
	about func(v T) (id string, withdrawn programme.Date)
}

func courseSheet() sheet[programme.Course] {
	return sheet[programme.Course]{(*programme.Data).ReadCourses, programme.WriteCourses,
		func(v programme.Course) (string, programme.Date) { return v.ID, v.Withdrawn }}
}

func eventSheet() sheet[programme.Event] {
	return sheet[programme.Event]{(*programme.Data).ReadEvents, programme.WriteEvents,
		func(v programme.Event) (string, programme.Date) { return v.ID, v.Withdrawn }}
}

func vacancySheet() sheet[programme.Vacancy] {
	return sheet[programme.Vacancy]{(*programme.Data).ReadVacancies, programme.WriteVacancies,
		func(v programme.Vacancy) (string, programme.Date) { return v.ID, v.Withdrawn }}
}

func helpLineSheet() sheet[programme.HelpLine] {
	return sheet[programme.HelpLine]{(*programme.Data).ReadHelpLines, programme.WriteHelpLines,
		func(v programme.HelpLine) (string, programme.Date) { return v.ID, v.Withdrawn }}
}

// words are the texts of one language.
type words struct {
	catalog *locales.Catalog
	lang    string
}

func (w words) text(key string, params map[string]any) string {
	return w.catalog.Text(w.lang, key, params)
}
