package bot

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"arraigo/flows"
	"arraigo/store"
)

// What somebody of the team does in their own chat with the bot: accept an
// invitation, and sign in to the console. All else that they write there is a
// person's conversation like any other.

// invitationPrefix begins the payload of /start that accepts an invitation to the
// team: https://t.me/<bot>?start=equipo_<code>.
const invitationPrefix = "equipo_"

// InvitationStart is what the link of an invitation carries behind "start=".
func InvitationStart(code string) string { return invitationPrefix + code }

// signInQuery carries the code of a login in the address of the console.
const signInQuery = "code"

// member takes in what is for the team's own business. true means that it is
// done, and nil that the update may be acknowledged. To whom is not of the team
// its commands do not exist.
func (b *Bot) member(ctx context.Context, a *arrival) (taken bool, err error) {
	if a.route != toTurn || a.input.Kind != flows.InputCommand {
		return false, nil
	}
	defer func() {
		if p := recover(); p != nil {
			b.panicked(a, p)
			taken, err = true, nil
		}
	}()
	if code, ok := strings.CutPrefix(a.input.Text, invitationPrefix); ok && a.input.Name == "start" {
		return true, b.accept(ctx, a.chat, code)
	}
	if m, ok := b.team.of(a.chat); ok && b.staffCommand(a.input.Name) == "console" {
		return true, b.signIn(ctx, m)
	}
	return false, nil
}

// accept lets somebody join the team. Nothing else is kept about them: no
// consent of the programme is needed for it, and none is given by it.
func (b *Bot) accept(ctx context.Context, chat int64, code string) error {
	m, err := b.cfg.Store.AcceptInvitation(ctx, code, chat, b.cfg.Now())
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		// An update that comes again finds its invitation used by itself.
		m, err = b.cfg.Store.StaffOf(ctx, chat)
		if errors.Is(err, store.ErrNotFound) {
			return b.answerMember(ctx, chat, store.Staff{}, nil, flows.Key("staff.invitation_over"))
		}
	}
	if err != nil {
		return err
	}
	if err := b.team.refresh(ctx, b.cfg.Now()); err != nil {
		return err
	}
	b.log.Info("somebody of the team is there", "staff", m)
	return b.answerMember(ctx, chat, m, nil, b.welcomeOf(m)...)
}

// welcomeOf tells a staff member their role, and what they can do here.
func (b *Bot) welcomeOf(m store.Staff) []flows.Text {
	texts := []flows.Text{
		flows.Key("staff.invitation_accepted").With("rol", flows.Key("console.role."+string(m.Role))),
		flows.Key("console.role_does." + string(m.Role)),
	}
	if b.cfg.ConsoleURL != "" {
		texts = append(texts, flows.Key("staff.invitation_console").With("comando", flows.Literal("/"+b.typed(m, "console"))))
	}
	return texts
}

// typed is how a command of the team is typed in the language of a staff member.
func (b *Bot) typed(m store.Staff, command string) string {
	return b.cfg.Set().Catalog.Text(staffSession(m).Language, "staff.command."+command, nil)
}

// signIn gives a staff member a link to the console.
func (b *Bot) signIn(ctx context.Context, m store.Staff) error {
	if b.cfg.ConsoleURL == "" {
		return b.answerMember(ctx, m.Chat, m, nil, flows.Key("staff.console_unset").With("ajuste", flows.Literal("ARRAIGO_PUBLIC_URL")))
	}
	code, err := b.cfg.Store.NewLogin(ctx, m.ID)
	if errors.Is(err, store.ErrNotFound) { // left the team this very moment
		return b.team.refresh(ctx, b.cfg.Now())
	}
	if err != nil {
		return err
	}
	b.tasks.run(func() { b.showMenu(context.WithoutCancel(ctx), m) })
	link := b.cfg.ConsoleURL + "?" + url.Values{signInQuery: {code}}.Encode()
	if strings.HasPrefix(link, "https:") {
		enter := flows.RenderedButton{Text: flows.Words(b.cfg.Set(), staffSession(m), flows.Key("staff.console_button")), URL: link}
		return b.answerMember(ctx, m.Chat, m, [][]flows.RenderedButton{{enter}}, flows.Key("staff.console_link"))
	}
	// Telegram takes only addresses of the open internet for a button.
	return b.answerMember(ctx, m.Chat, m, nil, flows.Key("staff.console_link"), flows.Literal(link))
}

// answerMember says something to one staff member. What Telegram refuses is not tried
// again: they can ask once more.
func (b *Bot) answerMember(ctx context.Context, chat int64, m store.Staff, rows [][]flows.RenderedButton, texts ...flows.Text) error {
	if _, err := b.send(ctx, chat, 0, rows, b.inTheirWords(m, texts...)); err != nil {
		b.log.Warn("somebody of the team was not answered", "staff", m, "error", err)
	}
	return nil
}
