package console

import (
	"cmp"
	"slices"
	"time"

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
