package flows

import (
	"strconv"
	"strings"

	"arraigo/programme"
)

// eventActions are the actions of the flows about events.
var eventActions = map[string]func(*turn){
	"find_events":   (*turn).findEvents,
	"show_event":    (*turn).showEvent,
	"check_party":   (*turn).checkParty,
	"tell_event":    (*turn).tellEvent,
	"send_calendar": (*turn).sendCalendar,
	"check_grade":   (*turn).checkGrade,
}

// eventNotices are the notices about events.
var eventNotices = map[NoticeKind]telling{
	EventChanged:  each((*turn).eventChanged),
	EventFeedback: each((*turn).askGrade),
}

// eventCatalogues are the lists of events.
var eventCatalogues = map[string]catalogue{
	"events_found": {list: eventOptions, page: offersPerPage, more: func(*turn) []option {
		return []option{{value: searchAgain, label: Key("events.search_again")}}
	}, gone: Key("events.gone")},
	"event_acts": {list: eventActs, gone: Key("seats.changed")},
}

// eventsFound are the events that the person looks for. Near means in their
// municipality, or else in its department.
func (t *turn) eventsFound() (found []programme.Event, wider bool) {
	today := t.in.Offer.Today()
	var s programme.EventSearch
	switch t.s.Value("event_search") {
	case "cerca", "otro_lugar":
		place := t.searchPlace("event_place")
		found = t.in.Offer.Events(programme.EventSearch{Municipality: place})
		if len(found) > 0 || len(place) != 5 {
			return found, false
		}
		return t.in.Offer.Events(programme.EventSearch{Department: place[:2]}), true
	case "pronto":
		s.From, s.To = today, today.AddDays(soon)
	case "trabajo":
		s.Line = programme.InclusionLaboral
	case "negocio":
		s.Line = programme.Emprendimiento
	case "comunidad":
		s.Line = programme.IntegracionComunitaria
	}
	return t.in.Offer.Events(s), false
}

func (t *turn) findEvents() {
	found, wider := t.eventsFound()
	t.fillBool("events_any", len(found) > 0)
	if wider && len(found) > 0 {
		t.note(Key("events.wider"))
	}
}

func eventOptions(t *turn) []option {
	found, _ := t.eventsFound()
	var all []option
	for _, e := range found {
		all = append(all, option{value: e.ID, label: t.dated(e.On, e.Title), typed: e.Title})
	}
	return all
}

// when says the day and the hours of an event, as far as they are told.
func (t *turn) when(e programme.Event) Text {
	start, end, ok := e.Span(t.set.Timing.defaults().Location)
	if !ok {
		return Key("events.day_open")
	}
	day := Text{Day: start.Unix()}
	switch {
	case e.Starts == "":
		return Key("events.day").With("dia", day)
	case e.Ends == "":
		return Key("events.from").With("dia", day).With("inicio", Text{Time: start.Unix()})
	}
	return Key("events.hours").With("dia", day).With("inicio", Text{Time: start.Unix()}).With("fin", Text{Time: end.Unix()})
}

// where is the place of an event with its municipality.
func (t *turn) where(e programme.Event) Text {
	if place, ok := t.set.place(e.Municipality); ok {
		return Key("events.place").With("lugar", Literal(e.Place)).With("municipio", place)
	}
	return Key("events.place_only").With("lugar", Literal(e.Place))
}

func (t *turn) showEvent() {
	e, ok := t.in.Offer.Event(t.s.Value("event"))
	t.fillBool("event_known", ok)
	if !ok {
		t.note(Key("events.gone"))
		return
	}
	t.fillBool("event_minors_welcome", e.Minors == programme.StatedYes)
	say := []Text{Key("events.title").With("titulo", Literal(e.Title)), t.when(e), t.where(e)}
	line := func(text Text) { say = append(say, text) }
	if e.Organiser != "" {
		line(Key("events.organiser").With("organiza", Literal(e.Organiser)))
	}
	if e.Description != "" {
		line(Literal(e.Description))
	}
	if text := Key("events.for." + e.For); t.set.Catalog.Has("es", text.Key) {
		line(text)
	}
	if e.Minors == programme.StatedYes {
		line(Key("events.minors"))
	} else {
		line(Key("events.adults_only"))
	}
	if len(e.Access) > 0 {
		line(Key("offers.access").With("lista", t.codes(e.Access, accessWords)))
	}
	line(t.price(e.Cost))
	t.say(Text{Lines: say})
	t.sayEventStanding(e)
}

func (t *turn) sayEventStanding(e programme.Event) {
	seats := t.seats(HeldEvent)
	h, held := t.s.Hold(HeldEvent, e.ID)
	standing := e.Standing(t.in.Offer.Today())
	switch {
	case standing == programme.StandingCancelled:
		t.say(Key("events.is_cancelled"))
	case standing == programme.StandingPostponed:
		t.say(Key("events.is_postponed"))
	case held && h.State != HoldNotify:
		t.say(h.standing(seats))
	case standing != programme.StandingOpen:
		t.say(Key("refusal." + string(programme.RefusedStanding)))
	case e.SignUp == programme.StatedNo:
		t.say(Key("refusal." + string(programme.RefusedNoSignUp)))
	default:
		t.say(seats.room(e.Places))
	}
	if held && h.State == HoldNotify {
		t.say(h.standing(seats))
	}
	if !held && len(t.s.Holds) >= MaxHolds {
		t.say(Key("seats.too_many"))
	}
}

// eventActs are what the person can do about the event shown.
func eventActs(t *turn) []option {
	others := option{value: "otros", label: Key("events.others")}
	e, ok := t.in.Offer.Event(t.s.Value("event"))
	if !ok {
		return []option{others}
	}
	var acts []option
	standing := e.Standing(t.in.Offer.Today())
	h, held := t.s.Hold(HeldEvent, e.ID)
	if held && h.State != HoldNotify {
		acts = append(acts, t.heldActs(h, standing)...)
	} else if standing == programme.StandingOpen && e.SignUp != programme.StatedNo && (held || len(t.s.Holds) < MaxHolds) {
		label := Key("seats.sign_up")
		if t.seats(HeldEvent).full(e.Places, 1) {
			label = Key("seats.wait")
		}
		acts = append(acts, option{value: "inscribir", label: label})
	}
	over := standing == programme.StandingEnded || standing == programme.StandingCancelled
	switch {
	case held && h.State == HoldNotify:
		acts = append(acts, option{value: "no_avisar", label: Key("seats.unwatch")})
		acts = append(acts, remindActs(h)...)
	case !held && !over && len(t.s.Holds) < MaxHolds:
		acts = append(acts, option{value: "avisar", label: Key("seats.watch")})
	}
	if standing == programme.StandingOpen {
		acts = append(acts, option{value: "calendario", label: Key("button.event_calendar"), data: TriggerData("event_calendar", e.ID)})
	}
	return append(acts, others)
}

// checkParty looks whether those who want to come may, whatever places are left:
// for those one can wait.
func (t *turn) checkParty() {
	e, _ := t.in.Offer.Event(t.s.Value("event"))
	adults, _ := strconv.Atoi(t.s.Value("event_adults"))
	minors, _ := strconv.Atoi(t.s.Value("event_minors"))
	ok, refusal := e.Admits(programme.Party{Adults: 1 + adults, Minors: minors}, 0, t.in.Offer.Today())
	t.fillBool("event_party_fine", ok)
	if !ok {
		t.note(Key("refusal." + string(refusal)))
	}
}

// tellEvent says what became of a Call about a place in an event.
func (t *turn) tellEvent() {
	id := t.s.Value("event")
	e, known := t.in.Offer.Event(id)
	if !known {
		t.reply(Reply{Parts: []Text{Key("events.gone")}, Buttons: [][]Button{{triggerButton("events")}, {triggerButton("menu")}}})
		return
	}
	seats := t.seats(HeldEvent)
	h, _ := t.s.Hold(HeldEvent, id)
	title := func(text Text) Text { return text.With("titulo", Literal(e.Title)) }
	var parts []Text
	var buttons [][]Button
	switch seats.State {
	case HoldEnrolled:
		size := max(h.Size, 1)
		parts = []Text{title(Key("events.signed_up")).With("count", Text{Count: &size}), t.when(e), t.where(e)}
		buttons = [][]Button{{about("event_calendar", id)}, {triggerButton("my_places")}}
	case HoldWaiting:
		parts = []Text{title(Key("seats.waits")).With("count", Text{Count: &seats.Position}), Key("seats.turn")}
		buttons = [][]Button{{triggerButton("my_places")}}
	case HoldNotify:
		parts = []Text{title(Key("events.watched"))}
		buttons = [][]Button{{about("event_calendar", id)}, {triggerButton("my_places")}}
	case SeatLeft:
		parts = []Text{title(Key("seats.left_it"))}
		if t.s.Value("event_act") == "no_avisar" {
			parts = []Text{title(Key("events.unwatched"))}
		}
		buttons = [][]Button{{triggerButton("events")}}
	case SeatLate:
		parts = []Text{title(Key("seats.lost"))}
		buttons = [][]Button{{about("event", id)}}
	case SeatFull:
		parts = []Text{title(Key("events.too_small"))}
		buttons = [][]Button{{about("event", id)}}
	case SeatShut:
		parts = []Text{title(Key("seats.shut"))}
		buttons = [][]Button{{triggerButton("events")}}
	default:
		parts = []Text{Key("seats.none")}
		buttons = [][]Button{{about("event", id)}}
	}
	t.reply(Reply{Parts: parts, Buttons: append(buttons, []Button{triggerButton("menu")})})
}

// FileCalendar begins the name of the calendar file of an event; its id follows.
const FileCalendar = "calendar:"

func (t *turn) sendCalendar() {
	e, ok := t.in.Offer.Event(t.s.Value("event"))
	if _, _, known := e.Span(t.set.Timing.defaults().Location); !ok || !known {
		t.reply(Reply{Parts: []Text{Key("events.gone")}, Buttons: [][]Button{{triggerButton("events")}, {triggerButton("menu")}}})
		return
	}
	t.reply(Reply{
		Parts:   []Text{Key("events.calendar").With("titulo", Literal(e.Title))},
		File:    FileCalendar + e.ID,
		Buttons: [][]Button{{triggerButton("my_places")}, {triggerButton("menu")}},
	})
}

// eventChanged tells of another day or place, or that it does not take place.
func (t *turn) eventChanged(n Notice) {
	h, held := t.s.Hold(HeldEvent, n.Offer)
	if !held {
		return
	}
	title := func(text Text) Text { return text.With("titulo", Literal(t.offerTitle(n))) }
	e, known := t.in.Offer.Event(n.Offer)
	buttons := [][]Button{{about("event", n.Offer)}, {triggerButton("menu")}}
	switch standing := e.Standing(t.in.Offer.Today()); {
	case !known || standing == programme.StandingCancelled:
		t.unheld(HeldEvent, n.Offer)
		t.reply(Reply{Parts: []Text{title(Key("events.cancelled"))}, Buttons: [][]Button{{triggerButton("events")}, {triggerButton("menu")}}})
	case standing == programme.StandingPostponed:
		h.Ends, h.Sure, h.Asked = 0, false, 0
		t.hold(h)
		t.reply(Reply{Parts: []Text{title(Key("events.postponed"))}, Buttons: buttons})
	default:
		h.Ends = t.set.Ends(t.in.Offer, HeldEvent, n.Offer)
		t.reply(Reply{
			Parts:   append([]Text{title(Key("events.changed"))}, t.moved(h, []Text{t.when(e), t.where(e)})...),
			Buttons: t.changeButtons(h),
		})
	}
}

// mostGrade is the best of the grades 1 to 5.
const mostGrade = 5

// askGrade asks on the day after how it was.
func (t *turn) askGrade(n Notice) {
	h, held := t.s.Hold(HeldEvent, n.Offer)
	e, known := t.in.Offer.Event(n.Offer)
	if !held || !known || h.State != HoldEnrolled {
		return
	}
	if t.stopped() {
		t.why = GateOptedOut
		return
	}
	var row []Button
	for g := 1; g <= mostGrade; g++ {
		row = append(row, Button{Label: Literal(strconv.Itoa(g)), Data: TriggerData("event_grade", n.Offer+"-"+strconv.Itoa(g))})
	}
	t.reply(Reply{
		Parts:   []Text{Key("event_feedback.ask").With("titulo", Literal(e.Title))},
		Buttons: [][]Button{row, {triggerButton("menu")}, {triggerButton("stop")}},
	})
}

// checkGrade takes the button apart: which event, and how it was. Anybody can
// forge one, so only who was signed up has a say.
func (t *turn) checkGrade() {
	id, grade := t.s.Value("event_grade"), ""
	if at := strings.LastIndexByte(id, '-'); at >= 0 {
		id, grade = id[:at], id[at+1:]
	}
	n, err := strconv.Atoi(grade)
	h, held := t.s.Hold(HeldEvent, id)
	fine := err == nil && n >= 1 && n <= mostGrade && held && h.State == HoldEnrolled
	t.fillBool("event_grade_fine", fine)
	if fine {
		t.fill("graded_event", []string{id, grade})
	}
}
