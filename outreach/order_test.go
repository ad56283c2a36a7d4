package outreach

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/store"
	"arraigo/store/storetest"
)

// answered is a second turn of the chat, taken by b while replies of the first
// one are still owed by somebody.
func answered(b *bench, chat int64, text string) Parcel {
	b.t.Helper()
	before := b.record(chat).Delivery
	if !before.Pending {
		b.t.Fatal("nothing is owed from before")
	}
	p := b.owe(chat, say(text)...)
	p.After = before.Newest
	return p
}

func TestWhatADeadProcessOwedComesFirst(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	dead := newBench(t, url, keys, nil)
	dead.owe(7, say("uno", "dos")...)
	b := newBench(t, url, keys, nil) // nobody runs the recoverer
	await(t, b.Hand(answered(b, 7, "tres")))
	if diff := cmp.Diff([]string{"uno", "dos", "tres"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
	if n := b.owed(); n != 0 {
		t.Errorf("%d replies are still owed", n)
	}
}

func TestWhatAnotherReplicaOwesComesFirst(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	other := newBenchAs(t, "other", url, keys, nil)
	b := newBench(t, url, keys, nil)
	gone := other.owe(7, say("uno")...)
	d := b.Hand(answered(b, 7, "dos"))
	behind := b.owe(7, say("tres")...)
	behind.After = d.parcel.Ref
	last := b.Hand(behind)
	select {
	case <-d.Done():
		t.Fatalf("sent although the other replica has not: %q", b.to.texts())
	case <-time.After(100 * time.Millisecond):
	}
	await(t, other.Hand(gone))
	sent := time.Now()
	await(t, last)
	if diff := cmp.Diff([]string{"dos", "tres"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
	if b.to.calls[0].at.Before(other.to.calls[0].at) {
		t.Error("the later answer came first")
	}
	if late := b.to.calls[0].at.Sub(sent); late > 300*time.Millisecond {
		t.Errorf("waited another %s", late)
	}
}

// The other replica dies while it holds the lease, and a third turn waits too.
func TestOrderSurvivesALeaseThatEnds(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	other := newBenchAs(t, "other", url, keys, nil)
	b := newBench(t, url, keys, nil)
	b.run()
	other.owe(7, say("uno")...)
	d := b.Hand(answered(b, 7, "dos"))
	behind := b.owe(7, say("tres")...)
	behind.After = d.parcel.Ref
	await(t, b.Hand(behind))
	if diff := cmp.Diff([]string{"uno", "dos", "tres"}, b.to.texts()); diff != "" {
		t.Error(diff)
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	var r recent
	id := func(n int) store.OwedRef { return store.OwedRef{Contact: "a", Revision: uint64(n)} }
	for n := range remembered + 10 {
		r.add(id(n))
		r.add(id(n))
	}
	for n, want := range map[int]bool{0: false, 9: false, 10: true, remembered + 9: true} {
		if r.has(id(n)) != want {
			t.Errorf("ref %d is remembered: %v", n, !want)
		}
	}
	if len(r.known) != remembered {
		t.Errorf("%d are remembered", len(r.known))
	}
}
