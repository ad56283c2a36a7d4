package bot

import (
	"slices"
	"strings"
	"time"

	"arraigo/flows"
	"arraigo/outreach"
	"arraigo/store"
)

// progress is how far an announcement has come, in people.
type progress struct {
	size                                    int // how many there are to be, as far as is known
	sent, blocked, failed, withheld, unsure int
	left                                    time.Duration // until the last of them; 0: not known
}

func progressOf(o store.Outreach, tally map[string]int) progress {
	p := progress{size: o.Size}
	known := 0
	for state, n := range tally {
		known += n
		switch kind, _, _ := strings.Cut(state, ":"); kind {
		case store.StateSent:
			p.sent += n
		case store.StateBlocked:
			p.blocked += n
		case store.StateUncertain:
			p.unsure += n
		case "f":
			p.failed += n
		case "w":
			p.withheld += n
		}
	}
	if p.size = max(p.size, known); !o.Ended.IsZero() {
		p.size = known // the others left before it was their turn
	}
	return p
}

func (p progress) done() int    { return p.sent + p.blocked + p.failed + p.withheld + p.unsure }
func (p progress) waiting() int { return max(0, p.size-p.done()) }

// barCells is how wide the bar is.
const barCells = 12

// bar draws how much is done; it is only full when nobody is left.
func (p progress) bar() string {
	cells := barCells
	if p.size > 0 {
		cells = p.done() * barCells / p.size
	}
	return strings.Repeat("▓", cells) + strings.Repeat("░", barCells-cells)
}

func (p progress) percent() int {
	if p.size == 0 {
		return 100
	}
	return p.done() * 100 / p.size
}

// A sendPace learns how fast an announcement goes, from the last looks at it.
type sendPace struct {
	seen []paceLook
}

type paceLook struct {
	at   time.Time
	done int
}

// paceLooks is how many looks count: about half a minute.
const paceLooks = 10

// note adds a look and returns how long the rest will take; 0 when it is not known
// or nothing moves.
func (s *sendPace) note(now time.Time, p progress, moving bool) time.Duration {
	if !moving {
		s.seen = nil
		return 0
	}
	s.seen = append(s.seen, paceLook{now, p.done()})
	if len(s.seen) > paceLooks {
		s.seen = slices.Clone(s.seen[1:])
	}
	first := s.seen[0]
	took, made := now.Sub(first.at), p.done()-first.done
	if took < time.Second || made <= 0 || p.waiting() == 0 {
		return 0
	}
	return time.Duration(float64(took) * float64(p.waiting()) / float64(made))
}

// count is a text about a number of people, or of something else.
func count(key string, n int) flows.Text { return flows.Key(key).With("count", flows.Text{Count: &n}) }

// counts say what became of people, as far as there are such.
func (p progress) counts() flows.Text {
	lines := []flows.Text{count("announce.count.sent", p.sent)}
	for _, c := range []struct {
		key string
		n   int
	}{{"blocked", p.blocked}, {"failed", p.failed}, {"withheld", p.withheld}, {"unsure", p.unsure}} {
		if c.n > 0 {
			lines = append(lines, count("announce.count."+c.key, c.n))
		}
	}
	return flows.Text{Lines: lines}
}

// remaining says how long it will take.
func (p progress) remaining() flows.Text {
	waiting := p.waiting()
	switch minutes := int((p.left + time.Minute - 1) / time.Minute); {
	case p.left == 0:
		return count("announce.left.people", waiting)
	case p.left < time.Minute:
		return count("announce.left.seconds", max(1, int(p.left.Seconds()))).With("personas", flows.Text{Count: &waiting})
	default:
		return count("announce.left.minutes", minutes).With("personas", flows.Text{Count: &waiting})
	}
}

// cardOf is the card of an announcement for one of the team.
func (b *Bot) cardOf(m store.Staff, o store.Outreach, p progress) flows.Reply {
	parts := []flows.Text{flows.Key("announce.card").With("titulo", flows.Literal(o.Title)).With("estado", flows.Key("announce.state."+string(o.State)))}
	now := b.cfg.Now()
	var buttons []flows.Button
	button := func(name, verb string) {
		buttons = append(buttons, deskButton(flows.Key("announce.button."+name), o.ID, verb))
	}
	steers := outreach.MaySteer(m, o)
	percent := p.percent()
	bar := flows.Key("announce.bar").With("barra", flows.Literal(p.bar())).With("count", flows.Text{Count: &percent})
	switch o.State {
	case store.OutreachDraft:
		parts = append(parts, audienceLines(b.cfg.Set(), b.offers.offer.Load(), o.Audience))
		if o.Author == m.ID {
			button("fix", "fix")
		}
	case store.OutreachApproval, store.OutreachScheduled:
		parts = append(parts, audienceLines(b.cfg.Set(), b.offers.offer.Load(), o.Audience),
			flows.Text{Lines: []flows.Text{people(o.Size), b.startWords(o.At, now)}})
		if o.State == store.OutreachApproval && mayApprove(m, o) {
			button("approve", "ok")
			button("send_back", "back")
		}
	case store.OutreachSending:
		parts = append(parts, flows.Text{Lines: []flows.Text{bar, p.counts(), p.remaining()}})
		if awake := b.cfg.Set().Awake(now); awake.After(now) {
			parts = append(parts, moment("announce.when.quiet", awake))
		}
		if steers {
			button("pause", "pause")
		}
	case store.OutreachPaused:
		parts = append(parts, flows.Text{Lines: []flows.Text{bar, p.counts(), count("announce.left.people", p.waiting())}})
		if steers {
			button("resume", "resume")
		}
	default:
		if !o.Started.IsZero() {
			parts = append(parts, flows.Text{Lines: []flows.Text{bar, p.counts()}})
			button("report", "report")
		}
	}
	if steers && o.Live() && o.State != store.OutreachCancelled {
		button("cancel", "cancel")
	}
	return flows.Reply{Parts: parts, Buttons: pairs(buttons)}
}
