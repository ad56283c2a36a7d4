package programme

import (
	"errors"
	"io"
	"slices"
)

// RawSheet is a spreadsheet taken apart and not yet judged: what is kept while
// somebody looks at what it would do.
type RawSheet struct {
	Sheet     string   // the worksheet that was read; empty for CSV
	Ignored   []string // headers that mean nothing here
	Columns   []string // of the cells
	Epoch1904 bool     // day numbers count from 1904
	Rows      []RawRow
}

// RawRow is one row of a RawSheet.
type RawRow struct {
	Number  int      // as the spreadsheet program counts, from 1
	Cells   []string // by Columns
	Broken  []int    `json:",omitempty"` // columns with a formula that has no value
	Problem string   `json:",omitempty"` // reason why the row as a whole is no good
}

// TakeApart reads a spreadsheet of at most so many rows. It fails with a
// SheetError when it cannot be read, has no rows, or more than that.
func (s Sheet[T]) TakeApart(r io.ReaderAt, size int64, most int) (RawSheet, error) {
	var raw RawSheet
	source, err := openSheet(r, size, s.table.known)
	if err != nil {
		return raw, err
	}
	defer source.close()
	var report SheetReport
	l, err := findTable(source, s.table, &report)
	if err != nil {
		return raw, err
	}
	raw.Sheet, raw.Ignored = report.Sheet, report.Ignored
	raw.Columns = s.Headers()
	for {
		row, err := source.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return raw, err
		}
		if row.blank() {
			continue
		}
		if len(raw.Rows) == most {
			return raw, &SheetError{Reason: sheetTooBig}
		}
		raw.Epoch1904 = raw.Epoch1904 || row.epoch1904
		raw.Rows = append(raw.Rows, s.keep(l.raw(row)))
	}
	if len(raw.Rows) == 0 {
		return raw, &SheetError{Reason: sheetEmpty}
	}
	return raw, nil
}

func (s Sheet[T]) keep(row rawRow) RawRow {
	out := RawRow{Number: row.number, Cells: row.cells, Problem: row.problem}
	for i, broken := range row.broken {
		if broken {
			out.Broken = append(out.Broken, i)
		}
	}
	return out
}

// rows are the rows as the readers take them. Cells are found by their column,
// so that a sheet taken apart by an earlier version of the program can be read.
func (s Sheet[T]) rows(raw RawSheet) []rawRow {
	at := make([]int, len(s.table.columns))
	for i, c := range s.table.columns {
		at[i] = slices.Index(raw.Columns, c.name)
	}
	out := make([]rawRow, len(raw.Rows))
	for n, row := range raw.Rows {
		r := rawRow{number: row.Number, problem: row.Problem, epoch1904: raw.Epoch1904, cells: make([]string, len(at))}
		for i, from := range at {
			if from < 0 || from >= len(row.Cells) {
				continue
			}
			r.cells[i] = row.Cells[from]
			if slices.Contains(row.Broken, from) {
				if r.broken == nil {
					r.broken = make([]bool, len(at))
				}
				r.broken[i] = true
			}
		}
		out[n] = r
	}
	return out
}

// Filled are the cells of a row by column, to be mended in a form; false when
// the sheet has no such row. A row that could not be taken apart is empty.
func (r RawSheet) Filled(number int) (map[string]string, bool) {
	i := slices.IndexFunc(r.Rows, func(row RawRow) bool { return row.Number == number })
	if i < 0 {
		return nil, false
	}
	out := map[string]string{}
	for at, column := range r.Columns {
		if at < len(r.Rows[i].Cells) {
			out[column] = r.Rows[i].Cells[at]
		}
	}
	return out, true
}

// Mended is the sheet with one row as a form has it; the row's own number
// stays.
func (s Sheet[T]) Mended(raw RawSheet, number int, values map[string]string) RawSheet {
	filled := s.filled(values)
	rows := slices.Clone(raw.Rows)
	for i := range rows {
		if rows[i].Number != number {
			continue
		}
		row := RawRow{Number: number, Cells: make([]string, len(raw.Columns))}
		for j, c := range s.table.columns {
			if at := slices.Index(raw.Columns, c.name); at >= 0 {
				row.Cells[at] = filled.cells[j]
			}
		}
		rows[i] = row
	}
	raw.Rows = rows
	return raw
}

// An Act is what a row of a spreadsheet would do.
type Act string

// The acts.
const (
	ActNew    Act = "new"
	ActChange Act = "change"
	ActReopen Act = "reopen" // it had gone out of the list
	ActSame   Act = "same"
	ActRefuse Act = "refuse" // it has mistakes
)

// A PlannedRow is one row of a spreadsheet and what it would do.
type PlannedRow[T any] struct {
	Number  int
	ID      string // empty: it cannot be read
	Act     Act
	Row     T          // whole unless refused
	Errors  []RowError // of a refused one
	Changes []Change   // of one that changes
	Twins   []string   // ids of others that seem to tell of the same thing
}

// A Plan is what a spreadsheet would do to a list.
type Plan[T any] struct {
	Rows   []PlannedRow[T] // in the order of the sheet
	Closes []T             // in the list, and not in the sheet
	// Open tells why Closes is empty: a row without an id that can be read may
	// be any of those.
	Open  bool
	Count map[Act]int
}

// Plan lays a sheet beside the rows that are kept. Rows for which may is false,
// as they come or as they are kept, are refused and never closed.
func (s Sheet[T]) Plan(d *Data, raw RawSheet, kept []T, may func(T) bool, today Date) Plan[T] {
	p := Plan[T]{Count: map[Act]int{}}
	before := make(map[string]T, len(kept))
	twins := map[string][]string{}
	for _, row := range kept {
		before[s.ID(row)] = row
		if !s.Over(row, today) {
			twins[s.table.twin(row)] = append(twins[s.table.twin(row)], s.ID(row))
		}
	}
	seen, there := map[string]int{}, map[string]bool{}
	for _, r := range s.rows(raw) {
		row, errs := judge(d, s.table, r)
		planned := PlannedRow[T]{Number: r.number, ID: s.ID(row), Row: row, Errors: errs}
		old, known := before[planned.ID]
		there[planned.ID] = true // a mistake in a row does not close what was there
		if len(errs) == 0 {
			if first, again := seen[planned.ID]; again {
				planned.Errors = []RowError{{Row: r.number, Column: s.table.columns[0].name, Value: bounded(planned.ID), Reason: rowDuplicate, Earlier: first}}
			} else if seen[planned.ID] = r.number; !may(row) || known && !may(old) {
				planned.Errors = []RowError{{Row: r.number, Reason: rowForeign}}
			}
		}
		p.Open = p.Open || planned.ID == ""
		planned.Act, planned.Changes = s.act(planned, old, known)
		if planned.Act != ActRefuse {
			planned.Twins = slices.DeleteFunc(slices.Clone(twins[s.table.twin(row)]), func(id string) bool { return id == planned.ID })
			if !known && !s.Over(row, today) {
				twins[s.table.twin(row)] = append(twins[s.table.twin(row)], planned.ID)
			}
		}
		p.Count[planned.Act]++
		p.Rows = append(p.Rows, planned)
	}
	for _, row := range kept {
		if !there[s.ID(row)] && !p.Open && s.Withdrawn(row).IsZero() && may(row) {
			p.Closes = append(p.Closes, row)
		}
	}
	slices.SortFunc(p.Closes, s.compare)
	return p
}

func (s Sheet[T]) act(planned PlannedRow[T], old T, known bool) (Act, []Change) {
	switch {
	case len(planned.Errors) > 0:
		return ActRefuse, nil
	case !known:
		return ActNew, nil
	}
	changes := s.Changes(old, planned.Row)
	switch {
	case !s.Withdrawn(old).IsZero():
		return ActReopen, changes
	case len(changes) > 0:
		return ActChange, changes
	}
	return ActSame, nil
}
