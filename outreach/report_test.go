package outreach

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"arraigo/flows"
	"arraigo/programme"
	"arraigo/store"
)

func reportOf(t *testing.T) Report {
	t.Helper()
	set, _ := content(t)
	at := time.Date(2026, 11, 27, 15, 4, 5, 0, time.UTC)
	return Report{
		Totals: map[string]int{"s": 2, "b": 1, "f:markup": 1, "w:ticket": 1, "w:new_gate": 1},
		Words:  func(x flows.Text) string { return flows.Words(set, &flows.Session{Language: "es"}, x) },
		Reason: func(state string) flows.Text { return ReasonWords(set.Catalog, state) },
		Zone:   time.FixedZone("America/Bogota", -5*3600),
		Ledger: func(each func(store.ContactID, string, time.Time) error) error {
			return errors.Join(each("0123456789abc", "s", at), each("0123456789abd", "w:ticket", at))
		},
	}
}

func TestAReportAsCSV(t *testing.T) {
	var out bytes.Buffer
	rows, err := reportOf(t).Write(&out, programme.CSV)
	if err != nil || rows != 7 {
		t.Errorf("%d rows, %v", rows, err)
	}
	want := "\ufefftipo,contacto,estado,motivo,cantidad,cuándo\n" +
		"total,,bloqueó el bot,,1,\n" +
		"total,,falló,El formato no sirve,1,\n" +
		"total,,enviado,,2,\n" +
		"total,,no se envió,new_gate,1,\n" +
		"total,,no se envió,Habla con el equipo,1,\n" +
		"mensaje,0123456789abc,enviado,,,2026-11-27 10:04:05\n" +
		"mensaje,0123456789abd,no se envió,Habla con el equipo,,2026-11-27 10:04:05\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestAReportAsAWorkbook(t *testing.T) {
	var out bytes.Buffer
	rows, err := reportOf(t).Write(&out, programme.XLSX)
	if err != nil || rows != 7 {
		t.Errorf("%d rows, %v", rows, err)
	}
	file, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	totals, err := file.GetRows("totales")
	if err != nil || len(totals) != 6 || strings.Join(totals[2], "|") != "falló|El formato no sirve|1" {
		t.Errorf("%v, %v", totals, err)
	}
	messages, err := file.GetRows("mensajes")
	if err != nil || len(messages) != 3 || strings.Join(messages[2], "|") != "0123456789abd|no se envió|Habla con el equipo|2026-11-27 10:04:05" {
		t.Errorf("%v, %v", messages, err)
	}
}

func TestAReportThatCannotBeRead(t *testing.T) {
	r := reportOf(t)
	away := errors.New("away")
	r.Ledger = func(func(store.ContactID, string, time.Time) error) error { return away }
	for _, format := range []programme.SheetFormat{programme.CSV, programme.XLSX} {
		if _, err := r.Write(&bytes.Buffer{}, format); !errors.Is(err, away) {
			t.Errorf("%s: %v", format, err)
		}
	}
}
