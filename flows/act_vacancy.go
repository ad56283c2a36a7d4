package flows

import (
	"strconv"
	"unicode/utf8"

	"arraigo/programme"
)

// vacancyActions are the actions of the flows about vacancies.
var vacancyActions = together(alertActions, map[string]func(*turn){
	"suggest_search":   (*turn).suggestSearch,
	"search_vacancies": (*turn).searchVacancies,
	"show_vacancy":     (*turn).showVacancy,
	"note_interest":    (*turn).noteInterest,
	"drop_interest":    (*turn).dropInterest,
})

// vacancyCatalogues are the lists of vacancies and of what to do about one.
var vacancyCatalogues = together(alertCatalogues, map[string]catalogue{
	"vacancies":    {list: vacancyOptions, page: offersPerPage, more: otherSearch, read: typedSearch, gone: Key("vacancies.gone")},
	"vacancy_acts": {list: vacancyActs},
})

// The slots and values that the search knows by name.
const (
	slotJob      = "job"
	slotJobPlace = "job_place"
	slotJobTime  = "job_time"

	anyJob     = "todo_trabajo"
	anyPlace   = "todo_pais"
	fromHome   = "remoto"
	anyTime    = "cualquiera"
	searchElse = "change" // the option to look for something else
)

// suggestSearch looks for what the screening told, unless the person said
// otherwise.
func (t *turn) suggestSearch() {
	jobs, place, time := t.screenedSearch()
	for slot, values := range map[string][]string{slotJob: jobs, slotJobPlace: place, slotJobTime: time} {
		if len(t.s.Slots[slot]) == 0 && len(values) > 0 {
			t.fill(slot, values)
		}
	}
	t.fillBool("job_known", len(t.s.Slots[slotJob]) > 0)
}

// screenedSearch is the work that the screening told of, as far as it was asked.
func (t *turn) screenedSearch() (jobs, place, time []string) {
	jobs = t.s.Slots["occupations"]
	if code := t.s.Value("municipality"); code != "" && code != programme.PreferNotToSay {
		place = []string{code}
	}
	switch told := t.s.Value("working_time"); {
	case told == string(programme.FullTime), told == string(programme.PartTime):
		time = []string{told}
	case told != "":
		time = []string{anyTime}
	}
	return jobs, place, time
}

// vacancySearch is a search by the values of slots.
func (s *Set) vacancySearch(jobs []string, place, time string) programme.VacancySearch {
	var search programme.VacancySearch
	if !contains(jobs, anyJob) {
		for _, code := range jobs {
			search.Occupations = append(search.Occupations, s.Data.Occupations.Near(code)...)
		}
	}
	switch {
	case place == "" || place == anyPlace:
	case place == fromHome:
		search.Remote = true
	case len(place) == 2:
		search.Department = place
	default:
		search.Municipalities = []string{place}
	}
	if time != anyTime {
		search.Time = programme.WorkTime(time)
	}
	return search
}

// foundVacancies are those that fit what the person looks for. When none does
// they are the nearest: nobody is sent away with an empty list while there is
// work.
func (t *turn) foundVacancies() (list []programme.VacancyShowing, nearest bool) {
	exact := t.set.vacancySearch(t.s.Slots[slotJob], t.s.Value(slotJobPlace), t.s.Value(slotJobTime))
	anyHours := exact
	anyHours.Time = ""
	region := anyHours
	if len(exact.Municipalities) == 1 {
		region.Municipalities, region.Department = nil, exact.Municipalities[0][:2]
	}
	anywhere := programme.VacancySearch{Occupations: exact.Occupations}
	otherWork := region
	otherWork.Occupations = nil
	for i, s := range []programme.VacancySearch{exact, anyHours, region, anywhere, otherWork, {}} {
		if list := t.in.Offer.Vacancies(s); len(list) > 0 {
			return list, i > 0
		}
	}
	return nil, false
}

// searchVacancies says what was found.
func (t *turn) searchVacancies() {
	list, nearest := t.foundVacancies()
	t.fillBool("jobs_found", len(list) > 0)
	switch n := len(list); {
	case n == 0:
	case nearest:
		t.say(Key("vacancies.nearest").With("count", Text{Count: &n}))
	default:
		said := Key("vacancies.found").With("count", Text{Count: &n})
		for name, slot := range map[string]string{"jobs": slotJob, "place": slotJobPlace} {
			text := Key("option." + anyPlace)
			if values := t.s.Slots[slot]; len(values) > 0 {
				text = t.set.Show(t.set.Slot(slot), values)
			} else if slot == slotJob {
				text = Key("option." + anyJob)
			}
			said = said.With(name, text)
		}
		t.say(said)
	}
}

// vacancyOptions are the vacancies found.
func vacancyOptions(t *turn) []option {
	list, _ := t.foundVacancies()
	var all []option
	for _, v := range list {
		all = append(all, option{value: v.ID, label: t.set.vacancyLine(v)})
	}
	return all
}

func otherSearch(*turn) []option {
	return []option{{value: searchElse, label: Key("button.search")}}
}

// typedSearch looks for the work that was typed instead of an option.
func typedSearch(t *turn, typed string) map[string][]string {
	match := t.set.Data.Occupations.Match(typed)
	if match.Kind != programme.MatchExact {
		return nil
	}
	return map[string][]string{slotJob: {match.Candidates[0].Code}}
}

// vacancyLine names a vacancy and its place in a few words.
func (s *Set) vacancyLine(v programme.VacancyShowing) Text {
	return Key("vacancy.line").With("title", Literal(v.Title)).With("place", s.vacancyPlace(v))
}

// vacancyPlace is the town, or from home.
func (s *Set) vacancyPlace(v programme.VacancyShowing) Text {
	if v.Mode == programme.Remote {
		return Key("vacancy.remote")
	}
	if place, ok := s.Data.Municipalities.ByCode(v.Municipality); ok {
		return Literal(place.Name)
	}
	return Literal(v.Municipality)
}

// maxTold is how much of an employer's own words is shown, in code points.
const maxTold = 500

func told(words string) Text {
	if utf8.RuneCountInString(words) > maxTold {
		words = cut(words, maxTold-1) + "…"
	}
	return Literal(words)
}

// showVacancy tells all that a person may know of a vacancy, and that it costs
// nothing.
func (t *turn) showVacancy() {
	v, there := t.in.Offer.Vacancy(t.s.Value("vacancy"))
	t.fillBool("vacancy_there", there)
	if !there {
		return
	}
	lines := []Text{Key("vacancy.title").With("title", Literal(v.Title))}
	add := func(when bool, text Text) {
		if when {
			lines = append(lines, text)
		}
	}
	known := func(key string, otherwise Text) Text {
		if t.set.Catalog.Has("es", key) {
			return Key(key)
		}
		return otherwise
	}
	count := func(n int) Text { return Text{Count: &n} }
	add(v.Pay > 0, known("vacancy.pay."+string(v.PayKind), Key("vacancy.pay.fijo")).With("pay", Text{Money: v.Pay}))
	add(v.TransportAdded, Key("vacancy.transport"))
	add(true, known("vacancy.contract."+string(v.Contract), Key("vacancy.contract.written")))
	add(v.Months > 0, Key("vacancy.months").With("count", count(v.Months)))
	hours := Literal(strconv.FormatFloat(v.Hours, 'f', -1, 64))
	add(v.Hours > 0 && v.Days > 0, Key("vacancy.week").With("hours", hours).With("days", count(v.Days)))
	add(v.Schedule != "", Key("vacancy.schedule").With("schedule", told(v.Schedule)))
	add(true, known("vacancy.place."+string(v.Mode), Key("vacancy.place.presencial")).With("place", t.set.placeName(v.Municipality)))
	add(v.Posts > 0, Key("vacancy.posts").With("count", count(v.Posts)))
	add(v.Tasks != "", Key("vacancy.tasks").With("tasks", told(v.Tasks)))
	add(v.Requirements != "", Key("vacancy.requirements").With("requirements", told(v.Requirements)))
	add(len(v.Documents) > 0, Key("vacancy.documents").With("documents", t.documents(v.Documents)))
	checked := Key("vacancy.checked").With("fecha", t.set.day(v.CheckedOn)).With("fin", t.set.day(v.Expires))
	apply := Key("vacancy.apply.team")
	if v.Apply != "" {
		apply = Key("vacancy.apply.there").With("apply", told(v.Apply))
	}
	t.say(Text{Lines: lines}, Text{Lines: []Text{Key("vacancy.no_fee"), Key("help.fraud"), Key("vacancy.fraud")}}, Text{Lines: []Text{apply, checked}})
}

// documents names kinds of papers the way the screening does.
func (t *turn) documents(codes []string) Text {
	return t.set.Show(t.set.Slot("document"), codes)
}

// day writes a civil day.
func (s *Set) day(d programme.Date) Text {
	return Text{Date: d.At(12*60, s.Timing.defaults().Location).Unix()}
}

// vacancyActs are what can be done about the vacancy just shown. Their buttons
// name it, so that an old message never acts on another vacancy.
func vacancyActs(t *turn) []option {
	id := t.s.Value("vacancy")
	about := func(trigger string) option {
		return option{value: trigger, label: Key("button." + trigger), data: TriggerData(trigger, id)}
	}
	acts := []option{about("interest")}
	if _, held := t.s.Hold(HeldVacancy, id); held {
		acts = []option{about("uninterest")}
	}
	return append(acts, about("alert_like"), about("report_offer"), option{value: "others", label: Key("button.others")})
}

// noteInterest keeps that the person wants to be referred. Doing it twice is
// doing it once.
func (t *turn) noteInterest() {
	id := t.s.Value("interest")
	v, there := t.in.Offer.Vacancy(id)
	h, before := t.s.Hold(HeldVacancy, id)
	switch {
	case h.Why != "":
		t.sayReferral(h)
		return
	case !there:
		t.reply(Reply{Parts: []Text{Key("vacancies.gone")}, Buttons: [][]Button{{triggerButton("vacancies")}, {triggerButton("menu")}}})
		return
	case !before && len(t.s.Holds) >= MaxHolds:
		t.reply(Reply{Parts: []Text{Key("interest.full")}, Buttons: [][]Button{{triggerButton("my_data")}, {triggerButton("menu")}}})
		return
	}
	said := Key("interest.before")
	if !before {
		t.hold(Hold{Kind: HeldVacancy, Offer: id, State: HoldInterested, Ends: t.set.EndOf(v.Expires).Unix()})
		said = Key("interest.noted")
	}
	parts := []Text{said.With("title", Literal(v.Title))}
	buttons := [][]Button{{{Label: Key("button.uninterest"), Data: TriggerData("uninterest", id)}}}
	switch paper := t.s.Value("document"); {
	case t.s.Value("outcome_laboral") == "":
		parts = append(parts, Key("interest.screening"))
		buttons = append(buttons, []Button{triggerButton("screening")})
	case paper != "" && paper != programme.PreferNotToSay && !contains(v.Documents, paper):
		parts = append(parts, Key("interest.document").With("documents", t.documents(v.Documents)))
		buttons = append(buttons, []Button{triggerButton("human")})
	}
	buttons = append(buttons, []Button{triggerButton("vacancies")}, []Button{triggerButton("menu")})
	t.reply(Reply{Parts: append(parts, Key("help.fraud")), Buttons: buttons})
}

// dropInterest takes the interest back.
func (t *turn) dropInterest() {
	id := t.s.Value("interest")
	t.hold(Hold{Kind: HeldVacancy, Offer: id})
	t.reply(Reply{
		Parts:   []Text{Key("interest.dropped").With("title", Literal(offerTitle(t.in.Offer, HeldVacancy, id)))},
		Buttons: [][]Button{{triggerButton("vacancies")}, {triggerButton("menu")}},
	})
}
