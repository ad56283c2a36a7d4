package emulator

import (
	"encoding/json"
	"slices"
	"time"
	"unicode/utf8"
)

// Telegram lets a bot delete messages for this long.
const deletable = 48 * time.Hour

// target finds the message that chat_id and message_id name.
func (c *call) target(verb string) (*chat, *message, *apiError) {
	ch, err := c.s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, nil, err
	}
	if err := c.s.mayRead(ch); err != nil {
		return nil, nil, err
	}
	m := ch.messages[leadingInt(c.p.str("message_id"))]
	if m == nil {
		return ch, nil, bad("message to %s not found", verb)
	}
	return ch, m, nil
}

// editable is target with the reasons for which a message cannot be changed.
func (c *call) editable() (*chat, *message, *apiError) {
	if c.p.str("chat_id") == "" && leadingInt(c.p.str("message_id")) == 0 {
		if c.p.has("inline_message_id") {
			return nil, nil, bad("MESSAGE_ID_INVALID") // inline mode is not served
		}
		return nil, nil, bad("message identifier is not specified")
	}
	ch, m, err := c.target("edit")
	if err != nil {
		return nil, nil, err
	}
	if err := c.s.mayWrite(ch); err != nil {
		return nil, nil, err
	}
	if !m.fromBot || m.NewMembers != nil || m.ForwardOrigin != nil {
		return nil, nil, bad("message can't be edited")
	}
	return ch, m, nil
}

var errNotModified = bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")

// replace puts the changed copy of a message in its place.
func (c *call) replace(ch *chat, old, m *message) (any, *apiError) {
	s := c.s
	if err := c.allowSends(ch, 1); err != nil {
		return nil, err
	}
	// The lock may have been released while a flood was absorbed.
	if ch.messages[old.MessageID] != old {
		return nil, bad("message to edit not found")
	}
	m.EditDate = s.now().Unix()
	ch.messages[m.MessageID] = m
	s.events.add(event{kind: "edited", chat: ch.id, message: m})
	return m, nil
}

func (c *call) editMessageText() (any, *apiError) {
	if c.p.str("text") == "" {
		return nil, bad("message text is empty")
	}
	return c.edit("text", "entities", func(m *message, text formatted) *apiError {
		switch {
		case m.Text == "":
			return bad("there is no text in the message to edit")
		case utf8.RuneCountInString(text.text) > maxText:
			return bad("message is too long")
		case text.text == "":
			return bad("text must be non-empty")
		}
		m.Text, m.Entities = text.text, text.entities
		return nil
	})
}

func (c *call) editMessageCaption() (any, *apiError) {
	return c.edit("caption", "caption_entities", func(m *message, text formatted) *apiError {
		switch {
		case !m.hasMedia():
			return bad("there is no caption in the message to edit")
		case utf8.RuneCountInString(text.text) > maxCaption:
			return bad("message caption is too long")
		}
		m.Caption, m.CaptionEnts = text.text, text.entities
		return nil
	})
}

func (c *call) editMessageReplyMarkup() (any, *apiError) {
	return c.edit("", "", func(*message, formatted) *apiError { return nil })
}

// edit changes a message by set; a reply_markup that is left out removes the
// keyboard, as Telegram has it.
func (c *call) edit(name, entities string, set func(*message, formatted) *apiError) (any, *apiError) {
	var text formatted
	var err *apiError
	if name != "" {
		if text, err = c.parseText(name, "parse_mode", entities); err != nil {
			return nil, err
		}
	}
	keys, err := parseMarkup(c.p.str("reply_markup"))
	if err != nil {
		return nil, err
	}
	preview, err := c.linkPreview()
	if err != nil {
		return nil, err
	}
	settled, _, refusal := text.settle()
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, old, err := c.editable()
	if err != nil {
		return nil, err
	}
	if keys.keyboard != nil || keys.forceReply || keys.remove {
		return nil, bad("inline keyboard expected")
	}
	if err := keys.allowed(ch); err != nil {
		return nil, err
	}
	m := *old
	if refusal != nil {
		return nil, refusal
	}
	settled.entities = s.knownMentions(settled.entities)
	if err := set(&m, settled); err != nil {
		return nil, err
	}
	if name == "text" {
		m.LinkPreview = preview
	}
	m.ReplyMarkup = keys.inline
	if string(encode(m)) == string(encode(old)) {
		return nil, errNotModified
	}
	return c.replace(ch, old, &m)
}

func (c *call) deleteMessage() (any, *apiError) {
	switch {
	case c.p.str("chat_id") == "":
		return nil, bad("chat identifier is not specified")
	case leadingInt(c.p.str("message_id")) == 0:
		return nil, bad("message identifier is not specified")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, m, err := c.target("delete")
	if err != nil {
		return nil, err
	}
	if !s.mayDelete(ch, m) {
		return nil, bad("message can't be deleted for everyone")
	}
	s.deleteFor(ch, m)
	return true, nil
}

// mayDelete: own messages and, in private chats and as administrator, those of others,
// while they are young.
func (s *Server) mayDelete(ch *chat, m *message) bool {
	if s.now().Sub(time.Unix(m.Date, 0)) > deletable {
		return false
	}
	return m.fromBot || ch.person != nil || ch.botStatus == "administrator"
}

func (s *Server) deleteFor(ch *chat, m *message) {
	ch.drop(m.MessageID)
	s.events.add(event{kind: "deleted", chat: ch.id, messageID: m.MessageID})
}

// messageIDs reads a list of 1 to 100 message ids.
func (c *call) messageIDs() ([]int64, *apiError) {
	var raw []json.RawMessage
	if c.p.str("message_ids") == "" {
		return nil, bad("message identifiers are not specified")
	}
	if json.Unmarshal([]byte(c.p.str("message_ids")), &raw) != nil {
		return nil, bad("expected an Array of message identifiers")
	}
	var ids []int64
	for _, r := range raw {
		id := leadingInt(string(r))
		var quoted string
		if json.Unmarshal(r, &quoted) == nil {
			id = leadingInt(quoted)
		}
		if id <= 0 {
			return nil, bad("invalid message identifier specified")
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, bad("message identifiers are not specified")
	}
	if len(ids) > 100 {
		return nil, bad("too many message identifiers specified")
	}
	return ids, nil
}

func (c *call) deleteMessages() (any, *apiError) {
	ids, err := c.messageIDs()
	if err != nil {
		return nil, err
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		// Those that are not found are skipped, one that cannot be deleted refuses all.
		if m := ch.messages[id]; m != nil && !s.mayDelete(ch, m) {
			return nil, bad("message can't be deleted for everyone")
		}
	}
	for _, id := range ids {
		if m := ch.messages[id]; m != nil {
			s.deleteFor(ch, m)
		}
	}
	return true, nil
}

func (c *call) setMessageReaction() (any, *apiError) {
	var list []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	if raw := c.p.str("reaction"); raw != "" && json.Unmarshal([]byte(raw), &list) != nil {
		return nil, bad("can't parse reaction types JSON object")
	}
	if len(list) > 1 {
		return nil, bad("REACTIONS_TOO_MANY")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, old, err := c.target("react")
	if err != nil {
		return nil, err
	}
	m := *old
	m.reaction = ""
	if len(list) == 1 {
		if list[0].Type != "emoji" || !slices.Contains(freeReactions, list[0].Emoji) {
			return nil, bad("REACTION_INVALID")
		}
		m.reaction = list[0].Emoji
	}
	ch.messages[m.MessageID] = &m
	s.events.add(event{kind: "edited", chat: ch.id, message: &m})
	return true, nil
}

// freeReactions are the emoji of ReactionTypeEmoji
// (https://core.telegram.org/bots/api#reactiontypeemoji).
var freeReactions = []string{"❤", "👍", "👎", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩", "🙏", "👌", "🕊",
	"🤡", "🥱", "🥴", "😍", "🐳", "❤‍🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐", "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭",
	"🤓", "👻", "👨‍💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍", "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘",
	"💊", "🙊", "😎", "👾", "🤷‍♂", "🤷", "🤷‍♀", "😡"}
