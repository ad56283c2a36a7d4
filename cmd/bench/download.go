package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"arraigo/emulator"
)

// A screen is what changed on the phone in one turn, in bytes.
type screen struct {
	line    string
	fresh   int // new messages of the bot
	changed int // messages that were changed, whole
}

func (s screen) bytes() int { return s.fresh + s.changed }

// newsOf weighs what a turn brought: of each message that is new or has changed
// the text and the keyboard as JSON, as the user side of the emulator gives
// them.
func newsOf(line string, before, after []emulator.Message) screen {
	s := screen{line: line}
	for _, m := range after {
		if m.From != "bot" {
			continue
		}
		i := slices.IndexFunc(before, func(o emulator.Message) bool { return o.MessageID == m.MessageID })
		switch {
		case i < 0:
			s.fresh += weight(m)
		case weight(before[i]) != weight(m) || before[i].Text != m.Text || fmt.Sprint(before[i].Buttons) != fmt.Sprint(m.Buttons):
			s.changed += weight(m)
		}
	}
	return s
}

func weight(m emulator.Message) int {
	if len(m.Buttons) == 0 {
		return len(m.Text)
	}
	raw, err := json.Marshal(m.Buttons)
	if err != nil {
		return 0 // strings only: cannot fail
	}
	return len(m.Text) + len(raw)
}

// maxDownload is 1.5 KB.
const maxDownload = 1536

func (b *bench) download(ctx context.Context) ([]row, error) {
	p, err := b.pair(ctx)
	if err != nil {
		return nil, err
	}
	var all []float64
	over, fresh, worst := 0, 0, p.screens[0]
	for _, s := range p.screens {
		all = append(all, float64(s.bytes()))
		fresh += s.fresh
		if s.bytes() > worst.bytes() {
			worst = s
		}
		if s.bytes() > maxDownload {
			over++
		}
	}
	return []row{{
		what: "download of a person per turn", target: "≤ 1.5 KB", figure: fmt.Sprintf("%.0f B", mean(all)),
		verdict: judged(mean(all), maxDownload),
		notes: []string{
			fmt.Sprintf("mean of the %d turns of the conversation; median %.0f, largest %d (after %s); %d turns over %d B", len(all), median(all), worst.bytes(), worst.line, over, maxDownload),
			fmt.Sprintf("text and keyboard as JSON of each message that is new (%d B per turn) or changed, the latter whole (the rest);", fresh/len(all)),
			"what Telegram's own protocol adds or compresses away cannot be known here",
		},
	}}, nil
}
