package emulator

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// bot is a webhook end in memory: it notes what arrives and answers as told.
type bot struct {
	mu     sync.Mutex
	start  time.Time
	seen   []delivery
	answer func(n int, d delivery) *http.Response
	active int
	most   int
}

type delivery struct {
	at     time.Duration
	header http.Header
	url    string
	body   string
	update update
}

func (b *bot) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d := delivery{at: time.Since(b.start), header: r.Header, url: r.URL.String(), body: string(body)}
	if err := json.Unmarshal(body, &d.update); err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.seen = append(b.seen, d)
	n := len(b.seen)
	b.active++
	b.most = max(b.most, b.active)
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		b.active--
		b.mu.Unlock()
	}()
	if b.answer == nil {
		return respond(200, "", ""), nil
	}
	resp := b.answer(n, d)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	return resp, nil
}

func respond(code int, contentType, body string) *http.Response {
	return &http.Response{StatusCode: code, Status: fmt.Sprint(code, " ", http.StatusText(code)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body))}
}

func (b *bot) deliveries() []delivery {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]delivery(nil), b.seen...)
}

// hooked is a server whose webhook is set; the bubble's clock is at its start.
func hooked(t *testing.T, b *bot, fields p) *Server {
	t.Helper()
	s := serve(t, Config{Limits: Limits{Off: true}, AllowInsecureWebhook: true, WebhookTransport: b})
	all := p{"url": "https://bot.example/hook"}
	for k, v := range fields {
		all[k] = v
	}
	r := do(t, s, "setWebhook", all)
	if string(r.Result) != "true" || r.Description != "Webhook was set" {
		t.Fatalf("setWebhook: %s", r.Body)
	}
	b.start = time.Now()
	return s
}

func texts(list []delivery) (out []string) {
	for _, d := range list {
		switch u := d.update; {
		case u.Message != nil:
			out = append(out, u.Message.Text)
		case u.Callback != nil:
			out = append(out, "tap:"+u.Callback.Data)
		case u.Member != nil:
			out = append(out, "member")
		}
	}
	return out
}

func TestWebhookDelivery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{}
		s := hooked(t, b, p{"secret_token": "abc-DEF_1"})
		chat := newcomer(t, s)
		synctest.Wait()
		got := b.deliveries()
		if len(got) != 1 || got[0].url != "https://bot.example/hook" || got[0].header.Get("X-Telegram-Bot-Api-Secret-Token") != "abc-DEF_1" ||
			got[0].header.Get("Content-Type") != "application/json" || !strings.Contains(got[0].body, ",\n\"message\":") {
			t.Fatalf("delivered %+v", got)
		}
		if n := s.Stats().Pending; n != 0 {
			t.Errorf("%d pending", n)
		}
		wants(t, do(t, s, "getUpdates", p{}), 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
		info := do(t, s, "getWebhookInfo", nil).got(t)
		if info["url"] != "https://bot.example/hook" || info["pending_update_count"] != float64(0) || info["max_connections"] != float64(40) || info["has_custom_certificate"] != false {
			t.Errorf("info %v", info)
		}
		_ = chat
	})
}

// First at once, then 2, 4, 8, ... seconds, at most two minutes; what would
// come after the update has expired is dropped.
func TestWebhookRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(int, delivery) *http.Response { return respond(503, "", "") }}
		s := hooked(t, b, nil)
		newcomer(t, s)
		time.Sleep(200 * time.Second)
		var got []string
		list := b.deliveries()
		for i, d := range list {
			if i > 0 {
				got = append(got, (d.at - list[i-1].at).String())
			}
		}
		if want := "0s 2s 4s 8s 16s 32s"; !strings.HasPrefix(strings.Join(got, " "), want) {
			t.Errorf("waits %v, want %s ...", got, want)
		}
		for i := 7; i < len(list); i++ {
			if wait := list[i].at - list[i-1].at; wait < time.Minute || wait > 2*time.Minute {
				t.Errorf("wait %d is %v", i, wait)
			}
		}
		info := do(t, s, "getWebhookInfo", nil).got(t)
		if info["last_error_message"] != "Wrong response from the webhook: 503 Service Unavailable" || info["last_error_date"] == nil || info["pending_update_count"] != float64(1) {
			t.Errorf("info %v", info)
		}
		time.Sleep(25 * time.Hour)
		n := len(b.deliveries())
		time.Sleep(time.Hour)
		if again := len(b.deliveries()); again != n || s.Stats().Pending != 0 {
			t.Errorf("an expired update is still tried: %d, %d", n, again)
		}
	})
}

func TestWebhookRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(n int, _ delivery) *http.Response {
			r := respond(429, "", "")
			r.Header.Set("Retry-After", []string{"7", "9999", "-5", "0"}[min(n-1, 3)])
			if n == 4 {
				return respond(204, "", "")
			}
			return r
		}}
		s := hooked(t, b, nil)
		newcomer(t, s)
		time.Sleep(3 * time.Hour)
		var got []time.Duration
		for _, d := range b.deliveries() {
			got = append(got, d.at)
		}
		// -5 counts as none, so the own schedule goes on with its first wait.
		if want := "[0s 7s 1h0m7s 1h0m9s]"; fmt.Sprint(got) != want {
			t.Errorf("at %v, want %s", got, want)
		}
		if s.Stats().Pending != 0 {
			t.Error("204 is not a success")
		}
	})
}

func TestOnlyTwoHundredsAreSuccess(t *testing.T) {
	for code, ok := range map[int]bool{200: true, 201: true, 299: true, 300: false, 302: false, 400: false, 401: false, 404: false, 500: false} {
		synctest.Test(t, func(t *testing.T) {
			b := &bot{answer: func(int, delivery) *http.Response {
				r := respond(code, "", "")
				r.Header.Set("Location", "https://elsewhere.example/")
				return r
			}}
			s := hooked(t, b, nil)
			newcomer(t, s)
			time.Sleep(time.Second)
			if done := s.Stats().Pending == 0; done != ok {
				t.Errorf("%d: done is %v", code, done)
			}
			for _, d := range b.deliveries() {
				if d.url != "https://bot.example/hook" {
					t.Errorf("followed to %s", d.url)
				}
			}
		})
	}
}

// Order is kept inside a chat; a failing update blocks its own queue and no
// other, and a tap overtakes a message of the same person.
func TestWebhookQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{}
		b.answer = func(_ int, d delivery) *http.Response {
			if d.update.Message != nil && d.update.Message.Text == "bad" && d.at < 10*time.Second {
				return respond(500, "", "")
			}
			return respond(200, "", "")
		}
		s := hooked(t, b, nil)
		chat, other := newcomer(t, s), newcomer(t, s)
		id := sent(t, s, chat, p{"reply_markup": buttons("x")})
		synctest.Wait()
		start := len(b.deliveries())
		for _, text := range []string{"bad", "after"} {
			if _, err := s.Say(chat, text); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.Tap(chat, id, 0, 0); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Say(other, "other"); err != nil {
			t.Fatal(err)
		}
		if err := s.Block(chat, true); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		now := strings.Join(texts(b.deliveries()[start:]), " ")
		for _, want := range []string{"tap:x", "other", "member"} {
			if !strings.Contains(now, want) {
				t.Errorf("%s waits behind a failure: %s", want, now)
			}
		}
		if strings.Contains(now, "after") {
			t.Errorf("order lost: %s", now)
		}
		time.Sleep(time.Minute)
		all := texts(b.deliveries()[start:])
		if all[len(all)-2] != "bad" || all[len(all)-1] != "after" {
			t.Errorf("order lost: %v", all)
		}
	})
}

func TestWebhookConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(int, delivery) *http.Response { time.Sleep(time.Second); return respond(200, "", "") }}
		s := hooked(t, b, p{"max_connections": 3})
		for range 10 {
			newcomer(t, s)
		}
		time.Sleep(time.Minute)
		b.mu.Lock()
		most := b.most
		b.mu.Unlock()
		if most != 3 || len(b.deliveries()) != 10 {
			t.Errorf("%d at once, %d in all", most, len(b.deliveries()))
		}
		if at := b.deliveries()[9].at; at != 3*time.Second {
			t.Errorf("the tenth came at %v", at)
		}
	})
}

func TestWebhookTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(n int, _ delivery) *http.Response {
			if n == 1 {
				time.Sleep(61 * time.Second)
			}
			return respond(200, "", "")
		}}
		s := hooked(t, b, nil)
		newcomer(t, s)
		time.Sleep(5 * time.Minute)
		if n := len(b.deliveries()); n != 2 {
			t.Errorf("%d deliveries", n)
		}
	})
}

func TestGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(int, delivery) *http.Response { return respond(410, "", "") }}
		s := hooked(t, b, nil)
		chat := newcomer(t, s)
		time.Sleep(22 * time.Hour)
		say(t, s, chat, 1)
		if do(t, s, "getWebhookInfo", nil).got(t)["url"] == "" {
			t.Fatal("removed too early")
		}
		time.Sleep(2 * time.Hour)
		if url := do(t, s, "getWebhookInfo", nil).got(t)["url"]; url != "" {
			t.Errorf("still %v after a day of 410", url)
		}
		if r := do(t, s, "getUpdates", p{}); !r.OK || !strings.Contains(r.Body, `"text":"m0"`) {
			t.Errorf("getUpdates: %s", r.Body)
		}
	})
}

func TestCallsInTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{}
		b.answer = func(n int, d delivery) *http.Response {
			chat := d.update.Message.Chat.ID
			switch d.update.Message.Text {
			case "json":
				return respond(200, "application/json", fmt.Sprintf(`{"method":"SendMessage","chat_id":%d,"text":"uno"}`, chat))
			case "form":
				return respond(200, "application/x-www-form-urlencoded", fmt.Sprintf("method=sendMessage&chat_id=%d&text=dos", chat))
			case "hook":
				return respond(200, "application/json", `{"method":"deleteWebhook"}`)
			case "get":
				return respond(200, "application/json", `{"method":"getMe"}`)
			case "text":
				return respond(200, "text/plain", "ok")
			}
			return respond(200, "application/json", `{"ok":true}`)
		}
		s := hooked(t, b, nil)
		chat := newcomer(t, s)
		for _, text := range []string{"json", "form", "hook", "get", "text"} {
			if _, err := s.Say(chat, text); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		var got []string
		list, _ := s.Messages(chat, 0)
		for _, m := range list {
			if m.From == "bot" {
				got = append(got, m.Text)
			}
		}
		if fmt.Sprint(got) != "[uno dos]" {
			t.Errorf("sent %v", got)
		}
		calls := s.Stats().Calls
		if calls["sendmessage"]["ok"] != 2 || calls["getme"] != nil || calls["deletewebhook"] != nil {
			t.Errorf("calls %v", calls)
		}
	})
}

func TestSettingWebhooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &bot{answer: func(int, delivery) *http.Response { return respond(500, "", "") }}
		s := serve(t, Config{Limits: Limits{Off: true}, AllowInsecureWebhook: true, WebhookTransport: b})
		set := func(fields p) reply { return do(t, s, "setWebhook", fields) }
		says := func(r reply, description string) {
			t.Helper()
			if string(r.Result) != "true" || r.Description != description {
				t.Errorf("got %s, want %q", r.Body, description)
			}
		}
		says(do(t, s, "deleteWebhook", nil), "Webhook is already deleted")
		says(set(p{"url": ""}), "Webhook is already deleted")
		says(set(p{"url": "http://a.example"}), "Webhook was set")
		says(set(p{"url": "http://a.example"}), "Webhook is already set")
		r := set(p{"url": "http://b.example"})
		wants(t, r, 429, "Too Many Requests: retry after 1")
		if r.Parameters.RetryAfter != 1 || r.Header.Get("Retry-After") != "1" {
			t.Errorf("retry_after: %s %v", r.Body, r.Header)
		}
		time.Sleep(time.Second)
		says(set(p{"url": "http://b.example", "secret_token": "x"}), "Webhook was set")
		wants(t, set(p{"url": "http://b.example", "secret_token": strings.Repeat("a", 257)}), 400, "Bad Request: secret token is too long")
		wants(t, set(p{"url": "http://b.example", "secret_token": "a b"}), 400, "Bad Request: secret token contains unallowed characters")

		// What was pending survives the change, unless it is dropped.
		chat := newcomer(t, s)
		says(do(t, s, "deleteWebhook", nil), "Webhook was deleted")
		if n := len(fetch(t, s, p{})); n != 1 {
			t.Errorf("%d updates after deleteWebhook", n)
		}
		say(t, s, chat, 3)
		says(do(t, s, "deleteWebhook", p{"drop_pending_updates": true}), "Webhook is already deleted")
		if n := s.Stats().Pending; n != 0 {
			t.Errorf("%d pending after drop", n)
		}
		// A poll that waits is ended by setWebhook.
		done := make(chan reply)
		go func() { done <- do(t, s, "getUpdates", p{"timeout": 50}) }()
		synctest.Wait()
		time.Sleep(time.Second)
		says(set(p{"url": "http://c.example", "allowed_updates": []string{"message"}}), "Webhook was set")
		wants(t, <-done, 409, "Conflict: terminated by setWebhook request")
		if got := do(t, s, "getWebhookInfo", nil).got(t)["allowed_updates"]; fmt.Sprint(got) != "[message]" {
			t.Errorf("allowed_updates %v", got)
		}
	})
}

// Without AllowInsecureWebhook the address must be one that Telegram reaches.
func TestWebhookAddresses(t *testing.T) {
	for url, want := range map[string]string{
		"http://1.1.1.1/hook":      "bad webhook: An HTTPS URL must be provided for webhook",
		"https://1.1.1.1:8080/x":   "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
		"https://127.0.0.1/x":      "bad webhook: IP address 127.0.0.1 is reserved",
		"https://10.1.2.3:8443/x":  "bad webhook: IP address 10.1.2.3 is reserved",
		"https://192.168.0.9:88/x": "bad webhook: IP address 192.168.0.9 is reserved",
		"https://[2606:4700::1]/x": "bad webhook: IPv6-only addresses are not allowed",
		"https://nada.invalid/x":   "bad webhook: Failed to resolve host: Name or service not known",
		"ftp://1.1.1.1/x":          "invalid webhook URL specified",
		"https://":                 "invalid webhook URL specified",
		"https://%zz":              "invalid webhook URL specified",
	} {
		s := quick(t)
		wants(t, do(t, s, "setWebhook", p{"url": url}), 400, "Bad Request: "+want)
		if got := do(t, s, "getWebhookInfo", nil).got(t)["url"]; got != "" {
			t.Errorf("%s left %v", url, got)
		}
	}
	s := serve(t, Config{WebhookTransport: &bot{}})
	if r := do(t, s, "setWebhook", p{"url": "1.1.1.1:8443/hook", "ip_address": "1.0.0.1"}); r.Description != "Webhook was set" {
		t.Errorf("a good address: %s", r.Body)
	}
	if got := do(t, s, "getWebhookInfo", nil).got(t)["ip_address"]; got != "1.0.0.1" {
		t.Errorf("ip_address %v", got)
	}
}

// Over a real connection: TLS with the certificate that the bot uploaded, and
// a redirect that is not followed.
func TestWebhookOverTLS(t *testing.T) {
	got := make(chan *http.Request, 1)
	hook := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case got <- r:
		default:
		}
	}))
	defer hook.Close()
	s := serve(t, Config{AllowInsecureWebhook: true})
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: hook.Certificate().Raw})
	if r := upload1(t, s, "setWebhook", map[string]string{"url": hook.URL + "/x?y=1"}, map[string][]byte{"certificate": cert}); r.Description != "Webhook was set" {
		t.Fatalf("setWebhook: %s", r.Body)
	}
	newcomer(t, s)
	if r := <-got; r.URL.String() != "/x?y=1" || r.Header.Get("User-Agent") != "" || r.TLS == nil {
		t.Errorf("%v %v", r.URL, r.Header)
	}
	if info := do(t, s, "getWebhookInfo", nil).got(t); info["has_custom_certificate"] != true {
		t.Errorf("info %v", info)
	}
}

func TestWebhookFailuresAreNamed(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	address := closed.URL
	closed.Close()
	other := httptest.NewUnstartedServer(http.NotFoundHandler())
	other.Config.ErrorLog = log.New(io.Discard, "", 0) // it is refused on purpose
	other.StartTLS()
	defer other.Close()
	wrong := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")})
	for url, want := range map[string]string{address: "Connection refused", other.URL: "SSL error {error:0A000086:SSL routines::certificate verify failed}"} {
		s := serve(t, Config{AllowInsecureWebhook: true})
		upload1(t, s, "setWebhook", map[string]string{"url": url}, map[string][]byte{"certificate": wrong})
		newcomer(t, s)
		var info p
		for info["last_error_message"] == nil {
			if t.Context().Err() != nil {
				t.Fatal("no failure")
			}
			info = do(t, s, "getWebhookInfo", nil).got(t)
		}
		if info["last_error_message"] != want {
			t.Errorf("%v, want %s", info["last_error_message"], want)
		}
	}
}
