package console

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"arraigo/store"

	"github.com/xuri/excelize/v2"
)

const actExportAttendance act = "export-attendance"

// The formats of a file with who came.
const (
	fileXLSX = "xlsx"
	fileCSV  = "csv"
)

// attendanceFilePage asks why a file with who came is wanted.
func (k *offerKind[T]) attendanceFilePage(v *visit) error {
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	return k.showAttendanceFile(v, row.Row, k.attendanceFileForm(v, row.Row))
}

func (k *offerKind[T]) attendanceFileForm(v *visit, t T) *Form {
	id := k.sheet.ID(t)
	f := v.newForm(v.text("console.people.download"), Group{Fields: []Field{
		{Kind: FieldRadio, Name: "format", Label: v.text("console.attendance.format"), Value: fileXLSX, Required: true, Options: []Option{
			{Value: fileXLSX, Text: v.text("console.attendance.xlsx")}, {Value: fileCSV, Text: v.text("console.attendance.csv")},
		}},
		{Kind: FieldArea, Name: "why", Label: v.text("console.people.why"), Hint: v.text("console.people.why_hint"), Required: true, Max: 500, Rows: 2},
	}})
	f.Action = k.at(id) + "/attendance"
	f.Once = "" // the same file again is the same file
	f.Cancel = Link{Href: k.at(id) + "/people", Text: v.text("console.form.cancel")}
	return f
}

func (k *offerKind[T]) showAttendanceFile(v *visit, t T, f *Form) error {
	id := k.sheet.ID(t)
	if err := v.record(actSeePlaces, k.ref(id)); err != nil {
		return err
	}
	page := view{
		name: "confirm", title: v.text("console.attendance.file"), section: k.menu,
		crumbs: append(k.crumb(v), Link{Href: k.at(id), Text: k.about(t).Title}, Link{Href: k.at(id) + "/people", Text: v.text("console.attendance.title")}),
	}
	if len(f.Errors) > 0 {
		page.status = 422
	}
	return v.show(page, Confirm{Text: v.text("console.attendance.file_text"), Form: f})
}

// attendanceFile writes who has a place and on which days they came, by their
// codes alone.
func (k *offerKind[T]) attendanceFile(v *visit) error {
	row, err := k.kept(v, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	f := k.attendanceFileForm(v, row.Row)
	v.fill(f)
	if len(f.Errors) > 0 {
		return k.showAttendanceFile(v, row.Row, f)
	}
	o := k.offer(v, row.Row)
	roster, err := v.store.Roster(v.ctx(), o)
	if err != nil {
		return err
	}
	came, err := v.store.Attendance(v.ctx(), o)
	if err != nil {
		return err
	}
	t := v.attendanceTable(joined(o.ID, k.about(row.Row).Title), roster, came)
	people := len(t.Rows)
	if len(came.Days()) > 0 {
		people-- // the row of those without a place
	}
	if err := v.recordPeople(actExportAttendance, k.ref(o.ID), people, f.Field("why").Value); err != nil {
		return err
	}
	if f.Field("format").Value == fileCSV {
		return writeCSV(v.stream("text/csv; charset=utf-8", "asistencia-"+o.ID+".csv"), t)
	}
	file := excelize.NewFile()
	defer file.Close()
	if err := writeTable(file, 0, v.text("console.attendance.sheet_name"), t); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := file.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return file.Write(v.stream("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "asistencia-"+o.ID+".xlsx"))
}

// attendanceTable has a row for each contact with a place, and a column for each
// day of which something is known.
func (v *visit) attendanceTable(caption string, roster []store.Seat, came store.Attendance) Table {
	days := came.Days()
	t := Table{Caption: caption, Columns: []Column{{Text: v.text("console.attendance.code")}, {Text: v.text("console.attendance.size"), Number: true}}}
	others := Row{Cells: []Cell{{Text: v.text("console.attendance.others")}, {}}}
	for _, d := range days {
		t.Columns = append(t.Columns, Column{Text: d.String(), Number: true})
		others.Cells = append(others.Cells, Cell{Text: strconv.Itoa(came.Others[d])})
	}
	for _, s := range roster {
		if s.State != store.PlaceTaken {
			continue
		}
		row := Row{Cells: []Cell{{Text: s.Contact.Reference()}, {Text: strconv.Itoa(s.Size)}}}
		for _, d := range days {
			row.Cells = append(row.Cells, Cell{Text: strconv.Itoa(came.People[d][s.Contact])})
		}
		t.Rows = append(t.Rows, row)
	}
	slices.SortFunc(t.Rows, func(a, b Row) int { return strings.Compare(a.Cells[0].Text, b.Cells[0].Text) })
	if len(days) > 0 {
		t.Rows = append(t.Rows, others)
	}
	return t
}

// writeCSV writes a table as spreadsheets read it.
func writeCSV(out io.Writer, t Table) error {
	_, _ = io.WriteString(out, "\ufeff") // by it they know that the file is UTF-8
	w := csv.NewWriter(out)
	var head []string
	for _, c := range t.Columns {
		head = append(head, c.Text)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row.Cells {
			cells = append(cells, c.Text)
		}
		if err := w.Write(cells); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
