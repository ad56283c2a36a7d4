package flows

import (
	"errors"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/invopop/jsonschema"
)

// The shapes of the YAML files. schema.json is generated from them, so a
// field's name, form and explanation stand here and nowhere else.

type rawFlow struct {
	Flow        string             `yaml:"flow" json:"flow" jsonschema:"pattern=^[a-z][a-z0-9_]{0\\,23}$,description=Name of the flow: the name of the file without .yaml and the first part of its locale keys."`
	Version     int                `yaml:"version" json:"version" jsonschema:"minimum=1,maximum=9999,description=Raise it when steps change meaning; people in the old version resume at their first unanswered question."`
	Description string             `yaml:"description" json:"description" jsonschema:"minLength=1,description=What the flow is for; for developers."`
	Standing    bool               `yaml:"standing" json:"standing,omitempty" jsonschema:"description=Its buttons never go stale: a tap on an old message works."`
	Guest       bool               `yaml:"guest" json:"guest,omitempty" jsonschema:"description=May run before consent."`
	Slots       map[string]rawSlot `yaml:"slots" json:"slots,omitempty" jsonschema:"description=The facts that this flow asks for or derives."`
	Steps       []rawStep          `yaml:"steps" json:"steps" jsonschema:"minItems=1,maxItems=200"`
}

type rawSlot struct {
	Type      SlotType `yaml:"type" json:"type" jsonschema:"enum=categorical,enum=multi,enum=boolean,enum=number,enum=text,enum=date,enum=municipality,enum=occupation,enum=catalogue,enum=contact,enum=location"`
	Values    []string `yaml:"values" json:"values,omitempty" jsonschema:"minItems=1,maxItems=40,uniqueItems=true,description=categorical and multi: the codes in the order shown."`
	Keep      string   `yaml:"keep" json:"keep,omitempty" jsonschema:"description=How long it is kept after the last contact: flow or 30d or 12mo. The shortest honest one."`
	Index     string   `yaml:"index" json:"index,omitempty" jsonschema:"pattern=^[a-z][a-z_]{0\\,23}$,description=Audience dimension kept exact with this slot."`
	Derived   bool     `yaml:"derived" json:"derived,omitempty" jsonschema:"description=Set by an action; never asked."`
	Sensitive bool     `yaml:"sensitive" json:"sensitive,omitempty" jsonschema:"description=Asked only where the call switches it on; never indexed."`
	Unmasked  bool     `yaml:"unmasked" json:"unmasked,omitempty" jsonschema:"description=text: keep document numbers and phones and e-mails as typed."`
	Min       int      `yaml:"min" json:"min,omitempty" jsonschema:"minimum=0,description=number: smallest value; multi and occupation: fewest choices; text: fewest characters."`
	Max       int      `yaml:"max" json:"max,omitempty" jsonschema:"minimum=1,description=number: largest value; multi and occupation: most choices; text: most characters."`
	Alone     []string `yaml:"alone" json:"alone,omitempty" jsonschema:"minItems=1,uniqueItems=true,description=multi: values that exclude all others."`
	Typed     []string `yaml:"typed" json:"typed,omitempty" jsonschema:"minItems=1,uniqueItems=true,description=categorical: values that must be typed; they have no button."`
	Options   string   `yaml:"options" json:"options,omitempty" jsonschema:"pattern=^[a-z][a-z0-9_]*$,description=catalogue: the action that lists the options."`
	Depts     bool     `yaml:"departments" json:"departments,omitempty" jsonschema:"description=municipality: a whole department is an answer too."`
	Columns   int      `yaml:"columns" json:"columns,omitempty" jsonschema:"minimum=1,maximum=4,description=Buttons in a row."`
}

type rawStep struct {
	ID         string         `yaml:"id" json:"id" jsonschema:"pattern=^[a-z][a-z0-9_]{0\\,31}$"`
	Collect    string         `yaml:"collect" json:"collect,omitempty" jsonschema:"description=Slot to ask for; skipped when it is filled."`
	AskAgain   bool           `yaml:"ask_before_filling" json:"ask_before_filling,omitempty" jsonschema:"description=Ask even when the slot is filled."`
	Rejections []rawRejection `yaml:"rejections" json:"rejections,omitempty" jsonschema:"minItems=1"`
	Action     string         `yaml:"action" json:"action,omitempty" jsonschema:"pattern=^[a-z][a-z0-9_]*$,description=utter_NAME says the text FLOW.NAME; any other name runs an action."`
	SetSlots   []rawSet       `yaml:"set_slots" json:"set_slots,omitempty" jsonschema:"description=List of slot: value; ~ forgets the slot. An empty list only decides."`
	Call       string         `yaml:"call" json:"call,omitempty" jsonschema:"description=Run a flow and come back."`
	Link       string         `yaml:"link" json:"link,omitempty" jsonschema:"description=Leave for another flow."`
	Next       rawNext        `yaml:"next" json:"next,omitempty" jsonschema:"description=A step id or END; or a list of if/then ending in else. Without it: the step below."`
}

type rawRejection struct {
	If    string `yaml:"if" json:"if" jsonschema:"minLength=1,maxLength=400"`
	Utter string `yaml:"utter" json:"utter" jsonschema:"pattern=^[a-z][a-z0-9_]*$,description=Says the text FLOW.NAME and asks again."`
}

type rawBranch struct {
	If   string `yaml:"if" json:"if,omitempty" jsonschema:"minLength=1,maxLength=400"`
	Then string `yaml:"then" json:"then,omitempty" jsonschema:"minLength=1"`
	Else string `yaml:"else" json:"else,omitempty" jsonschema:"minLength=1"`
}

// rawNext is a list of branches; a single name stands for its else.
type rawNext []rawBranch

// UnmarshalYAML reads both forms.
func (n *rawNext) UnmarshalYAML(node ast.Node) error {
	if list, ok := node.(*ast.SequenceNode); ok {
		var branches []rawBranch
		if err := yaml.NodeToValue(list, &branches, yaml.Strict()); err != nil {
			return err
		}
		*n = branches
		return nil
	}
	target, ok := value(node).(string)
	if !ok {
		return errors.New("next is a step id or a list of branches")
	}
	*n = rawNext{{Else: target}}
	return nil
}

// JSONSchema describes both forms.
func (rawNext) JSONSchema() *jsonschema.Schema {
	branch := reflector().Reflect(rawBranch{})
	branch.Version = ""
	return &jsonschema.Schema{Extras: map[string]any{"type": []any{"string", "array"}, "minItems": 1}, Items: branch}
}

// rawSet is one slot: value.
type rawSet map[string]rawValues

// JSONSchema describes a mapping with exactly one key.
func (rawSet) JSONSchema() *jsonschema.Schema {
	one := uint64(1)
	return &jsonschema.Schema{Type: "object", MinProperties: &one, MaxProperties: &one, AdditionalProperties: rawValues{}.JSONSchema()}
}

// rawValues is a value, a list of values, or nothing.
type rawValues []string

// UnmarshalYAML reads the three forms.
func (v *rawValues) UnmarshalYAML(node ast.Node) error {
	*v = nil
	switch node := node.(type) {
	case *ast.NullNode:
	case *ast.SequenceNode:
		return yaml.NodeToValue(node, (*[]string)(v), yaml.Strict())
	default:
		*v = rawValues{node.GetToken().Value}
	}
	return nil
}

// JSONSchema describes the three forms.
func (rawValues) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{
		Extras: map[string]any{"type": []any{"string", "integer", "boolean", "null", "array"}},
		Items:  &jsonschema.Schema{Extras: map[string]any{"type": []any{"string", "integer", "boolean"}}},
	}
}

type rawTriggers struct {
	Triggers []rawTrigger `yaml:"triggers" json:"triggers" jsonschema:"minItems=1"`
}

type rawTrigger struct {
	Name    string `yaml:"name" json:"name" jsonschema:"pattern=^[a-z][a-z0-9_]{0\\,23}$,description=Its words and its Telegram command are the locale keys command.NAME.name and .description and .words."`
	Flow    string `yaml:"flow" json:"flow,omitempty" jsonschema:"description=The flow that it opens."`
	At      string `yaml:"at" json:"at,omitempty" jsonschema:"description=The step of the flow to begin at."`
	Do      string `yaml:"do" json:"do,omitempty" jsonschema:"enum=start,enum=back,enum=cancel,enum=repeat,description=Or a pattern of the engine."`
	Digress bool   `yaml:"digress" json:"digress,omitempty" jsonschema:"description=Come back to the open question afterwards."`
	Guest   bool   `yaml:"guest" json:"guest,omitempty" jsonschema:"description=Works before consent."`
	Tap     bool   `yaml:"tap" json:"tap,omitempty" jsonschema:"description=Only a button: no command and no words."`
	Fills   string `yaml:"fills" json:"fills,omitempty" jsonschema:"description=With tap: the slot that the value in the button fills."`
	Listed  bool   `yaml:"listed" json:"listed,omitempty" jsonschema:"description=Shown in Telegram's menu of commands."`
}
