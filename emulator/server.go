package emulator

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// DefaultToken has the shape of a real token and belongs to no bot.
const DefaultToken = "7000000001:AAEmulatorTokenForLocalTestsOnly_0"

// Config holds what a Server can be told. The zero value is a working server
// with Telegram's limits.
type Config struct {
	// Token the bot must use; DefaultToken when empty. Its part before the
	// colon is the id of the bot.
	Token string
	// Username and Name of the bot; "ArraigoEmulatorBot" and "Arraigo" when empty.
	Username, Name string
	// Limits are the flood limits; the zero value means Telegram's.
	Limits Limits
	// AllowInsecureWebhook accepts http, any port and addresses that Telegram
	// refuses, and skips the name look-up. For local tests and the demo.
	AllowInsecureWebhook bool
	// WebhookTransport carries webhook requests; nil means a transport of the
	// server's own, closed by Close.
	WebhookTransport http.RoundTripper
	// Clock is the source of dates and lifetimes; time.Now when nil.
	Clock func() time.Time
	// Speed lets time pass faster: 60 makes a minute of Telegram last a
	// second, both in dates and in waits. Zero means 1.
	Speed float64
	// CallbackLifetime is how long a callback query can be answered;
	// 150 seconds when zero, the time for which Telegram keeps its update.
	CallbackLifetime time.Duration
	// KeepMessages bounds the messages kept over all chats (200,000 when
	// zero); the oldest are forgotten first, as if they had never been sent.
	KeepMessages int
	// KeepFileBytes bounds the bytes of the files kept (512 MiB when zero).
	KeepFileBytes int64
	// Seed makes ids and injected faults repeatable; zero takes a random one.
	Seed uint64
	// Logf receives a line for what an operator of the emulator should know,
	// never what people say; nil is silent.
	Logf func(format string, args ...any)
	// PageText replaces texts of the chat page, by key.
	PageText map[string]string
	// PageClock is a clock in the header of the chat page, with ways to move
	// Clock; nil shows none.
	PageClock *PageClock
	// PageLinks are links in the header of the chat page.
	PageLinks []PageLink
}

// Server is one bot's Telegram: its Bot API, its people and their phones. It
// implements http.Handler and is safe for concurrent use. Close it.
type Server struct {
	cfg   Config
	start time.Time
	bot   User
	mux   *http.ServeMux
	// guarded is mux behind the refusal of other sites' pages: a demo listens
	// on the machine of somebody who has a browser open.
	guarded http.Handler
	methods map[string]method
	ctx     context.Context
	stop    context.CancelFunc
	tasks   sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	revoked  bool
	rng      *rand.Rand
	profile  profile
	users    map[int64]*user
	lastUser int64
	chats    map[int64]*chat
	byName   map[string]int64
	history  history
	files    fileStore
	queries  callbackStore
	updates  updateQueue
	polls    pollState
	hook     *webhook
	hookSet  time.Time
	flood    floodState
	faults   Faults
	events   eventLog
	stats    statistics
}

// New makes a server. It listens nowhere: give it to net/http or httptest.
func New(cfg Config) *Server {
	if cfg.Token == "" {
		cfg.Token = DefaultToken
	}
	if cfg.Username == "" {
		cfg.Username = "ArraigoEmulatorBot"
	}
	if cfg.Name == "" {
		cfg.Name = "Arraigo"
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Speed <= 0 {
		cfg.Speed = 1
	}
	if cfg.CallbackLifetime == 0 {
		cfg.CallbackLifetime = 150 * time.Second
	}
	if cfg.KeepMessages == 0 {
		cfg.KeepMessages = 200_000
	}
	if cfg.KeepFileBytes == 0 {
		cfg.KeepFileBytes = 512 << 20
	}
	if cfg.Seed == 0 {
		cfg.Seed = rand.Uint64()
	}
	if cfg.Logf == nil {
		cfg.Logf = func(string, ...any) {}
	}
	cfg.Limits = cfg.Limits.withDefaults()
	id, _, _ := strings.Cut(cfg.Token, ":")
	s := &Server{
		cfg:      cfg,
		start:    cfg.Clock(),
		bot:      User{ID: leadingInt(id), IsBot: true, FirstName: cfg.Name, Username: cfg.Username},
		rng:      rand.New(rand.NewPCG(cfg.Seed, 0x9e3779b97f4a7c15)),
		methods:  methodTable(),
		lastUser: 6_100_000_000, // over 2^32, as many real ids are
		users:    map[int64]*user{},
		chats:    map[int64]*chat{},
		byName:   map[string]int64{},
	}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.profile.init(cfg.Name)
	s.files.init(cfg.KeepFileBytes)
	s.queries.init()
	s.updates.init(s.rng)
	s.flood.init()
	s.events.init()
	s.stats.init()
	s.history.limit = cfg.KeepMessages
	s.routes()
	s.guarded = http.NewCrossOriginProtection().Handler(s.mux)
	return s
}

// Token is the token the bot must use.
func (s *Server) Token() string { return s.cfg.Token }

// Bot is the bot as people see it.
func (s *Server) Bot() User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bot
}

// Close ends long polls, webhook deliveries and event streams and waits for
// them. The server answers 500 "Internal Server Error: restart" afterwards.
func (s *Server) Close() {
	s.mu.Lock()
	s.closed = true
	hook := s.hook
	s.hook = nil
	s.mu.Unlock()
	s.stop()
	if hook != nil {
		hook.shut()
	}
	s.tasks.Wait()
}

// now is the emulated time.
func (s *Server) now() time.Time {
	real := s.cfg.Clock()
	if s.cfg.Speed == 1 {
		return real
	}
	return s.start.Add(time.Duration(float64(real.Sub(s.start)) * s.cfg.Speed))
}

// wait is how long d of emulated time lasts in real time.
func (s *Server) wait(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.cfg.Speed)
}

// sleep waits d of emulated time and reports whether nothing interrupted it.
func (s *Server) sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(s.wait(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	case <-s.ctx.Done():
		return false
	}
}

// ServeHTTP answers the bot under /bot and /file/bot, and people elsewhere.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/bot") {
		s.serveBot(w, r)
		return
	}
	s.guarded.ServeHTTP(w, r)
}
