package emulator

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Faults are injected at random into the calls that they name. The zero value
// injects none.
type Faults struct {
	// P429 is the share of calls refused with 429 and RetryAfter seconds (1 when zero).
	P429       float64 `json:"p429"`
	RetryAfter int     `json:"retry_after"`
	// P5xx is the share answered with 500, 502 or 504; HTML5xx gives them the
	// body that a front end sends instead of JSON.
	P5xx    float64 `json:"p5xx"`
	HTML5xx bool    `json:"html_5xx"`
	// CutBefore is the share of connections cut before the call was done,
	// CutAfterSend the share cut after it was done and before it was answered.
	CutBefore    float64 `json:"cut_before"`
	CutAfterSend float64 `json:"cut_after_send"`
	// LatencyMS delays every call by up to so many milliseconds of emulated time.
	LatencyMS int `json:"latency_ms"`
	// Methods and Chats restrict the faults; empty means all. LatencyMS too.
	Methods []string `json:"methods,omitempty"`
	Chats   []int64  `json:"chats,omitempty"`
	// Revoked answers every call 401, as after /revoke in BotFather.
	Revoked bool `json:"revoked"`
}

// fate is what befalls one call.
type fate struct {
	delay    time.Duration
	refusal  *apiError
	html     bool
	cut      bool
	cutAfter bool
}

// SetFaults replaces the faults injected from now on.
func (s *Server) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.revoked = f, f.Revoked
	if s.revoked {
		s.polls.end(&apiError{code: 401, description: "Unauthorized"})
	}
}

// Faults are the faults injected at present.
func (s *Server) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

func (s *Server) fate(c *call) fate {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults
	if !f.concern(c) {
		return fate{}
	}
	var out fate
	if f.LatencyMS > 0 {
		out.delay = time.Duration(s.rng.Int64N(int64(f.LatencyMS)+1)) * time.Millisecond
	}
	switch {
	case s.rng.Float64() < f.CutBefore:
		out.cut = true
	case s.rng.Float64() < f.P429:
		out.refusal = tooMany(max(1, f.RetryAfter))
	case s.rng.Float64() < f.P5xx:
		out.refusal = [...]*apiError{
			{code: 500, description: "Internal Server Error"},
			{code: 502, description: "Bad Gateway"},
			{code: 504, description: "Gateway Timeout"},
		}[s.rng.IntN(3)]
		out.html = f.HTML5xx
	case s.rng.Float64() < f.CutAfterSend:
		out.cutAfter = true
	}
	return out
}

func (f *Faults) concern(c *call) bool {
	if len(f.Methods) > 0 && !slices.ContainsFunc(f.Methods, func(m string) bool { return strings.EqualFold(m, c.method) }) {
		return false
	}
	return len(f.Chats) == 0 || slices.Contains(f.Chats, leadingInt(c.p.str("chat_id")))
}

// before lets the fate strike before the call is done; false means the call
// must not be done.
func (f fate) before(c *call, w http.ResponseWriter) bool {
	s := c.s
	if f.delay > 0 && !s.sleep(c.ctx, f.delay) {
		writeAnswer(w, nil, errRestart)
		return false
	}
	if f.cut {
		s.tally(c, "cut")
		panic(http.ErrAbortHandler)
	}
	if f.refusal == nil {
		return true
	}
	s.count(c, f.refusal)
	s.mu.Lock()
	if f.refusal.code == 429 {
		s.stats.throttled++
	}
	s.stats.injected++
	s.mu.Unlock()
	if f.html {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.refusal.code)
		title := f.refusal.description
		_, _ = w.Write([]byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
			"</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"))
		return false
	}
	writeAnswer(w, nil, f.refusal)
	return false
}

func (f fate) after(http.ResponseWriter) {
	if f.cutAfter {
		panic(http.ErrAbortHandler)
	}
}
