package bot

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// plaza is a world with people who agreed to announcements, and a clock that can
// be moved.
type plaza struct {
	*world
	s      *store.Store
	shift  atomic.Int64 // of the clock
	people []*person
}

var plazaNoon = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC) // noon in Bogotá

func newPlaza(t *testing.T, people int) *plaza {
	t.Helper()
	p := &plaza{world: newWorld(t)}
	p.s = p.store("desk")
	session := flows.Session{
		Language: "es", Seen: plazaNoon.Unix(), Flow: "", Slots: map[string][]string{"language": {"es"}, "consent": {flows.Yes}, "offers": {flows.Yes}},
		Consents: []flows.Consent{{Text: "x", Version: 1, Language: "es", Purposes: []string{flows.PurposeEvaluate, flows.PurposeOffers}, Given: true, At: plazaNoon.Unix()}},
	}
	for range people {
		id := p.tg.AddUser(emulator.User{FirstName: "Ana", LanguageCode: "es"})
		if err := p.tg.Opened(id); err != nil {
			t.Fatal(err)
		}
		r, err := p.s.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		r.Session = session
		if _, err := p.s.Commit(t.Context(), store.Turn{Record: r, Index: flows.Index(shipped(t), &session), Consented: true, Now: plazaNoon}); err != nil {
			t.Fatal(err)
		}
		p.people = append(p.people, &person{w: p.world, id: id})
	}
	return p
}

func (p *plaza) now() time.Time { return plazaNoon.Add(time.Duration(p.shift.Load())) }

// replica runs a bot by the clock of the plaza.
func (p *plaza) replica(name string, change func(*Config)) *replica {
	began := time.Now()
	return p.run(name, func(c *Config) {
		c.Now = func() time.Time { return p.now().Add(time.Since(began)) }
		c.Sends.Chat.PerSecond, c.Sends.Chat.Burst = 1000, 1000
		if change != nil {
			change(c)
		}
	})
}

func (p *plaza) announce(change func(*store.Outreach)) string {
	p.t.Helper()
	o := store.Outreach{
		ID: store.NewOutreachID(), Kind: store.KindAnnouncement, State: store.OutreachScheduled, Topic: flows.PurposeOffers, Title: "Feria",
		Content: map[string]store.Piece{"es": {HTML: "<b>Feria</b> el viernes"}}, At: plazaNoon, Created: plazaNoon,
	}
	if change != nil {
		change(&o)
	}
	if _, err := p.s.CreateOutreach(p.t.Context(), o); err != nil {
		p.t.Fatal(err)
	}
	return o.ID
}

func (p *plaza) outreach(id string) store.Outreach {
	p.t.Helper()
	o, err := p.s.Outreach(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return o
}

func (p *plaza) over(id string) store.Outreach {
	p.t.Helper()
	eventually(p.t, "the outreach ends", func() bool { return !p.outreach(id).Live() })
	return p.outreach(id)
}

func (p *plaza) tally(id string) map[string]int {
	p.t.Helper()
	n, err := p.s.Tally(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

func (p *plaza) heard(text string) (n int) {
	for _, q := range p.people {
		n += q.heard(text)
	}
	return n
}

// Two replicas and a clock that is put back and forth: it begins once, when its
// time has come, and ends with everybody in one state.
func TestAScheduledAnnouncementGoesToEverybodyOnce(t *testing.T) {
	p := newPlaza(t, 30)
	id := p.announce(func(o *store.Outreach) { o.At = plazaNoon.Add(time.Hour) })
	p.replica("one", nil)
	p.replica("two", nil)
	eventually(t, "somebody looks after it", func() bool { held, err := p.s.Lease(t.Context(), "outreach", time.Second); return err == nil && !held })
	if o := p.outreach(id); !o.Started.IsZero() {
		t.Fatal("began too early")
	}
	p.shift.Store(int64(time.Hour))
	eventually(t, "it began", func() bool { return !p.outreach(id).Started.IsZero() })
	version := p.outreach(id).Version
	p.shift.Store(0)
	p.shift.Store(int64(2 * time.Hour))
	o := p.over(id)
	if o.Size != 30 || o.Totals[store.StateSent] != 30 || len(o.Totals) != 1 || o.Version != version+1 {
		t.Errorf("%+v", o)
	}
	if n := p.heard("Feria el viernes"); n != 30 {
		t.Errorf("%d messages", n)
	}
}

// Who has a notice is told by who left it, also when the last of the piece has one:
// the timers never look here.
func TestEverybodyIsToldWithoutTheTimers(t *testing.T) {
	p := newPlaza(t, 100)
	p.replica("one", func(c *Config) { c.Timing.Timers, c.Sends.Outreach = time.Hour, 1000 })
	if o := p.over(p.announce(nil)); o.Totals[store.StateSent] != 100 || len(o.Totals) != 1 {
		t.Errorf("%v", o.Totals)
	}
}

// Nothing is fed in quiet hours; in the morning it goes on.
func TestAnAnnouncementWaitsForTheMorning(t *testing.T) {
	p := newPlaza(t, 5)
	p.shift.Store(int64(9 * time.Hour)) // nine in the evening
	id := p.announce(nil)
	r := p.replica("one", nil)
	eventually(t, "somebody is at it", func() bool {
		r.feeders.mu.Lock()
		defer r.feeders.mu.Unlock()
		return r.feeders.busy[id]
	})
	if n := p.tally(id); len(n) != 0 {
		t.Errorf("fed at night: %v", n)
	}
	p.shift.Store(int64(20 * time.Hour))
	if o := p.over(id); o.Totals[store.StateSent] != 5 {
		t.Errorf("%v", o.Totals)
	}
}

// Cancelled while Telegram is slow: what is owed is withheld, nobody hears of it
// later, and the report adds up.
func TestACancelledAnnouncementEnds(t *testing.T) {
	p := newPlaza(t, 200)
	id := p.announce(nil)
	p.replica("one", func(c *Config) { c.Sends.Outreach = 20 })
	eventually(t, "some are told", func() bool { return p.tally(id)[store.StateSent] > 3 })
	if _, err := p.s.SetOutreachState(t.Context(), id, []store.OutreachState{store.OutreachSending}, store.OutreachCancelled, "s-aaaaaa", p.now()); err != nil {
		t.Fatal(err)
	}
	o := p.over(id)
	sent, withheld := o.Totals[store.StateSent], o.Totals[store.StateWithheld(store.GateCancelled)]
	if o.State != store.OutreachCancelled || sent == 0 || withheld == 0 || len(o.Totals) != 2 || sent > 60 {
		t.Errorf("%s: %v", o.State, o.Totals)
	}
	if n := p.heard("Feria el viernes"); n != sent {
		t.Errorf("%d messages, the ledger says %d", n, sent)
	}
}

// What waits for the next day because of the cap is withheld when the outreach is
// cancelled meanwhile, or over.
func TestWhoWaitsForACancelledAnnouncementIsLetGo(t *testing.T) {
	p := newPlaza(t, 3)
	p.replica("one", nil)
	for range 3 { // the most of one day
		p.over(p.announce(nil))
	}
	cancelled, late := p.announce(nil), p.announce(func(o *store.Outreach) { o.Until = plazaNoon.Add(3 * time.Hour) })
	eventually(t, "all wait", func() bool {
		return p.tally(cancelled)[store.StatePending] == 3 && p.tally(late)[store.StatePending] == 3
	})
	if _, err := p.s.SetOutreachState(t.Context(), cancelled, []store.OutreachState{store.OutreachSending}, store.OutreachCancelled, "s-aaaaaa", p.now()); err != nil {
		t.Fatal(err)
	}
	p.shift.Store(int64(4 * time.Hour))
	for id, gate := range map[string]string{cancelled: store.GateCancelled, late: flows.GateExpired} {
		if o := p.over(id); o.Totals[store.StateWithheld(gate)] != 3 || len(o.Totals) != 1 {
			t.Errorf("%v, want all withheld: %s", o.Totals, gate)
		}
	}
}

// A paused announcement holds up neither another one nor a vacancy, and goes on
// where it was.
func TestAPausedAnnouncementHoldsNothingUp(t *testing.T) {
	p := newPlaza(t, 80)
	first := p.announce(nil)
	p.replica("one", func(c *Config) { c.Sends.Outreach = 40 })
	eventually(t, "some are told", func() bool { return p.tally(first)[store.StateSent] > 3 })
	set := func(to store.OutreachState, from ...store.OutreachState) {
		t.Helper()
		if _, err := p.s.SetOutreachState(t.Context(), first, from, to, "s-aaaaaa", p.now()); err != nil {
			t.Fatal(err)
		}
	}
	set(store.OutreachPaused, store.OutreachSending)
	second := p.announce(func(o *store.Outreach) { o.Content = map[string]store.Piece{"es": {HTML: "Otra cosa"}} })
	if o := p.over(second); o.Totals[store.StateSent] != 80 {
		t.Errorf("%v", o.Totals)
	}
	if n := p.heard("Feria"); n >= 80 {
		t.Fatalf("%d messages of the paused one", n)
	}
	set(store.OutreachSending, store.OutreachPaused)
	if o := p.over(first); o.Totals[store.StateSent] != 80 || p.heard("Feria") != 80 {
		t.Errorf("%v, %d messages", o.Totals, p.heard("Feria"))
	}
}

// While an announcement waits for a place in the pace, or for staff, a person who
// writes is answered at once, and their answer to an open question counts.
func TestAPersonIsAnsweredWhileAnAnnouncementWaits(t *testing.T) {
	p := newPlaza(t, 0)
	q := p.person()
	p.replica("one", nil)
	q.agreed()
	q.waits(0, "años")
	r, err := p.s.Load(t.Context(), q.id)
	if err != nil {
		t.Fatal(err)
	}
	session := r.Session
	session.Slots["offers"] = []string{flows.Yes}
	session.Consents = append(session.Consents, flows.Consent{Text: "x", Version: 1, Language: "es", Purposes: []string{flows.PurposeOffers}, Given: true, At: plazaNoon.Unix()})
	r.Session = session
	if _, err := p.s.Commit(t.Context(), store.Turn{Record: r, Index: flows.Index(shipped(t), &session), Consented: true, Now: p.now()}); err != nil {
		t.Fatal(err)
	}
	id := p.announce(nil)
	var paused sync.Once
	eventually(t, "it is owed and paused", func() bool {
		if !p.outreach(id).Started.IsZero() {
			paused.Do(func() {
				_, _ = p.s.SetOutreachState(t.Context(), id, []store.OutreachState{store.OutreachSending}, store.OutreachPaused, "s-aaaaaa", p.now())
			})
		}
		return p.outreach(id).State == store.OutreachPaused
	})
	before := q.last().MessageID
	q.say("2") // from 18 to 28
	q.waits(before, "municipio")
	if n := q.heard("antes de"); n != 0 {
		t.Error("the answer counts as too early")
	}
}

// A vacancy that is published while an announcement goes to many reaches who looks
// for work at once: it does not stand behind them.
func TestAVacancyDoesNotWaitBehindAnAnnouncement(t *testing.T) {
	p := newPlaza(t, 300)
	seeker := p.people[0]
	r, err := p.s.Load(t.Context(), seeker.id)
	if err != nil {
		t.Fatal(err)
	}
	s := r.Session
	for slot, value := range map[string]string{"alert": "activo", "alert_jobs": "todo_trabajo", "alert_places": "todo_pais", "alert_time": "cualquiera"} {
		s.Slots[slot] = []string{value}
	}
	s.Consents = append(s.Consents, flows.Consent{Text: "x", Version: 1, Language: "es", Purposes: []string{flows.PurposeAlerts}, Given: true, At: plazaNoon.Unix()})
	r.Session = s
	if _, err := p.s.Commit(t.Context(), store.Turn{Record: r, Index: flows.Index(shipped(t), &s), Consented: true, Now: plazaNoon}); err != nil {
		t.Fatal(err)
	}
	id := p.announce(nil)
	for _, name := range []string{"one", "two"} {
		p.replica(name, func(c *Config) { c.Sends.Outreach, c.Timing.Offer = 20, 50*time.Millisecond })
	}
	eventually(t, "some are told", func() bool { return p.tally(id)[store.StateSent] > 5 })
	samples, err := shipped(t).Data.Samples(shipped(t).Today(plazaNoon))
	if err != nil {
		t.Fatal(err)
	}
	rows := slices.DeleteFunc(slices.Clone(samples.Vacancies), func(v programme.Vacancy) bool { return v.ID != "V-01" })
	if _, err := store.PutRows(t.Context(), p.s, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	published := time.Now()
	seeker.waits(0, "Auxiliar de cocina")
	sent := p.tally(id)[store.StateSent]
	t.Logf("heard of after %.1f s, when %d of 300 had the announcement", time.Since(published).Seconds(), sent)
	if sent > 250 {
		t.Errorf("%d of 300 were told before", sent)
	}
}
