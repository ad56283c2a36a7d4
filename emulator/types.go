package emulator

import "encoding/json"

// User is a person or the bot, as the Bot API shows them.
type User struct {
	ID           int64  `json:"id"`
	IsBot        bool   `json:"is_bot"`
	FirstName    string `json:"first_name"`
	LastName     string `json:"last_name,omitempty"`
	Username     string `json:"username,omitempty"`
	LanguageCode string `json:"language_code,omitempty"`
	IsPremium    bool   `json:"is_premium,omitempty"`
}

// botUser is what getMe adds to the user.
type botUser struct {
	User
	CanJoinGroups    bool `json:"can_join_groups"`
	ReadsAll         bool `json:"can_read_all_group_messages"`
	GuestQueries     bool `json:"supports_guest_queries"`
	InlineQueries    bool `json:"supports_inline_queries"`
	CanConnect       bool `json:"can_connect_to_business"`
	HasMainWebApp    bool `json:"has_main_web_app"`
	HasTopicsEnabled bool `json:"has_topics_enabled"`
	UsersMakeTopics  bool `json:"allows_users_to_create_topics"`
	CanManageBots    bool `json:"can_manage_bots"`
	JoinQueries      bool `json:"supports_join_request_queries"`
}

type chatInfo struct {
	ID        int64  `json:"id"`
	Title     string `json:"title,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Type      string `json:"type"`
}

// Entity marks a part of a text; Offset and Length count UTF-16 code units.
type Entity struct {
	Offset         int    `json:"offset"`
	Length         int    `json:"length"`
	Type           string `json:"type"`
	URL            string `json:"url,omitempty"`
	User           *User  `json:"user,omitempty"`
	Language       string `json:"language,omitempty"`
	CustomEmojiID  string `json:"custom_emoji_id,omitempty"`
	UnixTime       int64  `json:"unix_time,omitempty"`
	DateTimeFormat string `json:"date_time_format,omitempty"`
}

// Location is a point on the map.
type Location struct {
	Latitude           float64 `json:"latitude"`
	Longitude          float64 `json:"longitude"`
	HorizontalAccuracy float64 `json:"horizontal_accuracy,omitempty"`
}

// Venue is a named place.
type Venue struct {
	Location Location `json:"location"`
	Title    string   `json:"title"`
	Address  string   `json:"address"`
}

// Contact is a shared phone number; UserID is set when it belongs to a person
// known to Telegram.
type Contact struct {
	PhoneNumber string `json:"phone_number"`
	FirstName   string `json:"first_name"`
	LastName    string `json:"last_name,omitempty"`
	UserID      int64  `json:"user_id,omitempty"`
	VCard       string `json:"vcard,omitempty"`
}

// media is every kind of file in a message; the fields that a kind does not
// have stay empty.
type media struct {
	Width        int       `json:"width,omitempty"`
	Height       int       `json:"height,omitempty"`
	Length       int       `json:"length,omitempty"`
	Duration     *int64    `json:"duration,omitempty"`
	Emoji        string    `json:"emoji,omitempty"`
	SetName      string    `json:"set_name,omitempty"`
	IsAnimated   *bool     `json:"is_animated,omitempty"`
	IsVideo      *bool     `json:"is_video,omitempty"`
	StickerType  string    `json:"type,omitempty"`
	Performer    string    `json:"performer,omitempty"`
	Title        string    `json:"title,omitempty"`
	FileName     string    `json:"file_name,omitempty"`
	MimeType     string    `json:"mime_type,omitempty"`
	Thumbnail    *photoRef `json:"thumbnail,omitempty"`
	FileID       string    `json:"file_id"`
	FileUniqueID string    `json:"file_unique_id"`
	FileSize     int64     `json:"file_size,omitempty"`
}

type photoRef struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size,omitempty"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
}

type messageOrigin struct {
	Type       string    `json:"type"`
	SenderUser *User     `json:"sender_user,omitempty"`
	SenderName string    `json:"sender_user_name,omitempty"`
	Chat       *chatInfo `json:"chat,omitempty"`
	MessageID  int64     `json:"message_id,omitempty"`
	Date       int64     `json:"date"`
}

// message is never changed once it is in a chat: an edit puts a changed copy
// in its place, so that it can be encoded without a lock.
type message struct {
	MessageID      int64          `json:"message_id"`
	From           *User          `json:"from,omitempty"`
	SenderChat     *chatInfo      `json:"sender_chat,omitempty"`
	Chat           chatInfo       `json:"chat"`
	Date           int64          `json:"date"`
	EditDate       int64          `json:"edit_date,omitempty"`
	ForwardOrigin  *messageOrigin `json:"forward_origin,omitempty"`
	ForwardFrom    *User          `json:"forward_from,omitempty"`
	ForwardDate    int64          `json:"forward_date,omitempty"`
	MediaGroupID   string         `json:"media_group_id,omitempty"`
	ReplyTo        *message       `json:"reply_to_message,omitempty"`
	Protected      bool           `json:"has_protected_content,omitempty"`
	Text           string         `json:"text,omitempty"`
	Entities       []Entity       `json:"entities,omitempty"`
	LinkPreview    *linkPreview   `json:"link_preview_options,omitempty"`
	Animation      *media         `json:"animation,omitempty"`
	Audio          *media         `json:"audio,omitempty"`
	Document       *media         `json:"document,omitempty"`
	Photo          []photoRef     `json:"photo,omitempty"`
	Sticker        *media         `json:"sticker,omitempty"`
	Video          *media         `json:"video,omitempty"`
	VideoNote      *media         `json:"video_note,omitempty"`
	Voice          *media         `json:"voice,omitempty"`
	Caption        string         `json:"caption,omitempty"`
	CaptionEnts    []Entity       `json:"caption_entities,omitempty"`
	Contact        *Contact       `json:"contact,omitempty"`
	Venue          *Venue         `json:"venue,omitempty"`
	Location       *Location      `json:"location,omitempty"`
	NewMembers     []User         `json:"new_chat_members,omitempty"`
	NewMember      *User          `json:"new_chat_member,omitempty"`
	LeftMember     *User          `json:"left_chat_member,omitempty"`
	GroupCreated   bool           `json:"group_chat_created,omitempty"`
	MigrateTo      int64          `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom    int64          `json:"migrate_from_chat_id,omitempty"`
	ReplyMarkup    *inlineMarkup  `json:"reply_markup,omitempty"`
	fromBot        bool
	hidden         bool // the person deleted the history; the bot still knows the message
	keyboard       *Keyboard
	removeKeyboard bool
	forceReply     bool
	silent         bool
	reaction       string
	number         uint64 // position in the order of all messages, for the bound of the history
}

type linkPreview struct {
	IsDisabled bool   `json:"is_disabled,omitempty"`
	URL        string `json:"url,omitempty"`
}

// body is the text or, in a message with a file, its caption.
func (m *message) body() (string, []Entity) {
	if m.Text != "" {
		return m.Text, m.Entities
	}
	return m.Caption, m.CaptionEnts
}

// hasMedia tells whether the message carries a caption rather than a text.
func (m *message) hasMedia() bool {
	return m.Animation != nil || m.Audio != nil || m.Document != nil || len(m.Photo) > 0 || m.Video != nil || m.Voice != nil
}

type inlineMarkup struct {
	Rows [][]inlineButton `json:"inline_keyboard"`
}

// inlineButton keeps the actions that a bot may give a button. The raw ones
// are kept as sent.
type inlineButton struct {
	Text              string          `json:"text"`
	Style             string          `json:"style,omitempty"`
	IconCustomEmojiID string          `json:"icon_custom_emoji_id,omitempty"`
	URL               string          `json:"url,omitempty"`
	CallbackData      string          `json:"callback_data,omitempty"`
	WebApp            json.RawMessage `json:"web_app,omitempty"`
	LoginURL          json.RawMessage `json:"login_url,omitempty"`
	SwitchQuery       *string         `json:"switch_inline_query,omitempty"`
	SwitchQueryHere   *string         `json:"switch_inline_query_current_chat,omitempty"`
	SwitchQueryChosen json.RawMessage `json:"switch_inline_query_chosen_chat,omitempty"`
	CopyText          json.RawMessage `json:"copy_text,omitempty"`
	unserved          bool            // an action that this server does not do
}

type callbackQuery struct {
	ID           string `json:"id"`
	From         User   `json:"from"`
	Message      any    `json:"message,omitempty"`
	ChatInstance string `json:"chat_instance"`
	Data         string `json:"data,omitempty"`
}

// inaccessibleMessage is what a callback query carries for a message that the
// server no longer has.
type inaccessibleMessage struct {
	MessageID int64    `json:"message_id"`
	Chat      chatInfo `json:"chat"`
	Date      int64    `json:"date"`
}

type chatMember struct {
	Status    string `json:"status"`
	User      User   `json:"user"`
	UntilDate *int64 `json:"until_date,omitempty"`
}

type memberUpdate struct {
	Chat chatInfo   `json:"chat"`
	From User       `json:"from"`
	Date int64      `json:"date"`
	Old  chatMember `json:"old_chat_member"`
	New  chatMember `json:"new_chat_member"`
}
