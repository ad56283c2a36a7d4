package flows

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestANoticeThatNobodyMayHearIsTakenWithoutAWord(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	late := Notice{ID: "a", Kind: "of a newer program", Until: noon.Unix()}
	timely := Notice{ID: "b", Kind: "of a newer program", Until: noon.Unix() + 1}
	r := Advance(set, s, Input{Kind: InputTimer, Notices: []Notice{late, timely}}, noon)
	if diff := cmp.Diff([]Ending{{Notice: "a", State: "w:expired"}}, r.Ends); diff != "" || len(r.Replies) != 0 {
		t.Errorf("taken (-want +got):\n%s\nsaid %+v", diff, r.Replies)
	}
	if again := NextDue(set, &r.Session, noon); !again.Equal(noon.Add(time.Hour)) {
		t.Errorf("what this program does not know is looked at again %v", again)
	}
	if r = Advance(set, r.Session, Input{Kind: InputTimer}, noon.Add(time.Hour)); r.Session.Wake != 0 {
		t.Error("nothing waits and the timer still wakes")
	}
	s.Consents = nil
	r = Advance(set, s, Input{Kind: InputTimer, Notices: []Notice{timely}}, noon)
	if diff := cmp.Diff([]Ending{{Notice: "b", State: "w:consent"}}, r.Ends); diff != "" || len(r.Replies) != 0 {
		t.Errorf("without consent (-want +got):\n%s\nsaid %+v", diff, r.Replies)
	}
}
