package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Holding is one kind of thing kept about a person, for /mis_datos.
type Holding struct {
	Row     Row
	Entries int       // how many entries or keys
	Until   time.Time // when it ends by itself; zero: see Row.End
}

// Stored lists what is kept about the person of a chat, by the rows of the key
// table, in their order; empty for a stranger.
func (s *Store) Stored(ctx context.Context, chatID int64, now time.Time) ([]Holding, error) {
	r, err := s.Load(ctx, chatID)
	if err != nil {
		return nil, err
	}
	b := bucket(r.ID.Bucket())
	stone := s.keys.tombstone(chatID)
	pipe := s.client.Pipeline()
	life := pipe.PTTL(ctx, b.contact(r.ID))
	timer := pipe.ZScore(ctx, b.due(), string(r.ID))
	fields := pipe.HKeys(ctx, b.outbox())
	notices := pipe.HLen(ctx, b.notices(r.ID))
	noticesLife := pipe.PTTL(ctx, b.notices(r.ID))
	said := pipe.PTTL(ctx, b.said(r.ID))
	ticket := pipe.PTTL(ctx, b.ticket(r.ID))
	open := pipe.ZScore(ctx, b.tickets(), string(r.ID))
	notes, notesLeft := pipe.HLen(ctx, b.notes(r.ID)), pipe.PTTL(ctx, b.notes(r.ID))
	requests := pipe.HLen(ctx, b.requests(r.ID))
	closed := pipe.ZScore(ctx, b.closed(), string(r.ID))
	talk, talkLeft := pipe.HLen(ctx, b.talk(r.ID)), pipe.PTTL(ctx, b.talk(r.ID))
	enclosed, enclosedLeft := pipe.HLen(ctx, b.enclosed(r.ID)), pipe.PTTL(ctx, b.enclosed(r.ID))
	carried := pipe.HKeys(ctx, b.relay())
	reported := pipe.HKeys(ctx, b.reported())
	ledgers := pipe.ZCard(ctx, b.ledgers())
	stoneLife := pipe.PTTL(ctx, b.tombstone(stone))
	spentLife := pipe.PTTL(ctx, b.spent(stone))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("list what is stored", err)
	}
	entries := map[string]int{"index": len(r.entries)}
	until := map[string]time.Time{}
	ending := func(name string, d time.Duration) {
		if d == -2 {
			return // no such key
		}
		entries[name] = 1
		if d >= 0 {
			until[name] = now.Add(d)
		}
	}
	ending("contact", life.Val())
	ending("notices", noticesLife.Val())
	entries["notices"] = int(notices.Val())
	ending("said", said.Val())
	ending("ticket", ticket.Val())
	ending("notes", notesLeft.Val())
	entries["notes"] = int(notes.Val())
	entries["requests-of"] = int(requests.Val())
	ending("talk", talkLeft.Val())
	entries["talk"] = int(talk.Val())
	ending("enclosed", enclosedLeft.Val())
	entries["enclosed"] = int(enclosed.Val())
	ending("tombstone", stoneLife.Val())
	ending("spent", spentLife.Val())
	if r.ordinal >= 0 {
		entries["roster"] = 1
	}
	if timer.Err() == nil {
		entries["due"], until["due"] = 1, time.Unix(int64(timer.Val()), 0).UTC()
	}
	for _, f := range fields.Val() {
		if ref, ok := parseRef(f); ok && ref.Contact == r.ID {
			entries["outbox"]++
			entries["owed"]++
		}
	}
	if entries["places-size"], err = s.held(ctx, r.ID, now); err != nil {
		return nil, err
	}
	if open.Err() == nil {
		entries["tickets"] = 1
	}
	if closed.Err() == nil {
		entries["closed"] = 1
	}
	if ledgers.Val() > 0 {
		told, err := s.ledgersOf(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		entries["ledger"] = len(told)
	}
	mine := string(r.ID) + "."
	for name, fields := range map[string][]string{"relay": carried.Val(), "reported": reported.Val()} {
		for _, f := range fields {
			if strings.HasPrefix(f, mine) {
				entries[name]++
			}
		}
	}
	grades, err := s.GradesOf(ctx, r.ID, now)
	if err != nil {
		return nil, err
	}
	entries["places-grades"] = len(grades)
	came, err := s.AttendanceOf(ctx, r.ID, now)
	if err != nil {
		return nil, err
	}
	entries["places-came"] = len(came)
	var out []Holding
	for _, row := range rows {
		if n := entries[row.Name]; n > 0 {
			out = append(out, Holding{Row: row, Entries: n, Until: until[row.Name]})
		}
	}
	return out, nil
}
