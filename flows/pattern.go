package flows

import "slices"

// asked finds the trigger that the input names: a command, a word, a button or
// the payload of a start link.
func (t *turn) asked() (Trigger, bool) {
	switch t.in.Kind {
	case InputText:
		return t.set.triggerByWord(normalizeTyped(t.in.Text))
	case InputTap:
		if name, about, ok := parseTrigger(t.in.Data); ok {
			trigger, known := t.set.Trigger(name)
			if (about != "" || trigger.Fills != "") && (trigger.Fills == "" || !aboutForm.MatchString(about)) {
				return Trigger{}, false // forged
			}
			return trigger, known
		}
	case InputCommand:
		return t.set.triggerByCommand(t.in.Name, t.in.Text)
	}
	return Trigger{}, false
}

// command reacts to a slash command; an unknown one gets a word and the open
// question.
func (t *turn) command() {
	trigger, ok := t.asked()
	if !ok {
		t.note(Key("nonsense.command"))
		t.again()
		return
	}
	t.trigger(trigger)
}

// trigger does what works in every state.
func (t *turn) trigger(trigger Trigger) {
	switch trigger.Do {
	case DoStart:
		t.start()
	case DoBack:
		t.back()
	case DoCancel:
		t.cancel()
	case DoRepeat:
		t.again()
	default:
		t.openFlow(trigger)
	}
}

// openFlow goes to the flow of a trigger.
func (t *turn) openFlow(trigger Trigger) {
	f := t.set.Flow(trigger.Flow)
	switch waits := f != nil && !f.Guest && !t.consented(); {
	case waits && trigger.Digress && t.s.Flow == flowWelcome: // the consent question is not left for what waits for it
	case trigger.Digress:
		t.digress()
	default:
		t.leaveFlow()
		t.s.Stack = nil
	}
	if trigger.Fills != "" {
		_, about, _ := parseTrigger(t.in.Data)
		t.fill(trigger.Fills, []string{about})
	}
	t.enter(trigger.Flow, trigger.At)
}

// digress keeps the open question to come back to. A digression inside a
// digression replaces it, so that the way back stays one step long.
func (t *turn) digress() {
	f := t.flow()
	if f == nil {
		return
	}
	if n := len(t.s.Stack); n > 0 && t.s.Stack[n-1].Asked {
		t.leaveFlow()
		return
	}
	if !t.s.Asking || f.Standing {
		return
	}
	t.s.Stack = append(t.s.Stack, Frame{Flow: t.s.Flow, Version: t.s.Version, Step: t.s.Step, Asked: true})
	t.s.Asking = false
	t.resetDraft()
}

// start is /start and hello: on with what is open, else the beginning for who
// is new and the menu for who is not.
func (t *turn) start() {
	if slot := t.open(); slot != nil && t.s.Flow != flowMenu {
		if t.s.Flow != flowWelcome {
			t.note(Key("resume.here"))
		}
		t.question()
		return
	}
	t.leaveFlow()
	t.s.Stack = nil
	if t.s.Value(slotConsent) == "" || !t.consented() && t.s.Value(slotConsent) == "si" {
		t.s.Stack = []Frame{{Flow: flowScreening}}
		t.enter(flowWelcome, "")
		return
	}
	t.enter(flowMenu, "")
}

// cancel leaves the open conversation. Answers already given stay.
func (t *turn) cancel() {
	if t.s.Flow == "" || t.s.Flow == flowMenu {
		t.note(Key("cancel.nothing"))
		t.home()
		return
	}
	if t.s.Flow == flowScreening {
		t.note(Key("cancel.kept"))
	} else {
		t.note(Key("cancel.done"))
	}
	if len(t.s.Stack) > 0 && t.s.Flow != flowWelcome {
		t.end()
		return
	}
	t.home()
}

// remember notes that an answer was corrected after it had been used.
func (t *turn) remember(slot string) {
	t.change(Change{Slot: slot, At: t.now.Unix(), By: "persona"})
}

// change keeps a correction; the oldest go when there are too many.
func (t *turn) change(c Change) {
	if len(t.s.Changes) >= maxChanges {
		t.s.Changes = slices.Delete(slices.Clone(t.s.Changes), 0, 1)
	}
	t.s.Changes = append(t.s.Changes, c)
}
