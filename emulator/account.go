package emulator

import (
	"encoding/json"
	"regexp"
	"unicode/utf8"
)

// profile is what the bot says about itself, by language ("" for all others).
type profile struct {
	texts    map[string]map[string]string // name, description, short_description → language → text
	commands map[commandKey][]botCommand
	menu     menuButton
}

type commandKey struct {
	scope    string
	chat     int64
	user     int64
	language string
}

type botCommand struct {
	Command     string `json:"command"`
	Description string `json:"description"`
}

type menuButton struct {
	Type   string          `json:"type"`
	Text   string          `json:"text,omitempty"`
	WebApp json.RawMessage `json:"web_app,omitempty"`
}

// textLimits are in code points.
var textLimits = map[string]int{"name": 64, "description": 512, "short_description": 120}

func (p *profile) init(name string) {
	p.texts = map[string]map[string]string{"name": {"": name}, "description": {}, "short_description": {}}
	p.commands = map[commandKey][]botCommand{}
	p.menu = menuButton{Type: "commands"}
}

func (c *call) getMe() (any, *apiError) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return botUser{User: c.s.bot, CanJoinGroups: true}, nil
}

// logOut and close belong to moving a bot between servers; the emulator stays
// where it is and forgets nothing.
func (c *call) logOut() (any, *apiError)   { return true, nil }
func (c *call) closeBot() (any, *apiError) { return true, nil }

var languageCode = regexp.MustCompile(`^[a-z]{2}$`)

func (c *call) language() (string, *apiError) {
	code := c.p.str("language_code")
	if code != "" && !languageCode.MatchString(code) {
		return "", bad("invalid language code specified")
	}
	return code, nil
}

func setText(kind string) method {
	return func(c *call) (any, *apiError) {
		language, err := c.language()
		if err != nil {
			return nil, err
		}
		text := c.p.str(kind)
		if !utf8.ValidString(text) {
			return nil, bad("strings must be encoded in UTF-8")
		}
		if utf8.RuneCountInString(text) > textLimits[kind] {
			return nil, bad("BOT_%s_TOO_LONG", map[string]string{"name": "NAME", "description": "DESCRIPTION", "short_description": "ABOUT"}[kind])
		}
		s := c.s
		s.mu.Lock()
		defer s.mu.Unlock()
		if text == "" {
			delete(s.profile.texts[kind], language)
		} else {
			s.profile.texts[kind][language] = text
		}
		if kind == "name" && language == "" {
			if text == "" {
				s.profile.texts[kind][""] = s.cfg.Name
			}
			s.bot.FirstName = s.profile.texts[kind][""]
		}
		s.events.add(event{kind: "bot"})
		return true, nil
	}
}

func getText(kind string) method {
	return func(c *call) (any, *apiError) {
		language, err := c.language()
		if err != nil {
			return nil, err
		}
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
		return map[string]string{kind: c.s.profile.text(kind, language)}, nil
	}
}

// text falls back to the one for all languages.
func (p *profile) text(kind, language string) string {
	if t, ok := p.texts[kind][language]; ok {
		return t
	}
	return p.texts[kind][""]
}

var commandName = regexp.MustCompile(`^[a-z0-9_]{1,32}$`)

// commandKey reads scope and language_code.
func (c *call) commandKey() (commandKey, *apiError) {
	language, err := c.language()
	if err != nil {
		return commandKey{}, err
	}
	key := commandKey{scope: "default", language: language}
	raw := c.p.str("scope")
	if raw == "" {
		return key, nil
	}
	var in struct {
		Type string          `json:"type"`
		Chat json.RawMessage `json:"chat_id"`
		User int64           `json:"user_id"`
	}
	if json.Unmarshal([]byte(raw), &in) != nil {
		return key, bad("can't parse BotCommandScope JSON object")
	}
	switch in.Type {
	case "":
		return key, bad("can't parse BotCommandScope: Can't find field \"type\"")
	case "default", "all_private_chats", "all_group_chats", "all_chat_administrators":
		key.scope = in.Type
		return key, nil
	case "chat", "chat_administrators", "chat_member":
		key.scope = in.Type
	default:
		return key, bad("can't parse BotCommandScope: Unsupported type specified")
	}
	var name string
	if json.Unmarshal(in.Chat, &name) != nil {
		name = string(in.Chat)
	}
	ch, err := c.s.findChat(name)
	if err != nil {
		return key, err
	}
	key.chat = ch.id
	if in.Type == "chat_member" {
		if in.User <= 0 {
			return key, bad("can't parse BotCommandScope: Invalid user_id specified")
		}
		key.user = in.User
	}
	return key, nil
}

func (c *call) setMyCommands() (any, *apiError) {
	raw := c.p.str("commands")
	var in []map[string]json.RawMessage
	if raw == "" {
		return nil, bad("commands is empty")
	}
	if json.Unmarshal([]byte(raw), &in) != nil {
		return nil, bad("can't parse commands JSON object")
	}
	if len(in) > 100 {
		return nil, bad("too much commands specified")
	}
	list := []botCommand{}
	for _, fields := range in {
		var b botCommand
		if json.Unmarshal(fields["command"], &b.Command) != nil || json.Unmarshal(fields["description"], &b.Description) != nil {
			return nil, bad("can't parse BotCommand: command and description are expected")
		}
		if len(b.Command) > 0 && b.Command[0] == '/' {
			b.Command = b.Command[1:]
		}
		switch n := utf8.RuneCountInString(b.Description); {
		case b.Command == "":
			return nil, bad("command must be non-empty")
		case !commandName.MatchString(b.Command):
			return nil, bad("BOT_COMMAND_INVALID")
		case n == 0:
			return nil, bad("command description must be non-empty")
		case n > 256:
			return nil, bad("BOT_COMMAND_DESCRIPTION_INVALID")
		}
		list = append(list, b)
	}
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	key, err := c.commandKey()
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		delete(s.profile.commands, key)
	} else {
		s.profile.commands[key] = list
	}
	s.events.add(event{kind: "bot"})
	return true, nil
}

func (c *call) getMyCommands() (any, *apiError) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	key, err := c.commandKey()
	if err != nil {
		return nil, err
	}
	if list := c.s.profile.commands[key]; list != nil {
		return list, nil
	}
	return []botCommand{}, nil
}

func (c *call) deleteMyCommands() (any, *apiError) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	key, err := c.commandKey()
	if err != nil {
		return nil, err
	}
	delete(c.s.profile.commands, key)
	c.s.events.add(event{kind: "bot"})
	return true, nil
}

// commandsFor are the commands that a person sees in the private chat, by the
// order of https://core.telegram.org/bots/api#determining-list-of-commands.
func (p *profile) commandsFor(chat int64, language string) []botCommand {
	for _, scope := range []commandKey{{scope: "chat", chat: chat}, {scope: "all_private_chats"}, {scope: "default"}} {
		for _, code := range []string{language, ""} {
			scope.language = code
			if list := p.commands[scope]; list != nil {
				return list
			}
		}
	}
	return []botCommand{}
}

func (c *call) setChatMenuButton() (any, *apiError) {
	button := menuButton{Type: "default"}
	if raw := c.p.str("menu_button"); raw != "" {
		button = menuButton{}
		if json.Unmarshal([]byte(raw), &button) != nil {
			return nil, bad("can't parse MenuButton JSON object")
		}
	}
	switch button.Type {
	case "commands", "default":
		button = menuButton{Type: button.Type}
	case "web_app":
		var app struct {
			URL string `json:"url"`
		}
		if button.Text == "" || json.Unmarshal(button.WebApp, &app) != nil || app.URL == "" {
			return nil, bad("can't parse menu button: Web App is expected")
		}
	case "":
		return nil, bad("can't parse menu button: Can't find field \"type\"")
	default:
		return nil, bad("can't parse menu button: MenuButton has unsupported type")
	}
	return c.menu(func(place **menuButton) any { *place = &button; return true })
}

func (c *call) getChatMenuButton() (any, *apiError) {
	return c.menu(func(place **menuButton) any {
		if *place == nil {
			return menuButton{Type: "default"}
		}
		return **place
	})
}

// menu gives do the place of the menu button of a chat, or of all.
func (c *call) menu(do func(**menuButton) any) (any, *apiError) {
	s := c.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if !c.p.has("chat_id") {
		place := &s.profile.menu
		result := do(&place)
		s.profile.menu = *place
		s.events.add(event{kind: "bot"})
		return result, nil
	}
	ch, err := s.findChat(c.p.str("chat_id"))
	if err != nil {
		return nil, err
	}
	if ch.person == nil {
		return nil, bad("chat not found")
	}
	result := do(&ch.menuButton)
	s.events.add(event{kind: "bot", chat: ch.id})
	return result, nil
}

// shownMenu is the menu button as the person of a chat sees it.
func (s *Server) shownMenu(c *chat) menuButton {
	if c.menuButton != nil && c.menuButton.Type != "default" {
		return *c.menuButton
	}
	if s.profile.menu.Type == "default" {
		return menuButton{Type: "commands"}
	}
	return s.profile.menu
}
