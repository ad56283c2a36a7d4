package programme

import (
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// ReadHelpLines reads the columns of samples/lineas_ayuda.csv in the ways of
// ReadVacancies, and besides them nombre_en, para_en, siempre, verificada_el
// and verificada_por. Without the column siempre, the numbers that are always
// shown are those of the programme's own table; English words that are missing
// are taken from there while the Spanish ones are the same.
func (d *Data) ReadHelpLines(r io.ReaderAt, size int64, each func(row int, l HelpLine) error) (SheetReport, error) {
	return readSheet(d, helpLineTable(), r, size, each)
}

// WriteHelpLines writes what ReadHelpLines reads.
func WriteHelpLines(w io.Writer, format SheetFormat, rows iter.Seq[HelpLine]) error {
	return writeSheet(w, format, "lineas_ayuda", helpLineTable(), rows)
}

// helpLineWords are the programme's own words for a line in another language,
// as long as the Spanish ones are its own too.
func (d *Data) helpLineWords(row *HelpLine, language string, field func(*HelpLine) *map[string]string) string {
	if d == nil {
		return "" // an empty cell is only asked what kind it is
	}
	for _, line := range d.HelpLines {
		if line.Number == row.Number && (*field(&line))["es"] == (*field(row))["es"] {
			return (*field(&line))[language]
		}
	}
	return ""
}

// The words of spreadsheets for things that are not known, and for a whole day.
const (
	sheetUnknown  = "sin_dato"
	sheetDateless = "sin_fecha"
	sheetWholeDay = "24 horas"
)

// helpChannels are the ways to reach a line.
var helpChannels = []string{"llamada", "whatsapp", "web"}

func helpLineTable() sheetTable[HelpLine] {
	type column = sheetColumn[HelpLine]
	text := func(name string, optional, required bool, field func(*HelpLine) *string) column {
		return column{
			name: name, optional: optional, kind: CellText,
			read: func(c *sheetCell, v *HelpLine) {
				*field(v) = c.text
				if required {
					c.required()
				}
			},
			write: func(v HelpLine) string { return *field(&v) },
		}
	}
	words := func(name, language string, optional bool, field func(*HelpLine) *map[string]string) column {
		return column{
			name: name, optional: optional, kind: CellText,
			read: func(c *sheetCell, v *HelpLine) {
				if optional && c.text == "" {
					c.text = c.data.helpLineWords(v, language, field)
				}
				if !optional && c.required() == "" || c.text == "" {
					return
				}
				if *field(v) == nil {
					*field(v) = map[string]string{}
				}
				(*field(v))[language] = c.text
			},
			write: func(v HelpLine) string { return (*field(&v))[language] },
		}
	}
	name := func(v *HelpLine) *map[string]string { return &v.name }
	purpose := func(v *HelpLine) *map[string]string { return &v.purpose }
	return sheetTable[HelpLine]{
		id:     func(v HelpLine) string { return v.ID },
		twin:   func(v HelpLine) string { return sameWords(v.Name("es"), v.Number, v.Municipality) },
		over:   func(v HelpLine, _ Date) bool { return !v.Withdrawn.IsZero() },
		listed: func(v *HelpLine) *Date { return &v.Withdrawn },
		whole: func(v HelpLine) (string, string) {
			switch {
			case v.Local && v.Municipality == "" && v.Number != "":
				return "municipio_codigo", rowEmptyCell
			case !v.VerifiedOn.IsZero() && v.VerifiedBy == "":
				return "verificada_por", rowEmptyCell
			case v.Always && v.Number == "":
				return "numero", rowEmptyCell
			}
			return "", ""
		},
		columns: []column{
			idColumn(func(v *HelpLine) *string { return &v.ID }),
			words("nombre", "es", false, name),
			{
				name: "numero", kind: CellText,
				read:  func(c *sheetCell, v *HelpLine) { v.Number = strings.ReplaceAll(c.text, " ", "") },
				write: func(v HelpLine) string { return v.Number },
			},
			{
				name: "canal", aliases: []string{"canales"}, kind: CellCodes, codes: helpChannels,
				read: func(c *sheetCell, v *HelpLine) {
					for _, channel := range c.list() {
						if !slices.Contains(helpChannels, channel) {
							c.fail(rowNotListed, helpChannels...)
						}
						v.Channels = append(v.Channels, channel)
					}
				},
				write: func(v HelpLine) string { return writeList(v.Channels) },
			},
			{
				name: "ambito", kind: CellChoice, codes: []string{"nacional", "local", "mundial"},
				read: func(c *sheetCell, v *HelpLine) {
					c.required()
					scope := c.listed()
					v.Local, v.World = scope == "local", scope == "mundial"
				},
				write: func(v HelpLine) string {
					switch {
					case v.Local:
						return "local"
					case v.World:
						return "mundial"
					}
					return "nacional"
				},
			},
			{
				name: "municipio_codigo", aliases: []string{"municipio", "codigo_municipio", "divipola"}, kind: CellMunicipality,
				read:  func(c *sheetCell, v *HelpLine) { v.Municipality = c.municipality() },
				write: func(v HelpLine) string { return v.Municipality },
			},
			words("para", "es", false, purpose),
			{
				name: "horario", kind: CellText,
				read: func(c *sheetCell, v *HelpLine) {
					switch columnCode(c.text) {
					case sheetUnknown:
					case columnCode(sheetWholeDay), "24h", "24_h", "24_7":
						v.Hours = "24h"
					default:
						v.Hours = c.text
					}
				},
				write: func(v HelpLine) string {
					switch v.Hours {
					case "":
						return sheetUnknown
					case "24h":
						return sheetWholeDay
					}
					return v.Hours
				},
			},
			{
				name: "gratis", kind: CellStated,
				read: func(c *sheetCell, v *HelpLine) { v.Free = c.stated() == StatedYes },
				write: func(v HelpLine) string {
					if v.Free {
						return string(StatedYes)
					}
					return sheetUnknown
				},
			},
			text("fuente", false, false, func(v *HelpLine) *string { return &v.Source }),
			{
				name: "fecha_fuente", optional: true, kind: CellText,
				read: func(c *sheetCell, v *HelpLine) {
					v.SourceDate = c.text
					if columnCode(c.text) == sheetDateless {
						v.SourceDate = ""
					} else if d, ok := parseDay(c.text, c.epoch1904); ok {
						v.SourceDate = d.String()
					}
				},
				write: func(v HelpLine) string {
					if v.SourceDate == "" {
						return sheetDateless
					}
					return v.SourceDate
				},
			},
			text("estado_verificacion", false, true, func(v *HelpLine) *string { return &v.State }),
			{
				name: "orden", kind: CellCount,
				read:  func(c *sheetCell, v *HelpLine) { v.Order = c.count(1_000_000) },
				write: func(v HelpLine) string { return strconv.Itoa(v.Order) },
			},
			words("nombre_en", "en", true, name),
			words("para_en", "en", true, purpose),
			{
				name: "siempre", optional: true, kind: CellYesNo,
				read: func(c *sheetCell, v *HelpLine) {
					v.Always = c.stated() == StatedYes
					if c.text == "" && v.Number != "" {
						v.Always = slices.ContainsFunc(c.data.HelpLines, func(l HelpLine) bool { return l.Always && l.Number == v.Number })
					}
				},
				write: func(v HelpLine) string {
					if v.Always {
						return string(StatedYes)
					}
					return string(StatedNo)
				},
			},
			{
				name: "verificada_el", optional: true, kind: CellDate,
				read:  func(c *sheetCell, v *HelpLine) { v.VerifiedOn = c.date() },
				write: func(v HelpLine) string { return v.VerifiedOn.String() },
			},
			text("verificada_por", true, false, func(v *HelpLine) *string { return &v.VerifiedBy }),
		},
	}
}
