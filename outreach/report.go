package outreach

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"arraigo/flows"
	"arraigo/locales"
	"arraigo/programme"
	"arraigo/store"
)

// ReasonWords are the words for why somebody did not get a message, from a state of
// the ledger such as f:markup or w:ticket; none when the state has no reason. A
// reason without words is shown as it is.
func ReasonWords(catalog *locales.Catalog, state string) flows.Text {
	kind, reason, _ := strings.Cut(state, ":")
	table := map[string]string{"f": "console.outreach.failed.", "w": "console.outreach.withheld."}[kind]
	if table != "" && catalog.Has(locales.Spanish, table+reason) {
		return flows.Key(table + reason)
	}
	return flows.Literal(reason)
}

// A Report is what became of an outreach, to be written as a spreadsheet. It knows
// people by their pseudonymous ids alone.
type Report struct {
	Totals map[string]int // by state of the ledger
	// Ledger calls each with every recipient, as store.Ledger does.
	Ledger func(each func(contact store.ContactID, state string, at time.Time) error) error
	Words  func(flows.Text) string // in the language of the reader
	Reason func(state string) flows.Text
	Zone   *time.Location
}

// Write writes totals by state and reason, and under them or, in a workbook, on a
// sheet of their own every recipient with state, reason and time. It returns how
// many rows it wrote.
func (r Report) Write(w io.Writer, format programme.SheetFormat) (rows int, err error) {
	if format == programme.XLSX {
		rows, err = r.writeWorkbook(w)
	} else {
		rows, err = r.writeCSV(w)
	}
	if err != nil {
		return rows, fmt.Errorf("write report: %w", err)
	}
	return rows, nil
}

func (r Report) word(name string) string { return r.Words(flows.Key("announce.export." + name)) }

// state writes a state and its reason.
func (r Report) state(state string) (string, string) {
	kind, _, _ := strings.Cut(state, ":")
	return r.word("of." + kind), r.Words(r.Reason(state))
}

func (r Report) when(at time.Time) string { return at.In(r.Zone).Format("2006-01-02 15:04:05") }

func (r Report) states() []string { return slices.Sorted(maps.Keys(r.Totals)) }

// writeCSV is one table: a column tells totals from messages.
func (r Report) writeCSV(w io.Writer) (rows int, err error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // without it Excel spoils accents
		return 0, err
	}
	out := csv.NewWriter(w)
	out.Write([]string{r.word("kind"), r.word("contact"), r.word("state"), r.word("reason"), r.word("count"), r.word("at")}) // its errors come back from Flush
	for _, s := range r.states() {
		state, reason := r.state(s)
		out.Write([]string{r.word("total"), "", state, reason, strconv.Itoa(r.Totals[s]), ""})
		rows++
	}
	err = r.Ledger(func(contact store.ContactID, s string, at time.Time) error {
		state, reason := r.state(s)
		rows++
		return out.Write([]string{r.word("message"), string(contact), state, reason, "", r.when(at)})
	})
	out.Flush()
	if err != nil {
		return rows, err
	}
	return rows, out.Error()
}

func (r Report) writeWorkbook(w io.Writer) (rows int, err error) {
	file := excelize.NewFile()
	defer file.Close()
	if err := file.SetSheetName("Sheet1", r.word("totals")); err != nil {
		return 0, err
	}
	if _, err := file.NewSheet(r.word("messages")); err != nil {
		return 0, err
	}
	totals, err := newTable(file, r.word("totals"), r.word("state"), r.word("reason"), r.word("count"))
	if err != nil {
		return 0, err
	}
	for _, s := range r.states() {
		state, reason := r.state(s)
		if err := totals.row(state, reason, r.Totals[s]); err != nil {
			return rows, err
		}
		rows++
	}
	if err := totals.out.Flush(); err != nil {
		return rows, err
	}
	messages, err := newTable(file, r.word("messages"), r.word("contact"), r.word("state"), r.word("reason"), r.word("at"))
	if err != nil {
		return rows, err
	}
	err = r.Ledger(func(contact store.ContactID, s string, at time.Time) error {
		state, reason := r.state(s)
		rows++
		return messages.row(string(contact), state, reason, r.when(at))
	})
	if err != nil {
		return rows, err
	}
	if err := messages.out.Flush(); err != nil {
		return rows, err
	}
	return rows, file.Write(w)
}

// A table writes rows of one sheet as they come.
type table struct {
	out  *excelize.StreamWriter
	line int
}

func newTable(file *excelize.File, sheet string, columns ...any) (*table, error) {
	out, err := file.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	if err := out.SetColWidth(1, len(columns), 24); err != nil {
		return nil, err
	}
	t := &table{out: out}
	return t, t.row(columns...)
}

func (t *table) row(cells ...any) error {
	t.line++
	return t.out.SetRow("A"+strconv.Itoa(t.line), cells)
}
