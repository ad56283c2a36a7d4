package bot

import (
	"context"
	"strconv"

	tg "github.com/go-telegram/bot"

	"arraigo/flows"
	"arraigo/store"
)

// Telegram's limits of what the team writes, in code points.
const (
	maxConsoleReply = 3500 // of a text of 4,096: the group sees with it who wrote
	maxCaption      = 1024
)

// reply brings to the person what somebody wrote in the console, and shows it in
// the staff group.
func (b *Bot) reply(ctx context.Context, r store.Relay, t *store.Ticket) (carried, error) {
	end, err := b.answer(ctx, r, t, func(chat int64) (string, error) {
		if r.Media == "" {
			return "", b.api.call(ctx, "sendMessage", &tg.SendMessageParams{ChatID: chat, Text: r.Text, LinkPreviewOptions: noPreview()}, nil)
		}
		return b.sendEnclosed(ctx, r, chat)
	}, func() error { return nil }, func(file string) *store.Relay {
		return &store.Relay{Kind: store.RelayReply, By: r.By, Text: r.Text, Media: r.Media, File: file}
	})
	if end == carryDone && err == nil && r.Enclosed != "" {
		// Only now: whoever carried it twice would not find it.
		if err := b.cfg.Store.DropEnclosure(ctx, r.Contact, r.Enclosed); err != nil {
			b.log.Warn("a file that was sent stays until its time is over", "error", err)
		}
	}
	return end, err
}

// sendEnclosed sends the file of a reply and returns Telegram's id of it.
func (b *Bot) sendEnclosed(ctx context.Context, r store.Relay, chat int64) (string, error) {
	content, err := b.cfg.Store.Enclosure(ctx, r.Contact, r.Enclosed)
	if err != nil {
		return "", err
	}
	method, field := mediaMethod(r.Media)
	fields := map[string]string{"chat_id": strconv.FormatInt(chat, 10)}
	if r.Text != "" {
		fields["caption"] = cut(r.Text, maxCaption)
	}
	var got message
	err = b.api.upload(ctx, method, fields, field, r.Name, "application/octet-stream", content, &got)
	_, id := got.file()
	return id, err
}

// mediaMethod is how a file is sent: as a picture, or as it is.
func mediaMethod(media string) (method, field string) {
	if media == string(flows.InputPhoto) {
		return "sendPhoto", "photo"
	}
	return "sendDocument", "document"
}
