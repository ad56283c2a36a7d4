package console

import (
	"bytes"
	"fmt"
	"net/http"
)

// event writes one server-sent event: a named template. It fails when the browser
// is gone.
func (v *visit) event(w http.ResponseWriter, name, block string, data any) error {
	body, err := v.render(block, data)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "event: %s\n", name)
	for line := range bytes.Lines(body) {
		fmt.Fprintf(w, "data: %s\n", bytes.TrimRight(line, "\r\n"))
	}
	fmt.Fprint(w, "\n")
	return http.NewResponseController(w).Flush()
}
