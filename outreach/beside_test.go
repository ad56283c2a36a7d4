package outreach

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/store/storetest"
)

func mark(message int) flows.Reply { return flows.Reply{Edit: message, Markup: true} }

// messages are the new messages that were tried, in their order, each once.
func (r *recorder) messages() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for _, c := range r.calls {
		if c.Edit == 0 {
			out = append(out, c.Text)
		}
	}
	return out
}

func (r *recorder) edits() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.calls {
		if c.Edit != 0 {
			n++
		}
	}
	return n
}

func TestMarksComeLastInAParcel(t *testing.T) {
	question := flows.Reply{Edit: 5, Question: 1}
	new1, new2 := say("uno")[0], say("dos")[0]
	for _, tc := range []struct{ given, want []flows.Reply }{
		{nil, nil},
		{[]flows.Reply{mark(5)}, []flows.Reply{mark(5)}},
		{[]flows.Reply{mark(5), new1, mark(6), new2}, []flows.Reply{new1, new2, mark(5), mark(6)}},
		{[]flows.Reply{question, new1}, []flows.Reply{question, new1}},
	} {
		before := slices.Clone(tc.given)
		if diff := cmp.Diff(tc.want, InOrder(tc.given)); diff != "" || !cmp.Equal(before, tc.given) {
			t.Error(diff)
		}
	}
}

// While a mark is not taken, the messages come, in their order; an entry in the
// order of earlier versions too.
func TestAMarkDoesNotHoldTheMessages(t *testing.T) {
	for name, order := range map[string]func([]flows.Reply) []flows.Reply{
		"as committed": InOrder,
		"as once":      func(r []flows.Reply) []flows.Reply { return r },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "", nil, nil)
			came := 0
			b.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
				switch {
				case m.Edit != 0 && came < 2:
					return Receipt{}, &SendError{Outcome: Transient, Code: 502}
				case m.Edit == 0:
					came++
				}
				return Receipt{}, nil
			}
			replies := append([]flows.Reply{mark(5)}, say("uno", "dos")...)
			replies[2].Question = 1
			d := b.Hand(b.owe(7, order(replies)...))
			await(t, d)
			if diff := cmp.Diff([]string{"uno", "dos"}, b.to.messages()); diff != "" {
				t.Error(diff)
			}
			if r := b.record(7); r.Delivery.Message != 102 || d.Message() != 101 || b.owed() != 0 {
				t.Errorf("%+v, %d owed", r.Delivery, b.owed())
			}
		})
	}
}

func TestARefusedMarkHurtsNothing(t *testing.T) {
	b := newBench(t, "", nil, nil)
	b.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
		if m.Edit != 0 {
			return Receipt{}, &SendError{Outcome: Rejected, Reason: ReasonOther}
		}
		return Receipt{}, nil
	}
	await(t, b.Hand(b.owe(7, InOrder(append([]flows.Reply{mark(5)}, say("uno")...))...)))
	if r := b.record(7); r.Delivery.Pending || b.owed() != 0 || b.to.edits() != 1 {
		t.Errorf("%+v, %d owed, %d edits", r.Delivery, b.owed(), b.to.edits())
	}
}

// A shutdown in between leaves the mark to whoever comes. The question comes
// again with it, because it was not noted which message it is.
func TestAMarkIsMadeUpForAfterAShutdown(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	first := newBench(t, url, keys, nil)
	first.to.answer = func(_ int, _ int64, m Outgoing) (Receipt, error) {
		if m.Edit != 0 {
			return Receipt{}, &SendError{Outcome: Transient, Code: 502}
		}
		return Receipt{}, nil
	}
	replies := InOrder(append([]flows.Reply{mark(5)}, say("uno", "dos")...))
	replies[1].Question = 1
	first.Hand(first.owe(7, replies...))
	eventually(t, "the messages are there", func() bool { return len(first.to.messages()) == 2 && first.to.edits() > 1 })
	first.stop()
	second := newBench(t, url, keys, nil)
	second.run()
	eventually(t, "the mark is made", func() bool { return second.to.edits() == 1 && second.owed() == 0 })
	if diff := cmp.Diff([]string{"dos"}, second.to.messages()); diff != "" {
		t.Error(diff)
	}
	if r := second.record(7); r.Delivery.Pending || r.Delivery.Message != 101 {
		t.Errorf("%+v", r.Delivery)
	}
}
