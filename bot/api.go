package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// DefaultAPI is Telegram's own Bot API server.
const DefaultAPI = "https://api.telegram.org"

// Bounds of what is read of one answer.
const (
	maxAnswer  = 1 << 20
	maxUpdates = 16 << 20 // Telegram cuts a list of updates at 4 MiB; other servers may not
)

// api calls the methods of a Bot API server. It is safe for concurrent use.
type api struct {
	base   string // with the token; must never reach a log or an error
	files  string // the same, of files
	client *http.Client
}

// newAPI keeps as many connections as sends can be under way: with the default
// of two, most calls under load would pay for a new connection.
func newAPI(base, token string, connections int) *api {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns = 2 * connections
	transport.MaxIdleConnsPerHost = connections
	transport.IdleConnTimeout = 90 * time.Second
	return &api{
		base:   strings.TrimRight(base, "/") + "/bot" + token + "/",
		files:  strings.TrimRight(base, "/") + "/file/bot" + token + "/",
		client: &http.Client{Transport: transport, CheckRedirect: noRedirect},
	}
}

// noRedirect: a Bot API server never redirects, and following would carry the
// token to another host.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// An apiError is a call that did not succeed. Its text holds neither the
// server's words, which may quote a message, nor the address, which holds the
// token.
type apiError struct {
	method      string
	code        int    // error_code or HTTP status; 0: no answer
	description string // lower case; only ever compared
	retryAfter  time.Duration
	migrate     int64       // the group goes under this id now
	written     atomic.Bool // the request went out whole, so it may have been done
	accepted    bool        // done, but the result cannot be read
	cause       error       // context errors and network errors without address
}

func (e *apiError) Error() string {
	switch {
	case e.code != 0:
		return fmt.Sprintf("%s: answered %d", e.method, e.code)
	case e.written.Load():
		return fmt.Sprintf("%s: no answer: %v", e.method, e.cause)
	}
	return fmt.Sprintf("%s: not sent: %v", e.method, e.cause)
}

func (e *apiError) Unwrap() error { return e.cause }

// says reports whether the server's description contains one of the phrases.
func (e *apiError) says(phrases ...string) bool {
	for _, p := range phrases {
		if strings.Contains(e.description, p) {
			return true
		}
	}
	return false
}

// refusesToken reports whether no call can succeed with this token: 401, or the
// 404 with which Telegram's front end answers a malformed one.
func refusesToken(err error) bool {
	known, ok := errors.AsType[*apiError](err)
	return ok && (known.code == http.StatusUnauthorized || known.code == http.StatusNotFound)
}

// call calls a method with parameters encoded as JSON and decodes its result
// into result, which may be nil.
func (a *api) call(ctx context.Context, method string, params, result any) error {
	body := []byte("{}")
	if params != nil {
		var err error
		if body, err = json.Marshal(params); err != nil {
			return &apiError{method: method, cause: errors.New("parameters cannot be encoded")}
		}
	}
	return a.do(ctx, method, "application/json", body, maxAnswer, result)
}

// upload calls a method with one file. The form is built in memory, so a
// connection that breaks can be replaced and the form sent again.
func (a *api) upload(ctx context.Context, method string, fields map[string]string, file, name, kind string, content []byte, result any) error {
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	for key, value := range fields {
		if err := form.WriteField(key, value); err != nil {
			return &apiError{method: method, cause: err}
		}
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf("form-data; name=%q; filename=%q", file, name)},
		"Content-Type":        {kind},
	})
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		return &apiError{method: method, cause: err}
	}
	return a.do(ctx, method, form.FormDataContentType(), buf.Bytes(), maxAnswer, result)
}

type envelope struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter float64 `json:"retry_after"`
		Migrate    int64   `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

func (a *api) do(ctx context.Context, method, contentType string, body []byte, limit int64, result any) error {
	failed := &apiError{method: method}
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteRequest: func(info httptrace.WroteRequestInfo) { failed.written.Store(info.Err == nil) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+method, bytes.NewReader(body))
	if err != nil {
		failed.cause = errors.New("the address of the server is not valid")
		return failed
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := a.client.Do(req)
	if err != nil {
		failed.cause = withoutAddress(err)
		return failed
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, limit))
	if err != nil {
		failed.cause = withoutAddress(err)
		return failed
	}
	if resp.StatusCode == http.StatusOK && bytes.HasPrefix(answer, success) && (result == nil || readResult(answer, result)) {
		return nil
	}
	var e envelope
	if json.Unmarshal(answer, &e) != nil {
		return failed.answered(resp, envelope{})
	}
	if !e.OK {
		return failed.answered(resp, e)
	}
	if result == nil {
		return nil
	}
	if json.Unmarshal(e.Result, result) != nil {
		failed.accepted, failed.cause = true, errors.New("the result has another shape")
		return failed
	}
	return nil
}

// success is how every server begins the answer to a call that was done. Then
// nothing else of it matters, or the result alone.
var success = []byte(`{"ok":true,`)

// readResult decodes the result in one pass; false when it must be looked at
// more closely.
func readResult(answer []byte, result any) bool {
	return json.Unmarshal(answer, &struct {
		Result any `json:"result"`
	}{result}) == nil
}

// answered completes the error from an answer that is not a success. A front
// end may answer with a page instead of JSON: then only the status counts, and
// a success that cannot be read leaves open what was done.
func (e *apiError) answered(resp *http.Response, body envelope) error {
	e.code = body.Code
	if e.code == 0 {
		e.code = resp.StatusCode
	}
	if e.code < 300 {
		e.code, e.cause = 0, errors.New("the answer cannot be read")
		return e
	}
	e.written.Store(false)
	e.description = strings.ToLower(body.Description)
	e.migrate = body.Parameters.Migrate
	e.retryAfter = time.Duration(body.Parameters.RetryAfter * float64(time.Second))
	if e.retryAfter <= 0 {
		var seconds int
		if _, err := fmt.Sscanf(resp.Header.Get("Retry-After"), "%d", &seconds); err == nil {
			e.retryAfter = time.Duration(seconds) * time.Second
		}
	}
	return e
}

// withoutAddress takes the URL, and with it the token, off a client error.
func withoutAddress(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
