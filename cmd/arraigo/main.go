package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit codes.
const (
	exitFailed  = 1 // it was tried and did not work, or check found errors
	exitSetting = 2 // a setting, a flag or an argument is missing or wrong
)

// commands are the program's commands and the options of each.
type commands struct {
	Version kong.VersionFlag `help:"Print the version and stop."`

	Demo   demoCommand    `cmd:"" help:"Try everything on this computer, without a token and without set-up."`
	Serve  serveCommand   `cmd:"" help:"Run the bot for real people."`
	Import importCommand  `cmd:"" help:"Read courses, vacancies, events or help lines from a spreadsheet."`
	Export exportCommands `cmd:"" help:"Write a list, or what became of an outreach, into a spreadsheet."`
	Check  checkCommand   `cmd:"" help:"Look for mistakes in flows, texts and programme data."`
	Chat   chatCommand    `cmd:"" help:"Talk to the real engine in this terminal."`
	Graph  graphCommand   `cmd:"" help:"Draw the flows as Mermaid diagrams."`
	Staff  staffCommand   `cmd:"" help:"Invite, list, change and remove the people who work with Arraigo."`
	Keys   keysCommand    `cmd:"" help:"Make, change and apply the keys that encrypt people's data."`
	Doctor doctorCommand  `cmd:"" help:"Say whether this machine and its Redis are safe for people's data."`
}

// console is what a command reads and writes in the terminal.
type console struct {
	in       io.Reader
	out, err io.Writer
}

func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// warnf tells the operator something beside the command's own output.
func (c *console) warnf(format string, args ...any) {
	fmt.Fprintf(c.err, "arraigo: "+format+"\n", args...)
}

func main() { os.Exit(program()) }

func program() int {
	forgetEmptyVariables()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second signal must end a shutdown that hangs.
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], &console{in: os.Stdin, out: os.Stdout, err: os.Stderr})
}

// run is the program without its process.
func run(ctx context.Context, args []string, term *console) (code int) {
	parser, err := newParser(ctx, term, func(status int) { panic(exit(status)) })
	if err != nil {
		term.warnf("%v", err)
		return exitFailed
	}
	// --help and --version end the program in the middle of parsing.
	defer func() {
		if r := recover(); r != nil {
			status, ok := r.(exit)
			if !ok {
				panic(r)
			}
			code = int(status)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		term.warnf("%v", err)
		term.warnf("for help: arraigo %s--help", commandOf(err))
		return exitSetting
	}
	err = chosen.Run()
	var settings *settingsError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &settings):
		for _, line := range settings.lines {
			term.warnf("%s", line)
		}
		return exitSetting
	case !errors.Is(err, errTold):
		term.warnf("%v", err)
	}
	return exitFailed
}

// exit ends run from inside the parser.
type exit int

// errTold ends the program with exitFailed; what went wrong is on the screen.
var errTold = errors.New("told already")

func newParser(ctx context.Context, term *console, leave func(int)) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("arraigo"),
		kong.Description("Arraigo answers people on Telegram: which support fits them, why, and what the next step is.\n\n"+
			"Options can be given as flags, as environment variables or in a YAML file (--config); "+
			"a flag wins over the environment, the environment over the file."),
		kong.Vars{"version": version()},
		kong.Writers(term.out, term.err),
		kong.Exit(leave),
		kong.Configuration(readConfig),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(term),
	)
}

// commandOf is the command that a mistaken command line meant, to point at its
// help.
func commandOf(err error) string {
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context != nil {
		if words := strings.Fields(parse.Context.Command()); len(words) > 0 && words[0] != "" {
			return words[0] + " "
		}
	}
	return ""
}

// version is the module version and the commit that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "arraigo (unknown build)"
	}
	text := "arraigo " + info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && !strings.Contains(text, s.Value[:12]) {
			text += " " + s.Value[:12]
		}
	}
	return text + " " + info.GoVersion
}

// forgetEmptyVariables makes an empty variable the same as none: service
// managers and compose files pass what is not filled in as empty.
func forgetEmptyVariables() {
	for _, pair := range os.Environ() {
		if name, value, _ := strings.Cut(pair, "="); value == "" && strings.HasPrefix(name, "ARRAIGO_") {
			os.Unsetenv(name)
		}
	}
}
