package emulator

import (
	"bytes"
	"encoding/json"
	"strings"
)

// object is a JSON object of a parameter, read field by field with the
// leniency and the error texts of the server.
type object map[string]json.RawMessage

// readObject decodes an object; false for any other value.
func readObject(raw []byte) (object, bool) {
	var o object
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || raw[0] != '{' || json.Unmarshal(raw, &o) != nil {
		return nil, false
	}
	return o, true
}

// has tells a field that is there and not null.
func (o object) has(name string) bool {
	raw := o[name]
	return len(raw) > 0 && !bytes.Equal(raw, []byte("null"))
}

// str is an optional string; a number counts as its digits.
func (o object) str(name string) (string, error) {
	if !o.has(name) {
		return "", nil
	}
	raw := o[name]
	var s string
	switch {
	case json.Unmarshal(raw, &s) == nil:
		return s, nil
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw), nil
	}
	return "", worded("Field \"%s\" must be of type String", name)
}

func (o object) required(name string) (string, error) {
	if !o.has(name) {
		return "", worded("Can't find field \"%s\"", name)
	}
	return o.str(name)
}

// bool accepts true, and the words and numbers that a parameter accepts.
func (o object) bool(name string) (bool, error) {
	if !o.has(name) {
		return false, nil
	}
	raw := o[name]
	switch raw[0] {
	case 't', 'f', '"':
		return isTrue(strings.Trim(string(raw), `"`)), nil
	case '{', '[':
		return false, worded("Field \"%s\" must be of type Boolean", name)
	}
	return isTrue(string(raw)), nil
}

// object is an optional object.
func (o object) object(name string) (object, error) {
	if !o.has(name) {
		return nil, nil
	}
	inner, ok := readObject(o[name])
	if !ok {
		return nil, worded("Field \"%s\" must be of type Object", name)
	}
	return inner, nil
}

// list is an optional array.
func (o object) list(name string) ([]json.RawMessage, error) {
	if !o.has(name) {
		return nil, nil
	}
	var out []json.RawMessage
	if json.Unmarshal(o[name], &out) != nil {
		return nil, worded("Field \"%s\" must be of type Array", name)
	}
	return out, nil
}

func isTrue(s string) bool {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "1":
		return true
	}
	return false
}

// badText is a refusal in the words of an error, with the first letter in
// lower case unless the word looks like a constant.
func badText(err error) *apiError {
	s := err.Error()
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && (s[1] < 'A' || s[1] > 'Z') && s[1] != '_' {
		s = strings.ToLower(s[:1]) + s[1:]
	}
	return &apiError{code: 400, description: "Bad Request: " + s}
}
