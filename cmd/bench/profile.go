package main

import (
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
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

// buildProgram builds the program as it is delivered, but for the profile.
func (b *bench) buildProgram() (string, error) { return b.buildAs("arraigo", nil) }

// buildAs builds the program under a name, with files laid over those of its
// command.
func (b *bench) buildAs(name string, files map[string]string) (string, error) {
	if b.profile != "" {
		files = maps.Clone(files)
		if files == nil {
			files = map[string]string{}
		}
		files["zz_profiled.go"] = profiled
	}
	if len(files) == 0 {
		return b.build(name, programPackage)
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return "", err
	}
	dir, err := b.folder(name + "-overlay")
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for file, text := range files {
		source := filepath.Join(dir, file)
		if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(strings.TrimSpace(string(out)), "cmd/arraigo", file)] = source
	}
	raw, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, raw, 0o600); err != nil {
		return "", err
	}
	return b.build(name, programPackage, "-overlay="+overlay)
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
	time.Sleep(time.Second) // it writes the file
	return err
}
