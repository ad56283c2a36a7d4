package emulator

import (
	"slices"
	"strings"
)

// Group describes a group, supergroup or channel to make.
type Group struct {
	Title    string  `json:"title"`
	Type     string  `json:"type,omitempty"` // group (default), supergroup, channel
	Username string  `json:"username,omitempty"`
	Members  []int64 `json:"members"` // the first one owns it
	// WithoutBot leaves the bot out; add it with SetMember.
	WithoutBot bool `json:"without_bot,omitempty"`
}

// AddGroup makes a group and returns its id, which is negative.
func (s *Server) AddGroup(g Group) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g.Type == "" {
		g.Type = "group"
	}
	for _, id := range g.Members {
		if s.users[id] == nil {
			return 0, ErrNoUser
		}
	}
	c := &chat{kind: g.Type, title: g.Title, username: g.Username, botStatus: "left", members: map[int64]string{},
		messages: map[int64]*message{}, instance: randomDigits(s.rng.Uint64())}
	for {
		c.id = -(4_000_000_000 + s.rng.Int64N(900_000_000))
		if g.Type != "group" {
			c.id -= 1_000_000_000_000 - 2_000_000_000
		}
		if s.chats[c.id] == nil {
			break
		}
	}
	s.chats[c.id] = c
	s.events.add(event{kind: "group", chat: c.id})
	if g.Username != "" {
		s.byName[strings.ToLower(g.Username)] = c.id
	}
	for i, id := range g.Members {
		c.members[id] = "member"
		if i == 0 {
			c.members[id] = "creator"
		}
	}
	if !g.WithoutBot {
		s.admitBot(c, s.owner(c))
	}
	return c.id, nil
}

// GroupView is a group as the page shows it: through the eyes of one member.
type GroupView struct {
	ID     int64  `json:"id"`
	Title  string `json:"title"`
	As     int64  `json:"as"` // who writes there on the page: the owner
	AsName string `json:"as_name"`
}

// Groups are all groups and supergroups, oldest first.
func (s *Server) Groups() []GroupView {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []GroupView{}
	for _, c := range s.chats {
		if !c.isGroup() || c.migratedTo != 0 {
			continue
		}
		by := s.owner(c)
		list = append(list, GroupView{c.id, c.title, by.ID, by.FirstName})
	}
	slices.SortFunc(list, func(a, b GroupView) int { return int(min(max(b.ID-a.ID, -1), 1)) })
	return list
}

// owner is who acts in the group when nobody is named.
func (s *Server) owner(c *chat) User {
	var ids []int64
	for id := range c.members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if c.members[id] == "creator" {
			return s.users[id].User
		}
	}
	return User{ID: 1087968824, IsBot: true, FirstName: "Group", Username: "GroupAnonymousBot"}
}

// admitBot adds the bot: it meets the members who write later, and the
// service message tells it who added it.
func (s *Server) admitBot(c *chat, by User) {
	status := "member"
	if c.kind == "channel" {
		status = "administrator"
	}
	s.setBotStatus(c, by, status)
	if c.kind == "channel" {
		return
	}
	bot := s.bot
	s.deliver(c, &message{Chat: c.info(), From: &by, Date: s.now().Unix(), NewMembers: []User{bot}, NewMember: &bot})
}

// SetBotStatus changes what the bot is in a group or channel: member,
// administrator, restricted, left or kicked.
func (s *Server) SetBotStatus(chatID int64, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil || c.person != nil {
		return ErrNoChat
	}
	out := c.botStatus == "left" || c.botStatus == "kicked"
	if out && status == "member" {
		s.admitBot(c, s.owner(c))
		return nil
	}
	s.setBotStatus(c, s.owner(c), status)
	return nil
}

// SetMember adds a person to a group or takes one out.
func (s *Server) SetMember(chatID, userID int64, in bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, u := s.chats[chatID], s.users[userID]
	if c == nil || c.person != nil {
		return ErrNoChat
	}
	if u == nil {
		return ErrNoUser
	}
	now := s.now()
	if in {
		c.members[userID] = "member"
		u.seen = true
		s.deliver(c, &message{Chat: c.info(), From: &u.User, Date: now.Unix(), NewMembers: []User{u.User}, NewMember: &u.User})
		return nil
	}
	c.members[userID] = "left"
	s.deliver(c, &message{Chat: c.info(), From: &u.User, Date: now.Unix(), LeftMember: &u.User})
	return nil
}

// Migrate upgrades a group to a supergroup and returns the new id.
func (s *Server) Migrate(chatID int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil || c.kind != "group" || c.migratedTo != 0 {
		return 0, ErrNoChat
	}
	n := &chat{id: -1_002_000_000_000 - s.rng.Int64N(900_000_000), kind: "supergroup", title: c.title, username: c.username,
		botStatus: c.botStatus, members: c.members, messages: map[int64]*message{}, instance: randomDigits(s.rng.Uint64())}
	s.chats[n.id] = n
	by := s.owner(c)
	now := s.now().Unix()
	s.deliver(c, &message{Chat: c.info(), From: &by, Date: now, MigrateTo: n.id})
	c.migratedTo = n.id
	s.deliver(n, &message{Chat: n.info(), From: &by, Date: now, MigrateFrom: c.id})
	return n.id, nil
}
