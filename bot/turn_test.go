package bot

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

// A panic costs one turn: the person is told, the next update works, and the
// record of it holds no data.
func TestAPanicCostsOneTurn(t *testing.T) {
	w := newWorld(t)
	r := w.bot("a", nil)
	r.calls = map[string]action{"data_summary": func(context.Context, *Bot, *store.Record, map[string][]string) (flows.Input, error) {
		panic("SECRETO")
	}}
	w.begin(r)
	p := w.person()
	p.agreed()
	m := p.waits(0, "años")
	p.say("/mis_datos")
	p.waits(m.MessageID, "Algo falló")
	p.button("a:age:18_28")
	p.waits(m.MessageID, "municipio")
	if got := r.counted(t, "turn_panics_total"); got != 1 {
		t.Errorf("%v panics counted, want 1", got)
	}
	if logs := w.logs.String(); strings.Contains(logs, "SECRETO") || !strings.Contains(logs, "turn.go") && !strings.Contains(logs, "Bot).try") {
		t.Errorf("the log must name functions and no data: %s", logs)
	}
	eventually(t, "the update is confirmed", func() bool { return w.tg.Stats().Pending == 0 })
}

// A flow that calls an action nobody has must not make an update come again for
// ever.
func TestATurnThatCannotSucceedIsAcknowledged(t *testing.T) {
	w := newWorld(t)
	r := w.bot("a", nil)
	r.calls = nil
	w.begin(r)
	p := w.person()
	p.agreed()
	m := p.waits(0, "años")
	p.say("/mis_datos")
	p.waits(m.MessageID, "Algo falló")
	eventually(t, "the update is confirmed", func() bool { return w.tg.Stats().Pending == 0 })
	if got := r.counted(t, "turns_total", "outcome", turnFailed); got != 1 {
		t.Errorf("%v turns failed, want 1", got)
	}
}

// Blocking is noted, nobody is written to, and coming back is noticed.
func TestBlockedAndBack(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	blocked := func() bool {
		rec, err := r.cfg.Store.Load(t.Context(), p.id)
		if err != nil {
			t.Fatal(err)
		}
		return rec.Blocked
	}
	if err := w.tg.Block(p.id, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the block is noted", blocked)
	n := len(p.messages())
	if err := w.tg.Block(p.id, false); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the person is greeted", func() bool { return len(p.messages()) > n })
	if blocked() {
		t.Error("still noted as blocked")
	}
}

// Who blocks between tap and answer cannot be written to: the reply is given up.
func TestAReplyToSomebodyWhoBlockedIsGivenUp(t *testing.T) {
	w := newWorld(t)
	r, server := w.hook("a", nil)
	p := w.person()
	p.waits(0, "idioma")
	if err := w.tg.Deactivate(p.id, true); err != nil {
		t.Fatal(err)
	}
	if got := post(t, server.URL+"/telegram", testSecret, textUpdate(9001, p.id, 900, "hola")).StatusCode; got != 200 {
		t.Fatalf("status %d", got)
	}
	eventually(t, "it is given up", func() bool {
		given, err := r.cfg.Store.Undelivered(t.Context(), time.Now())
		return err == nil && given[store.ReasonBlocked] == 1
	})
}

// Whatever Telegram does to a send, the conversation goes on and nobody lacks a
// message.
func TestConversationsUnderEveryFault(t *testing.T) {
	for name, faults := range map[string]emulator.Faults{
		"429":                 {P429: .3, RetryAfter: 1},
		"5xx in HTML":         {P5xx: .4, HTML5xx: true},
		"5xx in JSON":         {P5xx: .4},
		"cut before the call": {CutBefore: .3},
		"cut after the call":  {CutAfterSend: .3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			r := w.run("a", nil)
			faults.Methods = []string{"sendMessage", "editMessageText", "answerCallbackQuery"}
			w.tg.SetFaults(faults)
			p := w.person()
			p.agreed()
			p.button("a:age:18_28")
			p.waits(0, "municipio")
			eventually(t, "nothing is owed", func() bool {
				rec, err := r.cfg.Store.Load(t.Context(), p.id)
				return err == nil && !rec.Delivery.Pending
			})
			uncertain, repeated := r.counted(t, "sends_total", "outcome", "uncertain"), float64(w.tg.Stats().Repeated)
			if repeated > uncertain {
				t.Errorf("%v messages sent twice, but only %v were uncertain", repeated, uncertain)
			}
		})
	}
}

// The consent names the update that carried it, and its exact text is kept.
func TestTheProofOfConsentIsComplete(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	rec, err := r.cfg.Store.Load(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Session.Consents) != 1 {
		t.Fatalf("%d consents", len(rec.Session.Consents))
	}
	c := rec.Session.Consents[0]
	if !c.Given || c.Update == 0 || c.At == 0 || c.Version != 1 || c.Language != "es" {
		t.Errorf("consent %+v", c)
	}
	text, err := r.cfg.Store.ConsentText(t.Context(), c.Hash)
	if err != nil || !strings.Contains(text, "Antes de empezar") {
		t.Errorf("text %q, %v", text, err)
	}
	if !rec.Member {
		t.Error("the record would be forgotten after a month")
	}
}

func TestOwnDataAsFiles(t *testing.T) {
	w := newWorld(t)
	w.run("a", nil)
	p := w.person()
	p.agreed()
	p.button("a:age:18_28")
	p.waits(0, "municipio")
	p.say("Cali")
	eventually(t, "the place is taken", func() bool { _, ok := p.find("a:coverage_alert:si"); return ok })
	var after int64
	for _, choice := range []string{"json", "archivo"} {
		p.say("/mis_datos")
		m := p.waits(after, "hacer con sus datos")
		p.button("a:data_choice:" + choice)
		var file *emulator.File
		eventually(t, "the file arrives", func() bool {
			for _, got := range p.messages() {
				if got.Document != nil && got.MessageID > m.MessageID {
					file, after = got.Document, got.MessageID
					return true
				}
			}
			return false
		})
		if file.FileName != map[string]string{"json": "mis-datos.json", "archivo": "mis-datos.txt"}[choice] {
			t.Errorf("file name %q", file.FileName)
		}
		resp, err := http.Get(w.api.URL + "/emulator/files/" + file.FileID)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if choice == "json" {
			var d ownData
			if err := json.Unmarshal(body, &d); err != nil {
				t.Fatalf("%v in %s", err, body)
			}
			got := map[string]string{}
			for _, a := range d.Answers {
				got[a.Slot] = a.Answer
			}
			if got["age"] != "De 18 a 28" || !strings.HasPrefix(got["municipality"], "Cali") {
				t.Errorf("answers %v", got)
			}
			if len(d.Consents) != 1 || !strings.Contains(d.Consents[0].Text, "Antes de empezar") || d.KeptUntil == "" || len(d.Held) == 0 {
				t.Errorf("incomplete: %s", body)
			}
		} else {
			for _, want := range []string{"De 18 a 28", "Cali", "Antes de empezar"} {
				if !strings.Contains(string(body), want) {
					t.Errorf("%q is not in the readable file:\n%s", want, body)
				}
			}
			if strings.Contains(string(body), "No pude mostrar") || strings.Contains(string(body), "<b>") {
				t.Errorf("a text is missing or has markup:\n%s", body)
			}
		}
	}
}

// After an erasure nothing readable or linkable is left, and the farewell comes.
func TestErasureLeavesNothing(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	p := w.person()
	p.agreed()
	p.button("a:age:18_28")
	p.waits(0, "municipio")
	p.say("/borrar")
	m := p.waits(0, "escriba la palabra")
	p.say("borrar")
	p.waits(m.MessageID, "Borramos sus datos")
	eventually(t, "the record is gone", func() bool {
		rec, err := r.cfg.Store.Load(t.Context(), p.id)
		return err == nil && rec.Revision == 0
	})
}

// A flood of one chat that cannot be answered is not kept in memory for ever.
func TestAFloodThatCannotBeAnsweredIsNotHeard(t *testing.T) {
	w := newWorld(t)
	r, server := w.hook("a", func(c *Config) { c.Timing.Settle, c.Timing.Pending = time.Millisecond, time.Millisecond })
	p := w.person()
	p.waits(0, "idioma")
	w.tg.SetFaults(emulator.Faults{P5xx: 1, Methods: []string{"sendMessage"}})
	for i := range int64(unheard + 10) {
		if got := post(t, server.URL+"/telegram", testSecret, textUpdate(6000+i, p.id, int(100+i), "hola")).StatusCode; got != 200 {
			t.Fatalf("status %d", got)
		}
	}
	if got := r.counted(t, "updates_unheard_total"); got != 10 {
		t.Errorf("%v updates not heard, want 10", got)
	}
	if got := r.sender.Queued(p.id); got != unheard {
		t.Errorf("%d replies in memory, want %d", got, unheard)
	}
	w.tg.SetFaults(emulator.Faults{})
	q := w.person()
	q.waits(0, "idioma")
}
