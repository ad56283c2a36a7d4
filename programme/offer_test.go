package programme

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sampleOffer(t testing.TB, d *Data, today Date) *Offer {
	t.Helper()
	c, err := d.Samples(today)
	if err != nil {
		t.Fatal(err)
	}
	return NewOffer(d, c, today)
}

func ids[T any](list []T, id func(T) string) []string {
	var out []string
	for _, v := range list {
		out = append(out, id(v))
	}
	return out
}

func courseIDs(list []Course) []string { return ids(list, func(c Course) string { return c.ID }) }
func eventIDs(list []Event) []string   { return ids(list, func(e Event) string { return e.ID }) }
func vacancyIDs(list []VacancyShowing) []string {
	return ids(list, func(v VacancyShowing) string { return v.ID })
}

func TestOfferShowsOnlyPublishableVacancies(t *testing.T) {
	d := load(t)
	o := sampleOffer(t, d, samplesDay)
	var want []string
	for _, row := range sampleRows(t, "vacantes.csv") {
		if r := row["resultado_esperado"]; r == "aprobada" || r == "aprobada_con_aviso" {
			want = append(want, row["id"])
		}
	}
	if diff := cmp.Diff(want, vacancyIDs(o.Vacancies(VacancySearch{}))); diff != "" {
		t.Errorf("shown (-want +got):\n%s", diff)
	}
	for _, id := range []string{"V-11", "V-18", "V-19", "V-20"} { // R, B, C and R
		if _, ok := o.Vacancy(id); ok {
			t.Errorf("%s is shown", id)
		}
		if _, ok := o.VacancyTitle(id); ok {
			t.Errorf("%s can be read about", id)
		}
	}
	v, ok := o.Vacancy("V-01")
	if !ok || v.Time != FullTime || v.CheckedOn != samplesDay {
		t.Errorf("V-01: %+v", v)
	}
}

func TestOfferForgetsNoTitle(t *testing.T) {
	d := load(t)
	c, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	c.Vacancies[1].Withdrawn = samplesDay // V-02
	for _, today := range []Date{samplesDay, {2027, 1, 15}} {
		o := NewOffer(d, c, today)
		if _, ok := o.Vacancy("V-02"); ok {
			t.Errorf("%s: a withdrawn vacancy is shown", today)
		}
		if title, _ := o.VacancyTitle("V-02"); title != "Operario de confección" {
			t.Errorf("%s: title %q", today, title)
		}
	}
	o := NewOffer(d, c, Date{2027, 1, 15}) // all are over
	if got := o.Vacancies(VacancySearch{}); len(got) > 0 {
		t.Errorf("shown after the end: %v", vacancyIDs(got))
	}
	if title, _ := o.VacancyTitle("V-01"); title != "Auxiliar de cocina" {
		t.Errorf("title %q", title)
	}
	if _, ok := o.VacancyTitle("V-16"); ok {
		t.Error("a refused vacancy can be read about once it is over")
	}
}

func TestOfferLists(t *testing.T) {
	o := sampleOffer(t, load(t), samplesDay)
	for name, c := range map[string]struct {
		search CourseSearch
		want   []string
	}{
		"all, by start":     {CourseSearch{}, []string{"C-01", "C-03", "C-10", "C-08", "C-02", "C-07", "C-11", "C-09", "C-06", "C-05", "C-04"}},
		"line":              {CourseSearch{Line: Emprendimiento}, []string{"C-08", "C-07", "C-09"}},
		"virtual":           {CourseSearch{Mode: Virtual}, []string{"C-11", "C-09"}},
		"municipality":      {CourseSearch{Municipality: "54001"}, []string{"C-01"}},
		"department":        {CourseSearch{Department: "08"}, []string{"C-02", "C-06"}},
		"dates":             {CourseSearch{From: Date{2026, 12, 2}, To: Date{2026, 12, 5}}, []string{"C-03", "C-10", "C-08"}},
		"line and place":    {CourseSearch{Line: InclusionLaboral, Municipality: "44001"}, nil},
		"closed stays away": {CourseSearch{Municipality: "54874"}, nil},
	} {
		if diff := cmp.Diff(c.want, courseIDs(o.Courses(c.search))); diff != "" {
			t.Errorf("courses, %s (-want +got):\n%s", name, diff)
		}
	}
	for name, c := range map[string]struct {
		search EventSearch
		want   []string
	}{
		"all, by day":  {EventSearch{}, []string{"E-03", "E-08", "E-01", "E-06", "E-02", "E-04", "E-09", "E-05", "E-07"}},
		"line":         {EventSearch{Line: InclusionLaboral}, []string{"E-08", "E-01"}},
		"municipality": {EventSearch{Municipality: "11001"}, []string{"E-08"}},
		"department":   {EventSearch{Department: "44"}, []string{"E-03"}},
		"from":         {EventSearch{From: Date{2026, 12, 19}}, []string{"E-05", "E-07"}},
	} {
		if diff := cmp.Diff(c.want, eventIDs(o.Events(c.search))); diff != "" {
			t.Errorf("events, %s (-want +got):\n%s", name, diff)
		}
	}
	if c, ok := o.Course("C-12"); !ok || c.Standing(samplesDay) != StandingEnded {
		t.Errorf("a closed course is not found: %v", ok)
	}
	if e, ok := o.Event("E-10"); !ok || e.Standing(samplesDay) != StandingPostponed {
		t.Errorf("a postponed event is not found: %v", ok)
	}
}

func TestVacancySearch(t *testing.T) {
	d := load(t)
	c, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	base := c.Vacancies[0] // V-01: cook's help, 54001, full time
	vary := func(id string, change func(*Vacancy)) {
		v := base
		v.ID = id
		change(&v)
		c.Vacancies = append(c.Vacancies, v)
	}
	c.Vacancies = []Vacancy{base}
	vary("half", func(v *Vacancy) { v.Hours, v.Days = 21, 5 })
	vary("remote", func(v *Vacancy) { v.Mode, v.Municipality, v.Occupation = Remote, "11001", "411" })
	vary("mixed", func(v *Vacancy) { v.Mode, v.Municipality = Mixed, "11001" })
	vary("later", func(v *Vacancy) { v.Published = samplesDay.AddDays(1) })
	vary("newest", func(v *Vacancy) { v.Published, v.Municipality = samplesDay, "54874" })
	o := NewOffer(d, c, samplesDay)
	for name, s := range map[string]struct {
		search VacancySearch
		want   []string
	}{
		"everything":        {VacancySearch{}, []string{"newest", "V-01", "half", "mixed", "remote"}},
		"one occupation":    {VacancySearch{Occupations: []string{"941"}}, []string{"newest", "V-01", "half", "mixed"}},
		"any of three":      {VacancySearch{Occupations: []string{"111", "411", "815"}}, []string{"remote"}},
		"municipality":      {VacancySearch{Municipalities: []string{"54001"}}, []string{"V-01", "half", "remote"}},
		"several":           {VacancySearch{Municipalities: []string{"54874", "11001"}}, []string{"newest", "mixed", "remote"}},
		"department":        {VacancySearch{Department: "54"}, []string{"newest", "V-01", "half", "remote"}},
		"remote":            {VacancySearch{Remote: true}, []string{"remote"}},
		"part time":         {VacancySearch{Time: PartTime}, []string{"half"}},
		"nothing like that": {VacancySearch{Occupations: []string{"941"}, Remote: true}, nil},
	} {
		if diff := cmp.Diff(s.want, vacancyIDs(o.Vacancies(s.search))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNoOffer(t *testing.T) {
	var o *Offer
	if len(o.Courses(CourseSearch{}))+len(o.Events(EventSearch{}))+len(o.Vacancies(VacancySearch{}))+len(o.HelpLines("11001")) > 0 || !o.Today().IsZero() {
		t.Error("no offer offers something")
	}
	_, course := o.Course("C-01")
	_, event := o.Event("E-01")
	_, title := o.VacancyTitle("V-01")
	if course || event || title {
		t.Error("no offer knows something")
	}
}

func TestSamplesKeepDaysOfTheWeek(t *testing.T) {
	d := load(t)
	for _, shift := range []int{0, 1, 6, 7, 8, 100, -3} {
		today := samplesDay.AddDays(shift)
		c, err := d.Samples(today)
		if err != nil {
			t.Fatal(err)
		}
		course := c.Courses[0]
		if course.Starts.Weekday() != (Date{2026, 12, 1}).Weekday() {
			t.Errorf("%s: a course for Tuesdays starts on %s", today, course.Starts.Weekday())
		}
		if left := course.Starts.DaysSince(today); left < 9 || left > 15 {
			t.Errorf("%s: starts in %d days", today, left)
		}
		o := NewOffer(d, c, today)
		if n := len(o.Courses(CourseSearch{})); n != 11 {
			t.Errorf("%s: %d courses", today, n)
		}
		if n := len(o.Events(EventSearch{})); n != 9 {
			t.Errorf("%s: %d events", today, n)
		}
		if n := len(o.Vacancies(VacancySearch{})); n < 10 {
			t.Errorf("%s: %d vacancies", today, n)
		}
		if !slices.Contains(vacancyIDs(o.Vacancies(VacancySearch{})), "V-01") {
			t.Errorf("%s: V-01 is not shown", today)
		}
	}
}

func TestOfferHelpLines(t *testing.T) {
	d := load(t)
	numbers := func(c Catalogue) []string {
		return ids(NewOffer(d, c, samplesDay).HelpLines("11001"), func(l HelpLine) string { return l.Number })
	}
	built := numbers(Catalogue{})
	if !slices.Contains(built, "123") {
		t.Fatalf("built in: %v", built)
	}
	checked := HelpLine{ID: "X", Number: "6011234567", VerifiedOn: samplesDay, VerifiedBy: "coordinacion", Order: 1}
	if got := numbers(Catalogue{HelpLines: []HelpLine{checked}}); !slices.Contains(got, "6011234567") || !slices.Contains(got, "123") {
		t.Errorf("with one imported line: %v", got)
	}
	checked.Withdrawn = samplesDay
	if diff := cmp.Diff(built, numbers(Catalogue{HelpLines: []HelpLine{checked}})); diff != "" {
		t.Errorf("with a withdrawn line (-want +got):\n%s", diff)
	}
}
