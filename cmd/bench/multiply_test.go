package main

import (
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"arraigo/flows"
	"arraigo/store"
	"arraigo/store/storetest"
)

func TestTwinsAreFoundAsTheirModels(t *testing.T) {
	url := storetest.URL(t)
	s := storetest.Open(t, store.Config{URL: url})
	opts, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(opts)
	defer client.Close()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	// Ten models, of whom three are bakers; the last one has no twin.
	join := func(chat int64) {
		r, err := s.Load(t.Context(), chat)
		if err != nil {
			t.Fatal(err)
		}
		tn := store.Turn{Record: r, Consented: true, Due: now.Add(time.Hour), Now: now, Index: []flows.Entry{{Dimension: "trade", Value: "cook"}}}
		if chat%4 == 0 {
			tn.Index = []flows.Entry{{Dimension: "trade", Value: "baker"}}
		}
		if _, err := s.Commit(t.Context(), tn); err != nil {
			t.Fatal(err)
		}
	}
	for chat := range int64(10) {
		join(chat + 1)
	}
	const twins = 3000
	err = multiply(t.Context(), client, s, twins, func(i int) (model, id store.ContactID) {
		return s.ContactID(int64(i%9 + 1)), s.ContactID(int64(1000 + i))
	})
	if err != nil {
		t.Fatal(err)
	}
	join(11) // who comes later has a place of their own
	bakers, err := s.Find(t.Context(), store.In("trade", "baker"))
	if err != nil {
		t.Fatal(err)
	}
	want := []store.ContactID{s.ContactID(4), s.ContactID(8)}
	for i := range twins {
		if chat := i%9 + 1; chat%4 == 0 {
			want = append(want, s.ContactID(int64(1000+i)))
		}
	}
	slices.Sort(bakers)
	slices.Sort(want)
	if !slices.Equal(bakers, want) {
		t.Errorf("%d bakers, not %d", len(bakers), len(want))
	}
	if n, err := s.Count(t.Context(), store.Everyone()); n != twins+11 || err != nil {
		t.Errorf("%d people, %v", n, err)
	}
	if due, err := s.Due(t.Context(), now.Add(time.Hour), 2*twins); len(due) != twins+11 || err != nil {
		t.Errorf("%d timers, %v", len(due), err)
	}
}
