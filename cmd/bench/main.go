// Command bench measures the program against its targets and prints one table.
// It runs what an operator would run: the built program in webhook mode, a real
// redis-server and the emulator in Telegram's place, all on this machine. Where
// a target is a ratio, the baseline (a hand-written bot without guarantees, in
// cmd/bench/baseline) is measured in the same run, in turns with the program.
//
// The exit status is 1 when a target is missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	missed, err := run(ctx, os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	case missed:
		os.Exit(1)
	}
}

// A bench is one run. What several measurements need is made once.
type bench struct {
	quick   bool
	profile string // file for a CPU profile of the program; "": none
	dir     string // everything that is written
	builds  map[string]string
	both    *pair
	land    *country
}

// A measurement fills rows of the table.
type measurement struct {
	name  string
	about string
	run   func(*bench, context.Context) ([]row, error)
}

var measurements = []measurement{
	{"advance", "one turn of the pure engine", (*bench).advance},
	{"start", "from start to ready", (*bench).start},
	{"trips", "round trips to Redis in a turn", (*bench).trips},
	{"download", "what a person downloads", (*bench).download},
	{"turns", "CPU of a turn, and turns at saturation, beside the baseline", (*bench).turns},
	{"latency", "how long a reply takes at 400 turns/s, beside the baseline", (*bench).latency},
	{"memory", "resident memory with 10,000 active chats", (*bench).memory},
	{"person", "Redis memory of 10,000 screened people", (*bench).person},
	{"pace", "a broadcast against the rate that Telegram allows", (*bench).pacing},
	{"steer", "how soon pausing and cancelling a broadcast take effect", (*bench).steering},
	{"uncapped", "what a broadcast costs, and how fast it is without a limit", (*bench).uncapped},
	{"beside", "replies while a broadcast runs, beside replies without", (*bench).beside},
	{"matching", "one vacancy against 10,000, 100,000 and 1,000,000 people", (*bench).matching},
	{"console", "pages of the console with 100,000 people", (*bench).console},
	{"million", "Redis memory of 1,000,000 people, and of one outreach to all of them", (*bench).million},
}

func run(ctx context.Context, args []string) (missed bool, err error) {
	b := &bench{builds: map[string]string{}}
	only := ""
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.BoolVar(&b.quick, "quick", false, "shorter rounds: less certain figures")
	f.StringVar(&only, "only", "", "measure one thing: "+strings.Join(names(), ", "))
	f.StringVar(&b.profile, "profile", "", "write a CPU profile of the program under load to `FILE`")
	if err := f.Parse(args); err != nil {
		return false, err
	}
	if f.NArg() > 0 || only != "" && !slices.Contains(names(), only) {
		return false, fmt.Errorf("measures are %s", strings.Join(names(), ", "))
	}
	if runtime.GOOS != "linux" {
		return false, errors.New("it reads /proc: run it on Linux")
	}
	if b.dir, err = os.MkdirTemp("", "arraigo-bench-"); err != nil {
		return false, err
	}
	defer os.RemoveAll(b.dir)
	defer b.close()
	began := time.Now()
	fmt.Printf("%s, %d cores; the program, Redis, the emulator and the people share them\n", machine(), runtime.NumCPU())
	fmt.Println(others())
	fmt.Println()
	var rows []row
	for _, m := range measurements {
		if only != "" && m.name != only {
			continue
		}
		fmt.Printf("… %s: %s\n", m.name, m.about)
		more, err := m.run(b, ctx)
		if err != nil {
			return false, fmt.Errorf("%s: %w", m.name, err)
		}
		rows = append(rows, more...)
	}
	fmt.Println()
	printTable(os.Stdout, rows)
	fmt.Printf("\n%s in %.0f s\n", summary(rows), time.Since(began).Seconds())
	return slices.ContainsFunc(rows, row.missed), nil
}

func names() (all []string) {
	for _, m := range measurements {
		all = append(all, m.name)
	}
	return all
}

func (b *bench) close() {
	if b.both != nil {
		b.both.close()
	}
	if b.land != nil {
		b.land.close()
	}
}

// rounds is how often something is repeated.
func (b *bench) rounds(n int) int {
	if b.quick {
		return max(2, n/2)
	}
	return n
}

// lasting is how long one round lasts.
func (b *bench) lasting(d time.Duration) time.Duration {
	if b.quick {
		return d / 2
	}
	return d
}

// build builds a command of the repository once under a name, as an operator
// would.
func (b *bench) build(name, pkg string, flags ...string) (path string, err error) {
	if path = b.builds[name]; path != "" {
		return path, nil
	}
	path = filepath.Join(b.dir, name)
	args := slices.Concat([]string{"build", "-buildvcs=false", "-o", path}, flags, []string{pkg})
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, out)
	}
	b.builds[name] = path
	return path, nil
}

const (
	programPackage  = "arraigo/cmd/arraigo"
	baselinePackage = "arraigo/cmd/bench/baseline"
)

// others says how busy the machine is with other work.
func others() string {
	raw, err := os.ReadFile("/proc/loadavg")
	minute, _, _ := strings.Cut(string(raw), " ")
	load, err2 := strconv.ParseFloat(minute, 64)
	switch {
	case err != nil || err2 != nil:
		return "it cannot be seen how busy the machine is with other work"
	case load > 0.3:
		return fmt.Sprintf("other work keeps the machine busy (load %.1f in the last minute): times are too long, and the latencies are worth little", load)
	}
	return fmt.Sprintf("nothing else runs (load %.1f in the last minute)", load)
}

// machine names the processor.
func machine() string {
	raw, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(raw)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
