package flows

import (
	"encoding/json"
	"strings"
	"testing"

	"arraigo/programme"
)

// A line of the team's own list is shown with the words of that list; the
// emergency numbers stay, in the person's language.
func TestHelpShowsTheImportedLines(t *testing.T) {
	set := testSet(t)
	var line programme.HelpLine
	err := json.Unmarshal([]byte(`{"ID":"L-01","Number":"6011234567","VerifiedOn":"2026-11-20","VerifiedBy":"coordinacion","Names":{"es":"Línea del barrio"},"Purposes":{"es":"Hablar con el barrio","en":"Talk to the neighbourhood"}}`), &line)
	if err != nil {
		t.Fatal(err)
	}
	c := &Conversation{Set: set, Now: noon, Offer: func(today programme.Date) *programme.Offer {
		return programme.NewOffer(set.Data, programme.Catalogue{HelpLines: []programme.HelpLine{line}}, today)
	}}
	for language, want := range map[string][]string{
		"[Español]": {"6011234567", "Hablar con el barrio", "123", "Peligro inmediato"},
		"[English]": {"6011234567", "Talk to the neighbourhood", "123", "Immediate danger"},
	} {
		talk := *c
		var said string
		for _, line := range []string{"hola", language, "/ayuda"} {
			if said, err = talk.Play(line); err != nil {
				t.Fatal(err)
			}
		}
		for _, words := range want {
			if !strings.Contains(said, words) {
				t.Errorf("%s: no %q in\n%s", language, words, said)
			}
		}
	}
}
