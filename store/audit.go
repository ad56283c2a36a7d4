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
		pipe := c.Pipeline()
		kinds, lives := make([]*redis.StatusCmd, len(keys)), make([]*redis.DurationCmd, len(keys))
		for i, key := range keys {
			kinds[i], lives[i] = pipe.Type(ctx, key), pipe.PTTL(ctx, key)
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return wrap("audit", err)
		}
		for i, key := range keys {
			row, ok := Match(key)
			if !ok {
				faults = append(faults, fmt.Sprintf("%s: no row", key))
				continue
			}
			kind, left := kinds[i].Val(), lives[i].Val()
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
		contents, err := read(ctx, c, keys)
		if err != nil {
			return wrap("walk", err)
		}
		for i, key := range keys {
			fn(key, "")
			for _, content := range contents[i] {
				fn(key, content)
			}
		}
		return nil
	})
}

// read returns all that lies below each of some keys, in two round trips. A key
// that goes meanwhile has nothing.
func read(ctx context.Context, c redis.Cmdable, keys []string) ([][]string, error) {
	pipe := c.Pipeline()
	kinds := make([]*redis.StatusCmd, len(keys))
	for i, key := range keys {
		kinds[i] = pipe.Type(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, err
	}
	pipe = c.Pipeline()
	cmds := make([]redis.Cmder, len(keys))
	for i, key := range keys {
		switch kind := kinds[i].Val(); kind {
		case "string":
			cmds[i] = pipe.Get(ctx, key)
		case "list":
			cmds[i] = pipe.LRange(ctx, key, 0, -1)
		case "zset":
			cmds[i] = pipe.ZRange(ctx, key, 0, -1)
		case "hash":
			cmds[i] = pipe.HGetAll(ctx, key)
		case "stream":
			cmds[i] = pipe.XRange(ctx, key, "-", "+")
		case "none":
		default:
			return nil, fmt.Errorf("a %s, which no row allows", kind)
		}
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	all := make([][]string, len(keys))
	for i, cmd := range cmds {
		all[i] = below(cmd)
	}
	return all, nil
}

// below are the value, fields or members that a command of read brought.
func below(cmd redis.Cmder) (all []string) {
	switch cmd := cmd.(type) {
	case *redis.StringCmd:
		if cmd.Err() == nil {
			all = []string{cmd.Val()}
		}
	case *redis.StringSliceCmd:
		all = cmd.Val()
	case *redis.MapStringStringCmd:
		for k, v := range cmd.Val() {
			all = append(all, k, v)
		}
	case *redis.XMessageSliceCmd:
		for _, e := range cmd.Val() {
			for k, v := range e.Values {
				all = append(all, k, fmt.Sprint(v))
			}
		}
	}
	return all
}
