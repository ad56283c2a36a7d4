package programme

import (
	"slices"
	"testing"
)

func TestSampleCall(t *testing.T) {
	calls := load(t).Calls
	call, ok := calls.ByID("ejemplo_2026")
	if !ok {
		t.Fatal("no call ejemplo_2026")
	}
	for _, code := range []string{"54001", "08001", "11001", "05001", "44430", "44001", "68001", "54874"} {
		if !call.Covers(code) {
			t.Errorf("the call does not cover %s", code)
		}
	}
	if call.Covers("76001") || call.Covers("pnd") || call.Covers("") {
		t.Error("the call covers too much")
	}
	if len(call.Quotas) != 0 || call.AskCircumstances || call.MinBusinessMonths != 0 {
		t.Errorf("an optional setting is on by default: %+v", call)
	}
	if !call.Open(day(t, "2026-11-22")) || len(calls.Open(day(t, "2026-11-22"))) != 1 || call.ReviewDays < 1 {
		t.Errorf("the call is not usable: %+v", call)
	}
	if _, ok := calls.ByID("otra"); ok {
		t.Error("found a call that is not there")
	}
}

func TestCallOpen(t *testing.T) {
	call := Call{Opens: day(t, "2026-12-01"), Closes: day(t, "2026-12-31")}
	for on, want := range map[string]bool{"2026-11-30": false, "2026-12-01": true, "2026-12-31": true, "2027-01-01": false} {
		if got := call.Open(day(t, on)); got != want {
			t.Errorf("open on %s = %v", on, got)
		}
	}
}

func TestPriority(t *testing.T) {
	quotas := []Quota{{[]string{"migrante_ve", "otra_nac"}, 70}, {[]string{"acogida", "retornado"}, 30}}
	asks := Call{AskCircumstances: true, Places: 10, Quotas: quotas}
	tests := []struct {
		name       string
		call       Call
		answers    Answers
		registered map[string]int
		want       int
	}{
		{"one point for each circumstance", Call{AskCircumstances: true}, Answers{Circumstances: []string{"discapacidad", "lgbtiq"}}, nil, 2},
		{"at most four", Call{AskCircumstances: true}, Answers{Circumstances: []string{"jefatura_sola", "personas_a_cargo", "discapacidad", "lgbtiq", "pueblo_etnico"}}, nil, 4},
		{"told twice counts once", Call{AskCircumstances: true}, Answers{Circumstances: []string{"lgbtiq", "lgbtiq"}}, nil, 1},
		{"none of them, or not said", Call{AskCircumstances: true}, Answers{Circumstances: []string{"ninguna", "pnd"}}, nil, 0},
		{"off unless the call asks", Call{}, Answers{Circumstances: []string{"discapacidad"}}, nil, 0},
		{"no quotas, no point", Call{Places: 10}, Answers{Population: "migrante_ve"}, nil, 0},
		{"quota with places left", asks, Answers{Population: "migrante_ve"}, map[string]int{"migrante_ve": 6}, 1},
		{"quota filled together", asks, Answers{Population: "migrante_ve"}, map[string]int{"migrante_ve": 4, "otra_nac": 3}, 0},
		{"the other quota is not mine", asks, Answers{Population: "acogida"}, map[string]int{"migrante_ve": 7, "acogida": 2}, 1},
		{"population not said", asks, Answers{Population: "pnd"}, nil, 0},
		{"both", asks, Answers{Population: "retornado", Circumstances: []string{"discapacidad"}}, nil, 2},
	}
	for _, tt := range tests {
		if got := tt.call.Priority(tt.answers, tt.registered); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestCallSettingsAreRead(t *testing.T) {
	d, err := Load(edited(t, "calls.yaml", func(string) string {
		return `calls:
  - id: cucuta_2027
    title: call.cucuta_2027
    opens: 2027-01-15
    closes: 2027-02-15
    municipalities: ["54001", 54874]
    review_days: 3
    min_business_months: 6
    ask_circumstances: true
    places: 200
    quotas:
      - {populations: [migrante_ve, otra_nac], percent: 70}
      - {populations: [retornado, acogida], percent: 30}
`
	}))
	if err != nil {
		t.Fatal(err)
	}
	call, _ := d.Calls.ByID("cucuta_2027")
	if call.Opens != day(t, "2027-01-15") || call.Closes != day(t, "2027-02-15") || !slices.Equal(call.Municipalities, []string{"54001", "54874"}) ||
		call.ReviewDays != 3 || call.MinBusinessMonths != 6 || !call.AskCircumstances || call.Places != 200 || len(call.Quotas) != 2 || call.Quotas[0].Percent != 70 {
		t.Errorf("read %+v", call)
	}
}
