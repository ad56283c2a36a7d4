package flows

import (
	"maps"
	"slices"

	"arraigo/locales"
	"arraigo/programme"
)

// An Edit is one thing that the team put in the place of what the files say.
// Exactly one of its fields is set. JSON names rest in Redis.
type Edit struct {
	Text      *locales.Change      `json:"text,omitempty"`
	Call      *programme.Call      `json:"call,omitempty"`
	Parameter *programme.Parameter `json:"parameter,omitempty"` // one more row
}

// The beginnings of what an edit is about.
const (
	AboutText      = "text:"      // and language:key
	AboutCall      = "call:"      // and id
	AboutParameter = "parameter:" // and name:day
)

// About names what the edit is about: of two edits about the same thing only the
// newer counts. Empty for an edit of nothing.
func (e Edit) About() string {
	switch {
	case e.Text != nil:
		return AboutText + e.Text.Lang + ":" + e.Text.Key
	case e.Call != nil:
		return AboutCall + e.Call.ID
	case e.Parameter != nil:
		return AboutParameter + e.Parameter.Name + ":" + e.Parameter.From.String()
	}
	return ""
}

// A LeftOut is an edit that does not fit what the files say now, as after an
// upgrade that has no such text any more.
type LeftOut struct {
	About    string
	Findings []Finding // of a text: what is wrong with it
	Reason   string    // of a call or a figure: as programme.CallFault has it
}

// Itself is the set: for who needs a func that tells the present one, where it
// never changes.
func (s *Set) Itself() *Set { return s }

// Files is the set as the files have it, without what was published.
func (s *Set) Files() *Set {
	if s.files != nil {
		return s.files
	}
	return s
}

// Publish is the set of the files with edits in their place, and with the call
// that is current on that day. What does not fit is left out and told: people are
// then shown what the files say. The flows are the same, so no conversation is
// lost.
func (s *Set) Publish(edits []Edit, on programme.Date) (*Set, []LeftOut) {
	files := s.Files()
	next := *files
	next.files = files
	var left []LeftOut
	texts := map[string]locales.Change{} // by what they are about
	for _, e := range edits {
		switch {
		case e.Text != nil && IsConsent(e.Text.Key):
			left = append(left, LeftOut{About: e.About(), Findings: []Finding{consentFinding}})
		case e.Text != nil:
			texts[e.About()] = *e.Text
		case e.Call != nil:
			data, faults := next.Data.WithCall(*e.Call)
			if len(faults) > 0 {
				left = append(left, LeftOut{About: e.About(), Reason: faults[0].Reason})
				continue
			}
			next.Data = data
		case e.Parameter != nil:
			data, reason := next.Data.WithParameter(*e.Parameter)
			if reason != "" {
				left = append(left, LeftOut{About: e.About(), Reason: reason})
				continue
			}
			next.Data = data
		}
	}
	if next.Data != nil && next.Data.Calls != nil {
		next.Round, _ = next.Data.Calls.Current(on)
	}
	return &next, append(left, next.publishTexts(texts)...)
}

// publishTexts puts texts in, and leaves out those with which the set would not
// have been loaded.
func (s *Set) publishTexts(texts map[string]locales.Change) (left []LeftOut) {
	files := s.files.Catalog
	for len(texts) > 0 {
		why := map[string][]Finding{}
		catalog, refused := files.With(slices.Collect(maps.Values(texts)))
		found := make([]Finding, 0, len(refused))
		for _, f := range refused {
			found = append(found, fromCatalog(f))
		}
		if len(found) == 0 {
			s.Catalog = catalog
			if found = s.textFaults(); len(found) == 0 {
				s.indexTriggers()
				s.indexLabels()
				return left
			}
		}
		for _, f := range found {
			for about, change := range texts {
				if change.Key == f.Key {
					why[about] = append(why[about], f)
				}
			}
		}
		for about := range texts {
			if len(why) == 0 || len(why[about]) > 0 { // which of them it is cannot be told
				left = append(left, LeftOut{About: about, Findings: append(why[about], found[:min(len(found), 1)]...)})
				delete(texts, about)
			}
		}
	}
	s.Catalog, s.index, s.labels = files, s.files.index, s.files.labels
	return left
}

// textFaults are the errors that the texts of the set make in its flows.
func (s *Set) textFaults() []Finding {
	report := &findings{sources: s.sources}
	checkTriggers(s, report)
	checkTexts(s, Config{}, report)
	return slices.DeleteFunc(report.sorted(), func(f Finding) bool { return f.Severity != Error })
}

// consentTexts are the questions of which the exact text is kept as the proof of
// what somebody agreed to, see record. Whoever changes one raises the version of
// the policy, so that everybody is asked again; that is a setting of the program.
var consentTexts = []string{"welcome.consent_answer.ask", "notices.offers.ask", "revoke.revoke_choice.ask"}

// IsConsent reports whether a text is what people agree to. Only the files change
// it.
func IsConsent(key string) bool { return slices.Contains(consentTexts, key) }

var consentFinding = Finding{Rule: "consent", Message: "people agree to this text", Mend: "change it in the files and raise the version of the policy"}
