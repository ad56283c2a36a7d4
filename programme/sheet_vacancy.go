package programme

import (
	"io"
	"iter"
	"strconv"
)

// Bounds of figures in a vacancy, beyond which a cell holds a slip.
const (
	maxPosts  = 100_000
	maxMonths = 600
	maxAge    = 120
)

// ReadVacancies reads the columns of samples/vacantes.csv from CSV (UTF-8,
// UTF-16 or Windows-1252; parted by commas, semicolons or tabs) or XLSX, in any
// order, and hands each good row to each with its row number. See readSheet for
// errors; a row with a mistake is reported and does not stop the others.
// Municipalities and occupations may be codes or names.
func (d *Data) ReadVacancies(r io.ReaderAt, size int64, each func(row int, v Vacancy) error) (SheetReport, error) {
	return readSheet(d, vacancyTable(), r, size, each)
}

// WriteVacancies writes what ReadVacancies reads.
func WriteVacancies(w io.Writer, format SheetFormat, rows iter.Seq[Vacancy]) error {
	return writeSheet(w, format, "vacantes", vacancyTable(), rows)
}

func vacancyTable() sheetTable[Vacancy] {
	type column = sheetColumn[Vacancy]
	text := func(name string, optional, required bool, field func(*Vacancy) *string) column {
		return column{
			name: name, optional: optional, kind: CellText,
			read: func(c *sheetCell, v *Vacancy) {
				*field(v) = c.text
				if required {
					c.required()
				}
			},
			write: func(v Vacancy) string { return *field(&v) },
		}
	}
	stated := func(name string, field func(*Vacancy) *Stated) column {
		return column{
			name: name, kind: CellStated,
			read:  func(c *sheetCell, v *Vacancy) { *field(v) = c.stated() },
			write: func(v Vacancy) string { return string(*field(&v)) },
		}
	}
	count := func(name string, most int, optional bool, field func(*Vacancy) *int) column {
		return column{
			name: name, optional: optional, kind: CellCount,
			read:  func(c *sheetCell, v *Vacancy) { *field(v) = c.count(most) },
			write: func(v Vacancy) string { return writeCount(*field(&v)) },
		}
	}
	amount := func(name string, field func(*Vacancy) **int64) column {
		return column{
			name: name, kind: CellMoney,
			read:  func(c *sheetCell, v *Vacancy) { *field(v) = c.money() },
			write: func(v Vacancy) string { return writeAmount(*field(&v)) },
		}
	}
	date := func(name string, optional bool, field func(*Vacancy) *Date) column {
		return column{
			name: name, optional: optional, kind: CellDate,
			read:  func(c *sheetCell, v *Vacancy) { *field(v) = c.date() },
			write: func(v Vacancy) string { return field(&v).String() },
		}
	}
	return sheetTable[Vacancy]{
		id: func(v Vacancy) string { return v.ID },
		twin: func(v Vacancy) string {
			return sameWords(companyName(v.Employer), v.Title, v.Municipality, string(v.Mode))
		},
		over: func(v Vacancy, today Date) bool {
			return v.Standing(today) == StandingClosed || v.Standing(today) == StandingEnded
		},
		listed: func(v *Vacancy) *Date { return &v.Withdrawn },
		columns: []column{
			idColumn(func(v *Vacancy) *string { return &v.ID }),
			text("titulo", false, true, func(v *Vacancy) *string { return &v.Title }),
			{
				name: "ocupacion_codigo", aliases: []string{"ocupacion", "codigo_ocupacion", "ciuo"}, kind: CellOccupation,
				read:  func(c *sheetCell, v *Vacancy) { v.Occupation = c.occupation() },
				write: func(v Vacancy) string { return v.Occupation },
			},
			text("empleador", false, true, func(v *Vacancy) *string { return &v.Employer }),
			stated("empleador_verificado", func(v *Vacancy) *Stated { return &v.EmployerVerified }),
			{
				name: "municipio_codigo", aliases: []string{"municipio", "codigo_municipio", "divipola"}, kind: CellMunicipality,
				read:  func(c *sheetCell, v *Vacancy) { v.Municipality = c.municipality() },
				write: func(v Vacancy) string { return v.Municipality },
			},
			{
				name: "modalidad", kind: CellChoice, codes: []string{string(OnSite), string(Remote), string(Mixed)},
				read: func(c *sheetCell, v *Vacancy) {
					c.synonym(map[string]string{"hibrido": "mixto", "hibrida": "mixto", "mixta": "mixto", "teletrabajo": "remoto", "virtual": "remoto", "remota": "remoto"})
					v.Mode = Mode(c.listed())
				},
				write: func(v Vacancy) string { return string(v.Mode) },
			},
			long(text("descripcion", false, false, func(v *Vacancy) *string { return &v.Tasks })),
			minor(count("puestos", maxPosts, false, func(v *Vacancy) *int { return &v.Posts })),
			{
				name: "tipo_contrato", aliases: []string{"contrato", "tipo_de_contrato"}, kind: CellChoice,
				codes: []string{string(Indefinite), string(FixedTerm), string(WorkOrTask), string(Services), string(Apprenticeship), string(Occasional), string(Verbal), string(NoContractTold)},
				read: func(c *sheetCell, v *Vacancy) {
					c.synonym(map[string]string{
						"termino_indefinido": "indefinido", "a_termino_indefinido": "indefinido", "termino_fijo": "fijo", "a_termino_fijo": "fijo",
						"obra_labor": "obra_o_labor", "obra_y_labor": "obra_o_labor", "por_obra_o_labor": "obra_o_labor",
						"prestacion_de_servicios": "prestacion_servicios", "servicios": "prestacion_servicios", "ops": "prestacion_servicios",
						"contrato_de_aprendizaje": "aprendizaje", "no_se_informa": "no_informa",
					})
					v.Contract = Contract(c.listed())
				},
				write: func(v Vacancy) string { return string(v.Contract) },
			},
			stated("contrato_escrito", func(v *Vacancy) *Stated { return &v.Written }),
			count("duracion_meses", maxMonths, true, func(v *Vacancy) *int { return &v.Months }),
			withAliases(amount("salario_mensual_cop", func(v *Vacancy) **int64 { return &v.Pay }), "salario", "salario_mensual", "pago_mensual"),
			{
				name: "salario_tipo", aliases: []string{"tipo_salario", "tipo_de_salario"}, kind: CellChoice,
				codes: []string{string(FixedPay), string(FixedPlusCommission), string(PieceWithMinimum), string(PieceOnly), string(CommissionOnly), string(PayToAgree), string(PayNotTold)},
				read: func(c *sheetCell, v *Vacancy) {
					c.synonym(map[string]string{
						"comision": "solo_comision", "comisiones": "solo_comision", "solo_comisiones": "solo_comision", "por_convenir": "a_convenir",
						"fijo_mas_comisiones": "fijo_mas_comision", "fijo_y_comision": "fijo_mas_comision", "no_se_informa": "no_informa",
					})
					v.PayKind = PayKind(c.listed())
				},
				write: func(v Vacancy) string { return string(v.PayKind) },
			},
			stated("auxilio_transporte", func(v *Vacancy) *Stated { return &v.Transport }),
			{
				name: "horas_semana", kind: CellHours,
				read:  func(c *sheetCell, v *Vacancy) { v.Hours = c.hours() },
				write: func(v Vacancy) string { return writeHours(v.Hours) },
			},
			count("dias_semana", 7, false, func(v *Vacancy) *int { return &v.Days }),
			text("horario", true, false, func(v *Vacancy) *string { return &v.Schedule }),
			stated("paga_recargos", func(v *Vacancy) *Stated { return &v.Surcharges }),
			stated("afiliacion_salud", func(v *Vacancy) *Stated { return &v.Health }),
			stated("afiliacion_pension", func(v *Vacancy) *Stated { return &v.Pension }),
			stated("afiliacion_arl", func(v *Vacancy) *Stated { return &v.AccidentCover }),
			stated("afiliacion_caja", func(v *Vacancy) *Stated { return &v.FamilyFund }),
			amount("cobro_trabajador_cop", func(v *Vacancy) **int64 { return &v.Fee }),
			text("detalle_cobro", false, false, func(v *Vacancy) *string { return &v.FeeDetail }),
			count("edad_min", maxAge, false, func(v *Vacancy) *int { return &v.MinAge }),
			count("edad_max", maxAge, false, func(v *Vacancy) *int { return &v.MaxAge }),
			{
				name: "sexo_exigido", aliases: []string{"sexo"}, kind: CellChoice, codes: []string{"mujer", "hombre"},
				read: func(c *sheetCell, v *Vacancy) {
					c.synonym(map[string]string{
						"femenino": "mujer", "masculino": "hombre", "mujeres": "mujer", "hombres": "hombre",
						"indiferente": "", "cualquiera": "", "ambos": "", "todos": "", "ninguno": "", "no": "", "no_aplica": "", "no_se_exige": "",
					})
					v.Sex = c.listed()
				},
				write: func(v Vacancy) string { return v.Sex },
			},
			stated("pide_foto", func(v *Vacancy) *Stated { return &v.Photo }),
			long(text("requisitos_texto", true, false, func(v *Vacancy) *string { return &v.Requirements })),
			{
				name: "documentos_aceptados", kind: CellDocuments,
				read:  func(c *sheetCell, v *Vacancy) { v.Documents = c.documents() },
				write: func(v Vacancy) string { return writeList(v.Documents) },
			},
			stated("retiene_documentos", func(v *Vacancy) *Stated { return &v.KeepsDocuments }),
			{
				name: "escolaridad", optional: true, kind: CellCode,
				read:  func(c *sheetCell, v *Vacancy) { v.Schooling = c.code() },
				write: func(v Vacancy) string { return v.Schooling },
			},
			{
				name: "experiencia_meses", optional: true, kind: CellCount,
				read: func(c *sheetCell, v *Vacancy) {
					if n, told := c.whole(maxMonths); told {
						v.Experience = &n
					}
				},
				write: func(v Vacancy) string {
					if v.Experience == nil {
						return ""
					}
					return strconv.Itoa(*v.Experience)
				},
			},
			count("riesgo_arl", 5, false, func(v *Vacancy) *int { return &v.RiskClass }),
			stated("entrega_epp", func(v *Vacancy) *Stated { return &v.Protection }),
			minor(text("codigo_spe", true, false, func(v *Vacancy) *string { return &v.SPECode })),
			date("fecha_inicio", false, func(v *Vacancy) *Date { return &v.Starts }),
			minor(date("fecha_publicacion", true, func(v *Vacancy) *Date { return &v.Published })),
			minor(date("fecha_vencimiento", false, func(v *Vacancy) *Date { return &v.Expires })),
			{
				name: "contacto", optional: true, private: true, kind: CellText,
				read:  func(c *sheetCell, v *Vacancy) { v.Contact = c.text },
				write: func(v Vacancy) string { return v.Contact },
			},
		},
	}
}

func withAliases[T any](c sheetColumn[T], aliases ...string) sheetColumn[T] {
	c.aliases = aliases
	return c
}

// long makes a column of text one of several lines.
func long[T any](c sheetColumn[T]) sheetColumn[T] {
	c.kind = CellLong
	return c
}

func minor[T any](c sheetColumn[T]) sheetColumn[T] {
	c.minor = true
	return c
}

func writeHours(h float64) string {
	if h == 0 {
		return ""
	}
	return strconv.FormatFloat(h, 'f', -1, 64)
}
