package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

const numbersPath = "/console/numbers"

// smallCell is the least figure about people that is told: with fewer, somebody
// who knows the place could tell who they are (data-protection requirement
// DP-17).
const smallCell = 5

// mostDays is how far back the counters of steps reach.
const mostDays = 100

// A period is the days that the numbers are of, both counted.
type period struct{ from, to programme.Date }

func (p period) days() int { return p.to.DaysSince(p.from) + 1 }

func (p period) has(at time.Time, zone *time.Location) bool {
	day := programme.DateOf(at.In(zone))
	return !at.IsZero() && day.DaysSince(p.from) >= 0 && p.to.DaysSince(day) >= 0
}

// readPeriod reads it from the address: so many days up to today, or two days.
func (v *visit) readPeriod(f Filters) period {
	today := v.set.Today(v.now)
	p := period{today.AddDays(-29), today}
	switch f.value("days") {
	case "7":
		p.from = today.AddDays(-6)
	case "90":
		p.from = today.AddDays(-89)
	case "own":
		from, err1 := programme.ParseDate(f.value("from"))
		to, err2 := programme.ParseDate(f.value("to"))
		if err1 == nil && err2 == nil && to.DaysSince(from) >= 0 {
			p = period{from, to}
		}
	}
	if today.DaysSince(p.to) < 0 {
		p.to = today
	}
	if oldest := today.AddDays(1 - mostDays); p.from.DaysSince(oldest) < 0 {
		p.from = oldest
	}
	if p.to.DaysSince(p.from) < 0 {
		p.to = p.from
	}
	return p
}

func (v *visit) numbersFilters() Filters {
	flowsOf := []Option{}
	for _, f := range v.set.Flows() {
		if steps := v.asked(f); len(steps) > 1 && !f.Standing {
			flowsOf = append(flowsOf, Option{Value: f.Name, Text: v.flowName(f.Name)})
		}
	}
	slices.SortFunc(flowsOf, func(a, b Option) int { return strings.Compare(a.Text, b.Text) })
	var lines []Option
	for _, l := range v.ownLines() {
		lines = append(lines, Option{Value: string(l), Text: v.text("console.line." + string(l))})
	}
	f := v.filters(
		Field{Kind: FieldSelect, Name: "days", Label: v.text("console.numbers.period"), Options: []Option{
			{Value: "30", Text: v.text("console.numbers.days30")}, {Value: "7", Text: v.text("console.numbers.days7")},
			{Value: "90", Text: v.text("console.numbers.days90")}, {Value: "own", Text: v.text("console.numbers.own")},
		}},
		Field{Kind: FieldDate, Name: "from", Label: v.text("console.numbers.from")},
		Field{Kind: FieldDate, Name: "to", Label: v.text("console.numbers.to")},
		Field{Kind: FieldSelect, Name: "flow", Label: v.text("console.numbers.flow"), Options: flowsOf},
		Field{Kind: FieldSelect, Name: "line", Label: v.text("console.numbers.line"), Options: lines},
	)
	for i, field := range f.Fields {
		if field.Kind == FieldSelect && field.Value == "" && len(field.Options) > 0 {
			f.Fields[i].Value = field.Options[0].Value
			if field.Name == "flow" {
				f.Fields[i].Value = "screening"
			}
		}
	}
	return f
}

// ownLines are the lines of the scope of who looks.
func (v *visit) ownLines() []programme.Line {
	return slices.DeleteFunc(slices.Clone(programme.Lines()), func(l programme.Line) bool { return !v.staff.Covers(string(l), "") })
}

// flowName is what a flow is called in the console; its own name if it has none.
func (v *visit) flowName(name string) string {
	if key := "console.flow." + name; v.has(key) {
		return v.text(key)
	}
	return name
}

// asked are the steps of a flow that ask about the person. A question such as
// "is this right?" has no name and is none of them.
func (v *visit) asked(f *flows.Flow) (steps []*flows.Step) {
	for _, s := range f.Steps {
		if slot := v.set.Slot(s.Collect); slot != nil && v.has(flows.NameKey(slot)) {
			steps = append(steps, s)
		}
	}
	return steps
}

// A numbersPage is the figures of a period, and how many people there are now.
type numbersPage struct {
	Filters  Filters
	Period   string
	Now      []Fact
	Charts   []Chart // of the period
	Funnel   Chart
	People   []Chart // as it is now
	Tables   []Table
	Download string
	Report   string
}

// numbers are all figures, for the page, the workbook and the printed report.
type numbers struct {
	period    period
	known     int
	notices   int
	alerts    int
	arrivals  Chart
	funnel    Chart
	languages Chart
	outcomes  Table // outcome by line
	people    Table // outcome of one line by population
	towns     Table // outcome of one line by municipality
	offers    Table
	referrals Table
	outreach  Table
	grades    Table
	unread    Table // what people typed and the bot could not read, by question
}

func (v *visit) numbersPage() error {
	f := v.numbersFilters()
	n, err := v.count(f)
	if err != nil {
		return err
	}
	p := numbersPage{
		Filters: f, Period: v.text("console.numbers.of_period", "desde", v.day(n.period.from), "hasta", v.day(n.period.to)),
		Now: v.nowFacts(n), Charts: []Chart{n.arrivals}, Funnel: n.funnel, People: []Chart{n.languages},
		Tables:   []Table{n.outcomes, n.people, n.towns, n.offers, n.referrals, n.outreach, n.grades, n.unread},
		Download: v.beside("/file.xlsx"), Report: v.beside("/report"),
	}
	return v.show(view{
		name: "numbers", style: "numbers.css", title: v.text("console.menu.numbers"), lead: p.Period, section: "numbers", wide: true,
		actions: []Link{{Href: p.Report, Text: v.text("console.numbers.report")}, {Href: p.Download, Text: v.text("console.numbers.download"), Icon: "download"}},
	}, p)
}

// beside is another page of the numbers with the same choices.
func (v *visit) beside(end string) string {
	if q := v.r.URL.RawQuery; q != "" {
		return numbersPath + end + "?" + q
	}
	return numbersPath + end
}

func (v *visit) nowFacts(n *numbers) []Fact {
	return []Fact{
		{Label: v.text("console.numbers.known"), Text: v.figure(n.known)},
		{Label: v.text("console.numbers.notices"), Text: v.figure(n.notices)},
		{Label: v.text("console.numbers.alerts"), Text: v.figure(n.alerts)},
	}
}

// figure writes a number of people; a small one is not told.
func (v *visit) figure(n int) string {
	if 0 < n && n < smallCell {
		return v.text("console.chart.hidden")
	}
	return v.number(n)
}

// count works everything out, within the scope of who looks.
func (v *visit) count(f Filters) (*numbers, error) {
	n := &numbers{period: v.readPeriod(f)}
	listed, err := v.listed()
	if err != nil {
		return nil, err
	}
	for _, part := range []func(*numbers, Filters, *listedOffers) error{
		v.countPeople, v.countSteps, v.countOffers, v.countReferrals, v.countSent, v.countGrades,
	} {
		if err := part(n, f, &listedOffers{listed}); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// listedOffers is the catalogue, for the parts of the numbers that need it.
type listedOffers struct{ *listed }

// within are the audiences that bound what a member of the team counts.
func (v *visit) within() [][]flows.Entry {
	if len(v.staff.Towns) == 0 {
		return nil
	}
	return [][]flows.Entry{entries("municipality", v.staff.Towns)}
}

func entries(dimension string, values []string) (out []flows.Entry) {
	for _, value := range values {
		out = append(out, flows.Entry{Dimension: dimension, Value: value})
	}
	return out
}

// outcomesShown are the outcomes in the order of the tables.
var outcomesShown = []string{
	string(programme.CumplePreliminar), string(programme.FaltanDocumentos), string(programme.RevisionHumana),
	string(programme.NoCumplePorAhora), string(programme.FueraDeCobertura),
}

// countPeople counts who there is now: outcomes by line, population and
// municipality, languages, permissions.
func (v *visit) countPeople(n *numbers, f Filters, _ *listedOffers) error {
	var rows []flows.Entry
	lines := v.ownLines()
	for _, l := range lines {
		rows = append(rows, entries(string(l), outcomesShown)...)
	}
	populations := v.set.Slot("population").Values
	towns := v.set.Round.Municipalities
	if len(v.staff.Towns) > 0 {
		towns = v.staff.Towns
	}
	columns := append(entries("population", populations), entries("municipality", towns)...)
	crossed, err := v.store.Cross(v.ctx(), v.within(), rows, columns)
	if err != nil {
		return err
	}
	total := len(columns)
	at := func(line, outcome, column int) int { return crossed[line*len(outcomesShown)+outcome][column] }

	n.outcomes = v.peopleTable("console.numbers.outcomes", "console.numbers.outcome")
	for _, l := range lines {
		n.outcomes.Columns = append(n.outcomes.Columns, Column{Text: v.text("console.line." + string(l)), Number: true})
	}
	for o, outcome := range outcomesShown {
		cells := []Cell{{Text: v.say(flows.Key("outcome." + outcome))}}
		for l := range lines {
			cells = append(cells, Cell{Text: v.figure(at(l, o, total))})
		}
		n.outcomes.Rows = append(n.outcomes.Rows, Row{Cells: cells})
	}
	chosen := max(0, slices.Index(lines, programme.Line(f.value("line"))))
	cross := func(caption, heading string, first, count int, name func(int) string) Table {
		t := v.peopleTable(caption, heading)
		if len(lines) == 0 {
			return t
		}
		t.Caption = v.text(caption, "linea", v.text("console.line."+string(lines[chosen])))
		for _, outcome := range outcomesShown {
			t.Columns = append(t.Columns, Column{Text: v.say(flows.Key("outcome." + outcome)), Number: true})
		}
		for i := range count {
			cells := []Cell{{Text: name(i)}}
			for o := range outcomesShown {
				cells = append(cells, Cell{Text: v.figure(at(chosen, o, first+i))})
			}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		return t
	}
	population := v.set.Slot("population")
	n.people = cross("console.numbers.by_population", "console.numbers.population", 0, len(populations), func(i int) string {
		return v.say(v.set.Show(population, populations[i:i+1]))
	})
	n.towns = cross("console.numbers.by_town", "console.numbers.town", len(populations), len(towns), func(i int) string { return v.townName(towns[i]) })
	return v.countLanguages(n)
}

func (v *visit) peopleTable(caption, heading string) Table {
	return Table{Caption: v.text(caption, "linea", ""), Columns: []Column{{Text: v.text(heading)}}, Empty: Empty{Title: v.text("console.numbers.nothing")}}
}

// countLanguages counts languages and permissions.
func (v *visit) countLanguages(n *numbers) error {
	languages := v.set.Catalog.Languages()
	var rows []flows.Entry
	for _, l := range languages {
		rows = append(rows, flows.Entry{Dimension: "language", Value: l.Tag})
	}
	agreed, _ := flows.TopicEntry(flows.PurposeOffers)
	alerts, _ := flows.TopicEntry(flows.PurposeAlerts)
	crossed, err := v.store.Cross(v.ctx(), v.within(), append(rows, agreed, alerts, store.Known()), nil)
	if err != nil {
		return err
	}
	n.languages = Chart{Title: v.text("console.numbers.languages"), Label: v.text("console.numbers.language"), Series: []string{v.text("console.numbers.people")}}
	for i, l := range languages {
		n.languages.Points = append(n.languages.Points, v.peoplePoint(l.Name, crossed[i][0]))
	}
	n.notices, n.alerts, n.known = crossed[len(languages)][0], crossed[len(languages)+1][0], crossed[len(languages)+2][0]
	return nil
}

func (v *visit) peoplePoint(label string, n int) Point {
	return Point{Label: label, Values: []int{n}, Hidden: 0 < n && n < smallCell}
}

// countSteps adds the counters of steps up: times, not people.
func (v *visit) countSteps(n *numbers, f Filters, _ *listedOffers) error {
	total := map[string]int64{}
	n.arrivals = Chart{
		Title: v.text("console.numbers.arrivals"), Label: v.text("console.numbers.day"),
		Series: []string{v.text("console.milestone.arrived"), v.text("console.milestone.agreed"), v.text("console.milestone.result")},
	}
	today := v.set.Today(v.now)
	for i := range n.period.days() {
		day := n.period.from.AddDays(i)
		steps, err := v.funnels.read(v.ctx(), v.store, v.now, today.DaysSince(day))
		if err != nil {
			return err
		}
		point := Point{Label: v.shortDay(day), Values: make([]int, 3)}
		for s, step := range []string{"welcome.ask_language", "welcome.accepted", "screening.result"} {
			point.Values[s] = int(steps[step])
		}
		n.arrivals.Points = append(n.arrivals.Points, point)
		for step, times := range steps {
			total[step] += times
		}
	}
	n.unread = v.unreadTable(total)
	flow := v.set.Flow(f.value("flow"))
	if flow == nil {
		return nil
	}
	n.funnel = Chart{Title: v.text("console.numbers.funnel", "conversacion", v.flowName(flow.Name)), Label: v.text("console.numbers.question"), Series: []string{v.text("console.numbers.times")}}
	for _, step := range v.asked(flow) {
		n.funnel.Points = append(n.funnel.Points, Point{Label: v.text(flows.NameKey(v.set.Slot(step.Collect))), Values: []int{int(total[flow.Name+"."+step.ID])}})
	}
	return nil
}

func (v *visit) shortDay(d programme.Date) string {
	return v.shortDate(d.At(12*60, v.zone))
}

// unreadTable counts what people typed and the bot could not read, by the question
// that was open, the most first. The words themselves are nowhere.
func (v *visit) unreadTable(total map[string]int64) Table {
	t := Table{
		ID: "unread", Caption: v.text("console.numbers.unread"), Empty: Empty{Title: v.text("console.numbers.no_unread")},
		Columns: []Column{{Text: v.text("console.numbers.question")}, {Text: v.text("console.numbers.times"), Number: true}},
	}
	var names []string
	for step, n := range total {
		if name, unread := strings.CutPrefix(step, flows.Unread); unread && n > 0 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(total[flows.Unread+b], total[flows.Unread+a]), cmp.Compare(a, b))
	})
	for _, name := range names {
		question := v.question(name)
		if question == "" {
			question = v.text("console.numbers.no_question")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: question}, {Text: v.number(int(total[flows.Unread+name]))}}})
	}
	return t
}

// countOffers counts places and who came, of offers that begin in the period.
func (v *visit) countOffers(n *numbers, _ Filters, l *listedOffers) error {
	n.offers = Table{
		Caption: v.text("console.numbers.offers"), Empty: Empty{Title: v.text("console.numbers.no_offers")},
		Columns: []Column{
			{Text: v.text("console.numbers.offer")}, {Text: v.text("console.numbers.day")}, {Text: v.text("console.numbers.places"), Number: true},
			{Text: v.text("console.numbers.taken"), Number: true}, {Text: v.text("console.numbers.waiting"), Number: true}, {Text: v.text("console.numbers.came"), Number: true},
		},
	}
	type row struct {
		offer  store.Offer
		title  string
		begins programme.Date
	}
	var rows []row
	for _, c := range l.Courses {
		if v.staff.Covers(string(c.Line), c.Municipality) && n.period.hasDay(c.Starts) {
			rows = append(rows, row{store.Offer{Kind: store.OfferCourse, ID: c.ID, Places: c.Places}, c.Title, c.Starts})
		}
	}
	for _, e := range l.Events {
		if v.staff.Covers(string(e.Line), e.Municipality) && n.period.hasDay(e.On) {
			rows = append(rows, row{store.Offer{Kind: store.OfferEvent, ID: e.ID, Places: e.Places}, e.Title, e.On})
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.begins.DaysSince(b.begins) })
	var offers []store.Offer
	for _, r := range rows {
		offers = append(offers, r.offer)
	}
	fills, err := v.store.Fills(v.ctx(), offers)
	if err != nil {
		return err
	}
	for i, r := range rows {
		came, err := v.store.Attendance(v.ctx(), r.offer)
		if err != nil {
			return err
		}
		most := 0
		for _, day := range came.Days() {
			most = max(most, came.On(day))
		}
		n.offers.Rows = append(n.offers.Rows, Row{Cells: []Cell{
			{Text: r.title, Sub: r.offer.ID}, {Text: v.figuresDay(r.begins)}, {Text: v.number(r.offer.Places)},
			{Text: v.number(fills[i].Used)}, {Text: v.number(fills[i].Waiting)}, {Text: v.number(most)},
		}})
	}
	return nil
}

// hasDay reports whether something begins in the period or after it: what is to
// come counts too.
func (p period) hasDay(d programme.Date) bool { return !d.IsZero() && d.DaysSince(p.from) >= 0 }

// countReferrals counts who wants to be referred to which vacancy.
func (v *visit) countReferrals(n *numbers, _ Filters, l *listedOffers) error {
	n.referrals = Table{
		Caption: v.text("console.numbers.referrals"), Empty: Empty{Title: v.text("console.numbers.no_referrals")},
		Columns: []Column{{Text: v.text("console.numbers.vacancy")}, {Text: v.text("console.numbers.town")}, {Text: v.text("console.numbers.people"), Number: true}},
	}
	var rows []flows.Entry
	var vacancies []programme.Vacancy
	for _, vacancy := range l.Vacancies {
		if vacancy.Standing(l.Today) == programme.StandingOpen && v.staff.Covers(string(programme.InclusionLaboral), vacancy.Municipality) && len(rows) < 500 {
			rows = append(rows, flows.Referral(vacancy.ID))
			vacancies = append(vacancies, vacancy)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	crossed, err := v.store.Cross(v.ctx(), nil, rows, nil)
	if err != nil {
		return err
	}
	for i, vacancy := range vacancies {
		if crossed[i][0] > 0 {
			n.referrals.Rows = append(n.referrals.Rows, Row{Cells: []Cell{{Text: vacancy.Title, Sub: vacancy.ID}, {Text: v.townName(vacancy.Municipality)}, {Text: v.figure(crossed[i][0])}}})
		}
	}
	return nil
}

// countSent adds up what was sent in the period.
func (v *visit) countSent(n *numbers, _ Filters, _ *listedOffers) error {
	n.outreach = Table{
		Caption: v.text("console.numbers.outreach"), Empty: Empty{Title: v.text("console.numbers.no_outreach")},
		Columns: []Column{
			{Text: v.text("console.outreach.kind_label")}, {Text: v.text("console.numbers.how_many"), Number: true}, {Text: v.text("console.outreach.ledger.s"), Number: true},
			{Text: v.text("console.outreach.ledger.b"), Number: true}, {Text: v.text("console.outreach.ledger.f"), Number: true}, {Text: v.text("console.outreach.ledger.w"), Number: true}, {Text: v.text("console.outreach.ledger.u"), Number: true},
		},
	}
	all, err := v.store.Outreaches(v.ctx(), nil, 2000)
	if err != nil {
		return err
	}
	sums := map[store.OutreachKind]map[string]int{}
	many := map[store.OutreachKind]int{}
	for _, o := range all {
		if !n.period.has(cmp.Or(o.Started, o.Created), v.zone) || o.Ended.IsZero() {
			continue
		}
		if sums[o.Kind] == nil {
			sums[o.Kind] = map[string]int{}
		}
		many[o.Kind]++
		for state, count := range o.Totals {
			sums[o.Kind][state[:1]] += count
		}
	}
	for _, kind := range []store.OutreachKind{store.KindAnnouncement, store.KindVacancyAlert, store.KindReminder, store.KindPlace, store.KindChange, store.KindNudge} {
		if many[kind] == 0 {
			continue
		}
		cells := []Cell{{Text: v.text("console.outreach.kind." + string(kind))}, {Text: v.number(many[kind])}}
		for _, state := range []string{"s", "b", "f", "w", "u"} {
			cells = append(cells, Cell{Text: v.number(sums[kind][state])})
		}
		n.outreach.Rows = append(n.outreach.Rows, Row{Cells: cells})
	}
	return nil
}

// countGrades says how people found events of the period; no single answer of a
// few is told, and no sentence.
func (v *visit) countGrades(n *numbers, _ Filters, l *listedOffers) error {
	n.grades = Table{
		Caption: v.text("console.numbers.grades"), Empty: Empty{Title: v.text("console.numbers.no_grades")},
		Columns: []Column{{Text: v.text("console.numbers.event")}, {Text: v.text("console.numbers.answers"), Number: true}, {Text: v.text("console.numbers.mean"), Number: true}},
	}
	for _, e := range l.Events {
		if !v.staff.Covers(string(e.Line), e.Municipality) || !n.period.hasDay(e.On) || l.Today.DaysSince(e.On) < 0 {
			continue
		}
		grades, err := v.store.Grades(v.ctx(), store.Offer{Kind: store.OfferEvent, ID: e.ID})
		if err != nil {
			return err
		}
		if len(grades) == 0 {
			continue
		}
		sum := 0
		for _, g := range grades {
			sum += g.Grade
		}
		mean := v.text("console.chart.hidden")
		if len(grades) >= smallCell {
			tenths := (sum*10 + len(grades)/2) / len(grades)
			mean = v.text("console.numbers.grade", "enteros", tenths/10, "decimas", tenths%10)
		}
		n.grades.Rows = append(n.grades.Rows, Row{Cells: []Cell{{Text: e.Title, Sub: e.ID}, {Text: v.figure(len(grades))}, {Text: mean}}})
	}
	return nil
}
