package flows

import (
	"slices"

	"strings"

	"arraigo/programme"
)

// showData says on the screen everything that is stored about the person.
func (t *turn) showData() {
	lines := []Text{Key("my_data.header")}
	for _, slot := range t.set.Slots() {
		values := t.s.Slots[slot.Name]
		if len(values) == 0 || slot.Keep.Flow || !t.set.Catalog.Has("es", nameKey(slot)) {
			continue
		}
		lines = append(lines, Key("summary.line").With("question", Key(nameKey(slot))).With("answer", t.show(slot, values)))
	}
	for _, at := range t.s.standings() {
		lines = append(lines, Standing(at))
	}
	for _, h := range t.s.Holds {
		lines = append(lines, Holding(t.in.Offer, h))
	}
	if len(lines) == 1 {
		lines = append(lines, Key("my_data.nothing"))
	}
	parts := []Text{{Lines: lines}}
	for _, c := range slices.Backward(t.s.Consents) {
		if !slices.Contains(c.Purposes, PurposeEvaluate) {
			continue // of another purpose
		}
		act := Key("my_data.consent_refused")
		if t.consented() {
			act = Key("my_data.consent_given")
		}
		parts = append(parts, act.With("fecha", Text{Date: c.At}))
		break
	}
	if t.s.Talk != 0 {
		parts = append(parts, Key("my_data.talk").With("fecha", Text{Date: t.s.Talk}))
	}
	if t.in.Reference != "" && t.consented() {
		parts = append(parts, Key("my_data.reference").With("codigo", Literal(t.in.Reference)))
	}
	t.says = append(parts, t.says...)
}

func (t *turn) sendFile(file string) {
	t.reply(Reply{Parts: []Text{Key("my_data.file")}, File: file})
}

// showHelpLines says where to call: the lines that may be shown, the emergency
// numbers first.
func (t *turn) showHelpLines() {
	lines := []Text{Key("help.header")}
	for _, l := range t.helpLines() {
		lines = append(lines, t.helpLine(l))
	}
	t.reply(Reply{
		Parts:   []Text{{Lines: lines}, Key("help.fraud"), Key("help.how")},
		Buttons: [][]Button{{triggerButton("human")}, {triggerButton("report")}, {triggerButton("menu")}},
	})
}

// helpLine is one line: the number, and what it is for.
func (t *turn) helpLine(l programme.HelpLine) Text {
	return Key("help.line").With("number", Literal(l.Number)).With("purpose", t.purpose(l))
}

// helpLines are those of the team's own list, else those that come with the
// program.
func (t *turn) helpLines() []programme.HelpLine {
	municipality := t.s.Value("municipality")
	if t.in.Offer != nil {
		return t.in.Offer.HelpLines(municipality)
	}
	return programme.Visible(t.set.Data.HelpLines, municipality, t.set.Today(t.now))
}

// purpose says what a line is for. The words of an imported one are nowhere but
// in the list.
func (t *turn) purpose(l programme.HelpLine) Text {
	language := t.s.Language
	for _, own := range t.set.Data.HelpLines {
		if own.ID == l.ID && own.Purpose(language) == l.Purpose(language) {
			return Text{HelpLine: l.ID}
		}
	}
	return Literal(l.Purpose(language))
}

// Basis is what a stored screening came from, for staff and for the person's
// file: the ruleset's version, the call, when, and the rules that held.
type Basis struct {
	Ruleset, Call string
	At            string // Unix seconds
	Rules         []string
}

// ScreeningBasis reads it from a session; ok is false when there is none.
func ScreeningBasis(s *Session) (Basis, bool) {
	f := strings.Fields(s.Value("screened_by"))
	if len(f) < 3 {
		return Basis{}, false
	}
	b := Basis{Ruleset: f[0], Call: f[1], At: f[2]}
	if len(f) > 3 {
		b.Rules = strings.Split(f[3], ",")
	}
	return b, true
}
