package emulator

import (
	"bytes"
	"image"
	_ "image/gif"  // photos may be sent as GIF,
	_ "image/jpeg" // JPEG
	_ "image/png"  // or PNG
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
)

// sendFile is the method that sends one kind of file.
func sendFile(kind string) method {
	return func(c *call) (any, *apiError) {
		if c.p.str(kind) == "" && c.p.files[kind] == nil {
			return nil, noFile(kind)
		}
		m := &message{}
		var text formatted
		if kind != "sticker" && kind != "video_note" {
			var err *apiError
			if text, err = c.parseText("caption", "parse_mode", "caption_entities"); err != nil {
				return nil, err
			}
		}
		out, err := c.prepare(m)
		if err != nil {
			return nil, err
		}
		out.text = text
		f, err := c.inputFile(kind, c.p.str(kind), kind)
		if err != nil {
			return nil, err
		}
		c.fill(m, kind, f)
		return c.send(out)
	}
}

func noFile(kind string) *apiError {
	return bad("there is no %s in the request", strings.ReplaceAll(kind, "_", " "))
}

// inputFile resolves an upload, attach://, an http address or a file_id.
func (c *call) inputFile(kind, value, field string) (*file, *apiError) {
	var up *upload
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		if up = c.p.files[name]; up == nil && field != "" {
			return nil, noFile(kind)
		}
		value = ""
	} else if value == "" {
		up = c.p.files[field]
	}
	s := c.s
	switch {
	case up != nil:
		return c.uploaded(kind, up.name, up.mime, up.data)
	case value == "":
		return nil, bad("can't parse InputMedia: Media not found")
	case strings.HasPrefix(value, "http://"), strings.HasPrefix(value, "https://"):
		return nil, bad("failed to get HTTP URL content") // this server reaches nothing outside
	case strings.HasPrefix(value, "file://"), !plausibleFileID(value):
		return nil, bad("wrong remote file identifier specified: Wrong padding in the string")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[value]
	if f == nil {
		return nil, bad("wrong file identifier/HTTP URL specified")
	}
	if f.kind != kind && (kind == "photo" || f.kind == "photo") {
		return nil, bad("can't use file of type %s as %s", title(f.kind), title(kind))
	}
	return f, nil
}

func title(kind string) string {
	s := strings.ReplaceAll(kind, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// uploaded stores new bytes, checked as far as their kind asks for it.
func (c *call) uploaded(kind, name, mimeType string, data []byte) (*file, *apiError) {
	if len(data) == 0 {
		return nil, bad("file must be non-empty")
	}
	var img image.Config
	if kind == "photo" {
		if len(data) > maxPhoto {
			return nil, bad("too big file")
		}
		var err error
		if img, _, err = image.DecodeConfig(bytes.NewReader(data)); err != nil {
			return nil, bad("IMAGE_PROCESS_FAILED")
		}
		w, h := img.Width, img.Height
		if w+h > 10000 || w == 0 || h == 0 || w > 20*h || h > 20*w {
			return nil, bad("PHOTO_INVALID_DIMENSIONS")
		}
		mimeType = http.DetectContentType(data)
	}
	if mimeType == "" || mimeType == "application/octet-stream" {
		if byName := mime.TypeByExtension(path.Ext(name)); byName != "" {
			mimeType, _, _ = strings.Cut(byName, ";")
		}
	}
	f := identify(kind, name, mimeType, data)
	if kind == "photo" {
		f.width, f.height = img.Width, img.Height
		f.smaller = scaledCopies(f)
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.files.keep(f), nil
}

// fill puts a file into a message as the Bot API shows its kind.
func (c *call) fill(m *message, kind string, f *file) {
	if kind == "photo" {
		m.Photo = photoSizes(f)
		return
	}
	md := mediaOf(f)
	if kind == "voice" || kind == "audio" || kind == "video" || kind == "animation" || kind == "video_note" {
		d := c.p.int("duration", 0, 0, 1<<31-1)
		md.Duration = &d
	}
	switch kind {
	case "document":
		m.Document = md
	case "voice":
		md.FileName = ""
		m.Voice = md
	case "audio":
		md.Performer, md.Title = c.p.str("performer"), c.p.str("title")
		m.Audio = md
	case "video":
		md.Width, md.Height = int(c.p.int("width", 0, 0, 10000)), int(c.p.int("height", 0, 0, 10000))
		m.Video = md
	case "animation":
		md.Width, md.Height = int(c.p.int("width", 0, 0, 10000)), int(c.p.int("height", 0, 0, 10000))
		m.Animation, m.Document = md, mediaOf(f) // for older clients a document too
	case "video_note":
		md.FileName, md.MimeType = "", ""
		md.Length = int(c.p.int("length", 0, 0, 640))
		m.VideoNote = md
	case "sticker":
		no := false
		md.FileName, md.MimeType = "", ""
		md.Width, md.Height, md.StickerType, md.IsAnimated, md.IsVideo = 512, 512, "regular", &no, &no
		md.Emoji = c.p.str("emoji")
		m.Sticker = md
	}
}

func mediaOf(f *file) *media {
	return &media{FileName: f.name, MimeType: f.mime, FileID: f.id, FileUniqueID: f.unique, FileSize: int64(len(f.data))}
}

func photoSizes(f *file) (out []photoRef) {
	for _, size := range append(slices.Clone(f.smaller), f) {
		out = append(out, photoRef{size.id, size.unique, int64(len(size.data)), size.width, size.height})
	}
	return out
}
