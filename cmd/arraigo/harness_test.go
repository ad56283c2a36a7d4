package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"arraigo/emulator"
)

// A test binary that is called arraigo is the program: so scripts and the
// processes that tests start and kill run with the race detector of the test.
func init() {
	if filepath.Base(os.Args[0]) == "arraigo" {
		os.Exit(program())
	}
}

// patience bounds every wait for another process. A machine that runs many race
// tests at once is slow.
const patience = 60 * time.Second

// A process is this program as its user runs it.
type process struct {
	t    testing.TB
	cmd  *exec.Cmd
	out  output
	done chan struct{}
}

// output collects what the process writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// start runs arraigo with the variables ("ARRAIGO_X=…") and nothing else of
// ours in its environment. The process ends with the test; what it wrote is
// shown when the test failed.
func start(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, done: make(chan struct{})}
	p.cmd = &exec.Cmd{Path: self, Args: append([]string{"arraigo"}, args...), Stdout: &p.out, Stderr: &p.out}
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "ARRAIGO_") && !strings.HasPrefix(pair, "DISPLAY=") && !strings.HasPrefix(pair, "WAYLAND_DISPLAY=") {
			p.cmd.Env = append(p.cmd.Env, pair)
		}
	}
	p.cmd.Env = append(p.cmd.Env, env...)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("arraigo %s wrote:\n%s", strings.Join(args, " "), p.out.String())
		}
	})
	return p
}

// kill ends the process as a power cut would, and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
}

// stop asks the process to end and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	return p.wait()
}

// wait returns the exit code of a process that ends by itself.
func (p *process) wait() int {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.t.Fatalf("it does not end; so far it wrote:\n%s", p.out.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// says waits until the process has written the words.
func (p *process) says(words string) {
	p.t.Helper()
	eventually(p.t, "the words "+words, func() bool {
		if strings.Contains(p.out.String(), words) {
			return true
		}
		select {
		case <-p.done:
			return strings.Contains(p.out.String(), words)
		default:
			return false
		}
	})
}

// ready waits until the program at the address takes updates.
func ready(t testing.TB, address string) {
	t.Helper()
	eventually(t, "http://"+address+"/readyz", func() bool { return status("http://"+address+"/readyz") == http.StatusOK })
}

// status is the code with which an address answers; 0 if it does not.
func status(url string) int {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get(url)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// eventually waits until ok, and fails the test after a long wait.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := await(ctx, ok); err != nil {
		t.Fatalf("in vain waited for %s", what)
	}
}

// freeAddress is one on which nobody listens now.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// telegram is an emulator behind an address, with limits that a test does not
// run into unless it brings its own.
func telegram(t testing.TB, c emulator.Config) (*emulator.Server, string) {
	t.Helper()
	c.AllowInsecureWebhook = true
	if c.Limits == (emulator.Limits{}) {
		c.Limits = emulator.Limits{Off: true}
	}
	phone := emulator.New(c)
	web := httptest.NewServer(phone)
	t.Cleanup(func() {
		phone.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return phone, web.URL
}

// walk lets a new person do the steps, each once the bot answered the one
// before, and returns the chat.
func walk(t testing.TB, phone *emulator.Server, steps []step) int64 {
	t.Helper()
	chat := phone.AddUser(emulator.User{FirstName: "Ana", LanguageCode: "es"})
	if err := playAll(context.Background(), phone, chat, steps); err != nil {
		t.Fatalf("%v\n%s", err, seen(phone, chat))
	}
	return chat
}

// screened are the steps to three outcomes for somebody with a permit and a
// food business in Cúcuta.
func screened() []step { return personas()[0].steps }

// showsOutcomes fails the test unless the chat tells an outcome for each of the
// three lines.
func showsOutcomes(t testing.TB, phone *emulator.Server, chat int64) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		messages, err := phone.Messages(chat, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range messages {
			if strings.Contains(m.Text, "Apoyo a su negocio") && strings.Contains(m.Text, "Apoyo para trabajar") && strings.Contains(m.Text, "Actividades en su comunidad") {
				return
			}
		}
	}
	t.Errorf("no message tells the three outcomes: %s", seen(phone, chat))
}
