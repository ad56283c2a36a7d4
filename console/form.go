package console

import (
	"strings"
	"unicode/utf8"
)

// A Form is a form that is sent by POST, as {{template "form" .}} shows it. Make
// it with visit.newForm, which names it so that it acts once.
type Form struct {
	Action  string // where it is sent; "": to this page
	Groups  []Group
	Submit  string // words of the button
	Cancel  Link   // zero: none
	Danger  bool   // the button warns
	Quiet   bool   // is not what the page is for: the button does not stand out
	Upload  bool   // has a file
	Check   string // path that answers with parts of the page while somebody types; "": none
	Version string // of what is changed; comes back as _version
	Once    string
	By      string
	Errors  []FieldError // of the form as a whole come first
	// Conflict is what somebody else changed meanwhile, see pages/fields.html.
	Conflict []Difference
}

// A Group is fields under one heading; without a heading they just stand there.
type Group struct {
	Title, Hint string
	Fields      []Field
}

// The kinds of field.
const (
	FieldText     = "text"
	FieldArea     = "area"
	FieldNumber   = "number"
	FieldMoney    = "money"
	FieldDate     = "date"
	FieldTime     = "time"
	FieldSelect   = "select"
	FieldRadio    = "radio"
	FieldChecks   = "checks" // several options
	FieldTick     = "tick"   // one box
	FieldSearch   = "search"
	FieldFile     = "file"
	FieldHidden   = "hidden"
	FieldSuggest  = "suggest" // text with suggestions, from Options
	FieldReadOnly = "shown"   // is shown and not sent
)

// A Field is one field with its label and what is wrong with it.
type Field struct {
	Kind     string
	Name     string
	Label    string
	Hint     string
	Value    string
	Values   []string // of FieldChecks
	Options  []Option
	Required bool
	Plain    bool    // neither needed nor said to be optional
	Max      int     // letters; 0: 4,000
	Rows     int     // of FieldArea; 0: 4
	Accept   string  // of FieldFile
	Error    string  // words: what is wrong
	Warning  string  // words: may stay, but look
	Marked   []Piece // of the value: where the words are that a warning is about
	Wide     bool    // takes the whole row
}

// A Piece is a part of a text, perhaps one to look at.
type Piece struct {
	Text string
	Mark bool
}

// An Option is one thing to choose.
type Option struct{ Value, Text, Hint string }

// Chosen reports whether the option is the field's value, or one of them.
func (f Field) Chosen(value string) bool {
	if f.Kind != FieldChecks {
		return f.Value == value
	}
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return false
}

// ID is the field's id in the page, for its label and what describes it.
func (f Field) ID() string { return "f-" + f.Name }

// Described lists the ids of what describes the field.
func (f Field) Described() string {
	var ids []string
	for _, d := range []struct {
		there bool
		kind  string
	}{{f.Hint != "", "hint"}, {f.Error != "", "error"}, {f.Warning != "", "warning"}} {
		if d.there {
			ids = append(ids, f.ID()+"-"+d.kind)
		}
	}
	return strings.Join(ids, " ")
}

// Limit is the most letters that may be typed.
func (f Field) Limit() int {
	if f.Max > 0 {
		return f.Max
	}
	return 4000
}

// Lines is the height of an area.
func (f Field) Lines() int {
	if f.Rows > 0 {
		return f.Rows
	}
	return 4
}

// A FieldError is one line of the summary above a form. Name "" means the form.
type FieldError struct{ Name, Label, Text string }

// A Difference is a field that two people changed at once.
type Difference struct{ Name, Label, Theirs, Mine string }

// newForm begins a form of this visit.
func (v *visit) newForm(submit string, groups ...Group) *Form {
	return &Form{Groups: groups, Submit: submit, Once: newOnce(), By: v.staff.ID}
}

// Field returns the field of that name, or nil.
func (f *Form) Field(name string) *Field {
	for g := range f.Groups {
		for i := range f.Groups[g].Fields {
			if f.Groups[g].Fields[i].Name == name {
				return &f.Groups[g].Fields[i]
			}
		}
	}
	return nil
}

// fill puts what was posted into the fields, cut to their limits. Options that a
// field does not have are not taken: what comes back is what a browser can send.
func (v *visit) fill(f *Form) {
	for g := range f.Groups {
		for i := range f.Groups[g].Fields {
			field := &f.Groups[g].Fields[i]
			switch field.Kind {
			case FieldChecks:
				field.Values = nil
				for _, value := range v.form[field.Name] {
					if field.offers(value) {
						field.Values = append(field.Values, value)
					}
				}
			case FieldSelect, FieldRadio:
				if value := v.form.Get(field.Name); field.offers(value) {
					field.Value = value
				} else {
					field.Value = ""
				}
			case FieldReadOnly, FieldFile:
			default:
				field.Value = clip(strings.TrimSpace(strings.ReplaceAll(v.form.Get(field.Name), "\r\n", "\n")), field.Limit())
				if field.Kind != FieldArea {
					field.Value = strings.Join(strings.Fields(field.Value), " ")
				}
			}
			if field.Required && field.Value == "" && len(field.Values) == 0 && field.Kind != FieldReadOnly && field.Kind != FieldFile {
				v.refuse(f, field.Name, v.text("console.form.required"))
			}
		}
	}
}

// refuse says what is wrong with a field, or with the form when name is "".
func (v *visit) refuse(f *Form, name, words string) {
	label := ""
	if field := f.Field(name); field != nil {
		field.Error, label = words, field.Label
	}
	f.Errors = append(f.Errors, FieldError{name, label, words})
}

func (f Field) offers(value string) bool {
	for _, o := range f.Options {
		if o.Value == value {
			return true
		}
	}
	return false
}

func clip(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// A Confirm is the page before an act that cannot be undone: what will happen,
// and one button. It is pages/confirm.html.
type Confirm struct {
	Text  string
	Facts []Fact // what it is about
	Items []string
	Form  *Form
}

// A Fact is one line of a list of facts.
type Fact struct {
	Label, Text string
	Chip        Chip
	Href        string
}
