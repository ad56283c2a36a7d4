package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// visitTo makes a visit of nobody in particular to an address.
func visitTo(t *testing.T, address string) *visit {
	t.Helper()
	s, err := New(Config{Set: shipped(t).Itself})
	if err != nil {
		t.Fatal(err)
	}
	set := s.cfg.Set()
	return &visit{
		Server: s, set: set, r: httptest.NewRequest(http.MethodGet, address, nil), now: now,
		words:  words{catalog: set.Catalog, lang: spanish, zone: set.Location()},
		answer: answer{header: http.Header{}},
	}
}

func TestPager(t *testing.T) {
	for _, one := range []struct {
		address  string
		total    int
		from, to int
		want     Pager
	}{
		{"/console/x", 0, 0, 0, Pager{First: 1}},
		{"/console/x", 50, 0, 50, Pager{First: 1, Last: 50, Total: 50}},
		{"/console/x?q=a", 51, 0, 50, Pager{First: 1, Last: 50, Total: 51, Next: "/console/x?page=2&q=a"}},
		{"/console/x?page=2&q=a", 120, 50, 100, Pager{First: 51, Last: 100, Total: 120, Prev: "/console/x?page=1&q=a", Next: "/console/x?page=3&q=a"}},
		{"/console/x?page=3", 120, 100, 120, Pager{First: 101, Last: 120, Total: 120, Prev: "/console/x?page=2"}},
		{"/console/x?page=9", 120, 0, 50, Pager{First: 1, Last: 50, Total: 120, Next: "/console/x?page=2"}},
		{"/console/x?page=-1", 10, 0, 10, Pager{First: 1, Last: 10, Total: 10}},
	} {
		from, to, got := visitTo(t, one.address).pager(one.total)
		if from != one.from || to != one.to {
			t.Errorf("%s of %d: %d to %d, want %d to %d", one.address, one.total, from, to, one.from, one.to)
		}
		if diff := cmp.Diff(one.want, got); diff != "" {
			t.Errorf("%s of %d (-want +got):\n%s", one.address, one.total, diff)
		}
	}
	if got := visitTo(t, "/console/x?page=2&q=a").with("page", ""); got != "/console/x?q=a" {
		t.Errorf("without the page: %s", got)
	}
}

func TestFilters(t *testing.T) {
	fields := func() []Field {
		return []Field{
			{Kind: FieldSearch, Name: "q", Label: "Buscar"},
			{Kind: FieldSelect, Name: "line", Label: "Línea", Options: []Option{{Value: ""}, {Value: "trabajo", Text: "Trabajo"}}},
		}
	}
	f := visitTo(t, "/console/x?q=pan&line=forged").filters(fields()...)
	if f.value("q") != "pan" || f.value("line") != "" || f.value("none") != "" || f.Clear != "/console/x" {
		t.Errorf("filters: %+v", f)
	}
	if f := visitTo(t, "/console/x").filters(fields()...); f.Clear != "" {
		t.Errorf("nothing is set, but it can be cleared: %+v", f)
	}
	v := visitTo(t, "/console/x?q=%3Cimg%3E&line=trabajo")
	if err := v.part("filters", v.filters(fields()...)); err != nil {
		t.Fatal(err)
	}
	body := string(v.answer.body)
	for _, want := range []string{`method="get"`, `value="&lt;img&gt;"`, `<option value="trabajo" selected>`, v.text("console.filters.clear")} {
		if !strings.Contains(body, want) {
			t.Errorf("the filters lack %s:\n%s", want, body)
		}
	}
}

// TestForms posts into a form with every kind of field.
func TestForms(t *testing.T) {
	v := visitTo(t, "/console/x")
	make := func() *Form {
		options := []Option{{Value: "a", Text: "A"}, {Value: "b", Text: "B"}}
		return v.newForm("Guardar", Group{Title: "Todo", Fields: []Field{
			{Kind: FieldText, Name: "title", Label: "Título", Required: true, Max: 5},
			{Kind: FieldArea, Name: "text", Label: "Texto"},
			{Kind: FieldMoney, Name: "pay", Label: "Pago"},
			{Kind: FieldDate, Name: "on", Label: "Día"},
			{Kind: FieldTime, Name: "at", Label: "Hora"},
			{Kind: FieldSelect, Name: "one", Label: "Uno", Options: options},
			{Kind: FieldRadio, Name: "radio", Label: "Uno", Options: options, Required: true},
			{Kind: FieldChecks, Name: "many", Label: "Varios", Options: options},
			{Kind: FieldTick, Name: "yes", Label: "Sí"},
			{Kind: FieldSuggest, Name: "town", Label: "Municipio", Options: options},
			{Kind: FieldFile, Name: "file", Label: "Archivo", Accept: ".csv"},
			{Kind: FieldHidden, Name: "hidden"},
			{Kind: FieldReadOnly, Name: "shown", Label: "Fijo", Value: "así"},
		}})
	}
	f := make()
	v.form = url.Values{
		"title": {"  más   de cinco "}, "text": {"una\r\ndos"}, "one": {"forged"}, "many": {"a", "forged"}, "yes": {"1"},
		"shown": {"forged"}, "hidden": {"h"},
	}
	v.fill(f)
	for name, want := range map[string]string{"title": "más", "text": "una\ndos", "one": "", "yes": "1", "shown": "así", "hidden": "h"} {
		if got := f.Field(name).Value; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if got := f.Field("many").Values; len(got) != 1 || got[0] != "a" {
		t.Errorf("many is %v", got)
	}
	if len(f.Errors) != 1 || f.Errors[0].Name != "radio" {
		t.Errorf("errors: %+v, want one about the choice that is missing", f.Errors)
	}
	if err := v.part("form", f); err != nil {
		t.Fatal(err)
	}
	body := string(v.answer.body)
	for _, want := range []string{`id="errors"`, `href="#f-radio"`, `name="_once"`, `type="date"`, `type="time"`, `type="file" accept=".csv"`, `list="f-town-list"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the form lacks %s:\n%s", want, body)
		}
	}
	if a, b := make(), make(); a.Once == b.Once {
		t.Error("two forms have one name")
	}
}

func TestCharts(t *testing.T) {
	v := visitTo(t, "/console/x")
	c := Chart{Title: "Pasos", Label: "Paso", Series: []string{"Llegaron", "Antes"}}
	for i, n := range []int{200, 100, 1, 0} {
		c.Points = append(c.Points, Point{Label: fmt.Sprintf("<paso %d>", i), Values: []int{n, n / 2}})
	}
	var shares, lost []int
	for _, b := range c.Bars() {
		shares, lost = append(shares, b.Share), append(lost, b.Lost)
	}
	if diff := cmp.Diff([][]int{{100, 50, 1, 0}, {0, 50, 99, 100}}, [][]int{shares, lost}); diff != "" {
		t.Errorf("shares and losses (-want +got):\n%s", diff)
	}
	for _, block := range []string{"bars", "funnel", "line"} {
		if err := v.part(block, c); err != nil {
			t.Fatal(err)
		}
		body := string(v.answer.body)
		if strings.Contains(body, "<paso") || !strings.Contains(body, "&lt;paso 0&gt;") || !strings.Contains(body, "<caption") || !strings.Contains(body, ">200<") {
			t.Errorf("%s:\n%s", block, body)
		}
	}
	if blank := (Chart{Points: []Point{{Values: []int{0}}}}); !blank.Blank() || c.Blank() || blank.Most() != 1 {
		t.Error("a chart without figures is not known as one")
	}
	for most, want := range map[int]int{1: 2, 2: 2, 3: 4, 9: 10, 11: 20, 41: 100, 101: 200} {
		if got := niceTop(most); got != want {
			t.Errorf("the scale for %d ends at %d, want %d", most, got, want)
		}
	}
}

func TestStream(t *testing.T) {
	v := visitTo(t, "/console/x")
	w := httptest.NewRecorder()
	v.w = w
	fmt.Fprint(v.stream("text/csv; charset=utf-8", "lista.csv"), "a,b\n")
	if !v.streamed || w.Header().Get("Content-Disposition") != `attachment; filename="lista.csv"` || w.Body.String() != "a,b\n" {
		t.Errorf("%v %q", w.Header(), w.Body)
	}
}
