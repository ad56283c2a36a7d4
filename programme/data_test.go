package programme

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// edited is the embedded data with one file changed.
func edited(t *testing.T, file string, change func(string) string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	entries, err := fs.ReadDir(Files(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		raw, err := fs.ReadFile(Files(), entry.Name())
		if err != nil {
			t.Fatal(err)
		}
		out[entry.Name()] = &fstest.MapFile{Data: raw}
	}
	before := string(out[file].Data)
	after := change(before)
	if after == before {
		t.Fatalf("the edit of %s changed nothing", file)
	}
	out[file] = &fstest.MapFile{Data: []byte(after)}
	return out
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.Replace(s, old, new, 1) }
}

// lineOf is the number of the first line of a data file that holds part.
func lineOf(t *testing.T, file, part string) int {
	t.Helper()
	raw, err := fs.ReadFile(Files(), file)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(raw), part)
	if i < 0 {
		t.Fatalf("%s holds no %q", file, part)
	}
	return strings.Count(string(raw[:i]), "\n") + 1
}

func TestLoadTellsFileLineColumnAndMend(t *testing.T) {
	tests := []struct {
		name     string
		file     string
		old, new string // the edit; the complaint must stand on the line of old
		column   int    // 0: not checked
		what     string
	}{
		{"misspelt outcome", "screening.yaml", "outcome: MENOR_DE_EDAD", "outcome: MENOR", 14, `"MENOR" is not a possible value`},
		{"unknown line", "screening.yaml", "lines: [integracion_comunitaria]", "lines: [comunitaria]", 13, `"comunitaria" is not a possible value`},
		{"impossible code", "screening.yaml", `when: age == "menor_18"`, `when: age == "menor"`, 18, `age can never be "menor"`},
		{"impossible code in a quoted condition", "screening.yaml", `when: '"no_se" in seeks'`, `when: '"nose" in seeks'`, 12, `seeks can never be "nose"`},
		{"undeclared offer", "screening.yaml", "offers: [CONVALIDACION]", "offers: [CONVALIDAR]", 14, `"CONVALIDAR" is not a possible value`},
		{"offer that nobody makes", "screening.yaml", "offers: [CRORE, RUTA", "offers: [CRORE, BECA, RUTA", 17, "no rule makes the offer BECA"},
		{"outcome without a next step", "screening.yaml", "rule: R01\n    lines: [emprendimiento, inclusion_laboral, integracion_comunitaria]\n    when: age == \"menor_18\"\n    outcome: MENOR_DE_EDAD\n    text: T01\n    next: [caregiver, help]", "rule: R01\n    lines: [emprendimiento, inclusion_laboral, integracion_comunitaria]\n    when: age == \"menor_18\"\n    outcome: MENOR_DE_EDAD\n    text: T01", 11, "without a next step"},
		{"unknown key", "screening.yaml", "    erase: true\n  - rule: R02", "    erasee: true\n  - rule: R02", 5, "erasee"},
		{"neither true nor false", "screening.yaml", "stop: true\n    erase: true\n  - rule: R02", "stop: yes\n    erase: true\n  - rule: R02", 11, "neither true nor false"},
		{"code of no question", "screening.yaml", "  stay: [si", "  estancia: [si", 0, "estancia is not a question"},
		{"broken YAML", "screening.yaml", "answers:\n  age: [menor_18,", "answers:\n  age: [menor_18]]", 0, ""},
		{"no municipality of that code", "calls.yaml", `- "54001"`, `- "54999"`, 9, `no municipality "54999"`},
		{"municipality twice", "calls.yaml", `- "08001"`, `- "54001"`, 9, "listed twice"},
		{"review days as text", "calls.yaml", "review_days: 8", "review_days: pronto", 18, "not a whole number"},
		{"unusable id", "calls.yaml", "id: ejemplo_2026", "id: Ejemplo 2026", 9, "not usable"},
		{"bad date", "calls.yaml", "review_days: 8", "review_days: 8\n    opens: 1/2/2026", 0, "not YYYY-MM-DD"},
		{"empty cell", "municipalities.csv", "05002,Abejorral", "05002,", 7, "the cell is empty"},
		{"lost zero", "municipalities.csv", "05002,Abejorral", "5002,Abejorral", 1, "not a DIVIPOLA code"},
		{"code twice", "municipalities.csv", "05004,", "05002,", 1, "there twice"},
		{"department of another code", "municipalities.csv", "08078,Baranoa", "05078,Baranoa", 0, "begins with the code of"},
		{"reception level", "municipalities.csv", "Abejorral,Antioquia,0", "Abejorral,Antioquia,3", 27, `"3" is not a possible value`},
		{"too few cells", "municipalities.csv", "05002,Abejorral,Antioquia,0,", "05002,Abejorral", 1, "2 cells instead of 5"},
		{"broken quotes", "occupations.csv", `141,Admin`, `141,"Admin`, 0, ""},
		{"flag", "occupations.csv", "jefe de tienda,,0", "jefe de tienda,,no", 0, `"no" is not a possible value`},
		{"unknown document", "documents.csv", "yes,OTRO", "yes,OTRA", 0, `no document "OTRA"`},
		{"overlapping days", "documents.csv", "SC2,2025-07-09", "SC2,2025-07-08", 5, "on the same day"},
		{"two values on one day", "parameters.csv", "47,hour,2023-07-15", "47,hour,2023-07-14", 26, "on the same day"},
		{"value with points", "parameters.csv", "smmlv_mes,1423500", "smmlv_mes,1.423.500", 11, "not a whole number"},
		{"end before start", "parameters.csv", "2025-01-01,2025-12-31", "2025-01-01,2024-12-31", 0, "before the start"},
		{"unsigned check", "helplines.csv", "fuente_prensa,,,1", "fuente_prensa,2026-11-01,,1", 0, "not signed"},
		{"emergency line without number", "helplines.csv", "L-01,123,", "L-01,,", 6, "has no number"},
		{"unknown channel", "helplines.csv", "L-01,123,1,llamada", "L-01,123,1,radio", 12, "channel"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Load(edited(t, tt.file, replace(tt.old, tt.new)))
			problems, ok := errors.AsType[Problems](err)
			if !ok {
				t.Fatalf("Load gave %v, want Problems", err)
			}
			want := lineOf(t, tt.file, tt.old)
			found := slices.ContainsFunc(problems, func(p Problem) bool {
				return p.File == tt.file && p.Line >= want && p.Line <= want+3 && strings.Contains(p.What, tt.what) && p.Mend != "" &&
					(tt.column == 0 || p.Column == tt.column && p.Line == want)
			})
			if !found {
				t.Errorf("no problem at %s:%d:%d saying %q in:\n%v", tt.file, want, tt.column, tt.what, err)
			}
		})
	}
}

func TestLoadRefusesHoles(t *testing.T) {
	tests := []struct {
		name, file string
		change     func(string) string
		what       string
	}{
		{"no rule for the rest", "screening.yaml", func(s string) string { return s[:strings.Index(s, "  - rule: R99")] }, "without an outcome"},
		{"empty YAML", "calls.yaml", func(string) string { return "" }, "empty"},
		{"no calls", "calls.yaml", func(string) string { return "calls: []\n" }, "no call"},
		{"two documents", "calls.yaml", func(s string) string { return s + "---\ncalls: []\n" }, "more than one document"},
		{"empty CSV", "municipalities.csv", func(string) string { return "" }, "empty"},
		{"other columns", "helplines.csv", replace("id,number", "id,telephone"), "columns"},
		{"no version", "screening.yaml", replace(`version: "2026-11-22.1"`, `version: ""`), "version is missing"},
		{"quotas without places", "calls.yaml", func(s string) string {
			return s + "    quotas:\n      - {populations: [migrante_ve], percent: 70}\n"
		}, "number of places"},
		{"quotas above all", "calls.yaml", func(s string) string {
			return s + "    places: 10\n    quotas:\n      - {populations: [migrante_ve], percent: 70}\n      - {populations: [acogida], percent: 31}\n"
		}, "101 percent"},
		{"quota of nobody", "calls.yaml", func(s string) string {
			return s + "    places: 10\n    quotas:\n      - {populations: [migrantes], percent: 70}\n"
		}, `"migrantes" is not a possible value`},
		{"stop that leaves a line open", "screening.yaml", replace("offers: [CRORE]", "offers: [CRORE]\n    stop: true"), "stops before every line"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := Load(edited(t, tt.file, tt.change))
			if err == nil || !strings.Contains(err.Error(), tt.what) || d != nil {
				t.Errorf("Load = %v, %v; want no data and an error saying %q", d, err, tt.what)
			}
		})
	}
}

func TestLoadTellsEveryProblemAtOnce(t *testing.T) {
	_, err := Load(fstest.MapFS{})
	problems, ok := errors.AsType[Problems](err)
	if !ok {
		t.Fatalf("Load of nothing gave %v", err)
	}
	files := map[string]bool{}
	for _, p := range problems {
		files[p.File] = true
	}
	want := []string{"attention.yaml", "calls.yaml", "decentwork_words.csv", "documents.csv", "foreign.csv", "helplines.csv", "municipalities.csv", "occupations.csv", "parameters.csv", "screening.yaml", "signals.yaml", "stages.yaml"}
	if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, want) {
		t.Errorf("problems name %v, want %v", got, want)
	}
}

func TestNoticeIsKeptBesideTheData(t *testing.T) {
	raw, err := fs.ReadFile(Files(), "NOTICE.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{"DANE", "CC BY-SA 4.0", "colombia-cities", "juanvidev1", "ISCO-08"} {
		if !strings.Contains(string(raw), must) {
			t.Errorf("the notice does not name %s", must)
		}
	}
}

func FuzzLoadScreening(f *testing.F) {
	raw, err := fs.ReadFile(Files(), "screening.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(raw))
	f.Add("version: [")
	f.Add("rules:\n  - rule: R1\n    when: |\n      age == \"x\"\n")
	documents, occupations := &Documents{}, &Occupations{}
	f.Fuzz(func(t *testing.T, text string) {
		var problems Problems
		r := loadRuleset(fstest.MapFS{"s.yaml": {Data: []byte(text)}}, "s.yaml", documents, occupations, &problems)
		if len(problems) == 0 {
			r.Screen(Call{}, Answers{}).Uniform() // what loads can be used
		}
	})
}
