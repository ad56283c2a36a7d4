package bot

import (
	"strings"
	"testing"
)

func TestParseCommand(t *testing.T) {
	type result struct {
		name, to, args string
		ok             bool
	}
	for text, want := range map[string]result{
		"/ayuda":                      {"ayuda", "", "", true},
		"/AYUDA":                      {"ayuda", "", "", true},
		"/ayuda@ArraigoBot":           {"ayuda", "ArraigoBot", "", true},
		"/ayuda@ArraigoBot uno":       {"ayuda", "ArraigoBot", "uno", true},
		"/start abc_DEF-9":            {"start", "", "abc_DEF-9", true},
		"  /menu":                     {"menu", "", "", true},
		"/mis_datos\nde todo":         {"mis_datos", "", "de todo", true},
		"/menú":                       {"menú", "", "", true},
		"/Menu\u0301":                 {"menu\u0301", "", "", true}, // the accent as a sign of its own
		"/":                           {},
		"/@ArraigoBot":                {},
		"//ayuda":                     {},
		"/ayuda!":                     {},
		"/no-existe":                  {},
		"hola /ayuda":                 {},
		"":                            {},
		"1/2":                         {},
		"/" + strings.Repeat("a", 65): {},
	} {
		name, to, args, ok := parseCommand(text)
		if got := (result{name, to, args, ok}); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

// Telegram lets through 1 to 64 of A-Z, a-z, 0-9, _ and -.
func TestValidPayload(t *testing.T) {
	for payload, want := range map[string]bool{
		"a": true, "qr_Feria-2026": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "dos palabras": false, "ñ": false, "a.b": false, "<b>": false,
	} {
		if got := validPayload(payload); got != want {
			t.Errorf("%q: %v, want %v", payload, got, want)
		}
	}
}

func TestMentions(t *testing.T) {
	for text, want := range map[string]bool{
		"@ArraigoBot hola": true, "hola @arraigobot": true, "¿@ARRAIGOBOT?": true, "ñ @ArraigoBot.": true,
		"@ArraigoBotXL": false, "yo@ArraigoBot": false, "ArraigoBot": false, "": false, "@ArraigoBot2 @ArraigoBot": true,
	} {
		if got := mentions(text, "ArraigoBot"); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if mentions("@ hola", "") {
		t.Error("a bot without a name is mentioned")
	}
}
