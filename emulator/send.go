package emulator

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// outgoing is a message of the bot before it has a place in a chat.
type outgoing struct {
	message *message
	markup  markup
	reply   int64
	lenient bool // allow_sending_without_reply
	text    formatted
	isText  bool // text rather than caption
	empty   bool
	refusal *apiError // of the text, given after the chat was looked at
}

// settle cleans the text; it needs no lock and may take a while.
func (out *outgoing) settle() {
	out.text, out.empty, out.refusal = out.text.settle()
}

// prepare reads what all send methods share. Telegram reads the markup before
// it looks at the chat.
func (c *call) prepare(m *message) (*outgoing, *apiError) {
	out := &outgoing{message: m}
	var err *apiError
	if out.markup, err = parseMarkup(c.p.str("reply_markup")); err != nil {
		return nil, err
	}
	if raw, given := c.p.values["reply_parameters"]; given {
		err = out.readReply(raw)
	} else {
		out.reply = max(0, leadingInt(c.p.str("reply_to_message_id")))
		out.lenient = c.p.bool("allow_sending_without_reply")
	}
	if err != nil {
		return nil, err
	}
	m.Protected = c.p.bool("protect_content")
	m.silent = c.p.bool("disable_notification")
	return out, nil
}

// readReply reads reply_parameters; an empty object replies to nothing.
func (out *outgoing) readReply(raw string) *apiError {
	if raw == "" {
		return nil
	}
	if !json.Valid([]byte(raw)) {
		return bad("can't parse reply parameters JSON object")
	}
	o, ok := readObject([]byte(raw))
	if !ok {
		return bad("object expected as reply parameters")
	}
	if len(o) == 0 {
		return nil
	}
	id, err := o.required("message_id")
	if err != nil {
		return badText(err)
	}
	if out.lenient, err = o.bool("allow_sending_without_reply"); err != nil {
		return badText(err)
	}
	out.reply = max(0, leadingInt(id))
	return nil
}

// send puts the message in the chat that chat_id names.
func (c *call) send(out *outgoing) (any, *apiError) {
	sent, err := c.sendAll([]*outgoing{out})
	if err != nil {
		return nil, err
	}
	return sent[0], nil
}

func (c *call) sendAll(list []*outgoing) ([]*message, *apiError) {
	s := c.s
	for _, out := range list {
		out.settle()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.writable(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	for _, out := range list {
		if err := s.finish(ch, out); err != nil {
			return nil, err
		}
	}
	if err := c.allowSends(ch, len(list)); err != nil {
		return nil, err
	}
	var sent []*message
	for _, out := range list {
		sent = append(sent, s.post(ch, out))
	}
	return sent, nil
}

// finish checks what depends on the chat and fills the message.
func (s *Server) finish(ch *chat, out *outgoing) *apiError {
	m := out.message
	if out.refusal != nil {
		return out.refusal
	}
	text := out.text
	if err := out.markup.allowed(ch); err != nil {
		return err
	}
	n := utf8.RuneCountInString(text.text)
	switch {
	case out.isText && out.empty:
		return bad("text must be non-empty")
	case out.isText && n > maxText:
		return bad("message is too long")
	case !out.isText && n > maxCaption:
		return bad("message caption is too long")
	}
	text.entities = s.knownMentions(text.entities)
	if out.isText {
		m.Text, m.Entities = text.text, text.entities
	} else {
		m.Caption, m.CaptionEnts = text.text, text.entities
	}
	if out.reply != 0 {
		target := ch.messages[out.reply]
		switch {
		case target != nil:
			shown := *target
			shown.ReplyTo = nil
			m.ReplyTo = &shown
		case !out.lenient:
			return bad("message to be replied not found")
		}
	}
	return nil
}

// knownMentions fills in the people that the bot mentions by id and drops
// those that it has not met.
func (s *Server) knownMentions(list []Entity) []Entity {
	var out []Entity
	for _, e := range list {
		if e.Type == "text_mention" {
			if e.User == nil || s.users[e.User.ID] == nil {
				continue
			}
			known := s.users[e.User.ID].User
			e.User = &known
		}
		out = append(out, e)
	}
	return out
}

// post gives the message its place and shows it. The lock is held.
func (s *Server) post(ch *chat, out *outgoing) *message {
	m := out.message
	m.fromBot = true
	m.Chat = ch.info()
	m.Date = s.now().Unix()
	if ch.kind == "channel" {
		info := ch.info()
		m.SenderChat = &info
	} else {
		bot := s.bot
		m.From = &bot
	}
	m.ReplyMarkup = out.markup.inline
	if ch.kind != "channel" {
		m.keyboard, m.removeKeyboard, m.forceReply = out.markup.keyboard, out.markup.remove, out.markup.forceReply
		switch {
		case m.keyboard != nil:
			ch.keyboard = m.keyboard
		case m.removeKeyboard:
			ch.keyboard = nil
		}
	}
	s.put(ch, m)
	body, _ := m.body()
	s.stats.sentText(ch.id, body)
	s.events.add(event{kind: "message", chat: ch.id, message: m})
	return m
}

func (c *call) sendMessage() (any, *apiError) {
	if c.p.str("text") == "" {
		return nil, bad("message text is empty")
	}
	text, err := c.parseText("text", "parse_mode", "entities")
	if err != nil {
		return nil, err
	}
	m := &message{}
	out, err := c.prepare(m)
	if err != nil {
		return nil, err
	}
	if m.LinkPreview, err = c.linkPreview(); err != nil {
		return nil, err
	}
	out.text, out.isText = text, true
	return c.send(out)
}

func (c *call) linkPreview() (*linkPreview, *apiError) {
	raw := c.p.str("link_preview_options")
	if raw == "" {
		if c.p.bool("disable_web_page_preview") {
			return &linkPreview{IsDisabled: true}, nil
		}
		return nil, nil
	}
	var lp linkPreview
	if !json.Valid([]byte(raw)) {
		return nil, bad("can't parse link preview options JSON object")
	}
	o, ok := readObject([]byte(raw))
	if !ok {
		return nil, bad("object expected as link preview options")
	}
	var err error
	if lp.IsDisabled, err = o.bool("is_disabled"); err != nil {
		return nil, badText(err)
	}
	if lp.URL, err = o.str("url"); err != nil {
		return nil, badText(err)
	}
	if lp == (linkPreview{}) {
		return nil, nil
	}
	return &lp, nil
}

// location reads latitude and longitude.
func (c *call) location() (*Location, *apiError) {
	if c.p.str("latitude") == "" {
		return nil, bad("latitude is empty")
	}
	if c.p.str("longitude") == "" {
		return nil, bad("longitude is empty")
	}
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(c.p.str("latitude")), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(c.p.str("longitude")), 64)
	// Written so that NaN, which ParseFloat accepts, is refused too.
	if err1 != nil || err2 != nil || !(lat >= -90 && lat <= 90) || !(lon >= -180 && lon <= 180) {
		return nil, bad("wrong location specified")
	}
	accuracy, err := strconv.ParseFloat(c.p.str("horizontal_accuracy"), 64)
	if err != nil || !(accuracy >= 0 && accuracy <= 1500) {
		accuracy = 0
	}
	return &Location{Latitude: lat, Longitude: lon, HorizontalAccuracy: accuracy}, nil
}

func (c *call) sendLocation() (any, *apiError) {
	at, err := c.location()
	if err != nil {
		return nil, err
	}
	out, err := c.prepare(&message{Location: at})
	if err != nil {
		return nil, err
	}
	return c.send(out)
}

func (c *call) sendVenue() (any, *apiError) {
	at, err := c.location()
	if err != nil {
		return nil, err
	}
	v := &Venue{Location: *at, Title: c.p.str("title"), Address: c.p.str("address")}
	switch {
	case v.Title == "":
		return nil, missing("title")
	case v.Address == "":
		return nil, missing("address")
	}
	// A venue is shown with its location beside it, as Telegram does.
	out, err := c.prepare(&message{Venue: v, Location: at})
	if err != nil {
		return nil, err
	}
	return c.send(out)
}

func (c *call) sendContact() (any, *apiError) {
	contact := &Contact{PhoneNumber: c.p.str("phone_number"), FirstName: c.p.str("first_name"),
		LastName: c.p.str("last_name"), VCard: c.p.str("vcard")}
	switch {
	case contact.PhoneNumber == "":
		return nil, missing("phone_number")
	case contact.FirstName == "":
		return nil, missing("first_name")
	}
	out, err := c.prepare(&message{Contact: contact})
	if err != nil {
		return nil, err
	}
	return c.send(out)
}

var chatActions = map[string]bool{
	"cancel": true, "typing": true, "record_video": true, "upload_video": true, "record_audio": true,
	"upload_audio": true, "record_voice": true, "upload_voice": true, "upload_photo": true,
	"upload_document": true, "choose_sticker": true, "pick_up_location": true, "find_location": true,
	"record_video_note": true, "upload_video_note": true,
}

func (c *call) sendChatAction() (any, *apiError) {
	action := strings.ToLower(c.p.str("action"))
	if !chatActions[action] {
		return nil, bad("wrong parameter action in request")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.writable(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	s.events.add(event{kind: "action", chat: ch.id, fields: map[string]any{"action": action}})
	return true, nil
}
