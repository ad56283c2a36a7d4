package bot

import (
	"strings"
	"testing"
	"time"

	"arraigo/emulator"
)

func TestInAGroupTheBotOnlySaysWhereToWrite(t *testing.T) {
	w := newWorld(t)
	r := w.run("a", nil)
	ana := w.tg.AddUser(emulator.User{FirstName: "Ana", LanguageCode: "es"})
	group, err := w.tg.AddGroup(emulator.Group{Title: "Barrio", Members: []int64{ana}})
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if _, err := w.tg.Write(group, emulator.Draft{From: ana, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	answers := func() (out []emulator.Message) {
		all, err := w.tg.Messages(group, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			if m.From == "bot" {
				out = append(out, m)
			}
		}
		return out
	}
	write("/start@" + w.tg.Bot().Username)
	eventually(t, "the group is answered", func() bool { return len(answers()) == 1 })
	got := answers()[0]
	if len(got.Buttons) != 1 || got.Buttons[0][0].URL != "https://t.me/"+w.tg.Bot().Username || !strings.Contains(got.Text, "privado") {
		t.Errorf("answer %q with %v", got.Text, got.Buttons)
	}
	write("/ayuda@" + strings.ToLower(w.tg.Bot().Username) + " por favor")
	eventually(t, "the second call is read", func() bool { return r.counted(t, "updates_total", "route", string(toGroup)) == 2 })
	eventually(t, "all is quiet", func() bool { return w.tg.Stats().Pending == 0 })
	if n := len(answers()); n != 1 {
		t.Errorf("%d answers within an hour, want 1", n)
	}
	if rec, err := r.cfg.Store.Load(t.Context(), group); err != nil || rec.Revision != 0 {
		t.Errorf("the group has a record: %v", err)
	}
	if rec, err := r.cfg.Store.Load(t.Context(), ana); err != nil || rec.Revision != 0 {
		t.Errorf("who called in the group has a record: %v", err)
	}
}

func TestAGroupIsAnsweredOnceAnHour(t *testing.T) {
	var g groupLimit
	now := time.Unix(1_800_000_000, 0)
	if !g.allow(-1, now) || g.allow(-1, now.Add(59*time.Minute)) || !g.allow(-2, now) || !g.allow(-1, now.Add(time.Hour)) {
		t.Error("not once an hour for each group")
	}
	for i := range int64(maxGroups + 5) {
		g.allow(-10-i, now.Add(time.Hour))
	}
	if len(g.last) > maxGroups {
		t.Errorf("%d groups remembered", len(g.last))
	}
	if g.allow(-99_999_999, now.Add(time.Hour)) {
		t.Error("a flood of groups is answered")
	}
	if !g.allow(-99_999_999, now.Add(3*time.Hour)) {
		t.Error("after the flood nobody is answered")
	}
}
