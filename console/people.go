package console

import (
	"encoding/csv"
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// The acts about people in lists.
const (
	actListPeople   act = "list-people"
	actFindPerson   act = "find-person"
	actExportPeople act = "export-people"
)

const peoplePath = "/console/people"

// peopleRows is how many people one page of the list has: half of what the
// auditors are told of, so that looking at one page alarms nobody.
const peopleRows = 25

// fileRows is the most people one file holds.
const fileRows = 20_000

// A peoplePage is the search and the list of people.
type peoplePage struct {
	Search  Field
	Found   string // words: that a code is of nobody, or of two
	Filters Filters
	Open    bool // some filter is set
	List    Table
}

func (v *visit) peoplePage() error {
	p := peoplePage{
		Search:  Field{Kind: FieldSearch, Name: "code", Label: v.text("console.people.code"), Hint: v.text("console.people.code_hint"), Value: clip(v.query("code"), 40), Max: 40, Required: true},
		Filters: v.peopleFilters(),
	}
	p.Open = p.Filters.Clear != ""
	if p.Search.Value != "" {
		return v.findPerson(p)
	}
	filter, err := v.peopleFilter(p.Filters)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(v.query("from"))
	page, err := v.store.People(v.ctx(), filter, max(0, from), peopleRows)
	if err != nil {
		return err
	}
	if p.List, err = v.personTable(page.Records, page.Total); err != nil {
		return err
	}
	p.List.Pager = v.fromPager(max(0, from), len(page.Records), page.Total)
	return v.showPeople(p, page.Total, len(page.Records), actListPeople)
}

// showPeople records how many people are shown, and shows them.
func (v *visit) showPeople(p peoplePage, total, shown int, what act) error {
	if err := v.recordPeople(what, "", shown, ""); err != nil {
		return err
	}
	page := view{name: "people", title: v.text("console.menu.people"), section: "people", wide: true}
	if v.seesLine(programme.InclusionLaboral) {
		page.actions = append(page.actions, Link{Href: referralsPath, Text: v.text("console.referral.title"), Icon: "send"})
	}
	page.actions = append(page.actions, Link{Href: requestsPath, Text: v.text("console.request.title"), Icon: "clock"})
	if v.may(store.ExportPeople) && total > 0 {
		page.actions = append(page.actions, Link{Href: peoplePath + "/file" + v.filterQuery(), Text: v.text("console.people.file"), Icon: "download"})
	}
	return v.show(page, p)
}

// filterQuery are the filters of this address, to be carried on.
func (v *visit) filterQuery() string {
	q := url.Values{}
	for _, name := range peopleFilterNames {
		if value := clip(v.query(name), 200); value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// fromPager leads on in a list that pages by a number in the address.
func (v *visit) fromPager(from, shown, total int) Pager {
	p := Pager{First: min(from+1, total), Last: from + shown, Total: total}
	if from > 0 {
		prev := ""
		if from > peopleRows {
			prev = strconv.Itoa(from - peopleRows)
		}
		p.Prev = v.with("from", prev)
	}
	if from+shown < total {
		p.Next = v.with("from", strconv.Itoa(from+peopleRows))
	}
	return p
}

// findPerson goes to who has a code.
func (v *visit) findPerson(p peoplePage) error {
	ids, err := v.store.Referred(v.ctx(), p.Search.Value)
	var records []*store.Record
	if err == nil {
		records, err = v.store.Records(v.ctx(), ids)
		records = slices.DeleteFunc(records, func(r *store.Record) bool { return !v.covers(r) })
	}
	switch {
	case errors.Is(err, store.ErrReference):
		p.Search.Error = v.text("console.people.code_wrong")
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	case len(records) == 1:
		if err := v.record(actFindPerson, string(records[0].ID)); err != nil {
			return err
		}
		return v.redirect(personPath(records[0].ID), "")
	case len(records) == 0:
		p.Search.Error = v.text("console.people.code_nobody")
	default:
		p.Found = v.text("console.people.code_two")
	}
	if p.List, err = v.personTable(records, len(records)); err != nil {
		return err
	}
	return v.showPeople(p, len(records), len(records), actFindPerson)
}

// covers reports whether a person is within the scope of who visits. Who gave no
// consent is nobody's to see.
func (v *visit) covers(r *store.Record) bool {
	if !r.Member {
		return false
	}
	return v.staff.CoversPerson(v.linesOfPerson(r), r.Session.Value("municipality"))
}

// reachable is the same as a filter.
func (v *visit) reachable() store.Filter {
	var parts []store.Filter
	if len(v.staff.Towns) > 0 {
		var towns []store.Filter
		for _, town := range v.staff.Towns {
			towns = append(towns, store.In("municipality", town))
		}
		parts = append(parts, store.Or(towns...))
	}
	if len(v.staff.Lines) > 0 {
		var lines []store.Filter
		for _, line := range v.staff.Lines {
			lines = append(lines, v.ofLine(programme.Line(line)))
		}
		parts = append(parts, store.Or(lines...))
	}
	return store.And(parts...)
}

// ofLine chooses those whom a line concerns, as flows.PersonLines has it.
func (v *visit) ofLine(line programme.Line) store.Filter {
	parts := []store.Filter{store.In("seeks", flows.SeeksUnsure)}
	for _, seek := range v.set.Data.Ruleset.SoughtBy(line) {
		parts = append(parts, store.In("seeks", seek))
	}
	for _, stage := range v.set.Data.Stages.Of(line) {
		parts = append(parts, store.In(flows.DimensionStage+string(line), string(stage)))
	}
	if line == programme.InclusionLaboral {
		for _, e := range []flows.Entry{flows.ReferralsWaiting(), flows.ReferralsDone()} {
			parts = append(parts, store.In(e.Dimension, e.Value))
		}
	}
	return store.Or(parts...)
}

// peopleFilterNames are the parameters of the address that choose people.
var peopleFilterNames = []string{"town", "line", "outcome", "stage", "offer", "language"}

func (v *visit) peopleFilters() Filters {
	any := func(key string) []Option { return []Option{{Text: v.text(key)}} }
	lines, stages := any("console.people.any_line"), any("console.people.any_stage")
	for _, line := range programme.Lines() {
		lines = append(lines, Option{Value: string(line), Text: v.text("console.line." + string(line))})
		for _, stage := range v.set.Data.Stages.Of(line) {
			stages = append(stages, Option{Value: string(line) + "." + string(stage), Text: v.text("console.line."+string(line)) + ": " + v.stageName(string(stage))})
		}
	}
	outcomes := any("console.people.any_outcome")
	for _, o := range programme.Outcomes() {
		if o != programme.MenorDeEdad && o != programme.SinPerfil {
			outcomes = append(outcomes, Option{Value: string(o), Text: v.text("outcome." + string(o))})
		}
	}
	tongues := any("console.people.any_language")
	for _, l := range v.catalog.Languages() {
		tongues = append(tongues, Option{Value: l.Tag, Text: l.Name})
	}
	return v.filters(
		Field{Kind: FieldSuggest, Name: "town", Label: v.text("console.people.town"), Options: v.townOptions(), Max: 80},
		Field{Kind: FieldSelect, Name: "line", Label: v.text("console.people.line"), Options: lines},
		Field{Kind: FieldSelect, Name: "outcome", Label: v.text("console.people.outcome"), Options: outcomes},
		Field{Kind: FieldSelect, Name: "stage", Label: v.text("console.people.stage"), Options: stages},
		Field{Kind: FieldSuggest, Name: "offer", Label: v.text("console.people.offer"), Options: v.offerOptions(), Max: 80},
		Field{Kind: FieldSelect, Name: "language", Label: v.text("console.people.language"), Options: tongues},
	)
}

// offerOptions suggests the courses and events that are not over.
func (v *visit) offerOptions() []Option {
	l, err := v.listed()
	if err != nil {
		return nil // the list says what is wrong
	}
	var out []Option
	for _, o := range l.offers {
		title := ""
		if c, ok := l.course(o.ID); ok && o.Kind == store.OfferCourse {
			title = c.Title
		} else if e, ok := l.event(o.ID); ok && o.Kind == store.OfferEvent {
			title = e.Title
		}
		out = append(out, Option{Value: o.ID, Text: title})
	}
	return out
}

// peopleFilter chooses people by the filters and the scope. A place or an offer
// that is none chooses nobody.
func (v *visit) peopleFilter(f Filters) (store.Filter, error) {
	parts := []store.Filter{v.reachable()}
	if town := f.value("town"); town != "" {
		code, ok := v.findTown(town)
		if !ok {
			return store.Or(), nil
		}
		parts = append(parts, store.In("municipality", code))
	}
	line, outcome := f.value("line"), f.value("outcome")
	switch {
	case line != "" && outcome != "":
		parts = append(parts, store.In(line, outcome))
	case line != "":
		parts = append(parts, v.ofLine(programme.Line(line)))
	case outcome != "":
		var any []store.Filter
		for _, line := range programme.Lines() {
			any = append(any, store.In(string(line), outcome))
		}
		parts = append(parts, store.Or(any...))
	}
	if of, stage, ok := strings.Cut(f.value("stage"), "."); ok {
		parts = append(parts, store.In(flows.DimensionStage+of, stage))
	}
	if offer := f.value("offer"); offer != "" {
		if !offerName(offer) {
			return store.Or(), nil
		}
		parts = append(parts, store.Or(store.In(flows.HeldCourse, offer), store.In(flows.HeldEvent, offer), store.In("referral", offer)))
	}
	if language := f.value("language"); language != "" {
		parts = append(parts, store.In("language", language))
	}
	return store.And(parts...), nil
}

// offerName reports whether a text can be the id of an offer in an index.
func offerName(id string) bool {
	return len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(".-_", r))
	})
}

func (v *visit) personTable(records []*store.Record, total int) (Table, error) {
	t := Table{
		Caption: v.text("console.people.list", "count", total),
		Columns: []Column{
			{Text: v.text("console.people.who")}, {Text: v.text("console.people.town")}, {Text: v.text("console.people.result")},
			{Text: v.text("console.people.stage")}, {Text: v.text("console.people.seen")},
		},
		Empty: Empty{Title: v.text("console.people.none"), Text: v.text("console.people.none_text")},
	}
	for _, r := range records {
		s := &r.Session
		row := Row{Cells: []Cell{
			{Text: r.ID.Reference(), Href: personPath(r.ID), Sub: v.languageName(s.Language)},
			{Text: v.placeName(s.Value("municipality"))},
			{Chips: v.outcomeChips(s)},
			{Text: v.stagesLine(s)},
			{Text: v.since(s.Seen)},
		}}
		if s.Talk != 0 {
			row.Cells[0].Chips = append(row.Cells[0].Chips, Chip{v.text("console.people.talks"), ToneWait})
		}
		if r.Blocked {
			row.Cells[4].Chips = append(row.Cells[4].Chips, Chip{v.text("console.people.blocked"), ToneOff})
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// since says how long ago a moment was; "" for none.
func (v *visit) since(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return v.text("console.people.before", "tiempo", v.ago(v.now.Sub(unix(seconds))))
}

func (v *visit) languageName(tag string) string {
	if l, ok := v.catalog.Language(tag); ok {
		return l.Name
	}
	return ""
}

// placeName is a municipality with its department; "" when it is not known or not
// told.
func (v *visit) placeName(code string) string {
	if m, ok := v.set.Data.Municipalities.ByCode(code); ok {
		return m.Label()
	}
	return ""
}

func (v *visit) stageName(stage string) string { return v.text("stage.name." + stage) }

// outcomeTones are how an outcome looks.
var outcomeTones = map[programme.Outcome]string{
	programme.CumplePreliminar: ToneGood, programme.FaltanDocumentos: ToneWait, programme.RevisionHumana: ToneWait,
	programme.NoCumplePorAhora: ToneOff, programme.FueraDeCobertura: ToneOff,
}

func (v *visit) outcomeChip(o programme.Outcome) Chip {
	return Chip{v.text("outcome." + string(o)), outcomeTones[o]}
}

// outcomeChips are the outcomes of the lines that concern a person, within the
// scope of who visits.
func (v *visit) outcomeChips(s *flows.Session) (chips []Chip) {
	for _, line := range flows.PersonLines(v.set, s) {
		if o := programme.Outcome(s.Value(flows.OutcomeSlot(line))); o != "" && v.seesLine(line) {
			chip := v.outcomeChip(o)
			chip.Text = v.text("console.line."+string(line)) + ": " + chip.Text
			chips = append(chips, chip)
		}
	}
	return chips
}

// seesLine reports whether a line is within the scope of who visits.
func (v *visit) seesLine(line programme.Line) bool { return v.staff.Covers(string(line), "") }

func (v *visit) stagesLine(s *flows.Session) string {
	var parts []string
	for _, line := range programme.Lines() {
		if at, ok := s.Stage(string(line)); ok && v.seesLine(line) {
			parts = append(parts, v.text("console.line."+string(line))+": "+v.stageName(at.Stage))
		}
	}
	return strings.Join(parts, " · ")
}

// filePage asks why a file with people is wanted.
func (v *visit) filePage() error {
	filters := v.peopleFilters()
	filter, err := v.peopleFilter(filters)
	if err != nil {
		return err
	}
	total, err := v.store.Count(v.ctx(), filter)
	if err != nil {
		return err
	}
	return v.showFile(v.fileForm(filters), total)
}

func (v *visit) showFile(f *Form, total int) error {
	if err := v.record(actListPeople, ""); err != nil {
		return err
	}
	p := view{name: "confirm", title: v.text("console.people.file"), section: "people", crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}}}
	if len(f.Errors) > 0 {
		p.status = 422
	}
	return v.show(p, Confirm{Text: v.text("console.people.file_text", "count", min(total, fileRows)), Form: f})
}

func (v *visit) fileForm(filters Filters) *Form {
	fields := []Field{{Kind: FieldArea, Name: "why", Label: v.text("console.people.why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 3}}
	for _, name := range peopleFilterNames {
		fields = append(fields, Field{Kind: FieldHidden, Name: name, Value: filters.value(name)})
	}
	f := v.newForm(v.text("console.people.download"), Group{Fields: fields})
	f.Action = peoplePath + "/file"
	f.Once = "" // the same file again is the same file
	f.Cancel = Link{Href: peoplePath, Text: v.text("console.form.cancel")}
	return f
}

// peopleFile writes the people of a list into a file, by their codes alone: no
// name, no chat, no free words.
func (v *visit) peopleFile() error {
	filters := v.peopleFilters()
	for i := range filters.Fields {
		filters.Fields[i].Value = clip(v.form.Get(filters.Fields[i].Name), 200)
	}
	f := v.fileForm(filters)
	v.fill(f)
	filter, err := v.peopleFilter(filters)
	if err != nil {
		return err
	}
	total, err := v.store.Count(v.ctx(), filter)
	if err != nil {
		return err
	}
	if len(f.Errors) > 0 {
		return v.showFile(f, total)
	}
	if err := v.recordPeople(actExportPeople, "", min(total, fileRows), f.Field("why").Value); err != nil {
		return err
	}
	return v.writePeople(filter)
}

func (v *visit) writePeople(filter store.Filter) error {
	out := v.stream("text/csv; charset=utf-8", "personas.csv")
	_, _ = out.Write([]byte("\ufeff")) // spreadsheets know by it that the file is UTF-8
	w := csv.NewWriter(out)
	head := []string{v.text("console.people.who"), v.text("console.people.town"), v.text("console.people.language")}
	for _, line := range programme.Lines() {
		if v.seesLine(line) {
			head = append(head, v.text("console.line."+string(line)), v.text("console.people.stage_of", "linea", v.text("console.line."+string(line))))
		}
	}
	if err := w.Write(append(head, v.text("console.people.seen"))); err != nil {
		return err
	}
	for from := 0; from < fileRows; from += store.PageMax {
		page, err := v.store.People(v.ctx(), filter, from, store.PageMax)
		if err != nil {
			return err
		}
		for _, r := range page.Records {
			s := &r.Session
			row := []string{r.ID.Reference(), v.placeName(s.Value("municipality")), v.languageName(s.Language)}
			for _, line := range programme.Lines() {
				if !v.seesLine(line) {
					continue
				}
				outcome, stage := "", ""
				if o := s.Value(flows.OutcomeSlot(line)); o != "" {
					outcome = v.text("outcome." + o)
				}
				if at, ok := s.Stage(string(line)); ok {
					stage = v.stageName(at.Stage)
				}
				row = append(row, outcome, stage)
			}
			if err := w.Write(append(row, unix(s.Seen).In(v.zone).Format("2006-01-02"))); err != nil {
				return err
			}
		}
		if from+store.PageMax >= page.Total {
			break
		}
	}
	w.Flush()
	return w.Error()
}
