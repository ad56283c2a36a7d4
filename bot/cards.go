package bot

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// Cards show the team how announcements stand, and follow them: one message for
// each who looks, changed in its place. One replica keeps them; which message is
// whose rests in the store, so that a card goes on after a restart.

// askCard begins the names of the cards that ask somebody to approve. The others
// are named by who reads them.
const askCard = "ask."

// orphanCard is the name under which it is noted that an outreach was paused
// because its author may not announce any more. Who lets it go on answers for it.
const orphanCard = "orphan"

// cardKeeper is what is known of the cards between two looks.
type cardKeeper struct {
	shown map[string]string    // by outreach and card: as it was last shown
	paces map[string]*sendPace // by outreach
	after map[string]time.Time // by outreach and card: not to be touched before
}

// cards keeps all cards, again and again. It runs in one replica at a time.
func (b *Bot) cards(ctx context.Context) error {
	k := &cardKeeper{shown: map[string]string{}, paces: map[string]*sendPace{}, after: map[string]time.Time{}}
	for {
		if err := b.keepCards(ctx, k); err != nil && ctx.Err() == nil {
			b.log.Warn("showing the team how announcements stand", "error", err)
		}
		timer := time.NewTimer(b.cfg.Timing.Cards)
		select {
		case <-b.wakeCards:
			timer.Stop()
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// kickCards lets the cards be looked at at once, if that is done in this process.
func (b *Bot) kickCards() {
	select {
	case b.wakeCards <- struct{}{}:
	default:
	}
}

// keepCards looks once at every announcement that is under way or has cards. One
// that fails does not stop the others.
func (b *Bot) keepCards(ctx context.Context, k *cardKeeper) error {
	if b.team.known.Load() == nil {
		return nil // nobody's role is known yet
	}
	states, err := b.cfg.Store.OutreachStates(ctx)
	if err != nil {
		return err
	}
	carded, err := b.cfg.Store.Carded(ctx)
	if err != nil {
		return err
	}
	ids := slices.Collect(maps.Keys(states))
	ids = append(ids, carded...)
	slices.Sort(ids)
	var faults []error
	for _, id := range slices.Compact(ids) {
		o, err := b.cfg.Store.Outreach(ctx, id)
		if err == nil && o.Kind == store.KindAnnouncement {
			err = b.keepCard(ctx, k, o)
		}
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// keepCard looks after one announcement: its author, who is asked, what is shown.
func (b *Bot) keepCard(ctx context.Context, k *cardKeeper, o store.Outreach) error {
	cards, err := b.cfg.Store.Cards(ctx, o.ID)
	if err != nil {
		return err
	}
	if o, err = b.watchAuthor(ctx, o, cards); err != nil {
		return err
	}
	if err := b.askApprovers(ctx, o, cards); err != nil {
		return err
	}
	if len(cards) == 0 {
		return nil
	}
	tally := o.Totals
	if o.Live() && !o.Started.IsZero() {
		if tally, err = b.cfg.Store.Tally(ctx, o.ID); err != nil {
			return err
		}
	}
	p := progressOf(o, tally)
	if k.paces[o.ID] == nil {
		k.paces[o.ID] = &sendPace{}
	}
	p.left = k.paces[o.ID].note(b.cfg.Now(), p, o.State == store.OutreachSending)
	for _, name := range slices.Sorted(maps.Keys(cards)) {
		if err := b.keepOneCard(ctx, k, o, p, name, cards[name]); err != nil {
			return err
		}
	}
	if !o.Live() {
		delete(k.paces, o.ID)
	}
	return nil
}

func (b *Bot) keepOneCard(ctx context.Context, k *cardKeeper, o store.Outreach, p progress, name string, message int) error {
	if name == orphanCard {
		if !o.Live() {
			return b.cfg.Store.DropCard(ctx, o.ID, name)
		}
		return nil
	}
	id, asked := strings.CutPrefix(name, askCard)
	m, ok := b.team.member(id)
	if !ok {
		return b.cfg.Store.DropCard(ctx, o.ID, name)
	}
	if asked {
		if o.State == store.OutreachApproval {
			return nil
		}
		if o.Approver != m.ID { // they were told when they did it
			b.editCard(ctx, m, message, flows.Reply{Parts: []flows.Text{b.decision(m, o)}})
		}
		return b.cfg.Store.DropCard(ctx, o.ID, name)
	}
	key, now := o.ID+" "+name, b.cfg.Now()
	reply := b.cardOf(m, o, p)
	words := flows.Render(b.cfg.Set(), staffSession(m), reply)
	if changed := words.HTML != k.shown[key]; changed && message != 0 && (!o.Live() || !now.Before(k.after[key])) {
		wait := b.editCard(ctx, m, message, reply)
		if wait == cardGone {
			message = 0
			if err := b.cfg.Store.SetCard(ctx, o.ID, name, 0); err != nil {
				return err
			}
		}
		k.shown[key], k.after[key] = words.HTML, now.Add(max(wait, b.cfg.Timing.Cards))
	}
	if o.Live() {
		return nil
	}
	delete(k.shown, key)
	delete(k.after, key)
	if !o.Started.IsZero() && !b.sendReport(ctx, m, o) {
		return nil // in a moment
	}
	return b.cfg.Store.DropCard(ctx, o.ID, name)
}

// cardGone says that there is no message to be changed any more.
const cardGone time.Duration = -1

// editCard changes a card. It returns how long Telegram wants to be left alone, or
// cardGone.
func (b *Bot) editCard(ctx context.Context, m store.Staff, message int, r flows.Reply) time.Duration {
	if message == 0 {
		return 0
	}
	words := flows.Render(b.cfg.Set(), staffSession(m), r)
	words.Edit = message
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	_, err := telegram{b.api}.Send(ctx, m.Chat, outreach.Outgoing{Message: words})
	if f, ok := errors.AsType[*outreach.SendError](err); ok {
		switch {
		case f.Outcome == outreach.Throttled:
			return f.RetryAfter
		case f.Outcome == outreach.Blocked, f.Outcome == outreach.Rejected && f.Reason == outreach.ReasonGone:
			return cardGone
		}
	}
	return 0
}

// startCard sends the card of an announcement to who asks for it, in the place of
// one they may have had, and follows it from now on.
func (t *deskTurn) startCard(ctx context.Context, id string) {
	b := t.b
	o, err := b.cfg.Store.Outreach(ctx, id)
	var tally map[string]int
	if err == nil {
		if tally = o.Totals; o.Live() && !o.Started.IsZero() {
			tally, err = b.cfg.Store.Tally(ctx, id)
		}
	}
	if err != nil {
		b.log.Warn("a card was not shown", "outreach", id, "error", err)
		return
	}
	message, heard := b.tellStaff(ctx, t.m, b.cardOf(t.m, o, progressOf(o, tally)))
	if !heard || !o.Live() {
		return
	}
	cards, err := b.cfg.Store.Cards(ctx, id)
	if err == nil {
		err = b.cfg.Store.SetCard(ctx, id, t.m.ID, message)
	}
	if err != nil {
		b.log.Warn("a card is not followed", "outreach", id, "error", err)
		return
	}
	if old := cards[t.m.ID]; old != 0 && old != message {
		b.takeButtons(ctx, t.a.chat, old)
	}
}

// askApprovers asks everybody who may approve, once, with the message as people
// would see it.
func (b *Bot) askApprovers(ctx context.Context, o store.Outreach, cards map[string]int) error {
	if o.State != store.OutreachApproval {
		return nil
	}
	asked := false
	for _, m := range b.team.all() {
		if !mayApprove(m, o) {
			continue
		}
		if _, ok := cards[askCard+m.ID]; ok {
			asked = true
			continue
		}
		b.showPieces(ctx, m.Chat, o.Content)
		message, heard := b.tellStaff(ctx, m, b.approvalOf(m, o))
		if !heard {
			continue // in a moment
		}
		asked = true
		cards[askCard+m.ID] = message
		if err := b.cfg.Store.SetCard(ctx, o.ID, askCard+m.ID, message); err != nil {
			return err
		}
	}
	if !asked {
		b.remind(ctx, "approval-missing", flows.Key("announce.no_approver"))
	}
	return nil
}

// approvalOf asks for a decision.
func (b *Bot) approvalOf(m store.Staff, o store.Outreach) flows.Reply {
	size := o.Size
	return flows.Reply{
		Parts: []flows.Text{
			flows.Key("announce.approval_ask").With("titulo", flows.Literal(o.Title)).With("quien", b.nameOf(o.Author)),
			audienceLines(b.cfg.Set(), b.offers.offer.Load(), o.Audience),
			{Lines: []flows.Text{people(size), b.startWords(o.At, b.cfg.Now())}},
		},
		Buttons: [][]flows.Button{
			{deskButton(flows.Key("announce.button.approve"), o.ID, "ok")},
			{deskButton(flows.Key("announce.button.send_back"), o.ID, "back")},
		},
	}
}

// watchAuthor stops an announcement whose author may not send it any more, once,
// and lets those know who can decide what becomes of it. One that did not begin
// waits for an approval; one that is being sent is paused.
func (b *Bot) watchAuthor(ctx context.Context, o store.Outreach, cards map[string]int) (store.Outreach, error) {
	if o.State != store.OutreachSending && o.State != store.OutreachScheduled {
		return o, nil
	}
	if _, noted := cards[orphanCard]; noted {
		return o, nil // somebody let it go on since
	}
	if m, ok := b.team.member(o.Author); ok && outreach.Answers(m, o) || o.Author == "" {
		return o, nil
	}
	to := store.OutreachPaused
	if o.State == store.OutreachScheduled {
		to = store.OutreachApproval
	}
	stopped, err := b.cfg.Store.SetOutreachState(ctx, o.ID, []store.OutreachState{o.State}, to, "", b.cfg.Now())
	if errors.Is(err, store.ErrConflict) {
		return o, nil // changed meanwhile
	}
	if err != nil {
		return o, err
	}
	cards[orphanCard] = 0
	if err := b.cfg.Store.SetCard(ctx, o.ID, orphanCard, 0); err != nil {
		return o, err
	}
	for _, m := range b.team.all() {
		if !mayApprove(m, o) {
			continue
		}
		reply := flows.Reply{
			Parts:   []flows.Text{flows.Key("announce.orphan").With("titulo", flows.Literal(o.Title)).With("quien", b.nameOf(o.Author))},
			Buttons: [][]flows.Button{{deskButton(flows.Key("announce.button.see"), o.ID, "see")}},
		}
		b.tellStaff(ctx, m, reply)
	}
	return stopped, nil
}
