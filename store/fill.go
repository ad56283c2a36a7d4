package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Fill is how full an offer is.
type Fill struct{ Used, Waiting int }

// Fills tells how many places of each offer are taken or offered to somebody, and
// how many contacts wait, all in one round trip. Only Kind and ID matter.
func (s *Store) Fills(ctx context.Context, offers []Offer) ([]Fill, error) {
	if len(offers) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	used, waiting := make([]*redis.StringCmd, len(offers)), make([]*redis.IntCmd, len(offers))
	for i, o := range offers {
		k := places(o)
		used[i], waiting[i] = pipe.HGet(ctx, k.terms(), "used"), pipe.ZCard(ctx, k.waiting())
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("count places", err)
	}
	out := make([]Fill, len(offers))
	for i := range offers {
		out[i].Used, _ = strconv.Atoi(used[i].Val()) // HINCRBY writes nothing else
		out[i].Waiting = int(waiting[i].Val())
	}
	return out, nil
}

// Tickets reads the tickets of those contacts in one round trip. One that is gone
// is left out.
func (s *Store) Tickets(ctx context.Context, open []OpenTicket) ([]*Ticket, error) {
	if len(open) == 0 {
		return nil, nil
	}
	pipe := s.client.Pipeline()
	cmds := make([]*redis.StringCmd, len(open))
	for i, o := range open {
		cmds[i] = pipe.Get(ctx, bucket(o.Contact.Bucket()).ticket(o.Contact))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, wrap("read tickets", err)
	}
	out := make([]*Ticket, 0, len(open))
	for i, cmd := range cmds {
		sealed, err := cmd.Bytes()
		if errors.Is(err, redis.Nil) {
			continue
		}
		plain, err := s.keys.open(fieldTicket, open[i].Contact, sealed)
		if err != nil {
			return nil, fmt.Errorf("read tickets: %w", err)
		}
		t := &Ticket{Contact: open[i].Contact}
		if json.Unmarshal(plain, t) != nil {
			return nil, fmt.Errorf("read tickets: %w", errMalformed)
		}
		out = append(out, t)
	}
	return out, nil
}

// Day is the day, as 2026-11-22, to which the counters count a moment.
func (s *Store) Day(t time.Time) string { return s.date(t) }
