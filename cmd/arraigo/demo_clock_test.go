package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store"
	"arraigo/store/storetest"
)

func TestTheClockOfTheDemoNeverGoesBack(t *testing.T) {
	c := &demoClock{}
	start := c.Now()
	c.moveTo(start.Add(25 * time.Hour))
	c.moveTo(start.Add(-time.Hour))
	if ahead := c.Now().Sub(start); ahead < 25*time.Hour || ahead > 25*time.Hour+time.Minute {
		t.Errorf("%v ahead", ahead)
	}
}

func TestTheNextEventIsOneThatSomebodyGoesTo(t *testing.T) {
	set, err := wholeSet()
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	now := time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)
	next := func(after time.Time, want string) {
		t.Helper()
		e, starts, err := nextEvent(t.Context(), s, set, after)
		got := e.ID + " " + starts.In(set.Location()).Format("2006-01-02 15:04")
		if e.ID == "" {
			got = ""
		}
		if err != nil || got != want {
			t.Errorf("after %s: %q, %v, want %q", after, got, err, want)
		}
	}
	next(now, "")
	if err := seed(t.Context(), s, set, now); err != nil {
		t.Fatal(err)
	}
	next(now, "E-03 2026-12-09 08:00")
	next(time.Date(2026, 12, 9, 13, 0, 0, 0, time.UTC), "E-08 2026-12-10 09:00") // at that very moment E-03 begins
	next(now.AddDate(1, 0, 0), "")
	if err := s.Watch(t.Context(), store.Offer{Kind: store.OfferEvent, ID: "E-05", Standing: "open"}, s.ContactID(1), now); err != nil {
		t.Fatal(err)
	}
	next(now, "E-05 2026-12-26 14:00")
	next(time.Date(2026, 12, 27, 0, 0, 0, 0, time.UTC), "E-07 2027-02-04 09:00")
}

// In the demo one sees an event remind, and a day later what it asks.
func TestTheClockOfTheDemoBringsReminders(t *testing.T) {
	p := start(t, nil, "demo", "--no-open", "--listen", "127.0.0.1:0")
	p.says("Arraigo demo: open http://")
	b := &browser{t: t, base: strings.TrimSuffix(regexp.MustCompile(`http://[0-9.:]+/`).FindString(p.out.String()), "/")}
	eventually(t, "somebody who goes to an event", func() bool {
		var people []emulator.User
		b.call(http.MethodGet, "/emulator/users", nil, &people)
		for _, u := range people {
			if u.FirstName == "Andreína" {
				b.chat = u.ID
			}
		}
		return b.chat != 0
	})
	b.reads("Tiene un cupo en Día de contratación en restaurantes")
	var clock emulator.ClockView
	b.call(http.MethodPost, "/emulator/clock/event", nil, &clock)
	if at := time.UnixMilli(clock.Now).UTC().Format("15:04"); at != "13:55" || !strings.Contains(clock.Said, "Día de contratación en restaurantes") {
		t.Errorf("five minutes before nine in Bogotá it is %s UTC, and it says %q", at, clock.Said)
	}
	b.reads("Faltan 5 minutos: Día de contratación en restaurantes")
	b.press(func(button emulator.Button) bool { return button.Text == "Voy" })
	b.reads("Gracias por responder")
	for _, m := range b.messages() {
		if strings.HasPrefix(m.Text, "Gracias por responder") && m.Date < clock.Now/1000 {
			t.Errorf("the phone says %s, the clock of the demo %s", time.Unix(m.Date, 0), time.UnixMilli(clock.Now))
		}
	}
	b.call(http.MethodPost, "/emulator/clock/day", nil, &clock)
	b.reads("¿Cómo le pareció Día de contratación en restaurantes?")
	if got := p.out.String(); strings.Contains(got, "level=") {
		t.Error(got)
	}
}
