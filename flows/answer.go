package flows

import "slices"

// accept takes an answer that was read: it is refused by a rejection of the
// step, or kept, marked on the question, and the flow goes on.
func (t *turn) accept(slot *Slot, values []string, shown Text) {
	step, before := t.step(), t.s.Slots[slot.Name]
	t.fill(slot.Name, values)
	for _, r := range step.Rejections {
		if r.If.Holds(t.s.Slots) {
			t.fill(slot.Name, before)
			t.note(Key(utterKey(t.s.Flow, r.Utter)))
			t.question()
			return
		}
	}
	t.mark(slot, values[0], shown)
	if len(t.s.History) >= maxHistory {
		t.s.History = slices.Delete(t.s.History, 0, 1)
	}
	t.s.History = append(t.s.History, Frame{Flow: t.s.Flow, Step: t.s.Step})
	t.s.Asking = false
	t.resetDraft()
	if !t.follow() {
		t.run()
	}
}

// mark puts the answer in the place of the question's buttons, so that an old
// question does not look open. The menu stays as it is.
func (t *turn) mark(slot *Slot, value string, shown Text) {
	message := t.in.Asked
	if t.in.Kind == InputTap {
		message = t.in.Message
	}
	if message == 0 || t.flow().Standing {
		return
	}
	answer := Button{Label: Key("answer.chosen").With("option", shown), Data: AnswerData(slot.Name, value)}
	t.out.Replies = append(t.out.Replies, Reply{Edit: message, Markup: true, Buttons: [][]Button{{answer}}})
}

// Unread begins the name under which the funnel counts what people typed and
// nothing could read: then follows the slot that was asked for, or "nothing". Of
// the words themselves nothing is kept.
const Unread = "unread."

// nonsense answers what could not be read: what to do, with the buttons again;
// from the third time on also the offer of a person.
func (t *turn) nonsense(notes ...Text) {
	if t.danger { // it was understood, only not as an answer
		t.again()
		return
	}
	slot := t.open()
	if slot == nil {
		t.out.Steps = append(t.out.Steps, Unread+"nothing")
		t.note(Key("nonsense.no_question"))
		t.again()
		return
	}
	t.out.Steps = append(t.out.Steps, Unread+slot.Name)
	t.s.Nonsense++
	if len(notes) == 0 {
		notes = []Text{t.invalid(slot)}
	}
	t.notes = append(t.notes, notes...)
	if t.s.Nonsense >= 3 {
		t.note(Key("nonsense.person"))
		t.extra = append(t.extra, triggerButton("human"))
	}
	t.question()
}

// invalid is what a slot says to an answer it cannot read.
func (t *turn) invalid(slot *Slot) Text {
	if key := invalidKey(slot.Flow, slot); t.set.Catalog.Has("es", key) {
		return Key(key)
	}
	return Key("nonsense." + string(slot.Type))
}

// back goes to the question answered before this one.
func (t *turn) back() {
	if len(t.s.Draft) > 0 && t.open() != nil && t.open().Type != Multi {
		t.resetDraft()
		t.question()
		return
	}
	if len(t.s.History) == 0 {
		if t.open() != nil {
			t.note(Key("back.nothing"))
		}
		t.again()
		return
	}
	last := t.s.History[len(t.s.History)-1]
	t.s.History = t.s.History[:len(t.s.History)-1]
	t.s.Step = last.Step
	step := t.step()
	if step == nil || step.Collect == "" {
		t.lost()
		return
	}
	delete(t.s.Slots, step.Collect)
	t.ask()
}
