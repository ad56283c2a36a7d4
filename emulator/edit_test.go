package emulator

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const notModified = "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"

func TestEditing(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	own, _ := s.Say(chat, "de Ana")
	id := sent(t, s, chat, p{"text": "uno", "reply_markup": buttons("a", "b")})
	edit := func(fields p) reply {
		all := p{"chat_id": chat, "message_id": id}
		for k, v := range fields {
			all[k] = v
		}
		return do(t, s, "editMessageText", all)
	}
	wants(t, edit(p{"text": "uno", "reply_markup": buttons("a", "b")}), 400, notModified)
	wants(t, edit(p{"text": " uno ", "reply_markup": buttons("a", "b")}), 400, notModified)
	m := edit(p{"text": "uno"}).got(t)
	if m["reply_markup"] != nil || m["edit_date"] == nil {
		t.Errorf("a keyboard left out stays: %v", m)
	}
	wants(t, edit(p{"text": "uno"}), 400, notModified)
	edit(p{"text": "<b>uno</b>", "parse_mode": "HTML"}).got(t)
	wants(t, edit(p{"text": "<strong>uno</strong>", "parse_mode": "HTML"}), 400, notModified)
	edit(p{"text": "uno"}).got(t)

	for _, c := range []struct {
		name, method string
		fields       p
		description  string
	}{
		{"no text", "editMessageText", p{"chat_id": chat, "message_id": id, "text": ""}, "message text is empty"},
		{"only blanks", "editMessageText", p{"chat_id": chat, "message_id": id, "text": "  "}, "text must be non-empty"},
		{"too long", "editMessageText", p{"chat_id": chat, "message_id": id, "text": strings.Repeat("a", 4097)}, "message is too long"},
		{"nothing named", "editMessageText", p{"text": "x"}, "message identifier is not specified"},
		{"no chat", "editMessageText", p{"message_id": id, "text": "x"}, "chat_id is empty"},
		{"no message", "editMessageText", p{"chat_id": chat, "text": "x"}, "message to edit not found"},
		{"unknown message", "editMessageText", p{"chat_id": chat, "message_id": 999, "text": "x"}, "message to edit not found"},
		{"of a person", "editMessageText", p{"chat_id": chat, "message_id": own, "text": "x"}, "message can't be edited"},
		{"reply keyboard", "editMessageText", p{"chat_id": chat, "message_id": id, "text": "x", "reply_markup": p{"keyboard": []any{[]any{"a"}}}}, "inline keyboard expected"},
		{"caption of a text", "editMessageCaption", p{"chat_id": chat, "message_id": id, "caption": "x"}, "there is no caption in the message to edit"},
		{"markup the same", "editMessageReplyMarkup", p{"chat_id": chat, "message_id": id}, strings.TrimPrefix(notModified, "Bad Request: ")},
		{"delete unknown", "deleteMessage", p{"chat_id": chat, "message_id": 999}, "message to delete not found"},
		{"delete without chat", "deleteMessage", p{"message_id": id}, "chat identifier is not specified"},
		{"delete without message", "deleteMessage", p{"chat_id": chat}, "message identifier is not specified"},
		{"react to unknown", "setMessageReaction", p{"chat_id": chat, "message_id": 999}, "message to react not found"},
		{"delete many without list", "deleteMessages", p{"chat_id": chat}, "message identifiers are not specified"},
	} {
		t.Run(c.name, func(t *testing.T) {
			wants(t, do(t, s, c.method, c.fields), 400, "Bad Request: "+c.description)
		})
	}
	marked := do(t, s, "editMessageReplyMarkup", p{"chat_id": chat, "message_id": id, "reply_markup": buttons("z")}).got(t)
	if marked["text"] != "uno" || marked["reply_markup"] == nil {
		t.Errorf("markup: %v", marked)
	}
	do(t, s, "setMessageReaction", p{"chat_id": chat, "message_id": own, "reaction": []p{{"type": "emoji", "emoji": "👍"}}})
	list, _ := s.Messages(chat, own-1)
	if list[0].Reaction != "👍" || !list[1].Edited || list[1].Buttons[0][0].Data != "z" {
		t.Errorf("seen: %+v", list)
	}
}

func TestDeleting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := quick(t)
		chat := newcomer(t, s)
		old := sent(t, s, chat, nil)
		time.Sleep(48*time.Hour + time.Second)
		fresh, theirs := sent(t, s, chat, nil), int64(0)
		theirs, _ = s.Say(chat, "x")
		wants(t, do(t, s, "deleteMessage", p{"chat_id": chat, "message_id": old}), 400, "Bad Request: message can't be deleted for everyone")
		do(t, s, "deleteMessage", p{"chat_id": chat, "message_id": theirs})
		wants(t, do(t, s, "deleteMessages", p{"chat_id": chat, "message_ids": []int64{fresh, old}}), 400, "Bad Request: message can't be deleted for everyone")
		if r := do(t, s, "deleteMessages", p{"chat_id": chat, "message_ids": []int64{fresh, 999}}); string(r.Result) != "true" {
			t.Errorf("unknown ids are not skipped: %s", r.Body)
		}
		list, _ := s.Messages(chat, old)
		if len(list) != 0 {
			t.Errorf("still seen: %+v", list)
		}
		wants(t, do(t, s, "editMessageText", p{"chat_id": chat, "message_id": fresh, "text": "x"}), 400, "Bad Request: message to edit not found")
	})
}

func TestHistoryOfThePersonIsHersAlone(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	id := sent(t, s, chat, p{"reply_markup": buttons("a")})
	if err := s.DeleteHistory(chat); err != nil {
		t.Fatal(err)
	}
	if list, _ := s.Messages(chat, 0); len(list) != 0 {
		t.Errorf("still seen: %+v", list)
	}
	if _, _, err := s.Tap(chat, id, 0, 0); err == nil {
		t.Error("tapped a message that is not there")
	}
	do(t, s, "editMessageText", p{"chat_id": chat, "message_id": id, "text": "x"}).got(t)
	sent(t, s, chat, nil)
	if list, _ := s.Messages(chat, 0); len(list) != 1 {
		t.Errorf("seen: %+v", list)
	}
}
