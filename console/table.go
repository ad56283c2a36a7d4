package console

import (
	"net/url"
	"strconv"
)

// A Table is rows under headings, as {{template "table" .}} shows it: on a
// narrow screen each row is a card that names its cells.
type Table struct {
	ID      string // of its part of the page, for links to it; "" for none
	Caption string // words; read out before the table
	Columns []Column
	Rows    []Row
	Pager   Pager
	Empty   Empty // shown in the place of a table without rows
}

// A Column is one heading.
type Column struct {
	Text   string
	Number bool // figures: to the right
}

// A Row is one line; its first cell names it.
type Row struct {
	ID    string // of the element, for a script or a link to it; may be ""
	Cells []Cell
	Quiet bool // over, closed, gone
}

// A Cell is what one place of a table shows: text, with a link, a second line, a
// chip; or a button that posts.
type Cell struct {
	Text   string
	Href   string
	Sub    string
	Lines  []string // several things, one below the other
	Chips  []Chip
	Number bool
	Label  string // of the column; set by the table
	Action *Act
}

// An Act is a button in a row that posts at once. What cannot be undone asks
// first: then it is a link to a Confirm page.
type Act struct {
	Path, Text string
	Fields     []Hidden
	Once, By   string
	Danger     bool
}

// Hidden is a field that is sent and not shown.
type Hidden struct{ Name, Value string }

// act makes such a button.
func (v *visit) actButton(path, text string, fields ...Hidden) *Act {
	return &Act{Path: path, Text: text, Fields: fields, Once: newOnce(), By: v.staff.ID}
}

// Labelled returns the cells of a row with the names of their columns.
func (t Table) Labelled(r Row) []Cell {
	out := make([]Cell, len(r.Cells))
	for i, c := range r.Cells {
		if i < len(t.Columns) {
			c.Label, c.Number = t.Columns[i].Text, t.Columns[i].Number
		}
		out[i] = c
	}
	return out
}

// The tones of a chip. Each also has a shape of its own, for who cannot tell the
// colours.
const (
	ToneGood = "good" // open, published, sent
	ToneWait = "wait" // somebody must do something
	ToneBad  = "bad"  // refused, failed, late
	ToneOff  = "off"  // over, closed, draft
	ToneInfo = "info"
)

// A Chip is one short state.
type Chip struct{ Text, Tone string }

// Empty is what stands where nothing is: why, and what to do.
type Empty struct {
	Title, Text string
	Link        Link
}

// A Pager leads to the pages of a list. Total below zero: not counted.
type Pager struct {
	First, Last, Total int // of this page, from 1
	Prev, Next         string
}

// pageSize is how many rows one page of a list has.
const pageSize = 50

// pager cuts page n (from 1) out of a list of total and leads on to the others:
// the address stays as it is but for the number. It is for lists that are in
// memory; a list in Redis pages by a cursor of its own and fills Pager itself.
func (v *visit) pager(total int) (from, to int, p Pager) { return v.pagerOf(total, pageSize) }

// pagerOf is pager with pages of another size.
func (v *visit) pagerOf(total, size int) (from, to int, p Pager) {
	n, err := strconv.Atoi(v.query("page"))
	if last := max(1, (total+size-1)/size); err != nil || n < 1 || n > last {
		n = 1
	}
	from, to = (n-1)*size, min(n*size, total)
	p = Pager{First: from + 1, Last: to, Total: total}
	if n > 1 {
		p.Prev = v.with("page", strconv.Itoa(n-1))
	}
	if to < total {
		p.Next = v.with("page", strconv.Itoa(n+1))
	}
	return from, to, p
}

// with is the address of this page with another value of a parameter.
func (v *visit) with(name, value string) string {
	q := v.r.URL.Query()
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	return (&url.URL{Path: v.r.URL.Path, RawQuery: q.Encode()}).String()
}

// Filters are the fields above a list. They are a GET form: an address with
// filters can be kept and sent to a colleague, so no name and no telephone of
// anybody may be one.
type Filters struct {
	Fields []Field
	Clear  string // the address without filters; "" when none is set
}

// filters reads the fields from the address.
func (v *visit) filters(fields ...Field) Filters {
	f := Filters{Fields: fields}
	for i := range f.Fields {
		field := &f.Fields[i]
		value := clip(v.query(field.Name), 200)
		if field.Kind == FieldSelect && !field.offers(value) {
			value = ""
		}
		if field.Value = value; value != "" {
			f.Clear = v.r.URL.Path
		}
	}
	return f
}

// field is a filter by its name, or nil.
func (f Filters) field(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// value is what a filter is set to.
func (f Filters) value(name string) string {
	if field := f.field(name); field != nil {
		return field.Value
	}
	return ""
}
