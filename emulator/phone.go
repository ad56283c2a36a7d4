package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync"
)

const maxPhoneBytes = 80 << 20 // a document of 50 MB in base64

// routes wires the people's side and the page.
func (s *Server) routes() {
	s.mux = http.NewServeMux()
	page := sync.OnceValue(func() http.Handler { return pageHandler(s.cfg.PageText, s.cfg.PageClock, s.cfg.PageLinks...) })
	s.mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { page().ServeHTTP(w, r) })
	s.mux.HandleFunc("GET /emulator/static/", func(w http.ResponseWriter, r *http.Request) { page().ServeHTTP(w, r) })
	s.mux.HandleFunc("GET /emulator/events", s.serveEvents)
	s.mux.HandleFunc("GET /emulator/files/{file_id}", s.serveUserFile)
	s.mux.HandleFunc("GET /file/", s.serveDownload)
	for pattern, do := range map[string]func(*http.Request) (any, error){
		"GET /emulator/users":                  func(*http.Request) (any, error) { return s.Users(), nil },
		"POST /emulator/users":                 s.postUser,
		"GET /emulator/bot":                    func(*http.Request) (any, error) { return s.Bot(), nil },
		"GET /emulator/chats/{id}/messages":    s.getMessages,
		"POST /emulator/chats/{id}/messages":   s.postMessage,
		"PUT /emulator/chats/{id}/edits":       s.postEdit,
		"POST /emulator/chats/{id}/edits":      s.postEdit,
		"POST /emulator/chats/{id}/taps":       s.postTap,
		"POST /emulator/chats/{id}/start":      s.postStart,
		"POST /emulator/chats/{id}/block":      s.onChat(func(id int64) error { return s.Block(id, true) }),
		"POST /emulator/chats/{id}/unblock":    s.onChat(func(id int64) error { return s.Block(id, false) }),
		"POST /emulator/chats/{id}/delete":     s.onChat(s.DeleteHistory),
		"POST /emulator/chats/{id}/deactivate": s.onChat(func(id int64) error { return s.Deactivate(id, true) }),
		"POST /emulator/chats/{id}/reactivate": s.onChat(func(id int64) error { return s.Deactivate(id, false) }),
		"GET /emulator/chats/{id}/commands":    s.getCommands,
		"GET /emulator/groups":                 func(*http.Request) (any, error) { return s.Groups(), nil },
		"POST /emulator/groups":                s.postGroup,
		"POST /emulator/channels":              s.postChannel,
		"POST /emulator/chats/{id}/bot":        s.postBotStatus,
		"POST /emulator/chats/{id}/members":    s.postMember,
		"POST /emulator/chats/{id}/migrate":    s.postMigrate,
		"GET /emulator/faults":                 func(*http.Request) (any, error) { return s.Faults(), nil },
		"POST /emulator/faults":                s.postFaults,
		"POST /emulator/updates":               s.postUpdate,
		"GET /emulator/stats":                  func(*http.Request) (any, error) { return s.Stats(), nil },
	} {
		s.answer(pattern, do)
	}
	if s.cfg.PageClock != nil {
		s.cfg.PageClock.check()
		s.answer("GET /emulator/clock", func(*http.Request) (any, error) { return s.clockView(), nil })
		s.answer("POST /emulator/clock/{move}", s.postClock)
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeAnswer(w, nil, &apiError{code: 404, description: "Not Found"})
	})
}

// answer serves what do returns as JSON.
func (s *Server) answer(pattern string, do func(*http.Request) (any, error)) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		result, err := do(r)
		if err != nil {
			writeProblem(w, problemCode(err), err.Error())
			return
		}
		writeJSON(w, http.StatusOK, result)
	})
}

func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = w.Write(encode(v))
}

func writeProblem(w http.ResponseWriter, code int, text string) {
	writeJSON(w, code, map[string]string{"error": text})
}

func problemCode(err error) int {
	switch {
	case errors.Is(err, ErrNoChat), errors.Is(err, ErrNoUser), errors.Is(err, ErrNoMessage), errors.Is(err, ErrNoButton), errors.Is(err, errNoMove):
		return http.StatusNotFound
	case errors.Is(err, ErrBlocked):
		return http.StatusConflict
	}
	return http.StatusBadRequest
}

// read decodes the body, which may be empty.
func read(r *http.Request, into any) error {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxPhoneBytes))
	if err != nil {
		return err
	}
	if len(body) == 0 {
		return nil
	}
	return json.Unmarshal(body, into)
}

func chatID(r *http.Request) int64 { return leadingInt(r.PathValue("id")) }

type done struct {
	OK bool `json:"ok"`
}

func (s *Server) onChat(do func(int64) error) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) { return done{true}, do(chatID(r)) }
}

func (s *Server) postUser(r *http.Request) (any, error) {
	var u User
	if err := read(r, &u); err != nil {
		return nil, err
	}
	id := s.AddUser(u)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.users[id].User, nil
}

func (s *Server) getMessages(r *http.Request) (any, error) {
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	return s.Messages(chatID(r), after)
}

func (s *Server) postMessage(r *http.Request) (any, error) {
	var d Draft
	if err := read(r, &d); err != nil {
		return nil, err
	}
	id, err := s.Write(chatID(r), d)
	return messageID{id}, err
}

func (s *Server) postEdit(r *http.Request) (any, error) {
	var in struct {
		MessageID int64  `json:"message_id"`
		Text      string `json:"text"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return messageID{in.MessageID}, s.Edit(chatID(r), in.MessageID, in.Text)
}

func (s *Server) postTap(r *http.Request) (any, error) {
	var in struct {
		From      int64   `json:"from"`
		MessageID int64   `json:"message_id"`
		Row       int     `json:"row"`
		Column    int     `json:"column"`
		Data      *string `json:"data"`
		Keyboard  bool    `json:"keyboard"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	type tapped struct {
		CallbackQueryID string `json:"callback_query_id,omitempty"`
		URL             string `json:"url,omitempty"`
		MessageID       int64  `json:"message_id,omitempty"`
	}
	switch {
	case in.Keyboard:
		id, err := s.TapKey(chatID(r), in.Row, in.Column)
		return tapped{MessageID: id}, err
	case in.Data != nil:
		id, err := s.TapData(chatID(r), in.MessageID, *in.Data)
		return tapped{CallbackQueryID: id}, err
	}
	id, url, err := s.TapAs(chatID(r), in.From, in.MessageID, in.Row, in.Column)
	return tapped{CallbackQueryID: id, URL: url}, err
}

func (s *Server) postStart(r *http.Request) (any, error) {
	var in struct {
		Payload string `json:"payload"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	id, err := s.Start(chatID(r), in.Payload)
	return messageID{id}, err
}

func (s *Server) getCommands(r *http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID(r)]
	if c == nil {
		return nil, ErrNoChat
	}
	var language string
	if c.person != nil && len(c.person.LanguageCode) >= 2 {
		language = c.person.LanguageCode[:2]
	}
	return map[string]any{
		"commands":          s.profile.commandsFor(c.id, language),
		"menu_button":       s.shownMenu(c),
		"name":              s.profile.text("name", language),
		"description":       s.profile.text("description", language),
		"short_description": s.profile.text("short_description", language),
		"keyboard":          c.keyboard,
		"blocked":           c.person != nil && c.botStatus == "kicked",
		"started":           c.started,
	}, nil
}

func (s *Server) postGroup(r *http.Request) (any, error) { return s.makeGroup(r, "") }

func (s *Server) postChannel(r *http.Request) (any, error) { return s.makeGroup(r, "channel") }

func (s *Server) makeGroup(r *http.Request, kind string) (any, error) {
	var g Group
	if err := read(r, &g); err != nil {
		return nil, err
	}
	if kind != "" {
		g.Type = kind
	}
	id, err := s.AddGroup(g)
	return map[string]int64{"id": id}, err
}

func (s *Server) postBotStatus(r *http.Request) (any, error) {
	var in struct {
		Status string `json:"status"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return done{true}, s.SetBotStatus(chatID(r), in.Status)
}

func (s *Server) postMember(r *http.Request) (any, error) {
	var in struct {
		UserID int64 `json:"user_id"`
		Left   bool  `json:"left"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	return done{true}, s.SetMember(chatID(r), in.UserID, !in.Left)
}

func (s *Server) postMigrate(r *http.Request) (any, error) {
	id, err := s.Migrate(chatID(r))
	return map[string]int64{"id": id}, err
}

func (s *Server) postFaults(r *http.Request) (any, error) {
	var f Faults
	if err := read(r, &f); err != nil {
		return nil, err
	}
	s.SetFaults(f)
	return f, nil
}

func (s *Server) postUpdate(r *http.Request) (any, error) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, maxUpdateBytes))
	if err != nil {
		return nil, err
	}
	return map[string]int64{"update_id": s.Inject(body)}, nil
}
