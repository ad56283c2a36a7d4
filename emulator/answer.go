package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// apiError is a refusal in the words of Telegram.
type apiError struct {
	code        int
	description string
	retryAfter  int
	migrateTo   int64
}

func (e *apiError) Error() string { return strconv.Itoa(e.code) + " " + e.description }

// wording is an error in the words of the server, which start with a capital
// and become the end of a description.
type wording string

func (w wording) Error() string { return string(w) }

func worded(format string, args ...any) error { return wording(fmt.Sprintf(format, args...)) }

// bad is a 400 whose description starts with "Bad Request: ".
func bad(format string, args ...any) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func missing(parameter string) *apiError { return bad("parameter \"%s\" is required", parameter) }

func forbidden(text string) *apiError {
	return &apiError{code: 403, description: "Forbidden: " + text}
}

func conflict(text string) *apiError {
	return &apiError{code: 409, description: "Conflict: " + text}
}

func tooMany(seconds int) *apiError {
	return &apiError{code: 429, description: "Too Many Requests: retry after " + strconv.Itoa(seconds), retryAfter: seconds}
}

// errRestart is the answer of a server that goes down.
var errRestart = &apiError{code: 500, description: "Internal Server Error: restart"}

// described is a result with a description beside it, as setWebhook answers.
type described struct {
	result      any
	description string
}

type refusalBody struct {
	OK          bool         `json:"ok"`
	ErrorCode   int          `json:"error_code"`
	Description string       `json:"description"`
	Parameters  *errorParams `json:"parameters,omitempty"`
}

type errorParams struct {
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
	RetryAfter int   `json:"retry_after,omitempty"`
}

// answerBody is written by hand because encoding/json would reformat the
// updates inside a result.
func answerBody(result any, refusal *apiError) []byte {
	if refusal != nil {
		a := refusalBody{ErrorCode: refusal.code, Description: refusal.description}
		if refusal.retryAfter > 0 || refusal.migrateTo != 0 {
			a.Parameters = &errorParams{MigrateTo: refusal.migrateTo, RetryAfter: refusal.retryAfter}
		}
		return encode(a)
	}
	var description string
	if d, ok := result.(described); ok {
		result, description = d.result, d.description
	}
	raw := encode(result)
	body := make([]byte, 0, len(raw)+64)
	body = append(body, `{"ok":true,"result":`...)
	body = append(body, raw...)
	if description != "" {
		body = append(body, `,"description":`...)
		body = append(body, encode(description)...)
	}
	return append(body, '}')
}

// writeAnswer sends the result or the refusal of one call.
func writeAnswer(w http.ResponseWriter, result any, refusal *apiError) {
	code := http.StatusOK
	if refusal != nil {
		code = refusal.code
	}
	body := answerBody(result, refusal)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if refusal != nil && refusal.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(refusal.retryAfter))
	}
	w.WriteHeader(code)
	_, _ = w.Write(body) // a client that went away is not our business
}

// encode is JSON as the Bot API writes it: pure ASCII, everything else as
// \uXXXX with surrogate pairs, and no HTML escaping.
func encode(v any) []byte {
	if raw, ok := v.(json.RawMessage); ok {
		return raw
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("emulator: encode %T: %v", v, err)) // our own types only: a programming error
	}
	return asciiJSON(bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
}

func asciiJSON(raw []byte) []byte {
	plain := true
	for _, c := range raw {
		if c >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/2)
	for i := 0; i < len(raw); {
		if raw[i] < utf8.RuneSelf {
			out = append(out, raw[i])
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		i += size
		if r > 0xffff {
			hi, lo := utf16.EncodeRune(r)
			out = appendUnit(appendUnit(out, hi), lo)
			continue
		}
		out = appendUnit(out, r)
	}
	return out
}

func appendUnit(out []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
