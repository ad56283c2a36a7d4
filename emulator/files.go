package emulator

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Telegram lets a bot download files up to this size, and send photos up to that.
const (
	maxDownload = 20 << 20
	maxPhoto    = 10 << 20
)

// file is what was uploaded by anybody.
type file struct {
	id, unique string
	kind       string // photo, document, voice, ...
	name       string
	mime       string
	path       string
	data       []byte
	width      int
	height     int
	smaller    []*file // scaled copies of a photo, smallest first
}

// fileStore keeps files by id, the same bytes once.
type fileStore struct {
	limit int64
	bytes int64
	byID  map[string]*file
	order []*file
	count int
}

func (f *fileStore) init(limit int64) {
	f.limit = limit
	f.byID = map[string]*file{}
}

// filePrefix starts the ids of each kind, as in Telegram.
var filePrefix = map[string]string{
	"photo": "AgACAgEAAxk", "document": "BQACAgEAAxk", "voice": "AwACAgEAAxk", "audio": "CQACAgEAAxk",
	"video": "BAACAgEAAxk", "animation": "CgACAgEAAxk", "sticker": "CAACAgEAAxk", "video_note": "DQACAgEAAxk",
}

// fileFolder is where getFile says that each kind is.
var fileFolder = map[string]string{
	"photo": "photos", "document": "documents", "voice": "voice", "audio": "music", "video": "videos",
	"animation": "animations", "sticker": "stickers", "video_note": "video_notes",
}

// identify computes the identity of a file; it is slow for large ones and
// needs no lock.
func identify(kind, name, mimeType string, data []byte) *file {
	sum := sha256.Sum256(data)
	key := sha256.Sum256([]byte(kind + "\x00" + name + "\x00" + mimeType + "\x00" + string(sum[:])))
	return &file{
		kind: kind, name: name, mime: mimeType, data: data,
		id:     filePrefix[kind] + base64.RawURLEncoding.EncodeToString(key[:30]),
		unique: "AgAD" + base64.RawURLEncoding.EncodeToString(sum[:9]),
	}
}

// keep stores a file and its smaller copies, or finds it when it was stored
// before.
func (f *fileStore) keep(n *file) *file {
	for i, small := range n.smaller {
		n.smaller[i] = f.keep(small)
	}
	if known := f.byID[n.id]; known != nil {
		return known
	}
	n.path = fileFolder[n.kind] + "/file_" + strconv.Itoa(f.count) + extension(n)
	f.count++
	f.byID[n.id] = n
	f.order = append(f.order, n)
	f.bytes += int64(len(n.data))
	for f.bytes > f.limit && len(f.order) > 1 {
		old := f.order[0]
		f.order = f.order[1:]
		f.bytes -= int64(len(old.data))
		delete(f.byID, old.id)
	}
	return n
}

func extension(f *file) string {
	if ext := path.Ext(f.name); ext != "" && len(ext) < 8 {
		return ext
	}
	switch f.kind {
	case "photo":
		return ".jpg"
	case "voice":
		return ".oga"
	case "sticker":
		return ".webp"
	case "video", "animation", "video_note":
		return ".mp4"
	case "audio":
		return ".mp3"
	}
	if list, err := mime.ExtensionsByType(f.mime); err == nil && len(list) > 0 {
		return list[0]
	}
	return ""
}

type fileResult struct {
	FileID       string `json:"file_id"`
	FileUniqueID string `json:"file_unique_id"`
	FileSize     int64  `json:"file_size,omitempty"`
	FilePath     string `json:"file_path,omitempty"`
}

func (c *call) getFile() (any, *apiError) {
	id := c.p.str("file_id")
	if id == "" {
		return nil, bad("file_id not specified")
	}
	if !plausibleFileID(id) {
		return nil, bad("invalid file_id")
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.byID[id]
	if f == nil {
		return nil, bad("wrong file_id or the file is temporarily unavailable")
	}
	if len(f.data) > maxDownload {
		return nil, bad("file is too big")
	}
	return fileResult{f.id, f.unique, int64(len(f.data)), f.path}, nil
}

// plausibleFileID tells ids from junk: base64url of some length.
func plausibleFileID(id string) bool {
	if len(id) < 20 {
		return false
	}
	_, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(id, "="))
	return err == nil || len(id)%4 == 1 && isBase64URL(id)
}

func isBase64URL(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isNameByte(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}

// serveDownload answers /file/bot<token>/<path>.
func (s *Server) serveDownload(w http.ResponseWriter, r *http.Request) {
	token, name, found := strings.Cut(strings.TrimPrefix(r.URL.Path, "/file/bot"), "/")
	if refusal := s.checkToken(token); refusal != nil {
		writeAnswer(w, nil, refusal)
		return
	}
	var data []byte
	s.mu.Lock()
	for _, f := range s.files.byID {
		if found && f.path == name {
			data = f.data
		}
	}
	s.mu.Unlock()
	if data == nil {
		writeAnswer(w, nil, &apiError{code: 404, description: "Not Found"})
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, _ = w.Write(data)
}

// serveUserFile gives the page the bytes of a file. What people upload is
// never run by the browser: only pictures and sound keep their type.
func (s *Server) serveUserFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files.byID[r.PathValue("file_id")]
	s.mu.Unlock()
	if f == nil {
		writeProblem(w, http.StatusNotFound, "no such file")
		return
	}
	h := w.Header()
	kind := f.mime
	switch {
	case kind == "image/png", kind == "image/jpeg", kind == "image/webp", kind == "image/gif",
		strings.HasPrefix(kind, "audio/"), strings.HasPrefix(kind, "video/"):
		h.Set("Content-Disposition", "inline")
	default:
		kind = "application/octet-stream"
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
	}
	h.Set("Content-Type", kind)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(f.data)))
	h.Set("ETag", fmt.Sprintf("%q", hex.EncodeToString([]byte(f.unique))))
	_, _ = w.Write(f.data)
}
