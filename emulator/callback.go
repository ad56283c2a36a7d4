package emulator

import (
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	updateLife      = 150 * time.Second // of a callback query's update
	maxCallbackText = 200
	maxQueries      = 200_000
)

// callbackStore knows the callback queries that can still be answered.
type callbackStore struct {
	open  map[string]openQuery
	order []string
}

type openQuery struct {
	chat int64
	user int64
	at   time.Time
}

func (q *callbackStore) init() { q.open = map[string]openQuery{} }

// add remembers a query and forgets the oldest beyond the bound.
func (q *callbackStore) add(id string, query openQuery) {
	q.open[id] = query
	q.order = append(q.order, id)
	for len(q.order) > maxQueries {
		delete(q.open, q.order[0])
		q.order = q.order[1:]
	}
}

// tap makes the callback query of a tap on a message and returns its id.
// The lock is held.
func (s *Server) tap(c *chat, from User, messageID int64, data string) string {
	now := s.now()
	id := strconv.FormatUint(s.rng.Uint64()>>1, 10)
	s.queries.add(id, openQuery{chat: c.id, user: from.ID, at: now})
	q := callbackQuery{ID: id, From: from, ChatInstance: c.instance, Data: data}
	if m := c.messages[messageID]; m != nil {
		q.Message = m
	} else {
		q.Message = inaccessibleMessage{MessageID: messageID, Chat: c.info()}
	}
	s.enqueue("callback_query", laneKey{3, from.ID}, now.Add(updateLife), q)
	return id
}

// answerCallbackQuery can be given once, and not late.
func (c *call) answerCallbackQuery() (any, *apiError) {
	s := c.s
	text := c.p.str("text")
	if !utf8.ValidString(text) {
		return nil, bad("strings must be encoded in UTF-8")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.p.str("callback_query_id")
	q, known := s.queries.open[id]
	if !known || s.now().Sub(q.at) > s.cfg.CallbackLifetime {
		delete(s.queries.open, id)
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	if utf8.RuneCountInString(text) > maxCallbackText {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	delete(s.queries.open, id)
	fields := map[string]any{"callback_query_id": id, "show_alert": c.p.bool("show_alert"), "user_id": q.user}
	if text != "" {
		fields["text"] = text
	}
	if url := c.p.str("url"); url != "" {
		fields["url"] = url
	}
	s.events.add(event{kind: "callback", chat: q.chat, fields: fields})
	return true, nil
}
