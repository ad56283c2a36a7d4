package programme

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func readVacancyBytes(d *Data, file []byte) ([]Vacancy, SheetReport, error) {
	var out []Vacancy
	report, err := d.ReadVacancies(bytes.NewReader(file), int64(len(file)), func(_ int, v Vacancy) error { out = append(out, v); return nil })
	return out, report, err
}

// grid is a table as text, the header first.
type grid [][]string

func vacancyGrid(t testing.TB, rows ...Vacancy) grid {
	t.Helper()
	table := vacancyTable()
	g := grid{nil}
	for _, column := range table.columns {
		g[0] = append(g[0], column.name)
	}
	for _, row := range rows {
		var cells []string
		for _, column := range table.columns {
			cells = append(cells, column.write(row))
		}
		g = append(g, cells)
	}
	return g
}

// set changes a cell of the first row below the header.
func (g grid) set(t testing.TB, column, value string) grid {
	t.Helper()
	i := slices.Index(g[0], column)
	if i < 0 {
		t.Fatalf("no column %s", column)
	}
	g[1][i] = value
	return g
}

func (g grid) csv(comma string) []byte {
	var b strings.Builder
	for _, row := range g {
		for i, cell := range row {
			if i > 0 {
				b.WriteString(comma)
			}
			if strings.ContainsAny(cell, comma+"\"\n") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
		}
		b.WriteString("\r\n")
	}
	return []byte(b.String())
}

// book is a workbook while it is made.
type book struct {
	t    testing.TB
	file *excelize.File
}

func newBook(t testing.TB) book {
	b := book{t, excelize.NewFile()}
	t.Cleanup(func() { b.file.Close() })
	return b
}

func (b book) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b book) sheet(name string, g grid) book {
	b.t.Helper()
	_, err := b.file.NewSheet(name)
	b.must(err)
	for i, row := range g {
		for j, cell := range row {
			at, err := excelize.CoordinatesToCellName(j+1, i+1)
			b.must(err)
			b.must(b.file.SetCellStr(name, at, cell))
		}
	}
	return b
}

func (b book) bytes() []byte {
	b.t.Helper()
	out, err := b.file.WriteToBuffer()
	b.must(err)
	return out.Bytes()
}

// wantOne reads a file that holds one vacancy.
func wantOne(t *testing.T, file []byte, want Vacancy) SheetReport {
	t.Helper()
	got, report, err := readVacancyBytes(load(t), file)
	if err != nil {
		t.Fatalf("%v %+v", err, report)
	}
	if diff := cmp.Diff([]Vacancy{want}, got); diff != "" {
		t.Errorf("%+v\n(-want +got):\n%s", report.Errors, diff)
	}
	return report
}

func TestTextSheets(t *testing.T) {
	v := decentVacancy()
	v.Title, v.Tasks = "Niñera «año»", "Preparar café; \"té\", agua\ny pan – todo"
	g := vacancyGrid(t, v)
	utf16 := func(order unicode.Endianness, bom unicode.BOMPolicy, s []byte) []byte {
		out, err := unicode.UTF16(order, bom).NewEncoder().Bytes(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	narrow := func(e encoding.Encoding, s []byte) []byte {
		out, err := e.NewEncoder().Bytes(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	shuffled := vacancyGrid(t, v)
	order := rand.New(rand.NewPCG(1, 2)).Perm(len(shuffled[0]))
	for i := range shuffled {
		row := make([]string, len(order))
		for to, from := range order {
			row[to] = shuffled[i][from]
		}
		shuffled[i] = append(row, "")
	}
	shuffled[0][len(order)] = "Observaciones"
	headed := append(grid{{"Ofertas de noviembre"}, {""}}, vacancyGrid(t, v)...)
	for name, file := range map[string][]byte{
		"commas":           g.csv(","),
		"semicolons":       g.csv(";"),
		"tabs":             g.csv("\t"),
		"byte order mark":  append([]byte("\ufeff"), g.csv(",")...),
		"Windows-1252":     narrow(charmap.Windows1252, g.csv(";")),
		"UTF-16LE marked":  utf16(unicode.LittleEndian, unicode.UseBOM, g.csv("\t")),
		"UTF-16BE marked":  utf16(unicode.BigEndian, unicode.UseBOM, g.csv(",")),
		"UTF-16LE bare":    utf16(unicode.LittleEndian, unicode.IgnoreBOM, g.csv(",")),
		"UTF-16BE bare":    utf16(unicode.BigEndian, unicode.IgnoreBOM, g.csv(",")),
		"Excel's sep":      append([]byte("sep=;\r\n"), g.csv(";")...),
		"line feeds only":  bytes.ReplaceAll(g.csv(","), []byte("\r\n"), []byte("\n")),
		"returns only":     bytes.ReplaceAll(bytes.ReplaceAll(g.csv(","), []byte("\r\n"), []byte("\r")), []byte("\n"), []byte("\r")),
		"no last line end": bytes.TrimRight(g.csv(","), "\r\n"),
		"another order":    shuffled.csv(","),
		"titles above":     headed.csv(";"),
		"empty rows": bytes.Replace(append(g.csv(","), []byte("\r\n"+strings.Repeat(",", len(g[0])-1)+"\r\n\r\n")...),
			[]byte("\r\n"), []byte("\r\n\r\n  \r\n"), 1),
	} {
		t.Run(name, func(t *testing.T) {
			report := wantOne(t, file, v)
			if report.Rows != 1 || report.Good != 1 || report.Bad != 0 {
				t.Errorf("%+v", report)
			}
			if name == "another order" && !slices.Equal(report.Ignored, []string{"Observaciones"}) {
				t.Errorf("ignored %q", report.Ignored)
			}
		})
	}
}

func TestHeadersAsPeopleWriteThem(t *testing.T) {
	v := decentVacancy()
	g := vacancyGrid(t, v)
	for from, to := range map[string]string{
		"ocupacion_codigo": "Ocupación", "municipio_codigo": " MUNICIPIO ", "salario_mensual_cop": "Salario mensual", "tipo_contrato": "Tipo de contrato",
		"fecha_inicio": "Fecha inicio", "horas_semana": "Horas/semana", "sexo_exigido": "Sexo",
	} {
		g[0][slices.Index(g[0], from)] = to
	}
	g[1][slices.Index(g[0], "Ocupación")] = "Ayudante de cocina"
	g[1][slices.Index(g[0], " MUNICIPIO ")] = "cúcuta"
	g[1][slices.Index(g[0], "Tipo de contrato")] = "A término indefinido"
	g[1][slices.Index(g[0], "Sexo")] = "Indiferente"
	wantOne(t, g.csv(";"), v)
}

func TestWorkbooks(t *testing.T) {
	v := decentVacancy()
	t.Run("extra sheets", func(t *testing.T) {
		b := newBook(t).sheet("Instrucciones", grid{{"Llene la hoja siguiente"}, {"id", "ejemplo"}}).
			sheet("Datos", vacancyGrid(t, v)).sheet("Listas", grid{{"si"}, {"no"}})
		if report := wantOne(t, b.bytes(), v); report.Sheet != "Datos" {
			t.Errorf("read %q", report.Sheet)
		}
	})
	t.Run("dates and numbers as Excel stores them", func(t *testing.T) {
		b := newBook(t).sheet("Datos", vacancyGrid(t, v))
		style, err := b.file.NewStyle(&excelize.Style{NumFmt: 14})
		b.must(err)
		at := func(column string) string {
			name, err := excelize.CoordinatesToCellName(slices.Index(vacancyGrid(t, v)[0], column)+1, 2)
			b.must(err)
			return name
		}
		b.must(b.file.SetCellValue("Datos", at("fecha_inicio"), 46357)) // 2026-12-01
		b.must(b.file.SetCellStyle("Datos", at("fecha_inicio"), at("fecha_inicio"), style))
		b.must(b.file.SetCellValue("Datos", at("fecha_publicacion"), 46342.75))
		b.must(b.file.SetCellStr("Datos", at("fecha_vencimiento"), "15/12/2026"))
		b.must(b.file.SetCellValue("Datos", at("salario_mensual_cop"), 1900000.0))
		b.must(b.file.SetCellValue("Datos", at("municipio_codigo"), 54001))
		b.must(b.file.SetCellValue("Datos", at("horas_semana"), 42))
		b.must(b.file.SetCellValue("Datos", at("contrato_escrito"), true))
		wantOne(t, b.bytes(), v)
	})
	t.Run("days counted from 1904", func(t *testing.T) {
		b := newBook(t).sheet("Datos", vacancyGrid(t, v).set(t, "fecha_inicio", "44895").set(t, "municipio_codigo", "54001"))
		yes := true
		b.must(b.file.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
		wantOne(t, b.bytes(), v)
	})
	t.Run("a code that lost its first zero", func(t *testing.T) {
		w := v
		w.Municipality = "05001"
		wantOne(t, newBook(t).sheet("Datos", vacancyGrid(t, v).set(t, "municipio_codigo", "5001")).bytes(), w)
	})
	t.Run("empty rows", func(t *testing.T) {
		g := vacancyGrid(t, v)
		g = grid{{}, g[0], {}, {"", " "}, g[1], {}}
		if report := wantOne(t, newBook(t).sheet("Datos", g).bytes(), v); report.Rows != 1 {
			t.Errorf("%d rows", report.Rows)
		}
	})
	t.Run("formulas", func(t *testing.T) {
		d := load(t)
		g := vacancyGrid(t, v)
		at, err := excelize.CoordinatesToCellName(slices.Index(g[0], "edad_max")+1, 2)
		if err != nil {
			t.Fatal(err)
		}
		b := newBook(t).sheet("Datos", g)
		b.must(b.file.SetCellValue("Datos", at, 119))
		for cell, want := range map[string]int{
			"<f>20+8</f><v>119</v>": 119,
			// A formula whose value nobody computed must not read as nothing.
			"<f>20+8</f>":        -1,
			"<f>20+8</f><v></v>": -1,
			"<f>20+8</f><v/>":    -1,
			"<f/><v> </v>":       -1,
		} {
			vacancies, report, err := readVacancyBytes(d, withPart(t, b.bytes(), "xl/worksheets/sheet2.xml", "<v>119</v>", cell))
			switch {
			case err != nil:
				t.Errorf("%s: %v", cell, err)
			case want < 0 && (report.Bad != 1 || report.Errors[0].Reason != rowFormula || report.Errors[0].Column != "edad_max"):
				t.Errorf("%s: %+v", cell, report)
			case want >= 0 && (len(vacancies) != 1 || vacancies[0].MaxAge != want):
				t.Errorf("%s: %+v", cell, report)
			}
		}
		// A text that a formula made empty is empty.
		b.must(b.file.SetCellValue("Datos", at, 119))
		made := withPart(t, b.bytes(), "xl/worksheets/sheet2.xml", `><v>119</v>`, ` t="str"><f>""</f><v></v>`)
		if vacancies, report, err := readVacancyBytes(d, made); err != nil || len(vacancies) != 1 || vacancies[0].MaxAge != 0 {
			t.Errorf("an empty text: %v %+v", err, report)
		}
		_, report, err := readVacancyBytes(d, newBook(t).sheet("Datos", vacancyGrid(t, v).set(t, "edad_max", "#¡REF!")).bytes())
		if err != nil || report.Bad != 1 || report.Errors[0].Reason != rowFormula {
			t.Errorf("failed: %v %+v", err, report)
		}
	})
}

// part is one part of a workbook.
func part(t *testing.T, file []byte, name string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	in, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// withPart changes a text of one part of a workbook.
func withPart(t *testing.T, file []byte, name, old, text string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.File {
		parts[f.Name] = string(part(t, file, f.Name))
	}
	if strings.Count(parts[name], old) != 1 {
		t.Fatalf("%q is %d times in %s", old, strings.Count(parts[name], old), name)
	}
	parts[name] = strings.Replace(parts[name], old, text, 1)
	return zipOf(t, parts)
}

func TestUnreadableFiles(t *testing.T) {
	d := load(t)
	whole := newBook(t).sheet("Datos", vacancyGrid(t, decentVacancy(), decentVacancy())).bytes()
	manyColumns := bytes.Repeat([]byte("x,"), 1<<20)
	for name, c := range map[string]struct {
		file   []byte
		reason string
	}{
		"nothing":          {nil, sheetEmpty},
		"blank":            {[]byte("\r\n \r\n"), sheetEmpty},
		"header only":      {vacancyGrid(t).csv(","), sheetEmpty},
		"another table":    {[]byte("nombre,correo\r\na,b\r\n"), sheetMissing},
		"a picture":        {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), sheetNotSpreadsheet},
		"old Excel":        {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), sheetOldFormat},
		"one endless line": {manyColumns, sheetNotSpreadsheet},
		"a zip of text":    {zipOf(t, map[string]string{"hola.txt": "hola"}), sheetNotSpreadsheet},
		"an empty book":    {zipOf(t, map[string]string{"xl/workbook.xml": "<workbook/>"}), sheetBroken},
		"not XML":          {zipOf(t, map[string]string{"xl/workbook.xml": "<<<", "xl/_rels/workbook.xml.rels": "<<<"}), sheetBroken},
		"sheet cut off":    {cutSheet(t, whole), sheetBroken},
	} {
		_, _, err := readVacancyBytes(d, c.file)
		var sheet *SheetError
		if !errors.As(err, &sheet) || sheet.Reason != c.reason {
			t.Errorf("%s: %v, want %s", name, err, c.reason)
		}
	}
	for cut := range 40 { // a download that broke off
		n := len(whole) * cut / 40
		var sheet *SheetError
		if vacancies, _, err := readVacancyBytes(d, whole[:n]); !errors.As(err, &sheet) {
			t.Errorf("cut at %d of %d: %v and %d rows", n, len(whole), err, len(vacancies))
		}
	}
}

func zipOf(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// cutSheet ends the worksheet in the middle; the archive stays in order.
func cutSheet(t *testing.T, file []byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, f := range archive.File {
		text := string(part(t, file, f.Name))
		if strings.Contains(text, "<sheetData") && strings.Contains(text, "T-1") || f.Name == "xl/worksheets/sheet2.xml" {
			text = text[:len(text)/2]
		}
		parts[f.Name] = text
	}
	return zipOf(t, parts)
}

// TestTruncatedText: the rows before the cut are whole, the last one is not.
func TestTruncatedText(t *testing.T) {
	a, b := decentVacancy(), decentVacancy()
	b.ID = "T-2"
	file := vacancyGrid(t, a, b).csv(",")
	vacancies, report, err := readVacancyBytes(load(t), file[:len(file)-40])
	if err != nil || len(vacancies) != 1 || report.Bad != 1 || report.Errors[0].Reason != rowCells || report.Unnamed != 1 {
		t.Errorf("%v %+v", err, report)
	}
}

func TestZipBombs(t *testing.T) {
	d := load(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for name, c := range map[string]struct {
		file   []byte
		reason string
	}{
		"declared":       {bomb(t, 1<<20, maxSheetUnzip+1), sheetTooBig},
		"many parts":     {zipOf(t, manyParts()), sheetTooBig},
		"more than told": {bomb(t, 8<<20, 1000), sheetBroken},
	} {
		_, _, err := readVacancyBytes(d, c.file)
		var sheet *SheetError
		if !errors.As(err, &sheet) || sheet.Reason != c.reason {
			t.Errorf("%s (%d bytes): %v, want %s", name, len(c.file), err, c.reason)
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 256<<20 {
		t.Errorf("the process grew by %d MB", grown>>20)
	}
}

func manyParts() map[string]string {
	parts := map[string]string{"xl/workbook.xml": "<workbook/>"}
	for i := range 10_001 {
		parts[fmt.Sprint("x/", i)] = ""
	}
	return parts
}

// bomb is a workbook with a worksheet of so many spaces; told is what its
// directory declares.
func bomb(t *testing.T, size, told int64) []byte {
	t.Helper()
	base := newBook(t).sheet("Datos", grid{{"id"}}).bytes()
	archive, err := zip.NewReader(bytes.NewReader(base), int64(len(base)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range archive.File {
		if f.Name != "xl/worksheets/sheet2.xml" {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	var packed bytes.Buffer
	inner := zip.NewWriter(&packed)
	f, err := inner.Create("xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, "<worksheet><sheetData>")
	chunk := bytes.Repeat([]byte(" "), 1<<20)
	for left := size; left > 0; left -= int64(len(chunk)) {
		f.Write(chunk)
	}
	io.WriteString(f, "</sheetData></worksheet>")
	if err := inner.Close(); err != nil {
		t.Fatal(err)
	}
	opened, err := zip.NewReader(bytes.NewReader(packed.Bytes()), int64(packed.Len()))
	if err != nil {
		t.Fatal(err)
	}
	header := opened.File[0].FileHeader
	if told != size {
		header.UncompressedSize64 = uint64(told)
	}
	raw, err := opened.File[0].OpenRaw()
	if err != nil {
		t.Fatal(err)
	}
	to, err := w.CreateRaw(&header)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(to, raw)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestManyRows reads a catalogue far larger than any, and holds none of it.
func TestManyRows(t *testing.T) {
	rows := 30_000
	if testing.Short() {
		rows = 5_000
	}
	d := load(t)
	var file bytes.Buffer
	v := decentVacancy()
	err := WriteVacancies(&file, CSV, func(yield func(Vacancy) bool) {
		for i := range rows {
			v.ID = fmt.Sprintf("N-%d", i)
			if !yield(v) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, read := heap(), uint64(0), 0
	report, err := d.ReadVacancies(bytes.NewReader(file.Bytes()), int64(file.Len()), func(int, Vacancy) error {
		if read++; read%(rows/4) == 0 {
			most = max(most, heap())
		}
		return nil
	})
	if err != nil || report.Good != rows || report.Bad != 0 {
		t.Fatalf("%v %+v", err, report)
	}
	if grown := int64(most) - int64(before); grown > 24<<20 {
		t.Errorf("%d rows: the heap grew by %d MB", rows, grown>>20)
	}
}

func TestRowsWithMistakes(t *testing.T) {
	d := load(t)
	long := strings.Repeat("á", maxCellRunes+1)
	for name, c := range map[string]struct {
		column, value string
		want          RowError // Row and Column are filled in
	}{
		"no id":                  {"id", "", RowError{Reason: rowEmptyCell}},
		"an id with a space":     {"id", "V 1", RowError{Value: "V 1", Reason: rowNotID, Suggestions: []string{"V-1"}}},
		"an id with braces":      {"id", "{b17}:x", RowError{Value: "{b17}:x", Reason: rowNotID, Suggestions: []string{"B17-X"}}},
		"an id of a page":        {"id", "export", RowError{Value: "export", Reason: rowReserved, Suggestions: []string{"EXPORT-1"}}},
		"no title":               {"titulo", " ", RowError{Reason: rowEmptyCell}},
		"a long text":            {"descripcion", long, RowError{Value: strings.Repeat("á", maxErrorValue) + "…", Reason: rowTooLong}},
		"a town with a slip":     {"municipio_codigo", "Cucutta", RowError{Value: "Cucutta", Reason: rowNoPlace, Suggestions: []string{"54001 Cúcuta, Norte de Santander"}}},
		"a town of two":          {"municipio_codigo", "Armenia", RowError{Value: "Armenia", Reason: rowNoPlace, Suggestions: []string{"63001 Armenia, Quindío", "05059 Armenia, Antioquia"}}},
		"a code with a slip":     {"municipio_codigo", "54010", RowError{Value: "54010", Reason: rowNoPlace, Suggestions: []string{"54001 Cúcuta, Norte de Santander", "54810 Tibú, Norte de Santander"}}},
		"no town at all":         {"municipio_codigo", "Xyzzy", RowError{Value: "Xyzzy", Reason: rowNoPlace}},
		"an occupation's slip":   {"ocupacion_codigo", "panaderro", RowError{Value: "panaderro", Reason: rowNoOccupation}},
		"four digits":            {"ocupacion_codigo", "9411", RowError{Value: "9411", Reason: rowNoOccupation}},
		"no occupation":          {"ocupacion_codigo", "", RowError{Reason: rowEmptyCell}},
		"pay in words":           {"salario_mensual_cop", "mínimo", RowError{Value: "mínimo", Reason: rowNotMoney}},
		"pay with centavos":      {"salario_mensual_cop", "1750905,50", RowError{Value: "1750905,50", Reason: rowNotMoney}},
		"pay below nothing":      {"salario_mensual_cop", "-1", RowError{Value: "-1", Reason: rowNotMoney}},
		"a code not listed":      {"tipo_contrato", "eterno", RowError{Value: "eterno", Reason: rowNotListed, Suggestions: []string{"indefinido", "fijo", "obra_o_labor", "prestacion_servicios", "aprendizaje", "ocasional", "verbal", "no_informa"}}},
		"neither yes nor no":     {"contrato_escrito", "tal vez", RowError{Value: "tal vez", Reason: rowNotYesNo, Suggestions: []string{"si", "no", "no_aplica", "no_informa"}}},
		"month first":            {"fecha_inicio", "12/31/2026", RowError{Value: "12/31/2026", Reason: rowNotDate}},
		"no such day":            {"fecha_inicio", "30/02/2026", RowError{Value: "30/02/2026", Reason: rowNotDate}},
		"a fraction of a post":   {"puestos", "1,5", RowError{Value: "1,5", Reason: rowNotNumber}},
		"more hours than a week": {"horas_semana", "169", RowError{Value: "169", Reason: rowNotNumber}},
		"eight days":             {"dias_semana", "8", RowError{Value: "8", Reason: rowNotNumber}},
		"an unknown document":    {"documentos_aceptados", "CC|XYZ", RowError{Value: "CC|XYZ", Reason: rowNotListed}},
	} {
		t.Run(name, func(t *testing.T) {
			other := decentVacancy()
			other.ID = "T-2"
			file := vacancyGrid(t, decentVacancy(), other).set(t, c.column, c.value).csv(",")
			vacancies, report, err := readVacancyBytes(d, file)
			if err != nil || len(vacancies) != 1 || vacancies[0].ID != "T-2" || report.Rows != 2 || report.Good != 1 || report.Bad != 1 || len(report.Errors) != 1 {
				t.Fatalf("%v, %d good, %+v", err, len(vacancies), report)
			}
			got := report.Errors[0]
			want := c.want
			want.Row, want.Column = 2, c.column
			if want.Suggestions == nil && (c.want.Reason == rowNoOccupation && c.value != "" || c.want.Reason == rowNotListed) {
				if len(got.Suggestions) == 0 {
					t.Error("nothing is suggested")
				}
				want.Suggestions = got.Suggestions
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if named := c.column != "id"; named && !slices.Equal(report.BadIDs, []string{"T-1"}) || !named && report.Unnamed != 1 {
				t.Errorf("ids %v, %d unnamed", report.BadIDs, report.Unnamed)
			}
		})
	}
}

// TestReportsKeepContacts: what staff copy around holds nobody's telephone.
func TestReportsKeepContacts(t *testing.T) {
	file := vacancyGrid(t, decentVacancy()).set(t, "municipio_codigo", "llame al 300 123 4567 o a@b.co").
		set(t, "contacto", strings.Repeat("3001234567 ", 500)).csv(",")
	_, report, err := readVacancyBytes(load(t), file)
	if err != nil || len(report.Errors) != 2 {
		t.Fatalf("%v %+v", err, report)
	}
	for _, e := range report.Errors {
		if strings.Contains(e.Value, "4567") || strings.Contains(e.Value, "a@b.co") {
			t.Errorf("%s: %q", e.Column, e.Value)
		}
	}
}

func TestDamagedRowsStopNobody(t *testing.T) {
	rows := []Vacancy{}
	for i := range 4 {
		v := decentVacancy()
		v.ID = fmt.Sprintf("T-%d", i+1)
		rows = append(rows, v)
	}
	rows[3].ID = "T-1" // again
	g := vacancyGrid(t, rows...)
	lines := strings.SplitAfter(string(g.csv(",")), "\r\n")
	lines[2] = strings.Replace(lines[2], "T-2", `"T-2`, 1) // opens a quote for good
	vacancies, report, err := readVacancyBytes(load(t), []byte(strings.Join(lines, "")))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range vacancies {
		got = append(got, v.ID)
	}
	if diff := cmp.Diff([]string{"T-1", "T-3"}, got); diff != "" {
		t.Errorf("good rows (-want +got):\n%s", diff)
	}
	want := []RowError{{Row: 3, Reason: rowQuotes}, {Row: 5, Column: "id", Value: "T-1", Reason: rowDuplicate, Earlier: 2}}
	if diff := cmp.Diff(want, report.Errors); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReportIsBounded(t *testing.T) {
	g := vacancyGrid(t, decentVacancy())
	for i := range 1500 {
		row := slices.Clone(g[1])
		row[0] = fmt.Sprintf("B-%d", i)
		row[slices.Index(g[0], "dias_semana")] = "9"
		g = append(g, row)
	}
	_, report, err := readVacancyBytes(load(t), g.csv(","))
	if err != nil || len(report.Errors) != maxRowErrors || report.Untold != 500 || report.Bad != 1500 || report.Good != 1 {
		t.Errorf("%v, %d errors, %d untold, %d bad, %d good", err, len(report.Errors), report.Untold, report.Bad, report.Good)
	}
}

// TestRoundTrip writes what no spreadsheet program may change, and reads it.
func TestRoundTrip(t *testing.T) {
	d := load(t)
	v := decentVacancy()
	v.Pay, v.Fee, v.Experience = nil, nil, nil
	v.Title, v.Tasks, v.Requirements = "=1+1", "uno;dos,\"tres\"\ncuatro\tcinco", "'=comillas"
	v.Employer, v.Schedule, v.SPECode, v.Contact, v.FeeDetail = "@empleador", "-8 a 5", "00123", "+57 300 123 4567", "''-x"
	v.Hours = 37.5
	var empty Vacancy
	empty.ID, empty.Title, empty.Employer, empty.Occupation = "7", "1e5", "0042", "941"
	want := []Vacancy{v, empty}
	want[0].Tasks = strings.ReplaceAll(v.Tasks, "\t", " ") // the only thing that a cell cannot hold
	for _, format := range []SheetFormat{CSV, XLSX} {
		var file bytes.Buffer
		if err := WriteVacancies(&file, format, slices.Values([]Vacancy{v, empty})); err != nil {
			t.Fatal(err)
		}
		got, report, err := readVacancyBytes(d, file.Bytes())
		if err != nil || report.Bad > 0 {
			t.Fatalf("%s: %v %+v", format, err, report.Errors)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", format, diff)
		}
	}
}

// TestSamplesRoundTrip: nothing of the samples is lost in either format.
func TestSamplesRoundTrip(t *testing.T) {
	d := load(t)
	samples, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []SheetFormat{CSV, XLSX} {
		roundTrip(t, format, samples.Courses, WriteCourses, d.ReadCourses)
		roundTrip(t, format, samples.Events, WriteEvents, d.ReadEvents)
		roundTrip(t, format, samples.Vacancies, WriteVacancies, d.ReadVacancies)
		roundTrip(t, format, d.HelpLines, WriteHelpLines, d.ReadHelpLines)
	}
}

func roundTrip[T any](t *testing.T, format SheetFormat, rows []T, write func(io.Writer, SheetFormat, iter.Seq[T]) error, read func(io.ReaderAt, int64, func(int, T) error) (SheetReport, error)) {
	t.Helper()
	var file bytes.Buffer
	if err := write(&file, format, slices.Values(rows)); err != nil {
		t.Fatal(err)
	}
	var got []T
	report, err := read(bytes.NewReader(file.Bytes()), int64(file.Len()), func(_ int, v T) error { got = append(got, v); return nil })
	if err != nil || report.Bad > 0 || len(report.Ignored) > 0 {
		t.Fatalf("%s: %v %+v", format, err, report)
	}
	if diff := cmp.Diff(rows, got, cmp.AllowUnexported(HelpLine{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", format, diff)
	}
}
