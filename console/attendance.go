package console

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// Bounds of the pages about who has a place.
const (
	maxDays    = 370 // to choose from, of one offer
	printDays  = 5   // columns of a list to print
	tickPage   = 100 // people with a place on one page
	waitShown  = 200 // people of the line
	maxParties = 10  // of one sign-up
)

// placeFacts says how full something is, and leads to who has a place.
func (k *offerKind[T]) placeFacts(v *visit, l *listed, t T, p *offerPage) error {
	o := k.offer(v, t)
	fills, err := v.store.Fills(v.ctx(), []store.Offer{o})
	if err != nil {
		return err
	}
	taken := v.number(fills[0].Used)
	if o.Places > 0 {
		taken = v.text("console.offers.of_places", "ocupados", fills[0].Used, "cupos", o.Places)
	}
	p.Places = []Fact{{Label: v.text("console.offers.places"), Text: taken}, {Label: v.text("console.offers.waiting"), Text: v.number(fills[0].Waiting)}}
	if !v.may(store.SeePeople) {
		return nil
	}
	at := k.at(o.ID)
	p.Acts = []Link{
		{Href: at + "/people", Text: v.text("console.attendance.title"), Icon: "people"},
		{Href: at + "/print", Text: v.text("console.attendance.to_print"), Icon: "print"},
	}
	return nil
}

// A rosterPage is who has a place in a course or an event, who came, and who
// waits. Nobody has a name here: the code is what a person finds in Telegram.
type rosterPage struct {
	Day     programme.Date
	Days    Filters
	Search  bool // there are so many that one looks for a code
	Ticks   []tickRow
	Pager   Pager
	Empty   Empty
	Others  string
	May     bool // tick
	Form    *Form
	Came    Table // how many came on each day
	Offered Table
	Line    Table
	Watch   string
}

// A tickRow is one contact with a place.
type tickRow struct {
	Contact store.ContactID
	Code    string
	Href    string // page of the person; "" when who visits may not see it
	Since   string
	Size    int
	Came    int
	Sizes   []int // to choose from, of a party
}

// days are those on which something takes place.
func (k *offerKind[T]) days(t T) []programme.Date {
	a := k.about(t)
	if a.Day.IsZero() {
		return nil
	}
	days := []programme.Date{a.Day}
	for d := a.Day.AddDays(1); !a.Ends.IsZero() && !a.Ends.Before(d) && len(days) < maxDays; d = d.AddDays(1) {
		days = append(days, d)
	}
	return days
}

// dayOf is the day of the address, or else today, or the day that is nearest.
func (v *visit) dayOf(days []programme.Date, today programme.Date) programme.Date {
	if asked, err := programme.ParseDate(v.query("day")); err == nil && slices.Contains(days, asked) {
		return asked
	}
	switch {
	case len(days) == 0:
		return today
	case slices.Contains(days, today):
		return today
	case today.Before(days[0]):
		return days[0]
	}
	return days[len(days)-1]
}

func (k *offerKind[T]) rosterPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return k.showPeople(v, l, row.Row, "")
}

// showPeople shows who has a place, perhaps with what is wrong with the number
// of those without one.
func (k *offerKind[T]) showPeople(v *visit, l *listed, t T, wrong string) error {
	o := k.offer(v, t)
	roster, err := k.roster(v, o)
	if err != nil {
		return err
	}
	came, err := v.store.Attendance(v.ctx(), o)
	if err != nil {
		return err
	}
	days := k.days(t)
	p := rosterPage{Day: v.dayOf(days, l.Today), May: v.may(store.ChangeCatalogue)}
	k.fillTicks(v, &p, roster, came, days)
	p.Came = v.cameTable(came, days)
	p.Offered, p.Line, p.Watch = v.lineTables(roster)
	if p.May {
		p.Form = v.newForm(v.text("console.attendance.save"))
		p.Form.Action = k.at(o.ID) + "/people?" + url.Values{"day": {p.Day.String()}}.Encode()
	}
	page := view{
		name: "attendance", style: "offers.css", title: v.text("console.attendance.title"), lead: joined(o.ID, k.about(t).Title), section: k.menu, wide: true,
		crumbs:  append(k.crumb(v), Link{Href: k.at(o.ID), Text: k.about(t).Title}),
		actions: []Link{{Href: k.at(o.ID) + "/print?day=" + p.Day.String(), Text: v.text("console.attendance.to_print"), Icon: "print"}},
	}
	if v.may(store.ExportPeople) {
		page.actions = append(page.actions, Link{Href: k.at(o.ID) + "/attendance", Text: v.text("console.attendance.file"), Icon: "download"})
	}
	if wrong != "" {
		page.status, p.Form.Errors = http.StatusUnprocessableEntity, []FieldError{{"others", v.text("console.attendance.others"), wrong}}
	}
	return v.show(page, p)
}

// roster reads who has a place or waits, and notes that who visits saw them.
func (k *offerKind[T]) roster(v *visit, o store.Offer) ([]store.Seat, error) {
	roster, err := v.store.Roster(v.ctx(), o)
	if err != nil {
		return nil, err
	}
	return roster, v.recordPeople(actSeePlaces, k.ref(o.ID), len(roster), "")
}

func (k *offerKind[T]) fillTicks(v *visit, p *rosterPage, roster []store.Seat, came store.Attendance, days []programme.Date) {
	var fields []Field
	if len(days) > 1 {
		choose := Field{Kind: FieldSelect, Name: "day", Label: v.text("console.attendance.day")}
		for _, d := range days {
			choose.Options = append(choose.Options, Option{Value: d.String(), Text: v.day(d)})
		}
		fields = append(fields, choose)
	}
	taken := slices.DeleteFunc(slices.Clone(roster), func(s store.Seat) bool { return s.State != store.PlaceTaken })
	if p.Search = len(taken) > tickPage; p.Search {
		fields = append(fields, Field{Kind: FieldSearch, Name: "q", Label: v.text("console.attendance.code"), Max: 20})
	}
	p.Days = v.filters(fields...)
	if f := p.Days.field("day"); f != nil {
		f.Value = p.Day.String()
	}
	if asked := codeLetters(p.Days.value("q")); asked != "" {
		taken = slices.DeleteFunc(taken, func(s store.Seat) bool { return !strings.HasPrefix(codeLetters(s.Contact.Reference()), asked) })
	}
	slices.SortFunc(taken, func(a, b store.Seat) int { return strings.Compare(a.Contact.Reference(), b.Contact.Reference()) })
	from, to, pager := v.pagerOf(len(taken), tickPage)
	p.Pager = pager
	for _, s := range taken[from:to] {
		r := tickRow{Contact: s.Contact, Code: s.Contact.Reference(), Since: v.figuresDay(programme.DateOf(s.Since.In(v.zone))), Size: s.Size, Came: came.People[p.Day][s.Contact]}
		if people := v.reach("/console/people"); people != "" {
			r.Href = people + "/" + string(s.Contact)
		}
		for n := range min(s.Size, maxParties) + 1 {
			r.Sizes = append(r.Sizes, n)
		}
		p.Ticks = append(p.Ticks, r)
	}
	p.Empty = Empty{Title: v.text("console.attendance.nobody"), Text: v.text("console.attendance.nobody_text")}
	if p.Days.value("q") != "" {
		p.Empty = Empty{Title: v.text("console.attendance.no_code")}
	}
	if n := came.Others[p.Day]; n > 0 {
		p.Others = strconv.Itoa(n)
	}
}

// codeLetters are the letters of a code, however it is typed.
func codeLetters(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(code))
}

// weekday is the short name of a day of the week.
func (v *visit) weekday(d programme.Date) string {
	return v.text("console.weekday." + strings.ToLower(d.Weekday().String()))
}

// cameTable is how many came on each day of which something is known.
func (v *visit) cameTable(came store.Attendance, days []programme.Date) Table {
	t := Table{
		Caption: v.text("console.attendance.by_day"),
		Columns: []Column{{Text: v.text("console.attendance.day")}, {Text: v.text("console.attendance.with_place"), Number: true}, {Text: v.text("console.attendance.others"), Number: true}, {Text: v.text("console.attendance.all"), Number: true}},
		Empty:   Empty{Title: v.text("console.attendance.none_yet")},
	}
	for _, d := range came.Days() {
		first := Cell{Text: v.day(d)}
		if slices.Contains(days, d) {
			first.Href = v.with("day", d.String())
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{first, {Text: v.number(came.On(d) - came.Others[d])}, {Text: v.number(came.Others[d])}, {Text: v.number(came.On(d))}}})
	}
	return t
}

// lineTables are who was offered a place and who waits, in the order of the
// line, and how many only want to hear of it.
func (v *visit) lineTables(roster []store.Seat) (offered, line Table, watch string) {
	offered = Table{
		Caption: v.text("console.attendance.offered"),
		Columns: []Column{{Text: v.text("console.attendance.code")}, {Text: v.text("console.attendance.until")}, {Text: v.text("console.attendance.size"), Number: true}},
	}
	line = Table{
		Caption: v.text("console.attendance.line"),
		Columns: []Column{{Text: v.text("console.attendance.code")}, {Text: v.text("console.attendance.position"), Number: true}, {Text: v.text("console.attendance.size"), Number: true}},
		Empty:   Empty{Title: v.text("console.attendance.line_empty")},
	}
	watching := 0
	people := v.reach("/console/people")
	for _, s := range roster {
		first := Cell{Text: s.Contact.Reference()}
		if people != "" {
			first.Href = people + "/" + string(s.Contact)
		}
		switch s.State {
		case store.PlaceOffered:
			offered.Rows = append(offered.Rows, Row{Cells: []Cell{first, {Text: v.moment(s.Until, v.now)}, {Text: v.number(s.Size)}}})
		case store.PlaceWaiting:
			if s.Position <= waitShown {
				line.Rows = append(line.Rows, Row{Cells: []Cell{first, {Text: v.number(s.Position)}, {Text: v.number(s.Size)}}})
			}
		case store.PlaceWatching:
			watching++
		}
	}
	if watching > 0 {
		watch = v.text("console.attendance.watching", "count", watching)
	}
	return offered, line, watch
}

// Fields of a tick, before the contact id. What was comes along, so that only
// what somebody changed is written: two who tick at once do not undo each other.
const (
	tickCame = "came."
	tickWas  = "was."
)

// tick notes who came on a day.
func (k *offerKind[T]) tick(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	o, days := k.offer(v, row.Row), k.days(row.Row)
	day, err := programme.ParseDate(v.query("day"))
	if err != nil || !slices.Contains(days, day) {
		return store.ErrNotFound
	}
	ticks, wrong := v.ticks()
	if wrong != "" {
		return k.showPeople(v, l, row.Row, wrong)
	}
	if err := v.record(actAttendance, k.ref(o.ID)); err != nil {
		return err
	}
	changed, err := v.store.Came(v.ctx(), o, day, ticks, v.now)
	if err != nil {
		return err
	}
	return v.redirect(k.at(o.ID)+"/people?"+v.r.URL.Query().Encode(), "attendance_saved", "count", changed)
}

// ticks are the entries that somebody changed.
func (v *visit) ticks() ([]store.Tick, string) {
	var out []store.Tick
	for name := range v.form {
		id, ok := strings.CutPrefix(name, tickWas)
		if !ok || !store.ContactID(id).Valid() {
			continue
		}
		was, _ := strconv.Atoi(v.form.Get(name))
		now, _ := strconv.Atoi(v.form.Get(tickCame + id)) // a box without a tick is not sent
		if was != now {
			out = append(out, store.Tick{Contact: store.ContactID(id), People: now})
		}
	}
	text := strings.TrimSpace(v.form.Get("others"))
	if text == v.form.Get("was_others") {
		return out, ""
	}
	n := 0
	if text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 0 || n > 100_000 {
			return nil, v.text("console.attendance.others_wrong")
		}
	}
	return append(out, store.Tick{Contact: store.Others, People: n}), ""
}

// A printPage is a list for the door: codes, and a box for each day.
type printPage struct {
	Facts  []Fact
	Days   []string
	Rows   []printRow
	Spare  []int // empty lines at the end
	Choose Filters
}

type printRow struct {
	Code string
	Size int
	Came []string // for each day: a tick, or "" for an empty box
}

func (k *offerKind[T]) printPage(v *visit) error {
	l, err := v.listed()
	if err != nil {
		return err
	}
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	o := k.offer(v, row.Row)
	roster, err := k.roster(v, o)
	if err != nil {
		return err
	}
	came, err := v.store.Attendance(v.ctx(), o)
	if err != nil {
		return err
	}
	about, days := k.about(row.Row), k.days(row.Row)
	p := printPage{Spare: make([]int, 3)}
	first := v.dayOf(days, l.Today)
	shown := days[max(0, slices.Index(days, first)):]
	shown = shown[:min(len(shown), printDays)]
	if len(days) > printDays {
		choose := Field{Kind: FieldSelect, Name: "day", Label: v.text("console.attendance.from_day")}
		for _, d := range days {
			choose.Options = append(choose.Options, Option{Value: d.String(), Text: v.day(d)})
		}
		p.Choose = v.filters(choose)
		p.Choose.Fields[0].Value = first.String()
	}
	for _, d := range shown {
		p.Days = append(p.Days, v.weekday(d)+" "+v.figuresDay(d))
	}
	people := 0
	for _, s := range roster {
		if s.State != store.PlaceTaken {
			continue
		}
		people += s.Size
		r := printRow{Code: s.Contact.Reference(), Size: s.Size}
		for _, d := range shown {
			mark := ""
			if n := came.People[d][s.Contact]; n > 1 {
				mark = v.number(n)
			} else if n == 1 {
				mark = "✓"
			}
			r.Came = append(r.Came, mark)
		}
		p.Rows = append(p.Rows, r)
	}
	slices.SortFunc(p.Rows, func(a, b printRow) int { return strings.Compare(a.Code, b.Code) })
	p.Facts = []Fact{
		{Label: v.text("console.attendance.offer"), Text: joined(about.Title, about.Whose)},
		{Label: v.text("console.offers.town"), Text: v.town(about.Town)},
		{Label: v.text("console.attendance.people"), Text: v.number(people)},
	}
	return v.show(view{
		name: "print", style: "offers.css", title: v.text("console.attendance.sheet", "codigo", o.ID), section: k.menu, wide: true,
		crumbs: append(k.crumb(v), Link{Href: k.at(o.ID), Text: about.Title}),
	}, p)
}
