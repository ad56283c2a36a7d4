package flows

import "sync"

// A Flow is one conversation, read from a YAML file in the vocabulary of Rasa
// CALM. Wording lives in locales under keys that follow from the names here
// (see keys.go); a flow holds no text that a person reads.
type Flow struct {
	Name        string // unique; also the first part of its locale keys
	Version     int    // raised when steps change meaning; a session of another version resumes at the first unanswered question
	Description string // for developers, shown in docs/flows.md
	Standing    bool   // its buttons never go stale: a tap on an old message works (the menu)
	Guest       bool   // may run before consent; every other flow is reached through the consent question
	Slots       []*Slot
	Steps       []*Step
	File        string

	lasting bool // some answers to it outlive it: who stopped in the middle is reminded once

	steps map[string]int // step id → index in Steps
	plan  plan
	moved sync.Map // pairs of step and step that move has proved
	src   *source
}

// Step returns the step with that id, or nil.
func (f *Flow) Step(id string) *Step {
	if i, ok := f.steps[id]; ok {
		return f.Steps[i]
	}
	return nil
}

// End is the target that ends a flow.
const End = "END"

// SlotType says how a slot asks, reads an answer and answers nonsense.
type SlotType string

// The slot types. Catalogue slots get their options from an action.
const (
	Categorical  SlotType = "categorical"
	Multi        SlotType = "multi"
	Boolean      SlotType = "boolean"
	Number       SlotType = "number"
	FreeText     SlotType = "text"
	Date         SlotType = "date"
	Municipality SlotType = "municipality"
	Occupation   SlotType = "occupation"
	Catalogue    SlotType = "catalogue"
	Contact      SlotType = "contact"
	Location     SlotType = "location"
)

var slotTypes = []SlotType{Categorical, Multi, Boolean, Number, FreeText, Date, Municipality, Occupation, Catalogue, Contact, Location}

// A Slot is one fact about a person. Slot names are global: declared once, by
// the flow that asks for it, and readable in the conditions of every flow.
type Slot struct {
	Name      string
	Type      SlotType
	Values    []string // categorical and multi: the codes, in the order shown; boolean: always si, no
	Keep      Keep
	Index     string   // audience dimension kept exact with this slot; empty: none
	Derived   bool     // set by an action, never asked
	Sensitive bool     // asked only where the call switches it on; never indexed
	Unmasked  bool     // text: keep document numbers, phones and e-mails as typed
	Min, Max  int      // number: range; multi, occupation: how many; text: length in code points
	Alone     []string // multi: values that exclude all others (no_se, ninguna, pnd)
	Typed     []string // categorical: values without a button, chosen only by typing their word (borrar)
	Options   string   // catalogue: the action that lists the options
	Depts     bool     // municipality: a whole department is an answer too, by its two digits
	Columns   int      // buttons in a row; 0 is one
	Flow      string   // the declaring flow
	Line      int
	Column    int
}

// A Step is one state of the machine. Exactly one of Collect, Action, SetSlots,
// Call, Link is set.
type Step struct {
	ID         string
	Collect    string      // slot to ask for; skipped when it is filled, unless AskAgain
	AskAgain   bool        // ask_before_filling: forget the slot on arrival
	Rejections []Rejection // refuse an answer that was read, with a word why
	Action     string      // utter_NAME says a text; any other name is a pure action or a Call
	SetSlots   []SetSlot
	Call       string // run a flow and come back
	Link       string // leave for another flow
	Next       []Branch
	Line       int
	Column     int

	index int // in the file
}

// A Branch is one edge out of a step: taken when its condition holds, or always
// when it has none (the else).
type Branch struct {
	If     *Condition // nil: else
	Then   string     // step id or End
	Line   int        // of Then
	Column int
}

// A Rejection refuses an answer that was read and says the text Utter.
type Rejection struct {
	If     *Condition
	Utter  string
	Line   int // of Utter
	Column int
}

// A SetSlot gives a slot a fixed value; an empty Value forgets it.
type SetSlot struct {
	Slot   string
	Value  []string
	Line   int
	Column int
}
