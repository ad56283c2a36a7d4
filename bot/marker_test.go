package bot

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// Words, names, handles, phones and chat ids go through every path there is and
// must not come out in a log, a metric, an error or, readable, in Redis.
func TestNothingPersonalLeavesTheConversation(t *testing.T) {
	const mark = "zqxmarca"
	const chat = 7_351_946_028
	w := newWorld(t)
	r := w.bot("a", func(c *Config) { c.Timing.Settle, c.Timing.Pending = 100*time.Millisecond, 100*time.Millisecond })
	r.calls["data_summary"] = func(ctx context.Context, b *Bot, rec *store.Record, args map[string][]string) (flows.Input, error) {
		panic(fmt.Sprint(mark, rec.ChatID, args))
	}
	w.begin(r)
	id := w.tg.AddUser(emulator.User{ID: chat, FirstName: mark + "nombre", LastName: mark + "apellido", Username: mark + "usuario", LanguageCode: "es"})
	p := &person{w: w, id: id}
	if _, err := w.tg.Start(id, mark+"payload"); err != nil {
		t.Fatal(err)
	}
	p.agreed()
	p.waits(0, "años")
	write := func(d emulator.Draft) {
		t.Helper()
		if _, err := w.tg.Write(id, d); err != nil {
			t.Fatal(err)
		}
	}
	p.say(mark + " texto")
	p.say("/" + mark + " argumento " + mark)
	p.say("mi cédula es 1020304050 y mi correo " + mark + "@example.org")
	p.button("a:age:18_28")
	p.waits(0, "municipio")
	p.say(mark + "ville")
	write(emulator.Draft{Contact: &emulator.Contact{PhoneNumber: "+573009998877", FirstName: mark, UserID: id}})
	write(emulator.Draft{Document: &emulator.DraftFile{FileName: mark + ".pdf", MimeType: "application/pdf"}})
	write(emulator.Draft{Location: &emulator.Location{Latitude: 3.451234, Longitude: -76.531234}})
	m := p.last()
	if _, err := w.tg.TapData(id, m.MessageID, mark+":x"); err != nil {
		t.Fatal(err)
	}
	w.tg.Inject([]byte(fmt.Sprintf(`{"update_id":0,"message":{"message_id":"%s","text":"%s","chat":{"id":%d}}}`, mark, mark, chat)))
	p.say("/mis_datos") // panics with everything in its value
	// Failures of every kind while words are on their way.
	for _, f := range []emulator.Faults{{P5xx: 1, HTML5xx: true}, {CutBefore: 1}, {CutAfterSend: 1}, {P429: 1, RetryAfter: 1}} {
		f.Methods = []string{"sendMessage", "answerCallbackQuery"}
		w.tg.SetFaults(f)
		p.say(mark + " otra vez")
		eventually(t, "the fault was met", func() bool { return r.lanes.active() == 0 && w.tg.Stats().Pending == 0 })
		time.Sleep(20 * time.Millisecond)
		w.tg.SetFaults(emulator.Faults{})
	}
	if err := w.tg.Block(id, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "all is read", func() bool { return w.tg.Stats().Pending == 0 && r.lanes.active() == 0 })

	needles := []string{mark, "1020304050", "3009998877", "3.451234", strconv.FormatInt(chat, 10)}
	logs := w.logs.String()
	if !strings.Contains(logs, "level=ERROR") || !strings.Contains(logs, "level=WARN") {
		t.Error("no failure was logged: the test proves nothing")
	}
	var exposed bytes.Buffer
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&exposed, f); err != nil {
			t.Fatal(err)
		}
	}
	for _, n := range needles {
		for _, line := range strings.Split(logs, "\n") {
			if strings.Contains(line, n) {
				t.Errorf("%q is in the log: %s", n, line)
			}
		}
		if strings.Contains(exposed.String(), n) {
			t.Errorf("%q is in the metrics", n)
		}
	}
	if strings.Contains(logs, w.tg.Token()) {
		t.Error("the token is in the log")
	}
	if found := storetest.Find(t, r.cfg.Store, needles...); len(found) != 0 {
		t.Errorf("readable in Redis: %v", found)
	}
	rec, err := r.cfg.Store.Load(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for slot, values := range rec.Session.Slots {
		for _, v := range values {
			if strings.Contains(v, "1020304050") || strings.Contains(v, "3009998877") {
				t.Errorf("slot %s holds what nobody asked for", slot)
			}
		}
	}
}
