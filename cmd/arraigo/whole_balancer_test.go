package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
)

// a balancer is the web server in front of the replicas: it hands webhook
// requests out in turn, and tells Telegram to come back when a replica is down.
type balancer struct {
	*httptest.Server
	backends []string
	next     atomic.Int64
	client   *http.Client

	mu   sync.Mutex
	came []delivery // every request, oldest first

	losing      atomic.Int64 // percent of the answers that get lost on the way back
	lost        atomic.Int64
	unavailable atomic.Int64 // requests that a replica answered 503
	down        atomic.Int64 // requests that met no replica, or one that died
}

// a delivery is an update as Telegram posted it.
type delivery struct {
	header http.Header
	body   []byte
}

// balance puts a balancer before the replicas, which must still be started.
func (w *town) balance() *balancer {
	b := &balancer{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}}
	b.Server = httptest.NewServer(http.HandlerFunc(b.forward))
	w.t.Cleanup(b.Close)
	return b
}

// webhook is the address to give to a replica.
func (b *balancer) webhook() string { return "ARRAIGO_WEBHOOK_URL=" + b.URL + webhookPath }

func (b *balancer) forward(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	b.mu.Lock()
	b.came = append(b.came, delivery{r.Header.Clone(), body})
	b.mu.Unlock()
	backend := b.backends[int(b.next.Add(1))%len(b.backends)]
	req, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+backend+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	req.Header = r.Header.Clone()
	resp, err := b.client.Do(req)
	if err != nil {
		b.down.Add(1)
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusServiceUnavailable {
		b.unavailable.Add(1)
	}
	if resp.StatusCode == http.StatusOK && rand.Int64N(100) < b.losing.Load() {
		b.lost.Add(1)
		w.WriteHeader(http.StatusBadGateway) // the update comes again at once
		return
	}
	for name, values := range resp.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}
