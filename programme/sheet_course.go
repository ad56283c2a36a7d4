package programme

import (
	"io"
	"iter"
	"strconv"
)

// ReadCourses reads the columns of samples/cursos.csv in the ways of
// ReadVacancies.
func (d *Data) ReadCourses(r io.ReaderAt, size int64, each func(row int, c Course) error) (SheetReport, error) {
	return readSheet(d, courseTable(), r, size, each)
}

// WriteCourses writes what ReadCourses reads.
func WriteCourses(w io.Writer, format SheetFormat, rows iter.Seq[Course]) error {
	return writeSheet(w, format, "cursos", courseTable(), rows)
}

// lineWords are the short names of the lines in spreadsheets.
func lineWords() map[string]Line {
	return map[string]Line{"emprendimiento": Emprendimiento, "laboral": InclusionLaboral, "comunitaria": IntegracionComunitaria}
}

func (c *sheetCell) line() Line {
	c.synonym(map[string]string{string(InclusionLaboral): "laboral", string(IntegracionComunitaria): "comunitaria", "empleo": "laboral", "comunidad": "comunitaria", "negocio": "emprendimiento"})
	if c.required() == "" {
		return ""
	}
	return lineWords()[c.listed()]
}

func writeLine(line Line) string {
	for word, l := range lineWords() {
		if l == line {
			return word
		}
	}
	return string(line)
}

func courseTable() sheetTable[Course] {
	type column = sheetColumn[Course]
	text := func(name string, optional, required bool, field func(*Course) *string) column {
		return column{
			name: name, optional: optional, kind: CellText,
			read: func(c *sheetCell, v *Course) {
				*field(v) = c.text
				if required {
					c.required()
				}
			},
			write: func(v Course) string { return *field(&v) },
		}
	}
	code := func(name string, field func(*Course) *string) column {
		return column{
			name: name, optional: true, kind: CellCode,
			read:  func(c *sheetCell, v *Course) { *field(v) = c.code() },
			write: func(v Course) string { return *field(&v) },
		}
	}
	list := func(name string, field func(*Course) *[]string) column {
		return column{
			name: name, optional: true, kind: CellCodes,
			read:  func(c *sheetCell, v *Course) { *field(v) = c.list() },
			write: func(v Course) string { return writeList(*field(&v)) },
		}
	}
	date := func(name string, field func(*Course) *Date) column {
		return column{
			name: name, kind: CellDate,
			read: func(c *sheetCell, v *Course) {
				c.required()
				*field(v) = c.date()
			},
			write: func(v Course) string { return field(&v).String() },
		}
	}
	return sheetTable[Course]{
		id:   func(v Course) string { return v.ID },
		twin: func(v Course) string { return sameWords(v.Title, v.Municipality, string(v.Mode), v.Starts.String()) },
		over: func(v Course, today Date) bool {
			return !v.Withdrawn.IsZero() || v.State == stateCancelled || v.Ends.Before(today)
		},
		listed: func(v *Course) *Date { return &v.Withdrawn },
		whole: func(v Course) (string, string) {
			if v.Ends.Before(v.Starts) {
				return "fecha_fin", rowEndFirst
			}
			return "", ""
		},
		columns: []column{
			idColumn(func(v *Course) *string { return &v.ID }),
			text("titulo", false, true, func(v *Course) *string { return &v.Title }),
			{
				name: "linea", kind: CellChoice, codes: sortedKeys(lineWords()),
				read:  func(c *sheetCell, v *Course) { v.Line = c.line() },
				write: func(v Course) string { return writeLine(v.Line) },
			},
			code("tipo", func(v *Course) *string { return &v.Kind }),
			text("organiza", true, false, func(v *Course) *string { return &v.Organiser }),
			{
				name: "modalidad", kind: CellChoice, codes: []string{string(OnSite), string(Virtual), string(Mixed)},
				read: func(c *sheetCell, v *Course) {
					c.synonym(map[string]string{"hibrido": "mixto", "hibrida": "mixto", "mixta": "mixto", "en_linea": "virtual", "remoto": "virtual"})
					c.required()
					v.Mode = Mode(c.listed())
				},
				write: func(v Course) string { return string(v.Mode) },
			},
			{
				name: "municipio_codigo", aliases: []string{"municipio", "codigo_municipio", "divipola"}, kind: CellMunicipality,
				read: func(c *sheetCell, v *Course) {
					if v.Municipality = c.municipality(); c.text == "" && v.Mode != Virtual {
						c.fail(rowEmptyCell)
					}
				},
				write: func(v Course) string { return v.Municipality },
			},
			{
				name: "horas", optional: true, kind: CellCount,
				read:  func(c *sheetCell, v *Course) { v.Hours = c.count(10_000) },
				write: func(v Course) string { return writeCount(v.Hours) },
			},
			date("fecha_inicio", func(v *Course) *Date { return &v.Starts }),
			date("fecha_fin", func(v *Course) *Date { return &v.Ends }),
			text("horario", true, false, func(v *Course) *string { return &v.Schedule }),
			{
				name: "cupos", kind: CellCount,
				read:  func(c *sheetCell, v *Course) { v.Places = c.count(maxPosts) },
				write: func(v Course) string { return writeCount(v.Places) },
			},
			long(text("requisitos", true, false, func(v *Course) *string { return &v.Requirements })),
			{
				name: "documentos_aceptados", kind: CellDocuments,
				read:  func(c *sheetCell, v *Course) { v.Documents = c.documents() },
				write: func(v Course) string { return writeList(v.Documents) },
			},
			code("certificado", func(v *Course) *string { return &v.Certificate }),
			{
				name: "costo_cop", aliases: []string{"costo"}, optional: true, kind: CellMoney,
				read:  func(c *sheetCell, v *Course) { v.Cost = c.cost() },
				write: func(v Course) string { return strconv.FormatInt(v.Cost, 10) },
			},
			list("apoyos", func(v *Course) *[]string { return &v.Supports }),
			list("accesibilidad", func(v *Course) *[]string { return &v.Access }),
			leadsColumn(func(v *Course) *[]string { return &v.Reminders }),
			{
				name: "estado", kind: CellChoice, codes: []string{stateOpen, stateClosed, stateCancelled},
				read: func(c *sheetCell, v *Course) {
					c.required()
					v.State = c.listed()
				},
				write: func(v Course) string { return v.State },
			},
		},
	}
}

// cost reads whole pesos; empty means that it costs nothing.
func (c *sheetCell) cost() int64 {
	if n := c.money(); n != nil {
		return *n
	}
	return 0
}
