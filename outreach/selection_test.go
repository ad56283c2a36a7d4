package outreach

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

// content is what the program is delivered with, and the sample programme.
func content(t *testing.T) (*flows.Set, *programme.Offer) {
	t.Helper()
	catalog, err := locales.Load(locales.Files())
	if err != nil {
		t.Fatal(err)
	}
	data, err := programme.Load(programme.Files())
	if err != nil {
		t.Fatal(err)
	}
	today := programme.DateOf(time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC))
	samples, err := data.Samples(today)
	if err != nil {
		t.Fatal(err)
	}
	return &flows.Set{Catalog: catalog, Data: data, Round: data.Calls.All()[0]}, programme.NewOffer(data, samples, today)
}

func groupsOf(lists ...string) (out [][]flows.Entry) {
	for _, list := range lists {
		var g []flows.Entry
		for _, e := range strings.Fields(list) {
			d, v, _ := strings.Cut(e, ":")
			g = append(g, flows.Entry{Dimension: d, Value: v})
		}
		out = append(out, g)
	}
	return out
}

func TestAudiencesOfASelection(t *testing.T) {
	const open = "emprendimiento:CUMPLE_PRELIMINAR emprendimiento:FALTAN_DOCUMENTOS emprendimiento:REVISION_HUMANA"
	for _, tc := range []struct {
		name  string
		s     Selection
		scope Scope
		want  [][]flows.Entry
	}{
		{"everybody", nil, Scope{}, nil},
		{"one line in one municipality", Selection{ByLine: {"emprendimiento"}, ByMunicipality: {"54001"}}, Scope{}, groupsOf(open, "municipality:54001")},
		{"a line with an outcome", Selection{ByLine: {"emprendimiento"}, ByOutcome: {"NO_CUMPLE_POR_AHORA"}}, Scope{}, groupsOf("emprendimiento:NO_CUMPLE_POR_AHORA")},
		{"an outcome of any line", Selection{ByOutcome: {"REVISION_HUMANA"}}, Scope{},
			groupsOf("emprendimiento:REVISION_HUMANA inclusion_laboral:REVISION_HUMANA integracion_comunitaria:REVISION_HUMANA")},
		{"here or there", Selection{ByMunicipality: {"54001"}, ByDepartment: {"44"}}, Scope{}, groupsOf("municipality:54001 department:44")},
		{"the rest", Selection{ByOccupation: {"5120"}, ByCourse: {"C-01", "C-02"}, ByEvent: {"E-01"}, ByLanguage: {"ht"}, ByPopulation: {"acogida"}}, Scope{},
			groupsOf("occupation:5120", "course:C-01 course:C-02", "event:E-01", "language:ht", "population:acogida")},
		{"everybody within a scope", nil, Scope{Lines: []string{"emprendimiento"}, Towns: []string{"54001", "44430"}}, groupsOf(open, "municipality:54001 municipality:44430")},
		{"some within a scope", Selection{ByMunicipality: {"44430"}, ByOutcome: {"REVISION_HUMANA"}}, Scope{Lines: []string{"emprendimiento"}, Towns: []string{"54001", "44430"}},
			groupsOf("emprendimiento:REVISION_HUMANA", "municipality:44430")},
	} {
		if diff := cmp.Diff(tc.want, tc.s.Groups(tc.scope)); diff != "" {
			t.Errorf("%s: %s", tc.name, diff)
		}
	}
}

func TestWhatNobodyMayChoose(t *testing.T) {
	set, offer := content(t)
	bounded := Scope{Lines: []string{"emprendimiento"}, Towns: []string{"54001"}}
	many := make([]string, mostValues+1)
	for i := range many {
		many[i] = "54001"
	}
	for _, tc := range []struct {
		name  string
		s     Selection
		scope Scope
		want  error
	}{
		{"everybody", nil, bounded, nil},
		{"within the scope", Selection{ByLine: {"emprendimiento"}, ByMunicipality: {"54001"}}, bounded, nil},
		{"another line", Selection{ByLine: {"emprendimiento", "inclusion_laboral"}}, bounded, ErrScope},
		{"another municipality", Selection{ByMunicipality: {"44430"}}, bounded, ErrScope},
		{"the whole department", Selection{ByDepartment: {"54"}}, bounded, ErrScope},
		{"a department without a scope", Selection{ByDepartment: {"54"}}, Scope{}, nil},
		{"no such line", Selection{ByLine: {"x"}}, Scope{}, ErrNoValue},
		{"no such municipality", Selection{ByMunicipality: {"00000"}}, Scope{}, ErrNoValue},
		{"a course that is not there", Selection{ByCourse: {"C-99"}}, Scope{}, ErrNoValue},
		{"who did not want to tell", Selection{ByPopulation: {"pnd"}}, Scope{}, ErrNoValue},
		{"no such dimension", Selection{"circumstances": {"discapacidad"}}, Scope{}, ErrNoValue},
		{"too many", Selection{ByMunicipality: many}, Scope{}, ErrNoValue},
	} {
		if err := tc.s.Check(set, offer, tc.scope); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

// Whatever can be chosen is known, lies in the scope and has words.
func TestEveryChoiceCanBeChosen(t *testing.T) {
	set, offer := content(t)
	for _, scope := range []Scope{{}, {Lines: []string{"inclusion_laboral"}, Towns: []string{"54001", "11001"}}} {
		for _, d := range Dimensions() {
			all := Choices(set, offer, d, scope)
			if len(all) == 0 && d != ByDepartment {
				t.Errorf("nothing to choose of %s", d)
			}
			for _, c := range all {
				if err := (Selection{d: {c.Value}}).Check(set, offer, scope); err != nil {
					t.Errorf("%s %s: %v", d, c.Value, err)
				}
				if c.Label.Literal == c.Value && d != ByPopulation {
					t.Errorf("%s %s has no words", d, c.Value)
				}
			}
		}
	}
	if got := Search(set, ByMunicipality, "cucuta", Scope{}); len(got) != 1 || got[0].Value != "54001" {
		t.Errorf("searched: %v", got)
	}
	if got := Search(set, ByMunicipality, "maicao", Scope{Towns: []string{"54001"}}); len(got) != 0 {
		t.Errorf("beyond the scope: %v", got)
	}
	if got := Search(set, ByOccupation, "cocinero", Scope{}); len(got) == 0 {
		t.Error("no cook was found")
	}
	if got := Search(set, ByLine, "emprendimiento", Scope{}); len(got) != 0 {
		t.Errorf("lines are not searched: %v", got)
	}
}

func TestASelectionIsChangedAsACopy(t *testing.T) {
	a := Selection{}.With(ByLine, "emprendimiento", true)
	b := a.With(ByLine, "inclusion_laboral", true).With(ByLine, "inclusion_laboral", true)
	c := b.With(ByLine, "emprendimiento", false).With(ByLine, "inclusion_laboral", false)
	if !slices.Equal(a[ByLine], []string{"emprendimiento"}) || !slices.Equal(b[ByLine], []string{"emprendimiento", "inclusion_laboral"}) || !c.Empty() || b.Empty() {
		t.Errorf("%v %v %v", a, b, c)
	}
	if d := Selection(nil).With(ByLine, "x", false); !d.Empty() {
		t.Errorf("%v", d)
	}
}

func TestFewPeopleOfOnePopulationCouldBeRecognised(t *testing.T) {
	for _, tc := range []struct {
		groups string
		size   int
		want   bool
	}{
		{"population:acogida", LeastGroup - 1, true}, {"population:acogida", LeastGroup, false}, {"municipality:54001", 1, false},
	} {
		if got := Exposes(groupsOf(tc.groups), tc.size); got != tc.want {
			t.Errorf("%s with %d: %v", tc.groups, tc.size, got)
		}
	}
}

func TestAnAudienceInWords(t *testing.T) {
	set, offer := content(t)
	for _, tc := range []struct {
		s    Selection
		want string
	}{
		{nil, ""},
		{Selection{ByLine: {"emprendimiento"}, ByMunicipality: {"54001"}, ByDepartment: {"44"}}, "line: Apoyo a su negocio | municipality: Cúcuta, Norte de Santander, La Guajira"},
		{Selection{ByLine: {"emprendimiento"}, ByOutcome: {"FALTAN_DOCUMENTOS"}}, "line: Apoyo a su negocio | outcome: falta un documento"},
		{Selection{ByOutcome: {"FALTAN_DOCUMENTOS"}}, "outcome: falta un documento"},
		{Selection{ByDepartment: {"44"}, ByLanguage: {"ht"}}, "department: La Guajira | language: Kreyòl ayisyen"},
		{Selection{ByCourse: {"C-99"}}, "course: C-99"},
	} {
		var got []string
		for _, text := range Describe(set, offer, tc.s.Groups(Scope{})) {
			var values []string
			for _, v := range text.Params["valores"].List {
				values = append(values, flows.Words(set, &flows.Session{Language: "es"}, v))
			}
			got = append(got, strings.TrimPrefix(text.Key, "announce.audience.")+": "+strings.Join(values, ", "))
		}
		if s := strings.Join(got, " | "); s != tc.want {
			t.Errorf("%v: %s, want %s", tc.s, s, tc.want)
		}
	}
}

func TestWhatTelegramWouldRefuse(t *testing.T) {
	long := func(n int) string { return strings.Repeat("ñ", n) }
	for _, tc := range []struct {
		name string
		p    store.Piece
		want string
	}{
		{"a text", store.Piece{HTML: "<b>hola</b>"}, ""},
		{"of 4,096", store.Piece{HTML: "<i>" + long(4095) + "</i>&amp;"}, ""},
		{"of 4,097", store.Piece{HTML: long(4096) + "&lt;"}, "4097 characters, 1 more than Telegram takes"},
		{"under a photo", store.Piece{HTML: strings.Repeat("😀", 1024), Media: "photo"}, ""},
		{"too long under a photo", store.Piece{HTML: strings.Repeat("😀", 1030), Media: "photo"}, "1030 characters, 6 more than Telegram takes"},
		{"a voice without words", store.Piece{Media: "voice"}, ""},
		{"nothing", store.Piece{}, ErrNoWords.Error()},
		{"only tags", store.Piece{HTML: `<b></b>`}, ErrNoWords.Error()},
		{"too much formatting", store.Piece{HTML: strings.Repeat("<tg-spoiler>a</tg-spoiler>b", 2000)}, ErrMarkup.Error()},
	} {
		got := ""
		if err := CheckPiece(tc.p); err != nil {
			got = err.Error()
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
