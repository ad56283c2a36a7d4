package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// wholeReminders is an event of which people are reminded, which moves and is
// cancelled: nobody hears of anything twice, whoever does not come makes room, and
// who stopped everything is left alone.
func wholeReminders(t *testing.T, program string) {
	w := newTown(t, program)
	w.redis = storetest.Start(t)
	zone, loc := noonZone()
	now := time.Now().In(loc)
	starts := now.Truncate(time.Minute).Add(100 * time.Minute)
	list := func(at time.Time, leads []string, state string) {
		w.list(programme.DateOf(now), func(c *programme.Catalogue) {
			e := event(c, "E-06")
			e.On, e.Starts, e.Ends = programme.DateOf(at), at.Format("15:04"), at.Add(2*time.Hour).Format("15:04")
			e.Places, e.Reminders, e.State = 3, leads, state
		})
	}
	list(starts, []string{"no"}, "confirmado")
	r := w.replica("ARRAIGO_TIMEZONE=" + zone)
	r.start()
	r.ready()
	s := r.store()

	// Three have their places since yesterday, one waits.
	o := store.Offer{Kind: store.OfferEvent, ID: "E-06", Places: 3, Standing: programme.StandingOpen, Ends: starts.Add(2 * time.Hour)}
	people := map[string]*walker{}
	for i, name := range []string{"ana", "beto", "dani", "caro"} {
		p := w.walker(name)
		people[name] = p
		if err := w.tg.Opened(p.id); err != nil {
			t.Fatal(err)
		}
		state := flows.HoldEnrolled
		if i == 3 {
			state = flows.HoldWaiting
		}
		session := w.screened()
		session.Flow, session.Step, session.Asking = "", "", false
		session.Holds = []flows.Hold{{Kind: flows.HeldEvent, Offer: "E-06", State: state, Size: 1, Ends: o.Ends.Unix(), At: now.Unix()}}
		if err := w.knows(s, p, session); err != nil {
			t.Fatal(err)
		}
		place, err := s.Reserve(t.Context(), o, s.ContactID(p.id), 1, time.Now().Add(-24*time.Hour))
		if err != nil || string(place.State) != state {
			t.Fatalf("%s: %+v, %v", name, place, err)
		}
	}
	ana, beto, caro, dani := people["ana"], people["beto"], people["caro"], people["dani"]
	dani.does("/baja", "< solo le avisamos si algo cambia")

	list(starts, nil, "confirmado") // two hours before is over already: of use all the same
	ana.does("< Faltan 2 horas: Taller: convivencia sin xenofobia", "[Voy]", "< Gracias por responder")
	beto.does("< Faltan 2 horas: Taller: convivencia sin xenofobia", "[Cómo llegar]", "< Biblioteca Ejemplo, Medellín")
	beto.seen = 0 // the reminder's other buttons are still there
	beto.does("[No voy]", "< Seguro", "[Sí]", "< Dejó")
	caro.does("< Hay un cupo para usted", "[Tomar el cupo]", "< Tiene un cupo")
	r.kill()
	r.start()
	r.ready()

	list(starts.Add(time.Hour), nil, "confirmado")
	ana.does("< Antes le recordamos otro día u otra hora")
	caro.does("< Cambió")
	dani.does("< Cambió")
	list(starts.Add(time.Hour), nil, "cancelado")
	for _, p := range []*walker{ana, caro, dani} {
		p.does("< no se va a hacer", "/mis_cupos", "< no tiene cupos")
	}
	w.settled(s)
	for name, want := range map[string]int{"ana": 1, "beto": 1, "caro": 0, "dani": 0} {
		if n := people[name].heard("🔔"); n != want {
			t.Errorf("%s was reminded %d times, want %d", name, n, want)
		}
	}
	reminders, err := s.Outreaches(t.Context(), []store.OutreachKind{store.KindReminder}, 10)
	if err != nil || len(reminders) != 1 || reminders[0].ID != "reminder.event.E-06.2h."+starts.Format("200601021504") {
		t.Fatalf("%+v, %v", reminders, err)
	}
	tally, err := s.Tally(t.Context(), reminders[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{store.StateSent: 2, store.StateWithheld(flows.GateOptedOut): 1}, tally); diff != "" {
		t.Errorf("ledger (-want +got):\n%s", diff)
	}
	w.sweep(s)
	r.stop()
}

func event(c *programme.Catalogue, id string) *programme.Event {
	return &c.Events[slices.IndexFunc(c.Events, func(x programme.Event) bool { return x.ID == id })]
}

// heard counts the messages of the bot that hold a text.
func (p *walker) heard(text string) (n int) {
	all, err := p.w.tg.Messages(p.id, 0)
	if err != nil {
		p.w.t.Fatal(err)
	}
	for _, m := range all {
		if m.From == "bot" && strings.Contains(m.Text, text) {
			n++
		}
	}
	return n
}
