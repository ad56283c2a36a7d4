package bot

import (
	"context"
	"errors"
	"net/http"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// A mirror shows the staff group what happened in a ticket: what the person
// wrote, what the team answered elsewhere, what became of it. It changes nothing
// for the person, and while the group is away it waits alone.

// mirror shows one thing in the group.
func (b *Bot) mirror(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if t == nil || r.Ticket != t.Number || r.Stale(b.cfg.Now()) && (b.staff.configured == 0 || !t.Open()) {
		return b.drop(ctx, r)
	}
	switch r.Kind {
	case flows.RelayOpen:
		end, err := b.header(ctx, r, t)
		if end != carryDone || err != nil {
			return end, err
		}
		return b.keep(ctx, r, t, end)
	case flows.RelayMessage:
		return b.showMessage(ctx, r, t)
	case store.RelayReply:
		return b.showReply(ctx, r, t)
	case store.RelaySay:
		reply := r.Message
		if reply == 0 {
			reply = t.Header
		}
		if reply == 0 || r.Say == nil || r.Stale(b.cfg.Now()) {
			return b.drop(ctx, r) // the group never heard of the ticket
		}
		return b.keep(ctx, r, t, b.inThread(ctx, r, t, reply, *r.Say))
	case store.RelayNotes:
		return b.keep(ctx, r, t, b.inThread(ctx, r, t, r.Message, b.notes(t)))
	}
	return b.drop(ctx, r) // of a newer replica, or of none
}

// saying is a mirror that says something under a message, or under the ticket's
// header.
func saying(under int, text flows.Text) *store.Relay {
	return &store.Relay{Kind: store.RelaySay, Message: under, Say: &text}
}

// showMessage copies a message of the person into the thread.
func (b *Bot) showMessage(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if end, err := b.header(ctx, r, t); end != carryDone || err != nil {
		return end, err
	}
	if r.Stale(b.cfg.Now()) {
		t.Lost++
		return b.keep(ctx, r, t, b.inThread(ctx, r, t, t.Header, flows.Key("staff.lost")))
	}
	record, err := b.cfg.Store.LoadID(ctx, r.Contact)
	if err != nil {
		return carryLater, err
	}
	id, end := b.copyToGroup(ctx, record.ChatID, r.Message, t.Header)
	if end != carryDone {
		return end, nil
	}
	if id == 0 { // Telegram will never copy it
		t.Lost++
		return b.keep(ctx, r, t, b.inThread(ctx, r, t, t.Header, flows.Key("staff.lost")))
	}
	return b.threaded(ctx, r, t, id)
}

// showReply shows what somebody answered in the console.
func (b *Bot) showReply(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if r.Stale(b.cfg.Now()) {
		return b.drop(ctx, r)
	}
	if end, err := b.header(ctx, r, t); end != carryDone || err != nil {
		return end, err
	}
	if end := b.groupReady(); end != carryDone {
		return end, nil
	}
	group := b.staff.group.Load()
	said := flows.Key("staff.console_reply").With("quien", flows.Literal(r.By)).With("texto", flows.Literal(cut(r.Text, maxConsoleReply)))
	if r.Media == "" {
		id, err := b.write(ctx, group, t.Header, nil, said)
		if end := b.groupOutcome(ctx, err); end != carryDone {
			return end, nil
		}
		return b.threaded(ctx, r, t, id)
	}
	method, field := mediaMethod(r.Media)
	var got sentMessage
	err := b.api.call(ctx, method, map[string]any{
		"chat_id": group, field: r.File, "caption": cut(b.staffWords(said).Plain(), maxCaption),
		"reply_parameters": models.ReplyParameters{MessageID: t.Header, AllowSendingWithoutReply: true},
	}, &got)
	if end := b.groupOutcome(ctx, err); end != carryDone {
		return end, nil
	}
	return b.threaded(ctx, r, t, got.ID)
}

// threaded notes a message of the thread and finishes the entry.
func (b *Bot) threaded(ctx context.Context, r store.Relay, t *store.Ticket, id int) (carried, error) {
	t.AddCopy(id)
	if err := b.cfg.Store.Thread(ctx, b.staff.group.Load(), id, r.Contact, t.Number); err != nil {
		return carryLater, err
	}
	return b.keep(ctx, r, t, carryDone)
}

// header writes the first message of the ticket's thread, if it is not there:
// what the person consented to, and how to answer.
func (b *Bot) header(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	if t.Header != 0 {
		return carryDone, nil
	}
	record, err := b.cfg.Store.LoadID(ctx, r.Contact)
	if err != nil {
		return carryLater, err
	}
	id, end := b.post(ctx, 0, b.introduction(&record.Session, t)...)
	if end != carryDone {
		return end, nil
	}
	t.Header = id
	t.AddCopy(id)
	if err := b.cfg.Store.Thread(ctx, b.staff.group.Load(), id, r.Contact, t.Number); err != nil {
		return carryLater, err
	}
	return carryDone, b.cfg.Store.SaveTicket(ctx, r, t, store.Step{Now: b.cfg.Now()}) // not to be written again
}

// introduction says of the person what they agreed that the team knows.
func (b *Bot) introduction(s *flows.Session, t *store.Ticket) []flows.Text {
	set := b.cfg.Set()
	lines := []flows.Text{numbered("staff.ticket", t)}
	add := func(name, value flows.Text) {
		lines = append(lines, flows.Key("staff.line").With("nombre", name).With("valor", value))
	}
	if l, ok := set.Catalog.Language(s.Language); ok {
		add(flows.Key("staff.language"), flows.Literal(l.Name))
	}
	if s.Consented(flows.PurposeEvaluate) {
		if place, ok := set.Data.Municipalities.ByCode(s.Value("municipality")); ok {
			add(flows.Key("staff.municipality"), flows.Literal(place.Label()))
		}
		for _, line := range []string{"emprendimiento", "inclusion_laboral", "integracion_comunitaria"} {
			if outcome := s.Value(outcomeSlots[line]); outcome != "" {
				add(flows.Key("line."+line), flows.Key("outcome."+outcome))
			}
		}
	}
	return []flows.Text{{Lines: lines}, flows.Key("staff.how")}
}

// notes are what the team wrote down about a ticket, newest last, as many as
// one message holds.
func (b *Bot) notes(t *store.Ticket) flows.Text {
	if len(t.Notes) == 0 {
		return flows.Key("staff.no_notes")
	}
	var lines []flows.Text
	room := flows.MaxMessage - 200
	for i := len(t.Notes) - 1; i >= 0; i-- {
		n := t.Notes[i]
		if room -= len(n.Text) + 80; room < 0 {
			break
		}
		lines = append([]flows.Text{flows.Key("staff.note").With("fecha", flows.Text{Date: n.At}).With("hora", flows.Text{Time: n.At}).
			With("quien", flows.Literal(n.By)).With("nota", flows.Literal(n.Text))}, lines...)
	}
	return flows.Text{Lines: lines}
}

// forgetWithin is how long the group waits for an erasure that was announced.
const forgetWithin = time.Hour

// cleanGroup deletes from the group what came from somebody who erased their
// data, as far as Telegram lets us, and asks the team to delete the rest.
func (b *Bot) cleanGroup(ctx context.Context, r store.Relay) (carried, error) {
	open, err := b.cfg.Store.Carrier(ctx, r)
	if err != nil {
		return carryLater, err
	}
	if open { // not erased yet, or not at all
		if b.cfg.Now().Sub(r.Since) > forgetWithin {
			return b.drop(ctx, r)
		}
		return carryLater, nil
	}
	if r.Header == 0 {
		return b.drop(ctx, r) // the group never heard of it
	}
	n := int(r.Ticket)
	if end := b.inGroup(ctx, 0, flows.Key("staff.forgotten").With("numero", flows.Text{Count: &n})); end != carryDone {
		return end, nil
	}
	b.deleteMessages(ctx, b.staff.group.Load(), r.Copies)
	return b.drop(ctx, r)
}

// deleteMessages deletes what Telegram lets us delete; what it does not stays.
func (b *Bot) deleteMessages(ctx context.Context, chat int64, ids []int) {
	for len(ids) > 0 {
		batch := ids[:min(len(ids), 100)]
		ids = ids[len(batch):]
		err := b.api.call(ctx, "deleteMessages", &tg.DeleteMessagesParams{ChatID: chat, MessageIDs: batch}, nil)
		if err == nil || accepted(err) {
			continue
		}
		if sendError(err).Outcome != outreach.Rejected {
			b.log.Warn("messages were not deleted", "error", err)
			continue
		}
		for _, id := range batch { // one that is too old spoils the batch
			_ = b.api.call(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: chat, MessageID: id}, nil)
		}
	}
}

// inGroup says something in the staff group.
func (b *Bot) inGroup(ctx context.Context, reply int, text flows.Text) carried {
	_, end := b.post(ctx, reply, text)
	return end
}

// inThread says something about a ticket in the staff group. Whoever answers it
// answers the person.
func (b *Bot) inThread(ctx context.Context, r store.Relay, t *store.Ticket, reply int, text flows.Text) carried {
	id, end := b.post(ctx, reply, text)
	if end != carryDone {
		return end
	}
	t.AddCopy(id)
	if err := b.cfg.Store.Thread(ctx, b.staff.group.Load(), id, r.Contact, t.Number); err != nil {
		b.log.Warn("a message in the staff group is in no thread", "error", err)
	}
	return carryDone
}

// post writes a message into the staff group.
func (b *Bot) post(ctx context.Context, reply int, texts ...flows.Text) (id int, end carried) {
	if end := b.groupReady(); end != carryDone {
		return 0, end
	}
	id, err := b.write(ctx, b.staff.group.Load(), reply, nil, texts...)
	return id, b.groupOutcome(ctx, err)
}

// copyToGroup copies a person's message into the staff group; id 0 when
// Telegram will never do it.
func (b *Bot) copyToGroup(ctx context.Context, from int64, message, reply int) (id int, end carried) {
	if end := b.groupReady(); end != carryDone {
		return 0, end
	}
	group := b.staff.group.Load()
	var got sentMessage
	err := b.api.call(ctx, "copyMessage", &tg.CopyMessageParams{
		ChatID: group, FromChatID: from, MessageID: message,
		ReplyParameters: &models.ReplyParameters{MessageID: reply, AllowSendingWithoutReply: true},
	}, &got)
	if e, ok := errors.AsType[*apiError](err); ok && e.code == http.StatusBadRequest && e.migrate == 0 {
		// Either chat may be the one that is not found.
		if !e.says("chat not found") || b.api.call(ctx, "getChat", map[string]any{"chat_id": group}, nil) == nil {
			return 0, carryDone
		}
	}
	return got.ID, b.groupOutcome(ctx, err)
}

// groupReady reports whether the group may be written to now.
func (b *Bot) groupReady() carried {
	now := b.cfg.Now()
	switch {
	case b.staff.configured == 0 || now.Before(b.awayUntil):
		return carryAway
	case now.Before(b.silentUntil):
		return carryLater
	}
	// Telegram takes 20 messages a minute in a group.
	if b.groupFull.Before(now) {
		b.groupFull = now
	}
	if b.groupFull.Sub(now) > groupBurst*b.cfg.Timing.GroupPace {
		return carryLater
	}
	b.groupFull = b.groupFull.Add(b.cfg.Timing.GroupPace)
	return carryDone
}

// groupBurst is how many messages may come at once.
const groupBurst = 15

// groupOutcome sorts what became of a message to the group.
func (b *Bot) groupOutcome(ctx context.Context, err error) carried {
	if err == nil || accepted(err) {
		return carryDone
	}
	if e, ok := errors.AsType[*apiError](err); ok && e.migrate != 0 {
		b.moveStaffGroup(ctx, e.migrate)
		return carryLater
	}
	switch f := sendError(err); f.Outcome {
	case outreach.Throttled:
		b.silentUntil = b.cfg.Now().Add(f.RetryAfter)
		return carryLater
	case outreach.Blocked, outreach.Rejected:
		// Not in the group, or without the right to write there.
		b.awayUntil = b.cfg.Now().Add(b.cfg.Timing.Group)
		b.log.Warn("the staff group cannot be written to; what is for it waits", "error", err)
		return carryAway
	}
	return carryLater
}
