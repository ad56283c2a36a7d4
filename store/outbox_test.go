package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

const (
	lease = 5 * time.Second
	beto  = int64(7_000_333_444)
)

// owe commits a turn that owes one reply.
func owe(t testing.TB, s *store.Store, chat int64, key string) store.OwedRef {
	t.Helper()
	return turn(t, s, chat, 0, func(tn *store.Turn) { tn.Replies = says(key) })
}

func claim(t testing.TB, s *store.Store, now time.Time) []store.Owed {
	t.Helper()
	owed, err := s.Claim(t.Context(), now, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return owed
}

func TestRepliesOwedAreClaimedWhenTheLeaseIsOver(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		replies := []flows.Reply{{Parts: []flows.Text{flows.Key("a").With("n", flows.Literal("María"))}, Question: 3}, {Share: "contact"}}
		ref := turn(t, s, ana, 0, func(tn *store.Turn) {
			tn.Record.Session.Language = "pt"
			tn.Replies = replies
		})
		if got := claim(t, s, noon.Add(lease-time.Millisecond)); len(got) != 0 {
			t.Fatalf("claimed %v while the lease holds", got)
		}
		want := []store.Owed{{Ref: ref, ChatID: ana, Language: "pt", Replies: replies, Since: noon, Attempts: 1}}
		if diff := cmp.Diff(want, claim(t, s, noon.Add(lease))); diff != "" {
			t.Errorf("claimed (-want +got):\n%s", diff)
		}
		if got := claim(t, s, noon.Add(lease)); len(got) != 0 {
			t.Errorf("claimed %v a second time", got)
		}
		if got := claim(t, s, noon.Add(2*lease)); len(got) != 1 || got[0].Attempts != 2 {
			t.Errorf("after the second lease: %v", got)
		}
		if err := s.Delivered(t.Context(), ref, noon, 12); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, s, noon.Add(time.Hour)); len(got) != 0 {
			t.Errorf("claimed %v after delivery", got)
		}
	})
}

func TestATurnWithoutRepliesOwesNothing(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if ref := turn(t, s, ana, 1, nil); !ref.IsZero() {
		t.Errorf("ref %v", ref)
	}
	if err := s.Delivered(t.Context(), store.OwedRef{}, noon, 0); err != nil {
		t.Errorf("delivering nothing: %v", err)
	}
	if load(t, s, ana).Delivery.Pending {
		t.Error("pending, though nothing is owed")
	}
}

func TestDeliveryIsNotedInTheRecord(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		deliver := func(ref store.OwedRef, at time.Time, message int) {
			t.Helper()
			if err := s.Delivered(t.Context(), ref, at, message); err != nil {
				t.Fatal(err)
			}
		}
		expect := func(what string, want store.Delivery) {
			t.Helper()
			if got := load(t, s, ana).Delivery; got != want {
				t.Errorf("%s: %+v, want %+v", what, got, want)
			}
		}
		first := owe(t, s, ana, "first")
		expect("owed", store.Delivery{Pending: true, Newest: first})
		revision := load(t, s, ana).Revision
		deliver(first, noon.Add(time.Second), 300)
		expect("delivered", store.Delivery{Newest: first, At: noon.Add(time.Second), Message: 300})
		if r := load(t, s, ana); r.Revision != revision {
			t.Error("delivery changed the revision")
		}
		second := owe(t, s, ana, "second")
		expect("owed again", store.Delivery{Pending: true, Newest: second, Message: 300})
		third := owe(t, s, ana, "third")
		deliver(second, noon.Add(2*time.Second), 301)
		expect("an older reply delivered", store.Delivery{Pending: true, Newest: third, Message: 301})
		turn(t, s, ana, 0, nil)
		expect("a turn that owes nothing", store.Delivery{Pending: true, Newest: third, Message: 301})
		deliver(third, noon.Add(3*time.Second), 0) // it asked nothing
		expect("the newest reply delivered", store.Delivery{Newest: third, At: noon.Add(3 * time.Second), Message: 301})
		deliver(second, noon.Add(9*time.Second), 299)
		expect("an acknowledgement again", store.Delivery{Newest: third, At: noon.Add(3 * time.Second), Message: 301})
	})
}

// What was owed before goes first, to whoever may have it.
func TestClaimEarlier(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		dead := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "dead", Lease: time.Minute})
		s := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "here", Lease: time.Minute})
		first, second := owe(t, dead, ana, "first"), owe(t, dead, ana, "second")
		owe(t, dead, ana+256, "of somebody else")
		third := owe(t, s, ana, "third")
		owe(t, s, ana, "fourth")

		got, held, err := s.ClaimEarlier(t.Context(), third, noon)
		if err != nil || len(got) != 0 || held != 2 {
			t.Fatalf("while both are leased: %v, %d held, %v", got, held, err)
		}
		got, held, err = s.ClaimEarlier(t.Context(), third, noon.Add(time.Hour))
		if err != nil || held != 0 || len(got) != 2 || got[0].Ref != first || got[1].Ref != second {
			t.Fatalf("after the lease: %v, %d held, %v", got, held, err)
		}
		if got, held, err = s.ClaimEarlier(t.Context(), third, noon.Add(time.Hour)); err != nil || len(got) != 0 || held != 2 {
			t.Errorf("claimed already: %v, %d held, %v", got, held, err)
		}
		if got, held, err = s.ClaimEarlier(t.Context(), first, noon.Add(9*time.Hour)); err != nil || len(got)+held != 0 {
			t.Errorf("before the first: %v, %d held, %v", got, held, err)
		}
		if got, held, err = s.ClaimEarlier(t.Context(), store.OwedRef{}, noon); err != nil || len(got)+held != 0 {
			t.Errorf("before nothing: %v, %d held, %v", got, held, err)
		}
	})
}

func TestEntriesOfOneContactKeepTheirOrder(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	var want []store.OwedRef
	for i := range 12 { // revisions pass from one digit count to another somewhere
		want = append(want, turn(t, s, ana, 0, func(tn *store.Turn) {
			tn.Now = noon.Add(time.Duration(12-i) * time.Millisecond) // clocks of replicas differ
			tn.Replies = says("k")
		}))
	}
	owe(t, s, beto, "other")
	var got []store.OwedRef
	for _, o := range claim(t, s, noon.Add(time.Minute)) {
		if o.ChatID == ana {
			got = append(got, o.Ref)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestClaimTakesNoMoreThanItsLimitAndLeavesNothing(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	want := map[store.OwedRef]bool{}
	for i := range int64(40) {
		want[owe(t, s, ana+i%9, "k")] = true
	}
	now := noon.Add(time.Minute)
	for len(want) > 0 {
		got, err := s.Claim(t.Context(), now, 7)
		if err != nil || len(got) == 0 || len(got) > 7 {
			t.Fatalf("claimed %d, %v with %d left", len(got), err, len(want))
		}
		for _, o := range got {
			if !want[o.Ref] {
				t.Errorf("%v claimed twice", o.Ref)
			}
			delete(want, o.Ref)
		}
	}
}

func TestARestartClaimsItsOwnAtOnce(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		open := func(instance string, epoch int64) *store.Store {
			return storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: instance, Epoch: epoch})
		}
		dead, other, reborn := open("a", 1), open("b", 1), open("a", 2)
		mine := owe(t, dead, ana, "mine")
		theirs := owe(t, other, beto, "theirs")
		postponed := owe(t, dead, ana+9, "later")
		if err := dead.Postpone(t.Context(), postponed, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		own := func() []store.OwedRef {
			t.Helper()
			owed, err := reborn.ClaimOwn(t.Context(), noon, 100)
			if err != nil {
				t.Fatal(err)
			}
			var refs []store.OwedRef
			for _, o := range owed {
				refs = append(refs, o.Ref)
			}
			return refs
		}
		if diff := cmp.Diff([]store.OwedRef{mine}, own()); diff != "" {
			t.Errorf("claimed (-want +got):\n%s", diff)
		}
		if again := own(); len(again) != 0 {
			t.Errorf("claimed again: %v", again)
		}
		if held, err := dead.Extend(t.Context(), mine, noon); held || err != nil {
			t.Errorf("the dead process still holds its entry: %v, %v", held, err)
		}
		if held, err := other.Extend(t.Context(), theirs, noon); !held || err != nil {
			t.Errorf("another process lost its entry: %v, %v", held, err)
		}
	})
}

func TestExtendKeepsOthersAway(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "a"})
	b := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: "b"})
	ref := owe(t, a, ana, "k")
	if held, err := a.Extend(t.Context(), ref, noon.Add(4*time.Second)); !held || err != nil {
		t.Fatalf("extend: %v, %v", held, err)
	}
	if got := claim(t, b, noon.Add(lease)); len(got) != 0 {
		t.Error("claimed in spite of the longer lease")
	}
	if got := claim(t, b, noon.Add(4*time.Second+lease)); len(got) != 1 {
		t.Error("not claimed after the longer lease")
	}
	if held, err := a.Extend(t.Context(), ref, noon); held || err != nil {
		t.Errorf("extend what another claimed: %v, %v", held, err)
	}
	if err := b.Delivered(t.Context(), ref, noon, 0); err != nil {
		t.Fatal(err)
	}
	if held, err := b.Extend(t.Context(), ref, noon); held || err != nil {
		t.Errorf("extend what is delivered: %v, %v", held, err)
	}
}

func TestPostponedRepliesWait(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ref := owe(t, s, ana, "k")
	if err := s.Postpone(t.Context(), ref, noon.Add(30*time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := claim(t, s, noon.Add(29*time.Second)); len(got) != 0 {
		t.Error("claimed too early")
	}
	if got := claim(t, s, noon.Add(30*time.Second)); len(got) != 1 {
		t.Error("not claimed in time")
	}
}

func TestProgressIsKept(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ref := owe(t, s, ana, "k")
		if err := s.Progress(t.Context(), ref, 2); err != nil {
			t.Fatal(err)
		}
		if got := claim(t, s, noon.Add(lease)); len(got) != 1 || got[0].Sent != 2 {
			t.Errorf("claimed %v, want 2 sent", got)
		}
	})
}

func TestUndeliverableRepliesAreCountedOnce(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ref := owe(t, s, ana, "k")
		other := owe(t, s, beto, "k")
		for range 2 {
			if err := s.Undeliverable(t.Context(), ref, noon, store.ReasonBlocked); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Undeliverable(t.Context(), other, noon, store.ReasonRejected); err != nil {
			t.Fatal(err)
		}
		got, err := s.Undelivered(t.Context(), noon)
		if diff := cmp.Diff(map[string]int64{"blocked": 1, "rejected": 1}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if r := load(t, s, ana); !r.Blocked || r.Delivery.Pending {
			t.Errorf("Ana: blocked %v, pending %v", r.Blocked, r.Delivery.Pending)
		}
		if r := load(t, s, beto); r.Blocked || r.Delivery.Pending {
			t.Errorf("Beto: blocked %v, pending %v", r.Blocked, r.Delivery.Pending)
		}
		if n, err := s.Count(t.Context(), store.Blocked()); n != 1 || err != nil {
			t.Errorf("%d blocked, %v", n, err)
		}
		if owed := claim(t, s, noon.Add(time.Hour)); len(owed) != 0 {
			t.Errorf("still owed: %v", owed)
		}
		// The person comes back: a turn says so.
		turn(t, s, ana, 9, func(tn *store.Turn) { tn.Record.Blocked = false })
		if n, err := s.Count(t.Context(), store.Blocked()); n != 0 || err != nil {
			t.Errorf("%d blocked after the return, %v", n, err)
		}
	})
}

func TestAnEntryOfAnotherKeysetBlocksNobody(t *testing.T) {
	url := storetest.URL(t)
	foreign := storetest.Open(t, store.Config{URL: url})
	s := storetest.Open(t, store.Config{URL: url})
	owe(t, foreign, ana, "k")
	ref := owe(t, s, ana, "k")
	got, err := s.Claim(t.Context(), noon.Add(time.Minute), 100)
	if !errors.Is(err, store.ErrSealed) || len(got) != 1 || got[0].Ref != ref {
		t.Errorf("claimed %v, %v: want the readable one beside ErrSealed", got, err)
	}
}

func TestProcessesWithoutANameAreNotOne(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a := storetest.Open(t, store.Config{URL: url, Keys: keys})
	b := storetest.Open(t, store.Config{URL: url, Keys: keys})
	ref := owe(t, a, ana, "k")
	if held, err := b.Extend(t.Context(), ref, noon); held || err != nil {
		t.Errorf("another process extends the lease: %v, %v", held, err)
	}
	for _, name := range []string{"a b", "a\n", strings.Repeat("a", 65)} {
		if _, err := store.Open(t.Context(), store.Config{URL: url, Keys: keys, Instance: name}); err == nil {
			t.Errorf("instance %q was taken", name)
		}
	}
}

func TestOneDeliveryAmongManyClaimers(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	first := storetest.Open(t, store.Config{URL: url, Keys: keys})
	const entries = 100
	for i := range int64(entries) {
		owe(t, first, ana+i, "k")
	}
	got := make(chan store.OwedRef, 8*entries)
	done := make(chan error, 8)
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		s := storetest.Open(t, store.Config{URL: url, Keys: keys, Instance: name})
		go func() {
			for {
				owed, err := s.Claim(t.Context(), noon.Add(lease), 9)
				for _, o := range owed {
					got <- o.Ref
				}
				if err != nil || len(owed) == 0 {
					done <- err
					return
				}
			}
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	close(got)
	seen := map[store.OwedRef]bool{}
	for ref := range got {
		if seen[ref] {
			t.Errorf("%v claimed by two", ref)
		}
		seen[ref] = true
	}
	if len(seen) != entries {
		t.Errorf("%d claimed, want %d", len(seen), entries)
	}
}
