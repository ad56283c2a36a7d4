package store_test

import (
	"errors"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestAnUploadIsForWhoSentIt(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		u, err := s.KeepUpload(t.Context(), "s-aaaaaa", []byte("MARKER de una hoja"))
		if err != nil {
			t.Fatal(err)
		}
		if found := storetest.Find(t, s, "MARKER", "s-aaaaaa"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		got, err := s.Upload(t.Context(), u.ID, "s-aaaaaa")
		if err != nil || string(got.Body) != "MARKER de una hoja" {
			t.Errorf("%q, %v", got.Body, err)
		}
		for name, ask := range map[string][2]string{
			"somebody else": {u.ID, "s-bbbbbb"}, "another id": {"0000000000000000000000000x", "s-aaaaaa"}, "no id": {"", "s-aaaaaa"},
		} {
			if _, err := s.Upload(t.Context(), ask[0], ask[1]); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v, want not found", name, err)
			}
		}
		anew, err := s.ChangeUpload(t.Context(), got, []byte("corregida"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.ChangeUpload(t.Context(), got, []byte("tarde")); !errors.Is(err, store.ErrConflict) {
			t.Errorf("changed from what it was before: %v, want a conflict", err)
		}
		if got, err := s.Upload(t.Context(), u.ID, "s-aaaaaa"); err != nil || string(got.Body) != "corregida" {
			t.Errorf("%q, %v", got.Body, err)
		}
		if err := s.DropUpload(t.Context(), anew); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Upload(t.Context(), u.ID, "s-aaaaaa"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("dropped: %v", err)
		}
		if _, err := s.ChangeUpload(t.Context(), anew, []byte("x")); !errors.Is(err, store.ErrConflict) {
			t.Errorf("a change of what is gone: %v", err)
		}
	})
}
