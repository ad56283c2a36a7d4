package console

import (
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// A person is somebody whom the stage knows: a chat with consent.
type person struct {
	chat int64
	id   store.ContactID
}

// turn commits one turn of a person, with consent.
func (g *team) turn(chat int64, change func(*store.Turn)) person {
	g.t.Helper()
	r, err := g.store.Load(g.t.Context(), chat)
	if err != nil {
		g.t.Fatal(err)
	}
	tn := store.Turn{Record: r, Update: g.update(), Consented: true, Now: g.now}
	if change != nil {
		change(&tn)
	}
	if _, err := g.store.Commit(g.t.Context(), tn); err != nil {
		g.t.Fatal(err)
	}
	return person{chat, r.ID}
}

// update numbers the updates of the stage.
func (g *team) update() int64 {
	g.updates++
	return g.updates
}

// asks opens a ticket that a person asked for so long ago.
func (g *team) asks(chat int64, ago time.Duration) (person, *store.Ticket) {
	g.t.Helper()
	who := g.turn(chat, func(tn *store.Turn) { tn.Relay = &flows.Relay{Kind: flows.RelayOpen} })
	relays, err := g.store.Relays(g.t.Context())
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range relays {
		if r.Contact != who.id {
			continue
		}
		ticket, err := g.store.NewTicket(g.t.Context(), g.now.Add(-ago))
		if err != nil {
			g.t.Fatal(err)
		}
		if err := g.store.SaveTicket(g.t.Context(), r, ticket, store.Step{Done: true, Now: g.now}); err != nil {
			g.t.Fatal(err)
		}
		return who, ticket
	}
	g.t.Fatal("the wish to talk is not in the queue")
	return who, nil
}

// stage makes a week of work: people who came so far, cases, places that run out.
func (g *team) stage() {
	g.t.Helper()
	for i, steps := range []int{5, 5, 5, 4, 4, 3, 3, 3, 2, 2, 1, 1, 1, 1} {
		g.turn(int64(10_000+i), func(tn *store.Turn) {
			for _, m := range milestones[:steps] {
				tn.Steps = append(tn.Steps, m.step)
			}
			if i%5 == 0 {
				tn.Steps = append(tn.Steps, flows.Unread+"municipality")
			}
		})
	}
	for i, ago := range []time.Duration{75 * time.Hour, 26 * time.Hour, 20 * time.Minute} {
		g.asks(int64(20_000+i), ago)
	}
	if _, err := g.store.FileReport(g.t.Context(), store.NewReportCode(), store.Report{Category: "acoso"}, g.now); err != nil {
		g.t.Fatal(err)
	}
	listed, err := g.server.listed.read(g.t.Context(), g.store, g.server.cfg.Set().Data, g.server.cfg.Set().Today(g.now))
	if err != nil {
		g.t.Fatal(err)
	}
	for i, o := range listed.offers[:2] { // one is full and two wait, of the other three are left
		o.Version, o.Standing, o.Ends = 1, programme.StandingOpen, g.now.AddDate(0, 1, 0)
		sizes := []int{o.Places, 1, 1}
		if i == 1 {
			sizes = []int{o.Places - 3}
		}
		for j, size := range sizes {
			if _, err := g.store.Reserve(g.t.Context(), o, g.store.ContactID(int64(30_000+10*i+j)), size, g.now); err != nil {
				g.t.Fatal(err)
			}
		}
	}
}
