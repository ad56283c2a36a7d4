package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store/storetest"
)

func TestAConversationByPolling(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	p := w.person()
	p.agreed()
	p.button("a:age:18_28")
	p.waits(0, "municipio")
	eventually(t, "all updates are confirmed", func() bool { return w.tg.Stats().Pending == 0 })
}

// What was written while the bot was away is answered when it comes, and what
// was answered is not answered again.
func TestPollingTakesUpWhatWaits(t *testing.T) {
	w := newWorld(t)
	p := w.person()
	r := w.run("a", nil)
	p.waits(0, "idioma")
	r.stop()
	p.button("a:language:es")
	w.run("a", nil)
	p.waits(0, "Antes de empezar")
	for _, d := range w.tg.Stats().Duplicates {
		t.Errorf("sent %d times", d.Count)
	}
}

// One update that cannot be decoded costs only itself.
func TestABrokenUpdateBlocksNobody(t *testing.T) {
	w := newWorld(t)
	p := w.person()
	w.tg.Inject([]byte(`{"update_id":0,"message":{"message_id":"x","text":"SECRETO"}}`))
	r := w.run("a", nil)
	p.agreed()
	p.waits(0, "años")
	if got := r.counted(t, "updates_unreadable_total"); got != 1 {
		t.Errorf("%v unreadable updates counted, want 1", got)
	}
	if strings.Contains(w.logs.String(), "SECRETO") {
		t.Error("its content is in the log")
	}
	eventually(t, "all updates are confirmed", func() bool { return w.tg.Stats().Pending == 0 })
}

func TestRedisAwayByPolling(t *testing.T) {
	redis := storetest.Start(t)
	w := newWorldWith(t, emulator.Config{Limits: emulator.Limits{Off: true}, Seed: 7}, redis.URL(0))
	w.run("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	redis.Stop()
	others := []*person{w.person(), w.person()}
	p.button("a:age:18_28")
	time.Sleep(200 * time.Millisecond) // long enough for the bot to meet the outage
	redis.Restart(t)
	p.waits(0, "municipio")
	for _, o := range others {
		o.waits(0, "idioma")
	}
}

func TestOnlyOneReplicaPolls(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	w.run("b", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	if n := w.tg.Stats().Calls["getupdates"]["409"]; n != 0 {
		t.Errorf("%d conflicts between two replicas", n)
	}
}

func TestAnotherReplicaTakesOverThePolling(t *testing.T) {
	w := newWorld(t)
	a := w.run("a", nil)
	w.run("b", nil)
	p := w.person()
	p.waits(0, "idioma")
	a.stop()
	p.button("a:language:es")
	p.waits(0, "Antes de empezar")
}

func TestARefusedTokenStopsTheBotWithWordsThatHelp(t *testing.T) {
	for name, token := range map[string]string{"unknown": "123456:AAEwrongwrongwrongwrongwrongwrong", "malformed": "nonsense"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := w.bot("a", func(c *Config) { c.Token = token })
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			err := r.Run(ctx)
			if err == nil || !strings.Contains(err.Error(), "ARRAIGO_TELEGRAM_TOKEN") {
				t.Errorf("error %v", err)
			}
			if err != nil && strings.Contains(err.Error(), token) {
				t.Error("the error holds the token")
			}
		})
	}
}

func TestATokenRevokedWhileRunningStopsTheBot(t *testing.T) {
	w := newWorld(t)
	r := w.bot("a", nil)
	ended := make(chan error, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	go func() { ended <- r.Run(ctx) }()
	eventually(t, "the bot is ready", r.Ready)
	w.tg.SetFaults(emulator.Faults{Revoked: true})
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "token") {
		t.Errorf("error %v", err)
	}
}

// A webhook left by somebody makes getUpdates fail with 409; nothing that waits
// may be dropped when it is taken away.
func TestPollingTakesALeftWebhookAway(t *testing.T) {
	w := newWorld(t)
	_, server := w.hook("old", nil)
	w.stop()
	server.Close()
	p := w.person()
	w.run("a", nil)
	p.waits(0, "idioma")
}

// One chat with much to say does not keep the others waiting.
func TestAFloodOfOneChatDoesNotDelayOthers(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	loud := w.person()
	loud.waits(0, "idioma")
	w.tg.SetFaults(emulator.Faults{LatencyMS: 300, Chats: []int64{loud.id}})
	for i := range 30 {
		loud.say(fmt.Sprint("mensaje ", i))
	}
	quiet := w.person()
	started := time.Now()
	quiet.waits(0, "idioma")
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("the quiet person waited %s", took)
	}
}
