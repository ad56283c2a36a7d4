package programme

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// SheetFormat is a kind of file to write.
type SheetFormat string

// The formats. CSV is UTF-8 with a byte order mark, without which Excel spoils
// accents.
const (
	CSV  SheetFormat = "csv"
	XLSX SheetFormat = "xlsx"
)

// writeSheet writes rows as they come, with the columns of the samples. What it
// writes, the reading of the same table gives back without loss.
func writeSheet[T any](w io.Writer, format SheetFormat, sheet string, table sheetTable[T], rows iter.Seq[T]) error {
	if format == XLSX {
		return writeWorkbook(w, sheet, table, rows)
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write spreadsheet: %w", err)
	}
	out := csv.NewWriter(w)
	cells := make([]string, len(table.columns))
	for i, column := range table.columns {
		cells[i] = column.name
	}
	out.Write(cells) // its errors come back from Flush
	for row := range rows {
		for i, column := range table.columns {
			cells[i] = guard(column.write(row))
		}
		if err := out.Write(cells); err != nil {
			break
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write spreadsheet: %w", err)
	}
	return nil
}

func writeWorkbook[T any](w io.Writer, sheet string, table sheetTable[T], rows iter.Seq[T]) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write spreadsheet: %w", err)
		}
	}()
	file := excelize.NewFile()
	defer file.Close()
	if err := file.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	out, err := file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	cells := make([]any, len(table.columns))
	for i, column := range table.columns {
		cells[i] = column.name
	}
	line := 1
	if err := out.SetRow("A1", cells); err != nil {
		return err
	}
	for row := range rows {
		line++
		for i, column := range table.columns {
			text := column.write(row)
			cells[i] = guard(text)
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(n, 10) == text && len(text) < 12 {
				cells[i] = n // so that staff can sort and sum
			}
		}
		if err := out.SetRow("A"+strconv.Itoa(line), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return file.Write(w)
}

// guard keeps a spreadsheet program from running a text as a formula, by the
// apostrophe that such programs know. A text that begins with apostrophes and
// then so gets one more, so that unguard always takes off exactly one.
func guard(s string) string {
	if looksLikeFormula(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if strings.HasPrefix(s, "'") && looksLikeFormula(s) {
		return s[1:]
	}
	return s
}

func looksLikeFormula(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@", rune(s[0]))
}

func writeAmount(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// writeCount leaves the cell empty where 0 means that there is none.
func writeCount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func writeList(codes []string) string { return strings.Join(codes, "|") }
