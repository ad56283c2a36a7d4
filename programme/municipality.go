package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Municipality is one entry of Colombia's DIVIPOLA (DANE): a municipality, a
// non-municipalised area or an island.
type Municipality struct {
	Code       string // five digits
	Name       string
	Department string
	// Reception tells how much migration from Venezuela the place receives:
	// 1 main, 2 secondary (the programme's judgement), 0 other.
	Reception int
}

// DepartmentCode is the first two digits of the code.
func (m Municipality) DepartmentCode() string { return m.Code[:2] }

// Label is the name with its department, as people write an address.
func (m Municipality) Label() string {
	if m.Code == bogota {
		return m.Name
	}
	return m.Name + ", " + m.Department
}

// bogota is a department of its own; naming it twice would only confuse.
const bogota = "11001"

// Department is a department of Colombia, or the capital district.
type Department struct {
	Code string // two digits
	Name string
}

// Municipalities is the table of all municipalities with its search index. It
// is immutable and safe for concurrent use.
type Municipalities struct {
	list        []Municipality // by code
	byCode      map[string]int
	departments []Department
	index       placeIndex
}

// All are all municipalities, ordered by code.
func (m *Municipalities) All() []Municipality { return slices.Clone(m.list) }

// ByCode finds a municipality by its five digits.
func (m *Municipalities) ByCode(code string) (Municipality, bool) {
	i, ok := m.byCode[code]
	if !ok {
		return Municipality{}, false
	}
	return m.list[i], true
}

// Departments are all departments, ordered by name.
func (m *Municipalities) Departments() []Department { return slices.Clone(m.departments) }

// InDepartment are the municipalities of a department (two digits), reception
// municipalities first, then by name.
func (m *Municipalities) InDepartment(code string) []Municipality {
	var out []Municipality
	for _, municipality := range m.list {
		if municipality.DepartmentCode() == code {
			out = append(out, municipality)
		}
	}
	receptionFirst(out)
	return out
}

// receptionFirst orders as buttons are offered: main reception municipalities,
// secondary ones, the others; by name within each.
func receptionFirst(list []Municipality) {
	rank := func(m Municipality) int { return (m.Reception + 2) % 3 } // 1, 2, 0
	slices.SortStableFunc(list, func(a, b Municipality) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return strings.Compare(Normalize(a.Name), Normalize(b.Name))
	})
}

func loadMunicipalities(fsys fs.FS, name, foreign string, problems *Problems) *Municipalities {
	t := readCSV(fsys, name, []string{"code", "name", "department", "reception", "aliases"}, problems)
	m := &Municipalities{byCode: map[string]int{}}
	departments := map[string]string{}
	aliases := map[string][]string{}
	for _, row := range t.rows {
		town := Municipality{
			Code: row.required("code"), Name: row.required("name"), Department: row.required("department"),
			Reception: slices.Index([]string{"0", "1", "2"}, row.oneOf("reception", "0", "1", "2")),
		}
		if len(town.Code) != 5 || strings.Trim(town.Code, "0123456789") != "" {
			row.problem("code", fmt.Sprintf("%q is not a DIVIPOLA code", town.Code), "write five digits; a spreadsheet may have eaten the first 0")
			continue
		}
		if _, again := m.byCode[town.Code]; again {
			row.problem("code", fmt.Sprintf("%s is there twice", town.Code), "remove one of the rows")
			continue
		}
		if known, ok := departments[town.DepartmentCode()]; ok && known != town.Department {
			row.problem("department", fmt.Sprintf("%s begins with the code of %s", town.Code, known), "mend the code or the department")
		}
		departments[town.DepartmentCode()] = town.Department
		m.byCode[town.Code] = len(m.list)
		m.list = append(m.list, town)
		aliases[town.Code] = row.list("aliases")
	}
	if len(t.rows) == 0 {
		problems.add(name, 0, 0, "there is no municipality", "put the table back")
	}
	for code, department := range departments {
		m.departments = append(m.departments, Department{code, department})
	}
	slices.SortFunc(m.departments, func(a, b Department) int { return strings.Compare(Normalize(a.Name), Normalize(b.Name)) })
	m.index = newPlaceIndex(m.list, m.departments, aliases, loadForeign(fsys, foreign, problems))
	return m
}

// loadForeign reads names of places outside Colombia that people type.
func loadForeign(fsys fs.FS, name string, problems *Problems) []string {
	t := readCSV(fsys, name, []string{"name", "country"}, problems)
	var out []string
	for _, row := range t.rows {
		row.required("country")
		out = append(out, row.required("name"))
	}
	return out
}
