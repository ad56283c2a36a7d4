package outreach

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"arraigo/crew"
	"arraigo/flows"
	"arraigo/store"
)

// A Config is what a Sender needs. Store, Set and Transport are required; the
// zero value of everything else works as said.
type Config struct {
	Store     *store.Store
	Set       func() *flows.Set // what people read now; taken once for each message
	Transport Transport
	// File makes the content of a file at sending time. Without it replies with
	// a file are rejected.
	File func(ctx context.Context, p *Parcel, name string) ([]byte, error)
	// Control says before each attempt what may happen to what belongs to some
	// outreaches. It must be quick. Without it everything goes.
	Control func(outreaches []string) Control
	// Terms says what must still hold for what belongs to some outreaches to be
	// sent; Again is the parcel's. Without it that the person has consented and did
	// not block the bot.
	Terms func(ctx context.Context, outreaches []string) (store.Terms, error)
	// Piece is what staff wrote for an outreach, for who reads that language.
	// Without it such replies are rejected.
	Piece func(ctx context.Context, outreach, language string) (store.Piece, error)

	Parallel int           // sends under way at once, of which unasked ones take half; 64, or as many as Outreach needs
	Chat     Rate          // pace of one chat; 1/s after a burst of 20
	Outreach float64       // unasked messages per second, all chats and all replicas; 30. More is paid for: see Paid
	Deadline time.Duration // of one attempt; 20 s: Telegram itself absorbs short floods for up to 8 s
	Lease    time.Duration // how long a hold on an outbox entry is renewed for; 5 s, as in store.Config
	Recover  time.Duration // how often abandoned replies are looked for; 1 s
	Backlog  int           // parcels kept in memory, of which unasked ones take half; the rest waits in the outbox; 5,000, or 16 s of Outreach
	Expiry   time.Duration // a reply not accepted after that long is given up; 24 h
	Pause    time.Duration // first wait after a failure; doubled up to a minute; 250 ms

	Now      func() time.Time // time.Now
	Logger   *slog.Logger     // slog.Default()
	Registry prometheus.Registerer
}

// FreeRate is how many messages a second Telegram sends for a bot without
// payment; above it a bot pays in Telegram Stars and may have up to 1,000.
const FreeRate = 30

// slowSend is how long a call of Telegram may last without the pace suffering.
const slowSend = 500 * time.Millisecond

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&c.Deadline, 20*time.Second)
	def(&c.Lease, 5*time.Second)
	def(&c.Recover, time.Second)
	def(&c.Expiry, 24*time.Hour)
	def(&c.Pause, 250*time.Millisecond)
	if c.Chat.PerSecond <= 0 {
		c.Chat = Rate{PerSecond: 1, Burst: 20}
	}
	if c.Outreach <= 0 {
		c.Outreach = FreeRate
	}
	if c.Parallel <= 0 {
		c.Parallel = max(64, int(2*c.Outreach*slowSend.Seconds()))
	}
	if c.Control == nil {
		c.Control = func([]string) Control { return Go }
	}
	if c.Terms == nil {
		c.Terms = func(context.Context, []string) (store.Terms, error) { return store.Terms{}, nil }
	}
	if c.Backlog <= 0 {
		c.Backlog = max(5_000, int(16*c.Outreach))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Registry == nil {
		c.Registry = prometheus.NewRegistry()
	}
	return c
}

// Connections is how many calls the sender makes at once.
func (c Config) Connections() int { return c.withDefaults().Parallel }

// A Sender delivers parcels: chats in parallel, the parcels of one chat in the
// order of Hand. What is said beside the conversation has an order of its own: a
// person's reply never waits for an outreach. It is safe for concurrent use.
type Sender struct {
	cfg     Config
	metrics *metrics
	chats   pace
	pacer   pacer
	hold    atomic.Int64 // Unix ms before which nothing is sent to anybody
	known   sync.Once    // whether others were told to be silent was asked
	floods  floods
	places  places
	crew    *crew.Crew

	mu       sync.Mutex
	queues   map[line][]*Delivery   // head is under way; the key exists while its goroutine does
	live     map[store.OwedRef]bool // what the queues hold
	handed   recent                 // what this process took upon itself lately
	size     int
	unasked  int // of size
	kick     chan struct{}
	stopping chan struct{}
	stopped  bool
	running  sync.WaitGroup
}

// New makes a Sender. Run must be running for abandoned replies to be found.
func New(c Config) (*Sender, error) {
	if c.Store == nil || c.Set == nil || c.Transport == nil {
		return nil, errors.New("new sender: store, set and transport are required")
	}
	c = c.withDefaults()
	s := &Sender{
		cfg:      c,
		metrics:  newMetrics(c.Registry),
		chats:    pace{rate: c.Chat},
		places:   places{total: c.Parallel},
		crew:     crew.New(),
		queues:   map[line][]*Delivery{},
		live:     map[store.OwedRef]bool{},
		kick:     make(chan struct{}, 1),
		stopping: make(chan struct{}),
	}
	s.pacer = pacer{
		rate: c.Outreach, places: &s.places, silence: s.silent, lost: s.paceLost,
		reserve: func(ctx context.Context, n, spent int) (time.Duration, error) {
			return c.Store.ReserveSends(ctx, n, spent, c.Outreach)
		},
	}
	return s, nil
}

// paceLost says that this replica goes by itself for a while.
func (s *Sender) paceLost(err error) {
	s.metrics.alone.Inc()
	s.cfg.Logger.Warn("the pace is not shared with other replicas: outreach goes on at a part of it", "error", err)
}

// Hand gives a committed parcel to the sender. It never waits. When too much is
// in memory, or the sender is stopping, the parcel stays in the outbox, from
// which a recoverer takes it.
func (s *Sender) Hand(p Parcel) *Delivery {
	now := s.cfg.Now()
	if p.Since.IsZero() {
		p.Since = now
	}
	d := &Delivery{parcel: p, done: make(chan struct{}), renew: now.Add(s.cfg.Lease / 2)}
	at := p.line()
	s.mu.Lock()
	defer s.mu.Unlock()
	queue, active := s.queues[at]
	full := s.size >= s.cfg.Backlog || p.Lane == Unasked && s.unasked >= s.cfg.Backlog/2
	if s.stopped || len(p.Replies) == 0 || full || s.live[p.Ref] {
		close(d.done)
		return d
	}
	d.ordered = p.After.IsZero() || s.handed.has(p.After)
	s.handed.add(p.Ref)
	s.queues[at] = inOrder(queue, d)
	s.live[p.Ref] = true
	s.count(d, 1)
	if !active {
		s.running.Add(1)
		s.crew.Go(func() { s.drain(at) })
	}
	return d
}

// drain delivers the parcels of a line until none is left.
func (s *Sender) drain(at line) {
	defer s.running.Done()
	for {
		s.mu.Lock()
		queue := s.queues[at]
		if len(queue) == 0 {
			delete(s.queues, at)
			s.mu.Unlock()
			return
		}
		d := queue[0]
		d.underWay = d.ordered
		s.mu.Unlock()
		if !d.ordered {
			s.awaitEarlier(at, d)
			continue
		}

		s.deliver(d)

		s.mu.Lock()
		s.queues[at] = s.queues[at][1:]
		delete(s.live, d.parcel.Ref)
		s.count(d, -1)
		s.mu.Unlock()
		close(d.done)
	}
}

func (s *Sender) count(d *Delivery, by int) {
	s.size += by
	if d.parcel.Lane == Unasked {
		s.unasked += by
	}
}

// Queued returns how many parcels of the conversation in one chat are in memory.
func (s *Sender) Queued(chat int64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queues[line{chat: chat}])
}

// Waiting returns how many parcels are in memory.
func (s *Sender) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

// Unasked returns how many of them nobody asked for.
func (s *Sender) Unasked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unasked
}

// Close takes no more parcels, lets the attempts under way end and leaves the
// rest in the outbox, free to be claimed at once. It waits as long as ctx lasts.
func (s *Sender) Close(ctx context.Context) error {
	s.mu.Lock()
	if !s.stopped {
		s.stopped = true
		close(s.stopping)
	}
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wait sleeps until a moment by the sender's clock; false when stopping.
func (s *Sender) wait(until time.Time) bool {
	d := until.Sub(s.cfg.Now())
	if d <= 0 {
		select {
		case <-s.stopping:
			return false
		default:
			return true
		}
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.stopping:
		return false
	}
}
