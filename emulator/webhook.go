package emulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	webhookTimeout  = 60 * time.Second
	longestRetry    = 3600 // seconds, of Retry-After
	goneAfter       = 23 * time.Hour
	maxWebhookReply = 1 << 20
)

// webhook delivers updates to the bot. The order is kept inside a lane, one
// update of a lane is under way at a time, and lanes go in parallel. All
// fields are guarded by the lock of the server.
type webhook struct {
	s        *Server
	url      *url.URL
	given    string // the address as the bot gave it
	options  webhookOptions
	ip       string
	client   *http.Client
	close    func()
	ctx      context.Context
	cancel   context.CancelFunc
	tasks    sync.WaitGroup
	stopped  bool
	inFlight int
	lanes    map[laneKey]*lane
	ready    []*lane
	gone     time.Time // of the first 410 in a row
	failedAt time.Time
	failure  string
}

type webhookOptions struct {
	secret         string
	fixedIP        string
	maxConnections int
	certificate    string
}

// lane is a queue of updates that must arrive one after the other.
type lane struct {
	key      laneKey
	list     []*pending
	delay    int // seconds, of the last wait
	failures int
	timer    *time.Timer
}

func newWebhook(s *Server, u *url.URL, given string, options webhookOptions) *webhook {
	h := &webhook{s: s, url: u, given: given, options: options, lanes: map[laneKey]*lane{}, close: func() {}}
	h.ctx, h.cancel = context.WithCancel(s.ctx)
	transport := s.cfg.WebhookTransport
	if transport == nil {
		own := &http.Transport{
			MaxConnsPerHost: options.maxConnections, MaxIdleConnsPerHost: options.maxConnections,
			IdleConnTimeout: webhookTimeout, TLSClientConfig: h.trust(),
		}
		if options.fixedIP != "" {
			own.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort(options.fixedIP, port))
			}
		}
		transport, h.close = own, own.CloseIdleConnections
	}
	h.client = &http.Client{
		Transport:     transport,
		Timeout:       s.wait(webhookTimeout),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h
}

// trust accepts the uploaded certificate, and any in local tests.
func (h *webhook) trust() *tls.Config {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if h.options.certificate != "" {
		cfg.RootCAs = x509.NewCertPool()
		cfg.RootCAs.AppendCertsFromPEM([]byte(h.options.certificate))
	} else if h.s.cfg.AllowInsecureWebhook {
		cfg.InsecureSkipVerify = true
	}
	return cfg
}

// shut stops the deliveries and waits for them; the lock must not be held.
func (h *webhook) shut() {
	h.s.mu.Lock()
	h.stopped = true
	for _, l := range h.lanes {
		if l.timer != nil {
			l.timer.Stop()
		}
	}
	h.s.mu.Unlock()
	h.cancel()
	h.tasks.Wait()
	h.close()
}

// add puts an update at the end of its lane.
func (h *webhook) add(p *pending) {
	l := h.lanes[p.lane]
	if l == nil {
		l = &lane{key: p.lane, delay: 1}
		h.lanes[p.lane] = l
		h.ready = append(h.ready, l)
	}
	l.list = append(l.list, p)
	h.dispatch()
}

// dispatch starts as many deliveries as there are connections for.
func (h *webhook) dispatch() {
	for !h.stopped && h.inFlight < h.options.maxConnections && len(h.ready) > 0 {
		l := h.ready[0]
		h.ready = h.ready[1:]
		p := h.first(l)
		if p == nil {
			delete(h.lanes, l.key)
			continue
		}
		h.inFlight++
		body := p.body
		h.tasks.Add(1)
		h.s.tasks.Go(func() {
			defer h.tasks.Done()
			h.deliver(l, p, body)
		})
	}
}

// first is the next update of a lane that is still worth sending.
func (h *webhook) first(l *lane) *pending {
	now := h.s.now()
	for len(l.list) > 0 {
		p := l.list[0]
		if !p.done && !now.After(p.expires) {
			return p
		}
		h.s.updates.remove(p)
		h.next(l)
	}
	return nil
}

func (h *webhook) next(l *lane) {
	l.list[0] = nil
	l.list = l.list[1:]
	l.delay, l.failures = 1, 0
}

// result is how one delivery ended.
type result struct {
	code       int
	reason     string
	retryAfter int
	reply      *params
	err        error
}

func (h *webhook) deliver(l *lane, p *pending, body []byte) {
	out := h.post(body)
	s := h.s
	s.mu.Lock()
	h.inFlight--
	if h.stopped {
		s.mu.Unlock()
		return
	}
	switch {
	case out.err == nil && out.code >= 200 && out.code <= 299:
		h.gone = time.Time{}
		s.updates.remove(p)
		h.next(l)
		h.ready = append(h.ready, l)
	default:
		if h.fail(l, p, out) {
			s.hook = nil
			s.mu.Unlock()
			s.cfg.Logf("emulator: the webhook was removed after %v of 410 Gone", goneAfter)
			h.cancel()
			h.close()
			return
		}
	}
	h.dispatch()
	s.mu.Unlock()
	if out.reply != nil {
		h.call(out.reply)
	}
}

// fail plans the next try and reports whether the webhook is to be removed.
func (h *webhook) fail(l *lane, p *pending, out result) (remove bool) {
	now := h.s.now()
	h.failedAt = now
	if out.err != nil {
		h.failure = failureText(out.err)
		h.gone = time.Time{}
	} else {
		h.failure = "Wrong response from the webhook: " + out.reason
		switch {
		case out.code != http.StatusGone:
			h.gone = time.Time{}
		case h.gone.IsZero():
			h.gone = now
		case now.Sub(h.gone) > goneAfter:
			h.stopped = true
			return true
		}
	}
	wait := min(max(out.retryAfter, 0), longestRetry)
	if wait == 0 && l.failures > 0 {
		l.delay = min(60+h.s.rng.IntN(61), l.delay*2)
		wait = l.delay
	}
	l.failures++
	delay := time.Duration(wait) * time.Second
	if now.Add(delay).After(p.expires) {
		h.s.updates.remove(p)
		h.next(l)
		h.ready = append(h.ready, l)
		return false
	}
	if delay == 0 {
		h.ready = append(h.ready, l)
		return false
	}
	l.timer = time.AfterFunc(h.s.wait(delay), func() {
		h.s.mu.Lock()
		defer h.s.mu.Unlock()
		if !h.stopped {
			h.ready = append(h.ready, l)
			h.dispatch()
		}
	})
	return false
}

func failureText(err error) string {
	var timeout net.Error
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var verify *tls.CertificateVerificationError
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.As(err, &unknown), errors.As(err, &name), errors.As(err, &verify):
		return "SSL error {error:0A000086:SSL routines::certificate verify failed}"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "Read timeout expired"
	case errors.Is(err, syscall.ECONNRESET):
		return "Connection reset by peer"
	}
	return "Connection closed"
}

func (h *webhook) post(body []byte) result {
	r, err := http.NewRequestWithContext(h.ctx, http.MethodPost, h.url.String(), bytes.NewReader(body))
	if err != nil {
		return result{err: err}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Encoding", "gzip, deflate")
	// Telegram sends no User-Agent.
	r.Header["User-Agent"] = nil
	if h.options.secret != "" {
		r.Header.Set("X-Telegram-Bot-Api-Secret-Token", h.options.secret)
	}
	if u := h.url.User; u != nil {
		password, _ := u.Password()
		r.SetBasicAuth(u.Username(), password)
	}
	resp, err := h.client.Do(r)
	if err != nil {
		return result{err: err}
	}
	defer resp.Body.Close()
	out := result{code: resp.StatusCode, reason: resp.Status, retryAfter: int(leadingInt(resp.Header.Get("Retry-After")))}
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxWebhookReply))
	if err != nil {
		return result{err: err}
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 || len(text) == 0 {
		return out
	}
	out.reply = webhookReply(resp.Header.Get("Content-Type"), text)
	return out
}

// webhookReply reads a method call from the body of an answer; nil when there
// is none that may be called this way.
func webhookReply(contentType string, body []byte) *params {
	kind, args, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil
	}
	p := &params{values: map[string]string{}}
	if p.addBody(kind, args["boundary"], bytes.NewReader(body), 0) != nil {
		return nil
	}
	switch name := strings.ToLower(p.str("method")); {
	case name == "", name == "deletewebhook", name == "setwebhook", name == "close", name == "logout", strings.HasPrefix(name, "get"):
		return nil
	}
	return p
}

// call runs the method of a reply; nobody learns its result.
func (h *webhook) call(p *params) {
	c := &call{s: h.s, ctx: h.ctx, method: strings.ToLower(p.str("method")), p: p}
	_, refusal := c.run()
	h.s.count(c, refusal)
}
