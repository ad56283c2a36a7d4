package store

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Funnel returns how often each step was reached on the day of that moment.
// It knows no contacts.
func (s *Store) Funnel(ctx context.Context, at time.Time) (map[string]int64, error) {
	date := s.date(at)
	return s.sum(ctx, "read funnel", func(b bucketKeys) string { return b.funnel(date) })
}

// Undelivered returns how many replies were given up on the day of that
// moment, by reason.
func (s *Store) Undelivered(ctx context.Context, at time.Time) (map[string]int64, error) {
	date := s.date(at)
	return s.sum(ctx, "read undelivered", func(b bucketKeys) string { return b.undelivered(date) })
}

func (s *Store) sum(ctx context.Context, op string, key func(bucketKeys) string) (map[string]int64, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.MapStringStringCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.HGetAll(ctx, key(bucket(n)))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap(op, err)
	}
	out := map[string]int64{}
	for _, cmd := range cmds {
		for name, value := range cmd.Val() {
			n, _ := strconv.ParseInt(value, 10, 64) // HINCRBY writes nothing else
			out[name] += n
		}
	}
	return out, nil
}

// Owing returns how many parcels of replies wait to be sent, also those that are
// on their way.
func (s *Store) Owing(ctx context.Context) (int, error) {
	pipe := s.client.Pipeline()
	cmds := make([]*redis.IntCmd, Buckets)
	for n := range cmds {
		cmds[n] = pipe.ZCard(ctx, bucket(n).owed())
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, wrap("count replies owed", err)
	}
	total := 0
	for _, cmd := range cmds {
		total += int(cmd.Val())
	}
	return total, nil
}

// strangeIDs bounds how many ids of undecodable updates one day keeps.
const strangeIDs = 1000

// Unreadable counts an update that could not be decoded and keeps its id and
// day for 30 days (the first 1,000 ids of a day), nothing else. It returns how
// many there were that day.
func (s *Store) Unreadable(ctx context.Context, update int64, now time.Time) (int64, error) {
	n, err := s.run(ctx, strangeScript, []string{keyUnreadable(s.date(now))}, update, strangeIDs, seconds(strangeLife)).Int64()
	return n, wrap("count unreadable update", err)
}
