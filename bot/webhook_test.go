package bot

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store/storetest"
)

// post delivers an update as Telegram does.
func post(t testing.TB, url, secret, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if secret != "" {
		req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp
}

// textUpdate is a text in a private chat as Telegram would deliver it.
func textUpdate(id int64, chat int64, message int, text string) string {
	return fmt.Sprintf(`{"update_id":%d,`+"\n"+`"message":{"message_id":%d,"date":%d,"from":{"id":%d,"is_bot":false,"first_name":"Ana"},"chat":{"id":%d,"type":"private"},"text":%q}}`,
		id, message, time.Now().Unix(), chat, chat, text)
}

func tapUpdate(id int64, chat int64, message int64, data string) string {
	return fmt.Sprintf(`{"update_id":%d,`+"\n"+`"callback_query":{"id":"%d","from":{"id":%d,"is_bot":false,"first_name":"Ana"},"message":{"message_id":%d,"date":1,"chat":{"id":%d,"type":"private"}},"chat_instance":"1","data":%q}}`,
		id, id, chat, message, chat, data)
}

func TestWhatTheWebhookAnswers(t *testing.T) {
	w := newWorld(t)
	r, server := w.hook("a", nil)
	p := w.person()
	p.waits(0, "idioma")
	before := w.logs.String()
	url := server.URL + "/telegram"
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", resp.StatusCode, resp.Header.Get("Allow"))
	}
	for _, tc := range []struct {
		name, secret, body string
		want               int
	}{
		{"no secret", "", textUpdate(9001, p.id, 900, "hola"), 401},
		{"another secret", "another", textUpdate(9001, p.id, 900, "hola"), 401},
		{"the beginning of the secret", testSecret[:5], textUpdate(9001, p.id, 900, "hola"), 401},
		{"too large", testSecret, `{"update_id":9001,"x":"` + strings.Repeat("x", 1<<20) + `"}`, 413},
	} {
		if got := post(t, url, tc.secret, tc.body).StatusCode; got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
	if got := r.counted(t, "webhook_refused_total"); got != 3 {
		t.Errorf("%v refusals counted, want 3", got)
	}
	if got := w.logs.String(); got != before {
		t.Errorf("a wrong secret was logged: %s", got[len(before):])
	}
	for name, body := range map[string]string{
		"broken":   `{"update_id":9100,"message":{"text":"SECRETO`,
		"empty":    ``,
		"an array": `[]`,
		"ignored":  `{"update_id":9102,"channel_post":{"message_id":1}}`,
	} {
		if got := post(t, url, testSecret, body).StatusCode; got != 200 {
			t.Errorf("%s: %d, want 200", name, got)
		}
	}
	if got := r.counted(t, "updates_unreadable_total"); got != 3 {
		t.Errorf("%v unreadable updates counted, want 3", got)
	}
	if found := storetest.Find(t, r.cfg.Store, "9100"); len(found) == 0 {
		t.Error("the unreadable update is not recorded")
	}
	if found := storetest.Find(t, r.cfg.Store, "SECRETO"); len(found) != 0 {
		t.Errorf("its content is in %v", found)
	}
}

// Telegram delivers again whatever it saw no answer to.
func TestAnUpdateDeliveredAgainChangesNothing(t *testing.T) {
	w := newWorld(t)
	r, server := w.hook("a", nil)
	p := w.person()
	ask := p.waits(0, "idioma")
	for range 3 {
		if got := post(t, server.URL+"/telegram", testSecret, tapUpdate(7001, p.id, ask.MessageID, "a:language:es")).StatusCode; got != 200 {
			t.Fatalf("status %d", got)
		}
	}
	p.waits(ask.MessageID, "Antes de empezar")
	n := len(p.messages())
	if got := post(t, server.URL+"/telegram", testSecret, tapUpdate(7001, p.id, ask.MessageID, "a:language:es")).StatusCode; got != 200 {
		t.Fatalf("status %d", got)
	}
	if got := r.counted(t, "updates_duplicate_total"); got != 3 {
		t.Errorf("%v duplicates counted, want 3", got)
	}
	if got := len(p.messages()); got != n {
		t.Errorf("%d messages after a redelivery, %d before", got, n)
	}
}

// The store being away must cost nobody a word: the webhook says so, Telegram
// tries again.
func TestRedisAwayByWebhook(t *testing.T) {
	redis := storetest.Start(t)
	w := newWorldWith(t, emulator.Config{Limits: emulator.Limits{Off: true}, AllowInsecureWebhook: true, Seed: 7}, redis.URL(0))
	_, server := w.hook("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	redis.Stop()
	resp := post(t, server.URL+"/telegram", testSecret, textUpdate(8001, p.id, 500, "/ayuda"))
	if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	p.button("a:age:18_28")
	redis.Restart(t)
	p.waits(0, "municipio")
}

func TestAWebhookNeedsASecret(t *testing.T) {
	w := newWorld(t)
	for _, secret := range []string{"", "with space", strings.Repeat("x", 257)} {
		_, err := New(Config{Store: w.store("a"), Set: shipped(t).Itself, Token: w.tg.Token(), WebhookURL: "https://example.org", Secret: secret})
		if err == nil || !strings.Contains(err.Error(), "ARRAIGO_WEBHOOK_SECRET") {
			t.Errorf("secret %q: error %v", secret, err)
		}
	}
}

func TestTheWebhookIsNotHeldUpByASlowRedis(t *testing.T) {
	w := newWorld(t)
	r := w.bot("a", func(c *Config) {
		c.WebhookURL, c.Secret = "http://127.0.0.1:1/telegram", testSecret
		c.Timing.Webhook = 20 * time.Millisecond
	})
	release := make(chan struct{})
	defer close(release)
	if err := r.lanes.submit(11, job{run: func(bool) { <-release }, settle: func(p bool) bool { return p }}); err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(textUpdate(1, 11, 1, "hola")))
	req.Header.Set(secretHeader, testSecret)
	r.Webhook().ServeHTTP(rec, req)
	if rec.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d, want 503", rec.Code)
	}
}
