package programme

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
)

// A Stage is where somebody stands in a line, as a code with words at the locale
// keys stage.name.<code> and stage.next.<code>.
type Stage string

// Stages are the stages of every line and the moves between them. Only the team
// moves somebody. It is immutable and safe for concurrent use.
type Stages struct {
	routes map[Line]*route
	exits  []Stage
}

type route struct {
	order  []Stage
	starts []Stage
	to     map[Stage][]Stage
}

// Of lists the stages of a line in the order in which they are shown, the exits
// last.
func (s *Stages) Of(line Line) []Stage {
	r := s.routes[line]
	if r == nil {
		return nil
	}
	return slices.Concat(r.order, s.exits)
}

// All lists every stage of every line, each once.
func (s *Stages) All() []Stage {
	var all []Stage
	for _, line := range Lines() {
		for _, stage := range s.Of(line) {
			if !slices.Contains(all, stage) {
				all = append(all, stage)
			}
		}
	}
	return all
}

// Exit reports whether a stage is outside the way.
func (s *Stages) Exit(stage Stage) bool { return slices.Contains(s.exits, stage) }

// Moves lists where somebody may go who came along path, newest last; empty:
// they have no stage in the line yet. Beside what the way allows, every stage
// leads to the exits and one step back, so that a mistake can be mended; an exit
// leads back to where they were and on from there.
func (s *Stages) Moves(line Line, path []Stage) []Stage {
	r := s.routes[line]
	if r == nil {
		return nil
	}
	var moves []Stage
	add := func(list ...Stage) {
		for _, stage := range list {
			if !slices.Contains(moves, stage) {
				moves = append(moves, stage)
			}
		}
	}
	now, before := s.stand(r, path)
	switch {
	case now == "":
		add(r.starts...)
	case s.Exit(now) && before == "":
		add(r.starts...)
	case s.Exit(now):
		add(before)
		add(r.to[before]...)
	default:
		add(r.to[now]...)
		if before != "" {
			add(before)
		}
	}
	add(s.exits...)
	return slices.DeleteFunc(moves, func(stage Stage) bool { return stage == now })
}

// stand is the newest stage of a path that the line still has, and the newest
// one on the way before it that differs.
func (s *Stages) stand(r *route, path []Stage) (now, before Stage) {
	for i := len(path) - 1; i >= 0; i-- {
		stage := path[i]
		onWay := slices.Contains(r.order, stage)
		switch {
		case now == "" && (onWay || s.Exit(stage)):
			now = stage
		case now != "" && onWay && stage != now:
			return now, stage
		}
	}
	return now, ""
}

// May reports whether somebody who came along path may go to a stage.
func (s *Stages) May(line Line, path []Stage, to Stage) bool {
	return slices.Contains(s.Moves(line, path), to)
}

type stagesFile struct {
	Exits []scalar              `yaml:"exits"`
	Lines map[string]routeEntry `yaml:"lines"`
}

type routeEntry struct {
	Starts []scalar     `yaml:"starts"`
	Stages []stageEntry `yaml:"stages"`
}

type stageEntry struct {
	Stage scalar   `yaml:"stage"`
	To    []scalar `yaml:"to"`
}

// stageCode is what may be part of an audience index and of a locale key.
var stageCode = regexp.MustCompile(`^[a-z][a-z0-9_]{1,39}$`)

func loadStages(fsys fs.FS, name string, problems *Problems) *Stages {
	f := yamlFile{name, problems}
	s := &Stages{routes: map[Line]*route{}}
	var raw stagesFile
	if !f.decode(fsys, &raw) {
		return s
	}
	for _, exit := range raw.Exits {
		s.exits = append(s.exits, f.stage(exit))
	}
	for _, line := range Lines() {
		entry, ok := raw.Lines[string(line)]
		if !ok {
			problems.add(name, 1, 1, fmt.Sprintf("the line %s has no stages", line), "write its starts and stages under lines")
			continue
		}
		s.routes[line] = f.route(entry, s.exits)
	}
	for _, line := range sortedKeys(raw.Lines) {
		if !slices.Contains(Lines(), Line(line)) {
			problems.add(name, 1, 1, fmt.Sprintf("%q is no line", line), "use one of "+quoteAll(lineNames()))
		}
	}
	return s
}

func lineNames() []string {
	var names []string
	for _, line := range Lines() {
		names = append(names, string(line))
	}
	return names
}

func (f yamlFile) stage(at scalar) Stage {
	if !stageCode.MatchString(at.value) {
		f.problem(at, fmt.Sprintf("%q cannot be a stage", at.value), "use small letters, digits and _, such as plan_de_negocio")
	}
	return Stage(at.value)
}

// route reads one line and looks that each stage can be reached.
func (f yamlFile) route(entry routeEntry, exits []Stage) *route {
	r := &route{to: map[Stage][]Stage{}}
	for _, e := range entry.Stages {
		stage := f.stage(e.Stage)
		if slices.Contains(r.order, stage) || slices.Contains(exits, stage) {
			f.problem(e.Stage, fmt.Sprintf("the stage %s is given twice", stage), "keep one of the two")
		}
		r.order = append(r.order, stage)
	}
	known := func(at scalar) Stage {
		if !slices.Contains(r.order, Stage(at.value)) {
			f.problem(at, fmt.Sprintf("%q is no stage of this line", at.value), "name one of its stages; the exits need not be named")
		}
		return Stage(at.value)
	}
	for _, at := range entry.Starts {
		r.starts = append(r.starts, known(at))
	}
	for _, e := range entry.Stages {
		for _, at := range e.To {
			r.to[Stage(e.Stage.value)] = append(r.to[Stage(e.Stage.value)], known(at))
		}
	}
	reached := slices.Clone(r.starts)
	for i := 0; i < len(reached); i++ {
		for _, next := range r.to[reached[i]] {
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	for _, e := range entry.Stages {
		if !slices.Contains(reached, Stage(e.Stage.value)) {
			f.problem(e.Stage, fmt.Sprintf("nobody can come to the stage %s", e.Stage.value), "name it under starts, or under to of another stage")
		}
	}
	return r
}
