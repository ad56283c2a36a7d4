package programme

import (
	"io"
	"iter"
	"slices"
	"strings"
)

// CellKind is how the values of a column are written.
type CellKind string

// The kinds.
const (
	CellID           CellKind = "id"
	CellText         CellKind = "text" // one line
	CellLong         CellKind = "long" // several lines
	CellCode         CellKind = "code" // one word of an open list
	CellCodes        CellKind = "codes"
	CellChoice       CellKind = "choice" // one of Codes
	CellStated       CellKind = "stated" // a Stated
	CellYesNo        CellKind = "yesno"
	CellCount        CellKind = "count"
	CellHours        CellKind = "hours"
	CellMoney        CellKind = "money" // whole pesos
	CellDate         CellKind = "date"
	CellClock        CellKind = "clock" // 08:00
	CellMunicipality CellKind = "municipality"
	CellOccupation   CellKind = "occupation"
	CellDocuments    CellKind = "documents" // codes of the documents table
)

// A Column is one column of a kind of row. Its words for staff are at the locale
// key sheet.column.<Name>.
type Column struct {
	Name     string // header of the spreadsheet
	Kind     CellKind
	Codes    []string // of a choice
	Required bool     // an empty one is a mistake
	Private  bool     // for staff only
}

// A Sheet is one kind of row: how its spreadsheet and its form are read and
// written. Both go through the same readers.
type Sheet[T any] struct {
	name  string
	table sheetTable[T]
}

// CourseSheet is the kind of row that a course is.
func CourseSheet() Sheet[Course] { return Sheet[Course]{"cursos", courseTable()} }

// EventSheet is the kind of row that an event is.
func EventSheet() Sheet[Event] { return Sheet[Event]{"eventos", eventTable()} }

// VacancySheet is the kind of row that a vacancy is.
func VacancySheet() Sheet[Vacancy] { return Sheet[Vacancy]{"vacantes", vacancyTable()} }

// HelpLineSheet is the kind of row that a help line is.
func HelpLineSheet() Sheet[HelpLine] { return Sheet[HelpLine]{"lineas_ayuda", helpLineTable()} }

// Name is the word for the list, as its samples are called: cursos, eventos or
// vacantes.
func (s Sheet[T]) Name() string { return s.name }

// Columns are the columns in the order of the samples.
func (s Sheet[T]) Columns() []Column {
	out := make([]Column, len(s.table.columns))
	for i, c := range s.table.columns {
		empty := sheetCell{codes: c.codes}
		var row T
		c.read(&empty, &row)
		out[i] = Column{Name: c.name, Kind: c.kind, Codes: c.codes, Required: empty.reason == rowEmptyCell, Private: c.private}
	}
	return out
}

// Headers are the names of the columns.
func (s Sheet[T]) Headers() []string {
	var out []string
	for _, c := range s.table.columns {
		out = append(out, c.name)
	}
	return out
}

// Needed are the columns without which a spreadsheet of the kind cannot be read.
func (s Sheet[T]) Needed() []string {
	var out []string
	for _, c := range s.table.columns {
		if !c.optional {
			out = append(out, c.name)
		}
	}
	return out
}

// Values are the cells of a row by column, as a form shows them.
func (s Sheet[T]) Values(row T) map[string]string {
	out := make(map[string]string, len(s.table.columns))
	for _, c := range s.table.columns {
		out[c.name] = c.write(row)
	}
	return out
}

// Value is one cell of a row; empty for a column that there is not.
func (s Sheet[T]) Value(row T, column string) string {
	for _, c := range s.table.columns {
		if c.name == column {
			return c.write(row)
		}
	}
	return ""
}

// Read reads a filled form. What Values gives comes back as the same row; what
// else is in values is not looked at. The row is whole only without errors,
// whose Row is 0.
func (s Sheet[T]) Read(d *Data, values map[string]string) (T, []RowError) {
	return judge(d, s.table, s.filled(values))
}

func (s Sheet[T]) filled(values map[string]string) rawRow {
	row := rawRow{cells: make([]string, len(s.table.columns))}
	for i, c := range s.table.columns {
		// A form does not add the apostrophe that a spreadsheet adds.
		row.cells[i] = cleanText(guard(strings.TrimSpace(values[c.name])))
	}
	return row
}

// WriteFile writes rows as a spreadsheet.
func (s Sheet[T]) WriteFile(w io.Writer, format SheetFormat, rows iter.Seq[T]) error {
	return writeSheet(w, format, s.name, s.table, rows)
}

// ID is the id of a row.
func (s Sheet[T]) ID(row T) string { return s.table.id(row) }

// Over tells that a row is no longer listed, or that its time has passed.
func (s Sheet[T]) Over(row T, today Date) bool { return s.table.over(row, today) }

// Withdrawn is when the row went out of its list; zero: it is in it.
func (s Sheet[T]) Withdrawn(row T) Date { return *s.table.listed(&row) }

// Relisted is the row as of being in its list, or out of it since that day.
func (s Sheet[T]) Relisted(row T, out Date) T {
	*s.table.listed(&row) = out
	return row
}

// A Change is one cell that differs between two rows.
type Change struct{ Column, Old, New string }

// Changes are the cells in which two rows differ, in the order of the columns.
func (s Sheet[T]) Changes(before, after T) []Change {
	var out []Change
	for _, c := range s.table.columns {
		if was, is := c.write(before), c.write(after); was != is {
			out = append(out, Change{c.name, was, is})
		}
	}
	return out
}

// A Collision is one cell that two people changed, each from what both had
// read, or that only one of them changed.
type Collision struct {
	Column             string
	Base, Theirs, Mine string
}

// Both tells that the two want different things.
func (c Collision) Both() bool {
	return c.Theirs != c.Base && c.Mine != c.Base
}

// Collide lays beside each other what two people made of one row. Cells in
// which they agree are left out.
func (s Sheet[T]) Collide(base map[string]string, theirs, mine T) []Collision {
	var out []Collision
	for _, c := range s.table.columns {
		if a, b := c.write(theirs), c.write(mine); a != b {
			out = append(out, Collision{Column: c.name, Base: base[c.name], Theirs: a, Mine: b})
		}
	}
	return out
}

// Twins are groups of rows that seem to tell of the same thing under different
// ids: vacancies of one employer with one title in one municipality and mode,
// courses with one title in one municipality and mode on one first day, events
// with one title in one municipality on one day. Case, accents, signs and the
// letters of a company's form do not count. Rows that are over are left out.
func (s Sheet[T]) Twins(rows []T, today Date) [][]T {
	groups := map[string][]T{}
	for _, row := range rows {
		if !s.table.over(row, today) {
			name := s.table.twin(row)
			groups[name] = append(groups[name], row)
		}
	}
	var out [][]T
	for _, group := range groups {
		if len(group) > 1 {
			slices.SortFunc(group, s.compare)
			out = append(out, group)
		}
	}
	slices.SortFunc(out, func(a, b []T) int { return s.compare(a[0], b[0]) })
	return out
}

// TwinsOf are the ids of the other rows that seem to tell of the same thing.
func (s Sheet[T]) TwinsOf(row T, rows []T, today Date) []string {
	var out []string
	name, id := s.table.twin(row), s.table.id(row)
	for _, other := range rows {
		if s.table.id(other) != id && !s.table.over(other, today) && s.table.twin(other) == name {
			out = append(out, s.table.id(other))
		}
	}
	return out
}

func (s Sheet[T]) compare(a, b T) int { return CompareIDs(s.table.id(a), s.table.id(b)) }

func sameWords(texts ...string) string {
	for i, text := range texts {
		texts[i] = Normalize(text)
	}
	return strings.Join(texts, "|")
}

// companyName is the name of an employer without its legal form.
func companyName(name string) string {
	words := strings.Fields(Normalize(name))
	for len(words) > 1 {
		last := words[len(words)-1]
		if !slices.Contains([]string{"sas", "sa", "s", "a", "ltda", "limitada", "cia", "esp", "eu", "bic"}, last) {
			break
		}
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// NextID is the id that follows the highest of those that begin like most of
// them: after V-9 and V-20 it is V-21. Without ids it is prefix-01.
func NextID(ids []string, prefix string) string {
	highest := ""
	for _, id := range ids {
		if digits := trailingDigits(id); digits > 0 && strings.HasPrefix(id, prefix+"-") && len(id)-digits == len(prefix)+1 && digits < 10 && (highest == "" || CompareIDs(id, highest) > 0) {
			highest = id
		}
	}
	if highest == "" {
		return prefix + "-01"
	}
	width := trailingDigits(highest)
	n := 0
	for _, c := range highest[len(highest)-width:] {
		n = n*10 + int(c-'0')
	}
	next := ""
	for n++; n > 0 || len(next) < width; n /= 10 {
		next = string(rune('0'+n%10)) + next
	}
	return prefix + "-" + next
}

func trailingDigits(s string) int { return len(s) - len(strings.TrimRight(s, "0123456789")) }
