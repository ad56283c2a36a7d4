package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"arraigo/flows"
	"arraigo/locales"
)

// introduce asks Telegram who we are. It insists, because nothing works before.
func (b *Bot) introduce(ctx context.Context) error {
	var me struct {
		ID       int64  `json:"id"`
		Username string `json:"username"`
	}
	if err := b.persist(ctx, "getMe", nil, &me); err != nil {
		return err
	}
	b.id.Store(me.ID)
	b.username.Store(&me.Username)
	return nil
}

// Name asks Telegram for the name of the bot of a token, without @. It asks once,
// for at most ten seconds; the error holds no token.
func Name(ctx context.Context, server, token string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	var me struct {
		Username string `json:"username"`
	}
	a := newAPI(server, token, 1)
	defer a.client.CloseIdleConnections()
	if err := a.call(ctx, "getMe", nil, &me); err != nil {
		return "", err
	}
	return me.Username, nil
}

// persist calls a method until it succeeds. It gives up when the token or the
// parameters are refused: then only a person can help.
func (b *Bot) persist(ctx context.Context, method string, params, result any) error {
	for pause := newPause(); ; {
		err := b.api.call(ctx, method, params, result)
		if err == nil || ctx.Err() != nil {
			return ctx.Err()
		}
		if refusesToken(err) {
			return fmt.Errorf("the Bot API refuses the token: check ARRAIGO_TELEGRAM_TOKEN and ARRAIGO_TELEGRAM_API: %w", err)
		}
		wait := pause.next()
		if e, ok := errors.AsType[*apiError](err); ok {
			if e.code == http.StatusBadRequest {
				// These words are about our configuration, never about a person.
				return fmt.Errorf("%w (%s)", err, e.description)
			}
			wait = max(wait, e.retryAfter)
		}
		b.log.Warn("telegram does not answer as it should; trying again", "error", err)
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// Telegram's rules for commands and for what it shows of a bot.
var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

const (
	maxAbout       = 256 // description of a command
	maxShort       = 120 // text of the bot's page
	maxDescription = 512 // text of the empty chat
	maxName        = 64
)

// present describes the bot, and again when the team published other texts for
// it, until ctx ends.
func (b *Bot) present(ctx context.Context) {
	var seen *flows.Set
	var said string
	for {
		if set := b.cfg.Set(); set != seen {
			if is := b.presentation(set); is != said {
				b.describe(ctx)
				said = is
			}
			seen = set
		}
		if sleep(ctx, b.cfg.Timing.Offer) != nil {
			return
		}
	}
}

// presentation is all that describe says, to tell whether it says it anew.
func (b *Bot) presentation(set *flows.Set) string {
	all := set.Catalog.Text(locales.Spanish, "bot.name", nil)
	for _, l := range set.Catalog.Languages() {
		all += fmt.Sprint(b.commands(l.Tag), set.Catalog.Text(l.Tag, "bot.about_bot", nil), set.Catalog.Text(l.Tag, "bot.short_about", nil))
	}
	return all
}

// describe sets commands, texts and menu button for each language, and once
// more without a language for all others. Nothing depends on it, so a failure
// is tried again a few times and then left for the next start.
func (b *Bot) describe(ctx context.Context) {
	catalog := b.cfg.Set().Catalog
	b.describeIn(ctx, locales.Spanish, "")
	for _, l := range catalog.Languages() {
		// Telegram knows languages by two letters only (ISO 639-1).
		if l.Status != locales.Empty && len(l.Tag) == 2 {
			b.describeIn(ctx, l.Tag, l.Tag)
		}
	}
	b.attemptCall(ctx, "setChatMenuButton", &tg.SetChatMenuButtonParams{MenuButton: models.MenuButtonCommands{Type: models.MenuButtonTypeCommands}}, nil)
	b.rename(ctx)
}

// describeIn writes the texts of lang for the phones set to code.
func (b *Bot) describeIn(ctx context.Context, lang, code string) {
	catalog := b.cfg.Set().Catalog
	commands := b.commands(lang)
	if len(commands) > 0 {
		b.attemptCall(ctx, "setMyCommands", &tg.SetMyCommandsParams{Commands: commands, LanguageCode: code}, nil)
	}
	if code != "" && !catalog.Has(lang, "bot.about_bot") {
		return // phones in that language show the texts for all others
	}
	b.attemptCall(ctx, "setMyDescription", &tg.SetMyDescriptionParams{
		Description: cut(catalog.Text(lang, "bot.about_bot", nil), maxDescription), LanguageCode: code,
	}, nil)
	b.attemptCall(ctx, "setMyShortDescription", &tg.SetMyShortDescriptionParams{
		ShortDescription: cut(catalog.Text(lang, "bot.short_about", nil), maxShort), LanguageCode: code,
	}, nil)
}

// commands lists the triggers that Telegram's menu shows.
func (b *Bot) commands(lang string) []models.BotCommand {
	var out []models.BotCommand
	seen := map[string]bool{}
	for _, t := range b.cfg.Set().Triggers() {
		if !t.Listed {
			continue
		}
		name := b.cfg.Set().Catalog.Text(lang, "command."+t.Name+".name", nil)
		about := b.cfg.Set().Catalog.Text(lang, "command."+t.Name+".about", nil)
		if !commandName.MatchString(name) || about == "" || seen[name] {
			b.log.Warn("a command cannot be shown in the menu", "command", t.Name, "language", lang)
			continue
		}
		seen[name] = true
		out = append(out, models.BotCommand{Command: name, Description: cut(about, maxAbout)})
	}
	return out
}

// rename sets the bot's name if it is another one: Telegram allows this call
// only a few times a day.
func (b *Bot) rename(ctx context.Context) {
	if !b.cfg.Set().Catalog.Has(locales.Spanish, "bot.name") {
		return
	}
	want := cut(b.cfg.Set().Catalog.Text(locales.Spanish, "bot.name", nil), maxName)
	var got struct {
		Name string `json:"name"`
	}
	if b.attemptCall(ctx, "getMyName", &tg.GetMyNameParams{}, &got) && got.Name != want {
		b.attemptCall(ctx, "setMyName", &tg.SetMyNameParams{Name: want}, nil)
	}
}

// attemptCall calls a method a few times; it reports success.
func (b *Bot) attemptCall(ctx context.Context, method string, params, result any) bool {
	var err error
	for try, pause := 0, newPause(); try < 4; try++ {
		call, cancel := context.WithTimeout(ctx, 20*time.Second)
		err = b.api.call(call, method, params, result)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err == nil
		}
		wait := pause.next()
		if e, ok := errors.AsType[*apiError](err); ok {
			if e.code == http.StatusBadRequest || refusesToken(err) || e.retryAfter > time.Minute {
				break
			}
			wait = max(wait, e.retryAfter)
		}
		if sleep(ctx, wait) != nil {
			return false
		}
	}
	b.log.Warn("how the bot presents itself was not set", "error", err)
	return false
}
