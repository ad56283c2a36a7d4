package console

import (
	"slices"
	"strconv"
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
