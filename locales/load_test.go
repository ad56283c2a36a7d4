package locales

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// fixtures runs a test for each archive of a folder: the catalogue files, and
// in "want" the findings that they deserve. A Spanish main file is added
// where the archive has none.
func fixtures(t *testing.T, folder string, findings func(t *testing.T, fsys fs.FS) []Finding) {
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txt"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no fixtures in %s: %v", folder, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			fsys := fstest.MapFS{"active.es.toml": {Data: []byte(spanishHead)}}
			want, wanted := "", false
			for _, f := range archive.Files {
				if f.Name == "want" {
					want, wanted = string(f.Data), true
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			if !wanted {
				t.Fatal("the fixture says no findings: add -- want --")
			}
			var got strings.Builder
			for _, f := range findings(t, fsys) {
				got.WriteString(f.String() + "\n")
			}
			if d := cmp.Diff(want, got.String()); d != "" {
				t.Errorf("findings (-want +got):\n%s", d)
			}
		})
	}
}

func TestLoadRefusesBrokenFilesWithPlaceAndMend(t *testing.T) {
	fixtures(t, "load", func(t *testing.T, fsys fs.FS) []Finding {
		_, err := Load(fsys)
		var broken *LoadError
		if !errors.As(err, &broken) {
			t.Fatalf("error %v, want a *LoadError", err)
		}
		if len(broken.Findings) != strings.Count(broken.Error(), "\n")+1 {
			t.Errorf("the error does not say one finding a line:\n%v", broken)
		}
		for _, f := range broken.Findings {
			if f.Mend == "" || f.Rule == "" {
				t.Errorf("no mend or no rule in %+v", f)
			}
		}
		return broken.Findings
	})
}

func TestLoadReportsAFileThatCannotBeRead(t *testing.T) {
	_, err := Load(brokenFS{catalogues(map[string]string{"active.es.toml": spanishHead})})
	var broken *LoadError
	if !errors.Is(err, fs.ErrPermission) || errors.As(err, &broken) {
		t.Errorf("error %v, want the one of the file system", err)
	}
}

// brokenFS lists its files and refuses to open them.
type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".toml") {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return b.MapFS.Open(name)
}

func (b brokenFS) ReadFile(name string) ([]byte, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestPartsOfALanguageAreOneCatalogue(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"active.es.toml":           spanishHead + "[menu]\ntitle = \"Menú\"\n",
		"active.es.menu.toml":      "[menu]\nback = \"Atrás\"\n",
		"active.es.screening.toml": "[screening.age]\nask = \"¿Qué edad tiene?\"\n",
	})
	for key, want := range map[string]string{"menu.title": "Menú", "menu.back": "Atrás", "screening.age.ask": "¿Qué edad tiene?"} {
		if got := c.Text("es", key, nil); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
}

func TestLanguagesOutsideTheFixedOrderComeLastByTag(t *testing.T) {
	c := mustLoad(t, map[string]string{
		"active.es.toml":  spanishHead,
		"active.zu.toml":  head("isiZulu", "empty", ""),
		"active.ar.toml":  head("العربية", "empty", ""),
		"active.guc.toml": head("Wayuunaiki", "empty", ""),
		"active.en.toml":  head("English", "draft", ""),
	})
	var got []string
	for _, l := range c.Languages() {
		got = append(got, l.Tag)
	}
	if d := cmp.Diff([]string{"es", "en", "guc", "ar", "zu"}, got); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(Files()); err != nil {
			b.Fatal(err)
		}
	}
}
