package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"arraigo/programme"
	"arraigo/store"
	"arraigo/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func sampleCatalogue(t testing.TB) (*programme.Data, programme.Catalogue) {
	t.Helper()
	d, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.Samples(programme.Date{Year: 2026, Month: 11, Day: 22})
	if err != nil {
		t.Fatal(err)
	}
	c.HelpLines = d.HelpLines
	return d, c
}

// The rows of a kind of line carry words that only its own package sees.
var wholeHelpLine = cmp.AllowUnexported(programme.HelpLine{})

func TestCatalogueComesBackWhole(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if c, version, err := s.Catalogue(t.Context()); err != nil || version != 0 || len(c.Courses)+len(c.Events)+len(c.Vacancies)+len(c.HelpLines) != 0 {
		t.Errorf("an empty store: version %d, %v, %+v", version, err, c)
	}
	_, want := sampleCatalogue(t)
	if err := s.PutCatalogue(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, version, err := s.Catalogue(t.Context())
	if err != nil || version == 0 {
		t.Fatalf("version %d, %v", version, err)
	}
	if diff := cmp.Diff(want, got, wholeHelpLine); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is stored has to be readable by every later version of the program:
// change this text only together with a way to read the old one.
func TestStoredFormOfRows(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	_, c := sampleCatalogue(t)
	if err := s.PutCatalogue(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct{ key, id, text string }{
		{"{course}:rows", "C-01", `{"ID":"C-01","Title":"Hoja de vida y entrevista de trabajo","Line":"inclusion_laboral","Kind":"empleabilidad","Organiser":"Centro de Formación Ejemplo (ficticio)","Mode":"presencial","Municipality":"54001","Hours":12,"Starts":"2026-12-01","Ends":"2026-12-04","Schedule":"Ma-V 08:00-11:00","Places":25,"Requirements":"Ser mayor de 18 años","Documents":["CC","PPT","PPT_TRAMITE","CE","SC2","PASAPORTE","OTRO"],"Certificate":"asistencia","Cost":0,"Supports":["refrigerio","transporte"],"Access":["rampa"],"State":"abierto","Withdrawn":""}`},
		{"{event}:rows", "E-01", `{"ID":"E-01","Title":"Feria de empleo","Kind":"feria_empleo","Line":"inclusion_laboral","Organiser":"Alcaldía Ejemplo (ficticia) y aliados","Municipality":"54001","Place":"Coliseo Ejemplo","On":"2026-12-04","Starts":"08:00","Ends":"14:00","Places":800,"SignUp":"no","For":"todas","Minors":"no","Description":"Lleve su hoja de vida. Habrá orientación gratis.","Cost":0,"Access":["rampa","interprete_senas"],"State":"confirmado","Withdrawn":""}`},
		{"{vacancy}:rows", "V-01", `{"ID":"V-01","Title":"Auxiliar de cocina","Occupation":"941","Employer":"Restaurante Ejemplo Uno (ficticio)","EmployerVerified":"si","Municipality":"54001","Mode":"presencial","Tasks":"Alistar ingredientes y lavar utensilios.","Posts":2,"Contract":"indefinido","Written":"si","Months":0,"Pay":1750905,"PayKind":"fijo","Transport":"si","Hours":42,"Days":6,"Schedule":"L-S 08:00-15:00","Surcharges":"no_aplica","Health":"si","Pension":"si","AccidentCover":"si","FamilyFund":"si","Fee":0,"FeeDetail":"","MinAge":18,"MaxAge":0,"Sex":"","Photo":"no","Requirements":"","Documents":["CC","PPT","CE","SC2"],"KeepsDocuments":"no","Schooling":"ninguna","Experience":0,"RiskClass":1,"Protection":"no_aplica","SPECode":"SPE-FICTICIO-01","Starts":"2026-12-01","Published":"2026-11-16","Expires":"2026-12-15","Contact":"oficina del proyecto","Withdrawn":""}`},
		{"{helpline}:rows", "L-01", `{"ID":"L-01","Number":"123","Channels":["llamada"],"Municipality":"","Local":false,"World":false,"Hours":"24h","Free":true,"Always":true,"Source":"https://wradio.com.co/2023/08/25/numero-para-llamar-a-emergencias-es-el-mismo-en-toda-colombia/","SourceDate":"2023-08-25","State":"fuente_prensa","VerifiedOn":"","VerifiedBy":"","Order":1,"Withdrawn":"","Names":{"en":"Emergencies","es":"Emergencias"},"Purposes":{"en":"Immediate danger: police, ambulance, fire","es":"Peligro inmediato: policía, ambulancia, bomberos"}}`},
	} {
		got, err := s.Do(t.Context(), "HGET", want.key, want.id)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.text, fmt.Sprint(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.id, diff)
		}
	}
}

func TestPutTwiceChangesNothing(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	_, c := sampleCatalogue(t)
	put := func(rows []programme.Vacancy, want store.Put) int64 {
		t.Helper()
		got, err := store.PutRows(t.Context(), s, slices.Values(rows))
		if err != nil || got != want {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
		version, err := s.CatalogueVersion(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return version
	}
	first := put(c.Vacancies, store.Put{New: 20})
	if again := put(c.Vacancies, store.Put{Same: 20}); again != first {
		t.Errorf("the version went from %d to %d without a change", first, again)
	}
	c.Vacancies[3].Posts++
	if changed := put(c.Vacancies, store.Put{Changed: 1, Same: 19}); changed == first {
		t.Error("the version did not tell of a change")
	}
	var many []programme.Vacancy
	for i := range 450 { // more than two chunks
		v := c.Vacancies[0]
		v.ID = fmt.Sprintf("N-%d", i)
		many = append(many, v)
	}
	put(many, store.Put{New: 450})
}

func TestWithdrawClosesAndLaterForgets(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	d, c := sampleCatalogue(t)
	today := programme.Date{Year: 2026, Month: 11, Day: 23}
	if err := s.PutCatalogue(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	withdraw := func(on programme.Date, want int, gone ...string) {
		t.Helper()
		n, err := store.Withdraw[programme.Course](t.Context(), s, on, func(id string) bool { return !slices.Contains(gone, id) })
		if err != nil || n != want {
			t.Errorf("closed %d, %v, want %d", n, err, want)
		}
	}
	read := func() (programme.Catalogue, int64) {
		t.Helper()
		c, version, err := s.Catalogue(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c, version
	}
	_, before := read()
	withdraw(today, 2, "C-01", "C-02")
	got, after := read()
	if after == before {
		t.Error("the version did not tell of a change")
	}
	if len(got.Courses) != 12 || got.Courses[0].Withdrawn != today || got.Courses[0].Standing(today) != programme.StandingClosed || !got.Courses[2].Withdrawn.IsZero() {
		t.Errorf("after closing: %+v", got.Courses[:3])
	}
	if _, ok := programme.NewOffer(d, got, today).Course("C-01"); !ok {
		t.Error("a closed course is unknown")
	}
	withdraw(today.AddDays(1), 0, "C-01", "C-02") // closed once is closed
	if _, again := read(); again != after {
		t.Error("closing what is closed changed something")
	}
	// One comes back, the other is forgotten after a year.
	if done, err := store.PutRows(t.Context(), s, slices.Values(c.Courses[:1])); err != nil || done.Changed != 1 {
		t.Errorf("reopened: %+v, %v", done, err)
	}
	withdraw(today.AddDays(365), 0, "C-02")
	if got, _ := read(); len(got.Courses) != 12 || !got.Courses[0].Withdrawn.IsZero() {
		t.Errorf("a year later: %d courses, first withdrawn %s", len(got.Courses), got.Courses[0].Withdrawn)
	}
	withdraw(today.AddDays(366), 0, "C-02")
	if got, _ := read(); len(got.Courses) != 11 || got.Courses[1].ID != "C-03" {
		t.Errorf("after a year: %d courses", len(got.Courses))
	}
}

// Two members of staff import at once: every row is one of theirs, whole.
func TestTwoImportsAtOnce(t *testing.T) {
	url := storetest.URL(t)
	keys := storetest.Keys(t)
	_, c := sampleCatalogue(t)
	var group sync.WaitGroup
	for i := range 4 {
		s := storetest.Open(t, store.Config{URL: url, Keys: keys})
		var rows []programme.Vacancy
		for j := range 500 {
			v := c.Vacancies[0]
			v.ID, v.Posts, v.Title = fmt.Sprintf("N-%d", j), i+1, strings.Repeat("x", i+1)
			rows = append(rows, v)
		}
		group.Go(func() {
			if _, err := store.PutRows(t.Context(), s, slices.Values(rows)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	got, _, err := storetest.Open(t, store.Config{URL: url, Keys: keys}).Catalogue(t.Context())
	if err != nil || len(got.Vacancies) != 500 {
		t.Fatalf("%d vacancies, %v", len(got.Vacancies), err)
	}
	for _, v := range got.Vacancies {
		if len(v.Title) != v.Posts {
			t.Errorf("%s is half one row and half another", v.ID)
		}
	}
}

func TestPutRowsRefusesARowWithoutID(t *testing.T) {
	s := storetest.Open(t, store.Config{})
	if _, err := store.PutRows(t.Context(), s, slices.Values([]programme.Course{{Title: "x"}})); err == nil {
		t.Error("a row without an id was put")
	}
	if version, err := s.CatalogueVersion(t.Context()); version != 0 || err != nil {
		t.Errorf("version %d, %v", version, err)
	}
}

func TestCatalogueWithoutRedis(t *testing.T) {
	srv := storetest.Start(t)
	s := storetest.Open(t, store.Config{URL: srv.URL(0), Timeout: 300 * time.Millisecond})
	_, c := sampleCatalogue(t)
	srv.Stop()
	ctx := context.WithoutCancel(t.Context())
	_, _, read := s.Catalogue(ctx)
	_, version := s.CatalogueVersion(ctx)
	_, withdraw := store.Withdraw[programme.Event](ctx, s, programme.Date{}, func(string) bool { return false })
	for name, err := range map[string]error{"put": s.PutCatalogue(ctx, c), "read": read, "version": version, "withdraw": withdraw} {
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
