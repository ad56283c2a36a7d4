package bot

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/outreach"
)

const token = "123:AAsecretsecretsecretsecretsecret"

func dial(t *testing.T, h http.HandlerFunc) telegram {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return telegram{newAPI(server.URL+"/", token, 2)}
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// The descriptions are those of the Bot API server.
func TestEveryAnswerHasItsOutcome(t *testing.T) {
	refuse := func(code int, description string) http.HandlerFunc {
		b, _ := json.Marshal(map[string]any{"ok": false, "error_code": code, "description": description})
		return answer(code, string(b))
	}
	for name, tc := range map[string]struct {
		h    http.HandlerFunc
		want outreach.SendError
	}{
		"blocked":          {refuse(403, "Forbidden: bot was blocked by the user"), outreach.SendError{Outcome: outreach.Blocked, Code: 403}},
		"deactivated":      {refuse(403, "Forbidden: user is deactivated"), outreach.SendError{Outcome: outreach.Blocked, Code: 403}},
		"never started":    {refuse(403, "Forbidden: bot can't initiate conversation with a user"), outreach.SendError{Outcome: outreach.Blocked, Code: 403}},
		"unknown chat":     {refuse(400, "Bad Request: chat not found"), outreach.SendError{Outcome: outreach.Blocked, Code: 400}},
		"bad markup":       {refuse(400, `Bad Request: can't parse entities: Unsupported start tag "x" at byte offset 0`), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonMarkup, Code: 400}},
		"unchanged":        {refuse(400, "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonNotModified, Code: 400}},
		"nothing to edit":  {refuse(400, "Bad Request: message to edit not found"), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonGone, Code: 400}},
		"cannot be edited": {refuse(400, "Bad Request: message can't be edited"), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonGone, Code: 400}},
		"too long":         {refuse(400, "Bad Request: message is too long"), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonOther, Code: 400}},
		"too large":        {refuse(413, "Request Entity Too Large"), outreach.SendError{Outcome: outreach.Rejected, Reason: outreach.ReasonOther, Code: 413}},
		"flood":            {answer(429, `{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}`), outreach.SendError{Outcome: outreach.Throttled, RetryAfter: 7 * time.Second, Code: 429}},
		"flood by header": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "4")
			answer(429, "<html>")(w, r)
		}, outreach.SendError{Outcome: outreach.Throttled, RetryAfter: 4 * time.Second, Code: 429}},
		"flood without a time": {answer(429, "slow down"), outreach.SendError{Outcome: outreach.Throttled, RetryAfter: time.Second, Code: 429}},
		"page of a front end":  {answer(502, "<html>Bad Gateway</html>"), outreach.SendError{Outcome: outreach.Transient, Code: 502}},
		"restarting":           {refuse(500, "Internal Server Error: restart"), outreach.SendError{Outcome: outreach.Transient, Code: 500}},
		"token revoked":        {refuse(401, "Unauthorized"), outreach.SendError{Outcome: outreach.Transient, Code: 401}},
		"another server moved": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, outreach.SendError{Outcome: outreach.Transient, Code: http.StatusFound}},
		"a success unreadable": {answer(200, "<html>"), outreach.SendError{Outcome: outreach.Uncertain}},
		"cut after the call": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, outreach.SendError{Outcome: outreach.Uncertain}},
		"cut in the answer": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = io.WriteString(w, `{"ok":true`)
		}, outreach.SendError{Outcome: outreach.Uncertain}},
	} {
		_, err := dial(t, tc.h).Send(t.Context(), 5, outreach.Outgoing{Message: flows.Message{HTML: "SECRETO"}})
		got, ok := errors.AsType[*outreach.SendError](err)
		if !ok {
			t.Errorf("%s: %v is no SendError", name, err)
			continue
		}
		if diff := cmp.Diff(tc.want, *got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNoServerIsTransientAndNoAnswerIsUncertain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, err = telegram{newAPI("http://"+addr, token, 2)}.Send(t.Context(), 5, outreach.Outgoing{Message: flows.Message{HTML: "x"}})
	if got, _ := errors.AsType[*outreach.SendError](err); got == nil || got.Outcome != outreach.Transient {
		t.Errorf("no server: %v", err)
	}
	release := make(chan struct{})
	defer close(release)
	tg := dial(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body); <-release })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = tg.Send(ctx, 5, outreach.Outgoing{Message: flows.Message{HTML: "x"}})
	if got, _ := errors.AsType[*outreach.SendError](err); got == nil || got.Outcome != outreach.Uncertain {
		t.Errorf("no answer: %v", err)
	}
}

// A send that Telegram accepted must not be made again because its answer looks
// different than today.
func TestAnAcceptedMessageWithAStrangeResultIsAccepted(t *testing.T) {
	receipt, err := dial(t, answer(200, `{"ok":true,"result":{"message_id":"eleven"}}`)).
		Send(t.Context(), 5, outreach.Outgoing{Message: flows.Message{HTML: "x"}})
	if err != nil || receipt.Message != 0 {
		t.Errorf("%+v, %v", receipt, err)
	}
}

func TestErrorsHoldNeitherTokenNorTheServersWords(t *testing.T) {
	a := newAPI("http://127.0.0.1:1", token, 1)
	first := a.call(t.Context(), "getMe", nil, nil)
	second := dial(t, answer(400, `{"ok":false,"error_code":400,"description":"Bad Request: SECRETO"}`)).api.call(t.Context(), "x", nil, nil)
	third := newAPI("http://bad host\x7f", token, 1).call(t.Context(), "getMe", nil, nil)
	for _, err := range []error{first, second, third} {
		if err == nil || strings.Contains(err.Error(), token[4:]) || strings.Contains(err.Error(), "SECRETO") {
			t.Errorf("error %v", err)
		}
	}
}

// What goes over the wire, against the Bot API's own parameter names.
func TestWhatIsSent(t *testing.T) {
	buttons := [][]flows.RenderedButton{{{Text: "Sí", Data: "a:x:si"}, {Text: "Web", URL: "https://example.org"}}}
	const keyboard = `{"inline_keyboard":[[{"text":"Sí","callback_data":"a:x:si"},{"text":"Web","url":"https://example.org"}]]}`
	for _, tc := range []struct {
		name, method, want string
		m                  outreach.Outgoing
	}{
		{"a question", "sendMessage", `{"chat_id":5,"text":"<b>¿Sí?</b>","parse_mode":"HTML","link_preview_options":{"is_disabled":true},"reply_markup":` + keyboard + `}`,
			outreach.Outgoing{Message: flows.Message{HTML: "<b>¿Sí?</b>", Buttons: buttons}}},
		{"without markup", "sendMessage", `{"chat_id":5,"text":"¿Sí?","link_preview_options":{"is_disabled":true}}`,
			outreach.Outgoing{Bare: true, Message: flows.Message{HTML: "<b>¿Sí?</b>"}}},
		{"asking for a phone", "sendMessage", `{"chat_id":5,"text":"x","parse_mode":"HTML","link_preview_options":{"is_disabled":true},"reply_markup":{"keyboard":[[{"text":"Enviar","request_contact":true}]],"resize_keyboard":true,"one_time_keyboard":true}}`,
			outreach.Outgoing{Message: flows.Message{HTML: "x", Share: "contact", ShareLabel: "Enviar"}}},
		{"a mark", "editMessageText", `{"chat_id":5,"message_id":9,"text":"x","parse_mode":"HTML","link_preview_options":{"is_disabled":true},"reply_markup":{"inline_keyboard":[]}}`,
			outreach.Outgoing{Message: flows.Message{HTML: "x", Edit: 9}}},
		{"boxes", "editMessageReplyMarkup", `{"chat_id":5,"message_id":9,"reply_markup":` + keyboard + `}`,
			outreach.Outgoing{Message: flows.Message{Edit: 9, Markup: true, Buttons: buttons}}},
		{"hiding", "deleteMessage", `{"chat_id":5,"message_id":9}`,
			outreach.Outgoing{Message: flows.Message{Edit: 9, Hide: true}}},
	} {
		var path, body string
		tg := dial(t, func(w http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			path, body = r.URL.Path, string(b)
			_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":77,"date":8}}`)
		})
		if _, err := tg.Send(t.Context(), 5, tc.m); err != nil {
			t.Errorf("%s: %v", tc.name, err)
		}
		if path != "/bot"+token+"/"+tc.method {
			t.Errorf("%s: called %s", tc.name, strings.ReplaceAll(path, token, "…"))
		}
		var got, want any
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestAFileIsUploaded(t *testing.T) {
	tg := dial(t, func(w http.ResponseWriter, r *http.Request) {
		f, head, err := r.FormFile("document")
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(f)
		if head.Filename != "mis-datos.json" || string(body) != "{}" || r.FormValue("chat_id") != "5" || r.FormValue("caption") != "x" || r.FormValue("parse_mode") != "HTML" {
			t.Errorf("%s %s %v", head.Filename, body, r.Form)
		}
		_, _ = io.WriteString(w, `{"ok":true,"result":{"message_id":77,"date":8}}`)
	})
	receipt, err := tg.Send(t.Context(), 5, outreach.Outgoing{Message: flows.Message{HTML: "x", File: flows.FileDataJSON}, Body: []byte("{}")})
	if err != nil || receipt != (outreach.Receipt{Message: 77, Date: 8}) {
		t.Errorf("%+v, %v", receipt, err)
	}
}
