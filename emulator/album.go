package emulator

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

type inputMedia struct {
	Type      string          `json:"type"`
	Media     string          `json:"media"`
	Caption   string          `json:"caption"`
	ParseMode string          `json:"parse_mode"`
	Entities  json.RawMessage `json:"caption_entities"`
}

// sendMediaGroup sends 2 to 10 files as one album.
func (c *call) sendMediaGroup() (any, *apiError) {
	var list []inputMedia
	raw := c.p.str("media")
	if raw == "" {
		return nil, bad("media is empty")
	}
	if json.Unmarshal([]byte(raw), &list) != nil {
		return nil, bad("can't parse media JSON object")
	}
	if len(list) == 0 {
		return nil, bad("there are no messages to send")
	}
	if len(list) > 10 {
		return nil, bad("too many messages to send as an album")
	}
	c.s.mu.Lock()
	group := "1" + randomDigits(c.s.rng.Uint64())
	c.s.mu.Unlock()
	var outs []*outgoing
	for _, in := range list {
		if in.Type == "animation" {
			return nil, bad("can't parse InputMedia: type \"%s\" of the media is not allowed in an album", in.Type)
		}
		m := &message{MediaGroupID: group}
		text, err := c.readMedia(in, m)
		if err != nil {
			return nil, err
		}
		out, err := c.prepare(m)
		if err != nil {
			return nil, err
		}
		out.markup, out.text = markup{}, text
		outs = append(outs, out)
	}
	sent, err := c.sendAll(outs)
	if err != nil {
		return nil, err
	}
	return sent, nil
}

// readMedia puts the file of an InputMedia into the message and returns its
// caption.
func (c *call) readMedia(in inputMedia, m *message) (formatted, *apiError) {
	switch in.Type {
	case "photo", "video", "document", "audio", "animation":
	default:
		return formatted{}, bad("can't parse InputMedia: type \"%s\" of the media is unknown", in.Type)
	}
	text, err := parseFormatted(in.Caption, in.ParseMode, strings.TrimSpace(string(in.Entities)))
	if err != nil {
		return text, err
	}
	f, err := c.inputFile(in.Type, in.Media, "")
	if err != nil {
		return text, err
	}
	c.fill(m, in.Type, f)
	return text, nil
}

// editMessageMedia puts another file, with its caption, in the place of one.
func (c *call) editMessageMedia() (any, *apiError) {
	raw := c.p.str("media")
	if raw == "" {
		return nil, bad("media is empty")
	}
	var in inputMedia
	if json.Unmarshal([]byte(raw), &in) != nil {
		return nil, bad("can't parse input media JSON object")
	}
	var fresh message
	caption, err := c.readMedia(in, &fresh)
	if err != nil {
		return nil, err
	}
	caption, _, refusal := caption.settle()
	if refusal != nil {
		return nil, refusal
	}
	return c.edit("", "", func(m *message, _ formatted) *apiError {
		switch {
		case !m.hasMedia() && m.Text == "":
			return bad("message can't be edited")
		case utf8.RuneCountInString(caption.text) > maxCaption:
			return bad("message caption is too long")
		}
		m.Text, m.Entities, m.LinkPreview = "", nil, nil
		m.Animation, m.Audio, m.Document, m.Photo, m.Video, m.Voice = fresh.Animation, fresh.Audio, fresh.Document, fresh.Photo, fresh.Video, nil
		m.Caption, m.CaptionEnts = caption.text, caption.entities
		return nil
	})
}
