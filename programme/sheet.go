package programme

import (
	"errors"
	"io"
	"slices"
	"strings"
)

// Limits of a spreadsheet, far above any catalogue and far below what would
// fill a small server.
const (
	maxSheetBytes  = 64 << 20  // of the file as it comes
	maxSheetUnzip  = 512 << 20 // of a workbook once unpacked
	maxSheetMemory = 8 << 20   // of one part of a workbook; a larger one is read from disk
	maxCellRunes   = 4000
	maxHeaderRow   = 10   // titles and notes above the header
	maxRowErrors   = 1000 // told; the rest is only counted
	maxErrorValue  = 60   // runes of a value told in an error
)

// SheetReport tells how the reading of a spreadsheet went.
type SheetReport struct {
	Sheet   string   // the worksheet that was read; empty for CSV
	Rows    int      // rows with anything in them, without the header
	Good    int      // rows handed on
	Bad     int      // rows refused; each has at least one error
	BadIDs  []string // of refused rows: what is kept under these ids is still in the list
	Unnamed int      // refused rows whose id cannot be read
	Ignored []string // headers that mean nothing here
	Errors  []RowError
	// Untold is how many errors are not in Errors: it holds 1,000 at most.
	Untold int
}

// RowError is one mistake in one cell. Its words are at the locale key
// sheet.row.<Reason>.
type RowError struct {
	Row    int    // as the spreadsheet program counts, from 1
	Column string // header of the samples; empty: the row as a whole
	// Value is the beginning of what the cell holds, without phone numbers and
	// addresses; empty for columns that hold contacts.
	Value       string
	Reason      string
	Suggestions []string // values that would do, nearest first
	Earlier     int      // of a duplicate: the row that has the id
}

// Key is the locale key of its words.
func (e RowError) Key() string { return "sheet.row." + e.Reason }

// The reasons of a RowError.
const (
	rowEmptyCell    = "empty"         // a value is needed
	rowNotID        = "bad_id"        // an id with other signs than letters, digits, - _ or ., or longer than 32
	rowReserved     = "reserved"      // an id that is a page of the console's own: new, check, export, twins
	rowTooLong      = "too_long"      // more than 4,000 characters
	rowNotListed    = "not_listed"    // not one of the possible codes
	rowNotYesNo     = "not_yes_no"    // neither yes nor no
	rowNotMoney     = "not_money"     // no sum of whole pesos
	rowNotNumber    = "not_number"    // no number in the possible range
	rowNotDate      = "not_date"      // no day; written as day/month/year or 2026-12-01
	rowNotTime      = "not_time"      // no hour such as 08:00
	rowNotLead      = "not_lead"      // no list of reminders such as 24h|2h
	rowNoPlace      = "municipality"  // no such municipality
	rowNoOccupation = "occupation"    // no such occupation
	rowDuplicate    = "duplicate"     // the id stood in an earlier row
	rowFormula      = "formula"       // a formula without a value, or with an error
	rowQuotes       = "quotes"        // a quote that does not close
	rowCells        = "cells"         // more or fewer cells than the header
	rowEndFirst     = "ends_too_soon" // the end comes before the start
	rowForeign      = "not_yours"     // of a line or a place that somebody else looks after
)

// SheetError is why a spreadsheet cannot be read at all. Its words are at the
// locale key sheet.error.<Reason>.
type SheetError struct {
	Reason  string
	Columns []string // the missing columns
	err     error
}

// The reasons of a SheetError.
const (
	sheetNotSpreadsheet = "not_spreadsheet"
	sheetOldFormat      = "old_format" // .xls, or protected with a password
	sheetBroken         = "broken"     // cut off or damaged
	sheetTooBig         = "too_big"
	sheetEmpty          = "no_rows"
	sheetMissing        = "missing_columns"
)

// Key is the locale key of its words.
func (e *SheetError) Key() string { return "sheet.error." + e.Reason }

// Error names the reason and the missing columns, never what the file holds.
func (e *SheetError) Error() string {
	s := "spreadsheet: " + strings.ReplaceAll(e.Reason, "_", " ")
	if len(e.Columns) > 0 {
		s += ": " + strings.Join(e.Columns, ", ")
	}
	return s
}

// Unwrap is the underlying error, if any.
func (e *SheetError) Unwrap() error { return e.err }

// SheetKeys are the locale keys of every error of a spreadsheet.
func SheetKeys() []string {
	var keys []string
	for _, reason := range []string{rowEmptyCell, rowNotID, rowReserved, rowTooLong, rowNotListed, rowNotYesNo, rowNotMoney, rowNotNumber, rowNotDate, rowNotTime, rowNotLead,
		rowNoPlace, rowNoOccupation, rowDuplicate, rowFormula, rowQuotes, rowCells, rowEndFirst, rowForeign} {
		keys = append(keys, RowError{Reason: reason}.Key())
	}
	for _, reason := range []string{sheetNotSpreadsheet, sheetOldFormat, sheetBroken, sheetTooBig, sheetEmpty, sheetMissing} {
		keys = append(keys, (&SheetError{Reason: reason}).Key())
	}
	return keys
}

// sheetColumn is one column of a table: how to read it and how to write it.
type sheetColumn[T any] struct {
	name     string   // header
	aliases  []string // other headers for the same
	kind     CellKind
	codes    []string // all that a cell of a closed list may hold
	optional bool     // the table makes sense without it
	private  bool     // its values never go into a report
	minor    bool     // what it says never decides what people read of a row
	read     func(c *sheetCell, row *T)
	write    func(row T) string
}

// sheetTable is the shape of one kind of spreadsheet.
type sheetTable[T any] struct {
	columns []sheetColumn[T]
	id      func(T) string
	// whole checks what several columns say together.
	whole func(row T) (column, reason string)
	// twin is equal for rows that tell of the same thing under two ids.
	twin func(row T) string
	// over tells that a row is no longer listed, or its time has passed.
	over func(row T, today Date) bool
	// listed sets or clears the day on which a row went out of its list.
	listed func(row *T) *Date
}

// layout tells which cell of a row belongs to which column.
type layout struct {
	cell    []int // by column; -1: not there
	ignored []string
	missing []string
	width   int
}

func (t sheetTable[T]) layout(header []string) layout {
	l := layout{width: len(header)}
	taken := map[int]bool{}
	for _, column := range t.columns {
		at := slices.IndexFunc(header, column.heads)
		l.cell = append(l.cell, at)
		if at >= 0 {
			taken[at] = true
		} else if !column.optional {
			l.missing = append(l.missing, column.name)
		}
	}
	for i, head := range header {
		if !taken[i] && strings.TrimSpace(head) != "" {
			l.ignored = append(l.ignored, bounded(head))
		}
	}
	return l
}

func (c sheetColumn[T]) heads(header string) bool {
	header = columnCode(header)
	return header == c.name || slices.Contains(c.aliases, header)
}

// known counts the headers of a row that mean something here.
func (t sheetTable[T]) known(cells []string) int {
	n := 0
	for _, column := range t.columns {
		if slices.ContainsFunc(cells, column.heads) {
			n++
		}
	}
	return n
}

// columnCode brings a header or a code to the form of the samples: small
// letters, no accents, words joined by _.
func columnCode(s string) string { return strings.ReplaceAll(Normalize(s), " ", "_") }

// readSheet hands each good row to each, in order, and reports the others. It
// holds one row at a time. An error of each stops the reading and is returned
// as it is; any other error is a SheetError, and then nothing may be kept of
// what was handed on.
func readSheet[T any](d *Data, table sheetTable[T], r io.ReaderAt, size int64, each func(row int, v T) error) (SheetReport, error) {
	var report SheetReport
	source, err := openSheet(r, size, table.known)
	if err != nil {
		return report, err
	}
	defer source.close()
	l, err := findTable(source, table, &report)
	if err != nil {
		return report, err
	}
	seen := map[string]int{}
	for {
		row, err := source.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return report, err
		}
		if row.blank() {
			continue
		}
		report.Rows++
		v, errs := judge(d, table, l.raw(row))
		if len(errs) == 0 {
			id := table.id(v)
			if first, again := seen[id]; again {
				errs = []RowError{{Row: row.number, Column: table.columns[0].name, Value: bounded(id), Reason: rowDuplicate, Earlier: first}}
			} else {
				seen[id] = row.number
			}
		}
		if len(errs) > 0 {
			report.refuse(table.id(v), errs)
			continue
		}
		if err := each(row.number, v); err != nil {
			return report, err
		}
		report.Good++
	}
	if report.Rows == 0 {
		return report, &SheetError{Reason: sheetEmpty}
	}
	return report, nil
}

func (r *SheetReport) refuse(id string, errs []RowError) {
	r.Bad++
	if id == "" {
		r.Unnamed++
	} else {
		r.BadIDs = append(r.BadIDs, id)
	}
	room := min(len(errs), maxRowErrors-len(r.Errors))
	r.Errors = append(r.Errors, errs[:room]...)
	r.Untold += len(errs) - room
}

// rawRow is a row laid out by the columns of its table and not yet judged.
type rawRow struct {
	number    int
	cells     []string
	broken    []bool // by column: a formula without a value; nil: none
	problem   string // reason why the row as a whole is no good
	epoch1904 bool
}

func (l layout) raw(row sheetRow) rawRow {
	r := rawRow{number: row.number, problem: row.problem, epoch1904: row.epoch1904}
	if r.problem == "" && row.exact && len(row.cells) != l.width {
		r.problem = rowCells
	}
	if r.problem != "" {
		return r
	}
	r.cells = make([]string, len(l.cell))
	for i, at := range l.cell {
		if at < 0 || at >= len(row.cells) {
			continue
		}
		r.cells[i] = cleanText(row.cells[at])
		if row.gaps[at] || row.workbook && formulaFailed(r.cells[i]) {
			if r.broken == nil {
				r.broken = make([]bool, len(l.cell))
			}
			r.broken[i] = true
		}
	}
	return r
}

// judge reads a row. The value is whole only without errors.
func judge[T any](d *Data, table sheetTable[T], row rawRow) (T, []RowError) {
	var v T
	if row.problem != "" {
		return v, []RowError{{Row: row.number, Reason: row.problem}}
	}
	var errs []RowError
	for i, column := range table.columns {
		c := sheetCell{data: d, text: row.cells[i], codes: column.codes, epoch1904: row.epoch1904}
		if row.broken != nil && row.broken[i] {
			c.fail(rowFormula)
		}
		if c.reason == "" {
			c.checkLength()
		}
		if c.reason == "" {
			column.read(&c, &v)
		}
		if c.reason != "" {
			e := RowError{Row: row.number, Column: column.name, Reason: c.reason, Suggestions: c.suggestions}
			if !column.private {
				e.Value = bounded(c.text)
			}
			errs = append(errs, e)
		}
	}
	if len(errs) == 0 && table.whole != nil {
		if column, reason := table.whole(v); reason != "" {
			errs = append(errs, RowError{Row: row.number, Column: column, Reason: reason})
		}
	}
	return v, errs
}

// findTable goes to the first sheet whose header fits. When none does, it tells
// what the nearest one lacks.
func findTable[T any](source sheetSource, table sheetTable[T], report *SheetReport) (layout, error) {
	var nearest layout
	best, anything := -1, false
	for {
		for range maxHeaderRow {
			row, err := source.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return layout{}, err
			}
			if row.blank() || row.problem != "" {
				continue
			}
			anything = true
			l := table.layout(row.cells)
			if len(l.missing) == 0 {
				report.Sheet, report.Ignored = source.name(), l.ignored
				return l, nil
			}
			if known := table.known(row.cells); known > best {
				best, nearest = known, l
			}
		}
		more, err := source.nextSheet()
		if err != nil {
			return layout{}, err
		}
		if !more {
			break
		}
	}
	if !anything {
		return layout{}, &SheetError{Reason: sheetEmpty}
	}
	return layout{}, &SheetError{Reason: sheetMissing, Columns: nearest.missing}
}

// bounded is the beginning of a value, fit to be shown to staff.
func bounded(s string) string {
	s = withoutContacts(s)
	if runes := []rune(s); len(runes) > maxErrorValue {
		return string(runes[:maxErrorValue]) + "…"
	}
	return s
}
