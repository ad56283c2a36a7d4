package flows

import (
	"slices"

	"arraigo/programme"
)

// warnOfDanger shows help lines first when words point to danger. The
// conversation goes on as if nothing had been said about it, and nothing of it
// is kept: not in the session, not in a counter.
func (t *turn) warnOfDanger() {
	if t.in.Kind != InputText || t.set.Data == nil {
		return
	}
	if trigger, ok := t.asked(); ok && trigger.Name == triggerHelp {
		return // they come anyway
	}
	typed := []rune(clean(t.in.Text))
	found := t.set.Data.Signals.Detect(string(typed[:min(len(typed), maxTyped)]))
	if len(found) == 0 {
		return
	}
	t.danger = true
	if t.s.Language == "" {
		t.s.Language = t.set.Catalog.Match(t.in.Language)
	}
	lines := []Text{Key("signal." + found[0].Code)}
	shown := t.helpLines()
	var said []string
	for _, signal := range found {
		for _, id := range signal.Lines {
			if i := slices.IndexFunc(shown, func(l programme.HelpLine) bool { return l.ID == id }); i >= 0 && !slices.Contains(said, id) {
				said = append(said, id)
				lines = append(lines, t.helpLine(shown[i]))
			}
		}
	}
	t.reply(Reply{
		Parts:   []Text{{Lines: lines}, Key("signal.here")},
		Buttons: [][]Button{{triggerButton("human")}, {triggerButton("hide")}},
	})
}
