package console

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// The cookies. Over https their names begin with __Host-, which binds them to
// this very host and to https; a browser refuses such a name on plain http, where
// only the demo and a console for one computer are.
const (
	sessionCookie  = "arraigo"
	languageCookie = "arraigo-language"
	flashCookie    = "arraigo-done"
)

func (s *Server) cookieName(name string) string {
	if s.guard.secure() {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie of ours; without a value it goes. Scripts cannot read
// it, and another site's POST does not carry it.
func (v *visit) setCookie(name, value string, life time.Duration) {
	c := http.Cookie{
		Name: v.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: v.guard.secure(),
		SameSite: http.SameSiteLaxMode, MaxAge: int(life / time.Second),
	}
	if value == "" {
		c.MaxAge = -1
	}
	v.answer.header.Add("Set-Cookie", c.String())
}

// sessionWarns is how long before the end of a session every page says so.
const sessionWarns = 15 * time.Minute

// signedIn begins a session for a staff member in this browser. The one that was
// there ends.
func (v *visit) signedIn(staffID string) error {
	token, err := v.store.NewSession(v.ctx(), staffID, family(v.r.UserAgent()), v.now)
	if err != nil {
		return err
	}
	if v.session.ID != "" {
		if err := v.store.EndSession(v.ctx(), v.session.ID); err != nil {
			return err
		}
	}
	v.setCookie(sessionCookie, token, 8*time.Hour)
	return nil
}

// family names the browser, so that somebody can tell their sessions apart. The
// order matters: most of them claim to be the others too.
func family(agent string) string {
	for _, one := range []struct{ mark, name string }{
		{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	} {
		if strings.Contains(agent, one.mark) {
			return one.name
		}
	}
	return ""
}

// languageOf is the language that a browser was set to, or asks for.
func languageOf(r *http.Request) string {
	for _, name := range []string{languageCookie, "__Host-" + languageCookie} {
		if c, err := r.Cookie(name); err == nil {
			return speaks(c.Value)
		}
	}
	return wanted(r)
}

// A flash is what the next page says once: that something was done.
type flash struct {
	Done   string            `json:"d"`
	Params map[string]string `json:"p,omitempty"`
	Count  *int              `json:"c,omitempty"`
	Code   string            `json:"k,omitempty"` // a code that is shown once
}

// flashLife is how long the next page may take to come.
const flashLife = 2 * time.Minute

func (v *visit) setFlash(done string, pairs []any) {
	f := flash{Done: done}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		switch value := pairs[i+1].(type) {
		case int:
			if name == "count" {
				f.Count = &value
			}
		case string:
			if f.Params == nil {
				f.Params = map[string]string{}
			}
			f.Params[name] = value
		}
	}
	v.keepFlash(f)
}

func (v *visit) keepFlash(f flash) {
	text, err := json.Marshal(f)
	if err != nil {
		return // three fields of text: it cannot be
	}
	v.setCookie(flashCookie, base64.RawURLEncoding.EncodeToString(text), flashLife)
}

// takeFlash reads the flash and takes it away.
func (v *visit) takeFlash() (f flash) {
	c, err := v.r.Cookie(v.cookieName(flashCookie))
	if err != nil || c.Value == "" {
		return flash{}
	}
	v.setCookie(flashCookie, "", 0)
	text, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || json.Unmarshal(text, &f) != nil || !v.has("console.done."+f.Done) {
		return flash{}
	}
	return f
}

// peekFlash reads the flash and leaves it to the page that is shown.
func (v *visit) peekFlash() (f flash) {
	header := v.answer.header.Clone()
	f = v.takeFlash()
	v.answer.header = header
	return f
}

// says is the flash in words; "" for none.
func (v *visit) says(f flash) string {
	if f.Done == "" {
		return ""
	}
	var pairs []any
	for name, value := range f.Params {
		pairs = append(pairs, name, value)
	}
	if f.Count != nil {
		pairs = append(pairs, "count", *f.Count)
	}
	return v.text("console.done."+f.Done, pairs...)
}
