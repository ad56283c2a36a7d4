package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/programme"
)

// chatCommand is a conversation with the real engine, without Telegram and
// without a store. The sample programme is published in it.
type chatCommand struct {
	Flow   string `arg:"" optional:"" help:"Begin with this flow, after language and consent; a name, or a file such as flows/screening.yaml."`
	Lang   string `help:"Language of the phone, as Telegram tells it (es, en, pt-br, …)." default:"es"`
	Record string `help:"Write the conversation as a transcript, for flows/testdata." placeholder:"FILE"`
	fileOption
	contentOptions
}

// transcriptDay is the moment at which transcripts play: a recorded one must
// read the same every day.
var transcriptDay = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// Run talks until the input ends or /quit.
func (c *chatCommand) Run(term *console) error {
	set, err := soundContent(term, c.contentOptions)
	if err != nil {
		return err
	}
	talk := &talk{term: term, said: flows.Conversation{Set: set, Now: time.Now(), Phone: c.Lang}}
	if c.Record != "" {
		if _, err := os.Stat(c.Record); err == nil {
			return badSetting("%s exists: give --record a new file", c.Record)
		}
		talk.said.Now = transcriptDay
		talk.said.Phone = ""
		talk.transcript = &strings.Builder{}
		fmt.Fprintf(talk.transcript, "# %s.\n", strings.TrimSuffix(filepath.Base(c.Record), ".txt"))
	}
	samples, err := set.Data.Samples(programme.DateOf(talk.said.Now))
	if err != nil {
		return err
	}
	talk.said.Offer = func(today programme.Date) *programme.Offer { return programme.NewOffer(set.Data, samples, today) }
	if c.Flow != "" {
		flow, err := flowNamed(set, c.Flow)
		if err != nil {
			return err
		}
		if err := talk.goTo(flow); err != nil {
			return err
		}
	}
	if isTerminal(term.in) {
		term.printf("Type as the person would: words, /commands, [Button] or #2 for the second button. (voice), (photo), (wait 25h) also happen. /quit ends.\n\n")
	}
	if err := talk.run(term.in); err != nil {
		return err
	}
	if c.Record == "" {
		return nil
	}
	text := strings.TrimRight(talk.transcript.String(), "\n") + "\n"
	if err := os.WriteFile(c.Record, []byte(text), 0o644); err != nil {
		return fmt.Errorf("write the transcript: %w", err)
	}
	term.warnf("wrote %s: put a sentence about the person into its first line", c.Record)
	return nil
}

// flowNamed finds a flow by its name or its file.
func flowNamed(set *flows.Set, name string) (*flows.Flow, error) {
	short := strings.TrimSuffix(filepath.Base(name), ".yaml")
	if f := set.Flow(short); f != nil {
		return f, nil
	}
	var all []string
	for _, f := range set.Flows() {
		all = append(all, f.Name)
	}
	return nil, badSetting("there is no flow %q: the flows are %s", name, strings.Join(all, ", "))
}

// talk is one conversation on a terminal.
type talk struct {
	term       *console
	said       flows.Conversation
	buttons    []string // labels that #n means, of the newest message with buttons
	transcript *strings.Builder
}

// goTo plays the first minute up to consent, unseen, and opens the flow.
func (t *talk) goTo(flow *flows.Flow) error {
	set := t.said.Set
	tag := set.Catalog.Match(t.said.Phone)
	lang, _ := set.Catalog.Language(tag)
	lines := []string{"/start", "[" + lang.Name + "]"}
	if flow.Name == "welcome" {
		lines = nil
	} else {
		session := flows.Session{Language: tag}
		lines = append(lines, "["+flows.Words(set, &session, flows.Key("welcome.consent_answer.option.acepto"))+"]")
	}
	for _, line := range lines {
		answer, err := t.said.Play(line)
		if err != nil {
			return fmt.Errorf("play the first minute: %s: %w", line, err)
		}
		t.write(line, answer)
	}
	if flow.Name == "welcome" {
		return nil
	}
	for _, trigger := range set.Triggers() {
		if trigger.Flow == flow.Name && trigger.At == "" {
			return t.hear("(data: " + flows.TriggerData(trigger.Name) + ")")
		}
	}
	// A flow without a trigger of its own is reached from another one: stand at
	// its first step and have that asked.
	t.said.Session.Flow, t.said.Session.Version, t.said.Session.Step = flow.Name, flow.Version, flow.Steps[0].ID
	t.said.Session.Asking, t.said.Session.History, t.said.Session.Stack = false, nil, nil
	return t.hear("(data: " + flows.TriggerData("repeat") + ")")
}

var errQuit = errors.New("quit")

func (t *talk) run(in io.Reader) error {
	ask := isTerminal(in)
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for {
		if ask {
			t.term.printf("> ")
		}
		if !lines.Scan() {
			break
		}
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		if !ask {
			t.term.printf("> %s\n", line)
		}
		err := t.hear(line)
		if errors.Is(err, errQuit) {
			return nil
		}
		if err != nil {
			t.term.printf("! %v\n", err)
		}
	}
	return lines.Err()
}

// hear plays one line of the person and shows the answer.
func (t *talk) hear(line string) error {
	if line == "/quit" {
		return errQuit
	}
	if number, ok := strings.CutPrefix(line, "#"); ok {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > len(t.buttons) {
			return fmt.Errorf("there is no button %s", line)
		}
		line = "[" + t.buttons[n-1] + "]"
	}
	answer, err := t.said.Play(line)
	if err != nil {
		return err
	}
	t.write(line, answer)
	t.term.printf("%s", t.numbered(answer))
	return nil
}

func (t *talk) write(line, answer string) {
	if t.transcript != nil {
		fmt.Fprintf(t.transcript, "> %s\n%s", line, answer)
	}
}

// numbered gives each button of the newest message that has some its number.
func (t *talk) numbered(answer string) string {
	lines := strings.SplitAfter(answer, "\n")
	last := -1 // where the newest keyboard begins
	for i, line := range lines {
		if isKeyboard(line) && (i == 0 || !isKeyboard(lines[i-1])) {
			last = i
		}
	}
	if last < 0 {
		return answer
	}
	t.buttons = nil
	for i := last; i < len(lines) && isKeyboard(lines[i]); i++ {
		var row strings.Builder
		row.WriteString(" ")
		for _, label := range labels(lines[i]) {
			t.buttons = append(t.buttons, label)
			fmt.Fprintf(&row, " #%d [%s]", len(t.buttons), label)
		}
		lines[i] = row.String() + "\n"
	}
	return strings.Join(lines, "")
}

func isKeyboard(line string) bool {
	return strings.HasPrefix(line, "  [") && strings.HasSuffix(strings.TrimRight(line, "\n"), "]")
}

// labels are the words of the buttons of one row.
func labels(line string) []string {
	row := strings.TrimSuffix(strings.TrimPrefix(strings.TrimRight(line, "\n"), "  ["), "]")
	return strings.Split(row, "] [")
}

// isTerminal reports whether a person types: then there is a prompt.
func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
