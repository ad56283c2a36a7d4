package programme

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestMunicipalityTable checks the committed table against what DIVIPOLA is
// known to hold: 1,122 entries in 33 departments.
func TestMunicipalityTable(t *testing.T) {
	m := load(t).Municipalities
	if got := len(m.All()); got != 1122 {
		t.Errorf("%d municipalities, want 1,122", got)
	}
	if got := len(m.Departments()); got != 33 {
		t.Errorf("%d departments, want 33", got)
	}
	for code, name := range map[string]string{
		"13490": "Norosí", "19300": "Guachené", "23682": "San José de Uré", "23815": "Tuchín", "27493": "Nuevo Belén de Bajirá", // added
		"27580": "Río Iró", "63470": "Montenegro", "76111": "Guadalajara de Buga", "15693": "Santa Rosa de Viterbo", "13468": "Mompox", // renamed
		"11001": "Bogotá", "54001": "Cúcuta", "15407": "Villa de Leyva", "05002": "Abejorral", "73268": "Espinal",
	} {
		if town, ok := m.ByCode(code); !ok || town.Name != name {
			t.Errorf("%s is %q, want %q", code, town.Name, name)
		}
	}
	for _, code := range []string{"27086", "94663", "", "5001", "00000", "54001 "} {
		if town, ok := m.ByCode(code); ok {
			t.Errorf("ByCode(%q) found %s", code, town.Label())
		}
	}
	names, reception := map[string]int{}, map[int]int{}
	for _, town := range m.All() {
		names[Normalize(town.Name)]++
		reception[town.Reception]++
	}
	shared := 0
	for _, n := range names {
		if n > 1 {
			shared++
		}
	}
	if shared != 67 {
		t.Errorf("%d names are shared by departments, want 67", shared)
	}
	if diff := cmp.Diff(map[int]int{0: 1061, 1: 22, 2: 39}, reception); diff != "" {
		t.Errorf("reception levels (-want +got):\n%s", diff)
	}
}

func TestMunicipalityDisplay(t *testing.T) {
	m := load(t).Municipalities
	cucuta, _ := m.ByCode("54001")
	if got := cucuta.Label(); got != "Cúcuta, Norte de Santander" {
		t.Errorf("label of 54001 = %q", got)
	}
	bogota, _ := m.ByCode("11001")
	if got := bogota.Label(); got != "Bogotá" {
		t.Errorf("label of 11001 = %q", got)
	}
	north := m.InDepartment("54")
	if len(north) != 40 || north[0].Name != "Cúcuta" || north[1].Name != "Los Patios" || north[2].Name != "Villa del Rosario" || north[3].Reception != 2 {
		t.Errorf("Norte de Santander has %d municipalities, beginning %v", len(north), north[:4])
	}
	if got := m.InDepartment("00"); got != nil {
		t.Errorf("department 00 has %v", got)
	}
	if first := m.Departments()[0]; first.Name != "Amazonas" || first.Code != "91" {
		t.Errorf("first department is %v", first)
	}
}

func TestMatchMunicipality(t *testing.T) {
	tests := []struct {
		typed string
		kind  MatchKind
		codes string // of all candidates, in order
	}{
		// Names and what people call them.
		{"bogota", MatchExact, "11001"}, {"Bta", MatchExact, "11001"}, {"bgta", MatchExact, "11001"}, {"Bogotá D.C.", MatchExact, "11001"},
		{"BOGOTÁ, DISTRITO CAPITAL", MatchExact, "11001"}, {"suba", MatchExact, "11001"}, {"bogota cundinamarca", MatchExact, "11001"},
		{"B/quilla", MatchExact, "08001"}, {"bquilla", MatchExact, "08001"}, {"b/manga", MatchExact, "68001"}, {"V/vicencio", MatchExact, "50001"},
		{"Cucuta", MatchExact, "54001"}, {"san jose de cucuta", MatchExact, "54001"}, {"ciudad de cúcuta", MatchExact, "54001"}, {"municipio de Cúcuta", MatchExact, "54001"},
		{"sta marta", MatchExact, "47001"}, {"Sta. Marta", MatchExact, "47001"}, {"ctg", MatchExact, "13001"}, {"vdr", MatchExact, "54874"}, {"la parada", MatchExact, "54874"},
		{"pto carreño", MatchExact, "99001"}, {"PTO BERRIO", MatchExact, "05579"}, {"buga", MatchExact, "76111"}, {"norosi", MatchExact, "13490"},
		// With the department.
		{"armenia quindio", MatchExact, "63001"}, {"Armenia, Quindío", MatchExact, "63001"}, {"Antioquia Armenia", MatchExact, "05059"}, {"san antonio tolima", MatchExact, "73675"},
		{"Rionegro, Santander", MatchExact, "68615"}, {"cartagena bolivar", MatchExact, "13001"},
		// Several departments: reception municipalities first.
		{"armenia", MatchChoose, "63001|05059"}, {"rionegro", MatchChoose, "05615|68615"}, {"manaure", MatchChoose, "44560|20443"},
		{"ciudad bolivar", MatchChoose, "11001|05101"},
		// Inside a sentence.
		{"vivo en cucuta", MatchExact, "54001"}, {"Hola, yo vivo en Medellín, Colombia. Gracias", MatchExact, "05001"}, {"I live in Bogota", MatchExact, "11001"},
		{"soy de maracaibo pero vivo en cucuta", MatchConfirm, "54001"}, {"no vivo en cucuta", MatchConfirm, "54001"}, {"vivo en bogota, en suba", MatchConfirm, "11001"},
		{"barrio la paz de cucuta", MatchChoose, "54001|20621|68397"}, {"medellin o bello", MatchChoose, "05088|05001"},
		// Slips: asked back, never taken.
		{"medelin", MatchConfirm, "05001"}, {"cucuuuuta", MatchConfirm, "54001"}, {"sipaquira", MatchConfirm, "25899"}, {"jiron", MatchConfirm, "68307"}, {"bogotta", MatchConfirm, "11001"},
		{"bucara", MatchConfirm, "68001"}, {"varranquilla", MatchConfirm, "08001"}, {"vivo en medelin", MatchConfirm, "05001"}, {"colombia", MatchConfirm, "41206"},
		// Abroad; a namesake in Colombia is offered.
		{"San Antonio", MatchForeign, "73675"}, {"Ureña", MatchForeign, ""}, {"urena", MatchForeign, ""}, {"Maracaibo", MatchForeign, ""}, {"Caracas", MatchForeign, ""},
		{"valencia", MatchForeign, "23855"}, {"san cristobal", MatchForeign, "13620"}, {"vivo en maracaibo", MatchForeign, ""}, {"valencia, venezuela", MatchForeign, ""}, {"zulia", MatchForeign, "54261"},
		{"el zulia", MatchExact, "54261"},
		// Nothing.
		{"", MatchUnknown, ""}, {"   ", MatchUnknown, ""}, {"no se", MatchUnknown, ""}, {"250", MatchUnknown, ""}, {"hola", MatchUnknown, ""}, {"xq", MatchUnknown, ""},
		{"🙂🙂", MatchUnknown, ""}, {"<b>", MatchUnknown, ""}, {"{{.}}", MatchUnknown, ""}, {"\x00\x01\x1b", MatchUnknown, ""}, {"مرحبا", MatchUnknown, ""}, {"\u202ecucuta", MatchExact, "54001"},
		{"auxilio, socorro", MatchUnknown, ""}, {"me toca ir con mi plato", MatchUnknown, ""},
	}
	m := load(t).Municipalities
	for _, tt := range tests {
		got := m.Match(tt.typed)
		var codes []string
		for _, town := range got.Candidates {
			codes = append(codes, town.Code)
		}
		if got.Kind != tt.kind || strings.Join(codes, "|") != tt.codes {
			t.Errorf("Match(%q) = %s %s, want %s %s", tt.typed, got.Kind, strings.Join(codes, "|"), tt.kind, tt.codes)
		}
	}
}

func TestMatchDepartment(t *testing.T) {
	m := load(t).Municipalities
	tests := []struct{ typed, department, first string }{
		{"antioquia", "05", "05088"}, {"Norte de Santander", "54", "54001"}, {"guajira", "44", "44430"}, {"valle", "76", "76001"},
		{"departamento del Atlántico", "08", "08001"}, {"tolima", "73", "73001"},
		{"cordoba", "23", "23001"}, {"risaralda", "66", "66001"}, // also the names of other towns
	}
	for _, tt := range tests {
		got := m.Match(tt.typed)
		if got.Kind != MatchChoose || got.Department != tt.department || got.Candidates[0].Code != tt.first || len(got.Candidates) > maxButtons {
			t.Errorf("Match(%q) = %s, department %q, candidates %v; want choose, %s, %s first", tt.typed, got.Kind, got.Department, got.Candidates, tt.department, tt.first)
		}
	}
}

// TestEveryMunicipalityCanBeTyped makes sure that no entry is out of reach: its
// name with its department names it, and its name alone never another one.
func TestEveryMunicipalityCanBeTyped(t *testing.T) {
	m := load(t).Municipalities
	for _, town := range m.All() {
		if town.Code == bogota {
			continue // a department of its own
		}
		if got := m.Match(town.Label()); got.Kind != MatchExact || got.Candidates[0] != town {
			t.Errorf("Match(%q) = %s %v", town.Label(), got.Kind, got.Candidates)
		}
		got := m.Match(town.Name)
		if got.Kind == MatchExact && got.Candidates[0] != town {
			t.Errorf("Match(%q) takes %s for %s", town.Name, got.Candidates[0].Label(), town.Label())
		}
		if got.Kind != MatchExact && got.Kind != MatchChoose && got.Kind != MatchForeign && town.Name != "Colombia" {
			t.Errorf("Match(%q) = %s %v", town.Name, got.Kind, got.Candidates)
		}
		if !slices.Contains(got.Candidates, town) && len(got.Candidates) < maxButtons {
			t.Errorf("Match(%q) does not offer %s but %v", town.Name, town.Label(), got.Candidates)
		}
	}
}

func TestNoReceptionMunicipalityIsTakenForAbroad(t *testing.T) {
	m := load(t).Municipalities
	for _, town := range m.All() {
		if town.Reception > 0 && m.Match(town.Name).Kind == MatchForeign {
			t.Errorf("%s is taken for a place abroad", town.Label())
		}
	}
}

func TestMatchIsCheapForHostileText(t *testing.T) {
	d := load(t)
	texts := []string{
		strings.Repeat("cucuta ", 700), strings.Repeat("a", 5000), strings.Repeat("🙂", 1250), strings.Repeat("\u0301", 2500),
		strings.Repeat("san ", 24), strings.Repeat("x", 400), strings.Repeat("\u202e", 130),
	}
	start := time.Now()
	for range 20 {
		for _, text := range texts {
			if got := d.Municipalities.Match(text); len(text) > maxTyped && got.Kind != MatchUnknown {
				t.Errorf("a text of %d bytes matched as %s", len(text), got.Kind)
			}
			d.Occupations.Match(text)
		}
	}
	// 280 matches; the bound is a hundred times what they take.
	if spent := time.Since(start); spent > 5*time.Second {
		t.Errorf("hostile texts took %v", spent)
	}
}

func FuzzMatchMunicipality(f *testing.F) {
	m := load(f).Municipalities
	for _, seed := range []string{"vivo en cúcuta", "b/quilla", "san antonio", "armenia, quindío", "\xff\xfe", "\u202e\u0301", "el", "la la la", "colombia colombia"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := m.Match(typed)
		switch got.Kind {
		case MatchExact:
			if len(got.Candidates) != 1 {
				t.Fatalf("exact with %d candidates", len(got.Candidates))
			}
		case MatchChoose:
			if len(got.Candidates) < 2 && got.Department == "" || len(got.Candidates) > maxButtons {
				t.Fatalf("choose with %d candidates", len(got.Candidates))
			}
		case MatchConfirm:
			if n := len(got.Candidates); n < 1 || n > maxButtons {
				t.Fatalf("confirm with %d candidates", n)
			}
		case MatchForeign, MatchUnknown:
		default:
			t.Fatalf("kind %q", got.Kind)
		}
	})
}

func BenchmarkMatchMunicipality(b *testing.B) {
	m := load(b).Municipalities
	for b.Loop() {
		m.Match("medelin")
	}
}
