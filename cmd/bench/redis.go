package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"arraigo/store"
)

// A redisServer is a redis-server of the bench's own, set up as the program
// sets up the one it runs itself.
type redisServer struct {
	*process
	addr   string
	client *redis.Client // for looking at it
}

func (b *bench) startRedis(ctx context.Context, name string) (*redisServer, error) {
	dir := filepath.Join(b.dir, "redis-"+name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	addr, err := freeAddress()
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	p, err := startProcess(nil, "redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", dir,
		"--appendonly", "yes", "--appendfsync", "everysec", "--save", "", "--auto-aof-rewrite-percentage", "0",
		"--maxmemory-policy", "noeviction", "--daemonize", "no")
	if err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	r := &redisServer{process: p, addr: addr, client: redis.NewClient(&redis.Options{Addr: addr})}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return r, nil
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			r.close()
			return nil, fmt.Errorf("redis-server does not answer:\n%s", p.words.String())
		}
	}
}

func (r *redisServer) close() {
	r.client.Close()
	r.stop()
}

func (r *redisServer) url() string { return "redis://" + r.addr + "/0" }

// used is used_memory: all that Redis has allocated.
func (r *redisServer) used(ctx context.Context) (int64, error) {
	values, err := r.info(ctx, "memory", "used_memory")
	if err != nil {
		return 0, err
	}
	return values[0], nil
}

// info reads numbers of a section of INFO.
func (r *redisServer) info(ctx context.Context, section string, names ...string) ([]int64, error) {
	info, err := r.client.Info(ctx, section).Result()
	if err != nil {
		return nil, err
	}
	values := make([]int64, 0, len(names))
	for _, name := range names {
		_, rest, found := strings.Cut("\n"+info, "\n"+name+":")
		if !found {
			return nil, fmt.Errorf("INFO %s names no %s", section, name)
		}
		value, _, _ := strings.Cut(rest, "\r")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, err
		}
		values = append(values, n)
	}
	return values, nil
}

// usage is MEMORY USAGE of every key, by the row of the store's key table that
// it belongs to.
func (r *redisServer) usage(ctx context.Context) (bytes, keys map[string]int64, err error) {
	bytes, keys = map[string]int64{}, map[string]int64{}
	for cursor := uint64(0); ; {
		var page []string
		if page, cursor, err = r.client.Scan(ctx, cursor, "*", 1000).Result(); err != nil {
			return nil, nil, err
		}
		cmds := make([]*redis.IntCmd, len(page))
		if _, err := r.client.Pipelined(ctx, func(pipe redis.Pipeliner) error {
			for i, key := range page {
				cmds[i] = pipe.MemoryUsage(ctx, key, 0)
			}
			return nil
		}); err != nil {
			return nil, nil, err
		}
		for i, key := range page {
			row, ok := store.Match(key)
			if !ok {
				return nil, nil, errors.New("a key has no row in store/keys.go")
			}
			bytes[row.Name] += cmds[i].Val()
			keys[row.Name]++
		}
		if cursor == 0 {
			return bytes, keys, nil
		}
	}
}
