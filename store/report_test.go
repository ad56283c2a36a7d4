package store_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func file(t testing.TB, s *store.Store, code string) string {
	t.Helper()
	name, err := s.FileReport(t.Context(), code, store.Report{Category: "dinero", Text: "MARKER", Offer: "V-01"}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAReportIsFiledReadAndClosed(t *testing.T) {
	both(t, func(t *testing.T, url string) {
		s := storetest.Open(t, store.Config{URL: url})
		ctx := t.Context()
		code := store.NewReportCode()
		if !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) || code == store.NewReportCode() {
			t.Fatalf("code %s", code)
		}
		name := file(t, s, code)
		if file(t, s, code) != name { // the turn ran twice
			t.Error("one code, two names")
		}
		want := &store.Report{Name: name, Category: "dinero", Text: "MARKER", Offer: "V-01", Day: "2026-11-22", State: store.ReportNew}
		for _, typed := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " "),
			strings.NewReplacer("0", "O", "1", "l").Replace(code)} {
			got, err := s.ReportOf(ctx, typed)
			if err != nil || cmp.Diff(want, got, cmpopts.IgnoreUnexported(store.Report{})) != "" {
				t.Errorf("%q: %v %+v", typed, err, got)
			}
		}
		for _, wrong := range []string{"", "x", code + "2", store.NewReportCode(), "😀"} {
			if _, err := s.ReportOf(ctx, wrong); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v, want ErrNotFound", wrong, err)
			}
		}
		list, total, err := s.Reports(ctx, 0, 10)
		if err != nil || total != 1 || len(list) != 1 {
			t.Fatalf("open: %d of %d, %v", len(list), total, err)
		}
		if names, err := s.UntoldReports(ctx); err != nil || len(names) != 1 {
			t.Errorf("untold: %v, %v", names, err)
		} else if err := s.ReportsTold(ctx, names); err != nil {
			t.Error(err)
		}
		if names, err := s.UntoldReports(ctx); err != nil || len(names) != 0 {
			t.Errorf("untold after: %v, %v", names, err)
		}
		if err := s.MarkReport(ctx, list[0], store.ReportRead); err != nil {
			t.Fatal(err)
		}
		if err := s.MarkReport(ctx, list[0], store.ReportClosed); !errors.Is(err, store.ErrConflict) {
			t.Errorf("an old reading overwrites: %v", err)
		}
		now, err := s.Report(ctx, name)
		if err != nil || now.State != store.ReportRead {
			t.Fatalf("%+v, %v", now, err)
		}
		if err := s.MarkReport(ctx, now, store.ReportClosed); err != nil {
			t.Fatal(err)
		}
		if list, total, err := s.Reports(ctx, 0, 10); err != nil || total != 0 || len(list) != 0 {
			t.Errorf("open after closing: %d of %d, %v", len(list), total, err)
		}
		if got, err := s.ReportOf(ctx, code); err != nil || got.State != store.ReportClosed {
			t.Errorf("who has the code can still look: %+v, %v", got, err)
		}
		plain := strings.ReplaceAll(code, "-", "")
		if found := storetest.Find(t, s, "MARKER", code, plain, strings.ToLower(plain), "dinero"); len(found) > 0 {
			t.Errorf("in the clear: %v", found)
		}
	})
}

func TestAnErasureUnlinksAReport(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	ctx := t.Context()
	code := store.NewReportCode()
	name := file(t, s, code)
	turn(t, s, ana, 1, nil)
	id := s.ContactID(ana)
	if got, err := s.Reporter(ctx, name); err != nil || got != "" {
		t.Errorf("nobody is known: %q, %v", got, err)
	}
	if err := s.NameReporter(ctx, code, id); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Reporter(ctx, name); err != nil || got != id {
		t.Errorf("the reporter: %q, %v", got, err)
	}
	turn(t, s, ana, 2, func(tn *store.Turn) { tn.Erase = true })
	if got, err := s.Reporter(ctx, name); err != nil || got != "" {
		t.Errorf("after the erasure: %q, %v", got, err)
	}
	if found := storetest.Find(t, s, string(id)); len(found) > 0 {
		t.Errorf("left: %v", found)
	}
	if _, err := s.Report(ctx, name); err != nil {
		t.Errorf("the report itself stays: %v", err)
	}
}

func TestRotationTakesTicketsAndReportsAlong(t *testing.T) {
	dir := t.TempDir()
	path := store.KeyringConfig{Path: dir + "/keyset.json", Create: true}
	keys, err := store.OpenKeyring(path)
	if err != nil {
		t.Fatal(err)
	}
	url := storetest.URL(t)
	s := storetest.Open(t, store.Config{URL: url, Keys: keys})
	attended(t, s, ana, 1)
	name := file(t, s, store.NewReportCode())
	if err := store.RotateKeyring(path.Path); err != nil {
		t.Fatal(err)
	}
	if keys, err = store.OpenKeyring(path); err != nil {
		t.Fatal(err)
	}
	s = storetest.Open(t, store.Config{URL: url, Keys: keys})
	for _, want := range []int{4, 0} {
		if done, err := s.Rotate(t.Context()); err != nil || done.Records != 4 || done.Resealed != want {
			t.Errorf("rotated %+v, %v", done, err)
		}
	}
	if _, err := s.Ticket(t.Context(), s.ContactID(ana)); err != nil {
		t.Error(err)
	}
	if r, err := s.Report(t.Context(), name); err != nil || r.Text != "MARKER" {
		t.Error(err)
	}
}
