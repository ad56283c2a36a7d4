package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func commands(names ...string) []p {
	var out []p
	for _, n := range names {
		out = append(out, p{"command": n, "description": "D " + n})
	}
	return out
}

func TestCommandsByScopeAndLanguage(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s) // speaks es
	foreign := s.AddUser(User{FirstName: "Jean", LanguageCode: "fr-CA"})
	shown := func(id int64) string {
		var out struct {
			Commands []botCommand `json:"commands"`
		}
		r := raw(t, s, "GET", fmt.Sprintf("/emulator/chats/%d/commands", id), "", "")
		if err := json.Unmarshal([]byte(r.Body), &out); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range out.Commands {
			names = append(names, c.Command)
		}
		return strings.Join(names, ",")
	}
	step := func(want, wantForeign string) {
		t.Helper()
		if got, other := shown(chat), shown(foreign); got != want || other != wantForeign {
			t.Errorf("shown %q and %q, want %q and %q", got, other, want, wantForeign)
		}
	}
	step("", "")
	do(t, s, "setMyCommands", p{"commands": commands("start", "help")})
	step("start,help", "start,help")
	do(t, s, "setMyCommands", p{"commands": commands("inicio"), "language_code": "es"})
	step("inicio", "start,help")
	do(t, s, "setMyCommands", p{"commands": commands("private"), "scope": p{"type": "all_private_chats"}})
	step("private", "private")
	do(t, s, "setMyCommands", p{"commands": commands("mine"), "scope": p{"type": "chat", "chat_id": chat}})
	step("mine", "private")
	if r := do(t, s, "getMyCommands", p{"language_code": "es"}); !strings.Contains(string(r.Result), "inicio") {
		t.Errorf("get: %s", r.Body)
	}
	if r := do(t, s, "getMyCommands", p{"language_code": "pt"}); string(r.Result) != "[]" {
		t.Errorf("get of another language: %s", r.Body)
	}
	do(t, s, "deleteMyCommands", p{"scope": p{"type": "chat", "chat_id": chat}})
	do(t, s, "setMyCommands", p{"commands": []p{}, "scope": p{"type": "all_private_chats"}})
	step("inicio", "start,help")

	for name, c := range map[string]struct {
		fields p
		want   string
	}{
		"none":            {p{}, "commands is empty"},
		"no list":         {p{"commands": "x"}, "can't parse commands JSON object"},
		"capitals":        {p{"commands": commands("Start")}, "BOT_COMMAND_INVALID"},
		"long":            {p{"commands": commands(strings.Repeat("a", 33))}, "BOT_COMMAND_INVALID"},
		"no description":  {p{"commands": []p{{"command": "a", "description": ""}}}, "command description must be non-empty"},
		"too many":        {p{"commands": commands(strings.Split(strings.Repeat("a,", 100)+"a", ",")...)}, "too much commands specified"},
		"language":        {p{"commands": commands("a"), "language_code": "spanish"}, "invalid language code specified"},
		"scope":           {p{"commands": commands("a"), "scope": p{"type": "nowhere"}}, "can't parse BotCommandScope: Unsupported type specified"},
		"scope of nobody": {p{"commands": commands("a"), "scope": p{"type": "chat", "chat_id": 4}}, "chat not found"},
	} {
		t.Run(name, func(t *testing.T) { wants(t, do(t, s, "setMyCommands", c.fields), 400, "Bad Request: "+c.want) })
	}
}

func TestTextsAboutTheBot(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	for kind, limit := range map[string]int{"Name": 64, "Description": 512, "ShortDescription": 120} {
		field := map[string]string{"Name": "name", "Description": "description", "ShortDescription": "short_description"}[kind]
		set := func(text, language string) reply {
			return do(t, s, "setMy"+kind, p{field: text, "language_code": language})
		}
		get := func(language string) any {
			return do(t, s, "getMy"+kind, p{"language_code": language}).got(t)[field]
		}
		set("Todos", "")
		set("Españoles", "es")
		if get("") != "Todos" || get("es") != "Españoles" || get("fr") != "Todos" {
			t.Errorf("%s: %v %v %v", kind, get(""), get("es"), get("fr"))
		}
		if r := set(strings.Repeat("ñ", limit), ""); !r.OK {
			t.Errorf("%s of %d: %s", kind, limit, r.Body)
		}
		if r := set(strings.Repeat("ñ", limit+1), ""); r.OK {
			t.Errorf("%s of %d was taken", kind, limit+1)
		}
		set("", "es")
		if get("es") != strings.Repeat("ñ", limit) {
			t.Errorf("%s: the empty text does not remove", kind)
		}
	}
	do(t, s, "setMyName", p{"name": "Arraigo dos"})
	if me := do(t, s, "getMe", nil).got(t); me["first_name"] != "Arraigo dos" {
		t.Errorf("getMe %v", me)
	}
	if m := do(t, s, "sendMessage", p{"chat_id": chat, "text": "x"}).got(t); m["from"].(p)["first_name"] != "Arraigo dos" {
		t.Errorf("from %v", m["from"])
	}
}

func TestMenuButton(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	kind := func(fields p) any { return do(t, s, "getChatMenuButton", fields).got(t)["type"] }
	if kind(nil) != "commands" || kind(p{"chat_id": chat}) != "default" {
		t.Errorf("at first %v %v", kind(nil), kind(p{"chat_id": chat}))
	}
	do(t, s, "setChatMenuButton", p{"chat_id": chat, "menu_button": p{"type": "web_app", "text": "Ver", "web_app": p{"url": "https://a.co"}}})
	if kind(p{"chat_id": chat}) != "web_app" || kind(nil) != "commands" {
		t.Errorf("after %v %v", kind(nil), kind(p{"chat_id": chat}))
	}
	wants(t, do(t, s, "setChatMenuButton", p{"menu_button": p{"type": "x"}}), 400, "Bad Request: can't parse menu button: MenuButton has unsupported type")
}

func TestChatInformation(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	full := do(t, s, "getChat", p{"chat_id": chat}).got(t)
	if full["type"] != "private" || full["first_name"] != "Ana" || full["max_reaction_count"] == nil {
		t.Errorf("chat %v", full)
	}
	if m := do(t, s, "getChatMember", p{"chat_id": chat, "user_id": chat}).got(t); m["status"] != "member" {
		t.Errorf("member %v", m)
	}
	if r := do(t, s, "getUserProfilePhotos", p{"user_id": chat}).got(t); r["total_count"] != float64(0) {
		t.Errorf("photos %v", r)
	}
	wants(t, do(t, s, "getChat", p{"chat_id": 4}), 400, "Bad Request: chat not found")
	wants(t, do(t, s, "getChatMember", p{"chat_id": chat, "user_id": -1}), 400, "Bad Request: invalid user_id specified")
	wants(t, do(t, s, "leaveChat", p{"chat_id": chat}), 400, "Bad Request: chat member status can't be changed in private chats")
	for _, method := range []string{"logOut", "close"} {
		if r := do(t, s, method, nil); string(r.Result) != "true" {
			t.Errorf("%s: %s", method, r.Body)
		}
	}
}
