package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// A redisChild is a redis-server that lives and dies with this process. It is
// reached by a socket in the data folder alone, not over the network.
type redisChild struct {
	dir    string // its data
	socket string
	log    *slog.Logger
	lock   *os.File
	life   atomic.Pointer[redisLife]
	ended  chan struct{} // closed when watch returns
}

// redisLife is one process of it.
type redisLife struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended
	last string        // last line it wrote; read after done
}

// maxSocketPath is the shortest limit for the path of a Unix socket among the
// systems that we run on (104 bytes on the BSDs, 108 on Linux).
const maxSocketPath = 100

// errNoRedis means that there is no redis-server on PATH.
var errNoRedis = errors.New("no redis-server on PATH")

// startRedis starts a redis-server with its data in dir, or returns errNoRedis.
// The server is ready when it returns.
func startRedis(ctx context.Context, dir string, log *slog.Logger) (*redisChild, error) {
	if _, err := findRedis(); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// The server's own files can be read by everybody; their folder must not.
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, err
	}
	r := &redisChild{dir: dir, socket: redisSocket(dir), log: log, ended: make(chan struct{})}
	if err := r.takeOver(ctx); err != nil {
		return nil, err
	}
	if err := r.start(ctx); err != nil {
		r.release()
		return nil, err
	}
	go r.watch(ctx)
	return r, nil
}

func findRedis() (string, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", errNoRedis
	}
	return path, nil
}

// redisSocket is where a child with its data in dir, an absolute path, listens:
// beside the data, or, when that path is too long for a socket, in a folder of
// this user's that follows from it.
func redisSocket(dir string) string {
	if s := filepath.Join(dir, "redis.sock"); len(s) <= maxSocketPath {
		return s
	}
	sum := sha256.Sum256([]byte(dir))
	return filepath.Join(os.TempDir(), fmt.Sprintf("arraigo-%d-%x", os.Getuid(), sum[:8]), "redis.sock")
}

// redisSocketOf is the socket of the child that belongs to a data folder.
func redisSocketOf(dataDir string) string {
	dir, err := filepath.Abs(filepath.Join(dataDir, "redis"))
	if err != nil {
		dir = filepath.Join(dataDir, "redis")
	}
	return redisSocket(dir)
}

// childURL is the address of that child for the store.
func childURL(dataDir string) string { return "unix://" + redisSocketOf(dataDir) }

// ownFolder makes the folder of the socket, for this user alone.
func ownFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !info.IsDir() || ok && int(owner.Uid) != os.Getuid() || info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s is open to others: remove it", dir)
	}
	return nil
}

// takeOver makes sure that no server of an earlier life still writes the data.
// The server holds the lock too, through a descriptor that it inherits, so the
// lock is free only when every process that could write is gone.
func (r *redisChild) takeOver(ctx context.Context) error {
	lock, err := os.OpenFile(filepath.Join(r.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	r.lock = lock
	deadline := time.Now().Add(20 * time.Second)
	for asked := false; ; {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			r.release()
			return fmt.Errorf("a redis-server of an earlier run still uses %s: end it", r.dir)
		}
		if !asked {
			asked = true
			r.log.Info("ending the redis-server of an earlier run")
			// Refused when it is ending already.
			_, _ = redisCommand(r.socket, "SHUTDOWN")
		}
		if err := pauseFor(ctx, 20*time.Millisecond); err != nil {
			r.release()
			return err
		}
	}
}

// url is the address for the store.
func (r *redisChild) url() string { return "unix://" + r.socket }

// start runs the server and waits until it answers. A crash costs at most what
// was written in the last second (appendfsync everysec).
func (r *redisChild) start(ctx context.Context) error {
	if err := ownFolder(filepath.Dir(r.socket)); err != nil {
		return err
	}
	cmd := exec.Command("redis-server",
		"--port", "0", "--unixsocket", r.socket, "--unixsocketperm", "700",
		"--dir", r.dir, "--appendonly", "yes", "--appendfsync", "everysec", "--save", "",
		"--maxmemory-policy", "noeviction", "--daemonize", "no", "--loglevel", "notice")
	cmd.ExtraFiles = []*os.File{r.lock}
	cmd.SysProcAttr = childAttributes()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = cmd.Stdout
	life := &redisLife{cmd: cmd, done: make(chan struct{})}
	ready, started := make(chan struct{}), make(chan error, 1)
	go func() {
		// On Linux the kernel ends the child with the thread that started it, so
		// that thread must last as long as this process.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		life.last = readLog(out, ready)
		_ = cmd.Wait()
		close(life.done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start redis-server: %w", err)
	}
	r.life.Store(life)
	select {
	case <-ready:
		return nil
	case <-life.done:
		return fmt.Errorf("redis-server did not start: %s", life.last)
	case <-ctx.Done():
		r.stop()
		return ctx.Err()
	}
}

// readLog reads the server's log to its end, says when the server is ready and
// returns the last line.
func readLog(out io.Reader, ready chan struct{}) (last string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			last = text
		}
		if strings.Contains(last, "eady to accept connections") && ready != nil {
			close(ready)
			ready = nil
		}
	}
	return last
}

// watch starts the server again when it dies, at a growing distance, until ctx
// ends. Meanwhile the store is unavailable, which the bot outlasts.
func (r *redisChild) watch(ctx context.Context) {
	defer close(r.ended)
	wait := time.Duration(0)
	for {
		life := r.life.Load()
		began := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-life.done:
		}
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > time.Minute {
			wait = 0
		}
		r.log.Error("redis-server ended; starting it again", "last words", life.last)
		for {
			if pauseFor(ctx, wait) != nil {
				return
			}
			wait = min(30*time.Second, max(250*time.Millisecond, 2*wait))
			err := r.start(ctx)
			if err == nil {
				r.log.Info("redis-server is back")
				break
			}
			if ctx.Err() != nil {
				return
			}
			r.log.Error("redis-server does not start", "error", err)
		}
	}
}

// close stops the server after the context of startRedis ended. Nothing written
// is lost.
func (r *redisChild) close() {
	<-r.ended
	r.stop()
	r.release()
}

func (r *redisChild) stop() {
	life := r.life.Load()
	if life == nil {
		return
	}
	_ = life.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-life.done:
	case <-time.After(10 * time.Second):
		r.log.Error("redis-server does not end; killing it")
		_ = life.cmd.Process.Kill()
		<-life.done
	}
}

func (r *redisChild) release() { r.lock.Close() }

// redisCommand sends one command without arguments and returns the first line
// of the answer.
func redisCommand(socket, command string) (string, error) {
	c, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return "", err
	}
	if _, err := io.WriteString(c, command+"\r\n"); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	return strings.TrimSpace(line), err
}

// pauseFor waits d, or less if ctx ends, whose error it returns.
func pauseFor(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
