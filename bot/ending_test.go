package bot

import (
	"strings"
	"testing"

	"arraigo/flows"
	"arraigo/store"
)

func TestHowAnAnnouncementIsCalled(t *testing.T) {
	o := store.Outreach{Title: "feria cúcuta nov", Content: map[string]store.Piece{
		"es": {HTML: "\n<b>Feria &amp; empleo</b>\nEl lunes."}, "pt": {Media: "photo"}, "en": {HTML: strings.Repeat("ñ", 100)},
	}}
	for language, want := range map[string]string{
		"es": "Feria & empleo", "fr": "Feria & empleo", "pt": "feria cúcuta nov", "en": strings.Repeat("ñ", 63) + "…",
	} {
		if got := headline(o, language); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}

// Anybody can forge the button, so it opens only what the person was sent.
func TestOnlyARecipientOpensAnAnnouncement(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	p := w.person()
	p.agreed()
	p.waits(0, "años")
	s, now := r.cfg.Store, r.cfg.Now()
	for _, id := range []string{"a-111111", "a-222222"} {
		if _, err := s.CreateOutreach(t.Context(), store.Outreach{ID: id, Kind: store.KindAnnouncement, State: store.OutreachSending, Created: now, Started: now}); err != nil {
			t.Fatal(err)
		}
	}
	contact := s.ContactID(p.id)
	if got, err := s.Notify(t.Context(), contact, flows.Notice{ID: "a-111111", Kind: "of a newer program", Outreach: "a-111111"}, now); got != store.NotifyLeft || err != nil {
		t.Fatal(got, err)
	}
	rec, err := s.Load(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"a-111111": flows.Yes, "a-222222": flows.No, "a-333333": flows.No, "../x": flows.No} {
		in, err := findAnnouncement(t.Context(), r.Bot, rec, map[string][]string{"announcement": {id}})
		if got := in.Slots["announcement_found"]; err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, %v, want %s", id, got, err, want)
		}
	}
}
