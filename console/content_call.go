package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

const callsPath = contentPath + "/calls"

// newCall stands in the address for a call that is not there yet.
const newCall = "new"

// A callsPage lists the calls.
type callsPage struct{ List Table }

func (v *visit) callsPage() error {
	c, err := v.content()
	if err != nil {
		return err
	}
	t := Table{
		Caption: v.text("console.content.call.list"),
		Columns: []Column{
			{Text: v.text("console.content.call.name")}, {Text: v.text("console.content.call.dates")},
			{Text: v.text("console.content.call.towns"), Number: true}, {Text: v.text("console.content.call.places"), Number: true}, {Text: v.text("console.content.state")},
		},
	}
	today := v.set.Today(v.now)
	for _, call := range c.set.Data.Calls.All() {
		var chips []Chip
		switch {
		case call.Open(today):
			chips = append(chips, Chip{v.text("console.content.call.open"), ToneGood})
		case today.Before(call.Opens):
			chips = append(chips, Chip{v.text("console.content.call.upcoming"), ToneInfo})
		default:
			chips = append(chips, Chip{v.text("console.content.call.over"), ToneOff})
		}
		if call.ID == c.set.Round.ID {
			chips = append(chips, Chip{v.text("console.content.call.current"), ToneInfo})
		}
		if c.changed(flows.AboutCall + call.ID) {
			chips = append(chips, Chip{v.text("console.content.is_changed"), ToneInfo})
		}
		name := Cell{Text: v.callName(c, call.ID), Href: callsPath + "/" + pathOf(call.ID)}
		if name.Text != call.ID {
			name.Sub = call.ID
		}
		t.Rows = append(t.Rows, Row{Quiet: !call.Open(today) && !today.Before(call.Opens), Cells: []Cell{
			name, {Text: v.span(call.Opens, call.Closes)},
			{Text: v.number(len(call.Municipalities))}, {Text: v.placesOf(call)}, {Chips: chips},
		}})
	}
	return v.show(view{
		name: "content-history", title: v.text("console.content.calls"), lead: v.text("console.content.call.lead"), section: "content", wide: true, crumbs: v.contentCrumbs(),
		actions: []Link{{Href: callsPath + "/" + newCall, Text: v.text("console.content.call.add"), Icon: "plus", Primary: true}},
	}, callsPage{t})
}

// callName is what the team calls a call.
func (v *visit) callName(c *content, id string) string {
	call, ok := c.set.Data.Calls.ByID(id)
	switch {
	case !ok || call.Title == "":
		return id
	case v.has(call.Title):
		return v.text(call.Title)
	case strings.HasPrefix(call.Title, "call."): // a key without words
		return id
	}
	return call.Title
}

func (v *visit) placesOf(call programme.Call) string {
	if call.Places == 0 {
		return v.text("console.content.call.unlimited")
	}
	return v.number(call.Places)
}

// span is from one day to another; either may be open.
func (v *visit) span(from, to programme.Date) string {
	if from.IsZero() && to.IsZero() {
		return v.text("console.content.always")
	}
	day := func(d programme.Date) string {
		if d.IsZero() {
			return "…"
		}
		return v.figuresDay(d)
	}
	return day(from) + " – " + day(to)
}

// callFacts are the settings of a call, in words.
func (v *visit) callFacts(call programme.Call) []Fact {
	var towns []string
	for _, code := range call.Municipalities {
		towns = append(towns, v.townName(code))
	}
	facts := []Fact{
		{Label: v.text("console.content.call.name"), Text: call.Title},
		{Label: v.text("console.content.call.dates"), Text: v.span(call.Opens, call.Closes)},
		{Label: v.text("console.content.call.towns"), Text: v.catalog.List(v.lang, towns)},
		{Label: v.text("console.content.call.review"), Text: v.text("console.content.call.days", "count", call.ReviewDays)},
		{Label: v.text("console.content.call.months"), Text: v.number(call.MinBusinessMonths)},
		{Label: v.text("console.content.call.circumstances"), Text: v.yesNo(call.AskCircumstances)},
		{Label: v.text("console.content.call.places"), Text: v.placesOf(call)},
	}
	if len(call.Quotas) > 0 {
		facts = append(facts, Fact{Label: v.text("console.content.call.quotas"), Text: strings.Join(v.quotaLines(call.Quotas), " · ")})
	}
	return facts
}

// quotaLines writes quotas as a form takes them.
func (v *visit) quotaLines(quotas []programme.Quota) (lines []string) {
	population := v.set.Slot("population")
	for _, q := range quotas {
		var names []string
		for _, code := range q.Populations {
			names = append(names, v.plainWords(v.say(v.set.Show(population, []string{code}))))
		}
		lines = append(lines, strconv.Itoa(q.Percent)+" %: "+strings.Join(names, "; "))
	}
	return lines
}

// plainWords leaves out the sign that a label begins with.
func (v *visit) plainWords(label string) string {
	return strings.TrimLeftFunc(label, func(r rune) bool { return r > 0x2000 || r == ' ' })
}

func (v *visit) callForm(c *content, call programme.Call) *Form {
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	var towns []string
	for _, code := range call.Municipalities {
		towns = append(towns, v.town(code))
	}
	tick := ""
	if call.AskCircumstances {
		tick = "1"
	}
	title := call.Title
	if strings.HasPrefix(title, "call.") {
		title = v.callName(c, call.ID)
	}
	var populations []string
	slot := v.set.Slot("population")
	for _, code := range slot.Values {
		populations = append(populations, v.plainWords(v.say(v.set.Show(slot, []string{code}))))
	}
	id := Field{Kind: FieldReadOnly, Name: "id", Label: v.text("console.content.call.code"), Value: call.ID}
	if call.ID == "" {
		id = Field{Kind: FieldText, Name: "id", Label: v.text("console.content.call.code"), Hint: v.text("console.content.call.id_hint"), Required: true, Max: 40}
	}
	submit := "console.content.propose"
	if v.may(store.PublishContent) {
		submit = "console.content.go_on"
	}
	f := v.newForm(v.text(submit),
		Group{Fields: []Field{
			id,
			{Kind: FieldText, Name: "title", Label: v.text("console.content.call.name"), Hint: v.text("console.content.call.name_hint"), Value: title, Required: true, Max: 80},
			{Kind: FieldDate, Name: "opens", Label: v.text("console.content.call.opens"), Value: call.Opens.String()},
			{Kind: FieldDate, Name: "closes", Label: v.text("console.content.call.closes"), Value: call.Closes.String()},
		}},
		Group{Title: v.text("console.content.call.who"), Fields: []Field{
			{Kind: FieldArea, Name: "towns", Label: v.text("console.content.call.towns"), Hint: v.text("console.content.call.towns_hint"), Value: strings.Join(towns, "\n"), Rows: 8, Required: true},
			{Kind: FieldNumber, Name: "months", Label: v.text("console.content.call.months"), Hint: v.text("console.content.call.months_hint"), Value: number(call.MinBusinessMonths)},
			{Kind: FieldTick, Name: "circumstances", Label: v.text("console.content.call.circumstances"), Hint: v.text("console.content.call.circumstances_hint"), Value: tick},
		}},
		Group{Title: v.text("console.content.call.how_many"), Fields: []Field{
			{Kind: FieldNumber, Name: "review", Label: v.text("console.content.call.review"), Hint: v.text("console.content.call.review_hint"), Value: number(call.ReviewDays), Required: true},
			{Kind: FieldNumber, Name: "places", Label: v.text("console.content.call.places"), Hint: v.text("console.content.call.places_hint"), Value: number(call.Places)},
			{Kind: FieldArea, Name: "quotas", Label: v.text("console.content.call.quotas"),
				Hint: v.text("console.content.call.quotas_hint", "lista", strings.Join(populations, "; ")), Value: strings.Join(v.quotaLines(call.Quotas), "\n"), Rows: 3},
		}},
	)
	f.Cancel = Link{Href: callsPath, Text: v.text("console.form.cancel")}
	f.Version = c.Mark(flows.AboutCall + call.ID)
	return f
}

// callAt is the call of the address; an empty one for a new one.
func (v *visit) callAt() (*content, programme.Call, error) {
	c, err := v.content()
	if err != nil {
		return nil, programme.Call{}, err
	}
	id := v.r.PathValue("id")
	if id == newCall {
		return c, programme.Call{}, nil
	}
	call, ok := c.set.Data.Calls.ByID(id)
	if !ok {
		return nil, call, store.ErrNotFound
	}
	return c, call, nil
}

func (v *visit) callPage() error {
	c, call, err := v.callAt()
	if err != nil {
		return err
	}
	return v.showCallForm(c, call, v.callForm(c, call))
}

func (v *visit) showCallForm(c *content, call programme.Call, f *Form) error {
	title := v.text("console.content.call.add")
	if call.ID != "" {
		title = v.callName(c, call.ID)
	}
	page := view{name: "form", title: title, section: "content", crumbs: v.contentCrumbs(Link{Href: callsPath, Text: v.text("console.content.calls")})}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		page.status = http.StatusUnprocessableEntity
	}
	return v.show(page, f)
}

// readCall takes a call out of a form that was posted; what is wrong is said in
// the form.
func (v *visit) readCall(f *Form, call programme.Call) programme.Call {
	v.fill(f)
	if call.ID == "" {
		call.ID = f.Field("id").Value
	}
	call.Title = f.Field("title").Value
	call.Opens, call.Closes = v.typedDay(f, "opens"), v.typedDay(f, "closes")
	call.MinBusinessMonths, call.ReviewDays, call.Places = v.typedCount(f, "months"), v.typedCount(f, "review"), v.typedCount(f, "places")
	call.AskCircumstances = f.Field("circumstances").Value != ""
	call.Municipalities, call.Quotas = nil, nil
	for _, line := range typedLines(f.Field("towns").Value) {
		code, ok := v.findTown(line)
		if !ok {
			v.refuse(f, "towns", v.text("console.team.no_town", "nombre", line))
		} else if !slices.Contains(call.Municipalities, code) {
			call.Municipalities = append(call.Municipalities, code)
		}
	}
	for _, line := range typedLines(f.Field("quotas").Value) {
		quota, ok := v.typedQuota(line)
		if !ok {
			v.refuse(f, "quotas", v.text("console.content.call.bad_quota", "linea", line))
			continue
		}
		call.Quotas = append(call.Quotas, quota)
	}
	return call
}

// typedQuota reads "70 %: Migrantes; Retornados".
func (v *visit) typedQuota(line string) (q programme.Quota, ok bool) {
	percent, names, found := strings.Cut(line, ":")
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(percent), "%")))
	if !found || err != nil || n < 1 || n > 100 {
		return q, false
	}
	q.Percent = n
	slot := v.set.Slot("population")
	for _, name := range strings.Split(names, ";") {
		i := slices.IndexFunc(slot.Values, func(code string) bool {
			label := v.plainWords(v.say(v.set.Show(slot, []string{code})))
			return code == strings.TrimSpace(name) || programme.Normalize(label) == programme.Normalize(name)
		})
		if i < 0 {
			return q, false
		}
		q.Populations = append(q.Populations, slot.Values[i])
	}
	return q, true
}

// typedDay reads a field with a day; empty is none.
func (v *visit) typedDay(f *Form, name string) programme.Date {
	d, err := programme.ParseDate(f.Field(name).Value)
	if err != nil {
		v.refuse(f, name, v.text("sheet.row.not_date"))
	}
	return d
}

// mostCounted is more than any figure of a call.
const mostCounted = 1_000_000

// typedCount reads a field with a whole number; empty is 0.
func (v *visit) typedCount(f *Form, name string) int {
	field := f.Field(name)
	if field.Value == "" {
		return 0
	}
	n, err := strconv.Atoi(field.Value)
	if err != nil || n < 0 || n > mostCounted {
		v.refuse(f, name, v.text("sheet.row.not_number"))
		return 0
	}
	return n
}

// proposeCall makes a proposal of a call that passes the checks of the file.
func (v *visit) proposeCall() error {
	c, before, err := v.callAt()
	if err != nil {
		return err
	}
	f := v.callForm(c, before)
	call := v.readCall(f, before)
	if _, twice := c.set.Data.Calls.ByID(call.ID); before.ID == "" && (twice || call.ID == newCall) {
		v.refuse(f, "id", v.text("console.content.call.taken"))
	}
	if len(f.Errors) == 0 {
		if _, faults := c.set.Data.WithCall(call); len(faults) > 0 {
			for _, fault := range faults {
				v.refuse(f, callField[fault.Reason], v.text("console.content.call."+fault.Reason, "valor", fault.Value))
			}
		}
	}
	about := flows.AboutCall + call.ID
	if seen := v.form.Get("_version"); len(f.Errors) == 0 && before.ID != "" && seen != "" && seen != f.Version {
		theirs, mine := onlyDifferent(v.callFacts(before), v.callFacts(call))
		for i := range mine {
			f.Conflict = append(f.Conflict, Difference{"title", mine[i].Label, labelled(theirs, mine[i].Label), mine[i].Text})
		}
	}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		return v.showCallForm(c, before, f)
	}
	return v.propose(c, about, &flows.Edit{Call: &call}, f, func() error { return v.showCallForm(c, before, f) })
}

// labelled is the text of the fact with that label.
func labelled(facts []Fact, label string) string {
	for _, f := range facts {
		if f.Label == label {
			return f.Text
		}
	}
	return ""
}

// callField is the field that a fault of a call belongs to.
var callField = map[string]string{
	programme.CallID: "id", programme.CallUntitled: "title", programme.CallReview: "review", programme.CallEndsFirst: "closes",
	programme.CallNowhere: "towns", programme.CallNoPlace: "towns", programme.CallTwice: "towns",
	programme.CallPopulation: "quotas", programme.CallShares: "quotas", programme.CallNoPlaces: "places",
}
