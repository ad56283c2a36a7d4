package console

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// The acts about one person.
const (
	actReadPerson    act = "read-person"
	actMoveStage     act = "move-stage"
	actWriteNote     act = "write-note"
	actDropNote      act = "drop-note"
	actCorrectPerson act = "correct-person"
)

func personPath(id store.ContactID) string { return peoplePath + "/" + string(id) }

// The parts of a person's page.
const (
	partNow     = ""
	partHistory = "history"
	partData    = "data"
)

// A personPage is one person, as far as the role and their consent go.
type personPage struct {
	Parts   []partLink
	Waiting string // words: what the team decided is on its way
	Now     *personNow
	History *personHistory
	Data    *personData
}

// A partLink leads to a part of the page.
type partLink struct {
	Link
	Current bool
}

// personNow is how somebody stands: what the screening said and why, where they
// are on their way, what they have, and what the team wrote down.
type personNow struct {
	Lines   []lineCard
	Basis   string // words: which rules, when
	Answers []Fact
	Places  Table
	Notes   []noteLine
	Note    *Form // to write one; nil: may not
}

// A lineCard is one line of the programme for one person.
type lineCard struct {
	Name    string
	Outcome Chip
	Reasons []reasonLine
	Stage   string // words: where they stand and since when
	Move    *Form  // nil: may not, or cannot
}

// A reasonLine is why a line has its outcome: the rule, and its words.
type reasonLine struct{ Rule, Text string }

type personHistory struct {
	Timeline []moment
	Messages Table
}

// A moment is one thing that happened.
type moment struct {
	At   time.Time
	Text string
	Sub  string
}

type personData struct {
	Consents Table
	Requests Table
	Acts     []Link
}

// person reads who a page is about, if they are within the scope.
func (v *visit) person() (*store.Record, error) {
	id := store.ContactID(v.r.PathValue("id"))
	if !id.Valid() {
		return nil, store.ErrNotFound
	}
	r, err := v.store.LoadID(v.ctx(), id)
	if err != nil {
		return nil, err
	}
	if !v.covers(r) {
		return nil, store.ErrNotFound
	}
	return r, nil
}

func (v *visit) personPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showPerson(r, nil)
}

// showPerson shows the page; form is one that was refused, to be shown in its
// place.
func (v *visit) showPerson(r *store.Record, form *Form) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	part := v.query("part")
	if part != partHistory && part != partData {
		part = partNow
	}
	p := personPage{}
	for _, name := range []string{partNow, partHistory, partData} {
		path := personPath(r.ID)
		if name != partNow {
			path += "?part=" + name
		}
		p.Parts = append(p.Parts, partLink{Link{Href: path, Text: v.text("console.person.part." + cmp.Or(name, "now"))}, name == part})
	}
	acting, err := v.store.Acting(v.ctx(), r.ID)
	if err != nil {
		return err
	}
	if acting > 0 {
		p.Waiting = v.text("console.person.waiting", "count", acting)
	}
	switch part {
	case partHistory:
		p.History, err = v.personHistory(r)
	case partData:
		p.Data, err = v.personData(r)
	default:
		p.Now, err = v.personNow(r, form)
	}
	if err != nil {
		return err
	}
	page := view{
		name: "person", title: r.ID.Reference(), lead: v.personLead(r), section: "people", wide: true,
		crumbs: []Link{{Href: peoplePath, Text: v.text("console.menu.people")}},
	}
	if v.may(store.AnswerTickets) {
		if t, err := v.store.Ticket(v.ctx(), r.ID); err == nil {
			page.actions = append(page.actions, Link{Href: casePath(r.ID), Text: v.text("console.inbox.number", "numero", int(t.Number)), Icon: "chat", Primary: t.Open()})
		} else if !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	if form != nil && len(form.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, p)
}

func (v *visit) personLead(r *store.Record) string {
	var parts []string
	for _, part := range []string{v.placeName(r.Session.Value("municipality")), v.languageName(r.Session.Language)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if r.Session.Seen != 0 {
		parts = append(parts, v.text("console.person.wrote", "tiempo", v.ago(v.now.Sub(unix(r.Session.Seen)))))
	}
	if r.Blocked {
		parts = append(parts, v.text("console.people.blocked"))
	}
	return strings.Join(parts, " · ")
}

func (v *visit) personNow(r *store.Record, form *Form) (*personNow, error) {
	s := &r.Session
	p := &personNow{}
	screening, exact, screened := flows.Screened(v.set, s)
	if basis, ok := flows.ScreeningBasis(s); ok {
		key := "console.person.basis"
		if !exact {
			key = "console.person.basis_old"
		}
		p.Basis = v.text(key, "reglas", basis.Ruleset, "llamado", basis.Call, "todas", strings.Join(basis.Rules, ", "))
	}
	for _, line := range programme.Lines() {
		if !v.seesLine(line) {
			continue
		}
		card := lineCard{Name: v.text("console.line." + string(line))}
		if o := programme.Outcome(s.Value(flows.OutcomeSlot(line))); o != "" {
			card.Outcome = v.outcomeChip(o)
		}
		if screened && exact {
			card.Reasons = v.reasons(screening.Line(line), screening.Params)
		}
		if at, ok := s.Stage(string(line)); ok {
			card.Stage = v.text("console.person.stage", "etapa", v.stageName(at.Stage), "fecha", v.date(unix(at.At)))
		}
		if v.may(store.ChangeStage) {
			card.Move = v.moveForm(r, line)
			if form != nil && form.Action == card.Move.Action && form.Field("line").Value == string(line) {
				card.Move = form
			}
		}
		p.Lines = append(p.Lines, card)
	}
	for _, a := range flows.Answers(v.set, s) {
		p.Answers = append(p.Answers, Fact{Label: v.say(a.Question), Text: v.say(a.Says)})
	}
	var err error
	if p.Places, err = v.placesTable(r); err != nil {
		return nil, err
	}
	if v.may(store.WriteNote) {
		if p.Notes, err = v.noteLines(r); err != nil {
			return nil, err
		}
		p.Note = v.noteForm(r)
		if form != nil && form.Action == p.Note.Action {
			p.Note = form
		}
	}
	return p, nil
}

// reasons are why a line has its outcome, with the words that the person read.
func (v *visit) reasons(line programme.LineResult, params map[string]int) (out []reasonLine) {
	for _, reason := range line.Reasons {
		if reason.Text == "" {
			continue
		}
		text := flows.Key("reason." + reason.Text)
		for name, n := range params {
			text = text.With(name, flows.Text{Count: &n})
		}
		out = append(out, reasonLine{reason.Rule, v.say(text)})
	}
	return out
}

// placesTable is what somebody has of courses, events and offers of work.
func (v *visit) placesTable(r *store.Record) (Table, error) {
	t := Table{
		Caption: v.text("console.person.places"),
		Columns: []Column{{Text: v.text("console.person.offer")}, {Text: v.text("console.person.state")}, {Text: v.text("console.person.since")}},
		Empty:   Empty{Title: v.text("console.person.no_places")},
	}
	if len(r.Session.Holds) == 0 {
		return t, nil
	}
	l, err := v.listed()
	if err != nil {
		return t, err
	}
	for _, h := range r.Session.Holds {
		title, path := v.heldTitle(l, h)
		sub := h.Offer
		if h.Size > 1 {
			sub = v.text("console.person.size", "codigo", h.Offer, "count", h.Size)
		}
		if path = v.reach(path); path != "" {
			path += "/" + pathOf(h.Offer)
		}
		state := Cell{Chips: []Chip{v.holdChip(h)}}
		if h.Kind == flows.HeldVacancy {
			state = v.referralCell(r, h)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			{Text: title, Href: path, Sub: sub}, state, {Text: v.date(unix(h.At))},
		}})
	}
	return t, nil
}

// heldTitle is what an offer is called, and the list it is in.
func (v *visit) heldTitle(l *listed, h flows.Hold) (title, list string) {
	switch h.Kind {
	case flows.HeldCourse:
		list = "/console/courses"
		if c, ok := l.course(h.Offer); ok {
			title = c.Title
		}
	case flows.HeldEvent:
		list = "/console/events"
		if e, ok := l.event(h.Offer); ok {
			title = e.Title
		}
	case flows.HeldVacancy:
		list = "/console/vacancies"
		if known, ok := l.vacancy(h.Offer); ok {
			title = known.Title
		}
	}
	return cmp.Or(title, h.Offer), list
}

func (v *visit) personCrumbs(r *store.Record) []Link {
	return []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: personPath(r.ID), Text: r.ID.Reference()}}
}
