package bot

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/store"
)

func mustLoad(t *testing.T, r *replica, chat int64) *store.Record {
	t.Helper()
	rec, err := r.cfg.Store.Load(t.Context(), chat)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

// A conversation left open for a day gets one gentle reminder, in waking hours,
// and no second one.
func TestAnIdleConversationIsRemindedOnce(t *testing.T) {
	w := newWorld(t)
	var shift atomic.Int64 // of the bot's clock against ours
	base := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	started := time.Now()
	clock := func() time.Time { return base.Add(time.Since(started) + time.Duration(shift.Load())) }
	r := w.run("a", func(c *Config) { c.Now = clock })
	p := w.person()
	p.agreed()
	m := p.waits(0, "años")
	rec, err := r.cfg.Store.Load(t.Context(), p.id)
	if err != nil || rec.Session.Nudged {
		t.Fatalf("reminded at once, or %v", err)
	}
	shift.Store(int64(25 * time.Hour))
	p.waits(m.MessageID, "Le faltan pocas preguntas")
	eventually(t, "the ledger of the day has it", func() bool {
		told, err := r.cfg.Store.MessagesTo(t.Context(), r.cfg.Store.ContactID(p.id))
		return err == nil && len(told) == 1 && told[0].Outreach == "nudge.2026-11-24" && told[0].State == store.StateSent && told[0].Kind == store.KindNudge
	})
	if d, err := r.collect(t.Context(), mustLoad(t, r, p.id)); err != nil || len(d.Messages) != 1 || d.Messages[0].Kind != "nudge" {
		t.Errorf("own data: %+v, %v", d.Messages, err)
	} else if text := r.readable(&rec.Session, d); !strings.Contains(text, "Aviso de una pregunta abierta") {
		t.Errorf("the message is not in the readable file:\n%s", text)
	}
	n := len(p.messages())
	shift.Store(int64(75 * time.Hour))
	eventually(t, "the timer ran again or is set later", func() bool {
		ids, err := r.cfg.Store.Due(t.Context(), clock(), 10)
		return err == nil && len(ids) == 0
	})
	if got := len(p.messages()); got != n {
		t.Errorf("%d messages after three days, want %d", got, n)
	}
	if got := r.counted(t, "turns_total", "kind", "timer"); got == 0 {
		t.Error("no timer turn was counted")
	}
}

// A year without contact ends everything, and nobody is written to about it.
func TestAProfileEndsAfterAYear(t *testing.T) {
	w := newWorld(t)
	var shift atomic.Int64
	started := time.Now()
	r := w.run("a", func(c *Config) {
		c.Now = func() time.Time { return started.Add(time.Since(started) + time.Duration(shift.Load())) }
	})
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	shift.Store(int64(366 * 24 * time.Hour))
	eventually(t, "the record is gone", func() bool {
		rec, err := r.cfg.Store.Load(t.Context(), p.id)
		return err == nil && rec.Revision == 0
	})
}
