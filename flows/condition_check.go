package flows

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// conditionError says what is wrong with a condition and where in it.
type conditionError struct {
	source              string
	offset              int // characters from the beginning of source
	rule, message, mend string
}

// Error returns the message with the condition.
func (e *conditionError) Error() string { return fmt.Sprintf("%q: %s", e.source, e.message) }

// checkedCondition walks the syntax tree of a condition. The library knows a
// whole language; only the nodes named here pass, because its built-in
// functions cannot all be switched off by options.
type checkedCondition struct {
	source string
	slots  map[string]*Slot
	used   []*Slot
}

// operand is what one side of an operator turned out to be: a slot, a literal,
// a list of literals, or a result that is true or false.
type operand struct {
	kind     operandKind
	slot     *Slot
	literals []literal
	isList   bool // written as […]
}

type literal struct {
	text   string // how it would be stored
	kind   operandKind
	offset int
}

const conditionMend = "use slots, \"texts\", numbers, true, false, [lists], == != < <= > >= in and or not and parentheses; what needs more is an action"

func (c *checkedCondition) fault(offset int, rule, message, mend string) *conditionError {
	return &conditionError{source: c.source, offset: offset, rule: rule, message: message, mend: mend}
}

func (c *checkedCondition) check() *conditionError {
	if len(c.source) > maxCondition {
		return c.fault(0, "condition", fmt.Sprintf("the condition has more than %d bytes", maxCondition), "split it over two steps")
	}
	tree, err := parser.Parse(c.source)
	if err != nil {
		offset, message := 0, err.Error()
		var where *file.Error
		if errors.As(err, &where) {
			offset, message = where.From, where.Message
		}
		return c.fault(offset, "condition", "the condition cannot be read: "+message, conditionMend)
	}
	whole, fault := c.walk(tree.Node)
	if fault != nil {
		return fault
	}
	if whole.kind != kindBool || whole.isList {
		return c.fault(at(tree.Node), "condition", "the condition is not something that holds or not", "compare the slot with a value")
	}
	return nil
}

func at(n ast.Node) int { return n.Location().From }

func (c *checkedCondition) walk(n ast.Node) (operand, *conditionError) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		s := c.slots[n.Value]
		if s == nil {
			return operand{}, c.fault(at(n), "unknown-slot", fmt.Sprintf("there is no slot %q", n.Value), c.nearest(n.Value))
		}
		if !slices.Contains(c.used, s) {
			c.used = append(c.used, s)
		}
		return operand{kind: s.kind(), slot: s}, nil
	case *ast.StringNode:
		return one(n.Value, kindText, at(n)), nil
	case *ast.IntegerNode:
		return one(fmt.Sprint(n.Value), kindInt, at(n)), nil
	case *ast.BoolNode:
		text := No
		if n.Value {
			text = Yes
		}
		return one(text, kindBool, at(n)), nil
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	}
	if choice, ok := n.(*ast.ConditionalNode); ok {
		n = choice.Cond // the library places a choice at its end
	}
	return operand{}, c.fault(at(n), "condition", fmt.Sprintf("%s is not allowed in a condition", excerpt(n.String())), conditionMend)
}

func one(text string, kind operandKind, offset int) operand {
	return operand{kind: kind, literals: []literal{{text, kind, offset}}}
}

func excerpt(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

func (c *checkedCondition) array(n *ast.ArrayNode) (operand, *conditionError) {
	list := operand{kind: kindList, isList: true}
	for _, member := range n.Nodes {
		o, fault := c.walk(member)
		if fault != nil {
			return o, fault
		}
		if o.slot != nil || len(o.literals) != 1 || o.isList || o.literals[0].kind != kindText && o.literals[0].kind != kindInt {
			return o, c.fault(at(member), "condition", "a list holds only texts and numbers", conditionMend)
		}
		list.literals = append(list.literals, o.literals[0])
	}
	if len(list.literals) == 0 {
		return list, c.fault(at(n), "condition", "the list is empty", "write the values that the slot may have")
	}
	return list, nil
}

func (c *checkedCondition) unary(n *ast.UnaryNode) (operand, *conditionError) {
	inner, fault := c.walk(n.Node)
	if fault != nil {
		return inner, fault
	}
	switch n.Operator {
	case "not", "!":
		if inner.kind != kindBool {
			return inner, c.fault(at(n.Node), "condition-type", fmt.Sprintf("not stands before %s", inner.kind), "put the comparison after not in parentheses")
		}
		return operand{kind: kindBool}, nil
	case "-":
		if len(inner.literals) == 1 && inner.kind == kindInt && !strings.HasPrefix(inner.literals[0].text, "-") {
			return one("-"+inner.literals[0].text, kindInt, at(n)), nil
		}
	}
	return inner, c.fault(at(n), "condition", fmt.Sprintf("the operator %s is not allowed here", n.Operator), conditionMend)
}

func (c *checkedCondition) binary(n *ast.BinaryNode) (operand, *conditionError) {
	left, fault := c.walk(n.Left)
	if fault != nil {
		return left, fault
	}
	right, fault := c.walk(n.Right)
	if fault != nil {
		return right, fault
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		for _, side := range []struct {
			o operand
			n ast.Node
		}{{left, n.Left}, {right, n.Right}} {
			if side.o.kind != kindBool {
				return side.o, c.fault(at(side.n), "condition-type", fmt.Sprintf("%s joins %s", n.Operator, side.o.kind), "compare the slot with a value on both sides of "+n.Operator)
			}
		}
	case "==", "!=":
		if left.kind != right.kind || left.kind == kindList {
			return left, c.mismatch(n, left, right)
		}
		if fault := c.possible(left, right); fault != nil {
			return left, fault
		}
	case "<", "<=", ">", ">=":
		if left.kind != kindInt || right.kind != kindInt {
			return left, c.mismatch(n, left, right)
		}
		if fault := c.possible(left, right); fault != nil {
			return left, fault
		}
	case "in":
		return c.member(n, left, right)
	default:
		return left, c.fault(at(n), "condition", fmt.Sprintf("the operator %s is not allowed in a condition", n.Operator), conditionMend)
	}
	return operand{kind: kindBool}, nil
}

func (c *checkedCondition) member(n *ast.BinaryNode, left, right operand) (operand, *conditionError) {
	if right.kind != kindList || left.kind == kindList || left.kind == kindBool {
		return left, c.mismatch(n, left, right)
	}
	if right.slot != nil && left.kind != kindText {
		return left, c.mismatch(n, left, right)
	}
	for _, l := range right.literals {
		if l.kind != left.kind {
			return left, c.fault(l.offset, "condition-type", fmt.Sprintf("%q is %s and is compared with %s", l.text, l.kind, left.kind), "write it in the form of the other side")
		}
	}
	if fault := c.possible(left, right); fault != nil {
		return left, fault
	}
	return operand{kind: kindBool}, nil
}

func (c *checkedCondition) mismatch(n *ast.BinaryNode, left, right operand) *conditionError {
	mend := "compare things of one type"
	switch {
	case n.Operator == "in":
		mend = `write "value" in slot for a slot with several values, or slot in ["a", "b"]`
	case left.kind == kindList || right.kind == kindList:
		mend = `a slot with several values is asked with "value" in slot`
	case left.kind == kindBool || right.kind == kindBool:
		mend = "compare a boolean slot with true or false, without quotes"
	}
	return c.fault(at(n.Left), "condition-type", fmt.Sprintf("%s %s %s cannot be compared", left.kind, n.Operator, right.kind), mend)
}

// possible refuses a literal that the slot on the other side never has.
func (c *checkedCondition) possible(left, right operand) *conditionError {
	for _, pair := range [][2]operand{{left, right}, {right, left}} {
		s := pair[0].slot
		if s == nil {
			continue
		}
		for _, l := range pair[1].literals {
			if s.kind() != kindList && l.text == "" {
				continue // unset
			}
			if mend := s.impossible(l.text); mend != "" {
				return c.fault(l.offset, "impossible-value", fmt.Sprintf("the slot %q never has the value %q", s.Name, l.text), mend)
			}
		}
	}
	return nil
}

// impossible returns how to mend a value that the slot never has, or "".
func (s *Slot) impossible(value string) string {
	switch s.Type {
	case Categorical, Multi, Boolean:
		if !slices.Contains(s.Values, value) {
			return "use one of " + quoted(s.Values)
		}
	case Number:
		var n int
		if _, err := fmt.Sscanf(value+" ", "%d ", &n); err != nil {
			return "write a whole number"
		}
		switch { // 0 is also the unset slot; a bound of 0 is none
		case s.Min > 0 && n != 0 && n < s.Min:
			return fmt.Sprintf("write a number from %d on", s.Min)
		case s.Max > 0 && n > s.Max:
			return fmt.Sprintf("write a number up to %d", s.Max)
		}
	}
	return ""
}

// nearest suggests the slot that was probably meant.
func (c *checkedCondition) nearest(name string) string {
	return "declare it under slots, or mend its spelling" + suggestion(name, c.slots)
}
