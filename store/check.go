package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// A Warning says what is unsafe about the server or the keyset, and why it
// matters. It holds nothing personal.
type Warning struct {
	Setting string // what was looked at: "appendonly"
	Found   string
	Want    string
	Why     string
}

// String writes the warning as one line.
func (w Warning) String() string {
	return fmt.Sprintf("%s is %s, want %s: %s", w.Setting, w.Found, w.Want, w.Why)
}

// Check looks at the server: at every master of a cluster. It fails when the
// store cannot work there at all: a version below 7.0, a server still loading,
// a replica. Everything else that could lose people's data is a Warning; with
// Config.Demo a server in memory gets a single one.
func (s *Store) Check(ctx context.Context) ([]Warning, error) {
	warnings := slices.Clone(s.keys.warnings)
	var mu sync.Mutex
	var faults []error
	one := func(ctx context.Context, c *redis.Client) error {
		info, err := c.Info(ctx).Result()
		if err != nil {
			return wrap("ask the server about itself", err)
		}
		w, err := s.judge(parseInfo(info))
		mu.Lock()
		defer mu.Unlock()
		warnings = append(warnings, w...)
		if err != nil {
			faults = append(faults, err)
		}
		return nil
	}
	var err error
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		err = c.ForEachMaster(ctx, one)
	case *redis.Client:
		err = one(ctx, c)
	}
	return warnings, errors.Join(append(faults, err)...)
}

func parseInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[k] = v
		}
	}
	return info
}

func (s *Store) judge(info map[string]string) ([]Warning, error) {
	version, known := info["redis_version"]
	if s.cfg.Demo && info["aof_enabled"] == "" {
		return []Warning{{Setting: "Redis", Found: "in memory", Want: "a redis-server", Why: "everything is forgotten when the demo ends"}}, nil
	}
	if !known {
		return nil, errors.New("the server does not tell its version: want Redis 7.0 or newer")
	}
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < 7 {
		return nil, fmt.Errorf("the server is Redis %s: want 7.0 or newer", version)
	}
	if info["loading"] == "1" {
		return nil, fmt.Errorf("%w: it is still loading its data", ErrUnavailable)
	}
	if info["role"] == "slave" {
		return nil, errors.New("the server is a replica: want the address of the master, or of the Sentinels")
	}
	var out []Warning
	want := func(setting, key, value, found, wanted, why string) {
		if info[key] != value {
			if found == "" {
				found = cmp.Or(info[key], "unknown")
			}
			out = append(out, Warning{Setting: setting, Found: found, Want: wanted, Why: why})
		}
	}
	off := "off"
	if s.cfg.Demo {
		off = "off (demo)"
	}
	want("appendonly", "aof_enabled", "1", off, "yes", "a crash of Redis loses what people wrote since the last snapshot")
	want("maxmemory-policy", "maxmemory_policy", "noeviction", "", "noeviction", "a full Redis would silently forget people")
	want("last append-only write", "aof_last_write_status", "ok", "", "ok", "Redis cannot write to its disk")
	want("last snapshot", "rdb_last_bgsave_status", "ok", "", "ok", "Redis could not save: look at its disk and its log")
	return out, nil
}
