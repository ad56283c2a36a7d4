package bot

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"arraigo/emulator"
)

// Two replicas behind one address: a tap and a text of one person, sent at the
// same moment, are handled by different processes, which share only Redis.
func TestTapAndTextMeetInTwoReplicas(t *testing.T) {
	w := newWorld(t)
	var both [2]*replica
	var turn atomic.Int64
	balancer := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		both[turn.Add(1)%2].Webhook().ServeHTTP(rw, req)
	}))
	t.Cleanup(balancer.Close)
	for i, name := range []string{"a", "b"} {
		both[i] = w.bot(name, func(c *Config) { c.WebhookURL, c.Secret = balancer.URL, testSecret })
	}
	for _, r := range both {
		w.begin(r)
		eventually(t, "the bot is ready", r.Ready)
	}
	w.tg.SetFaults(emulator.Faults{LatencyMS: 5})
	var group sync.WaitGroup
	for range 60 {
		group.Go(func() {
			p := w.person()
			p.agreed()
			p.waits(0, "años")
			m, _ := p.find("a:age:18_28")
			// Tap and text say the same, so whichever comes first answers the age;
			// the other must not answer what is asked next.
			var hands sync.WaitGroup
			hands.Go(func() {
				if _, err := w.tg.TapData(p.id, m.MessageID, "a:age:18_28"); err != nil {
					t.Error(err)
				}
			})
			hands.Go(func() { p.say("2") })
			hands.Wait()
			p.waits(m.MessageID, "municipio")
			eventually(t, "everything is delivered", func() bool {
				rec, err := both[0].cfg.Store.Load(t.Context(), p.id)
				return err == nil && !rec.Delivery.Pending
			})
			rec, err := both[0].cfg.Store.Load(t.Context(), p.id)
			if err != nil {
				t.Error(err)
				return
			}
			s := rec.Session
			if s.Value("age") != "18_28" || len(s.Slots["municipality"]) != 0 || !s.Asking || s.Step != "municipality" {
				t.Errorf("age %q, municipality %q, at %s", s.Value("age"), s.Slots["municipality"], s.Step)
			}
		})
	}
	group.Wait()
	for i, r := range both {
		if r.counted(t, "turns_total") == 0 {
			t.Errorf("replica %d did nothing: the test proves nothing", i)
		}
		t.Logf("replica %d: %v turns, %v run again, %v texts came early", i,
			r.counted(t, "turns_total"), r.counted(t, "turn_conflicts_total"), r.counted(t, "inputs_early_total"))
	}
}
