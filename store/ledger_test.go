package store_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const bulletin = "a-111111"

var wantsOffers = flows.Entry{Dimension: "offers", Value: "si"}

// joined gives somebody consent, also for offers.
func joined(t testing.TB, s *store.Store, chat int64) {
	t.Helper()
	turn(t, s, chat, 0, func(tn *store.Turn) { tn.Index = []flows.Entry{wantsOffers} })
}

func feed(t testing.TB, s *store.Store, chat int64, outreach string) store.NotifyResult {
	t.Helper()
	n := flows.Notice{ID: "announcement:" + outreach, Kind: "announcement", Offer: outreach, Outreach: outreach}
	result, err := s.Notify(t.Context(), s.ContactID(chat), n, noon)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// tell runs the timer's turn that takes all notices of a contact: they are owed,
// or withheld.
func tell(t testing.TB, s *store.Store, chat int64, state string) store.OwedRef {
	t.Helper()
	r, list, ids := noticed(t, s, chat)
	tn := store.Turn{Record: r, Index: []flows.Entry{wantsOffers}, Consented: true, Now: noon, Notices: list, Taken: ids}
	for _, n := range list {
		if n.Outreach != "" {
			tn.Told = append(tn.Told, store.Told{Outreach: n.Outreach, State: state})
		}
	}
	if state == store.StateOwed {
		tn.Replies = says("MARKER")
	}
	ref, err := s.Commit(t.Context(), tn)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func begin(t testing.TB, s *store.Store, ref store.OwedRef) store.BeginResult {
	t.Helper()
	result, err := s.Begin(t.Context(), ref, store.Terms{In: wantsOffers}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// ledger reads who is in which state, and how many are counted in each.
func ledger(t testing.TB, s *store.Store, outreach string) (states map[store.ContactID]string, counted map[string]int) {
	t.Helper()
	states = map[store.ContactID]string{}
	err := s.Ledger(t.Context(), outreach, func(id store.ContactID, state string, at time.Time) error {
		if _, twice := states[id]; twice {
			return errors.New("somebody is there twice")
		}
		if at.IsZero() {
			return fmt.Errorf("%s without a moment", state)
		}
		states[id] = state
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if counted, err = s.Tally(t.Context(), outreach); err != nil {
		t.Fatal(err)
	}
	return states, counted
}

func expectState(t testing.TB, s *store.Store, chat int64, outreach, want string) {
	t.Helper()
	states, counted := ledger(t, s, outreach)
	if got := states[s.ContactID(chat)]; got != want {
		t.Errorf("state %q, want %q", got, want)
	}
	if want != "" && counted[want] == 0 {
		t.Errorf("counted %v, want one %q", counted, want)
	}
}

func TestARecipientFromTheNoticeToTheEnd(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		create(t, s, announcement(bulletin))
		if got := feed(t, s, ana, bulletin); got != store.NotifyAbsent {
			t.Errorf("a stranger: %v", got)
		}
		expectState(t, s, ana, bulletin, "")
		joined(t, s, ana)
		if got := feed(t, s, ana, bulletin); got != store.NotifyLeft {
			t.Errorf("left: %v", got)
		}
		expectState(t, s, ana, bulletin, store.StatePending)
		for range 2 {
			if got := feed(t, s, ana, bulletin); got != store.NotifyKnown {
				t.Errorf("fed again: %v", got)
			}
		}
		ref := tell(t, s, ana, store.StateOwed)
		expectState(t, s, ana, bulletin, store.StateOwed)
		if got := begin(t, s, ref); got != store.BeginMay {
			t.Errorf("begin: %v", got)
		}
		expectState(t, s, ana, bulletin, store.StateTrying)
		if err := s.Delivered(t.Context(), ref, noon, 0); err != nil {
			t.Fatal(err)
		}
		for range 2 { // whatever comes late changes nothing
			expectState(t, s, ana, bulletin, store.StateSent)
			for _, err := range []error{
				s.Uncertain(t.Context(), ref, noon), s.Undeliverable(t.Context(), ref, noon, store.ReasonBlocked),
				s.Withhold(t.Context(), ref, noon, store.GateCancelled), s.NotSent(t.Context(), ref, noon),
			} {
				if err != nil {
					t.Error(err)
				}
			}
			if got := begin(t, s, ref); got != store.BeginLost {
				t.Errorf("begin after the end: %v", got)
			}
			if got := feed(t, s, ana, bulletin); got != store.NotifyKnown {
				t.Errorf("fed after the end: %v", got)
			}
		}
		told, err := s.MessagesTo(t.Context(), s.ContactID(ana))
		want := []store.Told{{Outreach: bulletin, State: store.StateSent, At: noon, Kind: store.KindAnnouncement, Title: "MARKER title"}}
		if diff := cmp.Diff(want, told); diff != "" || err != nil {
			t.Errorf("messages %v (-want +got):\n%s", err, diff)
		}
		if got := kinds(t, s, ana)["ledger"]; got != 1 {
			t.Errorf("%d listed as kept", got)
		}
	})
}

func TestHowAnEntryMayEnd(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		create(t, s, announcement(bulletin))
		ends := map[string]func(store.OwedRef) error{
			"s":           func(ref store.OwedRef) error { return s.Delivered(t.Context(), ref, noon, 0) },
			"u":           func(ref store.OwedRef) error { return s.Uncertain(t.Context(), ref, noon) },
			"b":           func(ref store.OwedRef) error { return s.Undeliverable(t.Context(), ref, noon, store.ReasonBlocked) },
			"f:rejected":  func(ref store.OwedRef) error { return s.Undeliverable(t.Context(), ref, noon, store.ReasonRejected) },
			"w:cancelled": func(ref store.OwedRef) error { return s.Withhold(t.Context(), ref, noon, store.GateCancelled) },
		}
		chat, want := ana, map[string]int{"w:quiet": 1}
		for state, end := range ends {
			chat++
			joined(t, s, chat)
			feed(t, s, chat, bulletin)
			if err := end(tell(t, s, chat, store.StateOwed)); err != nil {
				t.Fatal(err)
			}
			expectState(t, s, chat, bulletin, state)
			want[state] = 1
		}
		joined(t, s, ana)
		feed(t, s, ana, bulletin)
		if ref := tell(t, s, ana, store.StateWithheld("quiet")); !ref.IsZero() {
			t.Errorf("withheld, and %v is owed", ref)
		}
		_, counted := ledger(t, s, bulletin)
		if diff := cmp.Diff(want, counted); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if owed := claim(t, s, noon.Add(lease)); len(owed) != 0 {
			t.Errorf("still owed: %v", owed)
		}
		day, err := s.Undelivered(t.Context(), noon)
		if diff := cmp.Diff(map[string]int64{"blocked": 1, "rejected": 1, "uncertain": 1}, day); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// A process dies between the note and the send, or after the send: nobody knows.
func TestWhoTakesOverKnowsThatItMayHaveArrived(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		dead := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a", Epoch: 1})
		create(t, dead, announcement(bulletin))
		joined(t, dead, ana)
		feed(t, dead, ana, bulletin)
		ref := tell(t, dead, ana, store.StateOwed)
		for range 2 { // the answer to the first may have been lost
			if got := begin(t, dead, ref); got != store.BeginMay {
				t.Errorf("begin: %v", got)
			}
		}
		next := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a", Epoch: 2})
		if got := begin(t, next, ref); got != store.BeginLost {
			t.Errorf("begin without holding it: %v", got)
		}
		owed, err := next.ClaimOwn(t.Context(), noon, 10)
		if err != nil || len(owed) != 1 || owed[0].Again || len(owed[0].Outreaches) != 1 || owed[0].Outreaches[0] != bulletin {
			t.Fatalf("claimed %+v, %v", owed, err)
		}
		for _, blocked := range []bool{true, false} { // whatever the person did since
			if err := next.SetBlocked(t.Context(), ref.Contact, blocked); err != nil {
				t.Fatal(err)
			}
			if got := begin(t, next, ref); got != store.BeginTried {
				t.Errorf("begin after a death, blocked %v: %v", blocked, got)
			}
		}
		if got := begin(t, dead, ref); got != store.BeginLost {
			t.Errorf("the dead one begins again: %v", got)
		}
		if got, err := next.Begin(t.Context(), ref, store.Terms{Again: true}, noon); got != store.BeginMay || err != nil {
			t.Errorf("what is sent again: %v, %v", got, err)
		}
		expectState(t, next, ana, bulletin, store.StateTrying)
		if err := next.Uncertain(t.Context(), ref, noon); err != nil {
			t.Fatal(err)
		}
		expectState(t, next, ana, bulletin, store.StateUncertain)
	})
}

// Staff cancel, or the entry is given up, after a process died that was about to
// send it: that does not make it certain that nothing arrived.
func TestGivingUpWhatMayHaveArrived(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		for name, give := range map[string]func(*store.Store, store.OwedRef) error{
			"cancelled": func(s *store.Store, ref store.OwedRef) error {
				return s.Withhold(t.Context(), ref, noon, store.GateCancelled)
			},
			"expired": func(s *store.Store, ref store.OwedRef) error {
				return s.Undeliverable(t.Context(), ref, noon, store.ReasonExpired)
			},
		} {
			keys, id := storetest.Keys(t), bulletin+name
			dead := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a", Epoch: 1})
			create(t, dead, announcement(id))
			joined(t, dead, ana)
			feed(t, dead, ana, id)
			ref := tell(t, dead, ana, store.StateOwed)
			begin(t, dead, ref)
			next := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a", Epoch: 2})
			if owed, err := next.ClaimOwn(t.Context(), noon, 10); err != nil || len(owed) != 1 {
				t.Fatalf("%s: claimed %d, %v", name, len(owed), err)
			}
			if err := give(next, ref); err != nil {
				t.Fatal(err)
			}
			expectState(t, next, ana, id, store.StateUncertain)
		}
	})
}

// After a 429 nothing was sent, and whoever comes next is free to.
func TestWhatWasSurelyNotSentIsTriedAgain(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		a := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a"})
		b := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b"})
		create(t, a, announcement(bulletin))
		joined(t, a, ana)
		feed(t, a, ana, bulletin)
		ref := tell(t, a, ana, store.StateOwed)
		begin(t, a, ref)
		if err := b.NotSent(t.Context(), ref, noon); err != nil {
			t.Fatal(err)
		}
		expectState(t, a, ana, bulletin, store.StateTrying) // it was not b's to say
		if err := a.NotSent(t.Context(), ref, noon); err != nil {
			t.Fatal(err)
		}
		expectState(t, a, ana, bulletin, store.StateOwed)
		claim(t, b, noon.Add(lease))
		if got := begin(t, b, ref); got != store.BeginMay {
			t.Errorf("begin: %v", got)
		}
	})
}

// The team may end a talk with somebody who never consented: they are in no
// ledger, and hear of it.
func TestOwnBusinessOfAGuest(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		r, err := s.Load(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		r.ChatID = ana
		ref, err := s.Commit(t.Context(), store.Turn{
			Record: r, Replies: says("MARKER"), Now: noon, Again: true,
			Told: []store.Told{{Outreach: bulletin, State: store.StateOwed}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Begin(t.Context(), ref, store.Terms{Again: true, Own: true}, noon); got != store.BeginMay || err != nil {
			t.Errorf("begin: %v, %v", got, err)
		}
		expectState(t, s, ana, bulletin, "")
	})
}

// Two messages of one day may belong to one outreach of it: the second is sent,
// though the first is over.
func TestOwnBusinessAfterTheFirstOfIt(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		create(t, s, announcement(bulletin))
		joined(t, s, ana)
		feed(t, s, ana, bulletin)
		if err := s.Delivered(t.Context(), tell(t, s, ana, store.StateOwed), noon, 0); err != nil {
			t.Fatal(err)
		}
		turn(t, s, ana, 7, func(tn *store.Turn) {
			tn.Again, tn.Replies, tn.Told = true, says("MARKER"), []store.Told{{Outreach: bulletin, State: store.StateOwed}}
		})
		owed := claim(t, s, noon.Add(lease))
		if len(owed) == 0 {
			t.Fatal("nothing is owed")
		}
		if got, err := s.Begin(t.Context(), owed[0].Ref, store.Terms{Again: true, Own: true}, noon); got != store.BeginMay || err != nil {
			t.Errorf("begin: %v, %v", got, err)
		}
	})
}

func TestWhoSaidNoInBetweenIsNotSentTo(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		create(t, s, announcement(bulletin))
		owedTo := func(chat int64) store.OwedRef {
			joined(t, s, chat)
			feed(t, s, chat, bulletin)
			return tell(t, s, chat, store.StateOwed)
		}
		out := owedTo(ana)
		turn(t, s, ana, 7, func(tn *store.Turn) { tn.Index = []flows.Entry{{Dimension: "outreach", Value: "parado"}} })
		if got := begin(t, s, out); got != store.BeginOptedOut {
			t.Errorf("opted out: %v", got)
		}
		if got, err := s.Begin(t.Context(), out, store.Terms{}, noon); got != store.BeginMay || err != nil {
			t.Errorf("with consent alone: %v, %v", got, err)
		}
		stopped := flows.Entry{Dimension: "outreach", Value: "parado"}
		if got, err := s.Begin(t.Context(), out, store.Terms{NotIn: stopped}, noon); got != store.BeginOptedOut || err != nil {
			t.Errorf("a reminder to who stopped everything: %v, %v", got, err)
		}
		if got, err := s.Begin(t.Context(), owedTo(ana+4), store.Terms{NotIn: stopped}, noon); got != store.BeginMay || err != nil {
			t.Errorf("a reminder to who did not: %v, %v", got, err)
		}
		if _, err := s.Begin(t.Context(), out, store.Terms{In: wantsOffers, NotIn: stopped}, noon); err == nil {
			t.Error("in one audience and not in another")
		}
		blocked := owedTo(ana + 1)
		if err := s.SetBlocked(t.Context(), blocked.Contact, true); err != nil {
			t.Fatal(err)
		}
		if got := begin(t, s, blocked); got != store.BeginBlocked {
			t.Errorf("blocked: %v", got)
		}
		if got, err := s.Begin(t.Context(), blocked, store.Terms{Own: true}, noon); got != store.BeginMay || err != nil {
			t.Errorf("their own business: %v, %v", got, err)
		}
		back := owedTo(ana + 2)
		turn(t, s, ana+2, 8, func(tn *store.Turn) { tn.Consented = false })
		joined(t, s, ana+2) // and came back: what was owed before is not theirs any more
		if got := begin(t, s, back); got != store.BeginOptedOut {
			t.Errorf("consent taken back: %v", got)
		}
		gone := owedTo(ana + 3)
		turn(t, s, ana+3, 9, func(tn *store.Turn) { tn.Erase = true })
		if got := begin(t, s, gone); got != store.BeginLost {
			t.Errorf("erased: %v", got)
		}
		for _, ref := range []store.OwedRef{out, blocked, back, gone} {
			if err := s.Withhold(t.Context(), ref, noon, store.GateOptedOut); err != nil {
				t.Fatal(err)
			}
		}
		_, counted := ledger(t, s, bulletin)
		if diff := cmp.Diff(map[string]int{"w:opt_out": 2, store.StateTrying: 1, "w:consent": 1, "w:gone": 1}, counted); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// Wherever the message stood: after an erasure nothing of the person is left,
// nothing is sent, and the totals say what became of it.
func TestErasureCleansEveryLedger(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		create(t, s, announcement(bulletin))
		create(t, s, announcement("a-222222"))
		stages := map[string]func(chat int64) store.OwedRef{
			"pending": func(chat int64) store.OwedRef { feed(t, s, chat, bulletin); return store.OwedRef{} },
			"owed": func(chat int64) store.OwedRef {
				feed(t, s, chat, bulletin)
				return tell(t, s, chat, store.StateOwed)
			},
		}
		stages["trying"] = func(chat int64) store.OwedRef {
			ref := stages["owed"](chat)
			begin(t, s, ref)
			return ref
		}
		stages["sent"] = func(chat int64) store.OwedRef {
			ref := stages["trying"](chat)
			if err := s.Delivered(t.Context(), ref, noon, 0, 5); err != nil {
				t.Fatal(err)
			}
			return ref
		}
		for _, end := range []string{"erased", "consent"} {
			for i, stage := range []string{"pending", "owed", "trying", "sent"} {
				chat := ana + int64(i)
				joined(t, s, chat)
				id := s.ContactID(chat)
				ref := stages[stage](chat)
				feed(t, s, chat, "a-222222")
				if found := storetest.Find(t, s, string(id)); len(found) < 4 {
					t.Fatalf("%s: the search finds a living person only in %v", stage, found)
				}
				turn(t, s, chat, 0, func(tn *store.Turn) { tn.Erase, tn.Consented = end == "erased", false })
				// What was under way comes back too late.
				if err := errors.Join(s.Delivered(t.Context(), ref, noon, 0, 6), s.NotSent(t.Context(), ref, noon), s.Uncertain(t.Context(), ref, noon)); err != nil {
					t.Fatal(err)
				}
				if got := feed(t, s, chat, bulletin); got != store.NotifyAbsent {
					t.Errorf("%s, %s: fed all the same: %v", stage, end, got)
				}
				states, _ := ledger(t, s, bulletin)
				if state, there := states[id]; there {
					t.Errorf("%s, %s: still in the ledger as %s", stage, end, state)
				}
				if told, err := s.MessagesTo(t.Context(), id); len(told) != 0 || err != nil {
					t.Errorf("%s, %s: %v, %v", stage, end, told, err)
				}
				if end == "consent" {
					turn(t, s, chat, 0, func(tn *store.Turn) { tn.Erase = true })
				}
				if found := storetest.Find(t, s, string(id), crockford(t, id)); len(found) > 0 {
					t.Errorf("%s, %s: left: %v", stage, end, found)
				}
			}
		}
		_, counted := ledger(t, s, bulletin)
		if diff := cmp.Diff(map[string]int{"w:gone": 3, "w:consent": 3, "s": 2}, counted); diff != "" {
			t.Errorf("totals (-want +got):\n%s", diff)
		}
	})
}

// An erasure and the feeding of new outreaches at the same time: whoever is
// first, nothing of the person stays.
func TestErasureMeetsAnOutreachThatBegins(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a, b := storetest.Open(t, store.Config{URL: url, Keys: keys}), storetest.Open(t, store.Config{URL: url, Keys: keys})
	for i := range 30 {
		chat := ana + int64(i)
		joined(t, a, chat)
		feed(t, a, chat, "x.0")
		done := make(chan error)
		go func() {
			var err error
			for n := range 12 {
				id := fmt.Sprintf("x.%d", n)
				notice := flows.Notice{ID: id, Kind: "announcement", Outreach: id}
				if _, e := b.Notify(t.Context(), b.ContactID(chat), notice, noon); e != nil {
					err = e
				}
			}
			done <- err
		}()
		turn(t, a, chat, 0, func(tn *store.Turn) { tn.Erase = true })
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if found := storetest.Find(t, a, string(a.ContactID(chat))); len(found) > 0 {
			t.Fatalf("left: %v", found)
		}
	}
}

// Whatever happens in whatever order: everybody is in exactly one state, a final
// state stays, and the counters are what the entries say.
func TestTheLedgerIsAlwaysTrue(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	s := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a"})
	other := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b"})
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		outreach := fmt.Sprintf("x.%d", round)
		chats := inBucket(s, round%store.Buckets, 3)
		refs := map[int64][]store.OwedRef{}
		final := map[store.ContactID]string{}
		lost := map[string]int{} // final states of those who went
		pick := func() int64 { return rapid.SampledFrom(chats).Draw(rt, "chat") }
		ref := func(chat int64) store.OwedRef {
			if len(refs[chat]) == 0 {
				return store.OwedRef{Contact: s.ContactID(chat), Revision: 1}
			}
			return rapid.SampledFrom(refs[chat]).Draw(rt, "ref")
		}
		check := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		leave := func(chat int64, erase bool) {
			before, _ := ledger(t, s, outreach)
			if state := before[s.ContactID(chat)]; store.Final(state) {
				lost[state]++
			} else if state != "" && erase {
				lost["w:gone"]++
			} else if state != "" {
				lost["w:consent"]++
			}
			delete(final, s.ContactID(chat))
			turn(t, s, chat, 0, func(tn *store.Turn) { tn.Erase, tn.Consented = erase, false })
		}
		rt.Repeat(map[string]func(*rapid.T){
			"join":  func(*rapid.T) { joined(t, s, pick()) },
			"feed":  func(*rapid.T) { feed(t, s, pick(), outreach) },
			"erase": func(*rapid.T) { leave(pick(), true) },
			"withdraw": func(*rapid.T) {
				if chat := pick(); load(t, s, chat).Member {
					leave(chat, false)
				}
			},
			"tell": func(*rapid.T) {
				if chat := pick(); load(t, s, chat).Member {
					if ref := tell(t, s, chat, store.StateOwed); !ref.IsZero() {
						refs[chat] = append(refs[chat], ref)
					}
				}
			},
			"withhold before": func(*rapid.T) {
				if chat := pick(); load(t, s, chat).Member {
					tell(t, s, chat, store.StateWithheld("cap"))
				}
			},
			"begin":     func(*rapid.T) { begin(t, s, ref(pick())) },
			"not sent":  func(*rapid.T) { check(s.NotSent(t.Context(), ref(pick()), noon)) },
			"delivered": func(*rapid.T) { check(s.Delivered(t.Context(), ref(pick()), noon, 0)) },
			"blocked":   func(*rapid.T) { check(s.Undeliverable(t.Context(), ref(pick()), noon, store.ReasonBlocked)) },
			"rejected":  func(*rapid.T) { check(s.Undeliverable(t.Context(), ref(pick()), noon, store.ReasonRejected)) },
			"uncertain": func(*rapid.T) { check(s.Uncertain(t.Context(), ref(pick()), noon)) },
			"cancelled": func(*rapid.T) { check(s.Withhold(t.Context(), ref(pick()), noon, store.GateCancelled)) },
			"take over": func(*rapid.T) { claim(t, other, noon.Add(lease)); begin(t, other, ref(pick())) },
			"": func(rt *rapid.T) {
				states, counted := ledger(t, s, outreach)
				want := maps.Clone(lost)
				for id, state := range states {
					want[state]++
					if old := final[id]; old != "" && old != state {
						rt.Fatalf("from %q to %q", old, state)
					}
					if store.Final(state) {
						final[id] = state
					}
				}
				for id := range final {
					if states[id] == "" {
						rt.Fatalf("%s went without being erased", id)
					}
				}
				if diff := cmp.Diff(want, counted); diff != "" {
					rt.Fatalf("counters (-entries +counted):\n%s", diff)
				}
			},
		})
		for _, chat := range chats {
			turn(t, s, chat, 0, func(tn *store.Turn) { tn.Erase = true })
			if found := storetest.Find(t, s, string(s.ContactID(chat))); len(found) > 0 {
				rt.Fatalf("left: %v", found)
			}
		}
	})
}

func TestSendsThatMayBeMadeAgainSaySo(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ref := turn(t, s, ana, 1, func(tn *store.Turn) {
		tn.Replies, tn.Again = says("k"), true
		tn.Told = []store.Told{{Outreach: "reminder.a", State: store.StateOwed}, {Outreach: "reminder.b", State: "w:expired"}, {Outreach: "place.c", State: store.StateOwed}}
	})
	owed := claim(t, s, noon.Add(lease))
	if len(owed) != 1 || !owed[0].Again || strings.Join(owed[0].Outreaches, " ") != "reminder.a place.c" {
		t.Fatalf("%+v", owed)
	}
	if err := s.Progress(t.Context(), ref, 1); err != nil { // the line keeps them through all changes
		t.Fatal(err)
	}
	if owed = claim(t, s, noon.Add(3*lease)); len(owed) != 1 || owed[0].Sent != 1 || strings.Join(owed[0].Outreaches, " ") != "reminder.a place.c" {
		t.Errorf("%+v", owed)
	}
	if err := s.Delivered(t.Context(), ref, noon, 0); err != nil {
		t.Fatal(err)
	}
	for outreach, want := range map[string]string{"reminder.a": "s", "reminder.b": "w:expired", "place.c": "s"} {
		expectState(t, s, ana, outreach, want)
	}
}

func TestTidyKeepsOnlyTheTotals(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		joined(t, s, ana)
		for id, o := range map[string]store.Outreach{"x.over": {}, "x.endless": {}, "x.draft": {}, "x.recent": {}} {
			o = announcement(id)
			o.Kind = store.KindReminder
			if id != "x.draft" {
				o.State, o.Started = store.OutreachSending, noon
			}
			if id == "x.recent" {
				o.Created, o.Started = noon.Add(24*time.Hour), noon.Add(24*time.Hour)
			}
			create(t, s, o)
			feed(t, s, ana, id)
		}
		if _, err := s.CloseOutreach(t.Context(), "x.over", map[string]int{"s": 1}, noon.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := s.Tidy(t.Context(), noon.Add(90*24*time.Hour-time.Minute)); err != nil {
			t.Fatal(err)
		}
		if told, err := s.MessagesTo(t.Context(), s.ContactID(ana)); len(told) != 4 || err != nil {
			t.Errorf("before the time: %v, %v", told, err)
		}
		for range 2 {
			if err := s.Tidy(t.Context(), noon.Add(90*24*time.Hour+2*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		told, err := s.MessagesTo(t.Context(), s.ContactID(ana))
		if len(told) != 2 || err != nil { // one may still begin, one began a day later
			t.Errorf("after the time: %v, %v", told, err)
		}
		if got := outreachOf(t, s, "x.endless"); got.Live() || got.State != store.OutreachDone || got.Totals["p"] != 1 {
			t.Errorf("%+v", got)
		}
		if got := outreachOf(t, s, "x.over"); got.Totals["s"] != 1 {
			t.Errorf("%+v", got)
		}
	})
}

// News of an outreach goes beside the conversation: a paused announcement makes
// nobody's words too early, and no reply waits for it.
func TestNewsGoesBesideTheConversation(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		s := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "here"})
		other := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "other"})
		create(t, s, announcement(bulletin))
		joined(t, s, ana)
		question := owe(t, s, ana, "¿?")
		if err := s.Delivered(t.Context(), question, noon, 101); err != nil {
			t.Fatal(err)
		}
		joined(t, s, ana) // the owe helper knows no consent
		before, err := s.Load(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		feed(t, s, ana, bulletin)
		news := tell(t, s, ana, store.StateOwed)
		after, err := s.Load(t.Context(), ana)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before.Delivery, after.Delivery); diff != "" || after.Delivery.Pending {
			t.Errorf("the conversation waits for it: %s", diff)
		}
		reply := owe(t, other, ana, "reply")
		for _, now := range []time.Time{noon, noon.Add(time.Hour)} {
			if got, held, err := other.ClaimEarlier(t.Context(), reply, now); err != nil || len(got)+held != 0 {
				t.Errorf("a reply waits for it: %v, %d held, %v", got, held, err)
			}
		}
		if err := s.Delivered(t.Context(), news, noon, 0, 102); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Load(t.Context(), ana); err != nil || r.Delivery.Newest != reply || !r.Delivery.Pending {
			t.Errorf("%+v, %v", r.Delivery, err)
		}
	})
}
