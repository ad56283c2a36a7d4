package store_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestTheMasterIsFoundThroughSentinels(t *testing.T) {
	master := storetest.Start(t)
	_, masterPort, err := net.SplitHostPort(master.Addr)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	dir := t.TempDir()
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nsentinel monitor arraigo 127.0.0.1 %s 1\n", port, dir, masterPort)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", conf, "--sentinel")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	keys := storetest.Keys(t)
	for deadline := time.Now().Add(20 * time.Second); ; {
		s, err := store.Open(t.Context(), store.Config{URL: "redis://" + addr + "/3?master=arraigo", Keys: keys})
		if err == nil {
			turn(t, s, ana, 1, nil)
			if w, err := s.Check(t.Context()); len(w) != 0 || err != nil {
				t.Errorf("check: %v, %v", w, err)
			}
			s.Close()
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	direct := storetest.Open(t, store.Config{URL: master.URL(3), Keys: keys})
	if !load(t, direct, ana).Has(1) {
		t.Error("the turn did not reach database 3 of the master")
	}
}
