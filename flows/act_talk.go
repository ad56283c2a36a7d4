package flows

import "time"

// talkActions are the actions about talking to somebody of the team.
var talkActions = map[string]func(*turn){
	"check_human":      (*turn).checkHuman,
	"open_talk":        (*turn).openTalk,
	"show_talk":        (*turn).showTalk,
	"close_talk":       (*turn).closeTalk,
	"show_human_guest": (*turn).showHumanGuest,
}

// Values of the slot that says where the person stands with the team.
const (
	humanGuest   = "sin_permiso" // nobody may keep the chat
	humanTalking = "hablando"
	humanFree    = "libre"
)

func (t *turn) checkHuman() {
	state := humanFree
	switch {
	case !t.consented():
		state = humanGuest
	case t.s.Talk != 0:
		state = humanTalking
	}
	t.fill("human_state", []string{state})
}

// openTalk asks the team for somebody. What was open is left: from now on the
// person writes to people.
func (t *turn) openTalk() {
	t.s.Talk = t.now.Unix()
	t.out.Relay = &Relay{Kind: RelayOpen}
	t.s.Stack = nil
	t.reply(t.talking(Key("human.open")))
}

func (t *turn) showTalk() { t.reply(t.talking(Key("human.still"))) }

// talking says how it goes on, when somebody reads it, and what not to send.
func (t *turn) talking(first Text) Reply {
	r := Reply{
		Parts:   []Text{first},
		Buttons: [][]Button{{triggerButton("end_talk")}, {triggerButton("help")}, {triggerButton("menu")}},
	}
	if hours, ok := t.hours(); ok {
		r.Parts = append(r.Parts, hours)
	}
	kept := Text{Lines: []Text{Key("human.kept")}}
	if t.in.Reference != "" {
		kept.Lines = append(kept.Lines, Key("my_data.reference").With("codigo", Literal(t.in.Reference)))
	}
	r.Parts = append(r.Parts, kept, Key("human.never"), Key("human.urgent"))
	return r
}

// hours says when the team attends, and outside those hours from when on.
func (t *turn) hours() (Text, bool) {
	at := t.now.In(t.set.Timing.defaults().Location)
	h, ok := t.set.Data.Attention.On(t.set.Today(t.now))
	if !ok {
		return Text{}, false
	}
	clock := func(minutes int) Text { return Text{Time: t.set.Today(t.now).At(minutes, at.Location()).Unix()} }
	day := func(d time.Weekday) Text {
		n := int(d)
		return Text{Weekday: &n}
	}
	var days Text
	if h.Span() {
		days = Key("human.days").With("desde", day(h.Days[0])).With("hasta", day(h.Days[len(h.Days)-1]))
	} else {
		for _, d := range h.Days {
			days.List = append(days.List, day(d))
		}
	}
	hours := Key("human.hours").With("dias", days).With("desde", clock(h.Opens)).With("hasta", clock(h.Closes))
	next := t.set.Data.Attention.Next(at)
	if next.Equal(at) || next.IsZero() {
		return hours, true
	}
	closed := Key("human.closed").With("fecha", Text{Date: next.Unix()})
	return Text{Lines: []Text{hours, closed}}, true
}

func (t *turn) closeTalk() {
	said := Key("human.not_talking")
	if t.s.Talk != 0 {
		said = Key("human.closed_by_you")
	}
	t.endTalk()
	t.reply(Reply{Parts: []Text{said}, Buttons: [][]Button{{triggerButton("menu")}}})
}

// showHumanGuest says what is needed before a person can write: consent to keep
// the chat.
func (t *turn) showHumanGuest() {
	t.reply(Reply{
		Parts:   []Text{Key("human.guest")},
		Buttons: [][]Button{{triggerButton("screening")}, {triggerButton("help")}, {triggerButton("menu")}},
	})
}
