package console

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

const actExportNumbers act = "export-numbers"

// A reportPage is one sheet of paper for who gives the money.
type reportPage struct {
	Period  string
	Made    string
	Now     []Fact
	Funnel  Chart
	Outcome Table
	Towns   Table
	Offers  Table
}

// numbersReport is the page to print.
func (v *visit) numbersReport() error {
	n, err := v.count(v.numbersFilters())
	if err != nil {
		return err
	}
	if err := v.record(actExportNumbers, ""); err != nil {
		return err
	}
	return v.show(view{
		name: "numbers-report", title: v.text("console.numbers.report_title"), section: "numbers", wide: true,
		crumbs: []Link{{Href: v.beside(""), Text: v.text("console.menu.numbers")}},
	}, reportPage{
		Period: v.text("console.numbers.of_period", "desde", v.day(n.period.from), "hasta", v.day(n.period.to)),
		Made:   v.text("console.numbers.made", "momento", v.moment(v.now, v.now)), Now: v.nowFacts(n), Funnel: n.funnel,
		Outcome: n.outcomes, Towns: n.towns, Offers: n.offers,
	})
}

// numbersFile is a workbook with a sheet for each table and chart.
func (v *visit) numbersFile() error {
	n, err := v.count(v.numbersFilters())
	if err != nil {
		return err
	}
	if err := v.record(actExportNumbers, ""); err != nil {
		return err
	}
	file := excelize.NewFile()
	defer file.Close()
	sheets := []Table{
		v.chartTable(n.arrivals), v.chartTable(n.funnel), n.outcomes, n.people, n.towns, v.chartTable(n.languages),
		n.offers, n.referrals, n.outreach, n.grades, n.unread,
	}
	for i, t := range sheets {
		if err := writeTable(file, i, v.text("console.numbers.sheet."+sheetNames[i]), t); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	if err := file.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	w := v.stream("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "arraigo-"+n.period.from.String()+"-"+n.period.to.String()+".xlsx")
	return file.Write(w)
}

// sheetNames name the sheets, in their order.
var sheetNames = []string{"arrivals", "funnel", "outcomes", "population", "towns", "languages", "offers", "referrals", "outreach", "grades", "unread"}

// chartTable is the figures of a chart as a table; what a picture hides it hides.
func (v *visit) chartTable(c Chart) Table {
	t := Table{Caption: c.Title, Columns: []Column{{Text: c.Label}}}
	for _, s := range c.Series {
		t.Columns = append(t.Columns, Column{Text: s, Number: true})
	}
	for _, p := range c.Points {
		cells := []Cell{{Text: p.Label}}
		for _, n := range p.Values {
			text := v.number(n)
			if p.Hidden {
				text = v.text("console.chart.hidden")
			}
			cells = append(cells, Cell{Text: text})
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// writeTable writes a table as a sheet, figures as numbers so that a spreadsheet
// can add them up. Texts are never formulas: they are written as texts.
func writeTable(file *excelize.File, i int, name string, t Table) error {
	if _, err := file.NewSheet(name); err != nil {
		return err
	}
	put := func(column, row int, value any) error {
		at, err := excelize.CoordinatesToCellName(column, row)
		if err != nil {
			return err
		}
		return file.SetCellValue(name, at, value)
	}
	if err := put(1, 1, t.Caption); err != nil {
		return err
	}
	for c, column := range t.Columns {
		if err := put(c+1, 3, column.Text); err != nil {
			return err
		}
	}
	for r, row := range t.Rows {
		for c, cell := range row.Cells {
			var value any = cell.Text
			if c < len(t.Columns) && t.Columns[c].Number {
				value = asNumber(cell.Text)
			}
			if c == 0 && cell.Sub != "" {
				value = cell.Text + " (" + cell.Sub + ")"
			}
			if err := put(c+1, r+4, value); err != nil {
				return err
			}
		}
	}
	return file.SetColWidth(name, "A", "A", 44)
}

// asNumber is a figure as it was written for people, or the text when it is none.
func asNumber(text string) any {
	n := 0
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			n = n*10 + int(c-'0')
		case c == '.' || c == ',' || c == '\u00a0' || c == '\u202f':
		default:
			return text
		}
	}
	if text == "" {
		return text
	}
	return n
}
