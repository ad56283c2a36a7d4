package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"arraigo/emulator"

	"github.com/xuri/excelize/v2"
)

// TestWholeConsole is a day of somebody of the team in the demo's console: offers
// of work come in with a mistake that is mended in the form, the alert arrives, an
// announcement goes out, a person in a case is answered, a list is printed and the
// month's figures are downloaded.
func TestWholeConsole(t *testing.T) {
	base, phones := demoMorning(t)
	rosa := subscribed(t, base)

	c := newAtConsole(t, base)
	if status, _, at := c.fetch(http.MethodPost, "/console/demo", url.Values{"role": {"admin"}}); status != http.StatusOK || at != "/console/" {
		t.Fatalf("sign-in: %d at %s", status, at)
	}
	importsAnOffer(t, c, rosa)
	announces(t, c, phones["Yulimar"])
	answersACase(t, c, phones["Marlenis"])

	c.shows("/console/events/E-08/print", "Lista de asistencia E-08", `class="box"`)
	if codes := regexp.MustCompile(`class="code">[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}<`).FindAllString(c.shows("/console/events/E-08/print"), -1); len(codes) != 1 {
		t.Errorf("%d codes on the list for the door, want that of Andreína", len(codes))
	}
	book, err := excelize.OpenReader(strings.NewReader(c.shows("/console/numbers/file.xlsx?days=30")))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if rows, err := book.GetRows(book.GetSheetList()[0]); err != nil || len(rows) < 30 {
		t.Errorf("the month has %d rows, %v", len(rows), err)
	}
	c.shows("/console/audit", "Importó una hoja", "Entregó un anuncio", "Descargó cifras")
}

// subscribed is somebody new who wants to be told of work in kitchens in Cúcuta.
func subscribed(t *testing.T, base string) *browser {
	t.Helper()
	var me struct{ ID int64 }
	b := &browser{t: t, base: base}
	b.call(http.MethodPost, "/emulator/users", map[string]string{"first_name": "Rosa", "language_code": "es"}, &me)
	b.chat = me.ID
	for _, s := range []struct {
		step
		reads string
	}{
		{writes("/start"), "Elija su idioma"}, {answers("language", "es"), "Vamos a guardar algunos datos"}, {answers("consent_answer", "acepto"), "¿Cuántos años tiene?"},
		{writes("/avisos"), "¿De qué trabajos le avisamos?"}, {writes("cocina"), "Anotado: Cocina"}, {answers("want_jobs", "!done"), "¿En qué lugar?"},
		{answers("want_place", "54001"), "otro lugar?"}, {answers("want_more", "listo"), "¿Qué horario le sirve?"},
		{answers("want_time", "cualquiera"), "¿Le avisamos por aquí"}, {answers("want_right", "si"), "Le avisamos cuando salga una oferta así"},
	} {
		if s.words != "" {
			b.call(http.MethodPost, fmt.Sprintf("/emulator/chats/%d/messages", b.chat), map[string]string{"text": s.words}, nil)
		} else {
			b.press(func(button emulator.Button) bool { return button.Data == s.press })
		}
		b.reads(s.reads)
	}
	return b
}

// shows is a page of the console, with all of the words on it.
func (c *atConsole) shows(path string, words ...string) string {
	c.t.Helper()
	status, page, at := c.fetch(http.MethodGet, path, nil)
	if status != http.StatusOK {
		c.t.Fatalf("%s: %d at %s\n%s", path, status, at, page)
	}
	for _, w := range words {
		if !strings.Contains(page, w) {
			c.t.Errorf("%s does not show %q:\n%s", path, w, page)
		}
	}
	return page
}

// upload sends a spreadsheet as the browser's form does.
func (c *atConsole) upload(path string, file []byte) (page, at string) {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "ofertas.csv")
	if err == nil {
		_, err = part.Write(file)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		c.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.base+path, &body)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Origin", c.base)
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		c.t.Fatalf("upload: %d, %v\n%s", answer.StatusCode, err, text.String())
	}
	return text.String(), answer.Request.URL.Path
}

// hidden is a field of a form that nobody sees.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the page has no field %s", name)
	}
	return html.UnescapeString(m[1])
}

// importsAnOffer brings in two offers of work made of one of the sample, mends the
// wrong one in the form and imports both: who wants such work hears of them.
func importsAnOffer(t *testing.T, c *atConsole, who *browser) {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(c.shows("/console/vacancies/export?format=csv&state=all"), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int {
		at := slices.Index(rows[0], name)
		if at < 0 {
			t.Fatalf("the sheet has no column %s", name)
		}
		return at
	}
	model := rows[slices.IndexFunc(rows, func(r []string) bool { return r[column("id")] == "V-01" })]
	offer := func(id, title, pay string) []string {
		row := slices.Clone(model)
		row[column("id")], row[column("titulo")] = id, title
		if pay != "" {
			row[column("salario_mensual_cop")] = pay
		}
		return row
	}
	var sheet bytes.Buffer
	mended := offer("V-71", "Cocina de tarde", "")
	if err := csv.NewWriter(&sheet).WriteAll([][]string{rows[0], offer("V-70", "Cocina de mañana", ""), offer("V-71", "Cocina de tarde", "un millón")}); err != nil {
		t.Fatal(err)
	}
	page, at := c.upload("/console/import/vacancies", sheet.Bytes())
	if !strings.Contains(page, "«un millón»") {
		t.Errorf("the preview does not show the mistake:\n%s", page)
	}
	form := url.Values{}
	for i, name := range rows[0] {
		form[name] = strings.Split(mended[i], "|")
	}
	if _, page, _ = c.fetch(http.MethodGet, at+"/3", nil); !strings.Contains(page, `value="un millón" id="f-salario_mensual_cop"`) {
		t.Errorf("the form does not show what was wrong:\n%s", page)
	}
	status, page, back := c.fetch(http.MethodPost, at+"/3", form)
	if status != http.StatusOK || back != at || strings.Contains(page, "un millón") {
		t.Fatalf("the row is not mended: %d at %s\n%s", status, back, page)
	}
	if status, page, back = c.fetch(http.MethodPost, at, url.Values{"_version": {hidden(t, page, "_version")}}); status != http.StatusOK || !strings.Contains(page, "Se importó la hoja: 2 filas") {
		t.Fatalf("not imported: %d at %s\n%s", status, back, page)
	}
	who.reads("Cocina de mañana")
	who.reads("Cocina de tarde")
}

// announces writes to everybody who wants to hear of what there is, and follows
// it to its end by the events that a page of the console listens to.
func announces(t *testing.T, c *atConsole, who *browser) {
	t.Helper()
	status, page, at := c.fetch(http.MethodPost, "/console/outreach/new", url.Values{"title": {"Feria"}, "text_es": {"Hay *feria* el sábado"}, "start": {"now"}})
	if status != http.StatusOK || !strings.HasPrefix(at, "/console/outreach/a-") {
		t.Fatalf("not written: %d at %s\n%s", status, at, page)
	}
	if status, page, _ = c.fetch(http.MethodPost, at+"/submit", nil); status != http.StatusOK {
		t.Fatalf("not handed in: %d\n%s", status, page)
	}
	who.reads("Hay feria el sábado")
	if live := regexp.MustCompile(`data-live="([^"]+)"`).FindStringSubmatch(c.shows(at)); live != nil {
		answer, err := c.http.Get(c.base + live[1])
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		ended := false
		for lines := bufio.NewScanner(answer.Body); !ended && lines.Scan(); {
			ended = lines.Text() == "event: end"
		}
		if !ended {
			t.Error("the events broke off before the announcement was over")
		}
	}
	eventually(t, "the page says that it is over", func() bool { return strings.Contains(c.shows(at), ">Terminado<") })
}

// answersACase answers the open case in the console: the person reads it.
func answersACase(t *testing.T, c *atConsole, who *browser) {
	t.Helper()
	var at string
	eventually(t, "the case is in the list", func() bool {
		m := regexp.MustCompile(`href="(/console/inbox/[^"?#]+)"`).FindStringSubmatch(c.shows("/console/inbox"))
		if m != nil {
			at = m[1]
		}
		return m != nil
	})
	if status, page, _ := c.fetch(http.MethodPost, at+"/reply", url.Values{"reply": {"Le esperamos el lunes a las ocho"}}); status != http.StatusOK {
		t.Fatalf("not answered: %d\n%s", status, page)
	}
	who.reads("Le esperamos el lunes a las ocho")
}
