package console

import (
	"cmp"
	"strings"

	"arraigo/programme"
	"arraigo/store"
)

// eventKind is the events.
var eventKind = &offerKind[programme.Event]{
	noun: store.OfferEvent, menu: "events", path: "/console/events", letter: "E", places: true,
	words: offerWords{
		list: "console.event.list", lead: "console.event.lead", none: "console.event.none", noneText: "console.event.none_text",
		add: "console.event.add", added: "console.done.event_added", edit: "console.event.edit", saved: "console.done.event_saved",
		from: "console.event.from", to: "console.event.to",
		upload: "console.event.upload", uploadLead: "console.event.upload_lead", twinned: "console.event.twins",
	},
	sheet: programme.EventSheet(),
	rows:  func(l *listed) []programme.Event { return l.Events },
	about: func(e programme.Event) offerAbout {
		return offerAbout{Title: e.Title, Whose: e.Organiser, Line: string(e.Line), Town: e.Municipality, Day: e.On, Places: e.Places, Ends: e.On}
	},
	standing: programme.Event.Standing,
	states: []offerState[programme.Event]{
		{"current", "console.event.state_current", func(l *listed, e programme.Event) bool { return eventComes(e, l.Today) }},
		{"open", "console.event.state_open", func(l *listed, e programme.Event) bool { return e.Standing(l.Today) == programme.StandingOpen }},
		{"postponed", "console.event.state_postponed", func(l *listed, e programme.Event) bool {
			return e.Standing(l.Today) == programme.StandingPostponed
		}},
		{"over", "console.event.state_over", func(l *listed, e programme.Event) bool { return !eventComes(e, l.Today) }},
		{"all", "console.event.state_all", func(*listed, programme.Event) bool { return true }},
	},
	groups: []columnGroup{
		{"console.event.about", []string{"id", "titulo", "linea", "tipo", "organiza", "estado"}},
		{"console.event.when", []string{"fecha", "hora_inicio", "hora_fin", "municipio_codigo", "lugar", "recordatorios"}},
		{"console.event.who", []string{"requiere_inscripcion", "cupos", "dirigido_a", "menores_con_acompanante"}},
		{"console.event.what", []string{"descripcion", "costo_cop", "accesibilidad"}},
	},
	heads: []string{"console.event.event", "console.offers.state", "console.offers.town", "console.event.day", "console.offers.places", "console.offers.waiting"},
	row: func(k *offerKind[programme.Event], v *visit, l *listed, e programme.Event, fill store.Fill) Row {
		cells := []Cell{
			{Text: e.Title, Href: k.at(e.ID), Sub: joined(e.ID, v.lineName(e.Line))}, {Chips: []Chip{v.standingChip(e.Standing(l.Today))}},
			{Text: v.town(e.Municipality), Sub: e.Place}, {Text: v.figuresDay(e.On), Sub: joinedBy("–", e.Starts, e.Ends)},
		}
		places := v.placeCells(e.Places, fill)
		if e.SignUp == programme.StatedNo {
			places[0] = Cell{Text: v.text("console.event.no_signup")}
		}
		return Row{Quiet: !eventComes(e, l.Today), Cells: append(cells, places...)}
	},
	before: func(l *listed, a, b programme.Event) int {
		return cmp.Or(nextFirst(l.Today, a.On, b.On, a.On, b.On), strings.Compare(a.Starts, b.Starts))
	},
	details: func(k *offerKind[programme.Event], v *visit, l *listed, row store.Kept[programme.Event], p *offerPage) error {
		p.State = v.standingChip(row.Row.Standing(l.Today))
		return k.placeFacts(v, l, row.Row, p)
	},
}

// eventComes reports whether an event is still to come.
func eventComes(e programme.Event, today programme.Date) bool {
	s := e.Standing(today)
	return s == programme.StandingOpen || s == programme.StandingPostponed
}

// joined joins what there is with a dot between.
func joined(texts ...string) string { return joinedBy(" · ", texts...) }

func joinedBy(sign string, texts ...string) string {
	var there []string
	for _, t := range texts {
		if t != "" {
			there = append(there, t)
		}
	}
	return strings.Join(there, sign)
}
