package flows

import (
	"strings"
	"testing"

	"arraigo/locales"
	"arraigo/programme"
)

func edited(lang, key, words string) Edit {
	return Edit{Text: &locales.Change{Lang: lang, Key: key, Forms: map[string]string{"other": words}}}
}

func TestPublishedTextsAreSaid(t *testing.T) {
	set := testSet(t)
	next, left := set.Publish([]Edit{edited("es", "menu.menu_choice.ask", "¿En qué le ayudo hoy?")}, programme.DateOf(noon))
	if len(left) > 0 {
		t.Fatalf("left out: %+v", left)
	}
	says := func(set *Set) string {
		c := &Conversation{Set: set, Now: noon}
		for _, line := range []string{"hola", "[Español]"} {
			if _, err := c.Play(line); err != nil {
				t.Fatal(err)
			}
		}
		shown, err := c.Play("[Acepto]")
		if err != nil {
			t.Fatal(err)
		}
		more, err := c.Play("/menu")
		if err != nil {
			t.Fatal(err)
		}
		return shown + more
	}
	if got := says(next); !strings.Contains(got, "¿En qué le ayudo hoy?") {
		t.Errorf("it says %s", got)
	}
	if got := says(set); strings.Contains(got, "¿En qué le ayudo hoy?") {
		t.Errorf("the set of the files changed: %s", got)
	}
	if next.Files() != set || set.Files() != set {
		t.Error("the set does not know the files it stands over")
	}
}

func TestWhatDoesNotFitIsLeftOutAndTheRestHolds(t *testing.T) {
	set := testSet(t)
	on := programme.DateOf(noon)
	call := set.Data.Calls.All()[0]
	nowhere := call
	nowhere.Municipalities = nil
	call.ID, call.Municipalities = "otra_2026", []string{"54001"}
	for _, row := range []struct {
		name string
		bad  Edit
		rule string
	}{
		{"a text that is gone", edited("es", "menu.gone", "Hola."), "missing"},
		{"a command that is taken", edited("es", "command.help.name", "menu"), "command-words"},
		{"a text that people agree to", edited("es", "welcome.consent_answer.ask", "¿Acepta?"), "consent"},
		{"a call of nowhere", Edit{Call: &nowhere}, programme.CallNowhere},
		{"a figure of nothing", Edit{Parameter: &programme.Parameter{Name: "no_hay"}}, programme.ParameterUnknown},
	} {
		next, left := set.Publish([]Edit{edited("es", "cancel.done", "Listo, se dejó así."), row.bad, {Call: &call}}, on)
		if len(left) == 0 || left[len(left)-1].About != row.bad.About() && left[0].About != row.bad.About() {
			t.Errorf("%s: left out %+v", row.name, left)
			continue
		}
		if next.Round.ID != "otra_2026" {
			t.Errorf("%s: the call is %s", row.name, next.Round.ID)
		}
		if row.rule == "missing" || row.rule == "consent" {
			if got := next.Catalog.Text("es", "cancel.done", nil); got != "Listo, se dejó así." {
				t.Errorf("%s: the good text is lost: %s", row.name, got)
			}
		}
		if next.Catalog.Has("es", "menu.gone") || next.Catalog.Text("es", "command.help.name", nil) == "menu" {
			t.Errorf("%s: it is shown", row.name)
		}
	}
}

// Every step shows its texts where Places says that it does, in both languages of
// the programme.
func TestPreviewsShowTheText(t *testing.T) {
	set := testSet(t)
	offer := sampleOffer(t, set)(programme.DateOf(noon))
	shown, all := 0, 0
	for key, places := range set.Places() {
		for _, at := range places {
			if !at.Shown() {
				continue
			}
			all++
			messages := set.Preview("es", key, at, offer, noon)
			if messages == nil {
				if at.Use == UseAsks || at.Use == UseRefuses {
					t.Errorf("%s: the step %s.%s does not show it", key, at.Flow, at.Step)
				}
				continue
			}
			shown++
			words := locales.PlainText(set.Catalog.Forms("es", key)["other"])
			if at.Use == UseAsks && !strings.Contains(messages[len(messages)-1].Plain(), words) {
				t.Errorf("%s: it says %q", key, messages[len(messages)-1].Plain())
			}
		}
	}
	if all == 0 || shown*10 < all*9 {
		t.Errorf("%d of %d places show their text", shown, all)
	}
	if m := set.Sample("es", "button.menu", true); len(m.Buttons) != 1 || m.HTML != "" {
		t.Errorf("a button alone is %+v", m)
	}
}
