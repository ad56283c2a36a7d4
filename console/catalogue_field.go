package console

import (
	"slices"
	"strconv"
	"strings"

	"arraigo/locales"
	"arraigo/programme"
)

// columnName is the name of a column for the team.
func (v *visit) columnName(column string) string {
	return v.text("console.column." + columnWord(column))
}

// columnWord is the name of a column among the words, which know no "id".
func columnWord(column string) string {
	if column == "id" {
		return "codigo"
	}
	return column
}

// codeName is the name of a code of a closed list.
func (v *visit) codeName(code string) string {
	if key := "console.code." + code; v.has(key) {
		return v.text(key)
	}
	return code
}

// openName is the name of a code of an open list, where somebody has thought of
// one.
func (v *visit) openName(code string) string {
	for _, key := range []string{"support." + code, "access." + code, "console.code." + code} {
		if v.has(key) {
			return v.plain(key)
		}
	}
	return strings.ReplaceAll(code, "_", " ")
}

// document is the name of a kind of identity paper, as people choose it.
func (v *visit) document(code string) string {
	if key := "screening.document.option." + code; v.has(key) {
		return v.plain(key)
	}
	return code
}

// plain is a text that people read, without its markup.
func (v *visit) plain(key string) string { return locales.PlainText(v.text(key)) }

// shown is a cell as the team reads it.
func (v *visit) shown(c programme.Column, value string) string {
	if value == "" {
		return ""
	}
	switch c.Kind {
	case programme.CellChoice, programme.CellStated, programme.CellYesNo:
		return v.codeName(value)
	case programme.CellMunicipality:
		return v.town(value)
	case programme.CellOccupation:
		return v.occupation(value)
	case programme.CellMoney:
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n == 0 && c.Name == "costo_cop" {
			return v.text("console.offers.free")
		} else if err == nil {
			return v.money(n)
		}
	case programme.CellDate:
		if d, err := programme.ParseDate(value); err == nil {
			return v.day(d)
		}
	case programme.CellDocuments:
		return v.listOf(value, v.document)
	case programme.CellCodes:
		return v.listOf(value, v.openName)
	case programme.CellCode:
		return strings.ReplaceAll(value, "_", " ")
	}
	return value
}

func (v *visit) listOf(value string, name func(string) string) string {
	var names []string
	for _, code := range strings.Split(value, "|") {
		names = append(names, name(code))
	}
	return v.catalog.List(v.lang, names)
}

// occupation is the name of an occupation with its code, as its reader takes it.
func (v *visit) occupation(code string) string {
	if o, ok := v.set.Data.Occupations.ByCode(code); ok {
		return o.Code + " " + o.Label(v.lang)
	}
	return code
}

// Lists that are open: these are offered, and whatever a row has besides.
var (
	supports = []string{"transporte", "refrigerio", "cuidado_infantil", "materiales", "datos_moviles", "epp"}
	access   = []string{"rampa", "subtitulos", "interprete_senas", "interprete_wayuunaiki"}
)

// field makes the field of a column. value is a cell as a spreadsheet has it;
// used are the values of that column in other rows, for an open list.
func (v *visit) field(c programme.Column, value string, used []string) Field {
	f := Field{Name: c.Name, Label: v.columnName(c.Name), Value: value, Required: c.Required, Plain: !c.Required}
	if key := "console.column_hint." + columnWord(c.Name); v.has(key) {
		f.Hint = v.text(key)
	}
	switch c.Kind {
	case programme.CellLong:
		f.Kind = FieldArea
	case programme.CellChoice:
		f.Kind, f.Options = FieldSelect, v.codeOptions(c.Codes)
	case programme.CellStated:
		f.Kind, f.Options = FieldSelect, v.codeOptions([]string{string(programme.StatedYes), string(programme.StatedNo), string(programme.NotApplicable), string(programme.NotStated)})
	case programme.CellYesNo:
		f.Kind, f.Options = FieldSelect, v.codeOptions([]string{string(programme.StatedYes), string(programme.StatedNo)})
	case programme.CellCount, programme.CellHours:
		f.Kind = FieldNumber
	case programme.CellMoney:
		f.Kind = FieldMoney
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			f.Value = v.catalog.Number(v.lang, n)
		}
	case programme.CellDate:
		f.Kind = FieldDate
	case programme.CellClock:
		f.Kind = FieldTime
	case programme.CellMunicipality:
		f.Kind, f.Options = FieldSuggest, v.townOptions()
		f.Value = v.town(value)
	case programme.CellOccupation:
		f.Kind, f.Options = FieldSuggest, v.occupationOptions()
		f.Value = v.occupation(value)
	case programme.CellDocuments:
		f.Kind, f.Values = FieldChecks, splitCodes(value)
		for _, code := range v.set.Data.Documents.Codes() {
			f.Options = append(f.Options, Option{Value: code, Text: v.document(code)})
		}
	case programme.CellCodes:
		f.Kind, f.Values = FieldChecks, splitCodes(value)
		codes := supports
		switch {
		case len(c.Codes) > 0:
			codes = c.Codes
		case c.Name == "accesibilidad":
			codes = access
		}
		for _, code := range union(codes, used, f.Values) {
			f.Options = append(f.Options, Option{Value: code, Text: v.openName(code)})
		}
	case programme.CellCode:
		f.Kind = FieldSuggest
		for _, code := range used {
			f.Options = append(f.Options, Option{Value: code})
		}
	default:
		f.Kind = FieldText
	}
	return f
}

func splitCodes(value string) []string {
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}

// union are the codes of some lists, each once.
func union(lists ...[]string) []string {
	var out []string
	for _, code := range slices.Concat(lists...) {
		if code != "" && !slices.Contains(out, code) {
			out = append(out, code)
		}
	}
	return out
}

// codeOptions are the codes of a closed list, after nothing.
func (v *visit) codeOptions(codes []string) []Option {
	out := []Option{{Text: v.text("console.offers.untold")}}
	for _, code := range codes {
		out = append(out, Option{Value: code, Text: v.codeName(code)})
	}
	return out
}

// townOptions are the municipalities that are likely: those of the scope, or
// else where most of the programme is.
func (v *visit) townOptions() []Option {
	var out []Option
	if len(v.staff.Towns) > 0 {
		for _, code := range v.staff.Towns {
			out = append(out, Option{Value: v.town(code)})
		}
		return out
	}
	for _, m := range v.set.Data.Municipalities.All() {
		if m.Reception > 0 {
			out = append(out, Option{Value: m.Label()})
		}
	}
	return out
}

func (v *visit) occupationOptions() []Option {
	var out []Option
	for _, o := range v.set.Data.Occupations.All() {
		out = append(out, Option{Value: o.Code + " " + o.Label(v.lang)})
	}
	return out
}

// used are the values of a column in all rows, each once, by how often.
func used[T any](s programme.Sheet[T], rows []T, column programme.Column) []string {
	if column.Kind != programme.CellCode && column.Kind != programme.CellCodes {
		return nil
	}
	counts := map[string]int{}
	for _, row := range rows {
		for _, code := range splitCodes(s.Value(row, column.Name)) {
			counts[code]++
		}
	}
	var out []string
	for code := range counts {
		out = append(out, code)
	}
	slices.SortFunc(out, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	return out[:min(len(out), 30)]
}

// posted are the cells of a form as it was sent, by column.
func (v *visit) posted(columns []programme.Column) map[string]string {
	out := make(map[string]string, len(columns))
	for _, c := range columns {
		switch c.Kind {
		case programme.CellDocuments, programme.CellCodes:
			out[c.Name] = strings.Join(v.form[c.Name], "|")
		default:
			out[c.Name] = v.form.Get(c.Name)
		}
	}
	return out
}
