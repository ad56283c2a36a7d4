package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"arraigo/bot"
	staffpages "arraigo/console"
	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// serveCommand runs the bot for real people.
type serveCommand struct {
	fileOption
	telegramOptions
	webOptions
	storeOptions
	policyOptions
	staffOptions
	contentOptions
}

func (c *serveCommand) validate() error {
	var f faults
	c.telegramOptions.validate(&f)
	c.webOptions.validate(&f)
	c.storeOptions.validate(&f)
	c.policyOptions.validate(&f)
	c.staffOptions.validate(&f)
	c.contentOptions.validate(&f)
	return f.err()
}

// Run serves until a signal. Settings and content are looked at before anything
// is written or listened to.
func (c *serveCommand) Run(ctx context.Context, term *console) error {
	if err := c.validate(); err != nil {
		return err
	}
	zone, err := c.location()
	if err != nil {
		return err
	}
	log := newLog(term.err, slog.LevelInfo)
	read, err := readContent(c.ProgrammeDir, c.policy(zone), flows.Timing{Location: zone}, time.Now())
	if err != nil {
		return err
	}
	set, found, err := read.load()
	if err != nil {
		return err
	}
	if err := term.refuse(found); err != nil {
		return err
	}
	dir, err := openDataDir(c.DataDir)
	if err != nil {
		if errors.Is(err, errInUse) {
			return badSetting("%v", err)
		}
		return err
	}
	defer dir.close()
	keys, fresh, err := c.keyring()
	if err != nil {
		return err
	}
	if fresh {
		log.Warn("made new keys for people's data: keep a copy of this file elsewhere, without it nothing stored can be read", "file", c.keysetPath())
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	c.advise(log)
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return badSetting("ARRAIGO_LISTEN cannot be used: %v; give a free address, such as 127.0.0.1:8081", err)
	}
	return c.serve(ctx, log, listener, set, dir, keys)
}

// gcPercent lets the heap grow to three times what lives, unless GOGC says
// something else. What lives is small, about 20 MB with ten thousand people
// writing, and with Go's own choice of two times a tenth of the CPU goes into
// collecting. make bench shows both the CPU and the memory.
const gcPercent = 200

// serve runs the app on a Redis of its own or of the operator's.
func (c *serveCommand) serve(ctx context.Context, log *slog.Logger, l net.Listener, set *flows.Set, dir *dataDir, keys *store.Keyring) error {
	a := newApp(log)
	zone := set.Timing.Location
	// Redis must outlive everything that writes to it.
	redisCtx, stopRedis := context.WithCancel(context.WithoutCancel(ctx))
	var child *redisChild
	defer func() {
		stopRedis()
		if child != nil {
			child.close()
		}
	}()
	hook := withWebhookPath(c.WebhookURL)
	shown := newShown(set, log)
	staff, err := a.staffPages(staffpages.Config{Set: shown.now, PublicURL: c.PublicURL, ApproveAbove: c.ApprovalAbove})
	if err != nil {
		return err
	}
	return a.run(ctx, l, a.handler(hook, staff, nil), func(ctx context.Context) (err error) {
		redis := c.RedisURL
		if redis == "" {
			if child, err = startRedis(redisCtx, dir.file("redis"), log); err != nil {
				return explainRedis(err)
			}
			redis = child.url()
		}
		s, err := a.openStore(ctx, store.Config{URL: redis, Keys: keys, Instance: dir.replica, Epoch: dir.epoch, Location: zone})
		if err != nil {
			return err
		}
		config := bot.Config{
			Store: s, Set: shown.now, Token: c.TelegramToken, API: c.TelegramAPI,
			WebhookURL: hook, Secret: c.secret(),
			Sends: outreach.Config{Outreach: float64(c.Rate)},
		}
		if c.PublicURL != "" {
			config.ConsoleURL = consoleEntry(c.PublicURL)
		}
		c.staffOptions.apply(&config)
		group, ctx := errgroup.WithContext(ctx)
		if err := shown.follow(ctx, group, s, time.Now); err != nil {
			return err
		}
		if set := shown.now(); !set.Round.Open(set.Today(time.Now())) {
			log.Warn("no call is open today: people are screened for one that is not", "call", set.Round.ID)
		}
		group.Go(func() error { return a.runBot(ctx, config) })
		return group.Wait()
	})
}

// explainRedis says what to do without a redis-server. Real people's data never
// rests in memory only.
func explainRedis(err error) error {
	if errors.Is(err, errNoRedis) {
		return badSetting("there is no Redis: set ARRAIGO_REDIS_URL, such as redis://localhost:6379/0, or install redis-server (apt-get install redis-server) and one is run in ARRAIGO_DATA_DIR")
	}
	return fmt.Errorf("run redis-server: %w", err)
}

// secret is what Telegram must show. Made from the token it needs no keeping and
// is the same in all replicas; nobody can learn the token from it.
func (o telegramOptions) secret() string {
	if o.WebhookSecret != "" {
		return o.WebhookSecret
	}
	mac := hmac.New(sha256.New, []byte(o.TelegramToken))
	io.WriteString(mac, "arraigo webhook secret")
	return hex.EncodeToString(mac.Sum(nil))
}

// advise says what works and should still be mended.
func (c *serveCommand) advise(log *slog.Logger) {
	if c.Entity == "" || c.Contact == "" {
		log.Warn("nobody is named as responsible for people's data; set ARRAIGO_ENTITY and ARRAIGO_CONTACT before real people write: the law asks for it (Ley 1581/2012, Decreto 1377/2013)")
	}
	if c.Admins == "" {
		log.Warn("nobody administers the bot; set ARRAIGO_ADMINS, or nobody is told when people wait for the team or report something")
	}
	if c.StaffGroup == "" {
		log.Warn("there is no group in which the team answers people; set ARRAIGO_STAFF_GROUP: until then, what people write to the team waits")
	}
	switch {
	case c.PublicURL == "":
		log.Warn("the console of the team has no address; set ARRAIGO_PUBLIC_URL, or the bot can give nobody a link to it")
	case !secureEnough(c.PublicURL):
		log.Warn("the console of the team is reached without encryption; put a proxy with TLS before it and set ARRAIGO_PUBLIC_URL to its https address")
	}
}

// secureEnough reports whether what goes to an address cannot be read on the way:
// by https, or within this computer.
func secureEnough(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level}))
}
