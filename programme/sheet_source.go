package programme

import (
	"bytes"
	"io"
	"strings"
)

// sheetRow is one row as it stands in the file.
type sheetRow struct {
	number    int // as the spreadsheet program counts
	cells     []string
	exact     bool         // a row of another width than the header is damaged
	workbook  bool         // from a workbook, where cells can hold errors
	epoch1904 bool         // day numbers count from 1904
	gaps      map[int]bool // cells with a formula that nobody has computed
	problem   string       // reason why the row cannot be taken apart
}

func (r sheetRow) blank() bool {
	if r.problem != "" || len(r.gaps) > 0 {
		return false
	}
	for _, cell := range r.cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

// sheetSource yields the rows of one sheet after the other. next returns io.EOF
// after the last row of a sheet.
type sheetSource interface {
	next() (sheetRow, error)
	nextSheet() (bool, error)
	name() string
	close()
}

// openSheet tells workbooks from text by their first bytes; the name of a file
// says nothing certain.
func openSheet(r io.ReaderAt, size int64, known func([]string) int) (sheetSource, error) {
	if size > maxSheetBytes {
		return nil, &SheetError{Reason: sheetTooBig}
	}
	head := make([]byte, min(size, 8))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, &SheetError{Reason: sheetBroken, err: err}
	}
	switch {
	case size == 0:
		return nil, &SheetError{Reason: sheetEmpty}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return openWorkbook(r, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")): // OLE: .xls and encrypted workbooks
		return nil, &SheetError{Reason: sheetOldFormat}
	}
	return openText(r, size, known)
}
