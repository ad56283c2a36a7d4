package console

import (
	"bytes"
	"fmt"
	"net/http"
)

// event writes one server-sent event: a named template of a page. It fails when
// the browser is gone.
func (v *visit) event(w http.ResponseWriter, name, page, block string, data any) error {
	tmpl := v.pages[v.lang][page]
	if tmpl == nil {
		return fmt.Errorf("there is no page %s", page)
	}
	var b bytes.Buffer
	if err := tmpl.ExecuteTemplate(&b, block, data); err != nil {
		return fmt.Errorf("render %s of page %s: %w", block, page, err)
	}
	fmt.Fprintf(w, "event: %s\n", name)
	for line := range bytes.Lines(b.Bytes()) {
		fmt.Fprintf(w, "data: %s\n", bytes.TrimRight(line, "\r\n"))
	}
	fmt.Fprint(w, "\n")
	return http.NewResponseController(w).Flush()
}
