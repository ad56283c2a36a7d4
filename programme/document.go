package programme

import (
	"fmt"
	"io/fs"
	"slices"
)

// WorkRight tells whether a document lets its holder sign a work contract.
type WorkRight string

// The answers; unknown means a person of the team has to look.
const (
	WorkYes     WorkRight = "yes"
	WorkNo      WorkRight = "no"
	WorkUnknown WorkRight = "unknown"
)

// Document is a kind of identity paper or permit during one period. Its name
// for people is at the locale key document.<code>.
type Document struct {
	Code      string
	From, To  Date // the days during which the row holds; zero: open
	Work      WorkRight
	TreatedAs string // the code that the rules see instead; empty: its own
	Facts     string // for staff, in Spanish
	Source    string
	Status    string // confirmed or unverified
}

// Documents is the dated table of documents.
type Documents struct{ list []Document }

// Codes are the codes of the table, in its order, each once.
func (d *Documents) Codes() []string {
	var codes []string
	for _, document := range d.list {
		if !slices.Contains(codes, document.Code) {
			codes = append(codes, document.Code)
		}
	}
	return codes
}

// At is the row of a document that holds on that day; false when the document
// is unknown or of no use on that day.
func (d *Documents) At(code string, on Date) (Document, bool) {
	for _, document := range d.list {
		if document.Code == code && (period{document.From, document.To}).contains(on) {
			return document, true
		}
	}
	return Document{}, false
}

func (d *Documents) substitutes() map[string]string {
	out := map[string]string{}
	for _, document := range d.list {
		if document.TreatedAs != "" {
			out[document.Code] = document.TreatedAs
		}
	}
	return out
}

func loadDocuments(fsys fs.FS, name string, problems *Problems) *Documents {
	t := readCSV(fsys, name, []string{"code", "from", "to", "work", "treated_as", "facts", "source", "status"}, problems)
	out := &Documents{}
	for _, row := range t.rows {
		p := row.period("from", "to")
		document := Document{
			Code: row.required("code"), From: p.from, To: p.to,
			Work:      WorkRight(row.oneOf("work", string(WorkYes), string(WorkNo), string(WorkUnknown))),
			TreatedAs: row.text("treated_as"),
			Facts:     row.required("facts"), Source: row.required("source"),
			Status: row.oneOf("status", "confirmed", "unverified"),
		}
		for _, other := range out.list {
			if other.Code == document.Code && p.overlaps(period{other.From, other.To}) {
				row.problem("from", fmt.Sprintf("two rows of %s hold on the same day", document.Code), "let one end the day before the other starts")
			}
		}
		out.list = append(out.list, document)
	}
	for _, row := range t.rows {
		if as := row.text("treated_as"); as != "" && !slices.Contains(out.Codes(), as) {
			row.problem("treated_as", fmt.Sprintf("there is no document %q", as), "use one of "+quoteAll(out.Codes()))
		}
	}
	return out
}
