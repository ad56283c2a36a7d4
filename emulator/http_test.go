package emulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestPathsAndTokens(t *testing.T) {
	s := quick(t)
	long := "1:" + strings.Repeat("a", 90)
	for _, c := range []struct {
		name, verb, path string
		code             int
		description      string
	}{
		{"delete", "DELETE", "/bot" + s.Token() + "/getMe", 501, "Not Implemented"},
		{"not the api", "GET", "/nothing/here", 404, "Not Found"},
		{"no method", "GET", "/bot" + s.Token(), 404, "Not Found"},
		{"unknown method", "GET", "/bot" + s.Token() + "/getYou", 404, "Not Found: method not found"},
		{"starts with zero", "GET", "/bot0123:abc/getMe", 401, "Unauthorized: invalid token specified"},
		{"no colon", "GET", "/bot123abc/getMe", 401, "Unauthorized: invalid token specified"},
		{"too long", "GET", "/bot" + long + "/getMe", 401, "Unauthorized: invalid token specified"},
		{"another bot", "GET", "/bot123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/getMe", 401, "Unauthorized"},
		{"another bot, unknown method", "GET", "/bot123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/nope", 401, "Unauthorized"},
	} {
		t.Run(c.name, func(t *testing.T) { wants(t, raw(t, s, c.verb, c.path, "", ""), c.code, c.description) })
	}
	for _, path := range []string{"/getMe", "/GETME", "/getme"} {
		me := raw(t, s, "GET", "/bot"+s.Token()+path, "", "").got(t)
		if me["username"] != "ArraigoEmulatorBot" || me["is_bot"] != true || me["can_join_groups"] != true {
			t.Errorf("%s: %v", path, me)
		}
	}
	me := raw(t, s, "GET", "/bot"+s.Token()+"/?method=getMe", "", "").got(t)
	if me["id"] != float64(7000000001) {
		t.Errorf("method as a parameter: %v", me)
	}
	escaped := strings.Replace(s.Token(), ":", "%3A", 1)
	raw(t, s, "GET", "/bot"+escaped+"/getMe", "", "").got(t)
}

// The same message by every form that a parameter can take.
func TestParameterForms(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	keys := `{"inline_keyboard":[[{"text":"sí","callback_data":"x"}]]}`
	quoted, _ := json.Marshal(keys)
	values := url.Values{"chat_id": {fmt.Sprint(chat)}, "text": {"ñ & 😀"}, "reply_markup": {keys}}
	multi, multiBody := form(t, map[string]string{"chat_id": fmt.Sprint(chat), "text": "ñ & 😀", "reply_markup": keys}, nil)
	for _, c := range []struct{ name, verb, query, kind, body string }{
		{"query", "GET", "?" + values.Encode(), "", ""},
		{"urlencoded", "POST", "", "application/x-www-form-urlencoded", values.Encode()},
		{"urlencoded with charset", "POST", "", "application/x-www-form-urlencoded; charset=utf-8", values.Encode()},
		{"json", "POST", "", "application/json", fmt.Sprintf(`{"chat_id":%d,"text":"ñ & 😀","reply_markup":%s}`, chat, keys)},
		{"json, quoted", "POST", "", "application/json; charset=utf-8", fmt.Sprintf(`{"chat_id":"%d","text":"\u00f1 \u0026 \ud83d\ude00","reply_markup":%s}`, chat, quoted)},
		{"multipart", "POST", "", multi, multiBody},
		{"first occurrence wins", "POST", "?" + values.Encode(), "application/json", `{"text":"other","reply_markup":{}}`},
		{"broken json after the fields", "POST", "", "application/json", fmt.Sprintf(`{"chat_id":%d,"text":"ñ & 😀","reply_markup":%s,"x":`, chat, keys)},
		{"json twice the same", "POST", "", "application/json", fmt.Sprintf(`{"chat_id":%d,"text":"ñ & 😀","text":"no","reply_markup":%s,"unknown":[1,{}]}`, chat, keys)},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := raw(t, s, c.verb, "/bot"+s.Token()+"/sendMessage"+c.query, c.kind, c.body)
			m := r.got(t)
			if m["text"] != "ñ & 😀" {
				t.Errorf("text %q", m["text"])
			}
			if got := fmt.Sprint(m["reply_markup"]); got != "map[inline_keyboard:[[map[callback_data:x text:sí]]]]" {
				t.Errorf("reply_markup %s", got)
			}
			if !strings.Contains(r.Body, `\u00f1 & \ud83d\ude00`) || strings.ContainsFunc(r.Body, func(c rune) bool { return c > 126 }) {
				t.Errorf("not plain ASCII: %s", r.Body)
			}
		})
	}
}

func TestLenientNumbersAndBooleans(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	for value, want := range map[string]bool{"true": true, "TRUE": true, "Yes": true, "1": true, " true ": true,
		"false": false, "2": false, "on": false, "": false} {
		m := raw(t, s, "GET", fmt.Sprintf("/bot%s/sendMessage?chat_id=%d&text=a&protect_content=%s", s.Token(), chat, url.QueryEscape(value)), "", "").got(t)
		if got := m["has_protected_content"] == true; got != want {
			t.Errorf("%q is %v", value, got)
		}
	}
	for i := 0; i < 120; i++ {
		if _, err := s.Say(chat, "x"); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		limit any
		want  int
	}{{1000, 100}, {"7x", 7}, {-3, 1}, {0, 1}, {"", 100}, {99999999999999999, 100}} {
		if got := len(fetch(t, s, p{"limit": c.limit})); got != c.want {
			t.Errorf("limit %v gave %d", c.limit, got)
		}
	}
}

func TestTooMuch(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	big := strings.Repeat("a", 1<<20)
	body := fmt.Sprintf(`{"chat_id":%d,"text":"%s"}`, chat, big)
	wants(t, raw(t, s, "POST", "/bot"+s.Token()+"/sendMessage", "application/json", body), 413, "Request Entity Too Large")
	wants(t, raw(t, s, "POST", "/bot"+s.Token()+"/sendMessage", "application/x-www-form-urlencoded", "text="+big), 413, "Request Entity Too Large")
	kind, body := form(t, map[string]string{"text": big + "a"}, nil)
	wants(t, raw(t, s, "POST", "/bot"+s.Token()+"/sendMessage", kind, body), 413, "Request Entity Too Large")
	// A file may be larger than all parameters.
	kind, body = form(t, map[string]string{"chat_id": fmt.Sprint(chat)}, map[string][]byte{"document": []byte(big + big)})
	raw(t, s, "POST", "/bot"+s.Token()+"/sendDocument", kind, body).got(t)
}

func TestUpdateIsWrittenAsTelegramWritesIt(t *testing.T) {
	s := quick(t)
	chat := newcomer(t, s)
	if _, err := s.Say(chat, "¿qué? <b> & \"x\"/"); err != nil {
		t.Fatal(err)
	}
	body := do(t, s, "getUpdates", p{}).Body
	if !strings.HasPrefix(body, `{"ok":true,"result":[{"update_id":`) || !strings.Contains(body, ",\n\"message\":{\"message_id\":") {
		t.Errorf("update: %s", body)
	}
	if !strings.Contains(body, `"text":"\u00bfqu\u00e9? <b> & \"x\"/"`) {
		t.Errorf("escapes: %s", body)
	}
}

func TestServerThatIsClosedSaysSo(t *testing.T) {
	s := New(Config{})
	s.Close()
	wants(t, do(t, s, "getMe", nil), 500, "Internal Server Error: restart")
	s.Close() // twice is harmless
}
