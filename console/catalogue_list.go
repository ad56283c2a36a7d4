package console

import (
	"cmp"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// An indexed row has at hand what a list looks at.
type indexed[T any] struct {
	row   T
	about offerAbout
	words string // what a search looks in
}

// An offerIndex is the rows of a kind in the order of its list, and those that
// seem to be there twice, whatever the scope of who visits.
type offerIndex[T any] struct {
	rows  []indexed[T]
	twins [][]T
}

// index is made once for each version of the catalogue.
func (k *offerKind[T]) index(l *listed) *offerIndex[T] {
	if known, ok := l.indexes.Load(k.noun); ok {
		return known.(*offerIndex[T])
	}
	rows := k.rows(l)
	made := &offerIndex[T]{rows: make([]indexed[T], len(rows)), twins: k.sheet.Twins(rows, l.Today)}
	for i, t := range rows {
		a := k.about(t)
		made.rows[i] = indexed[T]{t, a, " " + programme.Normalize(k.sheet.ID(t)+" "+a.Title+" "+a.Whose)}
	}
	slices.SortStableFunc(made.rows, func(a, b indexed[T]) int {
		return cmp.Or(k.before(l, a.row, b.row), programme.CompareIDs(k.sheet.ID(a.row), k.sheet.ID(b.row)))
	})
	known, _ := l.indexes.LoadOrStore(k.noun, made) // two at once made the same
	return known.(*offerIndex[T])
}

// A choice is the rows of a list that the filters of the address leave.
type choice[T any] struct {
	rows    []T
	filters Filters
	narrow  bool // something is filtered
}

// choose takes the filters from the address and the rows that they leave, in
// the order of the list.
func (k *offerKind[T]) choose(v *visit, l *listed) choice[T] {
	all := k.index(l).rows
	c := choice[T]{filters: v.filters(k.filters(v, all)...)}
	c.narrow = c.filters.Clear != ""
	state := k.states[0]
	for _, s := range k.states {
		if s.name == c.filters.value("state") {
			state = s
		}
	}
	words := strings.Fields(programme.Normalize(c.filters.value("q")))
	from, _ := programme.ParseDate(c.filters.value("from"))
	to, _ := programme.ParseDate(c.filters.value("to"))
	line, town := c.filters.value("line"), c.filters.value("town")
	for i := range all {
		a := &all[i].about
		if !v.staff.Covers(a.Line, a.Town) || line != "" && a.Line != line || town != "" && a.Town != town ||
			!from.IsZero() && a.Day.Before(from) || !to.IsZero() && (a.Day.IsZero() || to.Before(a.Day)) ||
			!holdsWords(all[i].words, words) || !state.is(l, all[i].row) {
			continue
		}
		c.rows = append(c.rows, all[i].row)
	}
	return c
}

// holdsWords reports whether a normalised text, after a space, has words that
// begin so, all of them.
func holdsWords(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, " "+w) {
			return false
		}
	}
	return true
}

// filters are the fields above the list.
func (k *offerKind[T]) filters(v *visit, all []indexed[T]) []Field {
	fields := []Field{{Kind: FieldSearch, Name: "q", Label: v.text("console.offers.search"), Max: 80}}
	state := Field{Kind: FieldSelect, Name: "state", Label: v.text("console.offers.state")}
	for i, s := range k.states {
		name := s.name
		if i == 0 {
			name = ""
		}
		state.Options = append(state.Options, Option{Value: name, Text: v.text(s.words)})
	}
	fields = append(fields, state)
	any := Option{Text: v.text("console.offers.any")}
	if lines := v.lines(); k.places && len(lines) > 1 {
		fields = append(fields, Field{Kind: FieldSelect, Name: "line", Label: v.text("console.offers.line"), Options: append([]Option{any}, lines...)})
	}
	if towns := k.towns(v, all); len(towns) > 1 {
		fields = append(fields, Field{Kind: FieldSelect, Name: "town", Label: v.text("console.offers.town"), Options: append([]Option{any}, towns...)})
	}
	return append(fields,
		Field{Kind: FieldDate, Name: "from", Label: v.text(k.words.from)},
		Field{Kind: FieldDate, Name: "to", Label: v.text(k.words.to)})
}

// towns are the municipalities of what who visits looks after, by name.
func (k *offerKind[T]) towns(v *visit, rows []indexed[T]) []Option {
	seen := map[string]bool{}
	var out []Option
	for i := range rows {
		a := &rows[i].about
		if code := a.Town; code != "" && !seen[code] && v.staff.Covers(a.Line, code) {
			seen[code] = true
			out = append(out, Option{Value: code, Text: v.town(code)})
		}
	}
	slices.SortFunc(out, func(a, b Option) int {
		return strings.Compare(programme.Normalize(a.Text), programme.Normalize(b.Text))
	})
	return out
}

// An offersPage is a list.
type offersPage struct {
	Filters Filters
	Table   Table
	Files   []Link // the list as a file
	Twins   Link   // zero: nothing seems to be there twice
}

func (k *offerKind[T]) listPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	c := k.choose(v, l)
	p := offersPage{Filters: c.filters, Table: Table{Caption: v.text(k.words.list)}}
	if p.Table.Rows, p.Table.Pager, err = k.tableRows(v, l, c.rows); err != nil {
		return err
	}
	for i, head := range k.heads {
		p.Table.Columns = append(p.Table.Columns, Column{Text: v.text(head), Number: k.places && i >= len(k.heads)-2})
	}
	p.Table.Empty = Empty{Title: v.text(k.words.none), Text: v.text(k.words.noneText)}
	if c.narrow {
		p.Table.Empty = Empty{Title: v.text("console.offers.none_so"), Link: Link{Href: k.path, Text: v.text("console.filters.clear")}}
	}
	for _, format := range []programme.SheetFormat{programme.XLSX, programme.CSV} {
		p.Files = append(p.Files, Link{Href: k.exportPath(v, format), Text: v.text("console.format." + string(format))})
	}
	if twins := k.twins(v, l); len(twins) > 0 {
		p.Twins = Link{Href: k.path + "/twins", Text: v.text(k.words.twinned, "count", len(twins))}
	}
	return v.show(view{name: "offers", title: v.text("console.menu." + k.menu), lead: v.text(k.words.lead), section: k.menu, wide: true, actions: k.listActs(v)}, p)
}

func (k *offerKind[T]) listActs(v *visit) []Link {
	if !v.may(store.ChangeCatalogue) {
		return nil
	}
	return []Link{
		{Href: importRoot + k.menu, Text: v.text("console.offers.import"), Icon: "upload"},
		{Href: k.path + "/new", Text: v.text(k.words.add), Icon: "plus", Primary: true},
	}
}

// tableRows are the rows of this page of the list.
func (k *offerKind[T]) tableRows(v *visit, l *listed, rows []T) ([]Row, Pager, error) {
	from, to, pager := v.pager(len(rows))
	rows = rows[from:to]
	fills := make([]store.Fill, len(rows))
	if k.places {
		offers := make([]store.Offer, len(rows))
		for i, t := range rows {
			offers[i] = k.offer(v, t)
		}
		var err error
		if fills, err = v.store.Fills(v.ctx(), offers); err != nil {
			return nil, pager, err
		}
	}
	var out []Row
	for i, t := range rows {
		out = append(out, k.row(k, v, l, t, fills[i]))
	}
	return out, pager, nil
}

// places are the last cells of a row: places taken, and who waits.
func (v *visit) placeCells(places int, fill store.Fill) []Cell {
	taken := Cell{Text: v.number(fill.Used)}
	if places > 0 {
		taken.Text = v.text("console.offers.of_places", "ocupados", fill.Used, "cupos", places)
		if fill.Used >= places {
			taken.Chips = []Chip{{v.text("console.today.full"), ToneWait}}
		}
	}
	return []Cell{taken, {Text: v.number(fill.Waiting)}}
}

// exportPath is the address of the filtered list as a file.
func (k *offerKind[T]) exportPath(v *visit, format programme.SheetFormat) string {
	q := v.r.URL.Query()
	q.Del("page")
	q.Set("format", string(format))
	return k.path + "/export?" + q.Encode()
}

// export writes the filtered list as a spreadsheet that the import reads. With
// the parameter empty it has the headings only, to be filled.
func (k *offerKind[T]) export(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	format := programme.SheetFormat(v.query("format"))
	kind := "text/csv; charset=utf-8"
	switch format {
	case programme.CSV:
	case programme.XLSX:
		kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	default:
		return store.ErrNotFound
	}
	rows := k.choose(v, l).rows
	name := k.sheet.Name() + "-" + l.Today.String()
	if v.query("empty") != "" {
		rows, name = nil, k.sheet.Name()
	}
	if err := v.record(actExportOffers, k.noun); err != nil {
		return err
	}
	return k.sheet.WriteFile(v.stream(kind, name+"."+string(format)), format, slices.Values(rows))
}
