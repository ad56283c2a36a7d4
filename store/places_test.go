package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// baking is an offer of so many places.
func baking(places int) store.Offer {
	return store.Offer{Kind: store.OfferCourse, ID: "C-01", Version: 1, Places: places, Standing: programme.StandingOpen, Ends: noon.Add(30 * 24 * time.Hour)}
}

func reserve(t testing.TB, s *store.Store, o store.Offer, id store.ContactID, size int) store.Place {
	t.Helper()
	p, err := s.Reserve(t.Context(), o, id, size, noon)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func moveLine(t testing.TB, s *store.Store, o store.Offer, now time.Time) store.Line {
	t.Helper()
	l, err := s.MoveLine(t.Context(), o, now, now.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// untold returns what is to be told, without the checks, as "who kind".
func untold(t testing.TB, s *store.Store, o store.Offer, names map[store.ContactID]string) []string {
	t.Helper()
	all, err := s.Untold(t.Context(), []store.Offer{o})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range all {
		if x.Kind != store.TellCheck {
			out = append(out, names[x.Contact]+" "+x.Kind)
		}
	}
	slices.Sort(out)
	return out
}

func TestAFreedPlaceGoesToTheNextInTheLine(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		o := baking(2)
		a, b, c, d := s.ContactID(1), s.ContactID(2), s.ContactID(3), s.ContactID(4)
		names := map[store.ContactID]string{a: "a", b: "b", c: "c", d: "d"}
		for i, want := range []store.Place{
			{State: store.PlaceTaken, Size: 1, Changed: true},
			{State: store.PlaceTaken, Size: 1, Changed: true},
			{State: store.PlaceWaiting, Size: 1, Position: 1, Changed: true},
			{State: store.PlaceWaiting, Size: 1, Position: 2, Changed: true},
		} {
			id := s.ContactID(int64(i + 1))
			if diff := cmp.Diff(want, reserve(t, s, o, id, 1)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", names[id], diff)
			}
			want.Changed = false
			if got, err := s.PlaceOf(t.Context(), o, id); err != nil || got != want {
				t.Errorf("%s looks at %+v, %v", names[id], got, err)
			}
			if diff := cmp.Diff(want, reserve(t, s, o, id, 1)); diff != "" {
				t.Errorf("%s again (-want +got):\n%s", names[id], diff)
			}
		}
		if p, err := s.Withdraw(t.Context(), o, a); err != nil || p.State != store.PlaceTaken || !p.Changed {
			t.Fatalf("withdraw: %+v, %v", p, err)
		}
		if p, err := s.Withdraw(t.Context(), o, a); err != nil || p.Changed {
			t.Errorf("withdraw again: %+v, %v", p, err)
		}
		// Between the freeing and the next look, nobody passes those who wait.
		if p := reserve(t, s, o, a, 1); p.State != store.PlaceWaiting || p.Position != 3 {
			t.Errorf("a passed the line: %+v", p)
		}
		if diff := cmp.Diff(store.Line{Made: 1}, moveLine(t, s, o, noon)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"c place_offered"}, untold(t, s, o, names)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if got := reserve(t, s, o, c, 1); got.State != store.PlaceOffered || !got.Until.Equal(noon.Add(24*time.Hour)) {
			t.Errorf("c: %+v", got)
		}
		// c lets the time pass: too late to accept, d is offered it.
		later := noon.Add(24 * time.Hour)
		if p, err := s.Accept(t.Context(), o, c, later); err != nil || p.State != store.PlaceLate {
			t.Errorf("a late accept: %+v, %v", p, err)
		}
		if diff := cmp.Diff(store.Line{Lost: 1, Made: 1}, moveLine(t, s, o, later)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"c place_lost", "d place_offered"}, untold(t, s, o, names)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		// d declines, a accepts, twice.
		if p, err := s.Decline(t.Context(), o, d); err != nil || !p.Changed {
			t.Errorf("decline: %+v, %v", p, err)
		}
		moveLine(t, s, o, later)
		for i := range 2 {
			p, err := s.Accept(t.Context(), o, a, later)
			if err != nil || p.State != store.PlaceTaken || p.Changed != (i == 0) {
				t.Errorf("accept %d: %+v, %v", i, p, err)
			}
		}
		if p, err := s.Decline(t.Context(), o, a); err != nil || p.Changed {
			t.Errorf("an old decline took the place: %+v, %v", p, err)
		}
		if used, waiting, err := s.Taken(t.Context(), o); used != 2 || waiting != 0 || err != nil {
			t.Errorf("%d taken, %d waiting, %v", used, waiting, err)
		}
	})
}

func TestTheTermsOfAnOlderCatalogueAreIgnored(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	old := baking(2)
	now := old
	now.Version, now.Places = 2, 1
	reserve(t, s, now, s.ContactID(1), 1)
	if p := reserve(t, s, old, s.ContactID(2), 1); p.State != store.PlaceWaiting {
		t.Errorf("a replica that lags behind gave a place away: %+v", p)
	}
	now.Version, now.Standing = 3, programme.StandingCancelled
	moveLine(t, s, now, noon)
	if p := reserve(t, s, old, s.ContactID(3), 1); p.State != store.PlaceShut {
		t.Errorf("enrolled in a cancelled course: %+v", p)
	}
	now.Version, now.Standing, now.Places = 4, programme.StandingOpen, 5
	if l := moveLine(t, s, now, noon); l.Made != 1 {
		t.Errorf("more places were not offered: %+v", l)
	}
	now.Version, now.Standing = 5, programme.StandingCancelled
	if p, err := s.Accept(t.Context(), now, s.ContactID(2), noon); err != nil || p.State != store.PlaceShut {
		t.Errorf("accepted a place in a cancelled course: %+v, %v", p, err)
	}
}

func TestAPartyWaitsForPlacesThatFit(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	o := baking(4)
	family, pair, one := s.ContactID(1), s.ContactID(2), s.ContactID(3)
	reserve(t, s, o, s.ContactID(9), 3)
	if p := reserve(t, s, o, family, 4); p.State != store.PlaceWaiting {
		t.Fatalf("%+v", p)
	}
	if p := reserve(t, s, o, s.ContactID(8), 5); p.State != store.PlaceFull {
		t.Errorf("a party larger than the room: %+v", p)
	}
	if p := reserve(t, s, o, pair, 2); p.State != store.PlaceWaiting || p.Position != 2 {
		t.Errorf("%+v", p)
	}
	if p := reserve(t, s, o, one, 1); p.State != store.PlaceTaken { // nobody who waits fits one place
		t.Errorf("%+v", p)
	}
	if _, err := s.Withdraw(t.Context(), o, s.ContactID(9)); err != nil {
		t.Fatal(err)
	}
	moveLine(t, s, o, noon)
	if p := reserve(t, s, o, pair, 2); p.State != store.PlaceOffered {
		t.Errorf("the first who fits: %+v", p)
	}
	if p := reserve(t, s, o, family, 4); p.State != store.PlaceWaiting || p.Position != 1 {
		t.Errorf("%+v", p)
	}
}

func TestTellAllTellsOncePerMark(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	o := baking(1)
	a, b, c := s.ContactID(1), s.ContactID(2), s.ContactID(3)
	names := map[store.ContactID]string{a: "a", b: "b", c: "c"}
	reserve(t, s, o, a, 1)
	reserve(t, s, o, b, 1)
	if err := s.Watch(t.Context(), o, c, noon); err != nil {
		t.Fatal(err)
	}
	all := []store.PlaceState{store.PlaceTaken, store.PlaceWaiting, store.PlaceOffered, store.PlaceWatching}
	for i, want := range []int{3, 0} {
		if n, err := s.TellAll(t.Context(), o, "changed", "print1", false, all...); n != want || err != nil {
			t.Errorf("time %d: %d told, %v, want %d", i, n, err, want)
		}
	}
	for i, want := range []int{0, 0, 3} { // how things are, the same again, a change
		n, err := s.TellAll(t.Context(), o, "moved", []string{"print1", "print1", "print2"}[i], true, all...)
		if n != want || err != nil {
			t.Errorf("look %d: %d told, %v, want %d", i, n, err, want)
		}
	}
	if diff := cmp.Diff([]string{"a changed", "a moved", "b changed", "b moved", "c changed", "c moved"}, untold(t, s, o, names)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list, err := s.Untold(t.Context(), []store.Offer{o})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.TellAll(t.Context(), o, "changed", "print3", false, store.PlaceTaken); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, x := range list {
		if err := s.Told(t.Context(), x); err != nil {
			t.Fatal(err)
		}
	}
	// What became true after the list was read is still to be told.
	if diff := cmp.Diff([]string{"a changed"}, untold(t, s, o, names)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// Changed back and once more: no two of these are the same news.
	marks := map[string]bool{}
	for _, print := range []string{"print1", "print2", "print1"} {
		if n, err := s.TellAll(t.Context(), o, "moved", print, true, store.PlaceTaken); n != 1 || err != nil {
			t.Errorf("%s: %d, %v", print, n, err)
		}
		list, err := s.Untold(t.Context(), []store.Offer{o})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			if x.Kind == "moved" {
				marks[x.Mark] = true
			}
		}
	}
	if len(marks) != 3 {
		t.Errorf("three changes have the marks %v", marks)
	}
	if p := reserve(t, s, o, c, 1); p.State != store.PlaceWaiting {
		t.Errorf("who watched may wait too: %+v", p)
	}
}

func TestErasureGivesPlacesBack(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		live(t, s, ana)
		live(t, s, beto)
		me, other := s.ContactID(ana), s.ContactID(beto)
		full, fair, watched := baking(1), baking(5), baking(0)
		fair.ID, watched.Kind, watched.ID = "C 02/ñ", store.OfferEvent, "E-01"
		reserve(t, s, full, me, 1)
		reserve(t, s, full, other, 1)
		reserve(t, s, fair, me, 3)
		if err := s.Watch(t.Context(), watched, me, noon); err != nil {
			t.Fatal(err)
		}
		if got := kinds(t, s, ana)["places-size"]; got != 3 {
			t.Errorf("listed as held in %d offers, want 3", got)
		}
		turn(t, s, ana, 1001, func(tn *store.Turn) { tn.Erase = true })
		if found := storetest.Find(t, s, string(me)); len(found) > 0 {
			t.Errorf("left: %v", found)
		}
		if l := moveLine(t, s, full, noon); l.Made != 1 {
			t.Errorf("%+v", l)
		}
		if l := moveLine(t, s, fair, noon); l.Free != 5 {
			t.Errorf("%+v", l)
		}
		given, err := s.GivenBack(t.Context(), noon)
		if err != nil || len(given) != 2 || given[0].Places+given[1].Places != 4 {
			t.Errorf("the team is to be told of %v, %v", given, err)
		}
		for _, g := range given {
			if err := s.ToldGivenBack(t.Context(), g); err != nil {
				t.Fatal(err)
			}
		}
		if given, err := s.GivenBack(t.Context(), noon); err != nil || len(given) != 0 {
			t.Errorf("the team is told again: %v, %v", given, err)
		}
		// Who is offered a place and leaves moves the offer on, too.
		turn(t, s, beto, 1001, func(tn *store.Turn) { tn.Consented = false })
		for _, found := range storetest.Find(t, s, string(other)) {
			if strings.HasPrefix(found, "{o:") {
				t.Errorf("without consent left: %v", found)
			}
		}
		if used, waiting, err := s.Taken(t.Context(), full); used != 0 || waiting != 0 || err != nil {
			t.Errorf("%d taken, %d waiting, %v", used, waiting, err)
		}
	})
}

func TestPlacesEndWithTheirOffer(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	o := baking(1)
	reserve(t, s, o, s.ContactID(1), 1)
	ttl, err := s.Do(t.Context(), "TTL", "{o:course:C-01}:size")
	want := int64((30 + 90) * 24 * 3600)
	if err != nil || ttl.(int64) > want || ttl.(int64) < want-60 {
		t.Errorf("lifetime %v s, %v, want %d", ttl, err, want)
	}
	if list, err := s.Offers(t.Context(), noon); len(list) != 1 || list[0].ID != "C-01" || err != nil {
		t.Errorf("listed: %v, %v", list, err)
	}
	if list, err := s.Offers(t.Context(), noon.Add(125*24*time.Hour)); len(list) != 0 || err != nil {
		t.Errorf("after the end: %v, %v", list, err)
	}
	if err := s.DropOffers(t.Context(), noon.Add(125*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if list, err := s.Offers(t.Context(), noon); len(list) != 0 || err != nil {
		t.Errorf("still listed: %v, %v", list, err)
	}
}

// A room is the model of an offer's places: lists in memory.
type room struct {
	places  int
	taken   map[string]int
	offered map[string]int
	line    []string
	size    map[string]int
}

func (r *room) used() int {
	n := 0
	for _, m := range []map[string]int{r.taken, r.offered} {
		for _, size := range m {
			n += size
		}
	}
	return n
}

func (r *room) free() int { return r.places - r.used() }

func (r *room) state(who string) store.PlaceState {
	switch {
	case r.taken[who] > 0:
		return store.PlaceTaken
	case r.offered[who] > 0:
		return store.PlaceOffered
	case slices.Contains(r.line, who):
		return store.PlaceWaiting
	}
	return store.PlaceNone
}

func (r *room) reserve(who string, size int) store.PlaceState {
	switch {
	case r.state(who) != store.PlaceNone:
	case size > r.places:
		return store.PlaceFull
	case size <= r.free() && !slices.ContainsFunc(r.line, func(w string) bool { return r.size[w] <= r.free() }):
		r.taken[who] = size
	default:
		r.line, r.size[who] = append(r.line, who), size
	}
	return r.state(who)
}

func (r *room) leave(who string) {
	delete(r.taken, who)
	delete(r.offered, who)
	r.line = slices.DeleteFunc(r.line, func(w string) bool { return w == who })
}

func (r *room) move(expire bool) {
	if expire {
		clear(r.offered)
	}
	for _, who := range slices.Clone(r.line) {
		if size := r.size[who]; size <= r.free() {
			r.leave(who)
			r.offered[who] = size
		}
	}
}

// Whatever people do in whatever order, the scripts do as the model does.
func TestPlacesFollowTheModel(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		ctx := context.Background()
		o := baking(rapid.IntRange(1, 6).Draw(rt, "places"))
		o.ID = fmt.Sprintf("C-%d", run)
		m := &room{places: o.Places, taken: map[string]int{}, offered: map[string]int{}, size: map[string]int{}}
		now := noon
		people := map[string]store.ContactID{}
		for i := range 6 {
			people[string(rune('a'+i))] = s.ContactID(int64(run*10 + i))
		}
		who := rapid.SampledFrom(slices.Sorted(maps.Keys(people)))
		fail := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"reserve": func(rt *rapid.T) {
				w, size := who.Draw(rt, "who"), rapid.IntRange(1, 4).Draw(rt, "size")
				p, err := s.Reserve(ctx, o, people[w], size, now)
				fail(err)
				if want := m.reserve(w, size); p.State != want {
					rt.Fatalf("%s: %s, want %s", w, p.State, want)
				}
				if p.State == store.PlaceWaiting && p.Position != slices.Index(m.line, w)+1 {
					rt.Fatalf("%s is at %d, want %d", w, p.Position, slices.Index(m.line, w)+1)
				}
			},
			"withdraw": func(rt *rapid.T) {
				w := who.Draw(rt, "who")
				p, err := s.Withdraw(ctx, o, people[w])
				fail(err)
				if p.State != m.state(w) {
					rt.Fatalf("%s left %s, want %s", w, p.State, m.state(w))
				}
				m.leave(w)
			},
			"accept": func(rt *rapid.T) {
				w := who.Draw(rt, "who")
				p, err := s.Accept(ctx, o, people[w], now)
				fail(err)
				if size := m.offered[w]; size > 0 {
					m.leave(w)
					m.taken[w] = size
				}
				if p.State != m.state(w) {
					rt.Fatalf("%s: %s, want %s", w, p.State, m.state(w))
				}
			},
			"decline": func(rt *rapid.T) {
				w := who.Draw(rt, "who")
				_, err := s.Decline(ctx, o, people[w])
				fail(err)
				if m.offered[w] > 0 {
					m.leave(w)
				}
			},
			"move": func(*rapid.T) {
				_, err := s.MoveLine(ctx, o, now, now.Add(time.Hour))
				fail(err)
				m.move(false)
			},
			"expire": func(*rapid.T) {
				now = now.Add(time.Hour)
				_, err := s.MoveLine(ctx, o, now, now.Add(time.Hour))
				fail(err)
				m.move(true)
			},
			"more places": func(*rapid.T) {
				o.Version++
				o.Places++
				m.places++
				_, err := s.MoveLine(ctx, o, now, now.Add(time.Hour))
				fail(err)
				m.move(false)
			},
			"": func(*rapid.T) {
				used, waiting, err := s.Taken(ctx, o)
				fail(err)
				if used != m.used() || waiting != len(m.line) || used > o.Places {
					rt.Fatalf("%d used, %d waiting of %d places, want %d and %d", used, waiting, o.Places, m.used(), len(m.line))
				}
			},
		})
	})
}

// A thousand people want thirty places in the same moment, through two
// processes: thirty get one, the others stand in one line.
func TestAThousandAtOnce(t *testing.T) {
	const people, seats = 1000, 30
	url, keys := storetest.URL(t), storetest.Keys(t)
	replicas := []*store.Store{storetest.Open(t, store.Config{URL: url, Keys: keys}), storetest.Open(t, store.Config{URL: url, Keys: keys})}
	o := baking(seats)
	got := make([]store.Place, people)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			<-start
			for { // as a redelivered update would
				p, err := replicas[i%2].Reserve(t.Context(), o, replicas[0].ContactID(int64(i)), 1, noon)
				if errors.Is(err, store.ErrUnavailable) { // the pool of connections is small
					continue
				}
				if err != nil {
					t.Error(err)
				}
				got[i] = p
				return
			}
		})
	}
	began := time.Now()
	close(start)
	wg.Wait()
	t.Logf("%d reservations in %s", people, time.Since(began).Round(time.Millisecond))
	positions, taken := map[int]bool{}, 0
	for i, p := range got {
		switch p.State {
		case store.PlaceTaken:
			taken++
		case store.PlaceWaiting:
			positions[p.Position] = true
			if again := reserve(t, replicas[0], o, replicas[0].ContactID(int64(i)), 1); again.Position != p.Position {
				t.Fatalf("stood at %d, now at %d", p.Position, again.Position)
			}
		default:
			t.Fatalf("%+v", p)
		}
	}
	if taken != seats || len(positions) != people-seats {
		t.Errorf("%d have a place and %d a position, want %d and %d", taken, len(positions), seats, people-seats)
	}
	for n := 1; n <= people-seats; n++ {
		if !positions[n] {
			t.Fatalf("nobody stands at %d", n)
		}
	}
	if used, waiting, err := replicas[1].Taken(t.Context(), o); used != seats || waiting != people-seats || err != nil {
		t.Errorf("%d used, %d waiting, %v", used, waiting, err)
	}
}

func TestAClusterServesPlaces(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: "redis://" + strings.Join(cluster(t), ",")})
	for i := range 12 {
		o := baking(1)
		o.ID = fmt.Sprintf("C-%d", i)
		turn(t, s, 7, int64(2*i+1), nil)
		reserve(t, s, o, s.ContactID(7), 1)
		reserve(t, s, o, s.ContactID(8), 1)
		if err := s.Watch(t.Context(), o, s.ContactID(9), noon); err != nil {
			t.Fatal(err)
		}
		if n, err := s.TellAll(t.Context(), o, "changed", "x", false, store.PlaceTaken, store.PlaceWaiting); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		turn(t, s, 7, int64(2*i+2), func(tn *store.Turn) { tn.Erase = true })
		if l := moveLine(t, s, o, noon); l.Made != 1 {
			t.Errorf("%+v", l)
		}
		if p, err := s.Accept(t.Context(), o, s.ContactID(8), noon); err != nil || p.State != store.PlaceTaken {
			t.Error(p, err)
		}
	}
	if faults, err := s.Audit(t.Context()); len(faults) != 0 || err != nil {
		t.Errorf("audit: %v, %v", faults, err)
	}
}
