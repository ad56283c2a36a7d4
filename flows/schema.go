package flows

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed schema.json
var schemaJSON []byte

// Names of the two forms in schema.json.
const (
	flowSchema     = "flow"
	triggersSchema = "triggers"
)

func reflector() *jsonschema.Reflector {
	return &jsonschema.Reflector{Anonymous: true, DoNotReference: true}
}

// Schema returns the JSON Schema of the two forms of YAML file, a flow and
// triggers.yaml, for editors and for the loader. The committed schema.json is
// this text.
func Schema() ([]byte, error) {
	flow, triggers := reflector().Reflect(rawFlow{}), reflector().Reflect(rawTriggers{})
	flow.Version, triggers.Version = "", ""
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(map[string]any{
		"$schema":     jsonschema.Version,
		"title":       "Arraigo flows",
		"description": "flows/*.yaml have the form $defs/flow, flows/triggers.yaml the form $defs/triggers. Generated from flows/raw.go.",
		"anyOf":       []any{map[string]string{"$ref": "#/$defs/" + flowSchema}, map[string]string{"$ref": "#/$defs/" + triggersSchema}},
		"$defs":       map[string]any{flowSchema: flow, triggersSchema: triggers},
	})
	if err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return b.Bytes(), nil
}

// schemas validates parsed files against schema.json.
type schemas struct{ flow, triggers *validator.Schema }

func compileSchemas() (*schemas, error) {
	doc, err := validator.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, fmt.Errorf("read schema.json: %w", err)
	}
	c := validator.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		return nil, fmt.Errorf("read schema.json: %w", err)
	}
	flow, err := c.Compile("schema.json#/$defs/" + flowSchema)
	if err != nil {
		return nil, fmt.Errorf("compile schema.json: %w", err)
	}
	triggers, err := c.Compile("schema.json#/$defs/" + triggersSchema)
	if err != nil {
		return nil, fmt.Errorf("compile schema.json: %w", err)
	}
	return &schemas{flow: flow, triggers: triggers}, nil
}

// validate reports where a file departs from its schema.
func validate(schema *validator.Schema, src *source, report *findings) {
	var broken *validator.ValidationError
	if err := schema.Validate(value(src.root)); !errors.As(err, &broken) {
		return
	}
	leaves(broken, func(e *validator.ValidationError) {
		path := pathOf(src, e.InstanceLocation)
		where := src.at(path...)
		message, mend := explain(e.ErrorKind)
		if extra, ok := e.ErrorKind.(*kind.AdditionalProperties); ok {
			for _, name := range extra.Properties {
				report.at(src.file, src.keyAt(append(path, name)...), "schema", fmt.Sprintf("the key %q is not known here", name), mend)
			}
			return
		}
		if len(path) > 0 {
			message = nameOf(path) + ": " + message
		}
		report.at(src.file, where, "schema", message, mend)
	})
}

func leaves(e *validator.ValidationError, visit func(*validator.ValidationError)) {
	if len(e.Causes) == 0 {
		visit(e)
	}
	for _, cause := range e.Causes {
		leaves(cause, visit)
	}
}

// pathOf turns a JSON pointer into a path of keys and indexes of the tree.
func pathOf(src *source, location []string) []any {
	var path []any
	n := src.root
	for _, part := range location {
		var step any = part
		next, _ := child(n, part)
		if next == nil {
			var i int
			if _, err := fmt.Sscanf(part, "%d", &i); err == nil {
				step = i
				next, _ = child(n, i)
			}
		}
		path = append(path, step)
		n = next
	}
	return path
}

// nameOf names the value at the end of a path: id, or values[2].
func nameOf(path []any) string {
	name := ""
	for _, part := range path {
		if key, ok := part.(string); ok {
			name = key
		} else {
			name += fmt.Sprintf("[%d]", part)
		}
	}
	return name
}

func explain(k validator.ErrorKind) (what, mend string) {
	switch k := k.(type) {
	case *kind.AdditionalProperties:
		return "", "mend its spelling or take it out; schema.json lists the keys"
	case *kind.Required:
		missing := slices.Clone(k.Missing)
		slices.Sort(missing)
		return "missing " + quoted(missing), "write it; schema.json says its form"
	case *kind.Type:
		return fmt.Sprintf("is of type %s, not %s", k.Got, strings.Join(k.Want, " or ")), "write a value of that type; put quotes around a text that looks like something else"
	case *kind.Enum:
		names := make([]string, len(k.Want))
		for i, w := range k.Want {
			names[i] = fmt.Sprint(w)
		}
		return fmt.Sprintf("%q is not one of the possible values", fmt.Sprint(k.Got)), "use one of " + strings.Join(names, ", ")
	case *kind.Pattern:
		return fmt.Sprintf("%q has a form that is not allowed", k.Got), "use lower-case letters a to z, digits and _, beginning with a letter, and keep it short"
	case *kind.UniqueItems:
		return "the same value stands twice in the list", "take one of them out"
	}
	return k.LocalizedString(message.NewPrinter(language.English)), "compare with schema.json"
}
