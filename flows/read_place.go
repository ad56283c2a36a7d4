package flows

import (
	"strconv"
	"strings"

	"arraigo/programme"
)

// placesPerPage keeps a list of places to one screen of a small phone.
const placesPerPage = 8

// readPlace finds the municipality in typed words. Only an exact name is taken
// without a tap.
func (t *turn) readPlace(slot *Slot, norm string) {
	for _, d := range t.set.Data.Municipalities.Departments() {
		if slot.Depts && programme.Normalize(d.Name) == norm {
			t.accept(slot, []string{d.Code}, Literal(d.Name))
			return
		}
	}
	match := t.set.Data.Municipalities.Match(norm)
	t.s.Draft, t.s.Page = nil, 0 // what was proposed before is not what was meant
	switch match.Kind {
	case programme.MatchExact:
		place := match.Candidates[0]
		t.note(Key("place.heard").With("place", Literal(place.Label())))
		t.accept(slot, []string{place.Code}, Literal(place.Label()))
	case programme.MatchChoose:
		t.proposePlaces(match.Candidates, Key("place.choose"))
	case programme.MatchConfirm:
		t.proposePlaces(match.Candidates, Key("place.confirm"))
	case programme.MatchForeign:
		if len(match.Candidates) > 0 {
			t.proposePlaces(match.Candidates, Key("place.foreign"))
			return
		}
		t.nonsense(Key("place.foreign"))
	default:
		if match.Department != "" {
			t.s.Draft = []string{controlGroup + match.Department}
			t.note(Key("place.choose"))
			t.question()
			return
		}
		t.nonsense(Key("place.unknown"))
	}
}

// proposePlaces shows places as buttons instead of the usual ones.
func (t *turn) proposePlaces(places []programme.Municipality, why Text) {
	t.resetDraft()
	for _, p := range places[:min(len(places), placesPerPage)] {
		t.s.Draft = append(t.s.Draft, p.Code)
	}
	t.note(why)
	t.question()
}

// tapPlace takes a municipality, or an option such as pnd, from a button.
func (t *turn) tapPlace(slot *Slot, value string) {
	if contains(slot.Values, value) {
		t.accept(slot, []string{value}, t.set.label(slot, value))
		return
	}
	_, known := t.set.Data.Municipalities.ByCode(value)
	if _, whole := t.set.department(value); !known && !(whole && slot.Depts) {
		t.nonsense()
		return
	}
	t.accept(slot, []string{value}, t.set.placeName(value))
}

// department is the name of a department by its two digits.
func (s *Set) department(code string) (string, bool) {
	if len(code) != 2 {
		return "", false
	}
	for _, d := range s.Data.Municipalities.Departments() {
		if d.Code == code {
			return d.Name, true
		}
	}
	return "", false
}

// placeName names a municipality, or a department, by its digits.
func (s *Set) placeName(code string) Text {
	if place, ok := s.Data.Municipalities.ByCode(code); ok {
		return Literal(place.Label())
	}
	if name, ok := s.department(code); ok {
		return Literal(name)
	}
	return Literal(code)
}

// placeButtons are the places proposed, a list being looked at, or the
// municipalities of the open call and the way into the list.
func (t *turn) placeButtons(slot *Slot) [][]Button {
	var rows [][]Button
	place := func(p programme.Municipality, label string) Button {
		return Button{Label: Literal(label), Data: AnswerData(slot.Name, p.Code)}
	}
	list := controlButton(slot, "button.list", controlList)
	switch {
	case len(t.s.Draft) == 1 && strings.HasPrefix(t.s.Draft[0], "!"):
		return t.listButtons(slot, t.s.Draft[0])
	case len(t.s.Draft) > 0:
		for _, code := range t.s.Draft {
			if p, ok := t.set.Data.Municipalities.ByCode(code); ok {
				rows = append(rows, []Button{place(p, p.Label())})
			}
		}
		return append(rows, []Button{list})
	}
	var row []Button
	for _, code := range t.set.Round.Municipalities {
		if p, ok := t.set.Data.Municipalities.ByCode(code); ok {
			row = append(row, place(p, p.Name))
			if len(row) == 2 {
				rows, row = append(rows, row), nil
			}
		}
		if len(rows) == 4 {
			break
		}
	}
	if len(row) > 0 {
		rows = append(rows, row)
	}
	rows = append(rows, []Button{list})
	for _, v := range slot.Values {
		rows = append(rows, []Button{{Label: t.set.label(slot, v), Data: AnswerData(slot.Name, v)}})
	}
	return rows
}

// listButtons are one page of the departments ("!list") or of the
// municipalities of one ("!gCODE").
func (t *turn) listButtons(slot *Slot, list string) [][]Button {
	var all []Button
	if department, ok := strings.CutPrefix(list, controlGroup); ok {
		if name, ok := t.set.department(department); ok && slot.Depts {
			all = append(all, Button{Label: Key("place.whole").With("place", Literal(name)), Data: AnswerData(slot.Name, department)})
		}
		for _, p := range t.set.Data.Municipalities.InDepartment(department) {
			all = append(all, Button{Label: Literal(p.Name), Data: AnswerData(slot.Name, p.Code)})
		}
	} else {
		for _, d := range t.set.Data.Municipalities.Departments() {
			all = append(all, Button{Label: Literal(d.Name), Data: AnswerData(slot.Name, controlGroup+d.Code)})
		}
	}
	return t.page(slot, all, placesPerPage)
}

// page cuts a long list of buttons and adds the way to the pages around it.
func (t *turn) page(slot *Slot, all []Button, size int) [][]Button {
	last := max((len(all)-1)/size, 0)
	page := t.pageAt(len(all), size)
	var rows [][]Button
	for _, b := range all[page*size : min((page+1)*size, len(all))] {
		rows = append(rows, []Button{b})
	}
	var turns []Button
	if page > 0 {
		turns = append(turns, controlButton(slot, "button.previous", controlPage+strconv.Itoa(page-1)))
	}
	if page < last {
		turns = append(turns, controlButton(slot, "button.more", controlPage+strconv.Itoa(page+1)))
	}
	if len(turns) > 0 {
		rows = append(rows, turns)
	}
	return rows
}

// pageAt is the present page of a list of that length.
func (t *turn) pageAt(length, size int) int {
	return min(max(t.s.Page, 0), max((length-1)/size, 0))
}

// browsePlaces moves about in the lists; the tapped message changes in place.
func (t *turn) browsePlaces(slot *Slot, value string) {
	page, isPage := pageOf(value)
	department, isGroup := strings.CutPrefix(value, controlGroup)
	switch {
	case value == controlList:
		t.s.Draft, t.s.Page = []string{controlList}, 0
	case isGroup && len(t.set.Data.Municipalities.InDepartment(department)) > 0:
		t.s.Draft, t.s.Page = []string{value}, 0
	case isPage && len(t.s.Draft) == 1 && strings.HasPrefix(t.s.Draft[0], "!"):
		t.s.Page = page
	default:
		t.nonsense()
		return
	}
	t.turnPage(slot)
}

// turnPage shows the buttons of the present page on the tapped message.
func (t *turn) turnPage(slot *Slot) {
	t.s.Nonsense = 0
	if t.in.Kind != InputTap {
		t.question()
		return
	}
	t.put = true
	t.out.Replies = append(t.out.Replies, Reply{Edit: t.in.Message, Markup: true, Buttons: t.buttons(slot)})
}

// maxPage bounds a page number that anybody could have forged.
const maxPage = 999

func pageOf(control string) (int, bool) {
	digits, ok := strings.CutPrefix(control, controlPage)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && n >= 0 && n <= maxPage
}
