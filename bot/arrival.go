package bot

import (
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// Bounds of what is taken from an update. Telegram's texts have at most 4,096
// code points; the answer readers of flows have their own, smaller limits.
const (
	maxText     = 8192 // code points of a text
	maxData     = 64   // bytes of callback data
	maxPhone    = 32
	maxLanguage = 35 // bytes of a language code (RFC 5646 §4.4.1)
	maxQueryID  = 128
	maxFileID   = 256 // bytes of Telegram's id of a file
)

// route says who an update is for.
type route string

// The routes. They are also metric labels.
const (
	toTurn    route = "turn"    // a person in a private chat: run a turn
	toStaff   route = "staff"   // the team in its own group
	toGroup   route = "group"   // somebody called us in a group: say where to write
	toGuard   route = "guard"   // who may read reports asks for them
	toBlocked route = "blocked" // a person blocked the bot: note it
	toTap     route = "tap"     // a tap that is nobody's turn: only stop its waiting
	toNobody  route = "ignored" // channels, other bots, service messages
)

// anonymousAdmin is the account under which Telegram shows administrators of a
// group who hide their name (@GroupAnonymousBot).
const anonymousAdmin = 1087968824

// An arrival is one update on its way to a turn. It holds a person's words and
// must not be logged.
type arrival struct {
	update   int64
	route    route
	chat     int64
	input    flows.Input
	received time.Time     // when this process read it, before any waiting
	date     int64         // Unix seconds by Telegram's clock; 0 if none
	query    string        // id of the tap to answer; empty: none
	group    *groupMessage // of a group; nil elsewhere
	raw      []byte        // the update as it came, of the team's private chats only: see desk
	patient  bool          // what this chat was sent before did arrive; set by its lane
	loaded   *loaded       // timer: what was read already, for one attempt; nil: nothing
}

// loaded is a record with its notices.
type loaded struct {
	record  *store.Record
	noticed []store.Noticed
}

// unasked reports whether nobody just wrote: the calendar, or the team, brings it.
func (a *arrival) unasked() bool {
	return a.input.Kind == flows.InputTimer || a.input.Kind == flows.InputEnd || a.input.Kind == flows.InputStaff
}

// readUpdate turns an update into an arrival. Names and usernames of people are
// dropped here and go no further; in a group the first name of the writer is
// kept, for the notes of the team.
func readUpdate(u update, username string, received time.Time) arrival {
	a := arrival{update: u.ID, route: toNobody, received: received}
	switch {
	case u.Message != nil:
		a.message(u.Message, username)
	case u.Edited != nil:
		a.edited(u.Edited)
	case u.Callback != nil:
		a.tap(u.Callback)
	case u.MyMember != nil:
		a.member(u.MyMember)
	}
	return a
}

func (a *arrival) message(m *message, username string) {
	if m.From != nil && m.From.IsBot && m.From.ID != anonymousAdmin || m.Chat.ID == 0 {
		return
	}
	a.chat, a.date = m.Chat.ID, m.Date
	text := ""
	if m.Text != nil {
		text = cut(*m.Text, maxText)
	}
	if m.From != nil {
		a.input.Language = bounded(m.From.Language, maxLanguage)
	}
	switch {
	case m.Chat.group():
		a.group = m.inGroup(text)
		if _, to, _, ok := parseCommand(text); ok && strings.EqualFold(to, username) && to != "" || mentions(text, username) {
			a.route = toGroup
		}
	case m.Chat.private() && !m.service():
		a.route = toTurn
		a.input.Message = m.ID
		m.read(&a.input, text, username)
	}
}

// service reports whether the message is something Telegram wrote about the
// chat and nobody said.
func (m *message) service() bool {
	return bool(m.Pinned || m.AutoOff || m.Background || m.WriteAccess)
}

// read fills the input from the kind of message it is. A caption is no answer:
// who sends a photo with words is told to write the words.
func (m *message) read(in *flows.Input, text, username string) {
	switch {
	case m.Text != nil && text != "":
		in.Kind, in.Text = flows.InputText, text
		if name, to, args, ok := parseCommand(text); ok && (to == "" || username == "" || strings.EqualFold(to, username)) {
			in.Kind, in.Name, in.Text = flows.InputCommand, name, args
			if name == "start" && !validPayload(args) {
				in.Text = ""
			}
		}
	case m.Contact != nil:
		in.Kind, in.Phone = flows.InputContact, bounded(m.Contact.Phone, maxPhone)
		in.Own = m.From != nil && m.Contact.UserID != 0 && m.Contact.UserID == m.From.ID
	case m.Location != nil:
		in.Kind, in.Latitude, in.Longitude = flows.InputLocation, m.Location.Latitude, m.Location.Longitude
	case m.Venue != nil && m.Venue.Location != nil:
		in.Kind, in.Latitude, in.Longitude = flows.InputLocation, m.Venue.Location.Latitude, m.Venue.Location.Longitude
	default:
		in.Kind = flows.InputOther
		if kind, id := m.file(); kind != "" {
			in.Kind, in.File, in.Caption = kind, id, string(m.Caption)
		}
	}
}

// edited takes changed texts only: a live location is edited every few seconds
// without anybody doing anything.
func (a *arrival) edited(m *message) {
	if m.From != nil && m.From.IsBot || !m.Chat.private() || m.Chat.ID == 0 || m.Text == nil {
		return
	}
	a.route, a.chat = toTurn, m.Chat.ID
	a.input = flows.Input{Kind: flows.InputEdited, Text: cut(*m.Text, maxText), Message: m.ID}
	if m.From != nil {
		a.input.Language = bounded(m.From.Language, maxLanguage)
	}
}

// tap takes taps in private chats. The message may be missing or inaccessible;
// then the chat is the person's own. A tap elsewhere is only answered.
func (a *arrival) tap(c *callback) {
	if len(c.ID) == 0 || len(c.ID) > maxQueryID {
		return
	}
	a.route, a.query = toTap, c.ID
	if c.From == nil || c.From.ID <= 0 || c.From.IsBot || len(c.Data) > maxData || c.Inline != "" {
		return
	}
	a.input = flows.Input{Kind: flows.InputTap, Data: c.Data, Language: bounded(c.From.Language, maxLanguage)}
	if c.Message != nil {
		if !c.Message.Chat.private() || c.Message.Chat.ID != c.From.ID {
			return
		}
		a.input.Message = c.Message.ID
	}
	a.route, a.chat = toTurn, c.From.ID
}

func (a *arrival) member(m *memberChange) {
	if !m.Chat.private() || m.Chat.ID == 0 {
		return
	}
	a.chat = m.Chat.ID
	switch {
	case m.New.Status == "kicked":
		a.route = toBlocked
	case m.New.Status == "member" && m.Old.Status != "member":
		a.route = toTurn
		a.input = flows.Input{Kind: flows.InputUnblock}
		if m.From != nil {
			a.input.Language = bounded(m.From.Language, maxLanguage)
		}
	}
}

// cut shortens a text to n code points.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// bounded drops a value that is longer than anything honest.
func bounded(s string, n int) string {
	if len(s) > n {
		return ""
	}
	return s
}
