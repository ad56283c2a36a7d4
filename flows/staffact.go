package flows

import (
	"slices"

	"arraigo/programme"
)

// A StaffAct is something that somebody of the team does about a person. It runs
// as a turn of that person, so that nothing of their chat overtakes it. Doing it
// twice does it once. It holds answers and must not be logged.
type StaffAct struct {
	Do     StaffDo
	Line   string   // stage
	Stage  string   // stage: where to; reopen, …: unused
	Slot   string   // correct: which answer
	Values []string // correct: the answer as codes
	Offer  string   // refer: id of the vacancy
	Why    string   // refer: one of ReferralWays or ReferralReasons
	By     string   // id of who does it
	At     int64    // Unix seconds when it was decided; the same act has the same
}

// StaffDo says what the team does.
type StaffDo string

// What the team can do about a person.
const (
	StaffStage   StaffDo = "stage"   // moves them on in a line
	StaffRefer   StaffDo = "refer"   // deals with an interest in a vacancy
	StaffCorrect StaffDo = "correct" // changes an answer, because they asked for it
	StaffFile    StaffDo = "file"    // sends them everything stored, because they asked for it
	StaffErase   StaffDo = "erase"   // forgets them, because they asked for it
	StaffReopen  StaffDo = "reopen"  // goes on with a talk that was over
)

// staff does what the team decided, as far as it is still possible. Somebody
// without consent has nothing to be moved or changed.
func (t *turn) staff(act StaffAct) {
	if act.Do == StaffErase {
		t.out.Replies = append(t.out.Replies, Reply{Parts: []Text{Key("staff_act.erased")}})
		t.forgetAll()
		return
	}
	if !t.consented() {
		return
	}
	switch act.Do {
	case StaffStage:
		t.moveStage(act)
	case StaffRefer:
		t.refer(act)
	case StaffCorrect:
		t.correct(act)
	case StaffFile:
		t.out.Replies = append(t.out.Replies,
			Reply{Parts: []Text{Key("staff_act.file")}, File: FileDataText},
			Reply{Parts: []Text{Key("my_data.file")}, File: FileDataJSON})
	case StaffReopen:
		t.reopenTalk(act)
	}
}

func (t *turn) moveStage(act StaffAct) {
	if at, ok := t.s.Stage(act.Line); ok && at.Stage == act.Stage {
		return // done before
	}
	if !t.set.Data.Stages.May(programme.Line(act.Line), t.s.Path(act.Line), programme.Stage(act.Stage)) {
		return
	}
	t.s.Stages = append(slices.Clone(t.s.Stages), Stage{Line: act.Line, Stage: act.Stage, At: act.At, By: act.By})
	t.s.forgetOldStages()
}

func (s *Session) forgetOldStages() {
	for i := 0; len(s.Stages) > maxStages && i < len(s.Stages); {
		if at, _ := s.Stage(s.Stages[i].Line); at == s.Stages[i] {
			i++
			continue
		}
		s.Stages = slices.Delete(s.Stages, i, i+1)
	}
}

// minorAge is the answer of somebody under 18.
const minorAge = "menor_18"

// Correctable lists the answers that the team may change for somebody who asks
// for it: those of the screening that have codes, and the municipality. A person
// under 18 is no correction but an erasure.
func (s *Set) Correctable() []*Slot {
	var list []*Slot
	for _, slot := range s.questionsInOrder() {
		if !slot.Sensitive && (slot.Type == Categorical || slot.Type == Multi || slot.Type == Municipality) {
			list = append(list, slot)
		}
	}
	return list
}

// Answerable lists the codes that a correction of a slot may give; nil for a
// municipality, whose codes are those of the programme's data.
func (s *Set) Answerable(slot *Slot) []string {
	if slot.Type == Municipality {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(slot.Values), func(v string) bool { return v == minorAge })
}

// MayCorrect reports whether values are an answer that the team may give for
// somebody.
func (s *Set) MayCorrect(name string, values []string) bool {
	i := slices.IndexFunc(s.Correctable(), func(slot *Slot) bool { return slot.Name == name })
	if i < 0 || len(values) == 0 {
		return false
	}
	slot := s.Correctable()[i]
	if slot.Type == Municipality {
		_, known := s.Data.Municipalities.ByCode(values[0])
		return len(values) == 1 && (known || values[0] == programme.PreferNotToSay)
	}
	if slot.Type == Categorical && len(values) > 1 {
		return false
	}
	for i, v := range values {
		if !slices.Contains(s.Answerable(slot), v) || slices.Contains(values[:i], v) {
			return false
		}
		if len(values) > 1 && slices.Contains(slot.Alone, v) {
			return false
		}
	}
	return true
}

// correct changes one answer and, for somebody who was screened, the outcomes
// with it. What was asked because of the former answer stays: the person can
// look at it and change it.
func (t *turn) correct(act StaffAct) {
	slot := t.set.Slot(act.Slot)
	if slot == nil || len(t.s.Slots[act.Slot]) == 0 || !t.set.MayCorrect(act.Slot, act.Values) || slices.Equal(t.s.Slots[act.Slot], act.Values) {
		return
	}
	t.change(Change{Slot: act.Slot, At: act.At, By: act.By})
	t.fill(act.Slot, slices.Clone(act.Values))
	if act.Slot == "municipality" {
		t.checkCoverage()
	}
	if t.s.Value("outcome_comunitaria") != "" {
		t.keepScreening(t.set.Data.Ruleset.Screen(t.set.Round, t.answers()))
	}
}

// reopenTalk goes on with a talk that the team had ended. While another one is
// open there is nothing to reopen.
func (t *turn) reopenTalk(act StaffAct) {
	if t.s.Talk != 0 {
		return
	}
	t.s.Talk = act.At
	t.out.Replies = append(t.out.Replies, t.talking(Key("human.reopened")))
}
