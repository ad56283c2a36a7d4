package bot

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"arraigo/flows"
	"arraigo/store"
)

// An action does for a flow what needs the outside world. It must be
// idempotent: a crash before the commit runs it again.
type action func(ctx context.Context, b *Bot, r *store.Record, args map[string][]string) (flows.Input, error)

// actions are all actions that flows can call, by name.
func actions() map[string]action {
	all := map[string]action{
		"data_summary": summariseData,
		"new_report":   newReport,
		"file_report":  fileReport,
		"find_report":  findReport,
		"hide_chat":    hideChat,

		"find_announcement": findAnnouncement,
	}
	maps.Copy(all, placeActions())
	return all
}

// CallNames lists the actions with I/O, for flows.Config.Calls.
func CallNames() []string {
	var names []string
	for name := range actions() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// act runs the action that a turn waits for.
func (b *Bot) act(ctx context.Context, r *store.Record, call flows.Call) (flows.Input, error) {
	do, ok := b.calls[call.Name]
	if !ok {
		return flows.Input{}, fmt.Errorf("a flow calls an action that does not exist: %s", call.Name)
	}
	in, err := do(ctx, b, r, call.Args)
	in.Kind = flows.InputOutcome
	return in, err
}

// summariseData says until when the person's record is kept.
func summariseData(ctx context.Context, b *Bot, r *store.Record, _ map[string][]string) (flows.Input, error) {
	until, err := b.keptUntil(ctx, r)
	if err != nil || until.IsZero() {
		return flows.Input{}, err
	}
	return flows.Input{Texts: []flows.Text{flows.Key("my_data.held").With("fecha", flows.Text{Date: until.Unix()})}}, nil
}

// keptUntil is when the record ends by itself if the person never writes again;
// zero when nothing is kept.
func (b *Bot) keptUntil(ctx context.Context, r *store.Record) (time.Time, error) {
	if r.Revision == 0 {
		return time.Time{}, nil
	}
	now := b.cfg.Now()
	held, err := b.cfg.Store.Stored(ctx, r.ChatID, now)
	if err != nil {
		return time.Time{}, err
	}
	for _, h := range held {
		if h.Row.Name == "contact" && !h.Until.IsZero() {
			return h.Until, nil
		}
	}
	return now.Add(b.profileEnd()), nil
}
