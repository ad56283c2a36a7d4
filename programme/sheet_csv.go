package programme

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Bounds of a row of text. A quote that never closes may not swallow the file.
const (
	maxTextLine   = 1 << 20 // bytes
	maxQuotedSpan = 100     // lines of one row
)

// textSheet reads CSV in the ways that spreadsheet programs write it.
type textSheet struct {
	in      *bufio.Reader
	pending []string // lines read ahead and given back
	comma   byte
	end     byte // of a line: a line feed, or the return of old Macintosh files
	line    int
}

func openText(r io.ReaderAt, size int64, known func([]string) int) (*textSheet, error) {
	coding, end, err := textEncoding(r, size)
	if err != nil {
		return nil, err
	}
	decoded := coding.NewDecoder().Reader(io.NewSectionReader(r, 0, size))
	s := &textSheet{in: bufio.NewReaderSize(decoded, 1<<16), end: end}
	return s, s.guessComma(known)
}

// textEncoding tells UTF-8, UTF-16 and Windows-1252 apart, and what ends a line.
// It reads the whole file, because the first accent may come late.
func textEncoding(r io.ReaderAt, size int64) (encoding.Encoding, byte, error) {
	in := bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 1<<16)
	head, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), '\n', nil
	case len(head) == 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), '\n', nil
	case len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), '\n', nil
	}
	valid, feeds, returns := true, false, false
	for {
		char, width, err := in.ReadRune()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, 0, &SheetError{Reason: sheetBroken, err: err}
		}
		if char < ' ' && !strings.ContainsRune("\t\n\r\v\f\x1a", char) {
			return nil, 0, &SheetError{Reason: sheetNotSpreadsheet}
		}
		feeds, returns = feeds || char == '\n', returns || char == '\r'
		valid = valid && (char != utf8.RuneError || width > 1)
	}
	end := byte('\n')
	if returns && !feeds {
		end = '\r'
	}
	if valid {
		return unicode.UTF8BOM, end, nil
	}
	return charmap.Windows1252, end, nil
}

// guessComma takes the separator with which the first lines make most sense.
func (s *textSheet) guessComma(known func([]string) int) error {
	s.comma = ','
	var first []string
	for range maxHeaderRow {
		line, err := s.readLine()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		first = append(first, line)
	}
	best := 0
	for _, comma := range []byte{',', ';', '\t'} {
		for _, line := range first {
			cells, _ := splitLine(line, comma)
			if n := known(cells); n > best {
				best, s.comma = n, comma
			}
		}
	}
	// Excel's own note about the separator is no row.
	if len(first) > 0 && strings.HasPrefix(strings.ToLower(first[0]), "sep=") {
		first = first[1:]
		s.line++
	}
	s.pending = append(first, s.pending...)
	return nil
}

func (s *textSheet) readLine() (string, error) {
	var line []byte
	for {
		part, err := s.in.ReadSlice(s.end)
		line = append(line, part...)
		if len(line) > maxTextLine {
			return "", &SheetError{Reason: sheetNotSpreadsheet}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) == 0:
			return "", io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return "", &SheetError{Reason: sheetBroken, err: err}
		}
		return strings.TrimRight(string(line), "\r\n"), nil
	}
}

func (s *textSheet) take() (string, error) {
	if len(s.pending) > 0 {
		line := s.pending[0]
		s.pending = s.pending[1:]
		return line, nil
	}
	return s.readLine()
}

// next puts a row together out of one line, or of several when a quoted cell
// goes on. A row whose quotes make no sense is given up alone: the reading goes
// on with the line after its first.
func (s *textSheet) next() (sheetRow, error) {
	first, err := s.take()
	if err != nil {
		return sheetRow{}, err
	}
	s.line++
	row := sheetRow{number: s.line, exact: true}
	text := first
	var ahead []string
	for {
		cells, state := splitLine(text, s.comma)
		if state == lineWhole {
			row.cells = cells
			s.line += len(ahead)
			return row, nil
		}
		if state == lineOpen && len(ahead) < maxQuotedSpan && len(text) < maxTextLine {
			line, err := s.take()
			if err == nil {
				ahead = append(ahead, line)
				text += "\n" + line
				continue
			}
			if !errors.Is(err, io.EOF) {
				return sheetRow{}, err
			}
		}
		row.problem = rowQuotes
		s.pending = append(ahead, s.pending...)
		return row, nil
	}
}

func (s *textSheet) nextSheet() (bool, error) { return false, nil }
func (s *textSheet) name() string             { return "" }
func (s *textSheet) close()                   {}

// lineState is what splitLine makes of a line.
type lineState int

const (
	lineWhole lineState = iota
	lineOpen            // a quoted cell goes on in the next line
	lineWrong           // something follows a closing quote
)

// splitLine parts a row of CSV (RFC 4180). A quote inside a cell that does not
// begin with one is a plain sign.
func splitLine(line string, comma byte) ([]string, lineState) {
	var cells []string
	for {
		if !strings.HasPrefix(line, `"`) {
			end := strings.IndexByte(line, comma)
			if end < 0 {
				return append(cells, line), lineWhole
			}
			cells = append(cells, line[:end])
			line = line[end+1:]
			continue
		}
		var cell strings.Builder
		line = line[1:]
		for {
			end := strings.IndexByte(line, '"')
			if end < 0 {
				return nil, lineOpen
			}
			cell.WriteString(line[:end])
			line = line[end+1:]
			if !strings.HasPrefix(line, `"`) {
				break
			}
			cell.WriteByte('"')
			line = line[1:]
		}
		cells = append(cells, cell.String())
		if line == "" {
			return cells, lineWhole
		}
		if line[0] != comma {
			return nil, lineWrong
		}
		line = line[1:]
	}
}
