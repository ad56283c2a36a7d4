package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http/httptest"
	"strings"
	"testing"
)

func picture(t *testing.T, w, h int) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func upload1(t *testing.T, s *Server, method string, fields map[string]string, files map[string][]byte) reply {
	t.Helper()
	kind, body := form(t, fields, files)
	return raw(t, s, "POST", "/bot"+s.Token()+"/"+method, kind, body)
}

func TestDocumentsGoRoundTrip(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	to := map[string]string{"chat_id": fmt.Sprint(chat), "caption": "<b>Su</b> carta", "parse_mode": "HTML"}
	m := upload1(t, s, "sendDocument", to, map[string][]byte{"document": []byte("hola")}).got(t)
	d := m["document"].(p)
	if d["file_name"] != "document.txt" || d["mime_type"] != "text/plain" || d["file_size"] != float64(4) || m["caption"] != "Su carta" || m["caption_entities"] == nil {
		t.Errorf("document %v", m)
	}
	f := do(t, s, "getFile", p{"file_id": d["file_id"]}).got(t)
	r := httptest.NewRequest("GET", "/file/bot"+s.Token()+"/"+f["file_path"].(string), nil)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Body.String() != "hola" {
		t.Errorf("downloaded %q", w.Body)
	}
	wants(t, raw(t, s, "GET", "/file/bot"+s.Token()+"/documents/none", "", ""), 404, "Not Found")
	wants(t, raw(t, s, "GET", "/file/bot1:x/"+f["file_path"].(string), "", ""), 401, "Unauthorized")

	again := do(t, s, "sendDocument", p{"chat_id": chat, "document": d["file_id"]}).got(t)
	if again["document"].(p)["file_unique_id"] != d["file_unique_id"] {
		t.Errorf("by id: %v", again)
	}
	ref := upload1(t, s, "sendDocument", map[string]string{"chat_id": fmt.Sprint(chat), "document": "attach://carta"}, map[string][]byte{"carta": []byte("x")}).got(t)
	if ref["document"].(p)["file_name"] != "carta.txt" {
		t.Errorf("attached: %v", ref)
	}
	list, _ := s.Messages(chat, 0)
	page := httptest.NewRecorder()
	s.ServeHTTP(page, httptest.NewRequest("GET", "/emulator/files/"+list[1].Document.FileID, nil))
	if page.Body.String() != "hola" || page.Header().Get("X-Content-Type-Options") != "nosniff" ||
		!strings.HasPrefix(page.Header().Get("Content-Disposition"), "attachment") || page.Header().Get("Content-Type") != "application/octet-stream" {
		t.Errorf("for the page: %v", page.Header())
	}
	edit := do(t, s, "editMessageCaption", p{"chat_id": chat, "message_id": m["message_id"], "caption": "otra"}).got(t)
	if edit["caption"] != "otra" || edit["document"] == nil {
		t.Errorf("edited: %v", edit)
	}
	wants(t, do(t, s, "editMessageText", p{"chat_id": chat, "message_id": m["message_id"], "text": "x"}), 400, "Bad Request: there is no text in the message to edit")
}

func TestFileRefusals(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	to := map[string]string{"chat_id": fmt.Sprint(chat)}
	wants(t, do(t, s, "sendDocument", p{"chat_id": chat}), 400, "Bad Request: there is no document in the request")
	wants(t, do(t, s, "sendVideoNote", p{"chat_id": chat}), 400, "Bad Request: there is no video note in the request")
	wants(t, do(t, s, "sendPhoto", p{"chat_id": chat, "photo": "attach://none"}), 400, "Bad Request: there is no photo in the request")
	wants(t, do(t, s, "sendPhoto", p{"chat_id": chat, "photo": "junk"}), 400, "Bad Request: wrong remote file identifier specified: Wrong padding in the string")
	wants(t, do(t, s, "sendPhoto", p{"chat_id": chat, "photo": "https://a.co/x.png"}), 400, "Bad Request: failed to get HTTP URL content")
	wants(t, do(t, s, "sendPhoto", p{"chat_id": chat, "photo": "AgACAgEAAxkAAAAAAAAAAAAAAAAA"}), 400, "Bad Request: wrong file identifier/HTTP URL specified")
	wants(t, upload1(t, s, "sendPhoto", to, map[string][]byte{"photo": []byte("no picture")}), 400, "Bad Request: IMAGE_PROCESS_FAILED")
	wants(t, upload1(t, s, "sendPhoto", to, map[string][]byte{"photo": picture(t, 1, 30)}), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
	wants(t, upload1(t, s, "sendDocument", to, map[string][]byte{"document": nil}), 400, "Bad Request: file must be non-empty")
	wants(t, do(t, s, "getFile", p{}), 400, "Bad Request: file_id not specified")
	wants(t, do(t, s, "getFile", p{"file_id": "junk"}), 400, "Bad Request: invalid file_id")
	wants(t, do(t, s, "getFile", p{"file_id": "BQACAgEAAxkAAAAAAAAAAAAAAAAA"}), 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
	big := upload1(t, s, "sendDocument", to, map[string][]byte{"document": make([]byte, maxDownload+1)}).got(t)
	wants(t, do(t, s, "getFile", p{"file_id": big["document"].(p)["file_id"]}), 400, "Bad Request: file is too big")
	if testing.Short() {
		return // 50 MB through the race detector take their time
	}
	wants(t, upload1(t, s, "sendDocument", to, map[string][]byte{"document": make([]byte, maxUploadBytes+1)}), 413, "Request Entity Too Large")
}

func TestEveryKindOfFile(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	for method, field := range map[string]string{"sendVoice": "voice", "sendAudio": "audio", "sendVideo": "video", "sendAnimation": "animation", "sendSticker": "sticker", "sendVideoNote": "video_note"} {
		m := upload1(t, s, method, map[string]string{"chat_id": fmt.Sprint(chat), "duration": "7"}, map[string][]byte{field: []byte(field)}).got(t)
		f, _ := m[field].(p)
		if f == nil || f["file_id"] == "" || f["file_size"] != float64(len(field)) || field != "sticker" && f["duration"] != float64(7) {
			t.Errorf("%s: %v", method, m)
		}
	}
	m := upload1(t, s, "sendPhoto", map[string]string{"chat_id": fmt.Sprint(chat)}, map[string][]byte{"photo": picture(t, 300, 200)}).got(t)
	// Smallest first, as clients that take the last one expect.
	var sizes []string
	for _, size := range m["photo"].([]any) {
		sizes = append(sizes, fmt.Sprint(size.(p)["width"], "x", size.(p)["height"]))
		if f := do(t, s, "getFile", p{"file_id": size.(p)["file_id"]}); !f.OK {
			t.Errorf("size cannot be fetched: %s", f.Body)
		}
	}
	if got := strings.Join(sizes, " "); got != "90x60 300x200" {
		t.Errorf("sizes %s", got)
	}
}

func TestAlbums(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	media := func(n int) string {
		var list []p
		for i := range n {
			list = append(list, p{"type": "photo", "media": fmt.Sprintf("attach://f%d", i), "caption": fmt.Sprint("n", i)})
		}
		raw, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	files := map[string][]byte{"f0": picture(t, 20, 20), "f1": picture(t, 30, 20)}
	to := map[string]string{"chat_id": fmt.Sprint(chat), "media": media(2)}
	r := upload1(t, s, "sendMediaGroup", to, files)
	var list []message
	if err := json.Unmarshal(r.Result, &list); err != nil || len(list) != 2 || list[0].MediaGroupID == "" || list[0].MediaGroupID != list[1].MediaGroupID || list[1].Caption != "n1" {
		t.Errorf("album %s %v", r.Body, err)
	}
	to["media"] = media(11)
	wants(t, upload1(t, s, "sendMediaGroup", to, files), 400, "Bad Request: too many messages to send as an album")
	to["media"] = "[]"
	wants(t, upload1(t, s, "sendMediaGroup", to, files), 400, "Bad Request: there are no messages to send")
	to["media"] = media(3)
	wants(t, upload1(t, s, "sendMediaGroup", to, files), 400, "Bad Request: can't parse InputMedia: Media not found")
}

func TestEditingMedia(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	m := upload1(t, s, "sendPhoto", map[string]string{"chat_id": fmt.Sprint(chat), "caption": "uno"}, map[string][]byte{"photo": picture(t, 30, 20)}).got(t)
	edit := func(media string, files map[string][]byte) reply {
		return upload1(t, s, "editMessageMedia", map[string]string{"chat_id": fmt.Sprint(chat), "message_id": fmt.Sprint(m["message_id"]), "media": media}, files)
	}
	e := edit(`{"type":"document","media":"attach://d","caption":"<b>dos</b>","parse_mode":"HTML"}`, map[string][]byte{"d": []byte("x")}).got(t)
	if e["photo"] != nil || e["document"] == nil || e["caption"] != "dos" || e["edit_date"] == nil {
		t.Errorf("edited %v", e)
	}
	id := e["document"].(p)["file_id"]
	wants(t, edit(fmt.Sprintf(`{"type":"document","media":"%s","caption":"dos","caption_entities":[{"type":"bold","offset":0,"length":3}]}`, id), nil), 400, notModified)
	wants(t, edit(`{"type":"document","media":"attach://none"}`, nil), 400, "Bad Request: can't parse InputMedia: Media not found")
	wants(t, edit(`{"type":"poll","media":"x"}`, nil), 400, `Bad Request: can't parse InputMedia: type "poll" of the media is unknown`)
}

func TestFilesAreForgottenBeyondTheBound(t *testing.T) {
	s := serve(t, Config{Limits: Limits{Off: true}, KeepFileBytes: 1000})
	chat := newcomer(t, s)
	var first string
	for i := range 5 {
		m := upload1(t, s, "sendDocument", map[string]string{"chat_id": fmt.Sprint(chat)}, map[string][]byte{"document": bytes.Repeat([]byte{byte(i)}, 300)}).got(t)
		if i == 0 {
			first = m["document"].(p)["file_id"].(string)
		}
	}
	wants(t, do(t, s, "getFile", p{"file_id": first}), 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
	if s.files.bytes > 1000 {
		t.Errorf("%d bytes kept", s.files.bytes)
	}
}

func TestMessagesAreForgottenBeyondTheBound(t *testing.T) {
	s := serve(t, Config{Limits: Limits{Off: true}, KeepMessages: 100})
	one, two := newcomer(t, s), newcomer(t, s)
	first := sent(t, s, one, nil)
	for i := range 300 {
		sent(t, s, two, p{"text": fmt.Sprint(i)})
	}
	a, _ := s.Messages(one, 0)
	b, _ := s.Messages(two, 0)
	if len(a)+len(b) != 100 {
		t.Errorf("%d and %d kept", len(a), len(b))
	}
	wants(t, do(t, s, "editMessageText", p{"chat_id": one, "message_id": first, "text": "x"}), 400, "Bad Request: message to edit not found")
}
