package console

import (
	"errors"
	"slices"
	"strings"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// personHistory is what happened with a person, newest first, and what was sent
// to them without their asking.
func (v *visit) personHistory(r *store.Record) (*personHistory, error) {
	p := &personHistory{}
	names, err := v.staffNames()
	if err != nil {
		return nil, err
	}
	if p.Timeline, err = v.timeline(r, names); err != nil {
		return nil, err
	}
	p.Messages, err = v.messagesTable(r)
	return p, err
}

// timeline puts together what the record says of its own past.
func (v *visit) timeline(r *store.Record, names map[string]string) ([]moment, error) {
	s := &r.Session
	var all []moment
	add := func(at int64, text, sub string) {
		if at != 0 {
			all = append(all, moment{unix(at), text, sub})
		}
	}
	add(r.Created, v.text("console.person.event.first"), "")
	for _, c := range s.Consents {
		key := "console.person.event.refused"
		if c.Given {
			key = "console.person.event.agreed"
		}
		add(c.At, v.text(key, "para", v.purposes(c.Purposes)), v.text("console.person.event.version", "version", c.Version))
	}
	for _, c := range s.Changes {
		name := c.Slot
		if slot := v.set.Slot(c.Slot); slot != nil && v.has(slot.Flow+"."+slot.Name+".name") {
			name = v.text(slot.Flow + "." + slot.Name + ".name")
		}
		add(c.At, v.text("console.person.event.changed", "dato", name), v.whoChanged(names, c.By))
	}
	for _, at := range s.Stages {
		if v.seesLine(programme.Line(at.Line)) {
			add(at.At, v.text("console.person.event.stage", "linea", v.text("console.line."+at.Line), "etapa", v.stageName(at.Stage)), v.staffName(names, at.By))
		}
	}
	l, err := v.listed()
	if err != nil {
		return nil, err
	}
	for _, h := range s.Holds {
		title, _ := v.heldTitle(l, h)
		add(h.At, v.text("console.person.event.hold", "oferta", title, "estado", v.text("console.person.hold."+h.State)), h.Offer)
	}
	if basis, ok := flows.ScreeningBasis(s); ok {
		add(number(basis.At), v.text("console.person.event.screened"), strings.Join(basis.Rules, ", "))
	}
	ticket, err := v.store.Ticket(v.ctx(), r.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	if err == nil {
		add(ticket.Opened, v.text("console.person.event.asked", "numero", int(ticket.Number)), "")
		add(ticket.Closed, v.text("console.person.event.closed", "numero", int(ticket.Number)), "")
	}
	slices.SortStableFunc(all, func(a, b moment) int { return b.At.Compare(a.At) })
	return all, nil
}

// whoChanged is who corrected an answer.
func (v *visit) whoChanged(names map[string]string, by string) string {
	if by == "persona" {
		return v.text("console.person.by_person")
	}
	return v.staffName(names, by)
}

func (v *visit) purposes(list []string) string {
	var out []string
	for _, p := range list {
		if key := "my_data.document.purpose." + p; v.has(key) {
			p = v.text(key)
		}
		out = append(out, p)
	}
	return strings.Join(out, ", ")
}

// messagesTable is what was sent without being asked for.
func (v *visit) messagesTable(r *store.Record) (Table, error) {
	t := Table{
		Caption: v.text("console.person.messages"),
		Columns: []Column{{Text: v.text("console.person.message")}, {Text: v.text("console.person.state")}, {Text: v.text("console.person.when")}},
		Empty:   Empty{Title: v.text("console.person.no_messages"), Text: v.text("console.person.no_messages_text")},
	}
	told, err := v.store.MessagesTo(v.ctx(), r.ID)
	if err != nil {
		return t, err
	}
	for _, m := range slices.Backward(told) {
		title := m.Title
		if title == "" {
			title = v.text("console.person.kind." + string(messageKind(m.Kind)))
		}
		cell := Cell{Text: title, Sub: m.Outreach}
		if path := v.reach("/console/outreach"); path != "" {
			cell.Href = path + "/" + pathOf(m.Outreach)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{cell, {Chips: []Chip{v.messageChip(m.State)}}, {Text: v.moment(m.At, v.now)}}})
	}
	return t, nil
}

// messageKind is the kind of an outreach, if there are words for it.
func messageKind(k store.OutreachKind) string {
	if k == "" {
		return "unknown"
	}
	return string(k)
}

// messageChip is what became of a message, as the ledger has it.
func (v *visit) messageChip(state string) Chip {
	kind, _, _ := strings.Cut(state, ":")
	tones := map[string]string{"p": ToneWait, "o": ToneWait, "t": ToneWait, "s": ToneGood, "b": ToneBad, "f": ToneBad, "w": ToneOff, "u": ToneBad}
	if _, ok := tones[kind]; !ok {
		kind = "p"
	}
	return Chip{v.text("console.person.sent." + kind), tones[kind]}
}
