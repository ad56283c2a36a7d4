package flows

import (
	"slices"
	"time"
)

// Advance reacts to one input: it answers, asks the next question and says what
// is to be stored. It is pure; s is not changed.
//
// Every input gets an answer: a reply, for a tap at least a toast, and while the
// team attends the team's own: then Result.Relay says what to carry to it. When
// Result.Call is set nothing else in the result is to be committed: run the
// call and advance again, from Result.Session, with its outcome.
func Advance(set *Set, s Session, in Input, now time.Time) Result {
	t := &turn{set: set, s: s.clone(), in: in, now: now}
	switch in.Kind {
	case InputTimer:
		t.timer()
	case InputOutcome:
		t.outcome()
	case InputEnd:
		t.ended()
	case InputStaff:
		t.staff(*in.Staff)
	default:
		t.s.Seen = now.Unix()
		t.s.Nudged, t.s.Warned = false, false
		t.person()
	}
	return t.finish()
}

// person handles everything that a person does.
func (t *turn) person() {
	if t.in.Kind == InputTap {
		t.out.Toast = &Toast{}
	}
	t.warnOfDanger()
	if t.stranger() {
		t.meet()
		return
	}
	if t.in.Blocked && t.in.Kind != InputUnblock && t.rest() {
		t.note(Key("bot.welcome_back")) // Telegram may tell of the message before it tells that they are back
	}
	if t.carries() {
		t.carry()
		return
	}
	switch t.in.Kind {
	case InputText:
		t.text()
	case InputTap:
		t.tap()
	case InputCommand:
		t.command()
	case InputUnblock:
		t.rest()
		t.note(Key("bot.welcome_back"))
		t.again()
	case InputContact, InputLocation:
		t.shared()
	default:
		t.unasked()
	}
}

// rest pauses what somebody who blocked the bot and came back was told of, and
// shows the way to ask for it again; true when there was anything.
func (t *turn) rest() bool {
	offers, alert := t.restOffers(), t.restAlert()
	if offers {
		t.extra = append(t.extra, triggerButton("resume"))
	}
	if alert {
		t.extra = append(t.extra, triggerButton("alert_resume"))
	}
	return offers || alert
}

// stranger reports whether we have never talked: no open conversation and no
// language chosen.
func (t *turn) stranger() bool {
	return t.s.Flow == "" && t.s.Value(slotLanguage) == "" && t.s.Language == ""
}

// meet greets somebody new in the phone's language, whatever they did first.
// Help comes before everything else.
func (t *turn) meet() {
	t.s.Language = t.set.Catalog.Match(t.in.Language)
	trigger, ok := t.asked()
	if ok && trigger.Guest && trigger.Do == "" && trigger.Name != "menu" {
		t.s.Stack = []Frame{{Flow: flowWelcome}}
		t.trigger(trigger)
		return
	}
	t.start()
}

// clone copies what Advance changes.
func (s Session) clone() Session {
	slots := make(map[string][]string, len(s.Slots)+4)
	for k, v := range s.Slots {
		slots[k] = v
	}
	s.Slots = slots
	s.Draft = slices.Clone(s.Draft)
	s.Stack = slices.Clone(s.Stack)
	s.History = slices.Clone(s.History)
	s.Holds = slices.Clip(s.Holds)
	s.Consents = slices.Clip(s.Consents)
	s.Changes = slices.Clip(s.Changes)
	s.Stages = slices.Clip(s.Stages)
	return s
}
