package programme

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The samples go through the forms and come back as they were.
func TestFormsGiveBackWhatTheyShow(t *testing.T) {
	d := load(t)
	c, err := d.Samples(samplesDay)
	if err != nil {
		t.Fatal(err)
	}
	formsGiveBack(t, d, CourseSheet(), c.Courses)
	formsGiveBack(t, d, EventSheet(), c.Events)
	formsGiveBack(t, d, VacancySheet(), c.Vacancies)
}

func formsGiveBack[T any](t *testing.T, d *Data, s Sheet[T], rows []T) {
	t.Helper()
	for _, row := range rows {
		got, errs := s.Read(d, s.Values(row))
		if len(errs) > 0 {
			t.Errorf("%s: %+v", s.ID(row), errs)
		}
		if diff := cmp.Diff(row, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.ID(row), diff)
		}
	}
	for _, c := range s.Columns() {
		if c.Kind == "" || c.Kind == CellChoice && len(c.Codes) < 2 {
			t.Errorf("%s: no kind, or nothing to choose: %+v", c.Name, c)
		}
	}
}

func TestFormReadsAsTheImportDoes(t *testing.T) {
	d, s := load(t), VacancySheet()
	values := s.Values(decentVacancy())
	for column, typed := range map[string]string{
		"municipio_codigo": "54001 Cúcuta, Norte de Santander", "ocupacion_codigo": "941 Ayudante de cocina",
		"salario_mensual_cop": "$1'900.000", "fecha_inicio": "1/12/2026", "afiliacion_salud": "Sí", "salario_tipo": "Fijo",
	} {
		values[column] = typed
	}
	o, _ := d.Occupations.ByCode("941")
	values["ocupacion_codigo"] = "941 " + o.Label("en")
	got, errs := s.Read(d, values)
	if diff := cmp.Diff(decentVacancy(), got); diff != "" || len(errs) > 0 {
		t.Errorf("%+v (-want +got):\n%s", errs, diff)
	}
	for _, text := range []string{"=1+1", "'=1+1", "''@x", "-5 grados", "a\r\nb", `<b>"&'`} {
		values["descripcion"] = text
		if got, errs := s.Read(d, values); got.Tasks != strings.ReplaceAll(text, "\r\n", "\n") || len(errs) > 0 {
			t.Errorf("%q came as %q, %+v", text, got.Tasks, errs)
		}
	}
	values["id"], values["titulo"], values["edad_min"], values["documentos_aceptados"] = "V 1", "", "mucho", "CC|ABC"
	_, errs = s.Read(d, values)
	var where []string
	for _, e := range errs {
		where = append(where, e.Column+" "+e.Reason)
	}
	want := []string{"id bad_id", "titulo empty", "edad_min not_number", "documentos_aceptados not_listed"}
	if diff := cmp.Diff(want, where); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, errs := s.Read(d, nil); len(errs) == 0 {
		t.Error("an empty form is good")
	}
}

func TestColumnsSayWhatIsNeeded(t *testing.T) {
	var needed []string
	for _, c := range VacancySheet().Columns() {
		if c.Required {
			needed = append(needed, c.Name)
		}
		if c.Private != (c.Name == "contacto") {
			t.Errorf("%s: private %v", c.Name, c.Private)
		}
	}
	if diff := cmp.Diff([]string{"id", "titulo", "ocupacion_codigo", "empleador"}, needed); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTwoWhoChangeOneRow(t *testing.T) {
	s := VacancySheet()
	read := decentVacancy()
	theirs, mine := read, read
	theirs.Posts, theirs.Title = 5, "Auxiliar"
	mine.Posts, mine.Hours = 9, 40
	got := s.Collide(s.Values(read), theirs, mine)
	want := []Collision{{"titulo", "Auxiliar de cocina", "Auxiliar", "Auxiliar de cocina"}, {"puestos", "2", "5", "9"}, {"horas_semana", "42", "42", "40"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[0].Both() || !got[1].Both() || got[2].Both() {
		t.Errorf("only the posts were changed by both: %+v", got)
	}
}

func TestTwins(t *testing.T) {
	s := VacancySheet()
	make := func(id string, change func(*Vacancy)) Vacancy {
		v := decentVacancy()
		v.ID = id
		change(&v)
		return v
	}
	rows := []Vacancy{
		make("V-10", func(v *Vacancy) { v.Employer = "RESTAURANTE EJEMPLO (ficticio) S.A.S." }),
		make("V-2", func(v *Vacancy) { v.Title = "auxiliar  de Cocína" }),
		make("V-3", func(v *Vacancy) { v.Municipality = "05001" }),
		make("V-4", func(v *Vacancy) { v.Employer = "Otro" }),
		make("V-5", func(v *Vacancy) { v.Expires = samplesDay.AddDays(-1) }),
		make("V-6", func(v *Vacancy) { v.Withdrawn = samplesDay }),
	}
	var got [][]string
	for _, group := range s.Twins(rows, samplesDay) {
		var ids []string
		for _, v := range group {
			ids = append(ids, v.ID)
		}
		got = append(got, ids)
	}
	if diff := cmp.Diff([][]string{{"V-2", "V-10"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.TwinsOf(make("new", func(*Vacancy) {}), rows, samplesDay); !slices.Equal(got, []string{"V-10", "V-2"}) {
		t.Errorf("twins of a new one: %v", got)
	}
	if name := companyName("S.A."); name == "" {
		t.Error("a company without a name has none left")
	}
}

func TestNextID(t *testing.T) {
	for want, ids := range map[string][]string{
		"V-21": {"V-01", "V-20", "V-9"}, "V-10": {"V-9"}, "V-008": {"V-007", "X-99"}, "V-01": nil, "V-100": {"V-99", "V-2026-7"},
	} {
		if got := NextID(ids, "V"); got != want {
			t.Errorf("after %v comes %s, want %s", ids, got, want)
		}
	}
}

func takeApart(t testing.TB, file []byte) RawSheet {
	t.Helper()
	raw, err := VacancySheet().TakeApart(bytes.NewReader(file), int64(len(file)), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestPlan(t *testing.T) {
	d, s := load(t), VacancySheet()
	named := func(id string, change func(*Vacancy)) Vacancy {
		v := decentVacancy()
		v.ID, v.Title = id, "Trabajo "+id
		change(&v)
		return v
	}
	same := func(*Vacancy) {}
	kept := []Vacancy{
		named("V-1", same), named("V-2", same), named("V-3", func(v *Vacancy) { v.Withdrawn = samplesDay.AddDays(-3) }),
		named("V-4", same), named("V-5", func(v *Vacancy) { v.Municipality = "05001" }), named("V-6", same),
	}
	g := vacancyGrid(t,
		named("V-1", same), named("V-2", func(v *Vacancy) { v.Posts = 9 }), named("V-3", same), named("V-7", same),
		named("V-8", func(v *Vacancy) { v.Municipality = "05001" }), named("V-6", same), named("V-7", same),
		named("V-9", func(v *Vacancy) { v.Title = "Trabajo V-1" }),
	)
	g[6][slices.Index(g[0], "puestos")] = "muchos"
	inCucuta := func(v Vacancy) bool { return v.Municipality == "54001" }
	p := s.Plan(d, takeApart(t, g.csv(";")), kept, inCucuta, samplesDay)
	type line struct {
		Row    int
		ID     string
		Act    Act
		Errors []string
		Change string
		Twins  []string
	}
	var got []line
	for _, r := range p.Rows {
		l := line{Row: r.Number, ID: r.ID, Act: r.Act, Twins: r.Twins}
		for _, e := range r.Errors {
			l.Errors = append(l.Errors, e.Column+" "+e.Reason)
		}
		for _, c := range r.Changes {
			l.Change += c.Column + ":" + c.Old + ">" + c.New
		}
		if len(l.Twins) == 0 {
			l.Twins = nil
		}
		got = append(got, l)
	}
	want := []line{
		{2, "V-1", ActSame, nil, "", nil}, {3, "V-2", ActChange, nil, "puestos:2>9", nil}, {4, "V-3", ActReopen, nil, "", nil}, {5, "V-7", ActNew, nil, "", nil},
		{6, "V-8", ActRefuse, []string{" not_yours"}, "", nil}, {7, "V-6", ActRefuse, []string{"puestos not_number"}, "", nil},
		{8, "V-7", ActRefuse, []string{"id duplicate"}, "", nil}, {9, "V-9", ActNew, nil, "", []string{"V-1"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(p.Closes) != 1 || p.Closes[0].ID != "V-4" || p.Open {
		t.Errorf("closes %+v, want V-4 alone: V-5 is somebody else's, V-6 has only a mistake", p.Closes)
	}
	if diff := cmp.Diff(map[Act]int{ActSame: 1, ActChange: 1, ActReopen: 1, ActNew: 2, ActRefuse: 3}, p.Count); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARowWithoutAnIdKeepsEverythingOpen(t *testing.T) {
	g := vacancyGrid(t, decentVacancy()).set(t, "id", "")
	p := VacancySheet().Plan(load(t), takeApart(t, g.csv(",")), []Vacancy{decentVacancy()}, func(Vacancy) bool { return true }, samplesDay)
	if !p.Open || len(p.Closes) != 0 {
		t.Errorf("closes %v", p.Closes)
	}
}

func TestARowIsMendedInAForm(t *testing.T) {
	d, s := load(t), VacancySheet()
	g := vacancyGrid(t, decentVacancy(), decentVacancy()).set(t, "puestos", "muchos")
	g[2][0] = "T-2"
	raw := takeApart(t, g.csv(","))
	values, ok := raw.Filled(2)
	if !ok || values["puestos"] != "muchos" || values["titulo"] != "Auxiliar de cocina" {
		t.Fatalf("%v %v", ok, values)
	}
	if _, ok := raw.Filled(99); ok {
		t.Error("there is a row 99")
	}
	all := func(Vacancy) bool { return true }
	if p := s.Plan(d, raw, nil, all, samplesDay); p.Count[ActRefuse] != 1 {
		t.Fatalf("%v", p.Count)
	}
	values["puestos"] = "3"
	mended := s.Mended(raw, 2, values)
	p := s.Plan(d, mended, nil, all, samplesDay)
	if p.Count[ActNew] != 2 || p.Rows[0].Row.Posts != 3 || p.Rows[1].Row.ID != "T-2" {
		t.Errorf("%+v", p.Count)
	}
	if p := s.Plan(d, raw, nil, all, samplesDay); p.Count[ActRefuse] != 1 {
		t.Error("mending changed the sheet that it was made from")
	}
	// A sheet taken apart when a column was called otherwise, or was not there.
	raw.Columns = slices.Clone(raw.Columns)
	raw.Columns[slices.Index(raw.Columns, "horario")] = "gone"
	if p := s.Plan(d, raw, nil, all, samplesDay); p.Rows[1].Row.Schedule != "" || p.Rows[1].Row.Title != "Auxiliar de cocina" {
		t.Errorf("%+v", p.Rows[1].Row)
	}
}

// What the import reads in one go, a sheet taken apart gives too.
func TestTakenApartIsReadTheSame(t *testing.T) {
	d, s := load(t), VacancySheet()
	g := vacancyGrid(t, decentVacancy()).set(t, "fecha_inicio", "45992").set(t, "titulo", "'=1+1").set(t, "edad_min", "#N/A")
	bytesOf := newBook(t).sheet("Datos", g).bytes()
	_, report, err := readVacancyBytes(d, bytesOf)
	if err != nil {
		t.Fatal(err)
	}
	raw := takeApart(t, bytesOf)
	p := s.Plan(d, raw, nil, func(Vacancy) bool { return true }, samplesDay)
	if len(report.Errors) != 1 || !reflect.DeepEqual(p.Rows[0].Errors, report.Errors) || raw.Sheet != report.Sheet {
		t.Errorf("%+v, want %+v", p.Rows[0].Errors, report.Errors)
	}
	for _, bad := range [][]byte{nil, []byte("%PDF-1.4 \x00"), []byte("a,b\n1,2\n"), g.csv(",")} {
		if _, err := s.TakeApart(bytes.NewReader(bad), int64(len(bad)), 0); err == nil {
			t.Errorf("%.20q was taken apart", bad)
		}
	}
}
