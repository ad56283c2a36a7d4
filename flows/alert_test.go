package flows

import (
	"slices"
	"testing"
	"time"

	"arraigo/programme"

	"pgregory.net/rapid"
)

// The audience that a vacancy is sent to is exactly the people whose alert it
// fits when they are told: nobody is missed, and nobody is woken for nothing.
func TestReachIsWhomTheVacancyFits(t *testing.T) {
	set := testSet(t)
	offer := sampleOffer(t, set)(programme.DateOf(noon))
	vacancies := offer.Vacancies(programme.VacancySearch{})
	var codes []string
	for _, o := range set.Data.Occupations.All() {
		codes = append(codes, o.Code)
	}
	base := agreed(t, set).Session
	base.Consents = append(slices.Clone(base.Consents), Consent{Purposes: []string{PurposeAlerts}, Given: true})
	reached := 0
	rapid.Check(t, func(rt *rapid.T) {
		v := rapid.SampledFrom(vacancies).Draw(rt, "vacancy")
		v.Occupation = rapid.SampledFrom([]string{v.Occupation, "512", "941", "711", "931"}).Draw(rt, "work")
		v.Mode = rapid.SampledFrom([]programme.Mode{programme.OnSite, programme.Remote, programme.Mixed}).Draw(rt, "mode")
		v.Time = rapid.SampledFrom([]programme.WorkTime{"", programme.FullTime, programme.PartTime}).Draw(rt, "time")
		s := base
		s.Slots = map[string][]string{
			slotAlert:     {rapid.SampledFrom([]string{alertOn, alertOn, alertOn, alertPaused}).Draw(rt, "state")},
			slotAlertTime: {rapid.SampledFrom([]string{anyTime, string(programme.FullTime), string(programme.PartTime)}).Draw(rt, "hours")},
			slotAlertJobs: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{v.Occupation, anyJob, "512", "711", rapid.SampledFrom(codes).Draw(rt, "other")}), 1, 3, rapid.ID[string]).Draw(rt, "jobs"),
			slotAlertPlaces: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{v.Municipality, v.Municipality[:2], anyPlace, fromHome, "27001", "88"}), 1, 4,
				rapid.ID[string]).Draw(rt, "places"),
		}
		entries := Index(set, &s)
		in := true
		for _, group := range set.Reach(v) {
			in = in && slices.ContainsFunc(group, func(e Entry) bool { return slices.Contains(entries, e) })
		}
		turn := &turn{set: set, s: s, now: noon}
		reason, fits := turn.alertReason(v)
		if in != fits {
			rt.Fatalf("in the audience %v, fits %v: vacancy %s in %s %s %s; alert %v", in, fits, v.Occupation, v.Municipality, v.Mode, v.Time, s.Slots)
		}
		if fits {
			reached++
			if Words(set, &s, reason) == "" {
				rt.Fatal("without a reason")
			}
		}
	})
	if reached == 0 {
		t.Error("no alert ever fitted")
	}
}

func TestNothingComesBetweenAPersonAndTheTeam(t *testing.T) {
	set := testSet(t)
	c := agreed(t, set)
	for _, line := range []string{"/avisos", "cocina", "listo", "cúcuta", "listo", "cualquiera", "sí"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	s := c.Session
	s.Talk = noon.Unix()
	in := Input{Kind: InputTimer, Notices: []Notice{{ID: "a", Kind: VacancyAlert, Offer: "V-01"}}, Offer: sampleOffer(t, set)(programme.DateOf(noon))}
	r := Advance(set, s, in, noon)
	if len(r.Replies) != 0 || len(r.Ends) != 0 {
		t.Fatalf("told in the middle of a talk: %d replies", len(r.Replies))
	}
	if due := NextDue(set, &r.Session, noon); !due.Equal(noon.Add(talkWait)) {
		t.Errorf("looked at again %v", due.Sub(noon))
	}
	r.Session.Talk = 0
	if r = Advance(set, r.Session, in, noon.Add(2*time.Hour)); len(r.Replies) != 1 || len(r.Ends) != 1 {
		t.Errorf("after the talk: %d replies, taken %v", len(r.Replies), r.Ends)
	}
}

// Whoever looks for all work everywhere is told three a day, and what waits is
// bounded.
func TestAFloodOfVacanciesIsBounded(t *testing.T) {
	set := testSet(t)
	samples, err := set.Data.Samples(programme.DateOf(noon))
	if err != nil {
		t.Fatal(err)
	}
	v := samples.Vacancies[0]
	var flood programme.Catalogue
	var notices []Notice
	for i := range 200 {
		v.ID = "F-" + string(rune('A'+i%26)) + string(rune('A'+i/26))
		flood.Vacancies = append(flood.Vacancies, v)
		notices = append(notices, Notice{ID: v.ID, Kind: VacancyAlert, Offer: v.ID})
	}
	c := agreed(t, set)
	for _, line := range []string{"/avisos", "[Cualquier trabajo]", "[Todo el país]", "[Cualquiera]", "[Sí, avísenme]"} {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
	offer := programme.NewOffer(set.Data, flood, programme.DateOf(noon))
	r := Advance(set, c.Session, Input{Kind: InputTimer, Notices: notices, Offer: offer}, noon)
	if len(r.Replies) != 1 || len(r.Replies[0].Buttons) != maxAlerts+2 {
		t.Errorf("%d replies", len(r.Replies))
	}
	if left := len(notices) - len(r.Ends); left != maxAlertsWaiting {
		t.Errorf("%d wait for another day, want %d", left, maxAlertsWaiting)
	}
	checkSession(t, set, &r.Session)
}
