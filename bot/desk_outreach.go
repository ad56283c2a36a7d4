package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// What the team does with outreaches that are there: look, approve, send back,
// pause, go on, cancel. Each is a change from a state to another, so a second tap
// or a second person finds it done, and is told.

// outreachOf reads an announcement that the staff member may see; false when there
// is none for them.
func (t *deskTurn) outreachOf(ctx context.Context, id string) (store.Outreach, bool, error) {
	o, err := t.b.cfg.Store.Outreach(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !t.maySee(o) {
		t.tell(flows.Key("announce.stale"))
		return o, false, nil
	}
	return o, err == nil, err
}

// maySee: one's own, and those of people within one's scope.
func (t *deskTurn) maySee(o store.Outreach) bool {
	return o.Kind == store.KindAnnouncement && (o.Author == t.m.ID || outreach.Answers(t.m, o))
}

// see shows a card that follows an outreach from now on.
func (t *deskTurn) see(ctx context.Context, id string, _ []string) error {
	_, ok, err := t.outreachOf(ctx, id)
	if ok {
		t.follow = id
	}
	return err
}

// steer lets the desk change the state of an outreach, and says how that went.
func (t *deskTurn) steer(ctx context.Context, id, act string, do func(context.Context, string, store.Staff, time.Time) (store.Outreach, error), to store.OutreachState, done string) error {
	o, ok, err := t.outreachOf(ctx, id)
	if err != nil || !ok {
		return err
	}
	if outreach.MaySteer(t.m, o) && o.State != to {
		if err := t.audit(ctx, act, id); err != nil {
			return err
		}
	}
	switch _, err = do(ctx, id, t.m, t.now); {
	case err == nil, errors.Is(err, store.ErrConflict) && o.State == to: // by this very tap, which came before
		t.toasts(flows.Key(done))
	case errors.Is(err, outreach.ErrNotYours):
		t.toasts(flows.Key("announce.not_yours"))
	case errors.Is(err, store.ErrConflict):
		t.toasts(flows.Key("announce.changed"))
	default:
		return err
	}
	t.b.kickCards()
	return nil
}

func (t *deskTurn) toasts(text flows.Text) { t.toast = &text }

func (t *deskTurn) pause(ctx context.Context, id string, _ []string) error {
	return t.steer(ctx, id, "pause-outreach", t.b.outdesk.Pause, store.OutreachPaused, "announce.toast.paused")
}

func (t *deskTurn) resume(ctx context.Context, id string, _ []string) error {
	return t.steer(ctx, id, "resume-outreach", t.b.outdesk.Resume, store.OutreachSending, "announce.toast.resumed")
}

// askCancel asks in a message of its own: the card goes on changing meanwhile.
func (t *deskTurn) askCancel(ctx context.Context, id string, _ []string) error {
	o, ok, err := t.outreachOf(ctx, id)
	if err != nil || !ok {
		return err
	}
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.cancel_ask").With("titulo", flows.Literal(o.Title))},
		rows: [][]flows.Button{
			{deskButton(flows.Key("announce.button.cancel_yes"), id, "end")},
			{deskButton(flows.Key("announce.button.cancel_no"), id, "keep")},
		},
	})
	return nil
}

func (t *deskTurn) keepSending(context.Context, string, []string) error {
	t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.kept")}, edit: true})
	return nil
}

func (t *deskTurn) cancel(ctx context.Context, id string, _ []string) error {
	if err := t.steer(ctx, id, "cancel-outreach", t.b.outdesk.Cancel, store.OutreachCancelled, "announce.toast.cancelled"); err != nil || t.toast == nil {
		return err
	}
	t.say = append(t.say, deskView{text: []flows.Text{*t.toast}, edit: true})
	return nil
}

// approve lets it go. Of two who approve at once one does it and the other is
// told who.
func (t *deskTurn) approve(ctx context.Context, id string, _ []string) error {
	if err := t.deciding(ctx, id, "approve-outreach"); err != nil {
		return err
	}
	o, err := t.b.outdesk.Approve(ctx, id, t.m, t.now)
	if err != nil {
		return t.undecided(ctx, id, err)
	}
	t.b.kickCards()
	t.say = append(t.say, deskView{
		text: []flows.Text{flows.Key("announce.approved").With("titulo", flows.Literal(o.Title)), t.b.startWords(o.At, t.now)}, edit: true,
	})
	return nil
}

// deciding notes in the audit log what somebody is about to decide, if they may.
func (t *deskTurn) deciding(ctx context.Context, id, act string) error {
	o, err := t.b.cfg.Store.Outreach(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && (o.State != store.OutreachApproval || !mayApprove(t.m, o)) {
		return nil // they are told so
	}
	if err != nil {
		return err
	}
	return t.audit(ctx, act, id)
}

// mayApprove: another person than the author, whom it is given to.
func mayApprove(m store.Staff, o store.Outreach) bool {
	return m.ID != o.Author && m.May(store.ApproveAnnouncement) && outreach.Answers(m, o)
}

// audit notes what the staff member is about to do. What cannot be noted is not
// done.
func (t *deskTurn) audit(ctx context.Context, act, about string) error {
	return t.b.cfg.Store.AppendAudit(ctx, store.AuditEntry{Staff: t.m.ID, Act: act, About: about}, t.now)
}

// undecided says why somebody's decision does not count.
func (t *deskTurn) undecided(ctx context.Context, id string, why error) error {
	switch {
	case errors.Is(why, store.ErrNotFound):
		t.tell(flows.Key("announce.stale"))
		return nil
	case errors.Is(why, outreach.ErrNotYours), errors.Is(why, outreach.ErrOwnWork):
		t.toasts(flows.Key("announce.not_yours"))
		return nil
	case !errors.Is(why, store.ErrConflict):
		return why
	}
	o, ok, err := t.outreachOf(ctx, id)
	if err != nil || !ok {
		return err
	}
	text := t.decision(o)
	t.toasts(text)
	t.say = append(t.say, deskView{text: []flows.Text{text}, edit: true})
	return nil
}

// decision tells what became of an announcement that waited for a second person.
func (t *deskTurn) decision(o store.Outreach) flows.Text { return t.b.decision(t.m, o) }

func (b *Bot) decision(m store.Staff, o store.Outreach) flows.Text {
	text := flows.Key("announce.decided.somebody")
	switch {
	case o.State == store.OutreachDraft:
		text = flows.Key("announce.decided.returned")
	case o.State == store.OutreachCancelled:
		text = flows.Key("announce.decided.cancelled")
	case o.Approver == m.ID:
		text = flows.Key("announce.decided.you")
	}
	return text.With("titulo", flows.Literal(o.Title)).With("quien", b.nameOf(o.Approver))
}

// nameOf is how a member of the team is called.
func (b *Bot) nameOf(id string) flows.Text {
	if m, ok := b.team.member(id); ok && m.Name != "" {
		return flows.Literal(m.Name)
	}
	return flows.Key("staff.somebody")
}

// backReasons are why an announcement is sent back, in the order shown.
var backReasons = []string{"text", "audience", "moment", "talk"}

// sendBack asks why, and then gives the announcement back to its author.
func (t *deskTurn) sendBack(ctx context.Context, id string, args []string) error {
	why := first(args)
	if !slices.Contains(backReasons, why) {
		o, ok, err := t.outreachOf(ctx, id)
		if err != nil || !ok {
			return err
		}
		if o.State != store.OutreachApproval {
			return t.undecided(ctx, id, store.ErrConflict)
		}
		var rows [][]flows.Button
		for _, r := range backReasons {
			rows = append(rows, []flows.Button{deskButton(flows.Key("announce.back."+r), id, "back", r)})
		}
		t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.back_ask").With("titulo", flows.Literal(o.Title))}, rows: rows})
		return nil
	}
	if err := t.deciding(ctx, id, "return-outreach"); err != nil {
		return err
	}
	o, err := t.b.outdesk.SendBack(ctx, id, t.m, t.now)
	if err != nil {
		return t.undecided(ctx, id, err)
	}
	if author, ok := t.b.team.member(o.Author); ok && author.Chat != 0 {
		t.b.tellStaff(ctx, author, flows.Reply{
			Parts: []flows.Text{
				flows.Key("announce.returned").With("titulo", flows.Literal(o.Title)).With("quien", t.b.nameOf(t.m.ID)),
				flows.Key("announce.back_why." + why),
			},
			Buttons: [][]flows.Button{{deskButton(flows.Key("announce.button.fix"), id, "fix")}},
		})
	}
	t.b.kickCards()
	t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.sent_back").With("titulo", flows.Literal(o.Title))}, edit: true})
	return nil
}

// tellStaff says something to one of the team; that it did not arrive is noted.
func (b *Bot) tellStaff(ctx context.Context, m store.Staff, r flows.Reply) (message int, heard bool) {
	message, err := b.sendNow(ctx, m.Chat, outreach.Outgoing{Message: flows.Render(b.cfg.Set(), staffSession(m), r)})
	if err != nil {
		b.log.Warn("somebody of the team was not told of an announcement", "staff", m, "error", err)
	}
	return message, err == nil
}

// fix takes an announcement of one's own that came back into a draft, if no other
// draft is open.
func (t *deskTurn) fix(ctx context.Context, id string, args []string) error {
	o, ok, err := t.outreachOf(ctx, id)
	if err != nil || !ok {
		return err
	}
	if o.Author != t.m.ID || o.State != store.OutreachDraft || !t.m.May(store.Announce) {
		t.toasts(flows.Key("announce.changed"))
		return nil
	}
	if t.open && t.d.Outreach == id {
		return t.show(ctx)
	}
	if t.open && first(args) != "over" {
		t.say = append(t.say, deskView{
			text: []flows.Text{flows.Key("announce.open").With("titulo", t.title())},
			rows: [][]flows.Button{{t.button("go_on", "step", t.d.Step)}, {deskButton(flows.Key("announce.button.replace"), id, "fix", "over")}},
		})
		return nil
	}
	if t.open {
		t.d = t.d.Anew()
	} else {
		t.d, t.open = store.Draft{Staff: t.m.ID}, true
	}
	t.d.Outreach, t.d.Content, t.d.Step = id, maps.Clone(o.Content), stepText
	if t.titleWords() != o.Title { // somebody chose it
		t.d.Title = o.Title
	}
	t.d.Chosen = map[string][]string{}
	for d, values := range outreach.SelectionOf(o.Audience) {
		t.d.Chosen[string(d)] = values
	}
	if o.At.After(t.now) {
		t.d.At = o.At.Unix()
	}
	return t.show(ctx)
}

// listed is how many announcements one page of the list has, and listDepth how
// many it goes back.
const (
	listed    = 6
	listDepth = 300
)

// list shows the announcements that the staff member may see, newest first.
func (t *deskTurn) list(ctx context.Context, page int) error {
	all, err := t.b.cfg.Store.Outreaches(ctx, []store.OutreachKind{store.KindAnnouncement}, listDepth)
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(o store.Outreach) bool { return !t.maySee(o) })
	edit := t.a.input.Kind == flows.InputTap
	if len(all) == 0 {
		t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.list_none")}, edit: edit})
		return nil
	}
	pages := (len(all) + listed - 1) / listed
	page = min(max(page, 0), pages-1)
	var rows [][]flows.Button
	for _, o := range all[page*listed : min(len(all), (page+1)*listed)] {
		label := flows.Key("announce.list_item").With("estado", flows.Key("announce.state."+string(o.State))).
			With("dia", flows.Text{Day: o.Created.Unix()}).With("titulo", flows.Literal(o.Title))
		rows = append(rows, []flows.Button{deskButton(label, o.ID, "see")})
	}
	if pages > 1 {
		turn := func(name string, page int) flows.Button {
			return deskButton(flows.Key("announce.button."+name), "", "list", strconv.Itoa((page+pages)%pages))
		}
		rows = append(rows, []flows.Button{turn("previous", page-1), turn("more", page+1)})
	}
	count := len(all)
	t.say = append(t.say, deskView{text: []flows.Text{flows.Key("announce.list").With("count", flows.Text{Count: &count})}, rows: rows, edit: edit})
	return nil
}
