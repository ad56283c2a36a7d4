package bot

import (
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// market is a world with two replicas at noon of the samples' day, and the sample
// programme to publish from.
type market struct {
	*world
	one, two *replica
	samples  programme.Catalogue
}

func newMarket(t *testing.T) *market {
	t.Helper()
	w := newWorld(t)
	base, started := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC), time.Now()
	change := func(c *Config) {
		c.Now = func() time.Time { return base.Add(time.Since(started)) }
		c.Timing.Offer = 20 * time.Millisecond
	}
	samples, err := shipped(t).Data.Samples(shipped(t).Today(base))
	if err != nil {
		t.Fatal(err)
	}
	return &market{world: w, one: w.run("one", change), two: w.run("two", change), samples: samples}
}

// left is how many notices of vacancies both replicas left with people.
func (m *market) left() (n float64) {
	for _, r := range []*replica{m.one, m.two} {
		n += r.counted(m.t, "outreach_notices_total", "kind", "vacancy_alert", "result", "left")
	}
	return n
}

// publish puts vacancies into the catalogue, as an import does.
func (m *market) publish(ids ...string) {
	m.t.Helper()
	rows := slices.DeleteFunc(slices.Clone(m.samples.Vacancies), func(v programme.Vacancy) bool { return !slices.Contains(ids, v.ID) })
	if _, err := store.PutRows(m.t.Context(), m.one.cfg.Store, slices.Values(rows)); err != nil {
		m.t.Fatal(err)
	}
}

// seeker is told of kitchens in Cúcuta.
func (m *market) seeker() *person {
	m.t.Helper()
	p := m.person()
	p.agreed()
	p.waits(0, "años")
	p.say("/avisos")
	p.waits(0, "De qué trabajos")
	p.say("cocina")
	p.button(flows.AnswerData("want_jobs", "!done"))
	p.button(flows.AnswerData("want_place", "54001"))
	p.button(flows.AnswerData("want_more", "listo"))
	p.button(flows.AnswerData("want_time", "cualquiera"))
	p.button(flows.AnswerData("want_right", "si"))
	p.waits(0, "Le avisamos cuando salga")
	return p
}

func (p *person) heard(text string) int {
	n := 0
	for _, m := range p.messages() {
		if m.From == "bot" && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}

// A vacancy that is published reaches those whose alert it fits, once, with the
// reason; one tap stops it; nothing of them is left after they are erased.
func TestAPublishedVacancyFindsItsPeople(t *testing.T) {
	m := newMarket(t)
	p, other := m.seeker(), m.person()
	other.agreed()
	m.publish("V-01", "V-03", "V-11") // a kitchen, a shop elsewhere, and one that is never shown
	told := p.waits(0, "Auxiliar de cocina")
	if !strings.Contains(told.Text, "porque busca: Cocina, en Cúcuta") {
		t.Errorf("without its reason: %s", told.Text)
	}
	m.publish("V-02")
	eventually(t, "all that may be shown is matched", func() bool {
		matched, err := m.one.cfg.Store.Matched(t.Context(), m.one.cfg.Now())
		return err == nil && len(matched) == 3
	})
	if n := m.left(); n != 1 {
		t.Errorf("%v alerts were left, want 1", n)
	}
	if n := p.heard("Auxiliar de cocina"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if n := other.heard("oferta de trabajo para usted"); n != 0 {
		t.Error("somebody without an alert was told")
	}
	p.button(flows.TriggerData("vacancy", "V-01"))
	p.button(flows.TriggerData("interest", "V-01"))
	p.waits(told.MessageID, "Anotamos que le interesa")
	r, err := m.one.cfg.Store.Load(t.Context(), p.id)
	if _, held := r.Session.Hold(flows.HeldVacancy, "V-01"); err != nil || !held {
		t.Errorf("the interest is not kept: %v", err)
	}
	if n, err := m.one.cfg.Store.Count(t.Context(), store.In("referral", "V-01")); err != nil || n != 1 {
		t.Errorf("%d people are to be referred: %v", n, err)
	}
	p.button(flows.TriggerData("alert_stop"))
	p.waits(told.MessageID, "Ya no le avisamos de trabajos")
	if n, err := m.one.cfg.Store.Count(t.Context(), store.In("alert", "activo")); err != nil || n != 0 {
		t.Errorf("%d alerts are on after one was stopped: %v", n, err)
	}
	p.say("/borrar")
	p.waits(told.MessageID, "escriba la palabra")
	p.say("borrar")
	p.waits(told.MessageID, "Borramos sus datos")
	if n, err := m.one.cfg.Store.Count(t.Context(), store.In("referral", "V-01")); err != nil || n != 0 {
		t.Errorf("%d people are to be referred after the erasure: %v", n, err)
	}
}

// A crash between beginning and noting leads to matching again; the person does
// not notice.
func TestAVacancyMatchedAgainIsToldOnce(t *testing.T) {
	m := newMarket(t)
	p := m.seeker()
	m.publish("V-01")
	p.waits(0, "Auxiliar de cocina")
	offer, err := m.one.offers.today(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	v, ok := offer.Vacancy("V-01")
	if !ok {
		t.Fatal("the vacancy is not offered")
	}
	for _, r := range []*replica{m.one, m.two} {
		if err := r.match(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	o := m.over(store.OutreachID("vacancy", "V-01"))
	if o.Size != 1 || o.Totals[store.StateSent] != 1 || len(o.Totals) != 1 || o.Title != v.Title {
		t.Errorf("%+v", o)
	}
	if n := p.heard("Auxiliar de cocina"); n != 1 {
		t.Errorf("told %d times", n)
	}
}

// over waits until an outreach has ended.
func (m *market) over(id string) (o store.Outreach) {
	m.t.Helper()
	eventually(m.t, "the outreach ends", func() bool {
		var err error
		o, err = m.one.cfg.Store.Outreach(m.t.Context(), id)
		return err == nil && !o.Live()
	})
	return o
}

// Whoever blocked the bot is left alone, and so is who stopped everything.
func TestNobodyIsToldWhoDoesNotWantToBe(t *testing.T) {
	m := newMarket(t)
	p, stopped := m.seeker(), m.seeker()
	stopped.say("/baja")
	stopped.waits(0, "Ya no le enviamos avisos")
	if err := m.tg.Block(p.id, true); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the block is noted", func() bool {
		r, err := m.one.cfg.Store.Load(t.Context(), p.id)
		return err == nil && r.Blocked
	})
	m.publish("V-01")
	eventually(t, "it is matched", func() bool {
		matched, err := m.one.cfg.Store.Matched(t.Context(), m.one.cfg.Now())
		return err == nil && matched["V-01"]
	})
	if n := m.left(); n != 0 {
		t.Errorf("%v alerts were left", n)
	}
}
