package flows

// carries reports whether what the person did is for the team: somebody
// attends, no question is open, and it is no command, no tap and no word that
// opens something. The menu's question does not count as one: it is always open.
func (t *turn) carries() bool {
	if t.s.Talk == 0 {
		return false
	}
	if f := t.flow(); t.open() != nil && !f.Standing {
		return false
	}
	switch t.in.Kind {
	case InputText:
		// A greeting, a "no" or an "again" is said to the person who attends.
		trigger, ok := t.asked()
		return !ok || trigger.Do != ""
	case InputVoice, InputPhoto, InputSticker, InputDocument, InputContact, InputLocation, InputOther, InputEdited:
		return t.in.Message != 0
	}
	return false
}

// carry hands the message to the team. The bot itself stays quiet.
func (t *turn) carry() {
	text := t.in.Text
	if text == "" {
		text = t.in.Caption
	}
	t.out.Relay = &Relay{Kind: RelayMessage, Message: t.in.Message, Media: t.in.Kind, Text: mask(text), File: t.in.File}
}

// endTalk ends the talk from the person's side, if there is one.
func (t *turn) endTalk() {
	if t.s.Talk != 0 {
		t.s.Talk = 0
		t.out.Relay = &Relay{Kind: RelayClose}
	}
}

// ended tells the person that the team ended the talk. It says nothing twice.
func (t *turn) ended() {
	if t.s.Talk == 0 || t.in.Talk != t.s.Talk {
		return
	}
	t.s.Talk = 0
	r := Reply{Parts: []Text{Key("human.ended")}, Buttons: [][]Button{{triggerButton("human")}, {triggerButton("menu")}}}
	t.out.Replies = append(t.out.Replies, r)
}
