package store_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// announcement is a draft with everything that one can have.
func announcement(id string) store.Outreach {
	return store.Outreach{
		ID: id, Kind: store.KindAnnouncement, State: store.OutreachDraft, Topic: flows.PurposeOffers, Title: "MARKER title",
		Audience: [][]flows.Entry{{{Dimension: "municipality", Value: "54001"}, {Dimension: "municipality", Value: "11001"}}, {{Dimension: "line", Value: "laboral"}}},
		Content:  map[string]store.Piece{"es": {HTML: "<b>MARKER</b>"}, "en": {HTML: "MARKER", Media: "photo", FileID: "AgAC"}},
		At:       noon.Add(time.Hour), Until: noon.Add(48 * time.Hour), Author: "s-aaaaaa", Created: noon, Size: 20000,
	}
}

func create(t testing.TB, s *store.Store, o store.Outreach) store.Outreach {
	t.Helper()
	o, err := s.CreateOutreach(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func outreachOf(t testing.TB, s *store.Store, id string) store.Outreach {
	t.Helper()
	o, err := s.Outreach(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestAnOutreachIsKeptWholeAndSealed(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		want := create(t, s, announcement("a-111111"))
		if want.Version != 1 {
			t.Errorf("version %d", want.Version)
		}
		if diff := cmp.Diff(want, outreachOf(t, s, want.ID)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if found := storetest.Find(t, s, "MARKER", "54001", "s-aaaaaa"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		if _, err := s.CreateOutreach(t.Context(), announcement("a-111111")); !errors.Is(err, store.ErrConflict) {
			t.Errorf("made twice: %v, want ErrConflict", err)
		}
		if _, err := s.Outreach(t.Context(), "a-000000"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%v, want ErrNotFound", err)
		}
		for _, bad := range []func(*store.Outreach){
			func(o *store.Outreach) { o.ID = "" }, func(o *store.Outreach) { o.ID = "a:b" }, func(o *store.Outreach) { o.ID = "ñ" },
			func(o *store.Outreach) { o.ID = strings.Repeat("a", 129) }, func(o *store.Outreach) { o.Kind = "letter" },
			func(o *store.Outreach) { o.State = "lost" }, func(o *store.Outreach) { o.Created = time.Time{} },
		} {
			o := announcement("a-222222")
			bad(&o)
			if _, err := s.CreateOutreach(t.Context(), o); err == nil || errors.Is(err, store.ErrConflict) {
				t.Errorf("%+v was taken: %v", o, err)
			}
		}
	})
}

func TestOutreachesAreListedNewestFirst(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		for i, kind := range []store.OutreachKind{store.KindAnnouncement, store.KindReminder, store.KindAnnouncement, store.KindNudge} {
			o := announcement(store.OutreachID("x", string('a'+rune(i))))
			o.Kind, o.Created = kind, noon.Add(time.Duration(i)*time.Minute)
			create(t, s, o)
		}
		list := func(limit int, kinds ...store.OutreachKind) string {
			all, err := s.Outreaches(t.Context(), kinds, limit)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, o := range all {
				ids = append(ids, o.ID)
			}
			return strings.Join(ids, " ")
		}
		for want, got := range map[string]string{
			"x.d x.c x.b x.a": list(10), "x.d x.c": list(2), "x.c x.a": list(10, store.KindAnnouncement),
			"x.c x.b": list(2, store.KindAnnouncement, store.KindReminder), "": list(0) + list(5, store.KindPlace),
		} {
			if got != want {
				t.Errorf("listed %q, want %q", got, want)
			}
		}
	})
}

// Two people approve at once, or change the same draft: one of them succeeds.
func TestAChangeOfAnotherIsAConflict(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		keys := storetest.Keys(t)
		s := storetest.Open(t, store.Config{URL: url, Keys: keys})
		o := create(t, s, announcement("a-111111"))
		change := o
		change.Title, change.State, change.ID, change.Kind = "other", store.OutreachApproval, "ignored", store.KindNudge
		next, err := s.ChangeOutreach(t.Context(), o.ID, o.Version, change)
		if err != nil || next.Version != 2 || next.ID != o.ID || next.Kind != o.Kind {
			t.Fatalf("%+v, %v", next, err)
		}
		if _, err := s.ChangeOutreach(t.Context(), o.ID, o.Version, change); !errors.Is(err, store.ErrConflict) {
			t.Errorf("%v, want ErrConflict", err)
		}
		var approved atomic.Int64
		var wg sync.WaitGroup
		for _, by := range []string{"s-bbbbbb", "s-cccccc", "s-dddddd", "s-eeeeee"} {
			replica := storetest.Open(t, store.Config{URL: url, Keys: keys})
			wg.Go(func() {
				_, err := replica.SetOutreachState(t.Context(), o.ID, []store.OutreachState{store.OutreachApproval}, store.OutreachScheduled, by, noon)
				switch {
				case err == nil:
					approved.Add(1)
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := outreachOf(t, s, o.ID); approved.Load() != 1 || got.State != store.OutreachScheduled || got.Approver == "" {
			t.Errorf("%d approved, then %+v", approved.Load(), got)
		}
	})
}

func states(t testing.TB, s *store.Store) map[string]store.OutreachState {
	t.Helper()
	all, err := s.OutreachStates(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheLifeOfAnOutreach(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		o := create(t, s, announcement("a-111111"))
		if err := s.StartOutreach(t.Context(), o.ID, o.Version+1, noon); !errors.Is(err, store.ErrConflict) {
			t.Errorf("started a version that is not: %v", err)
		}
		if n, err := s.WorkLeft(t.Context(), o.ID); n != 0 || err != nil {
			t.Errorf("work before the start: %d, %v", n, err)
		}
		if err := s.StartOutreach(t.Context(), o.ID, o.Version, noon); err != nil {
			t.Fatal(err)
		}
		if err := s.StartOutreach(t.Context(), o.ID, o.Version, noon); !errors.Is(err, store.ErrConflict) {
			t.Errorf("started twice: %v", err)
		}
		if n, err := s.WorkLeft(t.Context(), o.ID); n != store.Buckets || err != nil {
			t.Errorf("work: %d, %v", n, err)
		}
		set := func(to store.OutreachState, from ...store.OutreachState) error {
			_, err := s.SetOutreachState(t.Context(), o.ID, from, to, "s-bbbbbb", noon)
			return err
		}
		if err := set(store.OutreachPaused, store.OutreachSending); err != nil {
			t.Fatal(err)
		}
		if err := set(store.OutreachPaused, store.OutreachSending); !errors.Is(err, store.ErrConflict) {
			t.Errorf("paused twice: %v", err)
		}
		if got := states(t, s); got[o.ID] != store.OutreachPaused {
			t.Errorf("states: %v", got)
		}
		if err := set(store.OutreachCancelled, store.OutreachSending, store.OutreachPaused); err != nil {
			t.Fatal(err)
		}
		if got := states(t, s); got[o.ID] != store.OutreachCancelled {
			t.Errorf("cancelled, and those who are owed it do not hear of that: %v", got)
		}
		totals := map[string]int{"s": 3, "w:cancelled": 4}
		closed, err := s.CloseOutreach(t.Context(), o.ID, totals, noon.Add(time.Hour))
		if err != nil || closed.State != store.OutreachCancelled || closed.Live() {
			t.Errorf("closed: %+v, %v", closed, err)
		}
		if diff := cmp.Diff(totals, outreachOf(t, s, o.ID).Totals); diff != "" {
			t.Error(diff)
		}
		if got := states(t, s); len(got) != 0 {
			t.Errorf("over, and still among the states: %v", got)
		}
		if _, err := s.CloseOutreach(t.Context(), o.ID, nil, noon); !errors.Is(err, store.ErrConflict) {
			t.Errorf("closed twice: %v", err)
		}
	})
}

func TestOneCancelledBeforeItsStartIsOver(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	o := create(t, s, announcement("a-111111"))
	got, err := s.SetOutreachState(t.Context(), o.ID, []store.OutreachState{store.OutreachDraft}, store.OutreachCancelled, "s-aaaaaa", noon)
	if err != nil || got.Live() || len(states(t, s)) != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := s.StartOutreach(t.Context(), o.ID, got.Version, noon); !errors.Is(err, store.ErrConflict) {
		t.Errorf("started all the same: %v", err)
	}
}

func TestAnAutomaticOutreachIsEnsuredOnce(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	a, b := storetest.Open(t, store.Config{URL: url, Keys: keys}), storetest.Open(t, store.Config{URL: url, Keys: keys})
	o := store.Outreach{ID: store.OutreachID("vacancy", "V/01.b"), Kind: store.KindVacancyAlert, State: store.OutreachSending, Created: noon, Started: noon}
	for _, s := range []*store.Store{a, b, a} {
		if err := s.EnsureOutreach(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	if got := outreachOf(t, a, "vacancy.V_2f01_2eb"); got.Version != 1 {
		t.Errorf("%+v", got)
	}
	var c trips
	a.AddHook(&c)
	if err := a.EnsureOutreach(t.Context(), o); err != nil || c.n.Load() != 0 {
		t.Errorf("known already, and %d round trips, %v", c.n.Load(), err)
	}
}

func TestOutreachesComeUnderTheNewestKey(t *testing.T) {
	path := t.TempDir() + "/keyset.json"
	url := storetest.URL(t)
	open := func() *store.Store {
		keys, err := store.OpenKeyring(store.KeyringConfig{Path: path, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		return storetest.Open(t, store.Config{URL: url, Keys: keys})
	}
	want := create(t, open(), announcement("a-111111"))
	if err := store.RotateKeyring(path); err != nil {
		t.Fatal(err)
	}
	s := open()
	if got, err := s.Rotate(t.Context()); err != nil || got.Resealed != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if diff := cmp.Diff(want, outreachOf(t, s, want.ID)); diff != "" {
		t.Error(diff)
	}
}
