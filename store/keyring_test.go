package store_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func keyring(t testing.TB, c store.KeyringConfig) *store.Keyring {
	t.Helper()
	k, err := store.OpenKeyring(c)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAKeysetFileIsMadeOnlyWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyset.json")
	if _, err := store.OpenKeyring(store.KeyringConfig{Path: path}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without the file: %v, want fs.ErrNotExist", err)
	}
	made := keyring(t, store.KeyringConfig{Path: path, Create: true})
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	before, _ := os.ReadFile(path)
	again := keyring(t, store.KeyringConfig{Path: path, Create: true})
	after, _ := os.ReadFile(path)
	if !bytes.Equal(before, after) || made.Contact(ana) != again.Contact(ana) {
		t.Error("opening an existing file changed it")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the keyset: %v, %v", entries, err)
	}
}

func TestABrokenKeysetFileIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyset.json")
	keyring(t, store.KeyringConfig{Path: path, Create: true})
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"empty": nil, "not JSON": []byte("key"), "without keys": []byte("{}"), "half": whole[:len(whole)/2]} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.OpenKeyring(store.KeyringConfig{Path: path, Create: true}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := store.RotateKeyring(path); err == nil {
			t.Errorf("%s: rotated", name)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, data) {
			t.Errorf("%s: the file was overwritten", name)
		}
	}
}

func TestContactsAreNamedByTheKeyset(t *testing.T) {
	k, other := storetest.Keys(t), storetest.Keys(t)
	id, again := k.Contact(ana), k.Contact(ana)
	if id != again || id == k.Contact(beto) || id == other.Contact(ana) {
		t.Error("an id must follow from chat and keyset, and from nothing else")
	}
	buckets := map[int]int{}
	for chat := range int64(10_000) {
		id := k.Contact(chat)
		if !id.Valid() || len(id) != 13 {
			t.Fatalf("id %q", id)
		}
		buckets[id.Bucket()]++
	}
	if len(buckets) != store.Buckets {
		t.Errorf("10,000 contacts fall into %d buckets, want %d", len(buckets), store.Buckets)
	}
	for _, bad := range []store.ContactID{"", "0123456789ab", "0123456789abi", "0123456789abcd"} {
		if bad.Valid() {
			t.Errorf("%q is valid", bad)
		}
	}
}

func TestRotationReachesEveryRecord(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		path := filepath.Join(t.TempDir(), "keyset.json")
		old := storetest.Open(t, store.Config{URL: url, Keys: keyring(t, store.KeyringConfig{Path: path, Create: true})})
		const people = 30
		for chat := range int64(people) {
			turn(t, old, chat, 1, func(tn *store.Turn) {
				tn.Record.Session.Language = "ht"
				tn.Consented = chat%3 > 0
			})
		}
		if err := store.RotateKeyring(path); err != nil {
			t.Fatal(err)
		}
		s := storetest.Open(t, store.Config{URL: url, Keys: keyring(t, store.KeyringConfig{Path: path})})
		if s.ContactID(ana) != old.ContactID(ana) {
			t.Fatal("rotation renamed the contacts")
		}
		turn(t, s, 7, 2, nil) // already under the new key
		r := load(t, s, 9)
		got, err := s.Rotate(t.Context())
		if diff := cmp.Diff(store.Rotation{Records: people, Resealed: people - 1}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if got, err := s.Rotate(t.Context()); err != nil || got.Resealed != 0 {
			t.Errorf("again: %+v, %v", got, err)
		}
		for chat := range int64(people) {
			if r := load(t, s, chat); r.Session.Language != "ht" || !r.Has(1) {
				t.Errorf("after rotation: %+v", r)
			}
			if guest := chat%3 == 0; guest != (lifetime(t, s, chat) > 0) {
				t.Error("rotation changed a lifetime")
			}
		}
		if _, err := s.Commit(t.Context(), store.Turn{Record: r, Now: noon}); err != nil {
			t.Errorf("a turn that was under way: %v", err)
		}
		if _, err := old.Load(t.Context(), 7); !errors.Is(err, store.ErrSealed) {
			t.Errorf("a process without the new key: %v, want ErrSealed", err)
		}
	})
}

func TestARecordOfAnotherContactCannotBeMovedHere(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	turn(t, s, ana, 1, nil)
	mates := inBucket(s, s.ContactID(ana).Bucket(), 2)
	thief := mates[1]
	key := func(chat int64) string {
		var found string
		for _, k := range load(t, s, chat).ErasedKeys(store.Rows()[0]) {
			found = k
		}
		return found
	}
	if _, err := s.Do(t.Context(), "COPY", key(ana), key(thief)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), thief); !errors.Is(err, store.ErrSealed) {
		t.Errorf("loaded: %v, want ErrSealed", err)
	}
}

func TestEachContactVisitsThoseWithConsent(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	want := map[int64]int{}
	for chat := range int64(60) {
		turn(t, s, chat, 1, func(tn *store.Turn) { tn.Consented = chat%2 == 0 })
		if chat%2 == 0 {
			want[chat] = 1
		}
	}
	got := map[int64]int{}
	err := s.EachContact(t.Context(), func(r *store.Record) error {
		got[r.ChatID]++
		return nil
	})
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	stop := errors.New("stop")
	if err := s.EachContact(t.Context(), func(*store.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of the visitor: %v", err)
	}
}
