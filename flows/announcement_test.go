package flows

import (
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// announced are notices of announcements, the oldest first.
func announced(n int) []Notice {
	var list []Notice
	for i := range n {
		id := "a-" + strconv.Itoa(i)
		list = append(list, Notice{ID: id, Kind: Announcement, Offer: id, Outreach: id})
	}
	return list
}

// willing is somebody who agreed to be told of offers.
func willing(t testing.TB, set *Set) Session {
	t.Helper()
	s := agreed(t, set).Session
	s.Consents = append(s.Consents, Consent{Purposes: []string{PurposeOffers}, Given: true, Version: 1})
	s.Slots["offers"] = []string{Yes}
	return s
}

func states(r Result) map[string]string {
	out := map[string]string{}
	for _, e := range r.Ends {
		out[e.Outreach] = e.State
	}
	return out
}

// Each gate alone keeps an announcement back, and the ledger says which.
func TestGates(t *testing.T) {
	set := testSet(t)
	for name, tc := range map[string]struct {
		change func(*Session, *Input)
		want   string // "": it waits
	}{
		"none":              {func(*Session, *Input) {}, "o"},
		"no consent at all": {func(s *Session, _ *Input) { s.Consents = nil }, "w:consent"},
		"never agreed": {func(s *Session, _ *Input) {
			s.Consents = s.Consents[:1]
			delete(s.Slots, "offers")
		}, "w:consent"},
		"stopped": {func(s *Session, _ *Input) {
			s.Consents = append(s.Consents, Consent{Purposes: []string{PurposeOffers}})
			s.Slots["offers"], s.Slots["outreach"] = []string{No}, []string{outreachStopped}
		}, "w:opt_out"},
		"came back and did not ask": {func(s *Session, _ *Input) {
			delete(s.Slots, "offers")
			s.Slots["outreach"] = []string{outreachPaused}
		}, "w:opt_out"},
		"blocked":               {func(_ *Session, in *Input) { in.Blocked = true }, "b"},
		"expired":               {func(_ *Session, in *Input) { in.Notices[0].Until = noon.Unix() }, "w:expired"},
		"the team attends":      {func(s *Session, _ *Input) { s.Talk = noon.Unix() }, "w:ticket"},
		"enough for one day":    {func(s *Session, _ *Input) { s.Unasked = &Unasked{Day: 20261123, Sent: maxUnasked} }, ""},
		"enough the day before": {func(s *Session, _ *Input) { s.Unasked = &Unasked{Day: 20261122, Sent: maxUnasked} }, "o"},
	} {
		s, in := willing(t, set), Input{Kind: InputTimer, Notices: announced(1)}
		tc.change(&s, &in)
		r := Advance(set, s, in, noon)
		if got := states(r)["a-0"]; got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
		if told := len(r.Replies) > 0; told != (tc.want == "o") {
			t.Errorf("%s: %+v", name, r.Replies)
		}
		if waits := !NextDue(set, &r.Session, noon).After(noon.Add(21 * time.Hour)); tc.want == "" && !waits {
			t.Errorf("%s: nobody looks at it tomorrow", name)
		}
	}
}

// One message that has a topic in one turn, so that the ledger knows of each what
// became of it, and the timer is due again at once.
func TestAnnouncementsComeOneByOne(t *testing.T) {
	set := testSet(t)
	s, list := willing(t, set), announced(5)
	var sent []string
	for range maxUnasked {
		r := Advance(set, s, Input{Kind: InputTimer, Notices: list}, noon)
		if len(r.Replies) != 1 || len(r.Ends) != 1 || r.Replies[0].Piece != r.Ends[0].Outreach || r.Ends[0].State != EndTold {
			t.Fatalf("%+v, %+v", r.Replies, r.Ends)
		}
		if due := NextDue(set, &r.Session, noon); !due.Equal(noon) {
			t.Errorf("the rest is looked at %v", due)
		}
		sent, s, list = append(sent, r.Replies[0].Piece), r.Session, list[1:]
	}
	if diff := cmp.Diff([]string{"a-0", "a-1", "a-2"}, sent); diff != "" {
		t.Error(diff)
	}
	r := Advance(set, s, Input{Kind: InputTimer, Notices: list}, noon)
	morning := time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC)
	if due := NextDue(set, &r.Session, noon); len(r.Replies) != 0 || len(r.Ends) != 0 || !due.Equal(morning) {
		t.Errorf("after three: %+v, %+v, due %v", r.Replies, r.Ends, due)
	}
}

func TestAListOfWhatWaitedHasAnEnd(t *testing.T) {
	set := testSet(t)
	s := willing(t, set)
	s.Unasked = &Unasked{Day: 20261122, Sent: maxUnasked, Late: 20261122}
	in := Input{Kind: InputTimer, Notices: announced(12), Titles: map[string]string{"a-11": "Feria"}}
	r := Advance(set, s, in, noon)
	got := states(r)
	if len(r.Replies) != 1 || len(r.Replies[0].Buttons) != mostDigest+1 || got["a-1"] != "w:cap" || got["a-2"] != "o" || got["a-11"] != "o" || len(got) != 12 {
		t.Fatalf("%+v\n%v", r.Replies, got)
	}
	if m := Render(set, &r.Session, r.Replies[0]); m.Buttons[mostDigest-1][0].Text != "Feria" || m.Buttons[0][0].Text == "" || m.Buttons[mostDigest-1][0].Data != "go:announcement:a-11" {
		t.Errorf("%+v", m.Buttons)
	}
	if r.Session.Unasked.Late != 0 || r.Session.Unasked.Sent != 1 {
		t.Errorf("%+v", r.Session.Unasked)
	}
}

// What may be sent twice and what may not are never in one turn.
func TestOneTurnHasOneTopic(t *testing.T) {
	set := testSet(t)
	s := willing(t, set)
	s.Holds = []Hold{{Kind: HeldCourse, Offer: "C-99", State: HoldWaiting, At: noon.Unix()}}
	own := Notice{ID: "own", Kind: PlaceOffered, Held: HeldCourse, Offer: "C-99", Until: noon.Unix() + 3600, Outreach: "place.x", Again: true}
	in := Input{Kind: InputTimer, Notices: append(announced(1), own)}
	r := Advance(set, s, in, noon)
	want := []Ending{{Notice: "own", Outreach: "place.x", State: EndTold, Again: true}}
	if diff := cmp.Diff(want, r.Ends); diff != "" || len(r.Replies) != 1 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if due := NextDue(set, &r.Session, noon); !due.Equal(noon) {
		t.Errorf("the announcement waits until %v", due)
	}
}

// Nobody who blocked the bot is written to, and their timer does not run on and
// on.
func TestWhoBlockedTheBotIsNotNudged(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	for _, after := range []time.Duration{25 * time.Hour, 336 * 24 * time.Hour} {
		now := noon.Add(after)
		r := Advance(set, s, Input{Kind: InputTimer, Blocked: true}, now)
		if len(r.Replies) != 0 || len(r.Ends) != 0 {
			t.Errorf("after %s: %+v, %+v", after, r.Replies, r.Ends)
		}
		if due := NextDue(set, &r.Session, now); !due.After(now) {
			t.Errorf("after %s: due again at once", after)
		}
		s = r.Session
	}
}

func TestWhoStoppedEverythingIsNotNudged(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	now := noon.Add(25 * time.Hour)
	if r := Advance(set, s, Input{Kind: InputTimer}, now); len(r.Ends) != 1 || r.Ends[0] != (Ending{Outreach: "nudge.2026-11-24", State: EndTold, Again: true}) {
		t.Fatalf("nobody is nudged: %+v", r.Ends)
	}
	s.Slots["outreach"] = []string{outreachStopped}
	r := Advance(set, s, Input{Kind: InputTimer}, now)
	if due := NextDue(set, &r.Session, now); len(r.Replies) != 0 || len(r.Ends) != 0 || !due.After(now) {
		t.Errorf("%+v, %+v, due %v", r.Replies, r.Ends, due)
	}
}
