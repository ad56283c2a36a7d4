package outreach

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/store"
	"arraigo/store/storetest"
)

// recorder is a Transport that answers as it is told and remembers what came.
type recorder struct {
	mu     sync.Mutex
	answer func(n int, chat int64, m Outgoing) (Receipt, error) // n counts attempts from 1
	calls  []call
	next   int
}

type call struct {
	Chat int64
	Text string
	Edit int
	Bare bool
	Hide bool
	at   time.Time
}

func (r *recorder) Send(_ context.Context, chat int64, m Outgoing) (Receipt, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text := m.HTML
	if m.Bare {
		text = m.Plain()
	}
	r.calls = append(r.calls, call{Chat: chat, Text: text, Edit: m.Edit, Bare: m.Bare, Hide: m.Hide, at: time.Now()})
	if r.answer != nil {
		if receipt, err := r.answer(len(r.calls), chat, m); err != nil || receipt != (Receipt{}) {
			return receipt, err
		}
	}
	if m.Edit != 0 {
		return Receipt{Message: m.Edit}, nil
	}
	r.next++
	return Receipt{Message: 100 + r.next, Date: 1}, nil
}

func (r *recorder) texts() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, c := range r.calls {
		out = append(out, c.Text)
	}
	return out
}

// bench is a sender with a real store.
type bench struct {
	*Sender
	t     *testing.T
	store *store.Store
	to    *recorder
	end   func() // ends Run
	stop  func()
}

func newBench(t *testing.T, url string, keys *store.Keyring, change func(*Config)) *bench {
	t.Helper()
	return newBenchAs(t, "main", url, keys, change)
}

func newBenchAs(t *testing.T, instance, url string, keys *store.Keyring, change func(*Config)) *bench {
	t.Helper()
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, to: &recorder{}, end: func() {}}
	b.store = storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: instance, Lease: 400 * time.Millisecond, Epoch: time.Now().UnixNano()})
	cfg := Config{
		Store: b.store, Set: (&flows.Set{Catalog: catalog}).Itself, Transport: b.to,
		Lease: 400 * time.Millisecond, Recover: 20 * time.Millisecond, Pause: 5 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Registry: prometheus.NewRegistry(),
	}
	if change != nil {
		change(&cfg)
	}
	if b.Sender, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	b.stop = sync.OnceFunc(func() {
		b.end()
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Cleanup(b.stop)
	return b
}

// run starts the recoverer.
func (b *bench) run() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = b.Run(ctx)
	}()
	b.end = func() { cancel(); <-done }
}

func say(texts ...string) []flows.Reply {
	var out []flows.Reply
	for _, s := range texts {
		out = append(out, flows.Reply{Parts: []flows.Text{flows.Literal(s)}})
	}
	return out
}

// owe commits replies of a chat and returns them as a parcel.
func (b *bench) owe(chat int64, replies ...flows.Reply) Parcel {
	b.t.Helper()
	r, err := b.store.Load(b.t.Context(), chat)
	if err != nil {
		b.t.Fatal(err)
	}
	r.ChatID = chat
	ref, err := b.store.Commit(b.t.Context(), store.Turn{Record: r, Replies: replies, Consented: r.Member, Now: time.Now()})
	if err != nil {
		b.t.Fatal(err)
	}
	return Parcel{Ref: ref, Chat: chat, Replies: replies}
}

func (b *bench) record(chat int64) *store.Record {
	b.t.Helper()
	r, err := b.store.Load(b.t.Context(), chat)
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

func (b *bench) owed() int {
	b.t.Helper()
	n := 0
	err := b.store.Walk(b.t.Context(), func(key, content string) {
		if content == "" && strings.HasSuffix(key, ":outbox") {
			n++
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func await(t *testing.T, d *Delivery) {
	t.Helper()
	select {
	case <-d.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the delivery does not end")
	}
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain waited until %s", what)
		}
	}
}

func TestAcceptedRepliesLeaveTheOutbox(t *testing.T) {
	b := newBench(t, "", nil, nil)
	replies := say("uno", "dos")
	replies[1].Question = 1
	before := time.Now()
	d := b.Hand(b.owe(7, replies...))
	await(t, d)
	if diff := cmp.Diff([]string{"uno", "dos"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
	r := b.record(7)
	if r.Delivery.Pending || b.owed() != 0 {
		t.Error("still owed after it was accepted")
	}
	if r.Delivery.Message != 102 || d.Message() != 101 {
		t.Errorf("question is message %d, want 102; first message %d, want 101", r.Delivery.Message, d.Message())
	}
	if r.Delivery.At.Before(before.Truncate(time.Millisecond)) || r.Delivery.At.After(time.Now()) {
		t.Errorf("asked at %s", r.Delivery.At)
	}
}

// What is said before a question does not count as the question: nobody agrees
// to what they have not seen.
func TestAQuestionCountsFromItsOwnMessage(t *testing.T) {
	b := newBench(t, "", nil, nil)
	var second time.Time
	b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		if n == 1 {
			time.Sleep(20 * time.Millisecond)
			second = time.Now()
		}
		return Receipt{}, nil
	}
	replies := say("uno", "dos")
	replies[1].Question = 1
	await(t, b.Hand(b.owe(7, replies...)))
	got := b.record(7).Delivery
	if got.Message != 102 || got.At.Before(second.Truncate(time.Millisecond)) {
		t.Errorf("counts as message %d, %s after the one before it", got.Message, got.At.Sub(second))
	}
}

func TestRepliesOfAChatKeepTheirOrderWhateverFails(t *testing.T) {
	b := newBench(t, "", nil, func(c *Config) { c.Chat = Rate{PerSecond: 1000, Burst: 1000} })
	b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		if n%2 == 1 { // every second attempt fails
			return Receipt{}, &SendError{Outcome: Transient, Code: 502}
		}
		return Receipt{}, nil
	}
	var last *Delivery
	var want []string
	for i := range 10 {
		text := fmt.Sprint("m", i)
		want = append(want, text)
		last = b.Hand(b.owe(7, say(text)...))
	}
	await(t, last)
	if diff := cmp.Diff(want, slices.Compact(b.to.texts())); diff != "" {
		t.Error(diff)
	}
}

func TestWhatEachOutcomeLeadsTo(t *testing.T) {
	fail := func(o Outcome, r Reason) error { return &SendError{Outcome: o, Reason: r} }
	ask := flows.Reply{Parts: []flows.Text{flows.Literal("a < b")}, Question: 3}
	mark := flows.Reply{Parts: []flows.Text{flows.Literal("elegido")}, Edit: 9}
	reask := flows.Reply{Parts: []flows.Text{flows.Literal("otra vez")}, Edit: 9, Question: 3}
	hide := flows.Reply{Edit: 8, Hide: true}
	for _, tc := range []struct {
		name    string
		reply   flows.Reply
		errs    []error // of the first attempts; then accepted
		want    []call
		reason  string // counted as undeliverable; "": delivered
		blocked bool
	}{
		{"accepted", ask, nil, []call{{Chat: 7, Text: "a &lt; b"}}, "", false},
		{"unknown errors are tried again", ask, []error{io.ErrUnexpectedEOF}, []call{{Chat: 7, Text: "a &lt; b"}, {Chat: 7, Text: "a &lt; b"}}, "", false},
		{"uncertain is sent again", ask, []error{fail(Uncertain, "")}, []call{{Chat: 7, Text: "a &lt; b"}, {Chat: 7, Text: "a &lt; b"}}, "", false},
		{"refused markup goes plain", ask, []error{fail(Rejected, ReasonMarkup)}, []call{{Chat: 7, Text: "a &lt; b"}, {Chat: 7, Text: "a < b", Bare: true}}, "", false},
		{"and only once", ask, []error{fail(Rejected, ReasonMarkup), fail(Rejected, ReasonMarkup)}, []call{{Chat: 7, Text: "a &lt; b"}, {Chat: 7, Text: "a < b", Bare: true}}, "markup", false},
		{"rejected for good", ask, []error{fail(Rejected, ReasonOther)}, []call{{Chat: 7, Text: "a &lt; b"}}, "rejected", false},
		{"blocked", ask, []error{fail(Blocked, "")}, []call{{Chat: 7, Text: "a &lt; b"}}, "blocked", true},
		{"an edit that changes nothing", mark, []error{fail(Rejected, ReasonNotModified)}, []call{{Chat: 7, Text: "elegido", Edit: 9}}, "", false},
		{"a mark on a message that is gone", mark, []error{fail(Rejected, ReasonGone)}, []call{{Chat: 7, Text: "elegido", Edit: 9}}, "", false},
		{"a question on a message that is gone", reask, []error{fail(Rejected, ReasonGone)}, []call{{Chat: 7, Text: "otra vez", Edit: 9}, {Chat: 7, Text: "otra vez"}}, "", false},
		{"a deletion that is refused", hide, []error{fail(Rejected, ReasonOther)}, []call{{Chat: 7, Edit: 8, Hide: true}}, "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t, "", nil, nil)
			b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
				if n <= len(tc.errs) {
					return Receipt{}, tc.errs[n-1]
				}
				return Receipt{}, nil
			}
			await(t, b.Hand(b.owe(7, tc.reply)))
			if diff := cmp.Diff(tc.want, b.to.calls, cmp.AllowUnexported(call{}), cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".at" }, cmp.Ignore())); diff != "" {
				t.Error(diff)
			}
			given, err := b.store.Undelivered(t.Context(), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]int64{}
			if tc.reason != "" {
				want[tc.reason] = 1
			}
			if diff := cmp.Diff(want, given); diff != "" {
				t.Errorf("given up: %s", diff)
			}
			if got := b.record(7).Blocked; got != tc.blocked {
				t.Errorf("blocked %v, want %v", got, tc.blocked)
			}
			if b.owed() != 0 {
				t.Error("still in the outbox")
			}
		})
	}
}

func TestOneRejectedReplyDoesNotTakeTheOthersAlong(t *testing.T) {
	b := newBench(t, "", nil, nil)
	b.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
		if m.HTML == "malo" {
			return Receipt{}, &SendError{Outcome: Rejected, Reason: ReasonOther}
		}
		return Receipt{}, nil
	}
	await(t, b.Hand(b.owe(7, say("malo", "bueno")...)))
	if diff := cmp.Diff([]string{"malo", "bueno"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
	if b.record(7).Delivery.Pending {
		t.Error("still pending")
	}
}

func TestA429IsObeyedByTheChatAlone(t *testing.T) {
	b := newBench(t, "", nil, nil)
	b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		if n == 1 {
			return Receipt{}, &SendError{Outcome: Throttled, RetryAfter: time.Second}
		}
		return Receipt{}, nil
	}
	slow := b.Hand(b.owe(7, say("lento")...))
	eventually(t, "the first attempt is made", func() bool { return len(b.to.texts()) == 1 })
	await(t, b.Hand(b.owe(8, say("otro")...)))
	select {
	case <-slow.Done():
		t.Fatal("the throttled chat did not wait")
	default:
	}
	await(t, slow)
	if gap := b.to.calls[2].at.Sub(b.to.calls[0].at); gap < time.Second {
		t.Errorf("tried again after %s, Telegram asked for 1s", gap)
	}
	if until, err := b.store.Held(t.Context()); err != nil || !until.IsZero() {
		t.Errorf("everybody is held until %s, %v", until, err)
	}
}

func TestALong429HoldsEverybodyAlsoInAnotherReplica(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a := newBench(t, url, keys, nil)
	other := newBenchAs(t, "other", url, keys, nil)
	a.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		if n == 1 {
			return Receipt{}, &SendError{Outcome: Throttled, RetryAfter: 6 * time.Second}
		}
		return Receipt{}, nil
	}
	a.Hand(a.owe(7, say("uno")...))
	eventually(t, "the hold is shared", func() bool {
		until, err := a.store.Held(t.Context())
		return err == nil && time.Until(until) > 4*time.Second
	})
	other.run()
	eventually(t, "the other replica knows", func() bool { return other.hold.Load() > time.Now().UnixMilli() })
	d := other.Hand(other.owe(8, say("dos")...))
	select {
	case <-d.Done():
		t.Error("the other replica sent during the hold")
	case <-time.After(100 * time.Millisecond):
	}
	// Stopping leaves both in the outbox, free to be claimed at once.
	a.stop()
	other.stop()
	got, err := a.store.Claim(t.Context(), time.Now(), 10)
	if err != nil || len(got) != 2 {
		t.Errorf("%d replies can be claimed after the shutdown (%v), want 2", len(got), err)
	}
}

func TestRepliesOfADeadProcessAreSentFromWhereItStopped(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	dead := newBench(t, url, keys, nil)
	p := dead.owe(7, say("uno", "dos", "tres")...)
	if err := dead.store.Progress(t.Context(), p.Ref, 1); err != nil {
		t.Fatal(err)
	}
	dead.owe(8, say("ocho")...)
	// The same instance with a later epoch: it need not wait for the lease.
	b := newBench(t, url, keys, func(c *Config) { c.Recover = time.Hour })
	b.run()
	eventually(t, "all are sent", func() bool { return len(b.to.texts()) == 3 && b.owed() == 0 })
	got := b.to.texts()
	slices.Sort(got)
	if diff := cmp.Diff([]string{"dos", "ocho", "tres"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRepliesOfAnotherInstanceAreLeftUntilItsLeaseIsOver(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	dead := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "dead", Lease: 300 * time.Millisecond})
	b := newBench(t, url, keys, nil)
	r, err := dead.Load(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	committed := time.Now()
	if _, err := dead.Commit(t.Context(), store.Turn{Record: r, Replies: say("uno"), Now: committed}); err != nil {
		t.Fatal(err)
	}
	b.run()
	eventually(t, "it is sent", func() bool { return len(b.to.texts()) == 1 })
	if waited := b.to.calls[0].at.Sub(committed); waited < 300*time.Millisecond {
		t.Errorf("taken after %s although the other process had 300ms", waited)
	}
}

func TestWhatWaitsHereIsNotClaimedByOthers(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	b := newBench(t, url, keys, nil)
	b.to.answer = func(n int, _ int64, _ Outgoing) (Receipt, error) {
		if n == 1 {
			return Receipt{}, &SendError{Outcome: Throttled, RetryAfter: 1200 * time.Millisecond} // three leases
		}
		return Receipt{}, nil
	}
	b.run()
	other := newBenchAs(t, "other", url, keys, nil)
	other.run()
	await(t, b.Hand(b.owe(7, say("uno")...)))
	if got := other.to.texts(); len(got) != 0 {
		t.Errorf("another replica sent %d messages that were ours", len(got))
	}
	if got := len(b.to.texts()); got != 2 {
		t.Errorf("%d attempts, want 2", got)
	}
}

func TestAReplyNobodyAcceptsForADayIsGivenUp(t *testing.T) {
	b := newBench(t, "", nil, func(c *Config) { c.Expiry = time.Minute })
	p := b.owe(7, say("viejo")...)
	p.Since = time.Now().Add(-2 * time.Minute)
	await(t, b.Hand(p))
	given, err := b.store.Undelivered(t.Context(), time.Now())
	if err != nil || given[store.ReasonExpired] != 1 || len(b.to.texts()) != 0 {
		t.Errorf("given up %v, attempts %d, error %v", given, len(b.to.texts()), err)
	}
}

func TestAFullBacklogLeavesRepliesInTheOutbox(t *testing.T) {
	hold := make(chan struct{})
	b := newBench(t, "", nil, func(c *Config) { c.Backlog = 1 })
	b.to.answer = func(int, int64, Outgoing) (Receipt, error) { <-hold; return Receipt{}, nil }
	first := b.Hand(b.owe(7, say("uno")...))
	second := b.Hand(b.owe(8, say("dos")...))
	await(t, second)
	if b.owed() == 0 {
		t.Error("the second reply is not in the outbox")
	}
	close(hold)
	await(t, first)
	b.run()
	eventually(t, "the second is sent too", func() bool { return slices.Contains(b.to.texts(), "dos") && b.owed() == 0 })
}

func TestTheSameRepliesAreNotQueuedTwice(t *testing.T) {
	hold := make(chan struct{})
	b := newBench(t, "", nil, nil)
	b.to.answer = func(int, int64, Outgoing) (Receipt, error) { <-hold; return Receipt{}, nil }
	p := b.owe(7, say("uno")...)
	first := b.Hand(p)
	await(t, b.Hand(p)) // as a recoverer would after a lapse of the lease
	close(hold)
	await(t, first)
	if got := b.to.texts(); len(got) != 1 {
		t.Errorf("sent %d times", len(got))
	}
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	if _, err := New(Config{}); err == nil {
		t.Error("a sender without store, set and transport was made")
	}
}
