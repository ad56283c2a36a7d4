package flows

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/programme"
)

// agreed is somebody who gave consent and did nothing else.
func agreed(t testing.TB, set *Set) *Conversation {
	t.Helper()
	c := &Conversation{Set: set, Now: noon}
	for _, line := range []string{"hola", "[Español]", "[Acepto]"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestACallSetsAndRemovesAHold(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	s.Flow, s.Step, s.Asking = "my_data", "load", false
	outcome := func(s Session, h Hold) Session {
		s.Flow, s.Step, s.Asking = "my_data", "load", false
		return Advance(set, s, Input{Kind: InputOutcome, Hold: &h}, noon).Session
	}
	before := s
	s = outcome(s, Hold{Kind: HeldCourse, Offer: "C-01", State: HoldWaiting})
	s = outcome(s, Hold{Kind: HeldVacancy, Offer: "V-01", State: HoldInterested})
	s = outcome(s, Hold{Kind: HeldCourse, Offer: "C-01", State: HoldEnrolled, Ends: noon.Unix()})
	if len(before.Holds) != 0 {
		t.Error("Advance changed the session that it was given")
	}
	want := []Hold{
		{Kind: HeldVacancy, Offer: "V-01", State: HoldInterested, At: noon.Unix()},
		{Kind: HeldCourse, Offer: "C-01", State: HoldEnrolled, Ends: noon.Unix(), At: noon.Unix()},
	}
	if diff := cmp.Diff(want, s.Holds); diff != "" {
		t.Errorf("holds (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Entry{{"course", "C-01"}, {"language", "es"}, {"refer", "waiting"}, {"refer.to", "V-01"}, {"referral", "V-01"}}, Index(set, &s)); diff != "" {
		t.Errorf("audiences (-want +got):\n%s", diff)
	}
	s = outcome(s, Hold{Kind: HeldCourse, Offer: "C-01"})
	if _, held := s.Hold(HeldCourse, "C-01"); held || len(s.Holds) != 1 {
		t.Errorf("it was not given back: %+v", s.Holds)
	}
	stranger := s
	stranger.Consents = nil
	if entries := Index(set, &stranger); len(entries) != 0 {
		t.Errorf("found without consent: %v", entries)
	}
}

func TestHoldsAreForgottenNinetyDaysAfterTheirEnd(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	s.Flow, s.Asking, s.Stack, s.Slots = "", false, nil, nil
	s.Holds = []Hold{
		{Kind: HeldCourse, Offer: "C-01", State: HoldEnrolled, Ends: noon.Unix(), At: noon.Unix()},
		{Kind: HeldEvent, Offer: "E-01", State: HoldNotify, At: noon.Unix()},
	}
	end := noon.Add(90 * 24 * time.Hour)
	if due := NextDue(set, &s, noon); !due.Equal(end) {
		t.Errorf("the timer is due %v, want %v", due, end)
	}
	s = Advance(set, s, Input{Kind: InputTimer}, end.Add(-time.Second)).Session
	if len(s.Holds) != 2 {
		t.Errorf("forgotten too early: %+v", s.Holds)
	}
	s = Advance(set, s, Input{Kind: InputTimer}, end).Session
	if len(s.Holds) != 1 || s.Holds[0].Offer != "E-01" {
		t.Errorf("after the end: %+v", s.Holds)
	}
}

func TestTakingBackThePermissionGivesEverythingBack(t *testing.T) {
	c := agreed(t, testSet(t))
	c.Session.Holds = []Hold{{Kind: HeldCourse, Offer: "C-01", State: HoldEnrolled, At: noon.Unix()}}
	for _, line := range []string{"/revocar", "[Guardar mis datos]"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.Session.Holds) != 0 {
		t.Errorf("still held: %+v", c.Session.Holds)
	}
}

// Keys put together at run time are not seen by the checker.
func TestWhatAPersonHasAndWhyNotHaveWords(t *testing.T) {
	set := testSet(t)
	var keys []string
	for kind, states := range map[string][]string{
		HeldCourse:  {HoldEnrolled, HoldWaiting, HoldOffered},
		HeldEvent:   {HoldEnrolled, HoldWaiting, HoldOffered, HoldNotify},
		HeldVacancy: {HoldInterested},
	} {
		for _, state := range states {
			keys = append(keys, Holding(nil, Hold{Kind: kind, Offer: "X-1", State: state}).Key)
			if kind != HeldVacancy {
				keys = append(keys, "my_places.item."+state)
			}
		}
	}
	for _, refusal := range programme.Refusals() {
		keys = append(keys, "refusal."+string(refusal))
	}
	for _, key := range keys {
		for _, language := range []string{"es", "en"} {
			if !set.Catalog.Has(language, key) {
				t.Errorf("%s has no words in %s", key, language)
			}
		}
	}
}
