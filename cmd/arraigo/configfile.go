package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// config is a configuration file: options by name, written with _ for -.
type config struct {
	name   string
	values map[string]configValue
}

type configValue struct {
	text         string
	line, column int
}

// readConfig reads the YAML of --config. Every value is a plain one, or a list,
// which is the same as the values separated by commas.
func readConfig(r io.Reader) (kong.Resolver, error) {
	name := "config"
	if f, ok := r.(interface{ Name() string }); ok {
		name = f.Name()
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseBytes(raw, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: not readable as YAML:\n%w", name, err)
	}
	c := &config{name: name, values: map[string]configValue{}}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		top, ok := doc.Body.(*ast.MappingNode)
		if !ok {
			if doc.Body.Type() == ast.CommentType || doc.Body.Type() == ast.CommentGroupType || doc.Body.Type() == ast.NullType {
				continue
			}
			return nil, fmt.Errorf("%s: want lines such as listen: 127.0.0.1:8080", name)
		}
		for _, entry := range top.Values {
			if err := c.add(entry); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *config) add(entry *ast.MappingValueNode) error {
	at := entry.Key.GetToken().Position
	key := entry.Key.GetToken().Value
	text, ok := plain(entry.Value)
	if list, isList := entry.Value.(*ast.SequenceNode); isList {
		var parts []string
		for _, item := range list.Values {
			part, good := plain(item)
			if ok = good; !ok {
				break
			}
			parts = append(parts, part)
		}
		text = strings.Join(parts, ",")
	}
	if !ok {
		return fmt.Errorf("%s:%d:%d: %s wants one value, or a list of values", c.name, at.Line, at.Column, key)
	}
	if _, twice := c.values[key]; twice {
		return fmt.Errorf("%s:%d:%d: %s is there twice", c.name, at.Line, at.Column, key)
	}
	c.values[key] = configValue{text, at.Line, at.Column}
	return nil
}

// plain returns a single value as it is written; null counts as empty.
func plain(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// Validate refuses options that no command has: a misspelt one would silently
// do nothing.
func (c *config) Validate(app *kong.Application) error {
	known := configKeys(app)
	for _, key := range slices.Sorted(maps.Keys(c.values)) {
		if known[key] {
			continue
		}
		v := c.values[key]
		hint := "config.example.yaml lists the options"
		for name := range known {
			if levenshtein.ComputeDistance(key, name) <= 2 {
				hint = "did you mean " + name + "?"
			}
		}
		return fmt.Errorf("%s:%d:%d: there is no option %s: %s", c.name, v.line, v.column, key, hint)
	}
	return nil
}

// Resolve gives the value of an option. The environment goes before the file.
func (c *config) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, env := range flag.Envs {
		if _, set := os.LookupEnv(env); set {
			return nil, nil
		}
	}
	if v, ok := c.values[configKey(flag)]; ok && v.text != "" {
		return v.text, nil
	}
	return nil, nil
}

// configKey is the name of an option in the file.
func configKey(flag *kong.Flag) string { return strings.ReplaceAll(flag.Name, "-", "_") }

// configKeys are the options that a file may set: those that the environment
// may set too, but for the name of the file itself.
func configKeys(app *kong.Application) map[string]bool {
	known := map[string]bool{}
	_ = kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok && len(flag.Envs) > 0 && flag.Name != "config" {
			known[configKey(flag)] = true
		}
		return next(nil)
	})
	return known
}
