package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestADraftIsKeptAndChangedByOneAtATime(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	ctx := t.Context()
	if _, err := s.Draft(ctx, "s-111111"); !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("no draft: %v", err)
	}
	first, err := s.SaveDraft(ctx, store.Draft{
		Staff: "s-111111", Step: "audience", Outreach: "a-222222", Chosen: map[string][]string{"line": {"emprendimiento"}},
		Content: map[string]store.Piece{"es": {HTML: "MARCABORRADOR", Media: "photo", FileID: "f"}}, Written: map[string]int{"es": 5},
	}, 7)
	if err != nil {
		t.Fatal(err)
	}
	// Another one cannot begin beside it.
	if _, err := s.SaveDraft(ctx, store.Draft{Staff: "s-111111", Step: "audience"}, 8); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second draft: %v", err)
	}
	read, err := s.Draft(ctx, "s-111111")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, read, cmpopts.IgnoreUnexported(store.Draft{})); diff != "" {
		t.Error(diff)
	}
	if !read.Has(7) || read.Has(8) || read.Has(0) {
		t.Errorf("updates %v", read.Updates)
	}
	read.Title = "uno"
	second, err := s.SaveDraft(ctx, read, 9)
	if err != nil {
		t.Fatal(err)
	}
	first.Title = "dos"
	if _, err := s.SaveDraft(ctx, first, 10); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a change of what was read before another change: %v", err)
	}
	if err := s.DropDraft(ctx, first); !errors.Is(err, store.ErrConflict) {
		t.Errorf("dropping it so: %v", err)
	}
	if found := storetest.Find(t, s, "MARCABORRADOR", "emprendimiento"); len(found) > 0 {
		t.Errorf("in the clear: %v", found)
	}
	for update := range int64(50) {
		if second, err = s.SaveDraft(ctx, second, 100+update); err != nil {
			t.Fatal(err)
		}
	}
	if len(second.Updates) != 32 || !second.Has(149) || second.Has(117) {
		t.Errorf("remembers %d updates", len(second.Updates))
	}
	if err := s.DropDraft(ctx, second); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Draft(ctx, "s-111111"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after it was dropped: %v", err)
	}
}

func TestADraftGoesUnderTheNewestKey(t *testing.T) {
	path := t.TempDir() + "/keyset.json"
	keys, err := store.OpenKeyring(store.KeyringConfig{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	url := storetest.URL(t)
	s := storetest.Open(t, store.Config{URL: url, Keys: keys})
	if _, err := s.SaveDraft(t.Context(), store.Draft{Staff: "s-111111", Step: "write"}, 0); err != nil {
		t.Fatal(err)
	}
	if err := store.RotateKeyring(path); err != nil {
		t.Fatal(err)
	}
	if keys, err = store.OpenKeyring(store.KeyringConfig{Path: path}); err != nil {
		t.Fatal(err)
	}
	anew := storetest.Open(t, store.Config{URL: url, Keys: keys})
	for _, want := range []int{1, 0} {
		if done, err := anew.Rotate(t.Context()); err != nil || done.Resealed != want {
			t.Errorf("%+v, %v, want %d resealed", done, err, want)
		}
	}
	if d, err := anew.Draft(t.Context(), "s-111111"); err != nil || d.Step != "write" {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestCardsOfAnOutreach(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	ctx := t.Context()
	set := func(outreach, name string, message int) {
		t.Helper()
		if err := s.SetCard(ctx, outreach, name, message); err != nil {
			t.Fatal(err)
		}
	}
	wants := func(outreach string, want map[string]int, carded ...string) {
		t.Helper()
		got, err := s.Cards(ctx, outreach)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		all, err := s.Carded(ctx)
		if slices.Sort(all); err != nil || !slices.Equal(all, carded) {
			t.Errorf("with cards %v, %v, want %v", all, err, carded)
		}
	}
	set("a-111111", "s-aaaaaa", 5)
	set("a-111111", "s-aaaaaa", 9)
	set("a-111111", "ask.s-bbbbbb", 6)
	set("a-222222", "s-aaaaaa", 7)
	wants("a-111111", map[string]int{"s-aaaaaa": 9, "ask.s-bbbbbb": 6}, "a-111111", "a-222222")
	for _, name := range []string{"s-aaaaaa", "s-aaaaaa", "none"} {
		if err := s.DropCard(ctx, "a-111111", name); err != nil {
			t.Fatal(err)
		}
	}
	wants("a-111111", map[string]int{"ask.s-bbbbbb": 6}, "a-111111", "a-222222")
	if err := s.DropCard(ctx, "a-111111", "ask.s-bbbbbb"); err != nil {
		t.Fatal(err)
	}
	wants("a-111111", map[string]int{}, "a-222222")
	if err := s.SetCard(ctx, "a:b", "x", 1); err == nil {
		t.Error("a strange id was taken")
	}
}

func TestOwing(t *testing.T) {
	s := storetest.Open(t, store.Config{URL: storetest.URL(t)})
	for chat := range int64(3) {
		owe(t, s, chat, "k")
	}
	if n, err := s.Owing(t.Context()); n != 3 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	for _, c := range claim(t, s, noon.Add(lease)) {
		if err := s.Delivered(t.Context(), c.Ref, noon.Add(time.Minute), 1); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Owing(t.Context()); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
