package bot

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"
)

var loadSet = sync.OnceValues(func() (*flows.Set, error) {
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		return nil, err
	}
	data, err := programme.Load(programme.Files())
	if err != nil {
		return nil, err
	}
	return flows.Load(flows.Config{
		Catalog: catalog,
		Data:    data,
		Round:   data.Calls.All()[0],
		Policy:  flows.Policy{Version: 1, Entity: "Entidad de prueba", Contact: "prueba@example.org", Dated: 1760000000},
		Calls:   CallNames(),
		Keys:    []locales.Use{{Key: "bot.*"}, {Key: "page.*"}, {Key: "staff.*"}, {Key: "announce.*"}},
	})
})

// shipped is the content that the program is delivered with.
func shipped(t testing.TB) *flows.Set {
	t.Helper()
	set, err := loadSet()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// safeBuffer collects logs from many goroutines.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// world is a Telegram, a Redis and the means to start bots between them.
type world struct {
	t     testing.TB
	tg    *emulator.Server
	api   *httptest.Server
	url   string // of Redis
	keys  *store.Keyring
	logs  safeBuffer
	stops []func()
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldWith(t, emulator.Config{Limits: emulator.Limits{Off: true}, AllowInsecureWebhook: true, Seed: 7}, storetest.URL(t))
}

func newWorldWith(t testing.TB, cfg emulator.Config, redisURL string) *world {
	t.Helper()
	w := &world{t: t, tg: emulator.New(cfg), url: redisURL, keys: storetest.Keys(t)}
	w.api = httptest.NewServer(w.tg)
	t.Cleanup(func() {
		w.stop()
		w.tg.Close()
		w.api.Close()
	})
	return w
}

// store opens the Redis as the named instance.
func (w *world) store(instance string) *store.Store {
	w.t.Helper()
	return storetest.Open(w.t, store.Config{URL: w.url, Keys: w.keys, Instance: instance, Epoch: 1, Lease: time.Second, Timeout: time.Second})
}

// replica is one running bot.
type replica struct {
	*Bot
	registry *prometheus.Registry
	ended    chan error
	stop     func()
}

const testSecret = "a-secret_of-the-test"

// bot makes a bot; change may alter its configuration.
func (w *world) bot(instance string, change func(*Config)) *replica {
	w.t.Helper()
	r := &replica{registry: prometheus.NewRegistry(), ended: make(chan error, 1)}
	cfg := Config{
		Store:    w.store(instance),
		Set:      shipped(w.t).Itself,
		Token:    w.tg.Token(),
		API:      w.api.URL,
		Logger:   slog.New(slog.NewTextHandler(&w.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Registry: r.registry,
		Timing:   Timing{Poll: time.Second, Lease: time.Second, Timers: 50 * time.Millisecond},
	}
	cfg.Sends.Lease, cfg.Sends.Recover, cfg.Sends.Pause = time.Second, 50*time.Millisecond, 10*time.Millisecond
	if change != nil {
		change(&cfg)
	}
	var err error
	if r.Bot, err = New(cfg); err != nil {
		w.t.Fatal(err)
	}
	return r
}

// run starts a bot and waits until it is ready.
func (w *world) run(instance string, change func(*Config)) *replica {
	w.t.Helper()
	r := w.bot(instance, change)
	w.begin(r)
	eventually(w.t, "the bot is ready", r.Ready)
	return r
}

func (w *world) begin(r *replica) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { r.ended <- r.Run(ctx) }()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			select {
			case err := <-r.ended:
				if err != nil {
					w.t.Errorf("the bot ended with %v", err)
				}
			case <-time.After(20 * time.Second):
				w.t.Error("the bot does not stop")
			}
		})
	}
	w.stops = append(w.stops, r.stop)
}

func (w *world) stop() {
	for _, stop := range w.stops {
		stop()
	}
	w.stops = nil
}

// hook starts a bot in webhook mode behind a server of its own. Only the first
// tells Telegram where it is.
func (w *world) hook(instance string, change func(*Config)) (*replica, *httptest.Server) {
	w.t.Helper()
	var r *replica
	mux := http.NewServeMux()
	mux.HandleFunc("/telegram", func(rw http.ResponseWriter, req *http.Request) { r.Webhook().ServeHTTP(rw, req) })
	server := httptest.NewServer(mux)
	w.t.Cleanup(server.Close)
	r = w.bot(instance, func(c *Config) {
		c.WebhookURL, c.Secret = server.URL+"/telegram", testSecret
		if change != nil {
			change(c)
		}
	})
	w.begin(r)
	eventually(w.t, "the bot is ready", r.Ready)
	return r, server
}

// person joins and starts the bot.
func (w *world) person() *person {
	w.t.Helper()
	id := w.tg.AddUser(emulator.User{FirstName: "Ana", LanguageCode: "es"})
	p := &person{w: w, id: id}
	if _, err := w.tg.Start(id, ""); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// person is somebody with a phone.
type person struct {
	w  *world
	id int64
}

func (p *person) messages() []emulator.Message {
	p.w.t.Helper()
	all, err := p.w.tg.Messages(p.id, 0)
	if err != nil {
		p.w.t.Fatal(err)
	}
	return all
}

// last is the newest message of the bot that was not deleted.
func (p *person) last() emulator.Message {
	all := p.messages()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From == "bot" && !all[i].Deleted {
			return all[i]
		}
	}
	return emulator.Message{}
}

func (p *person) say(text string) {
	p.w.t.Helper()
	if _, err := p.w.tg.Say(p.id, text); err != nil {
		p.w.t.Fatal(err)
	}
}

// waits waits for a message of the bot after the given one that holds a text.
func (p *person) waits(after int64, text string) emulator.Message {
	p.w.t.Helper()
	var found emulator.Message
	eventually(p.w.t, "the bot says "+text, func() bool {
		for _, m := range p.messages() {
			if m.From == "bot" && m.MessageID > after && strings.Contains(m.Text, text) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// button waits until a message of the bot carries a button with that data and
// taps it.
func (p *person) button(data string) {
	p.w.t.Helper()
	var id int64
	eventually(p.w.t, "there is a button "+data, func() bool {
		m, ok := p.find(data)
		id = m.MessageID
		return ok
	})
	if _, err := p.w.tg.TapData(p.id, id, data); err != nil {
		p.w.t.Fatal(err)
	}
}

// find returns the newest message with a button of that data.
func (p *person) find(data string) (emulator.Message, bool) {
	all := p.messages()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].From != "bot" || all[i].Deleted {
			continue
		}
		for _, row := range all[i].Buttons {
			for _, b := range row {
				if b.Data == data {
					return all[i], true
				}
			}
		}
	}
	return emulator.Message{}, false
}

// agreed goes through language and consent and stands at the first question.
func (p *person) agreed() {
	p.w.t.Helper()
	p.button(flows.AnswerData("language", "es"))
	p.button(flows.AnswerData("consent_answer", "acepto"))
}

// eventually waits for something that other goroutines bring about.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain waited until %s", what)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// counted is the value of one counter, over all its labels.
func (r *replica) counted(t testing.TB, name string, labels ...string) float64 {
	t.Helper()
	families, err := r.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	total := 0.0
	for _, f := range families {
		if f.GetName() != "arraigo_"+name {
			continue
		}
		for _, m := range f.GetMetric() {
			match := 0
			for _, l := range m.GetLabel() {
				for i := 0; i+1 < len(labels); i += 2 {
					if l.GetName() == labels[i] && l.GetValue() == labels[i+1] {
						match++
					}
				}
			}
			if match == len(labels)/2 {
				total += m.GetCounter().GetValue()
			}
		}
	}
	return total
}
