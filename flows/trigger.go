package flows

// TriggersFile is the file of the triggers, beside the flows.
const TriggersFile = "triggers.yaml"

// A Trigger works in every state of every flow: as a Telegram command, as the
// words of every language, and as a button. Its words are the locale keys
// command.NAME.name, .description and .words. Exactly one of Flow and Do is
// set.
//
// One that is Tap is only a button, which works for ever, on any message. With
// Fills its button names what it is about: its data is TriggerData(name, value).
type Trigger struct {
	Name    string
	Flow    string // the flow it opens
	At      string // the step to begin at; empty: the first
	Do      string // a pattern of the engine: see the Do constants
	Digress bool   // come back to the open question afterwards; else the open conversation is left, its answers stay
	Guest   bool   // works before consent
	Listed  bool   // shown in Telegram's menu of commands
	Tap     bool   // only a button: no command and no words
	Fills   string // Tap: the slot that the value in the button fills; anybody can forge it, so the flow must look whether it exists
	Line    int
	Column  int

	index int // in triggers.yaml
}

// The patterns of the engine that a trigger can Do.
const (
	DoStart  = "start"  // /start, with its payload
	DoBack   = "back"   // the question before
	DoCancel = "cancel" // leave the open conversation
	DoRepeat = "repeat" // ask the open question again
)
