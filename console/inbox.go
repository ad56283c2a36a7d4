package console

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"arraigo/flows"
	"arraigo/store"
)

// The acts about tickets; the team calls them cases.
const (
	actListCases  act = "list-cases"
	actReadCase   act = "read-case"
	actOpenFile   act = "open-file"
	actReplyCase  act = "reply-case"
	actAssignCase act = "assign-case"
	actNoteCase   act = "note-case"
	actCloseCase  act = "close-case"
	actReopenCase act = "reopen-case"
)

const inboxPath = "/console/inbox"

func casePath(id store.ContactID) string { return inboxPath + "/" + string(id) }

// The views of the inbox.
const (
	boxOpen   = ""
	boxMine   = "mine"
	boxFree   = "free"
	boxClosed = "closed"
)

// lateAnswer is after how long an unanswered case is late.
const lateAnswer = 24 * time.Hour

// An inboxPage lists cases, who waits longest first.
type inboxPage struct {
	Boxes []partLink
	List  Table
}

// A caseLine is one case with its person.
type caseLine struct {
	ticket *store.Ticket
	record *store.Record
}

func (v *visit) inboxPage() error {
	box := v.query("box")
	if !slices.Contains([]string{boxMine, boxFree, boxClosed}, box) {
		box = boxOpen
	}
	lines, err := v.cases(box)
	if err != nil {
		return err
	}
	if err := v.record(actListCases, ""); err != nil {
		return err
	}
	p := inboxPage{}
	for _, name := range []string{boxOpen, boxMine, boxFree, boxClosed} {
		href := inboxPath
		if name != boxOpen {
			href += "?box=" + name
		}
		p.Boxes = append(p.Boxes, partLink{Link{Href: href, Text: v.text("console.inbox.box." + cmp.Or(name, "open"))}, name == box})
	}
	from, to, pager := v.pager(len(lines))
	p.List = v.casesTable(lines[from:to], box)
	p.List.Pager = pager
	return v.show(view{name: "inbox", title: v.text("console.menu.inbox"), section: "inbox", wide: true}, p)
}

// cases are those of one view, within the scope of who visits.
func (v *visit) cases(box string) ([]caseLine, error) {
	var open []store.OpenTicket
	if box == boxClosed {
		ids, err := v.store.ClosedTickets(v.ctx(), v.now)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			open = append(open, store.OpenTicket{Contact: id})
		}
	} else {
		var err error
		if open, err = v.store.OpenTickets(v.ctx()); err != nil {
			return nil, err
		}
	}
	ids := make([]store.ContactID, len(open))
	for i, o := range open {
		ids[i] = o.Contact
	}
	records, err := v.store.Records(v.ctx(), ids)
	if err != nil {
		return nil, err
	}
	var mine []store.OpenTicket
	people := map[store.ContactID]*store.Record{}
	for _, r := range records {
		if v.attends(r) {
			people[r.ID] = r
			mine = append(mine, store.OpenTicket{Contact: r.ID})
		}
	}
	tickets, err := v.store.Tickets(v.ctx(), mine)
	if err != nil {
		return nil, err
	}
	var out []caseLine
	for _, t := range tickets {
		switch {
		case t.Open() == (box == boxClosed), box == boxMine && t.Who != v.staff.ID, box == boxFree && t.Attends != "":
			continue
		}
		out = append(out, caseLine{t, people[t.Contact]})
	}
	slices.SortStableFunc(out, func(a, b caseLine) int {
		if box == boxClosed {
			return cmp.Compare(b.ticket.Closed, a.ticket.Closed)
		}
		return cmp.Or(compareWaits(a.ticket.Waits, b.ticket.Waits), cmp.Compare(a.ticket.Number, b.ticket.Number))
	})
	return out, nil
}

// compareWaits puts who waits longest first, and who does not wait last.
func compareWaits(a, b int64) int {
	if (a == 0) != (b == 0) {
		return cmp.Compare(b, a)
	}
	return cmp.Compare(a, b)
}

// attends reports whether a person who asked for the team is within the scope.
// Somebody who was not screened yet belongs to no line and no municipality: a
// call for help must not wait for that, so every officer sees it.
func (v *visit) attends(r *store.Record) bool {
	lines, town := v.linesOfPerson(r), r.Session.Value("municipality")
	if len(lines) == 0 {
		lines = v.staff.Lines
	}
	if v.placeName(town) == "" && len(v.staff.Towns) > 0 {
		town = v.staff.Towns[0]
	}
	return r.Member && v.staff.CoversPerson(lines, town)
}

func (v *visit) casesTable(lines []caseLine, box string) Table {
	t := Table{
		Caption: v.text("console.inbox.list." + cmp.Or(box, "open")),
		Columns: []Column{
			{Text: v.text("console.inbox.case")}, {Text: v.text("console.inbox.waits")}, {Text: v.text("console.people.town")},
			{Text: v.text("console.inbox.attends")}, {Text: v.text("console.inbox.opened")},
		},
		Empty: Empty{Title: v.text("console.inbox.none"), Text: v.text("console.inbox.none_text")},
	}
	for _, l := range lines {
		s := &l.record.Session
		t.Rows = append(t.Rows, Row{Quiet: !l.ticket.Open(), Cells: []Cell{
			{Text: v.text("console.inbox.number", "numero", int(l.ticket.Number)), Href: casePath(l.record.ID), Sub: l.record.ID.Reference()},
			{Chips: []Chip{v.waitChip(l.ticket)}},
			{Text: v.placeName(s.Value("municipality")), Sub: v.languageName(s.Language)},
			{Text: cmp.Or(l.ticket.Attends, v.text("console.inbox.nobody"))},
			{Text: v.moment(unix(l.ticket.Opened), v.now)},
		}})
	}
	return t
}

// waitChip says whether somebody waits for an answer, and since when.
func (v *visit) waitChip(t *store.Ticket) Chip {
	if !t.Open() {
		return Chip{v.text("console.inbox.closed_ago", "tiempo", v.ago(v.now.Sub(unix(t.Closed)))), ToneOff}
	}
	if t.Waits == 0 {
		return Chip{v.text("console.inbox.answered"), ToneGood}
	}
	waits := v.now.Sub(unix(t.Waits))
	chip := Chip{v.text("console.inbox.waits_since", "tiempo", v.ago(waits)), ToneWait}
	if waits > lateAnswer {
		chip.Tone = ToneBad
	}
	return chip
}

// A casePage is one case: what was said, and what can be done.
type casePage struct {
	Live   string
	Talk   caseTalk
	Facts  []Fact
	Notes  []noteLine
	Reply  *Form // nil: the case is closed
	Canned []Option
	Acts   []*Act
	Note   *Form
}

// A caseTalk is the part that follows what happens.
type caseTalk struct {
	State   Chip
	Sayings []sayingLine
	Empty   string
}

// A sayingLine is one entry of the conversation.
type sayingLine struct {
	ID    string // of the element
	From  string // person, team or event
	By    string
	When  string // words: the hour, with the day where it begins
	Text  string
	Media string // words: what it is
	Href  string // of its file
	State Chip
}

// oneCase is the case of the address, if it is within the scope.
func (v *visit) oneCase() (*store.Record, *store.Ticket, error) {
	id := store.ContactID(v.r.PathValue("id"))
	if !id.Valid() {
		return nil, nil, store.ErrNotFound
	}
	r, err := v.store.LoadID(v.ctx(), id)
	if err != nil {
		return nil, nil, err
	}
	if !v.attends(r) {
		return nil, nil, store.ErrNotFound
	}
	t, err := v.store.Ticket(v.ctx(), id)
	return r, t, err
}

func (v *visit) casePage() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	return v.showCase(r, t, nil)
}

// showCase shows the case; form is one that was refused, to be shown in its
// place.
func (v *visit) showCase(r *store.Record, t *store.Ticket, form *Form) error {
	if err := v.recordPeople(actReadCase, string(r.ID), 1, ""); err != nil {
		return err
	}
	talk, err := v.caseTalk(r, t)
	if err != nil {
		return err
	}
	p := casePage{Talk: talk, Facts: v.caseFacts(r, t), Note: v.caseNoteForm(r)}
	for _, n := range slices.Backward(t.Notes) {
		p.Notes = append(p.Notes, noteLine{Text: n.Text, By: n.By, At: unix(n.At)})
	}
	path := casePath(r.ID)
	if t.Open() {
		p.Live = path + "/live"
		p.Reply = v.replyForm(r)
		p.Canned = v.canned(r)
		if t.Who != v.staff.ID {
			p.Acts = append(p.Acts, v.actButton(path+"/assign", v.text("console.inbox.take")))
		}
		p.Acts = append(p.Acts, v.actButton(path+"/close", v.text("console.inbox.close")))
	} else {
		p.Acts = append(p.Acts, v.actButton(path+"/reopen", v.text("console.inbox.reopen")))
	}
	if form != nil && p.Reply != nil && form.Action == p.Reply.Action {
		p.Reply = form
	}
	if form != nil && form.Action == p.Note.Action {
		p.Note = form
	}
	page := view{
		name: "case", style: "case.css", title: v.text("console.inbox.number", "numero", int(t.Number)), lead: v.personLead(r), section: "inbox", wide: true,
		crumbs: []Link{{Href: inboxPath, Text: v.text("console.menu.inbox")}},
	}
	if v.covers(r) {
		page.actions = []Link{{Href: personPath(r.ID), Text: v.text("console.inbox.person"), Icon: "people"}}
	}
	if form != nil && len(form.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, p)
}

func (v *visit) caseFacts(r *store.Record, t *store.Ticket) []Fact {
	facts := []Fact{
		{Label: v.text("console.people.who"), Text: r.ID.Reference()},
		{Label: v.text("console.people.language"), Text: v.languageName(r.Session.Language)},
		{Label: v.text("console.inbox.attends"), Text: cmp.Or(t.Attends, v.text("console.inbox.nobody"))},
		{Label: v.text("console.inbox.opened"), Text: v.moment(unix(t.Opened), v.now)},
		{Label: v.text("console.inbox.counts"), Text: v.text("console.inbox.counted", "suyos", t.Messages, "nuestros", t.Answers)},
	}
	for _, chip := range v.outcomeChips(&r.Session) {
		line, outcome, _ := strings.Cut(chip.Text, ": ")
		facts = append(facts, Fact{Label: line, Chip: Chip{outcome, chip.Tone}})
	}
	if r.Blocked {
		facts = append(facts, Fact{Label: v.text("console.person.state"), Chip: Chip{v.text("console.people.blocked"), ToneBad}})
	}
	return facts
}

func (v *visit) caseTalk(r *store.Record, t *store.Ticket) (caseTalk, error) {
	said, err := v.store.Conversation(v.ctx(), r.ID, v.now)
	if err != nil {
		return caseTalk{}, err
	}
	talk := caseTalk{State: v.waitChip(t)}
	day := ""
	for _, s := range said {
		line := sayingLine{ID: "s-" + strings.ReplaceAll(s.ID, ".", "-"), From: string(s.From), By: s.By, When: v.clock(s.At), Text: s.Text}
		if on := s.At.In(v.zone).Format(time.DateOnly); on != day {
			day, line.When = on, v.moment(s.At, v.now)
		}
		switch s.From {
		case store.SaidByEvent:
			line.Text = v.text("console.inbox.event."+s.Text, "quien", cmp.Or(s.By, v.text("console.inbox.somebody")), "numero", int(s.Ticket))
		case store.SaidByPerson:
			line.By = v.text("console.inbox.they")
		case store.SaidByTeam:
			line.State = v.sayingChip(s.State)
		}
		if s.Media != "" {
			line.Media = v.text("console.inbox.media." + mediaName(s.Media))
		}
		if s.File != "" && v.cfg.Bot.Media != nil {
			line.Href = casePath(r.ID) + "/file/" + s.ID
		}
		talk.Sayings = append(talk.Sayings, line)
	}
	if len(talk.Sayings) == 0 {
		talk.Empty = v.text("console.inbox.forgotten")
	}
	return talk, nil
}

// mediaName is what the words of a kind of message are under.
func mediaName(media string) string {
	if media == string(flows.InputOther) {
		return "unseen"
	}
	return media
}

// sayingChip is what became of an answer; nothing when it arrived.
func (v *visit) sayingChip(state string) Chip {
	switch state {
	case store.SayingGoing:
		return Chip{v.text("console.inbox.state.going"), ToneWait}
	case store.SayingSent, "":
		return Chip{}
	}
	return Chip{v.text("console.inbox.state." + state), ToneBad}
}

// Bounds of an answer.
const (
	maxReply   = 3500 // code points, as bot sends them
	maxCaption = 1000
	maxPhoto   = 5 << 20
)

func (v *visit) replyForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.inbox.send"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "reply", Label: v.text("console.inbox.reply"), Hint: v.text("console.inbox.reply_hint", "idioma", v.languageName(r.Session.Language)), Max: maxReply, Rows: 4},
		{Kind: FieldFile, Name: "file", Label: v.text("console.inbox.file"), Hint: v.text("console.inbox.file_hint"), Accept: "image/*,.pdf,.doc,.docx,.xls,.xlsx,.txt", Wide: true},
	}})
	f.Action, f.Upload = casePath(r.ID)+"/reply", true
	return f
}

// cannedNames are the answers that are ready: console.canned.NAME.title for the
// team, canned.NAME in the person's language.
var cannedNames = []string{"received", "hours", "documents", "screening", "free", "call", "thanks"}

// canned are the answers that are ready, in the language of the person.
func (v *visit) canned(r *store.Record) []Option {
	var out []Option
	for _, name := range cannedNames {
		out = append(out, Option{Value: name, Text: v.text("console.canned." + name), Hint: v.catalog.Text(r.Session.Language, "canned."+name, nil)})
	}
	return out
}

// tell puts something into the queue of a case that is open.
func (v *visit) tell(r *store.Record, t *store.Ticket, e store.Relay, content []byte) error {
	e.Contact, e.Ticket, e.By, e.Staff, e.Since = r.ID, t.Number, v.nameOf(v.staff), v.staff.ID, v.now
	return v.store.Tell(v.ctx(), e, cmp.Or(v.form.Get(fieldOnce), newOnce()), content)
}

// replyCase answers a person: with words, a picture or a document, or with an
// answer that is ready.
func (v *visit) replyCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	f := v.replyForm(r)
	v.fill(f)
	e := store.Relay{Kind: store.RelayReply, Text: f.Field("reply").Value}
	if name := v.form.Get("canned"); slices.Contains(cannedNames, name) {
		e.Text = v.catalog.Text(r.Session.Language, "canned."+name, nil)
	}
	content, err := v.attached(f, &e)
	if err != nil {
		return err
	}
	if e.Text == "" && len(content) == 0 && len(f.Errors) == 0 {
		v.refuse(f, "reply", v.text("console.inbox.nothing"))
	}
	if len(content) > 0 && utf8.RuneCountInString(e.Text) > maxCaption {
		v.refuse(f, "reply", v.text("console.inbox.long_caption", "count", maxCaption))
	}
	if len(f.Errors) > 0 {
		return v.showCase(r, t, f)
	}
	if err := v.record(actReplyCase, string(r.ID)); err != nil {
		return err
	}
	if err := v.tell(r, t, e, content); err != nil {
		return err
	}
	return v.redirect(casePath(r.ID)+"#end", "")
}

// attached reads the file of an answer. A picture that Telegram shows as one goes
// as a picture, anything else as a document.
func (v *visit) attached(f *Form, e *store.Relay) ([]byte, error) {
	if v.r.MultipartForm == nil {
		return nil, nil
	}
	file, head, err := v.r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return nil, nil
	}
	if err != nil {
		return nil, errBadForm
	}
	defer file.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(file); err != nil {
		return nil, errBadForm
	}
	if b.Len() == 0 {
		v.refuse(f, "file", v.text("console.inbox.empty_file"))
		return nil, nil
	}
	e.Name = clip(path.Base(strings.ReplaceAll(head.Filename, `\`, "/")), 80)
	e.Media = string(flows.InputDocument)
	if kind := http.DetectContentType(b.Bytes()); (kind == "image/jpeg" || kind == "image/png") && b.Len() <= maxPhoto {
		e.Media = string(flows.InputPhoto)
	}
	return b.Bytes(), nil
}

func (v *visit) assignCase() error {
	return v.change(actAssignCase, "case_taken", func(r *store.Record, t *store.Ticket) error {
		return v.tell(r, t, store.Relay{Kind: store.RelayAssign, Text: v.nameOf(v.staff)}, nil)
	}, func(t *store.Ticket) bool { return t.Who == v.staff.ID })
}

func (v *visit) closeCase() error {
	return v.change(actCloseCase, "case_closed", func(r *store.Record, t *store.Ticket) error {
		return v.tell(r, t, store.Relay{Kind: store.RelayEnd}, nil)
	}, func(t *store.Ticket) bool { return !t.Open() })
}

// reopenCase goes on with a case that was closed.
func (v *visit) reopenCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if t.Open() {
		return v.redirect(casePath(r.ID), "")
	}
	if err := v.record(actReopenCase, string(r.ID)); err != nil {
		return err
	}
	e := store.Relay{Contact: r.ID, Ticket: t.Number, By: v.nameOf(v.staff), Staff: v.staff.ID, Since: v.now}
	if err := v.store.Reopen(v.ctx(), e, newOnce()); err != nil {
		return err
	}
	return v.settled(r, "case_reopened", func(t *store.Ticket) bool { return t.Open() })
}

// change does something with an open case and waits a little until it is done.
func (v *visit) change(what act, done string, do func(*store.Record, *store.Ticket) error, is func(*store.Ticket) bool) error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	if err := v.record(what, string(r.ID)); err != nil {
		return err
	}
	if err := do(r, t); err != nil {
		return err
	}
	return v.settled(r, done, is)
}

// settled goes back to the case once the ticket is as it is to be.
func (v *visit) settled(r *store.Record, done string, is func(*store.Ticket) bool) error {
	ok, err := v.until(func() (bool, error) {
		t, err := v.store.Ticket(v.ctx(), r.ID)
		return err == nil && is(t), err
	})
	if err != nil {
		return err
	}
	if !ok {
		done = "on_its_way"
	}
	return v.redirect(casePath(r.ID), done)
}

func (v *visit) caseNoteForm(r *store.Record) *Form {
	f := v.newForm(v.text("console.person.keep_note"), Group{Fields: []Field{
		{Kind: FieldArea, Name: "note", Label: v.text("console.inbox.note"), Hint: v.text("console.person.note_hint"), Required: true, Max: store.MaxNote, Rows: 2},
	}})
	f.Action, f.Quiet = casePath(r.ID)+"/note", true
	return f
}

func (v *visit) noteCase() error {
	r, t, err := v.oneCase()
	if err != nil {
		return err
	}
	if !t.Open() {
		return store.ErrConflict
	}
	f := v.caseNoteForm(r)
	v.fill(f)
	if len(f.Errors) > 0 {
		return v.showCase(r, t, f)
	}
	if err := v.record(actNoteCase, string(r.ID)); err != nil {
		return err
	}
	notes := len(t.Notes)
	if err := v.tell(r, t, store.Relay{Kind: store.RelayNote, Text: f.Field("note").Value}, nil); err != nil {
		return err
	}
	return v.settled(r, "note_kept", func(t *store.Ticket) bool { return len(t.Notes) > notes })
}

// livePause is how often a page that follows a case is looked after.
const livePause = time.Second

// caseLive tells what happens in a case for as long as a request lasts; the
// browser asks again.
func (v *visit) caseLive() error {
	r, _, err := v.oneCase()
	if err != nil {
		return err
	}
	if err := v.record(actReadCase, string(r.ID)); err != nil {
		return err
	}
	w := v.stream("text/event-stream", "")
	fmt.Fprint(w, "retry: 500\n\n")
	for before := ""; ; {
		mark, err := v.store.TalkMark(v.ctx(), r.ID)
		if err != nil {
			return nil // the browser asks again
		}
		if mark != before {
			before = mark
			t, err := v.store.Ticket(v.ctx(), r.ID)
			if err != nil {
				return nil
			}
			v.now = v.cfg.Now()
			talk, err := v.caseTalk(r, t)
			if err != nil {
				return nil
			}
			if err := v.event(w, "part", "talk", talk); err != nil {
				return err
			}
			if !t.Open() {
				fmt.Fprint(w, "event: end\ndata: \n\n")
				return nil
			}
		}
		if pause(v, livePause) != nil {
			return nil
		}
	}
}

// caseFile shows a file that was sent in a case. It comes from Telegram and rests
// nowhere here.
func (v *visit) caseFile() error {
	r, _, err := v.oneCase()
	if err != nil {
		return err
	}
	if v.cfg.Bot.Media == nil {
		return store.ErrNotFound
	}
	said, err := v.store.Conversation(v.ctx(), r.ID, v.now)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(said, func(s store.Saying) bool { return s.ID == v.r.PathValue("saying") && s.File != "" })
	if i < 0 {
		return store.ErrNotFound
	}
	if err := v.record(actOpenFile, string(r.ID)); err != nil {
		return err
	}
	content, err := v.cfg.Bot.Media(v.ctx(), said[i].File)
	if err != nil {
		return err
	}
	kind, name := fileKind(content)
	_, err = v.stream(kind, name).Write(content)
	return err
}

// fileKind is how a file of a person is given to a browser: what is safe to be
// shown there is named for what it is, anything else is just bytes. All are
// downloaded and none is opened inside the console.
func fileKind(content []byte) (kind, name string) {
	kind = http.DetectContentType(content)
	for known, end := range map[string]string{
		"image/jpeg": "foto.jpg", "image/png": "foto.png", "image/webp": "imagen.webp", "application/pdf": "documento.pdf",
		"application/ogg": "voz.ogg", "audio/mpeg": "audio.mp3", "video/mp4": "video.mp4",
	} {
		if kind == known {
			return kind, end
		}
	}
	return "application/octet-stream", "archivo.bin"
}
