package emulator

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// movable is a clock that a test moves; it stands on a Monday noon in Bogotá.
type movable struct{ ahead atomic.Int64 }

var monday = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

func (m *movable) now() time.Time { return monday.Add(time.Duration(m.ahead.Load())) }

func (m *movable) move(d time.Duration, said string, err error) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		m.ahead.Add(int64(d))
		return said, err
	}
}

func (m *movable) config() Config {
	return Config{
		Clock:     m.now,
		PageText:  map[string]string{"lang": "es"},
		PageLinks: []PageLink{{Text: "Consola", Href: "/console/"}},
		PageClock: &PageClock{Zone: "America/Bogota", Moves: []PageMove{
			{Name: "hour", Text: "One hour <b>", Run: m.move(time.Hour, "", nil)},
			{Name: "day", Text: "One day", Run: m.move(24*time.Hour, "A day is over.", nil)},
			{Name: "never", Text: "Never", Run: m.move(0, "", errors.New("nothing is planned"))},
		}},
	}
}

func TestTheClockIsMoved(t *testing.T) {
	m := &movable{}
	s := New(m.config())
	t.Cleanup(s.Close)
	ask := func(method, path string, header map[string]string) (int, string) {
		t.Helper()
		w := asks(s, method, path, header)
		return w.Code, w.Body.String()
	}
	if code, body := ask(http.MethodGet, "/emulator/clock", nil); code != 200 || body != `{"now":1795453200000}` {
		t.Errorf("%d %s", code, body)
	}
	if code, body := ask(http.MethodPost, "/emulator/clock/day", nil); code != 200 || body != `{"now":1795539600000,"said":"A day is over."}` {
		t.Errorf("%d %s", code, body)
	}
	if code, body := ask(http.MethodPost, "/emulator/clock/never", nil); code != 400 || !strings.Contains(body, "nothing is planned") {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := ask(http.MethodPost, "/emulator/clock/week", nil); code != 404 {
		t.Errorf("an unknown move: %d", code)
	}
	if code, _ := ask(http.MethodGet, "/emulator/clock/day", nil); code == 200 {
		t.Error("a look at the address moves the clock")
	}
	if code, _ := ask(http.MethodPost, "/emulator/clock/day", map[string]string{"Sec-Fetch-Site": "cross-site"}); code != 403 {
		t.Errorf("another site moves the clock: %d", code)
	}
	without := New(Config{})
	t.Cleanup(without.Close)
	if w := asks(without, http.MethodPost, "/emulator/clock/day", nil); w.Code != 404 {
		t.Errorf("without a clock: %d", w.Code)
	}
	if page := asks(without, http.MethodGet, "/", nil).Body.String(); strings.Contains(page, `id="clock"`) {
		t.Error("the page shows a clock that nobody gave it")
	}
}

// clockMoved moves the clock as a person does, with the mouse and with keys.
func clockMoved(t *testing.T, b context.Context) {
	m := &movable{}
	tab := openTableOf(t, b, m.config(), 1280, 800, ana)
	tab.start(anaID)
	tab.wait(`document.querySelector('.clock-button').innerText.includes('23 nov, 12:00')`)
	tab.wait(`document.querySelector('.day').innerText === 'Today' && document.querySelector('.theirs time').innerText.startsWith('12:00')`)
	other := openTableOf(t, b, Config{}, 1280, 800, luis) // a page without a clock works as before
	other.start(luisID)
	tab.click(".clock-button")
	tab.wait(`document.activeElement.matches('.clock [role=menuitem]') && document.activeElement.innerText === 'One hour <b>'`)
	tab.keys(kb.ArrowDown)
	tab.keys(kb.Enter)
	tab.wait(`document.querySelector('.clock-button').innerText.includes('24 nov, 12:00')`)
	tab.wait(`document.activeElement.matches('.clock-button')`)
	tab.wait(`document.querySelector('.clock-said.shown[role=status]')?.innerText.startsWith('A day is over. It is martes, 24 de noviembre de 2026')`)
	tab.wait(`document.querySelector('.day').innerText === 'Yesterday'`)
	if label := evaluate[string](tab, `document.querySelector('.clock-button').textContent.trim()`); !strings.Contains(label, "24 nov") || !strings.HasSuffix(label, "Move the clock forward") {
		t.Errorf("a screen reader is told %q", label)
	}
	tab.write(anaID, "hola")
	tab.wait(`[...document.querySelectorAll('.day')].map((d) => d.innerText).join() === 'Yesterday,Today'`)
	tab.keys(kb.Escape)
	tab.click(".clock-button")
	tab.keys(kb.End)
	tab.keys(kb.Enter)
	tab.wait(`document.querySelector('.clock-said.shown.bad')?.innerText.includes('nothing is planned')`)
	// Moved from elsewhere: every open page follows.
	if w := asks(tab.server, http.MethodPost, "/emulator/clock/hour", nil); w.Code != 200 {
		t.Fatal(w.Body.String())
	}
	tab.wait(`/24 nov, (1|13):00/.test(document.querySelector('.clock-button').innerText)`)

	check := tab.rules()
	for _, scheme := range []string{"light", "dark"} {
		tab.scheme(scheme)
		check("wide, " + scheme)
		tab.click(".clock-button")
		check("wide, with the clock's menu, " + scheme)
		tab.keys(kb.Escape)
	}
	tab.do(chromedp.EmulateViewport(320, 640))
	tab.wait(`document.documentElement.scrollWidth <= 320`)
	check("narrow")
	tab.click(".clock-button")
	tab.wait(`(() => { const box = document.querySelector('.clock .menu').getBoundingClientRect(); return box.left >= 0 && box.right <= 320; })()`)
	tab.forgive() // the browser reports the move that was refused
}

// asks makes one request of the page's side.
func asks(s *Server, method, path string, header map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for name, value := range header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}
