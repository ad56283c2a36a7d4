package flows

import (
	"testing"
	"time"

	"arraigo/programme"

	"pgregory.net/rapid"
)

// However early or late something begins, wherever: its reminders come before it
// and never in the quiet hours.
func TestRemindersComeInDecentHours(t *testing.T) {
	data := testConfig(t).Data
	rapid.Check(t, func(rt *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom([]string{"America/Bogota", "Europe/Madrid", "America/Santiago", "Asia/Kathmandu"}).Draw(rt, "zone"))
		if err != nil {
			rt.Fatal(err)
		}
		set := &Set{Data: data, Timing: Timing{Location: loc}}
		day := programme.Date{Year: 2027, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 364).Draw(rt, "day"))
		e := programme.Event{ID: "E", On: day, State: "confirmado", Reminders: rapid.SampledFrom([][]string{nil, {"48h"}, {"36h", "90min"}, {"24h", "12h", "2h", "15min"}}).Draw(rt, "leads")}
		if rapid.Bool().Draw(rt, "hour known") {
			e.Starts = day.At(rapid.IntRange(0, 24*60-1).Draw(rt, "minute"), time.UTC).Format("15:04")
		}
		begin, _ := e.Begins(loc)
		last := time.Time{}
		for now := begin.At.AddDate(0, 0, -4); now.Before(begin.At); now = now.Add(7 * time.Minute) {
			o := programme.NewOffer(data, programme.Catalogue{Events: []programme.Event{e}}, set.Today(now))
			r, ok := set.Reminder(o, HeldEvent, "E", now)
			if !ok {
				rt.Fatalf("%s: nothing takes place at %s", now, begin.At)
			}
			if r.Lead == "" {
				continue
			}
			if r.Due.After(now) || r.Due.Before(last) || !r.Due.Before(begin.At) {
				rt.Fatalf("%s: %s is due at %s, the one before at %s", now, r.Name(), r.Due, last)
			}
			if hour := r.Due.In(loc).Hour(); hour < 8 || hour >= 20 {
				rt.Fatalf("%s is due at %s, at night", r.Name(), r.Due)
			}
			if start, ok := set.ReminderStart(o, HeldEvent, "E", r.Name()); !ok || !start.Equal(begin.At) {
				rt.Fatalf("%s is for %s, want %s", r.Name(), start, begin.At)
			}
			last = r.Due
		}
		if last.IsZero() && e.Starts != "" {
			rt.Fatalf("nobody was reminded of %+v", e)
		}
	})
}

// What became of a reminder is said for the ledger of its outreach.
func TestWhatBecomesOfAReminder(t *testing.T) {
	set := testSet(t)
	offer := sampleOffer(t, set)
	morning := time.Date(2026, 12, 16, 20, 0, 0, 0, time.UTC) // a day before E-06
	start := time.Date(2026, 12, 17, 20, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		change func(*Session, *Notice, *Input)
		now    time.Time
		want   string // "": it waits
	}{
		"told":        {nil, morning, EndTold},
		"watching":    {func(s *Session, _ *Notice, _ *Input) { s.Holds[0].State = HoldNotify }, morning, EndTold},
		"given back":  {func(s *Session, _ *Notice, _ *Input) { s.Holds = nil }, morning, Withheld(GateMoot)},
		"in the line": {func(s *Session, _ *Notice, _ *Input) { s.Holds[0].State = HoldWaiting }, morning, Withheld(GateMoot)},
		"not wanted":  {func(s *Session, _ *Notice, _ *Input) { s.Holds[0].Quiet = true }, morning, Withheld(GateOptedOut)},
		"stopped":     {func(s *Session, _ *Notice, _ *Input) { s.Slots["outreach"] = []string{outreachStopped} }, morning, Withheld(GateOptedOut)},
		"moved":       {func(_ *Session, n *Notice, _ *Input) { n.Until += 3600 }, morning, Withheld(GateMoot)},
		"elsewhere":   {func(_ *Session, n *Notice, _ *Input) { n.Offer = "E-10" }, morning, Withheld(GateMoot)},
		"put off": {func(s *Session, n *Notice, _ *Input) {
			n.Offer, s.Holds[0].Offer = "E-10", "E-10"
		}, morning, Withheld(GateCancelled)},
		"begun":      {nil, start, Withheld(GateExpired)},
		"night":      {nil, time.Date(2026, 12, 17, 2, 0, 0, 0, time.UTC), ""},
		"no consent": {func(s *Session, _ *Notice, _ *Input) { s.Consents = nil }, morning, Withheld(GateConsent)},
		"blocked":    {func(_ *Session, _ *Notice, in *Input) { in.Blocked = true }, morning, EndBlocked},
	} {
		s := Session{
			Language: "es", Seen: morning.Unix(),
			Slots:    map[string][]string{"language": {"es"}, "consent": {Yes}},
			Consents: []Consent{{Version: 1, Purposes: []string{PurposeEvaluate}, Given: true}},
			Holds:    []Hold{{Kind: HeldEvent, Offer: "E-06", State: HoldEnrolled, At: noon.Unix()}},
		}
		n := Notice{ID: "x", Kind: RemindOffer, Held: HeldEvent, Offer: "E-06", Until: start.Unix(), Outreach: "reminder.event.E-06", Again: true}
		in := Input{Kind: InputTimer, Offer: offer(set.Today(c.now))}
		if c.change != nil {
			c.change(&s, &n, &in)
		}
		in.Notices = []Notice{n}
		r := Advance(set, s, in, c.now)
		got := ""
		for _, e := range r.Ends {
			if e.Notice != "x" || e.Outreach != n.Outreach || !e.Again {
				t.Errorf("%s: %+v", name, e)
			}
			got += e.State
		}
		if got != c.want || (len(r.Replies) > 0) != (c.want == EndTold) {
			t.Errorf("%s: %q with %d replies, want %q", name, got, len(r.Replies), c.want)
		}
		if c.want == "" && r.Session.Wake == 0 {
			t.Errorf("%s: nobody looks again", name)
		}
	}
}
