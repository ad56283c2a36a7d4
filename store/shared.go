package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Lease takes or renews the right to run a loop that must run once among all
// replicas. The owner is this process: its instance and epoch. What an earlier
// epoch of the same instance holds is taken over at once. It holds for ttl, at
// most an hour, counted by Redis.
func (s *Store) Lease(ctx context.Context, name string, ttl time.Duration) (bool, error) {
	ttl = min(ttl, leaseMax)
	n, err := s.run(ctx, leaseScript, []string{keyLease(name)}, s.cfg.Instance, s.cfg.Epoch, ttl.Milliseconds()).Int()
	return n == 1, wrap("take lease", err)
}

// Release gives a lease back, if it is still this process's.
func (s *Store) Release(ctx context.Context, name string) error {
	return wrap("release lease", s.run(ctx, releaseScript, []string{keyLease(name)}, s.owner()).Err())
}

func (s *Store) owner() string { return s.cfg.Instance + " " + strconv.FormatInt(s.cfg.Epoch, 10) }

// Offset returns the update to ask Telegram for next; 0 when nothing is known.
func (s *Store) Offset(ctx context.Context, bot int64) (int64, error) {
	n, err := s.client.Get(ctx, keyOffset(bot)).Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, wrap("read offset", err)
}

// SetOffset notes the update to ask for next. Call it after the commits of all
// earlier ones.
func (s *Store) SetOffset(ctx context.Context, bot, offset int64) error {
	return wrap("set offset", s.client.Set(ctx, keyOffset(bot), offset, 0).Err())
}

// HoldAll makes all replicas silent until then: Telegram asked for it with a
// 429 that concerns the whole bot. An earlier, longer hold stays. More than two
// hours count as two.
func (s *Store) HoldAll(ctx context.Context, now, until time.Time) error {
	if limit := now.Add(holdMax); until.After(limit) {
		until = limit
	}
	left := until.Sub(now)
	if left <= 0 {
		return nil
	}
	return wrap("hold", s.run(ctx, untilScript, []string{keyHold}, until.UnixMilli(), left.Milliseconds()).Err())
}

// Held returns until when all replicas are to be silent; zero when they may
// speak.
func (s *Store) Held(ctx context.Context) (time.Time, error) {
	ms, err := s.client.Get(ctx, keyHold).Int64()
	if errors.Is(err, redis.Nil) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, wrap("read hold", err)
	}
	return time.UnixMilli(ms).UTC(), nil
}
