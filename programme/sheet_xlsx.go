package programme

import (
	"archive/zip"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"
)

// workbookSheet reads the worksheets of an XLSX workbook, one row at a time.
// Cells come as stored (days as numbers, sums without their format), because
// formats differ from country to country and values do not.
type workbookSheet struct {
	file      *excelize.File
	gaps      map[string]formulaGaps // by worksheet
	sheets    []string               // those not read yet
	sheet     string
	rows      *excelize.Rows
	line      int
	epoch1904 bool
}

func openWorkbook(r io.ReaderAt, size int64) (*workbookSheet, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, &SheetError{Reason: sheetBroken, err: err}
	}
	if err := checkArchive(archive); err != nil {
		return nil, err
	}
	gaps, err := scanWorksheets(archive)
	if err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxSheetUnzip, UnzipXMLSizeLimit: maxSheetMemory,
	})
	if err != nil {
		return nil, &SheetError{Reason: sheetBroken, err: err}
	}
	s := &workbookSheet{file: file, gaps: gaps, sheets: file.GetSheetList()}
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		s.epoch1904 = *props.Date1904
	}
	if more, err := s.nextSheet(); err != nil || !more {
		s.close()
		if err == nil {
			err = &SheetError{Reason: sheetEmpty}
		}
		return nil, err
	}
	return s, nil
}

// checkArchive refuses a bomb by what its directory declares (reading more than
// is declared fails later) and anything that is no workbook.
func checkArchive(archive *zip.Reader) error {
	const maxParts = 10_000
	var total uint64
	workbook := false
	for _, part := range archive.File {
		if part.UncompressedSize64 > maxSheetUnzip {
			return &SheetError{Reason: sheetTooBig}
		}
		total += part.UncompressedSize64
		workbook = workbook || partName(part.Name) == "xl/workbook.xml"
	}
	if total > maxSheetUnzip || len(archive.File) > maxParts {
		return &SheetError{Reason: sheetTooBig}
	}
	if !workbook {
		return &SheetError{Reason: sheetNotSpreadsheet}
	}
	return nil
}

func (s *workbookSheet) nextSheet() (bool, error) {
	for len(s.sheets) > 0 {
		s.closeRows()
		s.sheet, s.sheets = s.sheets[0], s.sheets[1:]
		rows, err := s.file.Rows(s.sheet)
		if err != nil {
			continue // a chart or a macro sheet has no rows
		}
		s.rows, s.line = rows, 0
		return true, nil
	}
	return false, nil
}

func (s *workbookSheet) next() (sheetRow, error) {
	if s.rows == nil || !s.rows.Next() {
		if s.rows != nil && s.rows.Error() != nil {
			return sheetRow{}, &SheetError{Reason: sheetBroken, err: s.rows.Error()}
		}
		return sheetRow{}, io.EOF
	}
	s.line++
	cells, err := s.rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return sheetRow{}, &SheetError{Reason: sheetBroken, err: err}
	}
	return sheetRow{number: s.line, cells: cells, workbook: true, epoch1904: s.epoch1904, gaps: s.gaps[s.sheet][s.line]}, nil
}

func (s *workbookSheet) name() string { return s.sheet }

func (s *workbookSheet) closeRows() {
	if s.rows != nil {
		s.rows.Close()
		s.rows = nil
	}
}

// close also removes the parts that were unpacked to disk.
func (s *workbookSheet) close() {
	s.closeRows()
	s.file.Close()
}

// formulaFailed reports a value that stands for a failed formula, in the
// languages in which spreadsheets are kept here.
func formulaFailed(text string) bool {
	return slices.Contains([]string{
		"#N/A", "#N/D", "#REF!", "#¡REF!", "#VALUE!", "#¡VALOR!", "#DIV/0!", "#¡DIV/0!",
		"#NAME?", "#¿NOMBRE?", "#NUM!", "#¡NUM!", "#NULL!", "#¡NULO!", "#SPILL!", "#CALC!",
	}, text)
}
