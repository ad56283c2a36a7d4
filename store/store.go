package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Config configures a Store. URL and Keys are required; the zero value of
// everything else works.
type Config struct {
	URL  string // see Options for the forms
	Keys *Keyring

	// Instance names this process among the replicas and must be its own: two
	// with one name would hold each other's leases. A restart on the same data
	// directory keeps the name and raises Epoch, which lets ClaimOwn work at
	// once. Letters, digits, dot, dash, underscore, at most 64; empty: a random
	// name.
	Instance string
	Epoch    int64

	Lease    time.Duration  // how long a process has to deliver what it committed before others may claim it; 5 s
	Timeout  time.Duration  // to connect to, read from and write to Redis; 2 s
	PoolSize int            // connections per node, made as they are needed; 64
	Location *time.Location // whose days the counters count; America/Bogota (UTC−5)
	Demo     bool           // a Redis in memory is good enough: Check does not ask for persistence
}

// A Store is safe for concurrent use.
type Store struct {
	cfg    Config
	client redis.UniversalClient
	keys   *Keyring
	texts  sync.Map // hashes of consent texts known to be kept
	offers sync.Map // refs of offers known to be listed, and until when
	audit  struct {
		sync.Mutex           // one entry of this process at a time
		head       auditHead // the newest known
	}

	outreaches sync.Map // ids of outreaches known to be there, and since when
}

// silence drops the client's own log, one line for every failed dial: each
// error also comes back to the caller, who reports it once.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

// Bogota has had no daylight saving since 1993.
var bogota = time.FixedZone("America/Bogota", -5*60*60)

var instanceName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// Open connects and loads the scripts. It fails with ErrUnavailable when Redis
// does not answer; Check then tells whether the server is safe to use.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Keys == nil {
		return nil, errors.New("open store: no keyset")
	}
	if c.Instance == "" {
		c.Instance = "i-" + strings.ToLower(rand.Text())
	}
	if !instanceName.MatchString(c.Instance) {
		return nil, errors.New("open store: an instance name is 1 to 64 letters, digits, dots, dashes or underscores")
	}
	if c.Lease <= 0 {
		c.Lease = 5 * time.Second
	}
	if c.Timeout <= 0 {
		c.Timeout = 2 * time.Second
	}
	if c.PoolSize <= 0 {
		c.PoolSize = 64
	}
	if c.Location == nil {
		c.Location = bogota
	}
	opts, err := Options(c.URL)
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = c.Timeout, c.Timeout, c.Timeout
	opts.ContextTimeoutEnabled = true
	opts.PoolSize = c.PoolSize
	opts.ReadBufferSize, opts.WriteBufferSize = 8<<10, 8<<10 // a record has less than 1 KB; the default of 32 KB each would count
	opts.MaxRetries = 1                                      // one broken connection is no outage; a commit sent twice is stopped by its revision
	opts.DialerRetries = 1                                   // fail fast: the webhook answers 503, and Telegram comes again
	redis.SetLogger(silence{})
	s := &Store{cfg: c, client: redis.NewUniversalClient(opts), keys: c.Keys}
	if err := s.loadScripts(ctx); err != nil {
		return nil, errors.Join(wrap("open store", err), s.client.Close())
	}
	return s, nil
}

// Close ends all connections.
func (s *Store) Close() error { return s.client.Close() }

// Ping asks whether Redis answers; ErrUnavailable if not.
func (s *Store) Ping(ctx context.Context) error {
	return wrap("ping", s.client.Ping(ctx).Err())
}

// date is the day the counters count a moment to.
func (s *Store) date(t time.Time) string { return t.In(s.cfg.Location).Format(time.DateOnly) }

// ContactID returns the id of a Telegram chat, without a round trip.
func (s *Store) ContactID(chatID int64) ContactID { return s.keys.Contact(chatID) }
