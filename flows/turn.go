package flows

import (
	"slices"
	"time"
)

// turn is one Advance under way.
type turn struct {
	set    *Set
	s      Session
	in     Input
	now    time.Time
	out    Result
	notes  []Text   // said in the same message as the next question
	says   []Text   // said in a message of their own, before the next question
	extra  []Button // offered once beside the next question's own buttons
	put    bool     // a question was put in this turn
	danger bool     // the words point to danger: help lines were shown first
	why    string   // gate of a notice that leads to no reply
	over   bool     // a conversation ended in this turn with nothing to come back to
}

// The flows and slots that the engine itself knows by name.
const (
	flowWelcome   = "welcome"
	flowMenu      = "menu"
	flowScreening = "screening"
	triggerHelp   = "help"
	slotLanguage  = "language"
	slotConsent   = "consent"
	slotEmojis    = "emojis"
	stepConsent   = "ask_consent" // of the welcome flow
)

// Bounds that keep a session small whatever a person does.
const (
	maxStack   = 3
	maxHistory = 24
	maxChanges = 20
	maxMoves   = 200 // steps in one turn; the checker refuses loops without a question
)

func (t *turn) flow() *Flow { return t.set.Flow(t.s.Flow) }

func (t *turn) step() *Step {
	if f := t.flow(); f != nil {
		return f.Step(t.s.Step)
	}
	return nil
}

// open returns the slot of the open question, or nil.
func (t *turn) open() *Slot {
	if !t.s.Asking {
		return nil
	}
	if step := t.step(); step != nil && step.Collect != "" {
		return t.set.Slot(step.Collect)
	}
	return nil
}

// note says something in the same message as the next question.
func (t *turn) note(text Text) { t.notes = append(t.notes, text) }

// say says something in a message of its own.
func (t *turn) say(text ...Text) { t.says = append(t.says, text...) }

// reply owes one finished reply, after what was said so far.
func (t *turn) reply(r Reply) {
	t.flush()
	r.Parts = append(t.notes, r.Parts...)
	t.notes = nil
	t.out.Replies = append(t.out.Replies, r)
}

// flush turns what was said into a message.
func (t *turn) flush() {
	if len(t.says) == 0 {
		return
	}
	t.out.Replies = append(t.out.Replies, Reply{Parts: t.says})
	t.says = nil
}

// enter goes to a flow, at step or at its beginning. A flow that needs consent
// waits on the stack until the person has agreed.
func (t *turn) enter(flow, step string) {
	f := t.set.Flow(flow)
	if f == nil {
		t.s.Flow, t.s.Asking = "", false
		t.over = true
		return
	}
	if !f.Guest && !t.consented() {
		t.s.Stack = slices.DeleteFunc(t.s.Stack, func(f Frame) bool { return f.Flow == flow && !f.Return && !f.Asked }) // wanted twice
		t.s.Stack = append(t.s.Stack, Frame{Flow: flow, Step: step})
		t.s.Stack = t.s.Stack[max(0, len(t.s.Stack)-maxStack):]
		flow, step = flowWelcome, ""
		f = t.set.Flow(flow)
		if t.s.Value(slotConsent) == No { // greeted before
			step = stepConsent
			t.note(Key("consent.needed"))
		}
	}
	if step == "" {
		step = f.Steps[0].ID
	}
	t.s.Flow, t.s.Version, t.s.Step = flow, f.Version, step
	t.s.Asking, t.s.History = false, nil
	t.resetDraft()
	t.run()
}

// consented reports whether a profile may be kept, under the text now in force.
func (t *turn) consented() bool {
	for i := len(t.s.Consents) - 1; i >= 0; i-- {
		c := t.s.Consents[i]
		for _, p := range c.Purposes {
			if p == PurposeEvaluate {
				return c.Given && c.Version >= t.set.Policy.Version
			}
		}
	}
	return false
}

func (t *turn) resetDraft() { t.s.Draft, t.s.Page, t.s.Nonsense = nil, 0, 0 }

// run walks from the present step to the next question or the end.
func (t *turn) run() {
	for range maxMoves {
		f, step := t.flow(), t.step()
		if step == nil {
			t.lost()
			return
		}
		t.out.Steps = append(t.out.Steps, f.Name+"."+step.ID)
		switch {
		case step.Collect != "":
			slot := t.set.Slot(step.Collect)
			if step.AskAgain {
				delete(t.s.Slots, slot.Name)
			}
			if !t.skips(slot) {
				t.ask()
				return
			}
		case step.Action != "":
			if t.act(step) {
				return
			}
		case step.Call != "":
			t.s.Stack = append(t.s.Stack, Frame{Flow: f.Name, Version: f.Version, Step: step.ID, Return: true})
			t.enter(step.Call, "")
			return
		case step.Link != "":
			t.leaveFlow()
			t.enter(step.Link, "")
			return
		default:
			for _, set := range step.SetSlots {
				t.fill(set.Slot, set.Value)
			}
		}
		if t.follow() {
			return
		}
	}
	t.lost()
}

// skips reports whether a question need not be asked.
func (t *turn) skips(slot *Slot) bool {
	return len(t.s.Slots[slot.Name]) > 0 || slot.Sensitive && !t.set.asksSensitive()
}

// fill gives a slot its value; none forgets it.
func (t *turn) fill(slot string, value []string) {
	if len(value) == 0 {
		delete(t.s.Slots, slot)
		return
	}
	t.s.Slots[slot] = value
}

// follow takes the first edge out of the present step that holds; true means
// that the turn is over because the flow ended.
func (t *turn) follow() bool {
	f, step := t.flow(), t.step()
	next := ""
	for i := range step.Next {
		if b := &step.Next[i]; b.If == nil || b.If.Holds(t.s.Slots) {
			next = b.Then
			break
		}
	}
	if err := f.move(step.ID, next); err != nil {
		t.lost()
		return true
	}
	if next == End {
		t.end()
		return true
	}
	t.s.Step = next
	return false
}

// leaveFlow forgets what was kept for the open flow only.
func (t *turn) leaveFlow() {
	for name := range t.s.Slots {
		if slot := t.set.Slot(name); slot == nil || slot.Keep.Flow && slot.Flow == t.s.Flow {
			delete(t.s.Slots, name)
		}
	}
	t.s.History, t.s.Asking = nil, false
	t.resetDraft()
}

// end closes the open flow and comes back to what was interrupted.
func (t *turn) end() {
	t.leaveFlow()
	for len(t.s.Stack) > 0 {
		frame := t.s.Stack[len(t.s.Stack)-1]
		t.s.Stack = t.s.Stack[:len(t.s.Stack)-1]
		f := t.set.Flow(frame.Flow)
		switch {
		case f == nil:
			continue
		case frame.Return:
			t.s.Flow, t.s.Version, t.s.Step = frame.Flow, frame.Version, frame.Step
			if t.step() == nil {
				t.lost()
			} else if !t.follow() {
				t.run()
			}
		default:
			t.enter(frame.Flow, frame.Step)
		}
		return
	}
	t.s.Flow, t.s.Step, t.s.Version = "", "", 0
	t.over = true
}

// lost finds a place for somebody whose step is gone: the flow was changed
// under them. Filled slots are skipped, so they come to the first unanswered
// question.
func (t *turn) lost() {
	f := t.flow()
	t.note(Key("resume.changed"))
	if f != nil && t.s.Step != f.Steps[0].ID && t.s.Step != "" && t.step() == nil {
		t.enter(f.Name, "")
		return
	}
	t.leaveFlow()
	t.s.Stack = nil
	t.enter(flowMenu, "")
}

// again puts the open question once more, or shows the menu when none is open.
func (t *turn) again() {
	if t.open() != nil {
		t.question()
		return
	}
	if t.s.Flow != "" && t.flow() != nil {
		if t.step() == nil {
			t.lost()
		} else {
			t.run()
		}
		return
	}
	t.home()
}

// home goes to the menu, or to the consent question for who never answered it.
func (t *turn) home() {
	t.leaveFlow()
	t.s.Stack = nil
	if t.s.Value(slotLanguage) == "" {
		t.start()
		return
	}
	t.enter(flowMenu, "")
}

// finish closes the turn: what was said is owed, and who has no open question
// is shown the way to the menu.
func (t *turn) finish() Result {
	if len(t.notes) > 0 {
		t.says = append(t.notes, t.says...)
		t.notes = nil
	}
	t.flush()
	t.forgetLeft()
	if t.over && !t.put && t.out.Call == nil && !t.out.Erase {
		t.wayHome()
	}
	t.out.Session = t.s
	return t.out
}

// wayHome adds the menu button to the last message of a conversation that is
// over, or shows the menu when nothing was said.
func (t *turn) wayHome() {
	for i := len(t.out.Replies) - 1; i >= 0; i-- {
		if r := &t.out.Replies[i]; r.Edit == 0 {
			if len(r.Buttons) == 0 {
				r.Buttons = [][]Button{{triggerButton("menu")}}
			}
			return
		}
	}
	t.over = false
	t.home()
	t.flush()
}
