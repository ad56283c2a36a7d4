package flows

import (
	"strconv"
	"strings"

	"arraigo/programme"
)

// questionsInOrder are the slots of the screening as the person meets them.
func (s *Set) questionsInOrder() []*Slot {
	var all []*Slot
	for _, slot := range s.Flow(flowScreening).Slots {
		if !slot.Derived && !slot.Keep.Flow && slot.Name != "coverage_alert" {
			all = append(all, slot)
		}
	}
	return all
}

// asksSensitive reports whether the open call switched the sensitive question on.
func (s *Set) asksSensitive() bool { return s.Round.AskCircumstances }

func (t *turn) answers() programme.Answers {
	one, all := t.s.Value, func(slot string) []string { return t.s.Slots[slot] }
	return programme.Answers{
		Consent: t.consented(), Age: one("age"), Municipality: one("municipality"),
		Population: one("population"), Document: one("document"), Seeks: all("seeks"), Stay: one("stay"),
		Business: one("business"), Sector: one("sector"), SeedCapital: one("seed_capital"), Classes: one("classes"),
		Occupations: all("occupations"), Experience: one("experience"), WorkingTime: one("working_time"),
		Interests: all("interests"), Circumstances: all("circumstances"),
	}
}

// checkCoverage looks whether the open call reaches the municipality. Who does
// not say where they live is not turned away.
func (t *turn) checkCoverage() {
	place := t.s.Value("municipality")
	t.fillBool("covered", place == programme.PreferNotToSay || t.set.Round.Covers(place))
}

func (t *turn) checkContradiction() {
	t.fillBool("contradictory", t.set.Data.Ruleset.Contradicts(t.s.Value("population"), t.s.Value("document")))
}

func (t *turn) fillBool(slot string, v bool) {
	if v {
		t.fill(slot, []string{Yes})
	} else {
		t.fill(slot, []string{No})
	}
}

// screen computes the outcomes, keeps them with the rules they came from, and
// tells the person.
func (t *turn) screen() {
	s := t.set.Data.Ruleset.Screen(t.set.Round, t.answers())
	t.keepScreening(s)

	parts := []Text{Key("result.header")}
	lines := s.Lines
	if s.Uniform() {
		parts = append(parts, t.explain(lines[0], Key("result.all_lines"), s.Params))
		lines = nil
	}
	for _, line := range lines {
		if line.Shown {
			title := Key("line." + string(line.Line))
			if !line.Chosen && lines[0].Chosen && line.Outcome.Positive() { // the chosen ones come first
				title = Key("result.also").With("line", title)
			}
			parts = append(parts, t.explain(line, title, s.Params))
		}
	}
	for _, offer := range s.Offers {
		parts = append(parts, Key("offer."+string(offer)))
	}
	buttons := t.ways(s)
	t.reply(Reply{
		Parts:   append(parts, Key("result.footer"), Key("help.fraud")),
		Buttons: append(buttons, []Button{triggerButton("human")}, []Button{triggerButton("correct")}, []Button{triggerButton("menu")}),
	})
}

// keepScreening keeps the outcomes with the rules they came from.
func (t *turn) keepScreening(s programme.Screening) {
	for slot, line := range map[string]programme.Line{
		"outcome_emprendimiento": programme.Emprendimiento,
		"outcome_laboral":        programme.InclusionLaboral,
		"outcome_comunitaria":    programme.IntegracionComunitaria,
	} {
		t.fill(slot, []string{string(s.Line(line).Outcome)})
	}
	t.fill("screened_by", []string{s.Ruleset + " " + s.Call + " " + strconv.FormatInt(t.now.Unix(), 10) + " " + strings.Join(s.Rules, ",")})
}

// stepTriggers are the next steps that the bot itself can go.
var stepTriggers = map[programme.NextStep]string{
	"vacancies": "vacancies",
	"courses":   "courses", "start_classes": "courses",
	"events": "events", "virtual_events": "events", "fairs": "events",
}

// ways are the buttons to what the person sees as a next step.
func (t *turn) ways(s programme.Screening) [][]Button {
	var names []string
	for _, line := range s.Lines {
		for _, step := range line.NextSteps {
			if name := stepTriggers[step]; name != "" && line.Shown && !contains(names, name) {
				names = append(names, name)
			}
		}
	}
	var rows [][]Button
	for _, name := range names {
		rows = append(rows, []Button{{Label: Key("button." + name), Data: TriggerData(name)}})
	}
	return rows
}

// explain is one line's outcome, why, and what to do next.
func (t *turn) explain(line programme.LineResult, title Text, params map[string]int) Text {
	lines := []Text{Key("result.line").With("line", title).With("outcome", Key("outcome."+string(line.Outcome)))}
	for _, reason := range line.Reasons {
		if reason.Text == "" {
			continue
		}
		text := Key("reason." + reason.Text)
		for name, n := range params {
			text = text.With(name, Text{Count: &n})
		}
		lines = append(lines, text)
	}
	for _, next := range line.NextSteps {
		lines = append(lines, Key("result.next").With("step", Key("next."+string(next))))
	}
	return Text{Lines: lines}
}

// summarise lists the answers for the person to look over.
func (t *turn) summarise() {
	lines := []Text{Key("summary.header")}
	for _, slot := range t.set.questionsInOrder() {
		if values := t.s.Slots[slot.Name]; len(values) > 0 && !slot.Sensitive {
			lines = append(lines, Key("summary.line").With("question", Key(nameKey(slot))).With("answer", t.show(slot, values)))
		}
	}
	t.say(Text{Lines: lines})
}

// show writes a slot's values in words.
func (t *turn) show(slot *Slot, values []string) Text {
	return t.set.Show(slot, values)
}

// Show writes a slot's values the way they were offered.
func (s *Set) Show(slot *Slot, values []string) Text {
	var list []Text
	for _, v := range values {
		list = append(list, s.showOne(slot, v))
	}
	if len(list) == 1 {
		return list[0]
	}
	return Text{List: list}
}

func (s *Set) showOne(slot *Slot, v string) Text {
	if contains(slot.Values, v) || slot.Type == Boolean {
		if text := s.label(slot, v); s.Catalog.Has("es", text.Key) {
			return text
		}
		return Literal(v)
	}
	switch slot.Type {
	case Municipality:
		return s.placeName(v)
	case Occupation:
		if _, ok := s.Data.Occupations.ByCode(v); ok {
			return Text{Occupation: v}
		}
	case Catalogue:
		if name := named[slot.Options]; name != nil {
			return name(s, v)
		}
	}
	return Literal(v)
}

// answered are the questions that can be answered again.
func answered(t *turn) []option {
	var all []option
	for _, slot := range t.set.questionsInOrder() {
		if len(t.s.Slots[slot.Name]) > 0 {
			all = append(all, option{value: slot.Name, label: Key(nameKey(slot))})
		}
	}
	return all
}

func (t *turn) checkCorrectable() { t.fillBool("correctable", t.consented() && len(answered(t)) > 0) }

// reopenAnswer forgets one answer so that the screening asks it again. Answers
// that only made sense with it go too.
func (t *turn) reopenAnswer() {
	name := t.s.Value("correct_which")
	if slot := t.set.Slot(name); slot == nil || slot.Flow != flowScreening {
		return
	}
	if t.s.Value("outcome_comunitaria") != "" {
		t.remember(name)
	}
	forget := []string{name}
	switch name {
	case "municipality":
		forget = append(forget, "covered", "coverage_alert")
	case "population", "document":
		forget = append(forget, "contradictory", "identity_right")
	case "seeks":
		forget = append(forget, "occupations", "experience", "working_time", "interests")
	case "business":
		forget = append(forget, "sector", "seed_capital", "classes")
	}
	forget = append(forget, "outcome_emprendimiento", "outcome_laboral", "outcome_comunitaria", "screened_by")
	for _, slot := range forget {
		t.fill(slot, nil)
	}
}
