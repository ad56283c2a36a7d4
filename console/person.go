package console

import (
	"cmp"
	"errors"
	"slices"
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

type noteLine struct {
	Text, By string
	At       time.Time
	Drop     *Act // nil: it is somebody else's
}

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

func (v *visit) noteLines(r *store.Record) ([]noteLine, error) {
	notes, err := v.store.NotesAbout(v.ctx(), r.ID)
	if err != nil || len(notes) == 0 {
		return nil, err
	}
	names, err := v.staffNames()
	if err != nil {
		return nil, err
	}
	var out []noteLine
	for _, n := range slices.Backward(notes) {
		line := noteLine{Text: n.Text, By: v.staffName(names, n.By), At: n.At}
		if n.By == v.staff.ID {
			line.Drop = v.actButton(personPath(r.ID)+"/note/drop", v.text("console.person.drop_note"), Hidden{"note", n.ID})
		}
		out = append(out, line)
	}
	return out, nil
}

func (v *visit) noteForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.person.keep_note"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "note", Label: v.text("console.person.note"), Hint: v.text("console.person.note_hint"), Required: true, Max: store.MaxNote, Rows: 3},
	}})
	f.Action, f.Quiet = personPath(r.ID)+"/note", true
	return f
}

// writeNote keeps what somebody wrote down about a person.
func (v *visit) writeNote() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	f := v.noteForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showPerson(r, f)
	}
	if err := v.record(actWriteNote, string(r.ID)); err != nil {
		return err
	}
	n := store.PersonNote{By: v.staff.ID, Text: f.Field("note").Value}
	if err := v.store.AddNote(v.ctx(), r.ID, n, newOnce(), v.now); err != nil {
		return err
	}
	return v.redirect(personPath(r.ID), "note_kept")
}

// dropNote takes out a note of one's own.
func (v *visit) dropNote() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	notes, err := v.store.NotesAbout(v.ctx(), r.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(notes, func(n store.PersonNote) bool { return n.ID == v.form.Get("note") })
	if i < 0 {
		return store.ErrNotFound
	}
	if notes[i].By != v.staff.ID {
		return errForbidden
	}
	if err := v.record(actDropNote, string(r.ID)); err != nil {
		return err
	}
	if err := v.store.DropNote(v.ctx(), r.ID, notes[i].ID); err != nil {
		return err
	}
	return v.redirect(personPath(r.ID), "note_dropped")
}

// moveForm offers the moves that the way of a line allows.
func (v *visit) moveForm(r *store.Record, line programme.Line) *Form {
	options := []Option{{Text: v.text("console.person.choose_stage")}}
	for _, stage := range v.set.Data.Stages.Moves(line, r.Session.Path(string(line))) {
		options = append(options, Option{Value: string(stage), Text: v.stageName(string(stage))})
	}
	at, _ := r.Session.Stage(string(line))
	f := v.newForm(v.text("console.person.move"), Group{Fields: []Field{
		{Kind: FieldHidden, Name: "line", Value: string(line)},
		{Kind: FieldSelect, Name: "to_" + string(line), Label: v.text("console.person.to_stage"), Options: options, Required: true, Wide: true},
	}})
	f.Action, f.Version, f.Quiet = personPath(r.ID)+"/stage", at.Stage, true
	return f
}

// moveStage moves somebody on, after a page that shows what they will read.
func (v *visit) moveStage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	line := programme.Line(v.form.Get("line"))
	if !slices.Contains(programme.Lines(), line) || !v.seesLine(line) {
		return store.ErrNotFound
	}
	f, to := v.moveForm(r, line), "to_"+string(line)
	now := f.Version
	v.fill(f)
	f.Field("line").Value = string(line)
	if v.form.Get("_version") != now {
		v.refuse(f, to, v.text("console.person.moved_meanwhile"))
	}
	if len(f.Errors) > 0 {
		return v.showPerson(r, f)
	}
	stage := f.Field(to).Value
	if v.form.Get("sure") != "1" {
		return v.askMove(r, line, stage, now)
	}
	if err := v.record(actMoveStage, string(r.ID)); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffStage, Line: string(line), Stage: stage}, "", func(s *flows.Session) bool {
		at, _ := s.Stage(string(line))
		return at.Stage == stage
	})
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID), "on_its_way")
	}
	return v.redirect(personPath(r.ID), "stage_moved")
}

// askMove is the page before a move: what the person will read.
func (v *visit) askMove(r *store.Record, line programme.Line, stage, now string) error {
	f := v.newForm(v.text("console.person.move"), Group{Fields: []Field{
		{Kind: FieldHidden, Name: "line", Value: string(line)}, {Kind: FieldHidden, Name: "to_" + string(line), Value: stage}, {Kind: FieldHidden, Name: "sure", Value: "1"},
	}})
	f.Action, f.Version = personPath(r.ID)+"/stage", now
	f.Cancel = Link{Href: personPath(r.ID), Text: v.text("console.form.cancel")}
	reads := flows.Words(v.set, &r.Session, flows.Key("stage.moved").With("linea", flows.Key("line."+string(line))).With("etapa", flows.StageName(stage)))
	next := flows.Words(v.set, &r.Session, flows.Key("stage.next."+stage))
	facts := []Fact{{Label: v.text("console.person.line"), Text: v.text("console.line." + string(line))}}
	if now != "" {
		facts = append(facts, Fact{Label: v.text("console.person.from_stage"), Text: v.stageName(now)})
	}
	facts = append(facts, Fact{Label: v.text("console.person.to_stage"), Text: v.stageName(stage)}, Fact{Label: v.text("console.person.will_read"), Text: reads + " " + next})
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	return v.show(view{
		name: "confirm", title: v.text("console.person.move_ask", "codigo", r.ID.Reference()), section: "people", crumbs: v.personCrumbs(r),
	}, Confirm{Text: v.text("console.person.move_text"), Facts: facts, Form: f})
}

func (v *visit) personCrumbs(r *store.Record) []Link {
	return []Link{{Href: peoplePath, Text: v.text("console.menu.people")}, {Href: personPath(r.ID), Text: r.ID.Reference()}}
}

// actPause is how often a page looks whether what it asked for is done.
const actPause = 100 * time.Millisecond

// until waits until something is done, for as long as the console has patience;
// false means that it is not yet.
func (v *visit) until(done func() (bool, error)) (bool, error) {
	for end := time.Now().Add(v.cfg.Patience); ; {
		ok, err := done()
		if ok || err != nil {
			return ok, err
		}
		if time.Now().After(end) || pause(v, actPause) != nil {
			return false, nil
		}
	}
}

// actOnPerson has something done as a turn of the person and waits a little until
// it is; false means that it is still on its way.
func (v *visit) actOnPerson(r *store.Record, do flows.StaffAct, request string, done func(*flows.Session) bool) (bool, error) {
	do.By, do.At = v.staff.ID, v.now.Unix()
	if err := v.store.Act(v.ctx(), r.ID, do, request, newOnce(), v.now); err != nil {
		return false, err
	}
	return v.until(func() (bool, error) {
		after, err := v.store.LoadID(v.ctx(), r.ID)
		if errors.Is(err, store.ErrNotFound) {
			return true, nil // erased
		}
		if err != nil {
			return false, err
		}
		return done(&after.Session), nil
	})
}

// correctPage asks which answer is wrong, and then what is right.
func (v *visit) correctPage() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	return v.showCorrect(r, v.correctForm(r, v.query("answer")), v.query("answer"))
}

// correctForm asks for one answer; without one, which.
func (v *visit) correctForm(r *store.Record, name string) *Form {
	for _, slot := range v.set.Correctable() {
		values := r.Session.Slots[slot.Name]
		if slot.Name != name || len(values) == 0 {
			continue
		}
		label := v.say(flows.Key(slot.Flow + "." + slot.Name + ".name"))
		field := Field{Kind: FieldRadio, Name: "value", Label: label, Required: true, Value: values[0]}
		switch slot.Type {
		case flows.Municipality:
			field.Kind, field.Value, field.Options = FieldSuggest, v.placeName(values[0]), v.townOptions()
		case flows.Multi:
			field.Kind, field.Values = FieldChecks, values
		}
		for _, value := range v.set.Answerable(slot) {
			field.Options = append(field.Options, Option{Value: value, Text: v.say(v.set.Show(slot, []string{value}))})
		}
		f := v.newForm(v.text("console.person.correct_do"), Group{Fields: []Field{{Kind: FieldHidden, Name: "answer", Value: slot.Name}, field}})
		f.Version = strings.Join(values, ",")
		f.Cancel = Link{Href: personPath(r.ID) + "?part=" + partData, Text: v.text("console.form.cancel")}
		return f
	}
	return nil
}

// A correctPage asks which answer is wrong, or what is right.
type correctPage struct {
	Choose []Link
	Form   *Form
}

func (v *visit) showCorrect(r *store.Record, f *Form, name string) error {
	if err := v.recordPeople(actReadPerson, string(r.ID), 1, ""); err != nil {
		return err
	}
	p := correctPage{Form: f}
	if f == nil {
		for _, slot := range v.set.Correctable() {
			if values := r.Session.Slots[slot.Name]; len(values) > 0 {
				text := v.say(flows.Key(slot.Flow+"."+slot.Name+".name")) + ": " + v.say(v.set.Show(slot, values))
				p.Choose = append(p.Choose, Link{Href: personPath(r.ID) + "/correct?answer=" + slot.Name, Text: text})
			}
		}
	}
	page := view{name: "correct", title: v.text("console.person.correct"), lead: v.text("console.person.correct_lead"), section: "people", crumbs: v.personCrumbs(r)}
	if f != nil && (len(f.Errors) > 0 || len(f.Conflict) > 0) {
		page.status = 422
	}
	return v.show(page, p)
}

// correctPerson changes an answer because the person asked for it.
func (v *visit) correctPerson() error {
	r, err := v.person()
	if err != nil {
		return err
	}
	name := v.form.Get("answer")
	f := v.correctForm(r, name)
	if f == nil {
		return store.ErrNotFound
	}
	now := f.Version
	v.fill(f)
	field := f.Field("value")
	values := field.Values
	switch field.Kind {
	case FieldRadio:
		values = []string{field.Value}
	case FieldSuggest:
		code, ok := v.findTown(field.Value)
		if !ok && field.Value != "" {
			v.refuse(f, "value", v.text("console.team.no_town", "nombre", field.Value))
		}
		values = []string{code}
	}
	if len(f.Errors) == 0 && !v.set.MayCorrect(name, values) {
		v.refuse(f, "value", v.text("console.person.cannot_be"))
	}
	if len(f.Errors) == 0 && v.form.Get("_version") != now {
		slot := v.set.Slot(name)
		f.Conflict = []Difference{{"value", field.Label, v.say(v.set.Show(slot, strings.Split(now, ","))), v.say(v.set.Show(slot, values))}}
	}
	if len(f.Errors) > 0 || len(f.Conflict) > 0 {
		return v.showCorrect(r, f, name)
	}
	if err := v.record(actCorrectPerson, string(r.ID)); err != nil {
		return err
	}
	done, err := v.actOnPerson(r, flows.StaffAct{Do: flows.StaffCorrect, Slot: name, Values: values}, v.openRequestOf(r, store.RequestCorrect), func(s *flows.Session) bool {
		return slices.Equal(s.Slots[name], values)
	})
	if err != nil {
		return err
	}
	if !done {
		return v.redirect(personPath(r.ID), "on_its_way")
	}
	return v.redirect(personPath(r.ID), "corrected")
}
