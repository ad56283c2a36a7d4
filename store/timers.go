package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Due returns up to limit contacts whose timer is over, longest first. The
// turn that follows sets the next timer; one that fails leaves it due. Only one
// process should ask at a time (see Lease); two asking costs a conflict, no
// more.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]ContactID, error) {
	if limit <= 0 {
		return nil, nil
	}
	by := &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(now.Unix(), 10), Count: int64(limit)}
	cmds := make([]*redis.ZSliceCmd, Buckets)
	pipe := s.client.Pipeline()
	for n := range cmds {
		cmds[n] = pipe.ZRangeByScoreWithScores(ctx, bucket(n).due(), by)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("list timers", err)
	}
	var all []redis.Z
	for _, cmd := range cmds {
		all = append(all, cmd.Val()...)
	}
	slices.SortStableFunc(all, func(a, b redis.Z) int { return cmp.Compare(a.Score, b.Score) })
	out := make([]ContactID, 0, min(limit, len(all)))
	for _, z := range all[:min(limit, len(all))] {
		id, _ := z.Member.(string)
		out = append(out, ContactID(id))
	}
	return out, nil
}

// DropTimer removes the timer of a contact that LoadID does not find. With a
// record there it does nothing.
func (s *Store) DropTimer(ctx context.Context, id ContactID) error {
	b := bucket(id.Bucket())
	return wrap("drop timer", s.run(ctx, untimedScript, []string{b.contact(id), b.due()}, string(id)).Err())
}
