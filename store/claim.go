package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Claim leases to this process, for Config.Lease from now, up to limit entries
// whose lease is over: their process died or is slow. The buckets that wait
// longest give first, each its share. What is returned is sorted: oldest contact
// first, the entries of one contact in the order of their revisions.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int) ([]Owed, error) {
	ripe := &redis.ZRangeBy{Min: "-inf", Max: strconv.FormatInt(now.UnixMilli(), 10), Count: 1}
	first := make([]*redis.ZSliceCmd, Buckets)
	pipe := s.client.Pipeline()
	for n := range first {
		first[n] = pipe.ZRangeByScoreWithScores(ctx, bucket(n).owed(), ripe)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, wrap("claim replies", err)
	}
	var buckets []int
	for n, cmd := range first {
		if len(cmd.Val()) > 0 {
			buckets = append(buckets, n)
		}
	}
	slices.SortStableFunc(buckets, func(a, b int) int {
		return cmp.Compare(first[a].Val()[0].Score, first[b].Val()[0].Score)
	})
	return s.claim(ctx, now, limit, buckets, "0")
}

// ClaimOwn leases to this process what an earlier epoch of the same instance
// holds, without waiting for the lease: that process is known to be dead. Call
// it once at the start.
func (s *Store) ClaimOwn(ctx context.Context, now time.Time, limit int) ([]Owed, error) {
	buckets := make([]int, Buckets)
	for n := range buckets {
		buckets[n] = n
	}
	return s.claim(ctx, now, limit, buckets, "1")
}

// ClaimEarlier leases what is owed to the contact of ref from before ref, as far
// as nobody alive holds it, in its order. held is how much others still hold.
func (s *Store) ClaimEarlier(ctx context.Context, ref OwedRef, now time.Time) (earlier []Owed, held int, err error) {
	if ref.IsZero() || ref.Farewell() {
		return nil, 0, nil
	}
	b := bucket(ref.Contact.Bucket())
	reply, err := s.run(ctx, earlierScript, []string{b.outbox(), b.owed()},
		string(ref.Contact), ref.Revision, now.UnixMilli(), s.leaseEnd(now), s.cfg.Epoch, s.cfg.Instance).Slice()
	if err != nil || len(reply) == 0 {
		return nil, 0, wrap("claim earlier replies", err)
	}
	n, _ := reply[0].(int64)
	var faults []error
	for p := 1; p+1 < len(reply); p += 2 {
		field, _ := reply[p].(string)
		value, _ := reply[p+1].(string)
		o, err := s.keys.decodeOwed(field, []byte(value))
		if err != nil {
			faults = append(faults, fmt.Errorf("claim earlier replies %s: %w", field, err))
			continue
		}
		earlier = append(earlier, o)
	}
	return inOrder(earlier), int(n), errors.Join(faults...)
}

// claim asks each bucket for what it may still give. An entry that cannot be
// decrypted stays leased and is reported in the error beside the others, so
// that it never blocks them.
func (s *Store) claim(ctx context.Context, now time.Time, limit int, buckets []int, own string) ([]Owed, error) {
	if limit <= 0 {
		return nil, nil
	}
	var out []Owed
	var faults []error
	for len(buckets) > 0 && len(out) < limit {
		// Each bucket may give its share, and what the others leave in the next round.
		share := max(1, (limit-len(out))/len(buckets))
		batch := buckets[:min(len(buckets), limit-len(out))]
		calls := make([]call, len(batch))
		for i, n := range batch {
			b := bucket(n)
			calls[i] = call{
				keys: []string{b.outbox(), b.farewell(), b.owed()},
				args: []any{now.UnixMilli(), s.leaseEnd(now), share, s.cfg.Epoch, s.cfg.Instance, own},
			}
		}
		cmds, err := s.runAll(ctx, claimScript, calls)
		if err != nil {
			faults = append(faults, wrap("claim replies", err))
		}
		var again []int
		for i, cmd := range cmds {
			pairs, err := cmd.StringSlice()
			if err != nil {
				continue
			}
			if len(pairs) == 2*share {
				again = append(again, batch[i])
			}
			for p := 0; p+1 < len(pairs); p += 2 {
				o, err := s.keys.decodeOwed(pairs[p], []byte(pairs[p+1]))
				if err != nil {
					faults = append(faults, fmt.Errorf("claim replies %s: %w", pairs[p], err))
					continue
				}
				out = append(out, o)
			}
		}
		if err != nil {
			break
		}
		buckets = append(buckets[len(batch):], again...)
	}
	return inOrder(out), errors.Join(faults...)
}

// inOrder sorts by the oldest entry of each contact, then by revision.
func inOrder(out []Owed) []Owed {
	oldest := make(map[ContactID]time.Time, len(out))
	for _, o := range out {
		if t, ok := oldest[o.Ref.Contact]; !ok || o.Since.Before(t) {
			oldest[o.Ref.Contact] = o.Since
		}
	}
	slices.SortFunc(out, func(a, b Owed) int {
		return cmp.Or(
			oldest[a.Ref.Contact].Compare(oldest[b.Ref.Contact]),
			cmp.Compare(a.Ref.Contact, b.Ref.Contact),
			cmp.Compare(a.Ref.Revision, b.Ref.Revision),
		)
	})
	return out
}
