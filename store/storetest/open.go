package storetest

import (
	"strings"
	"testing"

	"arraigo/store"
)

// Open gives the test a store on an empty database, with fresh keys unless the
// Config brings some. URL, when empty, is a database of the shared server.
func Open(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	if c.URL == "" {
		c.URL = URL(t)
	}
	if c.Keys == nil {
		c.Keys = Keys(t)
	}
	ctx, cancel := background()
	defer cancel()
	s, err := store.Open(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// Keys makes a keyset in memory.
func Keys(t testing.TB) *store.Keyring {
	t.Helper()
	k, err := store.NewKeyring()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// inspect fails the test when it left a key that the table of key shapes does
// not know or that misses its lifetime.
func inspect(t testing.TB, url string) {
	t.Helper()
	ctx, cancel := background()
	defer cancel()
	s, err := store.Open(ctx, store.Config{URL: url, Keys: Keys(t)})
	if err != nil {
		t.Errorf("look at what the test left: %v", err)
		return
	}
	defer s.Close()
	faults, err := s.Audit(ctx)
	if err != nil {
		t.Errorf("look at what the test left: %v", err)
	}
	for _, f := range faults {
		t.Errorf("left in Redis: %s", f)
	}
}

// Find returns where one of the needles occurs on the server: as
// "key", or "key: in its content". It shows no content.
func Find(t testing.TB, s *store.Store, needles ...string) []string {
	t.Helper()
	ctx, cancel := background()
	defer cancel()
	var found []string
	err := s.Walk(ctx, func(key, content string) {
		for _, n := range needles {
			if content == "" && strings.Contains(key, n) {
				found = append(found, key)
			}
			if strings.Contains(content, n) {
				found = append(found, key+": in its content")
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
