package bot

import (
	"context"
	"errors"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// maxNote bounds what is kept of a note, in code points.
const maxNote = 500

// A groupMessage is what somebody wrote in a group. It is looked at only where
// it is the staff's own group.
type groupMessage struct {
	id      int
	reply   int    // message it answers; 0: none
	toBot   bool   // that one is a bot's
	by      string // first name of the staff member
	from    int64
	text    string
	moved   int64           // the group goes under this id from now on
	media   flows.InputKind // what it is beside text
	file    string          // Telegram's id of the file
	content bool            // there is something to copy: it is no service message
}

// staffMessage takes in what the team wrote. nil means that it may be
// acknowledged.
func (b *Bot) staffMessage(ctx context.Context, a *arrival) error {
	g := a.group
	if g.moved != 0 {
		b.moveStaffGroup(ctx, g.moved)
		return nil
	}
	name, to, args, isCommand := parseCommand(g.text)
	if isCommand && to != "" && !strings.EqualFold(to, b.Username()) {
		return nil // another bot's
	}
	command := ""
	if isCommand {
		command = b.staffCommand(name)
	}
	if g.reply == 0 || !g.content {
		if command != "" {
			b.answerStaff(a.chat, g.id, flows.Key("staff.which"))
		}
		return nil
	}
	thread, err := b.threadOf(ctx, a.chat, g)
	if errors.Is(err, store.ErrNotFound) {
		if command != "" {
			b.answerStaff(a.chat, g.id, flows.Key("staff.which"))
		}
		return nil // they talk among themselves
	}
	if err != nil {
		return err
	}
	// An update that comes again after its message was carried.
	if done, err := b.cfg.Store.ThreadOf(ctx, a.chat, g.id); err == nil && done.Number == thread.Number {
		return nil
	} else if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if m, ok := b.team.of(g.from); ok && !m.May(store.AnswerTickets) {
		b.answerStaff(a.chat, g.id, flows.Key("staff.may_not"))
		return nil
	}
	open := thread.Contact != ""
	if open {
		r := store.Relay{Contact: thread.Contact, Ticket: thread.Number, Message: g.id, Since: b.cfg.Now(), By: b.staffName(g)}
		switch {
		case command == "close":
			r.Kind = store.RelayEnd
		case command == "assign":
			r.Kind, r.Text = store.RelayAssign, cut(args, 60)
			if r.Text == "" {
				r.Text = r.By
			}
		case command == "notes" && args != "":
			r.Kind, r.Text = store.RelayNote, cut(args, maxNote)
		case command == "notes":
			r.Kind, r.Mirror = store.RelayNotes, true
		case isCommand:
			return nil // of no concern to the person
		default:
			r.Kind, r.Text, r.Media, r.File = store.RelayAnswer, g.text, string(g.media), g.file
		}
		if open, err = b.cfg.Store.Carry(ctx, r, a.update); err != nil {
			return err
		}
		b.kickRelay()
	}
	if !open {
		b.answerStaff(a.chat, g.id, flows.Key("staff.not_open"))
	}
	return nil
}

// threadOf finds the ticket of the message that was answered. One that the bot
// has only just written may be known a moment later.
func (b *Bot) threadOf(ctx context.Context, group int64, g *groupMessage) (store.OpenTicket, error) {
	deadline := time.Now().Add(b.cfg.Timing.Settle)
	for step := 10 * time.Millisecond; ; step *= 2 {
		thread, err := b.cfg.Store.ThreadOf(ctx, group, g.reply)
		if !errors.Is(err, store.ErrNotFound) || !g.toBot || time.Now().After(deadline) {
			return thread, err
		}
		if err := sleep(ctx, step); err != nil {
			return thread, err
		}
	}
}

// staffName is how a member of the team is called in notes.
func (b *Bot) staffName(g *groupMessage) string {
	if g.by != "" {
		return cut(g.by, 40)
	}
	return b.staffWords(flows.Key("staff.somebody")).Plain()
}

// answerStaff says something in the group that nothing depends on.
func (b *Bot) answerStaff(chat int64, reply int, text flows.Text) {
	b.tasks.run(func() {
		ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
		defer cancel()
		if _, err := b.write(ctx, chat, reply, nil, text); err != nil {
			b.log.Warn("the staff group was not answered", "error", err)
		}
	})
}

// nameGroup tells an administrator the id of a group, to be put into the
// settings. It reports whether that was asked.
func (b *Bot) nameGroup(a *arrival) bool {
	name, to, _, ok := parseCommand(a.group.text)
	if !ok || to != "" && !strings.EqualFold(to, b.Username()) || b.staffCommand(name) != "group" || !b.administers(a.group.from) {
		return false
	}
	b.answerStaff(a.chat, a.group.id, withSetting(flows.Key("staff.group_id")).With("numero", flows.Literal(literalInt(a.chat))))
	return true
}
