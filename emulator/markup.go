package emulator

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Bounds of keyboards: bytes of callback data, buttons of an inline keyboard
// and in one of its rows (the last two are enforced by Telegram's servers).
const (
	maxCallbackData  = 64
	maxInlineButtons = 100
	maxRowButtons    = 8
	maxReplyButtons  = 300
	maxCopyText      = 256
)

// Keyboard is a reply keyboard, under the text field of the person.
type Keyboard struct {
	Rows        [][]KeyButton `json:"buttons"`
	Resize      bool          `json:"resize,omitempty"`
	OneTime     bool          `json:"one_time,omitempty"`
	Persistent  bool          `json:"persistent,omitempty"`
	Placeholder string        `json:"placeholder,omitempty"`
}

// KeyButton is one button of a reply keyboard; it sends its text, the
// person's contact or the person's location.
type KeyButton struct {
	Text            string `json:"text"`
	RequestContact  bool   `json:"request_contact,omitempty"`
	RequestLocation bool   `json:"request_location,omitempty"`
}

// markup is a parsed reply_markup.
type markup struct {
	inline     *inlineMarkup
	keyboard   *Keyboard
	remove     bool
	forceReply bool
}

// parseMarkup reads reply_markup as far as it does not depend on the chat.
func parseMarkup(value string) (markup, *apiError) {
	var m markup
	if value == "" {
		return m, nil
	}
	if !json.Valid([]byte(value)) {
		return m, bad("can't parse reply keyboard markup JSON object")
	}
	o, ok := readObject([]byte(value))
	if !ok {
		return m, bad("object expected as reply markup")
	}
	if err := m.read(o); err != nil {
		return m, badText(err)
	}
	return m, nil
}

// read takes the first kind of markup that is there.
func (m *markup) read(o object) error {
	if err := m.readKeyboard(o); err != nil {
		return err
	}
	if err := m.readInline(o); err != nil {
		return err
	}
	var words [4]bool
	for i, name := range []string{"remove_keyboard", "hide_keyboard", "force_reply", "force_reply_keyboard"} {
		var err error
		if words[i], err = o.bool(name); err != nil {
			return err
		}
	}
	switch {
	case m.keyboard != nil:
		m.inline = nil
	case m.inline != nil:
	case words[0], words[1]:
		m.remove = true
	case words[2], words[3]:
		m.forceReply = true
	}
	return nil
}

func (m *markup) readKeyboard(o object) error {
	rows, err := o.list("keyboard")
	if err != nil {
		return err
	}
	k := &Keyboard{}
	for _, raw := range rows {
		var buttons []json.RawMessage
		if json.Unmarshal(raw, &buttons) != nil {
			return worded("Field \"keyboard\" must be an Array of Arrays")
		}
		var row []KeyButton
		for _, raw := range buttons {
			b, err := readKeyButton(raw)
			if err != nil {
				return fmt.Errorf("can't parse keyboard button: %w", err)
			}
			row = append(row, b)
		}
		if len(row) > 0 {
			k.Rows = append(k.Rows, row)
		}
	}
	if len(k.Rows) == 0 {
		return nil // an empty keyboard is none
	}
	for name, place := range map[string]*bool{"resize_keyboard": &k.Resize, "one_time_keyboard": &k.OneTime, "is_persistent": &k.Persistent} {
		if *place, err = o.bool(name); err != nil {
			return err
		}
	}
	if k.Placeholder, err = o.str("input_field_placeholder"); err != nil {
		return err
	}
	m.keyboard = k
	return nil
}

func readKeyButton(raw json.RawMessage) (b KeyButton, err error) {
	if json.Unmarshal(raw, &b.Text) == nil {
		return b, nil
	}
	o, ok := readObject(raw)
	if !ok {
		return b, worded("KeyboardButton must be a String or an Object")
	}
	if b.Text, err = o.required("text"); err != nil {
		return b, err
	}
	phone, err := o.bool("request_phone_number")
	if err != nil {
		return b, err
	}
	if b.RequestContact, err = o.bool("request_contact"); err != nil {
		return b, err
	}
	b.RequestContact = b.RequestContact || phone
	if b.RequestLocation, err = o.bool("request_location"); err != nil {
		return b, err
	}
	b.RequestLocation = b.RequestLocation && !b.RequestContact
	return b, nil
}

func (m *markup) readInline(o object) error {
	rows, err := o.list("inline_keyboard")
	if err != nil {
		return err
	}
	in := &inlineMarkup{}
	for _, raw := range rows {
		var buttons []json.RawMessage
		if json.Unmarshal(raw, &buttons) != nil {
			return worded("Field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays")
		}
		var row []inlineButton
		for _, raw := range buttons {
			b, err := readInlineButton(raw)
			if err != nil {
				return fmt.Errorf("can't parse inline keyboard button: %w", err)
			}
			row = append(row, b)
		}
		if len(row) > 0 {
			in.Rows = append(in.Rows, row)
		}
	}
	if len(in.Rows) > 0 {
		m.inline = in
	}
	return nil
}

var errTextButton = worded("Text buttons are unallowed in the inline keyboard")

// readInlineButton takes the first action of a button, in the server's order.
func readInlineButton(raw json.RawMessage) (b inlineButton, err error) {
	o, ok := readObject(raw)
	if !ok {
		return b, worded("InlineKeyboardButton must be an Object")
	}
	if b.Text, err = o.required("text"); err != nil {
		return b, err
	}
	for name, place := range map[string]*string{"style": &b.Style, "icon_custom_emoji_id": &b.IconCustomEmojiID} {
		if *place, err = o.str(name); err != nil {
			return b, err
		}
	}
	if b.URL, err = o.str("url"); err != nil || b.URL != "" {
		return b, err
	}
	if b.CallbackData, err = o.str("callback_data"); err != nil || b.CallbackData != "" {
		return b, err
	}
	switch {
	case o.has("callback_game"), o.has("pay"):
		b.unserved = true
		return b, nil
	case o.has("switch_inline_query"):
		return b, o.into("switch_inline_query", &b.SwitchQuery)
	case o.has("switch_inline_query_chosen_chat"):
		b.SwitchQueryChosen = o["switch_inline_query_chosen_chat"]
		_, err = o.object("switch_inline_query_chosen_chat")
		return b, err
	case o.has("switch_inline_query_current_chat"):
		return b, o.into("switch_inline_query_current_chat", &b.SwitchQueryHere)
	}
	for _, kind := range []struct {
		name, inner string
		place       *json.RawMessage
	}{{"login_url", "url", &b.LoginURL}, {"web_app", "url", &b.WebApp}, {"copy_text", "text", &b.CopyText}} {
		inner, err := o.object(kind.name)
		if err != nil {
			return b, err
		}
		if inner == nil {
			continue
		}
		value, err := inner.required(kind.inner)
		if err != nil {
			return b, err
		}
		if value != "" {
			*kind.place = o[kind.name]
			return b, nil
		}
	}
	return b, errTextButton
}

// into reads a string field that may be empty.
func (o object) into(name string, place **string) error {
	s, err := o.str(name)
	*place = &s
	return err
}

// allowed checks what Telegram checks after it has looked at the chat.
func (m *markup) allowed(c *chat) *apiError {
	if m.keyboard != nil {
		return m.keyboard.allowed(c)
	}
	if m.inline == nil {
		return nil
	}
	total := 0
	for _, row := range m.inline.Rows {
		if len(row) > maxRowButtons {
			return bad("reply markup is too long")
		}
		total += len(row)
		for i := range row {
			if err := row[i].allowed(); err != nil {
				return err
			}
		}
	}
	if total > maxInlineButtons {
		return bad("reply markup is too long")
	}
	return nil
}

func (k *Keyboard) allowed(c *chat) *apiError {
	total := 0
	for _, row := range k.Rows {
		total += len(row)
		for _, b := range row {
			switch {
			case b.Text == "":
				return bad("keyboard button text must be non-empty")
			case b.RequestContact && c.person == nil:
				return bad("phone number can be requested in private chats only")
			case b.RequestLocation && c.person == nil:
				return bad("location can be requested in private chats only")
			}
		}
	}
	if total > maxReplyButtons {
		return bad("reply markup is too long")
	}
	return nil
}

// allowed checks one button and settles its address.
func (b *inlineButton) allowed() *apiError {
	switch {
	case b.Text == "":
		return bad("inline keyboard button text must be non-empty")
	case b.unserved:
		return bad("BUTTON_TYPE_INVALID") // games and payments are not served
	case len(b.CallbackData) > maxCallbackData:
		return bad("BUTTON_DATA_INVALID")
	case b.CopyText != nil && utf8.RuneCountInString(copiedText(b.CopyText)) > maxCopyText:
		return bad("BUTTON_COPY_TEXT_INVALID")
	case b.URL != "":
		link, reason := checkedLink(b.URL)
		if reason != "" {
			return bad("inline keyboard button URL '%s' is invalid: %s", b.URL, reason)
		}
		b.URL = link
	}
	return nil
}

func copiedText(raw json.RawMessage) string {
	var in struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(raw, &in) // made by readInlineButton
	return in.Text
}
