package flows

import (
	"time"

	"arraigo/programme"
)

// reminderActions are the actions of the flow behind a reminder's buttons.
var reminderActions = map[string]func(*turn){
	"note_going":      (*turn).noteGoing,
	"tell_way":        (*turn).tellWay,
	"stop_reminding":  (*turn).stopReminding,
	"remind_again":    (*turn).remindAgain,
	"say_places_stay": (*turn).sayPlacesStay,
}

// reminderNotices are the notices that remind.
var reminderNotices = map[NoticeKind]telling{RemindOffer: each((*turn).remind)}

// An offering is a course or an event as a reminder speaks of it.
type offering struct {
	kind, id, title string
	standing        programme.Standing
	begin           programme.Begin
	lines           []Text // when and where
	way             []Text // how to get there
}

// offering looks up a course or an event.
func (t *turn) offering(kind, id string) (offering, bool) {
	o := offering{kind: kind, id: id}
	today := t.in.Offer.Today()
	switch kind {
	case HeldCourse:
		c, ok := t.in.Offer.Course(id)
		o.title, o.standing = c.Title, c.Standing(today)
		o.begin, _ = c.Begins(t.set.Location())
		o.lines, o.way = t.classes(c), t.wayToCourse(c)
		return o, ok
	case HeldEvent:
		e, ok := t.in.Offer.Event(id)
		o.title, o.standing = e.Title, e.Standing(today)
		o.begin, _ = e.Begins(t.set.Location())
		o.lines = []Text{t.when(e), t.where(e)}
		o.way = []Text{t.where(e), Key("reminder.way.ask")}
		return o, ok
	}
	return o, false
}

// classes says when and where a course is.
func (t *turn) classes(c programme.Course) []Text {
	lines := []Text{Key("courses.days").With("inicio", Text{Day: t.day(c.Starts)}).With("fin", Text{Day: t.day(c.Ends)})}
	if c.Schedule != "" {
		lines = append(lines, Key("courses.confirm_when").With("horario", Literal(c.Schedule)))
	}
	return append(lines, t.classroom(c))
}

func (t *turn) classroom(c programme.Course) Text {
	if place, ok := t.set.place(c.Municipality); ok {
		return Key("courses.place."+string(c.Mode)).With("lugar", place)
	}
	return Key("courses.place.virtual")
}

// wayToCourse says where a course is in the words that there are: who gives it
// and in which municipality.
func (t *turn) wayToCourse(c programme.Course) []Text {
	if _, ok := t.set.place(c.Municipality); !ok {
		return []Text{Key("reminder.way.virtual")}
	}
	lines := []Text{t.classroom(c)}
	if c.Organiser != "" {
		lines = append(lines, Key("reminder.way.organiser").With("organiza", Literal(c.Organiser)))
	}
	return append(lines, Key("reminder.way.ask"))
}

// remind says that something begins soon, and asks who has a place whether they
// come: once a day, and not who said so.
func (t *turn) remind(n Notice) {
	h, held := t.s.Hold(n.Held, n.Offer)
	o, known := t.offering(n.Held, n.Offer)
	begin, _, takesPlace := t.set.begins(t.in.Offer, n.Held, n.Offer)
	switch {
	case !held || !known || h.State != HoldEnrolled && h.State != HoldNotify:
		return
	case h.Quiet || t.stopped():
		t.why = GateOptedOut
		return
	case !takesPlace:
		t.why = GateCancelled
		return // they are told of that
	case begin.At.Unix() != n.Until:
		return // moved since: they are told of that
	}
	h.Reminded = begin.At.Unix()
	parts := []Text{t.headline(o), {Lines: o.lines}}
	var row []Button
	if h.State == HoldEnrolled {
		row = []Button{about(o.kind+"_leave", o.id)}
		if !h.Sure && !t.today(h.Asked) {
			h.Asked = t.now.Unix()
			parts = append(parts, Key("courses.confirm_ask"))
			row = append([]Button{about(o.kind+"_going", o.id)}, row...)
		}
	}
	t.hold(h)
	buttons := [][]Button{{about(o.kind+"_way", o.id)}, {about(o.kind+"_quiet", o.id)}}
	if row != nil {
		buttons = append([][]Button{row}, buttons...)
	}
	t.reply(Reply{Parts: parts, Buttons: buttons})
}

// headline says what begins and in how long, as it is now.
func (t *turn) headline(o offering) Text {
	day := programme.DateOf(o.begin.At.In(t.set.Location()))
	days := day.DaysSince(t.set.Today(t.now))
	left := o.begin.At.Sub(t.now)
	minutes := int((left + time.Minute - 1) / time.Minute)
	name, count := "days", days
	switch {
	case days == 1:
		name = "tomorrow"
	case days < 1 && !o.begin.Hour:
		name = "today"
	case days < 1 && minutes < 60:
		name, count = "minutes", minutes
	case days < 1:
		name, count = "hours", int((left+time.Hour/2)/time.Hour)
	}
	text := Key("reminder."+o.kind+"."+name).With("titulo", Literal(o.title))
	if name == "tomorrow" || name == "today" {
		return text
	}
	return text.With("count", Text{Count: &count})
}

// today reports whether a moment was on the present day.
func (t *turn) today(at int64) bool {
	return at != 0 && t.set.Today(time.Unix(at, 0)) == t.set.Today(t.now)
}

// stopped reports whether the person wants nothing that they did not ask for.
func (t *turn) stopped() bool { return t.s.Value("outreach") == outreachStopped }

// remindedOf is what a button of a reminder is about. Anybody can forge one.
func (t *turn) remindedOf() (offering, Hold, bool) {
	kind, id := HeldEvent, t.s.Value("reminder_event")
	if course := t.s.Value("reminder_course"); course != "" {
		kind, id = HeldCourse, course
	}
	h, held := t.s.Hold(kind, id)
	o, known := t.offering(kind, id)
	if !known {
		gone := map[string]string{HeldCourse: "courses", HeldEvent: "events"}[kind]
		t.reply(Reply{Parts: []Text{Key(gone + ".gone")}, Buttons: [][]Button{{triggerButton(gone)}, {triggerButton("menu")}}})
		return o, h, false
	}
	if !held {
		h = Hold{}
	}
	return o, h, true
}

// answer says something about what was reminded of.
func (t *turn) answer(o offering, text Text, more ...[]Button) {
	t.reply(Reply{Parts: []Text{text}, Buttons: append(more, []Button{about(o.kind, o.id)}, []Button{triggerButton("menu")})})
}

// noteGoing notes that the person will come.
func (t *turn) noteGoing() {
	o, h, ok := t.remindedOf()
	switch {
	case !ok:
	case h.State != HoldEnrolled:
		t.answer(o, Key("seats.none"))
	case o.standing == programme.StandingCancelled || o.standing == programme.StandingEnded || o.standing == programme.StandingPostponed:
		t.answer(o, Key("seats.changed"))
	default:
		h.Sure = true
		t.hold(h)
		t.answer(o, Key("courses.see_you").With("dia", Text{Day: o.begin.At.Unix()}))
	}
}

// tellWay says how to get there in words. The data has no coordinates, and none
// are made up.
func (t *turn) tellWay() {
	o, _, ok := t.remindedOf()
	if !ok {
		return
	}
	t.reply(Reply{
		Parts:   []Text{Key("reminder.way.title").With("titulo", Literal(o.title)), {Lines: o.way}},
		Buttons: [][]Button{{triggerButton("human")}, {about(o.kind, o.id)}, {triggerButton("menu")}},
	})
}

// stopReminding ends the reminders of one course or event, and nothing else.
func (t *turn) stopReminding() {
	o, h, ok := t.remindedOf()
	if !ok {
		return
	}
	if h.State == "" {
		t.answer(o, Key("seats.none"))
		return
	}
	h.Quiet = true
	t.hold(h)
	said := Key("reminder.quiet.place")
	if h.State == HoldNotify {
		said = Key("reminder.quiet.watching")
	}
	t.answer(o, said.With("titulo", Literal(o.title)), []Button{about(o.kind+"_remind", o.id)})
}

// remindAgain takes that back. Who stopped everything asks by it for their
// reminders alone; offers and alerts stay stopped.
func (t *turn) remindAgain() {
	o, h, ok := t.remindedOf()
	if !ok {
		return
	}
	if h.State == "" {
		t.answer(o, Key("seats.none"))
		return
	}
	h.Quiet = false
	t.hold(h)
	if t.stopped() {
		t.fill("outreach", nil)
	}
	t.answer(o, Key("reminder.again").With("titulo", Literal(o.title)), []Button{about(o.kind+"_quiet", o.id)})
}

// moved keeps a hold of what changed and says how it is now; who was reminded of
// another start hears that it does not hold any more. Nobody has said yet that
// they come then.
func (t *turn) moved(h Hold, now []Text) []Text {
	begin, _, ok := t.set.begins(t.in.Offer, h.Kind, h.Offer)
	wrong := ok && h.Reminded != 0 && h.Reminded != begin.At.Unix()
	h.Sure, h.Asked = false, 0
	if wrong {
		h.Reminded = 0
	}
	t.hold(h)
	if wrong {
		return append([]Text{Key("reminder.corrected")}, now...)
	}
	return now
}

// changeButtons go under the news that something changed: whoever cannot come
// then can give the place back.
func (t *turn) changeButtons(h Hold) [][]Button {
	buttons := [][]Button{{about(h.Kind, h.Offer)}, {triggerButton("menu")}}
	if h.State != HoldEnrolled {
		return buttons
	}
	return append([][]Button{{about(h.Kind+"_leave", h.Offer)}}, buttons...)
}

// sayPlacesStay says to who wants no messages any more that their places are
// theirs: a course that is cancelled is no news that one can do without.
func (t *turn) sayPlacesStay() {
	for _, h := range t.s.Holds {
		if h.Kind != HeldVacancy && (h.Ends == 0 || t.now.Unix() < h.Ends) {
			t.say(Key("stop.places"))
			return
		}
	}
}
