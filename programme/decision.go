package programme

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
)

// A Decision is what somebody of the team made of a vacancy that the checks
// leave to a person. It says nothing about a vacancy with a finding that stops
// it: that one is mended first, or stays out. The zero Decision is none.
type Decision struct {
	Publish bool   // else it goes back, to be mended
	Reason  string // why, in the words of who decided
	By      string // staff id
	On      Date
	Codes   []string // of the reviews that were looked at
	Print   string   // of the vacancy that was looked at
}

// NewDecision decides about a vacancy as it stands, for exactly the reviews
// that it has.
func NewDecision(v Vacancy, reviews []VacancyReview, publish bool, reason, by string, on Date) Decision {
	d := Decision{Publish: publish, Reason: reason, By: by, On: on, Print: v.print()}
	for _, r := range reviews {
		d.Codes = append(d.Codes, r.Code)
	}
	return d
}

// covers tells whether the decision is about this vacancy: nothing that the
// checks read has changed, and there is nothing more to look at.
func (d Decision) covers(v Vacancy, reviews []VacancyReview) bool {
	if d.Print == "" {
		return false
	}
	for _, r := range reviews {
		if !slices.Contains(d.Codes, r.Code) {
			return false
		}
	}
	return d.Print == v.print()
}

// print is equal for two vacancies that say the same of the work. How many posts
// there are, the code of the employment service, and until when it is published
// may change without anybody looking again.
func (v Vacancy) print() string {
	h := sha256.New()
	for _, c := range vacancyTable().columns {
		if !c.minor {
			io.WriteString(h, c.name+"\x00"+c.write(v)+"\x00")
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
