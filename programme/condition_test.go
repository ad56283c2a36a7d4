package programme

import (
	"strings"
	"testing"
)

func TestConditionRefusesAllButItsLanguage(t *testing.T) {
	vocabulary := map[string][]string{"age": {"menor_18", "18_28"}, "document": {"CC", "PPT"}, "seeks": {"negocio"}}
	tests := []struct {
		source string
		at     int    // where the mistake is, in characters
		what   string // part of the complaint
	}{
		{`edad == "menor_18"`, 0, "no answer called edad"},
		{`age == "menor"`, 7, `age can never be "menor"`},
		{`age == "18_28" and document in ["CC", "PTP"]`, 38, `document can never be "PTP"`},
		{`age`, 0, "not a yes or no"},
		{`age < "18_28"`, 6, "cannot be compared"},
		{`"menor_18" == age`, 0, "starts with the name"},
		{`age == document`, 7, "cannot be compared"},
		{`consent == "si"`, 11, "cannot be compared"},
		{`min_business_months > 3.5`, 22, "cannot be compared"},
		{`min_business_months + 1 > 3`, 20, "starts with the name"},
		{`seeks == "negocio"`, 9, "cannot be compared"},
		{`"trabajo" in seeks`, 0, `seeks can never be "trabajo"`},
		{`"CC" in document`, 8, "one code only"},
		{`document in []`, 9, "one answer on the left"},
		{`document in ["CC", age]`, 19, "only codes"},
		{`document in seeks`, 9, "one answer on the left"},
		{`len(seeks) > 0`, 0, "starts with the name"},
		{`any(seeks, # == "negocio")`, 0, "not allowed"},
		{`age matches "18.*"`, 4, "not allowed"},
		{`age contains "18"`, 4, "not allowed"},
		{`consent ? true : false`, 21, "not allowed"},
		{`seeks[0] == "negocio"`, 5, "starts with the name"},
		{`now() > 3`, 0, "starts with the name"},
		{`let x = 1; consent`, 4, "not allowed"},
		{`"CC"`, 0, "not allowed"},
		{`1`, 0, "not allowed"},
		{`nil`, 0, "not allowed"},
		{`age == "18_28" &`, 15, "cannot be read"},
		{``, 0, "cannot be read"},
		{`age == "18_28" and`, 17, "cannot be read"},
	}
	for _, tt := range tests {
		_, problem := compileCondition(tt.source, vocabulary)
		switch {
		case problem == nil:
			t.Errorf("%s: accepted", tt.source)
		case !strings.Contains(problem.what, tt.what):
			t.Errorf("%s: complaint %q does not say %q", tt.source, problem.what, tt.what)
		case problem.at != tt.at:
			t.Errorf("%s: complaint at %d, want %d", tt.source, problem.at, tt.at)
		case problem.mend == "":
			t.Errorf("%s: does not say how to mend it", tt.source)
		}
	}
}

func TestConditionHolds(t *testing.T) {
	f := facts{Consent: true, Age: "29_59", Document: "PPT", Seeks: []string{"trabajo", "cursos"}, MinBusinessMonths: 6}
	tests := []struct {
		source string
		want   bool
	}{
		{`true`, true}, {`not consent`, false}, {`!consent or age == "29_59"`, true},
		{`age != "29_59"`, false}, {`age == ""`, false}, {`stay == ""`, true},
		{`document in ["CC", "PPT"]`, true}, {`document not in ["CC", "PPT"]`, false},
		{`"trabajo" in seeks`, true}, {`"comunidad" in seeks`, false}, {`not ("comunidad" in seeks) and consent`, true},
		{`"212" in occupations`, false},
		{`min_business_months >= 6`, true}, {`min_business_months > 6`, false}, {`min_business_months == 6 && consent`, true},
		{`consent and (document == "CC" or document == "PPT") and not covered`, true},
	}
	for _, tt := range tests {
		c, problem := compileCondition(tt.source, nil)
		if problem != nil {
			t.Errorf("%s: %v", tt.source, problem)
			continue
		}
		if got := c.holds(f); got != tt.want {
			t.Errorf("%s = %v, want %v", tt.source, got, tt.want)
		}
	}
}

func FuzzCondition(f *testing.F) {
	f.Add(`age == "pnd" and not ("x" in seeks)`)
	f.Add(`((((`)
	f.Fuzz(func(t *testing.T, source string) {
		c, problem := compileCondition(source, nil)
		if problem == nil {
			c.holds(facts{}) // whatever is accepted can be evaluated
		}
	})
}
