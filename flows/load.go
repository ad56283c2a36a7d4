package flows

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// build reads all files and links them. The set it returns holds whatever
// could be read, so that the checks can go on and one run shows everything.
func build(cfg Config) (*Set, []Finding) {
	set := &Set{
		Catalog: cfg.Catalog, Data: cfg.Data, Round: cfg.Round, Policy: cfg.Policy, Timing: cfg.Timing,
		byName: make(map[string]*Flow), slot: make(map[string]*Slot), trigger: make(map[string]int),
		calls: make(map[string]bool), sources: make(map[string]*source),
	}
	for _, name := range cfg.Calls {
		set.calls[name] = true
	}
	fsys := cfg.Flows
	if fsys == nil {
		fsys = Files()
	}
	l := &loader{set: set, report: findings{sources: set.sources}}
	l.read(fsys)
	l.compile()
	return set, l.report.sorted()
}

type loader struct {
	set     *Set
	report  findings
	schemas *schemas
	pending []func() // conditions, which wait until the slots of all flows are known
}

func (l *loader) read(fsys fs.FS) {
	names, err := fs.Glob(fsys, "*.yaml")
	if err != nil || len(names) == 0 {
		l.report.add(Finding{Rule: "file", Message: "there are no flows", Mend: "put *.yaml files and " + TriggersFile + " into the folder"})
		return
	}
	if l.schemas, err = compileSchemas(); err != nil {
		l.report.add(Finding{Rule: "schema", Message: err.Error(), Mend: "regenerate schema.json: go test ./flows -run TestSchema -update"})
		return
	}
	slices.Sort(names)
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			l.report.add(Finding{File: name, Rule: "file", Message: "the file cannot be read: " + err.Error(), Mend: "put it back or mend its permissions"})
			continue
		}
		src, found := parseSource(path.Base(name), data)
		l.set.sources[src.file] = src
		l.report.all = append(l.report.all, found...)
		if src.root == nil || len(found) > 0 {
			continue
		}
		if src.file == TriggersFile {
			l.triggers(src)
		} else {
			l.flow(src)
		}
	}
	if _, ok := l.set.sources[TriggersFile]; !ok {
		l.report.add(Finding{File: TriggersFile, Rule: "file", Message: "the file is missing", Mend: "write it; at least start, menu, help, back and cancel must work everywhere"})
	}
}

// decode validates a file against its schema and decodes it strictly.
func (l *loader) decode(src *source, schema *validator.Schema, into any) (ok bool) {
	defer func() {
		if r := recover(); r != nil { // as in parseSource
			l.report.at(src.file, position{}, "yaml", "the YAML reader gave up on this file", "compare it with a flow that loads and mend the indentation")
			ok = false
		}
	}()
	before := len(l.report.all)
	validate(schema, src, &l.report)
	if len(l.report.all) > before {
		return false
	}
	if err := yaml.NodeToValue(src.root, into, yaml.Strict()); err != nil {
		p, message := yamlError(err)
		l.report.at(src.file, p, "schema", message, "compare with schema.json")
		return false
	}
	return true
}

func (l *loader) flow(src *source) {
	var raw rawFlow
	if !l.decode(src, l.schemas.flow, &raw) {
		return
	}
	f := &Flow{
		Name: raw.Flow, Version: raw.Version, Description: strings.TrimSpace(raw.Description), Standing: raw.Standing,
		Guest: raw.Guest, File: src.file, steps: make(map[string]int), src: src,
	}
	if want := f.Name + ".yaml"; src.file != want {
		l.report.at(src.file, src.at("flow"), "flow-name", fmt.Sprintf("the flow %q does not stand in a file of its name", f.Name), "rename the file to "+want+", or the flow")
	}
	if other := l.set.byName[f.Name]; other != nil {
		l.report.at(src.file, src.at("flow"), "duplicate", fmt.Sprintf("the flow %q stands in %s already", f.Name, other.File), "rename one of them")
		return
	}
	l.set.flows = append(l.set.flows, f)
	l.set.byName[f.Name] = f
	l.slots(f, raw.Slots)
	for i, r := range raw.Steps {
		l.step(f, i, r, raw.Steps)
	}
}

func (l *loader) slots(f *Flow, raw map[string]rawSlot) {
	names := slices.Collect(maps.Keys(raw))
	slices.SortFunc(names, func(a, b string) int { // the order of the file
		p, q := f.src.keyAt("slots", a), f.src.keyAt("slots", b)
		return (p.line-q.line)*1_000_000 + p.column - q.column
	})
	for _, name := range names {
		r, p := raw[name], f.src.keyAt("slots", name)
		if !slotName.MatchString(name) || reservedWords[name] {
			l.report.at(f.File, p, "slot", fmt.Sprintf("%q cannot be the name of a slot", name), "use lower-case letters a to z, digits and _, at most 24, and no word of the condition language")
			continue
		}
		if other := l.set.slot[name]; other != nil {
			l.report.at(f.File, p, "duplicate", fmt.Sprintf("the slot %q is declared by %s already", name, other.Flow), "slots are global: take this declaration out and use the other, or rename it")
			continue
		}
		s := &Slot{
			Name: name, Type: r.Type, Values: r.Values, Index: r.Index, Derived: r.Derived, Sensitive: r.Sensitive,
			Unmasked: r.Unmasked, Min: r.Min, Max: r.Max, Alone: r.Alone, Typed: r.Typed, Options: r.Options, Columns: r.Columns, Depts: r.Depts,
			Flow: f.Name, Line: p.line, Column: p.column,
		}
		l.slotRules(f, s, r)
		if s.Type == Boolean {
			s.Values = []string{Yes, No}
		}
		f.Slots = append(f.Slots, s)
		l.set.slots = append(l.set.slots, s)
		l.set.slot[name] = s
	}
}

func (l *loader) step(f *Flow, i int, r rawStep, all []rawStep) {
	p := f.src.at("steps", i)
	if _, twice := f.steps[r.ID]; twice {
		l.report.at(f.File, f.src.at("steps", i, "id"), "duplicate", fmt.Sprintf("the step %q stands twice in the flow", r.ID), "rename one of them")
		return
	}
	s := &Step{
		ID: r.ID, Collect: r.Collect, AskAgain: r.AskAgain, Action: r.Action, Call: r.Call, Link: r.Link,
		Line: p.line, Column: p.column, index: i,
	}
	l.oneAction(f, i, r)
	for j, rej := range r.Rejections {
		at := f.src.at("steps", i, "rejections", j, "utter")
		s.Rejections = append(s.Rejections, Rejection{Utter: rej.Utter, Line: at.line, Column: at.column})
		l.later(f, rej.If, []any{"steps", i, "rejections", j, "if"}, func(c *Condition) { s.Rejections[j].If = c })
	}
	if r.SetSlots != nil {
		s.SetSlots = []SetSlot{}
	}
	for j, set := range r.SetSlots {
		for name, values := range set {
			at := f.src.keyAt("steps", i, "set_slots", j, name)
			s.SetSlots = append(s.SetSlots, SetSlot{Slot: name, Value: values, Line: at.line, Column: at.column})
		}
	}
	l.next(f, s, i, r, all)
	f.steps[s.ID] = len(f.Steps)
	f.Steps = append(f.Steps, s)
}

// oneAction refuses a step that does nothing or two things.
func (l *loader) oneAction(f *Flow, i int, r rawStep) {
	var kinds []string
	for _, k := range []struct {
		name string
		set  bool
	}{{"collect", r.Collect != ""}, {"action", r.Action != ""}, {"set_slots", r.SetSlots != nil}, {"call", r.Call != ""}, {"link", r.Link != ""}} {
		if k.set {
			kinds = append(kinds, k.name)
		}
	}
	p := f.src.at("steps", i, "id")
	if len(kinds) != 1 {
		what := "does nothing"
		if len(kinds) > 1 {
			what = "has " + strings.Join(kinds, " and ")
		}
		l.report.at(f.File, p, "step", fmt.Sprintf("the step %q %s", r.ID, what), "give it exactly one of collect, action, set_slots, call, link; split it in two steps")
		return
	}
	if r.Collect == "" && (r.AskAgain || len(r.Rejections) > 0) {
		l.report.at(f.File, p, "step", fmt.Sprintf("the step %q asks nothing, so it cannot refuse an answer or ask again", r.ID), "take rejections and ask_before_filling out, or collect a slot")
	}
	if r.Link != "" && r.Next != nil {
		l.report.at(f.File, f.src.keyAt("steps", i, "next"), "step", fmt.Sprintf("the step %q leaves the flow, so nothing follows it", r.ID), "take next out, or use call to come back")
	}
}

// next fills the branches of a step: those written, or the step below, or END.
func (l *loader) next(f *Flow, s *Step, i int, r rawStep, all []rawStep) {
	if s.Link != "" {
		return
	}
	if len(r.Next) == 0 {
		target := End
		if i+1 < len(all) {
			target = all[i+1].ID
		}
		s.Next = []Branch{{Then: target, Line: s.Line, Column: s.Column}}
		return
	}
	plain := !f.src.isList("steps", i, "next")
	for j, b := range r.Next {
		path := []any{"steps", i, "next", j}
		at := f.src.at(path...)
		var branch Branch
		switch {
		case plain:
			at = f.src.at("steps", i, "next")
			branch.Then = b.Else
		case b.If != "" && b.Then != "" && b.Else == "":
			at = f.src.at(append(path, "then")...)
			branch.Then = b.Then
		case b.Else != "" && b.If == "" && b.Then == "":
			at = f.src.at(append(path, "else")...)
			branch.Then = b.Else
		default:
			l.report.at(f.File, at, "branch", "a branch is if with then, or else alone", "write {if: …, then: step} or else: step")
			continue
		}
		branch.Line, branch.Column = at.line, at.column
		s.Next = append(s.Next, branch)
		if b.If != "" {
			k := len(s.Next) - 1
			l.later(f, b.If, append(path, "if"), func(c *Condition) { s.Next[k].If = c })
		}
	}
}

// later compiles a condition once all slots are known.
func (l *loader) later(f *Flow, source string, path []any, keep func(*Condition)) {
	l.pending = append(l.pending, func() {
		c, err := compileCondition(source, l.set.slot)
		p := f.src.inside(err, path...)
		if err != nil {
			l.report.at(f.File, p, err.rule, err.message, err.mend)
			c = &Condition{source: source}
		}
		c.Line, c.Column = p.line, p.column
		keep(c)
	})
}

// compile links what was read: conditions to slots, flows to machines.
func (l *loader) compile() {
	for _, now := range l.pending {
		now()
	}
	for _, f := range l.set.flows {
		f.plan = compilePlan(f)
		f.lasting = slices.ContainsFunc(f.Slots, func(s *Slot) bool { return !s.Keep.Flow && !s.Derived })
	}
}

func (l *loader) triggers(src *source) {
	var raw rawTriggers
	if !l.decode(src, l.schemas.triggers, &raw) {
		return
	}
	for i, r := range raw.Triggers {
		p := src.at("triggers", i, "name")
		if _, twice := l.set.trigger[r.Name]; twice {
			l.report.at(src.file, p, "duplicate", fmt.Sprintf("the trigger %q stands twice", r.Name), "take one of them out")
			continue
		}
		l.set.trigger[r.Name] = len(l.set.triggers)
		l.set.triggers = append(l.set.triggers, Trigger{
			Name: r.Name, Flow: r.Flow, At: r.At, Do: r.Do, Digress: r.Digress, Guest: r.Guest, Listed: r.Listed,
			Tap: r.Tap, Fills: r.Fills,
			Line: p.line, Column: p.column, index: i,
		})
	}
}
