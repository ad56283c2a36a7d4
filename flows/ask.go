package flows

import "unicode/utf8"

// ask puts a new question at the present step.
func (t *turn) ask() {
	t.s.Asking = true
	t.s.Question++
	t.resetDraft()
	t.question()
}

// question says the open question, with what was noted before it.
func (t *turn) question() {
	slot := t.open()
	ask := Key(askKey(t.s.Flow, slot))
	if len(t.says) > 0 && !t.fits(ask) {
		t.flush()
	}
	r := Reply{Question: t.s.Question, Parts: append(append(t.notes, t.says...), ask)}
	t.notes, t.says = nil, nil
	r.Buttons = t.buttons(slot)
	switch slot.Type {
	case Contact:
		r.Share = "contact"
	case Location:
		r.Share = "location"
	}
	t.out.Replies = append(t.out.Replies, r)
	t.put, t.over = true, false
	t.extra = nil
}

// maxTogether is how many code points may stand in one message with a question.
// More is easier to read in two, less is one download and one ring the fewer.
const maxTogether = 400

// fits reports whether what was said and the question make one message.
func (t *turn) fits(ask Text) bool {
	w := writer{set: t.set, lang: t.s.Language}
	n := utf8.RuneCountInString(w.plain(ask))
	for _, said := range t.says {
		n += utf8.RuneCountInString(w.plain(said))
	}
	return n <= maxTogether
}

// buttons lays out the options of a slot and the way back.
func (t *turn) buttons(slot *Slot) [][]Button {
	rows := t.slotButtons(slot)
	for _, b := range t.extra {
		rows = append(rows, []Button{b})
	}
	return append(rows, t.navigation(slot)...)
}

// slotButtons are the ways to answer a slot with a tap.
func (t *turn) slotButtons(slot *Slot) [][]Button {
	switch slot.Type {
	case Multi:
		boxes := make([]Button, 0, len(slot.Values))
		for _, v := range slot.Values {
			state := "button.unticked"
			if contains(t.s.Draft, v) {
				state = "button.ticked"
			}
			label := Key(state).With("option", t.set.label(slot, v))
			boxes = append(boxes, Button{Label: label, Data: AnswerData(slot.Name, v)})
		}
		return append(inRows(boxes, slot.Columns), []Button{controlButton(slot, "button.done", controlDone)})
	case Municipality:
		return t.placeButtons(slot)
	case Occupation:
		return t.occupationButtons(slot)
	case Catalogue:
		return t.catalogueButtons(slot)
	}
	return inRows(optionButtons(slot, t.options(slot)), slot.Columns)
}

func optionButtons(slot *Slot, options []option) []Button {
	buttons := make([]Button, 0, len(options))
	for _, o := range options {
		buttons = append(buttons, o.button(slot))
	}
	return buttons
}

// inRows lays buttons out in rows of so many; 0 is one.
func inRows(buttons []Button, columns int) [][]Button {
	columns = max(columns, 1)
	rows := make([][]Button, 0, len(buttons)/columns+2) // the caller adds to them
	for i := 0; i < len(buttons); i += columns {
		rows = append(rows, buttons[i:min(i+columns, len(buttons))])
	}
	return rows
}

// navigation is the last row: back and menu, or help for who is not in yet.
func (t *turn) navigation(slot *Slot) [][]Button {
	switch t.s.Flow {
	case flowMenu:
		return nil
	case flowWelcome:
		return [][]Button{{triggerButton("help")}}
	}
	var row []Button
	if len(t.s.History) > 0 || len(t.s.Draft) > 0 && slot.Type != Multi {
		row = append(row, controlButton(slot, "button.back", controlBack))
	}
	return [][]Button{append(row, triggerButton("menu"))}
}

func controlButton(slot *Slot, label, control string) Button {
	return Button{Label: Key(label), Data: AnswerData(slot.Name, control)}
}

func triggerButton(trigger string) Button {
	return Button{Label: Key("button." + trigger), Data: TriggerData(trigger)}
}

// option is one way to answer a question.
type option struct {
	value string
	label Text
	typed string // what it is called when typed, where the label says more; empty: as the label
	data  string // callback data of a button that works everywhere instead of answering; empty: it answers
}

func (o option) button(slot *Slot) Button {
	if o.data != "" {
		return Button{Label: o.label, Data: o.data}
	}
	return Button{Label: o.label, Data: AnswerData(slot.Name, o.value)}
}

// options are what a categorical, boolean or catalogue slot offers, in the
// order shown, without the values that must be typed.
func (t *turn) options(slot *Slot) []option {
	if slot.Type == Catalogue {
		return append(t.listed(slot), t.beside(slot)...)
	}
	all := make([]option, 0, len(slot.Values))
	for _, v := range slot.Values {
		if !contains(slot.Typed, v) {
			all = append(all, option{value: v, label: t.set.label(slot, v)})
		}
	}
	return all
}

// label is the text of an option: the slot's own, or one shared by all slots.
func (s *Set) label(slot *Slot, value string) Text {
	if key, ok := s.labels[slot][value]; ok {
		return Key(key)
	}
	return s.findLabel(slot, value)
}

// indexLabels is built once, when the set is loaded.
func (s *Set) indexLabels() {
	s.labels = make(map[*Slot]map[string]string, len(s.slots))
	for _, slot := range s.slots {
		keys := make(map[string]string, len(slot.Values))
		for _, v := range slot.Values {
			keys[v] = s.findLabel(slot, v).Key
		}
		s.labels[slot] = keys
	}
}

func (s *Set) findLabel(slot *Slot, value string) Text {
	if key := optionKey(slot.Flow, slot, value); s.Catalog.Has("es", key) {
		return Key(key)
	}
	return Key(sharedOptionKey(value))
}

func contains(list []string, v string) bool {
	for _, have := range list {
		if have == v {
			return true
		}
	}
	return false
}
