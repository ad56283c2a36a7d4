package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhoCanBeWrittenTo(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	stranger := s.AddUser(User{FirstName: "Eva", Username: "eva_r"})
	met := s.AddUser(User{FirstName: "Leo"})
	blocked, gone := newcomer(t, s), newcomer(t, s)
	group, err := s.AddGroup(Group{Title: "G", Members: []int64{met}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(group, Draft{From: met, Text: "/hola"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Block(blocked, true); err != nil {
		t.Fatal(err)
	}
	if err := s.Deactivate(gone, true); err != nil {
		t.Fatal(err)
	}
	status := func(kind, status string) int64 {
		id, err := s.AddGroup(Group{Title: "x", Type: kind, Members: []int64{met}})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetBotStatus(id, status); err != nil {
			t.Fatal(err)
		}
		return id
	}
	old := status("group", "member")
	moved, err := s.Migrate(old)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name        string
		chat        any
		code        int
		description string
	}{
		{"missing", "", 400, "Bad Request: chat_id is empty"},
		{"unknown", 12345, 400, "Bad Request: chat not found"},
		{"zero", 0, 400, "Bad Request: chat not found"},
		{"words", "ana", 400, "Bad Request: chat not found"},
		{"unknown name", "@nobody_here", 400, "Bad Request: chat not found"},
		{"a person's name", "@eva_r", 400, "Bad Request: chat not found"},
		{"never started", stranger, 400, "Bad Request: chat not found"},
		{"seen in a group, never started", met, 403, "Forbidden: bot can't initiate conversation with a user"},
		{"itself", s.Bot().ID, 403, "Forbidden: the bot can't send messages to the bot"},
		{"blocked", blocked, 403, "Forbidden: bot was blocked by the user"},
		{"deactivated", gone, 403, "Forbidden: user is deactivated"},
		{"kicked from a group", status("group", "kicked"), 403, "Forbidden: bot was kicked from the group chat"},
		{"kicked from a supergroup", status("supergroup", "kicked"), 403, "Forbidden: bot was kicked from the supergroup chat"},
		{"left a channel", status("channel", "left"), 403, "Forbidden: bot is not a member of the channel chat"},
		{"restricted", status("supergroup", "restricted"), 400, "Bad Request: not enough rights to send text messages to the chat"},
		{"upgraded", old, 400, "Bad Request: group chat was upgraded to a supergroup chat"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := do(t, s, "sendMessage", p{"chat_id": c.chat, "text": "hola"})
			wants(t, r, c.code, c.description)
			if c.name == "upgraded" && r.Parameters.MigrateTo != moved {
				t.Errorf("migrate_to_chat_id %d, want %d", r.Parameters.MigrateTo, moved)
			}
		})
	}
	if err := s.Block(blocked, false); err != nil {
		t.Fatal(err)
	}
	for _, id := range []int64{chat, blocked, group, moved} {
		do(t, s, "sendMessage", p{"chat_id": id, "text": "hola"}).got(t)
	}
	named, err := s.AddGroup(Group{Title: "C", Type: "channel", Username: "Canal_Uno"})
	if err != nil {
		t.Fatal(err)
	}
	m := do(t, s, "sendMessage", p{"chat_id": "@canal_uno", "text": "hola"}).got(t)
	if got := m["chat"].(p)["id"]; got != float64(named) || m["from"] != nil || m["sender_chat"] == nil {
		t.Errorf("channel post: %v", m)
	}
}

func TestKeyboardRefusals(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	group, err := s.AddGroup(Group{Title: "G", Members: []int64{chat}})
	if err != nil {
		t.Fatal(err)
	}
	one := func(b any) p { return p{"inline_keyboard": []any{[]any{b}}} }
	var many []any
	for range 101 {
		many = append(many, []any{p{"text": "a", "callback_data": "a"}})
	}
	for _, c := range []struct {
		name        string
		markup      any
		description string
	}{
		{"64 bytes", one(p{"text": "a", "callback_data": strings.Repeat("x", 64)}), ""},
		{"65 bytes", one(p{"text": "a", "callback_data": strings.Repeat("x", 65)}), "BUTTON_DATA_INVALID"},
		{"33 letters of two bytes", one(p{"text": "a", "callback_data": strings.Repeat("ñ", 33)}), "BUTTON_DATA_INVALID"},
		{"empty data", one(p{"text": "a", "callback_data": ""}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"no action", one(p{"text": "a"}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"the library's empty copy_text", one(p{"text": "a", "callback_data": "x", "copy_text": p{"text": ""}}), ""},
		{"only an empty copy_text", one(p{"text": "a", "copy_text": p{"text": ""}}), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"},
		{"empty text", one(p{"text": "", "callback_data": "x"}), "inline keyboard button text must be non-empty"},
		{"no text", one(p{"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""},
		{"number as text", one(p{"text": 5, "callback_data": 7}), ""},
		{"text of a wrong type", one(p{"text": []any{}, "callback_data": "x"}), "can't parse inline keyboard button: Field \"text\" must be of type String"},
		{"not an object", one("a"), "can't parse inline keyboard button: InlineKeyboardButton must be an Object"},
		{"bad address", one(p{"text": "a", "url": "nada"}), "inline keyboard button URL 'nada' is invalid: Wrong HTTP URL"},
		{"rows missing", p{"inline_keyboard": []any{p{"text": "a"}}}, "field \"inline_keyboard\" of the InlineKeyboardMarkup must be an Array of Arrays"},
		{"not a list", p{"inline_keyboard": 5}, "field \"inline_keyboard\" must be of type Array"},
		{"not json", "{nada", "can't parse reply keyboard markup JSON object"},
		{"a list", []any{}, "object expected as reply markup"},
		{"too many", p{"inline_keyboard": many}, "reply markup is too long"},
		{"empty", p{"inline_keyboard": []any{}}, ""},
		{"nothing", p{}, ""},
		{"reply keyboard", p{"keyboard": []any{[]any{"Sí", p{"text": "No"}}}, "resize_keyboard": true}, ""},
		{"reply button of nothing", p{"keyboard": []any{[]any{5}}}, "can't parse keyboard button: KeyboardButton must be a String or an Object"},
		{"reply rows missing", p{"keyboard": []any{"a"}}, "field \"keyboard\" must be an Array of Arrays"},
		{"remove", p{"remove_keyboard": true}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := do(t, s, "sendMessage", p{"chat_id": chat, "text": "hola", "reply_markup": c.markup})
			if c.description == "" {
				r.got(t)
				return
			}
			wants(t, r, 400, "Bad Request: "+c.description)
		})
	}
	wants(t, do(t, s, "sendMessage", p{"chat_id": group, "text": "a", "reply_markup": p{"keyboard": []any{[]any{p{"text": "c", "request_contact": true}}}}}), 400,
		"Bad Request: phone number can be requested in private chats only")
	wants(t, do(t, s, "sendMessage", p{"chat_id": group, "text": "a", "reply_markup": p{"keyboard": []any{[]any{p{"text": "c", "request_location": true}}}}}), 400,
		"Bad Request: location can be requested in private chats only")
	// The server's own refusals come after the chat.
	wants(t, do(t, s, "sendMessage", p{"chat_id": 1, "text": "a", "reply_markup": one(p{"text": "a", "callback_data": strings.Repeat("x", 65)})}), 400,
		"Bad Request: chat not found")
}

func TestReplies(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	first := sent(t, s, chat, nil)
	for _, fields := range []p{{"reply_to_message_id": first}, {"reply_parameters": p{"message_id": first}}} {
		fields["chat_id"], fields["text"] = chat, "x"
		m := do(t, s, "sendMessage", fields).got(t)
		if m["reply_to_message"].(p)["message_id"] != float64(first) {
			t.Errorf("%v: %v", fields, m)
		}
	}
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "reply_parameters": p{"message_id": 999}}), 400, "Bad Request: message to be replied not found")
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "reply_parameters": "[1]"}), 400, "Bad Request: object expected as reply parameters")
	m := do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "reply_parameters": p{"message_id": 999, "allow_sending_without_reply": true}}).got(t)
	if m["reply_to_message"] != nil {
		t.Error("replies to nothing")
	}
	do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "reply_parameters": p{}}).got(t)
}

func TestOtherKinds(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	at := p{"chat_id": chat, "latitude": 4.6, "longitude": -74.08}
	with := func(extra p) p {
		out := p{}
		for k, v := range at {
			out[k] = v
		}
		for k, v := range extra {
			out[k] = v
		}
		return out
	}
	m := do(t, s, "sendLocation", at).got(t)
	if fmt.Sprint(m["location"]) != "map[latitude:4.6 longitude:-74.08]" {
		t.Errorf("location %v", m["location"])
	}
	v := do(t, s, "sendVenue", with(p{"title": "SENA", "address": "Calle 57"})).got(t)
	if v["venue"].(p)["title"] != "SENA" || v["location"] == nil {
		t.Errorf("venue %v", v)
	}
	c := do(t, s, "sendContact", p{"chat_id": chat, "phone_number": "+571", "first_name": "Línea"}).got(t)
	if c["contact"].(p)["phone_number"] != "+571" {
		t.Errorf("contact %v", c)
	}
	wants(t, do(t, s, "sendLocation", p{"chat_id": chat, "longitude": 1}), 400, "Bad Request: latitude is empty")
	wants(t, do(t, s, "sendLocation", p{"chat_id": chat, "latitude": 91, "longitude": 1}), 400, "Bad Request: wrong location specified")
	wants(t, do(t, s, "sendLocation", p{"chat_id": chat, "latitude": "NaN", "longitude": 1}), 400, "Bad Request: wrong location specified")
	wants(t, do(t, s, "sendContact", p{"chat_id": chat, "first_name": "x"}), 400, `Bad Request: parameter "phone_number" is required`)
	wants(t, do(t, s, "sendChatAction", p{"chat_id": chat, "action": "dance"}), 400, "Bad Request: wrong parameter action in request")
	if r := do(t, s, "sendChatAction", p{"chat_id": chat, "action": "Typing"}); string(r.Result) != "true" {
		t.Errorf("action: %s", r.Body)
	}
}

func TestCopyAndForward(t *testing.T) {
	s := quick(t)
	chat, other := newcomer(t, s), newcomer(t, s)
	id, err := s.Say(chat, "mi <b> texto")
	if err != nil {
		t.Fatal(err)
	}
	from := p{"chat_id": other, "from_chat_id": chat, "message_id": id}
	f := do(t, s, "forwardMessage", from).got(t)
	if f["text"] != "mi <b> texto" || f["forward_origin"].(p)["sender_user"].(p)["id"] != float64(chat) {
		t.Errorf("forward %v", f)
	}
	copied := do(t, s, "copyMessage", from).got(t)
	if len(copied) != 1 || copied["message_id"] == nil {
		t.Errorf("copy %v", copied)
	}
	list, _ := s.Messages(other, 0)
	if last := list[len(list)-1]; last.Text != "mi <b> texto" || last.From != "bot" || last.Forwarded {
		t.Errorf("copy seen as %+v", last)
	}
	wants(t, do(t, s, "copyMessage", p{"chat_id": other, "message_id": id}), 400, `Bad Request: parameter "from_chat_id" is required`)
	wants(t, do(t, s, "copyMessage", p{"chat_id": other, "from_chat_id": chat, "message_id": 999}), 400, "Bad Request: message to copy not found")
	wants(t, do(t, s, "forwardMessage", p{"chat_id": other, "from_chat_id": chat, "message_id": 999}), 400, "Bad Request: message to forward not found")
	closed := sent(t, s, chat, p{"protect_content": true})
	wants(t, do(t, s, "forwardMessage", p{"chat_id": other, "from_chat_id": chat, "message_id": closed}), 400, "Bad Request: message can't be forwarded")
	many := do(t, s, "copyMessages", p{"chat_id": other, "from_chat_id": chat, "message_ids": []int64{id, 998, closed}})
	if !many.OK || strings.Count(string(many.Result), "message_id") != 2 {
		t.Errorf("copies %s", many.Body)
	}
}
