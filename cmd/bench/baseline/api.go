package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"arraigo/cmd/bench/talk"
)

// api calls the Bot API and keeps its connections.
type api struct {
	base   string
	client *http.Client
}

func newAPI(base, token string) *api {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 512, 512
	return &api{base: base + "/bot" + token + "/", client: &http.Client{Transport: transport, Timeout: 20 * time.Second}}
}

type answerParams struct {
	ID string `json:"callback_query_id"`
}

type preview struct {
	Disabled bool `json:"is_disabled"`
}

type markup struct {
	Rows [][]talk.Button `json:"inline_keyboard"`
}

type sendParams struct {
	Chat    int64   `json:"chat_id"`
	Text    string  `json:"text"`
	Mode    string  `json:"parse_mode"`
	Preview preview `json:"link_preview_options"`
	Markup  *markup `json:"reply_markup,omitempty"`
}

type editParams struct {
	Chat    int64    `json:"chat_id"`
	Message int64    `json:"message_id"`
	Text    string   `json:"text,omitempty"`
	Mode    string   `json:"parse_mode,omitempty"`
	Preview *preview `json:"link_preview_options,omitempty"`
	Markup  markup   `json:"reply_markup"`
}

func (a *api) send(ctx context.Context, chat int64, m *talk.Message) (int64, error) {
	p := &sendParams{Chat: chat, Text: m.Text, Mode: "HTML", Preview: preview{true}}
	if m.Keyboard != nil {
		p.Markup = &markup{m.Keyboard}
	}
	var sent struct {
		ID int64 `json:"message_id"`
	}
	err := a.call(ctx, "sendMessage", p, &sent)
	return sent.ID, err
}

func (a *api) edit(ctx context.Context, chat, message int64, e *talk.Edit) error {
	p := &editParams{Chat: chat, Message: message, Markup: markup{e.Keyboard}}
	if e.Text == "" {
		return a.call(ctx, "editMessageReplyMarkup", p, nil)
	}
	p.Text, p.Mode, p.Preview = e.Text, "HTML", &preview{true}
	return a.call(ctx, "editMessageText", p, nil)
}

// call makes one call. Only what is asked for is read of the result.
func (a *api) call(ctx context.Context, method string, params, result any) error {
	body, err := json.Marshal(params)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+method, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: answered %d", method, resp.StatusCode)
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(raw, &struct {
		Result any `json:"result"`
	}{result})
}
