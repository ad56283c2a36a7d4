package bot

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
)

// Settings as the team and the operator know them.
const staffGroupSetting = "ARRAIGO_STAFF_GROUP"

// staff is who attends: the group that answers people, those who administer the
// bot, and those who may read reports.
type staff struct {
	configured int64        // id of the group; 0: none
	group      atomic.Int64 // its id today: Telegram gives an upgraded group another one
	admins     []int64
	guards     []int64
}

func newStaff(c Config) *staff {
	s := &staff{configured: c.StaffGroup, admins: c.Admins, guards: c.Safeguarding}
	if len(s.guards) == 0 {
		s.guards = c.Admins
	}
	s.group.Store(c.StaffGroup)
	return s
}

// attends reports whether the chat is the staff group.
func (s *staff) attends(chat int64) bool {
	return s.configured != 0 && (chat == s.group.Load() || chat == s.configured)
}

// watchStaffGroup learns that another replica saw the group move.
func (b *Bot) watchStaffGroup(ctx context.Context) error {
	for b.staff.configured != 0 {
		if id, err := b.cfg.Store.StaffGroup(ctx, b.staff.configured); err == nil {
			b.staff.group.Store(id)
		}
		if err := sleep(ctx, b.cfg.Timing.Group); err != nil {
			return err
		}
	}
	return nil
}

// moveStaffGroup notes the new id of the group.
func (b *Bot) moveStaffGroup(ctx context.Context, moved int64) {
	if moved == 0 {
		return
	}
	b.staff.group.Store(moved)
	if err := b.cfg.Store.MoveStaffGroup(ctx, b.staff.configured, moved); err != nil {
		b.log.Warn("the new id of the staff group was not noted", "error", err)
	}
}

// staffWords are words for the team. It reads Spanish.
func (b *Bot) staffWords(texts ...flows.Text) flows.Message {
	return flows.Render(b.cfg.Set(), &flows.Session{Language: locales.Spanish}, flows.Reply{Parts: texts})
}

// staffCommand names the command of the team that was typed, by the name it has
// in any language, as close or reports; "" for another one.
func (b *Bot) staffCommand(name string) string {
	catalog := b.cfg.Set().Catalog
	for _, command := range []string{"close", "notes", "assign", "group", "reports", "console", "announce", "announcements", "today"} {
		for _, l := range catalog.Languages() {
			key := "staff.command." + command
			if catalog.Has(l.Tag, key) && strings.EqualFold(catalog.Text(l.Tag, key, nil), name) {
				return command
			}
		}
	}
	return ""
}

// write writes to a chat of the team, once.
func (b *Bot) write(ctx context.Context, chat int64, reply int, buttons [][]flows.RenderedButton, texts ...flows.Text) (int, error) {
	return b.send(ctx, chat, reply, buttons, b.staffWords(texts...))
}

// send sends a message to a chat of the team, once.
func (b *Bot) send(ctx context.Context, chat int64, reply int, buttons [][]flows.RenderedButton, m flows.Message) (int, error) {
	p := &tg.SendMessageParams{ChatID: chat, Text: m.HTML, ParseMode: models.ParseModeHTML, LinkPreviewOptions: noPreview()}
	if len(buttons) > 0 {
		p.ReplyMarkup = inlineMarkup(buttons)
	}
	if reply != 0 {
		p.ReplyParameters = &models.ReplyParameters{MessageID: reply, AllowSendingWithoutReply: true}
	}
	var got sentMessage
	err := b.api.call(ctx, "sendMessage", p, &got)
	if accepted(err) {
		err = nil
	}
	return got.ID, err
}

// tellAll writes to several chats of the team and reports whether any heard it.
func (b *Bot) tellAll(ctx context.Context, chats []int64, texts ...flows.Text) bool {
	heard := false
	for _, chat := range chats {
		_, err := b.write(ctx, chat, 0, nil, texts...)
		heard = heard || err == nil
	}
	return heard
}

// withSetting names the setting that a text for the team mentions.
func withSetting(t flows.Text) flows.Text {
	return t.With("ajuste", flows.Literal(staffGroupSetting))
}

// remind tells the administrators something once a day. Whom nobody could tell
// is tried again after an hour.
func (b *Bot) remind(ctx context.Context, name string, text flows.Text) {
	admins := b.admins()
	if len(admins) == 0 {
		return
	}
	first, err := b.cfg.Store.Once(ctx, name, 24*time.Hour)
	if err != nil || !first {
		return
	}
	if !b.tellAll(ctx, admins, text) {
		b.log.Warn("no administrator could be told; each must write to the bot first", "about", name)
	}
}

// administers reports whether somebody administers the bot.
func (b *Bot) administers(id int64) bool {
	m, ok := b.team.of(id)
	return slices.Contains(b.staff.admins, id) || ok && m.Role == store.RoleAdmin
}

// mayRead reports whether a chat is of somebody who may read reports: of those
// whom the settings name, or of the team with that flag.
func (b *Bot) mayRead(chat int64) bool {
	m, ok := b.team.of(chat)
	return slices.Contains(b.staff.guards, chat) || ok && m.May(store.ReadReports)
}
