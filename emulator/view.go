package emulator

// Message is a message as the person sees it on the phone.
type Message struct {
	MessageID int64  `json:"message_id"`
	Date      int64  `json:"date"`
	From      string `json:"from"` // "bot" or "user"
	FromID    int64  `json:"from_id,omitempty"`
	FromName  string `json:"from_name,omitempty"`
	// Text is the text, or the caption of a file; HTML is the same as safe markup.
	Text           string     `json:"text"`
	HTML           string     `json:"html"`
	Buttons        [][]Button `json:"buttons,omitempty"`
	Keyboard       *Keyboard  `json:"keyboard,omitempty"`
	RemoveKeyboard bool       `json:"remove_keyboard,omitempty"`
	ForceReply     bool       `json:"force_reply,omitempty"`
	Edited         bool       `json:"edited,omitempty"`
	EditDate       int64      `json:"edit_date,omitempty"`
	Deleted        bool       `json:"deleted,omitempty"`
	ReplyTo        int64      `json:"reply_to,omitempty"`
	Forwarded      bool       `json:"forwarded,omitempty"`
	Protected      bool       `json:"protected,omitempty"`
	Silent         bool       `json:"silent,omitempty"`
	Group          string     `json:"media_group_id,omitempty"`
	Reaction       string     `json:"reaction,omitempty"`
	Service        string     `json:"service,omitempty"` // a line that nobody wrote: "joined", "left", "created"
	Document       *File      `json:"document,omitempty"`
	Photo          *File      `json:"photo,omitempty"`
	Voice          *File      `json:"voice,omitempty"`
	Audio          *File      `json:"audio,omitempty"`
	Video          *File      `json:"video,omitempty"`
	VideoNote      *File      `json:"video_note,omitempty"`
	Animation      *File      `json:"animation,omitempty"`
	Sticker        *File      `json:"sticker,omitempty"`
	Venue          *Venue     `json:"venue,omitempty"`
	Location       *Location  `json:"location,omitempty"`
	Contact        *Contact   `json:"contact,omitempty"`
}

// Button is one inline button.
type Button struct {
	Text  string `json:"text"`
	Data  string `json:"data,omitempty"`
	URL   string `json:"url,omitempty"`
	Copy  string `json:"copy,omitempty"`
	Other string `json:"other,omitempty"` // the name of an action that the page does not do
}

// File is a file in a message; its bytes are at /emulator/files/{file_id}.
type File struct {
	FileID   string `json:"file_id"`
	FileName string `json:"file_name,omitempty"`
	MimeType string `json:"mime_type,omitempty"`
	FileSize int64  `json:"file_size"`
	Duration int64  `json:"duration,omitempty"`
	Width    int    `json:"width,omitempty"`
	Height   int    `json:"height,omitempty"`
	Emoji    string `json:"emoji,omitempty"`
}

func viewOf(m *message) Message {
	text, entities := m.body()
	v := Message{
		MessageID: m.MessageID, Date: m.Date, From: "user", Text: text, HTML: renderHTML(text, entities),
		Keyboard: m.keyboard, RemoveKeyboard: m.removeKeyboard, ForceReply: m.forceReply,
		Edited: m.EditDate != 0, EditDate: m.EditDate, Forwarded: m.ForwardOrigin != nil, Protected: m.Protected,
		Silent: m.silent, Group: m.MediaGroupID, Reaction: m.reaction,
		Document: viewFile(m.Document), Voice: viewFile(m.Voice), Audio: viewFile(m.Audio), Video: viewFile(m.Video),
		VideoNote: viewFile(m.VideoNote), Animation: viewFile(m.Animation), Sticker: viewFile(m.Sticker),
		Venue: m.Venue, Location: m.Location, Contact: m.Contact,
	}
	if m.fromBot {
		v.From = "bot"
	}
	if m.From != nil {
		v.FromID, v.FromName = m.From.ID, m.From.FirstName
	}
	if m.ReplyTo != nil {
		v.ReplyTo = m.ReplyTo.MessageID
	}
	if m.Animation != nil {
		v.Document = nil
	}
	if m.Venue != nil {
		v.Location = nil
	}
	if n := len(m.Photo); n > 0 {
		p := m.Photo[n-1]
		v.Photo = &File{FileID: p.FileID, FileSize: p.FileSize, Width: p.Width, Height: p.Height}
	}
	switch {
	case m.NewMembers != nil:
		v.Service = "joined"
	case m.LeftMember != nil:
		v.Service = "left"
	case m.GroupCreated:
		v.Service = "created"
	}
	if m.ReplyMarkup != nil {
		for _, row := range m.ReplyMarkup.Rows {
			var buttons []Button
			for _, b := range row {
				buttons = append(buttons, viewButton(b))
			}
			v.Buttons = append(v.Buttons, buttons)
		}
	}
	return v
}

func viewButton(b inlineButton) Button {
	v := Button{Text: b.Text, Data: b.CallbackData, URL: b.URL}
	switch {
	case b.CopyText != nil:
		v.Copy = copiedText(b.CopyText)
	case b.WebApp != nil:
		v.Other = "web_app"
	case b.LoginURL != nil:
		v.Other = "login_url"
	case b.SwitchQuery != nil, b.SwitchQueryHere != nil, b.SwitchQueryChosen != nil:
		v.Other = "switch_inline_query"
	}
	return v
}

func viewFile(m *media) *File {
	if m == nil {
		return nil
	}
	f := &File{FileID: m.FileID, FileName: m.FileName, MimeType: m.MimeType, FileSize: m.FileSize,
		Width: m.Width, Height: m.Height, Emoji: m.Emoji}
	if m.Duration != nil {
		f.Duration = *m.Duration
	}
	return f
}
