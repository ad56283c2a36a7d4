package store_test

import (
	"errors"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"
)

func TestFormActsOnce(t *testing.T) {
	s, ctx := storetest.Open(t, store.Config{}), t.Context()
	const form = "s-abcdef /console/team/new ABC"
	begin := func(name, wantWent string, wantMine bool) {
		t.Helper()
		went, mine, err := s.BeginForm(ctx, name)
		if err != nil || went != wantWent || mine != wantMine {
			t.Errorf("begin %s: went %q, mine %v, %v; want %q, %v", name, went, mine, err, wantWent, wantMine)
		}
	}
	begin(form, "", true)
	begin(form, "", false) // while the first acts
	if err := s.FreeForm(ctx, form); err != nil {
		t.Fatal(err)
	}
	begin(form, "", true)
	if err := s.EndForm(ctx, form, "/console/team"); err != nil {
		t.Fatal(err)
	}
	begin(form, "/console/team", false)
	begin("another", "", true)
	if found := storetest.Find(t, s, "s-abcdef", "ABC"); len(found) > 0 {
		t.Errorf("the name of a form rests in Redis: %v", found)
	}
}

func TestLoginOfUsesNothingUp(t *testing.T) {
	s, ctx := storetest.Open(t, store.Config{}), t.Context()
	m, _, err := s.InviteStaff(ctx, store.Staff{Name: "Ana", Role: store.RoleOfficer}, noon)
	if err != nil {
		t.Fatal(err)
	}
	code, err := s.NewLogin(ctx, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := s.LoginOf(ctx, code); err != nil || got.ID != m.ID || got.Name != "Ana" {
			t.Errorf("login of %+v, %v", got, err)
		}
	}
	if _, err := s.RedeemLogin(ctx, code); err != nil {
		t.Errorf("looked at, and used up: %v", err)
	}
	for _, gone := range []string{code, "", "forged"} {
		if _, err := s.LoginOf(ctx, gone); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("login of %q: %v, want ErrNotFound", gone, err)
		}
	}
}

func TestVersionOfStaff(t *testing.T) {
	s, ctx := storetest.Open(t, store.Config{}), t.Context()
	m, _, err := s.InviteStaff(ctx, store.Staff{Name: "Ana", Role: store.RoleOfficer}, noon)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.StaffMember(ctx, m.ID)
	if err != nil || again.Version() != m.Version() {
		t.Errorf("read again it has another version: %v", err)
	}
	again.Name = "Ana María"
	changed, err := s.ChangeStaff(ctx, again)
	if err != nil || changed.Version() == m.Version() {
		t.Errorf("changed, it has the same version: %v", err)
	}
}
