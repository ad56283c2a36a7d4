package bot

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"arraigo/flows"
	"arraigo/outreach"
)

// telegram is the outreach.Transport that reaches people.
type telegram struct{ api *api }

// Send makes one call of the Bot API.
func (t telegram) Send(ctx context.Context, chat int64, m outreach.Outgoing) (outreach.Receipt, error) {
	var receipt outreach.Receipt
	var err error
	switch {
	case m.Hide:
		err = t.api.call(ctx, "deleteMessage", &tg.DeleteMessageParams{ChatID: chat, MessageID: m.Edit}, nil)
	case m.Edit != 0 && m.Markup:
		err = t.api.call(ctx, "editMessageReplyMarkup", &tg.EditMessageReplyMarkupParams{
			ChatID: chat, MessageID: m.Edit, ReplyMarkup: inlineMarkup(m.Buttons),
		}, nil)
		receipt.Message = m.Edit
	case m.Edit != 0:
		text, mode := content(m)
		err = t.api.call(ctx, "editMessageText", &tg.EditMessageTextParams{
			ChatID: chat, MessageID: m.Edit, Text: text, ParseMode: mode,
			LinkPreviewOptions: noPreview(), ReplyMarkup: inlineMarkup(m.Buttons),
		}, nil)
		receipt.Message = m.Edit
	case m.File != "":
		receipt, err = t.document(ctx, chat, m)
	case m.Media != "":
		receipt, err = t.media(ctx, chat, m)
	default:
		text, mode := content(m)
		var got sentMessage
		err = t.api.call(ctx, "sendMessage", &tg.SendMessageParams{
			ChatID: chat, Text: text, ParseMode: mode,
			LinkPreviewOptions: noPreview(), ReplyMarkup: markup(m.Message), AllowPaidBroadcast: m.Paid,
		}, &got)
		receipt = got.receipt()
	}
	if err == nil || accepted(err) {
		return receipt, nil
	}
	if known, ok := errors.AsType[*outreach.SendError](err); ok {
		return outreach.Receipt{}, known
	}
	return outreach.Receipt{}, sendError(err)
}

// accepted reports whether the call was done although its result cannot be
// read: sending again would only double the message.
func accepted(err error) bool {
	e, ok := errors.AsType[*apiError](err)
	return ok && e.accepted
}

func (t telegram) document(ctx context.Context, chat int64, m outreach.Outgoing) (outreach.Receipt, error) {
	var got sentMessage
	fields := map[string]string{"chat_id": strconv.FormatInt(chat, 10)}
	if text, mode := content(m); text != "" {
		fields["caption"] = text
		if mode != "" {
			fields["parse_mode"] = string(mode)
		}
	}
	if len(m.Buttons) > 0 {
		keyboard, err := json.Marshal(inlineMarkup(m.Buttons))
		if err != nil {
			return outreach.Receipt{}, err
		}
		fields["reply_markup"] = string(keyboard)
	}
	name, kind := fileForm(m.File)
	err := t.api.upload(ctx, "sendDocument", fields, "document", name, kind, m.Body, &got)
	return got.receipt(), err
}

// mediaMethods sends what staff attached to their words, by its kind.
var mediaMethods = map[string]string{"photo": "sendPhoto", "document": "sendDocument", "voice": "sendVoice", "video": "sendVideo"}

// mediaParams are the parameters of each of them. The library's own writes an id
// into JSON as it is, whatever is in it.
type mediaParams struct {
	Chat     int64              `json:"chat_id"`
	Photo    string             `json:"photo,omitempty"`
	Document string             `json:"document,omitempty"`
	Voice    string             `json:"voice,omitempty"`
	Video    string             `json:"video,omitempty"`
	Caption  string             `json:"caption,omitempty"`
	Mode     models.ParseMode   `json:"parse_mode,omitempty"`
	Markup   models.ReplyMarkup `json:"reply_markup,omitempty"`
	Paid     bool               `json:"allow_paid_broadcast,omitempty"`
}

// media sends a file that Telegram has already.
func (t telegram) media(ctx context.Context, chat int64, m outreach.Outgoing) (outreach.Receipt, error) {
	p := mediaParams{Chat: chat, Markup: markup(m.Message), Paid: m.Paid}
	if text, mode := content(m); text != "" {
		p.Caption, p.Mode = text, mode
	}
	switch m.Media {
	case "photo":
		p.Photo = m.FileID
	case "document":
		p.Document = m.FileID
	case "voice":
		p.Voice = m.FileID
	case "video":
		p.Video = m.FileID
	default:
		return outreach.Receipt{}, &outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonFile}
	}
	var got sentMessage
	err := t.api.call(ctx, mediaMethods[m.Media], &p, &got)
	return got.receipt(), err
}

// sentMessage is what is read of a message that Telegram accepted.
type sentMessage struct {
	ID   int   `json:"message_id"`
	Date int64 `json:"date"`
}

func (s sentMessage) receipt() outreach.Receipt {
	return outreach.Receipt{Message: s.ID, Date: s.Date}
}

func content(m outreach.Outgoing) (string, models.ParseMode) {
	if m.Bare {
		return m.Plain(), ""
	}
	return m.HTML, models.ParseModeHTML
}

// noPreview keeps Telegram from fetching linked pages: a person's phone shows
// only what the team wrote.
func noPreview() *models.LinkPreviewOptions {
	off := true
	return &models.LinkPreviewOptions{IsDisabled: &off}
}

// The keyboards are our own types because the library's inline button always
// carries an empty copy_text, which is one kind of button too many.
type inlineKeyboard struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

type inlineButton struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// markup returns nil for a message without any keyboard.
func markup(m flows.Message) models.ReplyMarkup {
	switch {
	case len(m.Buttons) > 0:
		return inlineMarkup(m.Buttons)
	case m.Share != "":
		return &models.ReplyKeyboardMarkup{
			Keyboard: [][]models.KeyboardButton{{{
				Text:            m.ShareLabel,
				RequestContact:  m.Share == "contact",
				RequestLocation: m.Share == "location",
			}}},
			ResizeKeyboard: true, OneTimeKeyboard: true,
		}
	}
	return nil
}

// inlineMarkup returns an empty keyboard for no buttons: in an edit that takes
// the buttons away.
func inlineMarkup(rows [][]flows.RenderedButton) models.ReplyMarkup {
	k := inlineKeyboard{Rows: make([][]inlineButton, len(rows))}
	for i, row := range rows {
		k.Rows[i] = make([]inlineButton, len(row))
		for j, b := range row {
			k.Rows[i][j] = inlineButton{Text: b.Text, Data: b.Data, URL: b.URL}
		}
	}
	return &k
}

// sendError sorts a failed call into the closed table of outcomes. The phrases
// are those of the Bot API server (github.com/tdlib/telegram-bot-api).
func sendError(err error) *outreach.SendError {
	e, ok := errors.AsType[*apiError](err)
	if !ok {
		return &outreach.SendError{Outcome: outreach.Transient}
	}
	out := &outreach.SendError{Outcome: outreach.Transient, Code: e.code}
	switch {
	case e.code == 0 && e.written.Load():
		out.Outcome = outreach.Uncertain
	case e.code == http.StatusTooManyRequests || e.retryAfter > 0:
		out.Outcome, out.RetryAfter = outreach.Throttled, max(e.retryAfter, time.Second)
	case e.code == http.StatusForbidden:
		out.Outcome = outreach.Blocked
	case e.code == http.StatusBadRequest && e.says("chat not found", "user not found", "peer_id_invalid", "user_is_blocked", "user is deactivated", "input_user_deactivated"):
		out.Outcome = outreach.Blocked
	case e.code == http.StatusBadRequest || e.code == http.StatusRequestEntityTooLarge:
		out.Outcome, out.Reason = outreach.Rejected, rejection(e)
	}
	return out
}

func rejection(e *apiError) outreach.Reason {
	switch {
	case e.says("can't parse entities"):
		return outreach.ReasonMarkup
	case e.says("message is not modified"):
		return outreach.ReasonNotModified
	case e.says("message to edit not found", "message can't be edited", "message_id_invalid",
		"message to delete not found", "message can't be deleted"):
		return outreach.ReasonGone
	}
	return outreach.ReasonOther
}
