package bot

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"arraigo/flows"
	"arraigo/store"
)

// end notes in a turn what became of the notices that it saw, and of what its
// timer brought. The outreach of a nudge is nobody's act: it is there from the
// first nudge of a day on.
func (b *Bot) end(ctx context.Context, t *store.Turn, ends []flows.Ending) error {
	for _, e := range ends {
		if e.Notice != "" {
			t.Taken = append(t.Taken, e.Notice)
		}
		if e.Outreach == "" {
			continue
		}
		t.Told = append(t.Told, store.Told{Outreach: e.Outreach, State: e.State})
		t.Again = t.Again || e.State == store.StateOwed && e.Again
		if !flows.IsNudge(e.Outreach) {
			continue
		}
		err := b.cfg.Store.EnsureOutreach(ctx, store.Outreach{
			ID: e.Outreach, Kind: store.KindNudge, State: store.OutreachSending, Again: true,
			Created: t.Now, Started: t.Now, Until: b.cfg.Set().EndOf(b.cfg.Set().Today(t.Now)),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// titles names the announcements that wait for somebody, if there are several:
// one alone is never listed.
func (b *Bot) titles(ctx context.Context, notices []flows.Notice, language string) (map[string]string, error) {
	var ids []string
	for _, n := range notices {
		if n.Kind == flows.Announcement {
			ids = append(ids, n.Offer)
		}
	}
	if len(ids) < 2 {
		return nil, nil
	}
	titles := make(map[string]string, len(ids))
	for _, id := range ids {
		o, err := b.cfg.Store.Outreach(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		titles[id] = headline(o, language)
	}
	return titles, nil
}

// headline is how an announcement begins, in a language or else in Spanish; what
// has no words is called as the staff call it.
func headline(o store.Outreach, language string) string {
	p, ok := o.Content[language]
	if !ok {
		p = o.Content["es"]
	}
	first, _, _ := strings.Cut(strings.TrimSpace(withoutTags(p.HTML)), "\n")
	if first = strings.TrimSpace(first); first == "" {
		first = o.Title
	}
	if utf8.RuneCountInString(first) > flows.MaxButton {
		first = string([]rune(first)[:flows.MaxButton-1]) + "…"
	}
	return first
}

// findAnnouncement looks whether the person was a recipient of an announcement:
// anybody can forge the button that opens one.
func findAnnouncement(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error) {
	found := flows.No
	if id := args["announcement"]; len(id) > 0 {
		told, err := b.cfg.Store.ToldOf(ctx, r.ID, id[0])
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return flows.Input{}, err
		}
		if told.Kind == store.KindAnnouncement && (told.State == store.StateSent || !store.Final(told.State)) {
			found = flows.Yes
		}
	}
	return flows.Input{Slots: map[string][]string{"announcement_found": {found}}}, nil
}

// tidyEvery is how often it is looked for what is too old.
const tidyEvery = 24 * time.Hour

// tidyOutreaches forgets who got what when that is old. It runs in one replica
// at a time.
func (b *Bot) tidyOutreaches(ctx context.Context) error {
	for {
		if err := b.cfg.Store.Tidy(ctx, b.cfg.Now()); err != nil && ctx.Err() == nil {
			b.log.Warn("tidying outreaches", "error", err)
		}
		if err := sleep(ctx, tidyEvery); err != nil {
			return err
		}
	}
}
