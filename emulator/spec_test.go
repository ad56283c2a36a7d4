package emulator

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// table reads a file of testdata: a name and its words on each line.
func table1(t *testing.T, name string) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			out[words[0]] = words[1:]
		}
	}
	return out
}

// Every method served exists, and refuses to work without a parameter that
// the documentation requires.
func TestMethodsAgreeWithTheDocumentation(t *testing.T) {
	spec := map[string][]string{}
	for name, required := range table1(t, "methods.txt") {
		spec[strings.ToLower(name)] = required
	}
	s := quick(t)
	chat := newcomer(t, s)
	group, err := s.AddGroup(Group{Title: "G", Members: []int64{chat}})
	if err != nil {
		t.Fatal(err)
	}
	id := sent(t, s, chat, p{"reply_markup": buttons("a")})
	file := upload1(t, s, "sendDocument", map[string]string{"chat_id": fmt.Sprint(chat)}, map[string][]byte{"document": []byte("x")}).got(t)
	caption := file["message_id"]
	query, _ := s.TapData(chat, id, "x")
	good := p{
		"chat_id": chat, "text": "nuevo", "message_id": id, "message_ids": []int64{id}, "from_chat_id": chat, "latitude": 4, "longitude": -74,
		"title": "T", "address": "A", "phone_number": "1", "first_name": "F", "action": "typing", "document": file["document"].(p)["file_id"],
		"callback_query_id": query, "commands": []p{{"command": "a", "description": "A"}}, "file_id": file["document"].(p)["file_id"],
		"user_id": chat, "url": "https://127.0.0.1/x",
	}
	// Parameters that the documentation requires and the server does without.
	lenient := map[string]bool{"setwebhook url": true}
	// Parameters whose good value needs an upload.
	uploads := map[string]bool{"photo": true, "voice": true, "audio": true, "video": true, "animation": true, "sticker": true, "video_note": true, "media": true}
	for name := range s.methods {
		required, known := spec[name]
		if !known {
			if name != "getchatmemberscount" {
				t.Errorf("%s is not in the documentation", name)
			}
			continue
		}
		for _, missing := range required {
			if lenient[name+" "+missing] {
				continue
			}
			fields := p{}
			for _, param := range required {
				if param != missing && !uploads[param] {
					value, have := good[param]
					if !have {
						t.Fatalf("no example of %s for %s", param, name)
					}
					fields[param] = value
				}
			}
			switch {
			case name == "getchatadministrators" || name == "leavechat":
				fields["chat_id"] = group
			case name == "editmessagecaption":
				fields["chat_id"], fields["message_id"] = chat, caption
			case strings.HasPrefix(name, "edit"):
				fields["chat_id"], fields["message_id"] = chat, id
			}
			if missing == "chat_id" {
				delete(fields, "chat_id")
			}
			r := do(t, s, name, fields)
			if r.OK || r.ErrorCode != 400 || !strings.HasPrefix(r.Description, "Bad Request: ") {
				t.Errorf("%s without %s: %s", name, missing, r.Body)
			}
		}
	}
}

// What is written exists in the documentation: a misspelt field would be
// silently ignored by every client.
func TestFieldsAgreeWithTheDocumentation(t *testing.T) {
	spec := table1(t, "types.txt")
	// Sent by the real server for old clients, and documented no more.
	undocumented := map[string]bool{"Message.forward_from": true, "Message.forward_date": true, "Message.new_chat_member": true}
	for name, value := range map[string]any{
		"Message": message{}, "User": botUser{}, "Chat": chatInfo{}, "ChatFullInfo": chatFull{}, "MessageEntity": Entity{},
		"CallbackQuery": callbackQuery{}, "ChatMemberUpdated": memberUpdate{}, "WebhookInfo": webhookInfo{}, "File": fileResult{},
		"InlineKeyboardButton": inlineButton{}, "PhotoSize": photoRef{}, "Contact": Contact{}, "Location": Location{}, "Venue": Venue{},
		"LinkPreviewOptions": linkPreview{}, "BotCommand": botCommand{}, "MenuButtonWebApp": menuButton{},
		"InaccessibleMessage": inaccessibleMessage{}, "ChatMemberBanned": chatMember{}, "ResponseParameters": errorParams{},
	} {
		known := map[string]bool{}
		for _, field := range spec[name] {
			known[field] = true
		}
		if len(known) == 0 {
			t.Errorf("%s is not in types.txt", name)
		}
		for _, field := range jsonFields(reflect.TypeOf(value)) {
			if !known[field] && !undocumented[name+"."+field] {
				t.Errorf("%s has no field %s", name, field)
			}
		}
	}
	for _, kind := range spec["Update"][1:] {
		if _, known := updateKinds[kind]; !known {
			t.Errorf("allowed_updates does not know %s", kind)
		}
	}
	allKinds := map[string]bool{}
	for _, name := range []string{"Document", "Voice", "Audio", "Video", "VideoNote", "Animation", "Sticker"} {
		for _, field := range spec[name] {
			allKinds[field] = true
		}
	}
	for _, field := range jsonFields(reflect.TypeOf(media{})) {
		if !allKinds[field] {
			t.Errorf("no kind of file has a field %s", field)
		}
	}
}

func jsonFields(typ reflect.Type) (out []string) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		if f.Anonymous {
			out = append(out, jsonFields(f.Type)...)
			continue
		}
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

func TestMessageFieldsPerKind(t *testing.T) {
	spec := table1(t, "types.txt")
	s := quick(t)
	chat := newcomer(t, s)
	for method, kind := range map[string][2]string{"sendVoice": {"voice", "Voice"}, "sendAudio": {"audio", "Audio"}, "sendVideo": {"video", "Video"},
		"sendAnimation": {"animation", "Animation"}, "sendSticker": {"sticker", "Sticker"}, "sendVideoNote": {"video_note", "VideoNote"}, "sendDocument": {"document", "Document"}} {
		m := upload1(t, s, method, map[string]string{"chat_id": fmt.Sprint(chat), "duration": "1"}, map[string][]byte{kind[0]: []byte(kind[0])}).got(t)
		raw, err := json.Marshal(m[kind[0]])
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		for field := range fields {
			if !strings.Contains(" "+strings.Join(spec[kind[1]], " ")+" ", " "+field+" ") {
				t.Errorf("%s has no field %s", kind[1], field)
			}
		}
	}
}
