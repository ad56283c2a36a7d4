package bot

import (
	"context"
	"fmt"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"arraigo/flows"
	"arraigo/store"
)

// A teamCommand is a command of the team in their own chat: its name is
// staff.command.NAME, and what the menu says of it staff.about.NAME.
type teamCommand struct {
	name string
	may  []store.Action // one of these; none: everybody of the team
}

// teamCommands are in the order in which the menu shows them.
var teamCommands = []teamCommand{
	{name: "console"},
	{name: "announce", may: []store.Action{store.Announce}},
	{name: "announcements", may: []store.Action{store.Announce, store.ApproveAnnouncement}},
	{name: "today", may: []store.Action{store.SeeNumbers}},
	{name: "reports", may: []store.Action{store.ReadReports}},
}

func (c teamCommand) shownTo(m store.Staff) bool {
	for _, a := range c.may {
		if m.May(a) {
			return true
		}
	}
	return len(c.may) == 0
}

// menus shows everybody of the team their own commands, before those of
// everybody. Nothing depends on it: what fails, as with an administrator who never
// wrote to the bot, is done when they sign in. It runs in one replica at a time.
func (b *Bot) menus(ctx context.Context) error {
	for !b.Ready() { // Telegram was not reached yet
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	shown := map[int64]string{} // by chat: what the menu there was made for
	for {
		for _, m := range b.team.all() {
			mark := fmt.Sprint(b.commandsOf(m)) // they also change when the team publishes other words
			if shown[m.Chat] != mark {
				b.showMenu(ctx, m)
				shown[m.Chat] = mark
			}
		}
		for chat := range shown {
			if _, still := b.team.of(chat); !still {
				b.attemptCall(ctx, "deleteMyCommands", &tg.DeleteMyCommandsParams{Scope: scopeOfChat(chat)}, nil)
				delete(shown, chat)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-b.team.signal:
		case <-time.After(menusAgain):
		}
	}
}

// menusAgain is when menus looks once more without a sign: the team may have
// changed while another replica had the loop.
const menusAgain = time.Minute

// chatScope is one chat. The library's own writes its type only when the library
// sends it.
type chatScope struct {
	models.BotCommandScope `json:"-"`

	Type string `json:"type"`
	Chat int64  `json:"chat_id"`
}

func scopeOfChat(chat int64) chatScope { return chatScope{Type: "chat", Chat: chat} }

// showMenu sets the commands in the chat of a staff member.
func (b *Bot) showMenu(ctx context.Context, m store.Staff) {
	b.attemptCall(ctx, "setMyCommands", &tg.SetMyCommandsParams{Commands: b.commandsOf(m), Scope: scopeOfChat(m.Chat)}, nil)
}

// commandsOf lists the commands of a staff member, and then everybody's.
func (b *Bot) commandsOf(m store.Staff) []models.BotCommand {
	lang := staffSession(m).Language
	var out []models.BotCommand
	for _, c := range teamCommands {
		name := b.typed(m, c.name)
		if !c.shownTo(m) || !commandName.MatchString(name) {
			continue
		}
		about := flows.Words(b.cfg.Set(), staffSession(m), flows.Key("staff.about."+c.name))
		out = append(out, models.BotCommand{Command: name, Description: cut(about, maxAbout)})
	}
	return append(out, b.commands(lang)...)
}
