package programme

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"
)

// condition is a compiled `when`. The language is comparisons, `in`, and, or,
// not over the names of facts, with codes that the questions can yield; it has
// no calls, no arithmetic and no way to run long.
type condition struct{ program *vm.Program }

// conditionError tells what is wrong and where: at is counted in characters
// from the start of the condition.
type conditionError struct {
	at   int
	what string
	mend string
}

func (e *conditionError) Error() string { return e.what }

// compileCondition checks source against the vocabulary (the codes that each
// question can yield; a name without a list accepts any code) and compiles it.
func compileCondition(source string, vocabulary map[string][]string) (condition, *conditionError) {
	tree, err := parser.Parse(source)
	if err != nil {
		return condition{}, syntaxError(err)
	}
	check := conditionCheck{names: conditionNames(), vocabulary: vocabulary}
	if problem := check.truth(tree.Node); problem != nil {
		return condition{}, problem
	}
	program, err := expr.Compile(source, expr.Env(facts{}), expr.AsBool())
	if err != nil {
		return condition{}, syntaxError(err)
	}
	return condition{program}, nil
}

// holds evaluates the condition. The checks at compile time leave nothing that
// can go wrong here, so an error is a defect of this package.
func (c condition) holds(f facts) bool {
	out, err := expr.Run(c.program, f)
	if err != nil {
		panic(fmt.Sprintf("programme: checked condition cannot be evaluated: %v", err))
	}
	return out.(bool)
}

func syntaxError(err error) *conditionError {
	problem := &conditionError{what: "the condition cannot be read", mend: `compare answers with codes, as in age == "pnd" or document in ["CC", "PPT"]`}
	if located, ok := errors.AsType[*file.Error](err); ok {
		problem.at = located.From
		problem.what += ": " + located.Message
	}
	return problem
}

type conditionCheck struct {
	names      map[string]kind
	vocabulary map[string][]string
}

func refuse(n ast.Node, what, mend string) *conditionError {
	return &conditionError{at: n.Location().From, what: what, mend: mend}
}

// truth accepts a node that is true or false.
func (c conditionCheck) truth(n ast.Node) *conditionError {
	switch n := n.(type) {
	case *ast.BoolNode:
		return nil
	case *ast.IdentifierNode:
		k, problem := c.name(n)
		if problem == nil && k != kindBool {
			return refuse(n, fmt.Sprintf("%s is not a yes or no by itself", n.Value), "compare it with a code")
		}
		return problem
	case *ast.UnaryNode:
		if n.Operator == "not" || n.Operator == "!" {
			return c.truth(n.Node)
		}
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&", "or", "||":
			if problem := c.truth(n.Left); problem != nil {
				return problem
			}
			return c.truth(n.Right)
		case "==", "!=", "<", "<=", ">", ">=":
			return c.comparison(n)
		case "in":
			return c.membership(n)
		}
	}
	return refuse(n, "this kind of expression is not allowed in a condition", "use only ==, !=, <, <=, >, >=, in, and, or, not")
}

// comparison accepts name == code and name < number, in that order.
func (c conditionCheck) comparison(n *ast.BinaryNode) *conditionError {
	id, ok := n.Left.(*ast.IdentifierNode)
	if !ok {
		return refuse(n.Left, "a comparison starts with the name of an answer", "write the name on the left and the code on the right")
	}
	k, problem := c.name(id)
	if problem != nil {
		return problem
	}
	switch value := n.Right.(type) {
	case *ast.StringNode:
		if k == kindCode && (n.Operator == "==" || n.Operator == "!=") {
			return c.code(id.Value, value)
		}
	case *ast.IntegerNode:
		if k == kindNumber {
			return nil
		}
	}
	return refuse(n.Right, fmt.Sprintf("%s cannot be compared with this by %s", id.Value, n.Operator), "compare codes with == or !=, numbers with a whole number, lists with in, yes or no by its name alone")
}

// membership accepts name in ["a", "b"] and "a" in list.
func (c conditionCheck) membership(n *ast.BinaryNode) *conditionError {
	switch left := n.Left.(type) {
	case *ast.IdentifierNode:
		k, problem := c.name(left)
		if problem != nil {
			return problem
		}
		list, ok := n.Right.(*ast.ArrayNode)
		if !ok || k != kindCode || len(list.Nodes) == 0 {
			return refuse(n, "in needs one answer on the left and a list of codes on the right", `write it as document in ["CC", "PPT"]`)
		}
		for _, item := range list.Nodes {
			value, ok := item.(*ast.StringNode)
			if !ok {
				return refuse(item, "the list may hold only codes", "put each code between double quotes")
			}
			if problem := c.code(left.Value, value); problem != nil {
				return problem
			}
		}
		return nil
	case *ast.StringNode:
		id, ok := n.Right.(*ast.IdentifierNode)
		if !ok {
			return refuse(n.Right, "in needs the name of an answer with several codes on the right", `write it as "trabajo" in seeks`)
		}
		k, problem := c.name(id)
		if problem != nil {
			return problem
		}
		if k != kindCodes {
			return refuse(n.Right, fmt.Sprintf("%s holds one code only", id.Value), fmt.Sprintf("write %s == %q", id.Value, left.Value))
		}
		return c.code(id.Value, left)
	}
	return refuse(n.Left, "in needs a code or the name of an answer on the left", `write it as document in ["CC", "PPT"] or "trabajo" in seeks`)
}

func (c conditionCheck) name(n *ast.IdentifierNode) (kind, *conditionError) {
	k, ok := c.names[n.Value]
	if !ok {
		names := make([]string, 0, len(c.names))
		for name := range c.names {
			names = append(names, name)
		}
		slices.Sort(names)
		return 0, refuse(n, fmt.Sprintf("there is no answer called %s", n.Value), "use one of "+strings.Join(names, ", "))
	}
	return k, nil
}

// code accepts a code that the question can yield, and the empty code, which
// stands for "not asked".
func (c conditionCheck) code(name string, n *ast.StringNode) *conditionError {
	codes, closed := c.vocabulary[name]
	if !closed || n.Value == "" || slices.Contains(codes, n.Value) {
		return nil
	}
	return refuse(n, fmt.Sprintf("%s can never be %q", name, n.Value), "use one of "+quoteAll(codes))
}
