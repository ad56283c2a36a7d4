package store_test

import (
	"crypto/rand"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var read = cmpopts.IgnoreUnexported(store.Staff{})

// hired is somebody of the team who accepted.
func hired(t testing.TB, s *store.Store, chat int64, role store.Role) store.Staff {
	t.Helper()
	_, code, err := s.InviteStaff(t.Context(), store.Staff{Name: "MARKER", Role: role}, noon)
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.AcceptInvitation(t.Context(), code, chat, noon)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func version(t testing.TB, s *store.Store) int64 {
	t.Helper()
	n, err := s.StaffVersion(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func wantErr(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

func TestAnInvitationIsForOneUse(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		if v := version(t, s); v != 0 {
			t.Errorf("version %d of nobody", v)
		}
		asked := store.Staff{Name: " MARKER ", Role: store.RoleOfficer, Reports: true, Lines: []string{"laboral"}, Towns: []string{"54001"}, Chat: 5, Removed: 7}
		invited, code, err := s.InviteStaff(ctx, asked, noon)
		if err != nil {
			t.Fatal(err)
		}
		if !regexp.MustCompile(`^s-[0-9a-z]{6}$`).MatchString(invited.ID) || invited.Chat != 0 || invited.Accepted() || len("equipo_"+code) > 64 {
			t.Errorf("invited %+v with %d letters", invited, len(code))
		}
		for _, wrong := range []string{"", "x", rand.Text(), strings.ToLower(code), code + "A"} {
			_, err := s.AcceptInvitation(ctx, wrong, ana, noon)
			wantErr(t, "a code that nobody gave out", err, store.ErrNotFound)
		}
		before := version(t, s)
		m, err := s.AcceptInvitation(ctx, code, ana, noon)
		if err != nil {
			t.Fatal(err)
		}
		want := store.Staff{ID: invited.ID, Chat: ana, Name: "MARKER", Role: store.RoleOfficer, Reports: true, Lines: []string{"laboral"}, Towns: []string{"54001"}, Since: noon.Unix()}
		if diff := cmp.Diff(want, m, read); diff != "" || !m.Accepted() {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if version(t, s) <= before {
			t.Error("the version stands still")
		}
		_, err = s.AcceptInvitation(ctx, code, beto, noon)
		wantErr(t, "a second use", err, store.ErrNotFound)
		_, again, err := s.InviteStaff(ctx, store.Staff{Role: store.RoleAdmin}, noon)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.AcceptInvitation(ctx, again, ana, noon)
		wantErr(t, "somebody of the team accepts once more", err, store.ErrConflict)
		if other, err := s.AcceptInvitation(ctx, again, beto, noon); err != nil || other.Role != store.RoleAdmin {
			t.Errorf("the invitation is as it was: %v", err)
		}
		for name, read1 := range map[string]func() (store.Staff, error){
			"by id":   func() (store.Staff, error) { return s.StaffMember(ctx, m.ID) },
			"by chat": func() (store.Staff, error) { return s.StaffOf(ctx, ana) },
		} {
			if got, err := read1(); err != nil || cmp.Diff(want, got, read) != "" {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if all, err := s.AllStaff(ctx); err != nil || len(all) != 2 {
			t.Errorf("%d of the team, %v", len(all), err)
		}
		if found := storetest.Find(t, s, "MARKER", strconv.FormatInt(ana, 10), code, strings.ToLower(code)); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		left, err := s.Do(ctx, "PTTL", "{staff}:chats")
		if err != nil || left.(int64) != -1 {
			t.Errorf("the team has a lifetime: %v, %v", left, err)
		}
	})
}

func TestAnInvitationEndsAfterSevenDays(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	m, code, err := s.InviteStaff(t.Context(), store.Staff{Role: store.RoleViewer}, noon)
	if err != nil {
		t.Fatal(err)
	}
	key := "{staff}:invitation:" + m.Invitation
	if left, err := s.Do(t.Context(), "TTL", key); err != nil || left.(int64) < 7*24*3600-5 || left.(int64) > 7*24*3600 {
		t.Errorf("the invitation lives %v s, %v", left, err)
	}
	if _, err := s.Do(t.Context(), "PEXPIRE", key, 0); err != nil {
		t.Fatal(err)
	}
	_, err = s.AcceptInvitation(t.Context(), code, ana, noon)
	wantErr(t, "after seven days", err, store.ErrNotFound)
}

func TestWhatIsNoStaffMember(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	m := hired(t, s, ana, store.RoleAdmin)
	for name, spoil := range map[string]func(*store.Staff){
		"no role":        func(m *store.Staff) { m.Role = "" },
		"a forged role":  func(m *store.Staff) { m.Role = "root" },
		"a long name":    func(m *store.Staff) { m.Name = strings.Repeat("ñ", 81) },
		"two lines":      func(m *store.Staff) { m.Name = "a\nb" },
		"no text":        func(m *store.Staff) { m.Name = "\xff" },
		"a strange line": func(m *store.Staff) { m.Lines = []string{"<b>"} },
		"an empty town":  func(m *store.Staff) { m.Towns = []string{""} },
		"a large scope":  func(m *store.Staff) { m.Towns = make([]string, 201) },
	} {
		bad := m
		spoil(&bad)
		_, err := s.ChangeStaff(t.Context(), bad)
		wantErr(t, name, err, store.ErrStaff)
		_, _, err = s.InviteStaff(t.Context(), bad, noon)
		wantErr(t, name, err, store.ErrStaff)
	}
	if all, err := s.AllStaff(t.Context()); err != nil || len(all) != 1 {
		t.Errorf("%d of the team, %v", len(all), err)
	}
}

func TestOneOfTwoChangesLoses(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	first := hired(t, s, ana, store.RoleOfficer)
	second, err := s.StaffMember(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	first.Role, first.Chat = store.RoleCoordinator, beto // the chat is nobody's to change
	first, err = s.ChangeStaff(ctx, first)
	if err != nil || first.Chat != ana || first.Role != store.RoleCoordinator {
		t.Fatalf("%+v, %v", first, err)
	}
	second.Role = store.RoleAdmin
	_, err = s.ChangeStaff(ctx, second)
	wantErr(t, "from an old reading", err, store.ErrConflict)
	first.Language = "en"
	if _, err := s.ChangeStaff(ctx, first); err != nil {
		t.Errorf("from the newest: %v", err)
	}
	_, err = s.ChangeStaff(ctx, store.Staff{ID: "s-000000", Role: store.RoleAdmin})
	wantErr(t, "nobody", err, store.ErrNotFound)
}

func TestTwoAcceptAtOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	_, code, err := s.InviteStaff(t.Context(), store.Staff{Role: store.RoleOfficer}, noon)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	outcomes := make([]error, 8)
	for i := range outcomes {
		group.Go(func() { _, outcomes[i] = s.AcceptInvitation(t.Context(), code, int64(1000+i), noon) })
	}
	group.Wait()
	won := 0
	for _, err := range outcomes {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, store.ErrNotFound):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d accepted one invitation", won)
	}
}

func TestAdministratorsOfTheSettings(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	var group sync.WaitGroup
	ids := make([]string, 6) // replicas that start at once
	for i := range ids {
		group.Go(func() {
			m, err := s.EnsureAdmin(ctx, ana, noon)
			if err != nil || m.Role != store.RoleAdmin || m.Chat != ana {
				t.Errorf("%+v, %v", m, err)
			}
			ids[i] = m.ID
		})
	}
	group.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("one person, entries %v", ids)
		}
	}
	v := version(t, s)
	if _, err := s.EnsureAdmin(ctx, ana, noon); err != nil || version(t, s) != v {
		t.Errorf("nothing was to do: %v", err)
	}
	hired(t, s, beto, store.RoleViewer)
	if m, err := s.EnsureAdmin(ctx, beto, noon); err != nil || m.Role != store.RoleAdmin || m.Name != "MARKER" {
		t.Errorf("%+v, %v", m, err)
	}
}

func TestALoginIsForOneUse(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		m := hired(t, s, ana, store.RoleOfficer)
		other := hired(t, s, beto, store.RoleAdmin)
		code, err := s.NewLogin(ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := s.NewLogin(ctx, other.ID)
		if err != nil {
			t.Fatal(err)
		}
		if found := storetest.Find(t, s, code, strings.ToLower(code)); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
		if got, err := s.RedeemLogin(ctx, code); err != nil || got.ID != m.ID || got.Role != store.RoleOfficer {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := s.RedeemLogin(ctx, theirs); err != nil || got.ID != other.ID {
			t.Errorf("each login is of its own person: %+v, %v", got, err)
		}
		for _, wrong := range []string{code, "", "x", rand.Text()} {
			_, err := s.RedeemLogin(ctx, wrong)
			wantErr(t, "a used or unknown code", err, store.ErrNotFound)
		}
		_, err = s.NewLogin(ctx, "s-000000")
		wantErr(t, "of nobody", err, store.ErrNotFound)
		code, err = s.NewLogin(ctx, m.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveStaff(ctx, m.ID, noon); err != nil {
			t.Fatal(err)
		}
		_, err = s.RedeemLogin(ctx, code)
		wantErr(t, "of somebody who left", err, store.ErrNotFound)
	})
}

func TestALoginIsRedeemedOnceAmongMany(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	m := hired(t, s, ana, store.RoleOfficer)
	code, err := s.NewLogin(t.Context(), m.ID)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	won := make(chan string, 16)
	for range cap(won) {
		group.Go(func() {
			if _, err := s.RedeemLogin(t.Context(), code); err == nil {
				won <- "x"
			}
		})
	}
	group.Wait()
	if len(won) != 1 {
		t.Errorf("redeemed %d times", len(won))
	}
}

func TestLeavingTheTeam(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		m := hired(t, s, ana, store.RoleOfficer)
		token, err := s.NewSession(ctx, m.ID, "Firefox", noon)
		if err != nil {
			t.Fatal(err)
		}
		pending, code, err := s.InviteStaff(ctx, store.Staff{Role: store.RoleViewer}, noon)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{m.ID, pending.ID} {
			if err := s.RemoveStaff(ctx, id, noon); err != nil {
				t.Fatal(err)
			}
		}
		_, err = s.Session(ctx, token)
		wantErr(t, "the session", err, store.ErrNotFound)
		_, err = s.AcceptInvitation(ctx, code, beto, noon)
		wantErr(t, "the invitation", err, store.ErrNotFound)
		_, err = s.StaffOf(ctx, ana)
		wantErr(t, "the chat", err, store.ErrNotFound)
		_, err = s.NewSession(ctx, m.ID, "", noon)
		wantErr(t, "a new session", err, store.ErrNotFound)
		wantErr(t, "once more", s.RemoveStaff(ctx, m.ID, noon), store.ErrNotFound)
		_, err = s.ChangeStaff(ctx, m)
		wantErr(t, "a change", err, store.ErrNotFound)
		if all, err := s.AllStaff(ctx); err != nil || len(all) != 0 {
			t.Errorf("%d of the team, %v", len(all), err)
		}
		left, err := s.StaffMember(ctx, m.ID)
		if err != nil || left.Name != "MARKER" || left.Chat != 0 || left.Removed != noon.Unix() || left.May(store.SeeNumbers) {
			t.Errorf("kept for the audit log: %+v, %v", left, err)
		}
		if former, err := s.FormerStaff(ctx); err != nil || len(former) != 2 {
			t.Errorf("%d left, %v", len(former), err)
		}
		if anew := hired(t, s, ana, store.RoleOfficer); anew.ID == m.ID {
			t.Error("who comes back is the one who left")
		}
		_, err = s.StaffMember(ctx, "s-000000")
		wantErr(t, "nobody", err, store.ErrNotFound)
	})
}

func TestRotationTakesTheTeamAlong(t *testing.T) {
	path := store.KeyringConfig{Path: t.TempDir() + "/keyset.json", Create: true}
	url := storetest.URL(t)
	s := storetest.Open(t, store.Config{URL: url, Keys: keyring(t, path)})
	m := hired(t, s, ana, store.RoleOfficer)
	gone := hired(t, s, beto, store.RoleOfficer)
	if err := s.RemoveStaff(t.Context(), gone.ID, noon); err != nil {
		t.Fatal(err)
	}
	note(t, s, store.AuditEntry{Staff: m.ID, Why: "y"}, noon)
	if err := store.RotateKeyring(path.Path); err != nil {
		t.Fatal(err)
	}
	s = storetest.Open(t, store.Config{URL: url, Keys: keyring(t, path)})
	for _, want := range []int{3, 0} {
		if done, err := s.Rotate(t.Context()); err != nil || done.Records != 3 || done.Resealed != want {
			t.Errorf("rotated %+v, %v", done, err)
		}
	}
	for _, id := range []string{m.ID, gone.ID} {
		if got, err := s.StaffMember(t.Context(), id); err != nil || got.Name != "MARKER" {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if page, err := s.AuditLog(t.Context(), store.AuditFilter{}, "", 1); err != nil || page.Entries[0].Why != "y" {
		t.Errorf("%+v, %v", page, err)
	}
	verified(t, s, noon)
}
