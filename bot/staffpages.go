package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"arraigo/store"
)

// What the pages of the team can only do by way of Telegram.

// TestOutreach sends an announcement to one member of the team, in each of its
// languages, as people will get it. It fails when Telegram does not take it.
func (b *Bot) TestOutreach(ctx context.Context, to store.Staff, o store.Outreach) error {
	if to.Chat == 0 || !b.showPieces(ctx, to.Chat, o.Content) {
		return errors.New("send a test: it was refused")
	}
	return nil
}

// KeepFile hands a file of the kind photo or document to Telegram, by way of the
// chat of who attached it, and returns the piece by which it can be sent from then
// on. Nothing of the file rests here.
func (b *Bot) KeepFile(ctx context.Context, chat int64, kind, name string, body []byte) (store.Piece, error) {
	method := map[string]string{"photo": "sendPhoto", "document": "sendDocument"}[kind]
	if method == "" || chat == 0 {
		return store.Piece{}, errors.New("keep a file: no such kind, or nobody to show it to")
	}
	var sent struct {
		Photo []struct {
			ID string `json:"file_id"`
		} `json:"photo"` // the same picture in several sizes, the largest last
		Document struct {
			ID string `json:"file_id"`
		} `json:"document"`
	}
	fields := map[string]string{"chat_id": strconv.FormatInt(chat, 10)}
	if err := b.api.upload(ctx, method, fields, kind, name, http.DetectContentType(body), body, &sent); err != nil {
		return store.Piece{}, fmt.Errorf("keep a file: %w", err)
	}
	piece := store.Piece{Media: kind, FileID: sent.Document.ID}
	if kind == "photo" && len(sent.Photo) > 0 {
		piece.FileID = sent.Photo[len(sent.Photo)-1].ID
	}
	if piece.FileID == "" {
		return store.Piece{}, errors.New("keep a file: telegram named none")
	}
	return piece, nil
}
