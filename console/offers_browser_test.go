package console

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"

	"arraigo/programme"
	"arraigo/store"
)

// typed types into a field of the page as a person would, so that what listens
// to it hears it.
func (b *tab) typed(field, text string) {
	b.t.Helper()
	b.run(`(() => { const f = document.getElementById('f-` + field + `'); f.focus(); f.value = ` + strconv.Quote(text) + `; f.dispatchEvent(new Event('input', {bubbles: true})); f.blur(); })()`)
}

// TestImportWalk brings a spreadsheet with mistakes in as an officer would on
// her first day: she sees what is wrong, mends one row in the form while the
// page tells her how it stands, and publishes.
func TestImportWalk(t *testing.T) {
	g := newTeam(t)
	file := filepath.Join(t.TempDir(), "ofertas.csv")
	if err := os.WriteFile(file, brought(t, g), 0o600); err != nil {
		t.Fatal(err)
	}
	b := g.open(t, startBrowser(t), store.RoleOfficer)
	b.size(360, 740)
	b.load("/console/vacancies")
	b.run(`document.querySelector('.actions a[href="/console/import/vacancies"]').click()`)
	b.wait(`document.querySelector('input[type=file]')`)
	b.do(chromedp.SetUploadFiles(`#f-file`, []string{file}))
	b.run(`document.querySelector('.sheet button.primary').click()`)
	b.wait(`document.querySelector('.tabs')`)
	b.accessible("the preview", axeAll)
	b.wait(`document.body.innerText.includes('No hay un municipio')`)
	b.run(`document.querySelector('.rows th a').click()`)

	// The form says what is wrong with the row, and what the checks find in it.
	b.wait(`document.getElementById('f-municipio_codigo')`)
	b.accessible("the row to mend", axeAll)
	b.wait(`!document.getElementById('f-municipio_codigo-error').hidden`)
	b.typed("municipio_codigo", "Cúcuta")
	b.wait(`document.getElementById('f-municipio_codigo-error').hidden`)
	b.typed("descripcion", "Cargar material. Se exige buena presencia.")
	b.wait(`document.querySelector('#f-descripcion-marked mark')?.textContent === 'buena presencia'`)
	b.accessible("the row while it is mended", axeAll)
	b.typed("descripcion", "Cargar material.")
	b.typed("salario_mensual_cop", "1.950.000")
	b.wait(`document.getElementById('f-descripcion-marked').hidden && document.getElementById('verdict').innerText.includes('la gente la ve')`)
	b.run(`document.querySelector('.sheet button.primary').click()`)
	b.wait(`document.querySelector('.said') && document.querySelector('.tabs') && !document.body.innerText.includes('Con errores')`)
	b.run(`document.querySelector('.sheet button.primary').click()`)
	b.wait(`location.pathname === '/console/vacancies' && document.querySelector('.said')?.innerText.includes('4 filas')`)
	b.accessible("the list after it", axeAll)
	b.quiet("the import")

	catalogue, _, err := g.store.Catalogue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	offer := programme.NewOffer(shipped(t).Data, catalogue, shipped(t).Today(g.now))
	for id, want := range map[string]bool{"V-90": true, "V-93": true, "V-94": false, "V-95": true} {
		if _, shown := offer.Vacancy(id); shown != want {
			t.Errorf("%s: people see it: %v, want %v", id, shown, want)
		}
	}
}

// TestAttendanceWithoutAMouse ticks with the keyboard alone.
func TestAttendanceWithoutAMouse(t *testing.T) {
	g := newTeam(t)
	at, family, alone, _ := fair(t, g)
	b := g.open(t, startBrowser(t), store.RoleOfficer)
	b.load(at + "/people")
	b.run(`document.querySelector('input[name="came.` + string(alone) + `"]').focus()`)
	b.do(chromedp.KeyEvent(" "))
	b.wait(`document.querySelector('input[name="came.` + string(alone) + `"]').checked`)
	b.run(`document.querySelector('select[name="came.` + string(family) + `"]').focus()`)
	b.do(chromedp.KeyEvent("3"))
	b.wait(`document.querySelector('select[name="came.` + string(family) + `"]').value === '3'`)
	b.run(`document.querySelector('section button.primary').focus()`)
	b.do(chromedp.KeyEvent("\r"))
	b.wait(`document.querySelector('.said')`)
	came, err := g.store.Attendance(t.Context(), store.Offer{Kind: store.OfferEvent, ID: filepath.Base(at)})
	if err != nil || came.On(shipped(t).Today(g.now)) != 4 {
		t.Errorf("%+v, %v", came, err)
	}
}
