package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Errors of the people's side; they name no person.
var (
	ErrNoUser    = errors.New("no such user")
	ErrNoChat    = errors.New("no such chat")
	ErrNoMessage = errors.New("no such message")
	ErrNoButton  = errors.New("no such button")
	ErrBlocked   = errors.New("the bot is blocked: unblock it first")
)

// AddUser adds a person and returns the id, which is also the id of the
// private chat with the bot. A zero ID takes the next free one (above 2^32,
// as many real ones are). A known ID changes that person.
func (s *Server) AddUser(u User) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	for u.ID == 0 || u.ID == s.bot.ID {
		s.lastUser += 1 + s.rng.Int64N(1000)
		if s.users[s.lastUser] == nil {
			u.ID = s.lastUser
		}
	}
	if u.FirstName == "" {
		u.FirstName = "Persona"
	}
	u.IsBot = false
	if known := s.users[u.ID]; known != nil {
		known.User = u
	} else {
		person := &user{User: u}
		s.users[u.ID] = person
		s.chats[u.ID] = &chat{id: u.ID, kind: "private", person: person, botStatus: "member",
			messages: map[int64]*message{}, instance: randomDigits(s.rng.Uint64())}
	}
	if u.Username != "" {
		s.byName[strings.ToLower(u.Username)] = u.ID
	}
	s.events.add(event{kind: "user", fields: map[string]any{"user": u}})
	return u.ID
}

// Users are all people, by id.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []User{}
	for _, u := range s.users {
		list = append(list, u.User)
	}
	slices.SortFunc(list, func(a, b User) int { return int(min(max(a.ID-b.ID, -1), 1)) })
	return list
}

// Draft is what a person is about to send. Exactly one kind of content is
// used, in the order of the fields.
type Draft struct {
	// From is the sender in a group; in a private chat it is its person.
	From      int64      `json:"from,omitempty"`
	ReplyTo   int64      `json:"reply_to_message_id,omitempty"`
	Contact   *Contact   `json:"contact,omitempty"`
	Location  *Location  `json:"location,omitempty"`
	Voice     *DraftFile `json:"voice,omitempty"`
	VideoNote *DraftFile `json:"video_note,omitempty"`
	Photo     *DraftFile `json:"photo,omitempty"`
	Sticker   *DraftFile `json:"sticker,omitempty"`
	Document  *DraftFile `json:"document,omitempty"`
	Video     *DraftFile `json:"video,omitempty"`
	Text      string     `json:"text,omitempty"`
	Entities  []Entity   `json:"entities,omitempty"` // formatting of Text

	Forwarded bool   `json:"forwarded,omitempty"`      // from somebody who hides their name
	Album     string `json:"media_group_id,omitempty"` // the album that a photo, document or video is of
}

// DraftFile is a file that a person sends. Without Data a small one is made up.
type DraftFile struct {
	FileName string   `json:"file_name,omitempty"`
	MimeType string   `json:"mime_type,omitempty"`
	Caption  string   `json:"caption,omitempty"`
	Entities []Entity `json:"entities,omitempty"` // formatting of Caption
	Size     int64    `json:"size,omitempty"`     // what is said of its size; 0: that of Data
	Emoji    string   `json:"emoji,omitempty"`
	Duration int64    `json:"duration,omitempty"`
	Data     []byte   `json:"data,omitempty"` // base64 in JSON
}

// Say sends a text of the person of a private chat and returns its message id.
func (s *Server) Say(chatID int64, text string) (int64, error) {
	return s.Write(chatID, Draft{Text: text})
}

// Write sends a message of a person. The first message of a person starts the
// chat with the bot.
func (s *Server) Write(chatID int64, d Draft) (int64, error) {
	m, err := draftMessage(s, d)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c, from, err := s.writer(chatID, d.From)
	if err != nil {
		return 0, err
	}
	if c.kind == "channel" {
		info := c.info()
		m.SenderChat = &info
	} else {
		sender := from.User
		m.From = &sender
	}
	if d.ReplyTo != 0 {
		target := c.messages[d.ReplyTo]
		if target == nil {
			return 0, ErrNoMessage
		}
		shown := *target
		shown.ReplyTo = nil
		m.ReplyTo = &shown
	}
	if m.Contact != nil && m.Contact.PhoneNumber == "" {
		m.Contact = ownContact(from)
	}
	m.Chat, m.Date = c.info(), s.now().Unix()
	m.MediaGroupID = d.Album
	if d.Forwarded {
		m.ForwardOrigin = &messageOrigin{Type: "hidden_user", SenderName: "Alguien", Date: m.Date}
	}
	c.started = true
	if from != nil && s.botReads(c, m) {
		from.seen = true
	}
	if c.keyboard != nil && c.keyboard.OneTime {
		c.keyboard = nil
	}
	s.deliver(c, m)
	return m.MessageID, nil
}

// writer finds the chat and the person who writes there.
func (s *Server) writer(chatID, from int64) (*chat, *user, error) {
	c := s.chats[chatID]
	if c == nil {
		return nil, nil, ErrNoChat
	}
	if c.person != nil {
		if c.person.deactivated {
			return nil, nil, ErrNoUser
		}
		if c.botStatus == "kicked" {
			return nil, nil, ErrBlocked
		}
		return c, c.person, nil
	}
	if c.kind == "channel" {
		return c, nil, nil
	}
	u := s.users[from]
	if u == nil || c.members[from] == "" {
		return nil, nil, ErrNoUser
	}
	return c, u, nil
}

func ownContact(u *user) *Contact {
	return &Contact{PhoneNumber: fmt.Sprintf("57300%07d", u.ID%10_000_000), FirstName: u.FirstName, LastName: u.LastName, UserID: u.ID}
}

// Edit changes the text of a person's own message.
func (s *Server) Edit(chatID, messageID int64, text string) error {
	f, empty, refusal := formatted{text: text}.settle()
	if refusal != nil {
		return refusal
	}
	if empty {
		return errors.New("a message must not be empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil {
		return ErrNoChat
	}
	old := c.messages[messageID]
	if old == nil || old.fromBot {
		return ErrNoMessage
	}
	if c.person != nil && c.botStatus == "kicked" {
		return ErrBlocked
	}
	m := *old
	if m.hasMedia() {
		m.Caption, m.CaptionEnts = f.text, f.entities
	} else {
		m.Text, m.Entities = f.text, f.entities
	}
	now := s.now()
	m.EditDate = now.Unix()
	c.messages[messageID] = &m
	s.events.add(event{kind: "edited", chat: c.id, message: &m})
	kind := "edited_message"
	if c.kind == "channel" {
		kind = "edited_channel_post"
	}
	s.enqueue(kind, laneKey{0, c.id}, now.Add(24*time.Hour), &m)
	return nil
}

// Tap presses the inline button at row and column (from 0) of a message and
// returns the id of the callback query, or the address of a button that opens
// one.
func (s *Server) Tap(chatID, messageID int64, row, column int) (queryID, url string, err error) {
	return s.TapAs(chatID, 0, messageID, row, column)
}

// TapAs is Tap by a member of a group.
func (s *Server) TapAs(chatID, from, messageID int64, row, column int) (queryID, url string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, u, err := s.writer(chatID, from)
	if err != nil {
		return "", "", err
	}
	m := c.messages[messageID]
	if m == nil || m.hidden {
		return "", "", ErrNoMessage
	}
	if m.ReplyMarkup == nil || row < 0 || row >= len(m.ReplyMarkup.Rows) || column < 0 || column >= len(m.ReplyMarkup.Rows[row]) {
		return "", "", ErrNoButton
	}
	b := m.ReplyMarkup.Rows[row][column]
	switch {
	case b.URL != "":
		return "", b.URL, nil
	case b.CallbackData == "" || u == nil:
		return "", "", ErrNoButton
	}
	return s.tap(c, u.User, messageID, b.CallbackData), "", nil
}

// TapData sends a callback query with any data, as a changed client can.
func (s *Server) TapData(chatID, messageID int64, data string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, u, err := s.writer(chatID, 0)
	if err != nil {
		return "", err
	}
	if u == nil {
		return "", ErrNoUser
	}
	return s.tap(c, u.User, messageID, data), nil
}

// TapKey presses a button of the reply keyboard: it sends the text, or the
// person's contact or location when the button asks for it.
func (s *Server) TapKey(chatID int64, row, column int) (int64, error) {
	s.mu.Lock()
	c := s.chats[chatID]
	if c == nil {
		s.mu.Unlock()
		return 0, ErrNoChat
	}
	k := c.keyboard
	if k == nil || row < 0 || row >= len(k.Rows) || column < 0 || column >= len(k.Rows[row]) {
		s.mu.Unlock()
		return 0, ErrNoButton
	}
	b := k.Rows[row][column]
	s.mu.Unlock()
	switch {
	case b.RequestContact:
		return s.Write(chatID, Draft{Contact: &Contact{}})
	case b.RequestLocation:
		return s.Write(chatID, Draft{Location: &Location{Latitude: 4.711, Longitude: -74.0721, HorizontalAccuracy: 20}})
	}
	return s.Say(chatID, b.Text)
}

// Start presses Start, with the payload of a link (t.me/bot?start=payload).
func (s *Server) Start(chatID int64, payload string) (int64, error) {
	if payload == "" {
		return s.Say(chatID, "/start")
	}
	return s.Say(chatID, "/start "+payload)
}

// Opened makes it so that the person wrote to the bot before this server began:
// the bot may write, and no update says so.
func (s *Server) Opened(chatID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil || c.person == nil {
		return ErrNoChat
	}
	c.started, c.person.seen = true, true
	return nil
}

// Block makes the person of a private chat block the bot, or unblock it.
func (s *Server) Block(chatID int64, blocked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil || c.person == nil {
		return ErrNoChat
	}
	status := "member"
	if blocked {
		status = "kicked"
	}
	if c.botStatus != status {
		s.setBotStatus(c, c.person.User, status)
		s.events.add(event{kind: "blocked", chat: c.id, fields: map[string]any{"blocked": blocked}})
	}
	return nil
}

// Deactivate makes the account of a person disappear, or come back.
func (s *Server) Deactivate(id int64, gone bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[id]
	if u == nil {
		return ErrNoUser
	}
	u.deactivated = gone
	return nil
}

// DeleteHistory empties a private chat on the person's phone. The bot is not
// told and still knows its messages.
func (s *Server) DeleteHistory(chatID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil {
		return ErrNoChat
	}
	for _, id := range c.order {
		m := *c.messages[id]
		m.hidden = true
		c.messages[id] = &m
		s.events.add(event{kind: "deleted", chat: c.id, messageID: id})
	}
	c.keyboard = nil
	return nil
}

// Messages are the messages of a chat with an id above after, as they are
// seen now.
func (s *Server) Messages(chatID, after int64) ([]Message, error) {
	s.mu.Lock()
	c := s.chats[chatID]
	if c == nil {
		s.mu.Unlock()
		return nil, ErrNoChat
	}
	var found []*message
	// Ids ascend, so a follower of a long chat pays for the news only.
	start, _ := slices.BinarySearch(c.order, after+1)
	for _, id := range c.order[start:] {
		if m := c.messages[id]; !m.hidden {
			found = append(found, m)
		}
	}
	s.mu.Unlock()
	list := make([]Message, 0, len(found))
	for _, m := range found {
		list = append(list, viewOf(m))
	}
	return list, nil
}

// Await waits until a message of the chat with an id above after is as ok
// wants it, and returns it. Edits count: the message is seen as it is at each
// moment. It ends with the context's error.
func (s *Server) Await(ctx context.Context, chatID, after int64, ok func(Message) bool) (Message, error) {
	wakeup, leave := s.follow()
	defer leave()
	for {
		list, err := s.Messages(chatID, after)
		if err != nil {
			return Message{}, err
		}
		if i := slices.IndexFunc(list, ok); i >= 0 {
			return list[i], nil
		}
		select {
		case <-wakeup:
		case <-ctx.Done():
			return Message{}, fmt.Errorf("await a message: %w", ctx.Err())
		}
	}
}

// Inject puts an update into the bot's queue as it is, well formed or not.
// When raw is an object, its update_id is set; what is none is passed on.
func (s *Server) Inject(raw []byte) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enqueueRaw(laneKey{99, int64(s.rng.Uint64() >> 1)}, s.now().Add(24*time.Hour), func(id int64) json.RawMessage {
		return withUpdateID(raw, id)
	})
}
