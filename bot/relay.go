package bot

import (
	"context"
	"errors"
	"time"

	tg "github.com/go-telegram/bot"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// The relay carries what people and the team write to each other, and does what
// the team decided about a person. Of all that somebody in the staff group should
// see it leaves a mirror: the group may be away, the console is not.

// carried is how one entry of the queue ended.
type carried uint8

const (
	carryDone  carried = iota
	carryLater         // not now: this contact waits
	carryAway          // the staff group cannot be written to
)

// relay carries what waits, again and again. It runs in one replica at a time.
func (b *Bot) relay(ctx context.Context) error {
	for {
		b.carryAll(ctx)
		b.tellOfReports(ctx)
		b.tellOfPlaces(ctx)
		b.endIdle(ctx)
		timer := time.NewTimer(b.cfg.Timing.Relay)
		select {
		case <-b.wakeRelay:
			timer.Stop()
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

// idleTalk is how long a talk stays open when nobody writes in it: as long as
// the state of any conversation.
const idleTalk = 30 * 24 * time.Hour

// endIdle ends the talks in which nobody wrote for long. It looks once an hour.
func (b *Bot) endIdle(ctx context.Context) {
	now := b.cfg.Now()
	// The person is told, and nobody is told anything at night.
	if h := now.In(b.zone()).Hour(); now.Before(b.idleAfter) || h < 8 || h >= 20 {
		return
	}
	b.idleAfter = now.Add(time.Hour)
	open, err := b.cfg.Store.OpenTickets(ctx)
	if err != nil {
		return // the next hour will do
	}
	for _, o := range open {
		if err := b.cfg.Store.TrimTalk(ctx, o.Contact, now); err != nil {
			b.log.Warn("old words of a talk were not forgotten", "error", err)
		}
		t, err := b.cfg.Store.Ticket(ctx, o.Contact)
		if err != nil || now.Sub(time.Unix(max(t.Seen, t.Opened), 0)) < idleTalk {
			continue
		}
		end := store.Relay{Contact: o.Contact, Kind: store.RelayEnd, Ticket: o.Number, Since: now}
		if _, err := b.cfg.Store.Carry(ctx, end, -o.Number); err != nil {
			b.log.Warn("a talk that nobody goes on with stays open", "error", err)
		}
	}
}

// kickRelay lets the relay look at once, if it runs in this process.
func (b *Bot) kickRelay() {
	select {
	case b.wakeRelay <- struct{}{}:
	default:
	}
}

// carryAll carries what waits, each contact in its order.
func (b *Bot) carryAll(ctx context.Context) {
	list, err := b.cfg.Store.Relays(ctx)
	if err != nil && ctx.Err() == nil {
		b.log.Warn("looking for what is to be carried", "error", err)
	}
	type way struct {
		contact store.ContactID
		mirror  bool
	}
	held, away := map[way]bool{}, map[store.ContactID]bool{}
	for _, r := range list {
		if ctx.Err() != nil {
			return
		}
		in := way{r.Contact, r.Mirror}
		if held[in] {
			continue
		}
		switch b.carry(ctx, r) {
		case carryLater:
			held[in] = true
		case carryAway:
			held[in], away[r.Contact] = true, true
		}
	}
	if len(away) > 0 {
		b.groupAway(ctx, len(away))
	}
}

// groupAway lets the administrators know that people wait.
func (b *Bot) groupAway(ctx context.Context, people int) {
	text := flows.Key("staff.missing")
	if b.staff.configured == 0 {
		text = flows.Key("staff.unset")
	}
	b.remind(ctx, "group-missing", withSetting(text).With("count", flows.Text{Count: &people}))
}

// carry brings one entry to its end, or not yet. What Telegram accepted and was
// not noted before a crash is carried twice: it has no idempotency.
func (b *Bot) carry(ctx context.Context, r store.Relay) (end carried) {
	defer func() {
		if p := recover(); p != nil {
			b.notePanic(p)
			end = carryLater
		}
	}()
	end, err := b.carryOne(ctx, r)
	if errors.Is(err, store.ErrNotFound) {
		end, err = b.drop(ctx, r) // erased meanwhile: nobody is left to do it for
	}
	if err != nil {
		if ctx.Err() == nil {
			b.log.Warn("carrying between a person and the staff group", "relay", r, "error", err)
		}
		end = carryLater
	}
	if end == carryDone && !r.Mirror {
		b.metrics.relays.WithLabelValues(string(r.Kind)).Inc()
	}
	return end
}

func (b *Bot) carryOne(ctx context.Context, r store.Relay) (carried, error) {
	switch r.Kind {
	case store.RelayForget:
		return b.cleanGroup(ctx, r)
	}
	t, err := b.cfg.Store.Ticket(ctx, r.Contact)
	if errors.Is(err, store.ErrNotFound) {
		t, err = nil, nil
	}
	if err != nil {
		return carryLater, err
	}
	switch {
	case r.Mirror:
		return b.mirror(ctx, r, t)
	case r.Kind == flows.RelayOpen:
		return b.openTicket(ctx, r, t)
	case r.Kind == store.RelayReopen:
		return b.reopenTicket(ctx, r, t)
	case r.Kind == store.RelayAct:
		return b.actOn(ctx, r)
	case t == nil || !t.Open() || r.Ticket != 0 && r.Ticket != t.Number:
		return b.drop(ctx, r)
	}
	switch r.Kind {
	case flows.RelayMessage:
		return b.hear(ctx, r, t)
	case flows.RelayClose:
		return b.closeTicket(ctx, r, t, store.EventLeft, flows.Key("staff.closed_by_person"))
	case store.RelayEnd:
		if err := b.endTalk(ctx, r.Contact, t.Since()); err != nil {
			return carryLater, err
		}
		return b.closeTicket(ctx, r, t, store.EventClosed, flows.Key("staff.closed"))
	case store.RelayAnswer:
		return b.toPerson(ctx, r, t)
	case store.RelayReply:
		return b.reply(ctx, r, t)
	case store.RelayNote:
		t.AddNote(store.Note{At: r.Since.Unix(), By: r.By, Text: flows.Masked(r.Text)})
		return b.step(ctx, r, t, nil, saying(r.Message, flows.Key("staff.noted")))
	case store.RelayAssign:
		t.Attends, t.Who = r.Text, r.Staff
		event := b.event(r, t, store.EventAssigned)
		event.By = r.Text
		return b.step(ctx, r, t, event, saying(r.Message, numbered("staff.assigned", t).With("quien", flows.Literal(r.Text))))
	}
	return b.drop(ctx, r) // of a newer replica, or of none
}

func numbered(key string, t *store.Ticket) flows.Text {
	n := int(t.Number)
	return flows.Key(key).With("numero", flows.Text{Count: &n})
}

// drop takes an entry out of the queue that concerns nobody any more.
func (b *Bot) drop(ctx context.Context, r store.Relay) (carried, error) {
	return carryDone, b.cfg.Store.Carried(ctx, r)
}

// keep writes the ticket and finishes the entry when it was carried.
func (b *Bot) keep(ctx context.Context, r store.Relay, t *store.Ticket, end carried) (carried, error) {
	if end != carryDone {
		return end, nil
	}
	return carryDone, b.cfg.Store.SaveTicket(ctx, r, t, store.Step{Done: true, Now: b.cfg.Now()})
}

// step writes the ticket, what was said, and what the group is to be shown, and
// finishes the entry.
func (b *Bot) step(ctx context.Context, r store.Relay, t *store.Ticket, say *store.Saying, mirror *store.Relay) (carried, error) {
	return carryDone, b.cfg.Store.SaveTicket(ctx, r, t, store.Step{Done: true, Say: say, Mirror: mirror, Now: b.cfg.Now()})
}

// event is something that became of a ticket, for the conversation.
func (b *Bot) event(r store.Relay, t *store.Ticket, what string) *store.Saying {
	return &store.Saying{ID: r.SayingID(), From: store.SaidByEvent, By: r.By, Ticket: t.Number, Text: what}
}

// openTicket gives the wish its number.
func (b *Bot) openTicket(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if t != nil && t.Open() {
		return b.step(ctx, r, t, nil, nil) // asked before
	}
	t, err := b.cfg.Store.NewTicket(ctx, r.Since)
	if err != nil {
		return carryLater, err
	}
	t.Seen, t.Waits = r.Since.Unix(), r.Since.Unix()
	return b.step(ctx, r, t, b.event(r, t, store.EventOpened), &store.Relay{Kind: flows.RelayOpen})
}

// outcomeSlots hold the result of each line.
var outcomeSlots = map[string]string{
	"emprendimiento":          "outcome_emprendimiento",
	"inclusion_laboral":       "outcome_laboral",
	"integracion_comunitaria": "outcome_comunitaria",
}

// hear takes down what the person wrote.
func (b *Bot) hear(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	t.Heard(r.Since.Unix())
	say := &store.Saying{ID: r.SayingID(), From: store.SaidByPerson, Ticket: t.Number, Text: r.Text, File: r.File}
	if r.Media != string(flows.InputText) {
		say.Media = r.Media
	}
	return b.step(ctx, r, t, say, &store.Relay{Kind: flows.RelayMessage, Message: r.Message})
}

// toPerson copies a message of the team to the person.
func (b *Bot) toPerson(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	group := b.staff.group.Load()
	return b.answer(ctx, r, t, func(chat int64) (string, error) {
		return r.File, b.api.call(ctx, "copyMessage", &tg.CopyMessageParams{ChatID: chat, FromChatID: group, MessageID: r.Message}, nil)
	}, func() error {
		if err := b.cfg.Store.Thread(ctx, group, r.Message, r.Contact, t.Number); err != nil {
			return err
		}
		b.tasks.run(func() { b.react(group, r.Message) })
		return nil
	}, nil)
}

// answer brings what the team said to the person, once. Before the first answer
// it says that a person writes. Send returns the id of the file that was sent;
// sent is done after it arrived, and mirror is shown in the group then.
func (b *Bot) answer(ctx context.Context, r store.Relay, t *store.Ticket, send func(chat int64) (file string, err error), sent func() error, mirror func(file string) *store.Relay) (carried, error) {
	record, err := b.cfg.Store.LoadID(ctx, r.Contact)
	if err != nil {
		return carryLater, err
	}
	say := &store.Saying{ID: r.SayingID(), From: store.SaidByTeam, By: r.By, Ticket: t.Number, Media: r.Media, Text: flows.Masked(r.Text), File: r.File}
	lost := func(state, why string) (carried, error) {
		t.Lost++
		say.State = state
		return b.step(ctx, r, t, say, saying(r.Message, flows.Key(why)))
	}
	if r.Stale(b.cfg.Now()) {
		return lost(store.SayingLate, "staff.too_late")
	}
	var failed error
	if t.Answers == 0 {
		text := flows.Words(b.cfg.Set(), &record.Session, flows.Key("bot.attends"))
		failed = b.api.call(ctx, "sendMessage", &tg.SendMessageParams{ChatID: record.ChatID, Text: text}, nil)
	}
	if failed == nil || accepted(failed) {
		say.File, failed = send(record.ChatID)
	}
	if errors.Is(failed, store.ErrNotFound) {
		return lost(store.SayingLate, "staff.too_late")
	}
	if failed == nil || accepted(failed) {
		t.Answered(b.cfg.Now().Unix())
		say.State = store.SayingSent
		if err := sent(); err != nil {
			return carryLater, err
		}
		var shown *store.Relay
		if mirror != nil {
			shown = mirror(say.File)
		}
		return b.step(ctx, r, t, say, shown)
	}
	switch sendError(failed).Outcome {
	case outreach.Blocked:
		if err := b.cfg.Store.SetBlocked(ctx, r.Contact, true); err != nil {
			return carryLater, err
		}
		return lost(store.SayingBlocked, "staff.blocked")
	case outreach.Rejected:
		return lost(store.SayingRefused, "staff.refused")
	}
	return carryLater, nil
}

// react shows the team that a message arrived. It does not matter if it fails.
func (b *Bot) react(group int64, message int) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = b.api.call(ctx, "setMessageReaction", map[string]any{
		"chat_id": group, "message_id": message, "reaction": []map[string]string{{"type": "emoji", "emoji": "👍"}},
	}, nil)
}

// endTalk tells the person that the team ended the talk.
func (b *Bot) endTalk(ctx context.Context, id store.ContactID, since int64) error {
	return b.about(ctx, id, flows.Input{Kind: flows.InputEnd, Talk: since})
}

// about runs a turn about a person: one like any other, in the order of their
// chat.
func (b *Bot) about(ctx context.Context, id store.ContactID, in flows.Input) error {
	record, err := b.cfg.Store.LoadID(ctx, id)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	a := &arrival{route: toTurn, chat: record.ChatID, received: b.cfg.Now(), input: in}
	if err := b.enqueue(ctx, a, false, done); err != nil {
		return err
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (b *Bot) closeTicket(ctx context.Context, r store.Relay, t *store.Ticket, event string, said flows.Text) (carried, error) {
	t.Closed, t.Waits = b.cfg.Now().Unix(), 0
	n := int(t.Number)
	return b.step(ctx, r, t, b.event(r, t, event), saying(0, said.With("numero", flows.Text{Count: &n})))
}

// reopenTicket goes on with a closed ticket, unless the person has another talk
// by now or may not be written to.
func (b *Bot) reopenTicket(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if t == nil || t.Open() || r.Ticket != t.Number {
		return b.drop(ctx, r)
	}
	since := r.Since.Unix()
	act := &flows.StaffAct{Do: flows.StaffReopen, By: r.Staff, At: since}
	if err := b.about(ctx, r.Contact, flows.Input{Kind: flows.InputStaff, Staff: act}); err != nil {
		return carryLater, err
	}
	record, err := b.cfg.Store.LoadID(ctx, r.Contact)
	if err != nil {
		return carryLater, err
	}
	if record.Session.Talk != since {
		return b.drop(ctx, r)
	}
	t.Closed, t.Talk, t.Seen = 0, since, since
	return b.step(ctx, r, t, b.event(r, t, store.EventReopened), saying(0, numbered("staff.reopened", t).With("quien", flows.Literal(r.By))))
}
