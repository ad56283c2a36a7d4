package main

import (
	"strings"
	"testing"
)

const cities = `[{"departamento": "Bolivar", "municipios": [
	{"nombre": "Mompós", "codigo": "13468"}, {"nombre": "San Cristobal", "codigo": "13620"}, {"nombre": "Santa Rosa De Lima", "codigo": "13683"}]},
	{"departamento": "Choco", "municipios": [{"nombre": "Belén De Bajirá", "codigo": "27086"}]},
	{"departamento": "Boyacá", "municipios": [{"nombre": "Villa De La Paz", "codigo": "15407"}]}]`

func row(code, name, alias, correction string) map[string]string {
	return map[string]string{"codigo": code, "municipio": name, "departamento": "", "receptor": "1", "alias": alias, "correccion": correction}
}

func TestBuild(t *testing.T) {
	got, err := build([]byte(cities),
		[]map[string]string{row("13468", "Mompox", "mompos", "nombre"), row("13490", "Norosí", "", "añadir")},
		[]map[string]string{{"code": "13620", "name": "San Cristóbal", "aliases": ""}, {"code": "13468", "name": "", "aliases": "mompos|santa cruz"}})
	if err != nil {
		t.Fatal(err)
	}
	want := `code,name,department,reception,aliases
13468,Mompox,Bolívar,1,mompos|santa cruz
13490,Norosí,Bolívar,1,
13620,San Cristóbal,Bolívar,0,
13683,Santa Rosa de Lima,Bolívar,0,
15407,Villa de la Paz,Boyacá,0,
`
	if string(got) != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

func TestBuildRefuses(t *testing.T) {
	tests := []struct {
		name      string
		cities    string
		overlay   []map[string]string
		additions []map[string]string
		want      string
	}{
		{"an addition that is there", cities, []map[string]string{row("13468", "Mompox", "", "añadir")}, nil, "adds what is there"},
		{"a change of nothing", cities, []map[string]string{row("13490", "Norosí", "", "nombre")}, nil, "changes what is not"},
		{"more than accents", cities, nil, []map[string]string{{"code": "13620", "name": "San Cristóforo"}}, "more than accents"},
		{"a town that is not there", cities, nil, []map[string]string{{"code": "99999", "name": "Nada"}}, "there is no 99999"},
		{"a code twice", strings.Replace(cities, "13620", "13468", 1), nil, nil, "there twice"},
		{"a short code", strings.Replace(cities, "13620", "1362", 1), nil, nil, "five digits"},
		{"no department", strings.Replace(cities, "13620", "98620", 1), nil, nil, "in no department"},
		{"no JSON", "<html>", nil, nil, "read cities"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := build([]byte(tt.cities), tt.overlay, tt.additions); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("build gave %v, want an error saying %q", err, tt.want)
			}
		})
	}
}
