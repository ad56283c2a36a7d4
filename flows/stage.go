package flows

import (
	"arraigo/programme"
)

// A Stage is one step of a person's way in a line. The newest of a line is where
// they stand, the others are how they came there.
type Stage struct {
	Line  string `json:"l"`
	Stage string `json:"s"`
	At    int64  `json:"t"` // Unix seconds
	By    string `json:"b"` // id of who of the team moved them
}

// maxStages bounds the way that is kept of one person. The oldest go first, but
// never the newest of a line.
const maxStages = 60

// Stage returns where the person stands in a line.
func (s *Session) Stage(line string) (Stage, bool) {
	for i := len(s.Stages) - 1; i >= 0; i-- {
		if s.Stages[i].Line == line {
			return s.Stages[i], true
		}
	}
	return Stage{}, false
}

// Path is how the person came to where they stand in a line, newest last.
func (s *Session) Path(line string) []programme.Stage {
	var path []programme.Stage
	for _, at := range s.Stages {
		if at.Line == line {
			path = append(path, programme.Stage(at.Stage))
		}
	}
	return path
}

// standings are where the person stands, in the order of the lines.
func (s *Session) standings() []Stage {
	var list []Stage
	for _, line := range programme.Lines() {
		if at, ok := s.Stage(string(line)); ok {
			list = append(list, at)
		}
	}
	return list
}

func (a Stage) entry() Entry { return Entry{DimensionStage + a.Line, a.Stage} }

// DimensionStage, with the line after it, is the dimension of the audiences of
// those who stand at a stage.
const DimensionStage = "stage."

// Standing says where a person stands in a line.
func Standing(at Stage) Text {
	return Key("stage.standing").With("linea", Key("line."+at.Line)).With("etapa", StageName(at.Stage)).With("fecha", Text{Date: at.At})
}

// StageName is what a stage is called.
func StageName(stage string) Text { return Key("stage.name." + stage) }

// stageNotices are the notices about what the team did.
var stageNotices = map[NoticeKind]telling{
	StageMoved:    tellStages,
	DataCorrected: tellCorrected,
}

// tellStages says where the person stands now and what they can do, once for
// each line however often they were moved meanwhile.
func tellStages(t *turn, list []Notice) {
	for i, n := range list {
		at, ok := t.s.Stage(n.Held)
		later := func() bool {
			for _, other := range list[i+1:] {
				if other.Held == n.Held {
					return true
				}
			}
			return false
		}
		if !ok || at.Stage != n.Offer || later() {
			t.ends(n, Withheld(GateMoot))
			continue
		}
		t.ends(n, EndTold)
		t.reply(Reply{
			Parts: []Text{
				Key("stage.moved").With("linea", Key("line."+at.Line)).With("etapa", StageName(at.Stage)),
				Key("stage.next." + at.Stage),
			},
			Buttons: [][]Button{{triggerButton("human")}, {triggerButton("my_data")}, {triggerButton("menu")}},
		})
	}
}

// tellCorrected says which answers the team changed.
func tellCorrected(t *turn, list []Notice) {
	var names []Text
	said := map[string]bool{}
	for _, n := range list {
		if slot := t.set.Slot(n.Offer); slot != nil && !said[slot.Name] && t.set.Catalog.Has("es", nameKey(slot)) {
			said[slot.Name] = true
			names = append(names, Key(nameKey(slot)))
		}
	}
	state := EndTold
	if len(names) == 0 {
		state = Withheld(GateMoot)
	}
	for _, n := range list {
		t.ends(n, state)
	}
	if len(names) == 0 {
		return
	}
	t.reply(Reply{
		Parts:   []Text{Key("staff_act.corrected").With("datos", Text{List: names})},
		Buttons: [][]Button{{triggerButton("my_data")}, {triggerButton("human")}, {triggerButton("menu")}},
	})
}
