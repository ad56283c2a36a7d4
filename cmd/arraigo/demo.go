package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"arraigo/bot"
	staffpages "arraigo/console"
	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/locales"
	"arraigo/outreach"
	"arraigo/store"
)

// demoCommand is everything in one process: a Telegram of its own with a page
// that shows its phones, the bot, and a Redis. Nothing is kept.
type demoCommand struct {
	Listen string `help:"Address of the page; if it is taken, the next free port." env:"ARRAIGO_LISTEN" default:"127.0.0.1:8080" group:"Web"`
	NoOpen bool   `help:"Do not open a browser."`
	Memory bool   `help:"Keep the data in this process even if a redis-server is installed."`
	fileOption
	contentOptions
}

// Run shows the demo until a signal.
func (d *demoCommand) Run(ctx context.Context, term *console) error {
	var f faults
	webOptions{Listen: d.Listen}.validate(&f)
	d.contentOptions.validate(&f)
	if err := f.err(); err != nil {
		return err
	}
	listener, err := listenNear(d.Listen)
	if err != nil {
		return badSetting("--listen cannot be used: %v; give a free address, such as 127.0.0.1:8081", err)
	}
	log := newLog(term.err, slog.LevelWarn)
	temp, err := os.MkdirTemp("", "arraigo-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	redisCtx, stopRedis := context.WithCancel(context.WithoutCancel(ctx))
	redis := &demoRedis{memory: d.Memory}
	defer func() {
		stopRedis()
		redis.close()
	}()
	var set *flows.Set
	var group errgroup.Group
	group.Go(func() (err error) { return redis.start(redisCtx, temp, log) })
	group.Go(func() (err error) { set, err = soundContent(term, d.contentOptions); return err })
	if err := group.Wait(); err != nil {
		return err
	}
	keys, err := store.NewKeyring()
	if err != nil {
		return err
	}

	at := localAddress(listener)
	a, clock := newApp(log), &demoClock{}
	phone := emulator.New(emulator.Config{
		AllowInsecureWebhook: true,
		Clock:                clock.Now,
		PageClock:            clock.onPage(a, set),
		// People in a demo answer faster than people do.
		Limits:    emulator.Limits{PerSecond: 100, PerChat: 10, ChatBurst: 60},
		PageText:  pageText(set.Catalog),
		PageLinks: []emulator.PageLink{{Text: set.Catalog.Text(locales.Spanish, "console.demo.link", nil), Href: staffpages.Root}},
	})
	team, err := addTeam(phone)
	if err != nil {
		return err
	}
	hook := "http://" + at + webhookPath
	options := telegramOptions{TelegramToken: phone.Token()}
	shown := newShown(set, log)
	staff, err := a.staffPages(staffpages.Config{Set: shown.now, Demo: true, Now: clock.Now})
	if err != nil {
		return err
	}
	return a.run(ctx, listener, a.handler(hook, staff, phone), func(ctx context.Context) error {
		defer phone.Close() // ends the streams of open pages
		s, err := a.openStore(ctx, store.Config{URL: redis.url, Keys: keys, Demo: true})
		if err != nil {
			return err
		}
		if err := seed(ctx, s, set, clock.Now()); err != nil {
			return err
		}
		if err := seedTeam(ctx, s, phone, clock.Now()); err != nil {
			return err
		}
		d.welcome(term, "http://"+at+"/", redis.inMemory)
		group, ctx := errgroup.WithContext(ctx)
		if err := shown.follow(ctx, group, s, clock.Now); err != nil {
			return err
		}
		group.Go(func() error {
			return a.runBot(ctx, bot.Config{
				Store: s, Set: shown.now, Token: phone.Token(), API: "http://" + at,
				WebhookURL: hook, Secret: options.secret(),
				StaffGroup: team, Admins: []int64{luz}, ConsoleURL: consoleEntry("http://" + at),
				Sends: outreach.Config{Chat: outreach.Rate{PerSecond: 8, Burst: 50}},
				Now:   clock.Now,
				// What is due when the clock was moved comes at once.
				Timing: bot.Timing{Offer: demoLook, Timers: demoLook},
			})
		})
		group.Go(func() error {
			prepare(ctx, phone, personas(), log)
			return nil
		})
		return group.Wait()
	})
}

// fullCourse is the sample course that has one place in the demo, which one of
// the personas takes: so that a waiting line can be tried.
const fullCourse = "C-03"

// demoLook is how often the demo looks for what is due.
const demoLook = 400 * time.Millisecond

// seed lists the sample programme, with its days moved to today.
func seed(ctx context.Context, s *store.Store, set *flows.Set, now time.Time) error {
	samples, err := set.Data.Samples(set.Today(now))
	if err != nil {
		return err
	}
	for i := range samples.Courses {
		if samples.Courses[i].ID == fullCourse {
			samples.Courses[i].Places = 1
		}
	}
	return s.PutCatalogue(ctx, samples)
}

// welcome prints where to look, and looks if there is a desktop.
func (d *demoCommand) welcome(term *console, address string, inMemory bool) {
	term.printf("Arraigo demo: open %s in a browser. Ctrl+C ends it; nothing is kept.\n", address)
	if inMemory && !d.Memory {
		term.printf("There is no redis-server on this computer: the demo keeps its data in memory. To use it with real people, install one.\n")
	}
	if !d.NoOpen {
		openBrowser(address)
	}
}

// demoRedis is a child redis-server, or memory where there is none.
type demoRedis struct {
	memory   bool // asked for
	inMemory bool // in use
	url      string
	child    *redisChild
}

func (r *demoRedis) start(ctx context.Context, temp string, log *slog.Logger) (err error) {
	if !r.memory {
		r.child, err = startRedis(ctx, filepath.Join(temp, "redis"), log)
		if err == nil {
			r.url = r.child.url()
			return nil
		}
		if !errors.Is(err, errNoRedis) {
			log.Warn("redis-server does not start; the demo keeps its data in memory", "error", err)
		}
	}
	r.inMemory = true
	r.url, err = startMemory(ctx)
	return err
}

func (r *demoRedis) close() {
	if r.child != nil {
		r.child.close()
	}
}

// listenNear listens on the address, or on one of the next ports if it is taken.
func listenNear(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	host, service, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, err
	}
	port, convErr := strconv.Atoi(service)
	if convErr != nil {
		return nil, err
	}
	for next := port + 1; next <= min(port+50, 65535); next++ {
		if l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(next))); err == nil {
			return l, nil
		}
	}
	return nil, err
}

// localAddress is how this computer reaches the listener.
func localAddress(l net.Listener) string {
	at, err := netip.ParseAddrPort(l.Addr().String())
	if err == nil && at.Addr().IsUnspecified() {
		return fmt.Sprintf("127.0.0.1:%d", at.Port())
	}
	return l.Addr().String()
}

// pageText is the words of the chat page. The page fills the braces itself.
func pageText(catalog *locales.Catalog) map[string]string {
	words := map[string]string{}
	for key := range emulator.DefaultPageText() {
		name := "page." + key
		if !catalog.Has(locales.Spanish, name) {
			continue
		}
		braces := map[string]any{}
		for _, p := range catalog.Placeholders(locales.Spanish, name) {
			braces[p] = "{" + p + "}"
		}
		words[key] = catalog.Text(locales.Spanish, name, braces)
	}
	return words
}

// openBrowser shows the page if this is a desktop. It never fails: the address
// is on the screen.
func openBrowser(address string) {
	var opener string
	switch {
	case runtime.GOOS == "darwin":
		opener = "open"
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		opener = "xdg-open"
	default:
		return
	}
	cmd := exec.Command(opener, address)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}
