package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A restart keeps its name and counts its lives; a broken file costs the name,
// not the start.
func TestDataDirLives(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "data")
	first, err := openDataDir(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openDataDir(path); !errors.Is(err, errInUse) {
		t.Errorf("a second process on the folder: %v", err)
	}
	first.close()
	second, err := openDataDir(path)
	if err != nil {
		t.Fatal(err)
	}
	second.close()
	if first.replica == "" || second.replica != first.replica || second.epoch != first.epoch+1 {
		t.Errorf("lives %s %d and %s %d", first.replica, first.epoch, second.replica, second.epoch)
	}
	if err := os.WriteFile(filepath.Join(path, "replica.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	third, err := openDataDir(path)
	if err != nil {
		t.Fatal(err)
	}
	third.close()
	if third.replica == "" || third.replica == first.replica {
		t.Errorf("after a broken file the name is %q", third.replica)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v; want it closed to others", info, err)
	}
}

func TestDataDirCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	var settings *settingsError
	if _, err := openDataDir(filepath.Join(file, "data")); !errors.As(err, &settings) {
		t.Errorf("error %v, want one about the setting", err)
	}
}

func TestKeyring(t *testing.T) {
	dir := t.TempDir()
	o := storeOptions{DataDir: dir}
	if _, fresh, err := o.keyring(); err != nil || !fresh {
		t.Fatalf("first start: fresh %v, %v", fresh, err)
	}
	if _, fresh, err := o.keyring(); err != nil || fresh {
		t.Fatalf("second start: fresh %v, %v", fresh, err)
	}
	path := filepath.Join(dir, "keyset.json")
	for name, tc := range map[string]struct {
		o    storeOptions
		mode os.FileMode
		want string
	}{
		"readable by others": {o, 0o640, "chmod 600"},
		"named, missing":     {storeOptions{DataDir: dir, Keyset: filepath.Join(dir, "other.json")}, 0o600, "does not exist"},
		"a folder":           {storeOptions{DataDir: dir, Keyset: dir}, 0o600, "is a folder"},
	} {
		if err := os.Chmod(path, tc.mode); err != nil {
			t.Fatal(err)
		}
		_, _, err := tc.o.keyring()
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tc.want)
		}
	}
	if exists(filepath.Join(dir, "other.json")) {
		t.Error("a keyset that was named was made by itself")
	}
}

func TestWebhookPath(t *testing.T) {
	for raw, want := range map[string]string{
		"":                             "",
		"https://bot.example.org":      "https://bot.example.org/telegram",
		"https://bot.example.org/":     "https://bot.example.org/telegram",
		"http://127.0.0.1:9?a=b":       "http://127.0.0.1:9/telegram?a=b",
		"https://bot.example.org/hook": "https://bot.example.org/hook",
	} {
		if got := withWebhookPath(raw); got != want {
			t.Errorf("%q becomes %q, want %q", raw, got, want)
		}
	}
	for path, want := range map[string]bool{"": false, "/": false, "/telegram": false, "/metrics": false, "/a/b": true, "/{x}": false, "/a b": false} {
		if got := freePath(path); got != want {
			t.Errorf("%q is free: %v", path, got)
		}
	}
}

// A data folder with a long path still gets a socket that a kernel accepts.
func TestRedisSocketLength(t *testing.T) {
	short, long := "/var/lib/arraigo/redis", "/"+strings.Repeat("x", 150)
	if got := redisSocket(short); got != short+"/redis.sock" {
		t.Errorf("the socket is %s", got)
	}
	if got := redisSocket(long); len(got) > maxSocketPath || got != redisSocket(long) || got == redisSocket(long+"y") {
		t.Errorf("the socket of a long path is %s", got)
	}
}
