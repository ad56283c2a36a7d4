package bot

import (
	"context"
	"sync"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// groupQuiet is how long a group hears nothing more after one answer, and
// maxGroups how many groups are remembered for it.
const (
	groupQuiet = time.Hour
	maxGroups  = 10_000
)

// groupLimit remembers which groups were answered within the hour.
type groupLimit struct {
	mu   sync.Mutex
	last map[int64]time.Time
}

// allow reports whether the group may be answered now, and counts it as
// answered. When too many groups are remembered it allows none: whoever calls
// from thousands of groups within an hour is not asking for help.
func (g *groupLimit) allow(chat int64, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last == nil {
		g.last = map[int64]time.Time{}
	}
	if at, ok := g.last[chat]; ok && now.Sub(at) < groupQuiet {
		return false
	}
	if len(g.last) >= maxGroups {
		for c, at := range g.last {
			if now.Sub(at) >= groupQuiet {
				delete(g.last, c)
			}
		}
		if len(g.last) >= maxGroups {
			return false
		}
	}
	g.last[chat] = now
	return true
}

// pointToPrivate tells a group where to write. Conversations are private: what
// somebody answers here, all others would read.
func (b *Bot) pointToPrivate(ctx context.Context, a *arrival) {
	username := b.Username()
	if username == "" || !b.groups.allow(a.chat, b.cfg.Now()) {
		return
	}
	catalog := b.cfg.Set().Catalog
	lang := catalog.Match(a.input.Language)
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	err := b.api.call(ctx, "sendMessage", &tg.SendMessageParams{
		ChatID:    a.chat,
		Text:      catalog.HTML(lang, "bot.group", nil),
		ParseMode: models.ParseModeHTML,
		ReplyMarkup: &inlineKeyboard{Rows: [][]inlineButton{{{
			Text: catalog.Text(lang, "bot.group_button", nil), URL: "https://t.me/" + username,
		}}}},
	}, nil)
	if err != nil {
		b.log.Warn("a group was not answered", "error", err)
	}
}
