package emulator

import (
	"fmt"
	"strings"
	"testing"
)

func TestTextIsCleanedAndTrimmed(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	for _, c := range []struct{ in, want string }{
		{"  \n hola \t\n", "hola"},
		{"a\r\nb", "a\nb"},
		{"a\x00b\x07c", "a b c"},
		{"a\u202eb\u2028c", "abc"},
		{"é\u200dñ", "é\u200dñ"},
	} {
		m := do(t, s, "sendMessage", p{"chat_id": chat, "text": c.in}).got(t)
		if m["text"] != c.want {
			t.Errorf("%q became %q", c.in, m["text"])
		}
		id, err := s.Say(chat, c.in)
		if err != nil {
			t.Fatal(err)
		}
		if list, _ := s.Messages(chat, id-1); list[0].Text != c.want {
			t.Errorf("a person's %q became %q", c.in, list[0].Text)
		}
	}
	for _, in := range []string{" ", "\n\t \r", "\u202e"} {
		wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": in}), 400, "Bad Request: text must be non-empty")
	}
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": ""}), 400, "Bad Request: message text is empty")
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat}), 400, "Bad Request: message text is empty")
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "<b></b>", "parse_mode": "HTML"}), 400, "Bad Request: text must be non-empty")
	wants(t, raw(t, s, "POST", "/bot"+s.Token()+"/sendMessage", "application/x-www-form-urlencoded", fmt.Sprintf("chat_id=%d&text=%%ff", chat)), 400,
		"Bad Request: strings must be encoded in UTF-8")
}

func TestEntitiesFollowTheCleanedText(t *testing.T) {
	for _, c := range []struct {
		in       string
		entities []Entity
		text     string
		want     string
	}{
		{"  hola", []Entity{{Type: "bold", Offset: 2, Length: 4}}, "hola", "bold@0+4"},
		{"  hola", []Entity{{Type: "bold", Offset: 0, Length: 6}}, "hola", "bold@0+4"},
		{"hola  ", []Entity{{Type: "bold", Offset: 0, Length: 6}}, "hola", "bold@0+4"},
		{"a b", []Entity{{Type: "bold", Offset: 1, Length: 1}}, "a b", ""},
		{"a b", []Entity{{Type: "bold", Offset: 1, Length: 2}}, "a b", "bold@2+1"},
		{"a\r\nbc", []Entity{{Type: "italic", Offset: 3, Length: 2}}, "a\nbc", "italic@2+2"},
		{"😀x", []Entity{{Type: "bold", Offset: 2, Length: 1}}, "😀x", "bold@2+1"},
		{"ab", []Entity{{Type: "bold", Offset: 0, Length: 1}, {Type: "bold", Offset: 1, Length: 1}}, "ab", "bold@0+2"},
		{"abc", []Entity{{Type: "bold", Offset: 0, Length: 2}, {Type: "code", Offset: 1, Length: 2}}, "abc", "bold@0+1 code@1+2"},
		{"abcd", []Entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "text_link", Offset: 2, Length: 2, URL: "a.co"}}, "abcd",
			"bold@0+2 text_link@2+2(http://a.co/) bold@2+1"},
		{"abc", []Entity{{Type: "code", Offset: 0, Length: 2}, {Type: "pre", Offset: 1, Length: 2}}, "abc", "code@0+2"},
	} {
		out, _, refusal := formatted{c.in, c.entities}.settle()
		if refusal != nil || out.text != c.text || show(out.entities) != c.want {
			t.Errorf("%q %s\n got %q %s %v\nwant %q %s", c.in, show(c.entities), out.text, show(out.entities), refusal, c.text, c.want)
		}
	}
}

func TestEntitiesParameter(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	m := do(t, s, "sendMessage", p{"chat_id": chat, "text": "hola 😀 ya", "entities": []p{
		{"type": "bold", "offset": 0, "length": 4}, {"type": "url", "offset": 0, "length": 4}, {"type": "nuevo", "offset": 0, "length": 1},
	}}).got(t)
	if got := fmt.Sprint(m["entities"]); got != "[map[length:4 offset:0 type:bold]]" {
		t.Errorf("entities %s", got)
	}
	m = do(t, s, "sendMessage", p{"chat_id": chat, "text": "<b>x</b>", "parse_mode": "HTML", "entities": []p{{"type": "code", "offset": 0, "length": 1}}}).got(t)
	if got := fmt.Sprint(m["entities"]); got != "[map[length:1 offset:0 type:bold]]" {
		t.Errorf("parse_mode does not win: %s", got)
	}
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "parse_mode": "xml"}), 400, "Bad Request: unsupported parse_mode")
	wants(t, do(t, s, "sendMessage", p{"chat_id": chat, "text": "x", "entities": []p{{"type": "text_link", "offset": 0, "length": 1, "url": "nada"}}}), 400,
		"Bad Request: entity URL 'nada' is invalid: Wrong HTTP URL")
	// What depends on the chat comes after the chat.
	wants(t, do(t, s, "sendMessage", p{"chat_id": 99, "text": "x", "entities": []p{{"type": "text_link", "offset": 0, "length": 1, "url": "nada"}}}), 400,
		"Bad Request: chat not found")
}

func TestFoundEntities(t *testing.T) {
	for in, want := range map[string]string{
		"/start":                      "bot_command@0+6",
		"/Start@Bot_x hola":           "bot_command@0+12",
		"oye /ayuda, ¿sí?":            "bot_command@4+6",
		"a/b /c/d </x> //y":           "",
		"😀 /x":                        "bot_command@3+2",
		"/":                           "",
		"/" + strings.Repeat("a", 65): "",
		"/ñ":                          "",
		"@ana_paz y x@y":              "mention@0+8",
		"@ab":                         "",
		"#hola #1 #año2026":           "hashtag@0+5 hashtag@9+8",
		"$USD $usd":                   "cashtag@0+4",
		"vea https://a.co/x?y=1.":     "url@4+18",
		"sena.edu.co y gov":           "url@0+11",
		"escriba a ana@correo.co ya":  "email@10+13",
		"llame +573001234567":         "phone_number@6+13",
	} {
		if got := show(findEntities(in)); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

// Lengths count code points after the entities were parsed; only the raw
// limit counts bytes.
func TestLengthLimits(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	say := func(text, mode string) reply {
		return do(t, s, "sendMessage", p{"chat_id": chat, "text": text, "parse_mode": mode})
	}
	say(strings.Repeat("😀", 4096), "").got(t)
	say("<b>"+strings.Repeat("ñ", 4096)+"</b>", "HTML").got(t)
	say(strings.Repeat("a", 4096)+"   \n", "").got(t)
	wants(t, say(strings.Repeat("a", 4097), ""), 400, "Bad Request: message is too long")
	wants(t, say(strings.Repeat("😀", 4097), ""), 400, "Bad Request: message is too long")
	wants(t, say(strings.Repeat("a", 32769), ""), 400, "Bad Request: text is too long")
	wants(t, say(strings.Repeat("a", 32768), ""), 400, "Bad Request: message is too long")

	file := map[string][]byte{"document": []byte("x")}
	caption := func(text string) reply {
		kind, body := form(t, map[string]string{"chat_id": fmt.Sprint(chat), "caption": text}, file)
		return raw(t, s, "POST", "/bot"+s.Token()+"/sendDocument", kind, body)
	}
	caption(strings.Repeat("😀", 1024)).got(t)
	wants(t, caption(strings.Repeat("a", 1025)), 400, "Bad Request: message caption is too long")

	if _, err := s.Say(chat, strings.Repeat("a", 4097)); err == nil {
		t.Error("a person sent more than a phone lets her")
	}
}

func TestLinks(t *testing.T) {
	for in, want := range map[string]string{
		"https://A.co":           "https://a.co/",
		"HTTP://a.co/B":          "http://a.co/B",
		"a.co?x=1":               "http://a.co/?x=1",
		"https://a.co:8443/ñ":    "https://a.co:8443/ñ",
		"tg://resolve?domain=x":  "tg://resolve?domain=x",
		"":                       "!URL must be non-empty",
		"ftp://a.co":             "!Unsupported URL protocol",
		"javascript:alert(1)":    "!Unsupported URL protocol",
		"https://":               "!URL host is empty",
		"localhost":              "!Wrong HTTP URL",
		"http://localhost:80/x":  "!Wrong HTTP URL",
		"https://a b.co":         "!Wrong HTTP URL",
		"http://127.0.0.1:80/\"": "http://127.0.0.1:80/\"",
	} {
		link, reason := checkedLink(in)
		if reason != "" {
			link = "!" + reason
		}
		if link != want {
			t.Errorf("%q: got %q, want %q", in, link, want)
		}
	}
}
