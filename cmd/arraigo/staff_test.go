package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
	"arraigo/store"
	"arraigo/store/storetest"
)

// TestStaffFromInvitationToLeaving is a life in the team, seen from the command
// line.
func TestStaffFromInvitationToLeaving(t *testing.T) {
	srv := storetest.Start(t)
	keyset := filepath.Join(t.TempDir(), "keys.json")
	keys, err := store.OpenKeyring(store.KeyringConfig{Path: keyset, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	s := storetest.Open(t, store.Config{URL: srv.URL(0), Keys: keys})
	phone := emulator.New(emulator.Config{})
	defer phone.Close()
	api := httptest.NewServer(phone)
	defer api.Close()
	t.Setenv("ARRAIGO_REDIS_URL", srv.URL(0))
	t.Setenv("ARRAIGO_KEYSET", keyset)
	arraigo := func(want int, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		if code := run(t.Context(), args, &console{out: &out, err: &out}); code != want {
			t.Errorf("%v ended with %d:\n%s", args, code, out.String())
		}
		return out.String()
	}

	said := arraigo(0, "staff", "add", "--role", "officer", "--telegram-token", phone.Token(), "--telegram-api", api.URL, "Nora")
	link := regexp.MustCompile(`https://t\.me/(\w+)\?start=equipo_([A-Z2-7]{26})\n`).FindStringSubmatch(said)
	if link == nil || !strings.HasSuffix(strings.ToLower(link[1]), "bot") {
		t.Fatalf("no link: %s", said)
	}
	// Without Telegram the invitation is what to write to the bot.
	said = arraigo(0, "staff", "add", "--role", "viewer", "--telegram-token", phone.Token(), "--telegram-api", "http://127.0.0.1:1", "Iris")
	if !strings.Contains(said, "/start equipo_") || strings.Contains(said, phone.Token()) {
		t.Errorf("without Telegram: %s", said)
	}
	m, err := s.AcceptInvitation(t.Context(), link[2], 77, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if said := arraigo(0, "staff", "list"); !strings.Contains(said, "there since") || strings.Contains(said, "77") {
		t.Errorf("the list: %s", said)
	}
	arraigo(0, "staff", "role", "--reports", m.ID, "coordinator")
	if now, err := s.StaffMember(t.Context(), m.ID); err != nil || now.Role != store.RoleCoordinator || !now.Reports {
		t.Errorf("%+v, %v", now, err)
	}
	arraigo(0, "staff", "role", m.ID, "viewer")
	if now, err := s.StaffMember(t.Context(), m.ID); err != nil || now.Role != store.RoleViewer || !now.Reports {
		t.Errorf("the flag went with the role: %+v, %v", now, err)
	}
	arraigo(0, "staff", "remove", m.ID)
	if now, err := s.StaffMember(t.Context(), m.ID); err != nil || now.Removed == 0 {
		t.Errorf("%+v, %v", now, err)
	}
	arraigo(exitSetting, "staff", "remove", m.ID)
	arraigo(exitSetting, "staff", "role", m.ID, "admin")

	page, err := s.AuditLog(t.Context(), store.AuditFilter{Staff: store.AuditOperator, About: m.ID}, "", 10)
	var acts []string
	for _, e := range page.Entries {
		acts = append(acts, e.Act)
	}
	if err != nil || fmt.Sprint(acts) != "[remove-staff change-staff change-staff invite-staff]" {
		t.Errorf("the audit log: %v, %v", acts, err)
	}

	// An audit log that was touched is something to mend.
	arraigo(0, "doctor")
	c, err := net.Dial("tcp", srv.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "HSET {audit}:head n 4\r\nQUIT\r\n")
	if _, err := io.ReadAll(c); err != nil {
		t.Fatal(err)
	}
	if said := arraigo(exitFailed, "doctor"); !strings.Contains(said, "mend    audit log: the audit log was tampered with") {
		t.Errorf("the doctor: %s", said)
	}
}
