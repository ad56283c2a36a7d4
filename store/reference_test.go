package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestAReferenceLeadsToItsPerson(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		for n := range 20 {
			turn(t, s, ana+int64(n), 1, nil)
		}
		guest := ana + 100
		turn(t, s, guest, 1, func(tn *store.Turn) { tn.Consented = false })
		id := s.ContactID(ana)
		code := id.Reference()
		if len(code) != 11 || code != strings.ToUpper(code) || strings.Count(code, "-") != 2 {
			t.Fatalf("the code is %q", code)
		}
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " "),
			strings.NewReplacer("0", "O", "1", "l").Replace(code), string(id)} {
			if got, err := s.Referred(t.Context(), typed); err != nil || !slices.Equal(got, []store.ContactID{id}) {
				t.Errorf("%q: %v, %v", typed, got, err)
			}
		}
		if _, err := s.Referred(t.Context(), s.ContactID(guest).Reference()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody without consent is found: %v", err)
		}
		turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
		if _, err := s.Referred(t.Context(), code); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("after the erasure: %v", err)
		}
		for _, typed := range []string{"", "x", "ABC-DEF", "¿-?-!", code + "7", strings.Repeat("0", 100)} {
			if _, err := s.Referred(t.Context(), typed); !errors.Is(err, store.ErrReference) {
				t.Errorf("%q: %v, want ErrReference", typed, err)
			}
		}
	})
}

// A code heard wrong in one letter must not lead to somebody else.
func TestAReferenceWithOneWrongLetterIsRefused(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	code := strings.ReplaceAll(s.ContactID(ana).Reference(), "-", "")
	const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for i := range code {
		for _, c := range letters {
			wrong := code[:i] + string(c) + code[i+1:]
			if _, err := s.Referred(t.Context(), wrong); wrong != code && !errors.Is(err, store.ErrReference) {
				t.Errorf("%s for %s: %v", wrong, code, err)
			}
		}
	}
	if got := store.ContactID("x").Reference(); got != "" {
		t.Errorf("a malformed id has the code %q", got)
	}
}
