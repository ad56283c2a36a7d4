package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// TestWholeProgram runs the built program, as its operator would, against a Bot
// API server and a Redis that are real to it. Everything waits for conditions,
// never for a time, and each part prints its figures. With -short it does less
// of everything.
func TestWholeProgram(t *testing.T) {
	// Built without -race, which tests hand on: what is killed two hundred times
	// must start quickly.
	path := filepath.Join(t.TempDir(), "arraigo")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, part := range []struct {
		name string
		run  func(*testing.T, string)
	}{
		{"inputs at once", wholeInputsAtOnce}, // the longest first
		{"conversation", wholeConversation},
		{"bad input", wholeBadInput},
		{"redis away", wholeRedisAway},
		{"erasure", wholeErasure},
		{"kills", wholeKills},
		{"kills with a redis of its own", wholeKillsOwnRedis},
		{"two replicas", wholeTwoReplicas},
		{"courses and events", wholeCourses},
		{"reminders", wholeReminders},
		{"a thousand enrolments", wholeEnrolments},
		{"an announcement", wholeBroadcast},
		{"an announcement steered", wholeSteered},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel() // they wait more than they work
			part.run(t, path)
		})
	}
}

// wholeSet is the content that the program is delivered with.
var wholeSet = sync.OnceValues(func() (*flows.Set, error) {
	read, err := readContent("", examplePolicy(), flows.Timing{}, time.Now())
	if err != nil {
		return nil, err
	}
	set, found, err := read.load()
	if err == nil && set == nil {
		err = fmt.Errorf("the content has findings: %v", found)
	}
	return set, err
})

// scaled is a count, or a tenth of it with -short.
func scaled(n int) int {
	if testing.Short() {
		return max(1, n/10)
	}
	return n
}

// a town is a Telegram, a Redis and the replicas of the program between them.
type town struct {
	t        *testing.T
	program  string // path
	set      *flows.Set
	early    string // what the bot says to an answer that came before its question
	tg       *emulator.Server
	api      *httptest.Server
	redis    *storetest.Server // nil: the program runs its own
	front    *balancer         // before a replica that is alone, by webhook
	redisPID int               // of redis, once it was asked
	replicas []*replica
	calls    atomic.Int64 // calls of the Bot API so far
	log      output       // of every life of every replica
	marks    wholeMarks   // of the people, to be found nowhere

	mu      sync.Mutex
	waiting map[int64]chan struct{}
	toasts  map[string]string // what taps were answered, by query
}

func newTown(t *testing.T, program string) *town {
	t.Helper()
	return newTownWith(t, program, emulator.Config{Limits: emulator.Limits{Off: true}, AllowInsecureWebhook: true, Seed: 20261122})
}

func newTownWith(t *testing.T, program string, c emulator.Config) *town {
	t.Helper()
	set, err := wholeSet()
	if err != nil {
		t.Fatal(err)
	}
	w := &town{t: t, program: program, set: set, early: flows.Words(set, &flows.Session{Language: "es"}, flows.Key("early.note")), waiting: map[int64]chan struct{}{}, toasts: map[string]string{}}
	w.tg = emulator.New(c)
	w.api = httptest.NewServer(http.HandlerFunc(w.serveAPI))
	t.Cleanup(func() {
		for _, r := range w.replicas {
			r.kill()
		}
		w.tg.Close()
		w.api.CloseClientConnections()
		w.api.Close()
		if t.Failed() {
			t.Logf("the last words of the program:\n%s", tail(&w.log, 6000))
		}
	})
	return w
}

var chatParam = regexp.MustCompile(`"chat_id":(\d+)`)

// serveAPI is the emulator, and wakes the person whom a call concerns.
func (w *town) serveAPI(rw http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/bot") {
		w.tg.ServeHTTP(rw, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the program was killed while it wrote
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.tg.ServeHTTP(rw, r)
	w.calls.Add(1)
	if strings.HasSuffix(r.URL.Path, "/answerCallbackQuery") {
		var answer struct {
			Query string `json:"callback_query_id"`
			Text  string `json:"text"`
		}
		if json.Unmarshal(body, &answer) == nil {
			w.mu.Lock()
			w.toasts[answer.Query] = answer.Text
			w.mu.Unlock()
		}
	}
	if m := chatParam.FindSubmatch(body); m != nil {
		chat, _ := strconv.ParseInt(string(m[1]), 10, 64)
		w.wake(chat)
	}
}

// toast is what a tap was answered above the chat, once it was.
func (w *town) toast(query string) (text string, answered bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	text, answered = w.toasts[query]
	return text, answered
}

func (w *town) wake(chat int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if ch := w.waiting[chat]; ch != nil {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// watched is signalled when the bot did something in the chat.
func (w *town) watched(chat int64) <-chan struct{} {
	ch := make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting[chat] = ch
	return ch
}

// a replica is one process of the program, through all its lives.
type replica struct {
	w      *town
	dir    string
	listen string
	env    []string
	cmd    *exec.Cmd
	done   chan struct{} // closed when the present life is over
}

// replica prepares a process; further environment as NAME=value.
func (w *town) replica(env ...string) *replica {
	w.t.Helper()
	r := &replica{w: w, dir: w.t.TempDir(), listen: freeAddress(w.t), done: make(chan struct{})}
	close(r.done)
	r.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + r.dir,
		"ARRAIGO_TELEGRAM_TOKEN=" + w.tg.Token(),
		"ARRAIGO_TELEGRAM_API=" + w.api.URL,
		"ARRAIGO_LISTEN=" + r.listen,
		"ARRAIGO_DATA_DIR=" + r.dir,
		"ARRAIGO_ENTITY=Organización Ejemplo (ficticia)", "ARRAIGO_CONTACT=datos@ejemplo.org",
	}
	if w.redis != nil {
		r.env = append(r.env, "ARRAIGO_REDIS_URL="+w.redis.URL(0))
	}
	r.env = append(r.env, env...)
	w.replicas = append(w.replicas, r)
	return r
}

// start begins a life.
func (r *replica) start() {
	r.w.t.Helper()
	cmd := exec.Command(r.w.program, "serve")
	cmd.Env, cmd.Dir = r.env, r.dir
	cmd.Stdout, cmd.Stderr = &r.w.log, &r.w.log
	cmd.SysProcAttr = childAttributes()
	done, started := make(chan struct{}), make(chan error, 1)
	go func() {
		// The kernel ends the child with the thread that started it.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
		close(done)
	}()
	if err := <-started; err != nil {
		r.w.t.Fatal(err)
	}
	r.cmd, r.done = cmd, done
}

// ready waits until people can write.
func (r *replica) ready() {
	r.w.t.Helper()
	eventually(r.w.t, "the program is ready", func() bool {
		select {
		case <-r.done:
			r.w.t.Fatalf("the program ended:\n%s", tail(&r.w.log, 2000))
		default:
		}
		status, _ := r.get("/readyz")
		return status == http.StatusOK
	})
}

// kill ends the process as a power cut would.
func (r *replica) kill() {
	if r.cmd != nil {
		_ = r.cmd.Process.Kill()
	}
	<-r.done
}

// stop ends the process in order.
func (r *replica) stop() {
	r.w.t.Helper()
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		r.w.t.Fatal(err)
	}
	select {
	case <-r.done:
	case <-time.After(patience):
		r.w.t.Fatal("the program does not stop")
	}
	if code := r.cmd.ProcessState.ExitCode(); code != 0 {
		r.w.t.Errorf("the program stopped with exit code %d", code)
	}
}

var wholeClient = &http.Client{Timeout: 10 * time.Second}

// get asks the program's web server; status 0 when it does not answer.
func (r *replica) get(path string) (status int, body string) {
	resp, err := wholeClient.Get("http://" + r.listen + path)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(raw)
}

// metric is the sum of a metric over its labels, of those lines that contain
// label.
func (r *replica) metric(name, label string) float64 {
	r.w.t.Helper()
	_, body := r.get("/metrics")
	total := 0.0
	for line := range strings.Lines(body) {
		series, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		family, _, _ := strings.Cut(series, "{")
		if ok && family == name && strings.Contains(series, label) {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				r.w.t.Fatal(err)
			}
			total += n
		}
	}
	return total
}

// store opens the replica's Redis beside it.
func (r *replica) store() *store.Store {
	r.w.t.Helper()
	url := "unix://" + redisSocket(filepath.Join(r.dir, "redis"))
	if r.w.redis != nil {
		url = r.w.redis.URL(0)
	}
	keys, err := store.OpenKeyring(store.KeyringConfig{Path: filepath.Join(r.dir, "keyset.json")})
	if err != nil {
		r.w.t.Fatal(err)
	}
	return storetest.Open(r.w.t, store.Config{URL: url, Keys: keys, Instance: "test"})
}

// owing counts the people to whom replies are owed.
func (w *town) owing(s *store.Store) int {
	w.t.Helper()
	people, owed := map[string]bool{}, false
	err := s.Walk(context.Background(), func(key, content string) {
		if content == "" { // the key itself comes first
			row, ok := store.Match(key)
			owed = ok && row.Name == "owed"
		} else if owed {
			id, _, _ := strings.Cut(content, ".")
			people[id] = true
		}
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return len(people)
}

// settled waits until every update is confirmed and nothing is owed.
func (w *town) settled(s *store.Store) {
	w.t.Helper()
	eventually(w.t, "every update is confirmed and every reply delivered", func() bool {
		owing, err := s.Owing(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		return w.tg.Stats().Pending == 0 && owing == 0
	})
}

// tail is the end of what was written.
func tail(o *output, n int) string {
	s := o.String()
	return s[max(0, len(s)-n):]
}
