package flows

import (
	"regexp"
	"strings"
)

// Callback data. Telegram allows 1 to 64 bytes and anybody can forge it, so it
// names only a slot and a code that are checked again when they come back.
const (
	answerPrefix  = "a:"  // a:SLOT:VALUE answers a slot
	triggerPrefix = "go:" // go:TRIGGER works like its command, in every state; go:TRIGGER:VALUE says what it is about
)

// Controls are answers that move about within a question instead of answering it.
const (
	controlDone  = "!done" // multi, occupation: the boxes ticked are the answer
	controlBack  = "!back" // the question before
	controlList  = "!list" // municipality, occupation: choose from a list instead of typing
	controlPage  = "!p"    // !pN: page N of a list
	controlGroup = "!g"    // !gCODE: municipality: the department CODE
)

// AnswerData is the callback data of a button that answers a slot.
func AnswerData(slot, value string) string { return answerPrefix + slot + ":" + value }

// TriggerData is the callback data of a button that works like a command, about
// a value if one is given.
func TriggerData(trigger string, about ...string) string {
	return triggerPrefix + strings.Join(append([]string{trigger}, about...), ":")
}

// aboutForm is what such a button can be about: the ids of the catalogue.
var aboutForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// parseTrigger splits the callback data of such a button.
func parseTrigger(data string) (name, about string, ok bool) {
	rest, ok := strings.CutPrefix(data, triggerPrefix)
	name, about, _ = strings.Cut(rest, ":")
	return name, about, ok
}

// parseAnswer splits the callback data of an answer.
func parseAnswer(data string) (slot, value string, ok bool) {
	rest, ok := strings.CutPrefix(data, answerPrefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(rest, ":")
}
