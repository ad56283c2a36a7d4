package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// A Config is what a Bot needs. Store, Set and Token are required; the zero
// value of everything else works as said.
type Config struct {
	Store *store.Store
	Set   func() *flows.Set // what people read now; taken once for each turn
	Token string

	API                string // base URL of the Bot API server; DefaultAPI
	WebhookURL         string // where Telegram delivers; empty: polling
	Secret             string // of the webhook, 1 to 256 of A-Z a-z 0-9 _ -; required with WebhookURL
	WebhookConnections int    // deliveries at once; 40, as Telegram's default
	Parallel           int    // turns under way at once, over all chats; 128

	StaffGroup   int64   // chat in which the team answers people; 0: what people write waits
	Admins       []int64 // who is told what only an administrator can mend
	Safeguarding []int64 // who may read reports, besides staff with that flag; empty: Admins
	ConsoleURL   string  // page that takes the code of a login, for links; empty: none is given

	ApprovalAbove int // an announcement to more people needs a second person; 200

	Sends  outreach.Config // pace and deadlines of sending; what comes from the bot is filled in
	Timing Timing

	Now      func() time.Time // time.Now
	Logger   *slog.Logger     // slog.Default()
	Registry prometheus.Registerer
}

// Timing are the bot's own delays; zero values mean the defaults.
type Timing struct {
	Turn    time.Duration // deadline of one attempt at a turn; 10 s
	Settle  time.Duration // how long a chat's next update waits for the replies to be seen; 2 s
	Pending time.Duration // how long a text waits for a reply that another replica is sending; 1 s
	Webhook time.Duration // before a webhook request is answered 503; 25 s, well under Telegram's 60
	Poll    time.Duration // length of one long poll; 25 s
	Lease   time.Duration // of the loops that run once among all replicas; 15 s
	Offer   time.Duration // how often it is looked whether other courses, events or vacancies are offered, and whether a waiting line moves; 2 s
	Alert   time.Duration // how often one replica looks for vacancies that nobody was told of yet; 250 ms
	Team    time.Duration // how often it is looked whether the team changed; 2 s
	Audit   time.Duration // how often it is looked for bulk reads; 1 min
	Relay   time.Duration // how often it is looked for what is to be carried to the staff group or from it; 500 ms
	Group   time.Duration // before a staff group that is away is tried again; 30 s

	// GroupPace is how long the staff group is left alone after each message,
	// once 15 came in a row: Telegram takes 20 a minute; 3 s.
	GroupPace time.Duration

	Cards  time.Duration // how often what the team sees of an announcement is changed at most; 3 s
	Timers time.Duration // how often due timers are looked for; 5 s
	Drain  time.Duration // how long a shutdown waits for turns and sends under way; 10 s
}

func (t Timing) withDefaults() Timing {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&t.Turn, 10*time.Second)
	def(&t.Settle, 2*time.Second)
	def(&t.Pending, time.Second)
	def(&t.Webhook, 25*time.Second)
	def(&t.Poll, 25*time.Second)
	def(&t.Lease, 15*time.Second)
	def(&t.Offer, 2*time.Second)
	def(&t.Alert, 250*time.Millisecond)
	def(&t.Cards, 3*time.Second)
	def(&t.Timers, 5*time.Second)
	def(&t.Team, 2*time.Second)
	def(&t.Audit, time.Minute)
	def(&t.Relay, 500*time.Millisecond)
	def(&t.Group, 30*time.Second)
	def(&t.GroupPace, 3*time.Second)
	def(&t.Drain, 10*time.Second)
	return t
}

// A Bot is one Telegram bot. It is safe for concurrent use.
type Bot struct {
	cfg     Config
	log     *slog.Logger
	api     *api
	sender  *outreach.Sender
	lanes   *lanes
	metrics *metrics
	offers  *published
	calls   map[string]action
	order   idOrder
	groups  groupLimit
	tasks   background // answers to taps and the like, under way
	staff   *staff
	team    *registry
	outdesk outreach.Desk

	wakeCards chan struct{}

	outreaches *outreaches
	feeders    *feeders

	// Of the relay, which one goroutine runs.
	wakeRelay    chan struct{}
	placesToldAt time.Time // the team was told of places given back
	awayUntil    time.Time // the staff group cannot be written to
	silentUntil  time.Time // Telegram asked for silence in it
	groupFull    time.Time // when its pace is free again
	idleAfter    time.Time // when to look for talks that nobody goes on with
	tellAfter    time.Time // nobody could be told of a report

	id       atomic.Int64
	username atomic.Pointer[string]
	ready    atomic.Bool
}

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// New makes a Bot. Nothing is sent or received before Run, except by Webhook.
func New(c Config) (*Bot, error) {
	if c.Store == nil || c.Set == nil {
		return nil, errors.New("new bot: store and set are required")
	}
	if c.Token == "" {
		return nil, errors.New("new bot: no token; set ARRAIGO_TELEGRAM_TOKEN")
	}
	if c.WebhookURL != "" && !secretForm.MatchString(c.Secret) {
		return nil, errors.New("new bot: a webhook needs a secret of 1 to 256 letters, digits, _ or -; set ARRAIGO_WEBHOOK_SECRET")
	}
	if c.API == "" {
		c.API = DefaultAPI
	}
	if c.WebhookConnections <= 0 {
		c.WebhookConnections = 40
	}
	if c.Parallel <= 0 {
		c.Parallel = 128
	}
	if c.ApprovalAbove <= 0 {
		c.ApprovalAbove = approvalAbove
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
	c.Timing = c.Timing.withDefaults()
	b := &Bot{
		cfg:     c,
		log:     c.Logger,
		lanes:   newLanes(c.Parallel),
		metrics: newMetrics(c.Registry),
		offers:  &published{store: c.Store, set: c.Set, now: c.Now},
		calls:   actions(),
		staff:   newStaff(c),
		team:    newRegistry(c.Store, c.Admins),

		outdesk: outreach.Desk{Store: c.Store, ApproveAbove: c.ApprovalAbove},

		outreaches: &outreaches{store: c.Store, now: c.Now, awake: func(t time.Time) time.Time { return c.Set().Awake(t) }},
		wakeRelay:  make(chan struct{}, 1),
		wakeCards:  make(chan struct{}, 1),
	}
	b.metrics.offers(c.Registry, b.offers)
	b.tasks.panicked = b.notePanic
	none := ""
	b.username.Store(&none)
	sends := c.Sends
	// Sends, answers to taps and the long poll share the connections.
	b.api = newAPI(c.API, c.Token, sends.Connections()+c.Parallel)
	sends.Store, sends.Set, sends.Transport, sends.File = c.Store, c.Set, telegram{b.api}, b.file
	sends.Control, sends.Terms, sends.Piece = b.outreaches.control, b.outreaches.terms, b.outreaches.piece
	sends.Now, sends.Logger, sends.Registry = c.Now, c.Logger, c.Registry
	if sends.Outreach <= 0 {
		sends.Outreach = outreach.FreeRate
	}
	b.feeders = newFeeders(sends.Outreach)
	var err error
	if b.sender, err = outreach.New(sends); err != nil {
		return nil, fmt.Errorf("new bot: %w", err)
	}
	return b, nil
}

// Run takes updates in, sends what is owed and runs timers until ctx ends; then
// it lets turns and sends under way come to their end. It returns nil after an
// orderly end, and an error that says what to do when the bot cannot work, such
// as a token that is refused.
func (b *Bot) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return b.sender.Run(ctx) })
	group.Go(func() error { return b.offers.watch(ctx, b.cfg.Timing.Offer, b.log) })
	group.Go(func() error { return b.receive(ctx) })
	group.Go(func() error { return b.watchOutreaches(ctx) })
	group.Go(func() error { return b.once(ctx, "timers", b.timers) })
	group.Go(func() error { return b.once(ctx, "outreach", b.finish) })
	group.Go(func() error { return b.once(ctx, "alerts", b.alerts) })
	group.Go(func() error { return b.once(ctx, "lines", b.lines) })
	group.Go(func() error { return b.once(ctx, "tidy", b.tidyOutreaches) })
	group.Go(func() error { return b.watchStaffGroup(ctx) })
	group.Go(func() error { return b.team.watch(ctx, b.cfg.Timing.Team, b.cfg.Now, b.log) })
	group.Go(func() error { return b.once(ctx, "menus", b.menus) })
	group.Go(func() error { return b.once(ctx, "audits", b.audits) })
	group.Go(func() error { return b.once(ctx, "relay", b.relay) })
	group.Go(func() error { return b.once(ctx, "cards", b.cards) })
	err := group.Wait()
	b.ready.Store(false)
	if drainErr := b.drain(); drainErr != nil {
		b.log.Warn("stopped before everything under way was done; the outbox has the rest")
	}
	b.api.client.CloseIdleConnections()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// receive introduces the bot to Telegram and takes updates in.
func (b *Bot) receive(ctx context.Context) error {
	if err := b.introduce(ctx); err != nil {
		return err
	}
	b.tasks.run(func() { b.present(ctx) })
	if err := b.team.await(ctx, b.cfg.Now); err != nil {
		return err
	}
	if b.cfg.WebhookURL != "" {
		if err := b.setWebhook(ctx); err != nil {
			return err
		}
		b.ready.Store(true)
		<-ctx.Done()
		return ctx.Err()
	}
	b.ready.Store(true)
	return b.once(ctx, "poller", b.poll)
}

// drain ends in the order of the data: no new turns, then no new sends.
func (b *Bot) drain() error {
	ctx, cancel := context.WithTimeout(context.Background(), b.cfg.Timing.Drain)
	defer cancel()
	return errors.Join(b.lanes.close(ctx), b.sender.Close(ctx), b.tasks.close(ctx))
}

// Ready reports whether updates are being taken in.
func (b *Bot) Ready() bool { return b.ready.Load() }

// Username returns the bot's name without @; "" before Telegram told it.
func (b *Bot) Username() string { return *b.username.Load() }

// once runs a loop in one replica at a time: in the one that holds the lease.
// When the lease is lost the loop is stopped; when the store is away, it waits.
func (b *Bot) once(ctx context.Context, name string, loop func(context.Context) error) error {
	ttl := b.cfg.Timing.Lease
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = b.cfg.Store.Release(ctx, name) // it ends by itself
	}()
	for {
		if held, err := b.cfg.Store.Lease(ctx, name, ttl); err != nil || !held {
			if err := sleep(ctx, ttl/5); err != nil {
				return err
			}
			continue
		}
		inner, cancel := context.WithCancel(ctx)
		kept := make(chan struct{})
		go func() {
			defer close(kept)
			b.keepLease(inner, name)
			cancel()
		}()
		err := loop(inner)
		cancel()
		<-kept
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
}

// keepLease renews the lease until ctx ends or it is somebody else's. A store
// that is away for longer than the lease means that it may be.
func (b *Bot) keepLease(ctx context.Context, name string) {
	ttl := b.cfg.Timing.Lease
	for sure := time.Now().Add(ttl); ; {
		if sleep(ctx, ttl/3) != nil {
			return
		}
		asked := time.Now()
		held, err := b.cfg.Store.Lease(ctx, name, ttl)
		switch {
		case err == nil && !held:
			return
		case err == nil:
			sure = asked.Add(ttl)
		case time.Now().After(sure):
			return
		}
	}
}
