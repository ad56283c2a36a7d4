package outreach

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

const announced = "a-111111"

var wantsNews = flows.Entry{Dimension: "offers", Value: "si"}

// oweOutreach commits a message of an outreach to somebody with consent.
func (b *bench) oweOutreach(chat int64, again bool, texts ...string) Parcel {
	b.t.Helper()
	r, err := b.store.Load(b.t.Context(), chat)
	if err != nil {
		b.t.Fatal(err)
	}
	r.ChatID = chat
	replies := say(texts...)
	ref, err := b.store.Commit(b.t.Context(), store.Turn{
		Record: r, Replies: replies, Consented: true, Index: []flows.Entry{wantsNews}, Now: time.Now(),
		Told: []store.Told{{Outreach: announced, State: store.StateOwed}}, Again: again,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return Parcel{Ref: ref, Chat: chat, Replies: replies, Lane: Unasked, Outreaches: []string{announced}, Again: again}
}

// state is what the ledger says of a chat.
func (b *bench) state(chat int64) string {
	b.t.Helper()
	told, err := b.store.MessagesTo(b.t.Context(), b.store.ContactID(chat))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, t := range told {
		if t.Outreach == announced {
			return t.State
		}
	}
	return ""
}

func TestEachOutcomeEndsInTheLedger(t *testing.T) {
	fail := func(o Outcome, r Reason) error { return &SendError{Outcome: o, Reason: r} }
	for _, tc := range []struct {
		name     string
		again    bool
		errs     []error
		attempts int
		want     string
	}{
		{"accepted", false, nil, 1, store.StateSent},
		{"uncertain, of an announcement", false, []error{fail(Uncertain, "")}, 1, store.StateUncertain},
		{"uncertain, of a reminder", true, []error{fail(Uncertain, "")}, 2, store.StateSent},
		{"transient and then uncertain", false, []error{fail(Transient, ""), fail(Uncertain, "")}, 2, store.StateUncertain},
		{"transient", false, []error{fail(Transient, ""), fail(Transient, "")}, 3, store.StateSent},
		{"throttled", false, []error{&SendError{Outcome: Throttled, RetryAfter: time.Second}}, 2, store.StateSent},
		{"blocked", false, []error{fail(Blocked, "")}, 1, store.StateBlocked},
		{"rejected", false, []error{fail(Rejected, ReasonOther)}, 1, store.StateFailed("rejected")},
		{"markup refused", false, []error{fail(Rejected, ReasonMarkup)}, 2, store.StateSent},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, "", nil, nil)
			b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
				if n <= len(tc.errs) {
					return Receipt{}, tc.errs[n-1]
				}
				return Receipt{}, nil
			}
			await(t, b.Hand(b.oweOutreach(7, tc.again, "hola")))
			if got := b.state(7); got != tc.want {
				t.Errorf("the ledger says %q, want %q", got, tc.want)
			}
			if n := len(b.to.texts()); n != tc.attempts || b.owed() != 0 {
				t.Errorf("%d attempts, want %d; %d owed", n, tc.attempts, b.owed())
			}
		})
	}
}

// A process dies between the attempt and the note of it: the message may have
// arrived. What must not come twice is not sent again; a reminder is.
func TestWhatADeadProcessWasTrying(t *testing.T) {
	for _, again := range []bool{false, true} {
		url, keys := storetest.URL(t), storetest.Keys(t)
		dead := newBench(t, url, keys, nil)
		tried, never := make(chan struct{}), make(chan struct{})
		dead.to.answer = func(int, int64, Outgoing) (Receipt, error) { close(tried); <-never; return Receipt{}, io.EOF }
		dead.Hand(dead.oweOutreach(7, again, "uno"))
		<-tried
		b := newBench(t, url, keys, nil) // its next life
		b.run()
		eventually(t, "the outbox is empty", func() bool { return b.owed() == 0 })
		want, sent := store.StateUncertain, 0
		if again {
			want, sent = store.StateSent, 1
		}
		if got := b.state(7); got != want || len(b.to.texts()) != sent {
			t.Errorf("again %v: the ledger says %q, sent %d times more", again, got, len(b.to.texts()))
		}
		close(never)
	}
}

// A process that ends in order between two attempts leaves no doubt.
func TestAShutdownBetweenAttemptsLeavesNoDoubt(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	first := newBench(t, url, keys, func(c *Config) { c.Pause = time.Hour })
	first.to.answer = func(int, int64, Outgoing) (Receipt, error) {
		return Receipt{}, &SendError{Outcome: Transient, Code: 502}
	}
	d := first.Hand(first.oweOutreach(7, false, "uno"))
	eventually(t, "one attempt failed", func() bool { return len(first.to.texts()) == 1 && first.state(7) == store.StateOwed })
	first.stop()
	await(t, d)
	second := newBench(t, url, keys, nil)
	second.run()
	eventually(t, "it is sent", func() bool { return second.state(7) == store.StateSent })
	if n := len(second.to.texts()); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestStaffControlWhatIsOwed(t *testing.T) {
	var control atomic.Int32
	b := newBench(t, "", nil, func(c *Config) {
		c.Control = func(ids []string) Control {
			if !slices.Equal(ids, []string{announced}) {
				t.Errorf("asked about %v", ids)
			}
			return Control(control.Load())
		}
	})
	control.Store(int32(Wait))
	d := b.Hand(b.oweOutreach(7, false, "pausado"))
	// A reply to the same person does not wait for it.
	await(t, b.Hand(b.owe(7, say("respuesta")...)))
	if diff := cmp.Diff([]string{"respuesta"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
	control.Store(int32(Go))
	await(t, d)
	if got := b.state(7); got != store.StateSent {
		t.Errorf("resumed, and the ledger says %q", got)
	}
	control.Store(int32(Drop))
	await(t, b.Hand(b.oweOutreach(8, false, "cancelado")))
	if got := b.state(8); got != store.StateWithheld(store.GateCancelled) || slices.Contains(b.to.texts(), "cancelado") {
		t.Errorf("cancelled, and the ledger says %q", got)
	}
}

// Staff cancel while Redis takes its time to note that a message is being tried.
func TestStaffControlWhatIsBeingBegun(t *testing.T) {
	var control atomic.Int32
	b := newBench(t, "", nil, func(c *Config) {
		c.Control = func([]string) Control { return Control(control.Load()) }
		c.Terms = func(context.Context, []string) (store.Terms, error) {
			control.Store(int32(Drop))
			return store.Terms{}, nil
		}
	})
	await(t, b.Hand(b.oweOutreach(7, false, "cancelado")))
	if got := b.state(7); got != store.StateWithheld(store.GateCancelled) || len(b.to.texts()) != 0 {
		t.Errorf("the ledger says %q, sent %d times", got, len(b.to.texts()))
	}
}

// Half a message helps nobody: what has begun to arrive arrives, also when staff
// cancel in between, and the ledger does not say that nothing came.
func TestStaffControlWhatHasBegunToArrive(t *testing.T) {
	var control atomic.Int32
	b := newBench(t, "", nil, func(c *Config) {
		c.Control = func([]string) Control { return Control(control.Load()) }
	})
	b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		control.Store(int32(Drop))
		if n == 2 {
			return Receipt{}, &SendError{Outcome: Transient}
		}
		return Receipt{}, nil
	}
	await(t, b.Hand(b.oweOutreach(7, false, "uno", "dos")))
	if got := b.state(7); got != store.StateSent {
		t.Errorf("the ledger says %q", got)
	}
	if diff := cmp.Diff([]string{"uno", "dos", "dos"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
}

// Whoever says no after the message was owed does not get it.
func TestALateNoIsHeard(t *testing.T) {
	b := newBench(t, "", nil, func(c *Config) {
		c.Terms = func(context.Context, []string) (store.Terms, error) { return store.Terms{In: wantsNews}, nil }
	})
	p := b.oweOutreach(7, false, "uno")
	r := b.record(7)
	if _, err := b.store.Commit(t.Context(), store.Turn{Record: r, Consented: true, Now: time.Now()}); err != nil { // left the index
		t.Fatal(err)
	}
	await(t, b.Hand(p))
	if got := b.state(7); got != store.StateWithheld(store.GateOptedOut) || len(b.to.texts()) != 0 {
		t.Errorf("the ledger says %q, sent %d times", got, len(b.to.texts()))
	}
	p = b.oweOutreach(8, false, "dos")
	if err := b.store.SetBlocked(t.Context(), b.store.ContactID(8), true); err != nil {
		t.Fatal(err)
	}
	await(t, b.Hand(p))
	if got := b.state(8); got != store.StateBlocked || len(b.to.texts()) != 0 {
		t.Errorf("blocked, and the ledger says %q, sent %d times", got, len(b.to.texts()))
	}
}

// A reminder that waits for the pace is not sent to who stopped everything
// meanwhile; what is their own business is.
func TestALateNoIsHeardForReminders(t *testing.T) {
	stopped := flows.Entry{Dimension: "outreach", Value: "parado"}
	for _, own := range []bool{false, true} {
		b := newBench(t, "", nil, func(c *Config) {
			c.Terms = func(context.Context, []string) (store.Terms, error) {
				if own {
					return store.Terms{Own: true}, nil
				}
				return store.Terms{NotIn: stopped}, nil
			}
		})
		p := b.oweOutreach(7, true, "uno")
		_, err := b.store.Commit(t.Context(), store.Turn{Record: b.record(7), Consented: true, Index: []flows.Entry{wantsNews, stopped}, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		await(t, b.Hand(p))
		want, sent := store.StateWithheld(store.GateOptedOut), 0
		if own {
			want, sent = store.StateSent, 1
		}
		if got := b.state(7); got != want || len(b.to.texts()) != sent {
			t.Errorf("own %v: the ledger says %q, sent %d times", own, got, len(b.to.texts()))
		}
	}
}

// One refusal of an unasked message holds everybody, also after a restart, for
// one second and for the longest that Telegram was seen to ask for.
func TestA429OfOutreachHoldsEverybodyAndIsRemembered(t *testing.T) {
	for _, silence := range []time.Duration{time.Second, 2282 * time.Second} {
		url, keys := storetest.URL(t), storetest.Keys(t)
		first := newBench(t, url, keys, nil)
		first.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
			if n == 1 {
				return Receipt{}, &SendError{Outcome: Throttled, RetryAfter: silence}
			}
			return Receipt{}, nil
		}
		first.Hand(first.oweOutreach(7, false, "uno"))
		eventually(t, "the hold is shared", func() bool {
			until, err := first.store.Held(t.Context())
			return err == nil && time.Until(until) > silence/2
		})
		until, _ := first.store.Held(t.Context())
		first.stop()
		// Its next life asks before it sends, and does not wait for Run.
		second := newBench(t, url, keys, nil)
		d := second.Hand(second.owe(8, say("dos")...))
		if silence == time.Second {
			await(t, d)
			if at := second.to.calls[0].at; at.Before(until.Truncate(time.Millisecond)) {
				t.Errorf("sent %s too early", until.Sub(at))
			}
			continue
		}
		select {
		case <-d.Done():
			t.Error("sent in the silence")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func TestTheRateAboveTheFreeOneIsPaidFor(t *testing.T) {
	for _, tc := range []struct {
		rate float64
		paid bool
	}{{30, false}, {31, true}} {
		b := newBench(t, "", nil, func(c *Config) { c.Outreach = tc.rate })
		var paid []bool
		b.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
			paid = append(paid, m.Paid)
			return Receipt{}, nil
		}
		await(t, b.Hand(b.oweOutreach(7, false, "uno")))
		await(t, b.Hand(b.owe(7, say("respuesta")...)))
		if diff := cmp.Diff([]bool{tc.paid, false}, paid); diff != "" {
			t.Errorf("at %v/s: %s", tc.rate, diff)
		}
	}
}

func TestAThousandASecond(t *testing.T) {
	b := newBench(t, "", nil, func(c *Config) { c.Outreach = 1000 })
	if got := b.cfg.Parallel / 2; got < 500 {
		t.Errorf("%d unasked messages may be under way: too few for 1,000/s at half a second each", got)
	}
}

func TestWhatStaffWroteIsSentInThePersonsLanguage(t *testing.T) {
	b := newBench(t, "", nil, func(c *Config) {
		c.Piece = func(_ context.Context, id, language string) (store.Piece, error) {
			if id != announced {
				return store.Piece{}, errors.New("no such outreach")
			}
			return store.Piece{HTML: "<b>" + language + "</b>", Media: "photo", FileID: "AgAD"}, nil
		}
	})
	var got []Outgoing
	b.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
		got = append(got, m)
		return Receipt{}, nil
	}
	p := b.oweOutreach(7, false, "")
	p.Replies = []flows.Reply{{Piece: announced, Buttons: [][]flows.Button{{{Label: flows.Literal("Parar"), Data: "go:stop"}}}}}
	p.Session.Language = "en"
	await(t, b.Hand(p))
	if len(got) != 1 || got[0].HTML != "<b>en</b>" || got[0].Media != "photo" || got[0].FileID != "AgAD" || len(got[0].Buttons) != 1 {
		t.Errorf("%+v", got)
	}
	p = b.oweOutreach(8, false, "")
	p.Replies = []flows.Reply{{Piece: "a-222222"}}
	await(t, b.Hand(p))
	if state := b.state(8); state != store.StateFailed(string(ReasonFile)) {
		t.Errorf("without its words the ledger says %q", state)
	}
}
