package flows

import (
	"slices"
	"testing"
	"time"

	"arraigo/programme"
)

func TestEveryStageHasItsWords(t *testing.T) {
	set := testSet(t)
	for _, stage := range set.Data.Stages.All() {
		for _, language := range []string{"es", "en"} {
			for _, key := range []string{"stage.name.", "stage.next."} {
				if !set.Catalog.Has(language, key+string(stage)) {
					t.Errorf("%s%s is not written in %s", key, stage, language)
				}
			}
		}
	}
}

func TestTheWayOfAPersonIsKeptAndBounded(t *testing.T) {
	set := testSet(t)
	s := agreed(t, set).Session
	do := func(line, stage string, at time.Time) {
		t.Helper()
		r := Advance(set, s, Input{Kind: InputStaff, Staff: &StaffAct{Do: StaffStage, Line: line, Stage: stage, By: "s-luz", At: at.Unix()}}, at)
		if len(r.Replies) != 0 || r.Session.Seen != s.Seen {
			t.Errorf("%s: the person wrote nothing and is told nothing here", stage)
		}
		s = r.Session
	}
	do("integracion_comunitaria", "inscripcion", noon)
	do("integracion_comunitaria", "inscripcion", noon.Add(time.Second)) // again
	do("integracion_comunitaria", "encuesta", noon)                     // not allowed from there
	if len(s.Stages) != 1 || s.Stages[0] != (Stage{"integracion_comunitaria", "inscripcion", noon.Unix(), "s-luz"}) {
		t.Fatalf("stages %v", s.Stages)
	}
	if want := (Entry{"stage.integracion_comunitaria", "inscripcion"}); !slices.Contains(Index(set, &s), want) {
		t.Errorf("not in the audience %v", want)
	}
	for i := range 2 * maxStages {
		do("inclusion_laboral", []string{"inscripcion", "retirado"}[i%2], noon.Add(time.Duration(i)*time.Minute))
	}
	if len(s.Stages) != maxStages {
		t.Errorf("%d stages are kept, want %d", len(s.Stages), maxStages)
	}
	if at, _ := s.Stage("integracion_comunitaria"); at.Stage != "inscripcion" {
		t.Error("where they stand in the other line was forgotten")
	}
	if at, _ := s.Stage("inclusion_laboral"); at.Stage != "retirado" {
		t.Errorf("they stand at %v", at)
	}
	revoked := Advance(set, s, Input{Kind: InputStaff, Staff: &StaffAct{Do: StaffErase}}, noon)
	if !revoked.Erase || len(revoked.Session.Stages) != 0 || len(revoked.Replies) != 1 {
		t.Errorf("erased: %v, %d stages, %d replies", revoked.Erase, len(revoked.Session.Stages), len(revoked.Replies))
	}
}

func TestTheTeamCorrectsOnlyWithAnswersThatExist(t *testing.T) {
	set := testSet(t)
	for _, c := range []struct {
		slot   string
		values []string
		may    bool
	}{
		{"document", []string{"CC"}, true},
		{"document", []string{"CC", "PPT"}, false},
		{"document", []string{"DNI"}, false},
		{"document", nil, false},
		{"age", []string{"29_59"}, true},
		{"age", []string{minorAge}, false},
		{"municipality", []string{"54001"}, true},
		{"municipality", []string{programme.PreferNotToSay}, true},
		{"municipality", []string{"00000"}, false},
		{"seeks", []string{"negocio", "trabajo"}, true},
		{"seeks", []string{"negocio", "negocio"}, false},
		{"seeks", []string{"negocio", "no_se"}, false},
		{"circumstances", []string{"lgbtiq"}, false}, // sensitive
		{"outcome_laboral", []string{"CUMPLE_PRELIMINAR"}, false},
		{"language", []string{"es"}, false},
	} {
		if got := set.MayCorrect(c.slot, c.values); got != c.may {
			t.Errorf("%s = %v: %v, want %v", c.slot, c.values, got, c.may)
		}
	}
}
