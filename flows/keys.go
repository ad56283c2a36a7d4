package flows

// The locale keys that follow from the names in a flow. Each convention has
// its function here, used by the engine and by the checker alike.

// askKey is a question. It belongs to the flow that asks, which may not be the
// one that declares the slot.
func askKey(flow string, slot *Slot) string { return flow + "." + slot.Name + ".ask" }

// optionKey is the label of an option, of this slot alone.
func optionKey(flow string, slot *Slot, value string) string {
	return flow + "." + slot.Name + ".option." + value
}

// sharedOptionKey is the label of an option in every slot without its own.
func sharedOptionKey(value string) string { return "option." + value }

// wordsKey are further words for an option, "a | b", of this slot alone.
func wordsKey(flow string, slot *Slot, value string) string {
	return flow + "." + slot.Name + ".words." + value
}

// sharedWordsKey are further words for an option in every slot.
func sharedWordsKey(value string) string { return "words." + value }

// invalidKey is what this slot alone says to an answer it cannot read.
func invalidKey(flow string, slot *Slot) string { return flow + "." + slot.Name + ".invalid" }

// sharedInvalidKey is what every slot of a type says to such an answer.
func sharedInvalidKey(t SlotType) string { return "nonsense." + string(t) }

// utterKey is a text that a flow says: action: utter_NAME, or a rejection.
func utterKey(flow, name string) string { return flow + "." + name }

// The keys of a trigger: the command, what Telegram's menu says about it, and
// the words that do the same, "a | b".
func commandNameKey(trigger string) string        { return "command." + trigger + ".name" }
func commandDescriptionKey(trigger string) string { return "command." + trigger + ".about" }
func commandWordsKey(trigger string) string       { return "command." + trigger + ".words" }

// NameKey is the key of what a slot is called in a few words.
func NameKey(slot *Slot) string { return nameKey(slot) }

// nameKey names a slot in a few words: in the summary, in what is stored about
// a person, and on the button to correct it.
func nameKey(slot *Slot) string { return slot.Flow + "." + slot.Name + ".name" }
