package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Work is a piece of an outreach, to be gone through by one process: a bucket,
// or of a small outreach all of it.
type Work struct {
	Outreach string
	Bucket   int // -1: all of them
	ref      string
}

// Whole reports whether the piece is all of the outreach.
func (w Work) Whole() bool { return w.Bucket < 0 }

// workers is the consumer group of all replicas. Each outreach has a stream of
// its own: one that is paused, or has a hundred thousand recipients, holds no
// other up.
const workers = "workers"

// wholeUpTo is the size up to which an outreach is one piece of work.
const wholeUpTo = 2000

// pieces is into how many pieces of work an outreach falls.
func (o Outreach) pieces() int {
	if o.Size > 0 && o.Size <= wholeUpTo {
		return 1
	}
	return Buckets
}

// NextWork takes a piece of an outreach's work: what this process has and did not
// finish, in this life or an earlier one, else one whose owner was silent for
// idle, else a new one; nil when there is none. The caller is at one piece of an
// outreach at a time, and calls KeepWork well within idle until DoneWork; what it
// does not finish another does again.
func (s *Store) NextWork(ctx context.Context, outreach string, idle time.Duration) (*Work, error) {
	w, err := s.nextWork(ctx, outreach, idle)
	if err != nil && strings.HasPrefix(err.Error(), "NOGROUP") {
		return nil, nil // all is done, or nothing began
	}
	return w, wrap("look for work", err)
}

func (s *Store) nextWork(ctx context.Context, outreach string, idle time.Duration) (*Work, error) {
	key := keyWork(outreach)
	read := func(from string) ([]redis.XMessage, error) {
		streams, err := s.client.XReadGroup(ctx, &redis.XReadGroupArgs{
			Group: workers, Consumer: s.cfg.Instance, Streams: []string{key, from}, Count: 1, Block: -1, // go-redis: 0 waits for ever
		}).Result()
		if errors.Is(err, redis.Nil) {
			return nil, nil
		}
		if err != nil || len(streams) == 0 {
			return nil, err
		}
		return streams[0].Messages, nil
	}
	for _, take := range []func() ([]redis.XMessage, error){
		func() ([]redis.XMessage, error) { return read("0") }, // its own
		func() ([]redis.XMessage, error) {
			left, _, err := s.client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
				Stream: key, Group: workers, Consumer: s.cfg.Instance, MinIdle: idle, Start: "0", Count: 1,
			}).Result()
			return left, err
		},
		func() ([]redis.XMessage, error) { return read(">") },
	} {
		found, err := take()
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			return readWork(outreach, m)
		}
	}
	return nil, nil
}

func readWork(outreach string, m redis.XMessage) (*Work, error) {
	b, _ := m.Values["b"].(string)
	n, err := strconv.Atoi(b)
	if err != nil || n < -1 || n >= Buckets {
		return nil, fmt.Errorf("piece of work %s: %w", m.ID, errMalformed)
	}
	return &Work{Outreach: outreach, Bucket: n, ref: m.ID}, nil
}

// KeepWork tells the others that this process is at it. It fails with
// ErrConflict when another took it: stop.
func (s *Store) KeepWork(ctx context.Context, w Work) error {
	n, err := s.run(ctx, keepScript, []string{keyWork(w.Outreach)}, workers, s.cfg.Instance, w.ref).Int()
	if err == nil && n == 0 {
		return fmt.Errorf("keep work: %w", ErrConflict)
	}
	return wrap("keep work", err)
}

// DoneWork finishes a piece of work; a second time changes nothing.
func (s *Store) DoneWork(ctx context.Context, w Work) error {
	return wrap("finish work", s.run(ctx, workedScript, []string{keyWork(w.Outreach), keyLeft}, workers, w.ref, w.Outreach).Err())
}

// WorkLeft returns how many pieces of an outreach are not finished.
func (s *Store) WorkLeft(ctx context.Context, outreach string) (int, error) {
	n, err := s.client.HGet(ctx, keyLeft, outreach).Int()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, wrap("count work", err)
}

// Motion tells the state of all outreaches that are not over, and how many
// pieces of work each has left, in one cheap round trip. Those without work are
// not in left.
func (s *Store) Motion(ctx context.Context) (states map[string]OutreachState, left map[string]int, err error) {
	pipe := s.client.TxPipeline()
	all, works := pipe.HGetAll(ctx, keyStates), pipe.HGetAll(ctx, keyLeft)
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, nil, wrap("read states of outreaches", err)
	}
	left = make(map[string]int, len(works.Val()))
	for id, n := range works.Val() {
		if n, err := strconv.Atoi(n); err == nil && n > 0 {
			left[id] = n
		}
	}
	return outreachStatesOf(all.Val()), left, nil
}
