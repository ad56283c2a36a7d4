package console

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

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
