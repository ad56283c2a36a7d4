package bot

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// at sets the clock to an hour of Bogotá.
func (d *desk) at(text string) {
	d.t.Helper()
	now, err := time.ParseInLocation("2006-01-02 15:04", text, d.cfg.Set().Location())
	if err != nil {
		d.t.Fatal(err)
	}
	d.now = now.UTC()
	d.move()
}

func TestRemindersComeADayAndTwoHoursBefore(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-06") // Thursday 17 December, 15:00
	d.joins(caro, "event", "watch", "E-06")
	d.at("2026-12-16 14:59")
	d.want(ana)
	d.at("2026-12-16 15:00")
	d.want(ana, "reminder E-06")
	d.want(caro, "reminder E-06")
	d.at("2026-12-16 15:01")
	d.joins(beto, "event", "reserve", "E-06") // was just told when and where
	d.move()
	d.want(ana)
	d.want(beto)
	d.at("2026-12-17 13:00")
	d.want(ana, "reminder E-06")
	d.want(beto, "reminder E-06")
	d.at("2026-12-17 15:00")
	d.want(ana)
}

func TestAReminderIsAskedForInTheSheet(t *testing.T) {
	d := newDesk(t)
	d.event("E-06").Reminders = []string{"48h", "30min"}
	d.event("E-02").Reminders = []string{"no"} // Saturday 19 December, 10:00
	d.publish()
	d.joins(ana, "event", "reserve", "E-06")
	d.joins(ana, "event", "reserve", "E-02")
	for _, c := range []struct {
		at   string
		want []string
	}{
		{"2026-12-15 14:59", nil},
		{"2026-12-15 15:00", []string{"reminder E-06"}},
		{"2026-12-16 15:00", nil},
		{"2026-12-17 13:00", nil},
		{"2026-12-17 14:30", []string{"reminder E-06"}},
		{"2026-12-18 10:00", []string{"event_feedback E-06"}},
		{"2026-12-19 08:00", nil},
	} {
		d.at(c.at)
		d.want(ana, c.want...)
	}
	// Asked for later than it would have been due: told once, as it is still of use.
	d.event("E-02").Reminders = []string{"2h"}
	d.publish()
	d.at("2026-12-19 08:30")
	d.want(ana, "reminder E-02")
	d.event("E-02").Reminders = []string{"24h", "2h"}
	d.publish()
	d.at("2026-12-19 08:40")
	d.want(ana)
}

// The day before at 19:00 rather than at six in the morning.
func TestNobodyIsRemindedAtNight(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-03") // Wednesday 9 December, 08:00
	d.event("E-06").Starts, d.event("E-06").Ends = "22:00", "23:00"
	d.publish()
	d.joins(ana, "event", "reserve", "E-06")
	for _, c := range []struct {
		at   string
		want []string
	}{
		{"2026-12-08 08:00", []string{"reminder E-03"}},
		{"2026-12-08 18:59", nil},
		{"2026-12-08 19:00", []string{"reminder E-03"}},
		{"2026-12-09 06:00", nil},
		{"2026-12-16 19:00", []string{"reminder E-06"}}, // a day before 22:00
		{"2026-12-16 22:00", nil},
		{"2026-12-17 19:00", []string{"reminder E-06"}}, // two hours before 22:00
		{"2026-12-17 20:00", nil},
	} {
		d.at(c.at)
		got := d.notices(ana)
		var only []string
		for _, n := range got {
			if n[:8] == "reminder" {
				only = append(only, n)
			}
		}
		if len(only) != len(c.want) || len(only) == 1 && only[0] != c.want[0] {
			t.Errorf("%s: %v, want %v", c.at, only, c.want)
		}
	}
}

func TestMovingAnEventMovesItsReminders(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-06")
	d.at("2026-12-16 15:00")
	d.want(ana, "reminder E-06")
	// Moved to the day after.
	d.event("E-06").On = d.event("E-06").On.AddDays(1)
	d.publish()
	d.at("2026-12-16 16:00")
	d.want(ana, "event_changed E-06")
	d.at("2026-12-17 13:00")
	d.want(ana)
	d.at("2026-12-17 15:00")
	d.want(ana, "reminder E-06")
	// Moved to earlier: two hours before the new hour is over already, and they
	// are told of the change.
	d.at("2026-12-18 11:30")
	d.event("E-06").Starts = "13:00"
	d.publish()
	d.at("2026-12-18 11:31")
	d.want(ana, "event_changed E-06")
	d.at("2026-12-18 13:00")
	d.want(ana)
}

func TestCancellingAnEventCancelsItsReminders(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-06")
	d.joins(ana, "course", "reserve", "C-06") // Monday 18 January, 18:00
	d.at("2026-12-15 15:00")
	d.event("E-06").State = "aplazado"
	d.course("C-06").State = "cancelado"
	d.publish()
	d.at("2026-12-16 15:00")
	d.want(ana, "course_cancelled C-06", "event_changed E-06")
	d.event("E-06").State = "cancelado"
	d.publish()
	d.at("2026-12-17 13:00")
	d.want(ana, "event_changed E-06")
	d.at("2027-01-17 18:00")
	d.want(ana)
}

func TestACourseIsRemindedOfBesidesTheQuestionWhetherOneComes(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "course", "reserve", "C-06") // Monday 18 January, 18:00
	d.course("C-05").Schedule = "por las tardes"
	d.publish()
	d.joins(ana, "course", "reserve", "C-05") // Tuesday 19 January, no hour
	for _, c := range []struct {
		at   string
		want []string
	}{
		{"2027-01-16 09:00", []string{"confirm_course C-06"}},
		{"2027-01-17 12:00", []string{"confirm_course C-05"}},
		{"2027-01-17 18:00", []string{"reminder C-06"}},
		{"2027-01-18 12:00", []string{"reminder C-05"}},
		{"2027-01-18 16:00", []string{"reminder C-06"}},
		{"2027-01-19 10:00", nil},
	} {
		d.at(c.at)
		d.want(ana, c.want...)
	}
}

// The program was down when it was due. What is still of use is told, the last
// alone.
func TestALateReminderIsToldOnce(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-06")
	d.at("2026-12-17 14:20")
	d.want(ana, "reminder E-06")
	d.move()
	d.want(ana)
	other := newDesk(t)
	other.joins(ana, "event", "reserve", "E-06")
	other.at("2026-12-17 15:00")
	other.want(ana)
}

// Days are days of the clock on the wall, wherever that is.
func TestRemindersWhereClocksChange(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	set := *shipped(t)
	set.Timing = flows.Timing{Location: madrid}
	at := func(text string) time.Time {
		now, err := time.ParseInLocation("2006-01-02 15:04", text, madrid)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	event := programme.Event{ID: "E-1", On: programme.Date{Year: 2027, Month: time.March, Day: 28}, Starts: "10:00", State: "confirmado"}
	// At two o'clock of 28 March it is three.
	for text, want := range map[string]string{
		"2027-03-27 09:59": "",
		"2027-03-27 10:00": "24h.202703281000",
		"2027-03-28 07:59": "24h.202703281000",
		"2027-03-28 08:00": "2h.202703281000",
		"2027-03-28 09:59": "2h.202703281000",
	} {
		now := at(text)
		offer := programme.NewOffer(set.Data, programme.Catalogue{Events: []programme.Event{event}}, set.Today(now))
		r, ok := set.Reminder(offer, flows.HeldEvent, "E-1", now)
		name := ""
		if r.Lead != "" {
			name = r.Name()
		}
		if !ok || name != want {
			t.Errorf("%s: %q, want %q", text, name, want)
		}
	}
	// In the night in which an hour comes twice, an early event is told of the
	// evening before.
	event.On, event.Starts = programme.Date{Year: 2027, Month: time.October, Day: 31}, "04:00"
	offer := programme.NewOffer(set.Data, programme.Catalogue{Events: []programme.Event{event}}, event.On)
	r, _ := set.Reminder(offer, flows.HeldEvent, "E-1", at("2027-10-31 03:30"))
	if want := at("2027-10-30 19:00"); r.Lead != "2h" || !r.Due.Equal(want) {
		t.Errorf("due %s, want %s", r.Due, want)
	}
}

// Looking at an event again forgets nothing of what was said about it.
func TestAHoldKeepsWhetherToRemind(t *testing.T) {
	d := newDesk(t)
	d.joins(ana, "event", "reserve", "E-06")
	r, err := d.cfg.Store.Load(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	want := r.Session.Holds[0]
	want.Asked, want.Reminded, want.Quiet, want.Sure = 5, 6, true, true
	r.Session.Holds[0] = want
	out, err := d.act(t.Context(), r, flows.Call{Name: "event_status", Args: map[string][]string{"event": {"E-06"}}})
	if err != nil || out.Hold == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if diff := cmp.Diff(want, *out.Hold); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// takes gives somebody a place in an event, as they would have taken it.
func (p *plaza) takes(q *person, event string) {
	p.t.Helper()
	o := store.Offer{Kind: store.OfferEvent, ID: event, Standing: programme.StandingOpen}
	id := p.s.ContactID(q.id)
	if _, err := p.s.Reserve(p.t.Context(), o, id, 1, plazaNoon); err != nil {
		p.t.Fatal(err)
	}
	p.changes(q, func(s *flows.Session) {
		s.Holds = append(s.Holds, flows.Hold{Kind: flows.HeldEvent, Offer: event, State: flows.HoldEnrolled, Size: 1, At: plazaNoon.Unix()})
	})
}

// changes a session without its person.
func (p *plaza) changes(q *person, change func(*flows.Session)) {
	p.t.Helper()
	r, err := p.s.Load(p.t.Context(), q.id)
	if err != nil {
		p.t.Fatal(err)
	}
	change(&r.Session)
	if _, err := p.s.Commit(p.t.Context(), store.Turn{Record: r, Index: flows.Index(shipped(p.t), &r.Session), Consented: true, Now: p.now()}); err != nil {
		p.t.Fatal(err)
	}
}

// ended waits until everybody who was to hear of an outreach is in a final
// state, and returns whose is which.
func (p *plaza) ended(id string, people int) map[int64]string {
	p.t.Helper()
	states := map[int64]string{}
	eventually(p.t, "all are done with "+id, func() bool {
		clear(states)
		for _, q := range p.people {
			told, err := p.s.ToldOf(p.t.Context(), p.s.ContactID(q.id), id)
			if err == nil && store.Final(told.State) {
				states[q.id] = told.State
			}
		}
		return len(states) == people
	})
	return states
}

// Each reminder is an outreach, made with its first recipient, and its ledger
// knows what became of each. An answer of Telegram that got lost makes it go
// again: better twice than not at all.
func TestAReminderHasItsLedger(t *testing.T) {
	p := newPlaza(t, 6)
	samples, err := shipped(t).Data.Samples(programme.DateOf(plazaNoon))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.s.PutCatalogue(t.Context(), samples); err != nil {
		t.Fatal(err)
	}
	for _, q := range p.people {
		p.takes(q, "E-06")
	}
	well, cut, blocks, quiet, stopped, leaves := p.people[0], p.people[1], p.people[2], p.people[3], p.people[4], p.people[5]
	if err := p.tg.Block(blocks.id, true); err != nil {
		t.Fatal(err)
	}
	p.changes(quiet, func(s *flows.Session) { s.Holds[0].Quiet = true })
	p.changes(stopped, func(s *flows.Session) { s.Slots["outreach"] = []string{"parado"} })
	if _, err := p.s.Withdraw(t.Context(), store.Offer{Kind: store.OfferEvent, ID: "E-06"}, p.s.ContactID(leaves.id)); err != nil {
		t.Fatal(err)
	}
	p.tg.SetFaults(emulator.Faults{CutAfterSend: 1, Methods: []string{"sendMessage"}, Chats: []int64{cut.id}})
	p.shift.Store(int64(time.Date(2026, 12, 16, 20, 0, 1, 0, time.UTC).Sub(plazaNoon))) // a day before E-06
	p.replica("one", func(c *Config) { c.Timing.Offer = 50 * time.Millisecond })
	const id = "reminder.event.E-06.24h.202612171500"
	eventually(t, "the cut answer", func() bool { return cut.heard("Es mañana: Taller") > 0 })
	p.tg.SetFaults(emulator.Faults{})
	want := map[int64]string{
		well.id: store.StateSent, cut.id: store.StateSent, blocks.id: store.StateBlocked,
		quiet.id: store.StateWithheld("opt_out"), stopped.id: store.StateWithheld("opt_out"),
	}
	if diff := cmp.Diff(want, p.ended(id, 5)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	o := p.outreach(id)
	if o.Kind != store.KindReminder || o.Topic != "" || !o.Again || !o.Until.Equal(time.Date(2026, 12, 17, 20, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", o)
	}
	if n := cut.heard("Es mañana: Taller"); n < 2 {
		t.Errorf("heard %d times by who got it when the answer was lost, want it again", n)
	}
	for _, q := range []*person{well, blocks, quiet, stopped, leaves} {
		if n, want := q.heard("Es mañana: Taller"), map[bool]int{true: 1}[q == well]; n != want {
			t.Errorf("heard %d times, want %d", n, want)
		}
	}
	// A replica that looks once more, and two hours before.
	p.shift.Store(int64(time.Date(2026, 12, 17, 18, 0, 1, 0, time.UTC).Sub(plazaNoon)))
	p.ended("reminder.event.E-06.2h.202612171500", 5)
	if n := well.heard("Es mañana: Taller") + well.heard("Faltan 2 horas: Taller"); n != 2 {
		t.Errorf("heard %d reminders, want 2", n)
	}
}
