package bot

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
)

func TestEarly(t *testing.T) {
	asked := time.Unix(1_800_000_000, 500_000_000)
	type ids struct{ agreed, violated bool }
	for _, tc := range []struct {
		name     string
		delivery store.Delivery
		received time.Time
		message  int
		date     int64
		order    ids
		want     bool
	}{
		{"an answer", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 11, asked.Unix() + 1, ids{true, false}, false},
		{"the question is not sent yet", store.Delivery{Pending: true, Message: 8}, asked, 11, asked.Unix(), ids{}, true},
		{"received before the question was sent", store.Delivery{At: asked, Message: 10}, asked.Add(-time.Millisecond), 0, 0, ids{}, true},
		{"a clock that is an hour off", store.Delivery{At: asked.Add(time.Hour), Message: 10}, asked, 11, asked.Unix(), ids{}, false},
		{"an earlier message by Telegram's clock", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 9, asked.Unix() - 1, ids{}, true},
		{"an earlier number in the same second", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 9, asked.Unix(), ids{}, false},
		{"the same, of a server with one count", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 9, asked.Unix(), ids{true, false}, true},
		{"the same, of a server with two counts", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 9, asked.Unix() + 1, ids{true, true}, false},
		{"dates that mean nothing", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 9, 1, ids{true, false}, false},
		{"nothing known of the question", store.Delivery{}, asked, 9, asked.Unix(), ids{true, false}, false},
		{"an answer without a number", store.Delivery{At: asked, Message: 10}, asked.Add(time.Second), 0, asked.Unix() - 5, ids{true, false}, false},
	} {
		b := &Bot{}
		b.order.agreed.Store(tc.order.agreed)
		b.order.violated.Store(tc.order.violated)
		a := &arrival{received: tc.received, date: tc.date, input: flows.Input{Kind: flows.InputText, Message: tc.message}}
		if got := b.early(a, &store.Record{Delivery: tc.delivery}); got != tc.want {
			t.Errorf("%s: early %v, want %v", tc.name, got, tc.want)
		}
	}
}

// Who was asked again may still answer what they saw first.
func TestEarlyCountsFromTheFirstTimeTheQuestionWasSeen(t *testing.T) {
	first := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	again := store.Delivery{At: first.Add(3 * time.Second), Message: 20}
	asking := flows.Session{Asking: true, Question: 4}
	b := &Bot{}
	b.order.agreed.Store(true)
	for _, tc := range []struct {
		name     string
		delivery store.Delivery
		after    time.Duration
		message  int
		want     bool
	}{
		{"typed between the two", again, time.Second, 12, false},
		{"typed while it is put again", store.Delivery{Pending: true, Message: 10}, time.Second, 12, false},
		{"typed before the first", again, -time.Second, 9, true},
		{"numbered before the first", again, time.Second, 9, true},
	} {
		r := &store.Record{Session: asking, Delivery: again}
		r.Session.Shown = &flows.Shown{At: first.UnixMilli(), Message: 10}
		r.Delivery = tc.delivery
		at := first.Add(tc.after)
		a := &arrival{received: at, date: at.Unix(), input: flows.Input{Kind: flows.InputText, Message: tc.message}}
		if got := b.early(a, r); got != tc.want {
			t.Errorf("%s: early %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestWhenTheOpenQuestionWasShown(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	asking := func(question int) flows.Session { return flows.Session{Asking: true, Question: question} }
	told := &flows.Shown{At: 5, Message: 3}
	known := asking(4)
	known.Shown = told
	delivered := store.Delivery{At: at, Message: 11}
	for _, tc := range []struct {
		name     string
		before   flows.Session
		delivery store.Delivery
		after    flows.Session
		want     *flows.Shown
	}{
		{"the same question again", asking(4), delivered, asking(4), &flows.Shown{At: at.UnixMilli(), Message: 11}},
		{"and once more", known, delivered, asking(4), told},
		{"before it was seen", asking(4), store.Delivery{Pending: true, Message: 8}, asking(4), nil},
		{"another question", known, delivered, asking(5), nil},
		{"no question", known, delivered, flows.Session{Question: 4}, nil},
		{"a question where none was open", flows.Session{Question: 4}, delivered, asking(4), nil},
		{"nothing delivered so far", asking(1), store.Delivery{}, asking(1), nil},
	} {
		got := shown(&store.Record{Session: tc.before, Delivery: tc.delivery}, &tc.after)
		if (got == nil) != (tc.want == nil) || got != nil && *got != *tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestTheOrderOfNumbersIsLearnt(t *testing.T) {
	var o idOrder
	if o.shared() {
		t.Error("believed before anything was seen")
	}
	o.sent(1, 1001) // two counts far apart
	if o.shared() {
		t.Error("believed numbers a thousand apart")
	}
	o.sent(5, 6)
	if !o.shared() {
		t.Error("not believed although the answer had the next number")
	}
	o.sent(7, 3)
	if o.shared() {
		t.Error("believed although an answer had a lower number")
	}
}

// A tap and a text at the same moment: whatever wins, the text must not answer
// the question that it came before.
func TestATextBesideATapIsNotTakenForAnAnswer(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	w.tg.SetFaults(emulator.Faults{LatencyMS: 5})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			p := w.person()
			p.agreed()
			p.waits(0, "años")
			m, _ := p.find("a:age:18_28")
			// The number 1 is an answer to many questions. It is meant for the age.
			if _, err := w.tg.TapData(p.id, m.MessageID, "a:age:18_28"); err != nil {
				t.Error(err)
			}
			p.say("1")
			p.waits(m.MessageID, "municipio")
			eventually(t, "both are answered", func() bool { return w.tg.Stats().Pending == 0 && r.lanes.active() == 0 })
			rec, err := r.cfg.Store.Load(t.Context(), p.id)
			if err != nil {
				t.Error(err)
				return
			}
			if got := rec.Session.Value("age"); got != "18_28" {
				t.Errorf("age %q", got)
			}
			if got := rec.Session.Slots["municipality"]; len(got) != 0 {
				t.Errorf("the text became municipality %q", got)
			}
			if rec.Session.Flow != "screening" || !rec.Session.Asking {
				t.Errorf("the conversation stands at %s.%s", rec.Session.Flow, rec.Session.Step)
			}
		})
	}
	group.Wait()
}

// Taps and texts of one person arrive at two replicas at once.
func TestTwoReplicasServeOnePersonWithoutAWrongAnswer(t *testing.T) {
	w := newWorld(t)
	a, serverA := w.hook("a", nil)
	b, serverB := w.hook("b", nil)
	urls := []string{serverA.URL + "/telegram", serverB.URL + "/telegram"}
	var update int64 = 5_000_000
	var mu sync.Mutex
	next := func() int64 {
		mu.Lock()
		defer mu.Unlock()
		update++
		return update
	}
	var group sync.WaitGroup
	for n := range 12 {
		group.Go(func() {
			p := &person{w: w, id: w.tg.AddUser(emulator.User{FirstName: fmt.Sprint("P", n), LanguageCode: "es"})}
			if _, err := w.tg.Start(p.id, ""); err != nil {
				t.Error(err)
				return
			}
			p.agreed()
			p.waits(0, "años")
			m, _ := p.find("a:age:29_59")
			// The same tap twice (a nervous finger), a redelivery of it to the other
			// replica, and a text, all at once.
			first, second := next(), next()
			var all sync.WaitGroup
			send := func(url, body string) {
				all.Go(func() {
					for post(t, url, testSecret, body).StatusCode != 200 {
					}
				})
			}
			send(urls[n%2], tapUpdate(first, p.id, m.MessageID, "a:age:29_59"))
			send(urls[(n+1)%2], tapUpdate(second, p.id, m.MessageID, "a:age:29_59"))
			send(urls[(n+1)%2], tapUpdate(first, p.id, m.MessageID, "a:age:29_59"))
			send(urls[(n+1)%2], textUpdate(next(), p.id, int(m.MessageID)+1, "/ayuda"))
			all.Wait()
			rec, err := a.cfg.Store.Load(t.Context(), p.id)
			if err != nil {
				t.Error(err)
				return
			}
			if got := rec.Session.Value("age"); got != "29_59" {
				t.Errorf("age %q", got)
			}
			if !rec.Session.Asking {
				t.Errorf("no question is open at %s.%s", rec.Session.Flow, rec.Session.Step)
			}
		})
	}
	group.Wait()
	t.Logf("conflicts run again: %v and %v", a.counted(t, "turn_conflicts_total"), b.counted(t, "turn_conflicts_total"))
	if n := a.counted(t, "turns_total", "outcome", turnFailed) + b.counted(t, "turns_total", "outcome", turnFailed); n != 0 {
		t.Errorf("%v turns failed", n)
	}
}
