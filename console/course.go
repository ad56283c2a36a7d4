package console

import (
	"arraigo/programme"
	"arraigo/store"
)

// courseKind is the courses.
var courseKind = &offerKind[programme.Course]{
	noun: store.OfferCourse, menu: "courses", path: "/console/courses", letter: "C", places: true,
	words: offerWords{
		list: "console.course.list", lead: "console.course.lead", none: "console.course.none", noneText: "console.course.none_text",
		add: "console.course.add", added: "console.done.course_added", edit: "console.course.edit", saved: "console.done.course_saved",
		from: "console.course.from", to: "console.course.to",
		upload: "console.course.upload", uploadLead: "console.course.upload_lead", twinned: "console.course.twins",
	},
	sheet: programme.CourseSheet(),
	rows:  func(l *listed) []programme.Course { return l.Courses },
	about: func(c programme.Course) offerAbout {
		return offerAbout{Title: c.Title, Whose: c.Organiser, Line: string(c.Line), Town: c.Municipality, Day: c.Starts, Places: c.Places, Ends: c.Ends}
	},
	standing: programme.Course.Standing,
	states: []offerState[programme.Course]{
		{"current", "console.course.state_current", func(l *listed, c programme.Course) bool {
			s := c.Standing(l.Today)
			return s == programme.StandingOpen || s == programme.StandingRunning
		}},
		{"open", "console.course.state_open", func(l *listed, c programme.Course) bool { return c.Standing(l.Today) == programme.StandingOpen }},
		{"running", "console.course.state_running", func(l *listed, c programme.Course) bool { return c.Standing(l.Today) == programme.StandingRunning }},
		{"over", "console.course.state_over", func(l *listed, c programme.Course) bool {
			s := c.Standing(l.Today)
			return s != programme.StandingOpen && s != programme.StandingRunning
		}},
		{"all", "console.course.state_all", func(*listed, programme.Course) bool { return true }},
	},
	groups: []columnGroup{
		{"console.course.about", []string{"id", "titulo", "linea", "tipo", "organiza", "estado"}},
		{"console.course.when", []string{"fecha_inicio", "fecha_fin", "horario", "horas", "modalidad", "municipio_codigo", "recordatorios"}},
		{"console.course.who", []string{"cupos", "requisitos", "documentos_aceptados"}},
		{"console.course.gets", []string{"certificado", "costo_cop", "apoyos", "accesibilidad"}},
	},
	heads: []string{"console.course.course", "console.offers.state", "console.offers.town", "console.course.begins", "console.offers.places", "console.offers.waiting"},
	row: func(k *offerKind[programme.Course], v *visit, l *listed, c programme.Course, fill store.Fill) Row {
		standing := c.Standing(l.Today)
		cells := []Cell{
			{Text: c.Title, Href: k.at(c.ID), Sub: joined(c.ID, v.lineName(c.Line))}, {Chips: []Chip{v.standingChip(standing)}},
			{Text: v.placeOf(c.Mode, c.Municipality)}, {Text: v.figuresDay(c.Starts), Sub: c.Schedule},
		}
		return Row{Quiet: standing != programme.StandingOpen && standing != programme.StandingRunning, Cells: append(cells, v.placeCells(c.Places, fill)...)}
	},
	before: func(l *listed, a, b programme.Course) int {
		return nextFirst(l.Today, a.Ends, b.Ends, a.Starts, b.Starts)
	},
	details: func(k *offerKind[programme.Course], v *visit, l *listed, row store.Kept[programme.Course], p *offerPage) error {
		p.State = v.standingChip(row.Row.Standing(l.Today))
		return k.placeFacts(v, l, row.Row, p)
	},
}

// nextFirst orders what is to come by its day, and what is over after it, the
// newest first.
func nextFirst(today, endA, endB, a, b programme.Date) int {
	overA, overB := !endA.IsZero() && endA.Before(today), !endB.IsZero() && endB.Before(today)
	switch {
	case overA && overB:
		return b.DaysSince(a)
	case overA:
		return 1
	case overB:
		return -1
	}
	return a.DaysSince(b)
}

// lineName is the name of a line.
func (v *visit) lineName(line programme.Line) string {
	if line == "" {
		return ""
	}
	return v.text("console.line." + string(line))
}

// placeOf is where a course takes place.
func (v *visit) placeOf(mode programme.Mode, municipality string) string {
	if municipality == "" {
		return v.codeName(string(mode))
	}
	return v.town(municipality)
}
