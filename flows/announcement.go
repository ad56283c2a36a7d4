package flows

import "time"

// An announcement is the staff's own message. Its words are put in when it is
// sent, so that only its name rests with each person.

// announcementNotices are the notices about announcements.
var announcementNotices = map[NoticeKind]telling{Announcement: (*turn).tellAnnouncements}

var announcementActions = map[string]func(*turn){"show_announcement": (*turn).showAnnouncement}

// maxUnasked is how many messages that have a topic somebody gets in one day.
const maxUnasked = 3

// mostDigest bounds the list of announcements that waited.
const mostDigest = 10

// AnnouncementReply is an announcement as a person gets it: the words that staff
// wrote for that outreach, and the way out.
func AnnouncementReply(outreach string) Reply {
	return Reply{Piece: outreach, Buttons: [][]Button{{triggerButton("stop")}}}
}

// tellAnnouncements sends the oldest announcement, or what waited since an
// earlier day as one list.
func (t *turn) tellAnnouncements(list []Notice) {
	switch {
	case !t.room():
		t.putOff()
		return
	case t.s.Talk != 0:
		for _, n := range list {
			t.ends(n, Withheld(GateTicket))
		}
		return
	case t.late() && len(list) > 1:
		t.digest(list)
		return
	}
	n := list[0]
	t.out.Replies = append(t.out.Replies, AnnouncementReply(n.Offer))
	t.count()
	t.ends(n, EndTold)
	if len(list) > 1 {
		t.wait(t.now)
	}
}

// digest lists announcements, each a button. Of more than anybody reads the
// newest are kept.
func (t *turn) digest(list []Notice) {
	for _, n := range list[:max(0, len(list)-mostDigest)] {
		t.ends(n, Withheld(GateCap))
	}
	list = list[max(0, len(list)-mostDigest):]
	count := len(list)
	var buttons [][]Button
	for _, n := range list {
		label := Key("button.announcement")
		if title := t.in.Titles[n.Offer]; title != "" {
			label = Literal(title)
		}
		buttons = append(buttons, []Button{{Label: label, Data: TriggerData("announcement", n.Offer)}})
		t.ends(n, EndTold)
	}
	t.out.Replies = append(t.out.Replies, Reply{
		Parts:   []Text{Key("announcement.digest").With("count", Text{Count: &count})},
		Buttons: append(buttons, []Button{triggerButton("stop")}),
	})
	t.count()
}

// showAnnouncement opens one that was in a list.
func (t *turn) showAnnouncement() {
	t.flush()
	t.out.Replies = append(t.out.Replies, Reply{Piece: t.s.Value("announcement"), Buttons: [][]Button{{triggerButton("menu")}, {triggerButton("stop")}}})
}

// dayNumber is the present day as a number.
func (t *turn) dayNumber() int {
	today := t.set.Today(t.now)
	return today.Year*10000 + int(today.Month)*100 + today.Day
}

// saidToday is what was said on the present day.
func (t *turn) saidToday() Unasked {
	var u Unasked
	if t.s.Unasked != nil {
		u = *t.s.Unasked
	}
	if today := t.dayNumber(); u.Day != today {
		u.Day, u.Sent = today, 0
	}
	return u
}

// room reports whether somebody may get one more message today.
func (t *turn) room() bool { return t.saidToday().Sent < maxUnasked }

// late reports whether announcements wait since an earlier day.
func (t *turn) late() bool {
	u := t.saidToday()
	return u.Late != 0 && u.Late < u.Day
}

// count notes one more message of today. What waited since an earlier day was
// in it, or is the only one that did.
func (t *turn) count() {
	u := t.saidToday()
	if u.Sent++; u.Late < u.Day {
		u.Late = 0
	}
	t.s.Unasked = &u
}

// putOff has announcements wait for the next morning.
func (t *turn) putOff() {
	u := t.saidToday()
	if u.Late == 0 {
		u.Late = u.Day
	}
	t.s.Unasked = &u
	t.wait(t.tomorrow())
}

// tomorrow is when the next day begins in which anything unasked may be said.
func (t *turn) tomorrow() time.Time {
	timing := t.set.Timing.defaults()
	return timing.awake(t.set.Today(t.now).AddDays(1).At(0, timing.Location))
}
