package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A server that outlived its program is ended before another one writes the
// same files.
func TestRedisTakesOverAnOrphan(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	log := newLog(io.Discard, 0)
	orphan := &redisChild{dir: dir, socket: redisSocket(dir), log: log, ended: make(chan struct{})}
	if err := orphan.takeOver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := orphan.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	orphan.release() // what the end of its program does
	if answer, err := redisCommand(orphan.socket, "PING"); err != nil || answer != "+PONG" {
		t.Fatalf("the orphan answers %q, %v", answer, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	heir, err := startRedis(ctx, dir, log)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-orphan.life.Load().done:
	default:
		t.Error("two servers write the same files")
	}
	if answer, err := redisCommand(heir.socket, "PING"); err != nil || answer != "+PONG" {
		t.Errorf("the heir answers %q, %v", answer, err)
	}
	cancel()
	heir.close()
	if _, err := redisCommand(heir.socket, "PING"); err == nil {
		t.Error("the heir outlived its context")
	}
}

func TestRedisInAFolderWithALongName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("long/", 30))
	ctx, cancel := context.WithCancel(t.Context())
	r, err := startRedis(ctx, dir, newLog(io.Discard, 0))
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(filepath.Dir(r.socket))
	answer, err := redisCommand(r.socket, "PING")
	cancel()
	r.close()
	if err != nil || answer != "+PONG" {
		t.Errorf("it answers %q, %v", answer, err)
	}
}

// What keeps a server from starting is said in its own words.
func TestRedisThatCannotStart(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "appendonlydir"), "a file where the server wants a folder")
	_, err := startRedis(t.Context(), dir, newLog(io.Discard, 0))
	if err == nil || !strings.Contains(err.Error(), "redis-server did not start: ") {
		t.Errorf("error %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := startRedis(t.Context(), dir, newLog(io.Discard, 0)); !errors.Is(err, errNoRedis) {
		t.Errorf("without redis-server: %v", err)
	}
}
