package main

import (
	"os"
	"testing"
	"time"
)

func TestParseCPU(t *testing.T) {
	// The name may hold spaces and brackets.
	got, err := parseCPU("123 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 31 0 0 20 0 9 0")
	if err != nil || got != 2810*time.Millisecond {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range []string{"", "123 (a) S 1 2", "123 (a) S 1 2 3 4 5 6 7 8 9 10 x 31 0 0"} {
		if _, err := parseCPU(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func TestParseMemory(t *testing.T) {
	now, peak, err := parseMemory("Name:\tarraigo\nVmHWM:\t   52000 kB\nVmRSS:\t   51000 kB\nThreads:\t9\n")
	if err != nil || now != 51000<<10 || peak != 52000<<10 {
		t.Errorf("%d, %d, %v", now, peak, err)
	}
	if _, _, err := parseMemory("Name:\tarraigo\n"); err == nil {
		t.Error("nothing is read as something")
	}
}

// What is read is that of the process, and it grows with its work.
func TestProcessUsesCPU(t *testing.T) {
	p, err := startProcess(nil, "/bin/sh", "-c", "while :; do :; done")
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = p.cmd.Process.Kill()
		<-p.done
	}()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		used, err := p.cpu()
		if err != nil {
			t.Fatal(err)
		}
		if used >= 50*time.Millisecond {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("a busy process uses no CPU")
		}
	}
	now, peak, err := p.memory()
	if err != nil || now <= 0 || peak < now {
		t.Errorf("memory %d, peak %d, %v", now, peak, err)
	}
	if os.Getpid() == p.cmd.Process.Pid {
		t.Error("that is not the child")
	}
}
