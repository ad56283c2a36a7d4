package flows

import (
	"regexp"
	"slices"

	"arraigo/programme"
)

// occupationsPerPage keeps the list to one screen of a small phone.
const occupationsPerPage = 8

// The draft of an occupation question holds the codes taken so far; one entry
// with this prefix is a code proposed but not yet tapped; controlList means
// that the list is being looked at.
const proposed = "?"

var listSeparator = regexp.MustCompile(`\s*[,;/+\n]\s*`)

// readOccupation finds occupations in typed words, several when they are
// parted by commas. Only an exact word is taken without a tap.
func (t *turn) readOccupation(slot *Slot, typed string) {
	taken, known := t.taken(), false
	var doubtful []programme.Occupation
	for _, part := range listSeparator.Split(typed, slot.Max+1) {
		match := t.set.Data.Occupations.Match(programme.Normalize(part))
		if match.Kind == programme.MatchExact {
			taken, known = add(taken, match.Candidates[0].Code), true
		} else if len(doubtful) == 0 {
			doubtful = match.Candidates
		}
	}
	doubtful = slices.DeleteFunc(slices.Clone(doubtful), func(o programme.Occupation) bool { return contains(taken, o.Code) })
	switch {
	case len(taken) >= max(slot.Max, 1) || len(taken) > len(t.taken()) && len(doubtful) == 0 && slot.Max == 1:
		t.acceptOccupations(slot, taken)
	case len(doubtful) > 0:
		t.s.Draft = slices.Clone(taken)
		for _, o := range doubtful[:min(len(doubtful), 5)] {
			t.s.Draft = append(t.s.Draft, proposed+o.Code)
		}
		t.note(Key("occupation.choose"))
		t.question()
	case known: // perhaps for the second time
		t.s.Draft, t.s.Page, t.s.Nonsense = taken, 0, 0
		t.noteTaken(slot)
		t.question()
	default:
		t.nonsense(Key("occupation.unknown"))
	}
}

// taken are the occupations chosen so far.
func (t *turn) taken() []string {
	var codes []string
	for _, d := range t.s.Draft {
		if d[0] != proposed[0] && d[0] != '!' {
			codes = append(codes, d)
		}
	}
	return codes
}

func add(list []string, v string) []string {
	if contains(list, v) {
		return list
	}
	return append(list, v)
}

// noteTaken says what was understood and that another may follow.
func (t *turn) noteTaken(slot *Slot) {
	left := slot.Max - len(t.taken())
	t.note(Key("occupation.taken").With("occupations", t.occupationLabels(t.taken())).With("count", Text{Count: &left}))
}

func (t *turn) occupationLabels(codes []string) Text {
	var list []Text
	for _, code := range codes {
		list = append(list, Text{Occupation: code})
	}
	return Text{List: list}
}

// tapOccupation takes one occupation, or an option such as pnd, from a button.
func (t *turn) tapOccupation(slot *Slot, value string) {
	if contains(slot.Values, value) {
		t.accept(slot, []string{value}, t.set.label(slot, value))
		return
	}
	if _, ok := t.set.Data.Occupations.ByCode(value); !ok {
		t.nonsense()
		return
	}
	taken := add(t.taken(), value)
	if len(taken) >= max(slot.Max, 1) {
		t.acceptOccupations(slot, taken)
		return
	}
	t.s.Draft, t.s.Page, t.s.Nonsense = taken, 0, 0
	t.noteTaken(slot)
	t.question()
}

func (t *turn) acceptOccupations(slot *Slot, codes []string) {
	codes = codes[:min(len(codes), max(slot.Max, 1))]
	t.accept(slot, codes, t.occupationLabels(codes))
}

// occupationsDone takes what was chosen so far as the answer.
func (t *turn) occupationsDone(slot *Slot) {
	if codes := t.taken(); len(codes) >= max(slot.Min, 1) {
		t.acceptOccupations(slot, codes)
		return
	}
	t.nonsense()
}

// occupationButtons are the occupations proposed, a page of the frequent ones,
// or the way into the list; and Done once one is taken.
func (t *turn) occupationButtons(slot *Slot) [][]Button {
	var rows [][]Button
	button := func(code string) Button {
		return Button{Label: Text{Occupation: code}, Data: AnswerData(slot.Name, code)}
	}
	for _, d := range t.s.Draft {
		if d[0] == proposed[0] {
			rows = append(rows, []Button{button(d[1:])})
		}
	}
	if contains(t.s.Draft, controlList) {
		var all []Button
		for _, o := range t.set.Data.Occupations.Common() {
			if !contains(t.s.Draft, o.Code) {
				all = append(all, button(o.Code))
			}
		}
		rows = t.page(slot, all, occupationsPerPage)
	} else {
		rows = append(rows, []Button{controlButton(slot, "button.list", controlList)})
	}
	if len(t.taken()) == 0 {
		for _, v := range slot.Values {
			rows = append(rows, []Button{{Label: t.set.label(slot, v), Data: AnswerData(slot.Name, v)}})
		}
	}
	if len(t.taken()) >= max(slot.Min, 1) {
		rows = append(rows, []Button{controlButton(slot, "button.done", controlDone)})
	}
	return rows
}

// browseOccupations moves about in the list of frequent occupations.
func (t *turn) browseOccupations(slot *Slot, value string) {
	page, isPage := pageOf(value)
	switch {
	case value == controlList:
		t.s.Draft, t.s.Page = append(t.taken(), controlList), 0
	case isPage && contains(t.s.Draft, controlList):
		t.s.Page = page
	default:
		t.nonsense()
		return
	}
	t.turnPage(slot)
}
