// Package talk is one conversation as the Bot API saw it: what a person does,
// and the calls that answer it. The bench records it from the real program and
// gives it to the baseline, so that both make the same calls with the same
// words.
package talk

import (
	"encoding/json"
	"os"
)

// A Turn is one thing that a person does and everything the bot does about it.
type Turn struct {
	Text string `json:"text,omitempty"` // typed; empty: a tap
	Data string `json:"data,omitempty"` // callback data of the tap
	On   int    `json:"on,omitempty"`   // tap: on which message of the bot, counted from 0

	Edits []Edit    `json:"edits,omitempty"`
	Sends []Message `json:"sends,omitempty"`
}

// Input is what tells the turns of one state apart.
func (t *Turn) Input() string {
	if t.Data != "" {
		return t.Data
	}
	return t.Text
}

// A Message is one that the bot sends.
type Message struct {
	Text     string     `json:"text"`
	Keyboard [][]Button `json:"keyboard,omitempty"`
}

// An Edit changes the message that was tapped or, when the person typed, the
// question that is open: its text, or only its buttons when Text is empty.
type Edit struct {
	Text     string     `json:"text,omitempty"`
	Keyboard [][]Button `json:"keyboard"`
}

// A Button of an inline keyboard, as the Bot API writes it.
type Button struct {
	Text string `json:"text"`
	Data string `json:"callback_data,omitempty"`
	URL  string `json:"url,omitempty"`
}

// Write writes a conversation to a file.
func Write(path string, turns []Turn) error {
	raw, err := json.Marshal(turns)
	if err != nil {
		return err
	}
	return os.WriteFile(path, raw, 0o600)
}

// Read reads it again.
func Read(path string) (turns []Turn, err error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return turns, json.Unmarshal(raw, &turns)
}
