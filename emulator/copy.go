package emulator

import "strconv"

func randomDigits(n uint64) string { return strconv.FormatUint(n>>5, 10) }

type messageID struct {
	MessageID int64 `json:"message_id"`
}

// source finds the message to copy or forward. The lock is held.
func (c *call) source(id int64, verb string) (*message, *apiError) {
	if c.p.str("from_chat_id") == "" {
		return nil, missing("from_chat_id")
	}
	from, err := c.s.findChat(c.p.str("from_chat_id"))
	if err != nil {
		return nil, err
	}
	m := from.messages[id]
	if m == nil {
		return nil, bad("message to %s not found", verb)
	}
	if m.NewMembers != nil || m.LeftMember != nil || m.GroupCreated {
		return nil, bad("message can't be %s", map[string]string{"copy": "copied", "forward": "forwarded"}[verb])
	}
	if m.Protected && verb == "forward" {
		return nil, bad("message can't be forwarded")
	}
	return m, nil
}

// content is a message with what it says and nothing of where it was.
func (m *message) content() *message {
	return &message{
		Text: m.Text, Entities: m.Entities, Animation: m.Animation, Audio: m.Audio, Document: m.Document, Photo: m.Photo,
		Sticker: m.Sticker, Video: m.Video, VideoNote: m.VideoNote, Voice: m.Voice, Caption: m.Caption,
		CaptionEnts: m.CaptionEnts, Contact: m.Contact, Venue: m.Venue, Location: m.Location,
	}
}

func (m *message) forwarded() *message {
	f := m.content()
	f.ForwardOrigin = &messageOrigin{Type: "user", SenderUser: m.From, Date: m.Date}
	if m.SenderChat != nil {
		f.ForwardOrigin = &messageOrigin{Type: "channel", Chat: m.SenderChat, MessageID: m.MessageID, Date: m.Date}
	}
	f.ForwardFrom, f.ForwardDate = m.From, m.Date
	return f
}

func (c *call) copyMessage() (any, *apiError) {
	caption, err := c.parseText("caption", "parse_mode", "caption_entities")
	if err != nil {
		return nil, err
	}
	out, err := c.prepare(&message{})
	if err != nil {
		return nil, err
	}
	c.s.mu.Lock()
	m, err := c.source(leadingInt(c.p.str("message_id")), "copy")
	c.s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	copied := m.content()
	copied.Protected = out.message.Protected
	out.message = copied
	body, entities := copied.body()
	out.text, out.isText = formatted{body, entities}, copied.Text != ""
	if _, given := c.p.values["caption"]; given && copied.hasMedia() {
		out.text = caption
	}
	sent, err := c.send(out)
	if err != nil {
		return nil, err
	}
	return messageID{sent.(*message).MessageID}, nil
}

func (c *call) forwardMessage() (any, *apiError) {
	c.s.mu.Lock()
	m, err := c.source(leadingInt(c.p.str("message_id")), "forward")
	c.s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return c.send(c.forward(m))
}

func (c *call) forward(m *message) *outgoing {
	f := m.forwarded()
	f.Protected = c.p.bool("protect_content")
	body, entities := f.body()
	return &outgoing{message: f, text: formatted{body, entities}, isText: f.Text != ""}
}

// several copies or forwards the messages that are found, in their order.
func (c *call) several(verb string, build func(*message) *outgoing) (any, *apiError) {
	ids, err := c.messageIDs()
	if err != nil {
		return nil, err
	}
	var outs []*outgoing
	c.s.mu.Lock()
	for _, id := range ids {
		if m, err := c.source(id, verb); err == nil {
			outs = append(outs, build(m))
		}
	}
	c.s.mu.Unlock()
	if len(outs) == 0 {
		return nil, bad("there are no messages to %s", verb)
	}
	sent, err := c.sendAll(outs)
	if err != nil {
		return nil, err
	}
	list := []messageID{}
	for _, m := range sent {
		list = append(list, messageID{m.MessageID})
	}
	return list, nil
}

func (c *call) copyMessages() (any, *apiError) {
	return c.several("copy", func(m *message) *outgoing {
		n := m.content()
		n.Protected = c.p.bool("protect_content")
		body, entities := n.body()
		if c.p.bool("remove_caption") && n.Text == "" {
			body, entities = "", nil
		}
		return &outgoing{message: n, text: formatted{body, entities}, isText: n.Text != ""}
	})
}

func (c *call) forwardMessages() (any, *apiError) {
	return c.several("forward", c.forward)
}
