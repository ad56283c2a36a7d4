package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hour names an hour for the counters of reads.
func hour(t time.Time) string { return t.UTC().Format("2006-01-02T15") }

// toldMark stands before the id of whom the auditors were told of.
const toldMark = "told."

// A Bulk says that somebody saw data of many people within an hour.
type Bulk struct {
	Staff  string // id, or AuditOperator
	Hour   time.Time
	People int
}

// BulkReads lists who saw data of BulkReads people or more within this hour or
// the one before, and of whom nobody was told yet.
func (s *Store) BulkReads(ctx context.Context, now time.Time) ([]Bulk, error) {
	return s.bulkReads(ctx, now, false)
}

// LateBulkReads lists who saw data of BulkReads people or more within this hour
// or the one before, whether the auditors were told or not.
func (s *Store) LateBulkReads(ctx context.Context, now time.Time) ([]Bulk, error) {
	return s.bulkReads(ctx, now, true)
}

func (s *Store) bulkReads(ctx context.Context, now time.Time, toldToo bool) ([]Bulk, error) {
	var out []Bulk
	for _, at := range []time.Time{now.Add(-time.Hour), now} {
		counts, err := s.client.HGetAll(ctx, keyAuditReads(hour(at))).Result()
		if err != nil {
			return nil, wrap("look for bulk reads", err)
		}
		for who, value := range counts {
			n, err := strconv.Atoi(value)
			_, told := counts[toldMark+who]
			if err != nil || told && !toldToo || n < BulkReads || strings.HasPrefix(who, toldMark) {
				continue
			}
			out = append(out, Bulk{who, at.UTC().Truncate(time.Hour), n})
		}
	}
	slices.SortFunc(out, func(a, b Bulk) int {
		if c := a.Hour.Compare(b.Hour); c != 0 {
			return c
		}
		return strings.Compare(a.Staff, b.Staff)
	})
	return out, nil
}

// BulkTold notes that the auditors were told. It reports false when another
// process did first.
func (s *Store) BulkTold(ctx context.Context, b Bulk) (bool, error) {
	first, err := s.client.HSetNX(ctx, keyAuditReads(hour(b.Hour)), toldMark+b.Staff, "1").Result()
	return first, wrap("note bulk reads", err)
}
