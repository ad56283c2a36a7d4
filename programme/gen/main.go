// Command gen builds data/municipalities.csv from the npm package
// colombia-cities 1.0.0 (as `npm pack` leaves it), the corrections of
// municipalities-overlay.csv and the accents and aliases of additions.csv. It is run by
// `go generate` and never at build time; its result is committed.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"arraigo/programme"
)

// packageSum pins colombia-cities-1.0.0.tgz: the table must not change because
// somebody published something else under the same name.
const packageSum = "7514dc6abe160a3d9c77f0de4922862bef1b3f9262522ec684a3821ab9074546"

// obsolete are rows of the package that DIVIPOLA no longer has.
var obsolete = []string{"27086", "94663"}

func main() {
	pkg := flag.String("package", "", "colombia-cities-1.0.0.tgz")
	overlay := flag.String("overlay", "", "municipalities-overlay.csv; additions.csv stands beside it")
	out := flag.String("out", "", "file to write")
	flag.Parse()
	if err := run(*pkg, *overlay, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(pkg, overlay, out string) error {
	archive, err := os.ReadFile(pkg)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(archive); hex.EncodeToString(sum[:]) != packageSum {
		return fmt.Errorf("%s is not the package this table was checked with", pkg)
	}
	cities, err := unpack(archive, "package/colombia_con_codigos.json")
	if err != nil {
		return err
	}
	corrections, err := records(overlay)
	if err != nil {
		return err
	}
	additions, err := records(filepath.Join(filepath.Dir(overlay), "additions.csv"))
	if err != nil {
		return err
	}
	table, err := build(cities, corrections, additions)
	if err != nil {
		return err
	}
	return os.WriteFile(out, table, 0o644)
}

func unpack(archive []byte, name string) ([]byte, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, fmt.Errorf("open package: %w", err)
	}
	for tape := tar.NewReader(zipped); ; {
		header, err := tape.Next()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("the package has no %s", name)
		}
		if err != nil {
			return nil, fmt.Errorf("read package: %w", err)
		}
		if header.Name == name {
			return io.ReadAll(tape)
		}
	}
}

func records(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		record := map[string]string{}
		for i, column := range rows[0] {
			record[column] = row[i]
		}
		out = append(out, record)
	}
	return out, nil
}

type town struct{ code, name, department, reception, aliases string }

// build joins the sources into the CSV table, sorted by code.
func build(cities []byte, overlay, additions []map[string]string) ([]byte, error) {
	var departments []struct {
		Municipios []struct{ Nombre, Codigo string }
	}
	if err := json.Unmarshal(cities, &departments); err != nil {
		return nil, fmt.Errorf("read cities: %w", err)
	}
	towns := map[string]*town{}
	for _, department := range departments {
		for _, m := range department.Municipios {
			if slices.Contains(obsolete, m.Codigo) {
				continue
			}
			if len(m.Codigo) != 5 {
				return nil, fmt.Errorf("code %q has not five digits", m.Codigo)
			}
			if towns[m.Codigo] != nil {
				return nil, fmt.Errorf("code %s is there twice", m.Codigo)
			}
			towns[m.Codigo] = &town{code: m.Codigo, name: lowerParticles(m.Nombre), reception: "0"}
		}
	}
	for _, row := range overlay {
		code := row["codigo"]
		if (towns[code] == nil) != (row["correccion"] == "añadir") {
			return nil, fmt.Errorf("overlay of %s: adds what is there, or changes what is not", code)
		}
		towns[code] = &town{code: code, name: row["municipio"], reception: row["receptor"], aliases: row["alias"]}
	}
	for _, row := range additions {
		t := towns[row["code"]]
		if t == nil {
			return nil, fmt.Errorf("additions: there is no %s", row["code"])
		}
		if name := row["name"]; name != "" {
			if programme.Normalize(t.name) != programme.Normalize(name) {
				return nil, fmt.Errorf("additions: %s %q changes more than accents", t.code, name)
			}
			t.name = name
		}
		t.aliases = joinAliases(t.aliases, row["aliases"])
	}
	names := departmentNames()
	codes := make([]string, 0, len(towns))
	for code, t := range towns {
		if t.department = names[code[:2]]; t.department == "" {
			return nil, fmt.Errorf("code %s is in no department", code)
		}
		codes = append(codes, code)
	}
	slices.Sort(codes)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write([]string{"code", "name", "department", "reception", "aliases"})
	for _, code := range codes {
		t := towns[code]
		w.Write([]string{t.code, t.name, t.department, t.reception, t.aliases})
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func joinAliases(lists ...string) string {
	var out []string
	for _, list := range lists {
		for alias := range strings.SplitSeq(list, "|") {
			if alias != "" && !slices.Contains(out, alias) {
				out = append(out, alias)
			}
		}
	}
	return strings.Join(out, "|")
}

// lowerParticles writes "Villa De Leyva", as the package has it, the way
// Spanish does.
func lowerParticles(name string) string {
	words := strings.Fields(name)
	for i, word := range words {
		if i > 0 && slices.Contains([]string{"De", "Del", "Y"}, word) ||
			i > 1 && slices.Contains([]string{"La", "Las", "Los", "El"}, word) && words[i-1] == "de" {
			words[i] = strings.ToLower(word)
		}
	}
	return strings.Join(words, " ")
}

// departmentNames are DANE's names of the departments by the first two digits
// of the code; the package has some without accents or abridged.
func departmentNames() map[string]string {
	return map[string]string{
		"05": "Antioquia", "08": "Atlántico", "11": "Bogotá, D.C.", "13": "Bolívar", "15": "Boyacá",
		"17": "Caldas", "18": "Caquetá", "19": "Cauca", "20": "Cesar", "23": "Córdoba",
		"25": "Cundinamarca", "27": "Chocó", "41": "Huila", "44": "La Guajira", "47": "Magdalena",
		"50": "Meta", "52": "Nariño", "54": "Norte de Santander", "63": "Quindío", "66": "Risaralda",
		"68": "Santander", "70": "Sucre", "73": "Tolima", "76": "Valle del Cauca", "81": "Arauca",
		"85": "Casanare", "86": "Putumayo", "88": "San Andrés, Providencia y Santa Catalina",
		"91": "Amazonas", "94": "Guainía", "95": "Guaviare", "97": "Vaupés", "99": "Vichada",
	}
}
