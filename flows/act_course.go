package flows

import "arraigo/programme"

// courseActions are the actions of the flows about courses.
var courseActions = map[string]func(*turn){
	"find_courses":    (*turn).findCourses,
	"show_course":     (*turn).showCourse,
	"tell_course":     (*turn).tellCourse,
	"check_my_places": (*turn).checkMyPlaces,
	"no_places":       (*turn).noPlaces,
}

// courseNotices are the notices about courses.
var courseNotices = map[NoticeKind]telling{
	ConfirmCourse:   each((*turn).confirmCourse),
	CourseCancelled: each((*turn).courseCancelled),
	CourseChanged:   each((*turn).courseChanged),
}

// courseCatalogues are the lists of courses.
var courseCatalogues = map[string]catalogue{
	"courses_found": {list: courseOptions, page: offersPerPage, more: func(*turn) []option {
		return []option{{value: searchAgain, label: Key("courses.search_again")}}
	}, gone: Key("courses.gone")},
	"course_acts": {list: courseActs, gone: Key("seats.changed")},
	"my_places":   {list: myPlaces, page: offersPerPage},
}

// searchAgain is the answer, beside the offers listed, that goes back to what is
// looked for.
const searchAgain = "otra_busqueda"

// coursesFound are the courses that the person looks for. Near means in their
// municipality, or else in its department.
func (t *turn) coursesFound() (found []programme.Course, wider bool) {
	today := t.in.Offer.Today()
	var s programme.CourseSearch
	switch t.s.Value("course_search") {
	case "cerca", "otro_lugar":
		place := t.searchPlace("course_place")
		found = t.in.Offer.Courses(programme.CourseSearch{Municipality: place})
		if len(found) > 0 || len(place) != 5 {
			return found, false
		}
		return t.in.Offer.Courses(programme.CourseSearch{Department: place[:2]}), true
	case "virtual":
		s.Mode = programme.Virtual
	case "pronto":
		s.From, s.To = today, today.AddDays(soon)
	case "trabajo":
		s.Line = programme.InclusionLaboral
	case "negocio":
		s.Line = programme.Emprendimiento
	case "comunidad":
		s.Line = programme.IntegracionComunitaria
	}
	return t.in.Offer.Courses(s), false
}

func (t *turn) findCourses() {
	found, wider := t.coursesFound()
	t.fillBool("courses_any", len(found) > 0)
	if wider && len(found) > 0 {
		t.note(Key("courses.wider"))
	}
}

func courseOptions(t *turn) []option {
	found, _ := t.coursesFound()
	var all []option
	for _, c := range found {
		all = append(all, option{value: c.ID, label: t.dated(c.Starts, c.Title), typed: c.Title})
	}
	return all
}

// dated is a title with its day before it, as short as a button is.
func (t *turn) dated(d programme.Date, title string) Text {
	day, month := d.Day, int(d.Month)
	return Key("offers.item").With("dia", Text{Count: &day}).With("mes", Text{Count: &month}).With("titulo", Literal(title))
}

// admitted tells whether the person may enrol, by the screening they did.
func (t *turn) admitted(c programme.Course) (bool, programme.Refusal) {
	if t.s.Value("outcome_comunitaria") == "" {
		return false, programme.RefusedProfile
	}
	answers := t.answers()
	return t.set.Data.Admits(c, answers, t.set.Data.Ruleset.Screen(t.set.Round, answers), t.in.Offer.Today())
}

func (t *turn) showCourse() {
	c, ok := t.in.Offer.Course(t.s.Value("course"))
	t.fillBool("course_known", ok)
	if !ok {
		t.note(Key("courses.gone"))
		return
	}
	say := []Text{Key("courses.title").With("titulo", Literal(c.Title)).With("organiza", Literal(c.Organiser))}
	line := func(text Text) { say = append(say, text) }
	line(Key("courses.days").With("inicio", Text{Day: t.day(c.Starts)}).With("fin", Text{Day: t.day(c.Ends)}))
	if c.Schedule != "" {
		line(Key("courses.schedule").With("horario", Literal(c.Schedule)).With("count", Text{Count: &c.Hours}))
	}
	line(t.classroom(c))
	if c.Requirements != "" {
		line(Key("courses.requirements").With("texto", Literal(c.Requirements)))
	}
	if len(c.Documents) > 0 {
		line(Key("courses.documents").With("lista", t.codes(c.Documents, func(code string) Text { return Key("screening.document.option." + code) })))
	}
	if len(c.Supports) > 0 {
		line(Key("courses.supports").With("lista", t.codes(c.Supports, func(code string) Text { return Key("support." + code) })))
	}
	if len(c.Access) > 0 {
		line(Key("offers.access").With("lista", t.codes(c.Access, accessWords)))
	}
	if c.Certificate == "certificado" || c.Certificate == "asistencia" {
		line(Key("courses.certificate." + c.Certificate))
	}
	line(t.price(c.Cost))
	t.say(Text{Lines: say})
	t.sayCourseStanding(c)
}

func (t *turn) price(cost int64) Text {
	if cost == 0 {
		return Key("offers.free")
	}
	return Key("offers.cost").With("valor", Text{Money: cost})
}

// sayCourseStanding says what the person has of the course, or may have, or why
// not and what is open instead.
func (t *turn) sayCourseStanding(c programme.Course) {
	seats := t.seats(HeldCourse)
	if h, held := t.s.Hold(HeldCourse, c.ID); held {
		t.say(h.standing(seats))
		return
	}
	if ok, refusal := t.admitted(c); !ok {
		t.say(Key("refusal." + string(refusal)))
		if len(t.instead(c)) > 0 {
			t.say(Key("courses.instead"))
		} else {
			t.say(Key("courses.events_instead"))
		}
		return
	}
	t.say(seats.room(c.Places))
	if len(t.s.Holds) >= MaxHolds {
		t.say(Key("seats.too_many"))
	}
}

// instead are other courses that would take the person, those of the same line
// first.
func (t *turn) instead(c programme.Course) []programme.Course {
	var same, other []programme.Course
	for _, o := range t.in.Offer.Courses(programme.CourseSearch{}) {
		if _, held := t.s.Hold(HeldCourse, o.ID); held || o.ID == c.ID {
			continue
		}
		if ok, _ := t.admitted(o); !ok {
			continue
		}
		if o.Line == c.Line {
			same = append(same, o)
		} else {
			other = append(other, o)
		}
	}
	all := append(same, other...)
	return all[:min(len(all), mostSuggested)]
}

// courseActs are what the person can do about the course shown.
func courseActs(t *turn) []option {
	c, ok := t.in.Offer.Course(t.s.Value("course"))
	others := option{value: "otros", label: Key("courses.others")}
	if !ok {
		return []option{others}
	}
	if h, held := t.s.Hold(HeldCourse, c.ID); held {
		return append(t.heldActs(h, c.Standing(t.in.Offer.Today())), others)
	}
	admitted, refusal := t.admitted(c)
	if admitted && len(t.s.Holds) < MaxHolds {
		label := Key("seats.enrol")
		if t.seats(HeldCourse).full(c.Places, 1) {
			label = Key("seats.wait")
		}
		return []option{{value: "inscribir", label: label}, others}
	}
	var acts []option
	switch refusal {
	case programme.RefusedProfile:
		acts = append(acts, option{value: "perfil", label: Key("button.screening"), data: TriggerData("screening")})
	case programme.RefusedReview, programme.RefusedOutcome, programme.RefusedDocument, programme.RefusedUntold:
		acts = append(acts, option{value: "persona", label: Key("button.human"), data: TriggerData("human")})
	}
	if !admitted {
		instead := t.instead(c)
		if len(instead) == 0 {
			acts = append(acts, option{value: "eventos", label: Key("button.events"), data: TriggerData("events")})
		}
		for _, o := range instead {
			acts = append(acts, option{value: o.ID, label: t.dated(o.Starts, o.Title), data: TriggerData("course", o.ID)})
		}
	}
	return append(acts, others)
}

// heldActs are what somebody can do about what they have. What is over or
// cancelled cannot be given back.
func (t *turn) heldActs(h Hold, standing programme.Standing) []option {
	switch {
	case standing == programme.StandingCancelled || standing == programme.StandingEnded:
		return nil
	case h.State == HoldOffered:
		return []option{{value: "aceptar", label: Key("seats.accept")}, {value: "rechazar", label: Key("seats.decline")}}
	case h.State == HoldWaiting:
		return []option{{value: "retirar", label: Key("seats.leave_line")}}
	case h.State == HoldEnrolled:
		return append([]option{{value: "retirar", label: Key("seats.leave")}}, remindActs(h)...)
	}
	return nil
}

// remindActs let somebody be reminded again who said no to it.
func remindActs(h Hold) []option {
	if !h.Quiet {
		return nil
	}
	again := about(h.Kind+"_remind", h.Offer)
	return []option{{value: "recordar", label: again.Label, data: again.Data}}
}

// tellCourse says what became of a Call about a place in a course.
func (t *turn) tellCourse() {
	id := t.s.Value("course")
	c, known := t.in.Offer.Course(id)
	if !known {
		t.reply(Reply{Parts: []Text{Key("courses.gone")}, Buttons: [][]Button{{triggerButton("courses")}, {triggerButton("menu")}}})
		return
	}
	seats := t.seats(HeldCourse)
	title := func(text Text) Text { return text.With("titulo", Literal(c.Title)) }
	var parts []Text
	buttons := [][]Button{{triggerButton("my_places")}}
	switch seats.State {
	case HoldEnrolled:
		parts = []Text{title(Key("courses.enrolled")), Key("courses.begins").With("dia", Text{Day: t.day(c.Starts)})}
		buttons = append([][]Button{{about("course", id)}}, buttons...)
	case HoldWaiting:
		parts = []Text{title(Key("seats.waits")).With("count", Text{Count: &seats.Position}), Key("seats.turn")}
		buttons = append([][]Button{{about("course", id)}}, buttons...)
	case SeatLeft:
		parts = []Text{title(Key("seats.left_it"))}
		buttons = [][]Button{{triggerButton("courses")}}
	case SeatLate:
		parts = []Text{title(Key("seats.lost"))}
		buttons = [][]Button{{about("course", id)}}
	case SeatShut, SeatFull:
		parts = []Text{title(Key("seats.shut"))}
		buttons = [][]Button{{triggerButton("courses")}}
	default:
		parts = []Text{Key("seats.none")}
		buttons = [][]Button{{about("course", id)}}
	}
	t.reply(Reply{Parts: parts, Buttons: append(buttons, []Button{triggerButton("menu")})})
}

// confirmCourse asks two days before whether the person comes.
func (t *turn) confirmCourse(n Notice) {
	c, known := t.in.Offer.Course(n.Offer)
	h, held := t.s.Hold(HeldCourse, n.Offer)
	switch {
	case !known || !held || h.State != HoldEnrolled || h.Sure:
		return
	case h.Quiet || t.stopped():
		t.why = GateOptedOut
		return
	case t.today(h.Asked):
		t.why = GateSent
		return
	}
	h.Asked = t.now.Unix()
	t.hold(h)
	parts := []Text{Key("courses.confirm").With("titulo", Literal(c.Title)).With("dia", Text{Day: t.day(c.Starts)})}
	if c.Schedule != "" {
		parts = append(parts, Key("courses.confirm_when").With("horario", Literal(c.Schedule)))
	}
	t.reply(Reply{
		Parts:   append(parts, Key("courses.confirm_ask")),
		Buttons: [][]Button{{about("course_going", n.Offer), about("course_leave", n.Offer)}, {about("course_quiet", n.Offer)}, {triggerButton("menu")}},
	})
}

func (t *turn) courseCancelled(n Notice) {
	if _, held := t.s.Hold(HeldCourse, n.Offer); !held {
		return
	}
	t.unheld(HeldCourse, n.Offer)
	t.reply(Reply{
		Parts:   []Text{Key("courses.cancelled").With("titulo", Literal(t.offerTitle(n)))},
		Buttons: [][]Button{{triggerButton("courses")}, {triggerButton("menu")}},
	})
}

func (t *turn) courseChanged(n Notice) {
	c, known := t.in.Offer.Course(n.Offer)
	h, held := t.s.Hold(HeldCourse, n.Offer)
	if !known || !held {
		return
	}
	h.Ends = t.set.Ends(t.in.Offer, HeldCourse, c.ID)
	t.reply(Reply{
		Parts:   append([]Text{Key("courses.changed").With("titulo", Literal(c.Title))}, t.moved(h, t.classes(c))...),
		Buttons: t.changeButtons(h),
	})
}
