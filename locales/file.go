package locales

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// file is one catalogue file: active.<tag>.toml, or active.<tag>.<part>.toml
// for a part of a language.
type file struct {
	name      string
	tag       string
	part      string
	tree      map[string]any
	positions map[string]position
}

var (
	fileName = regexp.MustCompile(`^active\.([a-z]{2,3})(?:\.([a-z0-9_-]+))?\.toml$`)
	keyPart  = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
)

// reservedNames have a meaning for go-i18n in any spelling, so that a text of
// that name would change the meaning of its neighbours.
var reservedNames = map[string]bool{
	"id": true, "description": true, "hash": true, "leftdelim": true, "rightdelim": true, "translation": true,
	"zero": true, "one": true, "two": true, "few": true, "many": true, "other": true,
}

// readFiles reads every catalogue file of fsys, main files before parts.
func readFiles(fsys fs.FS) ([]*file, []Finding, error) {
	names, err := fs.Glob(fsys, "active.*.toml")
	if err != nil {
		return nil, nil, fmt.Errorf("list the catalogue files: %w", err)
	}
	var files []*file
	var found []Finding
	for _, name := range names {
		match := fileName.FindStringSubmatch(path.Base(name))
		if match == nil {
			found = append(found, Finding{File: name, Rule: "file", Message: "the name of the file is not understood",
				Mend: "name it active.<language>.toml or active.<language>.<part>.toml, in lower case"})
			continue
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, nil, fmt.Errorf("read the catalogue %s: %w", name, err)
		}
		f := &file{name: name, tag: match[1], part: match[2]}
		if bad := f.parse(string(src)); len(bad) > 0 {
			found = append(found, bad...)
			continue
		}
		files = append(files, f)
	}
	slices.SortStableFunc(files, func(a, b *file) int { return strings.Compare(a.part, b.part) })
	return files, found, nil
}

func (f *file) parse(src string) []Finding {
	if _, err := toml.Decode(src, &f.tree); err != nil {
		var syntax toml.ParseError
		if !errors.As(err, &syntax) {
			return []Finding{{File: f.name, Rule: "toml", Message: err.Error(), Mend: "write the file as TOML"}}
		}
		p := positionAt(src, syntax.Position.Start)
		p.line = max(p.line, 1)
		return []Finding{{File: f.name, Line: p.line, Column: p.column, Key: syntax.LastKey, Rule: "toml",
			Message: strings.ToLower(syntax.Message[:1]) + syntax.Message[1:], Mend: tomlMend(syntax.Message)}}
	}
	f.positions = keyPositions(src)
	return f.validate(f.tree, "")
}

func tomlMend(message string) string {
	switch {
	case strings.Contains(message, "already"):
		return "keep one of the two, or rename one"
	case strings.Contains(message, "newline"):
		return `close the text with a quote on the same line, or write it between """ and """`
	case strings.Contains(message, "escape"):
		return `write a backslash as \\`
	default:
		return `write key = "text", with the text between double quotes`
	}
}

// validate allows what a catalogue needs of TOML: tables and texts.
func (f *file) validate(table map[string]any, prefix string) []Finding {
	var found []Finding
	add := func(key, rule, message, mend string) {
		found = append(found, f.finding(key, rule, message, mend))
	}
	names := slices.Sorted(maps.Keys(table))
	isForm := func(name string) bool { return isText(table[name]) && slices.Contains(formNames[:], name) }
	plural := slices.ContainsFunc(names, isForm)
	if plural && !slices.ContainsFunc(names, func(name string) bool { return !isForm(name) }) {
		if _, ok := table[other.String()]; !ok {
			add(strings.TrimSuffix(prefix, "."), "plural", "the plural form other is missing", "add other = \"…\"")
		}
		plural = false
	}
	for _, name := range names {
		key := prefix + name
		if prefix == "" && name == "language" {
			continue // read by parseLanguage
		}
		if !keyPart.MatchString(name) {
			add(key, "key", "the key has characters that are not allowed", "use letters without accents, digits, _ and -")
			continue
		}
		switch value := table[name].(type) {
		case string:
			switch {
			case prefix == "":
				add(key, "key", "the text stands outside every table", "put it below a table such as [menu]")
			case reservedNames[strings.ToLower(name)] && !isForm(name):
				add(key, "reserved", fmt.Sprintf("the name %q is reserved", name), "give the key another name; write notes as # comments")
			case plural && isForm(name):
				add(key, "reserved", fmt.Sprintf("the plural form %s stands among other keys", name),
					"rename the text to, for example, "+name+"_option; plural forms have a table of their own")
			case value == "":
				add(key, "empty", "the text is empty", "write the text, or take the key out to show it in Spanish")
			}
		case map[string]any:
			if strings.EqualFold(name, "translation") {
				add(key, "reserved", "the name \"translation\" is reserved", "give the table another name")
				continue
			}
			found = append(found, f.validate(value, key+".")...)
		default:
			add(key, "type", "the value is not a text", "write the value between quotes; a list of words is one text: \"a | b | c\"")
		}
	}
	return found
}

func isText(value any) bool {
	_, ok := value.(string)
	return ok
}

func (f *file) finding(key, rule, message, mend string) Finding {
	p := f.positions[key]
	return Finding{File: f.name, Line: p.line, Column: p.column, Key: key, Rule: rule, Message: message, Mend: mend}
}

// in returns the name of the file of another language that mirrors f.
func (f *file) in(tag string) string { return strings.Replace(f.name, "."+f.tag+".", "."+tag+".", 1) }
