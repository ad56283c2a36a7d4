package store_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// members lists everybody a filter chooses, over all buckets.
func members(t testing.TB, s *store.Store, f store.Filter) []store.ContactID {
	t.Helper()
	var out []store.ContactID
	for b := range store.Buckets {
		ids, err := s.Members(t.Context(), b, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if id.Bucket() != b {
				t.Errorf("%s in bucket %d, want %d", id, b, id.Bucket())
			}
		}
		out = append(out, ids...)
	}
	slices.Sort(out)
	found, err := s.Find(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if diff := cmp.Diff(out, found); diff != "" {
		t.Errorf("Find gives others than Members (-members +found):\n%s", diff)
	}
	return out
}

func TestFiltersChoose(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		people := map[int64][]flows.Entry{
			1: {{Dimension: "language", Value: "es"}, {Dimension: "seeks", Value: "trabajo"}},
			2: {{Dimension: "language", Value: "es"}, {Dimension: "seeks", Value: "negocio"}},
			3: {{Dimension: "language", Value: "pt"}, {Dimension: "seeks", Value: "trabajo"}, {Dimension: "seeks", Value: "negocio"}},
			4: nil,
		}
		for chat, index := range people {
			turn(t, s, chat, 0, func(tn *store.Turn) { tn.Index = index })
		}
		turn(t, s, 5, 0, func(tn *store.Turn) { // without consent nobody is found
			tn.Index, tn.Consented = people[1], false
		})
		if err := s.SetBlocked(t.Context(), load(t, s, 2).ID, true); err != nil {
			t.Fatal(err)
		}
		es, work, business := store.In("language", "es"), store.In("seeks", "trabajo"), store.In("seeks", "negocio")
		for _, c := range []struct {
			name string
			f    store.Filter
			want []int64
		}{
			{"zero value", store.Filter{}, []int64{1, 2, 3, 4}},
			{"everyone", store.Everyone(), []int64{1, 2, 3, 4}},
			{"one index", es, []int64{1, 2}},
			{"an index nobody is in", store.In("language", "ht"), nil},
			{"and", store.And(work, business), []int64{3}},
			{"and of nothing", store.And(), []int64{1, 2, 3, 4}},
			{"or", store.Or(es, work), []int64{1, 2, 3}},
			{"or of nothing", store.Or(), nil},
			{"not", store.Not(es), []int64{3, 4}},
			{"not everyone", store.Not(store.Everyone()), nil},
			{"nested", store.And(store.Or(es, business), store.Not(store.And(work, es))), []int64{2, 3}},
			{"blocked", store.Blocked(), []int64{2}},
			{"can be reached", store.Not(store.Blocked()), []int64{1, 3, 4}},
		} {
			var want []store.ContactID
			for _, chat := range c.want {
				want = append(want, load(t, s, chat).ID)
			}
			slices.Sort(want)
			if diff := cmp.Diff(want, members(t, s, c.f)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, diff)
			}
			if n, err := s.Count(t.Context(), c.f); n != len(want) || err != nil {
				t.Errorf("%s: count %d, %v, want %d", c.name, n, err, len(want))
			}
		}
	})
}

func TestAnIndexNameIsChecked(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for _, e := range []flows.Entry{{Dimension: "a:b", Value: "c"}, {Dimension: "a", Value: ""}, {Dimension: "a", Value: "b c"}, {Dimension: "a", Value: "{b1}"}, {Dimension: "status", Value: "known"}} {
		if _, err := tryTurn(t, s, ana, 0, func(tn *store.Turn) { tn.Index = []flows.Entry{e} }); err == nil {
			t.Errorf("index %q was taken", e)
		}
		if e.Dimension != "status" {
			if _, err := s.Count(t.Context(), store.In(e.Dimension, e.Value)); err == nil {
				t.Errorf("filter %q was taken", e)
			}
		}
	}
	if r := load(t, s, ana); r.Revision != 0 {
		t.Error("a refused turn left a record")
	}
	if _, err := s.Members(t.Context(), store.Buckets, store.Everyone()); err == nil {
		t.Error("bucket 256 was taken")
	}
}

// The heart of the matter: whatever happens to people in whatever order, the
// indexes say what the records say, and the roster has no stranger.
func TestIndexesAreWhatTheRecordsSay(t *testing.T) {
	srv := storetest.Open(t, store.Config{})
	const mates = 17
	bucketmates := inBucket(srv, mates, 12)
	rapid.Check(t, func(rt *rapid.T) {
		type person struct {
			entries map[flows.Entry]bool
			blocked bool
		}
		want := map[int64]person{} // those with consent
		values := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 3, rapid.ID[string])
		steps := rapid.IntRange(1, 40).Draw(rt, "steps")
		for range steps {
			chat := rapid.SampledFrom(bucketmates).Draw(rt, "chat")
			r := load(t, srv, chat)
			tn := store.Turn{Record: r, Now: noon, Consented: true}
			switch rapid.SampledFrom([]string{"turn", "turn", "turn", "refuse", "erase", "block", "stale"}).Draw(rt, "what") {
			case "turn":
				p := person{entries: map[flows.Entry]bool{}, blocked: rapid.Bool().Draw(rt, "blocked")}
				for _, d := range []string{"x", "y"} {
					for _, v := range values.Draw(rt, d) {
						p.entries[flows.Entry{Dimension: d, Value: v}] = true
					}
				}
				tn.Index = slices.Collect(maps.Keys(p.entries))
				r.Blocked = p.blocked
				want[chat] = p
			case "refuse":
				tn.Consented = false
				tn.Index = []flows.Entry{{Dimension: "x", Value: "a"}}
				delete(want, chat)
			case "erase":
				tn.Erase = true
				delete(want, chat)
			case "block":
				on := rapid.Bool().Draw(rt, "blocked")
				if err := srv.SetBlocked(t.Context(), r.ID, on); err != nil {
					rt.Fatal(err)
				}
				if p, ok := want[chat]; ok {
					p.blocked = on
					want[chat] = p
				}
				continue
			case "stale":
				r.Revision += 2
				tn.Index = []flows.Entry{{Dimension: "x", Value: "d"}}
				if _, err := srv.Commit(t.Context(), tn); !errors.Is(err, store.ErrConflict) {
					rt.Fatalf("a stale turn: %v", err)
				}
				continue
			}
			if _, err := srv.Commit(t.Context(), tn); err != nil {
				rt.Fatal(err)
			}
		}
		expect := func(name string, f store.Filter, in func(person) bool) {
			var ids []store.ContactID
			for chat, p := range want {
				if in(p) {
					ids = append(ids, load(t, srv, chat).ID)
				}
			}
			slices.Sort(ids)
			got, err := srv.Members(t.Context(), mates, f)
			if err != nil {
				rt.Fatal(err)
			}
			slices.Sort(got)
			if diff := cmp.Diff(ids, got); diff != "" {
				rt.Fatalf("%s (-want +got):\n%s", name, diff)
			}
		}
		expect("everyone", store.Everyone(), func(person) bool { return true })
		expect("blocked", store.Blocked(), func(p person) bool { return p.blocked })
		for _, d := range []string{"x", "y"} {
			for _, v := range []string{"a", "b", "c", "d"} {
				e := flows.Entry{Dimension: d, Value: v}
				expect(d+" "+v, store.In(d, v), func(p person) bool { return p.entries[e] })
			}
		}
		for chat, p := range want {
			got := map[flows.Entry]bool{}
			for _, e := range load(t, srv, chat).Entries() {
				got[e] = true
			}
			delete(got, flows.Entry{Dimension: "status", Value: "known"})
			if diff := cmp.Diff(p.entries, got); diff != "" {
				rt.Fatalf("entries of the record (-want +got):\n%s", diff)
			}
		}
		// Places of people who left are taken again before the roster grows.
		roster, err := srv.Do(t.Context(), "STRLEN", "{b17}:roster")
		if err != nil || roster.(int64) > int64(8*len(bucketmates)) {
			rt.Fatalf("roster of %v bytes for %d people, %v", roster, len(bucketmates), err)
		}
		for _, chat := range bucketmates {
			if _, err := srv.Commit(t.Context(), store.Turn{Record: load(t, srv, chat), Erase: true, Now: noon}); err != nil {
				rt.Fatal(err)
			}
		}
	})
}

// inBucket finds n chats of one bucket.
func inBucket(s *store.Store, bucket, n int) []int64 {
	var out []int64
	for chat := ana; len(out) < n; chat++ {
		if s.ContactID(chat).Bucket() == bucket {
			out = append(out, chat)
		}
	}
	return out
}
