package store

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Matched returns the vacancies that people with an alert have been told of, or
// are about to be, and forgets those that are over.
func (s *Store) Matched(ctx context.Context, now time.Time) (map[string]bool, error) {
	pipe := s.client.TxPipeline()
	pipe.ZRemRangeByScore(ctx, keyMatched, "-inf", strconv.FormatInt(now.Unix(), 10))
	all := pipe.ZRange(ctx, keyMatched, 0, -1)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list matched vacancies", err)
	}
	matched := make(map[string]bool, len(all.Val()))
	for _, id := range all.Val() {
		matched[id] = true
	}
	return matched, nil
}

// NoteMatched remembers vacancies, by when each of them is over.
func (s *Store) NoteMatched(ctx context.Context, until map[string]time.Time) error {
	if len(until) == 0 {
		return nil
	}
	entries := make([]redis.Z, 0, len(until))
	for id, end := range until {
		entries = append(entries, redis.Z{Member: id, Score: float64(end.Unix())})
	}
	return wrap("note matched vacancies", s.client.ZAdd(ctx, keyMatched, entries...).Err())
}
