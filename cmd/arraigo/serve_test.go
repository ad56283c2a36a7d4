package main

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"arraigo/emulator"
	"arraigo/store/storetest"
)

// settings are the variables of a serve that listens on a free address.
func settings(t testing.TB, api, address string, more ...string) []string {
	t.Helper()
	return append([]string{
		"ARRAIGO_TELEGRAM_TOKEN=" + emulator.DefaultToken,
		"ARRAIGO_TELEGRAM_API=" + api,
		"ARRAIGO_LISTEN=" + address,
		"ARRAIGO_DATA_DIR=" + filepath.Join(t.TempDir(), "data"),
	}, more...)
}

func TestServeByPollingAndByWebhook(t *testing.T) {
	for _, mode := range []string{"polling", "webhook"} {
		t.Run(mode, func(t *testing.T) {
			phone, api := telegram(t, emulator.Config{})
			address := freeAddress(t)
			env := settings(t, api, address, "ARRAIGO_REDIS_URL="+storetest.URL(t))
			if mode == "webhook" {
				env = append(env, "ARRAIGO_WEBHOOK_URL=http://"+address)
			}
			p := start(t, env, "serve")
			ready(t, address)
			chat := walk(t, phone, screened())
			showsOutcomes(t, phone, chat)
			if got := status("http://" + address + "/metrics"); got != http.StatusOK {
				t.Errorf("/metrics answers %d", got)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("a stop ended with exit code %d", code)
			}
			p.says("updates by")
			for _, secret := range []string{emulator.DefaultToken, "Ana", "cucuta"} {
				if strings.Contains(p.out.String(), secret) {
					t.Errorf("the log holds %q", secret)
				}
			}
		})
	}
}

// The webhook also works under the operator's own path, and a wrong secret is
// refused.
func TestServeWebhookPathAndSecret(t *testing.T) {
	phone, api := telegram(t, emulator.Config{})
	address := freeAddress(t)
	start(t, settings(t, api, address, "ARRAIGO_REDIS_URL="+storetest.URL(t), "ARRAIGO_WEBHOOK_URL=http://"+address+"/hooks/bot", "ARRAIGO_WEBHOOK_SECRET=own-secret"), "serve")
	ready(t, address)
	walk(t, phone, screened()[:2])
	for _, path := range []string{"/hooks/bot", "/telegram"} {
		resp, err := http.Post("http://"+address+path, "application/json", bytes.NewReader([]byte(`{"update_id":1}`)))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without the secret answers %d, want 401", path, resp.StatusCode)
		}
	}
}

// Without a Redis of the operator's, serve runs its own: what was said survives
// a kill of both, and a dead redis-server is started again.
func TestServeOwnRedis(t *testing.T) {
	phone, api := telegram(t, emulator.Config{})
	address := freeAddress(t)
	env := settings(t, api, address)
	steps := screened()
	p := start(t, env, "serve")
	ready(t, address)
	chat := walk(t, phone, steps[:6])
	p.kill()

	p = start(t, env, "serve")
	ready(t, address)
	play := func(steps []step) {
		t.Helper()
		if err := playAll(t.Context(), phone, chat, steps); err != nil {
			t.Fatalf("%v\n%s", err, seen(phone, chat))
		}
	}
	play(steps[6:9])

	var dir string
	for _, v := range env {
		if d, ok := strings.CutPrefix(v, "ARRAIGO_DATA_DIR="); ok {
			dir = d
		}
	}
	if _, err := redisCommand(redisSocketOf(dir), "SHUTDOWN"); err == nil {
		t.Error("redis-server answered a shutdown")
	}
	p.says("redis-server is back")
	play(steps[9:])
	showsOutcomes(t, phone, chat)
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := redisCommand(redisSocketOf(dir), "PING"); err == nil {
		t.Error("redis-server outlived the program")
	}
	info, err := os.Stat(filepath.Join(dir, "keyset.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the keyset: %v, %v; want mode 0600", info, err)
	}
}

func TestServeOutlastsRedisAndBotAPI(t *testing.T) {
	redis := storetest.Start(t)
	redis.Stop()
	phone := emulator.New(emulator.Config{AllowInsecureWebhook: true, Limits: emulator.Limits{Off: true}})
	defer phone.Close()
	address, api := freeAddress(t), freeAddress(t)
	p := start(t, settings(t, "http://"+api, address, "ARRAIGO_REDIS_URL="+redis.URL(0)), "serve")
	p.says("redis does not answer; trying again")
	if got := status("http://" + address + "/healthz"); got != http.StatusOK {
		t.Errorf("/healthz answers %d while Redis is away", got)
	}
	if got := status("http://" + address + "/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d while Redis is away", got)
	}
	redis.Restart(t)
	p.says("telegram does not answer as it should; trying again")
	if got := status("http://" + address + "/readyz"); got != http.StatusServiceUnavailable {
		t.Errorf("/readyz answers %d while the Bot API is away", got)
	}
	server := http.Server{Addr: api, Handler: phone}
	go func() { _ = server.ListenAndServe() }()
	defer server.Close()
	ready(t, address)
	walk(t, phone, screened()[:2])
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestServeStopsForAWrongToken(t *testing.T) {
	_, api := telegram(t, emulator.Config{Token: "1:another"})
	p := start(t, settings(t, api, freeAddress(t), "ARRAIGO_REDIS_URL="+storetest.URL(t)), "serve")
	if code := p.wait(); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
	p.says("check ARRAIGO_TELEGRAM_TOKEN")
	if strings.Contains(p.out.String(), emulator.DefaultToken) {
		t.Error("the token is in the output")
	}
}

func TestServeStopsWhileRedisIsAway(t *testing.T) {
	_, api := telegram(t, emulator.Config{})
	p := start(t, settings(t, api, freeAddress(t), "ARRAIGO_REDIS_URL=redis://"+freeAddress(t)), "serve")
	p.says("redis does not answer; trying again")
	if code := p.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// Two processes must never share a data folder: each would take the other for
// its own earlier life.
func TestServeRefusesAFolderInUse(t *testing.T) {
	_, api := telegram(t, emulator.Config{})
	env := settings(t, api, freeAddress(t), "ARRAIGO_REDIS_URL="+storetest.URL(t))
	first := start(t, env, "serve")
	first.says("ready")
	second := start(t, env, "serve")
	if code := second.wait(); code != exitSetting {
		t.Errorf("exit code %d, want %d", code, exitSetting)
	}
	second.says("another arraigo uses the data folder")
	if err := first.cmd.Process.Signal(syscall.Signal(0)); err != nil {
		t.Errorf("the first one is gone: %v", err)
	}
}
