package console

import (
	"cmp"
	"slices"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// An offerKind is one kind of thing that the catalogue lists. What the pages of
// all kinds do is in catalogue_NOUN.go; what is one kind's own is in vacancy.go,
// course.go and event.go.
type offerKind[T store.Listed] struct {
	noun   string // of the audit log, as in vacancy:V-01; of places, the kind of offer
	menu   string // entry of the menu
	path   string // /console/vacancies
	letter string // with which ids begin
	places bool   // people take places in it
	words  offerWords
	sheet  programme.Sheet[T]
	rows   func(*listed) []T
	about  func(T) offerAbout
	// standing is of what has places.
	standing func(T, programme.Date) programme.Standing
	states   []offerState[T] // that a list can be narrowed to; the first is what it shows unasked
	groups   []columnGroup
	heads    []string // words of the columns of a list
	row      func(k *offerKind[T], v *visit, l *listed, t T, fill store.Fill) Row
	before   func(l *listed, a, b T) int // order of a list
	// finds are what the checks say about a row, beside its fields; visible
	// whether they would let people see it. nil: there are no checks.
	finds   func(v *visit, t T) verdict
	visible func(v *visit, t T) bool
	// details are what the page of one shows beside its columns.
	details func(k *offerKind[T], v *visit, l *listed, row store.Kept[T], p *offerPage) error
}

// offerWords are the keys of the words that differ from kind to kind.
type offerWords struct {
	list, lead, none, noneText  string // of the list
	add, added, edit, saved     string
	from, to                    string // of the filter by date
	upload, uploadLead, twinned string
}

// An offerAbout is what every kind has.
type offerAbout struct {
	Title, Whose string // Whose: employer or organiser
	Line, Town   string
	Day          programme.Date // that the filter by date looks at
	Places       int
	Ends         programme.Date
}

// An offerState narrows a list.
type offerState[T any] struct {
	name, words string
	is          func(*listed, T) bool
}

// A columnGroup is columns of a row that a form shows together.
type columnGroup struct {
	words   string
	columns []string
}

// What is done to the catalogue. Rows go into the audit log as vacancy:V-01, a
// whole list as vacancy.
const (
	actAddOffer      act = "add-offer"
	actChangeOffer   act = "change-offer"
	actDecideVacancy act = "decide-vacancy"
	actUpload        act = "upload-list"
	actMendUpload    act = "mend-upload"
	actImport        act = "import-list"
	actExportOffers  act = "export-list"
	actSeePlaces     act = "see-places"
	actAttendance    act = "note-attendance"
)

// importRoot is below which spreadsheets are brought in; ids of offers are not.
const importRoot = "/console/import/"

// catalogueRoutes are the pages of offers. Everybody of the team may look at
// what is offered, as far as their scope goes.
func catalogueRoutes() []route {
	return slices.Concat(vacancyKind.routes(), courseKind.routes(), eventKind.routes(), []route{
		{"POST /console/vacancies/{id}/decision", store.DecideVacancy, (*visit).decideVacancy},
	})
}

func (k *offerKind[T]) routes() []route {
	bring := importRoot + k.menu
	all := []route{
		{"GET " + k.path, everyone, k.listPage},
		{"GET " + k.path + "/export", everyone, k.export},
		{"GET " + k.path + "/twins", everyone, k.twinsPage},
		{"GET " + k.path + "/new", store.ChangeCatalogue, k.newPage},
		{"POST " + k.path + "/new", store.ChangeCatalogue, k.create},
		{"POST " + k.path + "/check", store.ChangeCatalogue, k.check},
		{"GET " + k.path + "/{id}", everyone, k.page},
		{"GET " + k.path + "/{id}/edit", store.ChangeCatalogue, k.editPage},
		{"POST " + k.path + "/{id}/edit", store.ChangeCatalogue, k.edit},
		{"POST " + k.path + "/{id}/list", store.ChangeCatalogue, k.relist},
		{"GET " + bring, store.ChangeCatalogue, k.uploadPage},
		{"POST " + bring, store.ChangeCatalogue, k.upload},
		{"GET " + bring + "/{upload}", store.ChangeCatalogue, k.previewPage},
		{"POST " + bring + "/{upload}", store.ChangeCatalogue, k.bringIn},
		{"GET " + bring + "/{upload}/{row}", store.ChangeCatalogue, k.mendPage},
		{"POST " + bring + "/{upload}/{row}", store.ChangeCatalogue, k.mend},
	}
	if k.places {
		all = append(all,
			route{"GET " + k.path + "/{id}/people", store.SeePeople, k.rosterPage},
			route{"POST " + k.path + "/{id}/people", store.ChangeCatalogue, k.tick},
			route{"GET " + k.path + "/{id}/print", store.SeePeople, k.printPage},
			route{"GET " + k.path + "/{id}/attendance", store.ExportPeople, k.attendanceFilePage},
			route{"POST " + k.path + "/{id}/attendance", store.ExportPeople, k.attendanceFile},
		)
	}
	return all
}

// covers reports whether a row is within the scope of who visits.
func (k *offerKind[T]) covers(v *visit, t T) bool {
	a := k.about(t)
	return v.staff.Covers(a.Line, a.Town)
}

// ref is the name of a row in the audit log.
func (k *offerKind[T]) ref(id string) string { return k.noun + ":" + id }

// at is the page of a row.
func (k *offerKind[T]) at(id string) string { return k.path + "/" + pathOf(id) }

// crumb leads back to the list.
func (k *offerKind[T]) crumb(v *visit) []Link {
	return []Link{{Href: k.path, Text: v.text("console.menu." + k.menu)}}
}

// kept reads a row as it rests now; store.ErrNotFound when it is not within the
// scope of who visits.
func (k *offerKind[T]) kept(v *visit, id string) (store.Kept[T], error) {
	row, err := store.KeptRow[T](v.ctx(), v.store, id)
	if err == nil && !k.covers(v, row.Row) {
		return row, store.ErrNotFound
	}
	return row, err
}

// offer is the row as the places of it need to know it.
func (k *offerKind[T]) offer(v *visit, t T) store.Offer {
	a := k.about(t)
	o := store.Offer{Kind: k.noun, ID: k.sheet.ID(t), Places: a.Places, Standing: k.standing(t, v.set.Today(v.now))}
	if !a.Ends.IsZero() {
		o.Ends = a.Ends.At(24*60, v.zone)
	}
	return o
}

// town is how a municipality is called, with its department where that helps.
func (v *visit) town(code string) string {
	if m, ok := v.set.Data.Municipalities.ByCode(code); ok {
		return m.Label()
	}
	return code
}

// standingChip says where an offer stands on its calendar.
func (v *visit) standingChip(s programme.Standing) Chip {
	tone := ToneOff
	switch s {
	case programme.StandingOpen:
		tone = ToneGood
	case programme.StandingUpcoming, programme.StandingRunning:
		tone = ToneInfo
	case programme.StandingPostponed:
		tone = ToneWait
	case programme.StandingCancelled:
		tone = ToneBad
	}
	return Chip{v.text("console.standing." + string(s)), tone}
}

// lines are those that who visits looks after.
func (v *visit) lines() []Option {
	var out []Option
	for _, line := range programme.Lines() {
		if v.staff.Covers(string(line), "") {
			out = append(out, Option{Value: string(line), Text: v.text("console.line." + string(line))})
		}
	}
	return out
}

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

// twins are the groups of rows that seem to be the same thing, as far as who
// visits looks after them.
func (k *offerKind[T]) twins(v *visit, l *listed) [][]T {
	var out [][]T
	for _, group := range k.index(l).twins {
		mine := slices.DeleteFunc(slices.Clone(group), func(t T) bool { return !k.covers(v, t) })
		if len(mine) > 1 {
			out = append(out, mine)
		}
	}
	return out
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

// A twinsPage shows what seems to be listed twice.
type twinsPage struct {
	Groups []twinGroup
	None   Empty
}

type twinGroup struct {
	Title, Text string
	Table       Table
}

func (k *offerKind[T]) twinsPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	p := twinsPage{None: Empty{Title: v.text("console.offers.twins_none")}}
	for _, group := range k.twins(v, l) {
		p.Groups = append(p.Groups, k.twinGroup(v, group))
	}
	return v.show(view{
		name: "twins", title: v.text("console.offers.twins_title"), lead: v.text("console.offers.twins_lead"),
		section: k.menu, crumbs: k.crumb(v), wide: true,
	}, p)
}

// twinGroup lays rows beside each other: what differs, and a button for each.
func (k *offerKind[T]) twinGroup(v *visit, rows []T) twinGroup {
	first := k.about(rows[0])
	g := twinGroup{Title: first.Title, Text: joined(first.Whose, v.town(first.Town))}
	g.Table = Table{Caption: v.text("console.offers.twins_differ"), Columns: []Column{{Text: v.text("console.offers.field")}}}
	differ := map[string]bool{}
	for _, t := range rows {
		g.Table.Columns = append(g.Table.Columns, Column{Text: k.sheet.ID(t)})
		for _, c := range k.sheet.Changes(rows[0], t) {
			differ[c.Column] = true
		}
	}
	head := []Cell{{Text: v.text("console.offers.see")}}
	for _, t := range rows {
		cell := Cell{Text: v.text("console.offers.open"), Href: k.at(k.sheet.ID(t))}
		if v.may(store.ChangeCatalogue) {
			cell.Action = v.actButton(k.at(k.sheet.ID(t))+"/list", v.text("console.offers.withdraw"), Hidden{"listed", "no"}, Hidden{"twins", "1"})
		}
		head = append(head, cell)
	}
	g.Table.Rows = append(g.Table.Rows, Row{Cells: head})
	for _, c := range k.sheet.Columns() {
		if !differ[c.Name] || c.Kind == programme.CellID {
			continue
		}
		cells := []Cell{{Text: v.columnName(c.Name)}}
		for _, t := range rows {
			cells = append(cells, Cell{Text: v.shown(c, k.sheet.Values(t)[c.Name])})
		}
		g.Table.Rows = append(g.Table.Rows, Row{Cells: cells})
	}
	return g
}
