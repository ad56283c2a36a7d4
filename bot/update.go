package bot

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"arraigo/flows"
)

// update is one update of the Bot API, in the fields that matter here. Unknown
// fields are ignored, and the parts of a message that are only looked at for
// their presence are not decoded at all.
type update struct {
	ID       int64         `json:"update_id"`
	Message  *message      `json:"message"`
	Edited   *message      `json:"edited_message"`
	Callback *callback     `json:"callback_query"`
	MyMember *memberChange `json:"my_chat_member"`
}

type user struct {
	ID       int64  `json:"id"`
	First    string `json:"first_name"` // read only of who writes in a group
	IsBot    bool   `json:"is_bot"`
	Language string `json:"language_code"`
}

type chat struct {
	ID   int64  `json:"id"`
	Type string `json:"type"`
}

func (c chat) private() bool { return c.Type == "private" }
func (c chat) group() bool   { return c.Type == "group" || c.Type == "supergroup" }

type message struct {
	ID          int        `json:"message_id"`
	Date        int64      `json:"date"`
	From        *user      `json:"from"`
	Chat        chat       `json:"chat"`
	Text        *string    `json:"text"`
	Contact     *contact   `json:"contact"`
	Location    *location  `json:"location"`
	Venue       *venue     `json:"venue"`
	Caption     caption    `json:"caption"`
	Voice       attachment `json:"voice"`
	Audio       attachment `json:"audio"`
	Note        attachment `json:"video_note"`
	Photo       attachment `json:"photo"`
	Video       attachment `json:"video"`
	Moving      attachment `json:"animation"`
	Sticker     attachment `json:"sticker"`
	Document    attachment `json:"document"`
	Pinned      present    `json:"pinned_message"`
	AutoOff     present    `json:"message_auto_delete_timer_changed"`
	Background  present    `json:"chat_background_set"`
	WriteAccess present    `json:"write_access_allowed"`
	ReplyTo     *answered  `json:"reply_to_message"`
	MovedTo     int64      `json:"migrate_to_chat_id"`
	Joined      present    `json:"new_chat_members"`
	Left        present    `json:"left_chat_member"`
}

// answered is the message that another one replies to.
type answered struct {
	ID   int   `json:"message_id"`
	From *user `json:"from"`
}

// inGroup is what counts of a message in a group.
func (m *message) inGroup(text string) *groupMessage {
	g := &groupMessage{id: m.ID, text: text, moved: m.MovedTo}
	if m.ReplyTo != nil {
		g.reply = m.ReplyTo.ID
		g.toBot = m.ReplyTo.From != nil && m.ReplyTo.From.IsBot
	}
	if m.From != nil && m.From.ID != anonymousAdmin {
		g.by, g.from = m.From.First, m.From.ID
	}
	if kind, id := m.file(); kind != "" {
		g.media, g.file = kind, id
		if g.text == "" {
			g.text = string(m.Caption)
		}
	}
	g.content = !bool(m.Pinned || m.Joined || m.Left || m.AutoOff) && m.MovedTo == 0
	return g
}

// present notes that a field is there without reading it. A field that is null
// is not there.
type present bool

// UnmarshalJSON accepts any value.
func (p *present) UnmarshalJSON(raw []byte) error {
	*p = string(raw) != "null"
	return nil
}

// attachment is a file of a message: that it is there, and Telegram's id of it.
// One that cannot be read is there all the same.
type attachment struct {
	there bool
	id    string
}

// UnmarshalJSON accepts any value. Of a photo, which comes in several sizes, it
// takes the last, the largest.
func (a *attachment) UnmarshalJSON(raw []byte) error {
	type file struct {
		ID string `json:"file_id"`
	}
	if a.there = string(raw) != "null"; !a.there {
		return nil
	}
	var one file
	var sizes []file
	if json.Unmarshal(raw, &sizes) == nil && len(sizes) > 0 {
		one = sizes[len(sizes)-1]
	} else {
		_ = json.Unmarshal(raw, &one) // without an id it is there, and no more
	}
	a.id = bounded(one.ID, maxFileID)
	return nil
}

// caption is the words under a file; what is no text is none.
type caption string

// UnmarshalJSON accepts any value.
func (c *caption) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		*c = caption(cut(text, maxText))
	}
	return nil
}

// file is the message's file, and what kind of input it is; kind is "" for none.
func (m *message) file() (kind flows.InputKind, id string) {
	for _, f := range []struct {
		kind flows.InputKind
		attachment
	}{
		{flows.InputVoice, m.Voice}, {flows.InputVoice, m.Audio}, {flows.InputVoice, m.Note},
		{flows.InputPhoto, m.Photo}, {flows.InputPhoto, m.Video}, {flows.InputPhoto, m.Moving},
		{flows.InputSticker, m.Sticker}, {flows.InputDocument, m.Document},
	} {
		if f.there {
			return f.kind, f.id
		}
	}
	return "", ""
}

type contact struct {
	Phone  string `json:"phone_number"`
	UserID int64  `json:"user_id"`
}

type location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

type venue struct {
	Location *location `json:"location"`
}

// callback is a tap. Its message may be missing, or inaccessible (date 0): only
// id and chat are taken from it.
type callback struct {
	ID      string   `json:"id"`
	From    *user    `json:"from"`
	Message *message `json:"message"`
	Inline  string   `json:"inline_message_id"`
	Data    string   `json:"data"`
}

type memberChange struct {
	Chat chat   `json:"chat"`
	From *user  `json:"from"`
	Old  member `json:"old_chat_member"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status string `json:"status"`
}

// errUnreadable says that an update could not be decoded. It never quotes the
// update.
var errUnreadable = errors.New("unreadable update")

// decodeUpdate reads one update. With an error the id is still known if it
// could be found: then the update can be confirmed and does not come back.
func decodeUpdate(raw []byte) (update, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		return update{ID: findID(raw)}, fmt.Errorf("%w: %s", errUnreadable, errorKind(err))
	}
	if u.ID <= 0 {
		return update{}, fmt.Errorf("%w: no update id", errUnreadable)
	}
	return u, nil
}

// findID looks for the id of an update whose rest cannot be read; 0 if there is
// none. Telegram writes it first.
func findID(raw []byte) int64 {
	var head struct {
		ID int64 `json:"update_id"`
	}
	if json.Unmarshal(raw, &head) == nil && head.ID > 0 {
		return head.ID
	}
	if m := updateID.FindSubmatch(raw); m != nil {
		if id, err := strconv.ParseInt(string(m[1]), 10, 64); err == nil {
			return id
		}
	}
	return 0
}

var updateID = regexp.MustCompile(`^\s*\{\s*"update_id"\s*:\s*([0-9]{1,18})\b`)

// errorKind names a decoding error by its type and field: its text may quote
// the input.
func errorKind(err error) string {
	if field, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "wrong type of " + field.Field
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return "not JSON"
	}
	return "not an update"
}
