package bot

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

// desk is a bot that is not running, with a clock and a catalogue of its own.
type desk struct {
	*replica
	world     *world
	t         *testing.T
	now       time.Time
	catalogue programme.Catalogue
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)} // noon in Bogotá
	d.world = newWorld(t)
	d.replica = d.world.bot("one", func(c *Config) { c.Now = func() time.Time { return d.now } })
	var err error
	if d.catalogue, err = d.cfg.Set().Data.Samples(programme.DateOf(d.now)); err != nil {
		t.Fatal(err)
	}
	d.publish()
	return d
}

func (d *desk) publish() {
	d.t.Helper()
	if err := d.cfg.Store.PutCatalogue(d.t.Context(), d.catalogue); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) course(id string) *programme.Course {
	return &d.catalogue.Courses[slices.IndexFunc(d.catalogue.Courses, func(c programme.Course) bool { return c.ID == id })]
}

func (d *desk) event(id string) *programme.Event {
	return &d.catalogue.Events[slices.IndexFunc(d.catalogue.Events, func(e programme.Event) bool { return e.ID == id })]
}

// joins gives a chat consent and lets it do something with an offer, as a turn
// would.
func (d *desk) joins(chat int64, kind, what, id string) flows.Hold {
	d.t.Helper()
	ctx := d.t.Context()
	r, err := d.cfg.Store.Load(ctx, chat)
	if err != nil {
		d.t.Fatal(err)
	}
	out, err := d.act(ctx, r, flows.Call{Name: kind + "_" + what, Args: map[string][]string{kind: {id}}})
	if err != nil {
		d.t.Fatal(err)
	}
	r.Session.Language = "es"
	r.Session.Holds = slices.DeleteFunc(r.Session.Holds, func(h flows.Hold) bool { return h.Offer == id })
	var hold flows.Hold
	if out.Hold != nil && out.Hold.State != "" {
		hold = *out.Hold
		r.Session.Holds = append(r.Session.Holds, hold)
	}
	if _, err := d.cfg.Store.Commit(ctx, store.Turn{Record: r, Consented: true, Now: d.now}); err != nil {
		d.t.Fatal(err)
	}
	return hold
}

func (d *desk) move() {
	d.t.Helper()
	if _, err := d.moveLines(context.Background()); err != nil {
		d.t.Fatal(err)
	}
}

// notices are the kinds of what waits to be told to a chat; they are taken.
func (d *desk) notices(chat int64) []string {
	d.t.Helper()
	r, list, err := d.cfg.Store.LoadNoticed(d.t.Context(), chat)
	if err != nil {
		d.t.Fatal(err)
	}
	var kinds, ids []string
	for _, n := range list {
		kinds, ids = append(kinds, string(n.Kind)+" "+n.Offer), append(ids, n.ID)
	}
	if _, err := d.cfg.Store.Commit(d.t.Context(), store.Turn{Record: r, Consented: true, Now: d.now, Notices: list, Taken: ids}); err != nil {
		d.t.Fatal(err)
	}
	return kinds
}

func (d *desk) want(chat int64, want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.notices(chat)); diff != "" {
		d.t.Errorf("%s: to be told to %d (-want +got):\n%s", d.now, chat, diff)
	}
}

const ana, beto, caro = int64(101), int64(102), int64(103)

func TestAnOfferedPlaceEndsInWakingHoursAndBeforeTheCourse(t *testing.T) {
	d := newDesk(t)
	d.course("C-01").Places = 1
	d.publish()
	for _, chat := range []int64{ana, beto, caro} {
		d.joins(chat, "course", "reserve", "C-01")
	}
	d.move()
	d.want(ana)
	d.now = d.now.Add(10 * time.Hour) // 22:00
	d.joins(ana, "course", "leave", "C-01")
	d.move()
	place := func(chat int64) store.Place {
		p, err := d.cfg.Store.PlaceOf(t.Context(), store.Offer{Kind: "course", ID: "C-01"}, d.cfg.Store.ContactID(chat))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	// Told at 8:00 on the 24th, a day to answer.
	if p := place(beto); p.State != store.PlaceOffered || !p.Until.Equal(time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("beto has %+v", p)
	}
	d.want(beto, "place_offered C-01")
	d.now = place(beto).Until
	d.move()
	d.want(beto, "place_lost C-01")
	d.want(caro, "place_offered C-01")
	// The course begins on 8 December; the day before, 18:00, there is not a day left.
	d.joins(caro, "course", "accept", "C-01")
	d.joins(beto, "course", "reserve", "C-01")
	d.now = time.Date(2026, 12, 7, 23, 0, 0, 0, time.UTC)
	d.move()
	d.notices(caro)
	d.now = time.Date(2026, 12, 8, 16, 0, 0, 0, time.UTC)
	d.joins(caro, "course", "leave", "C-01")
	d.move()
	if p := place(beto); p.State != store.PlaceOffered || !p.Until.Equal(time.Date(2026, 12, 9, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("on the first day beto has %+v, want until 20:00", p)
	}
}

func TestTheCalendarBringsNotices(t *testing.T) {
	d := newDesk(t)
	d.course("C-01").Places = 1
	d.publish()
	d.joins(ana, "course", "reserve", "C-01") // begins on 8 December
	d.joins(beto, "course", "reserve", "C-01")
	d.joins(ana, "event", "reserve", "E-06") // on 17 December
	d.joins(caro, "event", "watch", "E-06")
	day := func(day int) { d.now = time.Date(2026, 12, day, 15, 0, 0, 0, time.UTC); d.move() }
	day(5)
	d.want(ana)
	day(6)
	d.want(ana, "confirm_course C-01")
	d.want(beto) // waits: nothing to confirm
	day(7)
	d.want(ana, "reminder C-01")
	day(17)
	d.want(ana, "reminder E-06")
	d.want(caro, "reminder E-06")
	day(18)
	d.want(ana, "event_feedback E-06")
	d.want(caro)
	day(19)
	d.want(ana)
}

func TestWhatChangesIsToldToAllConcerned(t *testing.T) {
	d := newDesk(t)
	d.course("C-01").Places = 1
	d.publish()
	d.joins(ana, "course", "reserve", "C-01")
	d.joins(beto, "course", "reserve", "C-01")
	d.joins(ana, "event", "reserve", "E-06")
	d.joins(caro, "event", "watch", "E-06")
	d.move()
	d.want(ana)
	d.course("C-01").Starts = d.course("C-01").Starts.AddDays(1)
	d.event("E-06").Place = "Otro lugar"
	d.course("C-01").Title += "!" // of no consequence for a plan
	d.publish()
	d.move()
	d.move()
	d.want(ana, "course_changed C-01", "event_changed E-06")
	d.want(beto, "course_changed C-01")
	d.want(caro, "event_changed E-06")
	d.event("E-06").State = "aplazado"
	d.course("C-01").State = "cancelado"
	d.publish()
	d.move()
	d.want(ana, "course_cancelled C-01", "event_changed E-06")
	d.want(beto, "course_cancelled C-01")
	d.want(caro, "event_changed E-06")
	if h := d.joins(caro, "course", "reserve", "C-01"); h.State != "" {
		t.Errorf("enrolled in a cancelled course: %+v", h)
	}
}

// A place is reserved before the turn commits. When the commit never comes,
// nobody must hold it for ever.
func TestAPlaceWithoutAHoldGoesBack(t *testing.T) {
	d := newDesk(t)
	d.course("C-01").Places = 1
	d.publish()
	ctx := t.Context()
	r, err := d.cfg.Store.Load(ctx, ana)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.act(ctx, r, flows.Call{Name: "course_reserve", Args: map[string][]string{"course": {"C-01"}}}); err != nil {
		t.Fatal(err)
	}
	d.joins(beto, "course", "reserve", "C-01")
	d.now = d.now.Add(time.Minute)
	d.move()
	d.want(beto)
	d.now = d.now.Add(time.Minute)
	d.move() // takes it back
	d.move() // and offers it
	d.want(beto, "place_offered C-01")
	d.now = d.now.Add(time.Hour)
	d.joins(beto, "course", "accept", "C-01")
	d.move()
	if used, waiting, err := d.cfg.Store.Taken(ctx, store.Offer{Kind: "course", ID: "C-01"}); used != 1 || waiting != 0 || err != nil {
		t.Errorf("%d taken, %d waiting, %v", used, waiting, err)
	}
}

func TestAForgedOfferReservesNothing(t *testing.T) {
	d := newDesk(t)
	if h := d.joins(ana, "course", "reserve", "C-99"); h.State != "" {
		t.Errorf("%+v", h)
	}
	if list, err := d.cfg.Store.Offers(t.Context(), d.now); len(list) != 0 || err != nil {
		t.Errorf("%v, %v", list, err)
	}
}

func TestTheTeamIsToldOfPlacesGivenBack(t *testing.T) {
	d := newDesk(t)
	tm := d.world.team("group")
	d.cfg.StaffGroup = tm.group
	d.staff = newStaff(d.cfg)
	d.joins(ana, "course", "reserve", "C-01")
	d.joins(beto, "event", "reserve", "E-06")
	d.tellOfPlaces(t.Context())
	if n := tm.count("libre"); n != 0 {
		t.Errorf("told %d times of nothing", n)
	}
	r, err := d.cfg.Store.Load(t.Context(), ana)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.cfg.Store.Commit(t.Context(), store.Turn{Record: r, Erase: true, Now: d.now}); err != nil {
		t.Fatal(err)
	}
	d.joins(beto, "event", "leave", "E-06")
	for range 3 {
		d.now = d.now.Add(tellPlaces)
		d.tellOfPlaces(t.Context())
	}
	if one, all := tm.count("(C-01): quedó libre 1 cupo"), tm.count("quedó libre"); one != 1 || all != 2 {
		t.Errorf("told of the course %d times, of all %d times, want 1 and 2", one, all)
	}
}
