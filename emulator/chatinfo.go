package emulator

var errWrongUser = bad("invalid user_id specified")

// chatFull is what getChat returns.
type chatFull struct {
	chatInfo
	AccentColorID int             `json:"accent_color_id"`
	MaxReactions  int             `json:"max_reaction_count"`
	Description   string          `json:"description,omitempty"`
	Permissions   map[string]bool `json:"permissions,omitempty"`
}

func (c *call) getChat() (any, *apiError) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	ch, err := c.s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if err := c.s.mayRead(ch); err != nil {
		return nil, err
	}
	full := chatFull{chatInfo: ch.info(), MaxReactions: 11, Description: ch.description}
	if ch.isGroup() {
		full.Permissions = map[string]bool{"can_send_messages": true}
	}
	return full, nil
}

// mayRead refuses chats that the bot was removed from.
func (s *Server) mayRead(c *chat) *apiError {
	if c.person != nil || c.botStatus == "restricted" {
		return nil
	}
	if c.kind == "channel" && c.botStatus == "member" {
		return nil
	}
	return s.mayWrite(c)
}

func (c *call) getChatMember() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if err := s.mayRead(ch); err != nil {
		return nil, err
	}
	id := leadingInt(c.p.str("user_id"))
	if id <= 0 {
		return nil, errWrongUser
	}
	if id == s.bot.ID {
		return s.botMember(ch.botStatus), nil
	}
	u := s.users[id]
	if u == nil {
		return nil, bad("member not found")
	}
	status := ch.members[id]
	switch {
	case ch.person != nil && ch.person.ID == id:
		status = "member"
	case status == "":
		status = "left"
	}
	return chatMember{Status: status, User: u.User}, nil
}

func (c *call) getChatMemberCount() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if err := s.mayRead(ch); err != nil {
		return nil, err
	}
	if ch.person != nil {
		return 2, nil
	}
	n := 1
	for _, status := range ch.members {
		if status != "left" && status != "kicked" {
			n++
		}
	}
	return n, nil
}

func (c *call) getChatAdministrators() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if ch.person != nil {
		return nil, bad("there are no administrators in the private chat")
	}
	if err := s.mayRead(ch); err != nil {
		return nil, err
	}
	list := []chatMember{}
	for id, status := range ch.members {
		if status == "creator" || status == "administrator" {
			list = append(list, chatMember{Status: status, User: s.users[id].User})
		}
	}
	return list, nil
}

func (c *call) leaveChat() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if ch.person != nil {
		return nil, bad("chat member status can't be changed in private chats")
	}
	if err := s.mayRead(ch); err != nil {
		return nil, err
	}
	s.setBotStatus(ch, s.bot, "left")
	return true, nil
}

func (c *call) getUserProfilePhotos() (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	id := leadingInt(c.p.str("user_id"))
	if id <= 0 {
		return nil, errWrongUser
	}
	if s.users[id] == nil && id != s.bot.ID {
		return nil, bad("user not found")
	}
	return map[string]any{"total_count": 0, "photos": []any{}}, nil
}
