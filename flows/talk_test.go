package flows

import (
	"testing"
	"time"
)

// say plays lines and fails on the first that cannot be played.
func say(t testing.TB, c *Conversation, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if _, err := c.Play(line); err != nil {
			t.Fatal(err)
		}
	}
}

func TestATalkIsFoundAndEnds(t *testing.T) {
	set := testSet(t)
	c := agreed(t, set)
	say(t, c, "/persona")
	if c.Session.Talk != noon.Unix() || c.Session.Asking {
		t.Fatalf("talk %d, asking %v", c.Session.Talk, c.Session.Asking)
	}
	found := false
	for _, e := range Index(set, &c.Session) {
		found = found || e == Entry{"human", Yes}
	}
	if !found {
		t.Error("staff cannot count who waits for them")
	}
	r := Advance(set, c.Session, Input{Kind: InputVoice, Message: 77, File: "voice-id", Caption: "mi cédula es 1.090.123.456"}, noon)
	want := Relay{Kind: RelayMessage, Message: 77, Media: InputVoice, Text: "mi cédula es •••", File: "voice-id"}
	if r.Relay == nil || *r.Relay != want || len(r.Replies) != 0 {
		t.Errorf("a voice message: %+v, %d replies", r.Relay, len(r.Replies))
	}
	r = Advance(set, c.Session, Input{Kind: InputEnd, Talk: noon.Unix()}, noon)
	if r.Session.Talk != 0 || r.Relay != nil || len(r.Replies) != 1 {
		t.Errorf("ended: talk %d, %+v", r.Session.Talk, r.Relay)
	}
	if old := Advance(set, c.Session, Input{Kind: InputEnd, Talk: 5}, noon); old.Session.Talk == 0 || len(old.Replies) != 0 {
		t.Error("the end of an earlier talk ended this one")
	}
	if again := Advance(set, r.Session, Input{Kind: InputEnd}, noon); len(again.Replies) != 0 {
		t.Error("told twice that the talk ended")
	}
}

// An open question keeps its answers to itself, also while the team attends.
func TestAnAnswerIsNotCarried(t *testing.T) {
	set := testSet(t)
	c := agreed(t, set)
	say(t, c, "/persona", "[☰ Menú]", "[🧺 Ver qué apoyos hay]")
	r := Advance(set, c.Session, Input{Kind: InputText, Text: "34", Message: 9}, noon)
	if r.Relay != nil || r.Session.Value("age") != "29_59" {
		t.Errorf("carried %+v, age %q", r.Relay, r.Session.Value("age"))
	}
}

// Whatever way somebody leaves a report, nothing of it stays with them.
func TestAReportLeavesNothingBehind(t *testing.T) {
	set := testSet(t)
	begin := []string{"/denunciar", "[Contar algo]", "[Me pidieron dinero]", "[Sí]", "SECRETO de alguien"}
	for name, lines := range map[string][]string{
		"filed":               {"[No, sin mi nombre]"},
		"to the menu":         {"menu"},
		"help, then the menu": {"ayuda", "menu"},
		"cancelled":           {"/cancelar"},
		"another flow":        {"/mis_datos"},
		"help, then another":  {"ayuda", "/mis_datos", "[☰ Menú]"},
		"hidden":              {"/ocultar"},
		"left for a day":      {"(wait 25h)"},
		"help, left":          {"ayuda", "(wait 25h)"},
	} {
		c := agreed(t, set)
		say(t, c, begin...)
		say(t, c, lines...)
		for slot := range c.Session.Slots {
			if s := set.Slot(slot); s.Flow == flowReport {
				t.Errorf("%s: %s stays", name, slot)
			}
		}
		if len(c.Session.History) > 0 && c.Session.Flow == flowReport {
			t.Errorf("%s: the way through the report stays", name)
		}
	}
}

func TestNobodyIsRemindedOfAReport(t *testing.T) {
	set := testSet(t)
	c := agreed(t, set)
	say(t, c, "/denunciar", "[Contar algo]")
	if due := NextDue(set, &c.Session, c.Now); due.Sub(noon) != 24*time.Hour {
		t.Errorf("forgotten in %v, want 24 h", due.Sub(noon))
	}
	c.Now = noon.Add(25 * time.Hour)
	if r := Advance(set, c.Session, Input{Kind: InputTimer}, c.Now); len(r.Replies) != 0 || r.Session.Flow != "" {
		t.Errorf("%d replies, flow %q", len(r.Replies), r.Session.Flow)
	}
}
