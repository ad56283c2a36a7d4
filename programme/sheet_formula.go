package programme

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// formulaGaps are the cells, by row and by column from 0, that hold a formula
// without a computed value. The library reads them as empty, which would turn
// "not computed" into "nothing": the maximum age of an offer, say.
type formulaGaps map[int]map[int]bool

// scanWorksheets finds the gaps of every worksheet and makes sure that each
// sheet is whole: a sheet cut off in the middle would read as a shorter one.
func scanWorksheets(archive *zip.Reader) (map[string]formulaGaps, error) {
	parts := map[string]*zip.File{}
	for _, part := range archive.File {
		parts[partName(part.Name)] = part
	}
	sheets, err := worksheetParts(parts)
	if err != nil {
		return nil, &SheetError{Reason: sheetBroken, err: err}
	}
	gaps := map[string]formulaGaps{}
	for sheet, name := range sheets {
		part := parts[name]
		if part == nil {
			continue
		}
		whole, formulas, err := glance(part)
		if err != nil || !whole {
			return nil, &SheetError{Reason: sheetBroken, err: err}
		}
		if formulas {
			if gaps[sheet], err = findGaps(part); err != nil {
				return nil, &SheetError{Reason: sheetBroken, err: err}
			}
		}
	}
	return gaps, nil
}

// partName is the name of a part as other parts write it.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// worksheetParts maps the names of the worksheets to their parts.
func worksheetParts(parts map[string]*zip.File) (map[string]string, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			// The attribute is r:id; its namespace differs between versions.
			Attrs []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
			Type   string `xml:"Type,attr"`
		} `xml:"Relationship"`
	}
	if err := decodePart(parts["xl/workbook.xml"], &book); err != nil {
		return nil, err
	}
	if err := decodePart(parts["xl/_rels/workbook.xml.rels"], &links); err != nil {
		return nil, err
	}
	targets := map[string]string{}
	for _, link := range links.Links {
		if strings.HasSuffix(link.Type, "/worksheet") {
			target := link.Target
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			targets[link.ID] = partName(target)
		}
	}
	out := map[string]string{}
	for _, sheet := range book.Sheets {
		for _, attr := range sheet.Attrs {
			if attr.Name.Local == "id" && targets[attr.Value] != "" {
				out[sheet.Name] = targets[attr.Value]
			}
		}
	}
	return out, nil
}

func decodePart(part *zip.File, out any) error {
	if part == nil {
		return errors.New("a part of the workbook is missing")
	}
	in, err := part.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	return xml.NewDecoder(io.LimitReader(in, maxSheetMemory)).Decode(out)
}

// glance reads through a part for two things that show as plain bytes: the end
// of the rows, and any formula. Most sheets have none and need no parsing.
func glance(part *zip.File) (whole, formulas bool, err error) {
	in, err := part.Open()
	if err != nil {
		return false, false, err
	}
	defer in.Close()
	const overlap = 16
	buffer := make([]byte, 1<<16)
	kept := 0
	for {
		n, err := io.ReadFull(in, buffer[kept:])
		seen := buffer[:kept+n]
		whole = whole || bytes.Contains(seen, []byte("/sheetData>")) || bytes.Contains(seen, []byte(":sheetData>")) || bytes.Contains(seen, []byte("sheetData/>"))
		formulas = formulas || bytes.Contains(seen, []byte("<f>")) || bytes.Contains(seen, []byte("<f ")) || bytes.Contains(seen, []byte("<f/")) || bytes.Contains(seen, []byte(":f>")) || bytes.Contains(seen, []byte(":f "))
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			if errors.Is(err, io.ErrUnexpectedEOF) && n == len(buffer)-kept {
				return false, false, err
			}
			return whole, formulas, nil
		}
		if err != nil {
			return false, false, err
		}
		kept = copy(buffer, seen[max(0, len(seen)-overlap):])
	}
}

// findGaps parses a sheet with formulas.
func findGaps(part *zip.File) (formulaGaps, error) {
	const maxGaps = 100_000
	in, err := part.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	gaps, count := formulaGaps{}, 0
	decoder := xml.NewDecoder(bufio.NewReaderSize(in, 1<<16))
	row, column := 0, 0
	formula, value := false, false // of the cell
	inValue := false
	for {
		token, err := decoder.RawToken()
		if errors.Is(err, io.EOF) {
			return gaps, nil
		}
		if err != nil {
			return nil, err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				row, column = row+1, 0
				if ref := attribute(e, "r"); ref != "" {
					if row, err = wholeNumber(ref); err != nil {
						return nil, err
					}
				}
			case "c":
				column++
				// A text that is empty is a value; without a type, an empty value is
				// what programs write that compute nothing.
				formula, value, inValue = false, attribute(e, "t") == "str", false
				if ref := attribute(e, "r"); ref != "" {
					if column, _, err = excelize.CellNameToCoordinates(ref); err != nil {
						return nil, err
					}
				}
			case "f":
				formula = true
			case "v":
				inValue = true
			case "is":
				value = true
			}
		case xml.CharData:
			value = value || inValue && len(bytes.TrimSpace(e)) > 0
		case xml.EndElement:
			inValue = false
			if e.Name.Local != "c" || !formula || value {
				continue
			}
			if count++; count > maxGaps {
				return nil, errors.New("the workbook has never been computed")
			}
			if gaps[row] == nil {
				gaps[row] = map[int]bool{}
			}
			gaps[row][column-1] = true
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, attr := range e.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}
