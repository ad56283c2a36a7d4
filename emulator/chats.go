package emulator

import (
	"strings"
	"time"
)

// user is a person with an account.
type user struct {
	User
	deactivated bool
	seen        bool // the bot met this person, in a private chat or in a group
}

// chat is one conversation of the bot.
type chat struct {
	id          int64
	kind        string // private, group, supergroup, channel
	title       string
	username    string
	description string
	person      *user // of a private chat
	started     bool  // the person has written to the bot
	botStatus   string
	members     map[int64]string // user id → status, without the bot
	order       []int64          // message ids, ascending
	messages    map[int64]*message
	lastID      int64 // of a supergroup or channel; other chats share one counter
	keyboard    *Keyboard
	menuButton  *menuButton
	migratedTo  int64
	deleted     bool
	instance    string // chat_instance of callback queries
}

// history bounds the messages kept and numbers those of private chats and
// groups, which share one counter as they do in a bot's account.
type history struct {
	limit  int
	lastID int64
	count  int
	next   uint64
	queue  []kept // ring by append and head
	head   int
}

type kept struct {
	chat   *chat
	id     int64
	number uint64
}

func (c *chat) info() chatInfo {
	if c.person != nil {
		u := c.person
		return chatInfo{ID: c.id, FirstName: u.FirstName, LastName: u.LastName, Username: u.Username, Type: "private"}
	}
	return chatInfo{ID: c.id, Title: c.title, Username: c.username, Type: c.kind}
}

func (c *chat) isGroup() bool { return c.kind == "group" || c.kind == "supergroup" }

// put gives the message its number and place in the chat.
func (s *Server) put(c *chat, m *message) {
	h := &s.history
	if c.kind == "supergroup" || c.kind == "channel" {
		c.lastID++
		m.MessageID = c.lastID
	} else {
		h.lastID++
		m.MessageID = h.lastID
	}
	h.next++
	m.number = h.next
	c.order = append(c.order, m.MessageID)
	c.messages[m.MessageID] = m
	h.queue = append(h.queue, kept{c, m.MessageID, m.number})
	h.count++
	for h.count > h.limit {
		h.forgetOldest()
	}
}

func (h *history) forgetOldest() {
	old := h.queue[h.head]
	h.queue[h.head] = kept{}
	h.head++
	h.count--
	if h.head > 1024 && h.head > len(h.queue)/2 {
		h.queue = append([]kept(nil), h.queue[h.head:]...)
		h.head = 0
	}
	if m := old.chat.messages[old.id]; m != nil && m.number == old.number {
		old.chat.drop(old.id)
	}
}

func (c *chat) drop(id int64) {
	delete(c.messages, id)
	// The oldest message is forgotten most often, so it is looked for first.
	for i, other := range c.order {
		if other == id {
			if i == 0 {
				c.order = c.order[1:]
			} else {
				c.order = append(c.order[:i:i], c.order[i+1:]...)
			}
			return
		}
	}
}

// findChat resolves the value of a chat_id parameter for the bot.
func (s *Server) findChat(value string) (*chat, *apiError) {
	if value == "" {
		return nil, bad("chat_id is empty")
	}
	if strings.HasPrefix(value, "@") {
		id, ok := s.byName[strings.ToLower(value[1:])]
		// A person cannot be addressed by username; only bots, groups and channels can.
		if c := s.chats[id]; ok && c != nil && c.person == nil {
			return c, nil
		}
		return nil, bad("chat not found")
	}
	id := leadingInt(value)
	if c := s.chats[id]; c != nil {
		if c.person != nil && !c.started && !c.person.seen {
			return nil, bad("chat not found")
		}
		return c, nil
	}
	return nil, bad("chat not found")
}

// writable is findChat with the reasons for which a bot cannot write there.
func (s *Server) writable(value string) (*chat, *apiError) {
	if leadingInt(value) == s.bot.ID {
		return nil, forbidden("the bot can't send messages to the bot")
	}
	c, err := s.findChat(value)
	if err != nil {
		return nil, err
	}
	return c, s.mayWrite(c)
}

func (s *Server) mayWrite(c *chat) *apiError {
	switch {
	case c.person != nil && c.person.deactivated:
		return forbidden("user is deactivated")
	case c.person != nil && c.botStatus == "kicked":
		return forbidden("bot was blocked by the user")
	case c.person != nil && !c.started:
		return forbidden("bot can't initiate conversation with a user")
	case c.person != nil:
		return nil
	case c.migratedTo != 0:
		e := bad("group chat was upgraded to a supergroup chat")
		e.migrateTo = c.migratedTo
		return e
	case c.deleted:
		return forbidden("the group chat was deleted")
	case c.botStatus == "kicked":
		return forbidden("bot was kicked from the " + c.kind + " chat")
	case c.botStatus == "left":
		return forbidden("bot is not a member of the " + c.kind + " chat")
	case c.botStatus == "restricted":
		return bad("not enough rights to send text messages to the chat")
	case c.kind == "channel" && c.botStatus != "administrator":
		return bad("need administrator rights in the channel chat")
	}
	return nil
}

// setBotStatus changes what the bot is in a chat and tells it.
func (s *Server) setBotStatus(c *chat, by User, status string) {
	if c.botStatus == status {
		return
	}
	now := s.now()
	change := memberUpdate{Chat: c.info(), From: by, Date: now.Unix(), Old: s.botMember(c.botStatus), New: s.botMember(status)}
	c.botStatus = status
	s.enqueue("my_chat_member", laneKey{5, c.id}, now.Add(24*time.Hour), change)
}

func (s *Server) botMember(status string) chatMember {
	m := chatMember{Status: status, User: s.bot}
	if status == "kicked" {
		m.UntilDate = new(int64)
	}
	return m
}

// deliver puts the message of a person into the chat and on its way to the
// bot, as far as the bot may read there.
func (s *Server) deliver(c *chat, m *message) {
	s.put(c, m)
	s.events.add(event{kind: "message", chat: c.id, message: m})
	if !s.botReads(c, m) {
		return
	}
	kind := "message"
	if c.kind == "channel" {
		kind = "channel_post"
	}
	s.enqueue(kind, laneKey{0, c.id}, time.Unix(m.Date, 0).Add(24*time.Hour), m)
}

// botReads follows privacy mode, in which bots are by default
// (https://core.telegram.org/bots/features#privacy-mode): in a group a bot
// gets commands, replies to its messages and service messages.
func (s *Server) botReads(c *chat, m *message) bool {
	switch {
	case c.person != nil, c.botStatus == "administrator":
		return true
	case c.botStatus != "member" && c.botStatus != "restricted":
		return false
	case c.kind == "channel", m.NewMembers != nil, m.LeftMember != nil, m.MigrateTo != 0, m.MigrateFrom != 0:
		return true
	case m.ReplyTo != nil && m.ReplyTo.fromBot:
		return true
	}
	text, entities := m.body()
	for _, e := range entities {
		if e.Type != "bot_command" {
			continue
		}
		_, name, addressed := strings.Cut(sliceUnits(text, e.Offset, e.Offset+e.Length), "@")
		if !addressed || strings.EqualFold(name, s.bot.Username) {
			return true
		}
	}
	return false
}
