package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// AlsoOffered is something that a person may use whatever their outcome, as a code
// with words at the locale key offer.<code>.
type AlsoOffered string

// NextStep is something a person can do now, as a code with words at the
// locale key next.<code>. Every outcome of every line has at least one.
type NextStep string

// rule is one row of the screening table.
type rule struct {
	id       string
	lines    []Line
	when     condition
	outcome  Outcome // empty: the rule settles nothing, it only adds
	text     string
	route    string
	offers   []AlsoOffered
	next     []NextStep
	stop     bool
	erase    bool
	showBest int
	confirm  bool
}

// Ruleset is one version of the screening rules, checked and compiled. It is
// immutable and safe for concurrent use.
type Ruleset struct {
	version    string
	vocabulary map[string][]string
	seeksLines map[string][]Line
	offers     []AlsoOffered
	rules      []rule
	regulated  map[string]bool   // occupations that need a recognised degree
	documents  map[string]string // documents treated as another one
}

// Version is the version stored with every result.
func (r *Ruleset) Version() string { return r.version }

// Codes are the codes that the question behind a field of Answers can yield,
// named as in the conditions (age, seed_capital, …); nil for an unknown name.
func (r *Ruleset) Codes(answer string) []string { return slices.Clone(r.vocabulary[answer]) }

// TextKeys are the locale keys of every text, next step and offer that a
// Screening can hold, sorted.
func (r *Ruleset) TextKeys() []string {
	seen := map[string]bool{}
	for _, offer := range r.offers {
		seen["offer."+string(offer)] = true
	}
	for _, rule := range r.rules {
		if rule.text != "" {
			seen["reason."+rule.text] = true
		}
		for _, step := range rule.next {
			seen["next."+string(step)] = true
		}
	}
	keys := make([]string, 0, len(seen))
	for key := range seen {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Rules are the ids of the rules, in the order in which they are tried, each
// once.
func (r *Ruleset) Rules() []string {
	var ids []string
	for _, rule := range r.rules {
		if !slices.Contains(ids, rule.id) {
			ids = append(ids, rule.id)
		}
	}
	return ids
}

// screeningFile is the shape of screening.yaml.
type screeningFile struct {
	Version    scalar              `yaml:"version"`
	Answers    map[string][]scalar `yaml:"answers"`
	SeeksLines map[string][]scalar `yaml:"seeks_lines"`
	Offers     []scalar            `yaml:"offers"`
	Rules      []ruleEntry         `yaml:"rules"`
}

type ruleEntry struct {
	Rule     scalar   `yaml:"rule"`
	Lines    []scalar `yaml:"lines"`
	When     scalar   `yaml:"when"`
	Outcome  scalar   `yaml:"outcome"`
	Text     scalar   `yaml:"text"`
	Route    scalar   `yaml:"route"`
	Offers   []scalar `yaml:"offers"`
	Next     []scalar `yaml:"next"`
	Stop     scalar   `yaml:"stop"`
	Erase    scalar   `yaml:"erase"`
	ShowBest scalar   `yaml:"show_best"`
	Confirm  scalar   `yaml:"confirm"`
}

func loadRuleset(fsys fs.FS, name string, documents *Documents, occupations *Occupations, problems *Problems) *Ruleset {
	f := yamlFile{name, problems}
	var raw screeningFile
	if !f.decode(fsys, &raw) {
		return nil
	}
	r := &Ruleset{
		version:    raw.Version.value,
		vocabulary: map[string][]string{},
		seeksLines: map[string][]Line{},
		regulated:  occupations.regulated(),
		documents:  documents.substitutes(),
	}
	if r.version == "" {
		problems.add(name, 1, 1, "version is missing", `write version: "2026-11-22.1" and change it with every edit`)
	}
	f.vocabulary(raw, r, documents, occupations)
	for _, offer := range raw.Offers {
		r.offers = append(r.offers, AlsoOffered(offer.value))
	}
	used := map[AlsoOffered]bool{}
	for _, entry := range raw.Rules {
		r.rules = append(r.rules, f.rule(entry, r, used))
	}
	for _, offer := range raw.Offers {
		if !used[AlsoOffered(offer.value)] {
			f.problem(offer, fmt.Sprintf("no rule makes the offer %s", offer.value), "remove it here or name it in a rule")
		}
	}
	f.everyLineSettled(raw, r)
	return r
}

// vocabulary reads the closed lists of codes and joins those of other tables.
func (f yamlFile) vocabulary(raw screeningFile, r *Ruleset, documents *Documents, occupations *Occupations) {
	names := conditionNames()
	for _, answer := range sortedKeys(raw.Answers) {
		codes := raw.Answers[answer]
		k, known := names[answer]
		if !known || k != kindCode && k != kindCodes || answer == "document" || answer == "occupations" || answer == "municipality" {
			at := scalar{}
			if len(codes) > 0 {
				at = codes[0]
			}
			f.problem(at, fmt.Sprintf("answers: %s is not a question with its own codes", answer), "remove it")
			continue
		}
		r.vocabulary[answer] = values(codes)
	}
	for _, name := range sortedKeys(names) {
		k := names[name]
		own := k == kindCode || k == kindCodes
		switch name {
		case "document":
			if len(documents.list) > 0 { // else its own file has been complained about
				r.vocabulary[name] = append(documents.Codes(), PreferNotToSay)
			}
		case "occupations":
			if len(occupations.list) > 0 {
				r.vocabulary[name] = occupations.codes()
			}
		case "municipality":
			// Any code of the municipalities table; the call lists those it covers.
		default:
			if own && len(r.vocabulary[name]) == 0 {
				f.problems.add(f.name, 0, 0, fmt.Sprintf("answers: the codes of %s are missing", name), "list them")
			}
		}
	}
	for _, seek := range sortedKeys(raw.SeeksLines) {
		for _, line := range raw.SeeksLines[seek] {
			if !slices.Contains(r.vocabulary["seeks"], seek) {
				f.problem(line, fmt.Sprintf("seeks_lines: %q is not a code of seeks", seek), "use one of "+quoteAll(r.vocabulary["seeks"]))
			}
			r.seeksLines[seek] = append(r.seeksLines[seek], Line(f.oneOf(line, texts(Lines()))))
		}
	}
}

func (f yamlFile) rule(entry ruleEntry, r *Ruleset, used map[AlsoOffered]bool) rule {
	at := entry.Rule
	if !at.given() {
		at = entry.When
		f.problem(at, "a rule has no id", `write rule: R37, as in the programme's rule book`)
	}
	out := rule{
		id:       entry.Rule.value,
		text:     entry.Text.value,
		route:    entry.Route.value,
		stop:     f.yes(entry.Stop),
		erase:    f.yes(entry.Erase),
		showBest: f.whole(entry.ShowBest, 1),
		confirm:  f.yes(entry.Confirm),
	}
	if !entry.When.given() {
		f.problem(at, out.id+" has no condition", `write when: followed by a condition; when: "true" holds always`)
	} else {
		out.when = f.condition(entry.When, r.vocabulary)
	}
	for _, line := range entry.Lines {
		out.lines = append(out.lines, Line(f.oneOf(line, texts(Lines()))))
	}
	for _, offer := range entry.Offers {
		o := AlsoOffered(f.oneOf(offer, texts(r.offers)))
		used[o] = true
		out.offers = append(out.offers, o)
	}
	for _, step := range entry.Next {
		out.next = append(out.next, NextStep(step.value))
	}
	if out.stop && (!entry.Outcome.given() || len(out.lines) < len(Lines())) {
		f.problem(entry.Stop, out.id+" stops before every line has an outcome", "give it an outcome for all three lines, or remove stop")
	}
	if entry.Outcome.given() {
		out.outcome = Outcome(f.oneOf(entry.Outcome, texts(Outcomes())))
		if len(out.lines) == 0 {
			f.problem(at, out.id+" has an outcome for no line", "name its lines")
		}
		if len(out.next) == 0 {
			f.problem(at, out.id+" leaves the person without a next step", "write at least one code under next")
		}
	} else if len(out.offers) == 0 && out.showBest == 0 && !out.confirm {
		f.problem(at, out.id+" does nothing", "give it an outcome or an offer, or remove it")
	}
	return out
}

// everyLineSettled makes sure that no answers can leave a line without an
// outcome: each line needs a rule that always holds.
func (f yamlFile) everyLineSettled(raw screeningFile, r *Ruleset) {
	for _, line := range Lines() {
		settled := false
		for i, entry := range raw.Rules {
			if strings.TrimSpace(entry.When.value) == "true" && r.rules[i].outcome != "" && slices.Contains(r.rules[i].lines, line) {
				settled = true
			}
		}
		if !settled {
			f.problems.add(f.name, 0, 0, fmt.Sprintf("some answers leave %s without an outcome", line), `end the rules with one for this line with when: "true" and outcome: REVISION_HUMANA`)
		}
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Sought lists the lines that somebody with those answers to Q5 asked for, in
// their standard order.
func (r *Ruleset) Sought(seeks []string) []Line {
	var out []Line
	for _, line := range Lines() {
		if r.chosen(seeks, line) {
			out = append(out, line)
		}
	}
	return out
}

// SoughtBy lists the answers to Q5 that ask for a line.
func (r *Ruleset) SoughtBy(line Line) []string {
	var out []string
	for _, seek := range sortedKeys(r.seeksLines) {
		if slices.Contains(r.seeksLines[seek], line) {
			out = append(out, seek)
		}
	}
	return out
}
