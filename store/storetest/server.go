// Package storetest gives tests a real redis-server.
//
// One server, a child process on a free port, serves all tests of a test
// binary; each test has a database of its own. When the test binary ends, by
// whatever death, the server ends and its files go. A test never skips: without
// redis-server on PATH it fails and says so.
package storetest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Server is one redis-server process.
type Server struct {
	Addr string // host:port

	dir      string
	own      bool // the directory goes with the server
	args     []string
	mu       sync.Mutex
	lifeline io.WriteCloser // the server lives as long as this pipe
	done     chan struct{}
}

// script runs redis-server until its standard input closes. The kernel closes
// that pipe when the test binary dies, however it dies. The server is killed
// without a chance to save, as in a crash.
const script = `trap '' PIPE
exec 3<&0
redis-server "$@" </dev/null &
child=$!
{ cat <&3; kill -9 $child; } >/dev/null 2>&1 &
wait $child
[ -z "$ARRAIGO_TEST_DIR" ] || rm -rf "$ARRAIGO_TEST_DIR"`

// Start starts a server of the test's own, to be stopped and started again at
// will; it ends with the test. Extra arguments are those of redis-server.
func Start(t testing.TB, args ...string) *Server {
	t.Helper()
	s, err := start(t.TempDir(), false, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func start(dir string, own bool, args ...string) (*Server, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, errors.New("redis-server is not on PATH: install it (apt-get install redis-server); tests of the store need a real one")
	}
	s := &Server{dir: dir, own: own, args: args}
	var err error
	for range 5 { // the port is free when chosen; another program may be quicker
		if s.Addr, err = freeAddr(); err != nil {
			return nil, err
		}
		if err = s.run(); err == nil {
			return s, nil
		}
	}
	return nil, err
}

func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Restart starts the server again on the same port with the data its
// append-only file kept.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	if err := s.run(); err != nil {
		t.Fatal(err)
	}
}

// Stop kills the server as a crash would. It returns when the process is gone.
func (s *Server) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lifeline == nil {
		return
	}
	s.lifeline.Close()
	s.lifeline = nil
	<-s.done
}

func (s *Server) run() error {
	_, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return err
	}
	args := append([]string{"-c", script, "sh", "--port", port, "--bind", "127.0.0.1", "--dir", s.dir, "--databases", "4096",
		"--appendonly", "yes", "--appendfsync", "no", "--save", "", "--maxmemory-policy", "noeviction"}, s.args...)
	cmd := exec.Command("sh", args...)
	if s.own {
		cmd.Env = append(os.Environ(), "ARRAIGO_TEST_DIR="+s.dir)
	}
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		return err
	}
	ready, done := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(done)
		var last string
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if last = lines.Text(); strings.Contains(last, "Ready to accept connections") {
				ready <- nil
			}
		}
		cmd.Wait()
		select {
		case ready <- fmt.Errorf("redis-server did not start: %s", last):
		default:
		}
	}()
	s.mu.Lock()
	s.lifeline, s.done = in, done
	s.mu.Unlock()
	select {
	case err = <-ready:
	case <-time.After(20 * time.Second):
		err = errors.New("redis-server did not start in 20 s")
	}
	if err != nil {
		s.Stop()
	}
	return err
}

// URL is the address of one database of the server.
func (s *Server) URL(database int) string {
	return "redis://" + s.Addr + "/" + strconv.Itoa(database)
}

// shared is the one server of the test binary.
var shared struct {
	once sync.Once
	srv  *Server
	err  error
	mu   sync.Mutex
	next int
}

// URL gives the test an empty database on the shared server. Afterwards Audit
// looks at what the test left there, and it is emptied.
func URL(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() {
		var dir string
		if dir, shared.err = os.MkdirTemp("", "arraigo-redis-"); shared.err != nil {
			return
		}
		shared.srv, shared.err = start(dir, true)
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	shared.mu.Lock()
	n := shared.next % 4096
	shared.next++
	shared.mu.Unlock()
	url := shared.srv.URL(n)
	t.Cleanup(func() {
		inspect(t, url)
		if err := shared.srv.empty(n); err != nil {
			t.Error(err)
		}
	})
	return url
}

func background() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

// empty forgets everything in one database. The store itself cannot do that,
// on purpose.
func (s *Server) empty(database int) error {
	c, err := net.DialTimeout("tcp", s.Addr, 5*time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(c, "SELECT %d\r\nFLUSHDB\r\n", database); err != nil {
		return err
	}
	answers := bufio.NewScanner(c)
	for range 2 {
		if !answers.Scan() || answers.Text() != "+OK" {
			return fmt.Errorf("empty database %d: %q", database, answers.Text())
		}
	}
	return nil
}
