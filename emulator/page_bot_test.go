package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// pageBot is a bot written with net/http alone. It answers what the tests of
// the page write to it:
//
//	/start, /again  a question with buttons
//	botones         buttons that are slow, alert, open a page
//	archivo         a document
//	teclado         a reply keyboard that asks for the phone number
//	espera          typing until released
//	lugar           a venue
//	hostil          markup and scripts as plain text
//	anything else   "Recibido: …"
type pageBot struct {
	t       *testing.T
	base    string
	release chan struct{} // "espera" and the slow button wait for it
	run     sync.WaitGroup
}

func startPageBot(t *testing.T, base, token string) *pageBot {
	t.Helper()
	b := &pageBot{t: t, base: base + "/bot" + token + "/", release: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	b.call(ctx, "setMyCommands", map[string]any{"commands": []any{
		map[string]any{"command": "again", "description": "Empezar otra vez"},
		map[string]any{"command": "ayuda", "description": "Líneas de ayuda"},
	}})
	b.call(ctx, "setMyDescription", map[string]any{"description": "Le acompaño paso a paso."})
	b.run.Go(func() { b.poll(ctx) })
	t.Cleanup(func() {
		cancel()
		b.run.Wait()
	})
	return b
}

type botUpdate struct {
	UpdateID int64       `json:"update_id"`
	Message  *botMessage `json:"message"`
	Edited   *botMessage `json:"edited_message"`
	Callback *struct {
		ID      string     `json:"id"`
		Data    string     `json:"data"`
		Message botMessage `json:"message"`
	} `json:"callback_query"`
}

type botMessage struct {
	MessageID int64 `json:"message_id"`
	Chat      struct {
		ID int64 `json:"id"`
	} `json:"chat"`
	Text    string   `json:"text"`
	Contact *Contact `json:"contact"`
}

func (b *pageBot) poll(ctx context.Context) {
	var offset int64
	for ctx.Err() == nil {
		var updates []botUpdate
		if raw := b.call(ctx, "getUpdates", map[string]any{"offset": offset, "timeout": 30}); raw != nil {
			if err := json.Unmarshal(raw, &updates); err != nil {
				b.t.Errorf("updates: %v", err)
				return
			}
		}
		for _, u := range updates {
			offset = u.UpdateID + 1
			b.run.Go(func() { b.take(ctx, u) })
		}
	}
}

func (b *pageBot) take(ctx context.Context, u botUpdate) {
	switch {
	case u.Callback != nil:
		b.tapped(ctx, u.Callback.ID, u.Callback.Data, u.Callback.Message)
	case u.Edited != nil:
		b.say(ctx, u.Edited.Chat.ID, "Vi su cambio: "+u.Edited.Text, nil)
	case u.Message != nil && u.Message.Contact != nil:
		b.say(ctx, u.Message.Chat.ID, "Su número: "+u.Message.Contact.PhoneNumber, map[string]any{"remove_keyboard": true})
	case u.Message != nil:
		b.answer(ctx, u.Message.Chat.ID, u.Message.Text)
	}
}

const hostileText = `<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>`

func (b *pageBot) answer(ctx context.Context, chat int64, text string) {
	switch text {
	case "/start", "/again":
		b.say(ctx, chat, "¿Dónde vive?", inline(
			[]any{data("Riohacha", "city riohacha")},
			[]any{data("Maicao", "city maicao"), data("Uribia", "city uribia")}))
	case "botones":
		b.say(ctx, chat, "Elija", inline(
			[]any{data("Lento", "slow")},
			[]any{data("Aviso", "alert")},
			[]any{map[string]any{"text": "Página", "url": "https://example.org/ayuda"}}))
	case "archivo":
		b.document(ctx, chat)
	case "teclado":
		b.say(ctx, chat, "¿Nos da su número?", map[string]any{"keyboard": []any{
			[]any{map[string]any{"text": "Compartir mi número", "request_contact": true}},
			[]any{map[string]any{"text": "No, gracias"}},
		}, "resize_keyboard": true})
	case "espera":
		b.call(ctx, "sendChatAction", map[string]any{"chat_id": chat, "action": "typing"})
		b.wait(ctx)
		b.say(ctx, chat, "Ya está", nil)
	case "lugar":
		b.call(ctx, "sendVenue", map[string]any{"chat_id": chat, "latitude": 11.5444, "longitude": -72.9072, "title": "Punto de atención", "address": "Calle 12"})
	case "hostil":
		b.say(ctx, chat, hostileText, inline([]any{data(hostileText[:40], "x")}))
	default:
		b.say(ctx, chat, "Recibido: "+text, nil)
	}
}

func (b *pageBot) tapped(ctx context.Context, id, what string, m botMessage) {
	answer := map[string]any{"callback_query_id": id}
	switch {
	case what == "slow":
		b.wait(ctx)
		answer["text"] = "Listo"
	case what == "alert":
		answer["text"], answer["show_alert"] = "Lea esto con calma", true
	case strings.HasPrefix(what, "city "):
		b.call(ctx, "editMessageText", map[string]any{"chat_id": m.Chat.ID, "message_id": m.MessageID, "text": "Vive en " + what[5:]})
	}
	b.call(ctx, "answerCallbackQuery", answer)
}

func (b *pageBot) wait(ctx context.Context) {
	select {
	case <-b.release:
	case <-ctx.Done():
	}
}

func data(text, what string) map[string]any {
	return map[string]any{"text": text, "callback_data": what}
}

func inline(rows ...[]any) map[string]any { return map[string]any{"inline_keyboard": rows} }

func (b *pageBot) say(ctx context.Context, chat int64, text string, markup any) {
	params := map[string]any{"chat_id": chat, "text": text}
	if markup != nil {
		params["reply_markup"] = markup
	}
	b.call(ctx, "sendMessage", params)
}

func (b *pageBot) document(ctx context.Context, chat int64) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("chat_id", fmt.Sprint(chat))
	_ = form.WriteField("caption", "Sus datos")
	part, err := form.CreateFormFile("document", "mis_datos.json")
	if err != nil {
		b.t.Error(err)
		return
	}
	_, _ = io.WriteString(part, `{"nombre":"Ana"}`)
	_ = form.Close()
	b.post(ctx, "sendDocument", form.FormDataContentType(), &body)
}

func (b *pageBot) call(ctx context.Context, method string, params any) json.RawMessage {
	body, err := json.Marshal(params)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	return b.post(ctx, method, "application/json", bytes.NewReader(body))
}

// post returns the result; any refusal that is not the end of the test fails it.
func (b *pageBot) post(ctx context.Context, method, contentType string, body io.Reader) json.RawMessage {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.base+method, body)
	if err != nil {
		b.t.Error(err)
		return nil
	}
	r.Header.Set("Content-Type", contentType)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		if ctx.Err() == nil {
			b.t.Errorf("%s: %v", method, err)
		}
		return nil
	}
	defer response.Body.Close()
	var answer struct {
		OK          bool
		Result      json.RawMessage
		Description string
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || !answer.OK {
		if ctx.Err() == nil {
			b.t.Errorf("%s: %s (%v)", method, answer.Description, err)
		}
		return nil
	}
	return answer.Result
}
