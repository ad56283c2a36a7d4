package flows

import "strings"

// tap reacts to a button. The data is checked as if anybody could have written
// it, because anybody can.
func (t *turn) tap() {
	if _, _, ok := parseTrigger(t.in.Data); ok {
		if trigger, ok := t.asked(); ok {
			t.trigger(trigger)
		} else {
			t.nonsense()
		}
		return
	}
	name, value, ok := parseAnswer(t.in.Data)
	slot := t.set.Slot(name)
	if !ok || slot == nil || slot.Derived {
		t.nonsense()
		return
	}
	if open := t.open(); open != nil && open.Name == name {
		t.tapped(open, value)
		return
	}
	if f := t.set.Flow(slot.Flow); f != nil && f.Standing {
		t.stand(f, slot, value)
		return
	}
	t.stale(slot)
}

// tapped answers the open question with a button of it, old or new.
func (t *turn) tapped(slot *Slot, value string) {
	if strings.HasPrefix(value, "!") {
		t.control(slot, value)
		return
	}
	switch slot.Type {
	case Multi:
		t.tick(slot, value)
	case Municipality:
		t.tapPlace(slot, value)
	case Occupation:
		t.tapOccupation(slot, value)
	default:
		for _, o := range t.options(slot) {
			if o.value == value {
				t.choose(slot, o)
				return
			}
		}
		t.missed(slot)
	}
}

// choose takes an option that was tapped or typed.
func (t *turn) choose(slot *Slot, o option) {
	if o.data == "" {
		t.accept(slot, []string{o.value}, o.label)
		return
	}
	t.in.Kind, t.in.Data = InputTap, o.data // typed or tapped, it is that button
	t.tap()
}

// control moves about within the open question.
func (t *turn) control(slot *Slot, value string) {
	switch {
	case value == controlBack:
		t.back()
	case value == controlDone && slot.Type == Multi:
		t.ticked(slot)
	case value == controlDone && slot.Type == Occupation:
		t.occupationsDone(slot)
	case slot.Type == Municipality:
		t.browsePlaces(slot, value)
	case slot.Type == Occupation:
		t.browseOccupations(slot, value)
	case slot.Type == Catalogue:
		t.browseCatalogue(slot, value)
	default:
		t.nonsense()
	}
}

// tick turns one box of a multi question; values that stand alone clear the
// others.
func (t *turn) tick(slot *Slot, value string) {
	if !contains(slot.Values, value) {
		t.nonsense()
		return
	}
	var draft []string
	had := contains(t.s.Draft, value)
	for _, v := range slot.Values {
		on := contains(t.s.Draft, v) && v != value || v == value && !had
		if on && v != value && !had && (contains(slot.Alone, value) || contains(slot.Alone, v)) {
			on = false
		}
		if on {
			draft = append(draft, v)
		}
	}
	if slot.Max > 0 && len(draft) > slot.Max {
		limit := slot.Max
		text := Key("multi.too_many").With("count", Text{Count: &limit})
		t.out.Toast = &Toast{Text: &text}
		t.redraw(slot)
		return
	}
	t.s.Draft, t.s.Nonsense = draft, 0
	t.redraw(slot)
}

// redraw shows the boxes as they are on the message that was tapped. The
// question may be in the chat twice, and only one of them shows the last tick.
func (t *turn) redraw(slot *Slot) {
	t.out.Replies = append(t.out.Replies, Reply{Edit: t.in.Message, Markup: true, Buttons: t.buttons(slot)})
	t.put = true
}

// ticked takes the boxes as the answer.
func (t *turn) ticked(slot *Slot) {
	if len(t.s.Draft) < max(slot.Min, 1) {
		if t.in.Kind != InputTap {
			t.nonsense(Key("multi.none"))
			return
		}
		text := Key("multi.none")
		t.out.Toast = &Toast{Text: &text, Alert: true}
		t.redraw(slot)
		return
	}
	t.accept(slot, t.s.Draft, t.labels(slot, t.s.Draft))
}

// labels are the labels of several values, as a list.
func (t *turn) labels(slot *Slot, values []string) Text {
	if len(values) == 1 {
		return t.set.label(slot, values[0])
	}
	var list []Text
	for _, v := range values {
		list = append(list, t.set.label(slot, v))
	}
	return Text{List: list}
}

// stand answers a question whose buttons never go stale: the open conversation
// is left and its answers stay.
func (t *turn) stand(f *Flow, slot *Slot, value string) {
	t.leaveFlow()
	t.s.Stack = nil
	for _, step := range f.Steps {
		if step.Collect == slot.Name {
			t.s.Flow, t.s.Version, t.s.Step, t.s.Asking = f.Name, f.Version, step.ID, true
			t.tapped(slot, value)
			return
		}
	}
	t.home()
}

// stale answers a tap on a question that is not open any more. A second tap on
// the question just answered is only a nervous finger: a word above the chat is
// enough. Anything older gets the open question again.
func (t *turn) stale(slot *Slot) {
	if n := len(t.s.History); n > 0 && t.open() != nil {
		if f := t.set.Flow(t.s.History[n-1].Flow); f != nil {
			if step := f.Step(t.s.History[n-1].Step); step != nil && step.Collect == slot.Name {
				text := Key("stale.toast")
				t.out.Toast = &Toast{Text: &text}
				return
			}
		}
	}
	t.note(Key("stale.note"))
	t.again()
}
