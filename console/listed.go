package console

import (
	"context"
	"reflect"
	"sync"

	"arraigo/programme"
	"arraigo/store"
)

// listed is the catalogue as the console shows it: everything, also what people
// may not see. It does not change; a newer one takes its place.
type listed struct {
	programme.Catalogue
	Today    programme.Date
	Verdicts map[string]programme.Assessment // of the vacancies, by id
	offers   []store.Offer                   // open courses and events with a limit of places
	indexes  sync.Map                        // what the lists of offers look at, by noun; see offerKind.index
}

// A catalogueCache keeps what was read last. A page asks for the version only,
// which is one round trip.
type catalogueCache struct {
	mu      sync.Mutex
	known   *listed
	version int64
	data    *programme.Data // by which known was checked
}

// listed is the catalogue as it is now.
func (v *visit) listed() (*listed, error) {
	return v.Server.listed.read(v.ctx(), v.store, v.set.Data, v.set.Today(v.now))
}

func (c *catalogueCache) read(ctx context.Context, s *store.Store, d *programme.Data, today programme.Date) (*listed, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	version, err := s.CatalogueVersion(ctx)
	if err != nil {
		return nil, err
	}
	if c.known != nil && c.known.Today == today && c.version == version && c.data == d {
		return c.known, nil
	}
	catalogue, version, err := s.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	if c.data != d {
		c.known = nil // checked by other figures
	}
	c.known, c.version, c.data = assess(d, catalogue, today, c.known), version, d
	return c.known, nil
}

// assess checks the vacancies. Those that are as they were keep what was found
// the same day.
func assess(d *programme.Data, catalogue programme.Catalogue, today programme.Date, before *listed) *listed {
	next := &listed{Catalogue: catalogue, Today: today, Verdicts: make(map[string]programme.Assessment, len(catalogue.Vacancies))}
	known := map[string]programme.Vacancy{}
	if before != nil && before.Today == today {
		for _, v := range before.Vacancies {
			known[v.ID] = v
		}
	}
	for _, v := range catalogue.Vacancies {
		if same, ok := known[v.ID]; ok && reflect.DeepEqual(same, v) {
			next.Verdicts[v.ID] = before.Verdicts[v.ID]
			continue
		}
		next.Verdicts[v.ID] = d.DecentWork.Check(v, today)
	}
	for _, c := range catalogue.Courses {
		if c.Places > 0 && c.Standing(today) == programme.StandingOpen {
			next.offers = append(next.offers, store.Offer{Kind: store.OfferCourse, ID: c.ID, Places: c.Places})
		}
	}
	for _, e := range catalogue.Events {
		if e.Places > 0 && e.Standing(today) == programme.StandingOpen {
			next.offers = append(next.offers, store.Offer{Kind: store.OfferEvent, ID: e.ID, Places: e.Places})
		}
	}
	return next
}

// course returns a course of the catalogue.
func (l *listed) course(id string) (programme.Course, bool) {
	for _, c := range l.Courses {
		if c.ID == id {
			return c, true
		}
	}
	return programme.Course{}, false
}

// event returns an event of the catalogue.
func (l *listed) event(id string) (programme.Event, bool) {
	for _, e := range l.Events {
		if e.ID == id {
			return e, true
		}
	}
	return programme.Event{}, false
}

// vacancy returns an offer of work of the catalogue.
func (l *listed) vacancy(id string) (programme.Vacancy, bool) {
	for _, t := range l.Vacancies {
		if t.ID == id {
			return t, true
		}
	}
	return programme.Vacancy{}, false
}
