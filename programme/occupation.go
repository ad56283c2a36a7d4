package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Occupation is a minor group of ISCO-08 (CIUO-08, ILO).
type Occupation struct {
	Code      string // three digits
	Common    bool   // one of the frequent ones, offered first
	Regulated bool   // its practice needs a recognised degree in Colombia

	label map[string]string
	near  []string
}

// Label is the plain name in that language (es, en), else in Spanish.
func (o Occupation) Label(language string) string { return inLanguage(o.label, language) }

// Occupations is the table of occupations with its search index. It is
// immutable and safe for concurrent use.
type Occupations struct {
	common []Occupation
	list   []Occupation
	index  jobIndex
}

// All are all occupations, ordered by code.
func (o *Occupations) All() []Occupation { return slices.Clone(o.list) }

// ByCode finds an occupation by its three digits.
func (o *Occupations) ByCode(code string) (Occupation, bool) {
	i := slices.IndexFunc(o.list, func(occupation Occupation) bool { return occupation.Code == code })
	if i < 0 {
		return Occupation{}, false
	}
	return o.list[i], true
}

// Near are the occupations that somebody who names this one would take too,
// itself first: who looks for work in a kitchen also helps in one. It does not
// hold the other way round.
func (o *Occupations) Near(code string) []string {
	occupation, _ := o.ByCode(code)
	return append([]string{code}, occupation.near...)
}

// NearTo are the occupations to which this one is near, itself first.
func (o *Occupations) NearTo(code string) []string {
	out := []string{code}
	for _, other := range o.list {
		if slices.Contains(other.near, code) {
			out = append(out, other.Code)
		}
	}
	return out
}

func (o *Occupations) codes() []string {
	var out []string
	for _, occupation := range o.list {
		out = append(out, occupation.Code)
	}
	return out
}

func (o *Occupations) regulated() map[string]bool {
	out := map[string]bool{}
	for _, occupation := range o.list {
		if occupation.Regulated {
			out[occupation.Code] = true
		}
	}
	return out
}

// listed is the order in which the great groups of CIUO-08 come in a list: what
// most people of the programme look for first, which is sales, care, food and
// cleaning, then trades and machines, and what needs a degree last.
const listed = "597864321"

// Common are the frequent occupations, in the order of listed and then of their
// codes.
func (o *Occupations) Common() []Occupation { return o.common }

func commonOnes(all []Occupation) []Occupation {
	common := slices.DeleteFunc(slices.Clone(all), func(o Occupation) bool { return !o.Common })
	slices.SortStableFunc(common, func(a, b Occupation) int {
		return strings.IndexByte(listed, a.Code[0]) - strings.IndexByte(listed, b.Code[0])
	})
	return common
}

func loadOccupations(fsys fs.FS, name string, problems *Problems) *Occupations {
	t := readCSV(fsys, name, []string{"code", "label_es", "label_en", "synonyms", "synonyms_en", "common", "regulated", "near"}, problems)
	o := &Occupations{}
	words := map[string][]string{}
	for _, row := range t.rows {
		occupation := Occupation{
			Code: row.required("code"), Common: row.flag("common"), Regulated: row.flag("regulated"),
			label: map[string]string{"es": row.required("label_es"), "en": row.required("label_en")},
			near:  row.list("near"),
		}
		if len(occupation.Code) != 3 || strings.Trim(occupation.Code, "0123456789") != "" {
			row.problem("code", fmt.Sprintf("%q is not a code of three digits", occupation.Code), "write the ISCO-08 minor group")
		}
		if _, again := o.ByCode(occupation.Code); again {
			row.problem("code", fmt.Sprintf("%s is there twice", occupation.Code), "remove one of the rows")
		}
		o.list = append(o.list, occupation)
		words[occupation.Code] = slices.Concat(row.list("synonyms"), row.list("synonyms_en"))
	}
	for i, row := range t.rows {
		for _, code := range o.list[i].near {
			if _, known := o.ByCode(code); !known || code == o.list[i].Code {
				row.problem("near", fmt.Sprintf("%q is no other occupation", code), "write codes of this table, parted by |")
			}
		}
	}
	o.index = newJobIndex(o.list, words)
	o.common = commonOnes(o.list)
	return o
}
