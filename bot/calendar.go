package bot

import (
	"context"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// reminder is how long before an event the phone's own calendar rings.
const reminder = "-P1D"

// calendar is an event as a file that every phone's calendar opens (RFC 5545):
// hours in UTC, and nothing in it about the person. It is made when it is sent,
// so it is as the event is then.
func (b *Bot) calendar(ctx context.Context, r *store.Record, id string) ([]byte, error) {
	published, err := b.offers.today(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := published.Event(id)
	if !ok {
		return nil, store.ErrNotFound
	}
	return []byte(calendarOf(b.cfg.Set(), &r.Session, e, b.cfg.Now())), nil
}

func calendarOf(set *flows.Set, s *flows.Session, e programme.Event, now time.Time) string {
	start, end, _ := e.Span(set.Location())
	cal := ical.NewCalendarFor("Arraigo")
	cal.SetMethod(ical.MethodPublish)
	// One that is moved replaces what the phone has under the same name.
	event := cal.AddEvent("event-" + e.ID + "@arraigo")
	event.SetDtStampTime(now.UTC())
	event.SetSequence(int(now.Unix() / 60))
	if e.Starts == "" {
		event.SetAllDayStartAt(start)
		event.SetAllDayEndAt(end)
	} else {
		event.SetStartAt(start.UTC())
		event.SetEndAt(end.UTC())
	}
	event.SetSummary(e.Title)
	place := e.Place
	if m, ok := set.Data.Municipalities.ByCode(e.Municipality); ok {
		place += ", " + m.Label()
	}
	event.SetLocation(place)
	if text := strings.TrimSpace(e.Description); text != "" {
		event.SetDescription(text)
	}
	if e.Standing(set.Today(now)) == programme.StandingCancelled {
		event.SetStatus(ical.ObjectStatusCancelled)
	} else {
		event.SetStatus(ical.ObjectStatusConfirmed)
	}
	alarm := event.AddAlarm()
	alarm.SetAction(ical.ActionDisplay)
	alarm.SetTrigger(reminder)
	alarm.SetDescription(flows.Words(set, s, flows.Literal(e.Title)))
	return cal.Serialize(ical.WithNewLine("\r\n"))
}
