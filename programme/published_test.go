package programme

import (
	"slices"
	"testing"
)

func TestACallOfTheTeamIsCheckedAsThatOfTheFile(t *testing.T) {
	d := load(t)
	good := Call{ID: "cucuta_2027", Title: "Cúcuta", Municipalities: []string{"54001"}, ReviewDays: 5}
	for reason, change := range map[string]func(*Call){
		"":             func(*Call) {},
		CallID:         func(c *Call) { c.ID = "Cúcuta 1" },
		CallUntitled:   func(c *Call) { c.Title = "" },
		CallReview:     func(c *Call) { c.ReviewDays = 0 },
		CallEndsFirst:  func(c *Call) { c.Opens, c.Closes = day(t, "2027-02-01"), day(t, "2027-01-01") },
		CallNowhere:    func(c *Call) { c.Municipalities = nil },
		CallNoPlace:    func(c *Call) { c.Municipalities = []string{"99999"} },
		CallTwice:      func(c *Call) { c.Municipalities = []string{"54001", "54001"} },
		CallPopulation: func(c *Call) { c.Places, c.Quotas = 10, []Quota{{[]string{"nadie"}, 10}} },
		CallShares: func(c *Call) {
			c.Places, c.Quotas = 10, []Quota{{[]string{"acogida"}, 60}, {[]string{"retornado"}, 41}}
		},
		CallNoPlaces: func(c *Call) { c.Quotas = []Quota{{[]string{"acogida"}, 60}} },
	} {
		call := good
		call.Municipalities = slices.Clone(good.Municipalities)
		change(&call)
		next, faults := d.WithCall(call)
		switch {
		case reason == "" && (len(faults) > 0 || next == nil):
			t.Errorf("a good call is refused: %v", faults)
		case reason != "" && (next != nil || len(faults) != 1 || faults[0].Reason != reason):
			t.Errorf("%s: %v", reason, faults)
		}
	}
	next, _ := d.WithCall(good)
	if got, open := next.Calls.Current(day(t, "2027-01-01")); got.ID != good.ID || !open {
		t.Errorf("the new call is not the current one: %s", got.ID)
	}
	first := d.Calls.All()[0]
	first.ReviewDays = 3
	next, _ = d.WithCall(first)
	if got, _ := next.Calls.ByID(first.ID); got.ReviewDays != 3 || len(next.Calls.All()) != len(d.Calls.All()) {
		t.Errorf("the call was not put in the place of the one of its id: %+v", got)
	}
	if was, _ := d.Calls.ByID(first.ID); was.ReviewDays == 3 {
		t.Error("the data of the files changed")
	}
}

func TestARowOfAFigureEndsTheOneBefore(t *testing.T) {
	d := load(t)
	row := Parameter{Name: "horas_semana_max", Value: 40, Unit: "hour", From: day(t, "2028-01-01"), Source: "Ley", Status: "confirmed"}
	next, reason := d.WithParameter(row)
	if reason != "" {
		t.Fatal(reason)
	}
	for on, want := range map[string]int64{"2027-12-31": 42, "2028-01-01": 40, "2030-06-01": 40} {
		if got, ok := next.Parameters.At(row.Name, day(t, on)); !ok || got.Value != want {
			t.Errorf("on %s it is %d, want %d", on, got.Value, want)
		}
	}
	if got, _ := d.Parameters.At(row.Name, day(t, "2030-06-01")); got.Value != 42 {
		t.Error("the data of the files changed")
	}
	v := decentVacancy()
	v.Hours, v.Starts = 41, day(t, "2028-02-01")
	if before, after := d.DecentWork.Check(v, day(t, "2028-01-20")), next.DecentWork.Check(v, day(t, "2028-01-20")); slices.Equal(before.Codes(), after.Codes()) {
		t.Errorf("the checks of offers do not know the new figure: %v", after.Codes())
	}
	for want, change := range map[string]func(*Parameter){
		ParameterUnknown:  func(p *Parameter) { p.Name = "no_hay" },
		ParameterUndated:  func(p *Parameter) { p.From = Date{} },
		ParameterEnds:     func(p *Parameter) { p.To = day(t, "2027-01-01") },
		ParameterUnsigned: func(p *Parameter) { p.Source = "" },
		ParameterStatus:   func(p *Parameter) { p.Status = "seguro" },
		ParameterTwice:    func(p *Parameter) { p.From = day(t, "2020-01-01") },
		ParameterAlways:   func(p *Parameter) { p.Name, p.Unit = "edad_minima_programa", "year" },
	} {
		bad := row
		change(&bad)
		if next, reason := d.WithParameter(bad); next != nil || reason != want {
			t.Errorf("%s: %q", want, reason)
		}
	}
}
