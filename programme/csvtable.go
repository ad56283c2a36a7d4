package programme

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// csvTable reads one CSV file with exactly the given columns in that order.
// Problems of single cells are collected with their place, so that one reading
// shows an editor everything that is wrong.
type csvTable struct {
	file     string
	columns  []string
	problems *Problems
	rows     []csvRow
}

type csvRow struct {
	table  *csvTable
	cells  []string
	line   int
	column []int
}

func readCSV(fsys fs.FS, file string, columns []string, problems *Problems) *csvTable {
	t := &csvTable{file: file, columns: columns, problems: problems}
	f, err := fsys.Open(file)
	if err != nil {
		problems.add(file, 0, 0, fmt.Sprintf("the file cannot be opened: %v", errors.Unwrap(err)), "put it back or mend its name")
		return t
	}
	defer f.Close()

	r := csv.NewReader(f)
	r.Comment = '#'
	r.FieldsPerRecord = -1
	header := true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var parse *csv.ParseError
			if errors.As(err, &parse) {
				problems.add(file, parse.Line, parse.Column, parse.Err.Error(), `put text with commas or quotes between double quotes`)
			} else {
				problems.add(file, 0, 0, err.Error(), "save the file as UTF-8 CSV")
			}
			return t
		}
		row := csvRow{table: t, cells: cells}
		for i := range cells {
			line, column := r.FieldPos(i)
			if i == 0 {
				row.line = line
			}
			row.column = append(row.column, column)
		}
		if header {
			header = false
			cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
			if !slices.Equal(cells, columns) {
				problems.add(file, row.line, 1, "the columns are not the expected ones", "the first line must be "+strings.Join(columns, ","))
				return t
			}
			continue
		}
		if len(cells) != len(columns) {
			problems.add(file, row.line, 1, fmt.Sprintf("the row has %d cells instead of %d", len(cells), len(columns)), "put one value for each column, empty if there is none")
			continue
		}
		t.rows = append(t.rows, row)
	}
	if header {
		problems.add(file, 1, 1, "the file is empty", "the first line must be "+strings.Join(columns, ","))
	}
	return t
}

func (r csvRow) index(column string) int {
	i := slices.Index(r.table.columns, column)
	if i < 0 {
		panic("programme: column " + column + " is not declared for " + r.table.file)
	}
	return i
}

func (r csvRow) problem(column, what, mend string) {
	r.table.problems.add(r.table.file, r.line, r.column[r.index(column)], column+": "+what, mend)
}

func (r csvRow) text(column string) string { return strings.TrimSpace(r.cells[r.index(column)]) }

func (r csvRow) required(column string) string {
	s := r.text(column)
	if s == "" {
		r.problem(column, "the cell is empty", "write a value")
	}
	return s
}

func (r csvRow) oneOf(column string, values ...string) string {
	s := r.text(column)
	if !slices.Contains(values, s) {
		r.problem(column, fmt.Sprintf("%q is not a possible value", s), "use one of "+quoteAll(values))
	}
	return s
}

func (r csvRow) flag(column string) bool { return r.oneOf(column, "0", "1") == "1" }

func (r csvRow) number(column string) int64 {
	n, err := strconv.ParseInt(r.text(column), 10, 64)
	if err != nil {
		r.problem(column, fmt.Sprintf("%q is not a whole number", r.text(column)), "write digits only, without points")
	}
	return n
}

func (r csvRow) date(column string) Date {
	d, err := ParseDate(r.text(column))
	if err != nil {
		r.problem(column, err.Error(), "write the day as 2026-07-15, or leave the cell empty")
	}
	return d
}

// period reads two date columns and checks their order.
func (r csvRow) period(from, to string) period {
	p := period{r.date(from), r.date(to)}
	if !p.valid() {
		r.problem(to, "the end comes before the start", "exchange the two days")
	}
	return p
}

func (r csvRow) list(column string) []string {
	var out []string
	for _, s := range strings.Split(r.text(column), "|") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func quoteAll(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return strings.Join(quoted, ", ")
}
