package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// The delivered program has no way to be profiled, on purpose: no port and no
// signal that could be left open. For -profile the bench builds it with one more
// file, laid over its source (go help build, -overlay), that begins a CPU
// profile at the first SIGUSR1 and ends it at the second.
const profiled = `package main

import (
	"os"
	"os/signal"
	"runtime/pprof"
	"syscall"
)

func init() {
	path := os.Getenv("BENCH_PROFILE")
	if path == "" {
		return
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGUSR1)
	go func() {
		<-c
		f, err := os.Create(path)
		if err != nil {
			panic(err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			panic(err)
		}
		<-c
		pprof.StopCPUProfile()
		f.Close()
	}()
}
`

func (b *bench) buildProgram() (string, error) {
	if b.profile == "" {
		return b.build(programPackage)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", err
	}
	root := strings.TrimSpace(string(out))
	source, overlay := filepath.Join(b.dir, "profiled.go"), filepath.Join(b.dir, "overlay.json")
	raw, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(root, "cmd/arraigo/zz_profiled.go"): source}})
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(source, []byte(profiled), 0o600); err != nil {
		return "", err
	}
	if err := os.WriteFile(overlay, raw, 0o600); err != nil {
		return "", err
	}
	return b.build(programPackage, "-overlay="+overlay)
}

func (b *bench) profileEnv() []string {
	if b.profile == "" {
		return nil
	}
	return []string{"BENCH_PROFILE=" + b.profile}
}

// profiling profiles the program while do runs.
func (b *bench) profiling(p *process, do func() error) error {
	if b.profile == "" {
		return do()
	}
	if err := p.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		return err
	}
	err := do()
	_ = p.cmd.Process.Signal(syscall.SIGUSR1)
	return err
}
