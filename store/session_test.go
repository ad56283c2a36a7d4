package store_test

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestASession(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		m := hired(t, s, ana, store.RoleOfficer)
		token, err := s.NewSession(ctx, m.ID, "Firefox", noon)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Session(ctx, token)
		if err != nil || got.Staff.ID != m.ID || got.Staff.Name != "MARKER" || got.Agent != "Firefox" || !got.Begun.Equal(noon) || !got.Until.Equal(noon.Add(8*time.Hour)) {
			t.Fatalf("%+v, %v", got, err)
		}
		id, secret, _ := strings.Cut(token, ".")
		if got.ID != id || len(storetest.Find(t, s, secret, strings.ToLower(secret))) > 0 {
			t.Error("the token rests in Redis")
		}
		for _, wrong := range []string{"", "x", id, id + "." + rand.Text(), "c-0000000000." + secret, token + "A", " " + token} {
			_, err := s.Session(ctx, wrong)
			wantErr(t, "a forged token", err, store.ErrNotFound)
		}

		// What changes about the person holds at once.
		m.Role = store.RoleViewer
		if _, err := s.ChangeStaff(ctx, m); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Session(ctx, token); err != nil || got.Staff.Role != store.RoleViewer {
			t.Errorf("%+v, %v", got, err)
		}

		second, err := s.NewSession(ctx, m.ID, "Mozilla/5.0 (X11)", noon.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		list, err := s.Sessions(ctx, m.ID)
		if err != nil || len(list) != 2 || list[1].ID != id || list[0].Agent != "" || list[0].Staff.ID != m.ID {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.EndSession(ctx, id); err != nil {
			t.Fatal(err)
		}
		_, err = s.Session(ctx, token)
		wantErr(t, "ended", err, store.ErrNotFound)
		if _, err := s.Session(ctx, second); err != nil {
			t.Errorf("the other one: %v", err)
		}
		if list, err := s.Sessions(ctx, m.ID); err != nil || len(list) != 1 {
			t.Errorf("%+v, %v", list, err)
		}
		for _, harmless := range []string{id, "", "members"} {
			if err := s.EndSession(ctx, harmless); err != nil {
				t.Error(err)
			}
		}
		_, err = s.NewSession(ctx, "s-000000", "", noon)
		wantErr(t, "of nobody", err, store.ErrNotFound)
		if list, err := s.Sessions(ctx, "s-000000"); err != nil || len(list) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestASessionEndsAfterEightHours(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	m := hired(t, s, ana, store.RoleOfficer)
	token, err := s.NewSession(t.Context(), m.ID, "", noon)
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(token, ".")
	key := "{staff}:session:" + id
	for range 2 { // looking does not prolong
		if left, err := s.Do(t.Context(), "TTL", key); err != nil || left.(int64) < 8*3600-5 || left.(int64) > 8*3600 {
			t.Errorf("lives %v s, %v", left, err)
		}
		if _, err := s.Do(t.Context(), "EXPIRE", key, 8*3600-2); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Session(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := s.Do(t.Context(), "TTL", key); err != nil || left.(int64) > 8*3600-2 {
		t.Errorf("prolonged to %v s, %v", left, err)
	}
	if _, err := s.Do(t.Context(), "PEXPIRE", key, 0); err != nil {
		t.Fatal(err)
	}
	_, err = s.Session(t.Context(), token)
	wantErr(t, "after eight hours", err, store.ErrNotFound)
	if list, err := s.Sessions(t.Context(), m.ID); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
