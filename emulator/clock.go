package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
)

// PageClock is a clock in the header of the chat page. It shows the time that
// the server goes by, and a menu of ways to move it: whoever owns Config.Clock
// says how.
type PageClock struct {
	// Zone is the IANA name of the time zone in which the page writes all its
	// days and hours; the reader's own when empty.
	Zone  string
	Moves []PageMove
}

// PageMove is one way to move the clock.
type PageMove struct {
	Name string // in its address: small letters, digits and dashes
	Text string // in the menu
	// Run moves the clock. What it returns is shown; an error is too, and
	// should say why the clock was not moved.
	Run func(context.Context) (string, error)
}

var errNoMove = errors.New("the clock has no such move")

var moveName = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// check refuses what could not be called from the page.
func (c *PageClock) check() {
	for _, m := range c.Moves {
		if !moveName.MatchString(m.Name) || m.Text == "" || m.Run == nil {
			panic(fmt.Sprintf("emulator: a move of the clock needs a name, a text and something to do: %q", m.Name))
		}
	}
}

// ClockView is the time as the page is told it.
type ClockView struct {
	Now  int64  `json:"now"` // Unix milliseconds
	Said string `json:"said,omitempty"`
}

func (s *Server) clockView() ClockView { return ClockView{Now: s.now().UnixMilli()} }

// postClock moves the clock and tells every open page.
func (s *Server) postClock(r *http.Request) (any, error) {
	for _, m := range s.cfg.PageClock.Moves {
		if m.Name != r.PathValue("move") {
			continue
		}
		said, err := m.Run(r.Context())
		if err != nil {
			return nil, err
		}
		view := s.clockView()
		s.mu.Lock()
		s.events.add(event{kind: "clock", fields: map[string]any{"now": view.Now}})
		s.mu.Unlock()
		view.Said = said
		return view, nil
	}
	return nil, errNoMove
}
