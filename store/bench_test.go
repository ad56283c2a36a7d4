package store_test

import (
	"encoding/json"
	"os"
	"strconv"
	"testing"
	"time"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

// benchPeople is ARRAIGO_BENCH_PEOPLE, or ten thousand.
func benchPeople(b *testing.B) int {
	b.Helper()
	if n, err := strconv.Atoi(os.Getenv("ARRAIGO_BENCH_PEOPLE")); err == nil {
		return n
	}
	return 10_000
}

// BenchmarkPerson says what a screened person costs in Redis, all in: every key
// of 10,000 people divided by 10,000, as MEMORY USAGE counts it, and as the
// server's used_memory grows. The target is 1 KB.
func BenchmarkPerson(b *testing.B) {
	people := benchPeople(b)
	for range b.N {
		srv := storetest.Start(b, "--appendonly", "no")
		s := storetest.Open(b, store.Config{URL: srv.URL(0), Lease: time.Hour})
		before := usedMemory(b, s)
		fill(b, s, people)
		b.ReportMetric(float64(usedMemory(b, s)-before)/float64(people), "used_memory/person")
		total := int64(0)
		for name, n := range memoryUsage(b, s) {
			total += n
			b.ReportMetric(float64(n)/float64(people), name+"/person")
		}
		b.ReportMetric(float64(total)/float64(people), "bytes/person")
	}
	b.ReportMetric(0, "ns/op")
}

// Whom a new vacancy may interest: 20 people among ARRAIGO_BENCH_PEOPLE. The time
// is that of the matches and of 256 small answers; everybody else is bits.
func BenchmarkFind(b *testing.B) {
	people := benchPeople(b)
	s := storetest.Open(b, store.Config{URL: storetest.Start(b, "--appendonly", "no").URL(0)})
	fill(b, s, people)
	index := []flows.Entry{{Dimension: "alert", Value: "activo"}, {Dimension: "alert_job", Value: "512"}, {Dimension: "alert_place", Value: "54001"}, {Dimension: "alert_time", Value: "cualquiera"}}
	for n := range 20 {
		turn(b, s, int64(n+1), 0, func(tn *store.Turn) { tn.Index = index })
	}
	f := store.And(store.Not(store.Blocked()), store.In("alert", "activo"), store.Or(store.In("alert_job", "512"), store.In("alert_job", "941")),
		store.Or(store.In("alert_place", "54001"), store.In("alert_place", "54")), store.Or(store.In("alert_time", "cualquiera"), store.In("alert_time", "completa")))
	b.ReportAllocs()
	for b.Loop() {
		if ids, err := s.Find(b.Context(), f); err != nil || len(ids) != 20 {
			b.Fatal(len(ids), err)
		}
	}
}

// fill lets people end their screening, delivered and waiting for their timer.
// Each has lived through 24 updates.
func fill(t testing.TB, s *store.Store, people int) {
	c := newCrowd(1)
	for range people {
		r := load(t, s, c.chatID())
		update := 600_000_000 + c.Int64N(1e8)
		for range 24 {
			update += 1 + c.Int64N(400)
			r.Remember(update)
		}
		var tn store.Turn
		r.Session, tn.Index = c.screened()
		tn.Record, tn.Consented, tn.Now, tn.Due = r, true, noon, noon.Add(24*time.Hour)
		tn.Steps = []string{"screening." + c.one("age", "municipality", "population", "document", "seeks", "stay")}
		if _, err := s.Commit(t.Context(), tn); err != nil {
			t.Fatal(err)
		}
	}
}

func usedMemory(t testing.TB, s *store.Store) int64 {
	t.Helper()
	stats, err := s.Do(t.Context(), "MEMORY", "STATS")
	if err != nil {
		t.Fatal(err)
	}
	switch m := stats.(type) {
	case map[any]any:
		return m["total.allocated"].(int64)
	case []any:
		for i := 0; i+1 < len(m); i += 2 {
			if m[i] == "total.allocated" {
				return m[i+1].(int64)
			}
		}
	}
	t.Fatalf("MEMORY STATS: %T", stats)
	return 0
}

// memoryUsage is what the keys of each row cost.
func memoryUsage(t testing.TB, s *store.Store) map[string]int64 {
	t.Helper()
	keys := map[string]bool{}
	if err := s.Walk(t.Context(), func(key, _ string) { keys[key] = true }); err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for key := range keys {
		n, err := s.Do(t.Context(), "MEMORY", "USAGE", key, "SAMPLES", 0)
		if err != nil {
			t.Fatal(err)
		}
		row, _ := store.Match(key)
		out[row.Name] += n.(int64)
	}
	return out
}

// A conversation of one person, turn by turn, against a server with AOF.
func BenchmarkCommit(b *testing.B) {
	s := storetest.Open(b, store.Config{})
	session, index := newCrowd(2).screened()
	b.ReportAllocs()
	for b.Loop() {
		r, err := s.Load(b.Context(), ana)
		if err != nil {
			b.Fatal(err)
		}
		r.Session = session
		ref, err := s.Commit(b.Context(), store.Turn{Record: r, Index: index, Consented: true, Now: noon, Due: noon.Add(time.Hour), Replies: says("screening.stay.ask"), Steps: []string{"screening.stay"}})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Delivered(b.Context(), ref, noon, 7); err != nil {
			b.Fatal(err)
		}
	}
}

// What of a turn is the store's own work, without Redis.
func BenchmarkPack(b *testing.B) {
	session, _ := newCrowd(2).screened()
	text, err := json.Marshal(session)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Unpack(store.Pack(text)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text)), "plain-bytes")
	b.ReportMetric(float64(len(store.Pack(text))), "packed-bytes")
}
