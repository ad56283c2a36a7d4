package emulator

import (
	"fmt"
	"net/http"
	"strconv"
)

const keptEvents = 2000

// event is something that a phone shows. It is rendered when it is read,
// so that a bot nobody watches costs nothing.
type event struct {
	id        int64
	kind      string
	chat      int64
	message   *message
	messageID int64
	fields    map[string]any
}

// eventLog keeps the last events and wakes those who follow.
type eventLog struct {
	ring    []event
	next    int64 // id of the next event; ids start at 1
	readers map[chan struct{}]struct{}
}

func (l *eventLog) init() {
	l.next = 1
	l.readers = map[chan struct{}]struct{}{}
}

func (l *eventLog) add(e event) {
	e.id = l.next
	l.next++
	if len(l.ring) < keptEvents {
		l.ring = append(l.ring, e)
	} else {
		l.ring[int((e.id-1)%keptEvents)] = e
	}
	for ch := range l.readers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// after returns the kept events with an id above last.
func (l *eventLog) after(last int64) []event {
	first := max(last+1, l.next-int64(len(l.ring)))
	var out []event
	for id := first; id < l.next; id++ {
		out = append(out, l.ring[int((id-1)%keptEvents)])
	}
	return out
}

func (e event) data() []byte {
	fields := map[string]any{"type": e.kind}
	if e.chat != 0 {
		fields["chat_id"] = e.chat
	}
	if e.message != nil {
		fields["message"] = viewOf(e.message)
	}
	if e.messageID != 0 {
		fields["message_id"] = e.messageID
	}
	for name, value := range e.fields {
		fields[name] = value
	}
	return encode(fields)
}

// follow returns a channel that is filled whenever there is a new event, and
// the function that ends that.
func (s *Server) follow() (wakeup chan struct{}, leave func()) {
	wakeup = make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events.readers[wakeup] = struct{}{}
	return wakeup, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.events.readers, wakeup)
	}
}

// serveEvents streams the events from now on, or from Last-Event-ID.
func (s *Server) serveEvents(w http.ResponseWriter, r *http.Request) {
	flusher, ok := w.(http.Flusher)
	if !ok {
		http.Error(w, "streaming unsupported", http.StatusInternalServerError)
		return
	}
	wakeup, leave := s.follow()
	defer leave()
	s.mu.Lock()
	last := s.events.next - 1
	given := r.Header.Get("Last-Event-ID")
	if given == "" {
		given = r.URL.Query().Get("last_event_id")
	}
	if id, err := strconv.ParseInt(given, 10, 64); err == nil && id <= last {
		last = id
	}
	s.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	_, _ = fmt.Fprintf(w, "retry: 1000\nid: %d\n\n", last)
	flusher.Flush()
	for {
		s.mu.Lock()
		news := s.events.after(last)
		s.mu.Unlock()
		for _, e := range news {
			if _, err := fmt.Fprintf(w, "id: %d\ndata: %s\n\n", e.id, e.data()); err != nil {
				return
			}
			last = e.id
		}
		flusher.Flush()
		select {
		case <-wakeup:
		case <-r.Context().Done():
			return
		case <-s.ctx.Done():
			return
		}
	}
}
