package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"arraigo/store"
	"arraigo/store/storetest"
)

// Two imports of one list at once would close each other's rows.
func TestOneImportOfAListAtATime(t *testing.T) {
	url := storetest.URL(t)
	s := storetest.Open(t, store.Config{URL: url})
	if held, err := s.Lease(t.Context(), "import-courses", time.Minute); err != nil || !held {
		t.Fatal(held, err)
	}
	imports := func(what, file string) (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), []string{"import", what, "../../programme/samples/" + file, "--redis-url", url, "--data-dir", t.TempDir()},
			&console{in: strings.NewReader(""), out: &out, err: &out})
		return code, out.String()
	}
	if code, out := imports("courses", "cursos.csv"); code != exitFailed || !strings.Contains(out, "Otra persona importa esta lista") {
		t.Errorf("beside another: exit code %d\n%s", code, out)
	}
	if version, err := s.CatalogueVersion(t.Context()); version != 0 || err != nil {
		t.Errorf("beside another: version %d, %v", version, err)
	}
	if code, out := imports("events", "eventos.csv"); code != 0 {
		t.Errorf("another list: exit code %d\n%s", code, out)
	}
	if err := s.Release(t.Context(), "import-courses"); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the first gives the list back to the second
		if code, out := imports("courses", "cursos.csv"); code != 0 {
			t.Errorf("alone: exit code %d\n%s", code, out)
		}
	}
}
