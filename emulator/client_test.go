package emulator

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	telegram "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
)

// A whole bot on an independent client library: poll, send, edit, tap, upload,
// and the library's own error values.
func TestWithARealClient(t *testing.T) {
	s := serve(t, Config{})
	web := httptest.NewServer(s)
	defer web.Close()
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan *models.Update, 10)
	b, err := telegram.New(s.Token(), telegram.WithServerURL(web.URL), telegram.WithDefaultHandler(func(_ context.Context, _ *telegram.Bot, u *models.Update) { got <- u }))
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() { b.Start(ctx) })
	chat := newcomer(t, s)
	if u := <-got; u.Message.Text != "/start" || u.Message.Chat.ID != chat || u.Message.Entities[0].Type != models.MessageEntityTypeBotCommand {
		t.Errorf("update %+v", u.Message)
	}
	m, err := b.SendMessage(ctx, &telegram.SendMessageParams{ChatID: chat, Text: "<b>¿Sí?</b>", ParseMode: models.ParseModeHTML,
		ReplyMarkup: &models.InlineKeyboardMarkup{InlineKeyboard: [][]models.InlineKeyboardButton{{{Text: "Sí", CallbackData: "y"}}}}})
	if err != nil || m.Text != "¿Sí?" || m.ReplyMarkup == nil {
		t.Fatalf("%+v %v", m, err)
	}
	if _, _, err := s.Tap(chat, int64(m.ID), 0, 0); err != nil {
		t.Fatal(err)
	}
	u := <-got
	if u.CallbackQuery == nil || u.CallbackQuery.Data != "y" || u.CallbackQuery.Message.Message.ID != m.ID {
		t.Fatalf("callback %+v", u)
	}
	if ok, err := b.AnswerCallbackQuery(ctx, &telegram.AnswerCallbackQueryParams{CallbackQueryID: u.CallbackQuery.ID}); !ok || err != nil {
		t.Error(ok, err)
	}
	if _, err := b.EditMessageText(ctx, &telegram.EditMessageTextParams{ChatID: chat, MessageID: m.ID, Text: "Gracias"}); err != nil {
		t.Error(err)
	}
	if d, err := b.SendDocument(ctx, &telegram.SendDocumentParams{ChatID: chat, Caption: "carta", Document: &models.InputFileUpload{Filename: "carta.txt", Data: strings.NewReader("hola")}}); err != nil || d.Document.FileName != "carta.txt" {
		t.Errorf("%+v %v", d, err)
	}
	if err := s.Block(chat, true); err != nil {
		t.Fatal(err)
	}
	if u := <-got; u.MyChatMember == nil || u.MyChatMember.NewChatMember.Type != models.ChatMemberTypeBanned {
		t.Errorf("block %+v", u)
	}
	if _, err := b.SendMessage(ctx, &telegram.SendMessageParams{ChatID: chat, Text: "x"}); !errors.Is(err, telegram.ErrorForbidden) {
		t.Errorf("blocked: %v", err)
	}
	s.SetFaults(Faults{P429: 1, RetryAfter: 5, Methods: []string{"getMe"}})
	var slow *telegram.TooManyRequestsError
	if _, err := b.GetMe(ctx); !errors.As(err, &slow) || slow.RetryAfter != 5 {
		t.Errorf("throttled: %v", err)
	}
	cancel()
	done.Wait()
}
