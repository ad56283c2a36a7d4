package flows

import (
	"slices"
	"strings"
	"time"

	"arraigo/programme"
)

// An alert is one per person: the work that they want to be told of. Its slots
// are audiences, so that a vacancy finds its people without looking at anybody
// else.

const (
	slotAlert       = "alert"
	slotAlertJobs   = "alert_jobs"
	slotAlertPlaces = "alert_places"
	slotAlertTime   = "alert_time"
	slotAlertsTold  = "alerts_told"

	alertOn     = "activo"
	alertPaused = "pausado"
)

// maxAlerts is how many vacancies a person is told of in one day; the rest wait
// for the next.
const maxAlerts = 3

// maxAlertPlaces bounds the places of one alert.
const maxAlertPlaces = 5

// maxAlertsWaiting bounds what waits for another day. Who looks for any work
// anywhere finds the rest in the list.
const maxAlertsWaiting = 10 * maxAlerts

// rememberAlerts is how many of the vacancies told last are remembered, against
// telling one twice.
const rememberAlerts = 4 * maxAlerts

// AlertsOn is the audience of everybody who is told of vacancies.
func AlertsOn() Entry { return Entry{slotAlert, alertOn} }

// Reach says whom a vacancy may interest: those who are in at least one audience
// of every group.
func (s *Set) Reach(v programme.VacancyShowing) [][]Entry {
	groups := [][]Entry{
		{AlertsOn()},
		{{"alert_job", anyJob}},
		{{slotAlertTime, anyTime}},
	}
	for _, code := range s.Data.Occupations.NearTo(v.Occupation) {
		groups[1] = append(groups[1], Entry{"alert_job", code})
	}
	if v.Time != "" {
		groups[2] = append(groups[2], Entry{slotAlertTime, string(v.Time)})
	}
	if v.Mode != programme.Remote && len(v.Municipality) == 5 {
		groups = append(groups, []Entry{{"alert_place", v.Municipality}, {"alert_place", v.Municipality[:2]}, {"alert_place", anyPlace}})
	}
	return groups
}

var alertActions = map[string]func(*turn){
	"suggest_alert":   (*turn).suggestAlert,
	"add_alert_place": (*turn).addAlertPlace,
	"summarise_alert": (*turn).summariseAlert,
	"show_alert":      (*turn).showAlert,
	"save_alert":      (*turn).saveAlert,
	"pause_alert":     (*turn).pauseAlert,
	"resume_alert":    (*turn).resumeAlert,
	"stop_alert":      (*turn).stopAlert,
}

var alertCatalogues = map[string]catalogue{
	"alert_acts":   {list: alertActs},
	"alert_places": {},
}

// vacancyNotices are the notices about vacancies.
var vacancyNotices = map[NoticeKind]telling{VacancyAlert: (*turn).tellAlerts}

// suggestAlert proposes what is known: a vacancy just seen, added to the alert
// that there is; else the screening's answers.
func (t *turn) suggestAlert() {
	jobs, places, time := t.screenedSearch()
	if v, ok := t.in.Offer.Vacancy(t.s.Value("alert_about")); ok {
		place := v.Municipality
		if v.Mode == programme.Remote {
			place = fromHome
		}
		jobs = append(slices.Clone(t.s.Slots[slotAlertJobs]), v.Occupation)
		places = append(slices.Clone(t.s.Slots[slotAlertPlaces]), place)
		time = []string{anyTime}
	}
	fill := func(slot string, values []string, most int, alone ...string) {
		values = lastOf(values, most)
		for _, v := range alone {
			if contains(values, v) {
				values = []string{v}
			}
		}
		t.fill(slot, values)
	}
	fill("want_jobs", jobs, 3, anyJob)
	fill("want_places", places, maxAlertPlaces, anyPlace)
	fill("want_time", time, 1)
	t.fillBool("want_known", len(jobs) > 0 && len(places) > 0 && len(time) > 0)
}

// lastOf keeps the last n of a list, each once.
func lastOf(list []string, n int) []string {
	var out []string
	for i, v := range list {
		if !contains(list[i+1:], v) {
			out = append(out, v)
		}
	}
	return out[max(0, len(out)-n):]
}

// addAlertPlace adds the place just answered.
func (t *turn) addAlertPlace() {
	place := t.s.Value("want_place")
	places := lastOf(append(slices.Clone(t.s.Slots["want_places"]), place), maxAlertPlaces)
	if place == anyPlace {
		places = []string{place}
	}
	t.fill("want_places", places)
	t.fillBool("want_full", place == anyPlace || len(places) == maxAlertPlaces)
}

// alertPlace writes a place of an alert.
func (s *Set) alertPlace(v string) Text {
	if v == fromHome || v == anyPlace {
		return Key(sharedOptionKey(v))
	}
	if town, ok := s.Data.Municipalities.ByCode(v); ok {
		return Literal(town.Name) // in a list, with its department it would be two places
	}
	return s.placeName(v)
}

// summariseAlert says what the alert would be about.
func (t *turn) summariseAlert() {
	t.say(t.alertLines(Key("alerts.summary"), "want_jobs", "want_places", "want_time"))
}

// showAlert says what the person is told of.
func (t *turn) showAlert() {
	header := Key("alerts.active")
	if t.s.Value(slotAlert) == alertPaused {
		header = Key("alerts.resting")
	}
	t.say(t.alertLines(header, slotAlertJobs, slotAlertPlaces, slotAlertTime))
}

func (t *turn) alertLines(header Text, slots ...string) Text {
	lines := []Text{header}
	for i, name := range slots {
		title := t.set.Slot([]string{slotAlertJobs, slotAlertPlaces, slotAlertTime}[i])
		if values := t.s.Slots[name]; len(values) > 0 {
			lines = append(lines, Key("summary.line").With("question", Key(nameKey(title))).With("answer", t.set.Show(t.set.Slot(name), values)))
		}
	}
	return Text{Lines: lines}
}

// saveAlert makes what was wanted the alert. Who asks for it gives the
// permission for it.
func (t *turn) saveAlert() {
	if !t.s.Consented(PurposeAlerts) {
		t.record(askKey("alerts", t.set.Slot("want_right")), true, PurposeAlerts)
	}
	t.fill(slotAlertJobs, t.s.Slots["want_jobs"])
	t.fill(slotAlertPlaces, t.s.Slots["want_places"])
	t.fill(slotAlertTime, t.s.Slots["want_time"])
	t.fill(slotAlert, []string{alertOn})
	t.fill("outreach", nil)
	most := maxAlerts
	t.reply(Reply{
		Parts:   []Text{Key("alerts.saved").With("most", Text{Count: &most})},
		Buttons: [][]Button{{triggerButton("vacancies")}, {triggerButton("alerts")}, {triggerButton("menu")}},
	})
}

// alertAsScreened makes the work that the screening told of the alert of
// somebody who has none.
func (t *turn) alertAsScreened() bool {
	jobs, places, time := t.screenedSearch()
	if t.s.Value(slotAlert) != "" || len(jobs) == 0 || len(places) == 0 || len(time) == 0 {
		return false
	}
	t.fill(slotAlertJobs, jobs)
	t.fill(slotAlertPlaces, places)
	t.fill(slotAlertTime, time)
	t.fill(slotAlert, []string{alertOn})
	return true
}

// alertActs are what can be done with the alert.
func alertActs(t *turn) []option {
	second := option{value: "pausar", label: Key("button.alert_pause")}
	if t.s.Value(slotAlert) == alertPaused {
		second = option{value: "seguir", label: Key("button.alert_resume")}
	}
	return []option{{value: "cambiar", label: Key("button.alert_change")}, second, {value: "parar", label: Key("button.alert_stop")}}
}

func (t *turn) pauseAlert() {
	t.changeAlert(alertPaused, Key("alerts.paused"), "alert_resume")
}

func (t *turn) resumeAlert() {
	t.changeAlert(alertOn, Key("alerts.resumed"), "alert_pause")
}

func (t *turn) changeAlert(state string, said Text, back string) {
	if t.s.Value(slotAlert) == "" {
		said, back = Key("alerts.none"), "alerts"
	} else {
		t.fill(slotAlert, []string{state})
	}
	t.reply(Reply{Parts: []Text{said}, Buttons: [][]Button{{triggerButton(back)}, {triggerButton("menu")}}})
}

// stopAlert ends the alert and takes back the permission for it.
func (t *turn) stopAlert() {
	if t.s.Consented(PurposeAlerts) {
		t.record("alerts.stopped", false, PurposeAlerts)
	}
	t.forgetAlert()
	t.reply(Reply{Parts: []Text{Key("alerts.stopped")}, Buttons: [][]Button{{triggerButton("vacancies")}, {triggerButton("menu")}}})
}

// restAlert keeps somebody who blocked the bot and came back from being told of
// anything before they ask for it.
func (t *turn) restAlert() bool {
	if t.s.Value(slotAlert) != alertOn {
		return false
	}
	t.fill(slotAlert, []string{alertPaused})
	return true
}

func (t *turn) forgetAlert() {
	for _, slot := range []string{slotAlert, slotAlertJobs, slotAlertPlaces, slotAlertTime, slotAlertsTold} {
		t.fill(slot, nil)
	}
}

// talkWait is after how long it is looked again whether somebody of the team
// still talks with the person: nothing may come between them.
const talkWait = 2 * time.Hour

// tellAlerts tells of vacancies that fit the alert now, each with the reason, in
// one message.
func (t *turn) tellAlerts(list []Notice) {
	if t.s.Talk != 0 {
		t.wait(t.now.Add(talkWait))
		return
	}
	if !t.room() {
		t.wait(t.tomorrow())
		return
	}
	today := t.set.Today(t.now)
	sent, waiting := 0, 0
	for _, entry := range t.s.Slots[slotAlertsTold] {
		if strings.HasPrefix(entry, today.String()+" ") {
			sent++
		}
	}
	var lines []Text
	var buttons [][]Button
	for _, n := range list {
		v, there := t.in.Offer.Vacancy(n.Offer)
		reason, fits := t.alertReason(v)
		switch {
		case !there:
			t.ends(n, Withheld(GateExpired))
			continue
		case !fits:
			t.ends(n, Withheld(GateMoot))
			continue
		case t.toldOf(n.Offer):
			t.ends(n, Withheld(GateSent))
			continue
		case sent == maxAlerts && waiting == maxAlertsWaiting:
			t.ends(n, Withheld(GateCap))
			continue
		case sent == maxAlerts:
			waiting++
			t.wait(t.tomorrow())
			continue
		}
		sent++
		t.ends(n, EndTold)
		told := append(slices.Clone(t.s.Slots[slotAlertsTold]), today.String()+" "+n.Offer)
		t.fill(slotAlertsTold, told[max(0, len(told)-rememberAlerts):])
		lines = append(lines, Key("alerts.vacancy").With("title", Literal(v.Title)).With("place", t.set.vacancyPlace(v)).With("pay", Text{Money: v.Pay}), reason)
		buttons = append(buttons, []Button{{Label: t.set.vacancyLine(v), Data: TriggerData("vacancy", v.ID)}})
	}
	if len(buttons) == 0 {
		return
	}
	t.count()
	count := len(buttons)
	t.reply(Reply{
		Parts: []Text{Key("alerts.news").With("count", Text{Count: &count}), {Lines: lines}, Key("vacancy.no_fee")},
		Buttons: append(buttons,
			[]Button{triggerButton("alert_pause"), triggerButton("alert_change")},
			[]Button{triggerButton("alert_stop")}),
	})
}

// toldOf reports whether the person was told of the vacancy lately.
func (t *turn) toldOf(id string) bool {
	return slices.ContainsFunc(t.s.Slots[slotAlertsTold], func(entry string) bool { return strings.HasSuffix(entry, " "+id) })
}

// alertReason says why the person is told of a vacancy; false when they do not
// want to be any more.
func (t *turn) alertReason(v programme.VacancyShowing) (Text, bool) {
	if t.s.Value(slotAlert) != alertOn || !t.s.Consented(PurposeAlerts) {
		return Text{}, false
	}
	jobs, time := t.s.Slots[slotAlertJobs], t.s.Value(slotAlertTime)
	place := ""
	for _, p := range t.s.Slots[slotAlertPlaces] {
		if t.set.vacancySearch(jobs, p, time).Fits(v) && (place == "" || breadth(p) < breadth(place)) {
			place = p
		}
	}
	work := ""
	for _, code := range jobs {
		if work == "" && contains(t.set.Data.Occupations.Near(code), v.Occupation) || code == v.Occupation {
			work = code
		}
	}
	where := place != anyPlace && v.Mode != programme.Remote
	reason := Key("alerts.reason.any")
	switch {
	case work != "" && where:
		reason = Key("alerts.reason.work_place")
	case work != "":
		reason = Key("alerts.reason.work")
	case where:
		reason = Key("alerts.reason.place")
	}
	if work != "" {
		reason = reason.With("work", Text{Occupation: work})
	}
	if where {
		reason = reason.With("place", t.set.alertPlace(place))
	}
	return reason, place != ""
}

// breadth orders the places of alerts from a town to everywhere.
func breadth(place string) int {
	switch {
	case place == anyPlace:
		return 3
	case place == fromHome:
		return 2
	case len(place) == 2:
		return 1
	}
	return 0
}
