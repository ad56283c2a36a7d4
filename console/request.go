package console

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// The acts about requests of people about their data.
const (
	actListRequests  act = "list-requests"
	actOpenRequest   act = "open-request"
	actAnswerRequest act = "answer-request"
	actSendData      act = "send-data"
	actExportPerson  act = "export-person"
	actErasePerson   act = "erase-person"
)

const requestsPath = "/console/requests"

// answeredShown is how many answered requests the page lists.
const answeredShown = 50

// personData is what a person allowed, asked for, and can be given.
func (v *visit) personData(r *store.Record) (*personData, error) {
	p := &personData{}
	p.Consents = Table{
		Caption: v.text("console.person.consents"),
		Columns: []Column{{Text: v.text("console.person.purpose")}, {Text: v.text("console.person.state")}, {Text: v.text("console.person.when")}},
		Empty:   Empty{Title: v.text("console.person.no_consents")},
	}
	seen := map[string]bool{}
	for _, c := range slices.Backward(r.Session.Consents) {
		for _, purpose := range c.Purposes {
			if seen[purpose] {
				continue // the newest act counts
			}
			seen[purpose] = true
			chip := Chip{v.text("console.person.refused"), ToneOff}
			if c.Given {
				chip = Chip{v.text("console.person.given"), ToneGood}
			}
			p.Consents.Rows = append(p.Consents.Rows, Row{Cells: []Cell{
				{Text: v.purposes([]string{purpose})}, {Chips: []Chip{chip}, Sub: v.text("console.person.event.version", "version", c.Version)}, {Text: v.moment(unix(c.At), v.now)},
			}})
		}
	}
	open, err := v.store.RequestsOf(v.ctx(), r.ID)
	if err != nil {
		return nil, err
	}
	p.Requests = v.requestTable(open, false)
	path := personPath(r.ID)
	link := func(may store.Action, end, text, icon string) {
		if v.may(may) {
			p.Acts = append(p.Acts, Link{Href: path + end, Text: v.text(text), Icon: icon})
		}
	}
	link(store.WriteNote, "/request", "console.request.open", "plus")
	link(store.ChangeStage, "/correct", "console.person.correct", "edit")
	link(store.ExportPeople, "/export", "console.request.give", "download")
	link(store.ErasePerson, "/erase", "console.request.erase", "warn")
	return p, nil
}

// A requestsPage is the register.
type requestsPage struct {
	Open, Done Table
}

func (v *visit) requestsPage() error {
	open, err := v.store.OpenRequests(v.ctx())
	if err != nil {
		return err
	}
	if open, err = v.inScope(open); err != nil {
		return err
	}
	done, err := v.store.AnsweredRequests(v.ctx(), answeredShown)
	if err != nil {
		return err
	}
	if err := v.recordPeople(actListRequests, "", 0, ""); err != nil {
		return err
	}
	p := requestsPage{Open: v.requestTable(open, true), Done: v.answeredTable(done)}
	page := view{
		name: "requests", title: v.text("console.request.title"), lead: v.text("console.request.lead"), section: "people", wide: true,
		crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}},
	}
	if v.may(store.WriteNote) {
		page.actions = []Link{{Href: requestsPath + "/new", Text: v.text("console.request.open"), Icon: "plus", Primary: true}}
	}
	return v.show(page, p)
}

// inScope leaves those requests that concern nobody known, or somebody within the
// scope.
func (v *visit) inScope(list []store.Request) ([]store.Request, error) {
	var ids []store.ContactID
	for _, r := range list {
		if r.Contact != "" {
			ids = append(ids, r.Contact)
		}
	}
	records, err := v.store.Records(v.ctx(), ids)
	if err != nil {
		return nil, err
	}
	mine := map[store.ContactID]bool{}
	for _, r := range records {
		mine[r.ID] = v.staff.CoversPerson(v.linesOfPerson(r), r.Session.Value("municipality"))
	}
	return slices.DeleteFunc(list, func(r store.Request) bool { return r.Contact != "" && !mine[r.Contact] }), nil
}

func (v *visit) linesOfPerson(r *store.Record) (lines []string) {
	for _, line := range flows.PersonLines(v.set, &r.Session) {
		lines = append(lines, string(line))
	}
	return lines
}

// requestTable lists open requests with the time that is left.
func (v *visit) requestTable(list []store.Request, all bool) Table {
	t := Table{
		Caption: v.text("console.request.waiting"),
		Columns: []Column{{Text: v.text("console.request.what")}, {Text: v.text("console.request.left")}, {Text: v.text("console.request.asked")}, {Text: v.text("console.request.note")}, {Text: v.text("console.table.act")}},
		Empty:   Empty{Title: v.text("console.request.none"), Text: v.text("console.request.none_text")},
	}
	for _, r := range list {
		what := Cell{Text: v.text("console.request.kind." + string(r.Kind)), Sub: r.ID}
		if r.Contact != "" && all {
			what.Href, what.Sub = personPath(r.Contact)+"?part="+partData, r.Contact.Reference()
		}
		act := Cell{}
		if v.may(store.WriteNote) {
			act.Text, act.Href = v.text("console.request.answer"), requestsPath+"/"+r.ID
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			what, {Chips: []Chip{v.dueChip(r)}, Sub: v.text("console.request.until", "dia", v.date(unix(r.Due).Add(-time.Second)))},
			{Text: v.date(unix(r.Asked)), Sub: v.text("console.request.way." + r.Way)}, {Text: r.Note}, act,
		}})
	}
	return t
}

// dueChip says how many working days are left.
func (v *visit) dueChip(r store.Request) Chip {
	left := v.workingDays(v.now, unix(r.Due).Add(-time.Second))
	switch {
	case unix(r.Due).Before(v.now):
		return Chip{v.text("console.request.late"), ToneBad}
	case left <= 3:
		return Chip{v.text("console.request.days", "count", left), ToneBad}
	case left <= 6:
		return Chip{v.text("console.request.days", "count", left), ToneWait}
	}
	return Chip{v.text("console.request.days", "count", left), ToneInfo}
}

// workingDays counts the working days after the one of from, up to that of to.
func (v *visit) workingDays(from, to time.Time) int {
	day, last := programme.DateOf(from.In(v.zone)), programme.DateOf(to.In(v.zone))
	n := 0
	for next := v.set.Data.Attention.AddWorkingDays(day, 1); !last.Before(next) && n < 100; next = v.set.Data.Attention.AddWorkingDays(next, 1) {
		n++
	}
	return n
}

// due is the moment at which the term of a request is over.
func (v *visit) due(kind store.RequestKind, asked programme.Date) time.Time {
	return v.set.EndOf(v.set.Data.Attention.AddWorkingDays(asked, kind.Days()))
}

func (v *visit) answeredTable(list []store.Request) Table {
	t := Table{
		Caption: v.text("console.request.answered"),
		Columns: []Column{{Text: v.text("console.request.what")}, {Text: v.text("console.request.asked")}, {Text: v.text("console.request.done")}, {Text: v.text("console.request.outcome")}},
		Empty:   Empty{Title: v.text("console.request.none_answered")},
	}
	for _, r := range list {
		chip := Chip{v.text("console.request.outcomes." + r.Outcome), ToneGood}
		if r.Done > r.Due {
			chip = Chip{v.text("console.request.was_late"), ToneBad}
		}
		t.Rows = append(t.Rows, Row{Quiet: true, Cells: []Cell{
			{Text: v.text("console.request.kind." + string(r.Kind)), Sub: r.ID}, {Text: v.date(unix(r.Asked))}, {Text: v.date(unix(r.Done))}, {Chips: []Chip{chip}},
		}})
	}
	return t
}

// requestForm takes down a request.
func (v *visit) requestForm() *Form {
	var kinds, ways []Option
	for _, k := range store.RequestKinds() {
		kinds = append(kinds, Option{Value: string(k), Text: v.text("console.request.kind." + string(k)), Hint: v.text("console.request.within", "count", k.Days())})
	}
	for _, w := range store.RequestWays() {
		ways = append(ways, Option{Value: w, Text: v.text("console.request.way." + w)})
	}
	return v.newForm(v.text("console.request.open_do"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "kind", Label: v.text("console.request.what"), Options: kinds, Required: true},
		{Kind: FieldSelect, Name: "way", Label: v.text("console.request.how"), Options: ways, Value: "phone", Required: true},
		{Kind: FieldDate, Name: "asked", Label: v.text("console.request.day"), Hint: v.text("console.request.day_hint"), Value: v.now.In(v.zone).Format(time.DateOnly), Required: true},
		{Kind: FieldArea, Name: "note", Label: v.text("console.request.note"), Hint: v.text("console.person.note_hint"), Max: store.MaxNote, Rows: 3},
	}})
}

// newRequestPage takes down a request of somebody, or of nobody known.
func (v *visit) newRequestPage() error { return v.showRequest(nil, v.requestForm()) }

func (v *visit) personRequestPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showRequest(r, v.requestForm())
}

func (v *visit) showRequest(r *store.Record, f *Form) error {
	page := view{name: "form", title: v.text("console.request.open"), section: "people", crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: requestsPath, Text: v.text("console.request.title")}}}
	f.Cancel = Link{Href: requestsPath, Text: v.text("console.form.cancel")}
	if r != nil {
		page.crumbs = v.personCrumbs(r)
		f.Cancel.Href = personPath(r.ID) + "?part=" + partData
		if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
			return err
		}
	}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, f)
}

func (v *visit) newRequest() error { return v.takeRequest(nil) }

func (v *visit) personRequest() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.takeRequest(r)
}

func (v *visit) takeRequest(r *store.Record) error {
	f := v.requestForm()
	v.fill(f)
	asked, err := programme.ParseDate(f.Field("asked").Value)
	today := programme.DateOf(v.now.In(v.zone))
	if f.Field("asked").Error == "" && (err != nil || today.Before(asked) || asked.Before(today.AddDays(-60))) {
		v.refuse(f, "asked", v.text("console.request.bad_day"))
	}
	if len(f.Errors) > 0 {
		return v.showRequest(r, f)
	}
	kind := store.RequestKind(f.Field("kind").Value)
	request := store.Request{
		Kind: kind, Way: f.Field("way").Value, Note: f.Field("note").Value, By: v.staff.ID,
		Asked: asked.At(0, v.zone).Unix(), Due: v.due(kind, asked).Unix(),
	}
	about, path := "", requestsPath
	if r != nil {
		request.Contact, about, path = r.ID, string(r.ID), personPath(r.ID)+"?part="+partData
	}
	if err := v.record(actOpenRequest, about); err != nil {
		return err
	}
	if _, err := v.store.OpenRequest(v.ctx(), request); err != nil {
		return err
	}
	return v.redirect(path, "request_opened")
}

// readRequest is the request of the address, if it is within the scope.
func (v *visit) readRequest() (store.Request, error) {
	id := v.r.PathValue("id")
	if !strings.HasPrefix(id, "r-") || len(id) > 12 {
		return store.Request{}, store.ErrNotFound
	}
	r, err := v.store.Request(v.ctx(), id)
	if err != nil {
		return r, err
	}
	list, err := v.inScope([]store.Request{r})
	if err != nil {
		return r, err
	}
	if len(list) == 0 {
		return r, store.ErrNotFound
	}
	return r, nil
}

// answerPage asks what came of a request that is answered by hand.
func (v *visit) answerPage() error {
	r, err := v.readRequest()
	if err != nil {
		return err
	}
	return v.showAnswer(r, v.answerForm())
}

func (v *visit) answerForm() *Form {
	f := v.newForm(v.text("console.request.close"), Group{Fields: []Field{{
		Kind: FieldRadio, Name: "outcome", Label: v.text("console.request.outcome"), Required: true, Options: []Option{
			{Value: store.OutcomeDone, Text: v.text("console.request.outcomes.done"), Hint: v.text("console.request.done_hint")},
			{Value: store.OutcomeRefused, Text: v.text("console.request.outcomes.refused"), Hint: v.text("console.request.refused_hint")},
		},
	}}})
	f.Cancel = Link{Href: requestsPath, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showAnswer(r store.Request, f *Form) error {
	if err := v.record(actListRequests, r.ID); err != nil {
		return err
	}
	facts := []Fact{
		{Label: v.text("console.request.what"), Text: v.text("console.request.kind." + string(r.Kind))},
		{Label: v.text("console.request.asked"), Text: v.date(unix(r.Asked))},
		{Label: v.text("console.request.how"), Text: v.text("console.request.way." + r.Way)},
	}
	if r.Contact != "" {
		facts = append(facts, Fact{Label: v.text("console.people.who"), Text: r.Contact.Reference(), Href: personPath(r.Contact) + "?part=" + partData})
	}
	if r.Note != "" {
		facts = append(facts, Fact{Label: v.text("console.request.note"), Text: r.Note})
	}
	text := ""
	if !r.Open() {
		f, text = nil, v.text("console.request.already")
		facts = append(facts, Fact{Label: v.text("console.request.outcome"), Text: v.text("console.request.outcomes." + r.Outcome)})
	} else {
		facts = append(facts, Fact{Label: v.text("console.request.left"), Chip: v.dueChip(r)})
	}
	page := view{name: "request", title: v.text("console.request.answer_title"), section: "people", crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: requestsPath, Text: v.text("console.request.title")}}}
	if f != nil && len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: text, Facts: facts, Form: f})
}

func (v *visit) answerRequest() error {
	r, err := v.readRequest()
	if err != nil {
		return err
	}
	f := v.answerForm()
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showAnswer(r, f)
	}
	if err := v.record(actAnswerRequest, r.ID); err != nil {
		return err
	}
	if err := v.store.AnswerRequest(v.ctx(), r.ID, f.Field("outcome").Value, v.staff.ID, v.now); err != nil {
		return err
	}
	return v.redirect(requestsPath, "request_answered")
}

// openRequestOf is the id of a person's open request of a kind, the most urgent;
// "" for none.
func (v *visit) openRequestOf(r *store.Record, kind store.RequestKind) string {
	open, err := v.store.RequestsOf(v.ctx(), r.ID)
	if err != nil {
		return "" // it can be answered by hand
	}
	for _, q := range open {
		if q.Kind == kind {
			return q.ID
		}
	}
	return ""
}

// exportPage offers the two ways to give somebody what is stored about them.
func (v *visit) exportPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showExport(r, v.exportForm(r))
}

// The ways to give somebody their data.
const (
	giveChat = "chat"
	giveText = "text"
	giveJSON = "json"
)

func (v *visit) exportForm(r *store.Record) *Form {
	options := []Option{}
	if !r.Blocked {
		options = append(options, Option{Value: giveChat, Text: v.text("console.request.give_chat"), Hint: v.text("console.request.give_chat_hint")})
	}
	if v.cfg.Bot.DataFile != nil {
		options = append(options, Option{Value: giveText, Text: v.text("console.request.give_text"), Hint: v.text("console.request.give_text_hint")},
			Option{Value: giveJSON, Text: v.text("console.request.give_json"), Hint: v.text("console.request.give_json_hint")})
	}
	f := v.newForm(v.text("console.request.give_do"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "how", Label: v.text("console.request.give_how"), Options: options, Required: true},
		{Kind: FieldArea, Name: "why", Label: v.text("console.people.why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 2},
	}})
	f.Once = "" // the same file again is the same file
	f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showExport(r *store.Record, f *Form) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	page := view{name: "confirm", title: v.text("console.request.give"), section: "people", crumbs: v.personCrumbs(r)}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: v.text("console.request.give_lead"), Form: f})
}

// exportPerson gives somebody what is stored about them: in their chat, or as a
// file for who asked on paper.
func (v *visit) exportPerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.exportForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showExport(r, f)
	}
	why := f.Field("why").Value
	if f.Field("how").Value == giveChat {
		if err := v.recordPeople(actSendData, string(r.ID), 1, why); err != nil {
			return err
		}
		act := flows.StaffAct{Do: flows.StaffFile, By: v.staff.ID, At: v.now.Unix()}
		if err := v.store.Act(v.ctx(), r.ID, act, v.openRequestOf(r, store.RequestExport), newOnce(), v.now); err != nil {
			return err
		}
		return v.redirect(personPath(r.ID)+"?part="+partData, "data_sent")
	}
	if err := v.recordPeople(actExportPerson, string(r.ID), 1, why); err != nil {
		return err
	}
	name, kind, file := flows.FileDataText, "text/plain; charset=utf-8", "datos.txt"
	if f.Field("how").Value == giveJSON {
		name, kind, file = flows.FileDataJSON, "application/json", "datos.json"
	}
	content, err := v.cfg.Bot.DataFile(v.ctx(), r.ID, name)
	if err != nil {
		return err
	}
	_, err = v.stream(kind, file).Write(content)
	return err
}

// erasePage asks before somebody is forgotten.
func (v *visit) erasePage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showErase(r, v.eraseForm(r))
}

func (v *visit) eraseForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.request.erase"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "why", Label: v.text("console.request.erase_why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 2},
		{Kind: FieldText, Name: "code", Label: v.text("console.request.erase_code"), Hint: v.text("console.request.erase_code_hint", "codigo", r.ID.Reference()), Required: true, Max: 20},
	}})
	f.Danger = true
	f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
	return f
}

func (v *visit) showErase(r *store.Record, f *Form) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	page := view{name: "confirm", title: v.text("console.request.erase_ask", "codigo", r.ID.Reference()), section: "people", crumbs: v.personCrumbs(r)}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	var items []string
	for _, what := range []string{"answers", "places", "case", "backup"} {
		items = append(items, v.text("console.request.erases."+what))
	}
	return v.show(page, Confirm{Text: v.text("console.request.erase_text"), Items: items, Form: f})
}

// erasePerson forgets somebody who asked for it. The code is typed by hand, so
// that nobody is forgotten by a wrong click.
func (v *visit) erasePerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.eraseForm(r)
	v.fill(f)
	if typed := f.Field("code"); typed.Error == "" {
		ids, err := v.store.Referred(v.ctx(), typed.Value)
		if err != nil && !errors.Is(err, store.ErrReference) && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if !slices.Contains(ids, r.ID) {
			v.refuse(f, "code", v.text("console.request.erase_code_wrong"))
		}
	}
	if len(f.Errors) > 0 {
		return v.showErase(r, f)
	}
	if err := v.recordPeople(actErasePerson, string(r.ID), 1, f.Field("why").Value); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffErase}, v.openRequestOf(r, store.RequestErase), func(*flows.Session) bool { return false })
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID)+"?part="+partData, "erase_on_its_way")
	}
	return v.redirect(peoplePath, "erased")
}

// number reads what the store wrote as text; 0 for anything else.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// requestHand counts the open requests within the scope, for the first page.
func (v *visit) requestHand() (Hand, error) {
	open, err := v.store.OpenRequests(v.ctx())
	if err != nil {
		return Hand{}, err
	}
	if open, err = v.inScope(open); err != nil {
		return Hand{}, err
	}
	h := Hand{Figure: v.number(len(open)), Title: v.text("console.request.hand"), Text: v.text("console.request.hand_none"), Href: v.reach(requestsPath), Tone: ToneOff}
	if len(open) == 0 {
		return h, nil
	}
	first := v.dueChip(open[0])
	h.Tone, h.Text = ToneWait, v.text("console.request.hand_first", "plazo", first.Text)
	if first.Tone == ToneBad {
		h.Tone = ToneBad
	}
	return h, nil
}
