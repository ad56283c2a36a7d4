package flows

import (
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"arraigo/programme"
)

// The people of the programme's samples answer in the chat, by the codes of
// their answers, and end with the outcomes that the samples expect.
func TestSamplePeopleAreScreenedInTheChat(t *testing.T) {
	file, err := os.Open("../programme/testdata/screening_casos.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	set := testSet(t)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	slotColumn := map[string]string{
		"age": "Q1", "municipality": "Q2", "population": "Q3", "document": "Q4", "seeks": "Q5", "stay": "Q6",
		"business": "E1", "sector": "E2", "seed_capital": "E3", "classes": "E4",
		"occupations": "L1", "experience": "L2", "working_time": "L3",
	}
	people := 0
	for _, row := range rows[1:] {
		cell := func(name string) string { return row[column[name]] }
		t.Run(cell("id"), func(t *testing.T) {
			people++
			c := &Conversation{Set: set, Now: noon}
			say := func(line string) {
				t.Helper()
				if _, err := c.Play(line); err != nil {
					t.Fatal(err)
				}
			}
			say("hola")
			say("[Español]")
			if cell("consentimiento") == "no" {
				say("[No acepto]")
				for slot := range c.Session.Slots {
					if slot != "language" && slot != "consent" {
						t.Errorf("without consent the slot %s was kept", slot)
					}
				}
				return
			}
			say("[Acepto]")
			for range 30 {
				if c.Session.Flow != "screening" { // erased, or over
					break
				}
				step := set.Flow("screening").Step(c.Session.Step)
				if step.Collect == "summary_right" || step.Collect == "coverage_alert" {
					break
				}
				answer := ""
				if name := slotColumn[step.Collect]; name != "" {
					answer = cell(name)
				}
				switch {
				case step.Collect == "identity_right":
					answer = "si"
				case step.Collect == "interests" && answer == "":
					answer = "cultura"
				case answer == "":
					// The sample does not say; nothing may depend on it.
					answer = set.Slot(step.Collect).Values[len(set.Slot(step.Collect).Values)-1]
				}
				before := c.Session.Question
				for _, code := range strings.Split(answer, "|") {
					say("(data: " + AnswerData(step.Collect, code) + ")")
				}
				if slot := set.Slot(step.Collect); slot.Type == Multi || slot.Type == Occupation {
					say("(data: " + AnswerData(step.Collect, controlDone) + ")")
				}
				if c.Session.Question == before && c.Erased == 0 {
					t.Fatalf("%s: the answer %q leads nowhere", step.Collect, answer)
				}
			}
			if cell("esperado_laboral") == string(programme.MenorDeEdad) {
				if c.Erased != 1 || len(c.Session.Slots) != 0 {
					t.Errorf("a minor's answers were kept: %d slots", len(c.Session.Slots))
				}
				return
			}
			if c.Session.Step == "summary_right" {
				say("(data: " + AnswerData("summary_right", "si") + ")")
			}
			for slot, name := range map[string]string{
				"outcome_emprendimiento": "esperado_emprendimiento",
				"outcome_laboral":        "esperado_laboral",
				"outcome_comunitaria":    "esperado_comunitaria",
			} {
				if got, want := c.Session.Value(slot), cell(name); got != want {
					t.Errorf("%s = %s, want %s", slot, got, want)
				}
			}
			if basis, ok := ScreeningBasis(&c.Session); !ok || basis.Ruleset != set.Data.Ruleset.Version() || len(basis.Rules) == 0 {
				t.Errorf("the result does not say what it came from: %+v", basis)
			}
		})
	}
	if people != 20 {
		t.Errorf("%d people in the samples, want 20", people)
	}
}
