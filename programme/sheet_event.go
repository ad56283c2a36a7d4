package programme

import (
	"io"
	"iter"
	"strconv"
)

// ReadEvents reads the columns of samples/eventos.csv in the ways of
// ReadVacancies.
func (d *Data) ReadEvents(r io.ReaderAt, size int64, each func(row int, e Event) error) (SheetReport, error) {
	return readSheet(d, eventTable(), r, size, each)
}

// WriteEvents writes what ReadEvents reads.
func WriteEvents(w io.Writer, format SheetFormat, rows iter.Seq[Event]) error {
	return writeSheet(w, format, "eventos", eventTable(), rows)
}

func eventTable() sheetTable[Event] {
	type column = sheetColumn[Event]
	text := func(name string, optional, required bool, field func(*Event) *string) column {
		return column{
			name: name, optional: optional, kind: CellText,
			read: func(c *sheetCell, v *Event) {
				*field(v) = c.text
				if required {
					c.required()
				}
			},
			write: func(v Event) string { return *field(&v) },
		}
	}
	code := func(name string, field func(*Event) *string) column {
		return column{
			name: name, optional: true, kind: CellCode,
			read:  func(c *sheetCell, v *Event) { *field(v) = c.code() },
			write: func(v Event) string { return *field(&v) },
		}
	}
	clock := func(name string, field func(*Event) *string) column {
		return column{
			name: name, optional: true, kind: CellClock,
			read:  func(c *sheetCell, v *Event) { *field(v) = c.clock() },
			write: func(v Event) string { return *field(&v) },
		}
	}
	yesNo := func(name string, field func(*Event) *Stated) column {
		return column{
			name: name, kind: CellYesNo,
			read: func(c *sheetCell, v *Event) {
				c.required()
				*field(v) = c.yesNo()
			},
			write: func(v Event) string { return string(*field(&v)) },
		}
	}
	return sheetTable[Event]{
		id:   func(v Event) string { return v.ID },
		twin: func(v Event) string { return sameWords(v.Title, v.Municipality, v.On.String()) },
		over: func(v Event, today Date) bool {
			return !v.Withdrawn.IsZero() || v.State == stateCancelled || v.On.Before(today)
		},
		listed: func(v *Event) *Date { return &v.Withdrawn },
		columns: []column{
			idColumn(func(v *Event) *string { return &v.ID }),
			text("titulo", false, true, func(v *Event) *string { return &v.Title }),
			code("tipo", func(v *Event) *string { return &v.Kind }),
			{
				name: "linea", kind: CellChoice, codes: sortedKeys(lineWords()),
				read:  func(c *sheetCell, v *Event) { v.Line = c.line() },
				write: func(v Event) string { return writeLine(v.Line) },
			},
			text("organiza", true, false, func(v *Event) *string { return &v.Organiser }),
			{
				name: "municipio_codigo", aliases: []string{"municipio", "codigo_municipio", "divipola"}, kind: CellMunicipality,
				read: func(c *sheetCell, v *Event) {
					if c.required() != "" {
						v.Municipality = c.municipality()
					}
				},
				write: func(v Event) string { return v.Municipality },
			},
			text("lugar", false, true, func(v *Event) *string { return &v.Place }),
			{
				name: "fecha", kind: CellDate,
				read: func(c *sheetCell, v *Event) {
					c.required()
					v.On = c.date()
				},
				write: func(v Event) string { return v.On.String() },
			},
			clock("hora_inicio", func(v *Event) *string { return &v.Starts }),
			clock("hora_fin", func(v *Event) *string { return &v.Ends }),
			{
				name: "cupos", kind: CellCount,
				read:  func(c *sheetCell, v *Event) { v.Places = c.count(maxPosts) },
				write: func(v Event) string { return writeCount(v.Places) },
			},
			yesNo("requiere_inscripcion", func(v *Event) *Stated { return &v.SignUp }),
			code("dirigido_a", func(v *Event) *string { return &v.For }),
			yesNo("menores_con_acompanante", func(v *Event) *Stated { return &v.Minors }),
			long(text("descripcion", true, false, func(v *Event) *string { return &v.Description })),
			{
				name: "costo_cop", aliases: []string{"costo"}, optional: true, kind: CellMoney,
				read:  func(c *sheetCell, v *Event) { v.Cost = c.cost() },
				write: func(v Event) string { return strconv.FormatInt(v.Cost, 10) },
			},
			{
				name: "accesibilidad", optional: true, kind: CellCodes,
				read:  func(c *sheetCell, v *Event) { v.Access = c.list() },
				write: func(v Event) string { return writeList(v.Access) },
			},
			leadsColumn(func(v *Event) *[]string { return &v.Reminders }),
			{
				name: "estado", kind: CellChoice, codes: []string{stateConfirmed, statePostponed, stateClosed, stateCancelled},
				read: func(c *sheetCell, v *Event) {
					c.required()
					v.State = c.listed()
				},
				write: func(v Event) string { return v.State },
			},
		},
	}
}
