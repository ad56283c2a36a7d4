package emulator

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// reply is the answer to one call of the Bot API.
type reply struct {
	Status      int
	Header      http.Header
	Body        string
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	ErrorCode   int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// got is the result as an object.
func (r reply) got(t *testing.T) map[string]any {
	t.Helper()
	if !r.OK {
		t.Fatalf("refused: %d %s", r.ErrorCode, r.Description)
	}
	var out map[string]any
	if err := json.Unmarshal(r.Result, &out); err != nil {
		t.Fatalf("result %s: %v", r.Result, err)
	}
	return out
}

// quick is a server without flood limits.
func quick(t *testing.T) *Server {
	t.Helper()
	return serve(t, Config{Limits: Limits{Off: true}})
}

func serve(t *testing.T, cfg Config) *Server {
	t.Helper()
	if cfg.Seed == 0 {
		cfg.Seed = 7
	}
	s := New(cfg)
	t.Cleanup(s.Close)
	return s
}

// newcomer adds a person who has started the bot.
func newcomer(t *testing.T, s *Server) int64 {
	t.Helper()
	id := s.AddUser(User{FirstName: "Ana", LanguageCode: "es"})
	if _, err := s.Start(id, ""); err != nil {
		t.Fatal(err)
	}
	return id
}

type p = map[string]any

// do calls a method with a JSON body.
func do(t *testing.T, s *Server, method string, fields p) reply {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return raw(t, s, "POST", "/bot"+s.Token()+"/"+method, "application/json", string(body))
}

func raw(t *testing.T, s *Server, verb, path, contentType, body string) reply {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), verb, path, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	out := reply{Status: w.Code, Header: w.Header(), Body: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil && strings.HasPrefix(out.Body, `{"ok"`) {
			t.Fatalf("%s: %v", out.Body, err)
		}
	}
	return out
}

// sent is the message id of a text sent to the chat.
func sent(t *testing.T, s *Server, chat int64, fields p) int64 {
	t.Helper()
	all := p{"chat_id": chat, "text": "hola"}
	for k, v := range fields {
		all[k] = v
	}
	return int64(do(t, s, "sendMessage", all).got(t)["message_id"].(float64))
}

func buttons(data ...string) p {
	var row []p
	for _, d := range data {
		row = append(row, p{"text": "b", "callback_data": d})
	}
	return p{"inline_keyboard": []any{row}}
}

// update is one element of a getUpdates result.
type update struct {
	ID       int64           `json:"update_id"`
	Message  *message        `json:"message"`
	Edited   *message        `json:"edited_message"`
	Callback *callbackQuery  `json:"callback_query"`
	Member   *memberUpdate   `json:"my_chat_member"`
	Post     json.RawMessage `json:"channel_post"`
}

// fetch asks for updates without the rule that slows repeated offsets down.
func fetch(t *testing.T, s *Server, fields p) []update {
	t.Helper()
	s.mu.Lock()
	s.polls.started = time.Time{}
	s.mu.Unlock()
	r := do(t, s, "getUpdates", fields)
	if !r.OK {
		t.Fatalf("getUpdates: %s", r.Description)
	}
	var list []update
	if err := json.Unmarshal(r.Result, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// form makes a multipart body of fields and files.
func form(t *testing.T, fields map[string]string, files map[string][]byte) (contentType, body string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	for k, v := range files {
		part, err := w.CreateFormFile(k, k+".txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(v); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), buf.String()
}

// wants fails unless the call was refused with the words.
func wants(t *testing.T, r reply, code int, description string) {
	t.Helper()
	if r.OK || r.Status != code || r.ErrorCode != code || r.Description != description {
		t.Errorf("got HTTP %d, %d %q\nwant %d %q", r.Status, r.ErrorCode, r.Description, code, description)
	}
}
