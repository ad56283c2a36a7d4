package emulator

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	maxParameterBytes = 1 << 20
	maxUploadBytes    = 50 << 20
)

// upload is one file of a multipart request.
type upload struct {
	name, mime string
	data       []byte
}

// params are the parameters of one request: the first occurrence of a name
// wins, over query string and body in this order.
type params struct {
	values map[string]string
	files  map[string]*upload
}

var errTooLarge = errors.New("too much parameters")

func (p *params) add(name, value string) {
	if _, seen := p.values[name]; !seen {
		p.values[name] = value
	}
}

func (p *params) str(name string) string { return p.values[name] }

func (p *params) has(name string) bool { return p.values[name] != "" }

// bool follows the server: true, yes and 1 in any case, and nothing else.
func (p *params) bool(name string) bool {
	return isTrue(p.values[name])
}

// int clamps to the limits and takes def when the parameter is missing.
func (p *params) int(name string, def, low, high int64) int64 {
	v := p.values[name]
	if v == "" {
		return def
	}
	return min(max(leadingInt(v), low), high)
}

// leadingInt reads an optional minus and the digits that follow; what comes
// after them is ignored and nothing at all is 0, as the server reads numbers.
func leadingInt(s string) int64 {
	neg := strings.HasPrefix(s, "-")
	if neg {
		s = s[1:]
	}
	var n int64
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
		if n > (1<<63-1-9)/10 {
			n = 1<<63 - 1
			break
		}
		n = n*10 + int64(s[i]-'0')
	}
	if neg {
		return -n
	}
	return n
}

// readParams reads the query string and the body. A JSON body that cannot be
// read is not an error: what was read before the fault counts.
func readParams(r *http.Request) (*params, error) {
	p := &params{values: map[string]string{}}
	if len(r.URL.RawQuery) > maxParameterBytes {
		return p, errTooLarge
	}
	p.addEncoded(r.URL.RawQuery)
	if r.Method != http.MethodPost || r.Body == nil {
		return p, nil
	}
	kind, args, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		kind = strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Type")))
	}
	return p, p.addBody(kind, args["boundary"], r.Body, len(r.URL.RawQuery))
}

func (p *params) addBody(kind, boundary string, body io.Reader, used int) error {
	switch {
	case strings.HasPrefix(kind, "multipart/"):
		if boundary == "" {
			return nil
		}
		return p.addMultipart(multipart.NewReader(body, boundary), used)
	case kind == "application/json", kind == "application/x-www-form-urlencoded":
		raw, err := readUpTo(body, maxParameterBytes-used)
		if err != nil {
			return err
		}
		if kind == "application/json" {
			p.addJSON(raw)
		} else {
			p.addEncoded(string(raw))
		}
	}
	return nil
}

func readUpTo(r io.Reader, limit int) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > limit {
		return nil, errTooLarge
	}
	return raw, nil
}

func (p *params) addEncoded(s string) {
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, "&")
		key, value, _ := strings.Cut(pair, "=")
		p.add(lenientUnescape(key), lenientUnescape(value))
	}
}

// lenientUnescape decodes what it can: a percent sign that escapes nothing
// stays a percent sign.
func lenientUnescape(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			out, _ := url.PathUnescape(s[i : i+3])
			b.WriteString(out)
			i += 2
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// addJSON adds the fields of an object in their order; a value that is not a
// string keeps its raw text, so an object and its quoted form mean the same.
func (p *params) addJSON(raw []byte) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	first, err := dec.Token()
	if err != nil {
		return
	}
	if text, ok := first.(string); ok {
		p.add("content", text)
		return
	}
	if first != json.Delim('{') {
		return
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return
		}
		name, ok := key.(string)
		if !ok {
			return
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return
		}
		if len(value) > 0 && value[0] == '"' {
			var text string
			if json.Unmarshal(value, &text) != nil {
				return
			}
			// encoding/json has replaced broken UTF-8 by U+FFFD; the
			// original bytes decide whether the text is refused later.
			if !utf8.Valid(value) {
				text = string(value[1 : len(value)-1])
			}
			p.add(name, text)
			continue
		}
		p.add(name, string(value))
	}
}

func (p *params) addMultipart(r *multipart.Reader, used int) error {
	files := 0
	for {
		part, err := r.NextRawPart()
		if err != nil {
			return nil // the end, or a broken tail: what was read counts
		}
		name := part.FormName()
		if part.FileName() == "" && !strings.Contains(part.Header.Get("Content-Disposition"), "filename") {
			raw, err := readUpTo(part, maxParameterBytes-used)
			if err != nil {
				return err
			}
			used += len(raw) + len(name)
			p.add(name, string(raw))
			continue
		}
		data, err := readUpTo(part, maxUploadBytes-files)
		if err != nil {
			return err
		}
		files += len(data)
		if p.files == nil {
			p.files = map[string]*upload{}
		}
		if p.files[name] == nil {
			p.files[name] = &upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
		}
	}
}
