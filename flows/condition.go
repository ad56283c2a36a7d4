package flows

import (
	"fmt"
	"strconv"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// A Condition is a question about slots, such as
//
//	age == "menor_18" or "negocio" in seeks and not covered
//
// It knows comparisons, in, and, or, not, parentheses, literals and the names
// of slots, and nothing else: what needs more is an action. An unset slot is
// "", an empty list, 0 or false.
type Condition struct {
	Line, Column int // where it stands in its file

	source  string
	slots   []*Slot
	program *vm.Program // nil: it did not compile; the set is refused
}

// Source returns the condition as written.
func (c *Condition) Source() string { return c.source }

// Slots returns the names of the slots that it looks at, each once, in order.
func (c *Condition) Slots() []string {
	names := make([]string, len(c.slots))
	for i, s := range c.slots {
		names[i] = s.Name
	}
	return names
}

// Holds evaluates the condition. It never panics: a stored value that is not
// of the slot's type counts as unset.
func (c *Condition) Holds(slots map[string][]string) bool {
	if c.program == nil {
		return false
	}
	env := make(map[string]any, len(c.slots))
	for _, s := range c.slots {
		env[s.Name] = s.operand(slots[s.Name])
	}
	held, err := expr.Run(c.program, env)
	if err != nil {
		return false
	}
	yes, _ := held.(bool)
	return yes
}

// kind is the type that a slot has in a condition.
type operandKind string

const (
	kindText operandKind = "a text"
	kindList operandKind = "a list"
	kindInt  operandKind = "a number"
	kindBool operandKind = "true or false"
)

func (s *Slot) kind() operandKind {
	switch s.Type {
	case Multi, Occupation:
		return kindList
	case Number:
		return kindInt
	case Boolean:
		return kindBool
	}
	return kindText
}

// operand converts stored values to what the condition compares.
func (s *Slot) operand(values []string) any {
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch s.kind() {
	case kindList:
		return values
	case kindInt:
		n, err := strconv.Atoi(first)
		if err != nil {
			n = 0
		}
		return n
	case kindBool:
		return first == Yes
	}
	return first
}

// maxCondition bounds the length of a condition in bytes: nobody reads a longer
// one, and the parser is recursive. The schema bounds it in characters.
const maxCondition = 400

// compileCondition parses, checks and compiles a condition over the slots.
func compileCondition(source string, slots map[string]*Slot) (*Condition, *conditionError) {
	c := &checkedCondition{source: source, slots: slots}
	if err := c.check(); err != nil {
		return nil, err
	}
	env := make(map[string]any, len(c.used))
	for _, s := range c.used {
		env[s.Name] = s.operand(nil)
	}
	program, err := expr.Compile(source, expr.Env(env), expr.AsBool(), expr.DisableAllBuiltins())
	if err != nil {
		return nil, c.fault(0, "condition", fmt.Sprintf("the condition cannot be compiled: %v", err), "compare it with the conditions of another flow")
	}
	return &Condition{source: source, slots: c.used, program: program}, nil
}
