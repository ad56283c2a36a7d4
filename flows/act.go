package flows

import (
	"maps"
	"strings"
	"time"
)

// actions are the pure actions that a flow can name, from the file of each
// service. Each fills slots, says something or owes a reply; what it needs from
// outside the session is in the Set and the Input. Whatever needs I/O is a Call
// instead (see Config.Calls).
var actions = together(ownActions, courseActions, eventActions, vacancyActions, reminderActions, announcementActions, talkActions, reportActions)

// together puts the tables of several files into one.
func together[K comparable, V any](tables ...map[K]V) map[K]V {
	all := map[K]V{}
	for _, table := range tables {
		maps.Copy(all, table)
	}
	return all
}

var ownActions = map[string]func(*turn){
	"apply_language":      (*turn).applyLanguage,
	"accept_consent":      (*turn).acceptConsent,
	"refuse_consent":      (*turn).refuseConsent,
	"apply_offers":        (*turn).applyOffers,
	"revoke_consent":      (*turn).revokeConsent,
	"stop_messages":       (*turn).stopMessages,
	"resume_offers":       (*turn).resumeOffers,
	"show_policy":         (*turn).showPolicy,
	"erase":               (*turn).erase,
	"show_data":           (*turn).showData,
	"send_data_text":      func(t *turn) { t.sendFile(FileDataText) },
	"send_data_json":      func(t *turn) { t.sendFile(FileDataJSON) },
	"show_help_lines":     (*turn).showHelpLines,
	"check_coverage":      (*turn).checkCoverage,
	"check_contradiction": (*turn).checkContradiction,
	"check_correctable":   (*turn).checkCorrectable,
	"summarise":           (*turn).summarise,
	"screen":              (*turn).screen,
	"turn_away_minor":     (*turn).turnAwayMinor,
	"reopen_answer":       (*turn).reopenAnswer,
}

const utterPrefix = "utter_"

// knownAction reports whether a flow may name the action.
func (s *Set) knownAction(name string) bool {
	_, pure := actions[name]
	return pure || s.calls[name] || strings.HasPrefix(name, utterPrefix)
}

// act runs the action of a step; true means that the turn waits for a Call.
func (t *turn) act(step *Step) bool {
	if name, ok := strings.CutPrefix(step.Action, utterPrefix); ok {
		t.say(Key(utterKey(t.s.Flow, name)))
		return false
	}
	if run, ok := actions[step.Action]; ok {
		run(t)
		return false
	}
	t.out.Call = &Call{Name: step.Action, Args: t.s.Slots}
	return true
}

// outcome goes on after a Call.
func (t *turn) outcome() {
	step := t.step()
	if step == nil || step.Action == "" {
		t.lost()
		return
	}
	for name, values := range t.in.Slots {
		t.fill(name, values)
	}
	if t.in.Hold != nil {
		t.hold(*t.in.Hold)
	}
	t.say(t.in.Texts...)
	if !t.follow() {
		t.run()
	}
}

// Resume advances from a result that asked for a Call, with the outcome of that
// call, and returns one result that holds what both owe.
func Resume(set *Set, waiting Result, outcome Input, now time.Time) Result {
	outcome.Kind = InputOutcome
	next := Advance(set, waiting.Session, outcome, now)
	next.Replies = append(waiting.Replies, next.Replies...)
	next.Steps = append(waiting.Steps, next.Steps...)
	if next.Relay == nil {
		next.Relay = waiting.Relay
	}
	next.Ends = append(waiting.Ends, next.Ends...)
	if next.Toast == nil {
		next.Toast = waiting.Toast
	}
	return next
}
