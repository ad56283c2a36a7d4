package console

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"arraigo/flows"
	"arraigo/store"
)

func numbersWalks() map[string]walk {
	return map[string]walk{
		"GET /console/numbers":           {path: numbersPath + "?days=7&flow=screening&line=inclusion_laboral", shows: "funnel"},
		"GET /console/numbers/report":    {path: numbersPath + "/report", shows: "data-print"},
		"GET /console/numbers/file.xlsx": {path: numbersPath + "/file.xlsx", shows: "xl/worksheets"},
	}
}

func numbersScreens() []screen {
	some := func(g *team, path string) string {
		screened(g, 3000, 12, "54001", "migrante_ve", "CUMPLE_PRELIMINAR")
		return path
	}
	return []screen{
		{name: "numbers", role: store.RoleCoordinator, make: func(g *team) string { return some(g, numbersPath) }},
		{name: "numbers-report", role: store.RoleViewer, make: func(g *team) string { return some(g, numbersPath+"/report") }},
	}
}

// screened puts people with an outcome into the store.
func screened(g *team, first int64, n int, town, population, outcome string) {
	g.t.Helper()
	for i := range n {
		r, err := g.store.Load(g.t.Context(), first+int64(i))
		if err != nil {
			g.t.Fatal(err)
		}
		index := []flows.Entry{
			{Dimension: "municipality", Value: town}, {Dimension: "population", Value: population},
			{Dimension: "inclusion_laboral", Value: outcome}, {Dimension: "language", Value: "es"},
		}
		turn := store.Turn{Record: r, Index: index, Consented: true, Steps: []string{"welcome.accepted", "screening.result"}, Now: g.now}
		if _, err := g.store.Commit(g.t.Context(), turn); err != nil {
			g.t.Fatal(err)
		}
	}
}

// A few people of one kind are not told apart from none to four.
func TestNumbersHideSmallCells(t *testing.T) {
	g := newTeam(t)
	screened(g, 1000, 7, "54001", "migrante_ve", "CUMPLE_PRELIMINAR")
	screened(g, 2000, 3, "08001", "retornado", "FALTAN_DOCUMENTOS")
	c := g.as(store.RoleViewer)
	p := c.get(numbersPath + "?line=inclusion_laboral")
	hidden := shipped(t).Catalog.Text("es", "console.chart.hidden", nil)
	for _, row := range []struct{ town, figure string }{{"Cúcuta", ">7<"}, {"Barranquilla", hidden}} {
		_, after, found := strings.Cut(p.body, row.town)
		line, _, _ := strings.Cut(after, "</tr>")
		if !found || !strings.Contains(line, row.figure) {
			t.Errorf("%s shows %q, want %q", row.town, line, row.figure)
		}
		if strings.Contains(line, ">3<") {
			t.Errorf("%s tells that there are three", row.town)
		}
	}
}

// Who looks after one municipality counts nobody of another.
func TestNumbersStayWithinTheScope(t *testing.T) {
	g := newTeam(t)
	screened(g, 1000, 7, "54001", "migrante_ve", "CUMPLE_PRELIMINAR")
	screened(g, 2000, 9, "08001", "migrante_ve", "CUMPLE_PRELIMINAR")
	m := g.join(store.Staff{Name: "Con límites", Role: store.RoleViewer, Towns: []string{"08001"}}, 991)
	p := g.of(m.ID).get(numbersPath + "?line=inclusion_laboral")
	p.has(t, ">9<")
	p.lacks(t, ">7<", "Cúcuta")
}

func TestNumbersAsAWorkbook(t *testing.T) {
	g := newTeam(t)
	screened(g, 1000, 7, "54001", "migrante_ve", "CUMPLE_PRELIMINAR")
	q := url.Values{"days": {"own"}, "from": {"2026-12-01"}, "to": {"2026-12-02"}}
	p := g.as(store.RoleViewer).get(numbersPath + "/file.xlsx?" + q.Encode())
	book, err := excelize.OpenReader(bytes.NewReader([]byte(p.body)))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := len(book.GetSheetList()); got != len(sheetNames) {
		t.Errorf("%d sheets, want %d", got, len(sheetNames))
	}
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil || len(rows) != 5 { // caption, nothing, headings, two days
		t.Fatalf("%d rows, %v: %v", len(rows), err, rows)
	}
	if fmt.Sprint(rows[4]) != "[2\u00a0dic 0 7 7]" {
		t.Errorf("the second day is %v", rows[4])
	}
}
