package programme

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOccupationTable(t *testing.T) {
	o := load(t).Occupations
	common := 0
	var regulated []string
	for _, job := range o.All() {
		if job.Common {
			common++
		}
		if job.Regulated {
			regulated = append(regulated, job.Code)
		}
		if job.Label("es") == "" || job.Label("en") == "" || job.Label("en") == job.Label("es") {
			t.Errorf("%s has labels %q and %q", job.Code, job.Label("es"), job.Label("en"))
		}
	}
	if len(o.All()) != 97 || common != 62 {
		t.Errorf("%d occupations, %d common; want 97, 62", len(o.All()), common)
	}
	want := []string{"214", "215", "221", "222", "226", "233", "234", "241", "261"} // rule R44
	if diff := cmp.Diff(want, regulated); diff != "" {
		t.Errorf("regulated professions (-want +got):\n%s", diff)
	}
	if job, ok := o.ByCode("512"); !ok || job.Label("pt") != "Cocina" || job.Label("en") != "Cooking" {
		t.Errorf("512 = %v %q", ok, job.Label("pt"))
	}
	if _, ok := o.ByCode("999"); ok {
		t.Error("ByCode(999) found something")
	}
}

func TestMatchOccupation(t *testing.T) {
	tests := []struct {
		typed string
		kind  MatchKind
		codes string
	}{
		// One occupation, in the words of both countries, of any gender.
		{"mesero", MatchExact, "513"}, {"mesonera", MatchExact, "513"}, {"Meseras", MatchExact, "513"}, {"cocinera", MatchExact, "512"}, {"COCINEROS", MatchExact, "512"},
		{"celador", MatchExact, "541"}, {"guachimán", MatchExact, "541"}, {"gandolero", MatchExact, "833"}, {"tractomula", MatchConfirm, "833"}, {"buhonero", MatchExact, "521"},
		{"niñera", MatchExact, "531"}, {"auxiliar de cocina", MatchExact, "941"}, {"albañil", MatchExact, "711"}, {"soldadora", MatchExact, "721"}, {"contadora pública", MatchExact, "241"},
		{"peluquería", MatchExact, "514"}, {"uñas", MatchExact, "514"}, {"costura", MatchExact, "753"}, {"caja", MatchExact, "523"}, {"servicios generales", MatchExact, "911"},
		{"Peluquería, barbería y belleza", MatchExact, "514"}, {"cooking", MatchExact, "512"}, {"waiter", MatchExact, "513"}, {"Truck driver", MatchExact, "833"},
		{"quiero trabajar de mesera", MatchExact, "513"}, {"tengo experiencia en panadería", MatchExact, "751"},
		// Several, common ones first.
		{"enfermera", MatchChoose, "322|222"}, {"aseo", MatchChoose, "515|911"}, {"bodega", MatchChoose, "432|522|933"},
		// Slips and parts of sentences are asked back.
		{"cosina", MatchConfirm, "512"}, {"electrisista", MatchConfirm, "741"}, {"peluqero", MatchConfirm, "514"}, {"yo antes era albañil en mi país", MatchConfirm, "711"},
		// Nothing.
		{"", MatchUnknown, ""}, {"xyz", MatchUnknown, ""}, {"🍳", MatchUnknown, ""}, {"1234567890", MatchUnknown, ""}, {"lo que sea", MatchUnknown, ""}, {"\x00", MatchUnknown, ""}, {"مهندس", MatchUnknown, ""},
	}
	o := load(t).Occupations
	for _, tt := range tests {
		got := o.Match(tt.typed)
		var codes []string
		for _, job := range got.Candidates {
			codes = append(codes, job.Code)
		}
		if got.Kind != tt.kind || strings.Join(codes, "|") != tt.codes {
			t.Errorf("Match(%q) = %s %s, want %s %s", tt.typed, got.Kind, strings.Join(codes, "|"), tt.kind, tt.codes)
		}
	}
}

// TestEveryOccupationCanBeTyped: each label finds its own occupation.
func TestEveryOccupationCanBeTyped(t *testing.T) {
	o := load(t).Occupations
	for _, job := range o.All() {
		for _, language := range []string{"es", "en"} {
			got := o.Match(job.Label(language))
			found := false
			for _, candidate := range got.Candidates {
				found = found || candidate.Code == job.Code
			}
			if !found {
				t.Errorf("Match(%q) = %s, without %s", job.Label(language), got.Kind, job.Code)
			}
		}
	}
}

func FuzzMatchOccupation(f *testing.F) {
	o := load(f).Occupations
	for _, seed := range []string{"quiero trabajar de mesera", "aux", "\xff", "de la de la", "🍳 cocina", strings.Repeat("s", 390)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got := o.Match(typed)
		n := len(got.Candidates)
		if n > 5 || (got.Kind == MatchUnknown) != (n == 0) || got.Kind == MatchExact && n != 1 || got.Kind == MatchForeign {
			t.Fatalf("%s with %d candidates", got.Kind, n)
		}
	})
}

func TestCommonOccupationsBeginWithWhatMostPeopleLookFor(t *testing.T) {
	var order string
	for _, o := range load(t).Occupations.Common() {
		if !o.Common {
			t.Errorf("%s is not a frequent one", o.Code)
		}
		if g := o.Code[:1]; !strings.HasSuffix(order, g) {
			order += g
		}
	}
	if order != "59786432" {
		t.Errorf("groups in the order %s", order)
	}
}
