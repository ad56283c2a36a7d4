package bot

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// The desk is where somebody of the team writes announcements and sees how the
// day goes, in their own chat with the bot. It is a conversation of its own: what
// it knows is a draft in the store (see desk_steps.go) and the outreaches
// themselves, and every update changes them once, however often it comes. All
// else that they write is a person's conversation like any other.

// deskPrefix begins the callback data of the desk: di:OUTREACH:VERB:ARGUMENTS.
// From anybody who is not of the team it is nonsense like any forged data.
const deskPrefix = "di:"

func deskData(outreach, verb string, args ...string) string {
	return deskPrefix + strings.Join(append([]string{outreach, verb}, args...), ":")
}

// deskTurn is one update at the desk.
type deskTurn struct {
	b   *Bot
	a   *arrival
	m   store.Staff
	now time.Time

	d    store.Draft
	open bool // there is a draft

	toast   *flows.Text // answers the tap
	say     []deskView  // to be said; the last one carries the buttons
	preview bool        // show the message as people will see it, before that
	follow  string      // outreach whose card is to be shown
	drop    bool        // the draft is done with
}

// A deskView is one message to the team.
type deskView struct {
	text []flows.Text
	rows [][]flows.Button
	edit bool // in the place of the message whose button was tapped
}

// desk takes in what somebody of the team wrote or tapped, if it is for the desk.
// nil with true means that the update may be acknowledged.
func (b *Bot) desk(ctx context.Context, a *arrival) (taken bool, err error) {
	m, ok := b.team.of(a.chat)
	if !ok {
		return false, nil
	}
	defer func() {
		if p := recover(); p != nil {
			b.panicked(a, p)
			taken, err = true, nil
		}
	}()
	for attempt := 0; ; attempt++ {
		t := &deskTurn{b: b, a: a, m: m, now: b.cfg.Now()}
		taken, err = t.run(ctx)
		if errors.Is(err, store.ErrConflict) && attempt < maxConflicts {
			continue // another replica has the same draft in hand
		}
		break
	}
	switch {
	case err == nil || !taken:
	case again(err):
		return true, err
	default:
		b.log.Error("something at the desk failed for good", "kind", string(a.input.Kind), "staff", m, "error", err)
		b.apologise(a)
		return true, nil
	}
	return taken, err
}

// run is one attempt. Nothing is said before what it is about is kept.
func (t *deskTurn) run(ctx context.Context) (bool, error) {
	act, ok := t.meant()
	if !ok && !t.hears() {
		return false, nil
	}
	d, err := t.b.cfg.Store.Draft(ctx, t.m.ID)
	switch {
	case err == nil:
		t.d, t.open = d, true
	case !errors.Is(err, store.ErrNotFound):
		return true, err
	}
	seen := t.d.Has(t.a.update)
	edited := t.a.input.Kind == flows.InputEdited
	switch step := deskSteps[t.d.Step]; {
	case edited && t.languageOf(t.a.input.Message) == "":
		return false, nil // of something else
	case edited && !seen:
		act = (*deskTurn).hearWrite
	case seen:
		act = (*deskTurn).show // said again: it may have got lost with the first delivery
	case ok:
	case !t.open || step.show == nil || !t.m.May(store.Announce):
		return false, nil
	case step.hear != nil:
		act = step.hear
	default:
		if ours, err := t.isHere(ctx); err != nil || !ours {
			return err != nil, err
		}
		act = (*deskTurn).hearNothing
	}
	before := t.d
	if err := act(t, ctx); err != nil {
		return true, err
	}
	if err := t.keep(ctx, before, seen); err != nil {
		return true, err
	}
	t.answer(ctx)
	return true, nil
}

// meant is what a command or a tap asks for, if it is the desk's.
func (t *deskTurn) meant() (func(*deskTurn, context.Context) error, bool) {
	in := t.a.input
	switch in.Kind {
	case flows.InputCommand:
		switch command := t.b.staffCommand(in.Name); {
		case command == "announce" && t.m.May(store.Announce):
			return (*deskTurn).begin, true
		case command == "announcements" && (t.m.May(store.Announce) || t.m.May(store.ApproveAnnouncement)):
			return func(t *deskTurn, ctx context.Context) error { return t.list(ctx, 0) }, true
		case command == "today" && t.m.May(store.SeeNumbers):
			return (*deskTurn).today, true
		}
	case flows.InputTap:
		rest, ok := strings.CutPrefix(in.Data, deskPrefix)
		if !ok {
			return nil, false
		}
		args := strings.Split(rest, ":")
		if len(args) < 2 {
			return (*deskTurn).nothing, true
		}
		return func(t *deskTurn, ctx context.Context) error { return t.tapped(ctx, args[0], args[1], args[2:]) }, true
	}
	return nil, false
}

// hears reports whether the update is a message that an open draft may await.
func (t *deskTurn) hears() bool {
	switch t.a.input.Kind {
	case flows.InputText, flows.InputEdited, flows.InputVoice, flows.InputPhoto, flows.InputSticker,
		flows.InputDocument, flows.InputContact, flows.InputLocation, flows.InputOther:
		return t.a.raw != nil
	}
	return false
}

// isHere reports whether a message at a step of buttons is meant for the desk: it
// opens nothing else, and the person was asked nothing after those buttons.
func (t *deskTurn) isHere(ctx context.Context) (bool, error) {
	if t.b.cfg.Set().Opens(t.a.input.Text) {
		return false, nil
	}
	r, err := t.b.cfg.Store.Load(ctx, t.a.chat)
	if err != nil {
		return false, err
	}
	return !r.Delivery.Pending && r.Delivery.Message < t.d.Card, nil
}

// hearNothing answers a message where only a button says what is meant.
func (t *deskTurn) hearNothing(ctx context.Context) error {
	t.tell(flows.Key("announce.tap"))
	return t.show(ctx)
}

// nothing answers a tap that means nothing, or nothing any more.
func (t *deskTurn) nothing(context.Context) error { return nil }

// tapped does what a button says. What is about the draft needs the draft that
// the button was made for.
func (t *deskTurn) tapped(ctx context.Context, id, verb string, args []string) error {
	if do, ok := outreachVerbs[verb]; ok {
		return do(t, ctx, id, args)
	}
	do, ok := draftVerbs[verb]
	switch {
	case !ok || !t.m.May(store.Announce):
		return nil
	case !t.open || t.d.Outreach != id:
		return t.gone(ctx, id)
	}
	return do(t, ctx, args)
}

// gone answers a button of a draft that is not there any more: perhaps it was
// sent, by the same tap that came before.
func (t *deskTurn) gone(ctx context.Context, id string) error {
	o, err := t.b.cfg.Store.Outreach(ctx, id)
	switch {
	case err == nil && o.Author == t.m.ID:
		t.follow = id
		return nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return err
	}
	t.tell(flows.Key("announce.stale"))
	return nil
}

// tell says something without buttons.
func (t *deskTurn) tell(texts ...flows.Text) { t.say = append(t.say, deskView{text: texts}) }

// keep writes the draft as it is now.
func (t *deskTurn) keep(ctx context.Context, before store.Draft, seen bool) (err error) {
	switch {
	case t.drop && t.open:
		err = t.b.cfg.Store.DropDraft(ctx, before)
		t.open = false
	case t.d.Step != "" && !seen:
		t.d, err = t.b.cfg.Store.SaveDraft(ctx, t.d, t.a.update)
	}
	return err
}

// answer says what is to be said. What does not arrive is not made up for: the
// same update, /difundir or /anuncios show it again.
func (t *deskTurn) answer(ctx context.Context) {
	b, a := t.b, t.a
	if a.query != "" {
		toast := flows.Toast{Text: t.toast}
		b.tasks.run(func() { b.answerTap(a.query, t.session(), &toast) })
	}
	if t.preview && !t.b.showPieces(ctx, a.chat, t.d.Content) {
		t.say = []deskView{{text: []flows.Text{flows.Key("announce.refused.telegram")}, rows: [][]flows.Button{{t.button("message", "text")}}}}
		t.preview = false
	}
	card := 0
	for _, v := range t.say {
		id, err := t.send(ctx, v)
		if err != nil {
			b.log.Warn("the team was not answered", "staff", t.m, "error", err)
		}
		if len(v.rows) > 0 && id != 0 {
			card = id
		}
	}
	if t.follow != "" {
		t.startCard(ctx, t.follow)
	}
	if t.open && t.d.Step != "" && (t.preview || card != 0 && card != t.d.Card) {
		t.newest(ctx, card)
	}
}

// newest notes which message has the newest buttons, and takes them away from the
// one before. It is only for tidiness: old buttons do no harm.
func (t *deskTurn) newest(ctx context.Context, card int) {
	old := t.d.Card
	if t.d.Shown = t.d.Shown || t.preview; card != 0 {
		t.d.Card = card
	}
	var err error
	if t.d, err = t.b.cfg.Store.SaveDraft(ctx, t.d, 0); err != nil {
		return
	}
	if old != 0 && card != 0 && old != card {
		t.b.takeButtons(ctx, t.a.chat, old)
	}
}

// session renders in the language of the staff member.
func (t *deskTurn) session() *flows.Session { return staffSession(t.m) }

// send says one thing, in the place of the tapped message if it may.
func (t *deskTurn) send(ctx context.Context, v deskView) (int, error) {
	m := flows.Render(t.b.cfg.Set(), t.session(), flows.Reply{Parts: v.text, Buttons: v.rows})
	if v.edit && t.a.input.Kind == flows.InputTap {
		m.Edit = t.a.input.Message
	}
	return t.b.sendNow(ctx, t.a.chat, outreach.Outgoing{Message: m})
}

// sendTries bounds how often something for the team is tried.
const sendTries = 4

// sendNow sends one message outside the queues, for the team alone, and returns
// its id; the id of an edit is that of the message. One that cannot be edited any
// more is sent anew.
func (b *Bot) sendNow(ctx context.Context, chat int64, m outreach.Outgoing) (int, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWithin)
	defer cancel()
	for try := 1; ; try++ {
		receipt, err := telegram{b.api}.Send(ctx, chat, m)
		if err == nil {
			return receipt.Message, nil
		}
		var f *outreach.SendError
		if !errors.As(err, &f) || try == sendTries {
			return 0, err
		}
		wait := time.Duration(try) * 250 * time.Millisecond
		switch f.Outcome {
		case outreach.Rejected:
			switch {
			case f.Reason == outreach.ReasonNotModified:
				return m.Edit, nil
			case f.Reason != outreach.ReasonGone || m.Edit == 0:
				return 0, err
			}
			m.Edit = 0
			continue
		case outreach.Blocked, outreach.Uncertain:
			return 0, err
		case outreach.Throttled:
			wait = f.RetryAfter
		}
		if sleep(ctx, wait) != nil {
			return 0, err
		}
	}
}

// takeButtons takes the buttons off a message of ours.
func (b *Bot) takeButtons(ctx context.Context, chat int64, message int) {
	_, _ = telegram{b.api}.Send(ctx, chat, outreach.Outgoing{Message: flows.Message{Edit: message, Markup: true}})
}

// deskButton is a button of an outreach or a draft with its own words.
func deskButton(label flows.Text, id, verb string, args ...string) flows.Button {
	return flows.Button{Label: label, Data: deskData(id, verb, args...)}
}

// button is one about the draft: name is its words, below announce.button.
func (t *deskTurn) button(name, verb string, args ...string) flows.Button {
	return deskButton(flows.Key("announce.button."+name), t.d.Outreach, verb, args...)
}

// pairs puts buttons two in a row.
func pairs(list []flows.Button) (rows [][]flows.Button) {
	for row := range slices.Chunk(list, 2) {
		rows = append(rows, row)
	}
	return rows
}
