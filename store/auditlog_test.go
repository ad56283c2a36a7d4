package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

const nora, omar = "s-n0ra00", "s-0mar00"

// note writes an entry of the audit log.
func note(t testing.TB, s *store.Store, e store.AuditEntry, at time.Time) {
	t.Helper()
	if e.Act == "" {
		e.Act = "see-person"
	}
	if err := s.AppendAudit(t.Context(), e, at); err != nil {
		t.Fatal(err)
	}
}

func verified(t testing.TB, s *store.Store, now time.Time) store.AuditState {
	t.Helper()
	state, err := s.VerifyAudit(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestTheAuditLogTellsWhoDidWhat(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		if state := verified(t, s, noon); state.Entries != 0 || state.Number != 0 {
			t.Errorf("an empty log: %+v", state)
		}
		note(t, s, store.AuditEntry{Staff: nora, About: "0123456789abc", People: 1}, noon)
		note(t, s, store.AuditEntry{Staff: omar, Act: "export-people", Why: " MARKER para el donante ", People: 40}, noon.Add(time.Minute))
		note(t, s, store.AuditEntry{Staff: store.AuditOperator, Act: "invite", About: nora}, noon.Add(-time.Hour)) // a clock that goes back
		want := []store.AuditEntry{
			{Number: 3, At: noon.Add(time.Minute), Staff: store.AuditOperator, Act: "invite", About: nora},
			{Number: 2, At: noon.Add(time.Minute), Staff: omar, Act: "export-people", Why: "MARKER para el donante", People: 40},
			{Number: 1, At: noon, Staff: nora, Act: "see-person", About: "0123456789abc", People: 1},
		}
		page, err := s.AuditLog(ctx, store.AuditFilter{}, "", 10)
		if diff := cmp.Diff(store.AuditPage{Entries: want}, page); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		if found := storetest.Find(t, s, "MARKER", "donante"); len(found) > 0 {
			t.Errorf("a reason in the clear: %v", found)
		}
		state := verified(t, s, noon)
		if state.Entries != 3 || state.Number != 3 || !state.First.Equal(noon) || !state.Last.Equal(noon.Add(time.Minute)) || len(state.Head) != 43 {
			t.Errorf("%+v", state)
		}
	})
}

func TestWhatIsNoAuditEntry(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for _, bad := range []store.AuditEntry{
		{}, {Staff: "nora", Act: "x"}, {Staff: nora}, {Staff: nora, Act: "See Person"}, {Staff: nora, Act: "x", About: "Ana Pérez"},
		{Staff: nora, Act: "x", About: strings.Repeat("a", 121)}, {Staff: nora, Act: "x", People: -1},
	} {
		if err := s.AppendAudit(t.Context(), bad, noon); err == nil || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if state := verified(t, s, noon); state.Entries != 0 {
		t.Errorf("%+v", state)
	}
	note(t, s, store.AuditEntry{Staff: nora, Why: strings.Repeat("ñ", 600) + "\xff"}, noon)
	page, err := s.AuditLog(t.Context(), store.AuditFilter{}, "", 1)
	if err != nil || page.Entries[0].Why != strings.Repeat("ñ", 500) {
		t.Errorf("a long reason: %v, %v", page, err)
	}
}

func TestTheAuditLogIsSearched(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	for i := range 60 {
		note(t, s, store.AuditEntry{Staff: []string{nora, omar}[i%2], Act: []string{"a", "b", "c"}[i%3], About: "x" + strconv.Itoa(i%5)}, noon.Add(time.Duration(i)*time.Minute))
	}
	numbers := func(f store.AuditFilter, limit int) (out []int64) {
		for before := ""; ; {
			page, err := s.AuditLog(t.Context(), f, before, limit)
			if err != nil || len(page.Entries) > limit {
				t.Fatal(len(page.Entries), err)
			}
			for _, e := range page.Entries {
				out = append(out, e.Number)
			}
			if before = page.Older; before == "" {
				return out
			}
		}
	}
	for _, limit := range []int{1, 7, 30, 100} {
		all := numbers(store.AuditFilter{}, limit)
		if len(all) != 60 || all[0] != 60 || all[59] != 1 {
			t.Errorf("pages of %d: %d entries", limit, len(all))
		}
	}
	for _, tc := range []struct {
		f    store.AuditFilter
		want string
	}{
		{store.AuditFilter{Staff: omar, Act: "b", About: "x1"}, "[32 2]"},
		{store.AuditFilter{From: noon.Add(57 * time.Minute)}, "[60 59 58]"},
		{store.AuditFilter{From: noon.Add(10 * time.Minute), To: noon.Add(12 * time.Minute)}, "[12 11]"},
		{store.AuditFilter{Staff: "s-000000"}, "[]"},
	} {
		if got := fmt.Sprint(numbers(tc.f, 3)); got != tc.want {
			t.Errorf("%+v: %s, want %s", tc.f, got, tc.want)
		}
	}
	if page, err := s.AuditLog(t.Context(), store.AuditFilter{}, "forged", 5); err != nil || len(page.Entries) != 0 {
		t.Errorf("a forged place: %+v, %v", page, err)
	}
}

func TestManyWriteTheAuditLogAtOnce(t *testing.T) {
	url, keys := storetest.URL(t), storetest.Keys(t)
	var group sync.WaitGroup
	for range 4 {
		s := storetest.Open(t, store.Config{URL: url, Keys: keys})
		for range 5 {
			group.Go(func() {
				for range 5 {
					if err := s.AppendAudit(t.Context(), store.AuditEntry{Staff: nora, Act: "x", Why: "y", People: 1}, noon); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	group.Wait()
	s := storetest.Open(t, store.Config{URL: url, Keys: keys})
	if state := verified(t, s, noon); state.Entries != 100 || state.Number != 100 {
		t.Errorf("%+v", state)
	}
	if bulk, err := s.BulkReads(t.Context(), noon); err != nil || len(bulk) != 1 || bulk[0].People != 100 {
		t.Errorf("%+v, %v", bulk, err)
	}
}

// Each way to tamper with the log is seen.
func TestTamperingWithTheAuditLogIsSeen(t *testing.T) {
	srv := storetest.Start(t) // the faults are meant
	s := storetest.Open(t, store.Config{URL: srv.URL(0)})
	do := func(args ...any) any {
		t.Helper()
		got, err := s.Do(t.Context(), args...)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	// entry reads id, text and hash of the nth entry.
	entry := func(n int) (id, text, hash string) {
		all := do("XRANGE", "{audit}:log", "-", "+").([]any)
		one := all[n-1].([]any)
		fields := one[1].([]any)
		return one[0].(string), fields[1].(string), fields[3].(string)
	}
	for name, tamper := range map[string]func(){
		"one is left out":   func() { id, _, _ := entry(3); do("XDEL", "{audit}:log", id) },
		"the first is gone": func() { id, _, _ := entry(1); do("XDEL", "{audit}:log", id) },
		"the last is gone":  func() { id, _, _ := entry(5); do("XDEL", "{audit}:log", id) },
		"the log is gone":   func() { do("DEL", "{audit}:log") },
		"the last two, and the head made to fit": func() {
			for _, n := range []int{5, 4} {
				id, _, _ := entry(n)
				do("XDEL", "{audit}:log", id)
			}
			do("HSET", "{audit}:head", "n", "3")
		},
		"one is changed": func() {
			id, text, hash := entry(5)
			do("XDEL", "{audit}:log", id)
			do("XADD", "{audit}:log", strings.TrimSuffix(id, "-5")+"-6", "e", text, "h", hash)
		},
		"one says something else": func() {
			id, text, hash := entry(5)
			do("DEL", "{audit}:copy")
			for n := 1; n < 5; n++ {
				id, text, hash := entry(n)
				do("XADD", "{audit}:copy", id, "e", text, "h", hash)
			}
			do("XADD", "{audit}:copy", id, "e", strings.Replace(text, nora, omar, 1), "h", hash)
			do("RENAME", "{audit}:copy", "{audit}:log")
		},
		"one is slipped in": func() {
			_, text, hash := entry(5)
			do("XADD", "{audit}:log", strconv.FormatInt(noon.UnixMilli()+9, 10)+"-6", "e", text, "h", hash)
			do("HSET", "{audit}:head", "n", "6", "h", hash)
		},
		"one is no entry": func() {
			id, _, _ := entry(5)
			do("XDEL", "{audit}:log", id)
			do("XADD", "{audit}:log", strings.TrimSuffix(id, "-5")+"-6", "x", "y")
		},
		"the beginning is cut off before its time": func() {
			id, _, hash := entry(2)
			first, _, _ := entry(1)
			do("XDEL", "{audit}:log", id, first)
			do("HSET", "{audit}:head", "bn", "2", "bh", hash, "bt", strconv.FormatInt(noon.UnixMilli(), 10))
		},
		"its head is no head": func() { do("HSET", "{audit}:head", "n", "five") },
	} {
		do("FLUSHDB")
		for range 5 {
			note(t, s, store.AuditEntry{Staff: nora}, noon)
		}
		verified(t, s, noon)
		tamper()
		if _, err := s.VerifyAudit(t.Context(), noon); !errors.Is(err, store.ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
	do("FLUSHDB")
	note(t, s, store.AuditEntry{Staff: nora, Why: "MARKER"}, noon)
	do("HSET", "{audit}:why", "1", "something else")
	if page, err := s.AuditLog(t.Context(), store.AuditFilter{}, "", 1); err != nil || len(page.Entries) != 1 || page.Entries[0].Why != "" {
		t.Errorf("a reason that was changed: %+v, %v", page, err)
	}
}

func TestTheAuditLogKeeps24Months(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		m := hired(t, s, ana, store.RoleOfficer)
		if err := s.RemoveStaff(ctx, m.ID, noon); err != nil {
			t.Fatal(err)
		}
		for i := range 12 {
			note(t, s, store.AuditEntry{Staff: m.ID, Why: "y"}, noon.AddDate(0, i, 0))
		}
		if gone, err := s.TrimAudit(ctx, noon.AddDate(0, 12, 0)); err != nil || gone != 0 {
			t.Errorf("before its time: %d, %v", gone, err)
		}
		later := noon.AddDate(0, 4, 0).Add(730*24*time.Hour + time.Minute)
		if gone, err := s.TrimAudit(ctx, later); err != nil || gone != 5 {
			t.Errorf("gone: %d, %v", gone, err)
		}
		if state := verified(t, s, later); state.Entries != 7 || state.Number != 12 {
			t.Errorf("%+v", state)
		}
		if left, err := s.Do(ctx, "HLEN", "{audit}:why"); err != nil || left.(int64) != 7 {
			t.Errorf("%v reasons left, %v", left, err)
		}
		if former, err := s.FormerStaff(ctx); err != nil || len(former) != 0 {
			t.Errorf("%d who left are still known, %v", len(former), err)
		}
		if gone, err := s.TrimAudit(ctx, later.AddDate(3, 0, 0)); err != nil || gone != 7 {
			t.Errorf("gone: %d, %v", gone, err)
		}
		note(t, s, store.AuditEntry{Staff: nora}, later.AddDate(3, 0, 0))
		if state := verified(t, s, later.AddDate(3, 0, 1)); state.Entries != 1 || state.Number != 13 {
			t.Errorf("it goes on where it was: %+v", state)
		}
	})
}

func TestBulkReadsAreToldOnce(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	at := time.Date(2026, 11, 22, 14, 55, 0, 0, time.UTC)
	for range store.BulkReads - 1 {
		note(t, s, store.AuditEntry{Staff: nora, People: 1}, at)
	}
	note(t, s, store.AuditEntry{Staff: omar, People: store.BulkReads}, at)
	note(t, s, store.AuditEntry{Staff: nora, Act: "sign-in"}, at) // shows nobody
	note(t, s, store.AuditEntry{Staff: nora, People: 1}, at.Add(10*time.Minute))
	list, err := s.BulkReads(ctx, at.Add(30*time.Minute))
	want := []store.Bulk{{Staff: omar, Hour: at.Truncate(time.Hour), People: store.BulkReads}}
	if diff := cmp.Diff(want, list); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	for _, want := range []bool{true, false} {
		if first, err := s.BulkTold(ctx, list[0]); err != nil || first != want {
			t.Errorf("told: %v, %v", first, err)
		}
	}
	if list, err := s.BulkReads(ctx, at); err != nil || len(list) != 0 {
		t.Errorf("once more: %+v, %v", list, err)
	}
}
