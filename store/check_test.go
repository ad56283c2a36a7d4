package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
)

func settings(warnings []store.Warning) []string {
	var out []string
	for _, w := range warnings {
		out = append(out, w.Setting)
		if w.Found == "" || w.Want == "" || w.Why == "" || !strings.Contains(w.String(), w.Why) {
			out = append(out, "incomplete")
		}
	}
	return out
}

func TestCheckSaysWhatIsUnsafe(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"safe", nil, nil},
		{"no append-only file", []string{"--appendonly", "no"}, []string{"appendonly"}},
		{"evicts", []string{"--maxmemory-policy", "allkeys-lru"}, []string{"maxmemory-policy"}},
	} {
		srv := storetest.Start(t, c.args...)
		s := storetest.Open(t, store.Config{URL: srv.URL(0)})
		got, err := s.Check(t.Context())
		if diff := cmp.Diff(c.want, settings(got)); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", c.name, err, diff)
		}
	}
}

func TestCheckRefusesAReplica(t *testing.T) {
	srv := storetest.Start(t)
	s := storetest.Open(t, store.Config{URL: srv.URL(0)})
	if _, err := s.Do(t.Context(), "REPLICAOF", "127.0.0.1", "1"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "replica") {
		t.Errorf("%v, want a word about the replica", err)
	}
}

func TestTheDemoMayForget(t *testing.T) {
	url := "redis://" + miniredis.RunT(t).Addr()
	demo := storetest.Open(t, store.Config{URL: url, Demo: true})
	if got, err := demo.Check(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("demo: %v, %v, want one warning", got, err)
	}
	s := storetest.Open(t, store.Config{URL: url})
	if _, err := s.Check(t.Context()); err == nil {
		t.Error("a server in memory was taken for people's data")
	}
}

func TestCheckLooksAtTheKeysetFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyset.json")
	keyring(t, store.KeyringConfig{Path: path, Create: true})
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, store.Config{Keys: keyring(t, store.KeyringConfig{Path: path})})
	if got, err := s.Check(t.Context()); err != nil || !cmp.Equal(settings(got), []string{"keyset file"}) {
		t.Errorf("%v, %v", got, err)
	}
}
