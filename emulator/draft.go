package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"unicode/utf8"
)

var errEmptyDraft = errors.New("a message must not be empty")

// draftMessage makes the message of a draft; it stores its file.
func draftMessage(s *Server, d Draft) (*message, error) {
	m := &message{}
	switch {
	case d.Contact != nil:
		m.Contact = d.Contact
		return m, nil
	case d.Location != nil:
		m.Location = d.Location
		return m, nil
	case d.Voice != nil:
		return m, s.draftFile(m, "voice", d.Voice)
	case d.VideoNote != nil:
		return m, s.draftFile(m, "video_note", d.VideoNote)
	case d.Photo != nil:
		return m, s.draftFile(m, "photo", d.Photo)
	case d.Sticker != nil:
		return m, s.draftFile(m, "sticker", d.Sticker)
	case d.Document != nil:
		return m, s.draftFile(m, "document", d.Document)
	case d.Video != nil:
		return m, s.draftFile(m, "video", d.Video)
	}
	f, empty, refusal := formatted{text: d.Text, entities: d.Entities}.settle()
	if refusal != nil {
		return nil, refusal
	}
	if empty {
		return nil, errEmptyDraft
	}
	if utf8.RuneCountInString(f.text) > maxText {
		return nil, fmt.Errorf("a message has at most %d characters", maxText)
	}
	m.Text, m.Entities = f.text, f.entities
	return m, nil
}

func (s *Server) draftFile(m *message, kind string, d *DraftFile) error {
	data, mimeType := d.Data, d.MimeType
	if len(data) == 0 {
		data = sampleFile(kind)
	}
	if mimeType == "" {
		mimeType = map[string]string{"voice": "audio/ogg", "video_note": "video/mp4", "video": "video/mp4", "sticker": "image/webp", "photo": "image/jpeg"}[kind]
	}
	if mimeType == "" {
		mimeType = http.DetectContentType(data)
	}
	name := d.FileName
	if kind == "document" && name == "" {
		name = "documento.txt"
	}
	f := identify(kind, name, mimeType, data)
	if kind == "photo" {
		img, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return fmt.Errorf("read photo: %w", err)
		}
		f.width, f.height = img.Width, img.Height
		f.smaller = scaledCopies(f)
	}
	caption, _, refusal := formatted{text: d.Caption, entities: d.Entities}.settle()
	if refusal != nil {
		return refusal
	}
	m.Caption, m.CaptionEnts = caption.text, caption.entities
	s.mu.Lock()
	f = s.files.keep(f)
	s.mu.Unlock()
	c := &call{s: s, p: &params{values: map[string]string{"duration": fmt.Sprint(max(1, d.Duration)), "emoji": d.Emoji}}}
	c.fill(m, kind, f)
	if d.Size > 0 {
		for _, file := range []*media{m.Document, m.Voice, m.Video} {
			if file != nil {
				file.FileSize = d.Size
			}
		}
	}
	return nil
}

// sampleFile is what is sent when a test or a phone only says "a voice
// message": a picture that can be shown, or bytes of no meaning.
func sampleFile(kind string) []byte {
	if kind != "photo" {
		return []byte("emulator " + kind)
	}
	img := image.NewGray(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			img.SetGray(x, y, color.Gray{Y: uint8((x + y) / 3)})
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		panic(err) // into memory: cannot fail
	}
	return buf.Bytes()
}

// withUpdateID sets the update_id of an object and leaves anything else.
func withUpdateID(raw []byte, id int64) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return raw
	}
	delete(fields, "update_id")
	rest := encode(fields)
	out := fmt.Appendf(nil, "{\"update_id\":%d", id)
	if len(fields) > 0 {
		out = append(out, ",\n"...)
	}
	return append(out, rest[1:]...)
}
