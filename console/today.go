package console

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// A todayPage is what needs a hand now.
type todayPage struct {
	Hands  []Hand
	Places Table
	Week   Chart
}

// A Hand is one kind of thing that waits: how many, and where they are.
type Hand struct {
	Figure      string
	Title, Text string
	Href        string
	Tone        string // ToneWait, ToneBad or ToneOff for none
}

// Bounds of the first page.
const (
	fewPlaces = 8 // rows of the list of places
	scarce    = 5 // an offer with no more places than this runs out
)

func (v *visit) todayPage() error {
	var p todayPage
	if v.may(store.AnswerTickets) || v.may(store.SeeNumbers) {
		hand, err := v.ticketHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	if v.may(store.ReadReports) {
		hand, err := v.reportHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	if v.may(store.WriteNote) {
		hand, err := v.requestHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	if v.may(store.ChangeStage) && v.seesLine(programme.InclusionLaboral) {
		hand, err := v.referralHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	listed, err := v.listed()
	if err != nil {
		return err
	}
	p.Hands = append(p.Hands, v.vacancyHand(listed))
	if v.may(store.ApproveAnnouncement) {
		hand, err := v.approvalHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	if v.may(store.PublishContent) {
		hand, err := v.proposalHand()
		if err != nil {
			return err
		}
		p.Hands = append(p.Hands, hand)
	}
	week, err := v.lastWeek()
	if err != nil {
		return err
	}
	p.Hands = append(p.Hands, v.unreadHand(week))
	p.Week = v.weekChart(week)
	if p.Places, err = v.scarcePlaces(listed); err != nil {
		return err
	}
	return v.show(view{name: "today", title: v.text("console.today.title"), lead: v.text("console.today.lead", "dia", v.date(v.now)), section: "today", wide: true}, p)
}

// counted completes a hand that says what to say of none: with some it has that
// tone and text, and leads to where they are in the list.
func (v *visit) counted(h Hand, n int, tone, text, where string) Hand {
	h.Figure, h.Tone = v.number(n), ToneOff
	if n > 0 {
		h.Tone, h.Text = tone, text
		if h.Href != "" {
			h.Href += where
		}
	}
	return h
}

// ticketHand counts the open cases within the scope, as their list does, and says
// how long the first one is.
func (v *visit) ticketHand() (Hand, error) {
	open, err := v.cases(boxOpen)
	if err != nil {
		return Hand{}, err
	}
	h := Hand{Figure: v.number(len(open)), Title: v.text("console.today.tickets"), Href: v.reach("/console/inbox"), Tone: ToneOff}
	if len(open) == 0 {
		h.Text = v.text("console.today.tickets_none")
		return h, nil
	}
	late, oldest := 0, v.now
	for _, line := range open {
		opened := time.Unix(line.ticket.Opened, 0)
		if opened.Before(oldest) {
			oldest = opened
		}
		if v.now.Sub(opened) > 24*time.Hour {
			late++
		}
	}
	h.Tone, h.Text = ToneWait, v.text("console.today.tickets_oldest", "tiempo", v.ago(v.now.Sub(oldest)))
	if late > 0 {
		h.Tone, h.Text = ToneBad, v.text("console.today.tickets_late", "count", late, "tiempo", v.ago(v.now.Sub(oldest)))
	}
	return h, nil
}

// reportHand counts the reports that are not closed, for the few who may read
// them.
func (v *visit) reportHand() (Hand, error) {
	_, total, err := v.store.Reports(v.ctx(), 0, 0)
	if err != nil {
		return Hand{}, err
	}
	h := Hand{Title: v.text("console.today.reports"), Text: v.text("console.today.reports_none"), Href: v.reach("/console/reports")}
	return v.counted(h, total, ToneBad, v.text("console.today.reports_text"), ""), nil
}

// vacancyHand counts the vacancies that people cannot see because a check found
// something, within the scope of who visits.
func (v *visit) vacancyHand(l *listed) Hand {
	n := 0
	for _, vacancy := range l.Vacancies {
		standing := vacancy.Standing(l.Today)
		if standing != programme.StandingOpen && standing != programme.StandingUpcoming {
			continue
		}
		if !l.Verdicts[vacancy.ID].Verdict.Publishable() && v.staff.Covers(string(programme.InclusionLaboral), vacancy.Municipality) {
			n++
		}
	}
	h := Hand{Title: v.text("console.today.vacancies"), Text: v.text("console.today.vacancies_none"), Href: v.reach("/console/vacancies")}
	return v.counted(h, n, ToneWait, v.text("console.today.vacancies_text"), "?state=back")
}

// scarcePlaces lists courses and events that run out of places, the fullest
// first.
func (v *visit) scarcePlaces(l *listed) (Table, error) {
	t := Table{
		Caption: v.text("console.today.places"),
		Columns: []Column{{Text: v.text("console.today.offer")}, {Text: v.text("console.today.begins")}, {Text: v.text("console.today.left"), Number: true}, {Text: v.text("console.today.waiting"), Number: true}},
		Empty:   Empty{Title: v.text("console.today.places_none")},
	}
	fills, err := v.store.Fills(v.ctx(), l.offers)
	if err != nil {
		return t, err
	}
	type row struct {
		left, waiting int
		begins        programme.Date
		cells         []Cell
	}
	var rows []row
	for i, o := range l.offers {
		left := max(0, o.Places-fills[i].Used)
		if left > scarce {
			continue
		}
		title, begins, line, town, href := "", programme.Date{}, "", "", ""
		if o.Kind == store.OfferCourse {
			c, _ := l.course(o.ID)
			title, begins, line, town, href = c.Title, c.Starts, string(c.Line), c.Municipality, v.reach("/console/courses")
		} else {
			e, _ := l.event(o.ID)
			title, begins, line, town, href = e.Title, e.On, string(e.Line), e.Municipality, v.reach("/console/events")
		}
		if !v.staff.Covers(line, town) {
			continue
		}
		if href != "" {
			href += "/" + pathOf(o.ID)
		}
		state := Chip{v.text("console.today.scarce"), ToneWait}
		if left == 0 {
			state = Chip{v.text("console.today.full"), ToneBad}
		}
		rows = append(rows, row{left, fills[i].Waiting, begins, []Cell{
			{Text: title, Href: href, Sub: o.ID, Chips: []Chip{state}}, {Text: v.shortDate(begins.At(12*60, v.zone))}, {Text: v.text("console.today.of", "libres", left, "cupos", o.Places)}, {Text: v.number(fills[i].Waiting)},
		}})
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.left, b.left), cmp.Compare(b.waiting, a.waiting), b.begins.DaysSince(a.begins)*-1)
	})
	for _, r := range rows[:min(len(rows), fewPlaces)] {
		t.Rows = append(t.Rows, Row{Cells: r.cells})
	}
	return t, nil
}

// milestones are the steps of the flows that the first page counts, in the order
// in which people reach them. Their words are console.milestone.NAME.
var milestones = []struct{ name, step string }{
	{"arrived", "welcome.ask_language"},
	{"agreed", "welcome.accepted"},
	{"screening", "screening.age"},
	{"summary", "screening.summary"},
	{"result", "screening.result"},
}

// lastWeek is how often each step was reached in the last seven days.
func (v *visit) lastWeek() (map[string]int64, error) {
	total := map[string]int64{}
	for back := range 7 {
		day, err := v.funnels.read(v.ctx(), v.store, v.now, back)
		if err != nil {
			return nil, err
		}
		for step, n := range day {
			total[step] += n
		}
	}
	return total, nil
}

// weekChart shows how far people came.
func (v *visit) weekChart(week map[string]int64) Chart {
	c := Chart{Title: v.text("console.today.week"), Label: v.text("console.today.step"), Series: []string{v.text("console.chart.reached")}}
	for _, m := range milestones {
		c.Points = append(c.Points, Point{Label: v.text("console.milestone." + m.name), Values: []int{int(week[m.step])}})
	}
	return c
}

// approvalHand counts the announcements that wait for a second person.
func (v *visit) approvalHand() (Hand, error) {
	states, err := v.store.OutreachStates(v.ctx())
	if err != nil {
		return Hand{}, err
	}
	n := 0
	for _, state := range states {
		if state == store.OutreachApproval {
			n++
		}
	}
	h := Hand{Title: v.text("console.today.approvals"), Text: v.text("console.today.approvals_none"), Href: v.reach("/console/outreach")}
	return v.counted(h, n, ToneWait, v.text("console.today.approvals_text"), "?state="+string(store.OutreachApproval)), nil
}

// proposalHand counts the changes of the content that who visits may publish: not
// their own, where somebody else must.
func (v *visit) proposalHand() (Hand, error) {
	waiting, err := v.store.Proposals(v.ctx())
	if err != nil {
		return Hand{}, err
	}
	n := len(slices.DeleteFunc(waiting, v.needsOther))
	h := Hand{Title: v.text("console.today.proposals"), Text: v.text("console.today.proposals_none"), Href: v.reach(contentPath)}
	return v.counted(h, n, ToneWait, v.text("console.today.proposals_text"), "#waiting"), nil
}

// unreadHand counts what people typed and the bot could not read, and where most
// of it was. The words themselves are nowhere.
func (v *visit) unreadHand(week map[string]int64) Hand {
	total, most, where := 0, int64(0), ""
	for step, n := range week {
		name, unread := strings.CutPrefix(step, flows.Unread)
		if !unread {
			continue
		}
		total += int(n)
		if n > most || n == most && name < where {
			most, where = n, name
		}
	}
	h := Hand{Figure: v.number(total), Title: v.text("console.today.unread"), Text: v.text("console.today.unread_none"), Href: v.reach("/console/numbers"), Tone: ToneOff}
	if total > 0 {
		if h.Href != "" {
			h.Href += "?days=7#unread"
		}
		h.Tone, h.Text = ToneInfo, v.text("console.today.unread_nothing")
		if question := v.question(where); question != "" {
			h.Text = v.text("console.today.unread_most", "pregunta", question)
		}
	}
	return h
}

// question is what the bot asks for a slot, up to the question mark; "" when there
// is no such slot.
func (v *visit) question(name string) string {
	slot := v.set.Slot(name)
	if slot == nil || !v.has(slot.Flow+"."+name+".ask") {
		return ""
	}
	asked := v.text(slot.Flow + "." + name + ".ask")
	if at := strings.IndexByte(asked, '?'); at > 0 {
		asked = asked[:at+1]
		if begin := strings.LastIndex(asked, "¿"); begin > 0 {
			asked = asked[begin:]
		}
	}
	return clip(strings.Join(strings.Fields(asked), " "), 80)
}

// A funnelCache keeps the counters of days that are over: they never change.
// Those of today are read again after some seconds.
type funnelCache struct {
	mu   sync.Mutex
	days map[string]funnelDay
}

type funnelDay struct {
	steps map[string]int64
	read  time.Time
}

const (
	funnelFresh = 10 * time.Second
	funnelKeep  = 400 // days in memory
)

// read is how often each step was reached on a day, so many days ago.
func (c *funnelCache) read(ctx context.Context, s *store.Store, now time.Time, back int) (map[string]int64, error) {
	at := now.AddDate(0, 0, -back)
	key := s.Day(at)
	c.mu.Lock()
	known, ok := c.days[key]
	c.mu.Unlock()
	// A day is over for good when it was read after it ended.
	if ok && (s.Day(known.read) != key || now.Sub(known.read) < funnelFresh) {
		return known.steps, nil
	}
	steps, err := s.Funnel(ctx, at)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.days == nil || len(c.days) > funnelKeep {
		c.days = map[string]funnelDay{}
	}
	c.days[key] = funnelDay{steps, now}
	return steps, nil
}
