package locales

import (
	"fmt"
	"strings"
)

const (
	// questionLimit and textLimit are the characters of a question and of any
	// other message: what fits on the screen of a small phone.
	questionLimit = 320
	textLimit     = 600
)

// checkLength counts the characters of a message without its markup and
// placeholders.
func (p *plainRules) checkLength(l *tongue, t *text, kind form, r *rendering) []Finding {
	limit, name := textLimit, "a message"
	if strings.HasSuffix(t.key, ".ask") {
		limit, name = questionLimit, "a question"
	}
	n := characters(strings.Join(r.plain.literals, ""))
	if n <= limit || t.isList() || p.waived("length", t.key) {
		return nil
	}
	f := t.finding(kind, "length", fmt.Sprintf("%s of %d characters, more than %d", name, n, limit), "say less, or put the rest in another text behind a button")
	if l.Tag != Spanish {
		f.Severity = Warning // a translation may run longer
	}
	return []Finding{f}
}
