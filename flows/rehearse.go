package flows

import (
	"strconv"
	"strings"
	"time"
)

// rehearse stands in for the store's places where a Conversation runs alone: the
// person, and as many strangers as fill an offer that is said to be full.
func (c *Conversation) rehearse(call Call, s Session) Input {
	switch call.Name {
	case "new_report":
		return Input{Slots: map[string][]string{"report_code": {rehearsedCode}}}
	case "find_report":
		if strings.EqualFold(s.Value("report_typed"), strings.ReplaceAll(rehearsedCode, "-", "")) {
			return Input{Slots: map[string][]string{"report_state": {"en_revision"}}}
		}
		return Input{}
	}
	if call.Name == "find_announcement" {
		found := No
		if _, ok := c.titles[s.Value("announcement")]; ok {
			found = Yes
		}
		return Input{Slots: map[string][]string{"announcement_found": {found}}}
	}
	kind, what, _ := strings.Cut(call.Name, "_")
	id := s.Value(kind)
	if kind != HeldCourse && kind != HeldEvent || id == "" {
		return Input{}
	}
	places := 0
	if kind == HeldCourse {
		course, _ := c.today().Course(id)
		places = course.Places
	} else {
		event, _ := c.today().Event(id)
		places = event.Places
	}
	seats := Seats{Used: places / 2}
	if c.full[id] {
		seats = Seats{Used: places, Waiting: 3}
	}
	h, held := s.Hold(kind, id)
	h.Kind, h.Offer, h.Ends, h.At = kind, id, c.Set.Ends(c.today(), kind, id), c.Now.Unix()
	switch what {
	case "reserve":
		adults, _ := strconv.Atoi(s.Value("event_adults"))
		h.Minors, _ = strconv.Atoi(s.Value("event_minors"))
		h.Size = 1 + adults + h.Minors
		if seats.State, h.State = HoldEnrolled, HoldEnrolled; seats.full(places, h.Size) {
			seats.State, h.State = HoldWaiting, HoldWaiting
		}
	case "accept":
		switch {
		case !held || h.State == HoldWaiting || h.State == HoldNotify:
			seats.State = h.State
		case h.State == HoldOffered && c.Now.Unix() >= h.Until:
			seats.State, h.State = SeatLate, ""
		default:
			seats.State, h.State, h.Until = HoldEnrolled, HoldEnrolled, 0
		}
	case "decline":
		if seats.State = h.State; h.State == HoldOffered {
			seats.State, h.State = SeatLeft, ""
		}
	case "leave":
		seats.State, h.State = SeatLeft, ""
	case "watch":
		seats.State, h.State = HoldNotify, HoldNotify
	case "status":
		seats.State = h.State
	}
	if seats.State == HoldWaiting {
		seats.Position = 4
	}
	out := Input{Slots: map[string][]string{SeatsSlot(kind): seats.Values()}}
	if what != "status" && what != "rate" {
		out.Hold = &h
	}
	return out
}

// noticeOf is what a line "(notice KIND ID)" brings.
func (c *Conversation) noticeOf(line string) Notice {
	kind, id, _ := strings.Cut(line, " ")
	n := Notice{ID: line, Kind: NoticeKind(kind), Offer: id}
	if line, stage, ok := strings.Cut(id, " "); ok && n.Kind == StageMoved {
		n.Held, n.Offer = line, stage
	} else if _, ok := c.today().Course(id); ok {
		n.Held = HeldCourse
	} else if _, ok := c.today().Event(id); ok {
		n.Held = HeldEvent
	}
	if begin, _, ok := c.Set.begins(c.today(), n.Held, id); ok && n.Kind == RemindOffer {
		n.Until = begin.At.Unix()
		n.ID += " " + begin.At.String()
	}
	if n.Kind == Announcement {
		c.announce(&n)
	}
	if n.Kind == PlaceOffered {
		n.Until = c.Now.Add(24 * time.Hour).Unix()
	}
	return n
}

// announce makes a notice of an announcement: its id, and its title or for how
// long it is of use.
func (c *Conversation) announce(n *Notice) {
	id, title, _ := strings.Cut(n.Offer, " ")
	n.Offer, n.Outreach = id, id
	if life, err := time.ParseDuration(strings.TrimPrefix(title, "for ")); err == nil {
		n.Until, title = c.Now.Add(life).Unix(), ""
	}
	if c.titles == nil {
		c.titles = map[string]string{}
	}
	c.titles[id] = title
}

// staffAct is what a line "(staff DO …)" brings.
func (c *Conversation) staffAct(line string) *StaffAct {
	words := append(strings.Fields(line), "", "", "")
	act := &StaffAct{Do: StaffDo(words[0]), By: "s-ejemplo", At: c.Now.Unix()}
	switch act.Do {
	case StaffStage:
		act.Line, act.Stage = words[1], words[2]
	case StaffRefer:
		act.Offer, act.Why = words[1], words[2]
	case StaffCorrect:
		act.Slot, act.Values = words[1], strings.Split(words[2], ",")
	}
	return act
}

// rehearsedReference is the code of whoever talks.
const rehearsedReference = "7KQ-M2X-4RD"

// rehearsedCode is the code of every report that is made up.
const rehearsedCode = "K7QM-4XRD"
