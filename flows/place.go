package flows

import (
	"strconv"
	"strings"
	"time"

	"arraigo/programme"
)

// What courses and events have in common: places, a waiting line, and a person
// who has, wants or gives back one. The places are the store's and are touched
// by Calls; what a Call found is in the slot <kind>_seats.

// PlaceCalls are the Calls about places. Each is told by the slot of its kind
// which offer it is about, answers with Seats, and sets the Hold.
func PlaceCalls() []string {
	return []string{
		"course_status", "course_reserve", "course_accept", "course_decline", "course_leave",
		"event_status", "event_reserve", "event_accept", "event_decline", "event_leave", "event_watch", "event_rate",
	}
}

// Seats is what a Call says about the places of an offer and about the person's.
type Seats struct {
	Used, Waiting int
	State         string // one of the Hold states, empty, or one of the Seat words
	Position      int    // waiting: 1 is next
}

// Why a Call gave no place.
const (
	SeatShut = "shut" // nobody is taken any more
	SeatFull = "full" // it never had so many places
	SeatLate = "late" // the time to accept is over
	SeatLeft = "left" // the person gave it back
)

// Values are the seats as a slot keeps them.
func (x Seats) Values() []string {
	return []string{strconv.Itoa(x.Used), strconv.Itoa(x.Waiting), x.State, strconv.Itoa(x.Position)}
}

// SeatsSlot is the slot that a Call about this kind of offer fills.
func SeatsSlot(kind string) string { return kind + "_seats" }

func (t *turn) seats(kind string) Seats {
	v := t.s.Slots[SeatsSlot(kind)]
	if len(v) < 4 {
		return Seats{}
	}
	n := func(i int) int { k, _ := strconv.Atoi(v[i]); return k }
	return Seats{Used: n(0), Waiting: n(1), State: v[2], Position: n(3)}
}

// room says how many places are left, or how many people wait.
func (x Seats) room(places int) Text {
	left := places - x.Used
	switch {
	case places == 0:
		return Key("seats.open")
	case left > 0 && x.Waiting == 0:
		return Key("seats.left").With("count", Text{Count: &left})
	case x.Waiting == 0:
		return Key("seats.full")
	}
	return Key("seats.waiting").With("count", Text{Count: &x.Waiting})
}

// full reports whether somebody who asks now has to wait.
func (x Seats) full(places, size int) bool {
	return places > 0 && (x.Used+size > places || x.Waiting > 0)
}

// standing says how somebody stands who has something of an offer.
func (h Hold) standing(x Seats) Text {
	switch h.State {
	case HoldEnrolled:
		return Key("seats.yours")
	case HoldOffered:
		return Key("seats.offered").With("dia", Text{Day: h.Until}).With("hora", Text{Time: h.Until})
	case HoldWaiting:
		if x.State == HoldWaiting && x.Position > 0 {
			return Key("seats.position").With("count", Text{Count: &x.Position})
		}
		return Key("seats.in_line")
	}
	return Key("seats.watched")
}

// day is noon of a civil day, to be written as a day.
func (t *turn) day(d programme.Date) int64 {
	return d.At(12*60, t.set.Timing.defaults().Location).Unix()
}

// place is a municipality by name; without one nothing.
func (s *Set) place(code string) (Text, bool) {
	m, ok := s.Data.Municipalities.ByCode(code)
	if !ok {
		return Text{}, false
	}
	return Literal(m.Label()), true
}

// codes are words of a spreadsheet as a list; one without a text is shown as it
// was written.
func (t *turn) codes(codes []string, words func(code string) Text) Text {
	var list []Text
	for _, c := range codes {
		if text := words(c); t.set.Catalog.Has("es", text.Key) {
			list = append(list, text)
		} else {
			list = append(list, Literal(spaced(c)))
		}
	}
	return Text{List: list}
}

func accessWords(code string) Text { return Key("access." + code) }

// spaced is a code as words.
func spaced(code string) string { return strings.ReplaceAll(code, "_", " ") }

// about is a button that works for ever about one offer.
func about(trigger, id string) Button {
	return Button{Label: Key("button." + trigger), Data: TriggerData(trigger, id)}
}

// mostSuggested is how many other offers are shown to who cannot have this one.
const mostSuggested = 3

// searchPlace is where somebody looks: what they said for this search, else
// where they live.
func (t *turn) searchPlace(slot string) string {
	if place := t.s.Value(slot); place != "" {
		return place
	}
	if place := t.s.Value("municipality"); place != programme.PreferNotToSay {
		return place
	}
	return ""
}

// soon is how far "soon" reaches.
const soon = 14

// myPlaces lists what the person has, each a button to it.
func myPlaces(t *turn) []option {
	var all []option
	for _, h := range t.s.Holds {
		title, trigger := "", ""
		switch h.Kind {
		case HeldCourse:
			c, _ := t.in.Offer.Course(h.Offer)
			title, trigger = c.Title, "course"
		case HeldEvent:
			e, _ := t.in.Offer.Event(h.Offer)
			title, trigger = e.Title, "event"
		}
		if title == "" || h.Ends != 0 && h.Ends < t.now.Unix() {
			continue
		}
		label := Key("my_places.item."+h.State).With("titulo", Literal(title))
		all = append(all, option{value: h.Offer, label: label, typed: title, data: TriggerData(trigger, h.Offer)})
	}
	return all
}

// checkMyPlaces looks whether there is anything to list.
func (t *turn) checkMyPlaces() { t.fillBool("my_places_any", len(myPlaces(t)) > 0) }

// noPlaces shows the ways to what one could have.
func (t *turn) noPlaces() {
	t.reply(Reply{
		Parts:   []Text{Key("my_places.nothing")},
		Buttons: [][]Button{{triggerButton("courses")}, {triggerButton("events")}, {triggerButton("menu")}},
	})
}

// unheld forgets what was held, without a Call: the notice says that it is gone.
func (t *turn) unheld(kind, offer string) { t.hold(Hold{Kind: kind, Offer: offer}) }

// keepOffered notes a place that came free and asks for an answer.
func (t *turn) keepOffered(n Notice, kind, title string) {
	h, ok := t.s.Hold(kind, n.Offer)
	if !ok || h.State != HoldWaiting && h.State != HoldOffered {
		return // given back meanwhile
	}
	h.State, h.Until, h.At = HoldOffered, n.Until, t.now.Unix()
	t.hold(h)
	t.reply(Reply{
		Parts: []Text{
			Key("seats.came_free").With("titulo", Literal(title)),
			Key("seats.until").With("dia", Text{Day: n.Until}).With("hora", Text{Time: n.Until}),
		},
		Buttons: [][]Button{{about(kind+"_accept", n.Offer)}, {about(kind+"_decline", n.Offer)}, {triggerButton("menu")}},
	})
}

// lose tells that the time to answer is over.
func (t *turn) lose(n Notice, kind, title string) {
	if h, ok := t.s.Hold(kind, n.Offer); !ok || h.State != HoldOffered && h.State != HoldWaiting {
		return
	}
	t.unheld(kind, n.Offer)
	t.reply(Reply{
		Parts:   []Text{Key("seats.lost").With("titulo", Literal(title))},
		Buttons: [][]Button{{about(kind, n.Offer)}, {triggerButton("menu")}},
	})
}

// placeNotices are the notices about places of either kind.
var placeNotices = map[NoticeKind]telling{
	PlaceOffered: each(func(t *turn, n Notice) { t.keepOffered(n, n.Held, t.offerTitle(n)) }),
	PlaceLost:    each(func(t *turn, n Notice) { t.lose(n, n.Held, t.offerTitle(n)) }),
}

// offerTitle is the title of what a notice is about; its id when it is not in
// the catalogue any more.
func (t *turn) offerTitle(n Notice) string {
	if c, ok := t.in.Offer.Course(n.Offer); ok && n.Held == HeldCourse {
		return c.Title
	}
	if e, ok := t.in.Offer.Event(n.Offer); ok && n.Held == HeldEvent {
		return e.Title
	}
	return n.Offer
}

// Awake is the first moment from at on when people may be told what they did not
// ask for.
func (s *Set) Awake(at time.Time) time.Time { return s.Timing.defaults().awake(at) }

// Location is where the days and hours of the programme are counted.
func (s *Set) Location() *time.Location { return s.Timing.defaults().Location }

// Ends is when a course or an event is over, in Unix seconds; 0 when it is not
// known.
func (s *Set) Ends(o *programme.Offer, kind, id string) int64 {
	loc := s.Timing.defaults().Location
	switch kind {
	case HeldCourse:
		if c, ok := o.Course(id); ok && !c.Ends.IsZero() {
			return c.Ends.AddDays(1).At(0, loc).Unix()
		}
	case HeldEvent:
		if e, ok := o.Event(id); ok {
			if _, end, known := e.Span(loc); known {
				return end.Unix()
			}
		}
	}
	return 0
}
