package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"
)

// Audit compares the whole server with the table of key shapes and returns
// every fault: a key without a row, of another type, or without its lifetime.
// It reads every key: for tests and for maintenance.
func (s *Store) Audit(ctx context.Context) ([]string, error) {
	var faults []string
	err := s.scan(ctx, "*", func(c redis.Cmdable, keys []string) error {
		for _, key := range keys {
			row, ok := Match(key)
			if !ok {
				faults = append(faults, fmt.Sprintf("%s: no row", key))
				continue
			}
			kind, err := c.Type(ctx, key).Result()
			if err != nil {
				return wrap("audit", err)
			}
			left, err := c.PTTL(ctx, key).Result()
			if err != nil {
				return wrap("audit", err)
			}
			if kind == "none" || left == -2 {
				continue // went between the commands
			}
			if kind != row.Type {
				faults = append(faults, fmt.Sprintf("%s: a %s, want a %s", key, kind, row.Type))
			}
			switch {
			case left < 0 && row.Life > 0 && !row.Optional:
				faults = append(faults, fmt.Sprintf("%s: no lifetime, want %s", key, row.Life))
			case left >= 0 && row.Life == 0:
				faults = append(faults, fmt.Sprintf("%s: ends in %s, want no lifetime", key, left))
			case left > row.Life:
				faults = append(faults, fmt.Sprintf("%s: ends in %s, want at most %s", key, left, row.Life))
			}
		}
		return nil
	})
	slices.Sort(faults)
	return faults, err
}

// Walk calls fn with every key and every value, field and member below it, so
// that a search proves what is not there. For tests and for proving an erasure.
func (s *Store) Walk(ctx context.Context, fn func(key, content string)) error {
	return s.scan(ctx, "*", func(c redis.Cmdable, keys []string) error {
		for _, key := range keys {
			contents, err := read(ctx, c, key)
			if err != nil && !errors.Is(err, redis.Nil) {
				return wrap("walk", err)
			}
			fn(key, "")
			for _, content := range contents {
				fn(key, content)
			}
		}
		return nil
	})
}

func read(ctx context.Context, c redis.Cmdable, key string) ([]string, error) {
	kind, err := c.Type(ctx, key).Result()
	if err != nil {
		return nil, err
	}
	switch kind {
	case "string":
		v, err := c.Get(ctx, key).Result()
		return []string{v}, err
	case "list":
		return c.LRange(ctx, key, 0, -1).Result()
	case "zset":
		return c.ZRange(ctx, key, 0, -1).Result()
	case "hash":
		m, err := c.HGetAll(ctx, key).Result()
		var out []string
		for k, v := range m {
			out = append(out, k, v)
		}
		return out, err
	case "stream":
		entries, err := c.XRange(ctx, key, "-", "+").Result()
		var out []string
		for _, e := range entries {
			for k, v := range e.Values {
				out = append(out, k, fmt.Sprint(v))
			}
		}
		return out, err
	case "none":
		return nil, nil
	}
	return nil, fmt.Errorf("a %s, which no row allows", kind)
}
